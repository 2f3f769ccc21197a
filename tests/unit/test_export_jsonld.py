"""The JSON-LD export, read by PyLD: what it expands to, and the statements that follow."""

from __future__ import annotations

import io
import re
from importlib import import_module
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote

import msgspec
import pytest

import comity
from comity import (
    AidPledged,
    DealSigned,
    EnvoyAppointed,
    Event,
    InvalidInput,
    MeetingHeld,
    MissionLevelChanged,
    Money,
    Quantity,
    RelationsEstablished,
    ShipmentDelivered,
    Source,
    TimelineEngine,
)
from comity.adapters.cli.dossier import dossier
from comity.adapters.interchange.exporters.jsonld import context, event_urn, write_jsonld
from tests.unit.given import PAIR, Clock, given

pyld: Any = import_module("pyld.jsonld")

PROV = "http://www.w3.org/ns/prov#"
TERM = "urn:comity:term:"
Quads = set[tuple[str, str, str]]
_QUAD = re.compile(r"(<[^<>\s]*>|_:\w+) (<[^<>\s]*>) (.+) \.")
_IRI = re.compile(r"<(https?|urn):[^\x00-\x20<>\"{}|\\^`]+>")


def refused(url: str, options: Any) -> Any:
    """A loader of documents: nothing may be fetched."""
    raise AssertionError(f"{url} would be fetched ({options})")


def exported(engine: TimelineEngine, *parties: str, **options: Any) -> bytes:
    file = io.BytesIO()
    write_jsonld(engine, parties, file, **options)
    return file.getvalue()


def document(engine: TimelineEngine, *parties: str, **options: Any) -> dict[str, Any]:
    data: dict[str, Any] = msgspec.json.decode(exported(engine, *parties, **options))
    check_whole(data)
    return data


def statements(data: dict[str, Any]) -> Quads:
    """The statements of a document, each name in them an absolute IRI."""
    text: str = pyld.to_rdf(data, {"format": "application/n-quads", "documentLoader": refused})
    quads: Quads = set()
    for line in text.split("\n"):
        if line:
            match = _QUAD.fullmatch(line)
            assert match, line
            for name in match.groups():
                assert name.startswith(("_:", '"')) or _IRI.fullmatch(name), line
            quads.add((match[1], match[2], match[3]))
    return quads


def about(quads: Quads, id: str, term: str) -> set[str]:
    """What is said of an event by a term, such as `prov:wasRevisionOf`."""
    name = term.replace("prov:", PROV) if term.startswith("prov:") else TERM + term
    return {o for s, p, o in quads if (s, p) == (f"<{event_urn(id)}>", f"<{name}>")}


def check_whole(data: dict[str, Any]) -> None:
    """Every key expands: no value is dropped, and none appears from nowhere."""
    expanded = pyld.expand(data, {"documentLoader": refused})
    assert len(expanded) == len(data["@graph"])
    assert sorted(leaves_of_expanded(expanded)) == sorted(leaves(data["@graph"]))


def leaves(value: object) -> list[str]:
    """Every single value of a document."""
    if isinstance(value, dict):
        return leaves(list(cast("dict[str, object]", value).values()))
    if isinstance(value, list):
        return [leaf for item in cast("list[object]", value) for leaf in leaves(item)]
    return [str(value)]


def leaves_of_expanded(value: object, key: str = "") -> list[str]:
    """The same of an expanded document, without what the context adds to a value."""
    if isinstance(value, dict):
        told = cast("dict[str, object]", value)
        added = ("@type", "@language") if "@value" in told else ()
        return [
            leaf
            for name, item in told.items()
            if name not in added
            for leaf in leaves_of_expanded(item, name)
        ]
    if isinstance(value, list):
        items = cast("list[object]", value)
        return [leaf for item in items for leaf in leaves_of_expanded(item, key)]
    plain = str(value)
    return [plain.removeprefix(PROV).removeprefix(TERM) if key == "@type" else plain]


