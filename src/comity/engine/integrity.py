"""Integrity: the part of the engine that digests, verifies and redacts the log."""

from __future__ import annotations

import re
from collections.abc import Mapping
from os import PathLike

from msgspec import Struct

from comity.domain import codec
from comity.domain.errors import InvalidValue, StoreDamaged, StoreReadOnly, TracesLeft
from comity.domain.events import RecordRedacted
from comity.domain.integrity import START, chained, form_of, is_redacted, place_of
from comity.domain.recorded import recorder_name
from comity.engine.batch import Batch, Stamp
from comity.engine.parameters import address_of
from comity.engine.redaction import Rewriting
from comity.ports import IndexCheck, LogStore, SealedPage
from comity.query import Progress, QueryRunner

_DIGEST = re.compile(r"([0-9]+):([0-9a-f]{64})")


class Digest(Struct, frozen=True):
    """The digest of the log, or of one stream, after so many events: it stands for all of them.

    Its text, such as `128:3f9a…`, is what to publish.
    """

    position: int
    digest: str

    def __str__(self) -> str:
        return f"{self.position}:{self.digest}"


class Problem(Struct, frozen=True):
    """What does not fit in the log, and the first position at which it shows."""

    position: int
    reason: str


class Verification(Struct, frozen=True):
    """What `verify` found: how far it came, the log's digest there, and what does not fit.

    `rebuilt` are derived data that differed from the log and were made anew.
    """

    position: int
    digest: str
    problems: tuple[Problem, ...] = ()
    rebuilt: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the log is what was recorded."""
        return not self.problems


class Redaction(Struct, frozen=True):
    """What a redaction did: the `id` that is left, the `act` that tells of it, what it rewrote.

    `positions` are those of the event and of all that named it.
    """

    id: str
    act: str
    positions: tuple[int, ...]


class Integrity:
    """The engine's answers about the log itself."""

    _store: LogStore
    _runner: QueryRunner
    _recorded_by: str

    def digest(self, relationship: str = "") -> Digest:
        """The digest of the log at its end, or of one relationship's stream.

        It is SHA-256 over every event and its place. Publish it, and nobody can change the log up
        to there without its being noticed. Raises `InvalidValue` if there is no such stream.
        """
        with self._store.reading():
            if not relationship:
                return Digest(self._store.head().position, self._store.digest().hex())
            heads = self._store.heads([relationship])
            digests = self._store.stream_digests([relationship])
        if relationship not in heads:
            expected = "the id of a relationship with events, such as 'PAK-RUS'"
            raise InvalidValue("relationship", relationship, expected)
        return Digest(heads[relationship].version, digests[relationship].hex())

    def verify(
        self, digest: str | Digest = "", *, progress: Progress | None = None
    ) -> Verification:
        """Read the whole log, and compare it with its chains and with a published `digest`.

        The index and the snapshots are compared with it too; what differs is made anew. A log
        that differs is reported and left alone. A store that is read-only is left alone too.
        Raises `InvalidValue` for what is no digest.
        """
        wanted = _published(str(digest)) if digest else None
        return Verifier(self._store, wanted, progress).verify()

    def redact(self, event_id: str, reason: str, *, recorded_by: str | None = None) -> Redaction:
        """Remove the text of an event for good; its place, kind and author stay, and the reason.

        Nothing follows from the event any more, as known at any moment. It has a random id then,
        and what named it names that. The chains stay whole. The store is written anew, which takes
        as long as to read it all. Raises `NoSuchEvent`. If others use the store, traces are left in
        the file until the last of them closes it, or until `scrub`: then, too, the event is
        redacted, and `TracesLeft` is raised with what was done as its `redaction`.
        """
        by = self._recorded_by if recorded_by is None else recorder_name(recorded_by)
        with self._store.writing():
            rewriting = Rewriting(self._store, event_id)
            act = RecordRedacted(target=rewriting.id, reason=reason, forms=rewriting.told())
            self._store.rewrite(rewriting.forms)
            batch = Batch(self._store, self._runner.now(), [act])
            batch.add(act, Stamp(None, by))
            self._store.add(batch.new)
        redaction = Redaction(rewriting.id, act.id, tuple(sorted(rewriting.forms)))
        try:
            self._store.scrub()
        except TracesLeft as error:
            error.redaction = redaction
            raise
        return redaction

    def backup(
        self,
        target: str | PathLike[str],
        *,
        overwrite: bool = False,
        progress: Progress | None = None,
    ) -> Digest:
        """Copy the store into the file `target` while others use it, and return its digest.

        The copy is of one moment. It is read and compared with the log's chains before it is put
        in place, whole or not at all; it needs no other file beside it, and only its owner may
        read it. Raises `StoreExists` for what is there unless `overwrite` is true, `StoreBusy` if
        somebody has that open, `StoreDamaged` if the store itself differs from its chains, and
        `InvalidValue` if the target is the store itself or the store is not in a file.
        """
        report, last = progress or _silent, self.digest().position
        copied = self._store.backup(
            address_of("target", target),
            overwrite=overwrite,
            progress=lambda part: report(round(part * last / 2)),
        )
        with copied as copy:
            return checked_digest(copy, lambda done: report((last + done) // 2))

    def scrub(self) -> None:
        """Leave no trace of what was redacted; `redact` does so itself unless others hinder it.

        Raises `TracesLeft` if they still do.
        """
        self._store.scrub()


def _silent(done: int) -> None:
    """Nobody wants to know how far it is."""


def checked_digest(store: LogStore, progress: Progress | None = None) -> Digest:
    """The digest of a log that was read and compared with its chains.

    Raises `StoreDamaged` if it differs from them.
    """
    verification = Verifier(store, None, progress).verify()
    for problem in verification.problems:
        raise StoreDamaged(store.name, f"position {problem.position}: {problem.reason}")
    digest = Digest(verification.position, verification.digest)
    if digest != (kept := Digest(store.head().position, store.digest().hex())):
        raise StoreDamaged(store.name, f"its digest is {digest} and not {kept}")
    return digest


def _published(text: str) -> Digest:
    found = _DIGEST.fullmatch(text.strip())
    if found is None:
        raise InvalidValue("digest", text, "a position and a digest, such as '128:3f9a…'")
    return Digest(int(found[1]), found[2])


class Verifier:
    """One verification of a store."""

    def __init__(
        self, store: LogStore, wanted: Digest | None, progress: Progress | None = None
    ) -> None:
        self._store, self._wanted, self._progress = store, wanted, progress or _silent
        self._position, self._digest = 0, START
        self._streams: dict[str, bytes] = {}
        self._problems: list[Problem] = []
        self._chain_broke = False
        self._rewritten: dict[int, str] = {}
        self._told: dict[int, str] = {}

    def verify(self) -> Verification:
        """Read the log and compare it with all that is known of it."""
        checker = self._store.checker()
        try:
            checkpoints = self._store.checkpoints()
            for page in self._store.sealed():
                self._add(page, checkpoints)
                checker.add(page)
                self._progress(self._position)
            self._compare_ends()
        except StoreDamaged as error:
            self._problems.append(Problem(error.position or self._position + 1, error.reason))
        else:
            self._compare_rewritten()
            self._compare_length()
        rebuilt = () if self._problems else self._heal(checker)
        problems = tuple(sorted(self._problems, key=lambda problem: problem.position))
        return Verification(self._position, self._digest.hex(), problems, rebuilt)

    def _heal(self, checker: IndexCheck) -> tuple[str, ...]:
        try:
            return checker.heal()
        except StoreDamaged as error:
            self._problems.append(Problem(self._position + 1, error.reason))
        except StoreReadOnly:
            pass
        return ()

    def _add(self, page: SealedPage, checkpoints: Mapping[int, bytes]) -> None:
        names = [record.relationship for record in page.records]
        digests = chained(self._digest, self._streams, names, page.commitments)
        first = page.records[0].position
        self._digest, self._position = digests[-1], page.records[-1].position
        for record, seal in zip(page.records, page.seals, strict=True):
            if type(record.event) is RecordRedacted:
                self._told.update((place_of(form), form) for form in record.event.forms)
            if is_redacted(seal):
                self._rewritten[record.position] = form_of(
                    record.position, codec.content_of(record)
                )
        for position in checkpoints.keys() & range(first, self._position + 1):
            if checkpoints[position] != digests[position - first]:
                self._chain_breaks(position, checkpoints)
        if self._wanted is not None and first <= self._wanted.position <= self._position:
            self._compare_published(self._wanted, digests[self._wanted.position - first])

    def _chain_breaks(self, position: int, checkpoints: Mapping[int, bytes]) -> None:
        if not self._chain_broke:
            self._chain_broke = True
            first = max((at for at in checkpoints if at < position), default=0) + 1
            reason = f"one of the events up to position {position} is not what was chained"
            self._problems.append(Problem(first, reason))

    def _compare_published(self, wanted: Digest, digest: bytes) -> None:
        if digest.hex() != wanted.digest:
            reason = f"the log up to position {wanted.position} differs from the digest given"
            self._problems.append(Problem(1, reason))

    def _compare_length(self) -> None:
        if self._wanted is not None and self._wanted.position > self._position:
            reason = f"the digest given is of position {self._wanted.position}, which is not there"
            self._problems.append(Problem(self._position + 1, reason))

    def _compare_ends(self) -> None:
        """Compare the digests at the ends with those that the store keeps."""
        with self._store.reading():
            if self._store.head().position != self._position:
                return  # others have gone on recording
            digest = self._store.digest()
            kept = self._store.stream_digests(list(self._streams))
        if digest != self._digest or kept != self._streams:
            checkpoints = self._store.checkpoints()
            self._chain_breaks(self._position, checkpoints)

    def _compare_rewritten(self) -> None:
        for position, form in self._rewritten.items():
            if self._told.get(position) != form:
                reason = "it was written anew, and no redaction tells of it"
                self._problems.append(Problem(position, reason))
