"""The values that events carry: quantities, money and the sources that vouch for them."""

from __future__ import annotations

from decimal import Context, Decimal, InvalidOperation
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from msgspec.structs import force_setattr

from comity.domain.codelists.currencies import currency, unit
from comity.domain.errors import InvalidValue
from comity.domain.time.dates import bounds
from comity.domain.validated import ValidatedStruct

_MOST_DIGITS = 30
# Enough digits for any sum of such amounts; the caller's own decimal context could round.
_EXACT = Context(prec=200)


def _exact(field: str, amount: object) -> Decimal:
    if type(amount) not in (Decimal, int, str):
        raise InvalidValue(field, amount, "an exact number: a Decimal, an int or a string")
    return _read(field, amount)


@lru_cache(maxsize=4096, typed=True)
def _read(field: str, amount: Any) -> Decimal:
    """`amount` as a plain, non-negative decimal without trailing zeros.

    Equal amounts are then written in the same way: events with `45000` and `45000.0` are equal.
    """
    try:
        exact = Decimal(amount)
    except InvalidOperation:
        raise InvalidValue(field, amount, "a decimal number such as '45122.5'") from None
    if not exact.is_finite() or exact < 0:
        raise InvalidValue(field, amount, "a finite number, zero or more")
    digits, size = len(exact.as_tuple().digits), exact.adjusted()
    if digits > _MOST_DIGITS or not -_MOST_DIGITS <= size < _MOST_DIGITS:
        raise InvalidValue(field, amount, f"at most {_MOST_DIGITS} digits")
    return plain(exact)


def plain(amount: Decimal) -> Decimal:
    """The same number without exponent or trailing zeros, zero without a sign."""
    return Decimal(f"{_EXACT.plus(_EXACT.normalize(amount)):f}")


def added(amount: Decimal, more: Decimal) -> Decimal:
    """The exact sum; `plain` removes its trailing zeros."""
    return _EXACT.add(amount, more)


class Quantity(ValidatedStruct, frozen=True, gc=False):
    """An exact amount of something in a UN/CEFACT Recommendation 20 unit.

    `amount` is a `Decimal`, zero or more; an `int` or a string is accepted, a float is not. `unit`
    is a code such as `TNE` (tonne), `BLL` (barrel) or `KGM`. Raises `InvalidValue`.

    >>> str(Quantity("45000.0", "TNE"))
    '45000 TNE'
    """

    amount: Decimal
    unit: str

    if TYPE_CHECKING:

        def __init__(self, amount: Decimal | int | str, unit: str) -> None: ...

    def validate(self) -> None:
        """Check the amount and the unit, and write the amount without trailing zeros."""
        force_setattr(self, "amount", _exact("quantity", self.amount))
        unit(self.unit)

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"


class Money(ValidatedStruct, frozen=True, gc=False):
    """An exact amount of money in an ISO 4217 currency, withdrawn ones such as `SUR` included.

    `amount` as in `Quantity`. Raises `InvalidValue`.

    >>> str(Money(1100000000, "USD"))
    '1100000000 USD'
    """

    amount: Decimal
    currency: str

    if TYPE_CHECKING:

        def __init__(self, amount: Decimal | int | str, currency: str) -> None: ...

    def validate(self) -> None:
        """Check the amount and the currency, and write the amount without trailing zeros."""
        force_setattr(self, "amount", _exact("money", self.amount))
        currency(self.currency)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class Source(ValidatedStruct, frozen=True, omit_defaults=True, gc=False):
    """A citation: who published it, where, when (EDTF), and what else a reader should know.

    Raises `InvalidValue` without a publisher, and `InvalidDate` for an invalid `published`.

    >>> Source("Arab News", published="2023-06-27").publisher
    'Arab News'
    """

    publisher: str
    url: str = ""
    published: str = ""
    note: str = ""

    def validate(self) -> None:
        """Check the publisher and the date of publication."""
        if not self.publisher:
            raise InvalidValue("publisher", self.publisher, "the name of who published the source")
        if self.published:
            bounds(self.published)
