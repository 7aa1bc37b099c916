"""The shipped programmes are whole; a user's own files appear everywhere or are refused with their lines."""

import json
from pathlib import Path

import pytest

import trappen
from trappen.agents.problem import Problem, Problems
from trappen.model.checking import Origin
from trappen.policies import library
from trappen.policies.catalogue import find, load_policy
from trappen.policies.hook import load_hook
from trappen.policies.lever import levers
from trappen.policies.library import load_programme
from trappen.policies.programme import Fading
from trappen.policies.target import read_target
from trappen.scenarios.files.checked import check_file
from trappen.scenarios.files.new_file import new_text
from trappen.scenarios.files.schema import KINDS, schema
from trappen.scenarios.scenario import Scenario, load_scenario, scenario_from
from trappen.viz.terminal.catalogue_list import Wanted, rows
from trappen.viz.terminal.difference import TOLD_OF_LESS, difference_text, differences
from trappen.viz.terminal.shown import show_entry
from trappen.viz.terminal.shown_programme import target_in_words
from trappen.viz.wording import NO_BREAK

PROGRAMMES = list(library.entries("programme"))
SKELETON = Path(library.__file__).parent / "skeleton.py"


@pytest.fixture(autouse=True)
def no_folder():
    yield
    library.use_folder(None)


@pytest.mark.parametrize("name", PROGRAMMES)
def test_a_programme_is_documented_in_both_languages_and_can_do_nothing(name):
    programme = library.programme(name)
    assert programme.name == name
    for text in (programme.title, programme.description, programme.delivered_by, programme.evidence.tried):
        assert text.da.strip()
        assert text.en.strip()
    assert programme.description.da != programme.description.en
    assert programme.systems
    assert programme.effects
    assert min(len(programme.evidence.study.da), len(programme.evidence.study.en)) > 30
    assert programme.price.low < programme.price.value < programme.price.high
    for effect in programme.effects:
        assert effect.size.low == 0.0 < effect.size.value <= effect.size.high  # the null is never left out
    for other in programme.excludes:
        assert name in library.programme(other).excludes
    for lang in ("da", "en"):
        assert programme.title.en in show_entry(name, "en")
        assert len(show_entry(name, lang).split("\n")) > 20


def test_the_folder_of_programmes_holds_what_the_catalogue_lists():
    files = {file.stem for file in (Path(library.__file__).parent / "programmes").glob("*.yaml")}
    assert set(PROGRAMMES) == files


def test_fading_is_what_its_words_say():
    linear = Fading(shape="linear", hold_months=36, gone_months=120)
    assert [linear.left(m) for m in (0, 36, 78, 120, 200)] == [1, 1, 0.5, 0, 0]
    half = Fading(shape="exponential", hold_months=6, gone_months=12)
    assert [half.left(m) for m in (6, 18, 30)] == [1, 0.5, 0.25]
    assert [Fading(shape="stop", hold_months=2).left(m) for m in (2, 3)] == [1, 0]
    assert Fading(shape="permanent").left(500) == 1


OWN = new_text("programme", name="egen", title="Egen indsats")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "egen.yaml").write_text(OWN, encoding="utf-8")
    policy = "name: egen_praksis\ntitle: {da: Egen, en: Own}\ndescription: {da: x, en: y}\n"
    (tmp_path / "p.yaml").write_text(policy + "levers: {caseload: 25}\nprogrammes: [egen, hpa]\n", "utf-8")
    return tmp_path


def test_a_user_s_files_appear_everywhere(folder):
    with pytest.raises(Problem):
        find("egen_praksis")
    library.use_folder(folder)
    assert [offer.programme.name for offer in find("egen_praksis").programmes] == ["egen", "hpa"]
    found = {row["name"] for row in rows(Wanted(), "da")}
    assert {"egen", "egen_praksis", "hpa", "omlaegning", "caseload"} <= found
    assert "Egen indsats" in show_entry("egen", "da")
    scenario = scenario_from("status_quo", children=500, programmes=["egen"])
    assert scenario.policy_as_run.programmes[0].programme.name == "egen"
    # A manifest needs no folder: what it says is whole.
    library.use_folder(None)
    again = Scenario.from_resolved(json.loads(json.dumps(scenario.resolved())))
    assert again == scenario


