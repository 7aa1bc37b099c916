"""Every format the program reads: good files to spoil, and the reader that must answer with a sentence.

A reader is given a folder with the spoilt file in it. It may take the file or raise a Problem; anything
else is a find.
"""

import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from trappen.agents.problem import Problem

INPUT = Path(__file__).parents[1]
ROOT = INPUT.parents[1]
MANIFEST = "manifest.json"
HASH = "0" * 64


@dataclass(frozen=True)
class Format:
    """A format: the name its file has, how good files look, and what reads it."""

    file: str
    good: Callable[[], list[bytes]]
    read: Callable[[Path], object]


def _text(*paths: Path) -> list[bytes]:
    return [path.read_bytes() for path in paths]


def _scenarios() -> list[bytes]:
    return _text(
        INPUT / "broken" / "good_scenario.yaml", *sorted((ROOT / "scenarios/examples").glob("*.yaml"))
    )


def _read_scenario(path: Path) -> object:
    from trappen.scenarios.scenario import load_scenario

    return load_scenario(path).resolved()


def _read_sent(path: Path) -> object:
    from trappen.scenarios.files.sent import scenario_sent

    return scenario_sent(path.read_bytes(), path.name).resolved()


def _policies() -> list[bytes]:
    return _text(INPUT / "broken" / "good_policy.yaml", *sorted((ROOT / "policies/catalogue").glob("*.yaml")))


def _read_policy(path: Path) -> object:
    from trappen.policies.catalogue import load_policy

    return load_policy(path)


def _programmes() -> list[bytes]:
    return _text(*sorted((ROOT / "policies/programmes").glob("*.yaml"))[:6])


def _read_programme(path: Path) -> object:
    from trappen.policies.library import load_programme

    return load_programme(path)


STUDIES = (
    b"name: national\nmunicipalities: all\npolicies: [status_quo, omlaegning]\nparameter_sets: 3\n"
    b"replicates: 2\nyears: 20\nseed: 1\n",
    b"name: grid\nmunicipalities: [Herning, 621, Vejle]\ngrid:\n  caseload: [15, 20.5, 25]\n"
    b"keep: {by: year, indicators: [net_cost_per_year], accounts: true}\nstructure: {belief: fixed_gain}\n",
    b"name: own\nchildren: 5000\npolicies: [status_quo]\nreplicates_per_task: 3\npolicies_per_task: 2\n",
)


def _read_study(path: Path) -> object:
    from trappen.scenarios.studies.study import load_study

    study = load_study(path)
    return study.resolved(), study.runs, study.tasks


@cache
def _planned() -> bytes:
    """The study.json of a small study."""
    import tempfile

    from trappen.scenarios.studies.folder import FILE, write_planned
    from trappen.scenarios.studies.study import load_study

    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "x.yaml"
        file.write_bytes(STUDIES[0].replace(b"all", b"[Herning]"))
        write_planned(Path(place), load_study(file))
        return (Path(place) / FILE).read_bytes()


def _whole_study(folder: Path) -> object:
    """Do with a study's folder what one does with a folder somebody sent."""
    from trappen.scenarios.kept.listing import listed
    from trappen.scenarios.kept.pruned import loose
    from trappen.scenarios.kept.verified import verify
    from trappen.scenarios.studies.status import status

    found = [listed(folder), loose(folder)]
    return found, status(folder), verify(folder)


def _read_planned(path: Path) -> object:
    (path.parent / "index.sqlite").write_bytes(_index())
    return _whole_study(path.parent)


@cache
def _index() -> bytes:
    """The run index of a small study, in one file."""
    import tempfile

    from trappen.scenarios.studies.index import Index
    from trappen.scenarios.studies.study import load_study
    from trappen.scenarios.studies.tasks import cut

    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "x.yaml"
        file.write_bytes(STUDIES[0].replace(b"all", b"[Herning]"))
        index = Index(Path(place), create=True)
        index.plan("x", [(task, 1.0) for task in cut(load_study(file))], {})
        index.claim("x", "driver-x.lock", 1)
        index.close()
        with sqlite3.connect(Path(place) / "index.sqlite") as db:
            db.execute("PRAGMA journal_mode = DELETE")
        db.close()
        return (Path(place) / "index.sqlite").read_bytes()


