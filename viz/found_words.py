"""What an experiment found, in words and in cells: the same for terminal, report, Excel and charts."""

import math
import re
from collections.abc import Mapping
from typing import Any

from trappen.viz import captions, findings, wording
from trappen.viz.wording import say

CHANCES = frozenset(
    (
        *("chance_cheaper", "chance_break_even", "never", "chance", "share_met", "share_low", "share_high"),
        *("best_in_replicates", "best_in_sets", "chance_better", "chance_clean"),
    )
)
TALLIES = frozenset({"power", "wrong_sign"})
"""Shares of trials that were carried out: none of four is none, and no estimate of a chance."""

WHOLE = frozenset({"year", "break_even", "trial", "direction", "n"})
SIGNED = frozenset({"net", "whole", "amount", "bias", "truth", "estimate", "controls"})
"""Facts that are differences."""
CASELOADS = frozenset(
    {"from_caseload", "to_caseload", "lowest", "highest", "today", "tried_low", "tried_high", "best_value"}
)
"""Facts that were asked for, and are shown as they were."""
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
        key = _sensitivity_key(facts)
    if key == "casework" and not facts.get("sure", True):
        key = "casework_unsure"
    facts["exact_word"] = say(f"experiment.answer.{'exact' if facts.get('exact') else 'sampled'}", lang)
    facts["complete_word"] = say(
        f"experiment.answer.{'complete' if facts.get('complete') else 'partial'}", lang
    )
    facts["unseen_word"] = say("experiment.answer.unseen", lang) if facts.get("unseen") else ""
    if found.kind == "sensitivity":
        facts["most_share"] = wording.percent(facts["most_value"], lang)
        facts["unit"] = wording.unit(str(facts.get("unit", "m_dkk_per_year")), lang)
    if key == "trial":
        which = "needed" if facts.get("needed") else "needed_never"
        facts["needed_word"] = say(
            f"experiment.answer.{which}", lang, needed=facts.get("needed"), most=facts["most_places"]
        )
    if key == "budget":
        facts |= _net(found, lang)
    shown = {name: _shown(name, value, found.kind, lang) for name, value in facts.items()}
    if key == "explain":
        return [*_carried(found, shown["policy"], lang), say("experiment.answer.explain_how", lang, **shown)]
    lines = [wording.sentence(say(f"experiment.answer.{key}", lang, **shown))]
    if found.kind == "trial":
        lines += [say(f"experiment.answer.trial_{part}", lang, **shown) for part in ("power", "districts")]
    if found.kind == "sensitivity":
        lines += _beyond_luck(found, lang)
    if found.kind == "budget":
        lines += [*who_pays(found, lang), _earned_back(facts, shown, lang)]
    if found.kind == "seek" and not facts["monotone"]:
        lines.append(say("experiment.answer.seek_not_monotone", lang))
    return lines


def unit_of(row: object) -> str:
    """Return the unit of an indicator; empty if there is none of that name."""
    from trappen.model.outcomes import INDICATORS

    return next((one.unit for one in INDICATORS if one.row == row), "")


def _carried(found: Any, policy: str, lang: str) -> list[str]:
    """Return for each row what the policy changes in all and which of its parts carries most of it."""
    told = []
    for row, frame in found.tables["parts"].groupby("row", sort=False):
        parts = {record["part"]: record for record in frame.to_dict("records")}
        whole = parts.pop("whole")
        sure = [one for one in parts.values() if one["low"] > 0 or one["high"] < 0]
        places = findings.decimals(whole["share"], *(one["share"] for one in parts.values()))
        values = {
            "policy": policy,
            "row": name_of(row, lang, inside=True),
            "unit": wording.unit(unit_of(row), lang),
            "whole": wording.signed(whole["share"], places, lang),
            "whole_interval": wording.interval(whole["low"], whole["high"], places, lang),
        }
        if sure:
            most = max(sure, key=lambda one: abs(one["share"]))
            values |= {
                "most": name_of(most["part"], lang),
                "amount": wording.signed(most["share"], places, lang),
                "interval": wording.interval(most["low"], most["high"], places, lang),
            }
        key = "explain" if sure else "explain_none"
        if findings.verdict(whole["low"], whole["high"]) == findings.UNCLEAR:
            key += "_unclear"
        told.append(wording.sentence(say(f"experiment.answer.{key}", lang, **values)))
    return told


