"""Checks the books: what people saw, what the API was asked and booked, and what the rows say."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from discord import ui

from bot.clock import SystemClock
from bot.playground.evolink import LocalEvolink
from bot.playground.evolink.ledger import Charge, Entry
from bot.playground.evolink.routes import SubmitRecord
from bot.playground.guild import Message
from bot.ui import cards
from bot.video.doors.cards import Cards
from bot.video.values.cards import Card
from bot.video.values.ledgers import Allowance, Bill
from bot.video.values.posts import Post, PostKind, PostState
from bot.video.values.prices import CREDIT
from bot.video.values.videos import State, VideoTask
from tests.chaos.database import Database
from tests.chaos.history import History

NOT_TAKEN = {401, 402, 403, 404, 429}  # answers that prove that nothing was accepted
PER_USD = 68


@dataclass(kw_only=True)
class Findings:
    """`broken` promises, one line each; `known` faults that no promise excludes, by cause."""

    broken: list[str] = field(default_factory=list)
    known: Counter[str] = field(default_factory=Counter)


class Audit:
    """All books of one round, once everything has come to rest."""

    def __init__(self, database: Database, api: LocalEvolink, history: History) -> None:
        self._history = history
        self._ledger = api.ledger
        self._tasks = {task.id: task for task in database.tasks()}
        self._entries = database.entries()
        self._cards = database.read(
            lambda books: {
                task.id: Cards(slots=None, clock=SystemClock()).of(books, books.sheet(task.id))
                for task in self._tasks.values()
            }
        )
        self._posts = database.read(
            lambda books: {id: {p.kind: p for p in books.posts(id)} for id in self._tasks}
        )
        self._discrepancies = database.read(lambda books: list(books.discrepancies()))
        self._submits: dict[str, list[SubmitRecord]] = defaultdict(list)
        for record in api.requests:
            self._submits[record.headers.get("Idempotency-Key", "?")].append(record)

    def findings(self) -> Findings:
        """Everything that is wrong."""
        found = Findings()
        found.broken += [f"ledger: {line}" for line in self._discrepancies]
        found.broken += [f"{id}: told to a person, kept nowhere" for id in self._unkept()]
        found.broken += [
            f"{id}: submitted, kept nowhere" for id in self._submits.keys() - self._tasks.keys()
        ]
        for each in self._history.unnamed:
            if each.text:
                found.broken.append(f"a reply names no film: {each.text!r}")
            else:  # at rest no row is left, so this one had none
                found.known["a thinking message that no row knows"] += 1
        for task in self._tasks.values():
            name = f"{task.id} ({task.state} {task.reason})"
            found.broken += [f"{name}: {line}" for line in self._of_task(task)]
            found.known.update(self._known(task))
        found.broken += self._of_money()
        return found

    def _unkept(self) -> set[str]:
        return set(self._history.replies) - set(self._tasks)

    def _of_task(self, task: VideoTask) -> Iterator[str]:
        if not task.is_over:
            yield "stuck"
            return
        posts = self._posts[task.id]
        yield from (f"{post.id} is {post.state} for ever" for post in posts.values() if _owed(post))
        yield from self._submitted_once(task)
        yield from self._told(task, posts)
        yield from self._posted_once(task)
        yield from self._billed(task)

    def _submitted_once(self, task: VideoTask) -> Iterator[str]:
        records = self._submits.get(task.id, [])
        if sum(record.task is not None for record in records) > 1:
            yield "paid twice"
        for earlier in records[:-1]:
            if earlier.status not in NOT_TAKEN:
                yield f"submitted again after {earlier.status}"
        reply = self._history.replies.get(task.id)
        if records and (reply is None or reply.at > records[0].at):
            yield "submitted before its response was there"
        if self._entries_at_api(task) and task.state is State.CANCELLED and task.remote_id is None:
            yield f"{task.reason}, yet the API has it"

    def _told(self, task: VideoTask, posts: dict[PostKind, Post]) -> Iterator[str]:
        """Whoever saw "waiting" has the video or the truth, and a finished reply."""
        reply = self._history.replies.get(task.id)
        if reply is None:
            return
        notice, film = posts.get(PostKind.OUTCOME), posts.get(PostKind.FILM)
        has_notice = notice is not None and notice.state in (PostState.THERE, PostState.INBOX)
        shown = self._history.message(reply.message_id)
        is_finished = shown is not None and shown.text == _words(self._cards[task.id])
        if task.state is State.COMPLETED:
            has_film = task.id in self._history.films or task.deleted_by is not None
            if not has_film and (film is None or film.state is not PostState.INBOX):
                yield "its film is nowhere"
        elif not is_finished and not has_notice:
            yield f"untold; its reply says {shown.text if shown else None!r}"
        if not is_finished and shown and posts[PostKind.REPLY].state is not PostState.GONE:
            yield f"its reply is not finished: {shown.text!r}"

    def _posted_once(self, task: VideoTask) -> Iterator[str]:
        films = self._history.films.get(task.id, [])
        if any(_is_double(*pair) for pair in pairwise(films)):
            yield f"its film was posted {len(films)} times"
        if sum(bool(film.pinged) for film in films) > 1:
            yield "its requester was notified more than once"

    def _billed(self, task: VideoTask) -> Iterator[str]:
        _, bill = self._entries[task.id]
        charges = {entry.charge for entry in self._entries_at_api(task)}
        if Charge.CHARGED in charges and bill is Bill.RELEASED:
            yield "charged by the API, but its bill is released"
        if Charge.CHARGED not in charges and bill is Bill.CHARGED:
            yield "its bill is charged, but not by the API"

    def _of_money(self) -> Iterator[str]:
        """The bill has to cover what the API has really taken."""
        counted = sum(
            task.price
            for task in self._tasks.values()
            if self._entries[task.id][1] in (Bill.CHARGED, Bill.POSSIBLE)
        )
        if self._ledger.charged * CREDIT > counted:
            yield f"the API charged {self._ledger.charged}, the books count {counted / CREDIT}"

    def _known(self, task: VideoTask) -> Iterator[str]:
        allowance, _ = self._entries[task.id]
        charged = any(each.charge is Charge.CHARGED for each in self._entries_at_api(task))
        if charged and allowance is Allowance.REFUNDED:
            yield f"refunded though paid: {task.state}, {task.reason or 'a late film'}"
        film = self._posts[task.id].get(PostKind.FILM)
        if film is not None and film.state is PostState.INBOX:
            yield "film kept in the inbox, since channel and direct message were refused"
        if len(self._history.films.get(task.id, [])) > 1:
            yield "film in two places, or again after the nonce's window"

    def _entries_at_api(self, task: VideoTask) -> list[Entry]:
        born = [record.task for record in self._submits.get(task.id, [])]
        return [each.entry for each in born if each is not None]


def _owed(post: Post) -> bool:
    return post.state in (PostState.DUE, PostState.SENDING)


def _is_double(sooner: Message, later: Message) -> bool:
    """In one place a double could have been recognised: the channel's history is readable."""
    return sooner.channel_id == later.channel_id


def _words(card: Card) -> str:
    """What the reply to a video says in the end."""
    view = cards.reply(card, now=datetime.now(card.task.created_at.tzinfo), per_usd=PER_USD)
    texts = [item.content for item in view.walk_children() if isinstance(item, ui.TextDisplay)]
    view.stop()
    return "\n".join(text for text in texts if text)
