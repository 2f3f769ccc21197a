"""Deliveries to a file and to the standard output."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import BinaryIO
from uuid import UUID

from comity.adapters.interchange.encode import as_json
from comity.adapters.interchange.exporters.atom import Entry, Feed, atom, tag
from comity.adapters.interchange.whole_files import replacing
from comity.adapters.watch.alert import Alert
from comity.adapters.watch.delivering import DeliveryFailed, DeliveryOver
from comity.adapters.watch.state_file import StateFile, Waiting
from comity.adapters.watch.watched import FeedFile, Lines


class LineReceiver:
    """Writes each alert as a line of JSON."""

    at_once = 1

    def __init__(self, lines: Lines, output: BinaryIO) -> None:
        self.name, self.watches, self._output = lines.name, lines.watches, output

    def deliver(self, waiting: Sequence[Waiting], stop: Event) -> None:
        """Write the alerts."""
        try:
            for each in waiting:
                self._output.write(f"{as_json(each.alert)}\n".encode(errors="backslashreplace"))
            self._output.flush()
        except BrokenPipeError:
            raise DeliveryOver("whoever read the output has read enough") from None
        except OSError as error:
            raise DeliveryFailed(error.strerror or str(error)) from None


class FeedReceiver:
    """Writes the newest alerts as a feed of Atom, whole or not at all."""

    at_once = 1_000

    def __init__(self, feed: FeedFile, state: StateFile) -> None:
        self.name, self.watches, self._feed, self._state = feed.name, feed.watches, feed, state

    def deliver(self, waiting: Sequence[Waiting], stop: Event) -> None:
        """Write the feed anew."""
        self.write()

    def begin(self) -> None:
        """Write the feed if there is none; a failure is said once there is something to tell."""
        if not Path(self._feed.file).exists():
            with suppress(DeliveryFailed):
                self.write()

    def write(self) -> None:
        """Write the feed; raises `DeliveryFailed`, and then the file is what it was."""
        alerts = self._state.newest(self.watches, self._feed.entries)
        content = atom(
            Feed(tag("alerts", self._feed.title), self._feed.title, tuple(map(entry_of, alerts)))
        )
        try:
            with replacing(Path(self._feed.file)) as file:
                file.write(content)
        except OSError as error:
            reason = error.strerror or str(error)
            raise DeliveryFailed(f"cannot write {self._feed.file!r}: {reason}") from None


def entry_of(alert: Alert) -> Entry:
    """The entry of an alert."""
    return Entry(
        UUID(alert.id).urn,
        alert.says,
        alert.told_at,
        "\n".join([alert.says, f"{alert.type}, {alert.day}, watch: {alert.watch}"]),
        terms=(alert.type, *alert.relationships),
    )
