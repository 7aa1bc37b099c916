"""A month of a family's life, phase by phase in the order of docs/odd.md."""

from .casework import act_on, hand_in
from .growing import grow, move_house, pay, read_adult
from .home import is_its_quarter, live_a_quarter
from .luck import Luck
from .names import CHILD, YOUTH
from .need import live_a_month
from .others import Institutions, Month, age_of
from .people import Child, Family, Parameters
from .seeing import Asked, Sight, notice, pass_on
from .staircase import allot, decide, run_step


class Home:
    """One family and its children, oldest first, living by the month.

    Attributes
    ----------
    family, children
        As they stand now.
    asked
        Tasks this family has given the caseworkers and that are not done: what the desks must hold.
    """

    def __init__(self, family: Family, institutions: Institutions, p: Parameters, luck: Luck) -> None:
        self.family, self.institutions, self.p, self.luck = family, institutions, p, luck
        self.children: list[Child] = []
        self.asked: list[Asked] = []

    def step(self, now: Month, sight: Sight) -> None:
        """Live through a month."""
        self.be_born_and_move(now)
        self.live(now)
        self.be_seen(now, sight)
        self.be_worked_with(now)
        self.move_on(now)
        for child in self.children:
            read_adult(child, self.p, self.luck, now)

    def be_born_and_move(self, now: Month) -> None:
        """`grow`, `move_house` and `pass_on`."""
        given = (self.family, self.p, self.luck, now)
        for phase in (grow, move_house):
            for number, child in enumerate(self.children):
                phase(number, child, *given)
        for child in self.children:
            pass_on(child, *given)

    def live(self, now: Month) -> None:
        """`live`."""
        alive = [
            (number, child)
            for number, child in enumerate(self.children)
            if child.life in (CHILD, YOUTH) and -9 <= age_of(child, now) < 276
        ]
        if alive and is_its_quarter(self.family, now.number):
            live_a_quarter(self.family, self.p, self.luck, now)
        for _, child in alive:
            quality = self.institutions.quality(age_of(child, now))
            live_a_month(child, self.family, self.p, self.luck, now, quality)

    def be_seen(self, now: Month, sight: Sight) -> None:
        """`notice`."""
        for number, child in enumerate(self.children):
            self.asked += notice(number, child, self.family, self.institutions, self.p, self.luck, now, sight)

    def be_worked_with(self, now: Month) -> None:
        """`staff`, `serve` and `finish`: who the caseworkers are and what they finished is given."""
        for child, (post, acquainted) in zip(self.children, now.others.caseworkers(), strict=True):
            child.caseworker, child.acquainted = post, acquainted
        for number, child in enumerate(self.children):
            self.asked += hand_in(number, child, self.p, self.luck, now)
        for task in now.others.finished():
            done = Asked(task.child, task.kind, task.arrival)
            self.asked.remove(done)
            child = self.children[task.child]
            self.asked += act_on(task, child, self.family, self.p, self.luck, now)

    def move_on(self, now: Month) -> None:
        """`decide`, `allot`, `run_steps` and `pay_children`."""
        given = (self.family, self.p, self.luck, now)
        for number, child in enumerate(self.children):
            decide(number, child, *given)
        for number, child in sorted(enumerate(self.children), key=lambda one: _place_in_line(one[1])):
            allot(number, child, *given)
        for number, child in enumerate(self.children):
            run_step(number, child, *given)
        for child in self.children:
            pay(child, self.p, now)


def _place_in_line(child: Child) -> tuple[int, int]:
    return child.wanted_from, child.who
