"""StatBank tables give the same figures in every form they come in, and say what they do not give."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import banks
import pytest
from banks import refused

from trappen.agents.problem import Problem
from trappen.model.municipalities import find
from trappen.scenarios.own.statbank import read_folder
from trappen.scenarios.own.statbank_cells import code_of, place_code
from trappen.scenarios.own.statbank_client import fetch
from trappen.viz import wording

HERNING = find("Herning")
HEAD = "ADMKOM;ALERAMS;TID;INDHOLD"


def figures(reading):
    return {figure.name: figure.value for figure in reading.figures}


FORMS = {
    "codes": {},
    "commas": {"separator": ","},
    "tabs": {"separator": "\t"},
    "texts": {"text": True},
    "windows": {"text": True, "encoding": "cp1252"},
    "mark": {"encoding": "utf-8-sig"},
    "utf16": {"encoding": "utf-16"},
    "unnamed": {"named": False, "text": True},
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_true_figures(form, tmp_path):
    reading = read_folder(banks.write_bank(tmp_path / "bank", **FORMS[form]), HERNING)
    assert figures(reading) == pytest.approx(banks.truth())
    assert {figure.year for figure in reading.figures} == {2024}
    for note in reading.notes:
        for lang in wording.languages():
            assert wording.say(note.key, lang, **note.values)


def test_years_as_columns_are_read_too(tmp_path):
    folder = banks.write_bank(tmp_path)
    lines = [row for row in banks.rows("ANBAAR9") if row[0] == banks.TOWN]
    by_age = {}
    for _, age, time, value in lines:
        by_age.setdefault(age, {})[time] = value
    body = "".join(f"Herning;{age};{v['2023']};{v['2024']}\n" for age, v in by_age.items())
    (folder / "ANBAAR9.csv").write_text("administrationskommune;alder;2023;2024\n" + body, encoding="utf-8")
    assert figures(read_folder(folder, HERNING)) == pytest.approx(banks.truth())


def test_a_withheld_number_is_no_zero(tmp_path):
    drop = {("UND1", "6", "9", "0"), ("ANBAAR9", "9917")}
    reading = read_folder(banks.write_bank(tmp_path, drop=drop), HERNING)
    found = figures(reading)
    assert {"notifier_police", "placed_on_a_day"} & set(found) == set()
    assert found["notifications"] == banks.truth()["notifications"]
    told = {note.values.get("figure") for note in reading.notes if note.key == "statbank.suppressed"}
    assert told == {"notifier_police", "placed_on_a_day"}


def test_a_broken_series_is_read_by_its_year_and_named(tmp_path):
    folder = banks.write_bank(tmp_path)
    lines = ["ADMKOM;UNDERRETERE;ALDER1;KON;TID;INDHOLD"]
    for notifier, age, sex in [(n, a, "0") for n in ["0", *banks.NOTIFIERS] for a in ["00", *banks.AGES]]:
        if notifier == "12":
            continue
        code = "7" if notifier == "13" else notifier
        lines.append(f"657;{code};{age};{sex};2016;{banks.cell('UND1', (notifier, age, sex))}")
    (folder / "UND1.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    reading = read_folder(folder, HERNING)
    truth = banks.truth()["notifier_family"]
    assert 0 < figures(reading)["notifier_family"] < truth
    assert any(note.key == "statbank.old_series" for note in reading.notes)


def test_two_versions_of_a_table_are_not_mixed(tmp_path):
    folder = banks.write_bank(tmp_path)
    revised = (folder / "ANBAAR9.csv").read_text(encoding="utf-8").replace(";160\n", ";163\n")
    (folder / "ANBAAR9 (revised).csv").write_text(revised, encoding="utf-8")
    with pytest.raises(Problem) as told:
        read_folder(folder, HERNING)
    assert told.value.key == "statbank.two_versions"
    assert told.value.line == 5


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (
            lambda f: (f / "UND1.csv").write_text("ADMKOM;TID;INDHOLD\n657;2024;3\n", "utf-8"),
            "statbank.columns",
        ),
        (lambda f: (f / "ANBAAR14.csv").rename(f / "new.csv"), "statbank.which"),
        (
            lambda f: (f / "ANBAAR9.csv").write_text(HEAD + "\n657;0;2024;x\n", "utf-8"),
            "statbank.not_a_number",
        ),
    ],
)
def test_a_mistake_is_a_sentence(change, key, tmp_path):
    folder = banks.write_bank(tmp_path)
    change(folder)
    with pytest.raises(Problem) as told:
        read_folder(folder, HERNING)
    assert told.value.key == key
    assert told.value.file


def test_no_table_or_no_municipality_is_a_sentence(tmp_path):
    with refused("statbank.no_folder"):
        read_folder(tmp_path / "none", HERNING)
    with refused("statbank.no_tables"):
        read_folder(tmp_path, HERNING)
    with refused("statbank.no_figures"):
        read_folder(banks.write_bank(tmp_path), find("Vejle"))


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("657", 657),
        ("0657", 657),
        ("Herning", 657),
        ("657 Herning", 657),
        ("Hele landet", 0),
        ("000", 0),
        ("Landsdel Fyn", None),
    ],
)
def test_a_place_is_known_by_code_name_or_both(told, code):
    assert place_code(told) == code


@pytest.mark.parametrize(
    ("dim", "told", "table", "code"),
    [
        ("age", "0", "UND1", "0"),
        ("age", "00", "UND1", "TOTAL"),
        ("age", "0", "ANBAAR9", "TOTAL"),
        ("age", "17 years", "FOLK1A", "17"),
        ("age", "9917", "ANBAAR9", "0-17"),
        ("age", "0-17 years", "ANBAAR14", "0-17"),
        ("age", "U0 Ufødt", "UND1", "UNBORN"),
        ("age", "Age, total", "FOLK1A", "TOTAL"),
        ("notifier", "2 Skole eller andet uddannelsessted", "UND1", "2"),
        ("notifier", "Total", "UND1", "TOTAL"),
        ("time", "2024Q4", "FOLK1A", "2024K4"),
        ("sex", "TOT", "FOLK1A", "TOTAL"),
    ],
)
def test_a_cell_is_known_by_code_text_or_both(dim, told, table, code):
    assert code_of(dim, told, table) == code


class Bank(BaseHTTPRequestHandler):
    """Answers as StatBank's interface does."""

    asked: ClassVar[list] = []

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append((self.path, asked))
        table = asked["table"]
        if self.path == "/v1/tableinfo":
            heads, values = banks.LAYOUT[table]
            variables = [{"id": heads[0], "values": [{"id": c} for c in ("000", banks.TOWN, banks.OTHER)]}]
            variables += [
                {"id": head, "values": [{"id": c} for c in codes]}
                for head, codes in zip(heads[1:], values, strict=True)
            ]
            times = banks.TIMES.get(table, ("2023", "2024"))
            variables.append({"id": "Tid", "time": True, "values": [{"id": t, "text": t} for t in times]})
            return self.answer(json.dumps({"id": table, "variables": variables}).encode())
        chosen = {v["code"].upper(): v["values"] for v in asked["variables"]}
        assert asked["format"] == "BULK"
        heads = [*banks.LAYOUT[table][0], "TID"]
        assert set(chosen) == set(heads), "BULK wants every variable"
        lines = [";".join([*heads, "INDHOLD"])]
        for row in banks.rows(table):
            if all(chosen[h] == ["*"] or told in chosen[h] for h, told in zip(heads, row[:-1], strict=True)):
                lines.append(";".join(row))
        return self.answer(("\ufeff" + "\r\n".join(lines) + "\r\n").encode("utf-8"))

    def answer(self, body, code=200):
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def address():
    server = HTTPServer(("127.0.0.1", 0), Bank)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    Bank.asked = []
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_what_is_fetched_is_read_as_what_is_downloaded(address, tmp_path):
    written = fetch(HERNING, tmp_path / "bank", address=address)
    assert {path.stem for path in written} == set(banks.LAYOUT)
    assert figures(read_folder(tmp_path / "bank", HERNING)) == pytest.approx(banks.truth())
    assert all(banks.OTHER not in path.read_text("utf-8-sig") for path in written if path.stem == "ANBAAR9")


