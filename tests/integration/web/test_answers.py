"""Every route answers as the engine does, and costs nothing when nothing changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import msgspec
import pytest

import comity
from comity import TimelineEngine
from comity.adapters.catalogue.kinds import kind_info
from comity.adapters.web.api.problems import STATUSES, problem_of, status_of
from comity.domain import errors
from comity.domain.parties.directory import find_parties
from comity.projections.presenting import Rows
from comity.projections.views.catalogue import VIEWS, World
from comity.query.runner import QueryRunner
from tests.integration.web.conftest import Calling
from tests.recording import meeting

DAY, KNOWN = "2023-06-20", 60
Ask = Callable[[TimelineEngine], Any]
STATE = f"/v1/relationships/PAK-RUS/state?on={DAY}"


def view_of(name: str, party: str) -> Ask:
    return lambda engine: getattr(engine, name)(party)


QUESTIONS: dict[str, Ask] = {
    STATE: lambda e: e.state("PAK-RUS", on=DAY),
    f"{STATE}&known_at={KNOWN}&certainty=possible": lambda e: e.state(
        "PAK-RUS", on=DAY, known_at=KNOWN, certainty="possible"
    ),
    f"{STATE}&known_at=2023-06-13": lambda e: e.state("PAK-RUS", on=DAY, known_at="2023-06-13"),
    "/v1/relationships/PAK-RUS/timeline": lambda e: e.timeline("PAK-RUS"),
    "/v1/relationships/PAK-RUS/timeline?since=1960&until=1970-05&kind=meeting-held": (
        lambda e: e.timeline("PAK-RUS", since="1960", until="1970-05", kinds=["meeting-held"])
    ),
    f"/v1/relationships/PAK-RUS/diff?on=2022-01-01&than_on={DAY}": (
        lambda e: e.diff("PAK-RUS", on=("2022-01-01", DAY))
    ),
    f"/v1/relationships/PAK-RUS/diff?on={DAY}&known_at=50&than_known_at=100": (
        lambda e: e.diff("PAK-RUS", on=DAY, known_at=(50, 100))
    ),
    "/v1/evidence?event=X01": lambda e: e.evidence("X01"),
    "/v1/search?q=oil&limit=3&party=PAK": lambda e: e.search("oil", limit=3, parties=["PAK"]),
    f"/v1/learned?known_at=50&than_known_at=70&party=PAK&party=RUS&on={DAY}": (
        lambda e: e.learned("PAK", "RUS", known_at=(50, 70), on=DAY)
    ),
    "/v1/relationships?party=RUS": lambda e: e.relationships(["RUS"]),
    "/v1/parties?q=pakistan": lambda _: find_parties("pakistan", None),
    "/v1/kinds/deal-signed": lambda _: kind_info("deal-signed"),
    "/v1/missions?party=PAK&vacant=true": lambda e: e.missions("PAK", vacant=True),
    "/v1/agreements?status=expiring&within=3000": (
        lambda e: e.agreements(status="expiring", within=3000)
    ),
    "/v1/tone?by=decade&until=2024": lambda e: e.tone(by="decade", until="2024"),
    "/v1/anniversaries?since=2023&round_only=true": (
        lambda e: e.anniversaries(since="2023", round_only=True)
    ),
    **{f"/v1/{view.name}?party=PAK": view_of(view.name, "PAK") for view in VIEWS},
    **{f"/v1/relationships/PAK-RUS/{view.name}": view_of(view.name, "PAK-RUS") for view in VIEWS},
}


@pytest.mark.parametrize("address", QUESTIONS)
def test_a_route_answers_as_the_engine_does(
    calling: Calling, engine: TimelineEngine, address: str
) -> None:
    answer = calling().get(address)
    assert answer.status_code == 200, answer.text
    assert answer.json() == plain(QUESTIONS[address](engine))


def plain(answer: Any) -> Any:
    """The answer as JSON has it: `to_builtins` knows no subclasses of tuples and dicts."""
    return msgspec.json.decode(msgspec.json.encode(_plain(answer)))


def _plain(answer: object) -> Any:
    if isinstance(answer, Rows):
        return [msgspec.to_builtins(each) for each in cast("tuple[object, ...]", answer)]
    if isinstance(answer, World):
        return {key: msgspec.to_builtins(state) for key, state in answer.items()}
    return msgspec.to_builtins(answer)


def test_the_log_comes_in_pages_without_a_gap(calling: Calling, engine: TimelineEngine) -> None:
    client, after, records = calling(), 0, []
    while after is not None:
        page = client.get("/v1/events", params={"after": after, "limit": 50}).json()
        records += page["events"]
        assert page["position"] == engine.position
        after = page["next"]
    assert records == plain(list(engine.events()))
    only = client.get("/v1/events?kind=deal-signed&kind=deal-ended&limit=1000").json()["events"]
    assert only == plain(list(engine.events(kinds=["deal-signed", "deal-ended"])))


def test_an_unchanged_answer_is_not_folded_again(
    calling: Calling, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = calling()
    tags = {address: client.get(address).headers["etag"] for address in list(QUESTIONS)[:10]}

    def never(*_: object, **__: object) -> None:
        raise AssertionError("it was folded again")

    for name in ("answer", "answers_of", "answer_of_period", "records"):
        monkeypatch.setattr(QueryRunner, name, never)
    for address, tag in tags.items():
        answer = client.get(address, headers={"If-None-Match": f'"x", {tag}'})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == tag


def test_a_tag_is_of_the_relationship_the_question_and_the_day(calling: Calling) -> None:
    with comity.open(":memory:") as engine:
        engine.append(meeting("m1"))
        client = calling(engine)
        first = client.get(STATE).headers["etag"]
        engine.append(meeting("elsewhere", parties=("CHN", "IND")))
        assert client.get(STATE).headers["etag"] == first
        assert client.get(f"{STATE}&certainty=possible").headers["etag"] != first
        assert client.get(STATE.replace("20", "19")).headers["etag"] != first
        engine.append(meeting("three", parties=("CHN", "PAK", "RUS")))
        after = client.get(STATE).headers["etag"]
        assert after != first
        fixed = client.get(f"{STATE}&known_at=1")
        engine.append(meeting("m2"))
        assert client.get(STATE).headers["etag"] != after
        assert client.get(f"{STATE}&known_at=1").headers["etag"] == fixed.headers["etag"]


def test_only_an_answer_for_a_day_and_a_position_may_be_kept(calling: Calling) -> None:
    client = calling()
    assert "max-age" in client.get(f"{STATE}&known_at=60").headers["cache-control"]
    for address in (STATE, f"{STATE}&known_at=2023-06-13", STATE.partition("?")[0]):
        assert client.get(address).headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize(
    ("address", "status", "values"),
    [
        ("/v1/relationships/PAK-XXX/state", 404, {"value": "XXX"}),
        ("/v1/relationships/PAK/state", 400, {"problems": [["relationship"]]}),
        (f"{STATE}&known_at=9999", 404, {"value": 9999}),
        ("/v1/relationships/PAK-RUS/state?on=2023-02-30", 404, {"value": "2023-02-30"}),
        ("/v1/relationships/PAK-RUS/state?on=tomorrow", 400, {"problems": [["on"]]}),
        (f"{STATE}&on={DAY}", 400, {"problems": [["on", "given twice"]]}),
        ("/v1/relationships/PAK-RUS/state?day=1", 400, {"problems": [["day"]]}),
        ("/v1/relationships/PAK-RUS/state?on=%00", 400, {"problems": [["on"]]}),
        ("/v1/evidence?event=nope%F0", 404, {"id": "nope�"}),
        ("/v1/evidence", 400, {"problems": [["event", "missing"]]}),
        ("/v1/events?after=999999", 404, {"field": "after", "value": 999999}),
        ("/v1/events?limit=0", 400, {"problems": [["limit"]]}),
        ("/v1/events?limit=100000000", 400, {"problems": [["limit"]]}),
        ("/v1/events?after=" + "9" * 5000, 400, {}),
        ("/v1/events?after=%D9%A1", 400, {}),
        ("/v1/nothing", 404, {}),
        ("/v1/world?party=" + "&party=".join(["PAK"] * 11), 400, {}),
    ],
)
def test_an_error_has_the_values_of_the_engines(
    calling: Calling, address: str, status: int, values: dict[str, Any]
) -> None:
    answer = calling().get(address)
    problem = answer.json()
    assert answer.status_code == status == problem["status"]
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "detail"} <= problem.keys()
    for name, value in values.items():
        told = problem[name]
        assert told == value or [item[: len(value[0])] for item in told][:1] == value[:1]


def subclasses(kind: type[errors.ComityError]) -> set[type[errors.ComityError]]:
    return {kind, *(found for each in kind.__subclasses__() for found in subclasses(each))}


def test_every_error_has_a_status() -> None:
    ours = {
        kind for kind in subclasses(errors.ComityError) if kind.__module__.startswith("comity.")
    }
    assert ours - {errors.ComityError} <= set(STATUSES)
    assert all(400 <= status_of(kind) < 600 for kind in ours - {errors.ComityError})


def test_an_error_of_a_store_tells_no_path_of_the_server() -> None:
    problem = problem_of(errors.StoreDamaged("/srv/secret.db", "page 3 of /srv/secret.db", 7))
    assert problem.status == 500
    assert "secret" not in str(problem.body())
    assert problem.body()["position"] == 7


@pytest.mark.parametrize(
    "error",
    [errors.StoreBehind("/srv/secret.db", 7, 9), errors.StoreUnreachable("/srv/secret.db", "gone")],
    ids=["behind", "unreachable"],
)
def test_what_may_soon_be_otherwise_is_to_be_tried_again(error: errors.StoreError) -> None:
    problem = problem_of(error)
    assert (problem.status, problem.headers) == (503, {"Retry-After": "1"})
    assert "secret" not in str(problem.body())
    if isinstance(error, errors.StoreBehind):
        assert (problem.body()["position"], problem.body()["wanted"]) == (7, 9)


def test_an_error_that_nobody_foresaw_says_nothing_of_the_server(
    calling: Calling, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(TimelineEngine, "state", fails)
    answer = calling().get(STATE)
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "RuntimeError: secret" in caplog.text
    assert "Traceback" not in caplog.text


def test_a_question_that_takes_too_long_is_given_up(
    calling: Calling, monkeypatch: pytest.MonkeyPatch
) -> None:
    from threading import Event

    go_on = Event()

    def waits(*_: object, **__: object) -> bool:
        return go_on.wait(60)

    monkeypatch.setattr(TimelineEngine, "state", waits)
    answer = calling(longest_question=0.2).get(STATE)
    go_on.set()
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "takes longer" in answer.json()["detail"]
