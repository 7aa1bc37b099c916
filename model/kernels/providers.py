"""Providers: which team or therapist a family works with, and whether there is room with one.

A home-based measure is given by an interdisciplinary team, a preventive one by a family therapist or another
provider. Siblings share theirs, and a family counts once. A child waits while every provider of its
step is full, until then it keeps what help it has; who comes home from a placement does not wait.
"""

import numpy as np

from trappen.agents.levers import Lever
from trappen.agents.states import ProviderKind, Step
from trappen.model.kernels import inlined, kernel
from trappen.model.kernels.world import Meter


@inlined
def is_provided(step):  # type: ignore[no-untyped-def]
    """Return whether a step draws on the capacity of preventive and home-based help."""
    return step == Step.PREVENTIVE or step == Step.HOME_BASED


@inlined
def rows_of(world, step):  # type: ignore[no-untyped-def]
    """Return the first row of the providers of a step, and the one after the last."""
    half = world.providers.size // 2
    return (0, half) if step == Step.HOME_BASED else (half, 2 * half)


@inlined
def families_each(step, p):  # type: ignore[no-untyped-def]
    """Return how many families a provider of a step has room for with its full staff."""
    return p.team_families if step == Step.HOME_BASED else p.therapist_families


@inlined
def kind_of(k, p):  # type: ignore[no-untyped-def]
    """Return whether the k-th provider of preventive help is a therapist or another."""
    other = int(p.other_providers * (k + 1)) > int(p.other_providers * k)
    return ProviderKind.OTHER if other else ProviderKind.THERAPIST


@kernel
def staff_providers(world, p, levers, month):  # type: ignore[no-untyped-def]
    """Staff teams and therapists: for today's families times the lever, and one family more.

    The last of a step has a part of its staff. During the warm-up providers follow use, and nobody waits.
    """
    meters = world.meters
    meters[Meter.PROVIDER_PLACES] = 0.0
    for step in (Step.HOME_BASED.value, Step.PREVENTIVE.value):
        use_at_start = Meter.TEAM_USE_AT_START if step == Step.HOME_BASED else Meter.THERAPY_USE_AT_START
        first, end = rows_of(world, step)
        if month <= 0:
            used = 0
            for row in range(first, end):
                used += world.providers[row].families
            meters[use_at_start] = used
        size = families_each(step, p)
        left = int(np.ceil(meters[use_at_start] * levers[Lever.PROVIDER_PLACES] + 1.0))
        meters[Meter.PROVIDER_PLACES] += left
        if month < 0:
            left += int(size)
        for row in range(first, end):
            provider = world.providers[row]
            k = row - first
            room = min(left, int(size * (k + 1)) - int(size * k))
            left -= room
            provider.room = room
            if step == Step.HOME_BASED:
                provider.staff = room / size * p.team_staff
            else:
                provider.staff = room / size
                provider.kind = kind_of(k, p)
    if month < 0:
        meters[Meter.PROVIDER_PLACES] = np.inf


@inlined
def least_full(world, step):  # type: ignore[no-untyped-def]
    """Return the provider of a step with most room left, the first of equals."""
    first, end = rows_of(world, step)
    best = first
    for row in range(first + 1, end):
        provider = world.providers[row]
        if provider.room == 0:
            break
        found = world.providers[best]
        if provider.room - provider.families > found.room - found.families:
            best = row
    return best


@inlined
def provider_has_room(world, family, step):  # type: ignore[no-untyped-def]
    """Return whether a family can begin with a provider of a step, or works with one already."""
    known = world.families[family]
    measures = known.in_team if step == Step.HOME_BASED else known.in_therapy
    if measures > 0 or world.meters[Meter.PROVIDER_PLACES] == np.inf:
        return True
    best = world.providers[least_full(world, step)]
    return best.families < best.room


@inlined
def begin_with(world, row):  # type: ignore[no-untyped-def]
    """Let a provider take a family."""
    world.providers[row].families += 1
    world.providers[row].begun += 1


@kernel
def join_provider(world, family, step):  # type: ignore[no-untyped-def]
    """Let a family begin with the provider that has most room, or a child join its siblings there."""
    known = world.families[family]
    if step == Step.HOME_BASED:
        if known.in_team == 0:
            known.team = least_full(world, step)
            begin_with(world, known.team)
        known.in_team += 1
        world.providers[known.team].measures += 1
    else:
        if known.in_therapy == 0:
            known.therapist = least_full(world, step)
            begin_with(world, known.therapist)
        known.in_therapy += 1
        world.providers[known.therapist].measures += 1


@kernel
def leave_provider(world, family, step):  # type: ignore[no-untyped-def]
    """End a child's measure; with the last of a family's, the family makes room for another."""
    known = world.families[family]
    if step == Step.HOME_BASED and known.in_team > 0:
        provider = world.providers[known.team]
        provider.measures -= 1
        known.in_team -= 1
        if known.in_team == 0:
            provider.families -= 1
            known.team = -1
    elif step == Step.PREVENTIVE and known.in_therapy > 0:
        provider = world.providers[known.therapist]
        provider.measures -= 1
        known.in_therapy -= 1
        if known.in_therapy == 0:
            provider.families -= 1
            known.therapist = -1
