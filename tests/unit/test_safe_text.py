"""Text that reaches a terminal, a pipe or a spreadsheet controls none of them."""

import csv
import io
import json
import sys
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.adapters.cli.exits import say
from comity.adapters.interchange.safe_text import printable, safe_json, spreadsheet_cell
from comity.adapters.render import output
from comity.adapters.render.section import Section

UNSAFE = ("Cc", "Cf", "Cs", "Zl", "Zp")
ALL_UNSAFE = [chr(code) for code in range(sys.maxunicode + 1) if category(chr(code)) in UNSAFE]
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
NAMES = ["می‌خواهم", "नुक्‍कड़", "র‍্যাব", "ക്‍ഷ"]
"""Persian, Hindi, Bengali and Malayalam words that are spelled with a joiner or a non-joiner."""


def is_safe(text: str) -> bool:
    return not any(category(letter) in UNSAFE for letter in text)


def test_every_control_and_every_invisible_character_is_written_out() -> None:
    for letter in ALL_UNSAFE:
        shown = printable(f"a{letter}b")
        assert is_safe(shown), hex(ord(letter))
        assert len(shown) > 3 or letter in "\t\n\r"


@pytest.mark.parametrize("letter", BIDI)
def test_marks_of_direction_are_written_out(letter: str) -> None:
    assert printable(f"x{letter}y") == f"x\\u{ord(letter):04x}y"
    assert safe_json(json.dumps(letter, ensure_ascii=False)) == f'"\\u{ord(letter):04x}"'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\x9b2J", r"\x9b2J"),
        ("\x00\x7f", r"\x00\x7f"),
        ("a\n\r\tb", "a b"),
        ("a\u2028b\u2029c", r"a\u2028b\u2029c"),
        ("\ud800", r"\ud800"),
        ("\U000e0041", r"\U000e0041"),
        ("soft\u00adhyphen", r"soft\xadhyphen"),
        ("[bold]:smile:", "[bold]:smile:"),
        ("احمد “O'Neil” 会議 🙂 é", "احمد “O'Neil” 会議 🙂 é"),
    ],
)
def test_what_a_terminal_would_obey_is_shown_instead(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize("name", NAMES)
def test_joiners_stay_where_a_script_needs_them(name: str) -> None:
    assert any(letter in name for letter in "\u200c\u200d")
    assert printable(name) == name
    assert safe_json(f'"{name}"') == f'"{name}"'


@pytest.mark.parametrize(
    "text",
    [
        "\u200cab",
        "ab\u200d",
        "a\u200cb",
        "می\u200c",
        "می\u200c خواهم",
        "می\u200c\u200cخو",
        "1\u200d2",
    ],
)
def test_a_joiner_that_only_hides_is_written_out(text: str) -> None:
    assert is_safe(printable(text))


@given(st.text())
def test_no_text_controls_anything_and_printing_it_twice_is_the_same(text: str) -> None:
    shown = printable(text)
    assert all(category(letter) not in UNSAFE or letter in "\u200c\u200d" for letter in shown)
    assert printable(shown) == shown


@given(
    st.recursive(
        st.none() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_safe_json_is_the_same_json(value: object) -> None:
    for indent in (None, 2):
        text = json.dumps(value, ensure_ascii=False, indent=indent)
        safe = safe_json(text)
        assert json.loads(safe) == json.loads(text)
        assert all(is_safe(line) or {"\u200c", "\u200d"} & set(line) for line in safe.split("\n"))


def test_json_escapes_beyond_the_first_plane_are_pairs() -> None:
    assert safe_json('"\U000e0041"') == r'"\udb40\udc41"'


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\tx", "\rx", "  =1", "\u00a0=1",
     "\u3000@x", "\n=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff20x", "  \uff1d1", "-", "-x", "- 5",
     "-5 USD", "-3.5x", "--5", "+5", "\u207a1", "-1e5+1", "-\uff11"],
)  # fmt: skip
def test_what_a_spreadsheet_could_calculate_gets_an_apostrophe(text: str) -> None:
    assert spreadsheet_cell(text) == f"'{printable(text)}"


@pytest.mark.parametrize(
    "text",
    ["", "5", "-5", "-3.5", "-10.000", "-1E+3", "-1e-7", "2023-06-20", "2023-06-20/2023-06-21",
     "[..1948]", "1948?", "a=b", "a @b", "O'Neil", "'=1", "−5", "{\"a\":1}", "../1991"],
)  # fmt: skip
def test_numbers_dates_and_other_text_stay_as_they_are(text: str) -> None:
    assert spreadsheet_cell(text) == text


def test_what_is_written_goes_through_one_place(capsys: pytest.CaptureFixture[str]) -> None:
    evil = "=\x1b[31m\u202e[bold]"
    output.write_line(evil)
    output.write_heading(evil, evil)
    output.write_table([evil], [[evil]])
    output.write_sections([Section(evil, ((evil, evil),))])
    output.write_csv([evil], [[evil]])
    output.write_json({evil: evil})
    say(evil)
    written = capsys.readouterr()
    for line in [*written.out.split("\n"), *written.err.split("\n")]:
        assert is_safe(line)
    assert written.out.count("[bold]") == 12
    assert written.err == "comity: =\\x1b[31m\\u202e[bold]\n"
    [heading, row] = list(csv.reader(io.StringIO(written.out)))[-3:-1]
    assert heading == row == ["'=\\x1b[31m\\u202e[bold]"]