def test_the_whole_dossier_becomes_statements_and_none_is_lost() -> None:
    with comity.open(":memory:") as engine:
        engine.extend(dossier())
        records = list(engine.events())
        evidence = {record.id: engine.evidence(record.id) for record in records}
        data = document(engine)
    quads = statements(data)
    ids = {f"<{event_urn(record.id)}>" for record in records}
    entities = {s for s, p, o in quads if p.endswith("#type>") and o == f"<{PROV}Entity>"}
    assert ids <= entities
    assert {s for s, p, _ in quads if p == f"<{PROV}generatedAtTime>"} == ids
    for record in records:
        event = record.event
        assert len(about(quads, record.id, "prov:hadPrimarySource")) == len(set(event.sources))
        assert len(about(quads, record.id, "parties")) == len(event.parties)
        assert about(quads, record.id, "prov:alternateOf") == {
            f"<{event_urn(account.record.id)}>"
            for account in evidence[record.id].accounts
            if account.record.id != record.id
        }
        stands = str(evidence[record.id].stands).lower()
        assert about(quads, record.id, "stands") == {
            f'"{stands}"^^<http://www.w3.org/2001/XMLSchema#boolean>'
        }
    primary = {o for _, p, o in quads if p == f"<{PROV}hadPrimarySource>"}
    published = {s for s, p, _ in quads if p == f"<{TERM}publisher>"}
    assert primary == published


def test_a_line_is_a_document_of_its_own_that_says_the_same() -> None:
    with comity.open(":memory:") as engine:
        engine.extend(dossier())
        whole = statements(document(engine))
        lines = exported(engine, lines=True).splitlines()
    assert len(lines) == 129
    # Blank nodes have other names in each document.
    of_lines = [statements(msgspec.json.decode(line)) for line in lines]
    named = {quad for quads in of_lines for quad in quads if "_:" not in "".join(quad)}
    assert named == {quad for quad in whole if "_:" not in "".join(quad)}


def held(**fields: Any) -> MeetingHeld:
    told: dict[str, Any] = {"meeting": "m", "parties": PAIR, "when": "2023-01-02"}
    return MeetingHeld(**(told | fields))


def test_a_correction_is_a_revision_and_a_retraction_invalidates() -> None:
    clock = Clock()
    with comity.open(":memory:", clock=clock, recorded_by="desk-3") as engine:
        engine.append(held(venue="Omsk", id="wrong"))
        engine.correct("wrong", held(venue="Moscow", id="right"), "misread")
        retraction = next(r for r in engine.events() if r.event.type == "record-retracted")
        quads = statements(document(engine))
        act = f"<urn:comity:act:{retraction.id}>"
        assert about(quads, "right", "prov:wasRevisionOf") == {f"<{event_urn('wrong')}>"}
        assert about(quads, "wrong", "prov:wasInvalidatedBy") == {act}
        assert about(quads, retraction.id, "prov:wasGeneratedBy") == {act}
        agent = "<urn:comity:recorder:desk-3>"
        assert about(quads, "wrong", "prov:wasAttributedTo") == {agent}
        assert (act, f"<{PROV}wasAssociatedWith>", agent) in quads
        assert about(quads, retraction.id, "target") == {f"<{event_urn('wrong')}>"}
        time = '"2024-06-01T12:00:00+00:00"^^<http://www.w3.org/2001/XMLSchema#dateTime>'
        assert about(quads, "right", "prov:generatedAtTime") == {time}
        assert about(quads, "wrong", "prov:invalidatedAtTime") == {time}
        engine.reinstate("wrong", "it was right")
        quads = statements(document(engine))
        assert about(quads, "wrong", "prov:wasInvalidatedBy") == set()
        assert about(quads, retraction.id, "prov:wasInvalidatedBy") != set()
        before = document(engine, known_at=1)
        assert [node["identifier"] for node in before["@graph"]] == ["wrong"]
        assert before["@graph"][0]["stands"] is True


