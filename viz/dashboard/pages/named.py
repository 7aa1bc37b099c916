"""What a scenario is called on a page, and what it says of itself on paper."""

from collections.abc import Mapping

from trappen.model.evidence import register
from trappen.policies.lever import levers
from trappen.scenarios.scenario import Scenario
from trappen.viz import captions, wording
from trappen.viz.dashboard.asked import Asked
from trappen.viz.wording import say


def short_name(scenario: Scenario, lang: str) -> str:
    """Return what a scenario is called in a heading: its own name, or its policy's and if it is changed."""
    if scenario.name != scenario.policy.name:
        return scenario.name
    return captions.marked(plain_name(scenario, lang), scenario.resolved(), lang)


def plain_name(scenario: Scenario, lang: str) -> str:
    """Return the scenario's own name, or else its policy's, as one would write it oneself."""
    policy = scenario.policy.name
    if scenario.name != policy:
        return scenario.name
    is_named = wording.has(f"policy_head.{policy}")
    return captions.name_of(policy, lang) if is_named else policy_title(scenario, lang)


def policy_title(scenario: Scenario, lang: str) -> str:
    """Return the title that the policy's own file gives it."""
    return str(getattr(scenario.policy.title, lang))


def on_paper(asked: Asked) -> str:
    """Return what is asked in a sentence or two: on paper the controls are gone that say so on the screen."""
    a, lang = asked.a, asked.lang
    told = say(
        "dashboard.on_paper.asked",
        lang,
        place=a.municipality or say("dashboard.own_town", lang),
        children=wording.number(a.children, 0, lang),
        years=a.years,
        start=a.start_year,
        replicates=a.replicates,
        seed=a.seed,
        a=short_name(a, lang),
        b=short_name(asked.b, lang),
        side=say(f"perspective.{a.perspective}", lang),
    )
    moved = [
        say("dashboard.on_paper.moved", lang, letter=letter, levers=_levers_of(scenario, lang))
        for letter, scenario in (("A", a), ("B", asked.b))
        if scenario.levers
    ]
    prices = say("dashboard.budget.own", lang, prices=own_numbers(a.parameters, lang)) if a.parameters else ""
    return " ".join(part for part in (told, *moved, prices) if part)


def _levers_of(scenario: Scenario, lang: str) -> str:
    told = []
    for name, value in scenario.levers.items():
        title, unit = levers()[name].title[lang].lower(), levers()[name].unit[lang]
        amount = wording.plain(value, lang)
        told.append(f"{title} {amount}" if unit.lower() == title else f"{title} {amount} {unit}")
    return ", ".join(told)


def own_numbers(own: Mapping[str, float], lang: str) -> str:
    """Return parameters that a scenario sets itself, by what they mean, with their unit."""
    entries = ((register()[name], value) for name, value in own.items())
    return "; ".join(
        f"{entry.meaning[lang]}: {wording.plain(value, lang)} {wording.unit(entry.unit, lang)}"
        for entry, value in entries
    )
