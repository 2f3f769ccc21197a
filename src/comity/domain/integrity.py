"""Integrity: commitments to what was recorded, chained, so that a log can be compared with itself.

What is chained of an event is its *commitment*, the SHA-256 digest of a random salt and its stored
form. Without the salt a commitment tells nothing of the event. So an event can be redacted, text
and salt, and its commitment stays; the chains stay whole.

The chain of a stream begins with the digest of its name, and each commitment is hashed onto it. The
chain of the log begins with zeros, and the stream's digest after each event is hashed onto it. So
the digest of the log at a position stands for every event up to it, its place and its order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

SALT_BYTES = 16
START = bytes(32)
"""The digest of a log without events."""


def commitment(seal: bytes, content: bytes) -> bytes:
    """The commitment of an event: from its salt, or the `seal` itself where it was redacted."""
    return sha256(seal + content).digest() if len(seal) == SALT_BYTES else seal


def is_redacted(seal: bytes) -> bool:
    """Whether a seal is the commitment of what is gone, and not a salt."""
    return len(seal) != SALT_BYTES


def form_of(position: int, content: bytes) -> str:
    """The position and the digest of a stored form, as a redaction names what it wrote anew."""
    return f"{position}:{sha256(content).hexdigest()}"


def place_of(form: str) -> int:
    """The position that such a text names; 0 if it names none."""
    position = form.partition(":")[0]
    return int(position) if position.isdecimal() else 0


def stream_start(name: str) -> bytes:
    """The digest of a stream without events."""
    return sha256(name.encode()).digest()


def chained(
    log: bytes, streams: dict[str, bytes], names: Iterable[str], commitments: Sequence[bytes]
) -> list[bytes]:
    """The log's digest after each event; `streams`, their digests by name, move along.

    A stream that is not among them begins.
    """
    after: list[bytes] = []
    for name, committed in zip(names, commitments, strict=True):
        before = streams.get(name) or stream_start(name)
        streams[name] = digest = sha256(before + committed).digest()
        log = sha256(log + digest).digest()
        after.append(log)
    return after
