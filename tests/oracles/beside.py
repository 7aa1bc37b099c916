"""Every family of a recorded municipality lived again in plain Python beside it, and the two compared."""

from collections import Counter
from operator import attrgetter
from types import SimpleNamespace

import numpy as np
from recorded import Neighbours
from whole_life.born import Parents, draw_child, draw_family, vulnerability
from whole_life.luck import Luck
from whole_life.month import Home
from whole_life.names import ADULT, NEVER, is_placed
from whole_life.others import Finished, Institutions, Month, Reader, conditions_of
from whole_life.people import Child, Family, Parameters
from whole_life.seeing import Sight

from trappen.agents.levers import Lever
from trappen.agents.states import PREGNANCY_MONTHS


class Beside:
    """A municipality's families, a month behind it and then level.

    Attributes
    ----------
    compared, months
        Values held against the tables; child-months lived.
    """

    def __init__(self, town, values, structure, courage):
        self.town, self.courage = town, courage
        self.p = Parameters(values, tuple(int(switch) for switch in structure))
        self.luck = Luck(tuple(int(word) for word in town.world.key))
        self.homes, self.rows, self.lives = {}, {}, {}
        self.compared = self.months = 0
        self.seen = Counter()
        world = town.world
        begun = world.children["birth_month"].astype(int) - PREGNANCY_MONTHS < town.month
        self.come(np.flatnonzero(begun).tolist(), world.children[begun], world.families)

    # Conception

    def come(self, rows, children, families):
        """Draw those who are conceived, and families with their first child, and compare."""
        mine, theirs = ([], []), ([], [])
        for row, child in zip(rows, children, strict=True):
            number = int(child["family"])
            family = families[number]
            if number not in self.homes:
                drawn = self._family(family)
                mine[0].append(drawn)
                theirs[0].append(number)
                self.homes[number] = Home(drawn, self._institutions(family), self.p, self.luck)
                self.rows[number] = []
            home = self.homes[number]
            life = draw_child(int(child["who"]), int(child["birth_month"]), home.family, self.p, self.luck)
            life.life = int(child["life"])
            mine[1].append(life)
            theirs[1].append(child)
            home.children.append(life)
            self.lives[row] = life
            self.rows[number].append(row)
        self._hold(Family, mine[0], families[theirs[0]])
        self._hold(Child, mine[1], children)

    def _family(self, family):
        strains = [int(family[name]) for name in ("mother", "father")]
        parents = Parents(*(vulnerability(self.lives[row], self.p) if row >= 0 else None for row in strains))
        self.seen["families of parents who grew up here"] += parents != Parents()
        moves = int(family["leaves"]), int(family["arrives"])
        return draw_family(int(family["who"]), *moves, parents, self.p, self.luck)

    def _institutions(self, family):
        table = self.town.world.institutions
        where = [int(family[name]) for name in ("day_care", "school_at")]
        return Institutions(*(float(table[name][k]) for name in ("quality", "sight") for k in where))

    # The month

    def live(self, month):
        """Live every family through the month that the municipality has just run, and compare."""
        town = self.town
        self.come(town.conceived.tolist(), town.born, town.founded)
        levers = SimpleNamespace(**{lever.name.lower(): float(town.levers[lever]) for lever in Lever})
        conditions, sight = conditions_of(self.p, levers, 0.0), Sight(self.p, levers)
        tasks = self._tasks()
        for number, home in self.homes.items():
            to_come = number in tasks or month <= home.family.arrives != NEVER
            if to_come or any(child.life <= ADULT or child.year_cost > 0 for child in home.children):
                others = Neighbours(town, self.rows[number], tasks.get(number, ()), self.courage)
                home.step(Month(month, levers, conditions, others), sight)
        lives = [(row, child) for row, child in self.lives.items() if month - child.birth_month <= 301]
        rows, children = [row for row, _ in lives], [child for _, child in lives]
        self._hold(Child, children, town.world.children[rows])
        numbers = list(self.homes)
        self._hold(Family, [self.homes[number].family for number in numbers], town.world.families[numbers])
        self._count(children)

    def _tasks(self):
        """Return by family the tasks that the desks finished, with what is known of who did them."""
        town, tasks = self.town, {}
        workers, leaders, of = town.world.caseworkers, town.world.leaders, town.world.children["family"]
        for row, kind, arrival, finish, post in town.done:
            holder, family = workers[post], int(of[row])
            worth = float(leaders["worth"][int(holder["leader"])])
            reader = Reader(post, int(holder["hired"]), float(holder["contact"]), worth)
            task = Finished(self.rows[family].index(row), kind, arrival, finish, reader)
            tasks.setdefault(family, []).append(task)
            self.seen[("reviews", "assessments", "follow-ups", "visits")[kind]] += 1
        return tasks

    # The comparison

    def _hold(self, cls, mine, theirs):
        """Fail if any record differs from its row of the table, in one bit of one field."""
        if not mine:
            return
        names = tuple(cls.__dataclass_fields__)
        ours = np.array(list(map(attrgetter(*names), mine)), float)
        tables = np.stack([theirs[name].astype(float) for name in names], axis=1)
        self.compared += ours.size
        for k, n in np.argwhere(ours != tables)[:1]:
            raise Disagreement(
                f"month {self.town.month - 1}, {cls.__name__} {mine[k].who}: {names[n]} is {ours[k, n]!r}"
                f" by the text and {tables[k, n]!r} by the kernels"
            )

    def _count(self, children):
        self.months += sum(0 < child.life <= ADULT for child in children)

    def coverage(self):
        """Return how many children had what, over the whole run."""
        lives, seen = list(self.lives.values()), Counter(self.seen)
        seen["children"] = len(lives)
        for child in lives:
            steps = [child.entries >> 6 * step & 63 for step in range(9)]
            for step, name in enumerate(STEPS_TOLD):
                seen[name] += steps[step] > 0
            seen["placed twice or moved"] += child.moves > 0 or sum(steps[4:8]) > 1
            seen["breakdowns"] += child.breakdowns
            seen["went home"] += child.went_home < 32767
            seen["waiting"] += child.wanted != 0
            seen["placed now"] += is_placed(child.step)
            seen["notified"] += child.first_contact < 32767
            seen["read at 25"] += child.life == 4
            seen["dead"] += child.life == 5
            seen["moved out"] += child.life == 6 and self.town.month - child.birth_month >= 0
            seen["adult outcomes"] += child.adult.bit_count()
        return seen


STEPS_TOLD = (
    "nothing", "early help", "preventive", "home-based",
    "kin", "foster", "institution", "own room", "aftercare",
)  # fmt: skip


class Disagreement(AssertionError):
    """The text and the kernels tell different lives."""
