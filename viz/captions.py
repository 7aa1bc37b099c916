"""What a result is called, and what was asked: policies, municipality, side, years, replicates, prices."""

from collections.abc import Mapping
from typing import Any

from trappen.scenarios.intervals import FEW
from trappen.viz import wording
from trappen.viz.wording import say

MOST_PRICES = 6
"""Own unit costs told by name; of more, how many."""

SIDED = ("net_cost_per_year", "net_present_value")
"""Rows that count from the perspective chosen."""


def policy_name(comparison: Any, which: int, lang: str) -> str:
    """Return the policy's name as it stands inside a sentence."""
    return _policy_text("policy", comparison, which, lang)


def policy_head(comparison: Any, which: int, lang: str) -> str:
    """Return the policy's name as the head of a column or a line in a chart."""
    return _policy_text("policy_head", comparison, which, lang)


def name_of(policy: str, lang: str) -> str:
    """Return the name of a policy that stands alone, as a heading."""
    return wording.sentence(wording.say_or(f"policy_head.{policy}", lang, policy))


def _policy_text(kind: str, comparison: Any, which: int, lang: str) -> str:
    name = comparison.names[which]
    titles = comparison.manifest.get("titles") or {}
    key = f"{kind}.{name}"
    text = say(key, lang) if wording.has(key) else wording.pick(titles.get(name, name), lang)
    scenarios = comparison.manifest.get("scenarios") or {}
    return marked(text, scenarios.get("ab"[which]) or {}, lang)


def marked(name: str, scenario: Mapping[str, Any], lang: str) -> str:
    """Return a policy's name, marked as changed where a resolved scenario lays its own over it."""
    usual = scenario.get("policy", {}).get("levers", {})
    own = {lever for lever, value in scenario.get("levers", {}).items() if usual.get(lever) != value}
    is_changed = own or scenario.get("programmes") or scenario.get("hook_sha256")
    return say("finding.changed", lang, policy=name) if is_changed else name


def own_prices_line(manifest: Mapping[str, Any], lang: str) -> str:
    """Return which of the municipality's own unit costs a result rests on; empty where it has none."""
    from trappen.scenarios.own_prices import unit_costs

    scenarios = manifest.get("scenarios") or {}
    given = fact({"scenario": scenarios.get("a"), **manifest}, "parameters") or {}
    own = [one for one in unit_costs() if given.get(one.name, one.value) != one.value]
    if not own:
        return ""
    told = [
        say(
            "prices.used_one",
            lang,
            meaning=one.meaning[lang],
            value=wording.plain(float(given[one.name]), lang),
            country=wording.plain(float(one.value), lang),
        )
        for one in own[:MOST_PRICES]
    ]
    if len(own) > MOST_PRICES:
        told.append(say("prices.used_more", lang, count=len(own) - MOST_PRICES))
    return say("prices.used", lang, prices="; ".join(told))


def fact(manifest: Mapping[str, Any], *names: str) -> Any:
    """Return the first of some entries of a manifest, at its top or in its scenario; None if all lack."""
    scenario = manifest.get("scenario")
    for place in (manifest, scenario if isinstance(scenario, Mapping) else {}):
        for name in names:
            if place.get(name) is not None:
                return place[name]
    return None


def municipality(manifest: Mapping[str, Any]) -> str:
    """Return the municipality's name; a mapping's `name`, or the scenario's name for an unnamed one."""
    found = fact(manifest, "municipality", "name")
    return str(found.get("name")) if isinstance(found, Mapping) else str(found or wording.NONE)


def perspective(manifest: Mapping[str, Any]) -> str:
    """Return whose money net cost and break-even count; results of earlier versions count the accounts."""
    return str(fact(manifest, "perspective") or "accounts")


def title(comparison: Any, lang: str) -> str:
    """Return the title of the report: the municipality and the two policies."""
    a, b = (policy_name(comparison, which, lang) for which in (0, 1))
    return say("report.title", lang, municipality=municipality(comparison.manifest), a=a, b=b)


def side(comparison: Any, lang: str) -> str:
    """Return whose money is counted, as it stands inside a sentence."""
    return say(f"perspective.side.{perspective(comparison.manifest)}", lang)


def row_label(comparison: Any, row: str, lang: str) -> str:
    """Return the label of a row; the net cost says whose it is."""
    if row in SIDED and perspective(comparison.manifest) != "accounts":
        return say(f"row_seen.{row}", lang, side=side(comparison, lang))
    return wording.say_or(f"row.{row}", lang, row)


def row_help(comparison: Any, row: str, lang: str) -> str:
    """Return what a row means, or nothing; the net cost says from which side it is seen."""
    if row == "net_cost_per_year" and perspective(comparison.manifest) != "accounts":
        return say("row_seen_help.net_cost_per_year", lang, side=side(comparison, lang))
    return wording.say_or(f"row_help.{row}", lang, "")


def years_of(comparison: Any) -> tuple[int, int, int]:
    """Return the first year, the last year and their number."""
    start = int(fact(comparison.manifest, "start_year") or 0)
    count = int(fact(comparison.manifest, "years") or 0)
    return start, start + count - 1, count


def band_line(comparison: Any, lang: str) -> str:
    """Return what the band of a chart is, as it stands inside a sentence."""
    many = int(fact(comparison.manifest, "replicates") or FEW) >= FEW
    return say(f"finding.band.{'many' if many else 'few'}", lang)


def horizon_line(manifest: Mapping[str, Any], key: str, lang: str) -> str:
    """Return years, children, replicates and price year in a line, in the text of that key."""
    return say(
        key,
        lang,
        years=fact(manifest, "years"),
        start=fact(manifest, "start_year"),
        children=wording.number(fact(manifest, "children"), 0, lang),
        replicates=wording.number(fact(manifest, "replicates"), 0, lang),
        price_year=fact(manifest, "price_year") or 2023,
    )


def few_line(manifest: Mapping[str, Any], lang: str) -> str:
    """Return what intervals and chances are of few replicates; nothing where there are enough."""
    replicates = int(fact(manifest, "replicates") or FEW)
    if replicates >= FEW:
        return ""
    return say(f"finding.{'one' if replicates == 1 else 'few'}", lang, replicates=replicates, enough=FEW)