def test_a_folder_beside_the_scenario_is_found(folder, tmp_path):
    beside = tmp_path / "trappen-catalogue"
    beside.mkdir()
    (folder / "egen.yaml").rename(beside / "egen.yaml")
    path = tmp_path / "s.yaml"
    path.write_text("name: s\nchildren: 900\npolicy: status_quo\nprogrammes: [egen]\n", encoding="utf-8")
    assert load_scenario(path).policy_as_run.programmes[0].programme.title.da == "Egen indsats"


def test_the_variable_names_a_folder(folder, monkeypatch):
    monkeypatch.setenv(library.VARIABLE, str(folder))
    library.forget()
    assert "egen" in library.entries("programme")
    monkeypatch.setenv(library.VARIABLE, str(folder / "none"))
    with pytest.raises(Problem) as caught:
        library.entries("programme")
    assert caught.value.key == "catalogue.no_folder"


def test_two_files_of_one_name_are_refused(folder):
    (folder / "other.yaml").write_text(OWN.replace("name: egen", "name: hpa"), encoding="utf-8")
    library.use_folder(folder)
    with pytest.raises(Problem) as caught:
        library.entries("programme")
    assert (caught.value.key, caught.value.line) == ("catalogue.same_name", 3)
    assert caught.value.values == {"given": "hpa", "other": "hpa.yaml"}


@pytest.mark.parametrize(
    ("old", "new", "key", "line"),
    [
        ("need >= 1.2 and", "nead >= 1.2 and", "target.unknown_sign_near", 9),
        ("place: day_care", "place: moon", "field.choice", 10),
        ("reach: 0.5", "reach: 1.5", "field.out_of_range", 13),
        ("low: 12000", "low: 22000", "policy_file.cost_order", 19),
        ("value: 0.2, low: 0.0", "value: 0.2, low: 0.3", "policy_file.cost_order", 22),
        ("gone_months: 48", "gone_months: 4", "programme.fade_order", 25),
        (", hold_months: 12, gone_months: 48", "", "programme.no_fade", 25),
        ("  grade: assumed             # trial", "  grade: sure   # trial", "field.choice", 28),
        ("months: 6\n", "", "field.missing", None),
        ("months: 6\n", "months: 6\ncolour: red\n", "field.unknown", 18),
    ],
)
def test_a_wrong_programme_is_told_with_its_line(tmp_path, old, new, key, line):
    assert old in OWN
    path = tmp_path / "x.yaml"
    path.write_text(OWN.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Problems) as caught:
        load_programme(path)
    assert [(problem.key, problem.line) for problem in caught.value.found] == [
        (key, line or 3)
    ] or line is None
    assert key in [problem.key for problem in caught.value.found]
    with pytest.raises(Problems):
        check_file(path)


def policy_text(extra):
    return f"name: mixed\ntitle: {{da: x, en: x}}\ndescription: {{da: x, en: x}}\n{extra}"


def refusal(tmp_path, extra):
    path = tmp_path / "mixed.yaml"
    path.write_text(policy_text(extra), encoding="utf-8")
    with pytest.raises(Problems) as caught:
        load_policy(path)
    return caught.value.found


@pytest.fixture
def two_practices(tmp_path):
    for name, caseload, more in (("one", 20, "hpa"), ("two", 28, "volunteers")):
        text = policy_text(f"levers:\n  caseload: {caseload}\nprogrammes:\n  - {more}\n")
        (tmp_path / f"{name}.yaml").write_text(text.replace("mixed", name), encoding="utf-8")
    library.use_folder(tmp_path)
    return tmp_path


