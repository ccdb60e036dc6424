"""Screens of the counter: draw a frozen view, emit intents."""
