"""`trappen child` shows two lives, writes them down, and says what it cannot do."""

import pytest

from trappen.viz.captions import name_of


@pytest.mark.parametrize("lang", ["da", "en"])
def test_two_lives_are_shown(trappen, given, here, lang):
    said = trappen(["child", given / "today.yaml", given / "reform.yaml", "--pattern", "need"], lang)
    assert said.code == 0, said.err
    assert name_of("status_quo", lang) in said.out
    assert "status_quo" not in said.out
    assert list(here.iterdir()) == []


def test_lives_are_written_where_asked(trappen, given, here):
    ask = ["child", given / "today.yaml", given / "reform.yaml", "--pattern", "need", "--draw", "3"]
    for name in ("lives.md", "life.svg", "life.png"):
        said = trappen([*ask, "--output", here / name])
        assert said.code == 0, said.err
        assert (here / name).stat().st_size > 1000
    assert (here / "lives.md").read_text(encoding="utf-8").count("\n## ") == 3


@pytest.mark.parametrize(
    "wrong", [["--pattern", "happy"], ["--who", "7"], ["--output", "lives.doc"], ["--draw", "0"]]
)
def test_what_cannot_be_gets_a_sentence(trappen, given, wrong):
    said = trappen(["child", given / "today.yaml", given / "reform.yaml", *wrong])
    assert said.code == 2
    assert said.out == ""
    assert len(said.err.splitlines()) <= 3
