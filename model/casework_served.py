"""A month's casework step by step: tasks handed over, ranked by caseworkers of one's own, and done."""

import numpy as np

from trappen.agents.casework_task import Task
from trappen.agents.view import CaseworkerAgent, ChildView
from trappen.model.casework_handover import ContinuedCasework
from trappen.model.kernels.casework import hand_over
from trappen.model.kernels.desks import Tasks
from trappen.model.kernels.queue import run_month
from trappen.model.kernels.tasks import DAYS_A_MONTH
from trappen.model.kernels.world import Desk, Meter, World
from trappen.model.parameter_set import Rules


class OwnCaseworker(CaseworkerAgent):
    """A caseworker that ranks its own tasks: the class to derive one's own from."""

    def rank(self, task: Task, child: ChildView) -> float:
        """Return where a task stands among one's own of the same kind: the least comes first.

        By default the oldest does.
        """
        del child
        return task.arrival


def serve_by_steps(
    world: World,
    desk: Desk,
    rules: Rules,
    felt: np.ndarray,
    month: int,
    year: int,
    simpy: ContinuedCasework | None,
    agents: list[OwnCaseworker],
) -> int:
    """Do what `trappen.model.kernels.month.serve` does; return how many tasks were finished.

    Parameters
    ----------
    simpy
        SimPy's desks, or None for the compiled ones.
    agents
        Caseworkers by post who rank their own tasks; none, if all rank them by age.
    """
    p = rules.casework
    handed_in = int(hand_over(world, p, felt, desk.tasks, month, year))
    if agents:
        rank_tasks(desk.tasks, handed_in, agents)
    first_day, posts = float(month * DAYS_A_MONTH), int(world.meters[Meter.POSTS])
    desk.away[:posts] = world.caseworkers["away"][:posts]
    end_day, sitting = first_day + DAYS_A_MONTH, float(p["sitting_days"])
    told = (first_day, end_day, posts, desk.away, sitting, desk.tasks, handed_in, desk.done)
    return int(run_month(desk.queue, *told)) if simpy is None else simpy.run_columns(*told)


def rank_tasks(tasks: Tasks, number: int, agents: list[OwnCaseworker]) -> None:
    """Let every caseworker rank the tasks handed in to them."""
    for at in range(number):
        owner = int(tasks.owner[at])
        if owner < 0:
            continue
        task = Task(*(column[at].item() for column in tasks))
        rank = float(agents[owner].rank(task, ChildView(agents[owner].model, task.row)))
        if rank != rank:
            raise ValueError(f"{agents[owner]} ranks {task} as not a number")
        tasks.rank[at] = rank
