"""What happens on the staircase replayed from the same draws: each event if and only if its draw says so."""

import numpy as np
import pytest
from scipy import stats

from trappen.agents.family import DOMAINS
from trappen.agents.ledger import Count, Group, Measure
from trappen.agents.levers import Lever
from trappen.agents.states import NEVER, AdultOutcome, CaseState, Household, Life, Step
from trappen.model.kernels import draws
from trappen.model.kernels.draws import normal_quantile
from trappen.model.kernels.generations import grow, read_adults
from trappen.model.kernels.posts import staff
from trappen.model.kernels.staircase import breakdown_chance, decide, family_care, run_steps, want
from trappen.model.kernels.steps import list_involved

YEAR = 18


def put(town, rows, step, month, **columns):
    """Put children on a step as if they had come there a year ago and had long to go."""
    children = town.children
    for row in rows:
        town.world.occupied[children["step"][row]] -= 1
        town.world.occupied[step] += 1
    placed = Step.KIN <= step <= Step.OWN_ROOM
    values = {
        "step": step,
        "step_since": month - 12,
        "ready": 500,
        "wanted": Step.NONE,
        "case": CaseState.OPEN if Step.PREVENTIVE <= step <= Step.OWN_ROOM else CaseState.NONE,
        "placed_since": month - 12 if placed else NEVER,
        "follow_up_due": 500,
    }
    for name, value in (values | columns).items():
        children[name][rows] = value


@pytest.fixture
def town(lab):
    """A municipality at its start with nobody on the staircase."""
    quiet = lab.rules(notice__arena_level=np.zeros(10), notice__sight_total=1.0, notice__false_alarm_rate=0.0)
    return lab.town(quiet, children=3000, years=1).run(0)


def aged(town, low, high, month=0):
    ages = month - town.children["birth_month"].astype(int)
    return np.flatnonzero((ages >= low) & (ages < high) & (town.children["life"] == Life.CHILD))


@pytest.mark.parametrize("month", [0, 5])
@pytest.mark.parametrize("step", [Step.KIN, Step.FOSTER, Step.INSTITUTION, Step.OWN_ROOM])
def test_breakdowns(lab, town, step, month):
    """The children whose draw lies below their chance, and no others, break down; each goes where it must.

    In a later month, too: month 0 alone does not tell one draw a month from one for two.
    """
    p = lab.rules({"breakdown_level": 3.0}, staircase__breakdown_rate=np.full(9, 0.8)).staircase
    levers = lab.lever_row({"foster_support": 3.0})
    rows = aged(town, 0, 216, month)
    put(town, rows, step, month, belief=0.0)
    town.children["need"][rows] = np.linspace(-1, 5, len(rows))
    town.children["step_since"][rows] = month - np.arange(len(rows)) % 30
    town.children["belief"][rows[::2]] = 6.0
    ages = month - town.children["birth_month"][rows].astype(int)
    u = lab.draws_of(town, rows, month, draws.BREAKDOWN)
    months = month - town.children["step_since"][rows].astype(int)
    need = town.children["need"][rows].astype(float)
    chance = [
        breakdown_chance(int(step), n, int(a), int(m), p, levers, True)
        for n, a, m in zip(need, ages, months, strict=True)
    ]
    list_involved(town.world, month)
    run_steps(town.world, p, levers, True, month, YEAR)
    broke = u[:, 0] < chance
    assert 100 < broke.sum() < len(rows) - 100
    np.testing.assert_array_equal(town.children["breakdowns"][rows], broke.astype(int))
    after = town.children["step"][rows]
    np.testing.assert_array_equal(after[~broke], step)
    grown = (ages >= p["own_room_from"]) & (u[:, 1] < p["own_room_share"])
    near = town.children["belief"][rows] > 5
    to = {
        Step.KIN: np.full(len(rows), Step.FOSTER),
        Step.FOSTER: np.where(near, Step.INSTITUTION, Step.FOSTER),
        Step.INSTITUTION: np.where(grown, Step.OWN_ROOM, Step.INSTITUTION),
        Step.OWN_ROOM: np.zeros(len(rows), int),
    }[step]
    if step != Step.FOSTER:
        np.testing.assert_array_equal(after[broke], to[broke])
    else:  # where foster places run out the rest go to institutions
        assert np.all((after == to)[broke] | (after[broke] == Step.INSTITUTION))
        assert np.all(after[broke & near] == Step.INSTITUTION)


