"""Files are read strictly: YAML 1.2, one meaning for each value, and the line of every key is kept.

The usual loaders are too kind for a program whose numbers must be trusted: they keep the last of two
equal keys, take `no` for false, and expand a short file into gigabytes. Here the events of
ruamel.yaml's YAML 1.2 parser are turned into plain mappings, lists and numbers one at a time, so that
nesting and size are checked before anything is built.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from math import isfinite
from pathlib import Path
from typing import Any

from trappen.agents.problem import Problem, Problems
from trappen.model import yaml_cache

MAX_BYTES = 200_000
MAX_DEPTH = 20
MAX_EVENTS = 20_000
"""A file of 200 kB can hold 100,000 events, which take seconds; a real scenario has some hundreds."""
MAX_DIGITS = 40

type FilePath = str | Path | Traversable
type KeyPath = tuple[str | int, ...]


class _Bad:
    """Stands where a value could not be read; the mistake itself is in the list of problems."""

    def __repr__(self) -> str:
        return "BAD"


BAD = _Bad()


@dataclass
class Marks:
    """The line on which each key path of a file stands, counted from 1.

    Attributes
    ----------
    lines
        Line by key path, `("levers", "caseload")`; items of a list are counted from 0.
    """

    lines: dict[KeyPath, int] = field(default_factory=dict)

    def line(self, *path: str | int) -> int | None:
        """Give the line of a key path, or of the nearest parent that stands in the file."""
        for length in range(len(path), -1, -1):
            if (line := self.lines.get(path[:length])) is not None:
                return line
        return None


def load(path: FilePath, *, trusted: bool = False) -> tuple[dict[str, Any], Marks]:
    """Read a YAML file whose top level is a mapping.

    Parameters
    ----------
    path
        The file.
    trusted
        The file ships with the program: what was read is kept in the user's cache folder under the hash
        of the file's bytes, because parsing takes some tenths of a second at every start.

    Raises
    ------
    Problem
        The file cannot be used at all; `Problems` when several values cannot be read.
    """
    path = Path(str(path))
    raw = read_bytes(path, limit=None if trusted else MAX_BYTES)
    if trusted and (kept := yaml_cache.recall(path, raw)) is not None:
        data, lines = kept
        return data, Marks(lines)
    data, marks, found = parse(raw, path, max_events=None if trusted else MAX_EVENTS)
    if found:
        raise Problems(found)
    if trusted:
        yaml_cache.keep(path, raw, data, marks.lines)
    return data, marks


def read_bytes(path: str | Path, *, limit: int | None = MAX_BYTES) -> bytes:
    """Read a file whole, or say why it cannot be read."""
    place = Path(path)
    try:
        if not place.exists():
            raise _missing(place)
        if not place.is_file():
            raise Problem("file.not_a_file", file=path)
        with place.open("rb") as stream:
            raw = stream.read() if limit is None else stream.read(limit + 1)
    except (OSError, ValueError):
        raise Problem("file.unreadable", file=path) from None
    if limit is not None and len(raw) > limit:
        raise Problem("file.too_large", file=path, limit=str(limit // 1000))
    return raw


def _missing(path: Path) -> Problem:
    from trappen.model.nearest import nearest

    folder = path.parent
    names = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
    near = nearest(path.name, names)
    if near:
        return Problem("file.missing_near", file=path, nearest=", ".join(str(folder / name) for name in near))
    return Problem("file.missing", file=path)


def parse(
    raw: bytes, file: str | Path, *, max_events: int | None = MAX_EVENTS
) -> tuple[dict[str, Any], Marks, list[Problem]]:
    """Turn the bytes of a file into data, the lines of its keys, and the values that could not be read.

    Values that could not be read stand as `BAD` in the data, so that the caller can tell every mistake
    in the file at once.

    Raises
    ------
    Problem
        The file as a whole cannot be used: its encoding, its syntax, or what strict reading refuses.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    text = decode(raw, file)
    if not text.strip():
        raise Problem("file.empty", file=file)
    builder = _Builder(file, text)
    try:
        for count, event in enumerate(_events(YAML(typ="safe", pure=True), text)):
            if max_events is not None and count > max_events:
                raise Problem("file.events", file=file, limit=str(max_events))
            builder.take(event)
    except MarkedYAMLError as error:
        raise _syntax(error, file, text) from None
    except (YAMLError, ValueError, RecursionError):
        raise Problem("file.syntax", file=file, detail="?") from None
    return builder.result()


def _events(yaml: Any, text: str) -> Iterator[Any]:
    yield from yaml.parse(text)


