"""A bot's life as Hypothesis plays it: people, the API, time and restarts on the real store."""

import shutil
from collections.abc import Coroutine
from contextlib import suppress
from contextvars import copy_context
from datetime import timedelta
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from sqlalchemy import make_url

from bot.db import backup, restore
from bot.errors import ApiError, Cause, Certainty, HeardBefore, Refusal
from bot.video.doors.hearing import KEPT, snowflake
from bot.video.doors.intake import ReplyTo
from bot.video.doors.settings import change
from bot.video.moderation import approval
from bot.video.moderation.cheaper import cheaper
from bot.video.values.prices import PRICES
from bot.video.values.videos import WAITING, RemoteStatus, State, VideoSpec
from tests.orders import order
from tests.simulation.machine import CHANNEL, PEOPLE, SAM, SERVER, Copy, Machine

WHICH = st.integers(0, 30)  # one of what there is, counted round


class Life(Machine):
    """What happens to it, in any order."""

    @rule(
        user=st.sampled_from(PEOPLE),
        is_answered=st.booleans(),
        seconds=st.integers(3, 15),
        takes=st.sampled_from([1, 1, 2]),
    )
    def order(self, user: int, is_answered: bool, seconds: int, takes: int = 1) -> None:
        now = self.clock._now  # Discord's clock is right
        interaction_id = snowflake(now) + len(self.heard)
        self.heard.append((now, interaction_id, user))
        self.hear(self._order(interaction_id, user, is_answered, seconds, takes))

    @precondition(lambda self: self.heard)
    @rule(which=WHICH, seconds=st.integers(3, 15))
    def hear_again(self, which: int, seconds: int) -> None:
        """A replay within a day, also after a restart: nothing comes of what something came of."""
        at, interaction_id, user = self.heard[which % len(self.heard)]
        if self.clock._now - at >= KEPT:
            return
        before, was_acted_for = len(self.tasks), interaction_id in self.acted_for
        self.hear(self._order(interaction_id, user, True, seconds))
        if was_acted_for:
            assert len(self.tasks) == before

    def hear(self, acting: Coroutine[None, None, None]) -> None:
        """What one interaction leads to, which nothing after it acts for."""
        self.runner.run(acting, context=copy_context())

    async def _order(
        self, interaction_id: int, user: int, is_answered: bool, seconds: int, takes: int = 1
    ) -> None:
        spec = VideoSpec(prompt="a fox", duration=seconds, takes=takes)
        asked = order(self.videos, spec, user=user, server=SERVER, channel=CHANNEL)
        until = self.steady.now() + timedelta(minutes=15)
        reply = ReplyTo(application_id=7, token="secret", token_until=until)
        with suppress(HeardBefore, Refusal):
            self.ears.hear(interaction_id)
            card = await self.videos.accept(asked, reply)
            ids = [each.task.id for each in card.all]
            self.tasks += ids
            self.acted_for.add(interaction_id)
            if card.task.state is State.HELD:
                self.stopped |= dict.fromkeys(ids, 0)
            if is_answered:
                await self.videos.answered(card.task.id, message_id=len(self.tasks))
            else:
                self.unanswered += ids

    @precondition(lambda self: self.tasks)
    @rule(
        which=WHICH,
        user=st.sampled_from(PEOPLE),
        press=st.sampled_from(["cancel", "mute", "delete", "withdraw"]),
    )
    def press(self, which: int, user: int, press: str) -> None:
        task_id = self.tasks[which % len(self.tasks)]
        with suppress(Refusal):
            match press:
                case "cancel":
                    self.runner.run(self.videos.cancel(task_id, by=user, may_moderate=False))
                    for each in self.runner.run(self.videos.card(task_id)).all:
                        if each.task.state is State.CANCELLED:
                            self.note_stopped(each.task.id)
                case "mute":
                    self.runner.run(self.videos.mute(task_id, by=user, muted=True))
                case "delete":
                    self.runner.run(self.videos.delete(task_id, by=user, may_moderate=True))
                case "withdraw" if task_id in self.unanswered:
                    card = self.runner.run(self.videos.card(task_id))
                    self.runner.run(self.videos.withdraw(card.all[0].task.id))

    @rule(above=st.sampled_from([None, 0]))
    def ask_for_approval(self, above: int | None) -> None:
        """From now on all wait for a moderator, or none does."""
        where = (SERVER, SAM)
        self.runner.run(self.videos.moderate(change, where, "approval.above", above))

    @precondition(lambda self: self.tasks)
    @rule(which=WHICH, does=st.sampled_from(["hold", "approve", "cheaper", "deny"]))
    def moderate(self, which: int, does: str) -> None:
        task_id = self.tasks[which % len(self.tasks)]
        takes = self.runner.run(self.videos.card(task_id)).all
        before = {each.task.id for each in takes if each.task.state is State.HELD}
        with suppress(Refusal):
            self.runner.run(self._moderate(task_id, does))
            takes = self.runner.run(self.videos.card(task_id)).all
            for each in takes:
                is_held = each.task.id in before
                if (does == "deny" and is_held) or each.task.state is State.HELD:
                    self.note_stopped(each.task.id)
                elif is_held:
                    self.stopped.pop(each.task.id, None)

    async def _moderate(self, task_id: str, does: str) -> None:
        where = (SERVER, SAM)
        match does:
            case "hold":
                await self.videos.moderate(approval.hold, where, task_id)
            case "approve":
                await self.videos.moderate(approval.approve, where, task_id)
            case "deny":
                await self.videos.moderate(approval.deny, where, task_id, "no foxes here")
            case "cheaper":
                card = await self.videos.card(task_id)
                assert card.request is not None
                found = cheaper(card.request.spec) or [card.request.spec]
                spec, price = found[0], PRICES.price
                await self.videos.moderate(
                    approval.approve_cheaper, where, task_id, spec, price=price(spec)
                )

    def note_stopped(self, task_id: str) -> None:
        """Note that it must not be submitted from now on."""
        self.stopped[task_id] = self.api.submitted.count(task_id)

    @precondition(lambda self: self.url.startswith("sqlite"))
    @rule()
    def take_copy(self) -> None:
        file = Path(self.folder.name) / f"copy-{next(self.starts)}.db"
        queue = self.runner.run(self.store.tx(lambda books: books.task_ids_in(WAITING)))
        backup(self.url, file)
        self.copy = Copy(
            file=file,
            tasks=[*self.tasks],
            queue=[*queue],
            acted_for={*self.acted_for},
            stopped={**self.stopped},
            submissions=len(self.api.submitted),
        )

    @precondition(lambda self: self.copy is not None)
    @rule(by_command=st.booleans())
    def put_back(self, by_command: bool) -> None:
        """What was accepted since is gone; of the queue in the copy nothing is ordered by itself,
        unless nothing was submitted since."""
        copy = self.copy
        assert copy is not None
        self.runner.run(self.stop())
        if by_command:
            restore(self.url, copy.file)
        else:
            put_by_hand(Path(str(make_url(self.url).database)), copy.file)
        self.tasks, self.acted_for = [*copy.tasks], {*copy.acted_for}
        self.stopped = {**copy.stopped}
        if by_command or len(self.api.submitted) > copy.submissions:
            for task_id in copy.queue:
                self.note_stopped(task_id)
        self.runner.run(self.start())

    @precondition(lambda self: self.url.startswith("sqlite"))
    @rule(user=st.sampled_from(PEOPLE), by_command=st.booleans())
    def lose_the_disk(self, user: int, by_command: bool) -> None:
        """The queue of the last copy was ordered before the copy is put back."""
        self.order(user=user, is_answered=True, seconds=3)
        self.take_copy()
        self.wait(30)
        self.put_back(by_command=by_command)
        self.wait(30)

    @rule(user=st.sampled_from(PEOPLE))
    def ask_moderators(self, user: int) -> None:
        """A moderator denies a held video."""
        self.ask_for_approval(above=0)
        self.order(user=user, is_answered=True, seconds=3)
        if self.tasks:
            self.moderate(which=len(self.tasks) - 1, does="deny")
        self.wait(30)

    @rule(sent=st.sampled_from(Certainty), cause=st.sampled_from(Cause), books=st.booleans())
    def doubt_next(self, sent: Certainty, cause: Cause, books: bool) -> None:
        self.api.takes_doubtful = books
        self.api.script = [ApiError(cause, sent=sent)]

    @precondition(lambda self: self.api.tasks)
    @rule(
        which=WHICH,
        status=st.sampled_from(RemoteStatus),
        has_film=st.booleans(),
        is_released=st.booleans(),
    )
    def go_on(self, which: int, status: RemoteStatus, has_film: bool, is_released: bool) -> None:
        url = "https://files.example/f.mp4" if has_film else None
        self.api.say(
            which % len(self.api.tasks) + 1,
            status=status,
            film_url=url,
            progress=which,
            is_released=is_released,
        )

    @precondition(lambda self: self.tasks)
    @rule(which=WHICH, claimed=st.integers(1, 6))
    def call_back(self, which: int, claimed: int) -> None:
        """Also for the wrong task, early, late, and again."""
        task_id = self.tasks[which % len(self.tasks)]
        self.runner.run(self.engine.called_back(task_id, f"task-unified-{claimed}"))

    @rule(cause=st.sampled_from([None, Cause.UNREADABLE, Cause.CREDIT, Cause.BUSY]))
    def refuse_all_foxes(self, cause: Cause | None) -> None:
        """Refuse them, as a firewall does that dislikes a word, until it stops."""
        refusal = None if cause is None else ApiError(cause, sent=Certainty.NO, status=403)
        self.api.refused = {} if refusal is None else {"a fox": refusal}

    @rule(hours=st.sampled_from([-48, -1, 1, 48]))
    def set_clock(self, hours: int) -> None:
        self.clock.set_by(hours=hours)

    @rule(seconds=st.sampled_from([0.1, 5, 30, 300, 4000]))
    def wait(self, seconds: float) -> None:
        self.runner.run(self.clock.advance(seconds))

    @rule()
    def restart(self) -> None:
        self.runner.run(self.stop())
        self.runner.run(self.start())


def put_by_hand(database: Path, copy: Path) -> None:
    """Copy the file over the database, as somebody does who has not read the documentation."""
    for each in database.parent.glob(f"{database.name}-*"):
        each.unlink()
    shutil.copy(copy, database)
