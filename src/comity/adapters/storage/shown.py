"""Addresses as they may be shown: cut as libpq cuts them, and without their secrets."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

_SECRET = ("password", "sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key")
"""What the query of an address may hold that nobody else may see."""
_WHO = re.compile(r"[^@/]*@")


class AddressParts(NamedTuple):
    """An address: who connects (with a password), the place, the query (its keys are plain)."""

    scheme: str
    who: str
    place: str
    query: tuple[tuple[str, str], ...]

    def secrets(self) -> list[str]:
        """The secrets as they are written in the address, the longest first."""
        password = self.who.removesuffix("@").partition(":")[2]
        told = [password, *(value for key, value in self.query if key.lower() in _SECRET)]
        return sorted(filter(None, told), key=len, reverse=True)


def parts_of(address: str) -> AddressParts:
    """The parts of an address that has a scheme."""
    scheme, _, rest = address.partition("://")
    found = _WHO.match(rest)
    who = found[0] if found else ""
    place, _, query = rest[len(who) :].partition("?")
    pairs = [each.partition("=") for each in query.split("&") if each]
    return AddressParts(scheme, who, place, tuple((unquote(key), val) for key, _, val in pairs))


def shown(address: str) -> str:
    """An address without its secrets; the path of a file as it is."""
    if "://" not in address:
        return address
    parts = parts_of(address)
    query = "&".join(
        f"{key}={'***' if key.lower() in _SECRET else val}" for key, val in parts.query
    )
    user = parts.who.partition(":")[0].removesuffix("@")
    place = parts.place.rpartition("@")[2]  # before it may be a part of a password
    return f"{parts.scheme}://{user}{'@' if parts.who else ''}{place}{'?' if query else ''}{query}"
