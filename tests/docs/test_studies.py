"""What docs/studies.md says of study files and of columns is so."""

import re
from pathlib import Path

from trappen.scenarios.studies.compute import KEYS, YEAR
from trappen.scenarios.studies.study import load_study

TEXT = (Path(__file__).parents[2] / "docs" / "studies.md").read_text(encoding="utf-8")


def test_the_example_is_a_valid_study(tmp_path):
    (code,) = re.findall(r"^```yaml study\n(.*?)^```", TEXT, re.M | re.S)
    file = tmp_path / "example.yaml"
    file.write_text(code, encoding="utf-8")
    study = load_study(file)
    assert len(study.policies) == 6
    assert study.runs == 2 * 6 * 4 * 2


def test_every_key_column_is_told():
    for name, _ in (*KEYS, YEAR):
        assert f"`{name}`" in TEXT
