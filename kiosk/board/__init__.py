"""The board in the waiting room: calls, queue, voice."""
