"""Perspectives: whose money is counted, from the municipality's own accounts to the whole of society."""

import numpy as np

from trappen.agents.ledger import Payer, Post
from trappen.model.consequences import BUDGETS, CONSEQUENCES, ROWS, consequences
from trappen.scenarios.runner import Run, parameters_of
from trappen.scenarios.scenario import Scenario

PERSPECTIVES = ("children_family", "municipality", "public", "society")
"""Those that the budget shows side by side; `accounts`, the municipality's own, is what one usually sees."""

MILLION = 1e6


def by_row_and_budget(scenario: Scenario, run: Run) -> np.ndarray:
    """Return million kroner by replicate, year, row and budget: every post, then every consequence.

    Shape (replicates, years, POSTS + consequences, BUDGETS).
    """
    posts = np.zeros((*run.accounts.shape[:-1], len(BUDGETS)))
    for payer in Payer:
        posts[..., BUDGETS.index(payer.name.lower())] = run.accounts[..., payer]
    later = np.zeros((*run.accounts.shape[:2], len(CONSEQUENCES), len(BUDGETS)))
    for number in np.unique(run.sets):
        chosen = run.sets == number
        later[chosen] = consequences(run.counts[chosen], parameters_of(scenario, int(number)))
    return np.concatenate([posts, later], axis=2) / MILLION


def seen_from(amounts: np.ndarray, perspective: str, distortion: float) -> np.ndarray:
    """Return the net cost by replicate and year from a perspective, million kroner.

    The accounts are what the model pays from the municipality's budgets, and the children-and-family budget
    is the social one of them alone. The whole municipality adds what its other budgets and its taxes bear
    besides; the public adds region and state, so that the refund is no gain. Society leaves out transfers,
    which only move money, adds what citizens lose, and the loss from financing by tax.

    Parameters
    ----------
    amounts
        Of `by_row_and_budget`.
    distortion
        Loss by a krone financed by tax.
    """
    first = len(Post)
    budget = {name: at for at, name in enumerate(BUDGETS)}
    if perspective == "children_family":
        return np.asarray(amounts[:, :, :first, budget["municipality_social"]].sum(axis=2))
    own = [at for name, at in budget.items() if name.startswith("municipality")]
    if perspective == "accounts":
        return np.asarray(amounts[:, :, :first][..., own].sum(axis=(2, 3)))
    if perspective == "municipality":
        return np.asarray(amounts[..., own].sum(axis=(2, 3)))
    public = [at for name, at in budget.items() if name != "citizens"]
    total = amounts[..., public].sum(axis=(2, 3))
    if perspective == "public":
        return np.asarray(total)
    transfers = amounts[:, :, first + ROWS.index("later_transfers")].sum(axis=2)
    return np.asarray(total - transfers + amounts[..., budget["citizens"]].sum(axis=2) + distortion * total)


def net_cost(scenario: Scenario, run: Run) -> np.ndarray:
    """Return the net cost by replicate and year from the scenario's own perspective, million kroner."""
    if scenario.perspective == "accounts":
        own = [payer for payer in Payer if payer.name.startswith("MUNICIPALITY")]
        return np.asarray(run.accounts[..., own].sum(axis=(2, 3)) / MILLION)
    distortion = float(parameters_of(scenario, 0)["tax_distortion"])
    return seen_from(by_row_and_budget(scenario, run), scenario.perspective, distortion)
