"""What is no JSON Lines is recognised by its beginning; bad lines among good ones are not."""

from __future__ import annotations

import gzip

import pytest

from comity.adapters.interchange.recognised import recognised_lines

EVENT = b'{"type": "meeting-held", "meeting": "m", "parties": ["PAK", "RUS"], "when": "2020"}\n'


def lines(content: bytes) -> list[bytes]:
    return content.splitlines(keepends=True)[:3]


@pytest.mark.parametrize(
    ("content", "what", "way"),
    [
        (b"a,b\n1,2\n3,4\n", "commas", "import csv f"),
        (b"\xef\xbb\xbfa,b\r\n1,2\r\n", "commas", "import csv f"),
        (b"a;b\n1,5;2\n", "semicolons", "import csv f"),
        (b"a\tb\n1\t2\n", "tabs", "import tsv f"),
        ("naïve,b\n1,2\n".encode("latin-1"), "commas", "import csv f"),
        ("a,b\n1,2\n".encode("utf-16"), "UTF-16", "iconv"),
        ("a,b\n1,2\n".encode("utf-16-le"), "UTF-16", "iconv"),
        (EVENT.decode().encode("utf-16-be"), "UTF-16", "iconv"),
        (b"PK\x03\x04\x14\x00rest", "workbook", "import xlsx f"),
        (gzip.compress(EVENT, mtime=0), "gzip", "gunzip -c f"),
        (b"PAR1....", "Parquet", "import parquet f"),
        (b"SQLite format 3\0\x10\0", "SQLite", "export jsonl --store f"),
        (b"%PDF\0\0\0\n\0", "no text", "comity import"),
        (b"[" + EVENT.strip() + b"]", "list", "jq -c '.[]' f"),
        (b"[\n" + EVENT + b"]", "list", "jq -c '.[]' f"),
        (b"[" + EVENT.strip() + b",\n" + EVENT + b"]", "list", "jq"),
        (b'{\n "type": "x",\n "when": "2020"\n}', "several lines", "jq -c . f"),
        (b'{"type": "x",\n"when": "2020"}\n', "several lines", "jq -c . f"),
        (b"<html>\n<body>\n", "HTML", "comity import"),
    ],
)
def test_it_is_recognised_and_a_way_is_told(content: bytes, what: str, way: str) -> None:
    found = recognised_lines(lines(content))
    assert found is not None
    assert what in found.what
    assert way in found.advice("f")
    assert "\n" not in found.advice("f")


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\n\n", b"\xef\xbb\xbf\n", EVENT, EVENT + EVENT, b"\n" + EVENT, b"bad\n" + EVENT,
        b"bad, worse\n" + EVENT, b"a,b\n", b"hello\nworld\n", b"[1]\n" + EVENT, b"null\n",
        EVENT[:40] + b"\n" + EVENT, EVENT[:40], b"5\n6\n", b'{"a": 1} x\nb, c\n',
    ],
)  # fmt: skip
def test_lines_of_json_with_perhaps_a_bad_one_are_not_taken_for_something_else(
    content: bytes,
) -> None:
    assert recognised_lines(lines(content)) is None


def test_a_name_is_quoted_for_the_shell_and_the_standard_input_is_not_named() -> None:
    found = recognised_lines([b"[]"])
    assert found is not None
    assert "jq -c '.[]' 'my file;rm'" in found.advice("my file;rm")
    assert found.advice("-").endswith("`jq -c '.[]'` does")


def test_a_long_line_is_judged_by_its_beginning() -> None:
    found = recognised_lines([b"a," * 5_000_000, b"1," * 10])
    assert found is not None
