"""One agreement: its substate, and its answer."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from comity.domain.lives.life import Stand

AgreementStatus = Literal[
    "signed", "ratified", "provisionally-applied", "in-force", "suspended", "denounced"
]

STATUS: dict[str, AgreementStatus] = {
    "signed": "signed",
    "ratified": "ratified",
    "provisional": "provisionally-applied",
    "suspended": "suspended",
    "leaving": "denounced",
    "in-force": "in-force",
}
"""By the state of a party: what it is called in an answer. The lowest of all parties counts."""
LOWEST_FIRST = tuple(STATUS)


class Agreement(Struct, frozen=True):
    """An agreement that has not ended between the parties; `status` since `since`."""

    agreement: str
    status: AgreementStatus
    since: str
    title: str = ""
    signed: str = ""
    ratified: dict[str, str] = {}
    """Who ratified it, and when."""
    expires: str = ""
    denounced: dict[str, str] = {}
    """Who denounced it, and the date from which that has effect."""
    renews: str = ""
    """The ISO 8601 duration for which its term renews itself, if it does."""
    succeeds: str = ""
    """The agreement that it replaces."""
    binds: tuple[str, ...] = ()
    """The parties for which it stands, of all of which something is recorded here."""


class AgreementState(Struct, omit_defaults=True):
    """The substate of an agreement: how it stands for each party of which something is recorded."""

    agreement: str
    stands: dict[str, Stand] = {}
    since: dict[str, str] = {}
    since_before: dict[str, str] = {}
    """Since when what a notice would end has stood."""
    title: str = ""
    signed: str = ""
    ratified: dict[str, str] = {}
    expires: str = ""
    renews: str = ""
    succeeds: str = ""
    denounced: dict[str, str] = {}


class AgreementsState(Struct, omit_defaults=True):
    """Every agreement by its case-folded id."""

    agreements: dict[str, AgreementState] = {}
