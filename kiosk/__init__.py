"""The software of a Vietnamese one-stop office: lobby, counters, board, hub and what they need."""

__version__ = "0.1.0"
