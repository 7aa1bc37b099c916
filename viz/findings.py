"""What a comparison says, in sentences and rounded numbers, the same for terminal, charts and report."""

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from trappen.viz import captions, wording
from trappen.viz.wording import say

if TYPE_CHECKING:
    import pandas as pd

LESS, MORE, UNCLEAR, SAME = "less", "more", "unclear", "same"

SURELY = 0.9
"""Chance from which money is said to be earned back, and not that it cannot be told."""

MISNAMED = 0.05
"""How often one of many uncertain numbers may be named as deciding where none decides anything."""


def verdict(low: float, high: float) -> str:
    """Return what an interval of a difference allows one to say: less, more, the same, or nothing."""
    if low == 0 and high == 0:
        return SAME
    if high < 0:
        return LESS
    return MORE if low > 0 else UNCLEAR


def judgement(row: Mapping[str, Any]) -> str:
    """Return `better`, `worse`, `unclear`, `same`, or `moved` for a row that is neither good nor bad."""
    found = verdict(row["low"], row["high"])
    if found in (UNCLEAR, SAME):
        return found
    if row["direction"] == 0:
        return "moved"
    return "better" if (found == MORE) == (row["direction"] > 0) else "worse"


def decimals(*values: float) -> int:
    """Return how many decimals show the largest of some differences to one or two figures."""
    known = [abs(value) for value in values if math.isfinite(value)]
    largest = max(known, default=0.0)
    if largest == 0 or largest >= 20:
        return 0
    return 1 if largest >= 0.5 else 2 if largest >= 0.05 else 3


def row_decimals(row: Mapping[str, Any]) -> int:
    """Return the decimals of a whole row, so that its difference is the difference of what is shown.

    An interval without zero is never rounded into one that ends at zero, down to a thousandth.
    """
    places = decimals(row["difference"], row["low"], row["high"])
    level = max(abs(row["a"]), abs(row["b"]))
    if 0 < level < 100:
        places = max(places, 1)
    if verdict(row["low"], row["high"]) in (LESS, MORE):
        nearest = min(abs(row["low"]), abs(row["high"]))
        while places < 3 and round(nearest, places) == 0:
            places += 1
    return places


def in_percent(row: Mapping[str, Any]) -> tuple[float, float, float] | None:
    """Return a difference and the ends of its interval in per cent of what the first policy gives.

    None for what is so rare that single replicates lie more than a whole mean under it: an amount cannot fall
    by more than 100 %, and the shares would say more of the mean than of the change.
    """
    if not row["a"] > 0:
        return None
    middle, low, high = (100 * row[name] / row["a"] for name in ("difference", "low", "high"))
    return None if low < -100 else (middle, low, high)


def rounding_note(frame: "pd.DataFrame", lang: str) -> str:
    """Return how rows are read whose numbers seem to disagree: rounded apart, or moved by few replicates."""
    told = [say("finding.rounded", lang)]
    known = [row for row in records(frame) if row["low"] == row["low"]]
    if any(not row["low"] <= row["difference"] <= row["high"] for row in known):
        told.append(say("finding.outside", lang))
    return " ".join(told)


def records(frame: "pd.DataFrame") -> list[dict[str, Any]]:
    """Return every row of a frame as a mapping by column."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def rows(frame: "pd.DataFrame", *groups: str) -> list[dict[str, Any]]:
    """Return the rows of some groups as mappings, in the frame's order within each group."""
    return [row for group in groups for row in records(frame[frame["group"] == group])]


def row_named(frame: "pd.DataFrame", name: str) -> dict[str, Any] | None:
    """Return the row of that id, or None."""
    found = records(frame[frame["row"] == name])
    return found[0] if found else None


def headline(comparison: Any, lang: str) -> list[str]:
    """Return the answer in plain words: the cost, then the children, then the harm.

    An interval that contains zero is said not to tell; nothing is rounded into a finding.
    """
    summary = comparison.summary()
    a, b = (captions.policy_name(comparison, which, lang) for which in (0, 1))
    found = []
    if cost := row_named(summary, "net_cost_per_year"):
        amount = wording.money(abs(cost["difference"]), lang, row_decimals(cost))
        found.append(
            _compared(
                "finding.cost", cost, lang, a=a, b=b, amount=amount, side=captions.side(comparison, lang)
            )
        )
    if need := row_named(summary, "need_months"):
        amount = wording.number(abs(need["difference"]), row_decimals(need), lang)
        found.append(_compared("finding.need", need, lang, a=a, b=b, amount=amount))
    return [wording.sentence(text) for text in [*found, *harm_sentences(comparison, lang)]]


