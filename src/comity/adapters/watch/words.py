"""What is watched, and how it is delivered, in plain words; no secret is in them."""

from __future__ import annotations

from comity.adapters.interchange.exporters.sentences import all_of, named_code
from comity.adapters.render.names import named_relationship
from comity.adapters.watch.watched import (
    AnyDelivery,
    AnyWatch,
    EndWatch,
    EventWatch,
    FeedFile,
    FindingWatch,
    OverdueWatch,
    VacancyWatch,
    Webhook,
)


def watch_words(watch: AnyWatch) -> str:
    """`igc: each new event (meeting-held), Pakistan and Russia (PAK-RUS)`."""
    return f"{watch.name}: {_what(watch)}; {_whose(watch)}"


def _what(watch: AnyWatch) -> str:
    match watch:
        case EventWatch():
            return f"each new event{_kinds(watch.kind)}, and what becomes of it"
        case FindingWatch():
            return f"each new finding{_kinds(watch.kind)}"
        case VacancyWatch():
            return "a post of head of mission that becomes vacant"
        case EndWatch():
            days = "today" if watch.days == 0 else f"within {watch.days} days"
            return f"an agreement, a deal or a measure that ends {days}"
        case OverdueWatch():
            return "a round of a series that becomes overdue"


def _kinds(kinds: list[str]) -> str:
    return f" of the kind {' or '.join(kinds)}" if kinds else ""


def _whose(watch: AnyWatch) -> str:
    if watch.relationship:
        return named_relationship(watch.relationship)
    return f"all relationships{f' of {named_code(watch.party)}' if watch.party else ''}"


def delivery_words(delivery: AnyDelivery) -> str:
    """`webhook https://…: a signed POST for each alert, of all watches`."""
    of = f"of {all_of(delivery.watches)}" if delivery.watches else "of all watches"
    if isinstance(delivery, Webhook):
        secret = f"the variable {delivery.secret_env}" if delivery.secret_env else "the file"
        return (
            f"{delivery.name}: a POST to {delivery.url}, signed with the secret in {secret}; {of}"
        )
    if isinstance(delivery, FeedFile):
        return f"{delivery.name}: Atom in {delivery.file}, the newest {delivery.entries}; {of}"
    return f"{delivery.name}: a line of JSON on the standard output; {of}"
