"""A target rule says in words whom a programme is for; it is read strictly into bounds that rules can check.

    age in 3..8 years and need >= 1.2 and family in (child_focused, multi_problem)

Signs are compared with numbers (`<`, `<=`, `>`, `>=`, `in LOW..HIGH`) or named values (`is`, `in (A, B)`),
and put together with `and`, `or`, `not` and parentheses. Nothing else is understood, so a rule can do no
harm and cannot be slow. Age, the child's and the mother's, is counted in completed years, or months where
the rule says so: 3..8 years is from the third birthday until the ninth. Need is what a screening reads,
which errs.
"""

import re
from dataclasses import dataclass
from functools import cache
from itertools import product
from math import inf, nextafter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trappen.agents.programme import SIGNS, TargetSign
from trappen.agents.states import PREGNANCY_MONTHS, FamilyKind, Problem, Step
from trappen.model.nearest import nearest

MAX_LENGTH = 500
MAX_RULES = 24
YOUNGEST, OLDEST = -PREGNANCY_MONTHS, 18 * 12 - 1

NAMED: dict[TargetSign, dict[str, int]] = {
    TargetSign.STEP: {step.name.lower(): step.value for step in Step},
    TargetSign.CASE: {"none": 0, "open": 1},
    TargetSign.KIND: {
        "none": FamilyKind.NONE.value,
        "community": FamilyKind.COMMUNITY_PROBLEM.value,
        "child_focused": FamilyKind.CHILD_FOCUSED_MILD.value,
        "multi_problem": FamilyKind.MULTI_PROBLEM.value,
    },
    TargetSign.PROBLEM: {problem.name.lower(): problem.value for problem in Problem},
    TargetSign.NETWORK: {"no": 0, "yes": 1},
    TargetSign.SEX: {"girl": 0, "boy": 1},
}
"""Signs whose values have names, and the values."""

AGES = (TargetSign.AGE, TargetSign.MOTHER_AGE)
"""Signs that are counted in months, and told in completed years where a rule does not say months."""

WORDS = {"family": TargetSign.KIND} | {
    sign.name.lower(): sign for sign in TargetSign if sign is not TargetSign.KIND
}
"""What a rule can ask, by the word for it."""

type Bounds = dict[TargetSign, tuple[float, float]]


class TargetError(Exception):
    """A rule that cannot be understood: the sentence's key, the column where, and what it needs."""

    def __init__(self, key: str, column: int, **values: Any) -> None:
        super().__init__(key)
        self.key, self.values = key, {"column": column, **values}


@dataclass(frozen=True)
class Target:
    """Whom a programme is for: in the target group is who fits one of the alternatives.

    Attributes
    ----------
    text
        The rule as it was written.
    alternatives
        Least and most of each sign that is asked for, both included; ages in months.
    """

    text: str
    alternatives: tuple[Bounds, ...]

    @property
    def ages(self) -> tuple[int, int]:
        """Least and most age in months, over the alternatives."""
        ages = [bounds.get(TargetSign.AGE, (-inf, inf)) for bounds in self.alternatives]
        least, most = min(low for low, _ in ages), max(high for _, high in ages)
        return int(max(least, YOUNGEST)), int(min(most, OLDEST))

    def table(self) -> NDArray[np.float64]:
        """Return the alternatives as the compiled rules read them, shape (alternatives, 2, SIGNS)."""
        bounds = np.empty((len(self.alternatives), 2, SIGNS))
        bounds[:, 0], bounds[:, 1] = -inf, inf
        for row, alternative in enumerate(self.alternatives):
            for sign, (low, high) in alternative.items():
                bounds[row, :, sign] = low, high
        return bounds


@cache
def read_target(text: str) -> Target:
    """Read a rule.

    Raises
    ------
    TargetError
        It cannot be understood, or nobody could fit it.
    """
    if len(text) > MAX_LENGTH:
        raise TargetError("target.too_long", MAX_LENGTH + 1, limit=MAX_LENGTH)
    return Target(" ".join(text.split()), tuple(_Reader(text).whole()))


_TOKEN = re.compile(
    r"\s*(?:(?P<number>-?\d+(?:\.\d+)?)|(?P<word>[A-Za-zÆØÅæøå_]+)|(?P<mark><=|>=|<|>|\.\.|[(),]))"
)


