"""When to look at a running task again: a pure function of age, estimate and progress.

Progress tells how much remains. A look after a third of that needs few requests and notices the end
soon (`make bench` simulates it beside fixed intervals and exponential backoff)."""

SHARE = 0.33  # of the remaining time
FLOOR = 2.0  # seconds between two looks, at least
FIRST_SHARE = 0.2  # of the API's estimate, before any progress is known
CEILING = 60.0
OVERDUE_SHARE = 0.1  # of the age, after twice the estimate
OVERDUE_FLOOR = 0.01  # of the age, if progress is known: a task may hang near its end
PATIENCE = 2 * 3600.0  # seconds; older tasks are read every `RARELY`
RARELY = 600.0
DEFAULT_ESTIMATE = 300.0  # the reference page's own example

STALL_FACTOR = 5  # times the estimate: then it most likely hangs
STALL_FLOOR = 15 * 60.0  # seconds
STALL_CEILING = 2 * 3600.0


def stalls_after(estimate: float | None) -> float:
    """The age in seconds at which a running task no longer holds a place; it is still watched."""
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
