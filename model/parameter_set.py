"""A parameter set: one value for every number of the model, and the records kernels read."""

from collections.abc import Mapping
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np

from trappen.agents.states import AdultOutcome, Domain, Step
from trappen.model.evidence import ROOMS, register
from trappen.model.kernels.tasks import DAYS_A_MONTH

AGE_BAND_FIRST, AGE_BAND_WIDTH = 210.0, 60.0
"""Months of age: the middle of the first band of mothers' ages, and the width of each."""

Values = dict[str, Any]
"""Parameter values by name; elements of a table are named `table.3`."""


class Rules(NamedTuple):
    """The records kernels read, one a room of parameters; each is a numpy record."""

    population: Any
    life: Any
    notice: Any
    casework: Any
    staircase: Any
    outcomes: Any
    money: Any
    programmes: Any


def base_values() -> Values:
    """Return every parameter at its register value."""
    return {name: entry.value for name, entry in register().items()}


def with_changes(values: Values, changes: Mapping[str, float]) -> Values:
    """Return a set with some values changed; `name.3` changes the fourth element of a table.

    Raises
    ------
    KeyError
        If a name is not in the set.
    """
    changed = dict(values)
    for name, value in changes.items():
        table, dot, element = name.rpartition(".")
        if not dot:
            if name not in changed:
                raise KeyError(name)
            changed[name] = value
        else:
            elements = list(changed[table])
            elements[int(element)] = value
            changed[table] = elements
    return changed


def make_rules(values: Values) -> Rules:
    """Return the records of a parameter set, with what kernels need derived from it."""
    rooms: dict[str, dict[str, Any]] = {room: {} for room in ROOMS}
    for name, entry in register().items():
        rooms[entry.room][name] = values[name]
    _derive(rooms)
    return Rules(**{room: _record(fields) for room, fields in rooms.items()})


def _derive(rooms: dict[str, dict[str, Any]]) -> None:
    """Add to each room what its kernels need besides its own parameters."""
    life, notice, casework = rooms["life"], rooms["notice"], rooms["casework"]
    staircase, outcomes, money = rooms["staircase"], rooms["outcomes"], rooms["money"]
    steps = list(Step)
    life["effect"] = [0.0 if step is Step.NONE else life[f"relief_{step.name.lower()}"] for step in steps]
    quarter = life["deviation_persistence"] ** 0.25
    life["quarter_persistence"] = quarter
    passing = 1.0 - life["family_share"] - life["own_share"]
    own_passing = passing * (1.0 - life["load_share"])
    life["quarter_spread"] = (own_passing * (1.0 - quarter**2)) ** 0.5
    # Passing parts of the domains have coping in common; what lies between two pairs of them has not.
    buffer, domains = life["coping_buffers"], len(Domain)
    together = domains * (1.0 + (domains - 1) * buffer**2)
    life["load_weight"] = (passing * life["load_share"] / together) ** 0.5
    between = (1.0 - buffer**2) ** 0.5
    life["hidden_above"] = between * NormalDist().inv_cdf(1.0 - notice["hidden_share"])
    people = rooms["population"]
    for name in ("coping_liability", "need_level", "inherit_school"):
        life[name] = people[name]
    middles = [AGE_BAND_FIRST + AGE_BAND_WIDTH * k for k in range(len(people["mother_age"]))]
    mean = sum(share * age for share, age in zip(people["mother_age"], middles, strict=True))
    within = AGE_BAND_WIDTH**2 / 12.0
    spread = sum(
        s * ((age - mean) ** 2 + within) for s, age in zip(people["mother_age"], middles, strict=True)
    )
    people["mother_age_mean"], people["mother_age_spread"] = mean, spread**0.5 / 12.0
    rooms["population"]["own_passing_spread"] = own_passing**0.5
    for name in ("instrument_error", "instrument_from", "instrument_to", "instrument_school"):
        casework[name] = life[name]
    casework["instrument_passing"] = life["instrument_passing"]
    for name in ("missed_months", "under_matched_above"):
        life[name] = outcomes[name]
    notice["false_alarm_below"] = outcomes["false_alarm_below"]
    # False alarms spread over arenas as their sight does, and sum to the rate per child at 6-12.
    notice["sight_total"] = sum(
        level * row[3] for level, row in zip(notice["arena_level"], notice["coverage"], strict=True)
    )
    complaints = ("complaint_refused", "complaint_forced")
    for name in ("first_follow_up", "trust_placement", "early_offer", *complaints):
        staircase[name] = casework[name]
    for name in ("dialogue_gain", "coordinator_offer"):
        staircase[name] = notice[name]
    staircase["unnecessary_below"] = outcomes["unnecessary_below"]
    for name in ("school_move_loss", "hard_case_from"):
        staircase[name] = life[name]
    rooms["population"].update(
        {
            name: room[name]
            for room, names in (
                (life, ("family_share", "own_share", "onset_share", "onset_size", "onset_from_age")),
                (life, ("onset_to_age", "onset_months", "spread_at_birth", "school_propensity_link")),
                (
                    life,
                    (
                        "onset_desists",
                        "domain_loading",
                        "domain_cut",
                        "multi_problem_domains",
                        "desisting_months",
                    ),
                ),
                (life, ("load_weight", "hidden_above", "coping_buffers")),
                (staircase, ("network_share",)),
                (casework, ("trust_mean", "trust_liability")),
            )
            for name in names
        }
    )
    rooms["programmes"]["notice_floor"] = notice["notice_floor"]
    named = [outcome.name.lower() for outcome in AdultOutcome]
    money["supervision_reference"] = casework["supervision_reference"]
    # What is usual under today's turnover, so that experience and absence are neutral on average.
    leaving = casework["turnover"] / 12.0
    casework["novice_share"] = leaving / (leaving + 1.0 / casework["learning_months"])
    holiday = casework["holiday_summer"] + 2 * casework["holiday_week"] + casework["holiday_christmas"]
    away = holiday + casework["illnesses"] * casework["illness_days"]
    casework["present_share"] = 1.0 - away / (12 * DAYS_A_MONTH)
    outcomes["adult_level"] = [outcomes[f"{name}_level"] for name in named]
    outcomes["adult_slope"] = [outcomes[f"{name}_slope"] for name in named]
    money["month_price"] = [
        0.0 if step <= Step.EARLY else money[f"price_{step.name.lower()}"] / 12.0 for step in steps
    ]


def _record(fields: dict[str, Any]) -> Any:
    """Return a numpy record of float64 fields, tables as nested arrays, in order of name."""
    layout = [(name, np.float64, np.shape(value)) for name, value in sorted(fields.items())]
    record = np.zeros(1, np.dtype(layout, align=True))
    for name, value in fields.items():
        record[name][0] = value
    return record[0]