def test_no_breakdown_at_level_zero(lab, town):
    p = lab.rules(staircase__breakdown_level=0.0).staircase
    rows = aged(town, 0, 216)
    put(town, rows, Step.INSTITUTION, 0)
    list_involved(town.world, 0)
    run_steps(town.world, p, lab.lever_row(), True, 0, YEAR)
    assert town.world.counts[YEAR, Count.BREAKDOWNS] == 0


@pytest.mark.parametrize("step", [Step.EARLY, Step.PREVENTIVE, Step.HOME_BASED])
def test_families_leave_voluntary_help_as_their_trust_and_draw_say(lab, town, step):
    p = lab.rules(staircase__dropout=0.4).staircase
    rows = aged(town, 0, 216)
    put(town, rows, step, 0)
    trust = town.world.families["trust"][town.children["family"][rows]].astype(float)
    u = lab.draws_of(town, rows, 0, draws.DROPOUT)[:, 0]
    list_involved(town.world, 0)
    run_steps(town.world, p, lab.lever_row(), True, 0, YEAR)
    leaves = u < 0.4 * (1 - trust)
    assert 100 < leaves.sum() < len(rows) - 100
    np.testing.assert_array_equal(town.children["step"][rows] == Step.NONE, leaves)
    np.testing.assert_array_equal(
        town.children["case"][rows] == CaseState.NONE, leaves | (step == Step.EARLY)
    )


@pytest.mark.parametrize("step", [Step.EARLY, Step.AFTERCARE])
def test_a_course_ends_in_the_month_it_is_ready(lab, town, step):
    p = lab.rules(staircase__dropout=0.0).staircase
    rows = aged(town, 0, 216)
    put(town, rows, step, 0)
    town.children["ready"][rows] = np.arange(len(rows)) % 5 - 2
    list_involved(town.world, 0)
    run_steps(town.world, p, lab.lever_row(), True, 0, YEAR)
    np.testing.assert_array_equal(town.children["step"][rows] == Step.NONE, np.arange(len(rows)) % 5 <= 2)


def test_kin_own_room_and_foster_care_as_the_draws_say(lab, town):
    p, levers = lab.rules({"kin_chance": 0.8}).staircase, lab.lever_row({"kin_search": 0.7})
    rows = aged(town, 0, 216)
    u = lab.draws_of(town, rows, 0, draws.DECISION)
    counts = np.zeros_like(town.world.counts[0])
    ages = -town.children["birth_month"][rows].astype(int)
    found = [
        family_care(town.world, p, levers, int(row), int(age), 0, counts)
        for row, age in zip(rows, ages, strict=True)
    ]
    network = town.world.families["network"][town.children["family"][rows]] == 1
    kin = network & (u[:, 0] < 0.7 * 0.8)
    own = ~kin & (ages >= p["own_room_from"]) & (u[:, 1] < p["own_room_share"])
    np.testing.assert_array_equal(found, np.select([kin, own], [Step.KIN, Step.OWN_ROOM], Step.FOSTER))
    assert counts[Count.KIN_SEARCHES] == len(rows)
    # Kin that have as many of the family's children as they can take are as if there were none.
    town.world.families["in_kin"] = p["kin_room"] - 1
    one_left = int(rows[np.flatnonzero(kin)[0]])
    assert family_care(town.world, p, levers, one_left, 100, 0, counts) == Step.KIN
    town.world.families["in_kin"] = p["kin_room"]
    for row in rows[kin][:20]:
        assert family_care(town.world, p, levers, int(row), 100, 0, counts) == Step.FOSTER


