"""Events in the life of an agreement; signed or provisionally applied does not mean in force."""

from __future__ import annotations

from typing import ClassVar

from comity.domain.events.again import ComesTrueAgain
from comity.domain.events.base import Event, Phase, Subject
from comity.domain.events.tone import Tone
from comity.domain.phrases import after, in_brackets, joined, named
from comity.domain.time.durations import duration


class _Agreement(Event, frozen=True, kw_only=True):
    subject: ClassVar[Subject] = "agreement"
    needs: ClassVar[tuple[str, ...]] = ("agreement",)
    dated: ClassVar[tuple[str, ...]] = ("expires",)

    agreement: str
    """The id that all events of one agreement share."""
    title: str = ""
    expires: str = ""
    """The day through which the agreement is to hold."""

    def summary(self) -> str:
        """Which agreement, what happened to it, by whom, and what follows."""
        name = joined(named(self.title), in_brackets(self.agreement), by=" ")
        return joined(
            joined("agreement", name, self.verb, after("by", getattr(self, "by", "")), by=" "),
            after("in", getattr(self, "place", "")),
            getattr(self, "amendment", "") or getattr(self, "text", ""),
            after("with effect from", getattr(self, "effective", "")),
            after("expires", self.expires),
            after("renews by", getattr(self, "renews", "")),
            after("succeeds", getattr(self, "succeeds", "")),
        )


class _Terms(_Agreement, frozen=True, kw_only=True):
    renews: str = ""
    """The ISO 8601 duration by which it is tacitly renewed each time it would expire: `P5Y`."""
    succeeds: str = ""
    """The id of the agreement that this one replaces."""

    def _check_fields(self) -> None:
        super()._check_fields()
        if self.renews:
            duration(self.renews, "renews")


class _Act(_Agreement, frozen=True, kw_only=True):
    roles: ClassVar[tuple[str, ...]] = ("by",)
    needs: ClassVar[tuple[str, ...]] = ("agreement", "by")

    by: str


class _ActOfSome(_Agreement, frozen=True, kw_only=True):
    roles: ClassVar[tuple[str, ...]] = ("by",)

    by: str = ""
    """Whose act it is; empty if of all that it is told of."""


class AgreementSigned(_Terms, frozen=True):
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


class AgreementRatified(ComesTrueAgain, _Act, frozen=True):
    """One party (`by`) completed its ratification.

    >>> AgreementRatified(
    ...     agreement="new-start", parties=("RUS", "USA"), by="RUS", when="2011-01-28"
    ... ).by
    'RUS'
    """

    phase: ClassVar[Phase] = Phase.CONTINUES
    tone: ClassVar[Tone] = "057"
    verb: ClassVar[str] = "ratified"
    formerly_once: ClassVar[tuple[str, ...]] = ("agreement", "by")


class RatificationWithdrawn(_Act, frozen=True):
    """One party (`by`) took back its ratification; it remains a signatory.

    >>> RatificationWithdrawn(
    ...     agreement="ctbt", parties=("RUS", "USA"), by="RUS", when="2023-11-02"
    ... ).by
    'RUS'
    """

    phase: ClassVar[Phase] = Phase.CONTINUES
    tone: ClassVar[Tone] = "160"
    verb: ClassVar[str] = "no longer ratified"


class AgreementInForce(ComesTrueAgain, _Terms, frozen=True):
    """The agreement entered into force.

    >>> AgreementInForce(
    ...     agreement="new-start", parties=("RUS", "USA"), when="2011-02-05", expires="2026-02-05"
    ... ).expires
    '2026-02-05'
    """

    phase: ClassVar[Phase] = Phase.HAPPENS
    verb: ClassVar[str] = "in force"
    formerly_once: ClassVar[tuple[str, ...]] = ("agreement",)


