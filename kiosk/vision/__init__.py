"""Face expression at the counter, in a process of its own: faces, expressions, and the proof of both on pictures."""
