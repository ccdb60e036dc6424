"""The box itself: the doctor. Provisioning, health and updates come with their own issue."""
