"""Everything that changes while a municipality runs, as one bundle of arrays that kernels share."""

from enum import IntEnum
from typing import NamedTuple

import numpy as np

from trappen.model.kernels.desks import Done, Queue, Tasks


class Meter(IntEnum):
    """Running quantities of the municipality, one float64 each."""

    CONTACT = 0
    """Hours of contact per open case and year, smoothed over about five months, over all caseworkers."""
    EARLY_PLACES = 1
    """Early courses that can be started now."""
    POSTS_FELT = 2
    """Full-time caseworkers whose work the children feel."""
    POSTS_PAID = 3
    """Full-time caseworkers the municipality pays."""
    SERVERS = 4
    """Caseworkers at work this month."""
    HOURS_A_DAY = 5
    """Productive hours of one of them in a working day."""
    OPEN_CASES = 6
    FOSTER_USE_AT_START = 7
    TEAM_USE_AT_START = 8
    """Families that teams worked with as the horizon began."""
    FOSTER_PLACES = 9
    """Places in foster families; infinite during the warm-up."""
    PROVIDER_PLACES = 10
    """Families that teams, therapists and others have room for; likewise."""
    BUSY_DAYS = 11
    """Caseworker days that tasks took this month."""
    INVOLVED = 12
    """Rows in use of `World.involved`."""
    FIDELITY = 13
    """How well efforts are carried out; 1 is today's practice."""
    HELP_AT_HOME = 14
    """The same for help at home and programmes, which the approach to the family moves too."""
    ENTRY = 15
    """What the way families are met adds to their chance of saying yes."""
    LEAVING = 16
    """Multiple of today's rate of leaving help early."""
    WEARING = 17
    """Multiple of the rate at which help wears a family out."""
    TAKING_OVER = 18
    """Multiple of the rate at which help takes over what a family did itself."""
    CHILDREN = 19
    """Children aged 0-17 who live here, last month."""
    BIRTHS_A_MONTH = 20
    """Planned births a month."""
    SMALL_CHILDREN = 21
    """Children aged 0-5 who live here, last month."""
    INSTITUTION_PLACES = 22
    """Places in institutions the municipality has a call on; infinite during the warm-up."""
    PLACE_ROWS = 23
    """Rows in use of `World.places`."""
    BESIDE = 24
    """Children with a preventive measure beside a higher step."""
    POSTS = 25
    """Caseworkers' posts in use."""
    ERROR_FACTOR = 26
    """What supervision makes of the errors of readings."""
    LASTING_ERROR = 27
    """Lasting misjudgement of a child by its caseworker, SD."""
    HANDOVER_LOST = 28
    """Share of knowledge and trust lost at a change of caseworker that is lost still."""
    TRUST_WON = 29
    """What the separation of roles makes of the trust won."""
    ARM = 30
    """Arm of a trial whose districts are gone through now: 1 control, 2 treated; 0 all of them."""
    TREATED = 31
    """Bits of the districts that get what is tried."""
    THERAPY_USE_AT_START = 32
    """Families that providers of preventive help worked with as the horizon began."""


METERS = len(Meter)


TASK = np.dtype(
    [("row", "i8"), ("who", "i8"), ("kind", "i8"), ("priority", "i8"), ("arrival", "f8")], align=True
)
"""A task noted during the month, before it has its hours: `agents.casework_task.Task` less its work."""


class Offers(NamedTuple):
    """The programmes in force and who takes part; all of it is empty where there are none."""

    programmes: np.ndarray
    """Table of `agents.programme.Term`, float64, shape (programmes, TERMS)."""
    rules: np.ndarray
    """Least and most of each sign, float64, shape (rules, 2, SIGNS)."""
    effects: np.ndarray
    """Table of `agents.programme.EffectTerm`, float64, shape (effects, EFFECT_TERMS)."""
    enrolments: np.ndarray
    """Table of participations; `enrolled[0]` rows are in use."""
    enrolled: np.ndarray
    met: np.ndarray
    """By row of child: bits of the programmes it has met, int64."""
    family_began: np.ndarray
    """By family and programme: month a family last began it, int16."""
    room: np.ndarray
    """By programme: participants that can begin now."""
    owed: np.ndarray
    """By programme: kroner of this month."""
    powers: np.ndarray
    """By row of child: this month's reliefs, raised to the power of overlap, added up."""
    efforts: np.ndarray
    """By row of child: efforts it is in now."""
    begun: np.ndarray
    """By programme: month it was first in force, int64."""
    running: np.ndarray
    """By institution: bits of the programmes that run in it, int64."""
    tally: np.ndarray
    """By year, programme and `agents.programme.Tally`, int64."""


class World(NamedTuple):
    """One municipality with one policy and one piece of luck."""

    children: np.ndarray
    """Table of `agents.child`, rows ordered by month of birth and person key."""
    families: np.ndarray
    """Table of `agents.family`."""
    caseworkers: np.ndarray
    """Table of `agents.caseworker`; the first rows, as many as there are posts, are in use."""
    institutions: np.ndarray
    """Table of `agents.institution`: day cares first, then schools."""
    lookup: np.ndarray
    """How families find their institutions: the record of `model.institutions`, shape (1,)."""
    places: np.ndarray
    """Table of `agents.place`; the first rows are in use, see `Meter.PLACE_ROWS`."""
    providers: np.ndarray
    """Table of `agents.provider`: teams in the first half, therapists and others in the second."""
    front: np.ndarray
    """Table of `agents.front`: health visitors, then the staff of each institution."""
    leaders: np.ndarray
    """Table of `agents.leader`."""
    tasks: np.ndarray
    """Tasks to be handed to the caseworkers; `pending[0]` rows are in use."""
    pending: np.ndarray
    involved: np.ndarray
    """Rows with a step or a case this month, int64; see `steps.list_involved`."""
    occupied: np.ndarray
    """Children on each step now, int64, shape (9,)."""
    meters: np.ndarray
    """Meter values, float64, shape (METERS,)."""
    counts: np.ndarray
    """Events and stocks by year, int64, shape (years, COUNTS)."""
    sums: np.ndarray
    """Measured quantities by year, float64, shape (years, SUMS)."""
    accounts: np.ndarray
    """Kroner by year, post and payer, int64, shape (years, POSTS, PAYERS)."""
    groups: np.ndarray
    """What is counted of groups by year, int64, shape (years, GROUPS, MEASURES)."""
    row_of_month: np.ndarray
    """First row born in or after a month, int64, indexed by month less `first_month`."""
    first_month: np.ndarray
    """Month of `row_of_month[0]`, int64, shape (1,)."""
    deaths: np.ndarray
    """Rows that die before 25, ordered by month, int64."""
    moves: np.ndarray
    """Rows of children whose family moves, ordered by month, int64."""
    move_of_month: np.ndarray
    """First of `moves` in or after a month, int64, indexed as `row_of_month`."""
    key: np.ndarray
    """Key of the draws, uint32, shape (2,)."""
    offers: Offers


class Desk(NamedTuple):
    """The caseworkers' desk: what waits, what is handed in, and what was finished this month.

    It stands beside the world, because few kernels need it and each array handed to a compiled
    function costs time.
    """

    queue: Queue
    tasks: Tasks
    done: Done
    away: np.ndarray
    """By post the days of the month on which its holder is away, int64; see `queue.run_month`."""
