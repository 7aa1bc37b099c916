"""What several pages share: markup, charts, the choice of scenarios, and how far a run has come."""

import base64
import json
import tomllib
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import solara

from trappen.agents.problem import Problem
from trappen.model.municipalities import all_municipalities
from trappen.policies.catalogue import find, names
from trappen.policies.lever import levers
from trappen.policies.library import entries, programme
from trappen.policies.programme import Programme
from trappen.scenarios.files.written import changed
from trappen.scenarios.scenario import Scenario
from trappen.scenarios.watched.answers import Answer, Sketch
from trappen.viz import captions, findings, wording
from trappen.viz.dashboard.asked import Session, sentence
from trappen.viz.dashboard.components import Chart, Controls, Markup
from trappen.viz.dashboard.pages.named import on_paper, policy_title, short_name
from trappen.viz.markup import Html, paragraph, tag, words
from trappen.viz.terminal.shown_programme import facts_of
from trappen.viz.wording import say

REPLICATES = (20, 50, 100, 200)
_OWN_GROUP = {"notice": "detection", "attention": "casework", "match": "placements", "effect": "placements"}
Drawn = tuple[dict[str, Any], str, str, Html]
"""What `chart` takes before the language: options, title, what it says in words, and the table behind it."""

GROUPS = ("detection", "casework", "early", "placements", "programmes")


def markup(html: str, *, live: bool = False, pick: Callable[[str], None] | None = None) -> None:
    """Show markup that was escaped when it was made."""
    Markup(html=html, live=live, event_pick=lambda told: pick(str(told.get("id", ""))) if pick else None)


def chart(
    option: dict[str, Any],
    title: str,
    about: str,
    table: str,
    lang: str,
    *,
    height: int = 320,
    pick: Callable[[dict[str, Any]], None] | None = None,
) -> None:
    """Show a chart with the table behind it."""
    Chart(
        option=as_json(option),
        title=title,
        about=about,
        table=table,
        words={"table": say("dashboard.chart.table", lang), "locale": _locale(lang)},
        height=height,
        event_pick=lambda told: pick(told) if pick else None,
    )


def as_json(told: Any) -> str:
    """Return JSON as short as it comes: it travels as text within text."""
    return json.dumps(told, allow_nan=False, ensure_ascii=False, separators=(",", ":"))


def _locale(lang: str) -> str:
    return "da-DK" if lang == "da" else "en-GB"


def locale(lang: str) -> str:
    """Return the language as browsers name it."""
    return _locale(lang)


def heading(session: Session, key: str) -> None:
    """Show the page's title and what it is for."""
    lang = session.lang
    markup(
        tag("h1", words(say(f"dashboard.page.{key}", lang)))
        + paragraph(say(f"dashboard.about.{key}", lang), "t-lead")
        + (paragraph(on_paper(session.asked.value), "t-paper t-asked") if key in OF_A_TOWN else "")
    )


OF_A_TOWN = ("compare", "staircase", "child", "budget", "casework")
"""Pages of the municipality and the policies asked about."""


def both_names(session: Session) -> tuple[str, str]:
    """Return the names of both scenarios."""
    asked = session.asked.value
    return short_name(asked.a, asked.lang), short_name(asked.b, asked.lang)


def investment_about(comparison: Any, lang: str) -> str:
    """Return how the difference added up since the start is read."""
    a, b = (captions.policy_name(comparison, which, lang) for which in (0, 1))
    return wording.sentence(say("dashboard.chart.investment_about", lang, a=a, b=b))


def world_fields(session: Session) -> list[dict[str, Any]]:
    """Return the controls that choose what both scenarios share."""
    asked, lang = session.asked.value, session.lang
    towns = [{"id": m.name, "title": m.name} for m in sorted(all_municipalities(), key=lambda m: m.name)]
    if asked.a.municipality is None:
        towns.insert(0, {"id": "", "title": say("dashboard.own_town", lang)})
    counts = sorted({*REPLICATES, asked.a.replicates})
    return [
        {
            "id": "municipality",
            "kind": "choice",
            "label": say("dashboard.field.municipality", lang),
            "value": asked.a.municipality or "",
            "options": towns,
        },
        {
            "id": "children",
            "kind": "number",
            "label": say("dashboard.field.children", lang),
            "value": asked.a.children,
            "low": 1,
            "high": 2_000_000,
            "step": 1,
            "help": say(f"dashboard.field.{asked.a.children_source}", lang),
        },
        {
            "id": "years",
            "kind": "number",
            "label": say("dashboard.field.years", lang),
            "value": asked.a.years,
            "low": 1,
            "high": 60,
            "step": 1,
        },
        {
            "id": "replicates",
            "kind": "choice",
            "label": say("dashboard.field.replicates", lang),
            "value": str(asked.a.replicates),
            "options": [{"id": str(n), "title": wording.number(n, 0, lang)} for n in counts],
        },
        {
            "id": "seed",
            "kind": "number",
            "label": say("dashboard.field.seed", lang),
            "value": asked.a.seed,
            "low": 0,
            "high": 2**53,
            "step": 1,
        },
    ]


