"""How a note says what it says: whole sentences, dates and codes in words, sources at each."""

from __future__ import annotations

import re

from comity import (
    AgreementInForce,
    AgreementSigned,
    AidDelivered,
    DealSigned,
    EnvoyArrived,
    EnvoyDeparted,
    InteractionCoded,
    MeasureImposed,
    MeetingHeld,
    MeetingScheduled,
    MissionClosed,
    MissionOpened,
    Quantity,
    RelationsRestored,
    RelationsSevered,
    ShipmentDelivered,
    Source,
    StatementMade,
)
from tests.unit.briefs import FOUNDED, opening, section, written
from tests.unit.given import PAIR, given


def test_each_day_of_relations_cites_what_carries_it() -> None:
    with given(
        FOUNDED.replace(sources=(Source("first"),)),
        RelationsSevered(parties=PAIR, when="1971-05-01", sources=(Source("second"),)),
        RelationsRestored(parties=PAIR, when="1972-05-01", sources=(Source("third"),)),
    ) as engine:
        text = written(engine, on="2023-07-01")
        then = written(engine, on="1971-12-31")
    assert opening(text).startswith(
        "Diplomatic relations between Pakistan and Russia were established on 1 May 1948,[^1] "
        "severed on 1 May 1971[^2] and restored on 1 May 1972.[^3]"
    )
    assert re.findall(r"^\[\^\d\]: (\w+)", text, re.MULTILINE) == ["first", "second", "third"]
    assert "were established on 1 May 1948[^1] and severed on 1 May 1971.[^2]" in opening(then)


def test_of_relations_with_an_organisation_nothing_is_missed() -> None:
    with given(MeetingHeld(meeting="m", parties=("PAK", "imf"), when="2023-06")) as engine:
        assert opening(written(engine, "PAK", "imf")).startswith("The last meeting recorded")
    with given() as engine:
        assert "\n\n\n" not in written(engine, "PAK", "imf")
        assert "<p></p>" not in written(engine, "PAK", "imf", form="html")


def test_the_vacant_post_and_aid_have_their_footnotes() -> None:
    with given(
        MissionOpened(sender="PAK", host="RUS", when="1949", sources=(Source("opened"),)),
        EnvoyArrived(sender="PAK", host="RUS", name="Khan", when="2020"),
        EnvoyDeparted(sender="PAK", host="RUS", name="Khan", when="2023-01-05",
                      sources=(Source("left"),)),
        AidDelivered(by="SUN", to="PAK", when="1960", quantity=Quantity(2000, "TNE"),
                     sources=(Source("helped"),)),
    ) as engine:  # fmt: skip
        text = written(engine, on="2023-07-01")
    [mission], [aid] = section(text, "Missions"), section(text, "Positions and aid")
    assert mission.endswith("since 1949. The post of head is vacant.[^1][^2]")
    assert aid == "- Aid from Russia to Pakistan: delivered 2,000 tonnes.[^3]"
    assert re.findall(r"^\[\^\d\]: (\w+)", text, re.MULTILINE) == ["opened", "left", "helped"]


def test_a_meeting_is_in_progress_if_it_was_held_and_to_come_if_it_was_announced() -> None:
    with given(
        MeetingHeld(meeting="visit", parties=PAIR, when="2023-06-20/2023-06-22~"),
        MeetingScheduled(meeting="talks", parties=PAIR, when="2023-05-01",
                         planned_for="2023-06-20/2023-06-30"),
    ) as engine:  # fmt: skip
        text = written(engine, on="2023-06-21")
    assert section(text, "Meetings") == [
        "- In progress: 20 June 2023 to about 22 June 2023, meeting (visit)."
    ]
    assert section(text, "What is to come") == ["- 20 to 30 June 2023: meeting: talks."]
    assert opening(text).endswith(
        " A meeting is being held; a meeting is planned for 20 to 30 June 2023."
    )


def test_coded_interactions_have_their_tone_in_one_line() -> None:
    coded = [
        InteractionCoded(source="PAK", target="RUS", scheme="cameo", code=code, when=when)
        for code, when in (("042", "1995-03-04"), ("042", "2023-06-21"), ("040", "2023-06-22"),
                           ("112", "2023-06-23"))
    ]  # fmt: skip
    with given(*coded) as engine:
        text = written(engine, on="2023-07-01", since="2023-06-20")
        assert section(text, "Tone") == [
            "- 4 coded interactions since March 1995, mean weight 0.70, mostly verbal cooperation."
        ]
        assert section(text, "What changed") == [
            "- 3 coded interactions, mean weight 0.30, mostly verbal cooperation."
        ]
        assert section(written(engine, on="1995-03-04"), "Tone") == [
            "- 1 coded interaction since March 1995, mean weight 1.90, all verbal cooperation."
        ]
    with given(FOUNDED) as engine:
        assert section(written(engine), "Tone") == []


