"""Events of trade deals, the shipments under them and the payments for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from comity.domain.errors import InvalidValue
from comity.domain.events.again import ComesTrueAgain
from comity.domain.events.base import Event, Phase, Subject
from comity.domain.events.tone import Tone
from comity.domain.parties import party
from comity.domain.phrases import after, amount, in_brackets, joined, route
from comity.domain.values import Money, Quantity


class _Deal(Event, frozen=True, kw_only=True):
    subject: ClassVar[Subject] = "deal"
    roles: ClassVar[tuple[str, ...]] = ("buyer", "seller")
    needs: ClassVar[tuple[str, ...]] = ("deal",)

    deal: str
    """The id that all events of one deal share."""
    buyer: str = ""
    seller: str = ""

    def summary(self) -> str:
        """Which deal, what happened to it, its terms, and from whom to whom."""
        return joined(
            joined("deal", in_brackets(self.deal), self.verb, by=" "),
            "pilot" if getattr(self, "pilot", False) else "",
            joined(amount(getattr(self, "quantity", None)), getattr(self, "commodity", ""), by=" "),
            after("worth", amount(getattr(self, "value", None))),
            route(self.seller, self.buyer),
            after("reason:", getattr(self, "reason", "")),
        )


class _Terms(_Deal, frozen=True, kw_only=True):
    commodity: str = ""
    hs: str = ""
    """The Harmonized System code of the commodity: 2, 4 or 6 digits."""
    quantity: Quantity | None = None
    value: Money | None = None
    pilot: bool = False

    def _check_fields(self) -> None:
        super()._check_fields()
        digits = isinstance(self.hs, str) and self.hs.isascii() and self.hs.isdigit()
        if self.hs and not (digits and len(self.hs) in (2, 4, 6)):
            raise InvalidValue("hs", self.hs, "a Harmonized System code of 2, 4 or 6 digits")


class DealAnnounced(_Terms, frozen=True):
    """A deal was made public; it need not have been signed.

    >>> DealAnnounced(
    ...     deal="urals-pilot",
    ...     buyer="PAK",
    ...     seller="RUS",
    ...     when="2023-04",
    ...     commodity="crude oil",
    ...     quantity=Quantity(100000, "TNE"),
    ...     pilot=True,
    ... ).parties
    ('PAK', 'RUS')
    """

    phase: ClassVar[Phase] = Phase.BEGINS
    tone: ClassVar[Tone] = "0311"
    verb: ClassVar[str] = "announced"


class DealSigned(_Terms, frozen=True):
    """A deal was signed.

    >>> DealSigned(
    ...     deal="s-400",
    ...     buyer="IND",
    ...     seller="RUS",
    ...     when="2018-10-05",
    ...     value=Money(5430000000, "USD"),
    ... ).happening
    's-400'
    """

    phase: ClassVar[Phase] = Phase.BEGINS
    tone: ClassVar[Tone] = "057"
    verb: ClassVar[str] = "signed"
    once: ClassVar[tuple[str, ...]] = ("deal",)


class DealAmended(_Terms, frozen=True):
    """The terms changed: what is given here takes the place of what stood before.

    >>> DealAmended(
    ...     deal="urals-pilot",
    ...     buyer="PAK",
    ...     seller="RUS",
    ...     when="2023-07",
    ...     quantity=Quantity(150000, "TNE"),
    ... ).quantity.unit
    'TNE'
    """

    phase: ClassVar[Phase] = Phase.CONTINUES
    verb: ClassVar[str] = "amended"


class DealSuspended(_Deal, frozen=True):
    """Deliveries under a deal were put on hold.

    >>> DealSuspended(deal="urals-pilot", buyer="PAK", seller="RUS", when="2023-10").type
    'deal-suspended'
    """

    phase: ClassVar[Phase] = Phase.PAUSES
    tone: ClassVar[Tone] = "160"
    verb: ClassVar[str] = "suspended"


class DealResumed(_Deal, frozen=True):
    """A suspended deal went on.

    >>> DealResumed(deal="urals-pilot", buyer="PAK", seller="RUS", when="2023-12").type
    'deal-resumed'
    """

    phase: ClassVar[Phase] = Phase.RESUMES
    tone: ClassVar[Tone] = "061"
    verb: ClassVar[str] = "resumed"


class DealEnded(ComesTrueAgain, _Deal, frozen=True):
    """A deal ended: fulfilled, lapsed or called off; `reason` says which.

    >>> DealEnded(deal="urals-pilot", buyer="PAK", seller="RUS", when="2024").deal
    'urals-pilot'
    """

    phase: ClassVar[Phase] = Phase.ENDS
    verb: ClassVar[str] = "ended"
    formerly_once: ClassVar[tuple[str, ...]] = ("deal",)

    reason: str = ""


class _Shipment(_Deal, frozen=True, kw_only=True):
    subject: ClassVar[Subject] = "shipment"
    needs: ClassVar[tuple[str, ...]] = ("deal", "shipment")

    shipment: str
    quantity: Quantity | None = None
    port: str = ""
    via: tuple[str, ...] = ()
    """Third parties through which it travels; they do not become parties of the event."""

    def summary(self) -> str:
        """Which shipment, what happened to it, how much it is and which way it goes."""
        planned = after("for", getattr(self, "planned_for", ""))
        return joined(
            joined(f"shipment ({self.deal}/{self.shipment})", self.verb, planned, by=" "),
            amount(self.quantity),
            after("at", self.port),
            after("via", ", ".join(self.via)),
            route(self.seller, self.buyer),
        )

    def _check_fields(self) -> None:
        super()._check_fields()
        if isinstance(self.via, str) or not isinstance(self.via, Iterable):
            raise InvalidValue("via", self.via, "codes such as ('AFG',)")
        for code in self.via:
            party(code)


class ShipmentScheduled(_Shipment, frozen=True):
    """A shipment was announced for `planned_for`; a later one of the same id moves it.

    >>> ShipmentScheduled(
    ...     deal="urals-pilot",
    ...     shipment="cargo-2",
    ...     buyer="PAK",
    ...     seller="RUS",
    ...     when="2023-06-20",
    ...     quantity=Quantity(50000, "TNE"),
    ... ).shipment
    'cargo-2'
    """

    phase: ClassVar[Phase] = Phase.BEGINS
    verb: ClassVar[str] = "scheduled"
    dated: ClassVar[tuple[str, ...]] = ("planned_for",)

    planned_for: str = ""


class ShipmentDelivered(_Shipment, frozen=True):
    """A shipment arrived.

    >>> ShipmentDelivered(
    ...     deal="lpg", shipment="lpg-1", buyer="PAK", seller="RUS", when="2023", via=("AFG",)
    ... ).happening
    'lpg/lpg-1'
    """

    phase: ClassVar[Phase] = Phase.HAPPENS
    tone: ClassVar[Tone] = "061"
    verb: ClassVar[str] = "delivered"
    once: ClassVar[tuple[str, ...]] = ("deal", "shipment")


class PaymentMade(Event, frozen=True):
    """Money was paid by one party (`by`), under a deal where one is named.

    `money` may be unknown while the `currency` is known.

    >>> PaymentMade(
    ...     by="PAK", parties=("PAK", "RUS"), when="2023-06-12", currency="CNY", deal="urals-pilot"
    ... ).currency
    'CNY'
    """

    roles: ClassVar[tuple[str, ...]] = ("by",)
    needs: ClassVar[tuple[str, ...]] = ("by",)

    by: str
    money: Money | None = None
    currency: str = ""
    deal: str = ""

    def summary(self) -> str:
        """Who paid how much, and under which deal."""
        paid = amount(self.money) or f"an unknown amount in {self.currency}"
        return joined(f"{self.by} paid {paid}", after("for the deal", in_brackets(self.deal)))

    def _check_fields(self) -> None:
        super()._check_fields()
        if self.money is None and not self.currency:
            raise InvalidValue("money", None, "an amount, or at least the currency")
        if not isinstance(self.money, Money | None):
            raise InvalidValue("money", self.money, "Money, such as Money(5, 'CNY')")
        if self.currency:
            Money(0, self.currency)
        if self.money and self.currency not in ("", self.money.currency):
            raise InvalidValue("currency", self.currency, f"the money's own, {self.money.currency}")
