"""A month of notice replayed in plain Python from the same draws: who, where, and what follows, exactly."""

import numpy as np
import pytest

from trappen.agents.casework_task import Priority, TaskKind
from trappen.agents.ledger import Count
from trappen.agents.states import NEVER, Arena, CaseState, Life, Step
from trappen.model.kernels import draws
from trappen.model.kernels.notice import notice
from trappen.model.kernels.world import Meter

LEVERS = {
    "detection_tools": 0.5,
    "notification_courage": 0.6,
    "pregnancy_visit": 0.7,
    "front_supervision": 0.3,
    "infant_teams": 0.4,
    "wellbeing_form": 0.2,
    "child_coordinator": 0.6,
    "dialogue_model": 0.8,
    "childs_reform": 0.9,
}
FRONT = (Arena.HEALTH_VISITING, Arena.DAY_CARE, Arena.SCHOOL)


def use(tool):
    """Return the use of a tool: with all seven, or by itself."""
    return 1 - (1 - LEVERS["detection_tools"]) * (1 - LEVERS[tool])


def rates(p, band, hidden, child, at):
    """Return each arena's monthly rate of concern about one child."""
    over = max(0.0, float(child["need"]) - p["notice_floor"])
    found = []
    for arena in Arena:
        level = (
            p["arena_level"][arena] * p["coverage"][arena][band] * (p["teen_notice"] if band == 4 else 1.0)
        )
        tools = 0.0
        if arena <= Arena.SCHOOL and band <= 2:
            small = arena <= Arena.HEALTH_VISITING and band <= 1
            tools = use("infant_teams" if small else "wellbeing_form")
        gain = p["tool_gain_hidden" if hidden else "tool_gain_visible"]
        seen = level * p["sight_hidden" if hidden else "sight_visible"][arena] * (1 + gain * tools)
        if hidden and band == 0 and arena == Arena.HEALTH_VISITING:
            seen *= 1 + p["visit_gain_hidden"] * LEVERS["pregnancy_visit"]
        if arena == Arena.PREGNANCY_CARE:
            seen *= p["pregnancy_sight"][child["pregnancy_level"] - 1]
        if arena in FRONT:
            seen *= 1 + p["known_sight"] * (child["known"] - p["known_usual"][band])
        if arena in FRONT[1:]:
            seen *= at
        alarm = p["false_alarm_rate"] * level / p["sight_total"] * (1 + p["tool_false_alarms"] * tools)
        if arena in FRONT[1:] and band <= 2:
            alarm *= 1 - p["supervision_false_alarms"] * use("front_supervision")
        found.append((seen * over**2 + alarm) / 12)
    return found


def courage(p, arena, band, child):
    """Return the share of concerns about one child that an arena notifies."""
    share = p["notify_share"][arena][band] * (p["young_courage"] if band <= 2 else 1.0)
    if band <= 2:
        share *= 1 + p["courage_gain"] * LEVERS["notification_courage"] * (arena <= Arena.DAY_CARE)
        share *= 1 + p["supervision_courage"] * use("front_supervision") * (arena in FRONT[1:])
        unfounded = float(child["need"]) < p["false_alarm_below"]
        share *= 1 - p["reform_false_alarms"] * use("childs_reform") * unfounded
    if arena in FRONT:
        share *= 1 + p["known_courage"] * (child["known"] - p["known_usual"][band])
    return min(1.0, share)


@pytest.fixture(scope="module", params=[20.0, 0.5], ids=["places enough", "hardly a place"])
def month(lab, request):
    """A month of notice: the municipality before, after, and the month's number."""
    town = lab.town(children=4000, years=1).run(0)
    before, number = town.copy(), 1
    for one in (before, town):
        one.world.meters[Meter.EARLY_PLACES] = request.param
        one.children["exposure"] *= np.float32(0.3)  # many concerns in one month
    p, row = town.rules.notice, lab.lever_row(LEVERS)
    notice(town.world, p, town.rules.staircase, row, number, 18)
    return before, town, number


