"""Reading TOML values into structs, gathering every fault with its line and its mend.

A struct's annotations are the schema. What a plain type cannot say (range, choices, form, an example to show)
stands in a `Rule` beside it: `Annotated[int, Rule("port = 1883", low=1, high=65535)]`. Every fault is told in
Vietnamese and then in English: the technician reads one, and whoever helps by telephone may read the other.
"""

import difflib
import re
import types
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin, get_type_hints

import msgspec

Path = tuple[str | int, ...]
"""Where a value stands: `("office", "counter", 0, "number")`."""

_ARRAYS_OF_TABLES = ("counter", "group")
"""Names that are written as `[[...]]`; other lists are values."""
_SECRET_WORDS = ("password", "passwd", "passphrase", "secret", "token", "psk", "private_key", "api_key", "mat_khau")


class Words(NamedTuple):
    """The same sentence twice."""

    vi: str
    en: str


class Problem(msgspec.Struct, frozen=True):
    """One fault of the file: where, what, and how to mend it."""

    line: int
    """1 for the first line; 0 where the whole file is meant."""
    what: Words
    mend: Words

    def told(self, file: str) -> str:
        """Return the two lines that a technician reads."""
        at_vi, at_en = (f" dòng {self.line}", f" line {self.line}") if self.line else ("", "")
        return f"{file}{at_vi}: {self.what.vi} Sửa: {self.mend.vi}\n{file}{at_en}: {self.what.en} Mend: {self.mend.en}"


class Rule(NamedTuple):
    """What a value must satisfy beyond its type."""

    example: str
    """A right line of TOML, shown as the mend."""
    low: float | None = None
    high: float | None = None
    choices: tuple[str | int, ...] = ()
    fault: Callable[[str], Words | None] | None = None
    """Returns what is wrong with a text, or None."""


