"""One municipality ready to run: its world, made and copied, and the months it runs through."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from trappen.agents.caseworker import make_caseworkers
from trappen.agents.leader import make_leaders
from trappen.agents.ledger import COUNTS, GROUPS, MEASURES, PAYERS, POSTS, SUMS
from trappen.agents.levers import LEVERS
from trappen.agents.place import make_places
from trappen.agents.programme import EFFECT_TERMS, SIGNS, TALLIES, TERMS, make_enrolments
from trappen.agents.provider import make_providers
from trappen.agents.states import AFTERCARE_END, NEVER, PREGNANCY_MONTHS, Life
from trappen.model.institutions import found_institutions, hire_front
from trappen.model.kernels.desks import empty_done, empty_queue, empty_tasks
from trappen.model.kernels.draws import philox, seed_key
from trappen.model.kernels.institutions import enrol
from trappen.model.kernels.month import advance
from trappen.model.kernels.world import METERS, TASK, Desk, Meter, Offers, World
from trappen.model.parameter_set import Rules
from trappen.model.population import WARM_UP_MONTHS, make_population

WARM_UP_YEARS = WARM_UP_MONTHS // 12


@dataclass(frozen=True, slots=True)
class InForce:
    """What a policy puts in force, by month from the month it is asked for.

    Attributes
    ----------
    felt
        Levers as the children feel them, shape (months, LEVERS).
    paid
        Levers as the municipality pays for them, same shape.
    transition
        Cost of changing, kroner, shape (months,).
    programmes
        How far each programme of the world is in force, and in the last column how many efforts are new to
        the staff, shape (months, programmes + 1); None where no programme is in force and nothing is new.
    """

    felt: np.ndarray
    paid: np.ndarray
    transition: np.ndarray
    programmes: np.ndarray | None = None

    def part(self, months: slice) -> "InForce":
        """Return what is in force in some of the months."""
        programmes = None if self.programmes is None else self.programmes[months]
        return InForce(self.felt[months], self.paid[months], self.transition[months], programmes)


class Programmes(NamedTuple):
    """What programmes say, as the rules read it; see `Offers`."""

    programmes: np.ndarray
    rules: np.ndarray
    effects: np.ndarray


NO_PROGRAMMES = Programmes(np.zeros((0, TERMS)), np.zeros((0, 2, SIGNS)), np.zeros((0, EFFECT_TERMS)))


def luck_key(seed: int, code: int, replicate: int) -> np.ndarray:
    """Return the key of one municipality's luck in one replicate, uint32, shape (2,)."""
    key = seed_key(seed)
    words = philox(code, replicate, 0x54524150, 0, key[0], key[1])
    return np.array(words[:2], dtype=np.uint32)


