FROM python:3.13-slim AS install
COPY requirements.lock ./
RUN python -m venv /venv && \
    /venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.lock

FROM python:3.13-slim
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin bot && \
    install --directory --owner bot --group bot /data
COPY --from=install /venv /venv
WORKDIR /app
COPY bot bot
COPY cogs cogs
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DATABASE_URL=sqlite:////data/bot.db \
    FILMS_DIR=/data/films \
    WEB_HOST=0.0.0.0 \
    WEB_PORT=8080
RUN python -m compileall -q bot cogs
USER 10001
VOLUME /data
EXPOSE 8080
# On this signal the bot finishes work in hand, for at most STOP_GRACE_SECONDS.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen('http://127.0.0.1:' + os.environ['WEB_PORT'] + '/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
