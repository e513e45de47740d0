"""The words and patterns a server watches for: add, remove, try out."""

import json
from collections.abc import Callable, Collection, Sequence

from bot.clock import Clock
from bot.errors import Refusal
from bot.video.doors.service import Service, Where
from bot.video.moderation import rules
from bot.video.moderation.screening import Screened, Screening
from bot.video.ports.edges import PatientStore
from bot.video.servers.audit import Act
from bot.video.values.moderation import AuditEntry, PromptRule, RuleAction


class RuleService(Service):
    """A server's prompt rules; `screening` runs them over texts."""

    def __init__(
        self,
        *,
        store: PatientStore,
        clock: Clock,
        choose: Callable[[str], str],
        notify: Callable[[str], None],
        screening: Screening,
    ) -> None:
        super().__init__(store=store, clock=clock, choose=choose, notify=notify)
        self._screening = screening

    async def add(
        self,
        where: Where,
        *,
        name: str,
        pattern: str,
        is_pattern: bool,
        action: RuleAction,
    ) -> tuple[PromptRule, AuditEntry]:
        """Measure a rule, then add it; the entry undoes it. Raises `Refusal`."""
        server_id, by = where
        act = Act(server_id=server_id, by=by, now=self._clock.now(), choose=self._choose)
        wanted = rules.new_rule(
            act, name=name, pattern=pattern, is_pattern=is_pattern, action=action
        )
        others = await self.all(server_id)
        await self._screening.measure(wanted, others)
        return await self.moderate(
            rules.add, where, name=name, pattern=pattern, is_pattern=is_pattern, action=action
        )

    async def remove(self, where: Where, name: str) -> tuple[PromptRule, AuditEntry]:
        """Remove a rule; the entry undoes it. Raises `Refusal` if there is none with this name."""
        return await self.moderate(rules.remove, where, name)

    async def restore(self, where: Where, entry_id: str) -> tuple[PromptRule, AuditEntry] | None:
        """Add the rule again that an entry removed; None for an entry of another act. Raises
        `Refusal`, also if there is a rule with its name again."""
        entry = await self._store.read(lambda books: books.audit_entry(entry_id))
        if entry is None or (entry.server_id, entry.action) != (where[0], rules.REMOVED):
            return None
        was = json.loads(entry.details)
        if "is_pattern" not in was:
            raise Refusal("unknown_change")
        if any(each.name == was["rule"] for each in await self.all(where[0])):
            raise Refusal("changed_since")
        return await self.add(
            where,
            name=was["rule"],
            pattern=was["pattern"],
            is_pattern=was["is_pattern"],
            action=RuleAction(was["does"]),
        )

    async def all(self, server_id: int) -> Sequence[PromptRule]:
        """Every rule of a server."""
        return await self._store.read(lambda books: books.rules(server_id))

    async def too_costly(self, found: Sequence[PromptRule]) -> Collection[str]:
        """The ids of those rules that are too costly to run."""
        return await self._screening.too_costly(found)

    async def try_out(self, server_id: int, chosen: Sequence[PromptRule], text: str) -> Screened:
        """What rules would do to a text; stores nothing."""
        return await self._screening.look(server_id, chosen, [text])
