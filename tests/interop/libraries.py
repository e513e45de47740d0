"""The libraries, how to start each one's bot, and what each lacks."""

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
INSTALLED = HERE.parents[1] / ".venv-interop"


@dataclass(frozen=True, kw_only=True)
class Library:
    """`name` is that of its package and its folder. `lacks` are steps it has nothing for."""

    name: str
    bot: str
    lacks: frozenset[str] = frozenset()

    @property
    def command(self) -> tuple[str, ...]:
        if self.bot.endswith(".cjs"):
            return ("node", str(HERE / self.bot))
        return (str(INSTALLED / self.name / "bin" / "python"), str(HERE / self.bot))

    @property
    def environment(self) -> dict[str, str]:
        return {"NODE_PATH": str(INSTALLED / self.name / "node_modules")}


NO_LABELS = frozenset({"form selects", "form upload"})
LIBRARIES = (
    Library(name="discord.js", bot="discord_js_bot.cjs"),
    Library(name="hikari", bot="hikari_bot.py", lacks=NO_LABELS),
    Library(name="disnake", bot="disnake_bot.py"),
    Library(name="nextcord", bot="nextcord_bot.py", lacks=NO_LABELS | {"cards"}),
    Library(name="py-cord", bot="pycord_bot.py"),
)