def test_a_refusal_and_a_dead_line_are_sentences(address, tmp_path, monkeypatch):
    def refuse(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(
            json.dumps({"errorTypeCode": "EXTRACT-NOTFOUND", "message": "Tabellen findes ikke"}).encode(), 400
        )

    with monkeypatch.context() as patch:
        patch.setattr(Bank, "do_POST", refuse)
        with pytest.raises(Problem) as told:
            fetch(HERNING, tmp_path, address=address)
    assert (told.value.key, told.value.values["code"]) == ("fetch.refused", 400)
    assert told.value.values["message"] == "Tabellen findes ikke"
    with monkeypatch.context() as patch:
        patch.setattr(Bank, "do_POST", lambda self: self.answer(b"<html>maintenance</html>"))
        with refused("fetch.odd_answer"):
            fetch(HERNING, tmp_path, address=address)
    with refused("fetch.no_connection"):
        fetch(HERNING, tmp_path, address="http://127.0.0.1:9")
    with refused("fetch.address"):
        fetch(HERNING, tmp_path, address="file:///a/b")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("BU28", "country"), ("ISBU04", "region"), ("ANBAAR13", "legal"), ("ISBU01", "measures"),
        ("ISBU02", "in_year"), ("BU43", "support"), ("LABY16", "groups"),
    ],
)  # fmt: skip
def test_a_known_table_without_a_figure_is_named_with_the_reason(name, why, tmp_path):
    folder = banks.write_bank(tmp_path)
    (folder / f"{name}.csv").write_text(
        "KOMMUNEDK;INDSATSER;TID;INDHOLD\n657;3;2024;9999\n", encoding="utf-8"
    )
    reading = read_folder(folder, HERNING)
    assert figures(reading) == pytest.approx(banks.truth())
    (note,) = [note for note in reading.notes if note.key == f"statbank.without_{why}"]
    for lang in wording.languages():
        assert name in wording.say(note.key, lang, **note.values)