def test_practices_that_disagree_are_refused_naming_both_files_and_lines(two_practices):
    (problem,) = refusal(two_practices, "practices: [one, two]\n")
    assert problem.key == "policy_file.conflict"
    assert problem.values["first"] == f"{two_practices / 'one.yaml'}:5"
    assert problem.values["second"] == f"{two_practices / 'two.yaml'}:5"
    assert (problem.values["one"], problem.values["other"]) == ("20.0", "28.0")
    path = two_practices / "mixed.yaml"
    path.write_text(policy_text("practices: [one, two]\nlevers: {caseload: 24}\n"), encoding="utf-8")
    mixed = load_policy(path)
    assert mixed.levers["caseload"] == 24
    assert [offer.programme.name for offer in mixed.programmes] == ["hpa", "volunteers"]


def test_programmes_that_exclude_each_other_are_refused(tmp_path):
    (problem,) = refusal(tmp_path, "programmes:\n  - duaa_parents\n  - duaa_home_visits\n")
    assert problem.key == "policy_file.exclusive"
    assert {problem.values["one"], problem.values["other"]} == {"duaa_parents", "duaa_home_visits"}


@pytest.mark.parametrize(
    ("extra", "key"),
    [
        ("programmes: [hpaa]\n", "programme.unknown_near"),
        ("programmes: [hpa, hpa]\n", "policy_file.programme_twice"),
        ("programmes: [4]\n", "programme.odd"),
        ("programmes: 4\n", "field.not_list"),
        ("programmes: [{programme: hpa, reach: 3}]\n", "field.out_of_range"),
        ("practices: [omlagning]\n", "policy_file.unknown_near"),
        ("practices: [herning]\nlevers: nonsense\n", "field.not_mapping"),
        ("practices: [herning]\nlevers: -7\n", "field.not_mapping"),
    ],
)
def test_a_wrong_list_of_programmes_or_practices(tmp_path, extra, key):
    problems = refusal(tmp_path, extra)
    assert key in [problem.key for problem in problems]
    assert all(problem.line for problem in problems)


def test_a_policy_made_of_itself_is_refused(tmp_path):
    path = tmp_path / "loop.yaml"
    path.write_text(policy_text("practices: [loop]\n").replace("mixed", "loop"), encoding="utf-8")
    library.use_folder(tmp_path)
    with pytest.raises(Problem) as caught:
        find("loop")
    assert "policy_file.own_practice" in [problem.key for problem in getattr(caught.value, "found", [])]


def test_programmes_have_dates_of_their_own():
    offers = [{"programme": "hpa", "start_year": 2, "months": 0, "stop_year": 4}, "volunteers"]
    policy = scenario_from("omlaegning", programmes=offers).policy_as_run
    phases = policy.programme_phases(range(72))
    assert phases[:, 0].tolist() == [0.0] * 24 + [1.0] * 24 + [0.0] * 24
    assert phases[:, 1].tolist() == policy.phase(range(72)).tolist()
    new = policy.new_efforts(range(72), 24)
    assert new[0] == 2.0  # the volunteers, and the change itself
    assert new[30] == 1.0  # the change, in its third year; HPA is carried by each day care itself
    assert new[60] == 0.0


def test_the_difference_says_levers_programmes_and_evidence():
    today, reform = find("status_quo"), find("omlaegning")
    found = differences(
        today, reform.with_programmes(scenario_from("status_quo", programmes=["hpa"]).programmes)
    )
    assert found["levers"]["caseload"] == {"from": 31, "to": 23, "grade": "evaluation"}
    assert found["programmes_new"] == ["hpa"]
    text = difference_text(today, reform, "da").replace(NO_BREAK, " ")
    assert "fra 31 til 23 sager pr. sagsbehandler" in text
    assert "fra 30 % til 80 %" in text
    assert "no difference" in difference_text(today, today, "en")


def test_a_lever_that_goes_back_is_not_told_as_if_it_went_up():
    """What a lever gives is said of more of it; of three of them, of less."""
    today, reform = find("status_quo"), find("omlaegning").with_levers({"leadership": 0.5})
    there, back = (
        " ".join(difference_text(*pair, "en").split()) for pair in ((today, reform), (reform, today))
    )
    assert "there is less of this" not in there
    moved = sum(reform.levers[name] != today.levers[name] for name in reform.levers)
    assert back.count("So there is less of this: ") == moved
    assert set(TOLD_OF_LESS) <= set(levers())


