"""The whole country is its municipalities, one by one, and their sum; nothing else."""

import json

import numpy as np
import pytest

from trappen.model.municipalities import all_municipalities, find
from trappen.scenarios.compare import compare_scenarios
from trappen.scenarios.scenario import scenario_from
from trappen.scenarios.watched.national import SHOWN, compare_national, of_country, of_municipality

PLACES = tuple(find(name) for name in ("Læsø", "Fanø", "Samsø", "Ærø"))


@pytest.fixture(scope="module")
def scenarios():
    return tuple(scenario_from(name, years=2, replicates=2) for name in ("status_quo", "omlaegning"))


@pytest.fixture(scope="module")
def nation(scenarios):
    told = []
    found = compare_national(
        *scenarios, chosen=PLACES, threads=2, say=lambda *progress: told.append(progress)
    )
    assert told == [("national", done, 4) for done in (1, 2, 3, 4)]
    return found


def test_the_total_is_the_sum_of_the_municipalities(scenarios, nation):
    each = [
        compare_scenarios(*(of_municipality(one, place) for one in scenarios), structure=False)
        for place in PLACES
    ]
    for which in (0, 1):
        for table in ("counts", "sums", "accounts"):
            parts = [getattr(one.runs[which], table) for one in each]
            np.testing.assert_allclose(getattr(nation.runs[which], table), sum(parts), rtol=1e-12)
    # And each municipality is told as a comparison of it alone tells it.
    frame = nation.by_municipality()
    assert len(frame) == len(PLACES) * len(SHOWN)
    for place, one in zip(PLACES, each, strict=True):
        summary = one.summary().set_index("row")
        for _, row in frame[frame["code"] == place.code].iterrows():
            if row["row"] in summary.index:
                assert row["difference"] == pytest.approx(summary.loc[row["row"], "difference"], nan_ok=True)


def test_neither_threads_nor_order_change_a_number(scenarios, nation):
    other = compare_national(*scenarios, chosen=PLACES[::-1], threads=1)
    assert other.result_hash == nation.result_hash
    assert other.by_municipality().equals(nation.by_municipality())


def test_it_says_that_it_is_the_country(scenarios, nation):
    manifest = json.loads(json.dumps(nation.manifest))
    assert manifest["scope"] == "all"
    assert manifest["municipality"] == "Danmark"
    assert of_country(scenarios[0]).children == sum(place.children for place in all_municipalities())
    assert nation.summary().shape[0] > 10
    assert {"prevention", "position"} <= {name for name in dir(nation) if not name.startswith("_")}


@pytest.mark.slow
def test_the_whole_country_in_one_command(tmp_path):
    """All 98 municipalities through the program itself, one year, and the same again from its manifest."""
    import trappen
    from trappen.cli import main

    line = ["--lang", "en", "compare", "--municipality", "all", "--years", "1", "--replicates", "1"]
    assert main([*line, "--output", str(tmp_path)]) == 0
    (folder,) = tmp_path.iterdir()
    assert (folder / "tables" / "by_municipality.csv").is_file()
    assert (folder / "report.html").stat().st_size > 10_000
    trappen.rerun(folder)
