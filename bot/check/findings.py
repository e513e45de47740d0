"""The lines of `check`."""

from enum import StrEnum

from aiohttp import ClientConnectorCertificateError
from msgspec import Struct

from bot.errors import ApiError, Cause

_CAUSES = {
    Cause.KEY: "EVOLINK_API_KEY is refused: is it complete, from this account, and still valid?",
    Cause.CREDIT: "the account or the key has no credits left",
    Cause.BUSY: "the API is busy: check again in a minute",
    Cause.UNAVAILABLE: "the API does not answer at EVOLINK_BASE_URL",
    Cause.UNREADABLE: "what answers at EVOLINK_BASE_URL is not the video API",
}


class Verdict(StrEnum):
    """The first word of a line, so that colour is not needed."""

    OK = "ok"
    NOTE = "note"  # works, but worth knowing
    PROBLEM = "problem"


class Finding(Struct, frozen=True, kw_only=True):
    """One line of `check`."""

    verdict: Verdict
    about: str
    text: str

    def __str__(self) -> str:
        printable = "".join(c if c.isprintable() else "?" for c in self.text)
        return f"{self.verdict:<8} {self.about}: {printable}"


def ok(about: str, text: str) -> Finding:
    return Finding(verdict=Verdict.OK, about=about, text=text)


def note(about: str, text: str) -> Finding:
    return Finding(verdict=Verdict.NOTE, about=about, text=text)


def problem(about: str, text: str) -> Finding:
    return Finding(verdict=Verdict.PROBLEM, about=about, text=text)


def untrusted(error: BaseException | None) -> str | None:
    """Which host's certificate is not trusted, and why; None for other errors."""
    while error is not None:
        if isinstance(error, ClientConnectorCertificateError):
            failed = error.certificate_error
            said = getattr(failed, "verify_message", "") or str(failed)
            return f"the certificate of {error.host} is not trusted: {said}"
        error = error.__cause__
    return None


def why(error: ApiError) -> str:
    """What an operator can do about this error."""
    if (told := untrusted(error)) is not None:
        return told
    code = f" ({error.code})" if error.code else ""
    return _CAUSES.get(error.cause, "the API said no") + code
