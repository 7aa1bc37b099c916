"""Day care and schools of a municipality: how many there are, who goes where, and how good they are."""

from statistics import NormalDist
from typing import Any

import numpy as np

from trappen.agents.family import DISTRICTS
from trappen.agents.front import make_front
from trappen.agents.institution import make_institutions
from trappen.agents.states import FrontKind, InstitutionKind
from trappen.model.kernels.draws import INSTITUTION, draw_block, normal_quantile

LOOKUP = np.dtype(
    [
        ("day_cares", "i8"),
        ("schools", "i8"),
        ("visitors", "i8"),
        ("day_cares_burdened", "i8"),
        ("schools_burdened", "i8"),
        ("vulnerable_strain", "f8"),
        ("day_care_chance", "f8", (2,)),
        ("school_chance", "f8", (2,)),
    ]
)
"""What a family needs to know to find its institutions."""

FEWEST_DIVIDED = 3
"""Institutions of a kind from which some can be burdened and others not."""


def _chances(burdened: int, rows: int, vulnerable: float, part: float) -> tuple[float, float]:
    """Return the chance of a burdened institution for other and for vulnerable families.

    Chosen so that `part` of the vulnerable go there and all institutions are equally large.
    """
    if not burdened:
        return 0.0, 0.0
    share = burdened / rows
    others = (share - part * vulnerable) / (1.0 - vulnerable)
    return max(0.0, others), part


def found_institutions(children: int, ages: np.ndarray, population: Any, notice: Any, key: np.ndarray) -> Any:
    """Return the table of institutions, and where in it families look for theirs.

    Parameters
    ----------
    children
        Children aged 0-17 at the start.
    ages
        National counts by single year of age 0-24.
    population, notice
        Records of parameters.
    key
        Key of the draws: an institution's staffing and competence hang on its row.

    Returns
    -------
    :
        The table, and a record, shape (1,), with the numbers of day cares and schools (`day_cares`,
        `schools`, `day_cares_burdened`, `schools_burdened`), the chances of a burdened one
        (`day_care_chance`, `school_chance`, by vulnerable or not) and `vulnerable_strain`.
    """
    p = population
    under_6 = children * ages[:6].sum() / ages[:18].sum()
    vulnerable = 1.0 - NormalDist(float(p["need_level"])).cdf(float(p["vulnerable_strain"]))
    lookup = np.zeros(1, LOOKUP)
    record = lookup[0]
    record["vulnerable_strain"] = p["vulnerable_strain"]
    tables = []
    for kind, names, served, size in (
        (InstitutionKind.DAY_CARE, ("day_cares", "day_care_chance"), under_6, p["day_care_size"]),
        (InstitutionKind.SCHOOL, ("schools", "school_chance"), children - under_6, p["school_size"]),
    ):
        rows = max(1, round(served / float(size)))
        burdened = max(1, round(rows * float(p["burdened_share"]))) if rows >= FEWEST_DIVIDED else 0
        chances = _chances(burdened, rows, vulnerable, float(p["burdened_part"]))
        record[names[0]], record[f"{names[0]}_burdened"], record[names[1]] = rows, burdened, chances
        table = make_institutions(rows)
        table["kind"] = kind
        table["size"] = served / rows
        table["burdened"][:burdened] = 1
        # The burdened lie in the most strained districts, which have the highest numbers.
        table["district"] = DISTRICTS - 1 - DISTRICTS * np.arange(rows) // rows
        parts = [chances[1] * vulnerable, (1.0 - chances[1]) * vulnerable]
        sizes = [parts[0] + chances[0] * (1.0 - vulnerable), 0.0]
        sizes[1] = 1.0 - sizes[0]
        shares = [
            part / whole if whole > 0.0 else vulnerable for part, whole in zip(parts, sizes, strict=True)
        ]
        table["vulnerable_share"] = np.where(table["burdened"] == 1, shares[0], shares[1])
        tables.append(table)
    table = np.concatenate(tables)
    _judge(table, p, notice, key, vulnerable)
    return table, lookup


def _judge(table: np.ndarray, p: Any, notice: Any, key: np.ndarray, vulnerable: float) -> None:
    """Set staffing, competence, quality and sight.

    Quality is 0 for the mean child, and sight 1 for the mean child in need, so that having better and
    worse institutions is by itself no gain or loss.
    """
    for row in range(len(table)):
        u0, u1, _, _ = draw_block(key, row, 1, INSTITUTION, 0)
        table["staffing"][row], table["competence"][row] = normal_quantile(u0), normal_quantile(u1)
    crowded = np.maximum(0.0, table["vulnerable_share"] - p["crowded_from"]) / 0.1
    quality = p["staffing_weight"] * table["staffing"] + p["competence_weight"] * table["competence"]
    quality = quality - p["crowded_loss"] * crowded
    for kind in InstitutionKind:
        of_kind = table["kind"] == kind
        mean = quality[of_kind].mean()
        table["quality"][of_kind] = quality[of_kind] - mean
        sight = np.exp(notice["institution_sight"] * table["quality"][of_kind].astype(float))
        weight = table["vulnerable_share"][of_kind].astype(float)
        table["sight"][of_kind] = sight * weight.sum() / (sight * weight).sum()


def hire_front(children: int, institutions: np.ndarray, lookup: np.ndarray, p: Any) -> np.ndarray:
    """Return the table of health visitors, pedagogues and teachers, and note in the others where they stand.

    One for so many children, as parameters say, and at least one an institution; of health visitors as many
    in each district, or one for several where they are few.
    """
    visitors = max(1, round(children / float(p["visitor_children"])))
    if visitors > DISTRICTS:
        visitors = DISTRICTS * round(visitors / DISTRICTS)
    lookup["visitors"] = visitors
    each = np.where(
        institutions["kind"] == InstitutionKind.DAY_CARE, p["pedagogue_children"], p["teacher_children"]
    )
    institutions["workers"] = np.maximum(1, np.rint(institutions["size"] / each))
    counts = institutions["workers"].astype(np.int64)
    institutions["first_worker"] = visitors + np.cumsum(counts) - counts
    front = make_front(visitors + int(counts.sum()))
    front["kind"] = FrontKind.HEALTH_VISITOR
    by_district = max(1, visitors // DISTRICTS)
    front["district"][:visitors] = -(-np.arange(visitors) * DISTRICTS // visitors)
    front["place_in"][:visitors] = np.arange(visitors) % by_district
    front["colleagues"][:visitors] = by_district
    at = np.repeat(np.arange(len(institutions)), counts)
    staff = front[visitors:]
    staff["institution"] = at
    staff["kind"] = np.where(
        institutions["kind"][at] == InstitutionKind.DAY_CARE, FrontKind.PEDAGOGUE, FrontKind.TEACHER
    )
    staff["district"] = institutions["district"][at]
    staff["place_in"] = np.arange(len(at)) - (institutions["first_worker"][at] - visitors)
    staff["colleagues"] = counts[at]
    return front
