"""Where deliveries may go: to the internet and to this machine, and to nobody else's network.

A webhook's URI is whatever somebody typed.  Its name is looked up once, every address that it has
is looked at, and the connection goes to what was looked at: a name that stands for something else a
moment later reaches nothing.
"""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final, TypeAlias
from urllib.parse import urlsplit

Address: TypeAlias = IPv4Address | IPv6Address

_HOST: Final = re.compile(r"[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_.])?")
_NUMBER: Final = re.compile(r"(0x[0-9a-f]*|[0-9]+)\.?")
"""A last label that makes a name an IPv4 address to whoever reads URLs, as ``0x7f.1``."""
_OF_CLOUDS: Final = frozenset({ip_address("168.63.129.16")})
"""Addresses of the internet that inside a cloud (Azure) stand for its own services."""
_OF_NOBODY: Final = tuple(
    map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20", "2001:db8::/32"))
)
"""What not every version of Python takes for private; 192.0.0.192 is Oracle's own services."""
_INTERNET_6: Final = ip_network("2000::/3")
"""All of IPv6 that is of the internet: all else stands for an IPv4 address, or is local."""
_WRAPPED: Final = ip_network("64:ff9b::/96")
"""IPv6 that stands for an IPv4 address behind a translator."""
_NOBODY: Final = re.compile(r"(.+\.)?(example\.(com|net|org)|example|test|invalid)\.?")
"""Names that are nobody's: https://www.rfc-editor.org/rfc/rfc6761."""


class Forbidden(Exception):  # noqa: N818 -- it reads as what is said
    """Nothing is sent there; says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """A URI, and the addresses that it stands for."""

    host: str
    port: int
    origin: str
    path: str
    addresses: tuple[str, ...]


def target_of(uri: str, *, allow_private: bool) -> Target:
    """Where a delivery to *uri* goes.

    Raises:
        Forbidden: Nowhere.
    """
    scheme, host, port, path = _parts(uri)
    if _NOBODY.fullmatch(host):
        told = "Nobody receives this address here: simulator.webhooks.receive(…), or set a callback"
        raise Forbidden(f"{told}.")
    addresses = _resolved(host, port)
    if not allow_private:
        for each in addresses:
            _check(each, host)
        if scheme == "http" and not all(_plain(each).is_loopback for each in addresses):
            raise Forbidden("A callback is https:// unless it is on this machine.")
    if isinstance(_address_in(host), IPv6Address):
        named = f"[{host}]"
    elif _NUMBER.fullmatch(host.rpartition(".")[2] or host.rpartition(".")[0]):
        named = host = str(addresses[0])
    else:
        named = host
    origin = f"{scheme}://{named}:{port}"
    return Target(host, port, origin, path, tuple(map(str, addresses)))


@lru_cache(maxsize=256)
def is_nobodys(uri: str) -> bool:
    """Is it a name that is for examples only, where nobody is?"""
    try:
        return _NOBODY.fullmatch(_parts(uri)[1]) is not None
    except Forbidden:
        return False


def _parts(uri: str) -> tuple[str, str, int, str]:
    """Scheme, host, port and path with query, if there is only one way to read *uri*.

    Raises:
        Forbidden: There are several, or none.
    """
    if not uri.isascii() or not uri.isprintable() or "\\" in uri or " " in uri:
        raise Forbidden("The callback has characters that no URI has.")
    try:
        parts = urlsplit(uri)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise Forbidden("The callback is no URI.") from None
    if parts.scheme not in {"http", "https"}:
        raise Forbidden("A callback is https:// unless it is on this machine.")
    if "@" in parts.netloc or port == 0:
        raise Forbidden("A callback has no user and no port 0.")
    if not _HOST.fullmatch(host) and not isinstance(_address_in(host), IPv6Address):
        raise Forbidden(f"{host!r} is no name that a host has.")
    query = f"?{parts.query}" if parts.query else ""
    usual = 443 if parts.scheme == "https" else 80
    return parts.scheme, host, port or usual, (parts.path or "/") + query


def _address_in(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _resolved(host: str, port: int) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Forbidden(f"There is no host {host!r}.") from None
    names = dict.fromkeys(str(each[4][0]) for each in found)
    addresses = [each for name in names if (each := _address_in(name)) is not None]
    if not addresses:
        raise Forbidden(f"There is no host {host!r}.")
    return addresses


def _plain(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, if it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in _WRAPPED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None) or address


def _check(address: Address, host: str) -> None:
    plain = _plain(address)
    if plain.is_loopback:
        return
    is_outside = isinstance(plain, IPv4Address) or plain in _INTERNET_6
    is_known = plain in _OF_CLOUDS or any(plain in each for each in _OF_NOBODY)
    if plain.is_global and is_outside and not plain.is_multicast and not is_known:
        return
    where = host if str(address) == host else f"{host} is {address}, which"
    told = f"{where} is an address of a private network: --allow-private-webhooks lets it through."
    raise Forbidden(told)
