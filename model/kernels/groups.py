"""Groups: what is counted by kind of family, sex, age and district, as a year ends and as things happen."""

import numpy as np

from trappen.agents.ledger import AGE_BANDS, Group, Measure
from trappen.agents.states import AGE_OF_MAJORITY, CaseState, Life, Step
from trappen.model.kernels import inlined, kernel

SCHOOL_AGE = 72
THOUSANDTHS = 1000.0


@inlined
def age_band(age):  # type: ignore[no-untyped-def]
    """Return the age group of an age in months, 0 for the youngest."""
    band = 0
    for k in range(1, len(AGE_BANDS)):
        if age >= 12 * AGE_BANDS[k]:
            band = k
    return band


@kernel
def count_groups(world, p, month, year):  # type: ignore[no-untyped-def]
    """Count every child once in each kind of group; called in December."""
    groups = world.groups[year]
    first = world.row_of_month[month - AGE_OF_MAJORITY + 1 - world.first_month[0]]
    last = world.row_of_month[month + 1 - world.first_month[0]]
    begin = month - 11
    for i in range(first, last):
        child = world.children[i]
        age = month - child.birth_month
        if child.life != Life.CHILD:
            continue
        family = world.families[child.family]
        count_child(groups[Group.ALL], child, p, begin, year, age)
        count_child(groups[Group.FAMILY_KIND + family.kind], child, p, begin, year, age)
        count_child(groups[Group.SEX + child.sex], child, p, begin, year, age)
        count_child(groups[Group.AGE + age_band(age)], child, p, begin, year, age)
        count_child(groups[Group.DISTRICT + family.district], child, p, begin, year, age)


@kernel
def count_child(row, child, p, begin, year, age):  # type: ignore[no-untyped-def]
    """Add one child to what is counted of a group.

    Parameters
    ----------
    begin, year
        First month of the year, and the year's row in the yearly tables.
    """
    need = float(child.need)
    step = child.step
    row[Measure.CHILDREN] += 1
    if need >= p.need_cut:
        row[Measure.IN_NEED] += 1
        if need >= p.deep_need_cut:
            row[Measure.DEEP_NEED] += 1
        if step == Step.NONE:
            row[Measure.UNHELPED] += 1
        if age >= SCHOOL_AGE:
            row[Measure.SCHOOL_CHILDREN] += 1
            row[Measure.SCHOOL] += np.int64(np.floor(THOUSANDTHS * float(child.school) + 0.5))
    if step >= Step.EARLY and step <= Step.OWN_ROOM and need > p.step_level[step] + p.under_matched_above:
        row[Measure.UNDER_MATCHED] += 1
    if child.case != CaseState.NONE:
        row[Measure.CASES] += 1
    if child.wanted != Step.NONE:
        row[Measure.WAITING] += 1
    if step >= Step.EARLY and step <= Step.HOME_BASED:
        row[Measure.HELPED] += 1
    if step >= Step.KIN and step <= Step.OWN_ROOM:
        row[Measure.PLACED] += 1
    if step == Step.INSTITUTION:
        row[Measure.IN_INSTITUTION] += 1
    elif step == Step.KIN:
        row[Measure.IN_KIN] += 1
    elif step == Step.FOSTER:
        row[Measure.IN_FOSTER] += 1
    if child.notified_year == year:
        row[Measure.NOTIFIED] += 1
    if child.first_contact >= begin and child.first_contact < begin + 12:
        row[Measure.FIRST_CONTACTS] += 1
        row[Measure.FIRST_CONTACT_AGE] += max(0, child.first_contact - child.birth_month)
    if child.first_help >= begin and child.first_help < begin + 12 and child.first_need <= child.first_help:
        row[Measure.FIRST_HELPS] += 1
        row[Measure.NEED_TO_HELP] += child.first_help - child.first_need
    if child.first_placed >= begin and child.first_placed < begin + 12:
        row[Measure.FIRST_PLACED] += 1
        row[Measure.FIRST_PLACED_AGE] += child.first_placed - child.birth_month


@kernel
def add_to(groups, child, family, age, measure, amount):  # type: ignore[no-untyped-def]
    """Add an amount to a measure of the five groups a child is in."""
    groups[Group.ALL, measure] += amount
    groups[Group.FAMILY_KIND + family.kind, measure] += amount
    groups[Group.SEX + child.sex, measure] += amount
    groups[Group.AGE + age_band(age), measure] += amount
    groups[Group.DISTRICT + family.district, measure] += amount


@inlined
def tally(world, i, measure, amount, month, year):  # type: ignore[no-untyped-def]
    """Count what happens to a child this month in each of its groups."""
    child = world.children[i]
    age = month - child.birth_month
    # Added to nought, a declared measure is a whole number like any other: one compiled version for all.
    add_to(world.groups[year], child, world.families[child.family], age, measure + 0, np.int64(amount))
