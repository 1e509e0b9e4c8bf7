"""The live stream: one light process that tells open pages "fetch again" (server-sent events).

It holds one database connection that listens, knows no session and sees no data: a page brings
a signed ticket and hears the topics of its tenant. If the stream is away, pages poll.
"""

import asyncio
import logging
import os
from collections import defaultdict
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
from django.conf import settings
from django.db import connection

from osler.foundation.jobs.live import CHANNEL, organization_of

log = logging.getLogger(__name__)
MOST_LISTENERS = 2000
UNANSWERABLE = (
    ConnectionError,
    TimeoutError,
    ValueError,
    IndexError,
    asyncio.IncompleteReadError,
    asyncio.LimitOverrunError,
)
"""What becomes of requests that end early, never end, or are none."""
HEARTBEAT_SECONDS = 20
RECONNECT_SECONDS = 1

Listeners = dict[str, set[asyncio.Queue[str]]]


class Stream:
    """Passes notifications of the database on to the pages that listen."""

    def __init__(self) -> None:
        self.listeners: Listeners = defaultdict(set)

    async def listen(self) -> None:
        """Hear the database for ever; after a broken connection, everybody fetches again."""
        while True:
            try:
                await self._listen_once()
            except psycopg.Error as error:
                log.warning("live stream lost the database: %s", type(error).__name__)
                await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen_once(self) -> None:
        parameters: dict[str, Any] = connection.get_connection_params()
        for key in ("cursor_factory", "context", "prepare_threshold"):
            parameters.pop(key, None)
        async with await psycopg.AsyncConnection.connect(**parameters, autocommit=True) as database:
            await database.execute(f"LISTEN {CHANNEL}")
            for organization in list(self.listeners):
                self.pass_on("*", organization)
            async for notification in database.notifies():
                topic, _, organization = notification.payload.partition(":")
                self.pass_on(topic, organization)

    def pass_on(self, topic: str, organization: str) -> None:
        """Put the topic into the queue of each listening page; a full queue needs no more."""
        for queue in self.listeners.get(organization, ()):
            if not queue.full():
                queue.put_nowait(topic)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one HTTP request."""
        try:
            organization = await self._read_request(reader)
            if organization is None:
                writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            elif sum(map(len, self.listeners.values())) >= MOST_LISTENERS:
                writer.write(b"HTTP/1.1 503 Busy\r\nRetry-After: 30\r\nContent-Length: 0\r\n\r\n")
            else:
                await self._send_events(writer, organization)
            await writer.drain()
        except UNANSWERABLE:
            pass
        finally:
            writer.close()

    async def _read_request(self, reader: asyncio.StreamReader) -> str | None:
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), timeout=5)
        target = head.split(b" ", 2)[1].decode("ascii", "replace")
        tickets = parse_qs(urlsplit(target).query).get("ticket", [""])
        return organization_of(tickets[0])

    async def _send_events(self, writer: asyncio.StreamWriter, organization: str) -> None:
        origin = settings.CSRF_TRUSTED_ORIGINS[0] if settings.CSRF_TRUSTED_ORIGINS else "*"
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
            b"X-Accel-Buffering: no\r\nConnection: close\r\nAccess-Control-Allow-Origin: "
            + origin.encode()
            + b"\r\n\r\nretry: 2000\n\n"
        )
        queue: asyncio.Queue[str] = asyncio.Queue(maxsize=16)
        self.listeners[organization].add(queue)
        try:
            while not writer.is_closing():
                await writer.drain()
                try:
                    topic = await asyncio.wait_for(queue.get(), timeout=HEARTBEAT_SECONDS)
                except TimeoutError:
                    writer.write(b": still here\n\n")
                else:
                    writer.write(f"event: {topic}\ndata: changed\n\n".encode())
        finally:
            self.listeners[organization].discard(queue)
            if not self.listeners[organization]:
                del self.listeners[organization]


async def run(host: str, port: int) -> None:
    """Serve until stopped."""
    stream = Stream()
    server = await asyncio.start_server(stream.serve, host, port, limit=16_384)
    async with server:
        await asyncio.gather(stream.listen(), server.serve_forever())


def main() -> None:
    """Entry point of the process that `osler serve` starts."""
    host, port = os.environ.get("OSLER_HOST", "127.0.0.1"), settings.LIVE_PORT
    asyncio.run(run(host, port))
