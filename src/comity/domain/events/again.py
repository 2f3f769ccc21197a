"""Kinds that can come true again, although version 0.1 took them for happening only once.

What version 0.1 recorded of them holds the subject's own id as `happening`. An id follows from the
content, so theirs follows from content with that happening still; what the log holds keeps its id.
docs/decisions/0014-old-events.md says why.
"""

from __future__ import annotations

from typing import ClassVar

from msgspec.structs import force_setattr

from comity.domain.events.base import Event, canonical


class ComesTrueAgain(Event, frozen=True, kw_only=True):
    """Leaves out a happening that only repeats the id of the subject."""

    formerly_once: ClassVar[tuple[str, ...]] = ()
    """The fields from which version 0.1 made the happening."""

    def __post_init__(self) -> None:
        """Drop the happening of version 0.1; msgspec calls this when it decodes, too."""
        if self.happening and self.happening == self._former_happening():
            force_setattr(self, "happening", "")

    def was_validated(self, content: bytes) -> bool:
        """Whether the id is the one that `validate` derives; as for every event."""
        return super().was_validated(content if self.happening else self._content())

    def _content(self) -> bytes:
        if self.happening:
            self.__post_init__()  # its names may have been normalized since
        if self.happening:
            return canonical(self)
        force_setattr(self, "happening", self._former_happening())
        try:
            return canonical(self)
        finally:
            force_setattr(self, "happening", "")

    def _former_happening(self) -> str:
        return "/".join([str(getattr(self, field)) for field in self.formerly_once])
