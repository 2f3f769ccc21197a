"""Overviews of a day: missions, deals, measures … of every pair, or of those asked for."""

from __future__ import annotations

from itertools import chain, combinations
from typing import Literal

from comity.domain.events import MeetingLevel, Rank
from comity.domain.scope import Certainty, scope_of
from comity.projections.views.agreements import (
    AgreementsProjection,
    AgreementStanding,
    RelationshipAgreement,
)
from comity.projections.views.deals import DealsProjection, RelationshipDeal
from comity.projections.views.measures import MeasuresProjection, RelationshipMeasure, reaching
from comity.projections.views.missions import MissionsProjection, RelationshipMission
from comity.projections.views.network import Network, NetworkProjection, network
from comity.projections.views.series import RelationshipSeries, SeriesProjection
from comity.query import Day, KnownAt, Progress, QueryRunner


class DayViews:
    """What the engine answers about a day across relationships.

    No parties mean every pair; one party, every pair that it is in; several, their relationship.
    """

    _runner: QueryRunner

    def deals(
        self,
        *parties: str,
        on: Day = None,
        known_at: KnownAt = None,
        certainty: Certainty = "certain",
        open_only: bool = False,
        progress: Progress | None = None,
    ) -> tuple[RelationshipDeal, ...]:
        """The deals, open and ended, each with its shipments and payments.

        Nothing is converted: quantities stand by unit, money by currency. A deal of several
        parties stands under each of their pairs. Asked as `state` is. Raises `InvalidInput`
        errors.
        """
        projection = DealsProjection(open_only)
        answers = self._runner.answers_of(
            projection, parties, on, known_at, certainty, progress=progress
        )
        return tuple(chain.from_iterable(answers.values()))

    def measures(
        self,
        *parties: str,
        on: Day = None,
        known_at: KnownAt = None,
        certainty: Certainty = "certain",
        include_lifted: bool = False,
        progress: Progress | None = None,
    ) -> tuple[RelationshipMeasure, ...]:
        """The measures of one party against another, and the open deals that each touches.

        With one party: those by it and on it; with two: those between them. A measure touches the
        deals, of whatever relationship, in which the party it is on buys, sells, or lets shipments
        through. Asked as `state` is. Raises `InvalidInput` errors.
        """
        projection = MeasuresProjection(include_lifted)
        day, position = self._runner.day(on), self._runner.position(known_at)
        answers_of = self._runner.answers_of
        between = answers_of(projection, parties, day, position, certainty) if parties else None
        everywhere = answers_of(projection, (), day, position, certainty, progress=progress)
        return reaching(everywhere if between is None else between, everywhere)

    def series(
        self,
        *parties: str,
        on: Day = None,
        known_at: KnownAt = None,
        certainty: Certainty = "certain",
        level: MeetingLevel | Literal[""] = "",
        progress: Progress | None = None,
    ) -> tuple[RelationshipSeries, ...]:
        """The series of meetings and the last contacts, wherever there is a series or one met.

        Contacts are the last meetings held at each level or above, either way and in each
        direction; `level` keeps those of one. Asked as `state` is. Raises `InvalidInput` errors.
        """
        projection = SeriesProjection(level)
        answers = self._runner.answers_of(
            projection, parties, on, known_at, certainty, progress=progress
        )
        return tuple(answer for answer in answers.values() if answer.series or answer.held)

    def missions(
        self,
        *parties: str,
        on: Day = None,
        known_at: KnownAt = None,
        certainty: Certainty = "certain",
        rank: Rank | Literal[""] = "",
        city: str = "",
        vacant: bool | None = None,
        progress: Progress | None = None,
    ) -> tuple[RelationshipMission, ...]:
        """The open missions with their heads, in each direction; of more than two parties none.

        `rank` keeps those whose head, not ad interim, has that rank on the day; `city` those in
        it; `vacant` those whose post nobody holds but ad interim, or, if False, those whose head
        is there. A consulate has no head of mission and is neither. Asked as `state` is. Raises
        `InvalidInput` errors.
        """
        projection = MissionsProjection(rank, city, vacant)
        answers = self._runner.answers_of(
            projection, parties, on, known_at, certainty, progress=progress
        )
        return tuple(chain.from_iterable(answers.values()))

    def agreements(
        self,
        *parties: str,
        on: Day = None,
        known_at: KnownAt = None,
        certainty: Certainty = "certain",
        status: AgreementStanding | Literal[""] = "",
        within: int = 365,
        progress: Progress | None = None,
    ) -> tuple[RelationshipAgreement, ...]:
        """The agreements that have not ended, how each stands and when it ends.

        `status` keeps those of one standing: in-force, signed, provisionally-applied, suspended,
        in-notice (denounced, and the notice has not run) or expiring (in force or applied, and
        its term can end `within` so many days). One of several parties stands under each of
        their pairs. Asked as `state` is. Raises `InvalidInput` errors.
        """
        projection = AgreementsProjection(status, within)
        answers = self._runner.answers_of(
            projection, parties, on, known_at, certainty, progress=progress
        )
        return tuple(chain.from_iterable(answers.values()))

    def network(
        self,
        *parties: str,
        on: Day = None,
        known_at: KnownAt = None,
        certainty: Certainty = "certain",
        progress: Progress | None = None,
    ) -> Network:
        """Who has relations with whom, and at what level they represent them.

        A link for every pair of which something had happened; of several parties, the pairs among
        them. Asked as `state` is. Raises `InvalidInput` errors.
        """
        scopes = self._runner.scopes(parties)
        if scopes is not None:
            pairs = [pair for scope in scopes for pair in combinations(scope.parties, 2)]
            scopes = [scope_of(*pair) for pair in pairs]
        answers = self._runner.answers(
            NetworkProjection(), scopes, on, known_at, certainty, progress=progress
        )
        return network(answers.values())
