"""The life rules in numpy: a column a field, work on the rows a rule concerns, and no loop over children."""

from typing import Any

import numpy as np
from scipy.special import ndtri

from trappen.agents.states import PREGNANCY_MONTHS, Life, Step
from trappen.scenarios.bench.peers.tally import Tally

GROWN_UP = 276
"""Months of age from which the life rules leave a person alone."""


class LifeColumns:
    """All the children of a table as contiguous columns; parameters as in `plain_mesa.LifeModel`.

    Measured quantities are float32, as in the model's own table: half the memory, and numpy is
    quicker on it. Luck stays float64, as its tails are lost on float32.
    """

    def __init__(
        self, children: np.ndarray, p: np.void, foster_costly: bool, luck: np.ndarray, begin: int
    ) -> None:
        def column(name: str, kind: type = np.float32) -> np.ndarray:
            return np.array(children[name], dtype=kind)

        self.propensity, self.onset_size = column("propensity"), column("onset_size")
        self.aptitude, self.school = column("aptitude"), column("school")
        self.need, self.deviation = column("need"), column("deviation")
        self.scar, self.relief = column("scar"), column("relief")
        self.birth_month, self.onset_age = column("birth_month", np.int16), column("onset_age", np.int16)
        self.step_since, self.first_need = column("step_since", np.int16), column("first_need", np.int16)
        self.months_need = column("months_need", np.int16)
        self.months_unhelped = column("months_unhelped", np.int16)
        self.step, self.life = column("step", np.int8), column("life", np.int8)
        self.living = self.life != Life.DEAD
        turn = children["who"] // 4 % 3
        # Rows whose quarter of a year passes in a month, by the month's remainder.
        self.turn_rows = [np.flatnonzero((turn == (-month) % 3) & self.living) for month in range(3)]
        self.p: dict[str, Any] = {name: np.float32(p[name]) for name in p.dtype.names or ()}
        self.foster_costly = foster_costly
        self.luck = luck
        self.begin = self.month = begin
        self.tally = Tally()

    def advance(self) -> None:
        """Move everyone by a month."""
        month = self.month
        first, last = np.searchsorted(self.birth_month, (month - GROWN_UP + 1, month + PREGNANCY_MONTHS + 1))
        due = self.turn_rows[month % 3]
        due = due[np.searchsorted(due, first) : np.searchsorted(due, last)]
        self.pass_quarter(due, self.luck[(month - self.begin) // 3])
        self.build_relief(first, last)
        self.need[due] = self.set_point(due) + self.deviation[due] + self.scar[due] - self.relief[due]
        self.count(slice(first, last))
        self.month += 1

    def pass_quarter(self, rows: np.ndarray, luck: np.ndarray) -> None:
        """Let mood, events, going without help and school move on by three months."""
        p, need, step = self.p, self.need[rows], self.step[rows]
        passing = p["quarter_persistence"] * self.deviation[rows]
        passing += p["quarter_spread"] * ndtri(luck[0][rows]).astype(np.float32)
        passing -= p["shock_rate"] / 4 * p["shock_size"]
        shocked = np.flatnonzero(luck[1][rows] < p["shock_rate"] / 4)
        passing[shocked] -= p["shock_size"] * np.log(luck[2][rows[shocked]])
        self.deviation[rows] = passing
        scar = self.scar[rows] * (1 - p["scar_recovery"] / 4)
        left = np.flatnonzero((step == Step.NONE) & (need >= p["need_cut"]))
        scar[left] = np.minimum(scar[left] + p["untreated_growth"] / 4, np.maximum(scar[left], p["scar_cap"]))
        self.scar[rows] = scar
        school = self.school[rows]
        school += p["school_recovery"] / 4 * (self.aptitude[rows] - school)
        school -= p["school_need_loss"] / 4 * np.maximum(0, need - p["need_cut"])
        school[step == Step.INSTITUTION] -= p["school_institution_loss"] / 4
        self.school[rows] = school

    def build_relief(self, first: int, last: int) -> None:
        """Build up relief on a step, let it fade without one, and let need follow."""
        step, living = self.step[first:last], self.living[first:last]
        on_step = step != Step.NONE
        helped = first + np.flatnonzero(on_step & living)
        before = self.relief[helped]
        target = self.relief_target(helped, self.need[helped] + before)
        relief = before + (target - before) / self.p["relief_build_months"]
        self.relief[helped] = relief
        self.need[helped] += before - relief
        fading = first + np.flatnonzero((self.relief[first:last] != 0) & ~on_step & living)
        before = self.relief[fading]
        relief = before * (1 - 1 / self.p["relief_fade_months"])
        relief[np.abs(relief) < 1e-4] = 0
        self.relief[fading] = relief
        self.need[fading] += before - relief

    def relief_target(self, rows: np.ndarray, untreated: np.ndarray) -> np.ndarray:
        """Return the relief (SD) the step of each of these rows builds up to."""
        p, step = self.p, self.step[rows]
        effect = p["effect"][step]
        if self.foster_costly:
            family = (step == Step.FOSTER) | (step == Step.KIN)
            effect -= family * p["foster_hard_case_loss"] * np.maximum(0, untreated - p["hard_case_from"])
        late = np.maximum(0, self.month - self.step_since[rows] - p["institution_full_months"])
        effect -= (step == Step.INSTITUTION) * p["institution_drift"] * late / 12
        fit = np.exp(-p["match_loss"] * np.maximum(0, untreated - p["step_level"][step]))
        return np.asarray(np.where(effect > 0, effect * fit, effect))

    def set_point(self, rows: np.ndarray) -> np.ndarray:
        """Return the need (SD) each of these rows tends towards at its age."""
        p, age = self.p, (self.month - self.birth_month[rows]).astype(np.float32)
        grown = np.clip(age / 216, 0, 1)
        since = np.clip((age - self.onset_age[rows]) / p["onset_months"], 0, 1)
        spread = p["spread_at_birth"] + (1 - p["spread_at_birth"]) * grown
        return np.asarray(self.propensity[rows] * spread + self.onset_size[rows] * since)

    def count(self, seen: slice) -> None:
        """Add everyone's month to the tally."""
        p, tally, month = self.p, self.tally, self.month
        age = month - self.birth_month[seen]
        need, step = self.need[seen], self.step[seen]
        child = (self.life[seen] == Life.CHILD) & (age >= 0)
        tally.child_months += int(np.count_nonzero(child))
        tally.children_under_6 += int(np.count_nonzero(child & (age < 72)))
        helped = np.flatnonzero((step >= Step.EARLY) & (step <= Step.OWN_ROOM) & child)
        level = p["step_level"][step[helped]] + p["under_matched_above"]
        tally.under_matched_months += int(np.count_nonzero(need[helped] > level))
        rows = np.flatnonzero((need >= p["need_cut"]) & child)
        tally.need_months += len(rows)
        tally.deep_need_months += int(np.count_nonzero(need[rows] >= p["deep_need_cut"]))
        self.months_need[seen.start + rows] += 1
        at = seen.start + rows
        self.first_need[at] = np.minimum(self.first_need[at], month)
        step = step[rows]
        away = (step == Step.INSTITUTION) | (step == Step.OWN_ROOM)
        tally.everyday_life_months += int(np.count_nonzero(~away))
        alone = at[step == Step.NONE]
        months = self.months_unhelped[alone] + 1
        self.months_unhelped[seen][child] = 0
        self.months_unhelped[alone] = months
        tally.unhelped_need_months += len(alone)
        tally.missed += int(np.count_nonzero(months == p["missed_months"]))
        pupils = at[age[rows] >= 72]
        tally.school_in_need += float(self.school[pupils].sum(dtype=np.float64))
        tally.school_months += len(pupils)
