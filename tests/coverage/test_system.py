"""What the source documents say of the whole system: arenas, families, legs, payers, selection, lives.

`today` is a municipality of 3,000 children after 23 years of the model under today's practice; where a
difference between groups is held, the groups are so far apart that luck alone would need four standard
errors (error rate below 1 in 10,000 each).
"""

import numpy as np
import pytest

import trappen
from trappen.agents.ledger import Count, Payer, Post
from trappen.agents.states import AdultOutcome, Arena, CaseState, Domain, FamilyKind, Life, Step
from trappen.model.kernels.life import relief_target
from trappen.policies import library
from trappen.scenarios.experiments.by_age import by_age
from trappen.scenarios.experiments.trial import trial as simulated_trial
from trappen.scenarios.scenario import scenario_from

YEARS = slice(18, 23)


def test_arenas_cover_the_published_shares(trial):
    """A10: 99 % have a health visitor; about 60 % of 0-2 and 90 % of 3-5 year-olds are in day care."""
    coverage = trial.rules.notice["coverage"]
    assert coverage[Arena.HEALTH_VISITING][1] == pytest.approx(0.99)
    assert coverage[Arena.DAY_CARE][1] == pytest.approx(0.60, abs=0.02)
    assert coverage[Arena.DAY_CARE][2] == pytest.approx(0.90, abs=0.03)


def test_strain_passes_from_parents_to_children(trial):
    """A11: children of women who grew up here under more strain are born into more strain themselves."""
    town = trial.start(children=6000, years=8).run(96)
    mothers = np.flatnonzero((town.children["founded"] >= 0) & (town.children["sex"] == 0))
    assert len(mothers) > 100
    hers = town.children["propensity"][mothers].astype(float)
    theirs = town.world.families["liability"][town.children["founded"][mothers]].astype(float)
    correlation = np.corrcoef(hers, theirs)[0, 1]
    assert correlation > 4 / np.sqrt(len(mothers))


def test_children_of_young_mothers_are_placed_more_often(pairs):
    """A11: whose mother was under 25 at her first birth has oftener been placed than whose was 30 or more."""
    found = []
    for number in range(24):
        town = pairs.start(number).run(96)
        families = town.world.families[town.children["family"]]
        age = 96 - town.children["birth_month"].astype(int)
        school = (age >= 72) & (age < 216) & (town.children["life"] == Life.CHILD)
        placed = town.children["first_placed"] < 32767
        young, older = families["mother_age"] < 25 * 12, families["mother_age"] >= 30 * 12
        found.append(placed[school & young].mean() - placed[school & older].mean())
    assert np.mean(found) > 3.0 * np.std(found, ddof=1) / np.sqrt(len(found))


@pytest.fixture(scope="module")
def compared():
    return trappen.compare(children=500, years=2, replicates=2, seed=3, structure_check=False)


def test_the_seven_sub_goals_are_in_every_comparison(compared):
    """B1: seven indicators, each with both policies and the difference."""
    rows = compared.indicators()
    goals = (
        rows[rows["group"] == "sub_goal"]
        if "group" in rows
        else compared.summary().query("group == 'sub_goal'")
    )
    assert len(goals) >= 7


def test_every_child_has_its_set_and_position(trial, today):
    """B2, B3: at each year's end the sets of the triangle and the six cells hold every child once."""
    sets = today.world.counts[22, Count.PREVENTION : Count.PREVENTION + 4]
    cells = today.world.counts[22, Count.POSITION : Count.POSITION + 6]
    assert sets.sum() == cells.sum() > 2500
    assert np.all(sets > 0)
    assert np.all(cells > 0)
    assert cells.sum() - cells.max() < cells.max()  # most thrive and are not exposed


def test_all_three_legs_are_in_the_catalogue():
    """B4: each programme belongs to the general area, the authority or a provider; all three have some."""
    legs = {library.programme(name).leg for name in library.entries("programme")}
    assert legs == {"general", "authority", "provider"}