class _Reader:
    """Reads a rule from left to right; `negate` pushes a `not` down to the comparisons."""

    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str, int]] = []
        at = 0
        while text[at:].strip():
            found = _TOKEN.match(text, at)
            if found is None:
                rest = text[at:].lstrip()
                column = len(text) - len(rest) + 1
                raise TargetError("target.odd_character", column, given=rest[0])
            kind = str(found.lastgroup)
            self.tokens.append((kind, found[kind], found.start(kind) + 1))
            at = found.end()
        self.tokens.append(("end", "", len(text) + 1))
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at][1]

    def take(self) -> tuple[str, str, int]:
        token = self.tokens[self.at]
        self.at += token[0] != "end"
        return token

    def expect(self, *words: str) -> str:
        _, given, column = self.take()
        if given not in words:
            raise TargetError("target.unexpected", column, given=given or "...", known=", ".join(words))
        return given

    def whole(self) -> list[Bounds]:
        alternatives = self.either(False)
        kind, given, column = self.tokens[self.at]
        if kind != "end":
            raise TargetError("target.unexpected", column, given=given, known="and, or")
        if not alternatives:
            raise TargetError("target.nobody", 1)
        return alternatives

    def either(self, negate: bool) -> list[Bounds]:
        parts = [self.both(negate)]
        while self.peek() == "or":
            self.take()
            parts.append(self.both(negate))
        return self.joined(parts, every=negate)

    def both(self, negate: bool) -> list[Bounds]:
        parts = [self.one(negate)]
        while self.peek() == "and":
            self.take()
            parts.append(self.one(negate))
        return self.joined(parts, every=not negate)

    def one(self, negate: bool) -> list[Bounds]:
        if self.peek() == "not":
            self.take()
            return self.one(not negate)
        if self.peek() == "(":
            self.take()
            inner = self.either(negate)
            self.expect(")")
            return inner
        return self.comparison(negate)

    def joined(self, parts: list[list[Bounds]], *, every: bool) -> list[Bounds]:
        """Put alternatives together: one of each part at once, or any part."""
        if len(parts) == 1:
            return parts[0]
        if not every:
            alternatives = [bounds for part in parts for bounds in part]
        else:
            alternatives = [met for chosen in product(*parts) if (met := _meet(chosen)) is not None]
        if len(alternatives) > MAX_RULES:
            raise TargetError("target.too_many", self.tokens[self.at][2], limit=MAX_RULES)
        return alternatives

    def comparison(self, negate: bool) -> list[Bounds]:
        kind, word, column = self.take()
        if word == "pregnancy":
            return _alternatives(TargetSign.AGE, [(-inf, -1)], negate)
        if kind != "word" or word not in WORDS:
            if kind == "word" and (near := nearest(word, WORDS)):
                raise TargetError("target.unknown_sign_near", column, given=word, nearest=", ".join(near))
            known = ", ".join([*WORDS, "pregnancy"])
            raise TargetError("target.unknown_sign", column, given=word or "...", known=known)
        sign = WORDS[word]
        comparators = ("is", "in") if sign in NAMED else ("<", "<=", ">", ">=", "in", "is")
        how = self.expect(*comparators)
        if sign in NAMED:
            values = self.names(sign, how)
            return _alternatives(sign, [(value, value) for value in values], negate)
        return _alternatives(sign, [self.numbers(sign, how)], negate)

    def names(self, sign: TargetSign, how: str) -> list[int]:
        if how == "is":
            return [self.name(sign)]
        self.expect("(")
        values = [self.name(sign)]
        while self.expect(",", ")") == ",":
            values.append(self.name(sign))
        return values

    def name(self, sign: TargetSign) -> int:
        _, word, column = self.take()
        known = NAMED[sign]
        if word not in known:
            raise TargetError("target.unknown_value", column, given=word or "...", known=", ".join(known))
        return known[word]

    def number(self) -> tuple[float, int]:
        kind, text, column = self.take()
        if kind != "number":
            raise TargetError("target.no_number", column, given=text or "...")
        return float(text), column

    def numbers(self, sign: TargetSign, how: str) -> tuple[float, float]:
        first, column = self.number()
        last = first
        if how == "in":
            self.expect("..")
            last, column = self.number()
            if last < first:
                raise TargetError("target.order", column, low=f"{last:g}", high=f"{first:g}")
        if sign not in AGES:
            return _between(how, first, last)
        if not (first.is_integer() and last.is_integer()):
            raise TargetError("target.whole_age", column)
        unit = 12
        if self.peek() in ("years", "months"):
            unit = 12 if self.take()[1] == "years" else 1
        low, high = _between(how, first, last, step=1)
        return low * unit, high * unit + unit - 1


def _between(how: str, first: float, last: float, step: float = 0) -> tuple[float, float]:
    """Return the least and most a comparison allows; whole numbers with step 1."""
    if how in ("<", "<="):
        below = first - step if step else nextafter(first, -inf)
        return -inf, (first if how == "<=" else below)
    if how in (">", ">="):
        above = first + step if step else nextafter(first, inf)
        return (first if how == ">=" else above), inf
    return first, last


def _alternatives(sign: TargetSign, spans: list[tuple[float, float]], negate: bool) -> list[Bounds]:
    """Return one alternative a span, or one a gap between the spans."""
    if not negate:
        return [{sign: span} for span in spans]
    whole = sign in NAMED or sign in AGES
    gaps, low = [], -inf
    for first, last in sorted(spans):
        high = first - 1 if whole else nextafter(first, -inf)
        if low <= high and first > -inf:
            gaps.append((low, high))
        low = last + 1 if whole else nextafter(last, inf)
    if low < inf:
        gaps.append((low, inf))
    return [{sign: gap} for gap in gaps]


def _meet(chosen: tuple[Bounds, ...]) -> Bounds | None:
    """Return what fits all of some bounds, or None where nothing can."""
    met: Bounds = {}
    for bounds in chosen:
        for sign, (low, high) in bounds.items():
            least, most = met.get(sign, (-inf, inf))
            met[sign] = max(low, least), min(high, most)
            if met[sign][0] > met[sign][1]:
                return None
    return met
