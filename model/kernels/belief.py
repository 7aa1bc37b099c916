"""Belief: what a caseworker holds about a child's need, and how a reading changes it.

Three errors differ: an instrument's (`review_error` and its like), sharpened by contact; a lasting
misjudgement of this child by this caseworker, which goes when the caseworker does; and the bad day,
drawn anew for each reading.
"""

from trappen.agents.ledger import Count
from trappen.agents.levers import Lever
from trappen.agents.states import NEVER
from trappen.model.kernels import draws, inlined, kernel
from trappen.model.kernels.draws import draw, draw_block, normal_quantile
from trappen.model.kernels.posts import novice
from trappen.model.kernels.world import Meter


@inlined
def contact_of(world, p, by):  # type: ignore[no-untyped-def]
    """Return a caseworker's contact with a family over what is usual, within 1/4 and 4."""
    return max(0.25, min(4.0, float(world.caseworkers[by].contact) / p.contact_reference))


@inlined
def error_of(world, p, by, error, month):  # type: ignore[no-untyped-def]
    """Return the error (SD) of a caseworker's reading by an instrument of that error.

    Contact and supervision sharpen it; whoever is new errs more.
    """
    sharpened = error * contact_of(world, p, by) ** (-p.attention_sharpens)
    new = max(0.1, 1.0 + p.novice_error * novice(world.caseworkers[by], p, month))
    return sharpened * new * world.meters[Meter.ERROR_FACTOR] * float(world.caseworkers[by].steadied)


@kernel
def read_need(world, p, fixed_gain, i, by, error, z, month):  # type: ignore[no-untyped-def]
    """Let a caseworker read a child's need and update the belief on file.

    Bayes: the gain is the share of doubt in doubt and error together, and doubt grows again with time.
    The child's own caseworker is off by a lasting misjudgement and wins trust; somebody else is off by
    theirs, and wins none. A change of caseworker costs knowledge and trust, once, when the new one first
    meets the family.

    Parameters
    ----------
    by
        Post of the caseworker who reads.
    error, z
        Error of the reading, SD, and how the day turned out, standard normal.
    """
    child = world.children[i]
    family = world.families[child.family]
    meters = world.meters
    doubt = float(child.doubt)
    if child.believed == NEVER:
        child.belief = p.prior_mean
        doubt = p.prior_variance
    else:
        doubt = min(doubt + p.drift_variance * (month - child.believed), p.prior_variance)
    own = by == child.caseworker
    if own:
        hired = world.caseworkers[by].hired
        if child.acquainted == NEVER:
            child.acquainted = month
        elif child.acquainted == -NEVER or (hired > child.acquainted and hired <= month):
            child.acquainted = month
            lost = meters[Meter.HANDOVER_LOST]
            doubt = min(doubt + p.handover_loss * lost, p.prior_variance)
            family.trust = max(0.0, float(family.trust) - p.trust_handover * lost)
        u0, _, _, _ = draw(world.key, child.who, child.acquainted, draws.PERSISTENT)
    else:
        u0, _, _, _ = draw(world.key, child.who, month, draws.STRANGER)
    lasting_error = meters[Meter.LASTING_ERROR]
    reading = float(child.need) + lasting_error * normal_quantile(u0) + error * z
    noise = error * error + lasting_error * lasting_error
    gain = p.fixed_gain if fixed_gain else doubt / (doubt + noise)
    child.belief += gain * (reading - float(child.belief))
    child.doubt = doubt * (1.0 - gain)
    if own:
        known = 1 if child.believed == NEVER else max(1, min(12, month - child.believed))
        contact = min(4.0, float(world.caseworkers[by].contact) / p.contact_reference)
        gained = p.trust_gain * meters[Meter.TRUST_WON] * known * contact
        family.trust = min(1.0, float(family.trust) + gained)
    child.believed = month


@inlined
def instrument_at(age, p):  # type: ignore[no-untyped-def]
    """Return the first instrument in casework's kit that is made for this age in months, or -1."""
    for k in range(p.measured_by.size):
        instrument = int(p.measured_by[k])
        if p.instrument_from[instrument] <= age < p.instrument_to[instrument]:
            return instrument
    return -1


@inlined
def seen_by(instrument, child, p):  # type: ignore[no-untyped-def]
    """Return what an instrument would read of a child if it had no error (SD); see `model.instruments`."""
    weighed = float(child.need) + (p.instrument_passing[instrument] - 1.0) * float(child.deviation)
    school = p.instrument_school[instrument]
    return (1.0 - school) * weighed - school * float(child.school)


@kernel
def measure(world, p, levers, fixed_gain, i, month, year):  # type: ignore[no-untyped-def]
    """Let an instrument read a child just read by its caseworker, and update the belief by that too.

    Its error is its own: neither contact nor supervision sharpens it, and it does not share a caseworker's
    lasting misjudgement. What it has in view besides need (school, the last week) is taken for need.
    """
    child = world.children[i]
    u0, _, _, _ = draw(world.key, child.who, month, draws.MEASURE)
    if u0 >= levers[Lever.MEASURING]:
        return
    instrument = instrument_at(month - child.birth_month, p)
    if instrument < 0:
        return
    world.counts[year][Count.MEASURED] += 1
    v0, _, _, _ = draw_block(world.key, child.who, month, draws.INSTRUMENT, instrument)
    error = p.instrument_error[instrument]
    reading = seen_by(instrument, child, p) + error * normal_quantile(v0)
    doubt = float(child.doubt)
    gain = p.fixed_gain if fixed_gain else doubt / (doubt + error * error)
    child.belief += gain * (reading - float(child.belief))
    child.doubt = doubt * (1.0 - gain)
