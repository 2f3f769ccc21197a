"""What is recorded over HTTP, by whom, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

import comity
from comity import TimelineEngine
from comity.adapters.web.tokens import Token
from tests.integration.web.conftest import Calling, Client

MEETING = {"type": "meeting-held", "when": "2023-06-20", "parties": ["PAK", "RUS"], "meeting": "m"}
APPENDER, CORRECTOR = "a" * 24, "c" * 24
TOKENS = (
    Token.of("desk-3", ["read", "append"], APPENDER),
    Token.of("chief", ["read", "append", "correct"], CORRECTOR),
)


@pytest.fixture
def empty(address: str) -> Iterator[TimelineEngine]:
    with comity.open(address, recorded_by="server") as engine:
        yield engine


@pytest.fixture
def client(calling: Calling, empty: TimelineEngine) -> Client:
    return calling(empty, write=True)


def told(**fields: Any) -> dict[str, Any]:
    return {**MEETING, **fields}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_an_event_is_recorded_once(client: Client, empty: TimelineEngine) -> None:
    first = client.post("/v1/events", json=MEETING)
    assert first.status_code == 201
    assert first.json()["positions"] == [1]
    again = client.post("/v1/events", json=MEETING)
    assert again.status_code == 200
    assert again.json()["duplicates"] == first.json()["ids"]
    assert [record.recorded_by for record in empty.events()] == ["server"]


@pytest.mark.parametrize("media", ["application/json", "application/x-ndjson"])
def test_a_batch_is_recorded_whole_or_not_at_all(
    client: Client, empty: TimelineEngine, media: str
) -> None:
    def body(*items: dict[str, Any]) -> bytes:
        texts = list(map(json.dumps, items))
        joined = f"[{','.join(texts)}]" if media.endswith("/json") else "\n".join(texts)
        return joined.encode()

    headers = {"Content-Type": f"{media}; charset=utf-8"}
    wrong = body(told(meeting="1"), told(when="2023-13", level="x"), {"type": "meeting-hold"})
    refused = client.post("/v1/events", content=wrong, headers=headers)
    assert refused.status_code == 422
    paths = [path for path, _ in refused.json()["problems"]]
    assert paths[:2] == ["[1].when", "[1].level"] or set(paths) >= {"[1].when", "[1].level"}
    assert "[2].type" in paths
    assert empty.position == 0
    right = body(told(meeting="1"), told(meeting="2"))
    assert client.post("/v1/events", content=right, headers=headers).json()["positions"] == [1, 2]


def test_expected_versions_are_kept(client: Client) -> None:
    client.post("/v1/events", json=MEETING)
    headers = {"If-Match": '"PAK-RUS=0"'}
    refused = client.post("/v1/events", json=told(meeting="2"), headers=headers)
    assert refused.status_code == 412
    assert refused.json()["expected"] == 0
    assert refused.json()["current"] == 1
    headers = {"If-Match": '"PAK-RUS=1"'}
    assert client.post("/v1/events", json=told(meeting="2"), headers=headers).status_code == 201


def test_strict_refuses_what_adds_a_finding(client: Client) -> None:
    ended = {"type": "deal-ended", "deal": "d", "when": "2023", "parties": ["PAK", "RUS"]}
    client.post("/v1/events", json=ended)
    lifted = {"type": "mission-closed", "sender": "PAK", "host": "RUS", "when": "2023-06-20",
              "level": "embassy"}  # fmt: skip
    refused = client.post("/v1/events?strict=true", json=lifted)
    assert refused.status_code == 409
    assert refused.json()["findings"]


def test_acts_on_events(client: Client, empty: TimelineEngine) -> None:
    [event] = client.post("/v1/events", json=MEETING).json()["ids"]
    act = {"event": event, "reason": "a mistake"}
    assert client.post("/v1/retract", json=act).status_code == 201
    assert not empty.evidence(event).stands
    assert client.post("/v1/reinstate", json=act).status_code == 201
    assert empty.evidence(event).stands
    assert client.post("/v1/reinstate", json=act).status_code == 409
    assert client.post("/v1/prefer", json=act).status_code == 201
    correction = {**act, "replacement": told(when="2023-06-21")}
    receipt = client.post("/v1/correct", json=correction)
    assert receipt.status_code == 201
    assert empty.evidence(event).replaced_by == receipt.json()["ids"][-1]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"event": "x"}, "record"),
        ({"event": "x", "reason": 3}, "reason"),
        ({"event": "x", "reason": "r", "more": 1}, "record"),
        ([], "record"),
    ],
)
def test_an_act_that_is_none_is_refused(client: Client, body: Any, path: str) -> None:
    refused = client.post("/v1/retract", json=body)
    assert refused.status_code == 422
    assert refused.json()["problems"][0][0] == path


def test_an_act_on_what_is_not_there_is_refused(client: Client) -> None:
    refused = client.post("/v1/retract", json={"event": "nope", "reason": "r"})
    assert (refused.status_code, refused.json()["id"]) == (404, "nope")
    assert client.post("/v1/retract", json={"event": "x", "reason": " "}).status_code in (404, 422)


def test_the_token_says_who_records(calling: Calling, empty: TimelineEngine) -> None:
    client = calling(empty, write=True, tokens=TOKENS)
    client.post("/v1/events", json=MEETING, headers=bearer(APPENDER))
    client.post("/v1/retract", json={"event": next(empty.events()).id, "reason": "r"},
                headers=bearer(CORRECTOR))  # fmt: skip
    assert [record.recorded_by for record in empty.events()] == ["desk-3", "chief"]


@pytest.mark.parametrize(
    ("fields", "path"), [({"recorded_by": "chief"}, "recorded_by"),
                         ({"recorded_at": "2020-01-01T00:00:00Z"}, "recorded_at")]
)  # fmt: skip
def test_nobody_records_as_another_or_at_another_time(
    calling: Calling, empty: TimelineEngine, fields: dict[str, Any], path: str
) -> None:
    client = calling(empty, write=True, tokens=TOKENS)
    refused = client.post("/v1/events", json=told(**fields), headers=bearer(APPENDER))
    assert refused.status_code == 422
    assert refused.json()["problems"][0][0] == path
    assert empty.position == 0


def test_rights_are_told_apart(calling: Calling, empty: TimelineEngine) -> None:
    client = calling(empty, write=True, tokens=TOKENS)
    [event] = client.post("/v1/events", json=MEETING, headers=bearer(APPENDER)).json()["ids"]
    act = {"event": event, "reason": "r"}
    assert client.post("/v1/retract", json=act, headers=bearer(APPENDER)).status_code == 403
    sly = {"type": "record-retracted", "target": event, "reason": "r"}
    assert client.post("/v1/events", json=sly, headers=bearer(APPENDER)).status_code == 403
    assert empty.position == 1


def test_a_server_that_only_reads_records_nothing(calling: Calling, empty: TimelineEngine) -> None:
    client = calling(empty, tokens=TOKENS)
    assert client.post("/v1/events", json=MEETING, headers=bearer(CORRECTOR)).status_code == 405
    assert client.post("/v1/retract", json={}, headers=bearer(CORRECTOR)).status_code == 404
    assert empty.position == 0


@pytest.mark.parametrize(
    ("body", "media", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"\xff", "application/x-ndjson", 422),
        (b"", "application/json", 400),
        (b"[]", "application/json", 422),
        (b"3", "application/json", 422),
        (b"[" * 100_000, "application/json", 400),
        (b'{"type": "meeting-held", "type": "x"}', "application/json", 400),
        (b'{"a": NaN}', "application/json", 400),
        (b"9" * 6000, "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"{}", "", 415),
        (json.dumps(told(note="\ud800")).encode(), "application/json", 422),
        (json.dumps(told(note="x" * 3_000_000)).encode(), "application/json", 413),
        (json.dumps([MEETING] * 11).encode(), "application/json", 422),
    ],
)
def test_a_hostile_body_is_a_problem_and_nothing_else(
    calling: Calling, empty: TimelineEngine, body: bytes, media: str, status: int
) -> None:
    client = calling(empty, write=True, largest_body=2_000_000, largest_batch=10)
    answer = client.post("/v1/events", content=body, headers={"Content-Type": media})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert empty.position == 0


def test_a_note_with_script_in_it_comes_back_as_data(client: Client) -> None:
    note = "<script>alert(1)</script>\u202e"
    client.post("/v1/events", json=told(note=note))
    answer = client.get("/v1/events")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.json()["events"][0]["event"]["note"] == note
