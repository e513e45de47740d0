"""Which addresses a callback may go to: never an internal one, however it is written. Pure.

`callbacks` resolves names and sends."""

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Addresses that contain an IPv4 one in their last 32 bits, or that nobody on the internet has.
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052, 2.1
NOT_PUBLIC = [
    ipaddress.IPv6Network(network)
    for network in (
        "::/96",  # IPv4-compatible, RFC 4291, 2.5.5.1
        "::ffff:0:0:0/96",  # IPv4-translated, RFC 2765
        "64:ff9b:1::/48",  # a network's own NAT64, RFC 8215
        "fec0::/10",  # site-local, RFC 3879
    )
]


def literal(host: str) -> Address | None:
    """The IP address a host is written as, or None for a name."""
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


def is_this_machine(host: str) -> bool:
    """Whether a name always means this machine, whatever it resolves to (RFC 6761, 6.3)."""
    return host == "localhost" or host.endswith(".localhost")


def is_callable(address: Address, *, allow_loopback: bool) -> bool:
    """Whether an address is on the internet, or with `allow_loopback` on this machine."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if address.is_loopback:
        return allow_loopback
    return all(_is_public(one) for one in (address, *_inside(address)))


def _is_public(address: Address) -> bool:
    is_reserved = any(address.version == 6 and address in network for network in NOT_PUBLIC)
    return address.is_global and not address.is_multicast and not is_reserved


def _inside(address: Address) -> list[ipaddress.IPv4Address]:
    """The IPv4 address that a gateway finds inside an IPv6 one, by NAT64, 6to4 or Teredo."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    if address in NAT64:
        return [ipaddress.IPv4Address(address.packed[-4:])]
    teredo = address.teredo or ()
    return [*teredo[1:], *filter(None, [address.sixtofour])]
