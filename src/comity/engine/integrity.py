"""Integrity: the part of the engine that digests, verifies and redacts the log."""

from __future__ import annotations

import re
from os import PathLike

from msgspec import Struct

from comity.domain.errors import InvalidValue, TracesLeft
from comity.domain.events import RecordRedacted
from comity.domain.recorded import recorder_name
from comity.engine.batch import Batch, Stamp
from comity.engine.parameters import address_of
from comity.engine.redaction import Rewriting
from comity.engine.verifying import Digest, Verification, Verifier, checked_digest, silent
from comity.ports import LogStore
from comity.query import Progress, QueryRunner
from comity.query.calls import writes

_DIGEST = re.compile(r"([0-9]+):([0-9a-f]{64})")


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
        self, digest: str | Digest | None = None, *, progress: Progress | None = None
    ) -> Verification:
        """Read the whole log, and compare it with its chains and with a published `digest`.

        The index and the snapshots are compared with it too; what differs is made anew. A log
        that differs is reported and left alone. A store that is read-only is left alone too.
        Raises `InvalidValue` for what is no digest.
        """
        wanted = None if digest is None else published_digest(str(digest))
        return Verifier(self._store, wanted, progress).verify()

    @writes
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
        if str(target) == ":memory:":
            raise InvalidValue("target", target, "the path of a file")
        report, last = progress or silent, self.digest().position
        copied = self._store.backup(
            address_of("target", target),
            overwrite=overwrite,
            progress=lambda part: report(round(part * last / 2)),
        )
        with copied as copy:
            return checked_digest(copy, lambda done: report((last + done) // 2))

    @writes
    def scrub(self) -> None:
        """Leave no trace of what was redacted; `redact` does so itself unless others hinder it.

        Raises `TracesLeft` if they still do.
        """
        self._store.scrub()


def published_digest(text: str) -> Digest:
    """A digest from its text. Raises `InvalidValue`."""
    found = _DIGEST.fullmatch(text.strip())
    if found is None:
        raise InvalidValue("digest", text, "a position and a digest, such as '128:3f9a…'")
    return Digest(int(found[1]), found[2])
