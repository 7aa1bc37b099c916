"""A municipality stepped by the month, and what it decides for each family read off as it goes.

The rules that are checked run here, in the compiled kernels; `whole_life` is told only what others decide.
Where many compete for something, what is left at a child's turn is counted from what the others got before
it. Only whether a provider of help at home had room is taken from what happened to the child itself.
"""

from types import SimpleNamespace

import numpy as np
from whole_life.names import EARLY, FOSTER, INSTITUTION, NONE, PREVENTIVE

from trappen.agents.states import PREGNANCY_MONTHS, FrontKind
from trappen.model import municipality
from trappen.model.kernels.world import Meter

STAFF_OF_ARENA = {1: FrontKind.HEALTH_VISITOR, 2: FrontKind.PEDAGOGUE, 3: FrontKind.TEACHER}


class Recorded(municipality.Municipality):
    """A municipality that keeps, of the month it has just run, what its phases began with."""

    def step(self):
        self.at = {}
        self.began = self.world.children["life"].copy()
        self.levers = self._policy_in_force().felt
        super().step()

    def script(self, courage, worth):
        """Let kinds of front staff differ in courage, and team leaders in worth, as a script may."""
        front = self.world.front
        for kind, value in courage.items():
            front["courage"][front["kind"] == kind] = value
        self.world.leaders["worth"] = np.resize(np.array(worth, np.float32), len(self.world.leaders))

    def keep(self, name):
        world = self.world
        names = ("step", "wanted", "wanted_from", "caseworker", "who")
        kept = {column: world.children[column].copy() for column in names}
        kept["courses"] = world.meters[Meter.EARLY_PLACES]
        kept["occupied"] = world.occupied.copy()
        self.at[name] = SimpleNamespace(**kept)

    def _pass_on(self, now):
        # Here families have been founded by those who grew up here, and children conceived.
        begin = self.world.children["birth_month"].astype(int) - PREGNANCY_MONTHS
        self.conceived = np.flatnonzero(begin == now.month)
        self.born = self.world.children[self.conceived].copy()
        self.born["life"] = self.began[self.conceived]
        self.founded = self.world.families.copy()
        super()._pass_on(now)

    def _notice(self, now):
        self.keep("notice")
        super()._notice(now)
        self.keep("noticed")

    def _serve(self, now):
        children = self.world.children
        self.staffed = np.stack([children["caseworker"], children["acquainted"]], axis=1).tolist()
        n = super()._serve(now)
        done = self.desk.done
        columns = (done.row, done.kind, done.arrival, done.finish, done.worker)
        self.done = list(zip(*(column[:n].tolist() for column in columns), strict=True))
        self.reviewed = {row: turn for turn, (row, kind, *_) in enumerate(self.done) if kind == 0}
        return n

    def _move_on_the_staircase(self, now):
        world, p = self.world, self.rules.staircase
        self.keep("decide")
        municipality.decide(world, p, now.felt, now.month, now.year)
        self.keep("allot")
        municipality.allot(world, p, now.felt, now.month, now.year)
        self.keep("run")
        place, closed = world.children["place"], world.places["closed"]
        self.stopped = (place >= 0) & (closed[np.maximum(place, 0)] == now.month)
        municipality.run_steps(world, p, now.felt, self._costly, now.month, now.year)
        self.keep("pay")

    def places_of(self, step):
        return self.world.meters[Meter.FOSTER_PLACES if step == FOSTER else Meter.INSTITUTION_PLACES]


class Neighbours:
    """`Others` of one family in the month that a recorded municipality has just run."""

    def __init__(self, town, rows, tasks, courage):
        self.town, self.rows, self.tasks, self.courages = town, rows, tasks, courage

    def courage(self, child, arena):
        return self.courages[STAFF_OF_ARENA[arena]]

    def course_left(self, child, phase):
        ends = {"notice": "noticed", "noticed": "decide", "decide": "allot"}
        begins = "noticed" if phase == "finish" else phase
        first, last = self.town.at[begins], self.town.at[ends[begins]]
        began = np.flatnonzero((first.step != EARLY) & (last.step == EARLY)).tolist()
        turn = self.town.reviewed if phase == "finish" else {row: row for row in (*began, self.rows[child])}
        earlier = sum(turn[row] < turn[self.rows[child]] for row in began if row in turn)
        return first.courses - earlier >= 1.0

    def caseworkers(self):
        return [tuple(self.town.staffed[row]) for row in self.rows]

    def given(self, child):
        return int(self.town.at["decide"].caseworker[self.rows[child]])

    def finished(self):
        return self.tasks

    def room(self, child, step):
        row, first, last = self.rows[child], self.town.at["allot"], self.town.at["run"]
        if step not in (FOSTER, INSTITUTION):
            return bool(last.step[row] == step and last.wanted[row] == NONE)
        ahead = np.flatnonzero((first.wanted != NONE) & (first.wanted_from <= first.wanted_from[row]))
        mine = (first.wanted_from[row], first.who[row])
        ahead = [k for k in ahead if (first.wanted_from[k], first.who[k]) < mine]
        taken = int(np.sum(last.step[ahead] == step)) - int(np.sum(first.step[ahead] == step))
        return bool(first.occupied[step] + taken < self.town.places_of(step))

    def room_beside(self, child):
        return bool(self.town.world.children["beside"][self.rows[child]] == PREVENTIVE)

    def _in_foster_care(self, child):
        """Count those in foster families when it is this child's turn in `run_steps`."""
        first, last, mine = self.town.at["run"], self.town.at["pay"], self.rows[child]
        moved = int(np.sum(last.step[:mine] == FOSTER)) - int(np.sum(first.step[:mine] == FOSTER))
        return first.occupied[FOSTER] + moved

    def foster_free(self, child):
        return bool(self._in_foster_care(child) < self.town.places_of(FOSTER))

    def foster_overfull(self, child):
        return bool(self._in_foster_care(child) - 1 >= self.town.places_of(FOSTER))

    def place_stopped(self, child):
        return bool(self.town.stopped[self.rows[child]])
