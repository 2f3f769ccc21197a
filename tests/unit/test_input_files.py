"""The files that are imported: plain and compressed, whole and damaged."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from comity import UnreadableFile
from comity.adapters.interchange.importers import InputFile, input_files, inputs, read_file

LINES = b"".join(b"line %d of many\n" % number for number in range(5000))


def lines_of(path: Path, *, unpack: bool = True) -> dict[str, bytes]:
    with input_files(path, unpack=unpack) as files:
        return {file.name: b"".join(file.lines()) for file in files}


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_a_plain_file_and_one_of_gzip_read_alike_whatever_they_are_called(tmp_path: Path) -> None:
    plain, packed = tmp_path / "plain.gz", tmp_path / "packed.txt"
    plain.write_bytes(LINES)
    packed.write_bytes(gzip.compress(LINES[:100]) + gzip.compress(LINES[100:]))
    assert lines_of(plain) == {str(plain): LINES}
    assert lines_of(packed) == {str(packed): LINES}


def test_each_file_of_a_zip_is_a_file_without_what_systems_put_there(tmp_path: Path) -> None:
    members = {"a.csv": b"1\n", "b/c.csv": LINES, "b/": b"", "__MACOSX/a.csv": b"?", ".DS": b"?"}
    path = zipped(tmp_path / "two.zip", members)
    assert lines_of(path) == {f"{path}:a.csv": b"1\n", f"{path}:b/c.csv": LINES}
    assert list(lines_of(path, unpack=False)) == [str(path)]


@pytest.mark.parametrize("cut", [1, 40, 400])
def test_a_damaged_compressed_file_is_told_by_its_name(tmp_path: Path, cut: int) -> None:
    packed = tmp_path / "cut.gz"
    packed.write_bytes(gzip.compress(LINES)[:-cut])
    with pytest.raises(UnreadableFile, match=r"cut\.gz"):
        lines_of(packed)
    path = zipped(tmp_path / "cut.zip", {"a": LINES})
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(UnreadableFile, match=r"cut\.zip"):
        lines_of(path)


def test_a_zip_whose_content_was_changed_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"a": LINES})
    content = bytearray(path.read_bytes())
    content[200] ^= 255
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=r"x\.zip"):
        lines_of(path)


def test_a_file_that_cannot_be_opened_is_told_by_its_name(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path, "nul\0l"):
        with pytest.raises(UnreadableFile), input_files(path):
            pass


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_text_is_read_in_the_encoding_that_it_says_or_that_is_given(
    tmp_path: Path, encoding: str
) -> None:
    path = tmp_path / "t.txt"
    path.write_bytes("Côte\r\nd’Ivoire\n".replace("’", "'").encode(encoding))
    with input_files(path, encoding="latin-1" if encoding == "latin-1" else "utf-8") as files:
        [file] = files
        with file.text() as text:
            assert text.read() == "Côte\r\nd'Ivoire\n"


def test_a_byte_that_is_no_text_spoils_only_its_own_line(tmp_path: Path) -> None:
    path = tmp_path / "t.txt"
    path.write_bytes(b"good\nb\xffd\ngood\n")
    with input_files(path) as files:
        [file] = files
        with file.text() as text:
            assert [line.isprintable() for line in text.read().split()] == [True, False, True]


def test_text_cut_within_a_letter_of_utf_16_is_refused_or_read_but_never_a_traceback(
    tmp_path: Path,
) -> None:
    path = tmp_path / "t.txt"
    path.write_bytes("one\n".encode("utf-16")[:-1])
    with input_files(path) as files:
        [file] = files
        with pytest.raises(UnreadableFile, match="not text"), file.text() as text:
            text.read()


@pytest.mark.parametrize("packed", [False, True])
def test_bytes_can_be_read_back_and_forth(tmp_path: Path, packed: bool) -> None:
    path = tmp_path / "b"
    path.write_bytes(gzip.compress(LINES) if packed else LINES)
    with input_files(path) as files:
        [file] = files
        with file.seekable() as opened:
            assert opened.read(4) == LINES[:4]
            opened.seek(0)
            assert opened.read() == LINES


def test_progress_is_told_in_bytes_of_the_file_on_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "b.gz"
    path.write_bytes(gzip.compress(LINES, compresslevel=0))
    for way in ("lines", "text"):
        told: list[int] = []
        with input_files(path) as files:
            [file] = files
            file.progress = told.append
            if way == "lines":
                assert sum(1 for _ in file.lines()) == 5000
            else:
                with file.text() as text:
                    assert len(text.read()) == len(LINES)
            assert file.size == path.stat().st_size
        assert told == sorted(told)
        assert told[-1] == path.stat().st_size


def test_a_stream_of_no_file_has_no_size() -> None:
    assert InputFile("-", io.BytesIO(b"x")).size is None


def test_a_zip_without_a_file_is_refused(tmp_path: Path) -> None:
    for members in ({}, {"folder/": b""}):
        with pytest.raises(UnreadableFile, match="holds no file"):
            lines_of(zipped(tmp_path / "none.zip", members))


@pytest.mark.parametrize("format", ["jsonl", "icews"])
def test_a_line_without_an_end_fills_no_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str
) -> None:
    monkeypatch.setattr(inputs, "LONGEST", 1000)
    path = tmp_path / "zeros"
    path.write_bytes(b"\n" + b"0" * 5000)
    with pytest.raises(UnreadableFile, match="line 2 is longer than 1,000"):
        list(read_file(format, path))
