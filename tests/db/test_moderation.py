"""Statements on blocks, rules and the moderators' queue, on both databases."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from bot.db import SqlStore
from bot.video.ports.books import Books
from bot.video.values.contents import QueueContent
from bot.video.values.moderation import Block, PromptRule, RuleAction
from bot.video.values.posts import Post, PostKind, PostState, Rung
from bot.video.values.settings import ServerSettings, SettingsDocument

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
BLOCK = Block(
    server_id=1,
    user_id=2,
    until=NOW + timedelta(hours=1),
    reason="spam",
    blocked_by=9,
    blocked_at=NOW,
)
RULE = PromptRule(
    id="a" * 20,
    server_id=1,
    name="Ñandú",
    pattern=r"\pL+",
    is_pattern=True,
    action=RuleAction.HOLD,
    set_by=9,
    set_at=NOW,
)
CARD = Post(
    id="queue.1",
    kind=PostKind.QUEUE,
    state=PostState.THERE,
    rung=Rung.CHANNEL,
    nonce="n",
    content=QueueContent(page=2),
    server_id=1,
)


async def test_one_look_shows_what_a_server_decided_for_one_of_its_people(store: SqlStore) -> None:
    nothing = await store.tx(lambda books: books.terms(1, 2))
    assert nothing.settings.read() == ServerSettings()
    assert not any((nothing.is_blocked, nothing.has_rules, nothing.has_limits, nothing.has_grants))
    assert nothing.reset_at is None

    def decide(books: Books) -> None:
        books.set_block(BLOCK)
        books.add_rule(RULE)
        books.put_reset(1, 2, by=9, at=NOW)
        books.save_settings(1, SettingsDocument().changed("budget", 500), by=9, at=NOW)

    await store.tx(decide)
    decided = await store.tx(lambda books: books.terms(1, 2))
    assert decided.is_blocked
    assert decided.has_rules
    assert (decided.reset_at, decided.settings.read().budget) == (NOW, 500)
    other_person, other_server = await store.tx(
        lambda books: (books.terms(1, 3), books.terms(5, 2))
    )
    assert not other_person.is_blocked
    assert other_person.has_rules
    assert other_server == nothing


async def test_a_block_takes_the_place_of_an_earlier_one(store: SqlStore) -> None:
    for_good = replace(BLOCK, until=None, reason="")
    await store.tx(lambda books: books.set_block(BLOCK))
    await store.tx(lambda books: books.set_block(for_good))

    assert await store.tx(lambda books: books.block(1, 2)) == for_good
    assert await store.tx(lambda books: books.block(1, 3)) is None
    assert await store.tx(lambda books: books.block(2, 2)) is None


async def test_only_a_block_that_holds_is_lifted(store: SqlStore) -> None:
    later = NOW + timedelta(hours=1)
    await store.tx(lambda books: books.set_block(BLOCK))

    assert await store.tx(lambda books: books.lift_block(1, 2, now=later)) is None
    assert await store.tx(lambda books: books.lift_block(1, 2, now=NOW)) == BLOCK
    assert await store.tx(lambda books: books.lift_block(1, 2, now=NOW)) is None


async def test_rules_come_back_as_written_and_names_are_taken_once(store: SqlStore) -> None:
    other = replace(RULE, id="b" * 20, name="Auk", is_pattern=False)
    assert await store.tx(lambda books: books.add_rule(RULE))
    assert await store.tx(lambda books: books.add_rule(other))
    assert not await store.tx(lambda books: books.add_rule(replace(RULE, id="c" * 20)))

    assert await store.tx(lambda books: books.rules(1)) == [other, RULE]
    assert await store.tx(lambda books: books.rules(2)) == []
    assert await store.tx(lambda books: books.remove_rule(1, "Ñandú")) == RULE
    assert await store.tx(lambda books: books.remove_rule(1, "Ñandú")) is None


async def test_queues_are_open_until_they_are_gone(store: SqlStore) -> None:
    await store.tx(lambda books: books.add_post(CARD))
    await store.tx(
        lambda books: books.add_post(replace(CARD, id="x", nonce="x", kind=PostKind.REPORT))
    )

    assert await store.tx(lambda books: books.survey().queues) == [CARD.id]
    assert await store.tx(lambda books: books.look_up_post("queue.1")) == CARD
    assert await store.tx(lambda books: books.look_up_post("queue.2")) is None
    await store.tx(lambda books: books.change_post("queue.1", state=PostState.GONE))
    assert await store.tx(lambda books: books.survey().queues) == []
