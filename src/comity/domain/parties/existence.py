"""On which days a party existed."""

from __future__ import annotations

from datetime import date, timedelta

from comity.domain.parties.continuity import lineage, successor
from comity.domain.parties.naming import party
from comity.domain.parties.organisations import cached_by_party, organisation
from comity.domain.parties.renaming import current
from comity.domain.parties.table import rows
from comity.domain.time.dates import Bounds, span


@cached_by_party
def existence(code: str) -> tuple[Bounds, ...]:
    """Return the periods in which the party itself existed, in order, both days included.

    It is empty where nothing is known of it: for territories, and for organisations without days
    in the user's table. A renamed party has its periods under either code. What it continues has
    periods of its own. Raises UnknownParty.
    """
    own = current(party(code))
    if (row := rows().get(own)) is not None:
        return tuple(map(span, row.existed))
    given = organisation(own)
    return (span(given.existed),) if given is not None and given.existed else ()


@cached_by_party
def lifetimes(code: str) -> tuple[Bounds, ...]:
    """Return the periods of the party and of what it continues, in order.

    It is empty if one of them is not known. Raises UnknownParty.
    """
    periods: list[Bounds] = []
    for former in lineage(code):
        own = existence(former.code)
        if not own:
            return ()
        clipped = (Bounds(max(p.earliest, former.since), min(p.latest, former.until)) for p in own)
        periods.extend(period for period in clipped if period.earliest <= period.latest)
    return tuple(sorted(set(periods)))


def existed(code: str, bounds: Bounds) -> bool:
    """Return whether the party, or what it continues, existed on some day within the bounds.

    A party of unknown days existed on any. Raises UnknownParty.
    """
    periods = lifetimes(code)
    return not periods or any(
        bounds.earliest <= period.latest and bounds.latest >= period.earliest for period in periods
    )


@cached_by_party
def ended_on(code: str) -> date | None:
    """Return the first day on which the party no longer exists; None if it exists or is unknown.

    A party that another continues has not ended: what it had goes on with its heir, as has one
    that only changed its name. Raises UnknownParty.
    """
    periods = existence(code)
    if not periods or successor(code) != current(code) or periods[-1].latest == date.max:
        return None
    return periods[-1].latest + timedelta(days=1)
