"""Texts as card readers deliver them: made-up cards in every layout and wrapping, and the same after an accident."""

import random
import unicodedata
from collections.abc import Iterator

from kiosk.bench.rig.card_faults import TODAY
from kiosk.demo.cards import synthetic_card

_WRAPPINGS = ("{}", "{}\r\n", "{}\n", "\ufeff{}", "{}\0", "]Q1{}", "\x02\0\0\x01\x0031{}", "  {} ")
_INSERTED = "|;,\0\r\n ]Q1\ufeff\ufffdạ0\U0001f600\u202e９"


def card_text(dice: random.Random) -> str:
    """Return one card's text: seven or eleven fields, with or without an old number, in any usual wrapping."""
    fields = synthetic_card(dice, TODAY).payload.split("|")
    if dice.random() < 0.5:
        fields = fields[:7]
    elif dice.random() < 0.2:
        fields[7:9] = "Trần Văn An", "Lê Thị Bình"
    if dice.random() < 0.3:
        fields[1] = f"{dice.randrange(10**9):09d}"
    if dice.random() < 0.1:
        fields[2] = fields[2].upper()
    if dice.random() < 0.05:
        fields[5] = ""
    text = "|".join(fields)
    if dice.random() < 0.1:
        text = unicodedata.normalize("NFD", text)
    return dice.choice(_WRAPPINGS).format(text)


def spoilt_text(dice: random.Random) -> str:
    """Return a card's text after an accident: cut, doubled, mis-decoded, with letters lost, changed or put in."""
    text = card_text(dice)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(text) + 1)
        match dice.randrange(7):
            case 0:
                text = text[:at]
            case 1:
                text = text[:at] + text[at + dice.randint(1, 9) :]
            case 2:
                text = text[:at] + "".join(dice.choices(_INSERTED, k=dice.randint(1, 12))) + text[at:]
            case 3:
                text = text[:at] + chr(dice.choice((dice.randrange(0xD800), dice.randrange(0xE000, 0x110000)))) + text
            case 4:
                text = text.encode().decode(dice.choice(("latin-1", "cp1258", "shift_jis", "big5")), "replace")
            case 5:
                text = text + text[:at]
            case _:
                text = "".join(dice.sample(text, len(text))) if dice.random() < 0.2 else text[::-1]
    return text


def card_texts(seed: int, number: int, is_spoilt: bool) -> Iterator[str]:
    """Yield so many texts; the same for the same seed."""
    dice = random.Random(f"{seed}/{is_spoilt}")
    for _ in range(number):
        yield spoilt_text(dice) if is_spoilt else card_text(dice)
