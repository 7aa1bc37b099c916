"""Files made to do harm are refused quickly, and no change to a good file gives anything but a sentence."""

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from trappen.agents.problem import Problem
from trappen.scenarios.scenario import load_scenario

GOOD = (Path(__file__).parent / "broken" / "good_scenario.yaml").read_text(encoding="utf-8")
BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)

HOSTILE = {
    "alias bomb": (BOMB, "file.anchor"),
    "5000 brackets": ("a: " + "[" * 5000 + "]" * 5000, "file.depth"),
    "5000 braces": ("a: " + "{a: " * 5000 + "}" * 5000, "file.depth"),
    "5000 indents": ("\n".join(" " * n + "a:" for n in range(600)), "file.depth"),
    "5000 dashes": ("- " * 5000 + "a", "file.depth"),
    "5000 questions": ("? " * 5000 + "a", "file.key_complex"),
    "300 kB": (GOOD + "# " + "x" * 300_000, "file.too_large"),
    "190 kB of items": ("a: [" + "1," * 95_000 + "1]", "file.events"),
    "190 kB of entries": ("".join(f"k{n}: 1\n" for n in range(20_000)), "file.events"),
    "190 kB of one word": ("x" * 190_000, "file.not_mapping"),
    "190 kB of quotes": ("a: '" + "''" * 95_000, "file.unclosed"),
    "python tag": ("name: !!python/object/apply:os.system ['true']\n", "file.tag"),
    "merge key": ("<<: *base\n", "file.alias"),
    "tag directive": ("%TAG ! tag:x,2000:\n---\nname: x\n", "file.directive"),
    "endless file": (None, "file.not_a_file"),
}


@pytest.mark.parametrize(("text", "key"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_in_two_seconds(text, key, tmp_path):
    path = tmp_path / "x.yaml"
    if text is None:
        path = Path("/dev/zero")
        if not path.exists():
            pytest.skip("no endless device here")
    else:
        path.write_text(text, encoding="utf-8")
    begun = time.process_time()
    with pytest.raises(Problem) as caught:
        load_scenario(path)
    assert caught.value.key == key
    assert time.process_time() - begun < 2


PIECES = st.sampled_from(
    [
        *("", ": ", "- ", "? ", "&a ", "*a", "!x ", "!!map ", "|\n", ">\n", "<<", "---\n", "..."),
        *("0,5", ".nan", "1e999", "007", "1.000", "null", "true", "no", "9" * 400),
        *("name", "policy: {}", "caseload", "\x00", "\ufeff", "\u2028", "\x85", "é", "\U0001f600"),
        *"\n\t:[]{}\"'#%@,",
    ]
)
CHANGE = st.tuples(st.integers(0, len(GOOD)), st.integers(0, 30), st.one_of(PIECES, st.text(max_size=8)))


@given(changes=st.lists(CHANGE, min_size=1, max_size=6))
@example(changes=[(0, len(GOOD), "")])
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_changed_file_loads_or_gets_sentences(changes, tmp_path, register, english):
    text = GOOD
    for at, length, piece in changes:
        text = text[:at] + piece + text[at + length :]
    check_only_sentences(text.encode("utf-8", "surrogatepass"), tmp_path, register)


@given(raw=st.binary(max_size=200), at=st.integers(0, len(GOOD)))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_bytes_of_any_kind_load_or_get_sentences(raw, at, tmp_path, register, english):
    good = GOOD.encode()
    check_only_sentences(good[:at] + raw + good[at:], tmp_path, register)


def check_only_sentences(raw, folder, register):
    path = folder / "x.yaml"
    path.write_bytes(raw)
    try:
        load_scenario(path, register=register).resolved()
    except Problem as problem:
        said = str(problem)
    else:
        said = "all is well"
    assert said.strip()
