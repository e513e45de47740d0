"""What a result link returns: the video, nothing after 24 hours, or a scripted fault."""

from pathlib import Path

from aiohttp import web

from bot.playground.evolink.faults import LinkFault, Redirect

PAGE = "<!doctype html><title>Just a moment...</title><p>Checking your browser."
MP4_START = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41"
HUGE = 2 * 1024**3
BLOCK = bytes(64 * 1024)


async def serve_film(
    request: web.Request, film: Path | None, fault: LinkFault | Redirect | None
) -> web.StreamResponse:
    """Answer one download; without `film` the link leads nowhere, or no longer."""
    match fault:
        case LinkFault.FORBIDDEN:
            return web.Response(status=403, text=PAGE, content_type="text/html")
        case LinkFault.HTML:
            return web.Response(text=PAGE, content_type="text/html")
        case Redirect(to):
            return web.Response(status=302, headers={"Location": to})
        case LinkFault.ENDLESS:
            return await _stream(request, length=None)
        case LinkFault.HUGE:
            return await _stream(request, length=HUGE)
        case LinkFault.CUT:
            return await _stream(request, length=len(BLOCK) * 2, cut=True)
    if film is None or fault is LinkFault.MISSING:
        return web.Response(status=404, text="Not found")
    return web.FileResponse(film, headers={"Content-Type": "video/mp4"})


async def _stream(
    request: web.Request, *, length: int | None, cut: bool = False
) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Type": "video/mp4"})
    answer.content_length = length
    await answer.prepare(request)
    sent = 0
    block = MP4_START + BLOCK[len(MP4_START) :]
    while length is None or sent < length:
        await answer.write(block)
        sent += len(block)
        block = BLOCK
        if cut and request.transport is not None:
            request.transport.abort()
            break
    return answer
