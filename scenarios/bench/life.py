"""How fast lives run: the compiled life rules against plain Mesa and numpy, on the same children and luck."""

from collections.abc import Callable
from dataclasses import fields
from statistics import median
from time import process_time

import numpy as np

from trappen.agents.ledger import Count, Sum
from trappen.agents.states import CaseState, Life, Step
from trappen.model.engine import WARM_UP_YEARS, copy_state, luck_key, make_desk, make_world, run_months
from trappen.model.kernels import draws
from trappen.model.kernels.life import live
from trappen.model.kernels.world import World
from trappen.model.municipalities import national_age_distribution
from trappen.model.parameter_set import Rules, make_rules
from trappen.model.population import WARM_UP_MONTHS
from trappen.scenarios.bench.peers.plain_mesa import LifeModel
from trappen.scenarios.bench.peers.tally import Tally
from trappen.scenarios.bench.peers.vectorised import LifeColumns
from trappen.scenarios.parameter_sets import best, codes
from trappen.scenarios.runner import todays_practice
from trappen.scenarios.scenario import Structure

QUARTER = 3
MONTHS = 24
REPEATS = 3
ROUNDING = 1e-5
"""Difference in need (SD) that comes of how engines round."""

APART_FROM_PEERS = (
    "load_weight", "school_protection", "early_starter", "sibling_share", "onset_desists", "fatigue_loss",
    "institution_school", "institution_need", "beside_relief",
)  # fmt: skip
"""What a child's life hangs on besides the child and its step: at 0 the rules are those of the peers."""

FOSTER_COSTLY = True
"""The structural default of what a foster place costs a hard case."""