def _compared(key: str, row: Mapping[str, Any], lang: str, **values: object) -> str:
    places = row_decimals(row)
    return say(
        f"{key}.{verdict(row['low'], row['high'])}",
        lang,
        difference=wording.signed(row["difference"], places, lang),
        low=wording.signed(row["low"], places, lang),
        high=wording.signed(row["high"], places, lang),
        interval=wording.interval(row["low"], row["high"], places, lang),
        chance=wording.chance(row["chance_better"], lang),
        **values,
    )


def harm_sentences(comparison: Any, lang: str) -> list[str]:
    """Return one sentence for the harm that grew, one for what fell and one for what cannot be told."""
    told: dict[str, list[str]] = {"worse": [], "better": [], "unclear": [], "same": []}
    for row in records(comparison.harm()):
        label = say(f"row.{row['row']}", lang).lower()
        found = judgement(row)
        if found in ("worse", "better"):
            moved = wording.signed(row["difference"], row_decimals(row), lang)
            label += f" ({moved} {wording.unit(row['unit'], lang)})"
        told[found].append(label)
    return [
        say(f"finding.harm.{found}", lang, rows=listed(labels, lang))
        for found, labels in told.items()
        if labels
    ]


def listed(words: Iterable[str], lang: str) -> str:
    """Join words as a sentence does: a, b and c."""
    *front, last = list(words)
    return f"{', '.join(front)} {say('word.and', lang)} {last}" if front else last


def break_even_year(comparison: Any) -> int | None:
    """Return the calendar year in which the investment is earned back, or None for never.

    It is never when most replicates never earn it back, whatever the median of the rest.
    """
    answer = comparison.break_even()
    year = answer.get("year")
    if year is None or not math.isfinite(year) or answer["never_share"] > 0.5:
        return None
    start = captions.years_of(comparison)[0]
    return int(year) if year >= 1000 else start + int(year)


def earned_back(answer: Mapping[str, Any], year: object) -> str:
    """Return whether money is earned back: `nothing` is invested, `never`, `unsure`, or in a `year`."""
    if not answer.get("changes", True):
        return "nothing"
    if year is None:
        return "never"
    return "year" if answer["chance_within_horizon"] >= SURELY else "unsure"


def break_even_line(comparison: Any, lang: str) -> str:
    """Return when the investment is earned back and how likely that is; `never` is said plainly."""
    answer = comparison.break_even()
    year = break_even_year(comparison)
    return say(
        f"finding.break_even.{earned_back(answer, year)}",
        lang,
        year=year,
        years=captions.years_of(comparison)[2],
        chance=wording.chance(answer["chance_within_horizon"], lang),
    )


def structural_choices(comparison: Any) -> list[dict[str, Any]]:
    """Return the structural choices with the default once, first."""
    frame = comparison.structure()
    if not len(frame):
        return []
    choices = records(frame)
    default = [row for row in choices if row["is_default"]][:1]
    return default + [row for row in choices if not row["is_default"]]


def choice_name(row: Mapping[str, Any], lang: str) -> str:
    """Return a structural choice in words; the default stands for all the defaults together."""
    if row["is_default"]:
        return say("report.defaults", lang)
    switch = wording.say_or(f"switch.{row['switch']}", lang, str(row["switch"]))
    choice = wording.say_or(f"choice.{row['switch']}.{row['choice']}", lang, str(row["choice"]))
    return f"{switch}: {choice}"


def structure_line(comparison: Any, lang: str) -> str:
    """Return in one line how the verdict on cost changes over the structural choices; empty if none ran."""
    found = [(row, verdict(row["low"], row["high"])) for row in structural_choices(comparison)]
    if len(found) < 2:
        return ""
    words = {kind: say(f"finding.structure.verdict_{kind}", lang) for kind in (LESS, MORE, UNCLEAR, SAME)}
    kinds = [kind for _, kind in found]
    # Results of earlier versions do not say how many.
    brief = found[-1][0].get("replicates")
    tried = f" {say('finding.structure.brief', lang, replicates=int(brief))}" if brief else ""
    if len(set(kinds)) == 1:
        return say("finding.structure.same", lang, count=len(kinds), verdict=words[kinds[0]]) + tried
    usual = kinds[0]
    counted = [
        say("finding.structure.counted", lang, verdict=words[kind], count=kinds.count(kind))
        for kind in words
        if kind in kinds
    ]
    other = [say("word.quoted", lang, text=choice_name(row, lang)) for row, kind in found if kind != usual]
    told = say(
        "finding.structure.turns",
        lang,
        count=len(kinds),
        verdicts=", ".join(counted),
        choices=listed(other, lang),
    )
    return told + tried


