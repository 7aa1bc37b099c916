"""StatBank tables made up for a municipality whose true figures are known, in every form they come in."""

from contextlib import contextmanager
from itertools import product

import pytest

from trappen.agents.problem import Problem

TOWN, OTHER = "657", "615"
AGES = ["U0", *map(str, range(19)), "999"]
NOTIFIERS = ["1", "2", "3", "4", "5", "6", "8", "9", "10", "12", "13", "11", "99"]
KINDS = ["1", "21", "22", "26", "23", "24", "25", "9", "7", "8", "27", "11", "6", "99"]
NOTIFIER_TEXT = {
    "0": "I alt", "2": "Skole eller andet uddannelsessted", "4": "Sundhedsvæsenet", "8": "Anonym",
    "3": "Dagpleje, daginstitution, fritidshjem, ungdomsklub eller SFO", "6": "Politi eller domstol",
    "5": "Sundhedsplejerske eller tandlæge", "12": "Barnet eller den unge selv (2024-)",
    "13": "Familie eller bekendtskabskreds (2024-)", "99": "Uoplyst", "9": "Anbringelsessted", "11": "Andre",
    "10": "Foreninger, frivillige organisationer, krise-, misbrugs- og asylcentre",
    "1": "Mellemkommunal underretning eller anden kommunal forvaltning",
}  # fmt: skip


def notified(notifier, age, sex):
    """Notifications in a cell: something that differs over all of them."""
    return 3 + NOTIFIERS.index(notifier) + AGES.index(age) % 5 + (sex == "P")


def cell(table, dims):
    """Return the number in a cell, totals as sums of what they cover."""
    if table == "UND1":
        notifier, age, sex = dims
        notifiers = NOTIFIERS if notifier == "0" else [notifier]
        ages = AGES if age == "00" else [age]
        return sum(notified(n, a, s) for n in notifiers for a in ages for s in ("DP" if sex == "0" else sex))
    if table == "UND2":
        times, age, sex = dims
        ages = AGES if age == "00" else [age]
        each = {"00": 21, "1": 11, "2": 4, "3": 3, "4": 1, "5": 1, "6": 1}[times]
        return sum(each + AGES.index(a) % 3 for a in ages) * (2 if sex == "0" else 1)
    if table == "ANBAAR12":
        kinds = KINDS if dims[0] == "0" else [dims[0]]
        return sum(6 + 2 * KINDS.index(kind) for kind in kinds)
    if table == "ANBAAR9":
        return {"0": 208, "9917": 160, "1822": 45, "999": 3}[dims[0]]
    if table == "ANBAAR14":
        return {"0": 60, "9917": 51, "1822": 8, "999": 1}[dims[0]]
    sex, age, marital = dims
    years = range(126) if age == "IALT" else [int(age)]
    return sum(800 + (a % 7) for a in years) * (1 if sex == "TOT" else 0) * (1 if marital == "TOT" else 0)


LAYOUT = {
    "UND1": (["ADMKOM", "UNDERRETERE", "ALDER1", "KON"], [["0", *NOTIFIERS], ["00", *AGES], ["0", "D", "P"]]),
    "UND2": (["ADMKOM", "UNDERRET", "ALDER1", "KON"], [["00", *"123456"], ["00", *AGES], ["0", "D", "P"]]),
    "ANBAAR9": (["ADMKOM", "ALERAMS"], [["0", "9917", "1822", "999"]]),
    "ANBAAR12": (["ADMKOM", "ANBRINGELSE"], [["0", *KINDS]]),
    "ANBAAR14": (["ADMKOM", "ALERAMS"], [["0", "9917", "1822", "999"]]),
    "FOLK1A": (["OMRÅDE", "KØN", "ALDER", "CIVILSTAND"], [["TOT"], ["IALT", *map(str, range(126))], ["TOT"]]),
}
TIMES = {"FOLK1A": ("2024K4",)}


def rows(table, times=("2023", "2024"), drop=()):
    """Yield the rows of a table as codes: the municipality's and another's, the country's too."""
    for time in TIMES.get(table, times):
        for dims in product(*LAYOUT[table][1]):
            value = cell(table, dims)
            yield (TOWN, *dims, time, ".." if (table, *dims) in drop else str(value))
            yield (OTHER, *dims, time, str(value + 7))
            yield ("000" if table == "FOLK1A" else "0", *dims, time, str(value * 90))


