"""People who order videos, change their minds, want quiet, or delete what they got."""

from collections.abc import Callable

from bot.video.doors.hearing import snowflake
from bot.video.values.posts import PostKind
from tests.simulation.guild import Guild
from tests.simulation.program import Program
from tests.simulation.world import World

PEOPLE = (101, 102)
Living = Callable[[], Program | None]


def arrive(world: World, guild: Guild, living: Living) -> None:
    """Plan what people do in a run; acts without a living process come to nothing."""
    for _ in range(world.chance.choice((1, 1, 1, 2))):
        person, moment = world.chance.choice(PEOPLE), world.chance.uniform(0.5, 8)
        _ask(world, living, person, moment)
    for seconds in (2, 5, 9, 20, 45, 90, 150):
        if world.comes_true(world.weather.people):
            world.at(world.chance.uniform(0, seconds * 1.5), lambda: _press(world, guild, living))


def _ask(world: World, living: Living, person: int, moment: float) -> None:
    """Plan a command, and now and then that it is heard again, by a replay or a new process."""
    interaction_id = snowflake(world.instant(moment))

    def order() -> None:
        program = living()
        if program is not None:
            program.order(person, moment, interaction_id)

    world.at(moment, order)
    if world.comes_true(world.weather.again):
        world.at(moment + world.chance.uniform(0, 2), order)


def _press(world: World, guild: Guild, living: Living) -> None:
    """Press some button under some message that is there."""
    program = living()
    seen = [each for each in guild.messages if each.task_id is not None and not each.is_deleted]
    if program is None or not seen:
        return
    message = world.chance.choice(seen)
    person = world.chance.choice(PEOPLE)
    if message.kind is PostKind.FILM:
        if world.comes_true(0.5):
            message.is_deleted = True  # by a moderator, or by the button, which also tells us
        program.press("delete", str(message.task_id), person)
    elif world.comes_true(0.1):
        message.is_deleted = True
    else:
        program.press(world.chance.choice(("cancel", "mute")), str(message.task_id), person)
