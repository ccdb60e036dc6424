"""The counter: rating tablet and keypad."""