def _read_index(path: Path) -> object:
    (path.parent / "study.json").write_bytes(_planned())
    return _whole_study(path.parent)


@cache
def _result() -> bytes:
    """A result of a study: a small table as the program writes it."""
    import pyarrow as pa

    from trappen.scenarios.studies.compute import to_parquet

    table = pa.table({"policy": ["status_quo"] * 4, "need_months": [1.0, 2.0, None, 4.0]})
    return to_parquet(table, {"trappen_task": HASH, "trappen_program": "x"})


def _read_result(path: Path) -> object:
    from trappen.scenarios.studies.store import read_result

    return read_result(path, HASH)


@cache
def _manifest() -> bytes:
    """The manifest of a comparison, as far as it is read: the scenarios written out, and the hashes."""
    from trappen.scenarios.kept.manifest import FORMAT, parameter_hash
    from trappen.scenarios.scenario import scenario_from

    told = {
        "program": "trappen",
        "format": FORMAT,
        "program_version": "0.1.0",
        "parameter_hash": parameter_hash(),
        "result_hash": HASH,
        "scenarios": {
            side: scenario_from(policy).resolved()
            for side, policy in (("a", "status_quo"), ("b", "omlaegning"))
        },
        "titles": {"a": {"da": "A", "en": "A"}},
    }
    return json.dumps(told, indent=1).encode()


def _read_manifest(path: Path) -> object:
    from trappen.scenarios.kept.compared import compare
    from trappen.scenarios.kept.listing import listed, look
    from trappen.scenarios.kept.manifest import read_manifest
    from trappen.scenarios.kept.verified import verify

    _one_of(lambda: look(path.parent), lambda: listed(path.parent))
    _one_of(lambda: verify(path.parent), lambda: compare(path.parent, path.parent))
    return read_manifest(path.parent)


def _one_of(*doings: Callable[[], object]) -> None:
    """Do all of them; each may say its sentence."""
    for doing in doings:
        try:
            doing()
        except Problem as problem:
            _sentence(problem)


def _checksums() -> list[bytes]:
    return [f"{HASH}  manifest.json\n{HASH}  tables/summary.csv\n".encode()]


def _read_checksums(path: Path) -> object:
    from trappen.scenarios.checksums import verify

    (path.parent / MANIFEST).write_bytes(b"{}")
    return verify(path.parent)


FIGURES = (
    "figure;value;unit;year;note\nchildren_0_17;17380;antal;2023;DST\nnotifications;1.234,5;pr 10000;2023;\n"
    "placed_on_a_day;155;antal;2023;\n",
    "nøgletal;værdi;enhed;år;kilde\nnotifications;1234,5;pr 10000;2022;egen\n",
    "figure,value,unit,year,note\nnotifications,1234.5,per 10000,2022,own\n",
)


def _figures() -> list[bytes]:
    return [
        FIGURES[0].encode(),
        FIGURES[1].encode("cp1252"),
        FIGURES[1].encode("utf-8-sig"),
        FIGURES[2].encode("utf-16"),
    ]


def _read_figures(path: Path) -> object:
    from trappen.scenarios.own.own_figures import in_model_units, read_figures

    return in_model_units(read_figures(path), 17_000.0)


def workbook(rows: list[list[object]]) -> bytes:
    """A workbook with one sheet, as a spreadsheet program saves it."""
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


@cache
def _books() -> list[bytes]:
    rows: list[list[object]] = [["figure", "value", "unit", "year", "note"]]
    rows += [["notifications", 1234.5, "per 10000", 2022, "own"], ["children_0_17", 17380, "count", 2023, ""]]
    return [workbook(rows)]


@cache
def _price_books() -> list[bytes]:
    return [workbook([["name", "value", "price_year"], ["price_foster", 450000, 2024]])]