def make_world(
    children: int,
    ages: np.ndarray,
    rules: Rules,
    key: np.ndarray,
    years: int,
    extra_birth: int | None = None,
) -> World:
    """Return a municipality at the beginning of its warm-up.

    Parameters
    ----------
    children
        Children aged 0-17 at the start.
    ages
        National counts by single year of age 0-24.
    years
        Years after the start that will be run.
    """
    people = make_population(children, ages, rules, key, years * 12, extra_birth)
    rows = len(people.children)
    institutions, lookup = found_institutions(children, ages, rules.population, rules.notice, key)
    enrol(people.families, key, lookup[0])
    front = hire_front(children, institutions, lookup, rules.population)
    room = _room(people.row_of_month)
    world = World(
        children=people.children,
        families=people.families,
        caseworkers=make_caseworkers(room // 16 + 64),
        institutions=institutions,
        lookup=lookup,
        places=make_places(rows + 64),
        providers=make_providers(2 * (len(people.families) // 64 + 16)),
        front=front,
        leaders=make_leaders(room // 16 + 64),
        tasks=np.zeros(room, TASK),
        pending=np.zeros(1, np.int64),
        involved=np.zeros(rows, np.int64),
        occupied=np.zeros(9, np.int64),
        meters=np.zeros(METERS),
        counts=np.zeros((WARM_UP_YEARS + years, COUNTS), np.int64),
        sums=np.zeros((WARM_UP_YEARS + years, SUMS)),
        accounts=np.zeros((WARM_UP_YEARS + years, POSTS, PAYERS), np.int64),
        groups=np.zeros((WARM_UP_YEARS + years, GROUPS, MEASURES), np.int64),
        row_of_month=people.row_of_month,
        first_month=np.array([people.first_month], np.int64),
        deaths=people.deaths,
        moves=people.moves,
        move_of_month=people.move_of_month,
        key=key,
        offers=_offers(rows, len(people.families), len(institutions), WARM_UP_YEARS + years, NO_PROGRAMMES),
    )
    world.occupied[0] = rows
    for as_today in (Meter.FIDELITY, Meter.HELP_AT_HOME, Meter.LEAVING, Meter.WEARING, Meter.TAKING_OVER):
        world.meters[as_today] = 1.0
    world.meters[Meter.CONTACT] = world.caseworkers["contact"] = rules.casework["contact_reference"]
    world.meters[Meter.FOSTER_PLACES] = np.inf
    world.meters[Meter.PROVIDER_PLACES] = np.inf
    world.meters[Meter.BIRTHS_A_MONTH] = people.births_a_month
    world.meters[Meter.INSTITUTION_PLACES] = np.inf
    _begin_lives(world)
    return world


def _offers(rows: int, families: int, institutions: int, years: int, told: Programmes) -> Offers:
    """Return programmes in which nobody takes part yet."""
    number = len(told.programmes)
    people = rows if number else 0
    return Offers(
        programmes=np.ascontiguousarray(told.programmes, np.float64),
        rules=np.ascontiguousarray(told.rules, np.float64),
        effects=np.ascontiguousarray(told.effects, np.float64),
        enrolments=make_enrolments(rows * number),
        enrolled=np.zeros(1, np.int64),
        met=np.zeros(people, np.int64),
        family_began=np.full((families if number else 0, number), NEVER, np.int16),
        room=np.zeros(number),
        owed=np.zeros(number),
        powers=np.zeros(people),
        efforts=np.zeros(people, np.int64),
        begun=np.full(number, NEVER, np.int64),
        running=np.zeros(institutions if number else 0, np.int64),
        tally=np.zeros((years, number, TALLIES), np.int64),
    )


def with_programmes(world: World, told: Programmes) -> World:
    """Return the same municipality with programmes that can be put in force, and nobody in them yet."""
    rows = (len(world.children), len(world.families), len(world.institutions), len(world.counts))
    offers = _offers(*rows, told)
    return world._replace(offers=offers)


def _room(row_of_month: np.ndarray) -> int:
    """Return how many tasks can be open at once.

    A child has at most two reviews, an assessment or a visit, and a follow-up to be done, and those known
    to the authority are under 23.
    """
    ages = min(len(row_of_month) - 1, PREGNANCY_MONTHS + AFTERCARE_END + 1)
    alive = int((row_of_month[ages:] - row_of_month[:-ages]).max())
    return 4 * alive + 64


def _begin_lives(world: World) -> None:
    """Put everyone conceived before the warm-up where their age says: children, as all are under 8."""
    begin = -WARM_UP_MONTHS
    here = world.children["life"] != Life.MOVED
    conceived = here & (world.children["birth_month"] < begin + 9)
    world.children["life"][conceived] = Life.CHILD
    dead = conceived & (world.children["death_month"] < begin)
    world.children["life"][dead] = Life.DEAD
    birth = world.children["birth_month"]
    here = (world.children["life"] == Life.CHILD) & (birth < begin)
    world.meters[Meter.CHILDREN] = here.sum()
    world.meters[Meter.SMALL_CHILDREN] = (here & (birth >= begin - 72)).sum()


def make_desk(world: World) -> Desk:
    """Return an empty caseworkers' desk with room for the tasks of this municipality."""
    room, posts = len(world.tasks), len(world.caseworkers)
    return Desk(
        empty_queue(room, posts), empty_tasks(room), empty_done(room, posts), np.zeros(posts, np.int64)
    )


NEVER_CHANGES = frozenset(
    (
        "row_of_month",
        "first_month",
        "deaths",
        "moves",
        "move_of_month",
        "key",
        "institutions",
        "lookup",
    )
)
"""Tables of a world that are the same from the first month to the last."""


def copy_state[T: (World, Desk)](state: T) -> T:
    """Return an independent copy of a world or a desk; what never changes is shared."""
    parts: dict[str, Any] = {}
    part: Any
    for name, part in zip(state._fields, state, strict=True):
        if isinstance(part, np.ndarray):
            parts[name] = part if name in NEVER_CHANGES else part.copy()
        else:
            parts[name] = type(part)(*(array.copy() for array in part))
    return type(state)(**parts)


def run_months(
    world: World, desk: Desk, rules: Rules, force: InForce, structure: np.ndarray, begin: int
) -> None:
    """Run as many months from `begin` as `force` has rows.

    Raises
    ------
    RuntimeError
        If the caseworkers' queue outgrew its room: more waits than there are children.
    """
    if force.felt.shape != force.paid.shape or force.felt.shape[1] != LEVERS:
        raise ValueError(f"levers in force have shapes {force.felt.shape} and {force.paid.shape}")
    end = begin + len(force.felt)
    programmes = force.programmes
    if programmes is None:
        programmes = np.zeros((len(force.felt), len(world.offers.programmes) + 1))
    if programmes.shape != (len(force.felt), len(world.offers.programmes) + 1):
        raise ValueError(f"programmes in force have the shape {programmes.shape}")
    failed = advance(
        world,
        desk,
        rules,
        force.felt,
        force.paid,
        force.transition,
        programmes,
        structure,
        begin,
        end,
        WARM_UP_YEARS,
    )
    if failed:
        raise RuntimeError("the caseworkers' queue outgrew its room: casework has broken down")


def run_in_years(
    world: World,
    desk: Desk,
    rules: Rules,
    force: InForce,
    structure: np.ndarray,
    begin: int,
    between: Callable[[], None],
) -> None:
    """Run as `run_months` does, to the same bits, and call `between` after each year but the last."""
    months = len(force.felt)
    for first in range(0, months, 12):
        run_months(world, desk, rules, force.part(slice(first, first + 12)), structure, begin + first)
        if first + 12 < months:
            between()
