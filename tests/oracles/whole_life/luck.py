"""Draws in plain Python: Philox4x32-10 as Salmon and others published it, on whole numbers."""

import struct
from statistics import NormalDist

PURPOSES = {
    "BIRTH": 0, "FAMILY": 1, "COURSE": 2, "NOTICE": 3, "DECISION": 5, "STAIRCASE": 6, "BREAKDOWN": 7,
    "ADULT": 8, "CASEWORKER": 9, "ENSEMBLE": 10, "TASK": 11, "REVIEW": 12, "ASSESSMENT": 13,
    "FOLLOW_UP": 14, "PERSISTENT": 15, "DROPOUT": 16, "ACCEPT": 17, "DOMAIN": 18, "PARENT": 19, "MOVE": 20,
    "INSTRUMENT": 21, "OFFER": 30, "ATTEND": 31, "SITE": 32, "INSTITUTION": 50, "PREGNANCY": 51,
    "HANDOVER": 52, "BESIDE": 53, "PLACE": 54, "ABSENCE": 60, "STRANGER": 61, "CHILD_TALK": 62,
    "VISIT": 63, "MISLAID": 64, "FATHER": 70, "MEASURE": 71, "COMPLAINT": 80,
}  # fmt: skip
"""Numbers of the purposes as docs/odd.md has them."""

WORD = 0xFFFFFFFF
_FLOAT = struct.Struct("f")


def philox(counter: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return the four words of a counter under a key."""
    a, b, c, d = counter
    k, m = key
    for _ in range(10):
        one, two = 0xD2511F53 * a, 0xCD9E8D57 * c
        a, b, c, d = (two >> 32) ^ b ^ k, two & WORD, (one >> 32) ^ d ^ m, one & WORD
        k, m = (k + 0x9E3779B9) & WORD, (m + 0xBB67AE85) & WORD
    return a, b, c, d


class Luck:
    """The draws of one municipality in one replicate."""

    def __init__(self, key: tuple[int, int]) -> None:
        self.key = key

    def of(self, person: int, month: int, purpose: str, block: int = 0) -> tuple[float, ...]:
        """Return `u0` to `u3`, each the middle of one of 2^32 cells."""
        counter = (person & WORD, month & WORD, PURPOSES[purpose], block & WORD)
        return tuple((word + 0.5) / 2.0**32 for word in philox(counter, self.key))


def family_key(family_who: int) -> int:
    """Return whose draws a family's are: its key as a person, beside those of at most three children."""
    return 4 * family_who + 3


Q = NormalDist().inv_cdf
"""A standard normal by quantile."""


def f4(value: float) -> float:
    """Return a number as a table of single precision keeps it."""
    return _FLOAT.unpack(_FLOAT.pack(value))[0]