def test_consent(lab, town):
    """Who refuses a placement gets help at home, or on grave need is placed without consent."""
    p, levers = lab.rules(staircase__own_room_share=0.0).staircase, lab.lever_row({"kin_search": 0.0})
    rows = aged(town, 0, 216)
    # One child a family, as a placement without consent costs the family's trust.
    rows = rows[np.unique(town.children["family"][rows], return_index=True)[1]]
    town.children["case"][rows] = CaseState.DECIDED
    town.children["belief"][rows] = np.where(np.arange(len(rows)) % 2, 2.0, 5.0)
    trust = town.world.families["trust"][town.children["family"][rows]].copy()
    chance = p["accept_base"] + p["accept_trust"] * trust.astype(float)
    u = lab.draws_of(town, rows, 0, draws.DECISION)
    for row in rows:
        want(town.world, p, levers, int(row), int(Step.FOSTER), 0, YEAR)
    refuses, grave = u[:, 2] >= chance, town.children["belief"][rows] > 4
    declines = refuses & ~grave & (u[:, 3] >= chance)
    wanted = np.select([declines, refuses & ~grave], [Step.NONE, Step.HOME_BASED], Step.FOSTER)
    np.testing.assert_array_equal(town.children["wanted"][rows], wanted)
    np.testing.assert_array_equal(town.children["case"][rows] == CaseState.NONE, declines)
    np.testing.assert_array_equal(town.children["consent"][rows] == 0, refuses & grave)
    counts = town.world.counts[YEAR]
    assert counts[Count.WITHOUT_CONSENT] == np.sum(refuses & grave) > 50
    assert counts[Count.DECLINED] == declines.sum() > 20
    complains = lab.draws_of(town, rows, 0, draws.COMPLAINT)[:, 2] < p["complaint_forced"]
    assert counts[Count.COMPLAINTS_FORCED] == np.sum(refuses & grave & complains) > 10
    lost = np.where(refuses & grave, p["trust_placement"], 0.0)
    now = town.world.families["trust"][town.children["family"][rows]]
    np.testing.assert_allclose(now, np.maximum(trust - lost, 0), atol=1e-6)


def test_who_is_refused_complains_as_the_draw_says(lab, town):
    p, month = lab.rules({"complaint_refused": 0.3}).staircase, 2
    rows = aged(town, 0, 216, month)
    town.children["case"][rows], town.children["wanted_from"][rows] = CaseState.DECIDED, month
    town.children["belief"][rows] = np.where(np.arange(len(rows)) % 3, -1.0, 1.9)
    list_involved(town.world, month)
    decide(town.world, p, lab.lever_row(), month, YEAR)
    refused = town.children["belief"][rows] < p["preventive_threshold"]
    complains = lab.draws_of(town, rows, month, draws.COMPLAINT)[:, 1] < 0.3
    counts = town.world.counts[YEAR]
    assert counts[Count.DECISIONS] == len(rows)
    assert counts[Count.COMPLAINTS_REFUSED] == np.sum(refused & complains) > 100
    assert town.world.groups[YEAR, Group.ALL, Measure.COMPLAINTS] == counts[Count.COMPLAINTS_REFUSED]


def test_aftercare_at_the_18th_birthday(lab, town):
    p, month = lab.rules().staircase, 1
    rows = np.flatnonzero(town.children["birth_month"] == month - 216)
    rows = rows[town.children["life"][rows] == Life.CHILD]
    town.children["death_month"][rows] = NEVER
    put(town, rows, Step.FOSTER, 0)
    put(town, rows[::4], Step.HOME_BASED, 0)
    placed = town.children["step"][rows] == Step.FOSTER
    u = lab.draws_of(town, rows, month, draws.ACCEPT)[:, 0]
    grow(town.world, p, lab.lever_row(), month, YEAR)
    stays = placed & (u < p["aftercare_uptake"])
    assert 0 < stays.sum() < placed.sum()
    np.testing.assert_array_equal(town.children["step"][rows], np.where(stays, Step.AFTERCARE, Step.NONE))
    assert set(town.children["case"][rows]) == {CaseState.NONE}
    assert set(town.children["life"][rows]) == {Life.YOUTH}


