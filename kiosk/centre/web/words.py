"""The words of the centre's pages, Vietnamese first, and how moments and figures are written in them."""

import importlib.resources
import json
from datetime import date, datetime

LANGUAGES = ("vi", "en")


class Words:
    """All words of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        file = importlib.resources.files("kiosk.centre.web") / "locales" / f"{language}.json"
        self.texts: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))

    def get(self, key: str, **values: object) -> str:
        """Return the text for `key` with `values` put in.

        Raises:
            KeyError: if the key is unknown: a page without its words is a fault of ours.
        """
        return self.texts[key].format(**values)

    def known(self, prefix: str, name: str) -> str:
        """Return the text for something that a device named, or the name itself where it is new to us."""
        return self.texts.get(f"{prefix}.{name}", name)

    def day(self, day: date) -> str:
        """Return `Thứ Ba, 24/11/2026`."""
        return f"{self.texts['weekdays'].split('|')[day.weekday()]}, {day:%d/%m/%Y}"

    def moment(self, moment: datetime | None, today: date) -> str:
        """Return `08:05` of today, `24/11 08:05` of another day, or a dash."""
        if moment is None:
            return "–"
        return f"{moment:%H:%M}" if moment.date() == today else f"{moment:%d/%m %H:%M}"

    def percent(self, share: float | None) -> str:
        """Return `87 %`, or a dash."""
        return "–" if share is None else f"{share * 100:.0f}\u00a0%"

    def count(self, number: int) -> str:
        """Return a number with its thousands apart, as the language does it."""
        text = f"{number:,}"
        return text.replace(",", ".") if self.language == "vi" else text

    def degrees(self, celsius: float | None) -> str:
        """Return `51 °C`, or a dash."""
        return "–" if celsius is None else f"{celsius:.0f}\u00a0°C"
