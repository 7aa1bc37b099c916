"""The indicator catalogue: every row of a result with unit, direction, sub-goal and published figure."""

from typing import Any

from trappen.model.outcomes import INDICATORS
from trappen.scenarios.fitting.adult_fit import sources
from trappen.scenarios.fitting.targets import targets

SAME = {"net_cost_per_year": "cost", "kin_share": "mix_kin", "foster_share": "mix_foster"} | {
    "institution_share": "mix_institution",
    "new_placements_per_1000": "new_placements",
}
"""Indicators whose published figure stands under another name."""

GROWN_UP = {
    "no_upper_secondary_at_25": "no_upper_secondary",
    "not_in_work_or_education_at_25": "neet",
    "conviction_by_25": "conviction",
    "psychiatric_diagnosis_by_25": "diagnosis",
    "leaving_exam_share": "no_leaving_exam",
}
"""Indicators of young adults and the published shares their levels are solved at (`fitting/adults.yaml`)."""

TOLD = {
    "age_at_first_contact": "Detection model: 1.5 years earlier than in control districts (source 003, 2013)",
    "follow_ups_per_case": "Herning: about twice the legal minimum of two a year (source 001)",
    "complaints": "Herning: fewer complaints, a direction without a size (source 001)",
}
"""What evaluations say of indicators that no national figure is known of."""


def catalogue() -> list[dict[str, Any]]:
    """Return a mapping an indicator; `source` is empty where no published figure is known."""
    known = targets()
    told = TOLD | {row: sources()[name] for row, name in GROWN_UP.items()}
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
                "source": held.source if held else told.get(one.row, ""),
            }
        )
    return rows
