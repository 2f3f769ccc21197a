"""Deliveries: receivers that fail in many ways, each by itself, and from its own checkpoint."""

from __future__ import annotations

import errno
import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Event, Thread
from typing import Any, BinaryIO

import pytest
from msgspec.structs import replace

from comity import MeasureImposed
from comity.adapters.watch.alert import Alert, alert_id
from comity.adapters.watch.delivering import (
    LONGEST_PAUSE,
    DeliveryFailed,
    Receiver,
    Worker,
    pause_after,
)
from comity.adapters.watch.files_and_lines import FeedReceiver, LineReceiver
from comity.adapters.watch.following import follow, look_once
from comity.adapters.watch.reading import plan_of
from comity.adapters.watch.state_file import StateFile, Waiting
from comity.adapters.watch.watched import FeedFile, Lines, Webhook
from comity.adapters.watch.watcher import Watcher
from comity.adapters.watch.webhook import WebhookReceiver
from comity.domain.errors import StoreError
from tests.atom_rules import entries_of
from tests.effort import PATIENCE
from tests.receiver import SECRET, Hooks, receiving, status
from tests.recording import meeting
from tests.unit.given import NOW, Clock, given

SAID = "Meeting held"


@pytest.fixture
def state(tmp_path: Path) -> Iterator[StateFile]:
    state = StateFile(tmp_path / "watch.state")
    yield state
    state.close()


ALERT = Alert(
    id=alert_id("test"), type="event.recorded", watch="w", says=SAID, relationships=("PAK-RUS",),
    day="2024-06-01", position=1, told_at=NOW, about={"note": "\x1b]0;x\x07 é"},
)  # fmt: skip


def tell(state: StateFile, *numbers: int) -> list[str]:
    ids = [alert_id("test", number) for number in numbers]
    with state.changing():
        for id in ids:
            state.tell(replace(ALERT, id=id))
    return ids


def webhook(hooks: Hooks, **fields: Any) -> Webhook:
    told = {"to": "webhook", "name": "hook", "url": hooks.url, "secret": SECRET}
    return Webhook.model_validate(told | fields)


class Run:
    """A worker that delivers to one receiver, with what it said."""

    def __init__(self, state: StateFile, receiver: Receiver, *, once: bool = False) -> None:
        self.said = list[str]()
        self.worker = Worker(receiver, state, self.said.append, once=once, first_pause=0.01)
        self.worker.start()

    def end(self) -> list[str]:
        self.worker.join(PATIENCE)
        assert not self.worker.is_alive()
        assert self.worker.error is None
        return self.said


def run_once(state: StateFile, receiver: Receiver) -> list[str]:
    return Run(state, receiver, once=True).end()


def hook_of(hooks: Hooks, **options: Any) -> WebhookReceiver:
    return WebhookReceiver(webhook(hooks), Clock(), **options)


# Webhooks


def test_each_alert_is_posted_once_in_order_and_signed(state: StateFile) -> None:
    with receiving() as hooks:
        state.begin_deliveries(["hook"])
        ids = tell(state, 1, 2, 3)
        assert run_once(state, hook_of(hooks)) == []
        assert run_once(state, hook_of(hooks)) == []
        assert hooks.ids == ids
        assert hooks.are_signed == [True] * 3
        body, headers = hooks.bodies[0], hooks.headers[0]
        assert (body["type"], body["data"]["says"]) == ("event.recorded", SAID)
        assert headers["webhook-timestamp"] == str(int(NOW.timestamp()))
        assert headers["content-type"] == "application/json"


@pytest.mark.parametrize("code", [500, 503, 400, 404, 429, 302, 307, 304])
def test_a_failure_is_tried_again_and_said_once(state: StateFile, code: int) -> None:
    with receiving(*[status(code)] * 3) as hooks:
        state.begin_deliveries(["hook"])
        [id] = tell(state, 1)
        said = run_once(state, hook_of(hooks))
        assert hooks.ids == [id] * 4
        assert [line.partition(": ")[0] for line in said] == ["hook", "hook"]
        assert str(code) in said[0]
        assert SECRET not in "".join(said)


def test_a_redirect_is_not_followed(state: StateFile) -> None:
    with receiving() as other, receiving(otherwise=status(307, location=other.url)) as hooks:
        state.begin_deliveries(["hook"])
        tell(state, 1)
        [line] = run_once(state, hook_of(hooks))
        assert "redirects are not followed" in line
        assert (len(hooks.ids), other.ids) == (4, [])
        assert state.count_waiting("hook", ()) == 1


