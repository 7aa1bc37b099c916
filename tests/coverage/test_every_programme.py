"""Every programme moves what its file says, by about as much, among those it is for, at its price.

Only the phase of programmes runs, so that nothing else moves and no luck is left: these tests have no
error rate. Reach and places are opened so that there are participants enough.
"""

import numpy as np
import pytest

from trappen.agents.ledger import Post
from trappen.agents.programme import Tally
from trappen.agents.states import Domain
from trappen.policies import library
from trappen.scenarios.offered import PAYERS

YEAR = 18
OPEN = {"reach": 1.0, "served": 1000.0}
DOMAINS = {domain.name.lower() for domain in Domain}


def moved(town, start, what):
    """Return by how much each child's (or its family's) quantity has gone the way a programme wants."""
    family = start.children["family"]
    if what == "need":
        return town.children["aid"].astype(float)
    if what == "school":
        return town.children["school"].astype(float) - start.children["school"]
    if what == "notice":
        return start.children["exposure"].astype(float) - town.children["exposure"]
    column, sign = (f"domain_{what}", -1.0) if what in DOMAINS else (what, 1.0)
    change = sign * (town.world.families[column].astype(float) - start.world.families[column])
    return change[family]


@pytest.mark.parametrize("name", list(library.entries("programme")))
def test_a_programme_moves_what_it_says(trial, name):
    (offer,) = trial.offers(name, **OPEN)
    programme = offer.programme
    start = trial.start()
    town = trial.frozen([offer], programme.months)
    tally = town.world.offers.tally[:, 0].sum(axis=0)
    assert tally[Tally.STARTED] >= 5
    parts = town.world.offers.enrolments[: town.world.offers.enrolled[0]]
    # Those who began at once and stayed to the end, beside everybody who was never in it.
    took = parts["child"][(parts["attended"] == programme.months)]
    never = np.setdiff1d(np.arange(len(start.children)), np.flatnonzero(town.world.offers.met != 0))
    strength = parts["strength"][parts["attended"] == programme.months].astype(float)
    told_needs = [effect for effect in programme.effects if effect.moves == "need"]
    if told_needs and len(took):
        effect = told_needs[0]
        for child, how_well, need, kind in zip(
            took,
            strength,
            parts["need"][parts["attended"] == programme.months],
            parts["kind"][parts["attended"] == programme.months],
            strict=True,
        ):
            share = list(effect.families.model_dump().values())[kind]
            share *= max(0.0, 1.0 + effect.by_need * float(need))
            worn = float(town.world.families["fatigue"][town.children["family"][child]])
            least = 1 - float(trial.rules.programmes["worn_loss"]) * worn
            full = effect.size.value * how_well * share
            assert full * least - 1e-6 <= town.children["aid"][child] <= full + 1e-6
        assert np.all(town.children["aid"][never] == 0.0)
    for effect in programme.effects:
        change = moved(town, start, effect.moves)
        touched = np.flatnonzero(np.abs(change) > 1e-7)
        if effect.moves == "trust":
            change = np.where(town.world.families["trust"][start.children["family"]] >= 1.0, 0.0, change)
        assert touched.size, effect.moves
        assert change[touched].mean() > 0, effect.moves
    # A participant costs the price, less what leaving early saves, from the budget the file names.
    accounts = town.world.accounts[YEAR:, Post.PROGRAMMES].sum(axis=0)
    assert accounts.sum() == accounts[PAYERS[programme.price.payer]] == tally[Tally.COST] > 0
    per_start = tally[Tally.COST] / tally[Tally.STARTED]
    assert 0 < per_start <= programme.price.value * 1.001


@pytest.mark.parametrize("name", ["nurse_home_visits", "duaa_parents", "hpa", "volunteers"])
def test_at_the_null_end_it_moves_nobody(trial, name):
    start = trial.start()
    town = trial.frozen(trial.offers(name, **OPEN), 12, size=0.0)
    assert town.world.offers.tally[:, 0, Tally.STARTED].sum() > 0
    np.testing.assert_array_equal(town.children["need"], start.children["need"])
    np.testing.assert_array_equal(town.children["school"], start.children["school"])
    for domain in Domain:
        column = f"domain_{domain.name.lower()}"
        np.testing.assert_array_equal(town.world.families[column], start.world.families[column])
