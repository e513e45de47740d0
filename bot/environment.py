"""Reads the variables of the environment, of a `.env` file under it, and of secret files.

Which variables there are and what they may hold is the business of `bot.config`."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from msgspec import Struct, field

# How alike two names are, from 0 to 1, if one is taken for the other misspelt. In the environment
# other programs' variables stand as well (DATABASE_USER), so there it takes more.
ALIKE, VERY_ALIKE = 0.84, 0.885


class Environment(Struct, frozen=True, kw_only=True):
    """`variables` that are set, `secrets` among them also by a file named in `<VARIABLE>_FILE`.

    `problems` gathers one line for each mistake, without values.
    """

    variables: Collection[str]
    secrets: Collection[str]
    problems: list[str] = field(default_factory=list)

    def read(self, environ: Mapping[str, str], env_file: Path | None) -> dict[str, str]:
        """What is set and not blank; `environ` wins over the file, ENV_FILE names another file."""
        return self._from_file(environ.get("ENV_FILE"), env_file) | self._settings(environ)

    def near_misses(self, environ: Collection[str]) -> list[str]:
        """A line for each name in `environ` that is nearly one of ours."""
        return list(self._misspelt(environ, "the environment", VERY_ALIKE))

    def _from_file(self, named: str | None, usual: Path | None) -> dict[str, str]:
        path = usual if named is None else Path(named) if named else None
        if path is None or (named is None and not path.is_file()):
            return {}
        from dotenv import dotenv_values  # a hundredth of a start, for nothing without a file

        try:
            with path.open(encoding="utf-8-sig") as lines:
                found = dotenv_values(stream=lines, interpolate=False)
        except (OSError, UnicodeDecodeError):
            variable = ".env" if named is None else "ENV_FILE"
            self.problems.append(f"{variable} must be a file the bot can read, in UTF-8.")
            return {}
        self.problems.extend(self._misspelt(found, ".env", ALIKE))
        return self._settings(found)

    def _settings(self, found: Mapping[str, str | None]) -> dict[str, str]:
        values = {name: (found.get(name) or "").strip() for name in self.variables}
        for name in self.secrets:
            path = found.get(f"{name}_FILE")
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
        return secret

    def _misspelt(self, found: Collection[str], where: str, alike: float) -> Iterator[str]:
        known = {"ENV_FILE", *self.variables, *(f"{name}_FILE" for name in self.secrets)}
        for unknown in sorted(set(found) - known):
            if meant := _meant(unknown.upper(), known, alike):
                yield f"{unknown} in {where} is no variable of the bot: did you mean {meant}?"


def _meant(name: str, known: Collection[str], alike: float) -> str | None:
    near = [each for each in known if each[0] == name[:1] and abs(len(each) - len(name)) <= 4]
    if not near:
        return None
    from difflib import get_close_matches  # seldom needed, and a hundredth of a start

    return next(iter(get_close_matches(name, near, n=1, cutoff=alike)), None)
