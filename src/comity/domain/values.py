"""The values that events carry: quantities, money and the sources that vouch for them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import force_setattr

from comity.domain.currencies import currency, unit
from comity.domain.dates import bounds
from comity.domain.errors import InvalidValue

_MOST_DIGITS = 30


@lru_cache(maxsize=4096)
def _exact(field: str, amount: object) -> Decimal:
    """`amount` as a plain, non-negative decimal without trailing zeros.

    Equal amounts are then written alike, so `45000` and `45000.0` make one event and not two.
    """
    if isinstance(amount, bool) or not isinstance(amount, Decimal | int | str):
        raise InvalidValue(field, amount, "an exact number: a Decimal, an int or a string")
    try:
        exact = Decimal(amount)
    except InvalidOperation:
        raise InvalidValue(field, amount, "a decimal number such as '45122.5'") from None
    if not exact.is_finite() or exact < 0:
        raise InvalidValue(field, amount, "a finite number, zero or more")
    if max(len(exact.as_tuple().digits), abs(exact.adjusted())) > _MOST_DIGITS:
        raise InvalidValue(field, amount, f"at most {_MOST_DIGITS} digits")
    return Decimal(f"{exact.normalize():f}")


class Quantity(Struct, frozen=True):
    """An exact amount of something in a UN/CEFACT Recommendation 20 unit.

    `amount` is a `Decimal`, zero or more (an `int` or a string is taken too, a float never is);
    `unit` a code such as `TNE` (tonne), `BLL` (barrel) or `KGM`. Raises `InvalidValue`.

    >>> str(Quantity("45000.0", "TNE"))
    '45000 TNE'
    """

    amount: Decimal
    unit: str

    def __post_init__(self) -> None:
        force_setattr(self, "amount", _exact("quantity", self.amount))
        unit(self.unit)

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"


class Money(Struct, frozen=True):
    """An exact amount of money in an ISO 4217 currency, past ones such as `SUR` included.

    `amount` as in `Quantity`. Raises `InvalidValue`.

    >>> str(Money(1100000000, "USD"))
    '1100000000 USD'
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        force_setattr(self, "amount", _exact("money", self.amount))
        currency(self.currency)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class Source(Struct, frozen=True, omit_defaults=True):
    """A citation: who published it, where, when (EDTF), and what else a reader should know.

    Raises `InvalidValue` without a publisher, `InvalidDate` for an impossible `published`.

    >>> Source("Arab News", published="2023-06-27").publisher
    'Arab News'
    """

    publisher: str
    url: str = ""
    published: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if not self.publisher:
            raise InvalidValue("publisher", self.publisher, "the name of who published the source")
        if self.published:
            bounds(self.published)
