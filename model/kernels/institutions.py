"""Institutions: which day care and which school a family's children go to, and what that means for them.

Half of the vulnerable children go to a fifth of the institutions, so that in those far more than a tenth
are vulnerable, and they do less for each. All of this is settled when families are founded: nobody's
coming or going changes what an institution is to the others.
"""

from trappen.model.kernels import draws, inlined, kernel
from trappen.model.kernels.draws import draw

KINDERGARTEN_ENDS = 72


@inlined
def chosen(first, rows, burdened, u_kind, u_which, chance):  # type: ignore[no-untyped-def]
    """Return the row of an institution: one of the burdened with this chance, else one of the others.

    Parameters
    ----------
    first, rows, burdened
        First row of its kind, how many there are, and how many of them, the first, are burdened.
    """
    if u_kind < chance:
        return first + int(u_which * burdened)
    return first + burdened + int(u_which * (rows - burdened))


@inlined
def enrol_family(family, key, p):  # type: ignore[no-untyped-def]
    """Choose the day care and the school of a family's children; siblings go together."""
    u0, u1, u2, u3 = draw(key, family.who * 4 + 3, 0, draws.INSTITUTION)
    vulnerable = 1 if family.liability >= p.vulnerable_strain else 0
    family.day_care = chosen(0, p.day_cares, p.day_cares_burdened, u0, u1, p.day_care_chance[vulnerable])
    family.school_at = chosen(p.day_cares, p.schools, p.schools_burdened, u2, u3, p.school_chance[vulnerable])


@kernel
def enrol(families, key, p):  # type: ignore[no-untyped-def]
    """Choose the institutions of all families."""
    for f in range(families.size):
        enrol_family(families[f], key, p)


@inlined
def institution_of(family, age):  # type: ignore[no-untyped-def]
    """Return the row of the institution that a child of this family goes to at this age in months."""
    return family.day_care if age < KINDERGARTEN_ENDS else family.school_at


@inlined
def quality_at(world, family, age):  # type: ignore[no-untyped-def]
    """Return what a child's institution does for it, SD; 0 for the mean child and under 1."""
    if age < 12 or age >= 216:
        return 0.0
    return float(world.institutions[institution_of(world.families[family], age)].quality)
