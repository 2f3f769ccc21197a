"""Recording and correcting by hand: forms over HTTP, sent as a browser without scripts does."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.testing import TestClient

import comity
from comity import (
    AgreementSigned,
    Event,
    MeetingHeld,
    RelationsEstablished,
    RelationsSevered,
    StatementMade,
    TimelineEngine,
)
from comity.adapters.catalogue.notes import example
from comity.adapters.web.app import web_app
from comity.adapters.web.pages.done import DONE
from comity.adapters.web.pages.forms.shown import KINDS
from comity.adapters.web.pages.forms.typed import typed
from comity.adapters.web.settings import WebSettings
from comity.adapters.web.tokens import Token
from comity.domain.events import CATALOGUE
from tests.effort import examples
from tests.strategies import FACTS
from tests.web_pages import Page

PAIR = ("PAK", "RUS")
SAID = StatementMade(by="RUS", parties=PAIR, when="2023-06-20", text="We agree.", note="a\nb")


@lru_cache(maxsize=2)
def served(*, write: bool) -> tuple[TimelineEngine, Any]:
    """An engine and a client of its server, made once: to make an application is slow."""
    engine = comity.open(":memory:")
    client: Any = TestClient(web_app(engine, WebSettings(write=write)))
    client.headers["Sec-Fetch-Site"] = "same-origin"
    return engine, client.__enter__()


class Desk:
    """A person at a browser, and the engine behind the server, which begins empty."""

    def __init__(self, *events: Event, write: bool = True) -> None:
        self.engine, self.client = served(write=write)
        vars(self.engine).update(vars(comity.open(":memory:")))
        self.engine.append(*events)

    def get(self, address: str, status: int = 200) -> Page:
        answer = self.client.get(address)
        assert answer.status_code == status, answer.text
        return Page(answer.text)

    def post(self, address: str, inputs: dict[str, str]) -> Any:
        lines = {name: text.replace("\n", "\r\n") for name, text in inputs.items()}
        return self.client.post(
            address,
            content=urlencode(lines),
            headers={"content-type": "application/x-www-form-urlencoded"},
            follow_redirects=False,
        )

    def events(self) -> list[Event]:
        return [record.event for record in self.engine.events()]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def inputs_of(page: Page) -> dict[str, str]:
    """What a browser sends of the form of a page if nothing is typed."""
    sent: dict[str, str] = {}
    selects: list[str] = []
    for element in page.elements:
        name, is_checkbox = element["name"], element["type"] == "checkbox"
        if (
            element.name == "input"
            and name
            and ("checked" in element.attributes or not is_checkbox)
        ):
            sent[name] = element["value"]
        elif element.name == "textarea":
            sent[name] = element.text.removeprefix("\n")
        elif element.name == "select":
            selects.append(name)
        elif element.name == "option" and selects and "selected" in element.attributes:
            sent[selects[-1]] = element["value"]
        elif element.name == "option" and selects:
            sent.setdefault(selects[-1], element["value"])  # the first is chosen where none is
    return {name: text for name, text in sent.items() if name != "q"}


def address_of(event: Event, done: str = "") -> str:
    """The address of the evidence for an event, which says what was done to it."""
    return "/evidence?" + urlencode({"event": event.id, **({"done": done} if done else {})})


# Every kind


@pytest.mark.parametrize("tag", KINDS)
def test_the_example_of_every_kind_is_recorded_by_its_form(tag: str) -> None:
    event = example(CATALOGUE[tag])
    assert event is not None
    desk = Desk()
    blank = desk.get(f"/record?kind={tag}")
    inputs = inputs_of(blank) | typed(event)
    names = {element["name"] for element in blank.elements}
    rows = {name for name in typed(event) if any(part.isdigit() for part in name.split("."))}
    assert {*typed(event)} - rows <= names, "an input is missing"
    answer = desk.post(f"/record?kind={tag}", inputs | {"act.anyway": "yes"})
    assert (answer.status_code, answer.headers.get("location")) == (
        303,
        address_of(event, "recorded"),
    )
    assert desk.events() == [event]


@examples(60)
@given(st.sampled_from(KINDS).flatmap(FACTS.__getitem__))
def test_any_event_that_a_form_tells_is_recorded_as_it_is(event: Event) -> None:
    desk = Desk()
    answer = desk.post(f"/record?kind={event.type}", typed(event) | {"act.anyway": "yes"})
    assert answer.status_code == 303, answer.text
    assert desk.events() == [event]


@examples(40)
@given(st.sampled_from(KINDS).flatmap(FACTS.__getitem__))
def test_the_form_of_a_correction_changes_nothing_but_what_is_changed(event: Event) -> None:
    desk = Desk(event)
    page = desk.get("/correct?" + urlencode({"event": event.id}))
    same = inputs_of(page) | {"act.reason": "r", "act.anyway": "yes"}
    assert "Nothing would change" in desk.post(
        "/correct?" + urlencode({"event": event.id}), same
    ).text  # fmt: skip
    answer = desk.post("/correct?" + urlencode({"event": event.id}), same | {"note": "changed"})
    assert answer.status_code == 303, answer.text
    assert desk.events()[-1] == event.replace(note="changed", id="")


def test_the_kinds_are_offered_by_area_and_record_keeping_has_its_own_pages(desk: Desk) -> None:
    page = desk.get("/record")
    offered = {link.partition("kind=")[2] for link in page.links() if "kind=" in link}
    assert offered == {*KINDS}
    assert desk.client.get("/record?kind=record-retracted").url.path == "/retract"
    assert desk.client.get("/record?kind=account-preferred").url.path == "/prefer"
    assert "Unknown kind" in desk.get("/record?kind=meeting-hold", 400).by_id("content").text
    assert desk.get("/record?kind=redacted", 400)


def test_an_address_can_fill_fields_in_and_the_form_itself_is_never_lost(desk: Desk) -> None:
    page = desk.get("/record?kind=deal-signed&buyer=PAK&seller=RUS&page=9&self=1&act.known=x")
    assert page.by_id("field-buyer")["value"] == "PAK"
    [chosen] = [o for o in desk.get("/record?kind=mission-opened").named("option")
                if "selected" in o.attributes]  # fmt: skip
    assert chosen["value"] == "embassy"
    assert "/record?parties.0=PAK" in desk.get("/parties/PAK").links()
    links = desk.get("/record?parties.0=PAK&page=9&self=1").links()
    assert "/record?kind=meeting-held&parties.0=PAK" in links


# What is wrong with a form


def test_every_problem_stands_beside_its_field_and_in_a_summary(desk: Desk) -> None:
    inputs = {
        "meeting": "m", "when": "2023-13", "parties.0": "PAK", "parties.1": "Russia",
        "level": "royal", "round": "many", "sources.0.url": "https://x.org", "heads.0.party": "IND",
        "heads.0.name": "Modi", "note": "<b>kept</b>\nas typed",
    }  # fmt: skip
    answer = desk.post("/record?kind=meeting-held", inputs)
    assert answer.status_code == 400
    page = Page(answer.text)
    for name in ("when", "parties.1", "level", "round", "sources.0.publisher"):
        field = page.by_id(f"field-{name}")
        assert field["aria-invalid"] == "true", name
        assert f"fault-{name}" in field["aria-describedby"].split()
        assert page.by_id(f"fault-{name}").text.strip()
        assert f"#field-{name}" in page.links()
    assert "did you mean" in page.by_id("fault-parties.1").text
    kept = inputs_of(page)
    assert {name: kept[name] for name in inputs} == inputs
    assert desk.events() == []


def test_a_field_that_must_be_told_is_said_to_be_missing(desk: Desk) -> None:
    page = Page(desk.post("/record?kind=deal-signed", {}).text)
    assert "missing" in page.by_id("fault-deal").text
    assert page.by_id("field-deal")["required"] == ""
    assert "required" in page.by_id("field-deal").attributes


def test_a_head_of_a_party_that_did_not_meet_is_said_beside_the_heads(desk: Desk) -> None:
    inputs = {"meeting": "m", "when": "2023", "parties.0": "PAK", "parties.1": "RUS"}
    answer = desk.post(
        "/record?kind=meeting-held", inputs | {"heads.0.party": "IND", "heads.0.name": "Modi"}
    )
    assert "parties of the meeting only" in Page(answer.text).by_id("fault-heads.0.party").text


def test_another_row_is_added_without_scripts_and_nothing_is_recorded(desk: Desk) -> None:
    inputs = typed(SAID) | {"sources.0.publisher": "Dawn", "act.more": "sources"}
    answer = desk.post("/record?kind=statement-made", inputs)
    assert answer.status_code == 200
    page = Page(answer.text)
    assert page.by_id("field-sources.1.publisher")["value"] == ""
    assert page.by_id("field-sources.0.publisher")["value"] == "Dawn"
    assert desk.events() == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"note=%ED%A0%80&when=2023", "statement-made"),
        (b"\xff\xfe", "statement-made"),
        (b"&".join(b"a%d=1" % n for n in range(3000)), "statement-made"),
        (b"act.known=never&when=x&parties.99999999999=PAK&sources.x.y.z=1", "statement-made"),
        (b"", "meeting-hold"),
        (b'{"type":"statement-made"}', "statement-made"),
    ],
)
def test_what_no_browser_sends_is_refused_in_a_page(desk: Desk, body: bytes, kind: str) -> None:
    answer = desk.client.post(f"/record?kind={kind}", content=body)
    assert answer.status_code == 400
    assert "Traceback" not in answer.text
    assert Page(answer.text).named("main")
    assert desk.events() == []


def test_text_that_a_page_could_mistake_for_its_own_is_kept_as_text(desk: Desk) -> None:
    text = '"><script>alert(1)</script>\u202e&amp;'
    event = SAID.replace(text=text, speaker=text, id=text)
    assert desk.post("/record?kind=statement-made", typed(event)).status_code == 303
    page = desk.get("/correct?" + urlencode({"event": text}))
    assert page.by_id("field-speaker")["value"] == text
    assert page.by_id("field-text").text.removeprefix("\n") == text
    assert [s for s in page.named("script") if not s["src"] and not s["type"]] == []


# Findings, duplicates


def test_a_finding_is_seen_before_it_is_recorded(desk: Desk) -> None:
    event = RelationsSevered(parties=PAIR, when="1950")
    desk.engine.append(event)
    again = typed(event.replace(when="1960"))
    before = desk.events()
    answer = desk.post("/record?kind=relations-severed", again)
    assert answer.status_code == 409
    assert "out of place" in answer.text or "ends nothing" in answer.text
    assert 'name="act.anyway"' in answer.text
    assert desk.events() == before
    assert desk.post("/record?kind=relations-severed", again | {"act.anyway": "yes"})
    assert len(desk.events()) == len(before) + 1


def test_sending_a_form_twice_records_it_once_and_says_so(desk: Desk) -> None:
    first = desk.post("/record?kind=statement-made", typed(SAID))
    assert (first.status_code, first.headers["location"]) == (303, address_of(SAID, "recorded"))
    second = desk.post("/record?kind=statement-made", typed(SAID))
    assert second.status_code == 200
    assert "nothing was written" in second.text
    assert address_of(SAID) in Page(second.text).links()
    assert desk.events() == [SAID]


def test_what_was_retracted_is_not_recorded_again_but_offered_to_be_reinstated(desk: Desk) -> None:
    desk.engine.append(SAID)
    desk.engine.retract(SAID.id, "a forgery")
    answer = desk.post("/record?kind=statement-made", typed(SAID))
    assert "a forgery" in answer.text
    assert any(link.startswith("/reinstate?") for link in Page(answer.text).links())


def test_who_records_it_is_told_by_the_form_where_callers_have_no_names(desk: Desk) -> None:
    desk.post("/record?kind=statement-made", typed(SAID) | {"act.recorded_by": " desk-3 "})
    [record] = desk.engine.events()
    assert record.recorded_by == "desk-3"
    answer = desk.post(
        "/record?kind=statement-made",
        typed(SAID.replace(note="other")) | {"act.recorded_by": "x" * 300},
    )
    assert Page(answer.text).by_id("field-act.recorded_by")["aria-invalid"] == "true"


# Correcting


def test_a_correction_needs_a_reason_and_then_replaces_the_event(desk: Desk) -> None:
    desk.engine.append(SAID)
    address = "/correct?" + urlencode({"event": SAID.id})
    inputs = inputs_of(desk.get(address)) | {"text": "We do not agree."}
    page = Page(desk.post(address, inputs).text)
    assert page.by_id("field-act.reason")["aria-invalid"] == "true"
    assert page.by_id("field-text").text.removeprefix("\n") == "We do not agree."
    answer = desk.post(address, inputs | {"act.reason": "a misprint"})
    corrected = SAID.replace(text="We do not agree.")
    assert answer.headers["location"] == address_of(corrected, "corrected")
    assert desk.engine.evidence(SAID.id).replaced_by == corrected.id
    assert desk.post(address, inputs | {"act.reason": "a misprint"}).status_code == 303
    assert len(desk.events()) == 3  # sent twice, recorded once


def test_two_who_correct_the_same_see_what_the_other_changed(desk: Desk) -> None:
    desk.engine.append(SAID)
    address = "/correct?" + urlencode({"event": SAID.id})
    one, other = (inputs_of(desk.get(address)) for _ in range(2))
    told = {"act.reason": "a misprint", "act.recorded_by": "desk-1"}
    assert desk.post(address, one | told | {"text": "Perhaps."}).status_code == 303
    answer = desk.post(address, other | {"act.reason": "no", "text": "Never."})
    assert answer.status_code == 409
    page = Page(answer.text)
    assert "desk-1" in page.by_id("content").text
    assert "We agree. → Perhaps." in page.by_id("content").text
    assert page.by_id("field-text").text.removeprefix("\n") == "Never."
    assert len(desk.events()) == 3
    again = desk.post(address, inputs_of(page))
    assert again.status_code == 303
    assert len(desk.events()) == 5


def test_what_was_recorded_of_the_same_parties_meanwhile_is_no_conflict(desk: Desk) -> None:
    desk.engine.append(SAID)
    address = "/correct?" + urlencode({"event": SAID.id})
    inputs = inputs_of(desk.get(address))
    desk.engine.append(MeetingHeld(meeting="m", parties=PAIR, when="2023"))
    answer = desk.post(address, inputs | {"act.reason": "r", "when": "2023-06-21"})
    assert answer.status_code == 303


def test_a_correction_that_adds_a_finding_is_seen_first(desk: Desk) -> None:
    opened = RelationsEstablished(parties=PAIR, when="1948")
    desk.engine.append(opened, RelationsSevered(parties=PAIR, when="1950"))
    address = "/correct?" + urlencode({"event": opened.id})
    inputs = inputs_of(desk.get(address)) | {"when": "1960", "act.reason": "r"}
    answer = desk.post(address, inputs)
    assert answer.status_code == 409
    assert len(desk.events()) == 2
    assert desk.post(address, inputs | {"act.anyway": "yes"}).status_code == 303


# Preferring, retracting, reinstating

RIVAL = AgreementSigned(agreement="a", parties=PAIR, when="2023")
ACTS: dict[str, Callable[[TimelineEngine], object]] = {
    "prefer": lambda engine: engine.append(RIVAL.replace(when="2024")),
    "retract": lambda engine: None,
    "reinstate": lambda engine: engine.retract(RIVAL.id, "a forgery"),
}


@pytest.mark.parametrize("act", ACTS)
def test_an_act_on_an_event_needs_a_reason_and_leads_to_its_evidence(desk: Desk, act: str) -> None:
    desk.engine.append(RIVAL)
    ACTS[act](desk.engine)
    count = len(desk.events())
    address = f"/{act}?" + urlencode({"event": RIVAL.id})
    inputs = inputs_of(desk.get(address))
    page = Page(desk.post(address, inputs).text)
    assert page.by_id("field-act.reason")["aria-invalid"] == "true"
    assert len(desk.events()) == count
    answer = desk.post(address, inputs | {"act.reason": "so it is"})
    assert (answer.status_code, answer.headers["location"]) == (303, address_of(RIVAL, DONE[act]))
    assert len(desk.events()) == count + 1
    assert desk.engine.evidence(RIVAL.id).stands is (act != "retract")


IDLE: dict[str, tuple[str, Callable[[TimelineEngine], object]]] = {
    "only account": ("prefer", lambda engine: None),
    "not retracted": ("reinstate", lambda engine: None),
    "2023: a forgery": ("retract", lambda engine: engine.retract(RIVAL.id, "in 2023: a forgery")),
    "corrected already": (
        "retract", lambda engine: engine.correct(RIVAL.id, RIVAL.replace(when="2024"), "late")
    ),
}  # fmt: skip


@pytest.mark.parametrize("said", IDLE)
def test_where_there_is_nothing_to_do_no_form_is_offered_and_nothing_is_written(
    desk: Desk, said: str
) -> None:
    act, before = IDLE[said]
    desk.engine.append(RIVAL)
    before(desk.engine)
    count = len(desk.events())
    address = f"/{act}?" + urlencode({"event": RIVAL.id})
    page = desk.get(address)
    assert said in page.by_id("idle").text
    assert [form for form in page.named("form") if form["method"] == "post"] == []
    inputs = {"act.known": f"{count}-{count}", "act.reason": "another reason"}
    answer = desk.post(address, inputs)
    assert answer.status_code == 409
    assert said in Page(answer.text).by_id("idle").text
    assert len(desk.events()) == count


def test_what_was_corrected_says_what_stands_instead(desk: Desk) -> None:
    later = RIVAL.replace(when="2024")
    desk.engine.append(RIVAL)
    desk.engine.correct(RIVAL.id, later, "late")
    for act in ("retract", "prefer", "correct"):
        page = desk.get(f"/{act}?" + urlencode({"event": RIVAL.id}))
        assert address_of(later) in page.links()


def test_the_evidence_says_what_was_done_and_which_findings_it_added(desk: Desk) -> None:
    severed = RelationsSevered(parties=PAIR, when="1950")
    desk.engine.append(severed)
    again = typed(severed.replace(when="1960")) | {"act.anyway": "yes"}
    answer = desk.post("/record?kind=relations-severed", again)
    done = desk.get(answer.headers["location"]).by_id("done")
    assert done["role"] == "status"
    assert "recorded" in done.text
    assert "findings" in done.text
    assert "findings" not in desk.get(address_of(severed) + "&done=<b>").by_id("content").text


def test_every_act_is_confirmed_and_only_what_was_done_is(desk: Desk) -> None:
    desk.engine.append(RIVAL, RIVAL.replace(when="2024"))
    for act, done in (("prefer", "preference"), ("retract", "retracted"), ("reinstate", "reinst")):
        address = address_of(RIVAL, DONE[act])
        assert 'id="done"' not in desk.client.get(address).text
        form = f"/{act}?" + urlencode({"event": RIVAL.id})
        told = {"act.reason": "so it is", "act.anyway": "yes"}
        answer = desk.post(form, inputs_of(desk.get(form)) | told)
        assert answer.headers["location"] == address
        assert done in desk.get(address).by_id("done").text


def test_two_who_act_on_the_same_event_see_it(desk: Desk) -> None:
    desk.engine.append(RIVAL)
    address = "/retract?" + urlencode({"event": RIVAL.id})
    inputs = inputs_of(desk.get(address)) | {"act.reason": "second"}
    desk.engine.retract(RIVAL.id, "first")
    answer = desk.post(address, inputs)
    assert answer.status_code == 409
    assert "first" in Page(answer.text).by_id("changed-title").text or "first" in answer.text
    assert len(desk.events()) == 2


@pytest.mark.parametrize("act", ["correct", "prefer", "retract", "reinstate"])
def test_an_act_without_an_event_asks_which_and_an_unknown_event_is_said(
    desk: Desk, act: str
) -> None:
    assert desk.get(f"/{act}").by_id("event").name == "input"
    assert "nowhere" in desk.get(f"/{act}?event=nowhere", 404).by_id("content").text
    assert desk.post(f"/{act}?event=nowhere", {"act.known": "1-1"}).status_code == 404


# Where it is not allowed


@pytest.mark.parametrize("page", ["record", "correct", "prefer", "retract", "reinstate"])
def test_a_server_that_only_reads_has_no_forms_and_no_links_to_them(page: str) -> None:
    desk = Desk(SAID, write=False)
    assert desk.client.get(f"/{page}").status_code == 403
    assert desk.post(f"/{page}?event={SAID.id}", {}).status_code == 403
    for address in ("/", address_of(SAID), "/log"):
        links = desk.get(address).links()
        assert not [link for link in links if link.startswith(f"/{page}")]
    assert desk.events() == [SAID]


def test_the_author_is_the_holder_of_the_token_whatever_the_form_says() -> None:
    with comity.open(":memory:") as engine:
        engine.append(SAID)
        reader = Token.of("reader", ["read"], "r" * 20)
        writer = Token.of("desk-7", ["read", "append"], "w" * 20)
        with TestClient(
            web_app(engine, WebSettings(write=True, tokens=(reader, writer)))
        ) as client:
            as_reader = {"authorization": f"Bearer {'r' * 20}"}
            as_writer = {"authorization": f"Bearer {'w' * 20}"}
            assert client.get("/record").status_code == 401
            assert client.get("/record", headers=as_reader).status_code == 403
            assert "/record" not in client.get("/", headers=as_reader).text
            page = Page(client.get("/record?kind=statement-made", headers=as_writer).text)
            assert "desk-7" in page.by_id("event-form").text
            assert "act.recorded_by" not in {field["name"] for field in page.named("input")}
            told = typed(SAID.replace(note="new")) | {"act.recorded_by": "somebody else"}
            form = {"content-type": "application/x-www-form-urlencoded", **as_writer}
            answer = client.post(
                "/record?kind=statement-made",
                content=urlencode(told), headers=form, follow_redirects=False,
            )  # fmt: skip
            assert answer.status_code == 303
            assert [r.recorded_by for r in engine.events()] == ["", "desk-7"]
            refused = client.get("/correct?" + urlencode({"event": SAID.id}), headers=as_writer)
            assert refused.status_code == 403  # it may append, not correct
