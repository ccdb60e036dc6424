"""The camera on the tablet: its notice and question beside the QR code, and the light that shows while it looks."""

from kiosk.counter.screens.frame import PHONE, Drawing
from kiosk.counter.view import AllowExpression, CounterView, DeclineExpression
from kiosk.ui.tokens import CONTRAST, TOUCH_TABLET
from kiosk.ui.widgets.boxes import Column, Row
from kiosk.ui.widgets.shapes import Card, Dot, QrPicture
from kiosk.ui.widgets.text import Icon, Text
from kiosk.ui.widgets.touch import Button, TouchButton

_ICONS = {"on": "camera", "offer": "camera", "notice": "camera", "allowed": "check-circle-fill"}
_BUTTONS = {
    "offer": ("camera.allow", "camera.decline"),
    "notice": ("camera.decline",),
    "allowed": ("camera.take_back",),
    "done": ("camera.take_back",),
}
_WIDTH = {"camera.allow": 158, "camera.decline": 150, "camera.take_back": 158}


def camera_and_phone(to: Drawing, view: CounterView) -> Row:
    """Return what the camera does or asks in this visit, with the QR code beside it."""
    look, p = to.look, to.look.palette
    notice = Row(look, gap=14, pad=(24, 10, 16, 10))
    ink = p.bad if view.camera == "on" else p.primary
    notice.add(Icon(look, _ICONS.get(view.camera, "camera-slash"), 40, ink), 42)
    buttons = _BUTTONS.get(view.camera, ())
    notice.add(Text(look, to.say(f"camera.{view.camera}"), size=22, weight="semibold", lines=5), share=1)
    for key in buttons:
        intent = AllowExpression() if key == "camera.allow" else DeclineExpression()
        middle = Column(look)
        middle.space(share=1)
        middle.add(Button(look, to.does(intent), to.say(key), "outline", size=24, pad=8), TOUCH_TABLET + 4)
        middle.space(share=1)
        notice.add(middle, _WIDTH[key])
    row = Row(look, gap=16)
    row.add(Card(look, notice, edge=ink, radius=28), share=1)
    if view.link:
        code = Row(look, pad=(10, 10, 10, 10))
        code.add(QrPicture(look, view.link, pad=8, edge=p.line), share=1)
        row.add(Card(look, code, edge=p.line, radius=28), PHONE)
    return row


class CameraLight(TouchButton):
    """Shows in the identity column that the camera is on; a touch turns it off."""

    def __init__(self, to: Drawing) -> None:
        look, p = to.look, to.look.palette
        fixed = 1 / look.large  # the column is narrow
        row = Row(look, gap=12, pad=(18, 6, 14, 6))
        row.add(Dot(look, p.bad, 22), 26)
        words = Column(look, gap=2)
        words.space(share=1)
        words.add(Text(look, to.say("camera.light"), size=22 * fixed, weight="bold", colour=p.ink, lines=1))
        ink = p.ink if p is CONTRAST else p.ink2
        words.add(Text(look, to.say("camera.touch_off"), size=20 * fixed, colour=ink, lines=1))
        words.space(share=1)
        row.add(words, share=1)
        super().__init__(look, to.does(DeclineExpression()), row, "plain", 20)