def test_what_was_redacted_keeps_its_place_and_says_so(tmp_path: Path) -> None:
    with comity.open(tmp_path / "a.db", clock=Clock()) as engine:
        engine.append(held(venue="Omsk"))
        engine.redact(next(engine.events()).id, "a court's order")
        data = document(engine)
    left, act = data["@graph"]
    assert left["@type"] == ["Redacted", "Entity"]
    assert (left["stands"], left["because"]) == (False, "redacted: a court's order")
    assert act["target"] == left["@id"]
    assert "Omsk" not in str(data)


def standing(data: dict[str, Any]) -> dict[str, bool]:
    return {node["identifier"]: node["stands"] for node in data["@graph"]}


def test_rival_accounts_say_which_stands_as_known_then() -> None:
    first, second = held(id="a", confidence=0.9), held(id="b", venue="Omsk", confidence=0.1)
    with given(first, second) as engine:
        engine.prefer("b", "the protocol")
        stands = {known: standing(document(engine, known_at=known)) for known in (1, 2, 3)}
        loser = document(engine)["@graph"][0]
        evidence = engine.evidence("a")
    assert stands[1] == {"a": True}
    assert stands[2] == {"a": True, "b": False}
    assert (stands[3]["a"], stands[3]["b"]) == (False, True)
    assert loser["alternateOf"] == [event_urn("b")]
    assert loser["because"] == evidence.because
    assert loser["loses_on"] == ["PAK-RUS"]


def test_names_by_party_stay_with_their_own_meeting() -> None:
    with given(
        held(heads={"PAK": "Khan", "RUS": "Lavrov"}, delegates={"RUS": ("Kabulov", "Ivanov")}),
        held(meeting="n", heads={"RUS": "Rudenko"}),
    ) as engine:
        quads = statements(document(engine))
    russia = "<urn:comity:party:RUS>"
    assert {o for s, _, o in quads if s == russia} == {
        '"RUS"', '"Russia"', f"<{TERM}Party>",
    }  # fmt: skip
    assert len({s for s, p, o in quads if p == f"<{TERM}party>" and o == russia}) == 3
    assert {o for _, p, o in quads if p.endswith("#first>")} == {
        '"Khan"', '"Lavrov"', '"Rudenko"', '"Kabulov"', '"Ivanov"',
    }  # fmt: skip


def test_every_kind_of_value_has_its_type_and_codes_have_names() -> None:
    with given(
        AidPledged(by="imf", to="PAK", when="2019-07-03", money=Money("6000000000.5", "USD")),
        DealSigned(deal="d", buyer="PAK", seller="RUS", when="2023",
                   quantity=Quantity("1" * 30, "TNE"), confidence=1e-7),
        ShipmentDelivered(deal="d", shipment="s", buyer="PAK", seller="RUS", when="2023-06",
                          via=("OMN", "AFG")),
        EnvoyAppointed(sender="PAK", host="RUS", name="Khan", when="../2020"),
        MissionLevelChanged(sender="PAK", host="RUS", when="2021", level="embassy"),
        RelationsEstablished(parties=("CHN", "PAK", "RUS"), when="0001"),
    ) as engine:  # fmt: skip
        data = document(engine)
    aid, deal, shipment, envoy, level, trio = data["@graph"]
    quads = statements(data)
    decimal = "^^<http://www.w3.org/2001/XMLSchema#decimal>"
    amounts = {o for _, p, o in quads if p == f"<{TERM}amount>"}
    assert amounts == {f'"6000000000.5"{decimal}', f'"{"1" * 30}"{decimal}'}
    assert deal["confidence"] == "0.0000001"
    assert aid["by"]["name"] == "International Monetary Fund"
    assert [party["code"] for party in shipment["via"]] == ["OMN", "AFG"]
    assert (envoy.get("earliest"), envoy["latest"]) == (None, "2020-12-31")
    assert level["level"] == "embassy"
    assert (trio["earliest"], trio["latest"]) == ("0001-01-01", "0001-12-31")
    assert [party["code"] for party in trio["parties"]] == ["CHN", "PAK", "RUS"]
    edtf = "^^<http://id.loc.gov/datatypes/edtf/EDTF>"
    assert {o for _, p, o in quads if p == f"<{TERM}when>" and "2020" in o} == {f'"../2020"{edtf}'}