def _sensitivity_key(facts: Mapping[str, Any]) -> str:
    """Return the key of the answer; over few sets no number may be told from chance."""
    unsure = facts["method"] == "posterior" and not findings.beyond_chance(facts, facts.get("numbers", 1))
    return "unsure_posterior" if unsure else f"sensitivity_{facts['method']}"


def _beyond_luck(found: Any, lang: str) -> list[str]:
    """Return how many numbers do more than luck alone would, and what cannot be told."""
    facts, first = found.facts, found.tables["parameters"].iloc[0]
    if "beyond" not in facts:
        return []
    if facts["replicates"] < 2 and "by_chance" not in first:
        return [say("experiment.answer.luck_unknown", lang)]
    values = {name: facts[name] for name in ("beyond", "numbers", "replicates")}
    values["by_luck"] = wording.number(0.05 * facts["numbers"], 0, lang)
    if facts["method"] == "sobol":
        values["first_error"] = wording.percent(first["total_error"], lang)
        values["first_luck"] = wording.percent(first["luck"], lang)
    told = [say(f"experiment.answer.beyond_{facts['method']}", lang, **values)]
    several = "by_chance" in first
    known = findings.beyond_chance(first, facts["numbers"]) if several else first["beyond_luck"]
    if not known:
        told.append(say("experiment.answer.drowned", lang))
    if facts.get("at_odds"):
        told.append(say("experiment.answer.at_odds", lang, at_odds=facts["at_odds"]))
    if "held" in facts:
        told.append(say("experiment.answer.held", lang, **{name: facts[name] for name in ("held", "fitted")}))
    return told


def _net(found: Any, lang: str) -> dict[str, str]:
    """Return the difference from the perspective chosen and its interval, with the same decimals."""
    seen = found.tables["perspectives"]
    (row,) = seen[seen["perspective"] == found.facts.get("perspective", "accounts")].to_dict("records")
    places = findings.row_decimals(row)
    return {
        "net": wording.signed(row["difference"], places, lang),
        "net_interval": wording.interval(row["low"], row["high"], places, lang),
    }


def who_pays(found: Any, lang: str) -> list[str]:
    """Return which budget surely pays and gains most; a larger one that cannot be told is named too."""
    silo = found.tables["silo"].to_dict("records")
    told = []
    sure = {
        "pays": [row for row in silo if row["low"] > 0],
        "gains": [row for row in silo if row["high"] < 0],
    }
    for which, rows in sure.items():
        if not rows:
            told.append(say(f"experiment.answer.budget_{which}_none", lang))
            continue
        row = max(rows, key=lambda one: abs(one["difference"]))
        side = 1 if which == "pays" else -1
        told.append(say(f"experiment.answer.budget_{which}", lang, **_who(row, side, lang)))
        first = max(silo, key=lambda one: side * one["difference"])
        if first is not row:
            told.append(say(f"experiment.answer.budget_{which}_unsure", lang, **_who(first, 1, lang)))
    return told


def _who(row: Mapping[str, Any], side: int, lang: str) -> dict[str, str]:
    """Return a budget with what it comes to pay and its interval; with side -1 what it saves."""
    places = findings.row_decimals(row)
    who = name_of(row["budget"], lang)
    if side < 0:
        low, amount, high = (wording.number(-row[end], places, lang) for end in ("high", "difference", "low"))
        return {"who": who, "amount": amount, "interval": say("word.interval", lang, low=low, high=high)}
    return {
        "who": who,
        "amount": wording.signed(row["difference"], places, lang),
        "interval": wording.interval(row["low"], row["high"], places, lang),
    }