def _offering(name="status_quo", **terms):
    return scenario_from(name, programmes=[{"programme": "klar_til_barn", **terms}]).policy_as_run


@pytest.mark.parametrize("lang", ["da", "en"])
def test_a_programmes_own_start_phase_in_and_places_are_told(lang, monkeypatch, tmp_path):
    """The policy's own dates, which nothing follows, are not told in their place."""
    monkeypatch.setenv("COLUMNS", "80")
    offers = _offering(start_year=3, months=24, served=35, stop_year=9)
    text = difference_text(find("status_quo"), offers, lang)
    assert max(map(len, text.splitlines())) <= 80
    told = " ".join(text.replace(NO_BREAK, " ").split())
    wanted = {
        "da": ("år 4 og er fuldt indfaset efter 24 måneder. Fra januar i år 10 er", "plads til 35"),
        "en": ("year 4 and is wholly in force after 24 months. From January of year 10", "room for 35"),
    }[lang]
    assert all(part in told for part in wanted)
    assert {"da": "i år 1 ", "en": "in year 1 "}[lang] not in told

    file = tmp_path / "own.yaml"
    file.write_text(
        "name: own\ntitle: {da: Egen, en: Own}\ndescription: {da: d, en: e}\n"
        "programmes: [{programme: klar_til_barn, start_year: 3, months: 24, served: 35}, volunteers]\n",
        encoding="utf-8",
    )
    shown = show_entry(str(file), lang)
    assert max(map(len, shown.splitlines())) <= 80
    shown = " ".join(shown.replace(NO_BREAK, " ").split())
    wanted = {
        "da": ("plads til 35", "klar_til_barn: Fra januar 3 år efter startåret, indfaset over 24 måneder"),
        "en": ("room for 35", "klar_til_barn: From January 3 years after the start year, phased in over 24"),
    }[lang]
    assert all(part in shown for part in wanted)
    assert {"da": "Fra begyndelsen af startåret", "en": "From the beginning"}[lang] in shown  # the volunteers


def test_other_terms_are_told_from_what_to_what():
    before, after = _offering(served=20), _offering(served=40, reach=0.5, months=12, stop_year=5)
    found = differences(before, after)
    assert found["programmes_changed"] == ["klar_til_barn"]
    assert found["programmes_terms"]["klar_til_barn"]["served"] == {"from": 20.0, "to": 40.0}
    told = " ".join(difference_text(before, after, "da").replace(NO_BREAK, " ").split())
    for part in (
        "målgruppen, der får tilbuddet, fra 40 % til 50 %",
        "børn fra 20 til 40",
        "indfasning fra 0 til 12",
        "fra aldrig til januar i år 6",
    ):
        assert part in told
    assert "begyndelse" not in told
    # The same said in full is no difference, and dates that differ are one even where no lever does.
    assert not differences(_offering(), _offering(served=20, start_year=0, months=0))["programmes_changed"]
    later = find("omlaegning").model_copy(update={"stop_year": 8})
    assert "end from never to January of year 9" in difference_text(find("omlaegning"), later, "en")


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("pregnancy or age < 2 years", "from pregnancy to age 1"),
        ("age in 3..5 years or age in 3..4 years", "children aged 3-5"),
        (
            "age < 18 years and family in (community, multi_problem) and case is open",
            "from pregnancy to age 17, families with problems around them or with many problems, "
            "with an open case with the authority",
        ),
        ("need >= 0.8", "measured need at least 0.8 standard deviations above the mean"),
        ("coping <= -1", "coping at most 1 standard deviation below the mean"),
        ("pregnancy and mother_age < 25", "pregnancies, the mother is under 25"),
    ],
)
def test_a_target_is_told_once_and_in_words(rule, told):
    assert target_in_words(read_target(rule), "en").replace(NO_BREAK, " ") == told


