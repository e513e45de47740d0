"""/video from the options to the film: what the API is asked for, and what people see of it."""

from bot.playground.guild import Flag, Message, ResponseKind
from tests.story.stage import PROMPT, Stage

EVERYTHING = {
    "prompt": "  a *fox* in the snow, @everyone  ",
    "duration": 7,
    "aspect_ratio": "9:16",
    "sound": "on",
    "quality": "1080p",
    "negative_prompt": "people",
    "shots": "intelligence",
    "watermark": True,
    "model": "kling-v3-text-to-video",
}


def versions(stage: Stage, message_id: int) -> list[str]:
    """Collects every text that a message has had from now on."""
    seen: list[str] = []

    def look(_: object) -> None:
        message = stage.discord.state.messages.find(message_id)
        if message is not None and message.text not in seen:
            seen.append(message.text)

    look(None)
    stage.discord.events.subscribe(look)
    return seen


async def test_every_option_reaches_the_api_field_by_field(stage: Stage) -> None:
    async with stage.bot():
        sent = await stage.video(**EVERYTHING)
        await stage.film()
        await stage.reads(sent, "see the video")

    (request,) = stage.api.requests
    assert request.body == {
        "model": "kling-v3-text-to-video",
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


async def test_without_options_the_defaults_are_named_and_nothing_else(stage: Stage) -> None:
    async with stage.bot():
        await stage.video()
        await stage.until(lambda: stage.api.requests)

    assert stage.api.requests[0].body == {
        "model": "kling-v3-text-to-video",
        "prompt": PROMPT,
        "duration": 5,
        "aspect_ratio": "16:9",
        "quality": "720p",
        "sound": "off",
    }
    assert stage.api.requests[0].headers["Authorization"] == "Bearer story-key-of-nobody"


async def test_a_card_waits_renders_and_becomes_one_line(stage: Stage) -> None:
    async with stage.bot():
        sent = await stage.video(prompt="a *fox* in the snow")
        assert sent.message is not None
        first = sent.message
        seen = versions(stage, first.id)
        film = await stage.film()
        last = await stage.reads(sent, "see the video")

    assert first.only_for is None
    assert "Waiting" in first.text
    assert "Next in the queue" in first.text
    assert "cancel for free" in first.text
    assert r"a \*fox\* in the snow" in first.text
    assert "About 27 credits ($0.40)" in first.text
    assert any("Rendering" in text and "%" in text and "<t:" in text for text in seen)
    assert last.text == f"Ready: [see the video]({link(stage, film)})"
    assert not last.buttons


async def test_the_film_is_one_message_that_names_its_requester_once(stage: Stage) -> None:
    async with stage.bot():
        await stage.video(prompt="a fox, @everyone <@1456042598421000000>")
        film = await stage.film()
        await stage.quiet()

    maya = stage.discord.world.user("maya").id
    assert stage.films() == [film]
    assert film.pinged == {maya}
    assert not film.everyone
    assert stage.pings("maya") == 1
    assert film.flags & Flag.COMPONENTS_V2
    (upload,) = film.attachments
    assert upload.content_type == "video/mp4"
    assert film.media == (upload.url,)
    (gallery,) = [part for part in film.parts() if part["type"] == 12]
    assert "a fox" in gallery["items"][0]["description"]
    (task,) = stage.api.tasks.values()
    assert f"{stage.api.url}/files/{task.id}.mp4" in film.text
    assert "The link expires <t:" in film.text


async def test_a_spanish_person_reads_spanish_where_the_channel_reads_english(stage: Stage) -> None:
    async with stage.bot():
        sent = await stage.video("maya", locale="es-ES")
        private = await stage.discord.actor("maya").command("films", "quota", locale="es-ES")
        await private.responded()

    assert sent.message is not None
    assert "Waiting" in sent.message.text
    assert private.message is not None
    assert private.message.only_for is not None
    assert "créditos" in private.message.text


async def test_quota_tells_what_a_film_has_taken_and_when_more_opens(stage: Stage) -> None:
    async with stage.bot(DEFAULT_DAILY_CREDITS="100"):
        before = await stage.asks("maya", "quota")
        await stage.video()
        after = await stage.asks("maya", "quota")

    assert "0 of 100 credits used" in before
    assert "27 of 100 credits used, 73" in after
    assert "Next credits free up <t:" in after


async def test_while_typing_the_price_follows_the_other_options(stage: Stage) -> None:
    async with stage.bot(DEFAULT_DAILY_CREDITS="100"):
        maya = stage.discord.actor("maya")
        plain = await maya.autocomplete("films", "video", {"duration": "5"}, focused="duration")
        sharp = await maya.autocomplete(
            "films", "video", {"duration": "5", "quality": "1080p"}, focused="duration"
        )

    assert [choice["value"] for choice in plain] == [5]
    assert plain[0]["name"] == "5 s · 27 credits ($0.40) · 2 more like this today"
    assert sharp[0]["name"] != plain[0]["name"]


async def test_a_person_writes_shots_in_a_form_filled_with_the_prompt(stage: Stage) -> None:
    async with stage.bot():
        sent = await stage.video(shots="customize", duration=10, negative_prompt="rain")
        assert sent.response is ResponseKind.MODAL
        assert sent.modal is not None
        texts = [part["component"]["value"] for part in sent.modal.components]
        form = await stage.discord.actor("maya").submit(
            sent.modal, {"shots": "4 a fox wakes\nit runs\nit sleeps"}
        )
        await form.responded()
        await stage.film()

    assert texts == [PROMPT, "rain"]
    body = stage.api.requests[0].body
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


async def test_shots_that_do_not_add_up_come_back_with_the_text_kept(stage: Stage) -> None:
    written = "9 a fox wakes\n9 it runs"
    async with stage.bot():
        maya = stage.discord.actor("maya")
        sent = await stage.video(shots="customize", duration=10)
        assert sent.modal is not None
        refused = await (await maya.submit(sent.modal, {"shots": written})).responded()
        again = await stage.press("maya", refused.message, "Open the form again")

    assert refused.message is not None
    assert refused.message.only_for is not None
    assert "add up to 18 s, but the video has 10 s" in refused.message.text
    assert "9 a fox wakes" in refused.message.text
    assert again.modal is not None
    assert again.modal.components[0]["component"]["value"] == written
    assert stage.api.requests == []


async def test_films_are_listed_and_shown_with_a_fresh_address(stage: Stage) -> None:
    async with stage.bot():
        maya = stage.discord.actor("maya")
        await stage.video()
        film = await stage.film()
        listed = await (await maya.command("films", "videos list")).responded()
        shown = await stage.told("maya", listed.message, "Show")

        assert stage.clock is not None
        stage.clock.pass_by(hours=25)
        old = film.attachments[0].url
        later = await stage.told("maya", listed.message, "Show")

    assert listed.message is not None
    assert listed.message.only_for is not None
    assert PROMPT in listed.message.text
    assert f"[The message with the video]({link(stage, film)})" in shown.text
    assert "/attachments/" in shown.text
    assert "/attachments/" in later.text
    assert old not in later.text


async def test_a_dead_link_says_since_when_and_what_another_costs(stage: Stage) -> None:
    async with stage.bot():
        await stage.video()
        film = await stage.film()
        task_id = film.buttons["Again"]["custom_id"].rpartition(":")[2]
        stage.discord.actor("sam").delete(film)
        assert stage.clock is not None
        stage.clock.pass_by(hours=25)
        maya = stage.discord.actor("maya")
        shown = await (await maya.command("films", "videos show", {"id": task_id})).responded()

    assert shown.message is not None
    assert "The file's link stopped working <t:" in shown.message.text
    assert "Making the video again costs about 27 credits" in shown.message.text


async def test_a_film_from_a_channel_one_does_not_see_is_not_shown(stage: Stage) -> None:
    async with stage.bot():
        await stage.video("sam", "mods")
        film = await stage.film(channel="mods")
        task_id = film.buttons["Again"]["custom_id"].rpartition(":")[2]
        maya = stage.discord.actor("maya")
        answer = await (await maya.command("films", "videos show", {"id": task_id})).responded()

    assert answer.message is not None
    assert answer.message.text == "There is no such video."


async def test_a_film_too_large_for_the_server_is_kept_and_linked(stage: Stage) -> None:
    stage.settings["PUBLIC_URL"] = f"http://127.0.0.1:{stage.port}"
    raise_limit = stage.discord.faults.add(
        lambda request: request.method == "POST" and bool(request.uploads),
        status=413,
        code=40005,
        message="Request entity too large",
    )
    async with stage.bot():
        await stage.video()
        film = await stage.film()

    assert len(raise_limit) == 1
    assert film.attachments == ()
    assert f"{stage.settings['PUBLIC_URL']}/films/" in film.text
    assert stage.pings("maya") == 1


def link(stage: Stage, film: Message) -> str:
    channel = stage.discord.world.channel("films")
    return f"https://discord.com/channels/{channel.guild_id}/{channel.id}/{film.id}"
