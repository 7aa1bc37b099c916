"""What is said when the program is given something it cannot use."""

from collections.abc import Callable, Iterable
from pathlib import Path


def _plain(key: str, values: dict[str, object]) -> str:
    return f"{key} {values}" if values else key


class Problem(Exception):
    """One mistake in what the program was given, told in one sentence.

    The sentence itself stands in the text catalogue in both languages; a problem carries its key
    and what the sentence needs. The face of the program sets `wording`, so that lower floors need
    not know the catalogue.

    Parameters
    ----------
    key
        Entry of the text catalogue.
    file, line, field
        Where the mistake stands; line counts from 1.
    values
        What the sentence's placeholders need.
    """

    wording: Callable[[str, dict[str, object]], str] = staticmethod(_plain)

    def __init__(
        self,
        key: str,
        *,
        file: str | Path | None = None,
        line: int | None = None,
        field: str | None = None,
        **values: object,
    ) -> None:
        super().__init__(key)
        self.key = key
        self.file = None if file is None else str(file)
        self.line = line
        self.field = field
        self.values = values

    @property
    def place(self) -> str:
        """Where it is wrong, as `file:line: field: `, as much of it as is known."""
        at = self.file or ""
        if self.file and self.line:
            at += f":{self.line}"
        return "".join(f"{part}: " for part in (at, self.field) if part)

    def __str__(self) -> str:
        return self.place + Problem.wording(self.key, self.values)


class Problems(Problem):
    """Everything that is wrong at once, one sentence a line."""

    def __init__(self, found: Iterable[Problem]) -> None:
        self.found = list(found)
        super().__init__("problems", count=len(self.found))

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.found)
