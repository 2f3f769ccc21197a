"""How missions and envoys fold, in each direction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from comity.domain.events import (
    CredentialsPresented,
    EnvoyAppointed,
    EnvoyDeparted,
    EnvoyExpelled,
    Event,
    MissionClosed,
    MissionLevelChanged,
    MissionOpened,
    RelationsEstablished,
    RelationsRestored,
)
from comity.projections.answers import Envoy, Mission
from comity.projections.findings import Finding, finding
from comity.projections.sections.book import Book, Handlers, MissionBook, kept
from comity.projections.sections.relations import unexplained

CONSULATE = "consulate-general"
"""The level that has no head of mission: its city tells one from another."""

_WITHOUT_RELATIONS = (CONSULATE, "interests-section", "liaison-office")
"""The levels at which a mission can work where there are no diplomatic relations."""


_Mission = MissionOpened | MissionLevelChanged | MissionClosed
_Posted = EnvoyAppointed | CredentialsPresented | EnvoyDeparted | EnvoyExpelled


def _way(book: Book, event: _Mission | _Posted) -> tuple[str, str]:
    return book.name(event.sender), book.name(event.host)


def _key(book: Book, event: _Mission) -> tuple[str, str, str]:
    """One diplomatic mission for each direction, and a consulate for each city."""
    return (*_way(book, event), f"in {event.city}" if event.level == CONSULATE else "")


def _mission(book: Book, event: MissionOpened | MissionLevelChanged) -> MissionBook:
    way = _way(book, event)
    return kept(book.missions, _key(book, event), lambda: MissionBook(*way, event.level))


def opened(book: Book, event: MissionOpened) -> None:
    """A mission begins, or is raised or lowered to the level given."""
    is_new = _key(book, event) not in book.missions
    mission = _mission(book, event)
    if is_new:
        mission.since = event.when
    mission.level, mission.opening = event.level, event
    mission.city = event.city or mission.city
    mission.accredited_from = event.accredited_from
    states = event.sender.isupper() and event.host.isupper()
    unrelated = book.status in ("unknown", "severed")
    if states and unrelated and event.level not in _WITHOUT_RELATIONS:
        book.missions_unrelated.append(event)


def level_changed(book: Book, event: MissionLevelChanged) -> None:
    """A mission is raised or lowered; one never heard of was open before."""
    mission = _mission(book, event)
    mission.level = event.level
    mission.city = event.city or mission.city
    mission.accredited_from = event.accredited_from or mission.accredited_from


def closed(book: Book, event: MissionClosed) -> None:
    """A mission ends, and with a diplomatic one its envoys' posts."""
    book.missions.pop(_key(book, event), None)
    if event.level != CONSULATE:
        book.envoys.pop(_way(book, event), None)


def appointed(book: Book, event: EnvoyAppointed) -> None:
    """An envoy is named."""
    post = book.envoys.setdefault(_way(book, event), {})
    post.pop(event.name, None)  # the newest named comes last
    post[event.name] = Envoy(event.name, event.rank, event.when, ad_interim=event.ad_interim)


def presented(book: Book, event: CredentialsPresented) -> None:
    """An envoy takes up the post; whoever held it before is thereby gone."""
    post = book.envoys.setdefault(_way(book, event), {})
    named = post.get(event.name) or Envoy(event.name, event.rank, event.when)
    post.clear()
    post[event.name] = replace(named, rank=event.rank, credentials=event.when, ad_interim=False)


def left(book: Book, event: EnvoyDeparted | EnvoyExpelled) -> None:
    """An envoy's post ends."""
    book.envoys.get(_way(book, event), {}).pop(event.name, None)


def _head(book: Book, sender: str, host: str) -> Envoy | None:
    """The newest named who is not ad interim, else whoever stands in."""
    post = list(book.envoys.get((sender, host), {}).values())
    return next((e for e in reversed(post) if not e.ad_interim), post[-1] if post else None)


def find(book: Book, undetermined: Iterable[Event]) -> Iterator[Finding]:
    """Missions that have no relations to stand on."""
    for event in unexplained(book.missions_unrelated, undetermined):
        ways = " → ".join((getattr(event, "sender", ""), getattr(event, "host", "")))
        message = f"mission {ways} opened on {event.when} without relations"
        yield finding("mission-without-relations", message, event)
    yield from _outlasting(book, list(undetermined))


def _outlasting(book: Book, undetermined: list[Event]) -> Iterator[Finding]:
    """Missions that outlast relations, unless one of the two may have been put right since."""
    begun = any(isinstance(e, RelationsEstablished | RelationsRestored) for e in undetermined)
    if book.status != "severed" or begun:
        return
    changed = {
        _way(book, e) for e in undetermined if isinstance(e, MissionClosed | MissionLevelChanged)
    }
    for mission in book.missions.values():
        opening, way = mission.opening, (mission.sender, mission.host)
        unsure = way in changed or mission.level in _WITHOUT_RELATIONS
        if unsure or opening in (None, *book.missions_unrelated):
            continue
        message = (
            f"the {mission.level} {mission.sender} → {mission.host} is open though relations "
            f"were severed on {book.status_since}"
        )
        yield finding("mission-without-relations", message, *filter(None, [opening]))


def answer(book: Book) -> tuple[Mission, ...]:
    """The open missions with their heads; an envoy without a known mission implies an embassy."""
    found: list[Mission] = []
    implied = {
        (sender, host, ""): MissionBook(sender, host, "embassy")
        for (sender, host), post in book.envoys.items()
        if post
    }
    for (sender, host, _), mission in sorted((implied | book.missions).items()):
        head = _head(book, sender, host) if mission.level != CONSULATE else None
        found.append(
            Mission(
                sender, host, mission.level, mission.city, mission.accredited_from, mission.since,
                head, vacant=head is None or head.ad_interim,
            )
        )  # fmt: skip
    return tuple(found)


HANDLERS: Handlers = {
    MissionOpened: opened,
    MissionLevelChanged: level_changed,
    MissionClosed: closed,
    EnvoyAppointed: appointed,
    CredentialsPresented: presented,
    EnvoyDeparted: left,
    EnvoyExpelled: left,
}
