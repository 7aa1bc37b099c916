"""The log of casework: every task done, who it was about, who did it, what it waited and whether in time."""

import numpy as np
import pandas as pd

from trappen.agents.casework_task import Priority, TaskKind
from trappen.model.kernels.tasks import DAYS_A_MONTH
from trappen.model.kernels.world import Meter
from trappen.model.municipality import Municipality
from trappen.scenarios.runner import start, town_at_start
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
    world, _, rules, _ = start(scenario, replicate)
    town = town_at_start(scenario, replicate, rules, float(world.meters[Meter.POSTS_PAID]))
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
