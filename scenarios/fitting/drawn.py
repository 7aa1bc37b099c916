"""What evidence leaves open is drawn from its ranges, for each member of an ensemble."""

import numpy as np

from trappen.model.evidence import register
from trappen.model.kernels.draws import Purpose, uniforms


def draw_evidence(members: int, seed: int) -> list[dict[str, float]]:
    """Draw what evidence leaves open: triangular on each range with its mode at the register value.

    Each parameter's draws are stratified (a Latin hypercube), so that few members cover each range.
    """
    entries = [entry for entry in register().varying("evidence") if entry.index is None]
    drawn: list[dict[str, float]] = [{} for _ in range(members)]
    who = np.arange(members)
    for number, entry in enumerate(entries):
        u = uniforms(seed, who, number, Purpose.ENSEMBLE)
        strata = (np.argsort(u[:, 0]) + u[:, 1]) / members
        if entry.low is None or entry.high is None:
            continue
        for k, share in enumerate(strata):
            drawn[k][entry.name] = _triangular(float(share), entry.low, float(entry.value), entry.high)
    return drawn


def _triangular(u: float, low: float, mode: float, high: float) -> float:
    if high <= low:
        return mode
    cut = (mode - low) / (high - low)
    if u < cut:
        return low + (u * (high - low) * (mode - low)) ** 0.5
    return high - ((1.0 - u) * (high - low) * (high - mode)) ** 0.5
