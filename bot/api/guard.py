"""Which hosts a video may be downloaded from: public https addresses, or the API's own origin.

The check runs when a connection is made, where names, numeric hosts (`0x7f.1`,
`::ffff:127.0.0.1`) and redirects all end up; a resolver never sees numeric hosts."""

import errno
import ipaddress
import socket

from aiohttp import ClientConnectorError, InvalidURL
from aiohttp.connector import AddrInfoType
from yarl import URL

from bot.errors import FilmError

# The IPv6 space in use (RFC 4291, 2.4); IPv4-mapped addresses and NAT64 (RFC 6052, 2.1).
_UNICAST = ipaddress.IPv6Network("2000::/3")
_CARRIES_IPV4 = (ipaddress.IPv6Network("::ffff:0:0/96"), ipaddress.IPv6Network("64:ff9b::/96"))


class PrivateAddress(OSError):
    """The address is not public, so no connection was made."""

    def __init__(self) -> None:
        # The same words for every address: a connector merges differing errors into another type.
        super().__init__(errno.EACCES, "the address is not public")


def public_socket(address: AddrInfoType) -> socket.socket:
    """A socket for a connector's `socket_factory`. Raises `PrivateAddress`."""
    family, kind, protocol, _, (host, *_) = address
    if not is_public(str(host)):
        raise PrivateAddress
    return socket.socket(family, kind, protocol)


def is_public(host: str) -> bool:
    """Whether a numeric address is on the open internet; checks the IPv4 inside IPv6, too."""
    address = ipaddress.ip_address(host.partition("%")[0])
    if isinstance(address, ipaddress.IPv4Address):
        return _is_public(address)
    for prefix in _CARRIES_IPV4:
        if address in prefix:
            return _is_public(ipaddress.IPv4Address(address.packed[-4:]))
    inside = address.sixtofour
    return address in _UNICAST and address.is_global and (not inside or _is_public(inside))


def _is_public(address: ipaddress.IPv4Address) -> bool:
    return address.is_global and not address.is_multicast


def check_hop(url: URL) -> None:
    """Allow only plain https addresses. Raises `FilmError` (final)."""
    if url.scheme != "https":
        raise FilmError("not_https", is_final=True)
    if not url.host or url.user or url.password:
        raise FilmError("bad_link", is_final=True)


def refusal(error: Exception) -> FilmError | None:
    """The `FilmError` if the link itself kept us from connecting, else None."""
    if isinstance(error, InvalidURL):
        return FilmError("bad_link", is_final=True)
    if isinstance(error, ClientConnectorError) and isinstance(error.os_error, PrivateAddress):
        return FilmError("private_address", is_final=True)
    return None
