"""What must hold after every run, whatever was lost, late, refused or killed."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from bot.errors import Reason
from bot.video.outbox.film_post import file_of
from bot.video.outbox.takes import QUIET_ENDS
from bot.video.ports.books import Books
from bot.video.values.ledgers import Allowance, Bill
from bot.video.values.posts import Post, PostKind, PostState
from bot.video.values.videos import State, VideoTask
from tests.simulation.guild import NONCE_SECONDS, Guild, Message, end_of
from tests.simulation.remote import RemoteApi

MOST_REFUSED = 12  # kills in between may each forget one
UNSETTLED = (PostState.DUE, PostState.SENDING)
LEADS_TO = {  # docs/architecture.md, "The life of a video"; a look may find nothing new
    State.HELD: {State.QUEUED, State.CANCELLED},
    State.QUEUED: {State.SUBMITTING, State.CANCELLED},
    State.SUBMITTING: {State.QUEUED, State.RUNNING, State.FAILED, State.UNCONFIRMED},
    State.UNCONFIRMED: {State.UNCONFIRMED, State.RUNNING, State.LOST},
    State.RUNNING: {State.RUNNING, State.COMPLETED, State.FAILED, State.CANCELLED, State.LOST},
    State.LOST: {State.LOST, State.COMPLETED},
}


def is_quiet(tasks: list[VideoTask], remote: RemoteApi) -> bool:
    """Whether nothing more will happen by itself to tasks whose posts are settled."""
    is_over = all(task.is_over for task in tasks)
    return is_over and not any(_is_late_film_to_come(task, remote) for task in tasks)


def broken(books: Books, tasks: list[VideoTask], remote: RemoteApi, guild: Guild) -> Iterator[str]:
    """Every promise that is not kept, a line each."""
    yield from books.discrepancies()
    for post_id in [owed.post_id for owed in books.survey().owed]:
        yield f"{post_id} is never settled"
    for takes in _several(tasks):
        guild.leads |= {task.id: takes[0].id for task in takes}
        posts_of = [{post.kind: post for post in books.posts(task.id)} for task in takes]
        for fault in _of_takes(takes, posts_of, guild):
            yield f"{takes[0].id} and its other takes: {fault}"
    for task in tasks:
        posts = {post.kind: post for post in books.posts(task.id)}
        for fault in _of_task(task, posts, remote, guild):
            yield f"{task.id} ({task.state}, {task.reason}): {fault}"


def moves(made: Iterable[tuple[str, State, State]]) -> Iterator[str]:
    """An outcome is written once, and nothing is taken back that others have written."""
    for task_id, before, after in made:
        if after not in LEADS_TO.get(before, ()):
            yield f"{task_id} was moved from {before} to {after}"


def _of_task(
    task: VideoTask, posts: dict[PostKind, Post], remote: RemoteApi, guild: Guild
) -> Iterator[str]:
    yield from _patient(task, remote)
    if not task.is_over:
        yield "stuck"
        return
    yield from _once(task, remote, guild)
    yield from _high(task, posts, guild)
    if guild.reply(task.id) is not None and task.take:
        yield from _delivered(task, posts, guild)
    elif guild.reply(task.id) is not None:
        yield from _told(task, posts, guild)
        yield from _finished(task, posts, guild)
    elif task.state is not State.CANCELLED:
        yield "went on though nobody had an answer"
    yield from _true(task, remote)


def _several(tasks: list[VideoTask]) -> list[list[VideoTask]]:
    """The takes of each request for several, in their order."""
    found: dict[str, list[VideoTask]] = {}
    for task in sorted(tasks, key=lambda each: each.take):
        if task.take:
            found.setdefault(task.request_id, []).append(task)
    return list(found.values())


def _of_takes(
    takes: list[VideoTask], posts: list[dict[PostKind, Post]], guild: Guild
) -> Iterator[str]:
    """They are answered for by one card and ping once, however they end."""
    reply = guild.reply(takes[0].id)
    if reply is None or not all(task.is_over for task in takes):
        return
    messages = [
        message
        for task in takes
        for kind in (PostKind.FILM, PostKind.OUTCOME)
        for message in guild.of(task.id, kind)
    ]
    if sum(each.pings for each in messages) > 1:
        yield "pinged more than once"
    told = posts[0].get(PostKind.OUTCOME)
    is_told = told is not None and (told.attempts > 0 or told.state is PostState.INBOX)
    is_made = any(task.state is State.COMPLETED for task in takes)
    if not (is_made or is_told) and any(map(_is_loud, takes)):
        yield "its person was not called"
    if reply.is_deleted or posts[0][PostKind.REPLY].state is PostState.GONE:
        return
    films = [each.get(PostKind.FILM) for each in posts]
    ends = tuple(map(end_of, takes, films))
    if reply.shows != ends:
        yield f"its reply shows {reply.shows} in place of {ends}"


def _is_loud(task: VideoTask) -> bool:
    return not (task.muted or task.deleted_by is not None or task.reason in QUIET_ENDS)


def _delivered(task: VideoTask, posts: dict[PostKind, Post], guild: Guild) -> Iterator[str]:
    """One of several videos is in a message, perhaps another's, or in the inbox."""
    if task.state is not State.COMPLETED or task.deleted_by is not None:
        return
    film = posts.get(PostKind.FILM)
    if film is None or not (
        film.state is PostState.INBOX
        or guild.of(file_of(film).carried_by or task.id, PostKind.FILM)
    ):
        yield "its film is nowhere"


