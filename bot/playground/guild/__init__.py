"""A local Discord: network, rules and people, for the demo and the tests.

It knows nothing about this bot and follows Discord's own documents."""

from bot.playground.guild.actor import Actor
from bot.playground.guild.asking import Sent, Unanswered
from bot.playground.guild.demo import demo_world
from bot.playground.guild.events import Event, EventKind, Events
from bot.playground.guild.faults import Cut, Fault, Faults
from bot.playground.guild.interactions import Interaction, Modal, ResponseKind
from bot.playground.guild.journal import Request
from bot.playground.guild.messages import Flag, Message
from bot.playground.guild.overrides import Target
from bot.playground.guild.permissions import Permission
from bot.playground.guild.places import Places
from bot.playground.guild.ratelimits import Limit, Limits
from bot.playground.guild.rules.options import NotPossible
from bot.playground.guild.server import LocalDiscord
from bot.playground.guild.world import Channel, ChannelKind, Guild, Overwrite, Role, User, World

__all__ = [
    "Actor",
    "Channel",
    "ChannelKind",
    "Cut",
    "Event",
    "EventKind",
    "Events",
    "Fault",
    "Faults",
    "Flag",
    "Guild",
    "Interaction",
    "Limit",
    "Limits",
    "LocalDiscord",
    "Message",
    "Modal",
    "NotPossible",
    "Overwrite",
    "Permission",
    "Places",
    "Request",
    "ResponseKind",
    "Role",
    "Sent",
    "Target",
    "Unanswered",
    "User",
    "World",
    "demo_world",
]
