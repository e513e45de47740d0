"""Who is cut off: only who gets no answer for long while another process does."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.db.reach import Reach, ReachTimes
from bot.video.values.standing import WAITING, Peer, Process
from tests.db.conftest import NOW

BOTH = {Peer.API: 1.0, Peer.DISCORD: 1.0}
TIMES = ReachTimes()


class Machine:
    """A process whose calls get answers or not, beside others; seconds pass as a test says."""

    def __init__(self, *, works: bool = True, hears: bool = True) -> None:
        self.now = 1000.0
        self.others: Sequence[Process] = [other()]
        self.reach = Reach(works=works, hears=hears, monotonic=lambda: self.now)
        self.reach.begin()

    def live(self, seconds: float, *lost: Peer, every: float = TIMES.again) -> None:
        """Calls both services for so long; the lost ones do not answer."""
        until = self.now + seconds
        while self.now < until:
            self.now += every
            for peer, contact in self.reach.contacts.items():
                contact.failed() if peer in lost else contact.answered()
            self.reach.look(self.others)

    @property
    def is_cut_off(self) -> bool:
        return self.reach.cut_off is not None


def other(role: str = "all", **reached: float) -> Process:
    ages = {Peer(name): ago for name, ago in reached.items()} if reached else BOTH
    return Process(
        owner=3, started_at=NOW - timedelta(hours=1), silent=1, role=role, host="host7", pid=4711,
        reached=ages,
    )  # fmt: skip


@pytest.mark.parametrize("lost", Peer)
def test_a_process_is_cut_off_after_a_minute_and_not_before(lost: Peer) -> None:
    machine = Machine()
    machine.live(100)
    machine.live(TIMES.limit, lost)
    assert not machine.is_cut_off
    machine.live(5, lost)
    assert machine.reach.cut_off == (
        f"This process has not reached {lost.words} for 60 s, while #3 on host7, pid 4711 does: "
        "it ends, and others take over what it did"
    )


@pytest.mark.parametrize(
    "others",
    [
        [],
        [other(api=31, discord=1)],
        [other(api=1, discord=31)],
        [other(api=1)],
        [other(api=-3600, discord=-3600)],
        [other("gateway")],
        [other("worker")],
        [other("")],
        [other(WAITING)],
    ],
    ids=[
        "nobody",
        "no api",
        "no discord",
        "an older one",
        "its clock was set",
        "deaf",
        "idle",
        "starting",
        "waiting",
    ],
)
def test_who_cannot_be_replaced_is_not_cut_off(others: Sequence[Process]) -> None:
    machine = Machine()
    machine.others = others
    machine.live(600, Peer.API)
    assert not machine.is_cut_off


def test_apart_two_others_can_do_what_one_did() -> None:
    machine = Machine()
    machine.others = [other("gateway", discord=1), other("worker")]
    machine.live(100, Peer.API)
    assert machine.is_cut_off


def test_who_is_deaf_anyway_leaves_its_videos_to_a_worker() -> None:
    machine = Machine()
    machine.others = [other("worker")]
    machine.live(100, Peer.DISCORD)
    assert machine.is_cut_off


def test_a_worker_needs_no_other_that_hears() -> None:
    machine = Machine(hears=False)
    machine.others = [other("worker")]
    machine.live(100, Peer.API)
    assert machine.is_cut_off


@pytest.mark.parametrize(("role", "ends"), [("gateway", True), ("worker", False)])
def test_who_only_hears_needs_no_video_api(role: str, ends: bool) -> None:
    machine = Machine(works=False)
    machine.others = [other(role, discord=1)]
    assert Peer.API not in machine.reach.contacts
    machine.live(100, Peer.DISCORD)
    assert machine.is_cut_off is ends


def test_one_answer_in_between_is_enough() -> None:
    machine = Machine()
    for _ in range(10):
        machine.live(55, Peer.API)
        machine.live(5)
    assert not machine.is_cut_off


def test_two_failures_on_different_days_prove_nothing() -> None:
    machine = Machine()
    machine.live(86_400, Peer.API, every=86_400)
    machine.live(86_400, Peer.API, every=86_400)
    assert not machine.is_cut_off


def test_a_process_that_stood_still_for_minutes_has_time_to_try_again() -> None:
    machine = Machine()
    machine.live(5, Peer.API)
    machine.now += 300
    machine.live(TIMES.limit, Peer.API)
    assert not machine.is_cut_off


def test_who_does_not_see_the_others_does_not_rely_on_them() -> None:
    machine = Machine()
    machine.live(10)
    assert machine.reach.heir() is not None
    machine.now += 2 * TIMES.seen
    assert machine.reach.heir() is None
    assert not machine.reach.is_informed


def test_an_answer_comes_often_enough_to_count_as_fresh() -> None:
    assert TIMES.every + TIMES.again < TIMES.fresh
    assert TIMES.fresh < TIMES.limit
