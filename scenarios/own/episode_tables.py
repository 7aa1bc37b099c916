"""What placement episodes say: stays, durations, hazards and returns, with small counts suppressed."""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd

from trappen.scenarios.own.episodes import GAP_DAYS, KINDS, Episodes
from trappen.scenarios.own.own_figures import Figure, allowed_units

THRESHOLD = 5
"""Counts under this are not shown; settable."""

YEAR = 365.25
AGES = ((0, 5), (6, 11), (12, 17), (18, 23))
TIMES = (0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 25.0)
CURVE = (0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0)


def stays(episodes: Episodes) -> pd.DataFrame:
    """Return placements joined to stays: one row from coming into care to leaving it.

    Returns
    -------
    :
        child, start, end, open, age (at the start), kind (of the first place), moves.
    """
    rows: list[dict[str, float]] = []
    for k in range(len(episodes)):
        joined = (
            rows
            and rows[-1]["child"] == episodes.child[k]
            and episodes.start[k] - rows[-1]["end"] <= GAP_DAYS
            and not rows[-1]["open"]
        )
        if joined:
            rows[-1] |= {"end": episodes.end[k], "open": episodes.open[k], "moves": rows[-1]["moves"] + 1}
        else:
            rows.append(
                {
                    "child": episodes.child[k],
                    "start": episodes.start[k],
                    "end": episodes.end[k],
                    "open": episodes.open[k],
                    "age": episodes.age[k],
                    "kind": episodes.kind[k],
                    "moves": 0,
                }
            )
    return pd.DataFrame(rows)


def summary(episodes: Episodes, threshold: int = THRESHOLD) -> pd.DataFrame:
    """Return placements by kind of place, ended and going on, small counts suppressed."""
    kinds = [episodes.kind == k for k in range(len(KINDS))]
    counts = np.array([[np.sum(of & ~episodes.open), np.sum(of & episodes.open)] for of in kinds])
    shown = suppress(counts, threshold)
    frame = pd.DataFrame(shown, columns=["ended", "going_on", "all"])
    frame.insert(0, "kind", [*KINDS, "all"])
    return frame


def duration_curve(episodes: Episodes, threshold: int = THRESHOLD) -> pd.DataFrame:
    """Return the share of stays still going on by years since they began (Kaplan-Meier), with its error.

    A point with fewer children at risk than the threshold is not shown.
    """
    told = stays(episodes)
    length = (told["end"] - told["start"]).to_numpy() / YEAR
    ended = ~told["open"].to_numpy(bool)
    share, variance = 1.0, 0.0
    points: dict[float, tuple[float, float, int]] = {}
    times = np.unique(length[ended])
    steps = list(CURVE)
    for time in times:
        while steps and steps[0] < time:
            at = steps.pop(0)
            points[at] = (share, share * variance**0.5, int(np.sum(length >= at)))
        risk, gone = int(np.sum(length >= time)), int(np.sum((length == time) & ended))
        share *= 1.0 - gone / risk
        variance += gone / (risk * (risk - gone)) if risk > gone else 0.0
    for at in steps:
        points[at] = (share, share * variance**0.5, int(np.sum(length >= at)))
    rows = [
        {"years": at, "share": points[at][0], "error": points[at][1], "at_risk": points[at][2]}
        for at in CURVE
        if points[at][2] >= threshold
    ]
    return pd.DataFrame(rows, columns=["years", "share", "error", "at_risk"])


def hazards(episodes: Episodes, threshold: int = THRESHOLD) -> pd.DataFrame:
    """Return the yearly hazard of leaving care by age at the start and time in care.

    Cells with fewer exits or fewer children than the threshold have no rate.
    """
    told = stays(episodes)
    length = (told["end"] - told["start"]).to_numpy() / YEAR
    ended = ~told["open"].to_numpy(bool)
    age = np.floor(told["age"].to_numpy(float))
    rows = []
    for low, high in AGES:
        group = (age >= low) & (age <= high)
        for begin, end in pairwise(TIMES):
            years = float(np.sum(np.clip(length[group], begin, end) - begin))
            exits = int(np.sum(ended[group] & (length[group] > begin) & (length[group] <= end)))
            children = int(np.sum(length[group] > begin))
            known = exits >= threshold and children >= threshold and years > 0
            rows.append(
                {
                    "age_from": low,
                    "age_to": high,
                    "years_from": begin,
                    "years_to": end,
                    "hazard": exits / years if known else np.nan,
                    "exits": exits if known else np.nan,
                }
            )
    return pd.DataFrame(rows)