def losing_lines(comparison: Any, lang: str) -> list[str]:
    """Return in how many parameter sets the second policy loses, and which uncertain numbers decide it."""
    sets = comparison.losing()
    b = wording.sentence(captions.policy_name(comparison, 1, lang))
    if len(sets) <= 1:
        return [say("finding.losing.one_set", lang)]
    count = int(sets["reform_loses"].sum())
    which = ", ".join(str(number) for number in sets.loc[sets["reform_loses"], "set"])
    key = "finding.losing.some" if count else "finding.losing.none"
    lines = [say(key, lang, b=b, count=count, all=len(sets), sets=which)]
    if "helps" in sets:
        helped = int(sets["helps"].sum())
        lines.append(say("finding.losing.helps", lang, count=helped, all=len(sets)))
    ranked = records(comparison.losing_parameters())
    parameters = [row for row in ranked if beyond_chance(row, len(ranked))][:3]
    if ranked and not parameters:
        strongest = wording.signed(ranked[0]["correlation"], 2, lang)
        told = {"sets": len(sets), "count": len(ranked), "correlation": strongest}
        lines.append(say("finding.losing.undecided", lang, **told))
    if parameters:
        words = [
            say(
                "finding.losing.correlation",
                lang,
                parameter=meaning(row["parameter"], lang),
                correlation=wording.signed(row["correlation"], 2, lang),
                grade=grade(row["grade"], lang),
            )
            for row in parameters
        ]
        lines.append(say("finding.losing.deciding", lang, parameters=listed(words, lang)))
    return lines


def beyond_chance(row: Mapping[str, Any], numbers: int) -> bool:
    """Tell whether a link is stronger than, in 95 cases of 100, the strongest of so many by accident."""
    return bool(row.get("by_chance", 0.0) < MISNAMED / max(numbers, 1))


def meaning(parameter: object, lang: str) -> str:
    """Return what an uncertain number is, in words; its name if the register does not have it."""
    from trappen.model.evidence import register

    entry = register().get(str(parameter).partition(".")[0])
    if entry is None:
        return str(parameter)
    words = wording.pick(entry.meaning, lang)
    return words[:1].lower() + words[1:] if not words[1:2].isupper() else words


def grade(name: object, lang: str) -> str:
    """Return the words of a grade of evidence; one without a text is shown as it stands."""
    return wording.say_or(f"grade.{wording.slug(str(name))}", lang, str(name))


def luck_line(comparison: Any, lang: str) -> str:
    """Return how the spread of the cost difference divides between luck and uncertain numbers."""
    cost = row_named(comparison.summary(), "net_cost_per_year")
    if cost is None or not math.isfinite(cost["luck_sd"]) or not math.isfinite(cost["parameter_sd"]):
        return ""
    return say(
        "finding.luck",
        lang,
        luck=wording.number(cost["luck_sd"], 1, lang),
        parameter=wording.number(cost["parameter_sd"], 1, lang),
    )


def discount_text(rates: object, lang: str) -> str:
    """Return the discount rate in words: one rate, or one after another with the year each begins."""
    if isinstance(rates, int | float):
        return wording.percent(rates, lang, 1)
    if not isinstance(rates, list | tuple):
        return "" if rates is None else str(rates)
    told = []
    for step in rates:
        start, rate = (step.get("from_year", 0), step["rate"]) if isinstance(step, Mapping) else step
        shown = wording.percent(rate, lang, 1)
        told.append(say("report.discount_from", lang, rate=shown, year=start) if start else shown)
    return ", ".join(told)


def rests_line(comparison: Any, lang: str) -> str:
    """Return how much of the spread from uncertain numbers rests on assumed ones; nothing if not measured."""
    evidence = comparison.manifest.get("evidence") or {}
    return share_line(evidence.get("spread_by_grade") or {}, lang)


def share_line(shares: Mapping[str, float], lang: str) -> str:
    """Return how much of the spread from uncertain numbers rests on assumed ones; nothing if not measured."""
    if not shares:
        return ""
    return say("evidence.share", lang, share=wording.number(100.0 * shares.get("assumed", 0.0), 0, lang))
