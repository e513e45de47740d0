"""`/rules`: the words and patterns that a server watches for in prompts."""

from collections.abc import Sequence

import discord
from discord import app_commands
from discord.app_commands import Choice, Range
from discord.ext import commands

from bot.client import VideoBot
from bot.errors import Refusal
from bot.ui import cards
from bot.ui.answer import tell
from bot.ui.automod import automod_rules
from bot.ui.finding import readable
from bot.ui.forms import sent_fields
from bot.ui.items import Verb, write_only
from bot.ui.kept_text import keep_text, read_kept
from bot.ui.pressed import take_away
from bot.ui.texts import localised, say
from bot.ui.wordfile import WORDS, read_attached, read_card, words_form
from bot.video.moderation import bulk, rules
from bot.video.moderation.folding import fold
from bot.video.moderation.wordlists import Wanted, from_lines
from bot.video.values.catalogue import longest_prompt
from bot.video.values.moderation import PromptRule, RuleAction

Interaction = discord.Interaction[VideoBot]
LONGEST_PROMPT = longest_prompt()
COMMAND = "rules"
ACTIONS = [Choice(name=localised(f"choice.rule.{each}"), value=each) for each in RuleAction]


@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.default_permissions(moderate_members=True)
class Rules(commands.GroupCog, group_name=COMMAND, group_description=localised("command.rules")):
    """Needs Moderate Members, or the server's own permission."""

    def __init__(self, bot: VideoBot) -> None:
        front = bot.front
        self._access = front.access
        self._rights = front.rights
        self._rules = front.services.rules
        self._lists = front.services.rule_lists
        front.router.register(
            buttons={
                Verb.RULES_ADD: self.add_list,
                Verb.RULES_REWRITE: self.rewrite,
                Verb.UNDO_RULES: self.undo,
            },
            forms={Verb.RULES_WRITE: self.written},
            kept={Verb.RULES_WRITE: self.keep},
        )

    @app_commands.command(name="add", description=localised("command.rules.add"))
    @app_commands.describe(
        name=localised("option.rules.name"),
        word=localised("option.rules.add.word"),
        action=localised("option.rules.add.action"),
        pattern=localised("option.rules.add.pattern"),
    )
    @app_commands.choices(action=ACTIONS)
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
        rule, entry = await self._rules.add(
            (server_id, interaction.user.id),
            name=str(name),
            pattern=str(word or pattern),
            is_pattern=pattern is not None,
            action=_action(action),
        )
        await tell(interaction, view=cards.rule_added(rule, entry, str(interaction.locale)))

    @app_commands.command(name="remove", description=localised("command.rules.remove"))
    @app_commands.describe(name=localised("option.rules.name"))
    async def remove(self, interaction: Interaction, name: str) -> None:
        server_id = await self._rights.check(interaction, COMMAND)
        rule, entry = await self._rules.remove((server_id, interaction.user.id), str(name))
        await tell(interaction, view=cards.rule_removed(rule, entry, str(interaction.locale)))

    @remove.autocomplete("name")
    async def names(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        """Suggest the names that start with what is typed."""
        return await self._names(interaction, typed)

    async def _names(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        server_id = await self._rights.check(interaction, COMMAND)
        found = await self._rules.all(server_id)
        wanted = fold(typed)
        fitting = [rule.name for rule in found if wanted in fold(rule.name)]
        fitting.sort(key=lambda name: (fold(name) != wanted, not fold(name).startswith(wanted)))
        return [Choice(name=name, value=name) for name in fitting[:25]]

    @app_commands.command(name="list", description=localised("command.rules.list"))
    async def list_rules(self, interaction: Interaction) -> None:
        server_id = await self._rights.check(interaction, COMMAND)
        found = await self._rules.all(server_id)
        costly = await self._rules.too_costly(found)
        view, files = cards.rule_list(found, str(interaction.locale), costly=costly)
        await tell(interaction, view=view, files=files)

    @app_commands.command(name="words", description=localised("command.rules.words"))
    @app_commands.describe(action=localised("option.rules.many.action"))
    @app_commands.choices(action=ACTIONS)
    async def words(self, interaction: Interaction, action: str = RuleAction.REFUSE) -> None:
        await self._heard(interaction)
        await interaction.response.send_modal(words_form(_action(action), str(interaction.locale)))

    async def written(self, interaction: Interaction, action: str) -> None:
        """Show what the form's words would add."""
        wanted = from_lines(sent_fields(interaction).get(WORDS, ""), RuleAction(action))
        await self._show(interaction, await self._plan(interaction, wanted))

    async def keep(self, interaction: Interaction, error: Exception, action: str) -> None:
        """The form was not taken."""
        texts = {WORDS: sent_fields(interaction).get(WORDS, "")}
        verb, rewrite = Verb.RULES_WRITE, Verb.RULES_REWRITE
        await keep_text(interaction, error, verb, action, texts, rewrite=rewrite)

    async def rewrite(self, interaction: Interaction, subject: str) -> None:
        """The form again, with what was written in it."""
        await self._heard(interaction)
        kept, action = await read_kept(interaction, [WORDS]), _action(subject.partition(":")[2])
        form = words_form(action, str(interaction.locale), written=kept[WORDS])
        await interaction.response.send_modal(form)

    @app_commands.command(name="upload", description=localised("command.rules.upload"))
    @app_commands.describe(
        file=localised("option.rules.upload.file"), action=localised("option.rules.many.action")
    )
    @app_commands.choices(action=ACTIONS)
    async def upload(
        self,
        interaction: Interaction,
        file: discord.Attachment,
        action: str = RuleAction.REFUSE,
    ) -> None:
        await self._begin(interaction)
        wanted = await read_attached(file, _action(action))
        await self._show(interaction, await self._plan(interaction, wanted))

    @app_commands.command(name="automod", description=localised("command.rules.automod"))
    @app_commands.describe(action=localised("option.rules.many.action"))
    @app_commands.choices(action=ACTIONS)
    async def automod(self, interaction: Interaction, action: str = RuleAction.REFUSE) -> None:
        where, does = await self._begin(interaction), _action(action)
        found = await automod_rules(interaction)
        plan = await self._lists.plan_automod(where, found, does)
        is_exempt = any(each.has_exempt for each in found)
        exempt = say("rules.plan.exempt", str(interaction.locale)) if is_exempt else ""
        await self._show(interaction, plan, action=bulk.IMPORTED, notes=[exempt])

    async def add_list(self, interaction: Interaction, origin: str) -> None:
        """Add the rules in the card's file."""
        where = await self._heard(interaction)
        await interaction.response.defer()
        wanted = await read_card(interaction)
        added = await self._lists.add_all(where, wanted, action=f"rules_{origin}")
        view = cards.rules_added(added, str(interaction.locale))
        await interaction.edit_original_response(view=write_only(view), attachments=[])

    async def undo(self, interaction: Interaction, entry_id: str) -> None:
        """Remove the rules that were added, or add the one that was removed."""
        where = await self._may(interaction)
        restored = await self._rules.restore(where, entry_id)
        if restored is not None:
            await take_away(interaction)
            await tell(interaction, view=cards.rule_added(*restored, str(interaction.locale)))
            return
        count = await self._lists.undo(where, entry_id)
        await take_away(interaction)
        await tell(interaction, say("rules.list_undone", str(interaction.locale), count=count))

    @app_commands.command(name="test", description=localised("command.rules.test"))
    @app_commands.describe(
        text=localised("option.rules.test.text"), rule=localised("option.rules.test.rule")
    )
    async def test(
        self,
        interaction: Interaction,
        text: Range[str, 1, LONGEST_PROMPT] | None = None,
        rule: str | None = None,
    ) -> None:
        """Show what the rules would do to a text, or to the latest prompts; stores nothing."""
        server_id, _ = await self._may(interaction)
        locale, chosen = str(interaction.locale), await self._rules.all(server_id)
        if rule is not None:
            chosen = [each for each in chosen if each.name == " ".join(str(rule).split())]
            if not chosen:
                raise Refusal("unknown_rule", rule=str(rule))
        if text is None:
            await self._try_latest(interaction, server_id, chosen)
            return
        looked = await self._rules.try_out(server_id, chosen, str(text))
        await tell(interaction, view=cards.rule_hits(looked.hits, locale))

    @test.autocomplete("rule")
    async def tested(self, interaction: Interaction, typed: str) -> list[Choice[str]]:
        """Suggest the names that start with what is typed."""
        return await self._names(interaction, typed)

    async def _may(self, interaction: Interaction) -> tuple[int, int]:
        """The server and the moderator. Raises `Refusal` for anybody else."""
        return await self._rights.check(interaction, COMMAND), interaction.user.id

    async def _heard(self, interaction: Interaction) -> tuple[int, int]:
        """Like `_may`, for acts that answer before they store: another process may act for them."""
        where = await self._may(interaction)
        await self._rules.all(where[0])
        return where

    async def _begin(self, interaction: Interaction) -> tuple[int, int]:
        """Like `_may`, for acts that take longer than Discord waits."""
        where = await self._heard(interaction)
        await interaction.response.defer(ephemeral=True, thinking=True)
        return where

    async def _plan(self, interaction: Interaction, wanted: Sequence[Wanted]) -> bulk.Plan:
        if not wanted:
            raise Refusal("list_empty")
        return await self._lists.plan(await self._may(interaction), wanted)

    async def _show(
        self,
        interaction: Interaction,
        plan: bulk.Plan,
        *,
        action: str = bulk.ADDED,
        notes: Sequence[str] = (),
    ) -> None:
        origin, locale = action.removeprefix("rules_"), str(interaction.locale)
        if plan.new:
            seen_by = await readable(interaction, self._access)
            trial = await self._lists.try_latest(interaction.guild_id or 0, plan.new, seen_by)
            notes = [*notes, cards.trial_line(trial, locale)]
        view, files = cards.plan_card(plan, origin, locale, notes)
        await tell(interaction, view=view, files=files)

    async def _try_latest(
        self, interaction: Interaction, server_id: int, chosen: Sequence[PromptRule]
    ) -> None:
        seen_by = await readable(interaction, self._access)
        trial = await self._lists.try_latest(server_id, chosen, seen_by)
        await tell(interaction, view=cards.rule_trial(trial, str(interaction.locale)))


def _action(chosen: str) -> RuleAction:
    if chosen not in list(RuleAction):
        raise Refusal("unknown_choice", option="action")
    return RuleAction(chosen)


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(Rules(bot))
