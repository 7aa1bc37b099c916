"""CHEERS 2022: what a reader of an economic evaluation must be told, filled from the comparison itself."""

from typing import Any

from trappen.viz import captions, findings, found_words, wording
from trappen.viz.markup import Html, scrolling, table
from trappen.viz.wording import say

ITEMS = (
    *(
        "title",
        "abstract",
        "background",
        "plan",
        "population",
        "setting",
        "comparators",
        "perspective",
        "horizon",
    ),
    *("discount", "outcomes", "measured", "valued", "resources", "currency", "model", "analytics"),
    *("heterogeneity", "distribution", "uncertainty", "engagement", "parameters", "results"),
    *("effect_of_uncertainty", "effect_of_engagement", "limits", "funding", "interests"),
)
"""The 28 items in their order."""


def cheers(comparison: Any, lang: str) -> Html:
    """Return the table of the 28 items, each with what this report says or where it says it."""
    values = _values(comparison, lang)
    rows = [
        [
            f"{number}. {say(f'cheers.item.{item}', lang)}",
            wording.sentence(say(f"cheers.told.{item}", lang, **values).strip()),
        ]
        for number, item in enumerate(ITEMS, 1)
    ]
    heads = [say("cheers.head_item", lang), say("cheers.head_told", lang)]
    return scrolling(table(heads, rows, text_columns=[1]), say("cheers.title", lang))


def _values(comparison: Any, lang: str) -> dict[str, str]:
    """Return what the sentences need; each uses some of it."""
    manifest = comparison.manifest
    first, last, years = captions.years_of(comparison)
    sets = captions.fact(manifest, "parameter_sets")
    grades = (manifest.get("evidence") or {}).get("grades") or {}
    return {
        "a": captions.policy_name(comparison, 0, lang),
        "b": captions.policy_name(comparison, 1, lang),
        "place": captions.municipality(manifest),
        "children": wording.number(captions.fact(manifest, "children"), 0, lang),
        "first": str(first),
        "last": str(last),
        "years": str(years),
        "rates": findings.discount_text(captions.fact(manifest, "discount_rate"), lang),
        "price_year": str(captions.fact(manifest, "price_year") or ""),
        "replicates": wording.number(captions.fact(manifest, "replicates"), 0, lang),
        "sets": str(len(sets) if isinstance(sets, list | tuple) else sets),
        "count": str(sum(grades.values())),
        "assumed": str(grades.get("assumed", 0)),
        "answer": " ".join(findings.headline(comparison, lang)[:2]),
        "title": captions.title(comparison, lang),
        "summary": say("report.summary", lang),
        "seed": str(captions.fact(manifest, "seed")),
        "version": str(captions.fact(manifest, "program_version", "version") or ""),
        "seen": say(f"perspective.{captions.perspective(manifest)}", lang),
        "levers": str(sum(lever["a"] != lever["b"] for lever in manifest.get("levers") or [])),
        "luck": findings.luck_line(comparison, lang),
        "losing": findings.losing_lines(comparison, lang)[0],
        "structure": findings.structure_line(comparison, lang),
        "rests": findings.rests_line(comparison, lang),
        **_of_groups(comparison, lang),
    }


def _of_groups(comparison: Any, lang: str) -> dict[str, str]:
    """Return for how many groups fewer children are in need, or more, and which budget surely pays."""
    frame = comparison.equity()
    groups = frame[frame["group_kind"] != "all"]
    need = groups[groups["measure"] == "in_need"]
    return {
        "groups": str(groups["group"].nunique()),
        "measures": str(groups["measure"].nunique()),
        "fewer": str(int((need["high"] < 0).sum())),
        "more": str(int((need["low"] > 0).sum())),
        "pays": " ".join(found_words.who_pays(comparison.budget(), lang)),
    }
