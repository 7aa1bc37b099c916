"""Which step belief calls for."""

from .names import FOSTER, HOME_BASED, INSTITUTION, NONE, PREVENTIVE
from .others import Month
from .people import Parameters


def institution_threshold(p: Parameters, age: int, now: Month) -> float:
    """Return the belief that calls for an institution at an age."""
    threshold = p.placement_threshold + p.institution_gap + now.levers.family_placement_shift
    return threshold - p.institution_teen_shift if age >= 156 else threshold


def threshold_of(step: int, p: Parameters, age: int, now: Month) -> float:
    """Return the belief from which a step is called for."""
    if step == PREVENTIVE:
        return p.preventive_threshold
    if step == HOME_BASED:
        return p.preventive_threshold + p.home_based_gap
    if step == INSTITUTION:
        return max(p.placement_threshold, institution_threshold(p, age, now))
    return p.placement_threshold


def called_for(belief: float, age: int, p: Parameters, now: Month) -> int:
    """Return the step that belief calls for; FOSTER stands for any care in a family."""
    if belief < p.preventive_threshold:
        return NONE
    if belief < p.preventive_threshold + p.home_based_gap:
        return PREVENTIVE
    if belief < p.placement_threshold or age < 0:
        return HOME_BASED
    return FOSTER if belief < institution_threshold(p, age, now) else INSTITUTION
