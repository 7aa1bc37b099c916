"""A misspelt name is answered with the names that are nearest to it."""

import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher

_DANISH_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})


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
    for other in known:
        candidate = fold(other)
        likeness = SequenceMatcher(None, wanted, candidate, autojunk=False).ratio()
        if len(wanted) >= 4 and candidate.startswith(wanted):
            likeness = max(likeness, 0.7)
        if likeness >= 0.6:
            scored.append((-likeness, other))
    return [other for _, other in sorted(scored)[:count]]
