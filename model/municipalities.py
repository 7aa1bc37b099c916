"""Denmark's 98 municipalities and its children by age, as packaged figures."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from trappen.agents.problem import Problem
from trappen.model.nearest import fold, nearest

DATA = Path(__file__).parent / "data"

FLAT_CHILD_SHARE = 0.195
"""Share of the population aged 0-17 in the whole country on 1 January 2023 (Statistics Denmark: 1,155,838
children). Used for every municipality alike; the true share varies from about 0.13 to 0.25."""

FLAT_ESTIMATE = "flat_share_0195"

_ALSO_CALLED = {101: ("copenhagen",), 480: ("nordfyn",), 820: ("vesthimmerland",), 751: ("aarhus by",)}


@dataclass(frozen=True)
class Municipality:
    """A municipality (kommune).

    Attributes
    ----------
    code
        Municipal code (kommunekode), three digits.
    name
        Its Danish name.
    population
        Persons of all ages in 2020.
    children
        Children aged 0-17: an estimate, population times 0.195, not a count.
    children_source
        How `children` came about: `flat_share_0195` in the packaged table.
    """

    code: int
    name: str
    population: int
    children: int
    children_source: str = FLAT_ESTIMATE


@cache
def all_municipalities() -> tuple[Municipality, ...]:
    """List the municipalities by code."""
    rows = _rows("municipalities_2020.csv")
    found = (
        Municipality(
            code=int(row["municipality_code"]),
            name=row["name"],
            population=int(row["population_total_2020"]),
            children=int(row["children_0_17_flat_estimate_0195"]),
        )
        for row in rows
    )
    return tuple(sorted(found, key=lambda municipality: municipality.code))


@cache
def national_age_distribution() -> tuple[int, ...]:
    """Give the persons in Denmark by single year of age 0 to 24, fourth quarter of 2025."""
    rows = _rows("population_by_age_2025Q4.csv")
    by_age = {int(row["age"]): int(row["total"]) for row in rows}
    return tuple(by_age[age] for age in range(25))


def find(name_or_code: str | int) -> Municipality:
    """Find a municipality by name or code.

    Capitals, accents, hyphens, the word kommune and the spelling of æ, ø and å do not matter:
    `Århus`, `aarhus` and `Aarhus Kommune` are the same, and so are `657` and `0657`.

    Raises
    ------
    Problem
        No municipality is called so; the sentence names the nearest.
    """
    text = str(name_or_code).strip()
    if text.isdecimal() and len(text) <= 4:
        code = int(text)
        for municipality in all_municipalities():
            if municipality.code == code:
                return municipality
        raise Problem("municipality.unknown_code", given=text, nearest=_near_codes(code))
    wanted = fold(text).removesuffix(" kommune")
    found = _by_spelling().get(wanted)
    if found is not None:
        return found
    near = nearest(wanted.removesuffix(" municipality"), [m.name for m in all_municipalities()])
    given = text if len(text) <= 40 else text[:37] + "..."
    if near:
        raise Problem("municipality.unknown_near", given=given, nearest=", ".join(near))
    raise Problem("municipality.unknown", given=given)


@cache
def _by_spelling() -> dict[str, Municipality]:
    """Index every accepted spelling; `Aerø`, `Aero` and `Ærø` all lead to Ærø."""
    index: dict[str, Municipality] = {}
    for municipality in all_municipalities():
        name = fold(municipality.name)
        careless = fold(municipality.name.casefold().translate(str.maketrans("øå", "oa")))
        bare = fold(municipality.name.casefold().translate(str.maketrans("æøå", "aoa")))
        for spelling in (name, careless, bare, *_ALSO_CALLED.get(municipality.code, ())):
            for written in (spelling, f"{spelling}s" if not spelling.endswith("s") else spelling):
                index.setdefault(written, municipality)
    return index


def _near_codes(code: int) -> str:
    by_distance = sorted(all_municipalities(), key=lambda m: (abs(m.code - code), m.code))
    return ", ".join(f"{m.code} {m.name}" for m in by_distance[:3])


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(line for line in stream if not line.startswith("#")))
