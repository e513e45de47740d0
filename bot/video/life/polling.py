"""When to look at a running task again: a pure function of age, estimate and progress.

Progress tells what remains, so a look after a third of it costs few requests and finds the end
soon (simulated in `make bench`: beside fixed intervals and exponential backoff)."""

SHARE = 0.33  # of what remains
FLOOR = 2.0  # seconds between two looks at least
FIRST_SHARE = 0.2  # of the API's estimate, before any progress is known
CEILING = 60.0
OVERDUE_SHARE = 0.1  # of the age, once it takes longer than twice the estimate
OVERDUE_FLOOR = 0.01  # of the age, where progress is known: a task may be stuck before its end
PATIENCE = 2 * 3600.0  # seconds; older tasks are looked at every `RARELY`
RARELY = 600.0
DEFAULT_ESTIMATE = 300.0  # the reference page's own example

STALL_FACTOR = 5  # times the estimate: it is far more likely to hang than to be worked on
STALL_FLOOR = 15 * 60.0  # seconds
STALL_CEILING = 2 * 3600.0


def stalls_after(estimate: float | None) -> float:
    """From which age on, in seconds, a running task is watched on without holding a place."""
    return min(max(STALL_FACTOR * (estimate or DEFAULT_ESTIMATE), STALL_FLOOR), STALL_CEILING)


def next_look(*, age: float, estimate: float | None, progress: int) -> float:
    """Seconds until the next look at a task that was submitted `age` seconds ago."""
    if age >= PATIENCE:
        return RARELY
    expected = estimate or DEFAULT_ESTIMATE
    floor = max(FLOOR, OVERDUE_FLOOR * age) if age > 2 * expected else FLOOR
    return min(max(floor, _share_of_rest(age, expected, progress)), CEILING)


def _share_of_rest(age: float, expected: float, progress: int) -> float:
    if 0 < progress < 100 and age > 0:
        return SHARE * age * (100 - progress) / progress
    if age > 2 * expected:
        return OVERDUE_SHARE * age
    if age < FIRST_SHARE * expected:
        return FIRST_SHARE * expected - age
    return SHARE * max(expected - age, 0.0)
