"""The lists of values that fields take: closed lists, usual words, units, currencies and codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from msgspec import Struct

from comity.adapters.catalogue import meanings
from comity.domain.codelists.currencies import UNIT_NAMES
from comity.domain.codelists.goldstein import QUAD_NAMES, codes, goldstein, quad_class
from comity.domain.codelists.iso4217 import CURRENCIES, FORMER_CURRENCIES
from comity.domain.events import CATALOGUE
from comity.domain.events.base import choices
from comity.domain.phrases import number
from comity.projections.dyads import ALLIANCES


class ValueList(Struct, frozen=True):
    """A list of values: its name, what it lists, and what each value means.

    `fields` are those that take the values, as `meeting.kind`: the subject of their kinds, or the
    kind itself, and the field. Of a list that is not `closed` a field takes other text too.
    """

    name: str
    what: str
    values: Mapping[str, str]
    closed: bool = True
    fields: tuple[str, ...] = ()


def _agreement_kinds() -> dict[str, str]:
    told = dict.fromkeys(sorted(ALLIANCES), "an alliance, where alliances are counted")
    others = {
        "treaty": "a formal agreement",
        "memorandum": "a memorandum of understanding",
        "protocol": "it completes another agreement",
    }
    return others | told


def _currencies() -> dict[str, str]:
    return dict.fromkeys(sorted(CURRENCIES), "ISO 4217") | dict.fromkeys(
        sorted(FORMER_CURRENCIES), "ISO 4217, withdrawn"
    )


def _weighed(scheme: str) -> dict[str, str]:
    """The codes of a scheme, each with its root's name, quad class and Goldstein weight."""
    told: dict[str, str] = {}
    for code in codes(scheme):
        weight, quad = goldstein(scheme, code), quad_class(scheme, code)
        if weight is None or quad is None:
            continue
        root = meanings.CAMEO_ROOTS[code[:2]] if scheme == "cameo" else ""
        parts = (root, QUAD_NAMES[quad], f"weight {number(weight)}")
        told[code] = "; ".join(filter(None, parts))
    return told


_OPEN: Final[Mapping[str, tuple[str, Callable[[], Mapping[str, str]], tuple[str, ...]]]] = {
    "meeting-kind": ("kinds of meetings", lambda: meanings.MEETING_KINDS, ("meeting.kind",)),
    "measure-kind": ("kinds of measures", lambda: meanings.MEASURE_KINDS, ("measure.kind",)),
    "agreement-kind": ("kinds of agreements", _agreement_kinds, ("agreement.kind",)),
    "stance": ("stances of a statement", lambda: meanings.STANCES, ("statement-made.stance",)),
    "vote": ("how a party voted", lambda: meanings.VOTES, ("vote-cast.vote",)),
}
"""Usual words of fields that take any text."""


def _texts(told: Mapping[Any, str]) -> dict[str, str]:
    return {str(value): meaning for value, meaning in told.items()}


_CLOSED: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "relations-level": ("levels of diplomatic relations", _texts(meanings.RELATIONS_LEVELS)),
    "recognition-form": ("forms of recognition", _texts(meanings.RECOGNITION_FORMS)),
    "mission-level": (
        "levels of a mission, from the highest down", _texts(meanings.MISSION_LEVELS),
    ),
    "rank": ("ranks of a head of mission, from the highest down", _texts(meanings.RANKS)),
    "meeting-level": (
        "levels at which parties meet, from the highest down", _texts(meanings.MEETING_LEVELS),
    ),
    "alignment": ("how parties stand to each other in some matter", _texts(meanings.ALIGNMENTS)),
}  # fmt: skip
"""The types of fields that are closed lists."""


@lru_cache(maxsize=1)
def value_lists() -> Mapping[str, ValueList]:
    """Every list of values, by its name."""
    lists = [
        *(
            ValueList(name, what, values, fields=_taking(values))
            for name, (what, values) in _CLOSED.items()
        ),
        *(
            ValueList(name, what, read(), False, fields)
            for name, (what, read, fields) in _OPEN.items()
        ),
        ValueList(
            "unit", "usual units of a quantity (UN/CEFACT)", UNIT_NAMES, False, ("quantity.unit",)
        ),
        ValueList(
            "currency", "currencies of money (ISO 4217)", _currencies(),
            fields=("money.currency", "payment-made.currency"),
        ),
        ValueList(
            "cameo", "CAMEO codes of coded interactions", _weighed("cameo"), False,
            ("interaction-coded.code",),
        ),
        ValueList(
            "plover", "PLOVER codes of coded interactions", _weighed("plover"), False,
            ("interaction-coded.code",),
        ),
    ]  # fmt: skip
    return {each.name: each for each in lists}


def list_of(subject: str, kind: str, field: str, closed: frozenset[str]) -> ValueList | None:
    """The list whose values a field takes, if it is one of ours; `closed` are those of its type."""
    lists = value_lists().values()
    if closed:
        same = (each for each in lists if each.closed and each.values.keys() == closed - {""})
        return next(same, None)
    places = {f"{subject}.{field}", f"{kind}.{field}"}
    return next((each for each in lists if places & set(each.fields)), None)


def _taking(values: Mapping[str, str]) -> tuple[str, ...]:
    """The fields whose type is the closed list of these values."""
    taking = {
        f"{kind.subject or tag}.{field}": None
        for tag, kind in CATALOGUE.items()
        for field, closed in choices(kind).items()
        if closed - {""} == values.keys()
    }
    return tuple(taking)