_BOMS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
_NOT_TEXT = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def decode(raw: bytes, file: str | Path) -> str:
    """Decode UTF-8, or name the encoding that the file seems to have."""
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            raise Problem("file.encoding", file=file, line=1, encoding=encoding)
    if raw.count(0) > len(raw) // 4 > 0:
        raise Problem("file.encoding", file=file, line=1, encoding="UTF-16")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Problem("file.encoding", file=file, line=line, encoding="Windows-1252") from None
    if odd := _NOT_TEXT.search(text):
        line = text.count("\n", 0, odd.start()) + 1
        raise Problem("file.control", file=file, line=line, code=f"U+{ord(odd.group()):04X}")
    return text


_SYNTAX = (
    ("that cannot start any token", "file.cannot_start"),
    ("mapping values are not allowed", "file.colon"),
    ("could not find expected ':'", "file.key_colon"),
    ("unexpected end of stream", "file.unclosed"),
    ("expected ',' or", "file.unclosed"),
    ("expected <block end>", "file.indent"),
    ("did not find expected", "file.unclosed"),
    ("<stream end>", "file.unclosed"),
)


def _syntax(error: Any, file: str | Path, text: str) -> Problem:
    said = error.problem or ""
    mark = error.problem_mark or error.context_mark
    line = None if mark is None else mark.line + 1
    key = next((key for part, key in _SYNTAX if part in said), "file.syntax")
    if key == "file.cannot_start":
        lines = text.splitlines()
        here = lines[line - 1] if line and line <= len(lines) else ""
        if "\t" in here[: len(here) - len(here.lstrip())] or "'\\t'" in said:
            return Problem("file.tab", file=file, line=line)
    if key == "file.unclosed" and error.context_mark is not None:
        line = error.context_mark.line + 1  # where the bracket or quote was opened
    values = {"detail": said} if key == "file.syntax" else {}
    return Problem(key, file=file, line=line, **values)


@dataclass
class _Level:
    """One mapping or list that is being filled."""

    container: Any
    path: KeyPath
    flow: bool
    key: str | None = None
    key_line: int = 0
    last_text: str = ""  # the plain value before this key, to recognise 23,5 in {caseload: 23,5}
    last_path: KeyPath = ()


class _Builder:
    """Builds data from parse events; holds the open levels, so nothing recurses."""

    def __init__(self, file: str | Path, text: str) -> None:
        self.file = file
        self.text = text
        self.marks = Marks()
        self.found: list[Problem] = []
        self.levels: list[_Level] = []
        self.top: Any = None
        self.documents = 0

    def result(self) -> tuple[dict[str, Any], Marks, list[Problem]]:
        if self.top is None:
            raise Problem("file.empty", file=self.file)
        if not isinstance(self.top, dict):
            raise Problem("file.not_mapping", file=self.file, line=1)
        return self.top, self.marks, self.found

    def take(self, event: Any) -> None:
        kind = type(event).__name__
        line = event.start_mark.line + 1
        if kind == "DocumentStartEvent":
            self.documents += 1
            if self.documents > 1:
                raise Problem("file.documents", file=self.file, line=line)
            if event.tags or event.version not in (None, (1, 2)):
                first = re.search("^%", self.text, re.MULTILINE)
                line = self.text.count("\n", 0, first.start()) + 1 if first else line
                raise Problem("file.directive", file=self.file, line=line)
        elif kind == "AliasEvent":
            raise Problem("file.alias", file=self.file, line=line, name=str(event.anchor)[:MAX_DIGITS])
        elif kind in ("ScalarEvent", "MappingStartEvent", "SequenceStartEvent"):
            self._refuse(event, line)
            if kind == "ScalarEvent":
                self._scalar(event, line)
            else:
                self._open({} if kind == "MappingStartEvent" else [], bool(event.flow_style), line)
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            self.levels.pop()

    def _refuse(self, event: Any, line: int) -> None:
        if event.anchor is not None:
            raise Problem("file.anchor", file=self.file, line=line, name=str(event.anchor)[:MAX_DIGITS])
        if event.tag is not None:
            name = str(event.tag).replace("tag:yaml.org,2002:", "!!")[:MAX_DIGITS]
            raise Problem("file.tag", file=self.file, line=line, name=name)

    def _open(self, container: Any, flow: bool, line: int) -> None:
        if len(self.levels) >= MAX_DEPTH:
            raise Problem("file.depth", file=self.file, line=line, limit=str(MAX_DEPTH))
        if self.levels and isinstance(self.levels[-1].container, dict) and self.levels[-1].key is None:
            raise Problem("file.key_complex", file=self.file, line=line)
        path = self._put(container, line)
        self.levels.append(_Level(container, path, flow))

    def _put(self, value: Any, line: int) -> KeyPath:
        """Place a value in the mapping or list that is open, and remember its line."""
        if not self.levels:
            self.top = value
            self.marks.lines[()] = line
            return ()
        level = self.levels[-1]
        if isinstance(level.container, list):
            path = (*level.path, len(level.container))
            level.container.append(value)
        else:
            assert level.key is not None
            path = (*level.path, level.key)
            line = level.key_line
            if level.key not in level.container:
                level.container[level.key] = value
            level.key = None
        self.marks.lines.setdefault(path, line)
        level.last_path, level.last_text = path, ""
        return path

    def _scalar(self, event: Any, line: int) -> None:
        plain = event.style is None or event.style == ""
        level = self.levels[-1] if self.levels else None
        if level is not None and isinstance(level.container, dict) and level.key is None:
            self._key(level, event.value, plain, line)
            return
        text = event.value
        if level is not None and level.flow and plain and not text and level.key is not None:
            whole = f"{level.last_text},{level.key}"
            if level.key.isdigit() and _DANISH.fullmatch(whole):  # {caseload: 23,5} reads as two entries
                level.container[self._last_key(level)] = BAD
                level.key = None
                written = whole.replace(",", ".")
                self._wrong("file.decimal_comma", level.last_path, line, given=whole, written=written)
                return
        if not plain:
            self._put(text, line)
            return
        value, key, correct = _resolve(text)
        path = self._put(value, line)
        if level is not None:
            level.last_text = text
        if key:
            values = {"given": text[:MAX_DIGITS]} | ({"written": correct} if correct else {})
            self._wrong(key, path, line, **values)

    @staticmethod
    def _last_key(level: _Level) -> str:
        return str(level.last_path[-1])

    def _key(self, level: _Level, text: str, plain: bool, line: int) -> None:
        if plain and not (level.flow and text.isdigit()) and not isinstance(_resolve(text)[0], str):
            raise Problem("file.key_not_text", file=self.file, line=line, given=text[:MAX_DIGITS])
        path = (*level.path, text)
        if text in level.container:
            self._wrong("file.duplicate", path, line, first=str(self.marks.lines[path]))
        level.key, level.key_line = text, line

    def _wrong(self, key: str, path: KeyPath, line: int, **values: str) -> None:
        where = ".".join(map(str, path)) or None
        self.found.append(Problem(key, file=self.file, line=line, field=where, **values))


