"""Why a form was not recorded: each problem with the input that it belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from comity.adapters.interchange.intake_models import explanation, field_of
from comity.adapters.web.api.problems import said_of
from comity.adapters.web.pages.forms.fields import form_fields
from comity.adapters.web.pages.forms.typed import Told
from comity.adapters.web.pages.words import section
from comity.domain.errors import ComityError, InvalidRecord

RECORDED_BY, REASON = "act.recorded_by", "act.reason"
KNOWN, ANYWAY, MORE = "act.known", "act.anyway", "act.more"
"""The inputs of a form that are no field of the event: what it knew, that its findings are seen,
and of which field another row is wanted."""
_ACTS = {"recorded_by": RECORDED_BY, "reason": REASON}


class Fault(NamedTuple):
    """A problem: the input that it belongs to (empty: the whole form), its label, what is wrong."""

    place: str
    label: str
    text: str


class Faults(NamedTuple):
    """The problems of a form, in the order of its inputs."""

    all: tuple[Fault, ...] = ()

    def of(self, place: str) -> list[str]:
        """What is wrong with an input."""
        return [fault.text for fault in self.all if fault.place == place]


def label_of(name: str) -> str:
    """What an input is called, by its name: `sources.0.url` is `Source 1, address (url)`."""
    field, *rest = name.split(".")
    parts = section("fields")
    one = section("rows").get(field) if rest and rest[0].isdigit() else ""
    said = one or parts.get(field) or field.replace("_", " ").capitalize()
    for part in rest:
        said += f" {int(part) + 1}" if part.isdigit() else f", {parts.get(part, part).lower()}"
    return said


def faults_in(tag: str, told: Told, problems: Sequence[tuple[str, str]]) -> Faults:
    """The problems that the intake found in what a form told, and those of the form itself."""
    found = [Fault(place, label_of(place), text) for place, text in told.problems]
    for path, text in problems:
        place = _place(told, path)
        found.append(Fault(place, label_of(place or path) if path != "record" else "", text))
    order = {field.name: at for at, field in enumerate(form_fields(tag))}
    found.sort(key=lambda fault: order.get(fault.place.partition(".")[0], -1))
    return Faults(tuple(dict.fromkeys(found)))


def faults_of(error: ComityError) -> Faults:
    """The problems that an error tells, of a form whose fields are right."""
    if isinstance(error, InvalidRecord):
        return Faults(tuple(Fault("", path, text) for path, text in error.problems))
    place = _ACTS.get(field_of(error), "")
    text = explanation(error) if place else said_of(error)
    return Faults((Fault(place, label_of(place.rpartition(".")[2]) if place else "", text),))


def _place(told: Told, path: str) -> str:
    """The input at a path, or at the nearest above it."""
    for above in _above(path):
        if above in told.places:
            return told.places[above]
    return ""


def _above(path: str) -> Iterator[str]:
    while path:
        yield path
        path = path.rpartition(".")[0]
