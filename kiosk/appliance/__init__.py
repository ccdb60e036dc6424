"""The box itself: provisioning, health, updates, doctor. Comes with its own issue."""
