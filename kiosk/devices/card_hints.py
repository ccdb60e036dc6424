"""The words between a card scanner and whoever shows what it asks for. Pure, and light: screens import it."""

HINTS = ("closer", "further", "flat", "tilt", "still", "too_bright", "too_dark", "other_side")
"""Every hint: nearer to the camera, away from it, parallel to it, turned a little out of the light's reflection, held
still (and so in focus), less light on the card, more light, and the side with the code towards the camera."""
