"""Screens of the lobby: draw a frozen view, emit intents."""