def test_what_is_overdue_has_its_own_section_with_the_newest_first() -> None:
    with given(
        FOUNDED,
        *(MeetingScheduled(meeting=f"m{year}", parties=PAIR, when="2000",
                           planned_for=f"{year}-02-03") for year in range(2001, 2009)),
    ) as engine:  # fmt: skip
        text = written(engine)
    assert section(text, "Overdue") == [
        "- 3 February 2008: meeting: m2008.", "- 3 February 2007: meeting: m2007.",
        "- 3 February 2006: meeting: m2006.", "- 3 February 2005: meeting: m2005.",
        "- … and 4 more.",
    ]  # fmt: skip
    assert "m200" not in "".join(section(text, "What is to come"))
    assert text.index("## Overdue") < text.index("## What is to come")


def test_the_newest_agreements_come_first_and_long_titles_are_cut() -> None:
    with given(
        AgreementInForce(agreement="a", parties=PAIR, when="1960"),
        AgreementInForce(agreement="b", parties=PAIR, when="2020", title="word " * 4000,
                         expires="2024-01"),
        AgreementSigned(agreement="mou-2024", parties=PAIR, when="2022-03-04"),
    ) as engine:  # fmt: skip
        text = written(engine, on="2023-07-01")
    lines = section(text, "Agreements")
    assert lines[0] == (
        "- Agreement mou-2024, signed on 4 March 2022; entry into force not recorded."
    )
    assert lines[1].startswith("- “word word")
    assert lines[1].endswith("word…” (b), in force since 2020, expires in January 2024.")
    assert lines[2] == "- Agreement a, in force since 1960."
    assert max(map(len, text.splitlines())) < 300


def test_lines_begin_with_a_capital_and_end_with_one_stop() -> None:
    with given(
        MeetingHeld(meeting="m", parties=PAIR, when="2023-05-30~"),
        MeetingHeld(meeting="n", parties=PAIR, when="2023-05-02", outcomes=("deepened and " * 30,)),
        StatementMade(by="RUS", parties=PAIR, when="2023-04-01", text="All is well. "),
    ) as engine:
        text = written(engine, on="2023-07-01", since="2023-01-01")
    first, second, third = section(text, "What changed")
    assert third.endswith(": All is well.")
    assert first == "- About 30 May 2023: Meeting (m) held."
    assert second.endswith("…")


def test_a_finding_has_its_kind_and_its_dates_in_words() -> None:
    first = MeetingHeld(
        meeting="m", parties=PAIR, when="2015-10-16", happening="m", sources=(Source("Dawn"),)
    )
    with given(first, first.replace(when="2015-10-17", sources=(Source("TASS"),))) as engine:
        [line] = section(written(engine), "Findings")
    assert line.startswith("- Accounts differ: meeting held '")
    assert ": date is 17 October 2015 by TASS, 16 October 2015 by Dawn.[^" in line


def test_what_cannot_be_shown_is_left_out_of_prose() -> None:
    text = "\u200fgood\u200d \U0001f468\u200d\U0001f469 \u0646\u0645\u06cc\u200c\u062e \x1b[31m"
    with given(StatementMade(by="RUS", parties=PAIR, when="2023", text=text)) as engine:
        told = written(engine, on="2024-01-01"), written(engine, on="2024-01-01", form="html")
    for page in told:
        assert "good \U0001f468\U0001f469 \u0646\u0645\u06cc\u200c\u062e" in page
        assert "\\u200" not in page.replace("\\\\", "\\")
        assert "x1b" not in page


def test_findings_have_the_names_of_parties_and_units() -> None:
    with given(
        DealSigned(deal="oil", buyer="PAK", seller="RUS", when="2023-01-02",
                   quantity=Quantity(4, "TNE")),
        ShipmentDelivered(deal="oil", shipment="1", buyer="PAK", seller="RUS", when="2023-02-03",
                          quantity=Quantity(5, "TNE")),
        MissionClosed(sender="PAK", host="RUS", when="2022-03-04"),
    ) as engine:  # fmt: skip
        beyond, ends = section(written(engine), "Findings")
    assert beyond.startswith("- Delivered beyond quantity: deal 'oil': 5 tonnes delivered of 4")
    assert ends.startswith("- Ends nothing: mission closed on 4 March 2022, Pakistan → Russia: ")


def test_a_code_without_a_name_keeps_its_letters() -> None:
    with given(
        MissionOpened(sender="zzz", host="PAK", when="1949"),
        MeasureImposed(measure="x", by="zzz", on="PAK", when="2023"),
    ) as engine:
        text = written(engine, "PAK", "zzz", on="2024-07-01", since="2022-01-01")
    assert "- zzz in Pakistan: embassy" in text
    assert "- zzz on Pakistan: measure" in text
    assert ": zzz took a measure against Pakistan" in text
    assert "Zzz" not in text
