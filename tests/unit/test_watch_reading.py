"""The file of alerts: what is read from it, and how its mistakes are told."""

from __future__ import annotations

import base64
import tomllib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity import InvalidInput
from comity.adapters.watch.reading import Plan, plan_of, read_plan
from comity.adapters.watch.watched import EndWatch, EventWatch, FeedFile, Lines, Webhook
from comity.adapters.watch.words import delivery_words, watch_words
from comity.domain.errors import InvalidRecord, UnreadableFile
from tests.effort import examples

SECRET = "whsec_" + base64.b64encode(b"a secret of 24 bytes ....").decode()
WATCH = '[[watch]]\ntell = "event"\n'


def read(text: str) -> Plan:
    return plan_of(tomllib.loads(text), Path("/etc"))


def mistakes(text: str) -> dict[str, str]:
    with pytest.raises(InvalidRecord) as raised:
        read(text)
    assert len(dict(raised.value.problems)) == len(raised.value.problems)
    return dict(raised.value.problems)


def test_a_file_says_what_to_tell_and_where() -> None:
    plan = read(
        """
        [[watch]]
        tell = "event"
        relationship = "PAK-SUN"
        kind = "meeting-held"

        [[watch]]
        name = "ends"
        tell = "expiry"
        party = "PAK"

        [[deliver]]
        to = "feed"
        file = "alerts.atom"
        watches = ["ends"]

        [[deliver]]
        to = "stdout"
        """
    )
    events, ends = plan.watches
    assert isinstance(events, EventWatch)
    assert (events.name, events.kind) == ("event PAK-SUN meeting-held", ["meeting-held"])
    assert isinstance(ends, EndWatch)
    assert ends.days == 30
    feed, lines = plan.deliveries
    assert isinstance(feed, FeedFile)
    assert (feed.file, feed.watches) == ("/etc/alerts.atom", ["ends"])
    assert isinstance(lines, Lines)


def test_without_a_delivery_alerts_go_to_stdout() -> None:
    [delivery] = read(WATCH).deliveries
    assert isinstance(delivery, Lines)


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        ("", "watch", "missing"),
        ("watch = []", "watch", "missing"),
        ("watch = 3", "watch", "list"),
        ("watch = [3]", "watch[1]", "dictionary"),
        ('[[watch]]\nparty = "PAK"', "watch[1].tell", "'event'"),
        ('[[watch]]\ntell = "evnet"', "watch[1].tell", "did you mean 'event'?"),
        (WATCH + 'relatonship = "PAK-RUS"', "watch[1].relatonship", "did you mean 'relationship'?"),
        (WATCH + "days = 3", "watch[1].days", "no such key"),
        (WATCH + 'relationship = "PAK-RSU"', "watch[1].relationship", "RUS"),
        (WATCH + 'relationship = "PAK"', "watch[1].relationship", "PAK"),
        (WATCH + "relationship = 3", "watch[1].relationship", "string"),
        (WATCH + 'party = "Pakistan"', "watch[1].party", "did you mean PAK?"),
        (WATCH + 'party = "PAK"\nrelationship = "PAK-RUS"', "watch[1]", "not both"),
        (WATCH + 'kind = "meeting-hold"', "watch[1].kind[1]", "did you mean meeting-held"),
        ('[[watch]]\ntell = "finding"\nkind = "begun-twic"', "watch[1].kind[1]", "'begun-twice'"),
        ('[[watch]]\ntell = "expiry"\ndays = -1', "watch[1].days", "greater"),
        ('[[watch]]\ntell = "expiry"\ndays = "3"', "watch[1].days", "integer"),
        (WATCH + WATCH, "watch[1].name", "twice"),
        (WATCH + '[[deliver]]\nto = "email"', "deliver[1].to", "'stdout', 'feed', 'webhook'"),
        (WATCH + '[[deliver]]\nto = "feed"', "deliver[1].file", "missing"),
        (WATCH + '[[deliver]]\nto = "stdout"\nwatches = ["evnt"]', "deliver[1].watches", "'event'"),
        (WATCH + '[[deliver]]\nto = "webhook"', "deliver[1].url", "missing"),
        (WATCH + '[[deliver]]\nto = "webhook"\nurl = "ftp://a"\nsecret = "0123456789abcdef"',
         "deliver[1].url", "https://"),
        (WATCH + '[[deliver]]\nto = "webhook"\nurl = "https://u:pw@a"\nsecret = "0123456789abcdef"',
         "deliver[1].url", "no password"),
        (WATCH + '[[deliver]]\nto = "webhook"\nurl = "https://a"', "deliver[1]", "secret_env"),
        (WATCH + '[[deliver]]\nto = "webhook"\nurl = "https://a"\nsecret = "hush"',
         "deliver[1]", "too short"),
        (WATCH + '[[deliver]]\nto = "webhook"\nurl = "https://a"\nsecret = "whsec_hush!"',
         "deliver[1]", "base64"),
        (WATCH + '[[deliver]]\nto = "webhook"\nurl = "https://a"\nsecret_env = "COMITY_NOT_THERE"',
         "deliver[1]", "COMITY_NOT_THERE"),
        (WATCH + "[delivery]\nto = 3", "delivery", "did you mean 'deliver'?"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place_and_the_way_out(text: str, place: str, told: str) -> None:
    problems = mistakes(text)
    assert place in problems
    assert told in problems[place]
    assert "hush" not in str(problems)
    assert "pw" not in str(problems)


def test_all_mistakes_are_told_at_once() -> None:
    text = (
        '[[watch]]\ntell = "x"\n[[watch]]\ntell = "event"\nparty = "XXQ"\n[[deliver]]\nto = "y"\n'
    )
    assert mistakes(text).keys() == {"watch[1].tell", "watch[2].party", "deliver[1].to"}


def test_a_secret_may_stand_in_the_environment_and_is_never_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOOK", SECRET)
    text = WATCH + '[[deliver]]\nto = "webhook"\nurl = "http://127.0.0.1:1"\nsecret_env = "HOOK"'
    plan = read(text)
    [webhook] = plan.deliveries
    assert isinstance(webhook, Webhook)
    assert webhook.key == b"a secret of 24 bytes ...."
    shown = repr(plan) + delivery_words(webhook) + watch_words(plan.watches[0])
    assert SECRET not in shown


@pytest.mark.parametrize("content", [b"tell = ", b"\xff\xfe", b"a = 1\na = 2"])
def test_what_is_no_toml_is_told(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "watch.toml"
    file.write_bytes(content)
    with pytest.raises(UnreadableFile):
        read_plan(file)
    with pytest.raises(UnreadableFile):
        read_plan(tmp_path / "other.toml")


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)  # fmt: skip
_TABLES = st.lists(
    st.dictionaries(
        st.sampled_from(["tell", "to", "name", "party", "kind", "days", "url", "secret"]),
        st.sampled_from(["event", "expiry", "finding", "stdout", "webhook", "feed"]) | _VALUES,
        max_size=5,
    ),
    max_size=3,
)  # fmt: skip


@examples(60)
@given(told=st.fixed_dictionaries({"watch": _TABLES | _VALUES, "deliver": _TABLES | _VALUES}))
def test_no_tables_give_another_error(told: dict[str, object]) -> None:
    with suppress(InvalidInput):
        assert [watch_words(watch) for watch in plan_of(told).watches]
