"""Events of a life: what happened between one month's row and the next, told as a timeline tells it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from trappen.agents.family import DOMAINS
from trappen.agents.states import AGE_OF_MAJORITY, AdultOutcome, CaseState, FamilyKind, Household, Life, Step

FELT = 1.0
"""A change in a domain (SD) that a timeline tells of."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a child's life.

    Attributes
    ----------
    month
        Counted from the policies' start.
    age_months
        Negative before birth.
    kind
        `born`, `need_begins`, `notified`, `review`, `assessment`, `decided`, `step`, `moved_place`,
        `breakdown`, `follow_up`, `waits`, `parents_part`, `new_partner`, `family_event`, `turns_18`,
        `leaves_aftercare`, `outcomes`, `dies`, ...; `viz/texts/lives.toml` has the words.
    values
        What the words need: `step`, `earlier`, `domain`, `outcomes`.
    """

    month: int
    age_months: int
    kind: str
    values: dict[str, Any]


def events_of(rows: np.ndarray, families: np.ndarray, months: np.ndarray) -> Iterator[Event]:
    """Yield what happened between each month and the next, in order."""
    birth = int(rows["birth_month"][0])
    for k, month in enumerate(months):
        now, home = rows[k], families[k]
        before, home_before = rows[max(k - 1, 0)], families[max(k - 1, 0)]
        age = int(month) - birth

        def event(what: str, month: int = int(month), age: int = age, **values: Any) -> Event:
            return Event(month, age, what, values)

        if now["life"] == Life.DEAD:
            if before["life"] != Life.DEAD:
                yield event("dies")
            return
        if k > 0 and now["life"] == Life.MOVED and before["life"] == Life.CHILD:
            yield event("moves_away")
        if k > 0 and now["life"] == Life.CHILD and before["life"] == Life.MOVED:
            yield event("moves_in")
        if now["life"] == Life.MOVED:
            continue
        if age == 0:
            yield event("born", sex=int(now["sex"]), family=FamilyKind(int(home["kind"])).name.lower())
        if now["first_need"] == month:
            yield event("need_begins")
        if k > 0 and home["household"] != home_before["household"]:
            parted = home["household"] == Household.ONE_PARENT
            yield event("parents_part" if parted else "new_partner")
        if k > 0:
            for name in DOMAINS:
                moved = float(home[name]) - float(home_before[name])
                if abs(moved) >= FELT:
                    worse = "family_worse" if moved > 0 else "family_better"
                    yield event(worse, domain=name.removeprefix("domain_"))
        if now["last_notified"] == month:
            yield event("notified")
        if k > 0:
            yield from _of_the_case(before, now, event)
        if age == AGE_OF_MAJORITY:
            yield event("turns_18")
        if before["life"] == Life.ADULT and now["life"] == Life.GROWN:
            came = [outcome.name.lower() for outcome in AdultOutcome if now["adult"] >> outcome & 1]
            yield event("outcomes" if came else "no_outcomes", outcomes=came)


def _of_the_case(before: Any, now: Any, event: Callable[..., Event]) -> Iterator[Event]:
    """Yield what the municipality did in a month."""
    case, step = int(now["case"]), int(now["step"])
    earlier = int(before["step"])
    if case != before["case"] and case in (CaseState.ASSESSMENT, CaseState.DECIDED):
        yield event(CaseState(case).name.lower())
    if now["breakdowns"] > before["breakdowns"]:
        yield event("breakdown", earlier=Step(earlier).name.lower())
    if step != earlier:
        names = {"step": Step(step).name.lower(), "earlier": Step(earlier).name.lower()}
        yield event("help_ends" if step == Step.NONE else "step", **names)
    elif now["moves"] > before["moves"]:
        yield event("moved_place", step=Step(step).name.lower())
    if step == earlier and now["believed"] != before["believed"] and case == CaseState.OPEN:
        yield event("follow_up")
    if now["wanted"] != before["wanted"] and now["wanted"] != Step.NONE:
        yield event("waits", step=Step(int(now["wanted"])).name.lower())
