"""Tokens: the file that says who may call a server, and what they may do."""

from __future__ import annotations

import hmac
import tomllib
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from comity.adapters.interchange.intake_models import shortened
from comity.domain.errors import InvalidValue, UnreadableFile
from comity.domain.recorded import recorder_name

Right = Literal["read", "append", "correct"]
"""What a caller may do: ask; append; retract, correct, prefer and reinstate."""
SHORTEST = 20
"""Characters that a token has at least: a shorter one could be guessed."""
_OTHERS = 0o077
"""The permissions of everybody but the owner of a file."""


class _Row(BaseModel):
    """A token as the file has it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    author: str
    rights: Annotated[list[Right], Field(min_length=1)]
    token: Annotated[str, Field(min_length=SHORTEST, pattern=r"^[!-~]+$")] | None = None
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    tokens: Annotated[list[_Row], Field(min_length=1)]


class Token:
    """A token by its SHA-256, with the author whom the log will name, and their rights."""

    __slots__ = ("author", "digest", "rights")

    def __init__(self, author: str, rights: Iterable[Right], digest: bytes) -> None:
        self.author, self.rights, self.digest = author, frozenset(rights), digest

    @classmethod
    def of(cls, author: str, rights: Iterable[Right], token: str) -> Token:
        """A token that is given itself."""
        return cls(author, rights, digest_of(token))


def digest_of(token: str) -> bytes:
    """The SHA-256 of a token."""
    return sha256(token.encode("utf-8", "surrogateescape")).digest()


def matching(tokens: Iterable[Token], given: str) -> Token | None:
    """The token that was given, if it is one of these.

    All of them are compared, each in constant time: how long it takes says nothing of them.
    """
    digest, match = digest_of(given), None
    for token in tokens:
        if hmac.compare_digest(token.digest, digest):
            match = token
    return match


def tokens_of(path: Path) -> tuple[Token, ...]:
    """The tokens in a file; raises `UnreadableFile` with everything that is wrong in it."""
    try:
        rows = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))).tokens
    except OSError as error:
        raise UnreadableFile(str(path), error.strerror or str(error)) from None
    except (UnicodeError, tomllib.TOMLDecodeError) as error:
        raise UnreadableFile(str(path), str(error)) from None
    except ValidationError as error:
        reasons = [_reason(dict(fault)) for fault in error.errors(include_input=False)]
        raise UnreadableFile(str(path), "; ".join(reasons)) from None
    tokens: list[Token] = []
    for number, row in enumerate(rows):
        token, reason = _token(row)
        if token is None or token.digest in {earlier.digest for earlier in tokens}:
            reason = reason or "the token of another one; each author has their own"
            raise UnreadableFile(str(path), f"tokens[{number}]: {reason}")
        tokens.append(token)
    return tuple(tokens)


def is_open_to_others(path: Path) -> bool:
    """Whether others than its owner may read or write a file; false where nobody can tell."""
    try:
        return bool(path.stat().st_mode & _OTHERS)
    except OSError:
        return False


def _token(row: _Row) -> tuple[Token | None, str]:
    """The token of a row, or else what is wrong with the row as a whole."""
    try:
        author = recorder_name(row.author)
    except InvalidValue as error:
        return None, f"author: expected {error.expected}"
    if not author:
        return None, "author: expected a name, which the log will hold"
    if (row.token is None) == (row.sha256 is None):
        return None, "expected either token or sha256"
    digest = digest_of(row.token) if row.token else bytes.fromhex(row.sha256 or "")
    return Token(author, row.rights, digest), ""


def _reason(fault: dict[str, Any]) -> str:
    """What is wrong with a field, with its path; a token itself is never shown."""
    path = "".join(f"[{at}]" if isinstance(at, int) else f".{at}" for at in fault["loc"])
    said = str(fault["msg"]).removeprefix("Input should be ")
    texts = {
        "missing": "missing",
        "extra_forbidden": "there is no such field",
        "string_too_short": f"expected at least {SHORTEST} characters",
        "too_short": "expected at least one",
    }
    if fault["type"] == "string_pattern_mismatch":
        said = (
            "expected 64 hexadecimal digits, lower case"
            if fault["loc"][-1] == "sha256"
            else "expected letters, digits and signs of ASCII, without spaces"
        )
    said = texts.get(fault["type"], said if said.startswith("expected") else f"expected {said}")
    return f"{shortened(path.removeprefix('.'))}: {said}"
