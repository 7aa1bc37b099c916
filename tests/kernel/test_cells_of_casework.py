"""What kernels decide of cases, by their own draws on a grid: shares are the stated chances to 1/N.

See `cells.py`: the k-th child has the uniform of the purpose in the k-th of N cells.
"""

import numpy as np
import pytest
from cells import CELLS, MONTH, SIDE, YEAR, alike, count, grids, on_cells, on_squares
from scipy import stats

from trappen.agents.casework_task import TaskKind
from trappen.agents.ledger import Count
from trappen.agents.states import CaseState, Instrument, Step
from trappen.model.kernels import draws
from trappen.model.kernels.belief import measure, read_need
from trappen.model.kernels.casework import finish
from trappen.model.kernels.desks import empty_done
from trappen.model.kernels.draws import Purpose, uniforms
from trappen.model.kernels.staircase import decide, family_care, kin_have_room, run_steps, want
from trappen.model.kernels.steps import offer_early_help, set_beside
from trappen.model.kernels.tasks import hand_in_follow_up, hand_in_review, hand_in_visit
from trappen.model.kernels.world import Meter

DAYS = 21
Z = stats.norm.ppf((np.arange(CELLS) + 0.5) / CELLS)


def finish_all(lab, town, kind, rows, arrival=100.0, ended=110.0, levers=None, **changes):
    """Let the first caseworker finish a task for each row in `MONTH`."""
    rules = lab.rules(**changes)
    done = empty_done(len(rows), 10)
    done.row[:], done.kind[:], done.arrival[:], done.finish[:], done.worker[:] = rows, kind, arrival, ended, 0
    town.world.caseworkers["contact"] = rules.casework["contact_reference"]
    finish(town.world, rules.casework, rules.staircase, lab.lever_row(levers), np.zeros(3, np.int64), done,
           len(rows), MONTH, YEAR)  # fmt: skip


def test_kin_have_room_where_there_is_a_network_with_fewer_children_than_it_takes(lab, town):
    p = lab.rules({"kin_room": 2}).staircase
    rows = alike(town, np.arange(8))
    families = town.world.families
    families["network"][:8], families["in_kin"][:8] = np.arange(8) // 4, np.arange(8) % 4
    found = [kin_have_room(town.world, p, row) for row in rows]
    assert found == [False, False, False, False, True, True, False, False]


@grids(Purpose.DECISION)
@pytest.mark.parametrize(("search", "age"), [(0.0, 210), (0.37, 210), (1.0, 210), (0.37, 100)])
def test_which_care_in_a_family_is_found(lab, town, search, age):
    """Kin in the share searched for times the chance of finding; of the rest own room in its share."""
    p, levers = lab.rules({"kin_chance": 0.61}).staircase, lab.lever_row({"kin_search": search})
    rows = alike(town, on_squares(town, MONTH, draws.DECISION, (0, 1)))
    counts = np.zeros_like(town.world.counts[0])
    found = np.array([family_care(town.world, p, levers, row, age, MONTH, counts) for row in rows])
    assert counts[Count.KIN_SEARCHES] == len(rows)
    kin, own = search * 0.61, float(p["own_room_share"]) * (age >= p["own_room_from"])
    assert abs(np.mean(found == Step.KIN) - kin) <= 1 / SIDE
    assert abs(np.mean(found == Step.OWN_ROOM) - (1 - kin) * own) <= 2 / SIDE
    assert np.all((found == Step.FOSTER) | (found == Step.KIN) | (found == Step.OWN_ROOM))
    # Without room among the kin their share is own room's and foster families'.
    town.world.families["in_kin"] = p["kin_room"]
    found = np.array([family_care(town.world, p, levers, row, age, MONTH, counts) for row in rows])
    assert not np.any(found == Step.KIN)
    assert abs(np.mean(found == Step.OWN_ROOM) - own) <= 1 / SIDE


