# Two commands do all the set-up: `make demo` and `make test`. Each makes .venv from the hash-locked requirements.

VENV ?= .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
ARGS ?=

# Compiled once, tests and processes start twice as fast.
unexport PYTHONDONTWRITEBYTECODE

# The other libraries tried on the local Discord, each in its own virtual environment,
# because the forks of discord.py share one module name.
INTEROP := hikari disnake nextcord py-cord
# Seconds of hostile requests to the local Discord.
FUZZ ?= 600

.PHONY: help demo run check status usage migrate backup restore test interop lint format graph pictures bench chaos lock clean

help:  ## this list
	@echo "ARGS='...' is passed on to the command."
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/$(if $(findstring --processes,$(ARGS)),.dev,.run)  ## a page with the real bot behind it, without any account
	@$(BIN)/python -m bot demo $(ARGS)

run: $(VENV)/.run  ## the bot on Discord, as .env says
	@$(BIN)/python -m bot run $(ARGS)

check: $(VENV)/.run  ## names every problem of the set-up; ARGS=--film makes a real 3-second video
	@$(BIN)/python -m bot check $(ARGS)

migrate: $(VENV)/.run  ## brings the database up to date; stop the bot first
	@$(BIN)/python -m bot migrate

status: $(VENV)/.run  ## says how everything stands, on one screen; ARGS=--json
	@$(BIN)/python -m bot status $(ARGS)

usage: $(VENV)/.run  ## says what was spent, by server, person and day; ARGS=--csv
	@$(BIN)/python -m bot usage $(ARGS)

backup: $(VENV)/.run  ## copies the database to ARGS=FILE while the bot runs
	@$(BIN)/python -m bot backup $(ARGS)

restore: $(VENV)/.run  ## replaces the database with the copy ARGS=FILE; stop the bot first
	@$(BIN)/python -m bot restore $(ARGS)

test: $(VENV)/.dev  ## the tests; ARGS chooses some
	@$(BIN)/python -m pytest -n logical --dist worksteal $(ARGS)

interop: $(VENV)/.dev $(INTEROP:%=.venv-interop/%/.made) .venv-interop/discord.js/.made  ## bots of five other libraries on the local Discord
	@$(BIN)/python -m tests.interop $(ARGS)

lint: $(VENV)/.dev  ## format, lint, types and imports
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev  ## formats the code
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

graph: $(VENV)/.dev  ## which packages import which, in layers
	@$(BIN)/python -m tests.import_graph

pictures: $(VENV)/.dev  ## takes the pictures of docs/pictures from the running demo
	@$(BIN)/python -m tests.playground.pictures

bench: $(VENV)/.dev  ## the figures of docs/benchmarks.md
	@$(BIN)/python -m benchmarks $(ARGS)

chaos: $(VENV)/.dev  ## kills the bot for half an hour, then sends the local Discord hostile requests for FUZZ seconds
	@$(BIN)/python -m tests.chaos $(ARGS)
	@$(BIN)/python -m tests.discord_fuzz --seconds $(FUZZ)

lock: $(VENV)/.dev  ## renews the locked requirements
	@command -v uv >/dev/null || { echo "Install uv to renew the locks: pip install uv"; exit 1; }
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links \
		--extra bucket --extra demo --extra http --extra postgres pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links \
		--extra bucket --extra demo --extra http --extra postgres --extra traces --group dev pyproject.toml -o requirements-dev.lock
	for library in $(INTEROP); do echo $$library | uv pip compile -q --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --no-emit-index-url --no-emit-find-links - -o tests/interop/$$library.lock || exit 1; done
	cd tests/interop && npm install --package-lock-only --omit-lockfile-registry-resolved=true --no-audit --no-fund

clean:  ## removes .venv and the caches
	rm -rf $(VENV) .venv-interop .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed. Debian, Ubuntu: sudo apt install python3 python3-venv. macOS: brew install python."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing. Debian, Ubuntu: sudo apt install python3-venv."; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock | $(VENV)/bin/python
	@echo "Installing what the bot needs into $(VENV) (once) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@echo "Installing what the tests need into $(VENV) (once) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

.venv-interop/discord.js/.made: tests/interop/package-lock.json
	@command -v npm >/dev/null || { echo "Node.js 18 or newer and npm are needed. Debian, Ubuntu: sudo apt install nodejs npm"; exit 1; }
	@echo "Installing discord.js into $(@D) (once) ..."
	@mkdir -p $(@D) && cp tests/interop/package.json tests/interop/package-lock.json $(@D)
	@cd $(@D) && npm ci --silent --no-audit --no-fund
	@touch $@

.venv-interop/%/.made: tests/interop/%.lock | $(VENV)/bin/python
	@echo "Installing $* into $(@D) (once) ..."
	@$(BIN)/python -m venv $(@D)
	@$(@D)/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r $<
	@touch $@
