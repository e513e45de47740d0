"""What an operator's monitoring reads from the running bot."""

import asyncio
import sys
from socket import gethostname

import aiohttp
import pytest
from sqlalchemy import Engine, make_url, text

from bot.errors import StartupError
from tests.metrics.scrapes import Scrape, page_of, scraped
from tests.story.harness import COMMAND, Harness, free_port

pytestmark = pytest.mark.long


async def scrape(port: int) -> Scrape:
    return scraped(await page_of(port))


async def test_a_scrape_of_the_running_bot_says_what_waits_and_what_was_spent(
    process_harness: Harness,
) -> None:
    port = free_port()
    async with process_harness.process(METRICS_PORT=str(port), DEFAULT_AT_ONCE="1"):
        await process_harness.video()
        await process_harness.film()
        seen = await scrape(port)

    assert seen["videobot_database_up"] == 1
    assert seen["videobot_discord_connected"] == 1
    assert seen['videobot_videos{state="queued"}'] == 0
    assert seen["videobot_day_credits"] == pytest.approx(27, abs=5)
    assert seen["videobot_day_credits_limit"] == 2000
    assert seen["videobot_processes"] == 1


async def test_a_videos_whole_way_is_counted_with_no_word_of_anybodys_in_a_label(
    process_harness: Harness,
) -> None:
    harness, port = process_harness, free_port()
    harness.api.faults.next_query(status=500)
    async with harness.process(METRICS_PORT=str(port), DEFAULT_AT_ONCE="1"):
        sent = await harness.video(prompt='fox"} 1\nevil_metric{a="b\\')
        refused = await harness.video()
        await harness.film()
        await harness.reads(sent, "see the video")
        seen = await scrape(port)

    assert refused.message is not None
    assert refused.message.only_for is not None
    assert seen['videobot_acknowledgement_seconds_count{response="message"}'] == 2
    assert seen["videobot_first_card_seconds_count"] == 1
    assert 0 < seen["videobot_first_card_seconds_sum"] < 3
    assert seen['videobot_refusals_total{reason="at_once_anywhere"}'] == 1
    assert seen['videobot_video_states_total{state="completed"}'] == 1
    assert seen["videobot_detection_delay_seconds_count"] == 1
    assert seen["videobot_api_retries_total"] == 1
    assert seen['videobot_messages_total{act="send",kind="film",result="done"}'] == 1
    asked = 'method="{}",route="{}",to="{}"}}'
    submitted = asked.format("POST", "/v1/videos/generations", "api")
    assert seen['videobot_requests_total{code="200",' + submitted] == 1
    posted = asked.format("POST", "/channels/{id}/messages", "discord")
    assert seen['videobot_requests_total{code="200",' + posted] == 1
    assert seen["videobot_request_seconds_count{" + posted] == 1
    downloaded = asked.format("GET", "other", "films")
    assert seen['videobot_requests_total{code="200",' + downloaded] == 1
    assert not [name for name in seen if "evil" in name or "fox" in name]


async def test_metrics_are_on_their_port_alone_and_it_answers_nothing_else(
    harness: Harness,
) -> None:
    port = free_port()
    async with harness.bot(METRICS_PORT=str(port)), aiohttp.ClientSession() as session:
        for path, where, status in (
            ("/metrics", harness.port, 404),
            ("/metrics", port, 200),
            ("/", port, 404),
            ("/healthz", port, 404),
            ("/metrics/../etc/passwd", port, 404),
        ):
            async with session.get(f"http://127.0.0.1:{where}{path}") as answer:
                assert answer.status == status, path
                assert "Server" not in answer.headers
        async with session.post(f"http://127.0.0.1:{port}/metrics") as answer:
            assert answer.status == 405


async def test_without_the_variable_there_is_no_port_and_the_library_is_not_loaded() -> None:
    said = "import bot.app, sys; print('prometheus_client' in sys.modules)"
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", said, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await child.communicate()

    assert out.strip() == b"False"


async def test_a_taken_port_is_told_by_its_variable(harness: Harness) -> None:
    port = free_port()
    holder = await asyncio.start_server(lambda *_: None, "127.0.0.1", port)
    async with holder:
        with pytest.raises(StartupError, match=f"METRICS_PORT {port} cannot be used"):
            async with harness.bot(METRICS_PORT=str(port)):
                pass


