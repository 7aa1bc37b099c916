"""Data from files is checked against its declaration, and every mistake becomes a sentence with its place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, ValidationError, model_validator
from pydantic.fields import FieldInfo

from trappen.agents.problem import Problem
from trappen.model.nearest import nearest
from trappen.model.strict_yaml import BAD, KeyPath, Marks

LONGEST_SHOWN = 40


class Strict(BaseModel):
    """Takes what it declares and nothing else: no conversions, no unknown keys, no infinite numbers."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, allow_inf_nan=False, hide_input_in_errors=True
    )


class Titles(Strict):
    """A text in both languages."""

    da: str
    en: str


Words = Annotated[str, Field(min_length=1)]


class Note(Strict):
    """What a number rests on, in both languages; a text alone is a note in its own language, told in both."""

    da: Words
    en: Words

    @model_validator(mode="before")
    @classmethod
    def _alone(cls, told: Any) -> Any:
        return {"da": told, "en": told} if isinstance(told, str) and told else told

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Let editors take a text alone as well."""
        return {"anyOf": [{"type": "string", "minLength": 1}, handler(core)]}


@dataclass(frozen=True)
class Origin:
    """Where data came from, so that a mistake in it can be pointed at.

    Attributes
    ----------
    file
        The file, or None for values given in code or on the command line.
    marks
        The lines of the file's keys.
    prefix
        Key path under which the data stands in the file.
    given
        Key paths that were given in code or on the command line, over what the file says.
    """

    file: str | Path | None = None
    marks: Marks = field(default_factory=Marks)
    prefix: KeyPath = ()
    given: frozenset[KeyPath] = frozenset()

    def problem(self, key: str, path: KeyPath, /, **values: Any) -> Problem:
        """Make the problem of the value at a key path below the prefix."""
        whole = (*self.prefix, *path)
        name = ".".join(map(str, whole)) or None
        if self.file is None or any(whole[:length] in self.given for length in range(1, len(whole) + 1)):
            return Problem(key, field=name, **values)
        return Problem(key, file=self.file, line=self.marks.line(*whole), field=name, **values)

    def below(self, *path: str | int) -> "Origin":
        """Point at what stands further in."""
        return Origin(self.file, self.marks, (*self.prefix, *path), self.given)


def shown(value: object) -> str:
    """Write a value as it would stand in a file, cut when long; the same in every language."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{...}"
    if isinstance(value, list | tuple):
        return "[...]"
    text = f'"{value}"' if isinstance(value, str) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 4] + '..."'


def plain(number: float) -> str:
    """Write a bound as a person would: no exponent and no .0 where it is whole."""
    return str(int(number)) if float(number).is_integer() and abs(number) < 1e15 else repr(number)


def unusable(data: Any) -> list[tuple[KeyPath, Any]]:
    """List the values that say nothing: those left empty (None) and those the reader refused (`BAD`)."""
    found: list[tuple[KeyPath, Any]] = []
    waiting: list[tuple[KeyPath, Any]] = [((), data)]
    while waiting:
        path, value = waiting.pop()
        if value is None or value is BAD:
            found.append((path, value))
        elif isinstance(value, dict):
            waiting += [((*path, key), item) for key, item in value.items()]
        elif isinstance(value, list):
            waiting += [((*path, number), item) for number, item in enumerate(value)]
    return found


def check[M: BaseModel](
    model: type[M], data: Any, origin: Origin, *, empty: bool = False
) -> tuple[M | None, list[Problem]]:
    """Build a declared thing from data, or say everything that is wrong with it.

    Parameters
    ----------
    empty
        Empty values (None) are allowed where the declaration allows them. In a file that a person writes
        they are not: it could not be told whether the line was forgotten.

    Returns
    -------
    tuple
        The thing, or None when something is wrong; the problems. A value that is `BAD` gives no problem
        here, as the reader has already told it.
    """
    silent = [path for path, value in unusable(data) if value is BAD]
    forgotten = [] if empty else [path for path, value in unusable(data) if value is None]
    problems = [origin.problem("field.empty", path) for path in sorted(forgotten, key=str)]
    told = silent + forgotten
    try:
        made = model.model_validate(data)
        return (made if not told else None), problems
    except ValidationError as error:
        for mistake in error.errors(include_url=False):
            path: KeyPath = mistake["loc"]
            if not any(path[: len(known)] == known for known in told):
                problems.append(_told(mistake, model, origin))
    return None, problems


CALENDAR_YEARS = range(1900, 2200)
"""What can only be a calendar year where a number is out of range."""


class Bounded(Protocol):
    """A number that knows its bounds."""

    @property
    def low(self) -> float:
        """The least it may be."""

    @property
    def high(self) -> float:
        """The most it may be."""


