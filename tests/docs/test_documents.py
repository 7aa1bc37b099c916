"""The documents hold where a machine can tell: examples run, commands exist, citations lead somewhere."""

import re
from pathlib import Path

import pytest

from trappen import __version__
from trappen.agents.states import Step
from trappen.cli import build
from trappen.model.evidence import register
from trappen.model.strict_yaml import load
from trappen.policies.lever import SYSTEM_COUNTS, levers
from trappen.scenarios.fitting.targets import targets
from trappen.scenarios.parameter_sets import ALTERNATIVES
from trappen.scenarios.scenario import Structure, load_scenario

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
README = (ROOT / "README.md").read_text(encoding="utf-8")
EVIDENCE = (ROOT / "docs" / "evidence.md").read_text(encoding="utf-8")


def blocks(language):
    """List the code blocks of a language over all documents, with where they stand."""
    found = []
    for file in DOCUMENTS:
        for number, code in enumerate(
            re.findall(rf"^```{language}\n(.*?)^```", file.read_text(encoding="utf-8"), re.M | re.S)
        ):
            found.append(pytest.param(code, id=f"{file.name}-{number}"))
    return found


@pytest.mark.parametrize("code", blocks("python"))
def test_an_example_runs(code, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "example", "exec"), {"__name__": "example"})


@pytest.mark.parametrize("code", blocks("yaml"))
def test_an_example_of_a_scenario_is_valid(code, tmp_path):
    file = tmp_path / "example.yaml"
    file.write_text(code, encoding="utf-8")
    assert load_scenario(file).years == 30


def test_the_two_commands_stand_exactly():
    assert re.findall(r"^```sh\n(.*?)\n```", README, re.M | re.S) == [
        "pip install uv && uv run trappen compare",
        "uv run pytest",
    ]


def test_the_tests_are_run_by_the_command_the_readme_gives():
    ci = ROOT / ".ci" / "run"
    if not ci.exists():
        pytest.skip("this copy has no .ci/run")
    assert re.search(r"^[^#\n]*\buv run pytest\b", ci.read_text(encoding="utf-8"), re.M)


def parsers():
    main = build("en")
    commands = next(action for action in main._actions if action.choices and action.dest == "command")
    return main, commands.choices


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.name)
def test_every_command_and_option_named_exists(file):
    main, commands = parsers()
    options = {o for p in (main, *commands.values()) for a in p._actions for o in a.option_strings}
    text = file.read_text(encoding="utf-8")
    code = re.findall(r"`([^`\n]+)`", text) + re.findall(r"^```sh\n(.*?)```", text, re.M | re.S)
    for words in code:
        for name in re.findall(r"\btrappen ([a-z]+)\b", words):
            assert name in commands, words
        if "trappen" in words or words.startswith("--"):
            assert set(re.findall(r"(?<!\S)--[a-z-]+", words)) <= options, words


def test_every_command_is_in_the_readme():
    for name in parsers()[1]:
        assert f"`trappen {name}" in README


def test_every_link_leads_to_a_file():
    for file in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#\s]+)\)", file.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (file.parent / target).exists(), f"{file.name}: {target}"


def test_every_file_named_exists():
    for file in DOCUMENTS:
        for name in re.findall(r"`((?:[a-z_]+/)+[\w.]*)`", file.read_text(encoding="utf-8")):
            if not name.startswith(("results/", "tables/", "tasks/", "kernels/")):
                assert (ROOT / name).exists(), f"{file.name}: {name}"


def test_the_readme_counts_the_evidence_right():
    grades = register().grades()
    told = re.search(r"Of (\d+)\s+parameters (\d+)\s+are assumed\s+and (\d+)\s+calibrated", README)
    assert told is not None
    assert [int(x) for x in told.groups()] == [len(register()), grades["assumed"], grades["calibrated"]]


def test_the_version_is_the_same_everywhere():
    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"\nversion: {__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert load(ROOT / "CITATION.cff", trusted=True)[0]["license"] == "MIT"
    assert "MIT License" in (ROOT / "LICENSE").read_text(encoding="utf-8")


# ---- definitions and glossary


def test_every_structural_choice_is_argued():
    text = (ROOT / "docs" / "definitions.md").read_text(encoding="utf-8")
    for switch, choice in ALTERNATIVES:
        default = getattr(Structure(), switch)
        told = re.search(rf"^### `{switch}`: `{default}` or `{choice}`\n(.*?)(?=^### |\Z)", text, re.M | re.S)
        assert told is not None, switch
        assert "*Why the default.*" in told.group(1)
        assert "*Against it*" in told.group(1)


def test_the_glossary_gives_both_languages_in_order_and_every_step():
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if "|" in line
    ]
    assert all(len(row) == 3 and all(row) for row in rows)
    terms = [re.sub(r"[`,].*", "", row[0]).casefold() for row in rows[2:]]
    assert terms == sorted(terms)
    assert all(f"`{step.name}`" in text for step in Step)


# ---- evidence

SOURCES = (
    {f"parameter {name}": entry.source for name, entry in register().items()}
    | {f"lever {name}": lever.source["en"] for name, lever in levers().items()}
    | {f"target {name}": target.source for name, target in targets().items()}
)


def test_the_sections_of_evidence_stand_in_order():
    heads = re.findall(r"^## (\w+)", EVIDENCE, re.M)
    assert heads == [*(str(n) for n in range(12)), "Prototype"]
    assert re.findall(r"^### (2\w)", EVIDENCE, re.M) == ["2a", "2b", "2c"]


@pytest.mark.parametrize("what", SOURCES)
def test_a_citation_leads_to_its_section(what):
    source = " ".join(SOURCES[what].split())
    for place in re.findall(r"docs/evidence\.md\)?,\s*(section \w+|prototype)", source):
        head = place.removeprefix("section ").capitalize()
        assert re.search(rf"^##+ {head}\b", EVIDENCE, re.M), source
    for number in re.findall(r"source (00\d)", source):
        assert f"| source {number} |" in EVIDENCE, source


@pytest.mark.parametrize("what", SOURCES)
def test_a_named_study_stands_in_the_evidence_with_its_year(what):
    source = " ".join(SOURCES[what].split())
    for name, year in re.findall(r"([A-ZÆØÅ][\wæøåÆØÅ]+)(?: et al\.)? ((?:19|20)\d\d)\b", source):
        if name in ("Denmark", "Jan", "January", "Quarter", "Default", "In"):
            continue
        lines = [line for line in EVIDENCE.splitlines() if name in line and year in line]
        assert lines, f"{what}: {name} {year}"


def test_every_system_is_listed():
    for letter, count in SYSTEM_COUNTS.items():
        for number in range(1, count + 1):
            assert f"| {letter}{number} |" in EVIDENCE


def test_the_tables_of_evidence_are_whole():
    width = 0
    for line in EVIDENCE.splitlines():
        if not line.startswith("|"):
            width = 0
            continue
        cells = line.count("|") - line.count("\\|")
        width = width or cells
        assert cells == width, line


def test_every_target_stands_in_the_evidence():
    """Section 8 gives the figure that calibration aims at, for the figures that it lists."""
    section = EVIDENCE.split("## 8.")[1].split("## 9.")[0]
    for name in ("notifications", "children_notified", "assessments", "early_started", "measures_started",
                 "preventive_on_a_day", "placed_on_a_day", "new_placements", "breakdowns"):  # fmt: skip
        value = f"{targets()[name].value:,.10g}"
        assert re.search(rf"\| {re.escape(value)} \|$", section, re.M), name
