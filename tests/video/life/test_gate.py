"""After the first doubtful submission, nothing more is risked until a probe answers."""

from bot.video.life.gate import Gate, Pause

NOW = 1000.0


def test_it_begins_with_one_and_widens_with_success():
    gate = Gate(most=3)
    widths = [gate.width]
    for _ in range(3):
        gate.succeeded()
        widths.append(gate.width)
    assert widths == [1, 2, 3, 3]


def test_a_doubt_shuts_it_and_a_probe_reopens_it_for_one():
    gate = Gate(most=3, width=3)
    gate.shut(Pause.OUTAGE, NOW)
    assert not gate.is_open
    gate.reopen()
    assert gate.is_open
    gate.under_way += 1
    assert not gate.is_open


def test_probes_become_rarer_up_to_a_minute():
    gate = Gate(most=3)
    gate.shut(Pause.KEY, NOW)
    delays = []
    for _ in range(6):
        assert gate.probe_at is not None
        delays.append(gate.probe_at - NOW)
        gate.probe_failed(NOW)
    assert delays == [5, 10, 20, 40, 60, 60]


def test_the_api_may_say_how_long_to_wait():
    gate = Gate(most=3)
    gate.shut(Pause.BUSY, NOW, seconds=7)
    assert gate.probe_at == NOW + 7


def test_a_doubt_after_each_probe_risks_films_ever_more_rarely():
    gate, delays = Gate(most=3), []
    for _ in range(6):
        gate.shut(Pause.OUTAGE, NOW)
        assert gate.probe_at is not None
        delays.append(gate.probe_at - NOW)
        gate.reopen()
    assert delays == [5, 10, 20, 40, 60, 60]
    gate.succeeded()
    gate.shut(Pause.OUTAGE, NOW)
    assert gate.probe_at == NOW + 5
