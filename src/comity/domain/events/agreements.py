"""Events in the life of an agreement; signed or provisionally applied does not mean in force."""

from __future__ import annotations

from typing import ClassVar

from comity.domain.events.base import Event, Phase, Subject
from comity.domain.events.tone import Tone
from comity.domain.phrases import after, in_brackets, joined, named


class _Agreement(Event, frozen=True, kw_only=True):
    subject: ClassVar[Subject] = "agreement"
    needs: ClassVar[tuple[str, ...]] = ("agreement",)
    dated: ClassVar[tuple[str, ...]] = ("expires",)

    agreement: str
    """The id that all events of one agreement share."""
    title: str = ""
    expires: str = ""

    def summary(self) -> str:
        """Which agreement, what happened to it, by whom, and what follows."""
        name = joined(named(self.title), in_brackets(self.agreement), by=" ")
        return joined(
            joined("agreement", name, self.verb, after("by", getattr(self, "by", "")), by=" "),
            after("in", getattr(self, "place", "")),
            getattr(self, "amendment", ""),
            after("with effect from", getattr(self, "effective", "")),
            after("expires", self.expires),
        )


class AgreementSigned(_Agreement, frozen=True):
    """The text was signed; whether it is in force is another event.

    >>> AgreementSigned(
    ...     agreement="defence-2014", parties=("PAK", "RUS"), when="2014-11-20", place="Islamabad"
    ... ).happening
    'defence-2014'
    """

    phase: ClassVar[Phase] = Phase.BEGINS
    tone: ClassVar[Tone] = "057"
    verb: ClassVar[str] = "signed"
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

    phase: ClassVar[Phase] = Phase.CONTINUES
    tone: ClassVar[Tone] = "057"
    verb: ClassVar[str] = "ratified"
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

    phase: ClassVar[Phase] = Phase.HAPPENS
    verb: ClassVar[str] = "in force"
    once: ClassVar[tuple[str, ...]] = ("agreement",)


class AgreementProvisionallyApplied(_Agreement, frozen=True):
    """The parties began to apply an agreement that is not yet in force.

    >>> AgreementProvisionallyApplied(
    ...     agreement="ceta", parties=("CAN", "eu"), when="2017-09-21"
    ... ).happening
    'ceta'
    """

    phase: ClassVar[Phase] = Phase.CONTINUES
    verb: ClassVar[str] = "provisionally applied"
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

    verb: ClassVar[str] = "amended"

    amendment: str = ""


class AgreementSuspended(_Agreement, frozen=True):
    """The agreement stopped being applied without ending; `by` is who did so, empty if all.

    >>> AgreementSuspended(
    ...     agreement="new-start", parties=("RUS", "USA"), by="RUS", when="2023-02-28"
    ... ).by
    'RUS'
    """

    phase: ClassVar[Phase] = Phase.PAUSES
    tone: ClassVar[Tone] = "160"
    verb: ClassVar[str] = "suspended"
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

    phase: ClassVar[Phase] = Phase.ENDS
    tone: ClassVar[Tone] = "160"
    verb: ClassVar[str] = "denounced"
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

    phase: ClassVar[Phase] = Phase.TERMINATES
    verb: ClassVar[str] = "terminated"
    once: ClassVar[tuple[str, ...]] = ("agreement",)
