"""What is not well, and what to do about it."""

from __future__ import annotations

from msgspec import Struct

from comity.domain.errors import (
    ComityError,
    NotAStore,
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreMayLackEvents,
    StoreNotFound,
    StoreReadOnly,
    StoreTooNew,
    StoreUnreachable,
)


class Problem(Struct, frozen=True):
    """What is not well and what to do; a `note` is no reason to call the store unwell."""

    what: str
    advice: str
    note: bool = False


ADVICE_OF_DAMAGE = (
    "keep the file and what is beside it, and put the last backup in its place: "
    "comity restore BACKUP --store FILE"
)
_ADVICE: tuple[tuple[type[StoreError], str], ...] = (
    (StoreTooNew, "upgrade comity: pip install --upgrade comity"),
    (NotAStore, "give the path of a comity store; `comity import` reads files of other formats"),
    (StoreDamaged, ADVICE_OF_DAMAGE),
    (StoreMayLackEvents, "if it is a copy, copy it again with `comity backup`"),
    (StoreFull, "free some of the disk"),
    (StoreReadOnly, "change its permissions, or copy it to where you may write"),
    (StoreBusy, "wait for the process that writes, or end it"),
    (StoreUnreachable, "see that its server runs and that its address is right"),
    (StoreNotFound, "check the path and its permissions; `comity append` makes a new store"),
)
_REPORT = "report it, with what `comity doctor --format json` says"


def problem_of(error: ComityError) -> Problem:
    """The problem that an error of the store tells of."""
    advice = next((text for kind, text in _ADVICE if isinstance(error, kind)), "")
    said = getattr(error, "said", "").partition(";")[0]
    reason = getattr(error, "reason", "")
    what = f"the store {said}{': ' if reason else ''}{reason}" if said else str(error)
    return Problem(what, advice or _REPORT, isinstance(error, StoreMayLackEvents))
