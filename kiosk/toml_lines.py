"""Which line of a TOML text holds which key: tomllib knows no lines for values that parse but are wrong.

`read_toml` parses bytes and maps every reason why they do not parse to a line, plain words and a mend. `lines_of` is a
small scanner of its own (tables, arrays of tables, dotted keys, quoted keys, inline tables, multi-line strings).
"""

import contextlib
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from kiosk.config_check import Path, Problem, Words

_BARE = re.compile(r"[A-Za-z0-9_\-]+")
_ODD_SPACES = "\u00a0\u2007\u202f\u200b\u3000\ufeff"
_TYPOGRAPHIC = {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "«": '"', "»": '"', "″": '"'}


class NotToml(Exception):
    """The bytes are no TOML; `problem` says where and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.what.en)
        self.problem = problem


def read_toml(raw: bytes, examples: Mapping[str, str]) -> tuple[dict[str, Any], dict[Path, int]]:
    """Return the parsed table and the line of every key in it; `examples` holds a right line for each known key.

    Raises:
        NotToml: if the bytes are not UTF-8 or not TOML.
    """
    text = _text_of(raw)
    try:
        parsed = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise NotToml(_explained(str(error), text, examples)) from None
    except ValueError:  # Python's own limit: a number of more than 4300 digits
        line = next((n for n, row in enumerate(text.split("\n"), start=1) if re.search("[0-9_]{4000}", row)), 0)
        raise NotToml(
            Problem(
                line,
                Words("số quá dài.", "the number is far too long."),
                Words("xóa dòng này.", "delete this line."),
            )
        ) from None
    except RecursionError:
        raise NotToml(
            Problem(
                0,
                Words("quá nhiều dấu ngoặc lồng nhau.", "brackets are nested too deeply."),
                Words("bắt đầu lại từ tệp mẫu.", "start again from the example file."),
            )
        ) from None
    return parsed, lines_of(text)


def lines_of(text: str) -> dict[Path, int]:
    """Return the line (from 1) of every table header, key and list item of a TOML text, as far as it can be read."""
    scanner = _Scanner(text.replace("\r\n", "\n"))
    # the text may end in the middle of something: what was seen so far is kept
    with contextlib.suppress(IndexError, RecursionError):
        scanner.run()
    return scanner.lines


class _Scanner:
    """One pass over the text; assumes nothing about its being right and always moves on."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Path, int] = {}
        self.again: list[tuple[Path, int, int]] = []
        """Keys met twice: path, line of the first, line of the second."""
        self.open: list[tuple[int, str]] = []
        """Line and sign of every list, inline table and text that is not closed yet."""
        self._text = text
        self._at = 0
        self._line = 1
        self._last_index: dict[Path, int] = {}

    def run(self) -> None:
        table: Path = ()
        while self._skip(" \t\n"):
            if self._text.startswith("[[", self._at):
                self._move(2)
                line, keys = self._line, self._key()
                above = self._resolved(keys[:-1])
                array = (*above, *keys[-1:])
                index = self._last_index.get(array, -1) + 1
                self._last_index[array] = index
                table = (*array, index)
                self.lines.setdefault(array, line)
                self._note(table, line)
                self._rest_of_line()
            elif self._text[self._at] == "[":
                self._move(1)
                line = self._line
                table = self._resolved(self._key())
                for depth in range(1, len(table)):
                    self.lines.setdefault(table[:depth], line)
                self._note(table, line)
                self._rest_of_line()
            else:
                self._pair(table)
                self._rest_of_line()

    def _note(self, path: Path, line: int) -> None:
        if path in self.lines:
            self.again.append((path, self.lines[path], line))
        else:
            self.lines[path] = line

    def _resolved(self, keys: Path) -> Path:
        path: Path = ()
        for key in keys:
            path = (*path, key)
            if path in self._last_index:
                path = (*path, self._last_index[path])
        return path

    def _pair(self, table: Path) -> None:
        line, keys = self._line, self._key()
        if not keys:
            return
        for depth in range(1, len(keys)):
            self.lines.setdefault((*table, *keys[:depth]), line)
        self._note((*table, *keys), line)
        self._skip(" \t")
        if self._text[self._at] == "=":
            self._move(1)
            self._skip(" \t")
            self._value((*table, *keys))

    def _key(self) -> Path:
        keys: list[str] = []
        while True:
            self._skip(" \t")
            letter = self._text[self._at]
            if letter in "\"'":
                start = self._at + 1
                self._string()
                keys.append(self._text[start : self._at - 1])
            else:
                match = _BARE.match(self._text, self._at)
                if match is None:
                    return tuple(keys)
                keys.append(match[0])
                self._move(len(match[0]))
            self._skip(" \t")
            if self._text[self._at] != ".":
                return tuple(keys)
            self._move(1)

    def _value(self, path: Path) -> None:
        letter = self._text[self._at]
        if letter in "\"'":
            self._string()
        elif letter == "[":
            self.open.append((self._line, "]"))
            self._move(1)
            index = 0
            while self._skip(" \t\n,") and self._text[self._at] != "]":
                self.lines[(*path, index)] = self._line
                before = self._at
                self._value((*path, index))
                index += 1
                if self._at == before:
                    return
            self._move(1)
            self.open.pop()
        elif letter == "{":
            self.open.append((self._line, "}"))
            self._move(1)
            while self._skip(" \t\n,") and self._text[self._at] != "}":
                before = self._at
                self._pair(path)
                if self._at == before:
                    return
            self._move(1)
            self.open.pop()
        else:
            while self._text[self._at] not in ",]}#\n":
                self._move(1)

    def _string(self) -> None:
        quote = self._text[self._at]
        mark = quote * 3
        if self._text.startswith(mark, self._at):
            self.open.append((self._line, mark))
            self._move(3)
            while not self._text.startswith(mark, self._at):
                self._move(2 if quote == '"' and self._text[self._at] == "\\" else 1)
            self._move(3)
            self.open.pop()
            while self._text[self._at : self._at + 1] == quote:  # up to two quotes may stand before the closing three
                self._move(1)
            return
        self._move(1)
        while self._text[self._at] not in (quote, "\n"):
            self._move(2 if quote == '"' and self._text[self._at] == "\\" else 1)
        if self._text[self._at] == quote:
            self._move(1)

    def _skip(self, blanks: str) -> bool:
        """Move past blanks (and, where lines may end, comments); tell whether anything is left."""
        while self._at < len(self._text):
            if self._text[self._at] in blanks:
                self._move(1)
            elif self._text[self._at] == "#" and "\n" in blanks:
                self._rest_of_line()
            else:
                return True
        return False

    def _rest_of_line(self) -> None:
        while self._at < len(self._text) and self._text[self._at] != "\n":
            self._at += 1

    def _move(self, count: int) -> None:
        if self._at >= len(self._text):
            raise IndexError
        self._line += self._text.count("\n", self._at, self._at + count)
        self._at += count


