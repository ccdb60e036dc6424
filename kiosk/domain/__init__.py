"""The rules of the office. Pure: no I/O, no clock, no threads, no logging; moments and randomness come in as arguments."""
