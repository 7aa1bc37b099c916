"""The life rules in plain Mesa: one object a child, `agents.do("live")` a month, ordinary Python."""

from math import exp, log
from statistics import NormalDist
from types import SimpleNamespace

import mesa
import numpy as np

from trappen.agents.states import PREGNANCY_MONTHS, Life, Step
from trappen.scenarios.bench.peers.tally import Tally

GROWN_UP = 276
"""Months of age from which the life rules leave a person alone."""

STATE = (
    "birth_month", "life", "step", "step_since", "propensity", "onset_age", "onset_size", "aptitude", "need",
    "deviation", "scar", "relief", "school", "first_need", "months_need", "months_unhelped",
)  # fmt: skip
"""Columns of the table of children that these rules read or write."""

# Plain numbers: comparing with a member of an enumeration costs more than the rule does.
NO_STEP, EARLY, FAMILY_CARE = int(Step.NONE), int(Step.EARLY), (int(Step.KIN), int(Step.FOSTER))
INSTITUTION, OWN_ROOM = int(Step.INSTITUTION), int(Step.OWN_ROOM)
CHILD, DEAD = int(Life.CHILD), int(Life.DEAD)
normal_quantile = NormalDist().inv_cdf


class Child(mesa.Agent):
    """A child (barn) that keeps its own state."""

    def __init__(self, model: "LifeModel", row: int, who: int, state: tuple[float, ...]) -> None:
        super().__init__(model)
        self.row = row
        self.turn = who // 4 % 3
        (
            self.birth_month, self.life, self.step, self.step_since, self.propensity, self.onset_age,
            self.onset_size, self.aptitude, self.need, self.deviation, self.scar, self.relief, self.school,
            self.first_need, self.months_need, self.months_unhelped,
        ) = state  # fmt: skip

    def live(self) -> None:
        """Move need, relief and school attachment by a month, and be counted."""
        model = self.model
        month = model.month
        age = month - self.birth_month
        if self.life == DEAD or age >= GROWN_UP or age < -PREGNANCY_MONTHS:
            return
        p = model.p
        step, relief, need = self.step, self.relief, self.need
        relieved = relief
        quarter = (month + self.turn) % 3 == 0
        if quarter:
            self.pass_quarter(p, need)
        if step != NO_STEP:
            relief += (self.relief_target(p, need + relief, month - self.step_since) - relief) / (
                p.relief_build_months
            )
            self.relief = relief
        elif relief != 0.0:
            relief *= 1.0 - 1.0 / p.relief_fade_months
            if abs(relief) < 1e-4:
                relief = 0.0
            self.relief = relief
        if quarter:
            self.need = self.set_point(p, age) + self.deviation + self.scar - relief
        elif relief != relieved:
            self.need = need + (relieved - relief)
        if self.life == CHILD and age >= 0:
            self.be_counted(p, model.tally, age, month)

    def pass_quarter(self, p: SimpleNamespace, need: float) -> None:
        """Let mood, events, going without help and school move on by three months."""
        u_normal, u_shock, u_size = self.model.luck_now[self.row]
        passing = p.quarter_persistence * self.deviation + p.quarter_spread * normal_quantile(u_normal)
        passing -= p.shock_rate / 4.0 * p.shock_size
        if u_shock < p.shock_rate / 4.0:
            passing -= p.shock_size * log(u_size)
        self.deviation = passing
        scar = self.scar * (1.0 - p.scar_recovery / 4.0)
        if self.step == NO_STEP and need >= p.need_cut:
            scar = min(scar + p.untreated_growth / 4.0, max(scar, p.scar_cap))
        self.scar = scar
        school = self.school
        school += p.school_recovery / 4.0 * (self.aptitude - school)
        school -= p.school_need_loss / 4.0 * max(0.0, need - p.need_cut)
        if self.step == INSTITUTION:
            school -= p.school_institution_loss / 4.0
        self.school = school

    def relief_target(self, p: SimpleNamespace, untreated: float, months: int) -> float:
        """Return the relief (SD) this step builds up to."""
        step = self.step
        effect = p.effect[step]
        if self.model.foster_costly and step in FAMILY_CARE:
            effect -= p.foster_hard_case_loss * max(0.0, untreated - p.hard_case_from)
        if step == INSTITUTION and months > p.institution_full_months:
            effect -= p.institution_drift * (months - p.institution_full_months) / 12.0
        if effect > 0.0:
            effect *= exp(-p.match_loss * max(0.0, untreated - p.step_level[step]))
        return effect

    def set_point(self, p: SimpleNamespace, age: int) -> float:
        """Return the need (SD) this child tends towards at its age."""
        grown = min(max(age, 0) / 216.0, 1.0)
        value = self.propensity * (p.spread_at_birth + (1.0 - p.spread_at_birth) * grown)
        if age > self.onset_age:
            value += self.onset_size * min((age - self.onset_age) / p.onset_months, 1.0)
        return value

    def be_counted(self, p: SimpleNamespace, tally: Tally, age: int, month: int) -> None:
        """Add this child's month to the tally."""
        step, need = self.step, self.need
        tally.child_months += 1
        if age < 72:
            tally.children_under_6 += 1
        if EARLY <= step <= OWN_ROOM and need > p.step_level[step] + p.under_matched_above:
            tally.under_matched_months += 1
        if need < p.need_cut:
            self.months_unhelped = 0
            return
        tally.need_months += 1
        self.months_need += 1
        if need >= p.deep_need_cut:
            tally.deep_need_months += 1
        if self.first_need > month:
            self.first_need = month
        if step != INSTITUTION and step != OWN_ROOM:
            tally.everyday_life_months += 1
        if step == NO_STEP:
            tally.unhelped_need_months += 1
            self.months_unhelped += 1
            if self.months_unhelped == p.missed_months:
                tally.missed += 1
        else:
            self.months_unhelped = 0
        if age >= 72:
            tally.school_in_need += self.school
            tally.school_months += 1


class LifeModel(mesa.Model):
    """All the children of a table as Mesa agents.

    Parameters
    ----------
    children
        Table of `agents.child`; it is copied into objects and not written.
    p
        Record of life parameters.
    foster_costly
        Structural switch: whether a foster place loses effect on a hard case.
    luck
        Uniforms by quarter of a year, kind and row, shape (quarters, 3, rows): not drawn here, so
        that what is compared is the rules.
    begin
        First month.
    """

    def __init__(
        self, children: np.ndarray, p: np.void, foster_costly: bool, luck: np.ndarray, begin: int
    ) -> None:
        super().__init__(rng=1)
        self.p = SimpleNamespace(**{name: p[name].tolist() for name in p.dtype.names or ()})
        self.foster_costly = foster_costly
        self.begin = self.month = begin
        self.luck = [list(zip(*quarter.tolist(), strict=True)) for quarter in luck]
        self.luck_now = self.luck[0]
        self.tally = Tally()
        states = zip(*(children[name].tolist() for name in STATE), strict=True)
        for row, (who, state) in enumerate(zip(children["who"].tolist(), states, strict=True)):
            Child(self, row, who, state)

    def step(self) -> None:
        """Advance everyone by a month."""
        self.luck_now = self.luck[(self.month - self.begin) // 3]
        self.agents.do("live")
        self.month += 1

    def column(self, name: str) -> np.ndarray:
        """Return an attribute of everyone, by row."""
        return np.array(self.agents.get(name))