EVIL = "</script> \"'<>{}|\\^`%20#?/@:\x00\x1b\u202e\n\u2028é😀"


def test_hostile_ids_and_addresses_become_no_other_name() -> None:
    urls = [
        "javascript:alert(1)", "http://", "https://a b.org/", "https://x.org/<b>", EVIL,
        "https://ok.org/a?b=c#d", "relative/path", "http://[::1", "@id", "mailto:a@b.org",
    ]  # fmt: skip
    sources = tuple(Source(EVIL + str(number), url) for number, url in enumerate(urls))
    events: list[Event] = [held(id=EVIL, meeting=EVIL, note=EVIL, agenda=(EVIL, EVIL),
                                heads={"PAK": EVIL}, sources=sources),
                           held(id="@type", meeting="@graph", venue="@value")]  # fmt: skip
    with comity.open(":memory:", clock=Clock(), recorded_by="<desk> é") as engine:
        engine.append(*events)
        raw = exported(engine)
        data = document(engine)
    assert raw.decode().replace("\n", "").isprintable()
    first, second = data["@graph"]
    assert unquote(first["@id"].removeprefix("urn:comity:event:")) == first["identifier"] == EVIL
    assert first["meeting"] == EVIL
    assert second["@id"] == "urn:comity:event:%40type"
    quads = statements(data)
    links = {o for _, p, o in quads if p == f"<{TERM}url>"}
    assert links == {"<https://ok.org/a?b=c#d>"}
    assert len({o for _, p, o in quads if p == f"<{TERM}address>"}) == len(urls) - 1
    assert len(about(quads, EVIL, "prov:hadPrimarySource")) == len(urls)


def test_parties_choose_what_is_written() -> None:
    with given(
        held(id="pair"),
        held(id="trio", meeting="t", parties=("CHN", *PAIR)),
        RelationsEstablished(id="before", parties=("PAK", "SUN"), when="1948-05-01"),
        held(id="other", meeting="o", parties=("CHN", "RUS")),
        held(id="last", meeting="l", parties=("FRA", "USA")),
    ) as engine:
        engine.retract("pair", "no")

        def ids(*parties: str) -> set[str]:
            return {node["identifier"] for node in document(engine, *parties)["@graph"]}

        act = next(record.id for record in engine.events() if not record.event.when)
        assert ids("PAK-RUS") == ids("RUS", "PAK") == {"pair", "trio", "before", act}
        assert ids("CHN") == {"trio", "other"}
        assert ids() == {"pair", "trio", "before", "other", "last", act}
        with pytest.raises(InvalidInput):
            ids("PAK", "XXQ")
        with pytest.raises(InvalidInput):
            exported(engine, known_at=99)


def test_an_empty_log_is_an_empty_graph_and_the_same_question_gives_the_same_bytes() -> None:
    with given() as engine:
        assert document(engine)["@graph"] == []
        assert exported(engine, lines=True) == b""
    with given(held()) as engine:
        assert exported(engine) == exported(engine) != b""


def test_the_context_defines_the_terms_of_prov_and_needs_no_network() -> None:
    terms = context()
    for name in ("generatedAtTime", "hadPrimarySource", "wasAttributedTo", "wasInvalidatedBy",
                 "wasRevisionOf"):  # fmt: skip
        assert terms[name]["@id"] == f"prov:{name}"
    assert terms["prov"] == PROV
    assert "@import" not in terms
