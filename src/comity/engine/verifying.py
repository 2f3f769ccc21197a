"""Verification: reads a whole log and compares it with its chains, and the index with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from comity.domain import codec
from comity.domain.errors import StoreDamaged, StoreReadOnly
from comity.domain.events import RecordRedacted
from comity.domain.integrity import START, chained, form_of, is_redacted, place_of
from comity.ports import IndexCheck, LogStore, SealedPage
from comity.query import Progress

_NAMED = 5
"""How many relationships a problem names."""


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


class AnotherDigest(Problem, frozen=True):
    """The log is not that of the digest given; in itself it may be whole."""


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


def silent(done: int) -> None:
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


class Verifier:
    """One verification of a store."""

    def __init__(
        self, store: LogStore, wanted: Digest | None, progress: Progress | None = None
    ) -> None:
        self._store, self._wanted, self._progress = store, wanted, progress or silent
        self._position, self._digest = 0, START
        self._streams: dict[str, bytes] = {}
        self._problems: list[Problem] = []
        self._broken: tuple[int, int] | None = None
        """The first positions between which the chain is not that which was kept."""
        self._differing: list[str] = []
        self._differs_at = 0
        """The position of the digest given, if the log differs from it there."""
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
        self._compare_chain()
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
        wanted = self._wanted
        if (
            wanted is not None
            and first <= wanted.position <= self._position
            and digests[wanted.position - first].hex() != wanted.digest
        ):
            self._differs_at = wanted.position

    def _chain_breaks(self, position: int, checkpoints: Mapping[int, bytes]) -> None:
        if self._broken is None:
            first = max((at for at in checkpoints if at < position), default=0) + 1
            self._broken = first, position

    def _compare_chain(self) -> None:
        if self._broken is not None:
            first, last = self._broken
            streams = f"of {_listed(self._differing)} " if self._differing else ""
            reason = f"one of the events {streams}up to position {last} is not what was chained"
            self._problems.append(Problem(first, reason))
        elif self._differs_at:
            reason = f"the log up to position {self._differs_at} differs from the digest given"
            self._problems.append(AnotherDigest(1, reason))

    def _compare_length(self) -> None:
        if self._wanted is not None and self._wanted.position > self._position:
            reason = f"the digest given is of position {self._wanted.position}, which is not there"
            self._problems.append(AnotherDigest(self._position + 1, reason))

    def _compare_ends(self) -> None:
        """Compare the digests at the ends with those that the store keeps."""
        with self._store.reading():
            if self._store.head().position != self._position:
                return  # others have gone on recording
            digest = self._store.digest()
            kept = self._store.stream_digests(list(self._streams))
        self._differing = sorted(n for n, own in self._streams.items() if kept.get(n) != own)
        if digest != self._digest or self._differing:
            self._chain_breaks(self._position, self._store.checkpoints())

    def _compare_rewritten(self) -> None:
        for position, form in self._rewritten.items():
            if self._told.get(position) != form:
                reason = "it was written anew, and no redaction tells of it"
                self._problems.append(Problem(position, reason))


def _listed(names: Sequence[str]) -> str:
    """Some names, and how many more there are."""
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"
