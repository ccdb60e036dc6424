"""The words of the hub's pages, Vietnamese first, and how moments and figures are written in them."""

import importlib.resources
import json
from datetime import date, datetime

LANGUAGES = ("vi", "en")


class Texts:
    """All words of one language."""

    def __init__(self, language: str) -> None:
        """Load the locale file.

        Raises:
            FileNotFoundError: if there is no such language.
        """
        self.language = language
        file = importlib.resources.files("kiosk.hub.web") / "locales" / f"{language}.json"
        self._texts: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))

    def get(self, key: str, **values: object) -> str:
        """Return the text for `key` with `values` put in.

        Raises:
            KeyError: if the key is unknown: a page without its words is a fault of ours.
        """
        return self._texts[key].format(**values)

    def raw(self, key: str) -> str:
        """Return the text for `key` as it stands in the file.

        Raises:
            KeyError: if the key is unknown.
        """
        return self._texts[key]

    def has(self, key: str) -> bool:
        """Tell whether there is a text for `key`."""
        return key in self._texts

    def keys(self) -> list[str]:
        """Return all keys, sorted."""
        return sorted(self._texts)

    def clock(self, moment: datetime | None) -> str:
        """Return `08:05`, or the word for unknown."""
        return self.get("unknown") if moment is None else f"{moment:%H:%M}"

    def day(self, day: date | None) -> str:
        """Return `Thứ Ba, 24/11/2026`, or the word for unknown."""
        if day is None:
            return self.get("unknown")
        return f"{self.get('weekdays').split('|')[day.weekday()]}, {day:%d/%m/%Y}"

    def moment(self, moment: datetime | None) -> str:
        """Return `08:05, 24/11/2026`, or the word for unknown."""
        return self.get("unknown") if moment is None else f"{moment:%H:%M, %d/%m/%Y}"

    def span(self, low: int | None, high: int | None) -> str:
        """Return `5–12`, `5`, or a dash where nothing is known."""
        if low is None or high is None:
            return "–"
        return f"{low}" if low >= high else f"{low}–{high}"

    def minutes(self, low: int | None, high: int | None) -> str:
        """Return a range of waiting with its unit."""
        if low is None or high is None:
            return "–"
        if high == 0:
            return self.get("minutes_now")
        return self.get("minutes_one" if low >= high else "minutes_range", low=low, high=high)

    def percent(self, share: float | None) -> str:
        """Return `87 %`, or a dash."""
        return "–" if share is None else f"{share * 100:.0f} %"

    def decimal(self, value: float | None) -> str:
        """Return one decimal with the language's own sign, or a dash."""
        if value is None:
            return "–"
        text = f"{value:.1f}"
        return text.replace(".", ",") if self.language == "vi" else text