def test_a_surer_assessment_matches_better(trial):
    """B7: with less error of assessment what is believed, and so the step, lies nearer to need."""
    sure, unsure = (trial.run(60, rules=trial.lab.rules({"assessment_error": error})) for error in (0.3, 0.9))
    wrong = []
    for town in (sure, unsure):
        known = (town.children["case"] == CaseState.OPEN) & (town.children["believed"] >= 0)
        known &= town.children["believed"] <= 60
        wrong.append(np.abs(town.children["belief"] - town.children["need"])[known].mean())
    assert wrong[0] < wrong[1]


def test_the_placed_do_less_well_at_school_than_peers_of_equal_ability(trial):
    """B14: against their own aptitude they lack half a standard deviation of school attachment."""
    town = trial.start(children=6000).run(96)
    age = 96 - town.children["birth_month"].astype(int)
    pupil = (age >= 72) & (age < 216) & (town.children["life"] == Life.CHILD)
    placed = pupil & (town.children["step"] >= Step.KIN) & (town.children["step"] <= Step.INSTITUTION)
    never = pupil & (town.children["first_placed"] == 32767)
    lacking = town.children["school"].astype(float) - town.children["aptitude"]
    assert placed.sum() > 30
    error = np.sqrt(lacking[placed].var() / placed.sum() + lacking[never].var() / never.sum())
    assert lacking[placed].mean() - lacking[never].mean() < -4 * error
    assert lacking[placed].mean() == pytest.approx(-0.6, abs=0.25)


def test_an_institution_does_most_in_the_first_six_months_and_long_stays_do_no_more(trial):
    """B11: most of what a stay builds up to is there after six months, and none is added later."""
    life = trial.rules.life
    after = 1.0 - (1.0 - 1.0 / float(life["relief_build_months"])) ** 6
    assert after > 0.5
    targets = [relief_target(Step.INSTITUTION, 3.0, months, life, True) for months in (6, 24, 60)]
    assert targets[0] >= targets[1] >= targets[2]


def test_early_help_resolves_concerns_without_a_case(pairs):
    """E6: where nobody is helped early, more concerns become decisions on a measure in a case."""
    names = (Count.DECISIONS, Count.NOTIFICATIONS)
    reads = [lambda town, name=name: int(town.world.counts[18:28, name].sum()) for name in names]
    found = pairs.differences(reads, levers={"early_help_places": 0.0}, months=120, pairs=40)
    assert all(difference.goes("up") for difference in found), [each.sureness for each in found]


def test_school_decides_adult_outcomes(trial):
    """B14: those who had little school attachment more often lack an education at 25, need being equal."""
    town = trial.start(children=6000).run(96)
    grown = town.children[town.children["life"] == Life.GROWN]
    bit = (grown["adult"] >> AdultOutcome.NO_UPPER_SECONDARY) & 1
    near = np.abs(grown["need"] - np.median(grown["need"])) < 0.7
    low = grown["school"][near] < np.median(grown["school"][near])
    shares = [bit[near][low == side].mean() for side in (True, False)]
    n = near.sum() / 2
    se = np.sqrt(sum(share * (1 - share) / n for share in shares))
    assert shares[0] - shares[1] > 4 * se


def test_payers_are_told_apart_and_sum(today):
    """B16: every post has its payers; what the state refunds is what the municipality is spared."""
    accounts = today.world.accounts[YEARS].sum(axis=0)
    assert accounts[Post.EARLY, Payer.MUNICIPALITY_GENERAL] > 0
    assert accounts[Post.FOSTER, Payer.MUNICIPALITY_SOCIAL] > 0
    assert accounts[Post.REFUND].sum() == 0
    assert accounts[Post.REFUND, Payer.STATE] > 0
    assert (accounts.sum(axis=1).sum()) == accounts.sum()


