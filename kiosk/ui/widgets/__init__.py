"""Our own small widget set on Kivy."""
