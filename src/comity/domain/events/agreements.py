"""Events in the life of an agreement: signed is not in force, nor is provisionally applied."""

from __future__ import annotations

from typing import ClassVar

from comity.domain.events.base import ADVANCES, CLOSES, ENDS, HAPPENS, OPENS, PAUSES, Event


class _Agreement(Event, frozen=True, kw_only=True):
    needs: ClassVar[tuple[str, ...]] = ("agreement",)
    dated: ClassVar[tuple[str, ...]] = ("expires",)

    agreement: str
    """The id that all events of one agreement share."""
    title: str = ""
    expires: str = ""


class AgreementSigned(_Agreement, frozen=True):
    """The text was signed; whether it is in force is another event.

    >>> AgreementSigned(
    ...     agreement="defence-2014", parties=("PAK", "RUS"), when="2014-11-20", place="Islamabad"
    ... ).happening
    'defence-2014'
    """

    phase: ClassVar[int] = OPENS
    once: ClassVar[tuple[str, ...]] = ("agreement",)

    kind: str = ""
    place: str = ""


class AgreementRatified(_Agreement, frozen=True):
    """One party (`by`) completed its ratification.

    >>> AgreementRatified(
    ...     agreement="new-start", parties=("RUS", "USA"), by="RUS", when="2011-01-28"
    ... ).happening
    'new-start/RUS'
    """

    phase: ClassVar[int] = ADVANCES
    roles: ClassVar[tuple[str, ...]] = ("by",)
    needs: ClassVar[tuple[str, ...]] = ("agreement", "by")
    once: ClassVar[tuple[str, ...]] = ("agreement", "by")

    by: str


class AgreementInForce(_Agreement, frozen=True):
    """The agreement entered into force.

    >>> AgreementInForce(
    ...     agreement="new-start", parties=("RUS", "USA"), when="2011-02-05", expires="2026-02-05"
    ... ).expires
    '2026-02-05'
    """

    phase: ClassVar[int] = HAPPENS
    once: ClassVar[tuple[str, ...]] = ("agreement",)


class AgreementProvisionallyApplied(_Agreement, frozen=True):
    """The parties began to apply an agreement that is not yet in force.

    >>> AgreementProvisionallyApplied(
    ...     agreement="ceta", parties=("CAN", "eu"), when="2017-09-21"
    ... ).happening
    'ceta'
    """

    phase: ClassVar[int] = ADVANCES
    once: ClassVar[tuple[str, ...]] = ("agreement",)


class AgreementAmended(_Agreement, frozen=True):
    """The agreement was changed; `amendment` says what, a new `title` or `expires` takes effect.

    >>> AgreementAmended(
    ...     agreement="gas-pipeline",
    ...     parties=("PAK", "RUS"),
    ...     when="2021-05-28",
    ...     title="Pakistan Stream",
    ...     amendment="project renamed",
    ... ).title
    'Pakistan Stream'
    """

    amendment: str = ""


class AgreementSuspended(_Agreement, frozen=True):
    """The agreement stopped being applied without ending; `by` is who did so, empty if all.

    >>> AgreementSuspended(
    ...     agreement="new-start", parties=("RUS", "USA"), by="RUS", when="2023-02-28"
    ... ).by
    'RUS'
    """

    phase: ClassVar[int] = PAUSES
    roles: ClassVar[tuple[str, ...]] = ("by",)

    by: str = ""


class AgreementDenounced(_Agreement, frozen=True):
    """One party (`by`) gave notice; the agreement ends for it on `effective`.

    >>> AgreementDenounced(
    ...     agreement="inf",
    ...     parties=("RUS", "USA"),
    ...     by="USA",
    ...     when="2019-02-02",
    ...     effective="2019-08-02",
    ... ).effective
    '2019-08-02'
    """

    phase: ClassVar[int] = CLOSES
    roles: ClassVar[tuple[str, ...]] = ("by",)
    needs: ClassVar[tuple[str, ...]] = ("agreement", "by")
    once: ClassVar[tuple[str, ...]] = ("agreement", "by")
    dated: ClassVar[tuple[str, ...]] = ("effective", "expires")

    by: str
    effective: str = ""


class AgreementTerminated(_Agreement, frozen=True):
    """The agreement ended.

    >>> AgreementTerminated(agreement="inf", parties=("RUS", "USA"), when="2019-08-02").happening
    'inf'
    """

    phase: ClassVar[int] = ENDS
    once: ClassVar[tuple[str, ...]] = ("agreement",)
