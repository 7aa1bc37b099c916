"""What an experiment found, in words and in cells: the same for terminal, report, Excel and charts."""

from collections.abc import Mapping
from typing import Any

from trappen.viz import findings, wording
from trappen.viz.wording import say

CHANCES = frozenset(
    (
        *("chance_cheaper", "chance_break_even", "never", "chance", "share_met", "share_low", "share_high"),
        *("power", "wrong_sign", "best_in_replicates", "best_in_sets", "chance_better"),
    )
)
WHOLE = frozenset({"year", "break_even", "trial", "direction", "n"})
SIGNED = frozenset({"net", "whole", "amount", "bias", "truth", "estimate", "controls"})
"""Facts that are differences."""
TOGETHER = (
    ("difference", "mean", "low", "high"),
    ("present_value", "present_value_low", "present_value_high"),
)
"""Columns that are read against each other and so have the same decimals."""
LONG = frozenset(
    (
        *(
            "investment",
            "years",
            "differences",
            "trials",
            "acceptability",
            "plane",
            "tried",
            "equity",
            "casework_ranges",
        ),
        *("equity_family_kind", "equity_sex", "equity_age", "equity_district"),
    )
)
"""Tables that the terminal leaves to the report."""


def title(found: Any, lang: str) -> str:
    """Return the heading of an experiment's result."""
    return say(f"experiment.title.{found.kind}", lang)


def answer(found: Any, lang: str) -> list[str]:
    """Return the answer in sentences, its numbers rounded as they are shown."""
    facts = dict(found.facts)
    key = found.kind
    if key == "seek":
        key = "seek_reached" if facts["moved"] else "seek_already" if facts["reached"] else "seek_never"
    if key == "sensitivity":
        key = f"sensitivity_{facts['method']}"
    facts["exact_word"] = say(f"experiment.answer.{'exact' if facts.get('exact') else 'sampled'}", lang)
    facts["complete_word"] = say(
        f"experiment.answer.{'complete' if facts.get('complete') else 'partial'}", lang
    )
    facts["unseen_word"] = say("experiment.answer.unseen", lang) if facts.get("unseen") else ""
    shown = {name: _shown(name, value, found.kind, lang) for name, value in facts.items()}
    lines = [wording.sentence(say(f"experiment.answer.{key}", lang, **shown))]
    if found.kind == "seek" and not facts["monotone"]:
        lines.append(say("experiment.answer.seek_not_monotone", lang))
    return lines


def _shown(name: str, value: Any, kind: str, lang: str) -> str:
    """Return a fact as it stands in a sentence."""
    if name == "break_even":
        return say("experiment.never", lang) if value is None or value != value else str(int(value))
    if name in ("chance", "never", "cheapest_chance", "best_chance"):
        return wording.chance(value, lang)
    if name in ("certainty", "power", "power_clean", "spill_over_share"):
        return wording.percent(value, lang)
    if name == "measure":
        return say(f"experiment.measure.{value}", lang)
    if name == "perspective":
        return say(f"perspective.side.{value}", lang)
    if name == "grade":
        return findings.grade(value, lang)
    if name == "unit":
        return wording.pick(value, lang)
    if name in SIGNED and isinstance(value, float):
        return wording.signed(value, findings.decimals(value), lang)
    if name == "best_amount":
        return wording.number(round(float(value), -2), 0, lang)
    if name in ("a", "b", "policy") and isinstance(value, str):
        return wording.say_or(f"policy.{value}", lang, value)
    if isinstance(value, bool) or value is None:
        return "" if value is None else say(f"experiment.{'yes' if value else 'no'}", lang)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return wording.number(value, findings.decimals(value), lang)
    if isinstance(value, list | tuple):
        return ", ".join(name_of(one, lang) for one in value)
    return name_of(value, lang, inside=True) if kind != "seek" or name != "goal" else str(value)


def name_of(value: object, lang: str, *, inside: bool = False) -> str:
    """Return the words of an id: of a budget, a part, an indicator, a lever, a policy or a parameter."""
    text = str(value)
    for key in (f"experiment.id.{text}", f"row.{text}", f"policy.{text}", f"group.{text}"):
        if wording.has(key):
            words = say(key, lang)
            return words[:1].lower() + words[1:] if inside and not words[1:2].isupper() else words
    from trappen.policies.lever import levers

    if text in levers():
        words = levers()[text].title[lang]
        return words[:1].lower() + words[1:] if inside else words
    from trappen.model.evidence import register

    if text in register():
        return register()[text].meaning[lang]
    return text


def head(column: str, lang: str) -> str:
    """Return the head of a column; a lever's own column is named by the lever."""
    if column.startswith("lever:"):
        return name_of(column.removeprefix("lever:"), lang)
    return wording.say_or(f"experiment.column.{column}", lang, column)


def table_title(name: str, lang: str) -> str:
    """Return the heading of a table."""
    return wording.say_or(f"experiment.table.{name}", lang, name)


def is_number(value: object) -> bool:
    """Tell whether a cell holds a number that stands at the right."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def places_of(values: list[float]) -> int:
    """Return the decimals of a column, the same in all rows, so that they can be read against each other."""
    known = [abs(value) for value in values if value == value]
    largest = max(known, default=0.0)
    if largest == 0 or largest >= 1000 or all(value == round(value) for value in known):
        return 0
    return 1 if largest >= 20 else 2 if largest >= 0.5 else 3


def cell(value: Any, column: str, lang: str, places: int | None = None) -> str:
    """Return a cell in words or digits."""
    if value is None or (isinstance(value, float) and value != value):
        return say("experiment.never", lang) if column == "break_even" else wording.NONE
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool):
        return say(f"experiment.{'yes' if value else 'no'}", lang)
    if column in WHOLE and is_number(value):
        return str(int(value))
    if column in CHANCES and is_number(value):
        return wording.chance(value, lang)
    if is_number(value):
        decimals = findings.decimals(float(value)) if places is None else places
        return wording.number(float(value), decimals, lang)
    if column == "grade":
        return findings.grade(value, lang)
    if column == "unit":
        return wording.unit(str(value), lang)
    if column == "measure":
        return say(f"experiment.measure.{value}", lang)
    return wording.sentence(name_of(value, lang))


def rows_of(frame: Any, lang: str, most: int | None = None) -> tuple[list[str], list[list[str]], list[int]]:
    """Return the heads and cells of a frame as words, and which columns are words."""
    columns = [str(column) for column in frame.columns]
    records: list[Mapping[str, Any]] = (
        frame.head(most).to_dict("records") if most else frame.to_dict("records")
    )
    values = {c: [_plain(record[c]) for record in records] for c in columns}
    numbers = {c: [float(v) for v in values[c] if is_number(v)] for c in columns}
    together = {c: next((group for group in TOGETHER if c in group), (c,)) for c in columns}
    places = {c: places_of([x for one in together[c] for x in numbers.get(one, [])]) for c in columns}
    cells = [[cell(record[c], c, lang, places[c]) for c in columns] for record in records]
    texts = [at for at, c in enumerate(columns) if not numbers[c]]
    return [head(column, lang) for column in columns], cells, texts


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def frame_line(found: Any, lang: str) -> str:
    """Return municipality, children, years, replicates and price year in a line."""
    manifest = found.manifest
    return say(
        "experiment.frame",
        lang,
        place=manifest.get("municipality"),
        children=wording.number(manifest.get("children"), 0, lang),
        years=manifest.get("years"),
        start=manifest.get("start_year"),
        replicates=wording.number(manifest.get("replicates"), 0, lang),
        price_year=manifest.get("price_year"),
    )
