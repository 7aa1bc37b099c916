"""The public function that tells who is where as any month ends."""

from typing import Any

from trappen.api import Say, Source, as_scenario
from trappen.scenarios.watched.stock_of_month import StockOfMonth, read_month
from trappen.scenarios.watched.stock_of_month import stock_of_month as count


def stock_of_month(
    a: Source = "status_quo",
    b: Source | None = None,
    *,
    month: str,
    threads: int = 2,
    say: Say | None = None,
    **options: Any,
) -> StockOfMonth:
    """Return the prevention triangle and position by wellbeing as a month ends, under one policy or two.

    Parameters
    ----------
    a, b
        Policies as in `compare`; with both, the same children and luck.
    month
        Year and month within the run, as 2027-06.

    Raises
    ------
    Problem
        If something given cannot be used.
    """

    def told(done: int, of: int) -> None:
        if say is not None:
            say("stock", done, of)

    scenarios = [as_scenario(one, options) for one in (a, b) if one is not None]
    return count(scenarios, *read_month(month), threads=threads, progress=told)