class AgreementAcceded(_Act, frozen=True):
    """One party (`by`) joined an agreement of others; it is in force for it from `effective`.

    Without `effective` it is in force for it at once.

    >>> AgreementAcceded(
    ...     agreement="nato", parties=("FIN", "GBR", "USA"), by="FIN", when="2023-04-04"
    ... ).by
    'FIN'
    """

    phase: ClassVar[Phase] = Phase.HAPPENS
    tone: ClassVar[Tone] = "057"
    verb: ClassVar[str] = "acceded to"
    dated: ClassVar[tuple[str, ...]] = ("effective", "expires")

    effective: str = ""


class AgreementProvisionallyApplied(ComesTrueAgain, _Terms, frozen=True):
    """The parties began to apply an agreement that is not yet in force.

    >>> AgreementProvisionallyApplied(
    ...     agreement="ceta", parties=("CAN", "eu"), when="2017-09-21"
    ... ).agreement
    'ceta'
    """

    phase: ClassVar[Phase] = Phase.CONTINUES
    verb: ClassVar[str] = "provisionally applied"
    formerly_once: ClassVar[tuple[str, ...]] = ("agreement",)


class ProvisionalApplicationEnded(_ActOfSome, frozen=True):
    """The parties, or one of them (`by`), ceased to apply an agreement that was not in force.

    >>> ProvisionalApplicationEnded(
    ...     agreement="energy-charter", parties=("RUS", "eu"), by="RUS", when="2009-10-18"
    ... ).by
    'RUS'
    """

    phase: ClassVar[Phase] = Phase.CONTINUES
    verb: ClassVar[str] = "no longer provisionally applied"


class AgreementAmended(_Terms, frozen=True):
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

    phase: ClassVar[Phase] = Phase.CONTINUES
    verb: ClassVar[str] = "amended"

    amendment: str = ""


class ReservationMade(_Act, frozen=True):
    """One party (`by`) made a reservation to the agreement; `text` says to what.

    >>> ReservationMade(
    ...     agreement="vcdr",
    ...     parties=("CHN", "USA"),
    ...     by="CHN",
    ...     when="1975-11-25",
    ...     text="articles 14 and 16 on nuncios",
    ... ).text
    'articles 14 and 16 on nuncios'
    """

    phase: ClassVar[Phase] = Phase.CONTINUES
    verb: ClassVar[str] = "subject to a reservation"

    text: str = ""


class AgreementSuspended(_ActOfSome, frozen=True):
    """The agreement stopped being applied without ending; `by` is who did so, empty if all.

    >>> AgreementSuspended(
    ...     agreement="new-start", parties=("RUS", "USA"), by="RUS", when="2023-02-28"
    ... ).by
    'RUS'
    """

    phase: ClassVar[Phase] = Phase.PAUSES
    tone: ClassVar[Tone] = "160"
    verb: ClassVar[str] = "suspended"


class AgreementDenounced(ComesTrueAgain, _Act, frozen=True):
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

    phase: ClassVar[Phase] = Phase.PAUSES
    tone: ClassVar[Tone] = "160"
    verb: ClassVar[str] = "denounced"
    formerly_once: ClassVar[tuple[str, ...]] = ("agreement", "by")
    dated: ClassVar[tuple[str, ...]] = ("effective", "expires")

    effective: str = ""


class DenunciationWithdrawn(_Act, frozen=True):
    """One party (`by`) took back its notice before it took effect.

    >>> DenunciationWithdrawn(
    ...     agreement="rome-statute", parties=("DEU", "GMB"), by="GMB", when="2017-02-10"
    ... ).by
    'GMB'
    """

    phase: ClassVar[Phase] = Phase.RESUMES
    tone: ClassVar[Tone] = "080"
    verb: ClassVar[str] = "no longer denounced"


class AgreementTerminated(ComesTrueAgain, _ActOfSome, frozen=True):
    """The agreement ended; `by` is for whom alone it did, empty if for all.

    >>> AgreementTerminated(agreement="inf", parties=("RUS", "USA"), when="2019-08-02").agreement
    'inf'
    """

    phase: ClassVar[Phase] = Phase.ENDS
    verb: ClassVar[str] = "terminated"
    formerly_once: ClassVar[tuple[str, ...]] = ("agreement",)
