"""Synthetic ID cards for the demo: made-up people, never a real person's number."""

import random
from datetime import date

import msgspec

_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô")
_MIDDLE = {"Nam": ("Văn", "Hữu", "Đức", "Minh", "Quang"), "Nữ": ("Thị", "Thu", "Ngọc", "Thanh", "Kim")}
_GIVEN = {
    "Nam": ("An", "Bình", "Cường", "Dũng", "Hải", "Khánh", "Long", "Nghĩa", "Phúc", "Sơn", "Tuấn", "Việt"),
    "Nữ": ("Ánh", "Chi", "Diệp", "Hạnh", "Hương", "Lan", "Mai", "Nguyệt", "Oanh", "Thảo", "Trang", "Yến"),
}
_STREETS = ("Trần Hưng Đạo", "Lê Lợi", "Nguyễn Huệ", "Hai Bà Trưng", "Điện Biên Phủ", "Lý Thường Kiệt")


class SyntheticCard(msgspec.Struct, frozen=True, kw_only=True):
    """A made-up person's card: the QR text and what the picture shows."""

    payload: str
    name: str
    birth_year: int


def synthetic_card(random_source: random.Random, today: date, birth_year: int | None = None) -> SyntheticCard:
    """Return a made-up card in the 11-field layout of July 2024 on (card notes §2.1).

    The random part of the number begins with 999, so that the demo's people are easy to tell from anybody's data.
    """
    sex = random_source.choice(("Nam", "Nữ"))
    year = birth_year if birth_year is not None else random_source.randint(today.year - 88, today.year - 19)
    century = (0 if year < 2000 else 2) + (0 if sex == "Nam" else 1)
    number = f"079{century}{year % 100:02d}999{random_source.randint(0, 999):03d}"
    name = " ".join(
        (random_source.choice(_FAMILY), random_source.choice(_MIDDLE[sex]), random_source.choice(_GIVEN[sex]))
    )
    born = f"{random_source.randint(1, 28):02d}{random_source.randint(1, 12):02d}{year}"
    address = (
        f"Số {random_source.randint(1, 300)} {random_source.choice(_STREETS)}, Phường Bến Nghé, Thành phố Hồ Chí Minh"
    )
    issued = f"{random_source.randint(1, 28):02d}{random_source.randint(1, 12):02d}2025"
    return SyntheticCard(payload=f"{number}||{name}|{born}|{sex}|{address}|{issued}||||", name=name, birth_year=year)
