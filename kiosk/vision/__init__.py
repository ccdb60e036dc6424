"""Face expression at the counter, in a process of its own. Its models and service come with their own issue."""
