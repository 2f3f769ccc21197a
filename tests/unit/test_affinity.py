"""The view affinity: how alike two parties voted."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

import comity
from comity import Affinity, InvalidDate, TimelineEngine, UnknownParty, VoteCast

BODY = "UN General Assembly"


def vote(by: str, resolution: str, cast: str, when: str = "2022-03-02") -> VoteCast:
    return VoteCast(
        by=by, parties=(by, "un"), when=when, body=BODY, resolution=resolution, vote=cast
    )  # fmt: skip


def recorded(events: Sequence[VoteCast]) -> TimelineEngine:
    engine = comity.open(":memory:")
    engine.append(*events)
    return engine


ALL = [
    *(vote("PAK", f"r{n}", cast) for n, cast in enumerate(("for", "for", "abstained", "against"))),
    *(vote("RUS", f"r{n}", cast) for n, cast in enumerate(("for", "against", "for", "absent"))),
    vote("IND", "r0", "for"), vote("IND", "r9", "for"),
]  # fmt: skip


def test_votes_agree_are_opposed_or_half_alike() -> None:
    [affinity] = recorded(ALL).affinity("PAK", "RUS")
    assert affinity == Affinity(
        "PAK-RUS", "PAK", "RUS", common=3, agreed=1, half=1, opposed=1,
        agreement=Decimal("0.500"), s_score=Decimal("0.000"),
    )  # fmt: skip


def test_the_s_score_runs_from_minus_one_to_one() -> None:
    engine = recorded([
        vote("PAK", "a", "yes"), vote("RUS", "a", "for"),
        vote("IND", "a", "no"), vote("FRA", "a", "abstain"),
    ])  # fmt: skip
    scores = {row.relationship: (row.agreement, row.s_score) for row in engine.affinity("PAK")}
    assert scores == {
        "PAK-RUS": (Decimal("1.000"), Decimal("1.000")),
        "IND-PAK": (Decimal("0.000"), Decimal("-1.000")),
        "FRA-PAK": (Decimal("0.500"), Decimal("0.000")),
    }


def test_no_parties_mean_every_two_states_that_voted_on_the_same() -> None:
    rows = recorded(ALL).affinity()
    assert [(row.relationship, row.common) for row in rows] == [
        ("IND-PAK", 1), ("IND-RUS", 1), ("PAK-RUS", 3),
    ]  # fmt: skip


def test_several_parties_mean_each_two_of_them_also_without_a_common_vote() -> None:
    rows = recorded(ALL).affinity("PAK", "FRA", "IND")
    assert [(row.relationship, row.common, row.agreement) for row in rows] == [
        ("FRA-IND", 0, None), ("FRA-PAK", 0, None), ("IND-PAK", 1, Decimal("1.000")),
    ]  # fmt: skip
    assert recorded(ALL).affinity("PAK-RUS") == recorded(ALL).affinity("RUS", "PAK")


def test_the_period_says_which_votes_can_have_been_cast_in_it() -> None:
    events = [
        event.replace(when=when)
        for event in ALL[:8]
        for when in [("2020-01-01", "2021", "2022-03-02", "2023")[int(event.resolution[1])]]
    ]
    engine = recorded(events)

    def common(since: str | None = None, until: str | None = None) -> int:
        [row] = engine.affinity("PAK", "RUS", since=since, until=until)
        return row.common

    assert common() == 3
    assert common(since="2021-06-01") == 2
    assert common(until="2020-12-31") == 1
    assert common(since="2021-12-31", until="2022-03-01") == 1
    assert common(since="2022-03-03") == 0
    with pytest.raises(InvalidDate):
        engine.affinity(since="2023", until="2022")


def test_what_was_retracted_or_not_yet_known_does_not_count() -> None:
    engine = recorded(ALL)
    before = engine.affinity("PAK", "RUS")
    engine.retract(ALL[5].id, "a misprint")
    [after] = engine.affinity("PAK", "RUS")
    assert (after.common, after.opposed) == (2, 0)
    assert engine.affinity("PAK", "RUS", known_at=len(ALL)) == before


def test_of_rival_accounts_the_preferred_one_counts() -> None:
    one = vote("PAK", "a", "for").replace(happening="call-1", note="press")
    other = vote("PAK", "a", "against").replace(happening="call-1", note="record")
    engine = recorded([one, other, vote("RUS", "a", "for")])
    for preferred, agreed in ((one, 1), (other, 0), (one, 1)):
        engine.prefer(preferred.id, "the better source")
        [row] = engine.affinity("PAK", "RUS")
        assert (row.common, row.agreed) == (1, agreed)


def test_the_last_of_several_votes_on_one_roll_call_counts() -> None:
    engine = recorded([
        vote("PAK", "a", "against", "2022-01-02"), vote("PAK", "A", "for", "2022-01-01"),
        vote("RUS", "a", "against", "2022-01-01"),
    ])  # fmt: skip
    [row] = engine.affinity("PAK", "RUS")
    assert (row.common, row.agreed) == (1, 1)


def test_a_state_has_the_votes_of_what_it_continues() -> None:
    engine = recorded([
        vote("SUN", "a", "for", "1980-01-01"), vote("RUS", "b", "for", "1995-01-01"),
        vote("USA", "a", "for", "1980-01-01"), vote("USA", "b", "against", "1995-01-01"),
        vote("YUG", "c", "for", "1999-01-01"), vote("SRB", "d", "for", "2010-01-01"),
        vote("USA", "c", "for", "1999-01-01"),
    ])  # fmt: skip
    [row] = engine.affinity("RUS", "USA")
    assert (row.common, row.agreed, row.opposed) == (2, 1, 1)
    assert [row.relationship for row in engine.affinity()] == ["RUS-USA", "SRB-USA", "USA-YUG"]


def test_only_who_cast_the_vote_is_compared_of_whomever_it_was_told() -> None:
    told = VoteCast(
        by="PAK", parties=("PAK", "RUS"), when="2022", resolution="a", vote="for", body=BODY
    )
    engine = recorded([told, vote("IND", "a", "for")])
    assert [row.relationship for row in engine.affinity()] == ["IND-PAK"]
    [row] = engine.affinity("IND", "RUS")
    assert row.common == 0


def test_organisations_are_compared_when_they_are_named() -> None:
    voted = VoteCast(by="eu", parties=("eu", "wto"), when="2022", resolution="a", vote="for")
    other = VoteCast(by="USA", parties=("USA", "wto"), when="2022", resolution="a", vote="for")
    engine = recorded([voted, other])
    assert engine.affinity() == ()
    [row] = engine.affinity("eu")
    assert (row.relationship, row.agreed) == ("USA-eu", 1)
    with pytest.raises(UnknownParty):
        engine.affinity("PAKISTAN")


def test_nothing_recorded_is_no_answer() -> None:
    assert comity.open(":memory:").affinity() == ()
    assert comity.open(":memory:").affinity("PAK") == ()