PRICES = ("name;value;price_year\nprice_foster;450000,5;2024\nprice_institution;1100000,50;2023\n",)


def _read_prices(path: Path) -> object:
    from trappen.scenarios.own_prices import read_prices

    return read_prices(path)


EPISODES = (
    "person;start;slut;type;årsag;født\n17;01-03-2019;15-08-2020;plejefamilie;;12-05-2011\n"
    "17;16-08-2020;;døgninstitution;;12-05-2011\n23;2021-02-01;2021-02-28;slægt;;2009-10-30\n",
    "CHILD,DOB,DECOM,RNE,LS,CIN,PLACE,DEC,REC\n1,12/05/2011,01/03/2019,S,C2,N1,U4,15/08/2020,X1\n"
    "1,12/05/2011,15/08/2020,P,C2,N1,K1,,\n",
)


def _episodes() -> list[bytes]:
    return [EPISODES[0].encode(), EPISODES[0].encode("cp1252"), EPISODES[1].encode("utf-8-sig")]


@cache
def _episode_books() -> list[bytes]:
    from datetime import date

    head: list[object] = ["person", "start", "end", "type", "reason", "born"]
    stay: list[object] = ["a", date(2019, 3, 1), date(2020, 8, 15), "foster", "", date(2011, 5, 12)]
    return [workbook([head, stay, ["b", "2021-02-01", None, "kin", "", "2009-10-30"]])]


def _read_episodes(path: Path) -> object:
    from trappen.scenarios.own.episode_tables import as_figures, tables
    from trappen.scenarios.own.episodes import read_episodes

    found = read_episodes(path)
    return tables(found), as_figures(found, path.name)


STATBANK = (
    "ADMKOM;ALERAMS;TID;INDHOLD\n657;0;2024;208\n657;9917;2024;160\n657;1822;2024;45\n657;999;2024;..\n"
    "0;0;2024;9000\n",
    "administrationskommune,alder,tid,indhold\nHerning,I alt,2023,1.208\nHerning,0-17 år,2023,160\n",
    "ADMKOM\tALERAMS\tTID\tINDHOLD\n657\t0\t2023\t208\n657\t9917\t2023\t160\n657\t1822\t2023\t45\n",
)


def _statbank() -> list[bytes]:
    return [STATBANK[0].encode(), STATBANK[1].encode("utf-8-sig"), STATBANK[2].encode("utf-16")]


def _read_statbank(path: Path) -> object:
    from trappen.model.municipalities import find
    from trappen.scenarios.own.own_figures import in_model_units
    from trappen.scenarios.own.statbank import read_folder

    return in_model_units(read_folder(path.parent, find("Herning")).figures, 17_000.0)


SERIES = (b"figure,year,value\nnotifications,2019,900.5\nplaced_on_a_day,2020,95\n",)


def _read_series(path: Path) -> object:
    from trappen.scenarios.trust.backtest import read_series

    return read_series(path)


def _found() -> list[bytes]:
    rows = [{"row": "net_cost_per_year", "a": 1.5, "b": None}, {"row": "need_months", "a": 2, "b": 3}]
    told = {
        "kind": "explain",
        "tables": {"steps": rows},
        "facts": {"a": "status_quo"},
        "manifest": {"seed": 1},
    }
    return [json.dumps(told, indent=1).encode()]


def _read_found(path: Path) -> object:
    from trappen.scenarios.kept.stored import read_result

    return read_result(path.parent)


def _answers() -> list[bytes]:
    even = {"year": 2031.0, "low": None, "never": 0.1}
    return [json.dumps({"names": ["status_quo", "omlaegning"], "break_even": even}, indent=1).encode()]


def _read_answer(path: Path) -> object:
    from trappen.scenarios.kept.stored import StoredComparison, read_result

    (path.parent / MANIFEST).write_bytes(_manifest())
    (path.parent / "budget.json").write_bytes(_found()[0])
    kept = read_result(path.parent)
    assert isinstance(kept, StoredComparison)
    return kept.names, kept.break_even(), kept.budget(), kept.manifest


