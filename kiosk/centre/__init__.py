"""The city's centre: events of all offices in PostgreSQL, their figures, and how their devices are."""