@grids(Purpose.DECISION)
@pytest.mark.parametrize("chance", [0.0, 0.42, 1.0])
def test_families_say_yes_and_no_to_a_placement_and_then_to_help_at_home(lab, town, chance):
    p = lab.rules(staircase__accept_base=chance, staircase__accept_trust=0.0).staircase
    rows = alike(town, on_squares(town, MONTH, draws.DECISION, (2, 3)), belief=p["placement_threshold"])
    for row in rows:
        want(town.world, p, lab.lever_row(), row, int(Step.FOSTER), MONTH, YEAR)
    wanted = town.children["wanted"][rows]
    assert abs(np.mean(wanted >= Step.KIN) - chance) <= 1 / SIDE
    assert abs(np.mean(wanted == Step.HOME_BASED) - (1 - chance) * chance) <= 2 / SIDE
    assert abs(np.mean(wanted == Step.NONE) - (1 - chance) ** 2) <= 2 / SIDE
    assert count(town, "DECLINED") == np.sum(wanted == Step.NONE)


@grids(Purpose.COMPLAINT)
@pytest.mark.parametrize("chance", [0.0, 0.123, 1.0])
def test_complaints_over_refused_forced_and_late(lab, town, chance):
    """Each of the three by a uniform of its own."""
    rules = lab.rules(**{f"staircase__complaint_{k}": chance for k in ("refused", "forced")})
    p, levers = rules.staircase, lab.lever_row()
    p["accept_base"], p["accept_trust"] = 0.0, 0.0
    rows = alike(
        town, on_cells(town, MONTH, draws.COMPLAINT, 1), case=CaseState.DECIDED, belief=-5.0, wanted_from=0
    )
    decide(town.world, p, levers, MONTH, YEAR)
    assert abs(count(town, "COMPLAINTS_REFUSED") - chance * CELLS) <= 1
    rows = alike(town, on_cells(town, MONTH, draws.COMPLAINT, 2), belief=9.0)
    for row in rows:
        want(town.world, p, levers, row, int(Step.INSTITUTION), MONTH, YEAR)
    assert count(town, "WITHOUT_CONSENT") == CELLS
    assert abs(count(town, "COMPLAINTS_FORCED") - chance * CELLS) <= 1
    rows = alike(town, on_cells(town, MONTH, draws.COMPLAINT, 0), case=CaseState.ASSESSMENT)
    finish_all(lab, town, TaskKind.ASSESSMENT, rows, 0.0, 900.0, casework__complaint_late=chance)
    assert count(town, "ASSESSMENTS") == CELLS
    assert abs(count(town, "COMPLAINTS_LATE") - chance * CELLS) <= 1
    rows = alike(town, on_cells(town, MONTH, draws.COMPLAINT, 0), case=CaseState.ASSESSMENT)
    finish_all(lab, town, TaskKind.ASSESSMENT, rows, casework__complaint_late=chance,
               casework__elucidation_days=0.0)  # fmt: skip
    assert count(town, "COMPLAINTS_LATE") == 0, "only what is late is complained about"


@grids(Purpose.MEASURE)
@pytest.mark.parametrize("use", [0.0, 0.317, 1.0])
@pytest.mark.parametrize("kind", [TaskKind.ASSESSMENT, TaskKind.FOLLOW_UP])
def test_a_child_is_measured_in_the_share_the_lever_says(lab, town, kind, use):
    follow_up = kind == TaskKind.FOLLOW_UP
    case, step = (CaseState.OPEN, Step.PREVENTIVE) if follow_up else (CaseState.ASSESSMENT, Step.NONE)
    rows = alike(town, on_cells(town, MONTH, draws.MEASURE, 0), case=case, step=step, step_since=0)
    finish_all(lab, town, kind, rows, levers={"measuring": use})
    assert abs(count(town, "MEASURED") - use * CELLS) <= 1


@grids(Purpose.INSTRUMENT)
@pytest.mark.parametrize(("instrument", "age"), [(Instrument.SDQ, 100), (Instrument.ASQ, 12)])
def test_a_reading_is_what_the_instrument_sees_plus_its_error(lab, town, instrument, age):
    """With all doubt and no belief the belief becomes the reading: its quantiles are the normal's."""
    rules = lab.rules()
    keys = on_cells(town, MONTH, draws.INSTRUMENT, 0, block=int(instrument))
    rows = alike(town, keys, birth_month=MONTH - age, belief=0.0, doubt=1e12, deviation=0.8)
    for row in rows:
        measure(town.world, rules.casework, lab.lever_row({"measuring": 1.0}), False, row, MONTH, YEAR)
    assert count(town, "MEASURED") == CELLS
    seen = 1.5 + (rules.life["instrument_passing"][instrument] - 1) * 0.8
    z = (town.children["belief"][rows] - seen) / rules.life["instrument_error"][instrument]
    u = stats.norm.cdf(z)
    np.testing.assert_allclose(u, (np.arange(CELLS) + 0.5) / CELLS, atol=0.6 / CELLS)


