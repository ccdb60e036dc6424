"""Server-rendered pages of the office hub: leader, officer console, citizen on the phone."""

from kiosk.hub.web.app import make_app, new_setup_code, serve

__all__ = ["make_app", "new_setup_code", "serve"]