@pytest.mark.parametrize(
    ("wanted", "has", "lacks"),
    [
        (Wanted(age=-1), "nurse_home_visits", "hpa"),
        (Wanted(grade="trial", kind="programme"), "hpa", "klar_til_barn"),
        (Wanted(leg="provider"), "pcit_infancy", "hpa"),
        (Wanted(prevention="tertiary"), "school_support", "hpa"),
        (Wanted(step=3), "intensive_family_treatment", "hpa"),
        (Wanted(search="frivillig"), "volunteers", "hpa"),
        (Wanted(system="A8"), "familiepladser", "hpa"),
        (Wanted(kind="lever"), "caseload", "hpa"),
    ],
)
def test_search_and_filters(wanted, has, lacks):
    names = [row["name"] for row in rows(wanted, "da")]
    assert has in names
    assert lacks not in names


@pytest.mark.parametrize("kind", KINDS)
def test_new_files_are_good_as_they_are_written(kind, tmp_path):
    path = tmp_path / "ny.yaml"
    path.write_text(new_text(kind, name="ny", title='Ny "prøve"'), encoding="utf-8")
    assert check_file(path).kind == kind


@pytest.mark.parametrize("kind", KINDS)
def test_the_published_schema_is_the_declaration(kind):
    file = Path(__file__).parents[2] / "docs" / "schema" / f"{kind}.json"
    assert json.loads(file.read_text(encoding="utf-8")) == json.loads(json.dumps(schema(kind)))


def test_a_hook_is_loaded_on_request_only_and_held_to_the_bounds(tmp_path):
    hook = load_hook(SKELETON)
    scenario = scenario_from("omlaegning", children=400, years=2)
    assert (scenario.with_hook(hook).levers_paid(24) == scenario.levers_paid(24)).all()
    path = tmp_path / "h.py"
    path.write_text(
        "def levers_in_force(month, levers):\n"
        "    if month % 12 == 6:\n        levers['caseload'] = 45.0\n    return levers\n",
        encoding="utf-8",
    )
    hooked = scenario.with_hook(load_hook(path))
    assert hooked.levers_paid(24)[6, 0] == 45.0
    assert hooked.levers_paid(24)[7, 0] == scenario.levers_paid(24)[7, 0]
    # A manifest tells the hash, and asks for the file instead of running anything.
    again = Scenario.from_resolved(hooked.resolved())
    with pytest.raises(Problem) as caught:
        again.levers_paid(24)
    assert caught.value.key == "hook.needed"
    for wrong, key in (
        ("levers['caseload'] = 999.0", "hook.wrong"),
        ("levers.clear()", "hook.unreadable"),
        ("1 / 0", "hook.unreadable"),
    ):
        path.write_text(f"def levers_in_force(month, levers):\n    {wrong}\n    return levers\n", "utf-8")
        with pytest.raises(Problem) as caught:
            scenario.with_hook(load_hook(path)).levers_paid(24)
        assert caught.value.key == key
    for text in ("x = 1", "import nosuchmodule", "def levers_in_force(:"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(Problem):
            load_hook(path)


def test_a_scenario_cannot_ask_for_a_hook(tmp_path):
    path = tmp_path / "s.yaml"
    path.write_text("name: s\nchildren: 900\npolicy: status_quo\nhook: h.py\n", encoding="utf-8")
    with pytest.raises(Problem):
        load_scenario(path)


def test_programmes_reach_a_run_and_its_accounts():
    """From a name in a scenario to the accounts: the programmes' post is used, and only with programmes."""
    told = {"children": 500, "years": 2, "replicates": 2, "uncertainty": True}
    with_, without = (
        trappen.run("status_quo", **told, **more).accounts() for more in ({"programmes": ["hpa"]}, {})
    )
    spent = [frame[frame["post"] == "programmes"] for frame in (with_, without)]
    money = spent[0].select_dtypes("number").drop(columns=["year"], errors="ignore").to_numpy()
    assert money.max() > 0
    assert not len(spent[1]) or spent[1].select_dtypes("number").drop(columns=["year"]).to_numpy().max() == 0


def test_read_programme_needs_no_file():
    from trappen.policies.programme import read_programme

    made, problems = read_programme({"name": "x"}, Origin())
    assert made is None
    assert problems