def lived_municipality(children: int) -> tuple[World, Rules]:
    """Return a municipality after its warm-up, so that its children stand where children stand.

    From here everyone keeps step and standing: the life rules alone are compared. Those conceived
    within the months compared count as children from birth.
    """
    structure = Structure()
    rules = make_rules(best(structure))
    key = luck_key(1, 0, 0)
    world = make_world(children, np.asarray(national_age_distribution(), float), rules, key, MONTHS // 12)
    force = todays_practice(WARM_UP_MONTHS)
    run_months(world, make_desk(world), rules, force, codes(structure), -WARM_UP_MONTHS)
    table = world.children
    table["life"][np.isin(table["life"], (Life.UNBORN, Life.MOVED))] = Life.CHILD
    return world, without_families(world, rules)


def without_families(world: World, rules: Rules) -> Rules:
    """Return rules in which a child's life hangs on the child and its step alone, as in the peers.

    Families, their domains included, are moved all the same, on the compiled rules' clock: so that the
    ratios are what they are ahead at least.
    """
    life = rules.life.copy()
    for name in APART_FROM_PEERS:
        life[name] = 0.0
    life["kind_effect"] = 1.0
    world.families["load"] = 0.0
    world.children["aid"] = 0.0
    return rules._replace(life=life)


def luck_of(world: World, months: int = MONTHS) -> np.ndarray:
    """Return the uniforms the compiled rules draw for themselves, for peers to be given.

    Returns
    -------
    :
        By quarter of a year, kind and row, float64, shape (months / 3, 3, rows).
    """
    who = world.children["who"].astype(np.int64)
    seed = int(world.key[0]) | int(world.key[1]) << 32
    luck = np.empty((months // QUARTER, 3, len(who)))
    for month in range(months):
        due = np.flatnonzero((month + who // 4) % QUARTER == 0)
        luck[month // QUARTER][:, due] = draws.uniforms(seed, who[due], month, draws.COURSE)[:, :3].T
    return luck


class CompiledLife:
    """The model's own life rules, month by month on a copy of a municipality."""

    def __init__(self, world: World, rules: Rules, *, foster_costly: bool = FOSTER_COSTLY) -> None:
        self.world = copy_state(world)
        self.foster_costly = foster_costly
        self.p = rules.life
        self.month = 0
        self.world.counts[:] = 0
        self.world.sums[:] = 0.0

    def advance(self) -> None:
        """Move everyone by a month."""
        live(self.world, self.p, self.foster_costly, self.month, WARM_UP_YEARS + self.month // 12)
        self.month += 1

    @property
    def tally(self) -> Tally:
        """What has been counted since month 0."""
        counts, sums = self.world.counts.sum(axis=0), self.world.sums.sum(axis=0)
        names = [field.name for field in fields(Tally) if field.name.upper() in Count.__members__]
        found = {name: int(counts[Count[name.upper()]]) for name in names}
        school_months = int(sums[Sum.SCHOOL_MONTHS])
        return Tally(**found, school_in_need=float(sums[Sum.SCHOOL_IN_NEED]), school_months=school_months)


def at_risk_only(world: World, rules: Rules, rows: int) -> World:
    """Return a municipality of nobody but children in need or on a step, each there as often as needed."""
    table = world.children
    age = -table["birth_month"].astype(int)
    known = (table["step"] != Step.NONE) | (table["case"] != CaseState.NONE)
    chosen = (age >= 0) & (age < 216 - MONTHS) & (table["life"] == Life.CHILD)
    chosen &= known | (table["need"] >= rules.life["need_cut"])
    found = np.flatnonzero(chosen)
    children = table[np.repeat(found, -(-rows // len(found)))]
    months = world.first_month[0] + np.arange(len(world.row_of_month))
    row_of_month = np.searchsorted(children["birth_month"], months).astype(np.int64)
    families = world.families.copy()
    families["mother"] = -1  # a row of the table that is left
    return world._replace(children=children, families=families, row_of_month=row_of_month)


def _seconds_a_month(*runs: Callable[[], None], months: int) -> float:
    """Return CPU seconds a month: the median over quarters of a year, in each of which all have a turn.

    A median, for all engines alike: the quickest would favour the one that is run most often.
    """
    taken = []
    for advance in runs:
        for _ in range(months // QUARTER):
            begun = process_time()
            for _ in range(QUARTER):
                advance()
            taken.append((process_time() - begun) / QUARTER)
    return median(taken)


def _draw_seconds(world: World) -> float:
    """Return CPU seconds of nothing but a block of four uniforms for everybody, the median of many."""
    import numba

    draw = draws.draw

    @numba.njit(nogil=True, error_model="numpy")
    def draw_only(key, who, month, out):  # type: ignore[no-untyped-def]
        for i in range(who.size):
            u0, u1, u2, u3 = draw(key, who[i], month, 2)
            out[i] = (u0 + u1) + (u2 + u3)

    who = world.children["who"].copy()
    out = np.empty(len(who))
    draw_only(world.key, who, 0, out)  # compiles
    taken = []
    for month in range(30):
        begun = process_time()
        draw_only(world.key, who, month, out)
        taken.append(process_time() - begun)
    return median(taken)


def measure_life(children: int, mesa_months: int) -> dict[str, float]:
    """Measure the three engines on one municipality, one core each.

    Peers are handed their uniforms ready made, off the clock, while the compiled rules draw their own
    on it: so the ratios are what the engine is ahead at least.

    Parameters
    ----------
    children
        Aged 0-17 at the start; the rules also go through the unborn and the young up to 22.
    mesa_months
        Months Mesa is run, a multiple of 3; the others run 24.

    Returns
    -------
    :
        Child-months (0-17) per CPU second `engine`, `numpy`, `mesa`; CPU nanoseconds `mesa_create` of
        making an agent; the largest difference in need `apart`, SD, over children and engines, and how
        many children are `unlike`, more than rounding apart: one whose need is at a threshold to the last
        bit may fall on either side of it.
    """
    world, rules = lived_municipality(children)
    luck = luck_of(world)
    # Compiles, and gives the children's need when Mesa stops and at the end.
    judge = CompiledLife(world, rules)
    needs = {}
    for month in range(1, MONTHS + 1):
        judge.advance()
        needs[month] = judge.world.children["need"].copy() if month in (mesa_months, MONTHS) else None
    compiled = [CompiledLife(world, rules) for _ in range(REPEATS)]
    engine = _seconds_a_month(*(run.advance for run in compiled), months=MONTHS)
    several = [LifeColumns(world.children, rules.life, FOSTER_COSTLY, luck, 0) for _ in range(REPEATS)]
    vectorised = _seconds_a_month(*(run.advance for run in several), months=MONTHS)
    columns = several[-1]
    begun = process_time()
    model = LifeModel(world.children, rules.life, FOSTER_COSTLY, luck[: mesa_months // QUARTER], 0)
    created = process_time() - begun
    plain = _seconds_a_month(model.step, months=mesa_months)
    child_months = judge.tally.child_months / MONTHS
    apart = (
        np.abs(columns.need - needs[MONTHS]),
        np.abs(model.column("need") - needs[mesa_months]),
    )
    return {
        "engine": child_months / engine,
        "numpy": child_months / vectorised,
        "mesa": child_months / plain,
        "mesa_create": created / len(world.children) * 1e9,
        "apart": max(float(gap.max()) for gap in apart),
        "unlike": float(max(np.count_nonzero(gap > ROUNDING) for gap in apart)),
    }


def measure_at_risk(children: int = 20_000) -> dict[str, float]:
    """Measure the life rules where every child is in need or on a step, against their draws alone.

    Returns
    -------
    :
        CPU nanoseconds: `month` a child-month of the life rules, `draws` the random draws in it (a block
        of four uniforms a quarter of a year), `block` one such block for everybody in one sweep.
    """
    world, rules = lived_municipality(children)
    known = at_risk_only(world, rules, children)
    CompiledLife(known, rules).advance()
    compiled = [CompiledLife(known, rules) for _ in range(REPEATS)]
    seconds = _seconds_a_month(*(run.advance for run in compiled), months=MONTHS)
    block = _draw_seconds(known) / len(known.children) * 1e9
    return {
        "month": seconds / len(known.children) * 1e9,
        "draws": block / QUARTER,
        "block": block,
    }