def figures(episodes: Episodes, threshold: int = THRESHOLD) -> dict[str, float]:
    """Return what the last whole year of the episodes says: entries, stock, mix, length of stays, returns.

    Counts under the threshold are left out; a mix with one such kind is left out whole.
    """
    told = stays(episodes)
    begin = episodes.until - YEAR
    young = ~(told["age"] >= 18)
    found: dict[str, float] = {}
    new = int((young & (told["start"] > begin)).sum())
    stock = int((young & told["open"]).sum())
    if new >= threshold:
        found["new_placements"] = float(new)
    if stock >= threshold:
        found["placed_on_a_day"] = float(stock)
    mix = np.array([int(np.sum(episodes.open & (episodes.kind == k))) for k in range(4)])
    if mix.sum() and (mix >= threshold).all():
        for k, name in enumerate(KINDS[:4]):
            found[f"mix_{name}"] = 100.0 * float(mix[k]) / float(mix.sum())
    ended = young & ~told["open"].astype(bool) & (told["end"] > begin)
    if int(ended.sum()) >= threshold:
        days = (told["end"] - told["start"])[ended]
        found["stay_months"] = float(days.mean()) / YEAR * 12.0
    if back := returns(episodes, threshold=threshold):
        found["came_back"] = 100.0 * back["came_back"]
    return found


def returns(episodes: Episodes, within: float = 3.0, threshold: int = THRESHOLD) -> dict[str, float]:
    """Return the share of ended stays after which the child came back within some years.

    Only stays that ended that long before the data do count.
    """
    told = stays(episodes)
    followed = told[(~told["open"].astype(bool)) & (told["end"] <= episodes.until - within * YEAR)]
    back = 0
    for row in followed.to_dict("records"):
        later = told[(told["child"] == row["child"]) & (told["start"] > row["end"])]
        back += bool(len(later) and later["start"].min() - row["end"] <= within * YEAR)
    if back < threshold or len(followed) - back < threshold:
        return {}
    return {"ended": float(len(followed)), "came_back": back / len(followed)}


def suppress(counts: np.ndarray, threshold: int = THRESHOLD) -> np.ndarray:
    """Return counts with a last row and column of totals, in which what is small or gives it away is gone.

    Primary: cells of 1 to threshold - 1, also among the totals. Complementary: as long as a hidden cell could
    be worked out from what is shown, the least shown cell of its row or column goes too.

    Returns
    -------
    :
        Float table; not a number where nothing is shown.
    """
    inside = np.asarray(counts, float)
    whole = np.zeros((inside.shape[0] + 1, inside.shape[1] + 1))
    whole[:-1, :-1] = inside
    whole[-1, :-1], whole[:-1, -1] = inside.sum(axis=0), inside.sum(axis=1)
    whole[-1, -1] = inside.sum()
    hidden = (whole > 0) & (whole < threshold)
    for _ in range(whole.size):
        given_away = recoverable(hidden)
        if not given_away:
            break
        row, column = given_away[0]
        line = [(row, c) for c in range(whole.shape[1])] + [(r, column) for r in range(whole.shape[0])]
        rest = [at for at in line if not hidden[at]] or [(int(r), int(c)) for r, c in np.argwhere(~hidden)]
        if not rest:
            break
        hidden[min(rest, key=lambda at: (whole[at] == 0, whole[at]))] = True
    return np.where(hidden, np.nan, whole)


def recoverable(hidden: np.ndarray) -> list[tuple[int, int]]:
    """Return the hidden cells of a table with totals that the shown cells determine.

    Each row and each column adds up to its last cell; a cell is determined when its value follows from those
    sums alone.
    """
    cells = [(int(r), int(c)) for r, c in np.argwhere(hidden)]
    if not cells:
        return []
    rows, columns = hidden.shape
    sums = np.zeros((rows + columns, len(cells)))
    for k, (r, c) in enumerate(cells):
        sums[r, k] = -1.0 if c == columns - 1 else 1.0
        sums[rows + c, k] = -1.0 if r == rows - 1 else 1.0
    rank = np.linalg.matrix_rank(sums)
    own = np.eye(len(cells))
    return [cell for k, cell in enumerate(cells) if np.linalg.matrix_rank(np.vstack([sums, own[k]])) == rank]


def tables(episodes: Episodes, threshold: int = THRESHOLD) -> Mapping[str, pd.DataFrame]:
    """Return every table that may leave the municipality: no person, no small count."""
    return {
        "summary": summary(episodes, threshold),
        "duration": duration_curve(episodes, threshold),
        "hazards": hazards(episodes, threshold),
        "figures": pd.DataFrame(sorted(figures(episodes, threshold).items()), columns=["figure", "value"]),
        "returns": pd.DataFrame([returns(episodes, threshold=threshold)]),
    }


def as_figures(episodes: Episodes, file: str) -> list[Figure]:
    """Return entries, stock, mix, length of stays and returns as figures that calibration aims at.

    So a municipality's own flow takes the place of the country's: the fit moves the hazards of leaving care,
    of coming back and of each kind of place until the model's stays are as long and as many as its own.
    """
    year = (date(1970, 1, 1) + timedelta(days=int(episodes.until))).year
    return [
        Figure(name, value, allowed_units(name)[0], year, f"{file}", str(file))
        for name, value in figures(episodes).items()
    ]
