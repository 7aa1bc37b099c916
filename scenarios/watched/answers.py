"""What is known so far of a comparison that is being worked on, and how little few replicates tell."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import RLock
from typing import Any

import pandas as pd

from trappen.scenarios.compare import Comparison


class Remembered(Comparison):
    """A comparison whose tables are made once, however many look at them."""

    def once[Made](self, name: str, make: Callable[[], Made]) -> Made:
        """Return what `make` makes of this comparison, made when it is first asked for under that name."""
        kept: dict[str, Any] = self.__dict__
        with kept.setdefault("_making", RLock()):  # all who look are told in the same moment
            if f"_{name}" not in kept:
                kept[f"_{name}"] = make()
        made: Made = kept[f"_{name}"]
        return made

    def summary(self) -> pd.DataFrame:
        """Return what `Comparison.summary` does."""
        return self.once("summary", super().summary)

    def harm(self) -> pd.DataFrame:
        """Return what `Comparison.harm` does."""
        return self.once("harm", super().harm)

    def indicators(self) -> pd.DataFrame:
        """Return what `Comparison.indicators` does."""
        return self.once("indicators", super().indicators)

    def yearly(self, row: str | None = None) -> pd.DataFrame:
        """Return what `Comparison.yearly` does."""
        return self.once(f"yearly_{row}", partial(super().yearly, row))

    def accounts(self) -> pd.DataFrame:
        """Return what `Comparison.accounts` does."""
        return self.once("accounts", super().accounts)

    def break_even(self) -> dict[str, Any]:
        """Return what `Comparison.break_even` does."""
        return self.once("break_even", super().break_even)


class Preliminary(Remembered):
    """A comparison of the first few replicates of more, told with the interval of so few."""


@dataclass(frozen=True)
class Sketch(Preliminary):
    """An early answer from a town `fold` times smaller, in which everything is counted `fold` times.

    Rates and shares need no factor, though in a small town waits are longer. The town's numbers are
    unsteadier than the municipality's own, and the intervals, taken from these replicates, are wider for it.
    """

    fold: int = 1


@dataclass(frozen=True, eq=False)
class Answer:
    """What is known so far.

    Attributes
    ----------
    comparison
        Of the replicates done; a `Sketch` before there are enough; None at first.
    done, of
        Replicates done and wanted, structural alternatives included.
    shown
        Replicates of the municipality itself in `comparison`: 0 in a sketch.
    finished
        Whether this is what the command line gives.
    failed
        What went wrong, if anything did.
    """

    comparison: Remembered | None
    done: int
    of: int
    shown: int
    finished: bool
    failed: BaseException | None = None