def _earned_back(facts: Mapping[str, Any], shown: Mapping[str, str], lang: str) -> str:
    """Return when the money is earned back; never where most replicates never earn it back."""
    year = facts["break_even"]
    never = year is None or year != year or facts["never"] > 0.5
    answer = {"changes": facts.get("changes", True), "chance_within_horizon": facts["chance"]}
    found = findings.earned_back(answer, None if never else year)
    return say(f"experiment.answer.budget_{'back' if found == 'year' else found}", lang, **shown)


def _shown(name: str, value: Any, kind: str, lang: str) -> str:
    """Return a fact as it stands in a sentence."""
    if name == "break_even":
        return say("experiment.never", lang) if value is None or value != value else str(int(value))
    if name in ("chance", "never", "cheapest_chance", "best_chance"):
        return wording.chance(value, lang)
    if name.endswith("_error") and isinstance(value, float):
        return wording.number(value, _places_of_error(value), lang)
    if name in ("certainty", "power", "power_clean", "spill_over_share", "best_share"):
        return wording.percent(value, lang)
    if name == "measure":
        return say(f"experiment.measure.{value}", lang)
    if name == "perspective":
        return say(f"perspective.side.{value}", lang)
    if name == "grade":
        return findings.grade(value, lang)
    if name == "unit":
        return wording.pick(value, lang) if not isinstance(value, str) else value
    if name in SIGNED and isinstance(value, float):
        return wording.signed(value, findings.decimals(value), lang)
    if name in CASELOADS:
        return wording.plain(value, lang)
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
    if kind == "seek" and name == "goal":
        return goal_words(str(value), lang)
    return name_of(value, lang, inside=True)


def goal_words(goal: str, lang: str) -> str:
    """Return a goal such as `review_kept>=95` in words; one that is none stands as it is."""
    found = re.fullmatch(r"(change:)?(\w+)(>=|<=)(-?[\d.]+)", goal.replace(" ", ""))
    if found is None:
        return goal
    change, row, sign, value = found.groups()
    return say(
        f"experiment.answer.{'goal_change' if change else 'goal'}",
        lang,
        row=name_of(row, lang, inside=bool(change)),
        sign="≥" if sign == ">=" else "≤",
        value=wording.plain(float(value), lang),
        unit=wording.unit(unit_of(row), lang),
    )


def _places_of_error(value: float) -> int:
    """Return the decimals that show an error to two figures, and no more than five."""
    if not 0 < value < math.inf:
        return 0
    return min(5, max(0, 1 - math.floor(math.log10(value))))


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
    if column in TALLIES and is_number(value):
        return wording.percent(value, lang)
    if is_number(value):
        decimals = findings.decimals(float(value)) if places is None else places
        return wording.number(float(value), decimals, lang)
    if column == "grade":
        return findings.grade(value, lang)
    if column == "unit":
        return wording.unit(str(value), lang)
    if column == "measure":
        return say(f"experiment.measure.{value}", lang)
    if column in ("post", "payer"):
        return say(f"{column}.{value}", lang)
    return wording.sentence(name_of(value, lang))


OVER_REPLICATES = frozenset({"budget", "explain", "optimise", "by_age", "many", "casework"})
"""Experiments whose intervals are ranges over replicates; those of others say themselves what they are."""


def of_intervals(found: Any, lang: str) -> str:
    """Return what the intervals cover; empty where they are others than those over replicates."""
    if found.kind not in OVER_REPLICATES:
        return ""
    few = captions.few_line(found.manifest, lang)
    return f"{say('experiment.uncertainty', lang)} {few}".rstrip()


def frame_line(found: Any, lang: str) -> str:
    """Return municipality, children, years, replicates and price year in a line.

    A trial is of municipalities made for it, so it says how many of what size, and how many trials.
    """
    manifest = found.manifest
    return say(
        "experiment.frame_trial" if found.kind == "trial" else "experiment.frame",
        lang,
        trials=manifest.get("trials"),
        municipalities=manifest.get("municipalities"),
        place=manifest.get("municipality"),
        children=wording.number(manifest.get("children"), 0, lang),
        years=manifest.get("years"),
        start=manifest.get("start_year"),
        replicates=wording.number(manifest.get("replicates"), 0, lang),
        price_year=manifest.get("price_year"),
    )
