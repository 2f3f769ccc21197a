"""Webhooks: a POST for each alert, signed as the Standard Webhooks specification says."""

from __future__ import annotations

import asyncio
import hmac
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from threading import Event
from typing import TYPE_CHECKING

import msgspec

from comity.adapters.interchange.optional import loaded
from comity.adapters.watch.alert import Alert
from comity.adapters.watch.delivering import DeliveryFailed, DeliveryOver
from comity.adapters.watch.state_file import Waiting
from comity.adapters.watch.watched import Webhook
from comity.ports import Clock

if TYPE_CHECKING:
    import httpx

_PATIENCE = 20.0
"""Seconds for the whole of a delivery, from the name's look-up to the answer's headers."""
_GLANCE = 0.2
_GONE = 410


class WebhookReceiver:
    """An address that takes one alert at a time.

    Of an answer only the status is read. No redirect is followed: the body and its signature go to
    the address in the file and to no other. Raises `NotInstalled` without httpx.
    """

    at_once = 1

    def __init__(self, webhook: Webhook, clock: Clock, patience: float = _PATIENCE) -> None:
        loaded("httpx", "A webhook", "web")
        self.name, self.watches = webhook.name, webhook.watches
        self._url, self._key = webhook.url, webhook.key
        self._clock, self._patience = clock, patience

    def deliver(self, waiting: Sequence[Waiting], stop: Event) -> None:
        """Send an alert; an answer of 2xx means that it is there."""
        try:
            asyncio.run(self._send(waiting[0].alert, stop))
        except OSError as error:  # no socket or thread can be made
            raise DeliveryFailed(error.strerror or str(error)) from None

    async def _send(self, alert: Alert, stop: Event) -> None:
        """Send, and give up when time is over or the worker is stopped."""
        sending = asyncio.create_task(self._post(alert))
        loop = asyncio.get_running_loop()
        end = loop.time() + self._patience
        while not sending.done() and not stop.is_set() and loop.time() < end:
            await asyncio.wait({sending}, timeout=_GLANCE)
        if not sending.done():
            sending.cancel()
            await asyncio.wait({sending})
            raise DeliveryFailed(f"no answer within {self._patience:g} s")
        sending.result()

    async def _post(self, alert: Alert) -> None:
        import httpx

        body = body_of(alert)
        headers = signed(alert.id, int(self._clock().timestamp()), body, self._key)
        try:
            async with (
                httpx.AsyncClient(follow_redirects=False, timeout=self._patience) as client,
                client.stream("POST", self._url, content=body, headers=headers) as answer,
            ):
                _judge(answer)
        except (
            httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError,
        ) as error:  # fmt: skip
            raise DeliveryFailed(str(error) or type(error).__name__) from None


def body_of(alert: Alert) -> bytes:
    """The body: the type and the moment of the alert, and the alert itself as `data`."""
    return msgspec.json.encode({"type": alert.type, "timestamp": alert.told_at, "data": alert})


def signed(id: str, timestamp: int, body: bytes, key: bytes) -> dict[str, str]:
    """The headers with the signature of a body: HMAC-SHA256 over id, timestamp and body."""
    content = f"{id}.{timestamp}.".encode() + body
    signature = b64encode(hmac.digest(key, content, sha256)).decode()
    return {
        "content-type": "application/json",
        "user-agent": "comity-watch",
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
    }


def _judge(answer: httpx.Response) -> None:
    if answer.is_success:
        return
    if answer.status_code == _GONE:
        raise DeliveryOver("the receiver answered 410, so it wants no more alerts")
    if answer.is_redirect:
        reason = f"answered {answer.status_code}; redirects are not followed, so give the new url"
        raise DeliveryFailed(reason)
    after = answer.headers.get("retry-after", "")
    raise DeliveryFailed(
        f"answered {answer.status_code}", float(after) if after.isascii() and after.isdigit() else 0
    )