def _text_of(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or (b"\0" in raw[:200]):
        raise NotToml(
            Problem(
                1,
                Words("tệp không phải văn bản UTF-8 (có vẻ là UTF-16 hoặc tệp nhị phân).",
                      "the file is not UTF-8 text (it looks like UTF-16 or a binary file)."),
                Words('lưu lại với mã "UTF-8" (Notepad: Save as, Encoding: UTF-8).',
                      'save it again as "UTF-8" (Notepad: Save as, Encoding: UTF-8).'),
            )
        )  # fmt: skip
    try:
        return raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        found = f"0x{raw[error.start]:02X}"
        raise NotToml(
            Problem(
                line,
                Words(f"byte {found} không phải UTF-8.", f"byte {found} is not UTF-8."),
                Words('lưu lại với mã "UTF-8" (Notepad: Save as, Encoding: UTF-8).',
                      'save it again as "UTF-8" (Notepad: Save as, Encoding: UTF-8).'),
            )
        ) from None  # fmt: skip


def _explained(error: str, text: str, examples: Mapping[str, str]) -> Problem:
    """Return tomllib's message as line, plain words and mend."""
    match = re.search(r"\(at line (\d+), column (\d+)\)", error)
    lines = text.replace("\r\n", "\n").split("\n")
    line = int(match[1]) if match else len(lines)
    reason = error.split(" (at ")[0]
    content = lines[line - 1] if line <= len(lines) else ""
    typographic = next((letter for letter in content if letter in _TYPOGRAPHIC), "")
    if reason.startswith(("Cannot overwrite", "Cannot declare", "Cannot mutate", "Cannot redefine", "Duplicate")):
        return _duplicate(text, line)
    if typographic:
        right = _TYPOGRAPHIC[typographic]
        return Problem(
            line,
            Words(
                f"dấu ngoặc {typographic} do trình soạn thảo tự đổi.", f"the editor put in a curly quote {typographic}."
            ),
            Words(f"dùng dấu {right} thẳng.", f"use the straight {right}."),
        )
    if any(space in content for space in _ODD_SPACES):
        return Problem(
            line,
            Words(
                "có ký tự trắng lạ, thường do sao chép từ trang web.",
                "there is an odd space, as copied from a web page.",
            ),
            Words("xóa khoảng trắng và gõ lại.", "delete the spaces and type them again."),
        )
    before = _Scanner("\n".join(lines[: line - 1]) + "\n")
    with contextlib.suppress(IndexError, RecursionError):
        before.run()
    if before.open:  # tomllib complains where the next statement begins
        opened, sign = before.open[-1]
        return Problem(
            opened,
            Words(f"từ dòng này thiếu {sign} để đóng.", f"what opens on this line is not closed: {sign} is missing."),
            Words(f"thêm {sign}", f"add {sign}"),
        )
    return _syntax(reason, line, content, examples)


def _duplicate(text: str, line: int) -> Problem:
    scanner = _Scanner(text.replace("\r\n", "\n"))
    with contextlib.suppress(IndexError, RecursionError):
        scanner.run()
    for path, first, second in scanner.again:
        if second >= line - 1:
            name = ".".join(str(step) for step in path)
            return Problem(
                second,
                Words(f'"{name}" đã có ở dòng {first}.', f'"{name}" already stands on line {first}.'),
                Words("xóa một trong hai dòng.", "delete one of the two lines."),
            )
    return Problem(
        line,
        Words("khóa hoặc bảng này đã được khai báo ở trên.", "this key or table was already given above."),
        Words("xóa một trong hai chỗ.", "delete one of the two."),
    )


def _syntax(reason: str, line: int, content: str, examples: Mapping[str, str]) -> Problem:
    key = content.split("=", 1)[0].strip()
    value = content.split("=", 1)[1].split("#")[0].strip() if "=" in content else ""
    if "Expected '=' after a key" in reason:
        name = (re.findall(r"[A-Za-z0-9_-]+", content) or ["port"])[0]
        what = Words("thiếu dấu = giữa tên và giá trị.", "there is no = between name and value.")
        right = examples.get(name, f'{name} = "..."')
        mend = Words(f"viết dạng {right}", f"write it as {right}")
    elif value[:1].lower() in ("t", "f") and value.lower() in ("true", "false"):
        what = Words(f"{value} phải viết thường.", f"{value} must be in lower case.")
        mend = Words(f"viết {key} = {value.lower()}", f"write {key} = {value.lower()}")
    elif value[:1] in "\"'" and value and value.count(value[0]) % 2:
        what = Words("chữ chưa có dấu ngoặc kép đóng.", "a text is not closed by its quote.")
        mend = Words(
            f"thêm {value[0]} ở cuối: {key} = {value}{value[0]}",
            f"add {value[0]} at its end: {key} = {value}{value[0]}",
        )
    elif "Unescaped '\\'" in reason or "Invalid hex" in reason:
        what = Words("dấu \\ trong ngoặc kép có nghĩa riêng.", "a \\ inside double quotes has a meaning of its own.")
        mend = Words("dùng / hoặc ngoặc đơn '...'.", "use / or single quotes '...'.")
    elif value and re.fullmatch(r"0\d+", value):
        what = Words(f"số {value} không được bắt đầu bằng 0.", f"the number {value} may not begin with 0.")
        mend = Words(f'viết {key} = {value.lstrip("0") or "0"} hoặc, nếu là mã, {key} = "{value}"',
                     f'write {key} = {value.lstrip("0") or "0"} or, for a code, {key} = "{value}"')  # fmt: skip
    elif value and not value.startswith(("[", "{", '"', "'")):
        right = examples.get(key, "")
        if right and not right.endswith(('"', "]")):
            what = Words(f"giá trị {value} không đúng.", f"{value} is no value.")
            mend = Words(f"ví dụ {right}", f"for example {right}")
        else:
            what = Words(f"giá trị {value} phải nằm trong dấu ngoặc kép.", f"the value {value} must stand in quotes.")
            right = f'{key} = ["{value}"]' if right.endswith("]") else f'{key} = "{value}"'
            mend = Words(f"viết {right}", f"write {right}")
    elif "=" in content and not value:
        what = Words(f"{key} chưa có giá trị.", f"{key} has no value.")
        right = examples.get(key, f'{key} = "..."')
        mend = Words(f"viết dạng {right}, hoặc xóa dòng này", f"write it as {right}, or delete the line")
    elif content.lstrip().startswith("["):
        what = Words("tên bảng chưa đúng dạng.", "the table's name is not well formed.")
        mend = Words("viết [network] hoặc [[office.counter]] trên một dòng riêng",
                     "write [network] or [[office.counter]] on a line of its own")  # fmt: skip
    elif value.startswith(("[", "{")) or "array" in reason or "inline table" in reason:
        what = Words("danh sách chưa đóng hoặc thiếu dấu phẩy.", "a list is not closed, or a comma is missing.")
        mend = Words('viết dạng ["a", "b"]', 'write it as ["a", "b"]')
    else:
        what = Words("dòng này không đúng cú pháp TOML.", f"this line is not TOML ({reason}).")
        mend = Words('mỗi dòng có dạng tên = "giá trị"', 'each line has the form name = "value"')
    return Problem(line, what, mend)
