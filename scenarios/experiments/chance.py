"""The chance of experiments: orders, levels and designs, from the project's keyed draws."""

import numpy as np

from trappen.model.kernels.draws import Purpose, uniforms


def even(seed: int, rows: int, columns: int, what: int) -> np.ndarray:
    """Return independent uniforms, shape (rows, columns); `what` keeps uses apart."""
    blocks = [uniforms(seed, np.arange(rows), what, Purpose.EXPERIMENT, k) for k in range((columns + 3) // 4)]
    return np.hstack(blocks)[:, :columns]


def order(seed: int, n: int, what: int) -> np.ndarray:
    """Return the numbers 0 to n-1 in a drawn order."""
    return np.argsort(even(seed, n, 1, what)[:, 0], kind="stable")


def design(k: int, n: int, seed: int) -> np.ndarray:
    """Return n points that fill the k-dimensional unit cube evenly in each direction (Latin hypercube)."""
    within = even(seed, n, k, 0)
    ranks = np.argsort(even(seed, n, k, 1), axis=0, kind="stable")
    return np.asarray((ranks + within) / n)


def again(seed: int, n: int, what: int) -> np.ndarray:
    """Return n numbers from 0 to n-1, each drawn with replacement (bootstrap)."""
    return np.minimum((even(seed, n, 1, what)[:, 0] * n).astype(np.int64), n - 1)
