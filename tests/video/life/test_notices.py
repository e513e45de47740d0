"""What the operator hears: in time, and not too often."""

from datetime import timedelta

from bot.video.life.notices import tell_operator


async def test_the_operator_hears_in_time_that_the_credits_run_low(start, api):
    api.credits = 300.0
    async with start() as desk:
        await desk.clock.advance(20)
        assert desk.announcer.notices() == [
            ("operator.low_balance", {"films": 11, "credits": 300.0})
        ]


async def test_the_operator_hears_of_a_cause_again_only_after_an_hour(start, api):
    async with start() as desk:
        await desk.clock.advance(45 * 60)
        api.credits = 300.0
        await desk.clock.advance(50 * 60)  # told at minute 50 and not in the next hour of the day
        assert len(desk.announcer.notices()) == 1
        await desk.clock.advance(20 * 60)
        assert len(desk.announcer.notices()) == 2


async def test_a_clock_that_was_ahead_once_does_not_silence_the_operators_lines(desk):
    now = desk.clock.now()
    for at in (now + timedelta(days=365), now):
        await desk.store.tx(lambda books, at=at: tell_operator(books, "key", now=at))
    await desk.clock.jump(366 * 86_400)
    assert [subject for subject, _ in desk.announcer.notices()] == ["operator.key"] * 2
