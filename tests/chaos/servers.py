"""More servers, so that each process has one to hear."""

from dataclasses import replace

from bot.playground.guild import Channel, LocalDiscord
from bot.playground.guild.demo import GUILD, STEP


def split(discord: LocalDiscord, count: int) -> None:
    """So many shards, with a server and a channel, named `stage`, on each."""
    guild = discord.world.guild("Film club")
    everyone, *others = guild.roles
    for number in range(1, count):
        id = GUILD + STEP * (1000 * count + number)
        roles = (replace(everyone, id=id), *others)
        discord.world.guilds[id] = replace(guild, id=id, name=f"Club {number}", roles=roles)
        stage = Channel(id=id + STEP, name=f"stage{number}", guild_id=id)
        discord.world.channels[stage.id] = stage
    discord.gateway.shards = count
    discord.gateway.concurrency = (
        count  # or kills would leave most servers unheard most of the time
    )


def stages(discord: LocalDiscord) -> list[int]:
    """The channels of the servers that `split` has made."""
    channels = discord.world.channels.values()
    return [each.id for each in channels if each.name.startswith("stage")]
