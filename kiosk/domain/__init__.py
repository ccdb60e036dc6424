"""The rules of the office. Pure: no I/O, no clock, no threads, no logging; moments come in as arguments."""