def test_adult_outcomes(lab, town):
    """Each outcome at 25 comes true where its own uniform lies below its logistic chance."""
    p = lab.rules(
        outcomes__adult_level=np.linspace(-2, 1, 6), outcomes__adult_slope=np.linspace(0.2, 1.5, 6)
    ).outcomes
    rows = np.flatnonzero(town.children["birth_month"] >= -320)
    town.children["birth_month"][rows] = -300
    town.world.row_of_month[:] = 0
    town.world.row_of_month[-299 - town.world.first_month[0] :] = len(town.children)
    town.children["life"][:] = Life.ADULT
    read_adults(town.world, p, 0, YEAR)
    need, school = town.children["need"].astype(float), town.children["school"].astype(float)
    index = (1 - p["school_weight"]) * need - p["school_weight"] * school
    u = np.hstack([lab.draws_of(town, slice(None), when, draws.ADULT) for when in (0, 1)])
    for outcome in AdultOutcome:
        odds = np.exp(p["adult_level"][outcome] + p["adult_slope"][outcome] * index)
        expected = u[:, outcome] < odds / (1 + odds)
        np.testing.assert_array_equal((town.children["adult"] >> outcome) & 1, expected)
    assert set(town.children["life"]) == {Life.GROWN}


def test_caseworkers_leave_as_their_draws_say_and_posts_stand_vacant(lab, town):
    rules = lab.rules(
        {"turnover_caseload": 0.0, "turnover_backlog": 0.0, "vacancy_months": 2}, casework__turnover=6.0
    )
    rows = aged(town, 0, 216)
    put(town, rows, Step.PREVENTIVE, 0)
    list_involved(town.world, 0)
    levers = lab.lever_row()
    staff(town.world, rules.casework, levers, levers, 0, YEAR)
    posts = int(np.ceil(len(rows) / levers[Lever.CASELOAD]))
    low, high = (int(word) for word in town.world.key)
    u = draws.uniforms(low + (high << 32), np.arange(posts), 0, draws.CASEWORKER)[:, 0]
    gone = u < 0.5
    assert 5 < gone.sum() < posts - 5
    workers = town.world.caseworkers[:posts]
    np.testing.assert_array_equal(workers["vacant_until"] == 2, gone)
    np.testing.assert_array_equal(workers["hired"] == 2, gone)
    counts = town.world.counts[YEAR]
    assert (counts[Count.POSTS], counts[Count.VACANT]) == (posts, gone.sum())


