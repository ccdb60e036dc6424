"""A whole office in one command, and the conductor of simulated time."""
