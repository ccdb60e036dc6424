"""Tells open pages that something changed: server-sent events with nothing but the new revision.

The page then fetches its live part, which the server draws again; no data and no markup travels in the stream.
"""

import asyncio
from collections.abc import AsyncIterator

from kiosk.domain.snapshot import Snapshot

MOST_LISTENERS = 400
"""Open streams at once; later pages work without (they are fetched again by hand)."""
HEARTBEAT_S = 20.0
"""A comment now and then, so that phones and proxies do not think the stream is dead."""


class Live:
    """Passes new revisions from the role's thread to the web server's loop."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._listeners: list[asyncio.Queue[int]] = []

    def bind(self, loop: asyncio.AbstractEventLoop) -> None:
        """Remember the loop on which the streams run."""
        self._loop = loop

    def tell(self, snapshot: Snapshot) -> None:
        """Pass a new revision on; called on the role's thread."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._spread, snapshot.rev)

    @property
    def is_full(self) -> bool:
        """Tell whether no more streams are opened."""
        return len(self._listeners) >= MOST_LISTENERS

    async def stream(self) -> AsyncIterator[bytes]:
        """Yield the bytes of one event stream until its page is closed."""
        queue: asyncio.Queue[int] = asyncio.Queue(maxsize=1)
        self._listeners.append(queue)
        try:
            yield b"retry: 2000\n\n"
            while True:
                try:
                    rev = await asyncio.wait_for(queue.get(), HEARTBEAT_S)
                except TimeoutError:
                    yield b": still here\n\n"
                else:
                    yield f"event: rev\ndata: {rev}\n\n".encode()
        finally:
            self._listeners.remove(queue)

    def _spread(self, rev: int) -> None:
        for queue in self._listeners:
            # a page that has not yet fetched the last change will see this one, too
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(rev)
