"""An agent as one row of a table: it reads its columns through its model and holds nothing else.

A class of rows is made from the declared fields, so that a field has one declaration. Nothing here
needs Mesa, which takes long to import; `trappen.agents.view` makes Mesa agents of these classes.
"""

from collections.abc import Callable, Collection, Iterable
from enum import IntEnum
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from trappen.agents import states
from trappen.agents.fields import Field

LIMITS = {
    "SD": (-10.0, 10.0),  # far beyond any child, and small enough for every exponential in the rules
    "0-1": (0.0, 1.0),
    "0/1": (0, 1),
    "factor": (0.0, 10.0),
    "month of age": (-states.PREGNANCY_MONTHS, states.NEVER),
}
"""What a script may write, by unit; a unit that is an enumeration allows its members."""


class Row:
    """One row of a table of agents, seen through the model that holds the table.

    A subclass names its table and fields, and gets a property for every field: enumerations come
    back as their members, 0/1 as bool, other values as Python numbers. Two rows are equal when they
    are the same row of the same model.

    Parameters
    ----------
    model
        Has the tables in `world`, and the `month` it stands in.
    row
        Row of the table.

    Attributes
    ----------
    fields
        The declared fields by name.
    scriptable
        Fields that may be written through a row; writing any other is refused.
    """

    __slots__ = ("model", "row")
    table: ClassVar[str]
    fields: ClassVar[dict[str, Field]]
    scriptable: ClassVar[frozenset[str]]
    model: Any
    row: int

    def __init_subclass__(
        cls,
        table: str | None = None,
        fields: Iterable[Field] = (),
        scriptable: Collection[str] = (),
        row_numbers: Iterable[tuple[str, str]] = (),
        **rest: Any,
    ) -> None:
        """Give the class a property for every field of its table.

        Parameters
        ----------
        table
            Name of the table; None in a class that inherits it.
        row_numbers
            Pairs of a field that holds a row number and the property that gives the number; so the
            field's own name is free for the agent in that row.
        """
        super().__init_subclass__(**rest)
        if table is None:
            return
        cls.table = table
        cls.fields = {field.name: field for field in fields}
        cls.scriptable = frozenset(scriptable)
        named = dict(row_numbers)
        for field in cls.fields.values():
            setattr(cls, named.get(field.name, field.name), _property(table, field, cls.scriptable))

    def __init__(self, model: Any, row: int) -> None:
        put = object.__setattr__
        put(self, "model", model)
        put(self, "row", row)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    def __setattr__(self, name: str, value: Any) -> None:
        if not isinstance(getattr(type(self), name, None), property):
            raise AttributeError(
                f"a row holds nothing but its columns: {type(self).__name__} has no {name!r} to write"
            )
        object.__setattr__(self, name, value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Row):
            return NotImplemented
        return self.table == other.table and self.row == other.row and self.model is other.model

    def __hash__(self) -> int:
        return hash(self.row)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.row}>"


def _property(table: str, field: Field, scriptable: frozenset[str]) -> property:
    """Return the property that reads a field, and writes it where a script may."""
    write = _writer(table, field) if field.name in scriptable else _refusal(field, scriptable)
    return property(_reader(table, field), write, doc=f"{field.meaning} [{field.unit}]")


def _reader(table: str, field: Field) -> Callable[[Row], Any]:
    name = field.name
    if field.unit == "0/1":
        return lambda row: getattr(row.model.world, table)[name].item(row.row) == 1
    enumeration = _enumeration_of(field)
    if enumeration is None:
        return lambda row: getattr(row.model.world, table)[name].item(row.row)
    members = {int(member): member for member in enumeration}
    return lambda row: members[getattr(row.model.world, table)[name].item(row.row)]


def _writer(table: str, field: Field) -> Callable[[Row, Any], None]:
    def write(row: Row, value: Any) -> None:
        column = getattr(row.model.world, table)[field.name]
        column[row.row] = _checked(field, column.dtype, value)

    return write


def _refusal(field: Field, scriptable: frozenset[str]) -> Callable[[Row, Any], None]:
    def refuse(row: Row, value: Any) -> None:
        allowed = ", ".join(sorted(scriptable)) or "nothing"
        raise AttributeError(
            f"{field.name} is written by the rules of {field.writer} only; a script may write {allowed}"
        )

    return refuse


def _enumeration_of(field: Field) -> type[IntEnum] | None:
    """Return the enumeration whose members a field holds, or None if it holds numbers."""
    found = getattr(states, field.unit, None) if field.unit.isidentifier() else None
    return found if isinstance(found, type) and issubclass(found, IntEnum) else None


def _checked(field: Field, dtype: np.dtype, value: Any) -> Any:
    """Return a value as its column takes it.

    Raises
    ------
    TypeError
        If it is no number.
    ValueError
        If it lies outside what the field can be.
    """
    if not isinstance(value, int | float | np.number | np.bool_):
        raise TypeError(f"{field.name} takes a number, not {value!r}")
    enumeration = _enumeration_of(field)
    low, high = LIMITS.get(field.unit, (-states.NEVER, states.NEVER))
    if enumeration is not None:
        low, high = min(enumeration), max(enumeration)
    if not low <= value <= high:  # NaN too
        raise ValueError(f"{field.name} [{field.unit}] goes from {low} to {high}; {value!r} does not")
    taken = dtype.type(value)
    if dtype.kind != "f" and taken != value:
        raise ValueError(f"{field.name} [{field.unit}] takes whole numbers, not {value!r}")
    return taken
