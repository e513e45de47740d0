"""Moderators' commands that open again as a form after a refusal, with all that was typed."""

from collections.abc import Mapping, Sequence

import discord
from discord.ext import commands

from bot.client import VideoBot
from bot.ui import cards
from bot.ui.answer import refuse, tell
from bot.ui.blocks import FOREVER, LENGTHS
from bot.ui.form_again import open_form
from bot.ui.forms import sent_fields
from bot.ui.items import Verb, VerbButton
from bot.ui.kept_text import give_back, give_back_typed
from bot.ui.rule_form import NAME, WATCHED, RuleKind, fields_of, rule_form
from bot.ui.texts import say
from bot.video.values.limits import Measure
from bot.video.values.moderation import RuleAction

Interaction = discord.Interaction[VideoBot]


class TypedAgain(commands.Cog):
    """Forms for `/rules add`, `/moderate block` and `/limits grant`; the last two are the forms of
    a member's card."""

    def __init__(self, bot: VideoBot) -> None:
        front = bot.front
        self._rights = front.rights
        self._rules = front.services.rules
        front.router.register(
            buttons={Verb.RULE_WRITE: self.open_rule},
            forms={Verb.RULE_WRITE: self.rule_written},
            kept_commands=dict.fromkeys(("rules", "moderate", "limits"), self.keep),
        )
        self._kept = {
            "rules add": self._keep_rule,
            "moderate block": self._keep_block,
            "limits grant": self._keep_grant,
        }

    async def keep(self, interaction: Interaction, error: Exception) -> None:
        """Offer a form where there is one for the command; else only give the texts back."""
        name = getattr(interaction.command, "qualified_name", "")
        await self._kept.get(name, give_back_typed)(interaction, error)

    async def open_rule(self, interaction: Interaction, subject: str) -> None:
        """Open the form for one rule."""
        await self._rights.check(interaction, "rules")
        await open_form(interaction, rule_form(RuleKind.read(subject), str(interaction.locale)))

    async def rule_written(self, interaction: Interaction, subject: str) -> None:
        """Add the rule in the form."""
        where = await self._rights.check(interaction, "rules"), interaction.user.id
        await self._rules.all(where[0])  # another process may act for this
        kind, (name, watched) = RuleKind.read(subject), fields_of(sent_fields(interaction))
        rule, entry = await self._rules.add(
            where, name=name, pattern=watched, is_pattern=kind.is_pattern, action=kind.action
        )
        await tell(interaction, view=cards.rule_added(rule, entry, str(interaction.locale)))

    async def _keep_rule(self, interaction: Interaction, error: Exception) -> None:
        """Offer the form with the name, and the word or pattern."""
        typed = interaction.namespace
        watched, action = typed.pattern or typed.word or "", typed.action or RuleAction.REFUSE
        if action not in list(RuleAction):
            await refuse(interaction, error)
            return
        kind = RuleKind(is_pattern=bool(typed.pattern), action=RuleAction(action))
        texts = {NAME: str(typed.name or ""), WATCHED: str(watched)}
        await _keep(interaction, error, f"{Verb.RULE_WRITE}:{kind}", texts)

    async def _keep_block(self, interaction: Interaction, error: Exception) -> None:
        """Offer the form with the reason and how long."""
        typed = interaction.namespace
        chosen = [typed.duration] if typed.duration in LENGTHS else [FOREVER]
        texts = {"reason": str(typed.reason or "")}
        await _keep_about(interaction, error, Verb.BLOCK, texts, chosen)

    async def _keep_grant(self, interaction: Interaction, error: Exception) -> None:
        """Offer the form with the amount, of what, and the reason."""
        typed = interaction.namespace
        chosen = [typed.measure] if typed.measure in list(Measure) else [str(Measure.FILMS)]
        texts = {"amount": str(typed.amount or ""), "reason": str(typed.reason or "")}
        await _keep_about(interaction, error, Verb.EXTRA, texts, chosen)


async def _keep_about(
    interaction: Interaction,
    error: Exception,
    verb: Verb,
    texts: Mapping[str, str],
    chosen: Sequence[str],
) -> None:
    """Offer a form about the member who was chosen, if there is a text worth it."""
    member = getattr(interaction.namespace.member, "id", None)
    if member is None or not texts["reason"]:
        await refuse(interaction, error)
        return
    await _keep(interaction, error, f"{verb}:{member}~{'.'.join(chosen)}", texts)


async def _keep(
    interaction: Interaction, error: Exception, subject: str, texts: Mapping[str, str]
) -> None:
    label = say("button.rewrite", str(interaction.locale))
    again = VerbButton(Verb.FORM_AGAIN, subject, label=label)
    await give_back(interaction, error, texts, again)


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(TypedAgain(bot))