def test_placed_children_fare_worse_and_were_worse_off_before(trial):
    """B19: the placed have worse outcomes, and a harder start: a naive comparison is confounded."""
    town = trial.start(children=6000).run(96)
    grown = town.children[town.children["life"] == Life.GROWN]
    placed = grown["first_placed"] < 32767
    assert placed.sum() > 30
    bit = (grown["adult"] >> AdultOutcome.NO_UPPER_SECONDARY) & 1
    shares = [bit[placed == side].mean() for side in (True, False)]
    se = np.sqrt(shares[0] * (1 - shares[0]) / placed.sum() + shares[1] * (1 - shares[1]) / (~placed).sum())
    assert shares[0] - shares[1] > 4 * se
    start = grown["propensity"].astype(float)
    spread = np.sqrt(start[placed].var() / placed.sum() + start[~placed].var() / (~placed).sum())
    assert start[placed].mean() - start[~placed].mean() > 4 * spread


def test_return_by_age_at_start_is_a_result():
    """B20: the return is worked out from runs by age at start; nothing says that the youngest must win."""
    scenario = scenario_from("status_quo", children=800, years=6, replicates=2, uncertainty=False)
    ages = by_age(scenario, ages=((0, 2), (12, 14))).tables["ages"]
    assert ages["ages"].tolist() == ["0-2", "12-14"]
    assert ages["helped"].min() > 0
    assert np.isfinite(ages["all_saved"]).all()
    assert ages["all_saved"].nunique() == 2


def test_a_fifth_is_in_the_risk_group_at_three(trial):
    """C9: 10 to 20 % of three-year-olds are over the cut-off of need, or in a family with many problems.

    Some 350 three-year-olds: luck moves the share by 2 points.
    """
    town = trial.start(children=6000)
    ages = -town.children["birth_month"].astype(int)
    three = (ages >= 36) & (ages < 48) & (town.children["life"] == Life.CHILD)
    kind = town.world.families["kind"][town.children["family"]]
    at_risk = (town.children["need"] >= trial.rules.life["need_cut"]) | (kind == FamilyKind.MULTI_PROBLEM)
    assert 0.10 <= at_risk[three].mean() <= 0.20


def test_few_notifications_about_small_children(today):
    """C10: per child far fewer are notified at 0-5 than at 12-17."""
    counts = today.world.counts[YEARS].sum(axis=0)
    assert counts[Count.CHILDREN_NOTIFIED_0_5] < 0.7 * counts[Count.CHILDREN_NOTIFIED_12_17]


def test_a_trial_with_districts_can_be_simulated():
    """D3: five municipalities with control districts: an estimate, its spread and its power come out."""
    scenario = scenario_from("opsporingsmodellen", replicates=2, uncertainty=False)
    found = simulated_trial(scenario, municipalities=2, children=900, years=2, trials=2)
    arms = next(iter(found.tables.values()))
    assert {"estimate", "spread", "power", "bias"} <= set(arms.columns)
    assert np.isfinite(arms["estimate"]).all()
    assert ((arms["power"] >= 0) & (arms["power"] <= 1)).all()


def test_kinds_of_family_follow_from_seven_domains(trial, today):
    """E2, E3: no strained domain, none of the kinds; many at once, a multi-problem family; and between."""
    families = today.world.families[np.unique(today.children["family"][today.children["life"] == Life.CHILD])]
    p = trial.rules.life
    strained = sum(
        (families[f"domain_{domain.name.lower()}"] >= p["domain_cut"]).astype(int) for domain in Domain
    )
    # Kinds are settled every third month; domains move by events, so a few lag behind.
    many = strained >= p["multi_problem_domains"]
    assert np.mean(families["kind"][many] == FamilyKind.MULTI_PROBLEM) > 0.9
    assert np.mean(families["kind"][strained == 0] == FamilyKind.NONE) > 0.95
    assert set(np.unique(families["kind"])) == {kind.value for kind in FamilyKind}


def test_every_step_of_the_staircase_is_in_use(today):
    """B5, B9: every step has children on it, and the ladder narrows upwards from help at home to care."""
    months = [int(today.world.counts[YEARS, Count.STEP + step].sum()) for step in Step]
    assert all(months[step] > 0 for step in range(1, 8))
    assert months[Step.PREVENTIVE] > months[Step.FOSTER] > months[Step.KIN]
