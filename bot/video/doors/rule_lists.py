"""Prompt rules in bulk: plan, add and undo a list, and try rules on past prompts."""

from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from bot.clock import Clock
from bot.errors import Refusal
from bot.video.doors.service import Service, Where
from bot.video.moderation import bulk, rules
from bot.video.moderation.bulk import Imported, Plan
from bot.video.moderation.patterns import Expressions
from bot.video.moderation.screening import Hit, Screening
from bot.video.moderation.wordlists import AutoModRule, Wanted, from_automod
from bot.video.ports.books import Books
from bot.video.ports.edges import PatientStore
from bot.video.ports.tasks import Search
from bot.video.servers.audit import Act
from bot.video.values.moderation import PromptRule, RuleAction
from bot.video.values.videos import VideoRequest, VideoTask

PROMPTS = 100  # the latest prompts that rules are tried on
TRY_SECONDS = 1.2  # of the 2.5 until the answer is due


class Tried(Struct, frozen=True, kw_only=True):
    """A video whose prompt matches rules."""

    request: VideoRequest
    task: VideoTask
    hits: Sequence[Hit]
    is_seen: bool  # by the person who tries


class Trial(Struct, frozen=True, kw_only=True):
    """Which of the latest prompts match rules."""

    looked_at: int
    matched: Sequence[Tried]
    is_whole: bool  # there was time to try all prompts


class RuleListService(Service):
    """Lists of rules; `screening` measures them, and runs them over texts."""

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

    async def plan(self, where: Where, wanted: Sequence[Wanted]) -> Plan:
        """What a list would add. Raises `Refusal` in a rush."""
        before, act = await self._rules(where[0]), self._act(where)
        return await self._screening.compute(
            lambda expressions: bulk.sort_out(act, before, wanted, expressions)
        )

    async def plan_automod(
        self, where: Where, found: Sequence[AutoModRule], action: RuleAction
    ) -> Plan:
        """Like `plan`, for AutoMod's word lists."""
        before, act = await self._rules(where[0]), self._act(where)

        def sort_out(expressions: Expressions) -> Plan:
            wanted, refused = from_automod(found, action, expressions)
            plan = bulk.sort_out(act, before, wanted, expressions)
            return replace(plan, refused=[*refused, *plan.refused])

        return await self._screening.compute(sort_out)

    async def add_all(self, where: Where, wanted: Sequence[Wanted], *, action: str) -> Imported:
        """Add a list that was shown, in one transaction, as far as it is new now."""
        plan = await self.plan(where, wanted)
        return await self.moderate(bulk.add_all, where, plan, action=action)

    async def undo(self, where: Where, entry_id: str) -> int:
        """Remove the rules one list added; returns their number."""
        return await self.moderate(bulk.undo, where, entry_id)

    async def try_latest(
        self, server_id: int, chosen: Sequence[PromptRule], seen_by: Search
    ) -> Trial:
        """Run rules over the server's latest prompts; `seen_by` finds those the person may see.
        Each prompt waits for a turn, so that members' videos go on in between."""
        found, seen = await self._store.read(_latest, server_id, seen_by)
        ends = self._clock.monotonic() + TRY_SECONDS
        looked_at, matched = 0, []
        for request, task in found:
            if self._clock.monotonic() > ends:
                break
            try:
                hits = await self._hits(server_id, chosen, request)
            except Refusal:  # a rush: the members' videos go first
                break
            looked_at += 1
            if hits:
                is_seen = task.id in seen
                matched.append(Tried(request=request, task=task, hits=hits, is_seen=is_seen))
        return Trial(looked_at=looked_at, matched=matched, is_whole=looked_at == len(found))

    async def _hits(
        self, server_id: int, chosen: Sequence[PromptRule], request: VideoRequest
    ) -> Sequence[Hit]:
        texts = list(rules.texts_of(request.spec))
        try:
            looked = await self._screening.look(server_id, chosen, texts)
        except Refusal as refusal:
            if refusal.reason == "unfolds_too_long":  # such a prompt is older than the rules
                return ()
            raise
        return [hit for hit in looked.hits if hit.words is not None]

    async def _rules(self, server_id: int) -> Sequence[PromptRule]:
        return await self._store.read(lambda books: books.rules(server_id))

    def _act(self, where: Where) -> Act:
        server_id, by = where
        return Act(server_id=server_id, by=by, now=self._clock.now(), choose=self._choose)


def _latest(
    books: Books, server_id: int, seen_by: Search
) -> tuple[list[tuple[VideoRequest, VideoTask]], frozenset[str]]:
    """The latest videos whose prompts are still kept, and which of them the person sees."""
    found = books.search(Search(server_id=server_id, limit=PROMPTS))
    kept = [each for each in found if any(rules.texts_of(each[0].spec))]
    seen = books.search(replace(seen_by, limit=PROMPTS))
    return kept, frozenset(task.id for _, task in seen)
