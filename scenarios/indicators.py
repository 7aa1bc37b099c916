"""The indicator catalogue: every row of a result with unit, direction, sub-goal and published figure."""

from typing import Any

from trappen.model.outcomes import INDICATORS
from trappen.scenarios.fitting.targets import targets

SAME = {"net_cost_per_year": "cost", "kin_share": "mix_kin", "foster_share": "mix_foster"} | {
    "institution_share": "mix_institution"
}
"""Indicators whose published figure stands under another name."""


def catalogue() -> list[dict[str, Any]]:
    """Return a mapping an indicator; `source` is empty where no published figure is known."""
    known = targets()
    rows = []
    for one in INDICATORS:
        held = known.get(SAME.get(one.row, one.row))
        rows.append(
            {
                "row": one.row,
                "group": one.group,
                "unit": one.unit,
                "direction": one.direction,
                "sub_goal": one.sub_goal,
                "source": held.source if held else "",
            }
        )
    return rows
