"""The tables of the ledger, as `ledger` makes them where they are missing."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    stream TEXT NOT NULL, sequence INTEGER NOT NULL, received INTEGER NOT NULL UNIQUE,
    type TEXT NOT NULL, source TEXT NOT NULL, ticket TEXT NOT NULL, day TEXT NOT NULL, at TEXT NOT NULL,
    fault TEXT NOT NULL DEFAULT '', envelope BLOB NOT NULL,
    PRIMARY KEY (stream, sequence)
);
CREATE INDEX IF NOT EXISTS events_of_day ON events (day, received);
CREATE INDEX IF NOT EXISTS events_of_ticket ON events (ticket) WHERE ticket <> '';
CREATE INDEX IF NOT EXISTS events_of_petitions ON events (received) WHERE type GLOB 'petition.*';
CREATE INDEX IF NOT EXISTS events_of_surveys ON events (day) WHERE type = 'survey.answered';
CREATE INDEX IF NOT EXISTS events_of_expression ON events (received) WHERE type = 'expr.window';
CREATE TABLE IF NOT EXISTS clashes (
    stream TEXT NOT NULL, sequence INTEGER NOT NULL, envelope BLOB NOT NULL, UNIQUE (stream, sequence, envelope)
);
CREATE TABLE IF NOT EXISTS cursors (stream TEXT PRIMARY KEY, upto INTEGER NOT NULL, source TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS gaps (
    stream TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, source TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (stream, first)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS refused (
    reason TEXT NOT NULL, source TEXT NOT NULL, count INTEGER NOT NULL, last TEXT NOT NULL, PRIMARY KEY (reason, source)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS replies (req_id TEXT PRIMARY KEY, reply BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS tokens (
    hash TEXT PRIMARY KEY, ticket TEXT NOT NULL, service INTEGER NOT NULL, number TEXT NOT NULL,
    counter INTEGER NOT NULL, officer TEXT NOT NULL, officer_name TEXT NOT NULL, issued TEXT NOT NULL, used TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tokens_of_ticket ON tokens (ticket);
CREATE TABLE IF NOT EXISTS ratings (
    ticket TEXT NOT NULL, service INTEGER NOT NULL, score INTEGER NOT NULL, counter INTEGER NOT NULL,
    officer TEXT NOT NULL, offline INTEGER NOT NULL, way TEXT NOT NULL, day TEXT NOT NULL,
    at TEXT NOT NULL, event TEXT NOT NULL,
    PRIMARY KEY (ticket, service)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ratings_of_day ON ratings (day);
CREATE TABLE IF NOT EXISTS audits (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, counter INTEGER NOT NULL, ticket TEXT NOT NULL, record BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
