"""What goes out of the ledger page by page: the hub's own decisions to the journal, and what is forgotten for good.

The writing functions expect to be called inside `Outbox.transaction()`, or on a ledger that nobody else has open.
"""

import sqlite3
from collections.abc import Collection
from datetime import date
from typing import Any

import msgspec

from kiosk.domain import events
from kiosk.domain.envelope import Envelope, event_of
from kiosk.domain.written import WORDS, without

AT_ONCE = 500
"""Rows of one step, so that no call waits."""
Row = tuple[Any, ...]
"""A row as SQLite gives it: texts, numbers, bytes."""


class Place(msgspec.Struct, frozen=True):
    """How far the ledger was read."""

    received: int = 0
    audit: int = 0
    issued: str = ""
    """Moment of the newest right to rate."""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Some of what the hub decided: rows as they stand in the ledger's tables."""

    events: tuple[Row, ...] = ()
    tokens: tuple[Row, ...] = ()
    ratings: tuple[Row, ...] = ()
    audits: tuple[Row, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was decided."""
        return not (self.events or self.tokens or self.ratings or self.audits)


def place_of(connection: sqlite3.Connection) -> Place:
    """Return the end of the ledger."""
    row = connection.execute(
        "SELECT (SELECT coalesce(max(received), 0) FROM events), (SELECT coalesce(max(id), 0) FROM audits), "
        "(SELECT coalesce(max(issued), '') FROM tokens)"
    ).fetchone()
    return Place(*row)


def page_after(connection: sqlite3.Connection, place: Place, source: str) -> tuple[Page, Place]:
    """Return what the hub decided after a place, and where that ends.

    Args:
        connection: the ledger's.
        source: of the hub's own events; those of devices come back from the devices.
    """
    rows = connection.execute(
        "SELECT stream, sequence, type, source, ticket, day, at, fault, envelope, received FROM events "
        "WHERE received > ? ORDER BY received LIMIT ?",
        (place.received, AT_ONCE),
    ).fetchall()
    own = tuple(row[:-1] for row in rows if row[3] == source)
    tokens = connection.execute(
        "SELECT hash, ticket, service, number, counter, officer, officer_name, issued, used FROM tokens "
        "WHERE issued > ? ORDER BY issued",
        (place.issued,),
    ).fetchall()
    ratings = [
        rating
        for stream, sequence, kind, _, ticket, *_ in own
        if kind == events.RatingGiven.TYPE
        for rating in connection.execute(
            "SELECT ticket, service, score, counter, officer, offline, way, day, at, event FROM ratings "
            "WHERE ticket = ? AND event = ?",
            (ticket, f"{stream}-{sequence}"),
        )
    ]
    audits = connection.execute(
        "SELECT id, at, counter, ticket, record FROM audits WHERE id > ? ORDER BY id LIMIT ?", (place.audit, AT_ONCE)
    ).fetchall()
    end = Place(
        rows[-1][-1] if rows else place.received,
        audits[-1][0] if audits else place.audit,
        tokens[-1][7] if tokens else place.issued,
    )
    return Page(events=own, tokens=tuple(tokens), ratings=tuple(ratings), audits=tuple(audits)), end


def put_page(connection: sqlite3.Connection, page: Page) -> int:
    """Put a page of the journal into a ledger that lacks it; return how many events were new."""
    added = 0
    for row in page.events:
        added += connection.execute(
            "INSERT INTO events (stream, sequence, type, source, ticket, day, at, fault, envelope, received) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT coalesce(max(received), 0) + 1 FROM events)) "
            "ON CONFLICT DO NOTHING",
            row,
        ).rowcount
    connection.executemany(
        "INSERT INTO tokens (hash, ticket, service, number, counter, officer, officer_name, issued, used) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        page.tokens,
    )
    connection.executemany(
        "INSERT INTO ratings (ticket, service, score, counter, officer, offline, way, day, at, event) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        page.ratings,
    )
    connection.executemany(
        "INSERT INTO audits (id, at, counter, ticket, record) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        page.audits,
    )
    return added


def forget_words(connection: sqlite3.Connection, before: date, since: str, open_petitions: Collection[str]) -> int:
    """Blank what citizens wrote on days before `before`; return how many events were changed.

    Args:
        connection: the ledger's.
        before: the first day of which everything is still kept.
        since: the day (ISO) up to which ratings and surveys were already gone through.
        open_petitions: letters that nobody answered yet keep their text.
    """
    rows = connection.execute(
        "SELECT stream, sequence, envelope FROM events "
        "WHERE type IN ('rating.given', 'survey.answered') AND day >= ? AND day < ? "
        "UNION ALL SELECT stream, sequence, envelope FROM events WHERE type GLOB 'petition.*' AND day < ?",
        (since, before.isoformat(), before.isoformat()),
    ).fetchall()
    changed = 0
    for stream, sequence, raw in rows:
        envelope = msgspec.json.decode(raw, type=Envelope)
        event = _readable(envelope)
        if event is None or getattr(event, "petition", None) in open_petitions:
            continue
        left = without(event, WORDS.get(type(event), ()))
        if left is event:
            continue
        data = msgspec.Raw(msgspec.json.encode(left))
        connection.execute(
            "UPDATE events SET envelope = ? WHERE stream = ? AND sequence = ?",
            (msgspec.json.encode(msgspec.structs.replace(envelope, data=data)), stream, sequence),
        )
        changed += 1
    return changed


def forget_events(connection: sqlite3.Connection, before: date) -> int:
    """Delete some of what is older than a day; return how many rows went (0: nothing is left to do)."""
    day = before.isoformat()
    gone = 0
    for table, column in (("events", "day"), ("audits", "at")):
        gone += connection.execute(
            f"DELETE FROM {table} WHERE rowid IN (SELECT rowid FROM {table} WHERE {column} < ? LIMIT ?)", (day, AT_ONCE)
        ).rowcount
    for table, key, column in (("ratings", "ticket", "day"), ("tokens", "hash", "issued")):
        gone += connection.execute(
            f"DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table} WHERE {column} < ? LIMIT ?)", (day, AT_ONCE)
        ).rowcount
    return gone


def _readable(envelope: Envelope) -> events.Event | None:
    try:
        return event_of(envelope)
    except (msgspec.DecodeError, RecursionError):
        return None
