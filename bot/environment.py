"""Reads variables from the environment, a `.env` file beneath it, and secret files.

`bot.config` says which variables exist and what they may hold."""

import os
import re
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

from msgspec import Struct, field

from bot import only_ours
from bot.env_file import read_env_file

# How alike two names must be, from 0 to 1, to look like a typing error. The environment also holds
# other programs' variables (DATABASE_USER), so it needs the higher one.
ALIKE, VERY_ALIKE = 0.84, 0.885
_QUOTES = frozenset("\"'`“”„‘’")
_PROXIES = frozenset(f"{each}_PROXY" for each in ("HTTP", "HTTPS", "ALL", "WS", "WSS", "NO"))
_NAME = re.compile(r"\w+", re.ASCII)  # no symbols and no invisible characters


class Environment(Struct, frozen=True, kw_only=True):
    """The known `variables`; those in `secrets` may also come from the file in `<VARIABLE>_FILE`.
    Other programs have variables like the `common` ones, too.

    `problems` collects one line per mistake, without values.
    """

    variables: Collection[str]
    secrets: Collection[str]
    common: Collection[str] = ()
    problems: list[str] = field(default_factory=list)

    @property
    def _known(self) -> set[str]:
        return {"ENV_FILE", *self.variables, *(f"{name}_FILE" for name in self.secrets)}

    def read(self, environ: Mapping[str, str], env_file: Path | None) -> dict[str, str]:
        """Values that are not blank; `environ` wins over the file. ENV_FILE names another."""
        self.problems.extend(
            f"{line} Rename it, or start the bot without it."
            for meant, line in self._misspelt(environ, "the environment", VERY_ALIKE)
            if meant not in self.common
        )
        return self._from_file(environ.get("ENV_FILE"), env_file) | self._settings(environ)

    def near_misses(self, environ: Collection[str]) -> list[str]:
        """A line for each name in `environ` that looks like a misspelt common variable of ours."""
        found = self._misspelt(environ, "the environment", VERY_ALIKE)
        return [line for meant, line in found if meant in self.common]

    def open_files(self, environ: Mapping[str, str], env_file: Path) -> list[str]:
        """A line for each file of secrets that every user of the machine can read."""
        files = {"ENV_FILE" if "ENV_FILE" in environ else ".env": environ.get("ENV_FILE", env_file)}
        files |= {f"{name}_FILE": environ.get(f"{name}_FILE", "") for name in self.secrets}
        return [
            f"{Path(path)}, of {name}, can be read by every user of this machine: chmod 600"
            for name, path in files.items()
            if path and only_ours.is_open_to_others(Path(path))
        ]

    def _from_file(self, named: str | None, default: Path | None) -> dict[str, str]:
        path = default if named is None else Path(named) if named else None
        if path is None or (named is None and not os.path.lexists(path)):
            return {}
        try:
            found = read_env_file(path, self._known)
        except (OSError, ValueError):
            variable = ".env" if named is None else "ENV_FILE"
            self.problems.append(f"{variable} must be a file the bot can read, in UTF-8.")
            return {}
        misspelt = self._misspelt(found.values, ".env", ALIKE)
        self.problems.extend([*found.problems, *(line for _, line in misspelt)])
        return self._settings(found.values)

    def _settings(self, found: Mapping[str, str | None]) -> dict[str, str]:
        values = {name: self._plain(name, found.get(name)) for name in self.variables}
        for name in self.secrets:
            path = self._plain(f"{name}_FILE", found.get(f"{name}_FILE"))
            if path and values[name]:
                self.problems.append(f"{name} and {name}_FILE must not both be set.")
            elif path:
                values[name] = self._secret_in(name, Path(path))
        return {name: value for name, value in values.items() if value}

    def _secret_in(self, name: str, path: Path) -> str:
        try:
            secret = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            secret = ""
        if not secret:
            self.problems.append(f"{name}_FILE must name a file with the secret in it.")
        return self._plain(name, secret)

    def _plain(self, name: str, text: str | None) -> str:
        """The value; if it came with quotation marks or a comment, "" and a problem."""
        value = (text or "").strip()
        if wrong := _dress(value):
            self.problems.append(f"{name} {wrong}.")
            return ""
        return value

    def _misspelt(
        self, found: Collection[str], where: str, alike: float
    ) -> Iterator[tuple[str, str]]:
        """Each variable that is meant, with a line on it."""
        for unknown in sorted(set(found) - self._known):
            if meant := _meant(unknown.upper(), self._known, alike):
                told = f"{unknown} in {where} is not a variable of this bot"
                yield meant, f"{told}: did you mean {meant}?"


def unused_proxies(environ: Mapping[str, str]) -> list[str]:
    """A warning if `environ` names proxies: keys go straight to the named hosts."""
    named = sorted(name for name, value in environ.items() if value and name.upper() in _PROXIES)
    if not named:
        return []
    return [f"{', '.join(named)} in the environment: not used, the bot connects without a proxy."]


def _dress(value: str) -> str | None:
    """What a shell would have removed from a value, but docker --env-file and others leave in."""
    if value[:1] in _QUOTES or value[-1:] in _QUOTES:
        return "has a quotation mark at one end of its value: remove it"
    if " #" in value:
        return "has a comment after its value: put the comment on its own line"
    if not value.isprintable():
        return "has a line break or an invisible character in its value"
    return None


def _meant(typed: str, known: Collection[str], alike: float) -> str | None:
    words: list[str] = _NAME.findall(typed)
    if whole := next((word for word in words if word in known), None):
        return whole
    name = "_".join(words)
    near = [each for each in known if each[0] == name[:1] and abs(len(each) - len(name)) <= 4]
    return next(iter(get_close_matches(name, near, n=1, cutoff=alike)), None)