@grids(Purpose.PERSISTENT, Purpose.STRANGER)
@pytest.mark.parametrize("own", [True, False])
def test_a_caseworkers_lasting_misjudgement_is_normal(lab, town, own):
    p = lab.rules().casework
    town.world.meters[Meter.LASTING_ERROR] = 0.5
    purpose = draws.PERSISTENT if own else draws.STRANGER
    keys = on_cells(town, MONTH, purpose, 0)
    rows = alike(town, keys, caseworker=0, doubt=1e12, believed=MONTH)
    prior = float(p["prior_variance"])
    for row in rows:
        read_need(town.world, p, False, row, 0 if own else 1, 0.0, 0.0, MONTH)
    gain = prior / (prior + 0.25)
    z = ((town.children["belief"][rows] - 1.5) / gain) / 0.5
    np.testing.assert_allclose(stats.norm.cdf(z), (np.arange(CELLS) + 0.5) / CELLS, atol=0.6 / CELLS)


@grids(Purpose.REVIEW, Purpose.ASSESSMENT, Purpose.FOLLOW_UP, Purpose.VISIT)
@pytest.mark.parametrize(
    ("kind", "what", "column", "error"),
    [
        (TaskKind.REVIEW, draws.REVIEW, 0, "review_error"),
        (TaskKind.ASSESSMENT, draws.ASSESSMENT, 0, "assessment_error"),
        (TaskKind.FOLLOW_UP, draws.FOLLOW_UP, 0, "follow_up_error"),
        (TaskKind.VISIT, draws.VISIT, 1, "visit_error"),
    ],
)
def test_how_the_day_turns_out_for_a_reading_is_normal(lab, town, kind, what, column, error):
    """Without lasting misjudgement and what contact and talks add, beliefs are the normal's quantiles."""
    quiet = {"attention_sharpens": 0.0, "novice_error": 0.0, "child_talk_sharpens": 0.0}
    town.world.meters[Meter.LASTING_ERROR] = 0.0
    town.world.caseworkers["steadied"] = 1.0
    case = {TaskKind.REVIEW: CaseState.REVIEW, TaskKind.ASSESSMENT: CaseState.ASSESSMENT}
    step = {TaskKind.FOLLOW_UP: Step.PREVENTIVE, TaskKind.VISIT: Step.FOSTER}.get(kind, Step.NONE)
    rows = alike(
        town, on_cells(town, MONTH, what, column), case=case.get(kind, CaseState.OPEN), step=step,
        step_since=0, believed=MONTH, visit_due=MONTH, follow_up_due=MONTH, reviews_pending=1,
    )  # fmt: skip
    finish_all(lab, town, kind, rows, **{f"casework__{name}": value for name, value in quiet.items()},
               staircase__early_offer=0.0, staircase__accept_base=1.0)  # fmt: skip
    spread = float(lab.rules().casework[error])
    gain = 1.0 / (1.0 + spread**2)
    z = (town.children["belief"][rows] - 1.5) / gain / spread
    np.testing.assert_allclose(stats.norm.cdf(z), (np.arange(CELLS) + 0.5) / CELLS, atol=0.6 / CELLS)


@grids(Purpose.ASSESSMENT)
def test_elucidation_takes_its_lognormal_time(lab, town):
    """As many are done within the deadline as the lognormal says."""
    p = lab.rules().casework
    rows = alike(town, on_cells(town, MONTH, draws.ASSESSMENT, 1), case=CaseState.ASSESSMENT)
    finish_all(lab, town, TaskKind.ASSESSMENT, rows, 100.0, 100.0)
    days = np.log(p["assessment_deadline"] / p["elucidation_days"]) / p["elucidation_spread"]
    assert 0.02 < stats.norm.cdf(days) < 0.98
    assert abs(count(town, "ASSESSMENTS_KEPT") - stats.norm.cdf(days) * CELLS) <= 1


