"""The city centre: figures of all offices. Its PostgreSQL ingest comes with its own issue."""
