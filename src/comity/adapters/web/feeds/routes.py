"""The routes of the feeds: calendars that a calendar's program polls, and the log as Atom."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery

from comity.adapters.interchange.exporters.ics import write_ics
from comity.adapters.interchange.matching import Matching
from comity.adapters.web.api.parameters import Parameter, values_of
from comity.adapters.web.feeds.conditional import answered
from comity.adapters.web.feeds.guard import may_follow
from comity.adapters.web.feeds.kept import KeptFeeds
from comity.adapters.web.feeds.log_feed import log_feed
from comity.domain.errors import InvalidInput
from comity.domain.events import CATALOGUE, kind_tag
from comity.engine import TimelineEngine
from comity.engine.engine import asked

PAST, COMING = timedelta(90), timedelta(366)
"""How much of the past, and of what is to come, the agenda of a calendar holds."""
CALENDAR, ATOM = "text/calendar", "application/atom+xml; charset=utf-8"
_ENDING = ".ics"
_TOKEN = Parameter("token", "text", "A token, as `may_follow` takes it.")
_OF_FEED = (
    _TOKEN,
    Parameter("relationship", "text", "Only of this relationship."),
    Parameter("party", "text", "Only of this party."),
    Parameter("kind", "text", "Only of this kind.", repeated=True, most=len(CATALOGUE)),
)


def feed_router() -> Router:
    """All feeds; they are not part of the API's schema."""
    kept = KeptFeeds()

    @get("/calendar/{file:str}", guards=[may_follow], sync_to_thread=True)
    def calendar(
        request: Request[Any, Any, Any],
        engine: NamedDependency[TimelineEngine],
        file: FromPath[str],
    ) -> Response[bytes]:
        """The calendar of a party, `PAK.ics`, or of a relationship, `PAK-RUS.ics`."""
        values_of((_TOKEN,), request.query_params.multi_items())
        name = file.removesuffix(_ENDING)
        if name == file:
            raise NotFoundException(
                "a calendar's address ends with .ics, such as /calendar/PAK.ics"
            )
        try:
            question = asked(engine, (name,))
        except InvalidInput as error:
            raise NotFoundException(str(error)) from None

        def make() -> bytes:
            file = BytesIO()
            day = question.day
            write_ics(
                engine, (name,), file, since=day - PAST, until=day + COMING, on=day,
                known_at=question.position,
            )  # fmt: skip
            return file.getvalue()

        made = kept.feed(("calendar", name), (question.position, question.day), make)
        return answered(request, made, CALENDAR)

    @get("/feed.atom", guards=[may_follow], sync_to_thread=True)
    def feed(
        request: Request[Any, Any, Any],
        engine: NamedDependency[TimelineEngine],
        relationship: FromQuery[str] = "",
        party: FromQuery[str] = "",
        kind: FromQuery[list[str] | None] = None,
    ) -> Response[bytes]:
        """The newest records of the log, of a relationship, of a party, of some kinds."""
        values_of(_OF_FEED, request.query_params.multi_items())
        kinds = tuple(sorted({kind_tag(each) for each in kind or ()}))
        matching = Matching(relationship, party, kinds)
        base = str(request.base_url).rstrip("/")
        made = kept.feed(
            ("feed", base, relationship, party, kinds),
            engine.position,
            lambda: log_feed(engine, matching, base),
        )
        return answered(request, made, ATOM)

    return Router("/", route_handlers=[calendar, feed], include_in_schema=False)
