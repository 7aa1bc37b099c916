"""Tables of what an experiment found, for page and terminal: intervals in one cell, policies by name.

The workbook keeps every number in a cell of its own.
"""

from collections.abc import Mapping
from typing import Any

from trappen.viz import captions, findings, found_words, wording
from trappen.viz.found_words import CHANCES, SIGNED, cell, head, is_number, places_of
from trappen.viz.wording import say

SIGNED_COLUMNS = SIGNED | {
    *("difference", "present_value", "share", "signed_effect", "cost_difference", "outcome_difference"),
    *("estimate", "with_spill_over", "truth", "bias", "correlation", "at_low", "at_high", "cost"),
}
"""Columns of differences, whose numbers bear a sign."""

UNSHOWN = frozenset({"direction", "group_kind", "chance_break_even"})
"""What programs need and readers do not; the chance of breaking even is what `never` leaves."""

MEASURES = frozenset({"row", "measure"})
"""Columns that say of what each row is."""

COMPARED = frozenset({"a", "b", "difference", "low", "high"})
"""Columns of a row that are read against each other."""

Shown = tuple[list[str], list[list[str]], list[int]]
"""Heads, cells, and which columns are words."""


def shown(frame: Any, facts: Mapping[str, Any], lang: str, most: int | None = None) -> Shown:
    """Return the heads and cells of a frame as words, and which columns are words.

    Parameters
    ----------
    facts
        Of the experiment; `a` and `b` name the policies.
    most
        At most so many rows.
    """
    records: list[dict[str, Any]] = (frame.head(most) if most else frame).to_dict("records")
    columns = [str(column) for column in frame.columns if str(column) not in UNSHOWN]
    if "sampling_error" in columns and not frame["sampling_error"].any():
        columns.remove("sampling_error")
    ends = {low: (low, f"{stem}high") for low in columns for stem in _stems(low) if f"{stem}high" in columns}
    highs = {high for _, high in ends.values()}
    kept = [column for column in columns if column not in highs]
    values = {c: [_plain(record[c]) for record in records] for c in columns}
    numbers = {c: [float(v) for v in values[c] if is_number(v)] for c in columns}
    places = {c: places_of(numbers[c]) for c in columns}
    for low, high in ends.values():
        value = _value_of(low, columns)
        together = places_of(numbers[low] + numbers[high] + numbers.get(value, []))
        places |= dict.fromkeys((low, high, value), together)
    heads = [head_of(c, facts, lang) if c not in ends else _head_of_ends(c, lang) for c in kept]
    # Rows of different measures have decimals of their own; those of one measure are read down the column.
    apart = set(columns) >= COMPARED and not MEASURES.isdisjoint(columns)
    cells = []
    for record in records:
        own = places | (dict.fromkeys(COMPARED, findings.row_decimals(record)) if apart else {})
        cells.append(
            [
                _interval(record, *ends[c], own[c], _signed(_value_of(c, columns)), lang)
                if c in ends
                else _cell(record[c], c, own[c], lang)
                for c in kept
            ]
        )
    texts = [at for at, c in enumerate(kept) if not numbers[c] and c not in ends]
    return heads, cells, texts


def _stems(low: str) -> list[str]:
    """Return what stands before `low` in the name of a column that is the low end of an interval."""
    return [low.removesuffix("low")] if low == "low" or (low.endswith("_low") and low != "at_low") else []


def _value_of(low: str, columns: list[str]) -> str:
    """Return the column whose interval begins in a column: the one just before it."""
    at = columns.index(low)
    return columns[at - 1] if at else ""


def _signed(column: str) -> bool:
    return column in SIGNED_COLUMNS


def head_of(column: str, facts: Mapping[str, Any], lang: str) -> str:
    """Return the head of a column; the two policies stand under their names."""
    name = facts.get(column) if column in ("a", "b") else None
    return captions.name_of(str(name), lang) if name else head(column, lang)


def _cell(value: Any, column: str, places: int, lang: str) -> str:
    number = _plain(value)
    if column == "row":
        unit = found_words.unit_of(value)
        return cell(value, column, lang) + (f" ({wording.unit(unit, lang)})" if unit else "")
    if column == "levers":
        names = [name for name in str(value or "").split(", ") if name]
        return wording.sentence(", ".join(found_words.name_of(name, lang, inside=True) for name in names))
    if _signed(column) and is_number(number) and column not in CHANCES:
        return wording.signed(float(number), places, lang)
    return cell(value, column, lang, places)


def _head_of_ends(low: str, lang: str) -> str:
    """Return the head of two ends: what is published has a plausible range, what is simulated an interval."""
    return say("column.target_range" if low == "published_low" else "column.interval", lang)


def _interval(record: Mapping[str, Any], low: str, high: str, places: int, signed: bool, lang: str) -> str:
    ends = [_plain(record[low]), _plain(record[high])]
    if any(not is_number(end) or end != end for end in ends):
        return wording.NONE
    if low in CHANCES:
        told = [wording.percent(end, lang) for end in ends]
    else:
        write = wording.signed if signed else wording.number
        told = [write(float(end), places, lang) for end in ends]
    return say("word.interval", lang, low=told[0], high=told[1])


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value