class TomlReader:
    """Turns parsed TOML into structs and gathers all problems on the way."""

    def __init__(self, lines: Mapping[Path, int], root: type[msgspec.Struct]) -> None:
        self.lines = lines
        self.problems: list[Problem] = []
        self.made: dict[Path, msgspec.Struct] = {}
        """Every struct that could be made, by its place: what rules between keys may look at."""
        self._homes = _homes(root)

    def line_of(self, path: Path) -> int:
        """Return the line of `path`, or of the nearest table around it; 1 if there is none."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[:-1]
        return 1

    def add(self, path: Path, what: Words, mend: Words) -> None:
        """Note one fault."""
        self.problems.append(Problem(self.line_of(path), what, mend))

    def table(self, raw: object, kind: type[msgspec.Struct], path: Path = ()) -> Any:
        """Return a `kind` read from the table `raw`, or None where a fault (noted) keeps it from being made."""
        if not isinstance(raw, dict):
            name = place(path)
            self.add(
                path,
                Words(
                    f"{name} phải là một bảng, không phải {_kind_vi(raw)}.",
                    f"{name} must be a table, not {_kind(raw)}.",
                ),
                Words(
                    f"viết thành dòng {name} rồi các khóa bên dưới.",
                    f"write {name} on a line of its own, its keys below.",
                ),
            )
            return None
        before = len(self.problems)
        hints = get_type_hints(kind, include_extras=True)
        fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
        meant = {self._unknown(key, raw[key], path, hints) for key in raw if key not in fields}
        values: dict[str, Any] = {}
        for name, field in fields.items():
            if name in raw:
                values[field.name] = self._value(raw[name], hints[field.name], (*path, name))
            elif field.required and name not in meant:  # a misspelt key is one fault, not two
                self._missing(name, hints[field.name], path)
        if len(self.problems) > before:
            return None
        self.made[path] = kind(**values)
        return self.made[path]

    def _unknown(self, key: str, raw: object, path: Path, known: Mapping[str, Any]) -> str:
        """Note an unknown key; return the known one that was meant, or an empty text."""
        here = (*path, key)
        if any(word in key.lower() for word in _SECRET_WORDS):
            self.add(
                here,
                Words(
                    f'"{key}" trông như một bí mật; ai rút thẻ nhớ cũng đọc được tệp này.',
                    f'"{key}" looks like a secret; anybody who takes the card out can read this file.',
                ),
                Words(
                    "xóa dòng này; khóa và mật khẩu được tạo trên thiết bị khi ghi danh.",
                    "delete this line; keys and passwords are made on the device when it is enrolled.",
                ),
            )
            return ""
        names = sorted(known)
        home = self._homes.get(key, "") if not isinstance(raw, dict) else ""
        near = "" if home else nearest(key, names)
        where = place(path) if path else "kiosk.toml"
        name = f"[{key}]" if isinstance(raw, dict) and not path else f'"{key}"'
        listed = ", ".join(names)
        if home:
            mend = Words(f"chuyển dòng này vào dưới {home}.", f"move this line below {home}.")
        elif near:
            rule = _rule(known[near])
            vi, en = (f" Ví dụ {rule.example}", f" For example {rule.example}") if rule else ("", "")
            mend = Words(f'đổi thành "{near}"?{vi}', f'did you mean "{near}"?{en}')
        else:
            mend = Words("xóa dòng này hoặc dùng một tên được phép.", "delete this line or use an allowed name.")
        self.add(
            here,
            Words(f"{where} không có {name}. Được phép: {listed}.", f"{where} knows no {name}. Allowed: {listed}."),
            mend,
        )
        return near

    def _missing(self, name: str, hint: object, path: Path) -> None:
        rule = _rule(hint)
        example = rule.example if rule else f"{name} = ..."
        where = place(path) if path else "kiosk.toml"
        name = name if path else f"[{name}]"
        self.add(
            path,
            Words(f'{where} thiếu "{name}".', f'{where} has no "{name}".')
            if path
            else Words(f"{where} thiếu {name}.", f"{where} has no {name}."),
            Words(f"thêm {example}", f"add {example}"),
        )

    def _value(self, raw: object, hint: Any, path: Path) -> Any:
        rule = _rule(hint)
        kind = get_args(hint)[0] if get_origin(hint) is Annotated else hint
        if get_origin(kind) in (Union, types.UnionType):  # only `X | None` is used; TOML has no null
            kind = next(member for member in get_args(kind) if member is not type(None))
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            return self.table(raw, kind, path)
        if get_origin(kind) is tuple:
            return self._list(raw, get_args(kind)[0], rule, path)
        if kind is time and isinstance(raw, str):
            raw = _time_of(raw) or raw
        if kind is float and type(raw) is int:
            raw = float(raw)
        if type(raw) is not kind:
            self._wrong_type(raw, kind, rule, path)
            return None
        return self._in_bounds(raw, rule, path)

    def _list(self, raw: object, member: Any, rule: Rule | None, path: Path) -> Any:
        if not isinstance(raw, list):
            self._wrong_type(raw, tuple, rule, path)
            return ()
        if isinstance(member, type) and issubclass(member, msgspec.Struct):
            return tuple(self.table(item, member, (*path, index)) for index, item in enumerate(raw))
        return tuple(
            self._value(item, Annotated[member, rule] if rule else member, (*path, index))
            for index, item in enumerate(raw)
        )

    def _wrong_type(self, raw: object, kind: Any, rule: Rule | None, path: Path) -> None:
        name = place(path)
        wanted = _WANTED.get(kind, Words("giá trị khác", "another value"))
        mend = rule.example if rule else ""
        key = next(step for step in reversed(path) if isinstance(step, str))
        if kind is str and type(raw) in (int, float, bool) and isinstance(path[-1], str):
            mend = f'{key} = "{shown(raw)}"'
        elif kind is tuple and isinstance(raw, str):
            mend = f'{key} = ["{raw}"]'
        elif kind is bool and isinstance(raw, str) and raw.lower() in ("true", "false"):
            mend = f"{key} = {raw.lower()}"
        elif kind in (int, float) and isinstance(raw, str) and re.fullmatch(r"[0-9]{1,9}", raw):
            mend = f"{key} = {int(raw)}"
        self.add(
            path,
            Words(
                f"{name} = {shown(raw)} là {_kind_vi(raw)}, phải là {wanted.vi}.",
                f"{name} = {shown(raw)} is {_kind(raw)}, but must be {wanted.en}.",
            ),
            Words(f"ví dụ {mend}", f"for example {mend}"),
        )

    def _in_bounds(self, raw: Any, rule: Rule | None, path: Path) -> Any:
        if rule is None:
            return raw
        name = place(path)
        if rule.choices and raw not in rule.choices:
            choices = [str(choice) for choice in rule.choices]
            listed = ", ".join(choices)
            near = nearest(raw, choices) if isinstance(raw, str) else ""
            self.add(
                path,
                Words(
                    f"{name} = {shown(raw)} không dùng được. Được phép: {listed}.",
                    f"{name} = {shown(raw)} is not possible. Allowed: {listed}.",
                ),
                Words(f'đổi thành "{near}"?', f'did you mean "{near}"?')
                if near
                else Words(f"ví dụ {rule.example}", f"for example {rule.example}"),
            )
        elif isinstance(raw, int | float) and not _within(raw, rule):
            self.add(
                path,
                Words(
                    f"{name} = {shown(raw)} nằm ngoài khoảng {_number(rule.low)} đến {_number(rule.high)}.",
                    f"{name} = {shown(raw)} is outside {_number(rule.low)} to {_number(rule.high)}.",
                ),
                Words(f"ví dụ {rule.example}", f"for example {rule.example}"),
            )
        elif isinstance(raw, str) and rule.fault is not None:
            fault = rule.fault(raw)
            if fault is not None:
                self.add(
                    path,
                    Words(f"{name} = {shown(raw)}: {fault.vi}", f"{name} = {shown(raw)}: {fault.en}"),
                    Words(f"ví dụ {rule.example}", f"for example {rule.example}"),
                )
        return raw


def nearest(word: str, names: Iterable[str]) -> str:
    """Return the one of `names` that `word` most resembles, or an empty text."""
    by_lower = {name.lower(): name for name in names}
    found = difflib.get_close_matches(word.lower().replace("-", "_"), by_lower, n=1, cutoff=0.6)
    found = found or difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else ""


def place(path: Path) -> str:
    """Return `path` as a technician writes it: `[network] port`, `[[office.counter]] #2 number`."""
    for index in range(len(path) - 1, 0, -1):
        number, name = path[index], path[index - 1]
        if isinstance(number, int) and name in _ARRAYS_OF_TABLES:
            dotted = ".".join(str(step) for step in path[:index])
            rest = "".join(f" {_step(step)}" for step in path[index + 1 :])
            return f"[[{dotted}]] #{number + 1}{rest}"
    names = [step for step in path if isinstance(step, str)]
    numbers = "".join(f" {_step(step)}" for step in path if isinstance(step, int))
    if len(names) == 1:
        return f"[{names[0]}]{numbers}"
    return f"[{'.'.join(names[:-1])}] {names[-1]}{numbers}"


def examples_of(root: type[msgspec.Struct]) -> dict[str, str]:
    """Return for each key of the schema a right line of TOML."""
    examples: dict[str, str] = {}
    for name, hint in get_type_hints(root, include_extras=True).items():
        rule = _rule(hint)
        kind = get_args(hint)[0] if get_origin(hint) in (Annotated, tuple) else hint
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            examples = {**examples_of(kind), **examples}
        elif rule is not None:
            examples[name] = rule.example
    return examples


def shown(raw: object) -> str:
    """Return a value as TOML would have it, cut to what fits a line."""
    if isinstance(raw, bool):
        text = "true" if raw else "false"
    elif isinstance(raw, str):
        text = f'"{raw}"'
    elif isinstance(raw, date | datetime | time):
        text = raw.isoformat()
    elif isinstance(raw, dict):
        text = "{...}"
    elif isinstance(raw, list):
        text = "[" + ", ".join(shown(item) for item in raw[:4]) + ("...]" if len(raw) > 4 else "]")
    elif isinstance(raw, int) and abs(raw) >= 10**18:
        text = "1e18..." if raw > 0 else "-1e18..."  # Python refuses to write out numbers of thousands of digits
    else:
        text = str(raw)
    text = "".join(letter if letter.isprintable() else "?" for letter in text)
    return text if len(text) <= 60 else text[:57] + "..."


_WANTED: dict[Any, Words] = {
    str: Words("chữ trong dấu ngoặc kép", "text in quotes"),
    int: Words("số nguyên không ngoặc kép", "a whole number without quotes"),
    float: Words("số không ngoặc kép", "a number without quotes"),
    bool: Words("true hoặc false", "true or false"),
    time: Words('giờ dạng "07:30"', 'a time such as "07:30"'),
    tuple: Words("danh sách trong ngoặc vuông", "a list in square brackets"),
}
_KINDS: dict[type, Words] = {
    str: Words("chữ", "text"),
    bool: Words("đúng/sai", "true/false"),
    int: Words("số nguyên", "a whole number"),
    float: Words("số thập phân", "a decimal number"),
    list: Words("danh sách", "a list"),
    dict: Words("một bảng", "a table"),
    date: Words("ngày", "a date"),
    datetime: Words("ngày giờ", "a date with time"),
    time: Words("giờ", "a time"),
}


def _step(step: str | int) -> str:
    return step if isinstance(step, str) else f"#{step + 1}"


def _kind(raw: object) -> str:
    return _KINDS.get(type(raw), Words("?", "something else")).en


def _kind_vi(raw: object) -> str:
    return _KINDS.get(type(raw), Words("giá trị khác", "?")).vi


def _rule(hint: Any) -> Rule | None:
    extras = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    return next((extra for extra in extras if isinstance(extra, Rule)), None)


def _within(raw: float, rule: Rule) -> bool:
    # written so that nan, which compares false with everything, is outside
    return (rule.low is None or raw >= rule.low) and (rule.high is None or raw <= rule.high)


def _number(bound: float | None) -> str:
    return "?" if bound is None else f"{bound:g}"


def _time_of(text: str) -> time | None:
    match = re.fullmatch(r"\s*([0-9]{1,2})\s*[:hH.]\s*([0-9]{2})(?::00)?\s*", text)  # also "7h30", as people write
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        return None
    return time(int(match[1]), int(match[2]))


def _homes(root: type[msgspec.Struct]) -> dict[str, str]:
    """Return for each key that stands in one table only the name of that table."""
    homes: dict[str, list[str]] = {}

    def visit(kind: type[msgspec.Struct], path: Path) -> None:
        for name, hint in get_type_hints(kind).items():
            inner = get_args(hint)[0] if get_origin(hint) is tuple else hint
            if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
                visit(inner, (*path, name))
            else:
                dotted = ".".join(str(step) for step in path)
                homes.setdefault(name, []).append(f"[[{dotted}]]" if path[-1] in _ARRAYS_OF_TABLES else f"[{dotted}]")

    visit(root, ())
    return {name: places[0] for name, places in homes.items() if len(places) == 1}
