"""Send an event to a webhook: a POST with the event's JSON, CloudEvents headers, and a signature (standardwebhooks.com)."""

import base64
import binascii
import hashlib
import hmac
import time

import aiohttp

from agents.client.deliver import NotDelivered, Refused
from agents.client.received_event import ReceivedEvent
from agents.errors import UserError

TIMEOUT_S = 20.0
SECRET_PREFIX = "whsec_"  # noqa: S105 - the form of a secret
# A redirect is refused: a receiver that moved has a new address.
RETRIED = frozenset({408, 425, 429})


class Webhook:
    """A target of deliveries. One session, which reuses its connection; close it at the end."""

    def __init__(self, url: str, secret: str) -> None:
        """Take the receiver's address, and the secret that signs, or an empty text.

        Raises:
            UserError: an address that is none, or a secret in a broken form.
        """
        if not url.startswith(("http://", "https://")):
            raise UserError(f"--webhook {url}: an address that begins with http:// or https:// is needed")
        self._url = url
        self._key = key_of(secret)
        self._session: aiohttp.ClientSession | None = None

    async def __call__(self, event: ReceivedEvent) -> None:
        """Send the event.

        Raises:
            NotDelivered: no answer, or one that asks for another attempt.
            Refused: the receiver does not take it.
        """
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_S))
        headers = headers_of(event, self._key, int(time.time()))
        try:
            async with self._session.post(self._url, data=event.value, headers=headers, allow_redirects=False) as response:
                status, wait_s = response.status, _seconds(response.headers.get("Retry-After", ""))
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise NotDelivered(str(error) or "no answer in time") from None
        if status in RETRIED or status >= 500:
            raise NotDelivered(f"the receiver answers {status}", wait_s)
        if not 200 <= status < 300:
            raise Refused(f"the receiver answers {status}")

    async def aclose(self) -> None:
        """Close the connection."""
        if self._session is not None:
            await self._session.close()


def headers_of(event: ReceivedEvent, key: bytes, now: int) -> dict[str, str]:
    """Return the headers; an empty key signs nothing. The ids are the event's: a receiver that has seen one ignores the repetition."""
    cloud_event = {name.replace("ce_", "ce-"): text for name, text in event.headers.items() if name.startswith("ce_")}
    headers = {"Content-Type": "application/json", "Idempotency-Key": event.id, "webhook-id": event.id, "webhook-timestamp": str(now)}
    return headers | cloud_event | ({"webhook-signature": signature(key, event.id, now, event.value)} if key else {})


def signature(key: bytes, id: str, now: int, body: bytes) -> str:
    """Return the signature of id, time and body, as Standard Webhooks defines it."""
    signed = hmac.new(key, b"%s.%d.%s" % (id.encode(), now, body), hashlib.sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"


def key_of(secret: str) -> bytes:
    """Return the key of a secret: base64 behind `whsec_`, any other text as it is.

    Raises:
        UserError: no base64 behind `whsec_`.
    """
    if not secret.startswith(SECRET_PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error:
        raise UserError(f"NEWS_WEBHOOK_SECRET: behind {SECRET_PREFIX} base64 is needed") from None


def _seconds(retry_after: str) -> float:
    return float(retry_after) if retry_after.isascii() and retry_after.isdecimal() else 0.0
