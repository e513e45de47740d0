"""A local video API with Evolink's contract: validates, bills, calls back and renders videos."""

from bot.playground.evolink.faults import LinkFault
from bot.playground.evolink.film.studio import ready_made_film
from bot.playground.evolink.server import LocalEvolink
from bot.playground.evolink.tasks import Pace, Status

__all__ = ["LinkFault", "LocalEvolink", "Pace", "Status", "ready_made_film"]
