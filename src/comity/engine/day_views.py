"""Views of a day: missions, deals, measures … of every pair, or of the parties given."""

from __future__ import annotations

from itertools import chain, combinations
from typing import Literal

from comity.domain.events import MeetingLevel, Rank
from comity.domain.scope import Certainty, scope_of
from comity.projections.presenting import Rows
from comity.projections.views.agreements import (
    AgreementsProjection,
    AgreementStanding,
    RelationshipAgreement,
    once,
)
from comity.projections.views.deals import DealsProjection, RelationshipDeal
from comity.projections.views.measures import MeasuresProjection, RelationshipMeasure, reaching
from comity.projections.views.missions import MissionsProjection, RelationshipMission
from comity.projections.views.network import Network, NetworkProjection, network
from comity.projections.views.series import RelationshipSeries, SeriesProjection
from comity.query import Day, KnownAt, Progress, QueryRunner


class DayViews:
    """The engine's questions about a day across relationships.

    No parties mean every pair. One party means every pair with it. Several parties mean their
    relationship.
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
    ) -> Rows[RelationshipDeal]:
        """The deals, open and ended, each with its shipments and payments.

        Nothing is converted: quantities are given by unit, money by currency. A deal of more than
        two parties is listed under each of their pairs. The other parameters are those of `state`.
        Raises `InvalidInput` errors.
        """
        projection = DealsProjection(open_only)
        answers = self._runner.answers_of(
            projection, parties, on, known_at, certainty, progress=progress
        )
        return Rows(chain.from_iterable(answers.values()), "deals")

    def measures(
        self,
        *parties: str,
        on: Day = None,
        known_at: KnownAt = None,
        certainty: Certainty = "certain",
        include_lifted: bool = False,
        progress: Progress | None = None,
    ) -> Rows[RelationshipMeasure]:
        """The measures of one party against another, and the open deals that each touches.

        One party means the measures by it and on it; two parties mean those between them. A
        measure touches a deal, of any relationship, if the party under the measure buys, sells,
        or lets shipments through. The other parameters are those of `state`. Raises
        `InvalidInput` errors.
        """
        projection = MeasuresProjection(include_lifted)
        day, position = self._runner.day(on), self._runner.position(known_at)
        answers_of = self._runner.answers_of
        between = answers_of(projection, parties, day, position, certainty) if parties else None
        everywhere = answers_of(projection, (), day, position, certainty, progress=progress)
        reached = reaching(everywhere if between is None else between, everywhere)
        return Rows(reached, "measures")

    def series(
        self,
        *parties: str,
        on: Day = None,
        known_at: KnownAt = None,
        certainty: Certainty = "certain",
        level: MeetingLevel | Literal[""] = "",
        progress: Progress | None = None,
    ) -> Rows[RelationshipSeries]:
        """The series of meetings and the last contacts of each relationship that has any.

        Contacts are the last meetings held at each level or above: the last in either direction,
        and the last in each. `level` selects one level. The other parameters are those of
        `state`. Raises `InvalidInput` errors.
        """
        projection = SeriesProjection(level)
        answers = self._runner.answers_of(
            projection, parties, on, known_at, certainty, progress=progress
        )
        told = (answer for answer in answers.values() if answer.series or answer.held)
        return Rows(told, "series")

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
    ) -> Rows[RelationshipMission]:
        """The open missions of pairs, in each direction, with their heads.

        `rank` selects missions whose head has that rank on the day and is not ad interim. `city`
        selects missions in a city. `vacant` selects missions that nobody heads, except perhaps ad
        interim; False selects those with a head. A consulate never has a head of mission, so it
        is in neither selection.
        The other parameters are those of `state`. Raises `InvalidInput` errors.
        """
        projection = MissionsProjection(rank, city, vacant)
        answers = self._runner.answers_of(
            projection, parties, on, known_at, certainty, progress=progress
        )
        return Rows(chain.from_iterable(answers.values()), "missions")

    def agreements(
        self,
        *parties: str,
        on: Day = None,
        known_at: KnownAt = None,
        certainty: Certainty = "certain",
        status: AgreementStanding | Literal[""] = "",
        within: int = 365,
        progress: Progress | None = None,
    ) -> Rows[RelationshipAgreement]:
        """The agreements that have not ended, with their standing and the day on which they end.

        `status` selects one standing: in-force, signed, ratified, provisionally-applied, suspended,
        in-notice (denounced, but not yet ended) or expiring (in force or applied, and the term can
        end `within` so many days). An agreement of several parties is listed once, with the
        parties that it `binds`, as it stands where it stands best. The other parameters are those
        of `state`. Raises `InvalidInput` errors.
        """
        AgreementsProjection(status)  # a wrong status is refused before anything is read
        answers = self._runner.answers_of(
            AgreementsProjection(within=within), parties, on, known_at, certainty, progress=progress
        )
        return Rows(once(chain.from_iterable(answers.values()), status), "agreements")

    def network(
        self,
        *parties: str,
        on: Day = None,
        known_at: KnownAt = None,
        certainty: Certainty = "certain",
        progress: Progress | None = None,
    ) -> Network:
        """Who has relations with whom, and at what level they are represented.

        There is a link for every pair of whose relations, recognition, missions or envoys something
        is known by that day. Several parties mean the pairs
        among them. The other parameters are those of `state`. Raises `InvalidInput` errors.
        """
        scopes = self._runner.scopes(parties)
        if scopes is not None:
            pairs = [pair for scope in scopes for pair in combinations(scope.parties, 2)]
            scopes = [scope_of(*pair) for pair in pairs]
        answers = self._runner.answers(
            NetworkProjection(), scopes, on, known_at, certainty, only_told=True, progress=progress
        )
        return network(answers.values())
