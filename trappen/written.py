"""Text files are written for a user, and no file of the user's is lost for it."""

from pathlib import Path

from trappen.agents.problem import Problem


def write_new(path: Path, text: str, *, replace: bool = False) -> None:
    """Write a file.

    Raises
    ------
    Problem
        It is there already, or cannot be written.
    """
    if path.exists() and not replace:
        raise Problem("new.exists", file=path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError:
        raise Problem("result.not_writable", file=path) from None