def write_bank(
    folder, *, separator=";", text=False, encoding="utf-8", named=True, drop=(), times=("2023", "2024")
):
    """Write every table into a folder and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, table in enumerate(LAYOUT):
        heads = [*LAYOUT[table][0], "TID", "INDHOLD"]
        lines = [heads] if not text else [[_head(head) for head in heads]]
        for row in rows(table, times, drop):
            lines.append(
                list(row) if not text else [_text(head, told) for head, told in zip(heads, row, strict=True)]
            )
        name = f"{table}.csv" if named or table in ("ANBAAR9", "ANBAAR14") else f"download{number}.csv"
        body = "\n".join(
            separator.join(f'"{told}"' if separator in told else told for told in line) for line in lines
        )
        (folder / name).write_text(body + "\n", encoding=encoding)
    return folder


def _head(head):
    return {
        "ADMKOM": "administrationskommune", "UNDERRETERE": "underrettere", "ALDER1": "alder", "KON": "køn",
        "UNDERRET": "underretninger", "ALERAMS": "alder", "ANBRINGELSE": "anbringelsessted",
        "OMRÅDE": "område", "KØN": "køn", "ALDER": "alder", "CIVILSTAND": "civilstand",
        "TID": "tid", "INDHOLD": "indhold",
    }[head]  # fmt: skip


def _text(head, told):
    if head in ("ADMKOM", "OMRÅDE"):
        return {TOWN: "Herning", OTHER: "Horsens"}.get(told, "Hele landet")
    if head == "UNDERRETERE":
        return NOTIFIER_TEXT[told]
    if head in ("KON", "KØN"):
        return {"D": "Drenge", "P": "Piger"}.get(told, "I alt")
    if head == "CIVILSTAND":
        return "I alt"
    if head in ("ALDER1", "ALDER", "ALERAMS"):
        named = {
            "00": "I alt",
            "IALT": "I alt",
            "U0": "Ufødt",
            "999": "Uoplyst alder",
            "9917": "0-17 år",
            "1822": "18-22 år",
        }
        if head == "ALERAMS" and told == "0":
            return "I alt"
        return named.get(told, f"{told} år")
    if head == "UNDERRET":
        return "I alt" if told == "00" else told
    if head == "ANBRINGELSE":
        return {"0": "I alt"}.get(told, told)
    return told


def truth():
    """Return the figures the tables hold, worked out from the cells themselves."""
    young = ["U0", *map(str, range(18))]
    whole = sum(cell("UND1", ("0", age, "0")) for age in young)

    def share(*codes):
        return 100.0 * sum(cell("UND1", (code, age, "0")) for code in codes for age in young) / whole

    children = sum(cell("UND2", ("00", age, "0")) for age in young)
    placed = sum(cell("ANBAAR12", (kind,)) for kind in KINDS if kind != "99")

    def mix(*kinds):
        return 100.0 * sum(cell("ANBAAR12", (kind,)) for kind in kinds) / placed

    return {
        "children_0_17": float(sum(cell("FOLK1A", ("TOT", str(age), "TOT")) for age in range(18))),
        "notifications": float(whole),
        "notifier_health": share("4", "5"),
        "notifier_health_visitor": share("5"),
        "notifier_day_care": share("3"),
        "notifier_school": share("2"),
        "notifier_police": share("6"),
        "notifier_citizens": share("8"),
        "notifier_family": share("12", "13"),
        "children_notified": float(children),
        "notified_0_5_share": 100.0 * sum(cell("UND2", ("00", a, "0")) for a in young[:7]) / children,
        "notified_12_17_share": 100.0 * sum(cell("UND2", ("00", a, "0")) for a in young[13:]) / children,
        "placed_on_a_day": 160.0,
        "new_placements": 51.0,
        "mix_kin": mix("1"),
        "mix_foster": mix("21", "22", "23", "24", "25", "26"),
        "mix_institution": mix("9", "7", "8", "27"),
        "mix_own_room": mix("11", "6"),
    }


@contextmanager
def refused(key):
    """Expect a problem by its key, in whatever words it is told."""
    with pytest.raises(Problem) as told:
        yield
    assert told.value.key == key