def test_a_receiver_that_is_gone_is_left_alone(state: StateFile) -> None:
    with receiving(otherwise=status(410)) as hooks:
        state.begin_deliveries(["hook"])
        tell(state, 1, 2)
        [line] = Run(state, hook_of(hooks)).end()
        assert "410" in line
        assert len(hooks.ids) == 1


def _hangs(request: BaseHTTPRequestHandler) -> None:
    Event().wait(4)


def _drips(request: BaseHTTPRequestHandler) -> None:
    for _ in range(80):
        request.wfile.write(b"H")
        request.wfile.flush()
        Event().wait(0.05)


def _floods(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("content-length", str(10**12))
    request.end_headers()
    while True:
        request.wfile.write(bytes(100_000))


def _babbles(request: BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"\xff\x00 this is no HTTP\r\n\r\n")


def _floods_headers(request: BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 1_000_000)


@pytest.mark.parametrize("answer", [_hangs, _drips, _babbles, _floods_headers])
def test_an_answer_that_is_none_is_a_failure(
    state: StateFile, answer: Callable[[BaseHTTPRequestHandler], None]
) -> None:
    with receiving(answer) as hooks:
        state.begin_deliveries(["hook"])
        [id] = tell(state, 1)
        run = Run(state, hook_of(hooks, patience=1))  # a slow machine may need more attempts
        hooks.wait_for(2)
        while state.count_waiting("hook", ()):
            run.worker.join(0.05)
        run.worker.stop()
        assert "delivered again" in run.end()[-1]
        assert set(hooks.ids) == {id}


def test_a_body_without_end_is_not_read(state: StateFile) -> None:
    with receiving(otherwise=_floods) as hooks:
        state.begin_deliveries(["hook"])
        tell(state, 1, 2)
        assert run_once(state, hook_of(hooks)) == []
        assert len(hooks.ids) == 2


def test_a_receiver_that_is_down_gets_everything_when_it_is_back(state: StateFile) -> None:
    with receiving() as hooks:
        url, port = hooks.url, hooks.server.server_port
    state.begin_deliveries(["hook"])
    down = Webhook.model_validate({"to": "webhook", "name": "hook", "url": url, "secret": SECRET})
    ids = tell(state, 1, 2)
    [line] = run_once(state, WebhookReceiver(down, Clock()))
    assert "2 waiting" in line
    assert port > 0
    ids += tell(state, 3)
    with receiving() as back:
        run_once(state, hook_of(back))
        assert back.ids == ids


def test_what_is_for_others_is_not_kept(state: StateFile) -> None:
    output = io.BytesIO()
    lines = {"to": "stdout", "name": "lines", "watches": ["another"]}
    state.begin_deliveries(["lines"])
    tell(state, *range(1_200))
    run_once(state, LineReceiver(Lines.model_validate(lines), output))
    assert output.getvalue() == b""
    assert len(state.newest((), 10_000)) == 1_000


def test_others_are_served_while_one_fails(state: StateFile) -> None:
    output = io.BytesIO()
    lines = LineReceiver(Lines.model_validate({"to": "stdout", "name": "lines"}), output)
    with receiving(otherwise=_hangs) as hooks:
        state.begin_deliveries(["hook", "lines"])
        hanging = Run(state, hook_of(hooks, patience=60))
        ids = tell(state, 1, 2, 3)
        hanging.worker.wake()
        hooks.wait_for(1)
        assert run_once(state, lines) == []
        assert [json.loads(line)["id"] for line in output.getvalue().splitlines()] == ids
        hanging.worker.stop()
        hanging.end()
    assert state.count_waiting("hook", ()) == 3


def test_pauses_grow_and_a_receiver_may_ask_for_longer_ones() -> None:
    for failures in range(1, 40):
        middle = min(2.0 ** (failures - 1), LONGEST_PAUSE)
        assert 0.79 * middle < pause_after(failures) < 1.21 * middle
        assert pause_after(failures, 1e9) > 0.79 * LONGEST_PAUSE
    assert pause_after(1, 1e9) < 1.21 * LONGEST_PAUSE


def test_what_a_receiver_asks_for_is_read() -> None:
    with receiving(status(503, retry_after="7"), status(429, retry_after="soon")) as hooks:
        receiver, alert = hook_of(hooks), Waiting(1, ALERT)
        for asked in (7, 0):
            with pytest.raises(DeliveryFailed) as raised:
                receiver.deliver([alert], Event())
            assert raised.value.pause == asked


# Lines and feeds


class _Output(io.BytesIO):
    def __init__(self, error: OSError, times: int) -> None:
        super().__init__()
        self.error, self.times = error, times

    def flush(self) -> None:
        if self.times:
            self.times -= 1
            raise self.error


def _lines(output: BinaryIO) -> LineReceiver:
    return LineReceiver(Lines.model_validate({"to": "stdout", "name": "lines"}), output)


def test_a_line_is_safe_on_a_terminal(state: StateFile) -> None:
    state.begin_deliveries(["lines"])
    tell(state, 1)
    output = io.BytesIO()
    run_once(state, _lines(output))
    assert b"\x1b" not in output.getvalue()
    assert json.loads(output.getvalue())["about"] == {"note": "\x1b]0;x\x07 é"}


def test_an_output_that_was_closed_ends_its_delivery(state: StateFile) -> None:
    state.begin_deliveries(["lines"])
    tell(state, 1)
    closed = _Output(BrokenPipeError(), 1)
    assert len(Run(state, _lines(closed)).end()) == 1
    assert state.count_waiting("lines", ()) == 1


def _feed(path: Path, state: StateFile, **fields: Any) -> FeedReceiver:
    told = {"to": "feed", "name": "feed", "file": str(path)}
    return FeedReceiver(FeedFile.model_validate(told | fields), state)


def test_a_feed_holds_the_newest_alerts(state: StateFile, tmp_path: Path) -> None:
    path = tmp_path / "alerts.atom"
    state.begin_deliveries(["feed"])
    ids = tell(state, *range(30))
    run_once(state, _feed(path, state, entries=20))
    entries = entries_of(path.read_bytes())
    assert [entry["id"].removeprefix("urn:uuid:").replace("-", "") for entry in entries] == (
        ids[:9:-1]
    )
    assert [path.name for path in tmp_path.iterdir() if "part" in path.name] == []


def test_a_full_disk_leaves_the_feed_as_it_was_and_is_tried_again(
    state: StateFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "alerts.atom"
    state.begin_deliveries(["feed"])
    tell(state, 1)
    run_once(state, _feed(path, state))
    before = path.read_bytes()
    tell(state, 2)
    receiver = _feed(path, state)
    monkeypatch.setattr("os.fsync", _full)
    [line] = run_once(state, receiver)
    assert "No space left" in line
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir() if each.suffix == ".part"] == []
    monkeypatch.undo()
    run_once(state, receiver)
    assert len(entries_of(path.read_bytes())) == 2


def _full(_descriptor: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


# At work


def test_it_follows_the_log_and_the_day(tmp_path: Path) -> None:
    output, stop = io.BytesIO(), Event()
    clock = Clock(datetime(2024, 6, 1, 23, tzinfo=UTC))
    ban = MeasureImposed(measure="ban", by="RUS", on="PAK", when="2024-01-01", expires="2024-06-12")
    with given(ban) as engine:
        plan = plan_of({"watch": [{"tell": "event"}, {"tell": "expiry", "days": 10}]})
        state = StateFile(tmp_path / "watch.state")
        watcher = Watcher(engine, plan, state, clock)
        looked = watcher.begin()
        state.begin_deliveries(["lines"])
        worker = Worker(_lines(output), state, lambda line: None)
        thread = Thread(
            target=follow,
            args=(engine, watcher, [worker], stop, looked.told), kwargs={"most_wait": 0.1},
        )  # fmt: skip
        thread.start()
        for number in range(4):
            if number < 3:
                engine.append(meeting(f"m{number}"))
            else:
                clock.now = datetime(2024, 6, 2, tzinfo=UTC)
            for _ in range(PATIENCE * 20):
                if output.getvalue().count(b"\n") > number:
                    break
                stop.wait(0.05)
        stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()
        state.close()
    told = [json.loads(line)["about"] for line in output.getvalue().splitlines()]
    assert [about.get("meeting") or about["ends"] for about in told] == [
        "m0", "m1", "m2", "2024-06-12",
    ]  # fmt: skip


def test_a_state_that_cannot_be_written_ends_the_watch(tmp_path: Path) -> None:
    with given() as engine:
        state = StateFile(tmp_path / "watch.state")
        watcher = Watcher(engine, plan_of({"watch": [{"tell": "event"}]}), state, Clock())
        watcher.begin()
        state.begin_deliveries(["lines"])
        engine.append(meeting("m"))
        watcher.look()
        worker = Worker(_lines(io.BytesIO()), state, lambda line: None, once=True)
        state.close()
        worker.run()
        assert isinstance(worker.error, StoreError)
        with pytest.raises(StoreError, match="the state of the watch"):
            look_once(watcher, [worker], Event())
