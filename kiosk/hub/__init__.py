"""The office's server: ledger, queue desk, ingest, web."""
