async def test_a_prompt_becomes_a_film_behind_a_link(client):
    task = await client.ended(await client.accepted())
    async with client.session.get(task["results"][0]) as answer:
        film = await answer.read()
    assert answer.content_type == "video/mp4"
    assert film[4:8] == b"ftyp"
