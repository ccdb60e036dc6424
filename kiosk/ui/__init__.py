"""What all screens share: tokens, widgets, keyboard, speech, the window and its mirror."""