@grids(Purpose.CHILD_TALK, Purpose.MISLAID)
@pytest.mark.parametrize("chance", [0.0, 0.271, 1.0])
def test_talks_with_children_and_letters_mislaid(lab, town, chance):
    rows = alike(town, on_cells(town, MONTH, draws.CHILD_TALK, 0), case=CaseState.ASSESSMENT)
    finish_all(lab, town, TaskKind.ASSESSMENT, rows, casework__child_talk=chance)
    assert abs(count(town, "CHILD_TALKS") - chance * CELLS) <= 1
    rows = alike(town, on_cells(town, MONTH, draws.MISLAID, 0), case=CaseState.REVIEW, reviews_pending=1)
    finish_all(lab, town, TaskKind.REVIEW, rows, 100.0, 100.5, casework__review_mislaid=chance)
    assert abs(count(town, "REVIEWS_KEPT") - (1 - chance) * CELLS) <= 1


@grids(Purpose.FOLLOW_UP)
@pytest.mark.parametrize("chance", [0.0, 0.183, 1.0])
def test_stepping_down_by_chance_at_a_follow_up(lab, town, chance):
    rows = alike(
        town, on_cells(town, MONTH, draws.FOLLOW_UP, 1), case=CaseState.OPEN, step=Step.PREVENTIVE,
        step_since=0, need=-9.0, belief=-9.0, believed=MONTH,
    )  # fmt: skip
    rules = lab.rules(staircase__per_follow_up_chance_home=chance)
    done = empty_done(CELLS, 10)
    done.row[:], done.kind[:], done.worker[:] = rows, TaskKind.FOLLOW_UP, 0
    finish(town.world, rules.casework, rules.staircase, lab.lever_row(), np.array([0, 1, 0]), done, CELLS,
           MONTH, YEAR)  # fmt: skip
    assert abs(np.sum(town.children["step"][rows] == Step.NONE) - chance * CELLS) <= 1


@grids(Purpose.ACCEPT)
@pytest.mark.parametrize(("offered", "yes"), [(1.0, 0.0), (0.3, 0.7), (1.0, 1.0), (0.0, 1.0)])
def test_early_help_is_offered_and_taken_in_their_shares(lab, town, offered, yes):
    p = lab.rules(
        staircase__early_offer=offered, staircase__accept_base=yes, staircase__accept_trust=0.0
    ).staircase
    town.world.meters[Meter.EARLY_PLACES] = 1e9
    rows = alike(town, on_squares(town, MONTH, draws.ACCEPT, (0, 1)))
    for row in rows:
        offer_early_help(town.world, lab.lever_row(), p, row, MONTH, YEAR)
    begun = np.mean(town.children["step"][rows] == Step.EARLY)
    assert abs(begun - offered * yes) <= 2 / SIDE
    assert abs(count(town, "DECLINED") / len(rows) - offered * (1 - yes)) <= 2 / SIDE


@grids(Purpose.ACCEPT)
def test_the_dialogue_model_wins_over_a_share_of_those_who_would_decline(lab, town):
    p = lab.rules({"dialogue_gain": 0.4}).staircase
    p["early_offer"], p["accept_base"], p["accept_trust"] = 1.0, 0.5, 0.0
    town.world.meters[Meter.EARLY_PLACES] = 1e9
    rows = alike(town, on_cells(town, MONTH, draws.ACCEPT, 0))
    for row in rows:
        offer_early_help(town.world, lab.lever_row({"dialogue_model": 1.0}), p, row, MONTH, YEAR)
    assert abs(np.sum(town.children["step"][rows] == Step.EARLY) - (0.5 + 0.5 * 0.4) * CELLS) <= 2


