"""/video from its options to the video: what the API is asked for, and what people see."""

from bot.playground.guild import Flag, Message, ResponseKind
from bot.video.values.catalogue import DEFAULT_MODEL
from tests.story.harness import PROMPT, Harness

EVERYTHING = {
    "prompt": "  a *fox* in the snow, @everyone  ",
    "duration": 7,
    "aspect_ratio": "9:16",
    "sound": "on",
    "quality": "1080p",
    "negative_prompt": "people",
    "shots": "intelligence",
    "watermark": True,
}


def versions(harness: Harness, message_id: int) -> list[str]:
    """Collects every text that a message has had from now on."""
    seen: list[str] = []

    def look(_: object) -> None:
        message = harness.discord.state.messages.find(message_id)
        if message is not None and message.text not in seen:
            seen.append(message.text)

    look(None)
    harness.discord.events.subscribe(look)
    return seen


async def test_every_option_reaches_the_api_field_by_field(harness: Harness) -> None:
    async with harness.bot():
        sent = await harness.video(**EVERYTHING)
        await harness.film()
        await harness.reads(sent, "see the video")

    (request,) = harness.api.requests
    assert request.body == {
        "model": DEFAULT_MODEL,
        "prompt": "a *fox* in the snow, @everyone",
        "negative_prompt": "people",
        "duration": 7,
        "aspect_ratio": "9:16",
        "quality": "1080p",
        "sound": "on",
        "model_params": {
            "multi_shot": True,
            "shot_type": "intelligence",
            "watermark_info": {"enabled": True},
        },
    }


async def test_without_options_the_defaults_are_named_and_nothing_else(harness: Harness) -> None:
    async with harness.bot():
        await harness.video()
        await harness.until(lambda: harness.api.requests)

    assert harness.api.requests[0].body == {
        "model": DEFAULT_MODEL,
        "prompt": PROMPT,
        "duration": 5,
        "aspect_ratio": "16:9",
        "quality": "720p",
        "sound": "off",
    }
    assert harness.api.requests[0].headers["Authorization"] == "Bearer story-key-of-nobody"


async def test_a_card_waits_renders_and_becomes_one_line(harness: Harness) -> None:
    async with harness.bot():
        sent = await harness.video(prompt="a *fox* in the snow")
        assert sent.message is not None
        first = sent.message
        seen = versions(harness, first.id)
        film = await harness.film()
        last = await harness.reads(sent, "see the video")

    assert first.only_for is None
    assert "Waiting" in first.text
    assert "Next in the queue" in first.text
    assert "cancel for free" in first.text
    assert r"a \*fox\* in the snow" in first.text
    assert "About 27 credits ($0.40)" in first.text
    assert any("Rendering" in text and "%" in text and "<t:" in text for text in seen)
    assert last.text == f"Ready: [see the video]({link(harness, film)})"
    assert not last.buttons


async def test_the_film_is_one_message_that_names_its_requester_once(harness: Harness) -> None:
    async with harness.bot():
        await harness.video(prompt="a fox, @everyone <@1456042598421000000>")
        film = await harness.film()
        await harness.quiet()

    maya = harness.discord.world.user("maya").id
    assert harness.films() == [film]
    assert film.pinged == {maya}
    assert not film.everyone
    assert harness.pings("maya") == 1
    assert film.flags & Flag.COMPONENTS_V2
    (upload,) = film.attachments
    assert upload.content_type == "video/mp4"
    assert film.media == (upload.url,)
    (gallery,) = [part for part in film.parts() if part["type"] == 12]
    assert "a fox" in gallery["items"][0]["description"]
    (task,) = harness.api.tasks.values()
    assert film.buttons["Original file"]["url"] == f"{harness.api.url}/files/{task.id}.mp4"
    assert "copy, until <t:" in film.text


async def test_a_spanish_person_reads_spanish_where_the_channel_reads_english(
    harness: Harness,
) -> None:
    async with harness.bot():
        sent = await harness.video("maya", locale="es-ES")
        private = await harness.discord.actor("maya").command("films", "quota", locale="es-ES")
        await private.responded()

    assert sent.message is not None
    assert "Waiting" in sent.message.text
    assert private.message is not None
    assert private.message.only_for is not None
    assert "créditos" in private.message.text


async def test_quota_tells_what_a_film_has_taken_and_when_more_opens(harness: Harness) -> None:
    async with harness.bot(DEFAULT_DAILY_CREDITS="100"):
        before = await harness.asks("maya", "quota")
        await harness.video()
        after = await harness.asks("maya", "quota")

    assert "0 of 100 credits used" in before
    assert "27 of 100 credits used, 73" in after
    assert "It will be enough for" in after


async def test_while_typing_the_price_follows_the_other_options(harness: Harness) -> None:
    async with harness.bot(DEFAULT_DAILY_CREDITS="100"):
        maya = harness.discord.actor("maya")
        plain = await maya.autocomplete("films", "video", {"duration": "5"}, focused="duration")
        sharp = await maya.autocomplete(
            "films", "video", {"duration": "5", "quality": "1080p"}, focused="duration"
        )

    assert [choice["value"] for choice in plain] == [5]
    assert plain[0]["name"] == "5 s · 27 credits ($0.40) · 3 left today"
    assert sharp[0]["name"] != plain[0]["name"]