async def test_the_web_servers_own_port_is_refused_before_anything_starts(
    process_harness: Harness,
) -> None:
    settings = process_harness.settings | {"METRICS_PORT": str(process_harness.port)}
    child = await asyncio.create_subprocess_exec(
        *COMMAND, env={"PATH": "", **settings}, stderr=asyncio.subprocess.PIPE
    )
    _, told = await child.communicate()

    assert child.returncode == 1
    assert told.decode().splitlines() == [
        "METRICS_PORT must differ from WEB_PORT, which may be public."
    ]


async def test_a_crowd_is_timed_to_the_last_answer_and_card(process_harness: Harness) -> None:
    harness, port, count = process_harness, free_port(), 60
    unlimited = {"DEFAULT_AT_ONCE": "unlimited", "DEFAULT_DAILY_CREDITS": "unlimited"}
    async with harness.process(METRICS_PORT=str(port), **unlimited):
        sent = await asyncio.gather(*(harness.video() for _ in range(count)))
        for each in sent:
            await harness.reads(each, "fox")
        seen = await scrape(port)

    answers = [
        value
        for name, value in seen.items()
        if name.startswith("videobot_acknowledgement_seconds_count")
    ]
    assert sum(answers) == count
    assert seen["videobot_first_card_seconds_count"] == count


async def test_a_takeover_is_counted_where_it_happens_and_status_names_who_runs(
    pg_harness: Harness, capfd: pytest.CaptureFixture[str]
) -> None:
    first, second = free_port(), free_port()
    async with pg_harness.process(METRICS_PORT=str(first), UNDO_SECONDS="5") as doomed:
        await pg_harness.video()
        dead = doomed.pid
        await doomed.kill()
        async with pg_harness.process(
            METRICS_PORT=str(second), WEB_PORT="0", LOG_LEVEL="INFO"
        ) as heir:
            await pg_harness.film()
            seen = await scrape(second)
            told = await status(pg_harness)
    log = capfd.readouterr().err

    assert seen["videobot_takeovers_total"] == 1
    assert seen["videobot_taken_over_videos_total"] == 1
    assert seen["videobot_processes"] == 1
    assert seen["videobot_silent_processes_total"] == 1
    name = f"#2 on {gethostname()}, pid {heir.pid}"
    assert f"{name} (0.1.0, role all): runs for" in " ".join(told.split())
    assert f"Process {name}, starts video-bot 0.1.0, role all, on PostgreSQL" in log
    assert f"Process #1 on {gethostname()}, pid {dead} has been silent for more than 6 s" in log
    assert "Took over 1 video of a process that ended" in log
    assert "of 2,000 ordered" in told


async def test_scrapes_are_answered_while_the_database_is_away_and_when_it_is_back(
    pg_harness: Harness, pg_server: Engine, pg_url: str
) -> None:
    port, name = free_port(), make_url(pg_url).database
    away = text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    back = text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    cut = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
    async with pg_harness.process(METRICS_PORT=str(port)):
        with pg_server.connect() as server:
            try:
                server.execute(away)
                server.execute(cut, {"name": name})
                gone = await scrape(port)
            finally:
                server.execute(back)
        await pg_harness.video()
        await pg_harness.film()
        async with asyncio.timeout(30):  # it counts as back once nothing has failed for 10 s
            while (there := await scrape(port))["videobot_database_up"] != 1:
                await pg_harness.quiet(0.5)

    assert gone["videobot_database_up"] == 0
    assert gone["videobot_discord_connected"] == 1
    assert gone["process_cpu_seconds_total"] > 0
    assert "videobot_processes" not in gone
    assert there["videobot_processes"] == 1


async def test_status_says_why_nothing_is_submitted(process_harness: Harness) -> None:
    harness = process_harness
    harness.api.faults.next_submit(status=401)
    async with harness.process():
        await harness.video()
        await harness.until(harness.told_operator)
        told = await status(harness)

    assert "refuses EVOLINK_API_KEY" in told
    assert "(0.1.0" in told


async def status(harness: Harness) -> str:
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "status"),
        env={"PATH": "", **harness.settings},
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await child.communicate()
    assert child.returncode == 0
    return out.decode()