def _true(task: VideoTask, remote: RemoteApi) -> Iterator[str]:
    """A task's outcome is what the API says."""
    job = remote.of(task.id)
    has_film = job is not None and job.end in ("film", "late", "forgotten")
    if task.state is State.COMPLETED and not has_film:
        yield "there is no such film"
    if task.state in (State.FAILED, State.CANCELLED) and has_film:
        yield "there is a film"
    if task.state is State.LOST and task.id in remote.heard and job and job.end == "film":
        yield "lost although its callback was taken"
    if _is_late_film_to_come(task, remote):
        yield "its late film never came"


def _patient(task: VideoTask, remote: RemoteApi) -> Iterator[str]:
    """What is refused for its own sake is tried a few times, however often it is put back."""
    if remote.refused[task.id] > MOST_REFUSED and remote.own.get(task.id) is not None:
        yield f"tried {remote.refused[task.id]} times in vain"


def _once(task: VideoTask, remote: RemoteApi, guild: Guild) -> Iterator[str]:
    if remote.booked()[task.id] > 1:
        yield "paid twice"
    pings = 0
    for kind in (PostKind.FILM, PostKind.OUTCOME):
        messages = guild.of(task.id, kind)
        pings += sum(each.pings for each in messages)
        if _is_double(messages, guild):
            yield f"{len(messages)} messages of kind {kind}"
    if pings > 1:
        yield "pinged more than once"


def _is_double(messages: list[Message], guild: Guild) -> bool:
    """Whether one could have been recognised: by its nonce, or by a look at the channel."""
    seen = [each for each in messages if each.place not in guild.shut and not each.is_deleted]
    if guild.has_history and len(seen) > 1:
        return True
    return any(
        later.place == sooner.place and later.at - sooner.at < NONCE_SECONDS
        for sooner, later in pairwise(messages)
    )


def _told(task: VideoTask, posts: dict[PostKind, Post], guild: Guild) -> Iterator[str]:
    """Whoever saw "waiting" gets the video or the truth, in a message or the inbox."""
    kept = {kind for kind, post in posts.items() if post.state is PostState.INBOX}
    said = {kind for kind in PostKind if guild.of(task.id, kind)}
    if task.state is State.COMPLETED:
        if PostKind.FILM not in kept | said and task.deleted_by is None:
            yield "its film is nowhere"
        return
    reply = guild.reply(task.id)
    is_shown = reply is not None and _first(reply.shows) is task.state
    is_known = task.reason is Reason.CANCELLED and task.id in guild.cancelled
    if task.reason is Reason.WITHDRAWN and reply is not None and reply.is_deleted:
        is_known = True  # deleted before anybody had looked: as if it had never arrived
    if not is_shown and PostKind.OUTCOME not in kept | said and not is_known:
        yield "the truth was never told"
    is_quiet_end = task.muted or task.deleted_by is not None or task.reason in QUIET_ENDS
    if not is_quiet_end and PostKind.OUTCOME not in kept | said:
        yield "its person was not called"


def _high(task: VideoTask, posts: dict[PostKind, Post], guild: Guild) -> Iterator[str]:
    """A message goes down the ladder past places that are shut, and past no other."""
    for message in guild.messages:
        if message.task_id == task.id and message.kind is not PostKind.REPLY:
            for place in guild.open_above(message.place, message.at):
                yield f"its {message.kind} is in {message.place} though {place} was open"
    for kind, post in posts.items():
        if post.state is PostState.INBOX and (places := [*guild.open_above("inbox")]):
            yield f"its {kind} is in the inbox though {places[0]} is open"


def _finished(task: VideoTask, posts: dict[PostKind, Post], guild: Guild) -> Iterator[str]:
    """The reply shows how it ended, unless it is gone or cannot be reached."""
    reply, post = guild.reply(task.id), posts[PostKind.REPLY]
    if reply is None or reply.is_deleted or post.state is PostState.GONE:
        return
    is_made = task.state is State.COMPLETED
    ends = end_of(task, posts.get(PostKind.FILM if is_made else PostKind.OUTCOME))
    if reply.shows != ends:
        yield f"its reply shows {reply.shows} in place of {ends}"


def ledgers(task: VideoTask, allowance: Allowance, bill: Bill, remote: RemoteApi) -> Iterator[str]:
    """The bill is released only on proof of no charge, and never counts what was not booked."""
    job = remote.of(task.id)
    if job is not None and job.is_charged and bill is Bill.RELEASED:
        yield f"{task.id}: charged by the API, but its bill is released"
    if job is None and bill is Bill.CHARGED:
        yield f"{task.id}: its bill is charged, but the API never took it"
    if task.state is not State.COMPLETED and allowance is not Allowance.REFUNDED:
        yield f"{task.id}: no film, but the allowance is {allowance}"


def _is_late_film_to_come(task: VideoTask, remote: RemoteApi) -> bool:
    """A lost video that the API has, under a known id, and that is still looked for."""
    if task.state is not State.LOST or task.remote_id is None or task.due_at is None:
        return False
    job = remote.jobs.get(task.remote_id)
    return job is not None and job.end in ("film", "late")


def _first(shown: object) -> object:
    return shown[0] if isinstance(shown, tuple) else None