def change_world(session: Session, told: dict[str, Any]) -> None:
    """Take what a control of `world_fields` says."""
    name, text = str(told.get("id")), str(told.get("value", "")).strip()
    if name == "municipality":
        if text:
            session.try_asking(municipality=text)
        return
    if name not in ("children", "years", "replicates", "seed"):
        return
    try:
        value = int(float(text.replace(",", ".")))
    except (ValueError, OverflowError):
        session.problem.value = say("dashboard.not_a_number", session.lang, given=text[:40])
        return
    session.try_asking(**{name: value})


def policy_field(session: Session, which: str) -> dict[str, Any]:
    """Return the control that chooses a policy of the catalogue for one side."""
    asked, lang = session.asked.value, session.lang
    scenario: Scenario = getattr(asked, which)
    options = [{"id": name, "title": catalogue_title(name, lang)} for name in names()]
    packaged = scenario.policy.name in names()
    title = catalogue_title(scenario.policy.name, lang) if packaged else policy_title(scenario, lang)
    marked = captions.marked(title, scenario.resolved(), lang)
    if packaged and find(scenario.policy.name) != scenario.policy:
        marked = say("finding.changed", lang, policy=title)
    own = not packaged or marked != title
    if own:
        options.insert(0, {"id": "", "title": marked})
    return {
        "id": which,
        "kind": "choice",
        "label": say(f"dashboard.field.policy_{which}", lang),
        "value": "" if own else scenario.policy.name,
        "options": options,
    }


@cache
def catalogue_title(name: str, lang: str) -> str:
    """Return what a policy of the catalogue is called, in choices as in tables and charts."""
    if wording.has(f"policy_head.{name}"):
        return captions.name_of(name, lang)
    return str(getattr(find(name).title, lang))


@cache
def programmes(lang: str) -> list[dict[str, str]]:
    """Return the named programmes that can be put in force, youngest target group first."""
    found = sorted(map(programme, entries("programme")), key=lambda one: (*one.rule.ages, one.name))
    return [
        {
            "id": one.name,
            "title": getattr(one.title, lang),
            "meaning": getattr(one.description, lang),
            "facts": _facts(one, lang),
        }
        for one in found
    ]


def _facts(one: Programme, lang: str) -> Html:
    """Return what there is to know of a programme, as names and values."""
    told = [(head, [line for line in lines if line]) for head, lines in facts_of(one, lang)]
    pairs = (
        tag("dt", words(say(f"show.head.{head}", lang))) + tag("dd", *(paragraph(line) for line in lines))
        for head, lines in told
        if lines
    )
    return tag("dl", *pairs)


@cache
def groups(lang: str) -> str:
    """Return the levers in groups, with all that there is to say of each, as JSON."""
    file = files("trappen.viz.dashboard.pages") / "groups.toml"
    listed = tomllib.loads(file.read_text(encoding="utf-8"))
    place = {lever: group for group, members in listed.items() for lever in members}
    found: dict[str, list[dict[str, Any]]] = {group: [] for group in GROUPS}
    for name, lever in levers().items():
        group = place.get(name) or _OWN_GROUP[lever.link]
        found[group].append(
            {
                "id": name,
                "title": lever.title[lang],
                "meaning": lever.meaning[lang],
                "mechanism": lever.mechanism[lang],
                "unit": lever.unit[lang],
                "today": lever.default,
                "low": lever.low,
                "high": lever.high,
                "step": _step(lever.low, lever.high, lever.default),
                "grade": findings.grade(lever.grade, lang),
                "source": lever.source[lang],
            }
        )
    told = [
        {
            "id": group,
            "title": say(f"dashboard.group.{group}", lang),
            "about": say(f"dashboard.group_about.{group}", lang),
            "levers": members,
            "switches": programmes(lang) if group == "programmes" else [],
        }
        for group, members in found.items()
        if members or group == "programmes"
    ]
    return as_json(told)


def _step(low: float, high: float, today: float) -> float:
    """Return the widest handy step, at least fifty to the range, that reaches both ends and today's value."""
    for step in (10.0, 5.0, 2.0, 1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005):
        fits = all(abs((x - low) / step - round((x - low) / step)) < 1e-6 for x in (high, today))
        if (high - low) / step >= min(50.0, max(10.0, high - low)) and fits:
            return step
    return 0.001


