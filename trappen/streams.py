"""What is printed reaches the reader: in any encoding, harmless to a terminal, even if a reader leaves."""

import codecs
import os
import sys

from trappen.agents.problem import Problem, Problems

LONGEST_SHOWN = 40
LONGEST_WORD = 300
LOST = "\N{REPLACEMENT CHARACTER}"
NO_BREAK = "\N{NO-BREAK SPACE}"
NEAR = {
    **dict.fromkeys("\N{MINUS SIGN}\N{EN DASH}\N{BOX DRAWINGS LIGHT HORIZONTAL}", "-"),
    **dict.fromkeys("\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}", " "),
    **dict.fromkeys("»«“”„", '"'),
    **{"æ": "ae", "ø": "oe", "å": "aa", "Æ": "Ae", "Ø": "Oe", "Å": "Aa", "é": "e", "ö": "o"},
}
"""What stands in for a letter that an encoding lacks: above all, a minus must not be lost."""


def short(given: str) -> str:
    """Return a text as it is shown in a sentence, cut when long."""
    return given if len(given) <= LONGEST_SHOWN else given[: LONGEST_SHOWN - 3] + "..."


def told(problem: Problem) -> str:
    """Return a problem's sentences, one a line, with nothing in them that would disturb a terminal."""
    found = problem.found if isinstance(problem, Problems) else [problem]
    return "\n".join(" ".join(map(_shown, str(one).replace("\n", " ").split(" "))) for one in found)


def _shown(word: str) -> str:
    seen = "".join(c if c.isprintable() or c == NO_BREAK else LOST for c in word)
    colon = ":" if seen.endswith(":") else ""
    return seen if len(seen) <= LONGEST_WORD else short(seen) + colon


def _near(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    return "".join(NEAR.get(c, "?") for c in error.object[error.start : error.end]), error.end


def write_what_can_be_written() -> None:
    """Let letters that the encoding of a terminal or pipe lacks be replaced by near ones."""
    codecs.register_error("trappen.near", _near)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="trappen.near")


def flush() -> None:
    """Write what is still held back, so that a reader who left is noticed here and not at the very end."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # None where the caller closed it
            stream.flush()


def silence() -> None:
    """Let everything that is still to be written go nowhere: the reader of a pipe has left."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            os.dup2(nowhere, stream.fileno())
