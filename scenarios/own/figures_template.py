"""The template of own figures: a line a figure, with what it is and the unit to give it in."""

import csv
from pathlib import Path

from trappen.scenarios.fitting.targets import targets
from trappen.scenarios.own.own_figures import CHILDREN, HEADS, UNIT_WORDS, allowed_units
from trappen.scenarios.whole import whole_file

CHILDREN_TEXT = {"da": "Børn 0-17 år", "en": "Children aged 0-17"}


def write_template(path: Path, lang: str) -> Path:
    """Write the template as CSV with semicolons, which Danish Excel opens as columns.

    Raises
    ------
    Problem
        The file cannot be written.
    """
    if path.is_dir():
        path /= "figures.csv"
    with whole_file(path) as draft, draft.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(HEADS[lang])
        for name in (CHILDREN, *targets()):
            unit = UNIT_WORDS[lang][allowed_units(name)[0]]
            meaning = CHILDREN_TEXT if name == CHILDREN else targets()[name].meaning
            writer.writerow((name, "", unit, "", meaning[lang]))
    return path
