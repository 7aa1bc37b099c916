"""Conditions for effect: how well efforts are carried out, in the municipality and in each institution.

`set_conditions` says it for the municipality this month, `strength_at` for one place. What good conditions
cost is paid for in `pay_conditions`.
"""

import numpy as np

from trappen.agents.ledger import Payer, Post
from trappen.agents.levers import Lever
from trappen.agents.states import Arena, Step
from trappen.model.kernels import draws, inlined, kernel
from trappen.model.kernels.draws import draw_block, normal_quantile
from trappen.model.kernels.world import Meter

ELSEWHERE = -1


@inlined
def fidelity(leadership, staffing, manuals, efforts, p):  # type: ignore[no-untyped-def]
    """Return how well efforts are carried out; 1 is today's practice.

    Near leadership, staff ratio and manuals raise it; each effort begun at once beyond what staff can
    bear lowers it.
    """
    raised = p.fidelity_leadership * leadership + p.fidelity_manuals * manuals
    raised += p.fidelity_staffing * np.log(staffing)
    raised -= p.fidelity_overload * max(0.0, efforts - p.efforts_borne)
    return min(max(np.exp(raised), p.fidelity_least), p.fidelity_most)


@kernel
def set_conditions(world, p, levers, efforts, month, year):  # type: ignore[no-untyped-def]
    """Set how well efforts are carried out, how families are met, and who stays.

    Parameters
    ----------
    levers
        Levers in force as the children feel them.
    efforts
        Efforts that are new to the staff this month.
    """
    meters = world.meters
    carried_out = fidelity(
        levers[Lever.LEADERSHIP], levers[Lever.STAFFING], levers[Lever.PROGRAMME_MANUALS], efforts, p
    )
    meters[Meter.FIDELITY] = carried_out
    meters[Meter.HELP_AT_HOME] = carried_out * np.exp(p.solution_gain * levers[Lever.SOLUTION_FOCUS])
    meters[Meter.ENTRY] = p.entry_gain * levers[Lever.TRUSTFUL_ENTRY]
    meters[Meter.LEAVING] = np.exp(-p.situated_stay * levers[Lever.SITUATED_EFFORT])
    meters[Meter.WEARING] = 1.0 - p.taper_spares * levers[Lever.TAPERING]
    meters[Meter.TAKING_OVER] = 1.0 - p.empowerment_spares * levers[Lever.EMPOWERMENT]


@inlined
def site(key, programme_key, district, manuals, p):  # type: ignore[no-untyped-def]
    """Return how well this programme is run in this district, 1 on average; manuals make districts alike."""
    u0, _, _, _ = draw_block(key, district, 0, draws.SITE, programme_key)
    spread = p.site_spread * (1.0 - p.manuals_even_out * manuals)
    return np.exp(spread * normal_quantile(u0) - spread * spread / 2.0)


@inlined
def institution_at(family, place):  # type: ignore[no-untyped-def]
    """Return the row of the day care or school where a family meets a programme, or ELSEWHERE."""
    if place == Arena.DAY_CARE:
        return np.int64(family.day_care)
    if place == Arena.SCHOOL:
        return np.int64(family.school_at)
    return np.int64(ELSEWHERE)


@inlined
def efforts_at(world, row, p, month):  # type: ignore[no-untyped-def]
    """Return how many programmes that are new to the staff run in an institution now."""
    offers = world.offers
    running = offers.running[row]
    efforts = 0.0
    for k in range(offers.programmes.shape[0]):
        if running & (np.int64(1) << k) and month - offers.begun[k] < p.effort_new_months:
            efforts += 1.0
    return efforts


@inlined
def composition(share, p):  # type: ignore[no-untyped-def]
    """Return what the composition of an institution leaves of an effect: less over one in ten vulnerable."""
    return np.exp(-p.composition_loss * max(0.0, share - p.composition_limit) / p.composition_limit)


@inlined
def strength_at(world, p, levers, family, place, month):  # type: ignore[no-untyped-def]
    """Return how well programmes are carried out at a place, for this family.

    Elsewhere than in institutions it is as in the municipality. A day care or school carries its own new
    efforts with its own staff: a better staffed and more competent one does more, and one with many
    vulnerable children less.
    """
    row = institution_at(family, place)
    if row == ELSEWHERE:
        return world.meters[Meter.HELP_AT_HOME]
    institution = world.institutions[row]
    staffing = levers[Lever.STAFFING] * np.exp(p.staff_ratio_spread * float(institution.staffing))
    carried_out = fidelity(
        levers[Lever.LEADERSHIP],
        staffing,
        levers[Lever.PROGRAMME_MANUALS],
        efforts_at(world, row, p, month),
        p,
    )
    able = p.fidelity_competence
    carried_out *= np.exp(able * float(institution.competence) - able * able / 2.0)
    carried_out *= np.exp(p.solution_gain * levers[Lever.SOLUTION_FOCUS])
    return carried_out * composition(float(institution.vulnerable_share), p)


@kernel
def pay_conditions(world, p, paid, month, year):  # type: ignore[no-untyped-def]
    """Pay for near leadership, staff, and time to meet families: what good conditions cost.

    Parameters
    ----------
    paid
        Levers in force as the municipality pays for them.
    """
    children = int(world.meters[Meter.CHILDREN])
    small = int(world.meters[Meter.SMALL_CHILDREN])
    amount = children / 1000.0 * p.price_leadership * paid[Lever.LEADERSHIP]
    amount += children / 1000.0 * p.price_programme_manuals * paid[Lever.PROGRAMME_MANUALS]
    general = small * p.price_staffing * (paid[Lever.STAFFING] - 1.0)
    at_home = world.occupied[Step.PREVENTIVE] + world.occupied[Step.HOME_BASED]
    closer = paid[Lever.TRUSTFUL_ENTRY] + paid[Lever.SOLUTION_FOCUS] + paid[Lever.SITUATED_EFFORT]
    amount += at_home * p.price_close_contact * closer
    amount += at_home * p.price_tapering * (paid[Lever.TAPERING] + paid[Lever.EMPOWERMENT])
    accounts = world.accounts[year]
    accounts[Post.CONDITIONS, Payer.MUNICIPALITY_SOCIAL] += np.int64(np.floor(amount / 12.0 + 0.5))
    accounts[Post.CONDITIONS, Payer.MUNICIPALITY_GENERAL] += np.int64(np.floor(general / 12.0 + 0.5))