def progress(answer: Answer | None, stale: bool, lang: str) -> Html:
    """Return how far the answer has come: a bar with words beside it."""
    if answer is None or stale:
        text = say("dashboard.progress.begun" if answer is None else "dashboard.progress.stale", lang)
        return tag("div", tag("progress", aria_label=text), paragraph(text), class_="t-progress")
    if answer.failed is not None:
        return tag("div", paragraph(say("dashboard.run_failed", lang)), class_="t-problem", role="alert")
    of = answer.comparison.a.replicates if answer.comparison else 0
    shown = wording.number(answer.shown, 0, lang)
    if answer.finished:
        text = say("dashboard.progress.done", lang, shown=shown)
        return tag("div", paragraph(text), class_="t-progress t-done")
    told = {"shown": shown, "done": answer.done, "of": answer.of}
    key = "first" if answer.comparison is None else "few" if of < 20 else "more"
    if isinstance(answer.comparison, Sketch):
        children = round(answer.comparison.a.children / answer.comparison.fold)
        key = "sketch"
        told |= {"children": wording.number(children, 0, lang), "fold": answer.comparison.fold}
        told |= {"shown": wording.number(of, 0, lang)}
    text = say(f"dashboard.progress.{key}", lang, **told)
    bar = tag("progress", max=str(answer.of), value=str(answer.done), aria_label=text)
    return tag("div", bar, paragraph(text), class_="t-progress")


def sent_file(told: dict[str, Any]) -> tuple[str, bytes]:
    """Return name and content of an upload."""
    name = str(told.get("name", ""))[:120].replace("/", "_").replace("\\", "_") or "fil"
    return name, base64.b64decode(str(told.get("content", "")), validate=True)


def file_for_download(name: str, content: bytes, kind: str) -> dict[str, str]:
    """Return a file as the browser takes it; each is another one, even with the same content."""
    return {"name": name, "content": base64.b64encode(content).decode("ascii"), "kind": kind}


def controls(
    label: str,
    fields: Sequence[dict[str, Any]],
    change: Callable[[dict[str, Any]], None] | None = None,
    press: Callable[[str], None] | None = None,
) -> None:
    """Show a row of controls."""
    Controls(
        label=label,
        fields=list(fields),
        event_change=lambda told: change(told) if change else None,
        event_press=lambda told: press(str(told.get("id", ""))) if press else None,
    )


def use_download() -> tuple[dict[str, str] | None, Callable[[str, bytes, str], None]]:
    """Return the file that is ready to be fetched, and a function that makes one ready."""
    ready, make_ready = solara.use_state(None, eq=lambda old, new: old is new)
    count = solara.use_ref(0)

    def put(name: str, content: bytes, kind: str) -> None:
        count.current += 1
        make_ready({**file_for_download(name, content, kind), "turn": str(count.current)})  # type: ignore[arg-type]

    return ready, put


def waiting(busy: bool, failed: BaseException | None, lang: str) -> Html:
    """Return a sign that something is being worked on, or a sentence for what went wrong."""
    if busy:
        text = say("dashboard.progress.working", lang)
        return tag("div", tag("progress", aria_label=text), paragraph(text), class_="t-progress")
    if isinstance(failed, Problem):
        return tag("div", paragraph(sentence(failed, lang)), class_="t-problem", role="alert")
    if failed is not None:
        return tag("div", paragraph(say("dashboard.run_failed", lang)), class_="t-problem", role="alert")
    return Html("")


def choose_policy(session: Session, told: dict[str, Any]) -> None:
    """Take a policy of the catalogue for one side."""
    side, name = str(told.get("id")), str(told.get("value"))
    if side in ("a", "b") and name in names():
        replace_side(
            session, side, lambda scenario: changed(scenario, policy=find(name), levers={}, name=name)
        )


def replace_side(session: Session, side: str, change: Callable[[Scenario], Scenario]) -> None:
    """Ask the same with another scenario on one side."""
    asked = session.asked.value
    try:
        new = change(getattr(asked, side))
    except Problem as problem:
        session.problem.value = sentence(problem, session.lang)
        return
    session.ask(*((new, asked.b) if side == "a" else (asked.a, new)))


def scenario_row(session: Session) -> None:
    """Show the choice of municipality, horizon, luck and the two policies in one row."""
    kept = ("municipality", "years", "seed", "a", "b")
    fields = [*world_fields(session), policy_field(session, "a"), policy_field(session, "b")]
    controls(
        say("dashboard.world", session.lang),
        [field for field in fields if field["id"] in kept],
        lambda told: _change(session, told),
    )


def _change(session: Session, told: dict[str, Any]) -> None:
    if told.get("id") in ("a", "b"):
        choose_policy(session, told)
    else:
        change_world(session, told)