def out_of_range(value: float, declared: Bounded, path: KeyPath, origin: Origin) -> Problem:
    """Make the problem of a number outside its bounds."""
    bounds = {"low": plain(declared.low), "high": plain(declared.high)}
    return origin.problem("field.out_of_range", path, given=shown(value), **bounds)


def unknown(name: object, known: Iterable[str], path: KeyPath, origin: Origin, key: str) -> Problem:
    """Make the problem of an unknown name: `KEY_near` with the nearest names, or `KEY` with all of them."""
    names = list(known)
    near = nearest(str(name), names)
    if near:
        return origin.problem(f"{key}_near", path, given=shown(name), nearest=", ".join(near))
    return origin.problem(key, path, given=shown(name), known=", ".join(names))


_KINDS = {
    "int_type": "field.not_whole",
    "int_from_float": "field.not_whole",
    "float_type": "field.not_number",
    "finite_number": "field.not_finite",
    "bool_type": "field.not_bool",
    "string_type": "field.not_text",
    "model_type": "field.not_mapping",
    "model_attributes_type": "field.not_mapping",
    "dict_type": "field.not_mapping",
    "list_type": "field.not_list",
    "missing": "field.missing",
    "string_too_short": "field.blank",
    "string_pattern_mismatch": "field.odd_name",
}


def _told(mistake: Any, model: type[BaseModel], origin: Origin) -> Problem:
    """Turn one of pydantic's errors into a problem with a sentence of ours."""
    kind, path, given = mistake["type"], mistake["loc"], mistake["input"]
    if given == "" and kind == "model_type" and _model_at(model, path) is Note:
        kind = "string_too_short"  # a note may be a text alone, and this one is empty
    if kind == "extra_forbidden":
        parent = _model_at(model, path[:-1])
        known = list(parent.model_fields) if parent else []
        return unknown(path[-1], known, path, origin, "field.unknown")
    declared = _field_at(model, path)
    choices = [str(choice) for choice in get_args(_type_at(model, path))] if kind == "literal_error" else []
    if choices:
        return origin.problem("field.choice", path, given=shown(given), known=", ".join(choices))
    if kind in ("greater_than_equal", "less_than_equal", "greater_than", "less_than"):
        low, high = _bounds(declared)
        # Years of the horizon are counted from its start; a calendar year is what people write first.
        counted = str(path[-1]).endswith("_year") and given in CALENDAR_YEARS
        key = "field.year_of_horizon" if counted else "field.out_of_range"
        return origin.problem(key, path, given=shown(given), low=low, high=high)
    if kind == "string_too_long":
        return origin.problem("field.too_long", path, limit=str(mistake["ctx"]["max_length"]))
    key = _KINDS.get(kind, "field.invalid")
    values = {} if key in ("field.missing", "field.blank") else {"given": shown(given)}
    return origin.problem(key, path, **values)


def _bare(annotation: Any) -> Any:
    """Take `| None` and notes (`Annotated`) off a type."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Literal, list):
        return annotation
    kinds = [kind for kind in get_args(annotation) if kind is not type(None)]
    return _bare(kinds[0]) if len(kinds) == 1 and type(None) in get_args(annotation) else annotation


def _type_at(model: type[BaseModel], path: Iterable[str | int]) -> Any:
    """Return the type that stands at a path: a number on the path goes into a list."""
    here: Any = model
    for name in path:
        if isinstance(name, int):
            here = _bare(get_args(here)[0]) if get_origin(here) is list else None
        elif isinstance(here, type) and issubclass(here, BaseModel):
            declared = here.model_fields.get(name)
            here = _bare(declared.annotation) if declared else None
        else:
            return None
    return here


def _model_at(model: type[BaseModel], path: Iterable[str | int]) -> type[BaseModel] | None:
    here = _type_at(model, path)
    return here if isinstance(here, type) and issubclass(here, BaseModel) else None


def _field_at(model: type[BaseModel], path: tuple[str | int, ...]) -> FieldInfo | None:
    parent = _model_at(model, path[:-1]) if path else None
    return parent.model_fields.get(str(path[-1])) if parent else None


def _bounds(declared: FieldInfo | None) -> tuple[str, str]:
    low = high = "..."
    constraints = list(declared.metadata) if declared else []
    for part in get_args(declared.annotation) if declared else ():  # Annotated[...] | None keeps them here
        constraints += getattr(part, "__metadata__", ())
    constraints += [inner for outer in constraints for inner in getattr(outer, "metadata", ())]
    for constraint in constraints:
        if (least := getattr(constraint, "ge", None)) is not None:
            low = plain(least)
        if (most := getattr(constraint, "le", None)) is not None:
            high = plain(most)
        if (over := getattr(constraint, "gt", None)) is not None:
            low = f">{plain(over)}"
    return low, high
