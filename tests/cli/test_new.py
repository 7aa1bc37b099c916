"""`trappen new` asks: good answers make a file that runs, wrong ones ask again, leaving keeps nothing."""

import builtins
import os
import sys

import pytest

LANGUAGES = ["da", "en"]


@pytest.fixture
def answering(monkeypatch, tmp_path, trappen):
    """Answer the questions in order, in an empty folder; what is an exception is raised instead."""
    monkeypatch.chdir(tmp_path)

    def call(lang, *answers, options=()):
        waiting = iter(answers)

        def answer(question=""):
            print(question, end="")
            told = next(waiting)
            if isinstance(told, BaseException):
                raise told
            return told

        with monkeypatch.context() as patch:
            patch.setattr(builtins, "input", answer)
            patch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
            said = trappen(["new", *options], lang)
        assert next(waiting, None) is None, "an answer was not asked for"
        return said

    return call


@pytest.mark.parametrize("lang", LANGUAGES)
def test_good_answers_make_a_file_that_is_in_order_and_runs(answering, trappen, tmp_path, lang):
    said = answering(lang, "prøve", "Læsø", "herning", "1")
    assert said.code == 0, said.err
    assert "trappen run prøve.yaml" in said.out
    text = (tmp_path / "prøve.yaml").read_text(encoding="utf-8")
    assert 'municipality: "Læsø"' in text
    assert trappen(["check", "prøve.yaml"], lang).code == 0
    small = text.replace("replicates: 50", "replicates: 2")
    assert small != text
    (tmp_path / "prøve.yaml").write_text(small, encoding="utf-8")
    ran = trappen(["run", "prøve.yaml"], lang)
    assert ran.code == 0, ran.err


@pytest.mark.parametrize("lang", LANGUAGES)
def test_empty_answers_take_what_stands_in_brackets(answering, tmp_path, lang):
    said = answering(lang, "", "", "", "")
    assert said.code == 0, said.err
    for told in ("scenario", "Herning", "omlaegning", "20"):
        assert f"[{told}]" in said.out
    text = (tmp_path / "scenario.yaml").read_text(encoding="utf-8")
    assert all(told in text for told in ("name: scenario", '"Herning"', "policy: omlaegning", "years: 20"))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        (("a/b", "x", "", "", ""), "a/b"),
        (("x", "Vejlle", "Vejle", "", ""), "Vejle"),
        (("x", "", "herningg", "herning", ""), "herning"),
        (("x", "", "", "tre", "61", "0", "3"), "61"),
        (("taken", "x", "", "", ""), "taken.yaml"),
    ],
)
def test_a_wrong_answer_is_told_and_only_that_question_asked_again(answering, tmp_path, lang, answers, wrong):
    (tmp_path / "taken.yaml").write_text("mine", encoding="utf-8")
    said = answering(lang, *answers)
    assert said.code == 0
    assert wrong in said.err
    assert len(said.err.strip().splitlines()) == len(answers) - 4
    assert (tmp_path / "taken.yaml").read_text(encoding="utf-8") == "mine"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["taken.yaml", "x.yaml"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("leaving", [EOFError, KeyboardInterrupt])
@pytest.mark.parametrize("after", [0, 2])
def test_leaving_by_ctrl_c_or_ctrl_d_keeps_nothing(answering, tmp_path, lang, leaving, after):
    said = answering(lang, *["x", "Vejle"][:after], leaving())
    assert said.code == 130
    assert said.err.strip() == {"da": "Afbrudt; intet er gemt.", "en": "Interrupted; nothing was kept."}[lang]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_wrong_options_write_nothing_and_name_no_line_of_a_file_that_is_not_there(
    trappen, tmp_path, monkeypatch, lang
):
    monkeypatch.chdir(tmp_path)
    said = trappen(["new", "scenario", "--name", "a/b", "--municipality", "Vejlle"], lang)
    assert said.code == 2
    assert [line.split(":")[0] for line in said.err.splitlines()] == ["name", "municipality"]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_name_with_a_space_is_told_in_quotes(answering, lang):
    assert 'trappen run "min plan.yaml"' in answering(lang, "min plan", "", "", "").out


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals there")
def test_on_a_terminal_ctrl_d_leaves_without_a_traceback(tmp_path):
    import pty

    child, terminal = pty.fork()
    if child == 0:  # pragma: no cover
        os.chdir(tmp_path)
        os.execv(sys.executable, [sys.executable, "-m", "trappen", "new", "--lang", "da"])
    said = b""
    try:
        while True:
            said += os.read(terminal, 1024)
            if said.endswith(b"] "):
                os.write(terminal, b"\x04")
    except OSError:  # the other end is closed
        pass
    _, status = os.waitpid(child, 0)
    told = said.decode()
    assert os.waitstatus_to_exitcode(status) == 130, told
    assert "Afbrudt; intet er gemt." in told
    assert "Traceback" not in told
