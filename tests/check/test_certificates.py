"""What an operator reads about a service whose certificate is not trusted."""

import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.check.terminal import Portal, Terminal


@pytest.fixture(scope="module")
def signed_by_itself(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A certificate for localhost that nobody else vouches for."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes certificates, is not here")
    folder = tmp_path_factory.mktemp("certificate")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    made = (
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=localhost"
    )
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(["openssl", *made.split(), *files], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


@pytest.fixture
async def impostor(signed_by_itself: ssl.SSLContext) -> AsyncIterator[str]:
    server = TestServer(web.Application(), host="127.0.0.1", scheme="https")
    await server.start_server(ssl=signed_by_itself)
    yield f"https://localhost:{server.port}"
    await server.close()


async def test_a_certificate_that_fails_is_named_with_its_host(
    terminal: Terminal, impostor: str
) -> None:
    code = await terminal.check(
        Portal(), DISCORD_API_URL=f"{impostor}/api/v10", EVOLINK_BASE_URL=impostor
    )

    assert code == 1
    for about in ("Discord", "API key"):
        said = terminal.said(f"problem  {about}")
        assert "certificate of localhost is not trusted: self" in said
        assert "does not answer" not in said
