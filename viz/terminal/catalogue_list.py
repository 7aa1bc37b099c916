"""The catalogue as a table: every policy, programme, lever and instrument, searched and filtered."""

from dataclasses import dataclass
from typing import Any

from trappen.policies import library
from trappen.policies.catalogue import find, names
from trappen.policies.lever import levers
from trappen.viz.terminal import shown_instrument


@dataclass(frozen=True)
class Wanted:
    """What is looked for; None asks for nothing. Ages in years, -1 in pregnancy."""

    search: str | None = None
    kind: str | None = None
    leg: str | None = None
    step: int | None = None
    age: int | None = None
    prevention: str | None = None
    grade: str | None = None
    system: str | None = None


def rows(wanted: Wanted, lang: str) -> list[dict[str, Any]]:
    """List the entries that fit: policies, programmes, levers, each with name, kind, title and facts."""
    return [row for row in _all(lang) if _fits(row, wanted)]


def _all(lang: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for name in names():
        policy = find(name)
        found.append(
            {
                "name": name,
                "kind": "policy",
                "title": getattr(policy.title, lang),
                "text": getattr(policy.description, lang),
                "systems": list(policy.systems),
            }
        )
    for name in library.entries("programme"):
        programme = library.programme(name)
        youngest, oldest = programme.rule.ages
        found.append(
            {
                "name": name,
                "kind": "programme",
                "title": getattr(programme.title, lang),
                "text": getattr(programme.description, lang),
                "systems": list(programme.systems),
                "leg": programme.leg,
                "step": programme.step,
                "prevention": programme.prevention,
                "grade": programme.evidence.grade,
                "readiness": programme.evidence.readiness,
                "ages": (youngest // 12, oldest // 12),
                "price": programme.price.value,
            }
        )
    for name, lever in levers().items():
        found.append(
            {
                "name": name,
                "kind": "lever",
                "title": lever.title[lang],
                "text": f"{lever.meaning[lang]} {lever.mechanism[lang]}",
                "systems": list(lever.systems),
                "grade": lever.grade,
                "link": lever.link,
            }
        )
    found += shown_instrument.rows(lang)
    return found


def _fits(row: dict[str, Any], wanted: Wanted) -> bool:
    for field in ("kind", "leg", "step", "prevention", "grade"):
        asked = getattr(wanted, field)
        if asked is not None and row.get(field) != asked:
            return False
    if wanted.system is not None and wanted.system not in row["systems"]:
        return False
    ages = row.get("ages", (18, 18))
    if wanted.age is not None and not ages[0] <= wanted.age <= ages[1]:
        return False
    if wanted.search is not None:
        text = f"{row['name']} {row['title']} {row['text']}".casefold()
        return all(word in text for word in wanted.search.casefold().split())
    return True