@cache
def _table() -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    rows = {"row": ["net_cost_per_year", "need_months"], "a": [1.0, None], "b": [2, 3]}
    pq.write_table(pa.table(rows), sink, write_page_checksum=True)
    return bytes(sink.getvalue().to_pybytes())


def _read_summary(path: Path) -> object:
    from trappen.scenarios.kept.compared import compare
    from trappen.scenarios.kept.stored import StoredComparison

    folder = path.parent
    (folder / MANIFEST).write_bytes(_manifest())
    (folder / "tables").mkdir(exist_ok=True)
    (folder / "tables" / path.name).write_bytes(path.read_bytes())
    return compare(folder, folder), StoredComparison(folder).summary()


@cache
def _own_sets() -> list[bytes]:
    from trappen.scenarios.own_sets import first_line
    from trappen.scenarios.parameter_sets import members
    from trappen.scenarios.structure import Structure

    head = first_line("Herning", Structure().model_dump(), {"caseload": 22.0})
    names = [name for name in members("default")[0] if name not in ("set", "misfit")][:5]
    rows = [[str(n), "1.0", *(str(members("default")[n][name]) for name in names)] for n in (0, 1)]
    lines = [head, ",".join(["set", "misfit", *names]), *(",".join(row) for row in rows)]
    return ["\n".join(lines).encode()]


def _read_own_sets(path: Path) -> object:
    from trappen.scenarios.own_sets import check_own_sets, read_own_sets

    found = read_own_sets(path)
    return check_own_sets(found, path)


FORMATS = {
    "scenario": Format("x.yaml", _scenarios, _read_scenario),
    "scenario_sent": Format("x.yaml", lambda: _scenarios()[:1], _read_sent),
    "policy": Format("x.yaml", _policies, _read_policy),
    "programme": Format("x.yaml", _programmes, _read_programme),
    "study": Format("x.yaml", lambda: list(STUDIES), _read_study),
    "study_folder": Format("study.json", lambda: [_planned()], _read_planned),
    "study_index": Format("index.sqlite", lambda: [_index()], _read_index),
    "study_result": Format(f"{HASH}.parquet", lambda: [_result()], _read_result),
    "manifest": Format(MANIFEST, lambda: [_manifest()], _read_manifest),
    "checksums": Format("checksums.sha256", _checksums, _read_checksums),
    "figures_csv": Format("x.csv", _figures, _read_figures),
    "figures_xlsx": Format("x.xlsx", _books, _read_figures),
    "prices_csv": Format("x.csv", lambda: [text.encode() for text in PRICES], _read_prices),
    "prices_xlsx": Format("x.xlsx", _price_books, _read_prices),
    "own_sets": Format("x.csv", _own_sets, _read_own_sets),
    "episodes_csv": Format("x.csv", _episodes, _read_episodes),
    "episodes_xlsx": Format("x.xlsx", _episode_books, _read_episodes),
    "statbank": Format("ANBAAR9.csv", _statbank, _read_statbank),
    "series": Format("x.csv", lambda: list(SERIES), _read_series),
    "result_found": Format("result.json", _found, _read_found),
    "result_answer": Format("answer.json", _answers, _read_answer),
    "result_summary": Format("summary.parquet", lambda: [_table()], _read_summary),
}


def _sentence(problem: Problem) -> str:
    """Hold a problem to having a sentence, and return its key."""
    assert str(problem).strip()
    return problem.key


def answer(name: str, raw: bytes, folder: Path) -> str:
    """Let a format's reader answer a file: `taken`, or the key of the Problem; it must have a sentence."""
    form = FORMATS[name]
    path = folder / form.file
    path.write_bytes(raw)
    try:
        form.read(path)
    except Problem as problem:
        return _sentence(problem)
    return "taken"


def repacked(raw: bytes, member: str, content: bytes) -> bytes:
    """A workbook with one part replaced."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, content if part == member else old.read(part))
    return kept.getvalue()
