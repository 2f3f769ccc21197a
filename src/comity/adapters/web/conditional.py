"""Whether a client has what it asks for already, by its entity tag (RFC 9110, 13.1.2)."""

from __future__ import annotations


def has_tagged(header: str | None, tag: str) -> bool:
    """Whether `If-None-Match` names what is tagged so, or anything; tags are compared weakly."""
    told = {each.strip().removeprefix("W/") for each in (header or "").split(",")}
    return "*" in told or tag.removeprefix("W/") in told
