"""Target rules are read into the bounds they say; what cannot be understood is told with its column."""

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trappen.agents.programme import TargetSign
from trappen.agents.states import FamilyKind
from trappen.policies.target import TargetError, read_target

AGE, NEED, KIND, STRAIN = TargetSign.AGE, TargetSign.NEED, TargetSign.KIND, TargetSign.STRAIN


def fits(text, **signs):
    """Tell whether a child with these signs is in the target group, by the table the kernels read."""
    values = np.zeros(len(TargetSign))
    for name, value in signs.items():
        values[TargetSign[name.upper()]] = value
    table = read_target(text).table()
    return bool(((table[:, 0] <= values) & (values <= table[:, 1])).all(axis=1).any())


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("age in 3..8 years", (36, 107)),
        ("age in 3..8", (36, 107)),
        ("age < 3 years", (-9, 35)),
        ("age <= 3 years", (-9, 47)),
        ("age > 3 years", (48, 215)),
        ("age >= 3 years", (36, 215)),
        ("age in 6..18 months", (6, 18)),
        ("age < 18 months", (-9, 17)),
        ("pregnancy", (-9, -1)),
        ("pregnancy or age < 2 years", (-9, 23)),
        ("not pregnancy", (0, 215)),
        ("need >= 1", (-9, 215)),
    ],
)
def test_ages(text, ages):
    assert read_target(text).ages == ages


@pytest.mark.parametrize(
    ("text", "signs", "fit"),
    [
        ("mother_age < 25 years", {"mother_age": 299}, True),
        ("mother_age < 25", {"mother_age": 300}, False),
        ("not mother_age < 25", {"mother_age": 300}, True),
        ("mother_age in 240..299 months", {"mother_age": 239}, False),
        ("need >= 1.2", {"need": 1.2}, True),
        ("need > 1.2", {"need": 1.2}, False),
        ("not need > 1.2", {"need": 1.2}, True),
        ("family is multi_problem", {"kind": FamilyKind.MULTI_PROBLEM}, True),
        ("not family is multi_problem", {"kind": FamilyKind.MULTI_PROBLEM}, False),
        ("family in (community, child_focused)", {"kind": FamilyKind.CHILD_FOCUSED_MILD}, True),
        ("not family in (community, child_focused)", {"kind": FamilyKind.CHILD_FOCUSED_MILD}, False),
        ("not family in (community, child_focused)", {"kind": FamilyKind.NONE}, True),
        ("need >= 1 and (strain >= 1 or adults in 1..1)", {"need": 1, "adults": 1}, True),
        ("need >= 1 and (strain >= 1 or adults in 1..1)", {"need": 1, "adults": 2}, False),
        ("not (need >= 1 or strain >= 1)", {"need": 0.5, "strain": 1.5}, False),
        ("not (need >= 1 or strain >= 1)", {"need": 0.5, "strain": 0.5}, True),
        ("not (need >= 1 and strain >= 1)", {"need": 0.5, "strain": 1.5}, True),
        ("need >= 2 or strain >= 2 and adults in 1..1", {"need": 2, "adults": 2}, True),
    ],
)
def test_who_fits(text, signs, fit):
    assert fits(text, **signs) is fit


@given(
    need=st.floats(-3, 5), strain=st.floats(-3, 5), a=st.floats(-2, 4).map(lambda x: round(x, 2)),
    b=st.floats(-2, 4).map(lambda x: round(x, 2)), negate=st.booleans(), word=st.sampled_from(["and", "or"]),
)  # fmt: skip
def test_rules_mean_what_logic_says(need, strain, a, b, negate, word):
    said = f"(need >= {a} {word} not strain < {b})"
    parts = need >= a, not strain < b
    expected = all(parts) if word == "and" else any(parts)
    assert fits(f"not {said}" if negate else said, need=need, strain=strain) is (expected != negate)


@pytest.mark.parametrize(
    ("text", "key", "column"),
    [
        ("nead >= 1", "target.unknown_sign_near", 1),
        ("need >= 1 and qqqq > 2", "target.unknown_sign", 15),
        ("need = 1", "target.odd_character", 6),
        ("need >= 1,2", "target.unexpected", 10),
        ("need 1", "target.unexpected", 6),
        ("need >= x", "target.no_number", 9),
        ("family is poor", "target.unknown_value", 11),
        ("family >= 2", "target.unexpected", 8),
        ("age in 8..3", "target.order", 11),
        ("age >= 1.5 years", "target.whole_age", 8),
        ("(need >= 1", "target.unexpected", 11),
        ("need >= 1 need", "target.unexpected", 11),
        ("need >= 2 and need < 1", "target.nobody", 1),
        ("", "target.unknown_sign", 1),
        ("need >= 1 or " * 60 + "need >= 1", "target.too_long", 501),
        (" or ".join(f"district in {n}..{n}" for n in range(25)), "target.too_long", 501),
        (" and ".join(["(need > 1 or trust > 0)"] * 5), "target.too_many", 136),
    ],
)
def test_what_cannot_be_understood_is_told_with_its_column(text, key, column):
    with pytest.raises(TargetError) as caught:
        read_target(text)
    assert (caught.value.key, caught.value.values["column"]) == (key, column)


@given(st.text(max_size=60))
def test_no_text_does_anything_but_be_read_or_refused(text):
    with suppress(TargetError):
        assert read_target(text).alternatives