_CONSTANTS = {word: None for word in ("", "~", "null", "Null", "NULL")} | {
    word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")
}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.?(inf|nan|infinity)", re.IGNORECASE)
_DANISH = re.compile(r"[-+]?([0-9]{1,3}(\.[0-9]{3})+|[0-9]+),[0-9]+")
_MAYBE_THOUSANDS = re.compile(r"[-+]?[1-9][0-9]{0,2}((\.000)|(\.[0-9]{3}){2,})")
"""25.000 is twenty-five thousand to a Danish reader and twenty-five to YAML; 1.234.567 has one meaning."""
_ENGLISH = re.compile(r"[-+]?[0-9]{1,3}(,[0-9]{3})+\.[0-9]+")


def _resolve(text: str) -> tuple[Any, str | None, str | None]:
    """Read a plain scalar by the core schema of YAML 1.2, and refuse what is read in two ways.

    Returns
    -------
    tuple
        The value; the key of the mistake or None; how it should be written.
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text], None, None
    if not text or text[0] not in "+-.0123456789nNiI":
        return text, None, None
    if _INTEGER.fullmatch(text):
        digits = text.lstrip("+-")
        if len(digits) > MAX_DIGITS:
            return BAD, "file.number_long", None
        if len(digits) > 1 and digits[0] == "0":  # octal in YAML 1.1, decimal in 1.2
            return BAD, "file.leading_zero", str(int(text))
        return int(text), None, None
    if _OTHER_BASE.fullmatch(text) and len(text) <= MAX_DIGITS:
        return int(text, 0), None, None
    if _NOT_FINITE.fullmatch(text):
        return BAD, "file.not_finite", None
    if _MAYBE_THOUSANDS.fullmatch(text) and len(text) <= MAX_DIGITS:
        return BAD, "file.thousands", text.replace(".", "")
    if _FLOAT.fullmatch(text):
        if len(text) > MAX_DIGITS:
            return BAD, "file.number_long", None
        value = float(text)
        return (value, None, None) if isfinite(value) else (BAD, "file.not_finite", None)
    if len(text) <= MAX_DIGITS and _DANISH.fullmatch(text):
        return BAD, "file.decimal_comma", text.replace(".", "").replace(",", ".")
    if len(text) <= MAX_DIGITS and _ENGLISH.fullmatch(text):
        return BAD, "file.thousands", text.replace(",", "")
    return text, None, None
