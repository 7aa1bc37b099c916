"""A misspelt name is answered with the names that are nearest to it."""

import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache

_DANISH_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})


LIKE = 0.6
BEGINS = 0.7
"""Likeness from which a name is told, and that of a name which begins as the one given."""


@lru_cache(maxsize=4096)
def fold(name: str) -> str:
    """Write a name without capitals, Danish letters, accents, hyphens and double spaces."""
    plain = unicodedata.normalize("NFC", name).casefold().translate(_DANISH_LETTERS)
    letters = unicodedata.normalize("NFKD", plain)
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    for mark in "-_.":
        letters = letters.replace(mark, " ")
    return " ".join(letters.split())


def nearest(name: str, known: Iterable[str], count: int = 3) -> list[str]:
    """Give the known names that are like the one given, the likest first; perhaps none.

    A name that begins as the given one counts as like it, so that `foster` finds `foster_support`.
    """
    wanted = fold(name)[:100]
    if not wanted:
        return []
    scored = []
    matcher = SequenceMatcher(None, autojunk=False)
    matcher.set_seq2(wanted)
    for other in known:
        candidate = fold(other)
        matcher.set_seq1(candidate)
        # The two bounds are told at once; a file of thousands of misspelt names must not take seconds.
        near = matcher.real_quick_ratio() >= LIKE and matcher.quick_ratio() >= LIKE
        likeness = matcher.ratio() if near else 0.0
        if len(wanted) >= 4 and candidate.startswith(wanted):
            likeness = max(likeness, BEGINS)
        if likeness >= LIKE:
            scored.append((-likeness, other))
    return [other for _, other in sorted(scored)[:count]]