def test_families_and_children_are_what_their_draws_say(lab):
    """Shares, kinds and stable parts of every row from its own eight uniforms."""
    rules = lab.rules()
    p, town = rules.population, lab.town(rules, children=3000)
    low, high = (int(word) for word in town.world.key)
    families, children = town.world.families, town.children
    keys = families["who"].astype(np.int64) * 4 + 3
    u, v = (draws.uniforms(low + (high << 32), keys, 0, draws.FAMILY, block) for block in (0, 1))
    lone = v[:, 0] < p["lone_parent_share"]
    np.testing.assert_array_equal(families["adults"], np.where(lone, 1, 2))
    household = np.where(lone, Household.ONE_PARENT, Household.BOTH_PARENTS)
    np.testing.assert_array_equal(families["household"], household)
    np.testing.assert_array_equal(families["network"] == 1, v[:, 2] < p["network_share"])
    liability = np.array([normal_quantile(x) for x in u[:, 3]])
    shift = p["lone_parent_liability"]
    liability = liability + shift * (lone - p["lone_parent_share"])
    liability /= np.sqrt(1 + shift**2 * p["lone_parent_share"] * (1 - p["lone_parent_share"]))
    # What passes on from parents from outside, the mother of the age drawn for her.
    w, x = (draws.uniforms(low + (high << 32), keys, 0, draws.FAMILY, block) for block in (4, 5))
    shares, edges = np.array(p["mother_age"]), np.cumsum([0, *p["mother_age"]])
    band = np.clip(np.searchsorted(edges, w[:, 2], side="right") - 1, 0, 5)
    age = np.floor(180 + 60 * (band + 0.999 * (w[:, 2] - edges[band]) / shares[band]))
    np.testing.assert_allclose(families["mother_age"], age, atol=1)
    middles = 210 + 60 * np.arange(6)
    mean = shares @ middles
    spread = np.sqrt(shares @ ((middles - mean) ** 2 + 300)) / 12
    early = (mean - families["mother_age"].astype(float)) / 12
    strain = p["young_mothers"] * early + np.array([normal_quantile(y) for y in x[:, 0]])
    strain /= np.sqrt(1 + (p["young_mothers"] * spread) ** 2)
    b, hers_on, his_on = p["partner_likeness"], p["transmission"], p["transmission_father"]
    his = (b * strain + np.array([normal_quantile(y) for y in x[:, 1]])) / np.sqrt(1 + b**2)
    rest = np.sqrt(1 - hers_on**2 - his_on**2 - 2 * hers_on * his_on * b / np.sqrt(1 + b**2))
    liability = hers_on * strain + his_on * his + rest * liability
    here = families["arrives"] == NEVER
    for parent, away in ((("mother", w[:, 3]), "mothers"), (("father", x[:, 2]), "fathers")):
        sought = (parent[1] >= p[f"{away}_from_outside"]) & here
        np.testing.assert_array_equal(families[parent[0]], np.where(sought, -2, -1))
    np.testing.assert_allclose(families["liability"], liability + p["need_level"], atol=1e-6)
    w, d, e = (draws.uniforms(low + (high << 32), keys, 0, draws.FAMILY, block) for block in (4, 2, 3))
    link, buffer, loading = p["coping_liability"], p["coping_buffers"], p["domain_loading"]
    copes = np.array([normal_quantile(x) for x in w[:, 0]])
    np.testing.assert_allclose(families["coping"], np.sqrt(1 - link**2) * copes - link * liability, atol=1e-6)
    passing = np.array([[normal_quantile(x) for x in row] for row in np.hstack([d, e])[:, :7]])
    passing = np.sqrt(1 - buffer**2) * passing - buffer * copes[:, None]
    for k, name in enumerate(DOMAINS):
        strain = loading * families["liability"] + np.sqrt(1 - loading**2) * passing[:, k]
        np.testing.assert_allclose(families[name], strain, atol=2e-6)
    np.testing.assert_allclose(families["load"], p["load_weight"] * passing.sum(axis=1), atol=5e-6)
    sorting = p["district_sorting"]
    z = sorting * liability + np.sqrt(1 - sorting**2) * np.array([normal_quantile(x) for x in w[:, 1]])
    np.testing.assert_array_equal(families["district"], np.floor(8 * stats.norm.cdf(z)))
    u, v = (lab.draws_of(town, slice(None), 0, draws.BIRTH, block) for block in (0, 1))
    np.testing.assert_array_equal(children["sex"] == 1, u[:, 0] < p["boy_share"])
    np.testing.assert_array_equal(children["onset_age"] != NEVER, u[:, 3] < p["onset_share"])
    own = np.array([normal_quantile(x) for x in u[:, 1]])
    stable = (
        np.sqrt(p["family_share"]) * families["liability"][children["family"]] + np.sqrt(p["own_share"]) * own
    )
    np.testing.assert_allclose(children["propensity"], stable, atol=1e-6)
    np.testing.assert_allclose(children["exposure"], -np.log(v[:, 3]), atol=1e-5)
    # A person's key says whose child it is, and no two persons have the same.
    np.testing.assert_array_equal(children["who"] // 4, families["who"][children["family"]])
    assert len(np.unique(children["who"])) == len(children)
    assert len(np.unique(families["who"])) == len(families)
