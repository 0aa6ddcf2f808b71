"""Connect to Kafka: options of aiokafka's clients, Faust's credentials, and an error that says what to do if no broker answers."""

import asyncio
import contextlib
import logging
import ssl
from collections.abc import AsyncIterator, Coroutine
from typing import Any

import faust
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaConnectionError, KafkaError

from agents.errors import NotReachable
from agents.kafka.compat.admin import RetryingAdminClient
from agents.kafka.compat.leaked import is_leaked_cancellation
from agents.settings import Settings, SettingsError

log = logging.getLogger(__name__)

REACH_TIMEOUT_S = 10
STOP_TIMEOUT_S = 3
# aiokafka knows only the brokers of its last metadata, and does not return to the bootstrap addresses: it must notice new brokers
# before a rolling replacement has taken the last of the old ones away.
METADATA_MAX_AGE_MS = 60_000


def client_options(settings: Settings) -> dict[str, Any]:
    """Return the keyword arguments that every aiokafka client takes."""
    options: dict[str, Any] = {
        "bootstrap_servers": settings.bootstrap,
        "security_protocol": settings.security,
        "metadata_max_age_ms": METADATA_MAX_AGE_MS,
    }
    if settings.security.endswith("SSL"):
        options["ssl_context"] = _ssl_context(settings)
    if settings.security.startswith("SASL"):
        options |= {
            "sasl_mechanism": settings.sasl_mechanism,
            "sasl_plain_username": settings.sasl_username,
            "sasl_plain_password": settings.sasl_password,
        }
    return options


def faust_credentials(settings: Settings) -> faust.SASLCredentials | faust.SSLCredentials | None:
    """Return the credentials and TLS settings for Faust's own clients; None for plain text."""
    context = _ssl_context(settings) if settings.security.endswith("SSL") else None
    if settings.security.startswith("SASL"):
        return faust.SASLCredentials(
            username=settings.sasl_username, password=settings.sasl_password, mechanism=settings.sasl_mechanism, ssl_context=context
        )
    return faust.SSLCredentials(context) if context is not None else None


@contextlib.asynccontextmanager
async def admin(settings: Settings) -> AsyncIterator[AIOKafkaAdminClient]:
    """Yield a connected admin client, which asks another broker where one does not answer.

    Raises:
        NotReachable: no broker answers within 10 seconds.
    """
    client = RetryingAdminClient(**client_options(settings), request_timeout_ms=REACH_TIMEOUT_S * 1000)
    try:
        await asyncio.wait_for(client.start(), REACH_TIMEOUT_S)
    except (TimeoutError, KafkaError, OSError) as error:
        await stop_within(client.close())
        raise NotReachable(_advice(settings, error)) from error
    try:
        yield client
    except (KafkaConnectionError, asyncio.CancelledError) as error:
        if isinstance(error, asyncio.CancelledError) and not is_leaked_cancellation(error):
            raise
        raise NotReachable(_advice(settings, error)) from error
    finally:
        await stop_within(client.close())


async def stop_within(stopping: Coroutine[Any, Any, object], limit_s: float = STOP_TIMEOUT_S) -> None:
    """Close a client, and stop waiting after `limit_s`: over TLS a close can wait 30 s for the broker's close_notify."""
    try:
        async with asyncio.timeout(limit_s):  # `wait_for` of Python 3.11 swallows a cancellation that comes as the close ends
            await stopping
    except TimeoutError:
        log.warning("a connection to Kafka did not close within %s s", limit_s)


def _advice(settings: Settings, error: BaseException) -> str:
    # Without a listener aiokafka's text only repeats that, with the internals of an address.
    reason = "" if isinstance(error, KafkaConnectionError) else f": {str(error) or type(error).__name__}"
    secured = "" if settings.security == "PLAINTEXT" else " Or the broker refuses this security protocol or these credentials."
    return (
        f"no Kafka answers at {settings.bootstrap} ({settings.security}){reason}\n"
        f"Start one with `newsmill kafka`, or name another with NEWS_BROKERS=host:port.{secured}"
    )


def _ssl_context(settings: Settings) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=settings.tls_ca or None)
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(f"NEWS_TLS_CA={settings.tls_ca!r}: no PEM file of certificates: {error}") from error
    if settings.tls_cert:
        try:
            context.load_cert_chain(settings.tls_cert, settings.tls_key or None)
        except (OSError, ssl.SSLError) as error:
            named = f"NEWS_TLS_CERT={settings.tls_cert!r} NEWS_TLS_KEY={settings.tls_key!r}"
            raise SettingsError(f"{named}: no PEM files of a certificate and its key: {error}") from error
    return context
