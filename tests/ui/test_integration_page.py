"""The bot reads a server's integration page as the local Discord does, by its own code."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.playground.guild import Channel, Permission, Target, demo_world
from bot.playground.guild.overrides import Overrides
from bot.playground.guild.permissions import in_guild
from bot.playground.guild.world import ChannelKind
from bot.ui.integration_page import IntegrationPage
from bot.video.values.asker import Asker

WORLD = demo_world()
GUILD, APPLICATION = WORLD.guild("Film club"), WORLD.application.id
COMMAND = {"id": "77", "default_member_permissions": str(int(Permission.MODERATE_MEMBERS))}
FILMS = WORLD.channel("films")
THREAD = Channel(
    id=5,
    name="below",
    kind=ChannelKind.PUBLIC_THREAD,
    guild_id=GUILD.id,
    parent_id=FILMS.id,
)
PEOPLE = [WORLD.user(name).id for name in ("maya", "sam", "leo")]
TARGETS = [
    *((Target.USER, each) for each in PEOPLE),
    *((Target.ROLE, each.id) for each in GUILD.roles),
    *((Target.CHANNEL, each) for each in (FILMS.id, WORLD.channel("mods").id, GUILD.id - 1)),
]
ROWS = st.dictionaries(st.sampled_from(TARGETS), st.booleans())


@given(of_command=ROWS, of_all=ROWS, who=st.sampled_from(PEOPLE), in_thread=st.booleans())
def test_the_page_is_read_as_discord_reads_it(
    of_command: dict[Any, bool], of_all: dict[Any, bool], who: int, in_thread: bool
) -> None:
    overrides = Overrides(APPLICATION)
    for about, rows in ((77, of_command), (APPLICATION, of_all)):
        for target, allowed in rows.items():
            overrides.put(GUILD.id, about, target, allowed)
    channel = THREAD if in_thread else FILMS
    asker = Asker(
        user_id=who,
        channel_id=channel.id,
        parent_id=channel.parent_id,
        role_ids=frozenset(GUILD.members[who]),
    )
    by_default = bool(in_guild(GUILD, who) & Permission.MODERATE_MEMBERS)

    page = IntegrationPage.read(GUILD.id, APPLICATION, overrides.within(GUILD.id))
    may = page.lets(asker, 77, by_default=by_default) and page.lets_in(asker, 77)

    assert may is overrides.let_use(COMMAND, GUILD, who, channel)
