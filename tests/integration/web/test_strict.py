"""What an address may ask: what a page does not take is refused, and every id leads to its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import comity
from comity import MeetingHeld, TimelineEngine
from tests.integration.web.conftest import Calling
from tests.web_pages import Page

HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
REFUSED = (
    ("/?onn=2020-01-01", "onn", "did you mean on?"),
    ("/?on=x", "x", "Invalid date"),
    ("/?find=a&find=b", "find", "given twice"),
    ("/world?off=missions", "off", "did you mean of?"),
    ("/world?of=missions&of=agreements", "of", "given twice"),
    ("/parties/PAK?certainty=maybe", "certainty", "possible"),
    ("/parties/PAK?pages=2", "pages", "did you mean page?"),
    ("/views/agreements?expiring=x", "expiring", "there is no such parameter"),
    ("/views/agreements?columns=some", "columns", "expected one of all"),
    ("/agenda?table=x", "table", "no such parameter"),
    ("/agenda?known_at=x", "x", "Invalid date"),
    ("/log?after=x", "after", "there are before, kind"),
    ("/log?before=3&before=4", "before", "given twice"),
    ("/search?retracted=maybe", "retracted", "expected one of yes"),
    ("/search?q=oil&on=never", "never", "Invalid date"),
    ("/relationships/PAK-RUS?onn=x", "onn", "did you mean on?"),
    ("/relationships/PAK-RUS?on=2020-01-01&on=2021-01-01", "on", "given twice"),
    ("/relationships/PAK-RUS?retracted=maybe", "retracted", "expected one of yes"),
    ("/relationships/PAK-RUS/state.html?day=2020-01-01", "day", "no such parameter"),
    ("/relationships/PAK-RUS/picture.json?x=1", "x", "no such parameter"),
    ("/evidence?event=X29&known_at=x", "x", "Invalid date"),
    ("/evidence?event=X29&evnt=X30", "evnt", "did you mean event?"),
    ("/correct?event=X29&event=X30", "event", "given twice"),
    ("/retract?id=X29", "id", "there are event"),
    ("/calendar/PAK.ics?on=x", "on", "there are token"),
    ("/feed.atom?partei=PAK", "partei", "did you mean party?"),
    ("/v1/search?q=oil&retractd=true", "retractd", "did you mean retracted?"),
)


@pytest.mark.parametrize(("address", "named", "said"), REFUSED)
def test_what_is_not_asked_for_so_is_refused_with_a_sentence(
    calling: Calling, address: str, named: str, said: str
) -> None:
    answer = calling(write=True).get(address, headers=HTML)
    assert answer.status_code == 400, answer.text
    text = answer.text
    if answer.headers["content-type"].startswith("text/html"):
        failures = [e for e in Page(text).elements if "failure" in e["class"].split()]
        text = " ".join(failure.text for failure in failures)
    assert named in text
    assert said in text


@pytest.mark.parametrize("address", [
    "/?find=&on=&known_at=", "/world?of=missions&party=&party=&most=&on=today&known_at=now",
    "/log?kind=meeting-held&kind=meeting-scheduled&before=", "/feed.atom?token=x&kind=meeting-held",
    "/search?q=oil&since=&until=&retracted=yes&party=PAK&party=RUS", "/calendar/PAK.ics?token=x",
    "/relationships/PAK-RUS?on=&on=&known_at=&kind=meeting-held&kind=mission-opened&retracted=",
    "/record?kind=meeting-held&parties.0=PAK&parties.1=RUS", "/record?parties.0=PAK",
])  # fmt: skip
def test_what_forms_and_links_send_is_taken(calling: Calling, address: str) -> None:
    assert calling(write=True).get(address).status_code == 200


def test_a_form_that_is_refused_keeps_what_was_filled_in(calling: Calling) -> None:
    page = Page(calling().get("/search?q=oil&retracted=maybe").text)
    assert page.by_id("q")["value"] == "oil"


@pytest.mark.parametrize("named", ["RUS-PAK", "pak-rus", "rus-PAK", "%52US-PAK"])
@pytest.mark.parametrize("address", [
    "/relationships/{}", "/relationships/{}/state.html", "/relationships/{}/picture.json",
    "/v1/relationships/{}/state", "/v1/relationships/{}/missions",
])  # fmt: skip
def test_another_order_or_other_letters_lead_to_the_id(
    calling: Calling, address: str, named: str
) -> None:
    question = "?on=2020-01-01&known_at=50"
    client = calling()
    answer = client.get(address.format(named) + question, follow_redirects=False)
    assert answer.status_code == 308
    assert answer.headers["location"] == address.format("PAK-RUS") + question
    assert client.get(answer.headers["location"]).status_code == 200


def test_former_states_have_ids_of_their_own_and_the_list_is_on_the_first_page(
    calling: Calling,
) -> None:
    client = calling()
    former = client.get("/relationships/SUN-PAK", follow_redirects=False)
    assert former.headers["location"] == "/relationships/PAK-SUN"
    everything = client.get("/relationships?on=2020-01-01", follow_redirects=False)
    assert everything.headers["location"] == "/?on=2020-01-01"
    for named in ("PAK-QQQ", "PAK-PAK", "PAK"):
        answer = client.get(f"/relationships/{named}", follow_redirects=False)
        assert answer.status_code in (400, 404), named


@pytest.mark.parametrize(
    ("method", "address", "headers", "status"),
    [
        ("GET", "/static/nothing.js", {}, 404),
        ("GET", "/nothing", {}, 404),
        ("POST", "/world", {}, 405),
        ("POST", "/sign-in", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("POST", "/sign-in", {}, 413),
        ("GET", "/record", {}, 403),
        ("GET", "/", {"Host": "elsewhere.example"}, 421),
    ],
)
def test_errors_are_pages_for_who_prefers_them(
    calling: Calling, method: str, address: str, headers: dict[str, str], status: int
) -> None:
    client = calling(hosts=("testserver.local",), largest_body=1_000)
    content = b"x" * 2_000 if status == 413 else None

    def media(accept: str) -> str:
        told: dict[str, Any] = {**headers, "Accept": accept}
        answer = client.request(method, address, headers=told, content=content)
        assert answer.status_code == status
        return answer.headers["content-type"].partition(";")[0]

    assert media(HTML["Accept"]) == "text/html"
    assert media("application/json;q=0.5, text/html") == "text/html"
    assert media("*/*") == "application/problem+json"
    assert media("application/json, text/html;q=0.5") == "application/problem+json"
    assert media("text/html;q=0, */*") == "application/problem+json"


def test_evidence_says_that_it_is_as_known_now_and_what_was_learned_later(
    calling: Calling,
) -> None:
    with comity.open(":memory:") as own:
        for day in ("2020-01-01", "2020-01-02"):
            own.append(
                MeetingHeld(
                    meeting="talks", parties=("PAK", "RUS"), when=day, id=day, happening="same"
                )
            )
        own.retract("2020-01-02", "a mistake")
        client = calling(own)
        page = Page(client.get("/evidence?event=2020-01-01&known_at=1").text)
        [note] = [element for element in page.elements if element["class"] == "known-now"]
        assert "position 3" in note.text
        assert "position 1" in note.text
        marks = [element for element in page.elements if element["class"] == "learned-later"]
        assert [mark.text for mark in marks] == ["learned later"] * 2  # an account, a correction
        for now in ("", "&known_at=3", "&known_at=now"):
            assert "learned-later" not in client.get(f"/evidence?event=2020-01-01{now}").text


def test_a_store_that_fails_has_one_status(
    calling: Calling, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise comity.StoreDamaged(str(tmp_path), "a page of it")

    client = calling()
    monkeypatch.setattr(TimelineEngine, "evidence", fails)
    statuses = {
        client.get(f"{address}?event=X29", headers=HTML).status_code
        for address in ("/evidence", "/v1/evidence")
    }
    assert statuses == {500}