def test_every_concern_is_who_where_and_what_its_draws_say(lab, month):
    before, after, number = month
    p, staircase = after.rules.notice, after.rules.staircase
    old, new, families = before.children, after.children, before.world.families
    ages = number - old["birth_month"].astype(int)
    luck = lab.draws_of(before, slice(None), number, draws.NOTICE)
    accept = lab.draws_of(before, slice(None), number, draws.ACCEPT)
    places, courses, tasks = before.world.meters[Meter.EARLY_PLACES], 0, []
    notified, concerned, turned_away, declined = [], 0, 0, 0
    for i in np.flatnonzero((ages >= -9) & (ages < 216)):
        child, age = old[i], ages[i]
        if child["life"] != Life.CHILD:  # not conceived, moved away or dead
            assert new["exposure"][i] == child["exposure"]
            continue
        band = int(np.digitize(age, [0, 36, 72, 156]))
        family = families[child["family"]]
        goes_to = family["day_care"] if age < 72 else family["school_at"]
        at = float(before.world.institutions["sight"][goes_to])
        rate = rates(p, band, family["problem"] == 1, child, at)
        recent = child["last_notified"] != NEVER and number - child["last_notified"] < 12
        left = float(child["exposure"]) - sum(rate) * (p["boost"] if recent else 1.0)
        if left > 1e-6:
            assert new["exposure"][i] == pytest.approx(left, abs=1e-6)
            assert new["last_notified"][i] == child["last_notified"]
            continue
        assert left < -1e-9, "a tie by rounding: choose another seed"
        concerned += 1
        u0, u1, u2, u3 = luck[i]
        assert new["exposure"][i] == np.float32(-np.log(u0))
        arena = int(np.searchsorted(np.cumsum(rate), u1 * sum(rate)))
        lasting = child["need"] > p["notice_floor"] and arena in (Arena.PREGNANCY_CARE, *FRONT)
        assert new["known"][i] == max(child["known"], lasting)
        if u2 < courage(p, arena, band, child):
            notified.append((arena, float(child["need"]) < p["false_alarm_below"]))
            assert new["last_notified"][i] == number
            assert new["first_contact"][i] == min(child["first_contact"], number)
            acute = child["need"] > p["acute_from"] and u3 < p["acute_share"]
            if child["case"] == CaseState.NONE:
                assert new["case"][i] == CaseState.REVIEW
                assert new["acute"][i] == acute
            if child["reviews_pending"] <= (1 if acute else 0):
                tasks.append((i, Priority.ACUTE if acute else Priority.REVIEW))
            assert 1 <= new["reviews_pending"][i] <= 2
            continue
        assert new["last_notified"][i] == child["last_notified"]
        offered = child["step"] == Step.NONE and child["case"] < CaseState.ASSESSMENT
        offer = staircase["early_offer"]
        offer += (1 - offer) * p["coordinator_offer"] * use("child_coordinator")
        if not offered or accept[i, 1] >= offer:
            continue
        yes = staircase["accept_base"] + staircase["accept_trust"] * float(family["trust"])
        won = 1 - accept[i, 0] < p["dialogue_gain"] * use("dialogue_model") * (1 - yes)
        if places < 1.0:
            turned_away += 1
        elif accept[i, 0] < yes or won:
            places, courses = places - 1.0, courses + 1
            assert new["step"][i] == Step.EARLY
        else:
            declined += 1
    counts = after.world.counts[18] - before.world.counts[18]
    assert counts[Count.NOTIFICATIONS] == len(notified) > 20
    np.testing.assert_array_equal(
        counts[Count.ARENA : Count.ARENA + len(Arena)],
        np.bincount([arena for arena, _ in notified], minlength=len(Arena)),
    )
    assert counts[Count.FALSE_ALARMS] == sum(false for _, false in notified)
    assert counts[Count.EARLY_STARTED] == courses
    assert counts[Count.EARLY_TURNED_AWAY] == turned_away
    assert counts[Count.DECLINED] == declined
    assert after.world.meters[Meter.EARLY_PLACES] == places
    assert concerned > len(notified) > 0
    # Every notification asks for a review, unless one is under way, on a day of the month.
    pending = after.world.tasks[: after.world.pending[0]][before.world.pending[0] :]
    assert [(task["row"], task["priority"]) for task in pending] == tasks
    assert set(pending["kind"]) == {TaskKind.REVIEW}
    day = lab.draws_of(before, pending["row"], number, draws.TASK)[:, 0]
    np.testing.assert_allclose(pending["arrival"], 21 * (number + day), rtol=1e-12)
    np.testing.assert_array_equal(pending["who"], old["who"][pending["row"]])


def test_without_rates_nobody_is_noticed_and_with_great_ones_everybody(lab):
    none = lab.rules(
        notice__arena_level=np.zeros(len(Arena)), notice__sight_total=1.0, notice__false_alarm_rate=0.0
    )
    town = lab.town(none, children=500).run(-100)
    assert town.world.counts[:, Count.NOTIFICATIONS].sum() == 0
    assert town.world.accounts[:, :12].sum() == town.world.accounts[:, 0].sum()
    all_of_them = lab.rules(notice__false_alarm_rate=1e6, notice__notify_share=np.full((len(Arena), 5), 9.0))
    town = lab.town(all_of_them, children=500)
    town.world.children["exposure"] = 1.0
    notice(town.world, town.rules.notice, town.rules.staircase, lab.lever_row(), lab.begin, 0)
    alive = np.sum(town.children["life"] == Life.CHILD)
    assert town.world.counts[0, Count.NOTIFICATIONS] == alive > 100
