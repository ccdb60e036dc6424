"""Screens of the board: draw a frozen view, emit intents."""
