"""`python -m bot`, whose process ends after seconds, not a minute, without the services."""

import sys

from bot import lookout, parts
from bot.__main__ import main
from bot.db.reach import ReachTimes

if __name__ == "__main__":
    lookout.ASKING = 2.0
    parts.REACH_TIMES = ReachTimes(limit=16, fresh=8, every=2, again=1)
    sys.exit(main())
