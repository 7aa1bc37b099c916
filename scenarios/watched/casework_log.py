"""The log of casework: every task done, who it was about, who did it, what it waited and whether in time."""

import numpy as np
import pandas as pd

from trappen.agents.casework_task import Priority, TaskKind
from trappen.model.kernels.tasks import DAYS_A_MONTH
from trappen.model.kernels.world import Meter
from trappen.model.municipalities import national_age_distribution
from trappen.model.municipality import Municipality
from trappen.scenarios.parameter_sets import codes
from trappen.scenarios.runner import in_force, parameters_of, start, todays_practice
from trappen.scenarios.scenario import Scenario


def casework_log(scenario: Scenario, *, months: int = 12, replicate: int = 0) -> pd.DataFrame:
    """Return what caseworkers did in the first months of a scenario, one row a task, in order of finish.

    Parameters
    ----------
    months
        How many, at most those of the scenario.

    Returns
    -------
    :
        Columns month, task (kind), acute, child (key), caseworker (post), arrival, start, finish, waited,
        deadline (working days, month 0 beginning on day 0) and kept.
    """
    world, _, rules, number = start(scenario, replicate)
    posts = float(world.meters[Meter.POSTS_PAID])
    town = Municipality(
        children=scenario.children,
        ages=np.asarray(national_age_distribution(), float),
        values=parameters_of(scenario, number),
        in_force=in_force(scenario, rules, number, posts),
        status_quo=todays_practice(1, scenario).felt[0],
        structure=codes(scenario.structure),
        seed=scenario.seed,
        code=scenario.municipality_code or 0,
        replicate=replicate,
        casework=scenario.casework,
    )
    town.run_warm_up()
    return pd.concat([_month(town) for _ in range(min(months, scenario.months))], ignore_index=True)


def _month(town: Municipality) -> pd.DataFrame:
    """Run one month and return its part of the log."""
    month, p = town.month, town.rules.casework
    town.step()
    n, done = town.finished, town.desk.done
    kind, arrival, finish = done.kind[:n].copy(), done.arrival[:n].copy(), done.finish[:n].copy()
    month_end = (np.floor(arrival / DAYS_A_MONTH) + 1.0) * DAYS_A_MONTH
    deadline = np.where(
        kind == TaskKind.REVIEW,
        arrival + p["review_deadline"],
        np.where(kind == TaskKind.ASSESSMENT, arrival + p["assessment_deadline"], month_end),
    )
    return pd.DataFrame(
        {
            "month": month,
            "task": [TaskKind(int(one)).name.lower() for one in kind],
            "acute": done.priority[:n] == Priority.ACUTE,
            "child": done.who[:n].copy(),
            "caseworker": done.worker[:n].copy(),
            "arrival": arrival,
            "start": done.start[:n].copy(),
            "finish": finish,
            "waited": done.start[:n] - arrival,
            "deadline": deadline,
            "kept": finish <= deadline,
        }
    )
