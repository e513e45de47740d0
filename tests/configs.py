"""What stops a start, for tests of the configuration."""

from pathlib import Path

import pytest

from bot.config import RUN, load_config
from bot.errors import StartupError

SECRETS = {"DISCORD_TOKEN": "discord-secret", "EVOLINK_API_KEY": "evolink-secret"}


def problems(environ: dict[str, str], env_file: Path | None = None) -> list[str]:
    with pytest.raises(StartupError) as stopped:
        load_config(SECRETS | environ, env_file=env_file, needs=RUN)
    return list(stopped.value.problems)