async def test_a_person_writes_shots_in_a_form_filled_with_the_prompt(harness: Harness) -> None:
    async with harness.bot():
        sent = await harness.video(shots="customize", duration=10, negative_prompt="rain")
        assert sent.response is ResponseKind.MODAL
        assert sent.modal is not None
        texts = [part["component"]["value"] for part in sent.modal.components]
        form = await harness.discord.actor("maya").submit(
            sent.modal, {"shots": "4 a fox wakes\nit runs\nit sleeps"}
        )
        await form.responded()
        await harness.film()

    assert texts == [PROMPT, "rain"]
    body = harness.api.requests[0].body
    assert isinstance(body, dict)
    assert body["prompt"] == ""
    assert body["negative_prompt"] == "rain"
    assert body["duration"] == 10
    assert body["model_params"] == {
        "multi_shot": True,
        "shot_type": "customize",
        "multi_prompt": [
            {"index": 1, "prompt": "a fox wakes", "duration": "4"},
            {"index": 2, "prompt": "it runs", "duration": "3"},
            {"index": 3, "prompt": "it sleeps", "duration": "3"},
        ],
    }


async def test_shots_that_do_not_add_up_come_back_with_the_text_kept(harness: Harness) -> None:
    written = "9 a fox wakes\n9 it runs"
    async with harness.bot():
        maya = harness.discord.actor("maya")
        sent = await harness.video(shots="customize", duration=10)
        assert sent.modal is not None
        refused = await (await maya.submit(sent.modal, {"shots": written})).responded()
        again = await harness.press("maya", refused.message, "Open the form again")

    assert refused.message is not None
    assert refused.message.only_for is not None
    assert "add up to 18 s, but the video has 10 s" in refused.message.text
    assert "9 a fox wakes" in refused.message.text
    assert again.modal is not None
    assert again.modal.components[0]["component"]["value"] == written
    assert harness.api.requests == []


async def test_films_are_listed_and_shown_with_a_fresh_address(harness: Harness) -> None:
    async with harness.bot():
        maya = harness.discord.actor("maya")
        await harness.video()
        film = await harness.film()
        listed = await (await maya.command("films", "videos list")).responded()
        shown = await harness.told("maya", listed.message, "Show")

        assert harness.clock is not None
        harness.clock.pass_by(hours=25)
        old = film.attachments[0].url
        later = await harness.told("maya", listed.message, "Show")

    assert listed.message is not None
    assert listed.message.only_for is not None
    assert PROMPT in listed.message.text
    assert f"[The message with the video]({link(harness, film)})" in shown.text
    assert "/attachments/" in shown.text
    assert "/attachments/" in later.text
    assert old not in later.text


async def test_a_dead_link_says_since_when_and_what_another_costs(harness: Harness) -> None:
    async with harness.bot():
        await harness.video()
        film = await harness.film()
        task_id = film.buttons["Edit"]["custom_id"].rpartition(":")[2]
        harness.discord.actor("sam").delete(film)
        assert harness.clock is not None
        harness.clock.pass_by(hours=25)
        maya = harness.discord.actor("maya")
        shown = await (await maya.command("films", "videos show", {"id": task_id})).responded()

    assert shown.message is not None
    assert "The file's link stopped working <t:" in shown.message.text
    assert "Making the video again costs about 27 credits" in shown.message.text


async def test_a_film_from_a_channel_one_does_not_see_is_not_shown(harness: Harness) -> None:
    async with harness.bot():
        await harness.video("sam", "mods")
        film = await harness.film(channel="mods")
        task_id = film.buttons["Edit"]["custom_id"].rpartition(":")[2]
        maya = harness.discord.actor("maya")
        answer = await (await maya.command("films", "videos show", {"id": task_id})).responded()

    assert answer.message is not None
    assert answer.message.text.startswith("There is no such video")


async def test_a_film_too_large_for_the_server_is_kept_and_linked(harness: Harness) -> None:
    harness.settings["PUBLIC_URL"] = f"http://127.0.0.1:{harness.port}"
    raise_limit = harness.discord.faults.add(
        lambda request: request.method == "POST" and bool(request.uploads),
        status=413,
        code=40005,
        message="Request entity too large",
    )
    async with harness.bot():
        await harness.video()
        film = await harness.film()

    assert len(raise_limit) == 1
    assert film.attachments == ()
    assert f"{harness.settings['PUBLIC_URL']}/films/" in str(film.buttons["Open the file"]["url"])
    assert harness.pings("maya") == 1


def link(harness: Harness, film: Message) -> str:
    channel = harness.discord.world.channel("films")
    return f"https://discord.com/channels/{channel.guild_id}/{channel.id}/{film.id}"
