"""`/rules`: the words and patterns that a server watches for in prompts."""

import discord
from discord import app_commands
from discord.app_commands import Choice, Range
from discord.ext import commands

from bot.client import VideoBot
from bot.errors import Refusal
from bot.ui import cards
from bot.ui.answer import tell
from bot.ui.escape import escaped
from bot.ui.texts import localised, say
from bot.video.moderation import rules
from bot.video.moderation.folding import fold
from bot.video.values.catalogue import longest_prompt
from bot.video.values.moderation import RuleAction

Interaction = discord.Interaction[VideoBot]
LONGEST_PROMPT = longest_prompt()
COMMAND = "rules"
SHOWN = 3 * rules.NAME_LIMIT  # of a name in which each letter may need a backslash


@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.default_permissions(moderate_members=True)
class Rules(commands.GroupCog, group_name=COMMAND, group_description=localised("command.rules")):
    """Needs Moderate Members, or the server's own permission."""

    def __init__(self, bot: VideoBot) -> None:
        front = bot.front
        self._rights = front.rights
        self._rules = front.services.rules

    @app_commands.command(name="add", description=localised("command.rules.add"))
    @app_commands.describe(
        name=localised("option.rules.name"),
        word=localised("option.rules.add.word"),
        action=localised("option.rules.add.action"),
        pattern=localised("option.rules.add.pattern"),
    )
    @app_commands.choices(
        action=[Choice(name=localised(f"choice.rule.{each}"), value=each) for each in RuleAction]
    )
    async def add(
        self,
        interaction: Interaction,
        name: Range[str, 1, rules.NAME_LIMIT],
        word: Range[str, 1, rules.PATTERN_LIMIT] | None = None,
        action: str = RuleAction.REFUSE,
        pattern: Range[str, 1, rules.PATTERN_LIMIT] | None = None,
    ) -> None:
        server_id = await self._rights.check(interaction, COMMAND)
        if (word is None) is (pattern is None):
            raise Refusal("rule_word_or_pattern")
        if action not in list(RuleAction):
            raise Refusal("unknown_choice", option="action")
        rule = await self._rules.add(
            (server_id, interaction.user.id),
            name=str(name),
            pattern=str(word or pattern),
            is_pattern=pattern is not None,
            action=RuleAction(action),
        )
        locale = str(interaction.locale)
        does = say(f"choice.rule.{rule.action}", locale)
        await tell(
            interaction,
            say("rules.added", locale, rule=escaped(rule.name, SHOWN), does=does),
        )

    @app_commands.command(name="remove", description=localised("command.rules.remove"))
    @app_commands.describe(name=localised("option.rules.name"))
    async def remove(self, interaction: Interaction, name: str) -> None:
        server_id = await self._rights.check(interaction, COMMAND)
        where = (server_id, interaction.user.id)
        rule = await self._rules.remove(where, str(name))
        await tell(
            interaction,
            say("rules.removed", str(interaction.locale), rule=escaped(rule.name, SHOWN)),
        )

    @remove.autocomplete("name")
    async def names(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        """Suggest the names that start with what is typed."""
        server_id = await self._rights.check(interaction, COMMAND)
        found = await self._rules.all(server_id)
        fitting = [rule.name for rule in found if fold(typed) in fold(rule.name)]
        return [Choice(name=name, value=name) for name in fitting[:25]]

    @app_commands.command(name="list", description=localised("command.rules.list"))
    async def list_rules(self, interaction: Interaction) -> None:
        server_id = await self._rights.check(interaction, COMMAND)
        found = await self._rules.all(server_id)
        costly = await self._rules.too_costly(found)
        await tell(interaction, view=cards.rule_list(found, str(interaction.locale), costly=costly))

    @app_commands.command(name="test", description=localised("command.rules.test"))
    @app_commands.describe(text=localised("option.rules.test.text"))
    async def test(self, interaction: Interaction, text: Range[str, 1, LONGEST_PROMPT]) -> None:
        """Show what the rules would do to a text; stores nothing."""
        server_id = await self._rights.check(interaction, COMMAND)
        found = await self._rules.try_out(server_id, str(text))
        await tell(interaction, view=cards.rule_hits(found.hits, str(interaction.locale)))


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(Rules(bot))
