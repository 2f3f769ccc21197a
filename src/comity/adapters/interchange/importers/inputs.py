"""The files that are imported: plain, or compressed by gzip or zip."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import sys
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, AnyStr, BinaryIO, TextIO, cast

from comity.domain.errors import UnreadableFile

STDIN = "-"
"""The name that means the standard input."""
LONGEST = 10_000_000
"""Bytes, or letters, of the longest line: a longer one is none, and would fill the memory."""
_GZIP, _ZIP = b"\x1f\x8b", (b"PK\x03\x04", b"PK\x05\x06")
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
"""The marks at the beginning of a text, and the encodings that they tell."""
_WORKBOOK = "xl/workbook.xml"
"""The file by which a zip is known as a workbook of Excel."""
_BROKEN = (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError, NotImplementedError)
"""What a damaged, locked or unknown kind of compressed file raises."""


class InputFile:
    """A file to read, once.

    `name` is its path; a file within a zip has both names. `progress` is called with the bytes
    read so far of the file on the disk, of which there are `size`, if that is known.
    """

    def __init__(
        self, name: str, stream: BinaryIO, raw: BinaryIO | None = None, encoding: str = "utf-8"
    ) -> None:
        self.name, self._stream, self._raw = name, stream, raw or stream
        self._encoding = encoding
        self.progress: Callable[[int], object] = lambda read: None

    @property
    def size(self) -> int | None:
        """The bytes of the file on the disk, if it is one."""
        try:
            return os.fstat(self._raw.fileno()).st_size or None
        except (OSError, ValueError):
            return None

    @property
    def is_workbook(self) -> bool:
        """Whether it is a workbook of Excel, which is itself a zip: its bytes are not text."""
        return self._peek().startswith(_ZIP)

    def lines(self) -> Iterator[bytes]:
        """The lines as bytes, each with its end; raises `UnreadableFile`."""
        with self._reading():
            for line in self._limited(self._stream, b"\n"):
                self._say_read()
                yield line

    @contextmanager
    def text(self, encoding: str | None = None) -> Generator[TextIO]:
        """The file as text, with line ends as they are; raises `UnreadableFile`.

        The encoding is that of the mark at its beginning, or else `encoding`, or else the file's.
        A byte that is not text in it becomes a lone surrogate, which no event takes: so only its
        own row is refused.
        """
        start, told = self._peek(), encoding or self._encoding
        encoding = next((marked for mark, marked in _MARKS if start.startswith(mark)), told)
        reporting = io.BufferedReader(_Reporting(self))
        reading = io.TextIOWrapper(reporting, encoding, errors="surrogateescape", newline="")
        with self._reading():
            yield reading

    def text_lines(self) -> Iterator[str]:
        """The lines as text, each with its end; raises `UnreadableFile`."""
        with self.text() as text:
            yield from self._limited(text, "\n")

    def _limited(self, stream: IO[AnyStr], end: AnyStr) -> Iterator[AnyStr]:
        for number, line in enumerate(iter(partial(stream.readline, LONGEST), end[:0]), 1):
            if len(line) == LONGEST and not line.endswith(end):
                raise UnreadableFile(self.name, f"line {number} is longer than {LONGEST:,} bytes")
            yield line

    @contextmanager
    def seekable(self) -> Generator[BinaryIO]:
        """The file as bytes in which one can go back, in a copy on the disk if need be."""
        with self._reading(), ExitStack() as stack:
            if self._stream is self._raw and _is_seekable(self._raw):
                yield self._raw
                return
            yield _copied(self._stream, stack)

    def read(self, size: int) -> bytes:
        """Up to so many bytes; none at the end."""
        part = self._stream.read(size)
        self._say_read()
        return part

    def _peek(self) -> bytes:
        peek = getattr(self._stream, "peek", None)
        with self._reading():
            return bytes(peek(4)[:4]) if peek is not None else b""

    def _say_read(self) -> None:
        with suppress(OSError, ValueError):
            self.progress(self._raw.tell())

    @contextmanager
    def _reading(self) -> Generator[None]:
        try:
            yield
        except _BROKEN as error:
            if type(error) in (RuntimeError, NotImplementedError) and self._stream is self._raw:
                raise
            raise UnreadableFile(self.name, _reason(error)) from None
        except UnicodeError as error:
            raise UnreadableFile(self.name, f"not text: {error}") from None


class _Reporting(io.RawIOBase):
    """The bytes of an input, which says how far it is read."""

    def __init__(self, file: InputFile) -> None:
        super().__init__()
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast("bytearray", buffer)).cast("B")
        part = self._file.read(len(view))
        view[: len(part)] = part
        return len(part)


@contextmanager
def input_files(
    name: str | os.PathLike[str], *, unpack: bool = True, encoding: str = "utf-8"
) -> Generator[Iterable[InputFile]]:
    """The file of this name, or the standard input; of a zip, each file within it.

    gzip is recognised by its first bytes, zip too; a workbook of Excel is left whole. Raises
    `UnreadableFile`.
    """
    name = os.fspath(name)
    with ExitStack() as stack:
        raw = stack.enter_context(_opened(name))
        yield _unpacked(name, raw, stack, encoding) if unpack else [InputFile(name, raw)]


def _unpacked(name: str, raw: BinaryIO, stack: ExitStack, encoding: str) -> Iterator[InputFile]:
    raw = raw if hasattr(raw, "peek") else _buffered(raw)
    start = _start(name, raw)
    if start.startswith(_GZIP):
        yield InputFile(name, _buffered(gzip.GzipFile(fileobj=raw)), raw, encoding)
    elif start.startswith(_ZIP):
        yield from _members(name, raw, stack, encoding)
    else:
        yield InputFile(name, raw, encoding=encoding)


def _members(name: str, raw: BinaryIO, stack: ExitStack, encoding: str) -> Iterator[InputFile]:
    if not _is_seekable(raw):
        raw = _copied(raw, stack)
    try:
        archive, found = stack.enter_context(zipfile.ZipFile(raw)), False
        if _WORKBOOK in archive.namelist():
            raw.seek(0)
            yield InputFile(name, raw, encoding=encoding)
            return
        for member in archive.infolist():
            if member.is_dir() or _is_of_a_system(member.filename):
                continue
            found = True
            with archive.open(member) as stream:
                inside = f"{name}:{member.filename}"
                yield InputFile(inside, _buffered(stream), raw, encoding)
    except _BROKEN as error:
        raise UnreadableFile(name, _reason(error)) from None
    if not found:
        raise UnreadableFile(name, "the zip holds no file")


def _buffered(stream: object) -> BinaryIO:
    """The stream with `peek`."""
    return cast("BinaryIO", io.BufferedReader(cast("io.RawIOBase", stream)))


def _copied(stream: BinaryIO, stack: ExitStack) -> BinaryIO:
    """A copy on the disk, which is gone when the stack ends."""
    copy = cast("BinaryIO", stack.enter_context(TemporaryFile()))  # noqa: SIM115 - the stack ends it
    shutil.copyfileobj(stream, copy)
    copy.seek(0)
    return copy


def _is_of_a_system(member: str) -> bool:
    """Whether a file within a zip was put there by an operating system, not by its author."""
    return member.startswith("__MACOSX/") or member.rpartition("/")[2].startswith(".")


def _start(name: str, raw: BinaryIO) -> bytes:
    try:
        return cast("io.BufferedReader", raw).peek(4)[:4]
    except OSError as error:
        raise UnreadableFile(name, _reason(error)) from None


@contextmanager
def _opened(name: str) -> Generator[BinaryIO]:
    if name == STDIN:
        if sys.stdin is None:  # pyright: ignore[reportUnnecessaryComparison]  # the caller closed it
            raise UnreadableFile(name, "the standard input is closed")
        yield sys.stdin.buffer
        return
    try:
        opened = Path(name).open("rb")  # noqa: SIM115 - closed below
    except (OSError, ValueError) as error:
        raise UnreadableFile(name, _reason(error)) from None
    with opened:
        yield opened


def _is_seekable(stream: BinaryIO) -> bool:
    try:
        return stream.seekable()
    except (OSError, ValueError):
        return False


def _reason(error: BaseException) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