@grids(Purpose.BREAKDOWN, Purpose.DROPOUT)
@pytest.mark.parametrize("chance", [0.0, 0.219, 1.0])
def test_placements_break_down_and_families_leave_in_their_shares(lab, town, chance):
    p = lab.rules(staircase__dropout=chance, staircase__breakdown_level=1.0).staircase
    p["breakdown_rate"][Step.INSTITUTION], p["breakdown_first_year"] = 12 * chance, 1.0
    p["own_room_share"] = 0.4
    old = {"birth_month": MONTH - 140, "step_since": 0, "case": CaseState.OPEN}
    rows = alike(town, on_cells(town, MONTH, draws.BREAKDOWN, 0), step=Step.INSTITUTION, **old)
    run_steps(town.world, p, lab.lever_row(), True, MONTH, YEAR)
    assert abs(count(town, "BREAKDOWNS") - chance * CELLS) <= 1
    p["breakdown_rate"][Step.INSTITUTION], p["breakdown_teen"] = 12.0, 1.0
    old["birth_month"] = MONTH - 210
    rows = alike(town, on_cells(town, MONTH, draws.BREAKDOWN, 1), step=Step.INSTITUTION, **old)
    run_steps(town.world, p, lab.lever_row(), True, MONTH, YEAR)
    assert count(town, "BREAKDOWNS") == CELLS
    assert abs(np.sum(town.children["step"][rows] == Step.OWN_ROOM) - 0.4 * CELLS) <= 1
    rows = alike(town, on_cells(town, MONTH, draws.DROPOUT, 0), step=Step.PREVENTIVE, **old)
    town.world.families["team"], town.world.families["therapist"] = -1, -1
    run_steps(town.world, p, lab.lever_row(), True, MONTH, YEAR)
    assert abs(np.sum(town.children["step"][rows] == Step.NONE) - chance * 0.5 * CELLS) <= 1


@grids(Purpose.BESIDE)
@pytest.mark.parametrize("chance", [0.0, 0.153, 1.0])
def test_a_measure_runs_beside_a_placement_in_its_share(lab, town, chance):
    p = lab.rules(staircase__beside_placed=chance).staircase
    town.world.meters[Meter.PROVIDER_PLACES] = np.inf
    rows = alike(town, on_cells(town, MONTH, draws.BESIDE, 0))
    for row in rows:
        set_beside(town.world, p, row, int(Step.FOSTER), MONTH)
    assert abs(np.sum(town.children["beside"][rows] == Step.PREVENTIVE) - chance * CELLS) <= 1


@grids(Purpose.TASK, Purpose.VISIT)
def test_tasks_come_evenly_over_the_month_and_are_put_off_in_their_share(lab, town):
    p = lab.rules(casework__postponed=0.234).casework
    months = MONTH + (np.arange(CELLS) + 0.5) / CELLS
    rows = alike(town, on_cells(town, MONTH, draws.TASK, 0))
    for row in rows:
        hand_in_review(town.world, row, 0, MONTH)
    np.testing.assert_allclose(town.world.tasks["arrival"][:CELLS], DAYS * months, atol=DAYS / CELLS)
    rows = alike(town, on_cells(town, MONTH, draws.VISIT, 0))
    for row in rows:
        hand_in_visit(town.world, row, MONTH)
    np.testing.assert_allclose(town.world.tasks["arrival"][:CELLS], DAYS * months, atol=DAYS / CELLS)
    p["postponed"] = 0.0
    rows = alike(town, on_cells(town, MONTH, draws.TASK, 1))
    for row in rows:
        hand_in_follow_up(town.world, p, row, MONTH)
    np.testing.assert_allclose(town.world.tasks["arrival"][:CELLS], DAYS * months, atol=DAYS / CELLS)
    p["postponed"] = 0.234
    rows = alike(town, on_cells(town, MONTH, draws.TASK, 2), follow_up_pending=0)
    for row in rows:
        hand_in_follow_up(town.world, p, row, MONTH)
    assert abs(np.sum(town.children["follow_up_pending"][rows] == 0) - 0.234 * CELLS) <= 1


def test_had_a_kernel_drawn_something_else_the_grid_would_tell(town):
    """On keys gridded for one purpose, another's uniforms scatter as a sample does: far beyond 1/N."""
    keys = on_cells(town, MONTH, draws.MEASURE, 0)
    seed = int(town.world.key[0]) + (int(town.world.key[1]) << 32)
    u = uniforms(seed, keys, MONTH, draws.MEASURE)
    assert all(abs(np.sum(u[:, 0] < p) - p * CELLS) <= 1 for p in np.linspace(0, 1, 21))
    for other in (
        u[:, 1],
        *(uniforms(seed, keys, *at)[:, 0] for at in ((7, draws.MEASURE), (6, draws.TASK))),
    ):
        off = [abs(np.sum(other < p) - p * CELLS) for p in np.linspace(0.05, 0.95, 19)]
        assert max(off) > 5
