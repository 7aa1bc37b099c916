"""Luck is the published generator, uniform and independent along every axis of its counter.

Error rates. The statistical tests draw with fixed seeds, so they pass or fail once and for all; the
thresholds say how likely an ideal generator was to fail before the seeds were chosen. 60 chi-square
statistics and 158 correlations are each held to a two-sided tail of 1e-6, so an ideal generator
fails somewhere with probability 2e-4. Power: 2**17 numbers in 256 cells show a density that is off
by 5 % (root mean square over cells) with probability above .99 (non-centrality 328 on 255 degrees);
a correlation of .017 is 6.2 standard errors against a limit of 4.9 and shows with probability .9.
"""

import itertools

import numpy as np
import pytest
from scipy import stats

from trappen.model.kernels import draws, kernel

COUNT = 2**17
TAIL = 1e-6

KNOWN_ANSWERS = [
    # Random123, tests/kat_vectors, philox4x32 10: counter, key, words
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("counter", "key", "words"), KNOWN_ANSWERS)
def test_philox_gives_the_published_words(counter, key, words):
    assert tuple(int(word) for word in draws.philox(*counter, *key)) == words


def test_a_draw_is_the_middle_of_its_word_cell():
    seed, who, when, what = 0x299F31D0_A4093822, 0x243F6A88, -5, 9
    words = draws.philox(who, when % 2**32, what, 0, 0xA4093822, 0x299F31D0)
    expected = [(int(word) + 0.5) / 2**32 for word in words]
    assert list(draws.draw(draws.seed_key(seed), who, when, what)) == expected
    assert draws.uniforms(seed, np.array([who]), when, what).tolist() == [expected]


@kernel
def _first_of(key, who, when, what):
    return draws.draw(key, who, when, what)[0]


def test_kernel_and_set_up_draw_the_same():
    key, keys = draws.seed_key(3), np.array([0, 7, 2**32 - 1])
    together = draws.uniforms(3, keys, -216, draws.Purpose.COURSE)[:, 0]
    alone = [_first_of(key, int(who), -216, draws.COURSE) for who in keys]
    assert together.tolist() == alone


def test_a_draw_does_not_depend_on_whom_it_is_made_with():
    keys = np.arange(1000)
    turned = draws.uniforms(1, keys[::-1], 4, draws.NOTICE)[::-1]
    np.testing.assert_array_equal(draws.uniforms(1, keys, 4, draws.NOTICE), turned)


def test_purposes_are_distinct_and_match_the_plain_integers():
    values = [purpose.value for purpose in draws.Purpose.__members__.values()]
    assert len(set(values)) == len(draws.Purpose.__members__) == len(values)
    for name, purpose in draws.Purpose.__members__.items():
        assert type(getattr(draws, name)) is int
        assert getattr(draws, name) == purpose.value


def test_purposes_keep_their_numbers():
    """A purpose that changes its number would change every result made before."""
    first = ["BIRTH", "FAMILY", "COURSE", "NOTICE", "CASEWORK", "DECISION"]
    then = ["STAIRCASE", "BREAKDOWN", "ADULT", "CASEWORKER", "ENSEMBLE", "TASK"]
    assert [draws.Purpose[name].value for name in first + then] == list(range(12))


def test_streams_share_no_block():
    """Neighbours on every axis: 6 x 6 x 12 x 3 x 4 counters and keys give as many different blocks."""
    axes = itertools.product(
        (0, 1, 2, 31, 2**31, 2**32 - 1),
        (-217, -1, 0, 1, 2, 240),
        range(12),
        range(3),
        (0, 1, 2**32, 2**63 - 1),
    )
    blocks = {
        draws.uniforms(seed, np.array([who]), when, what, block).tobytes()
        for who, when, what, block, seed in axes
    }
    assert len(blocks) == 6 * 6 * 12 * 3 * 4


@kernel
def _fill_along(axis, key, out):
    for i in range(out.shape[0]):
        at = i - out.shape[0] // 2
        if axis == 0:
            row = draws.draw(key, i, 3, draws.COURSE)
        elif axis == 1:
            row = draws.draw(key, 4711, at, draws.COURSE)
        elif axis == 2:
            row = draws.draw(key, 4711, 3, i)
        elif axis == 3:
            row = draws.draw_block(key, 4711, 3, draws.COURSE, i)
        else:
            key[0] = i
            row = draws.draw(key, 4711, 3, draws.COURSE)
        for word in range(4):
            out[i, word] = row[word]


AXES = ("who", "when", "what", "block", "seed")


def _along(axis: str) -> np.ndarray:
    """Return COUNT blocks in the order of one axis, the others held; shape (COUNT, 4)."""
    out = np.empty((COUNT, 4))
    _fill_along(AXES.index(axis), draws.seed_key(11), out)
    return out


@pytest.fixture(scope="module", params=AXES)
def sequence(request):
    return _along(request.param)


def _chi_square_tail(counts: np.ndarray) -> float:
    expected = counts.sum() / counts.size
    statistic = float(((counts - expected) ** 2 / expected).sum())
    degrees = counts.size - 1
    return 2 * min(stats.chi2.sf(statistic, degrees), stats.chi2.cdf(statistic, degrees))


def test_uniform_along_each_axis(sequence):
    for word in sequence.T:
        assert _chi_square_tail(np.bincount((word * 256).astype(int), minlength=256)) > TAIL
        low_bits = (word * 2**32).astype(np.int64) & 0xFF
        assert _chi_square_tail(np.bincount(low_bits, minlength=256)) > TAIL


def test_neighbours_are_independent_along_each_axis(sequence):
    for word in sequence.T:
        cells = (word[:-1] * 16).astype(int) * 16 + (word[1:] * 16).astype(int)
        assert _chi_square_tail(np.bincount(cells[::2], minlength=256)) > TAIL
        centred = (word - 0.5) * np.sqrt(12.0)
        for lag in (1, 2, 3, 12, 64):
            product = centred[:-lag] * centred[lag:]
            assert 2 * stats.norm.sf(abs(product.sum()) / np.sqrt(product.size)) > TAIL


def test_the_four_words_are_independent(sequence):
    centred = (sequence - 0.5) * np.sqrt(12.0)
    for a, b in itertools.combinations(range(4), 2):
        z = (centred[:, a] * centred[:, b]).sum() / np.sqrt(len(centred))
        assert 2 * stats.norm.sf(abs(z)) > TAIL


def test_neighbouring_streams_are_independent():
    keys = np.arange(COUNT)
    base = (draws.uniforms(1, keys, 3, draws.COURSE) - 0.5) * np.sqrt(12.0)
    others = [
        draws.uniforms(2, keys, 3, draws.COURSE),
        draws.uniforms(1 + 2**32, keys, 3, draws.COURSE),
        draws.uniforms(1, keys + 1, 3, draws.COURSE),
        draws.uniforms(1, keys, 4, draws.COURSE),
        draws.uniforms(1, keys, -3, draws.COURSE),
        draws.uniforms(1, keys, 3, draws.NOTICE),
        draws.uniforms(1, keys, 3, draws.COURSE, block=1),
    ]
    for other in others:
        z = (base * (other - 0.5) * np.sqrt(12.0)).sum(axis=0) / np.sqrt(COUNT)
        assert (2 * stats.norm.sf(np.abs(z)) > TAIL).all()


def test_normal_quantile_is_scipys():
    ends = 10.0 ** -np.arange(1.0, 300.0)
    middle = np.linspace(0.0, 1.0, 100_001)[1:-1]
    edges = 0.5 + np.array([0.425, -0.425]) * np.array([[1 - 1e-15], [1.0], [1 + 1e-15]])
    u = np.concatenate([ends, middle, edges.ravel(), [np.exp(-25.0), 0.5 / 2**32, 1 - 0.5 / 2**32]])
    ours = np.array([draws.normal_quantile(value) for value in u])
    np.testing.assert_allclose(ours, stats.norm.ppf(u), rtol=1e-12, atol=1e-15)


def test_normal_quantile_is_odd_and_zero_in_the_middle():
    assert draws.normal_quantile(0.5) == 0.0
    for u in (0.25, 0.125, 2.0**-20, 2.0**-33):
        assert draws.normal_quantile(u) == -draws.normal_quantile(1.0 - u)


def test_normal_quantile_is_monotone_over_neighbouring_draws():
    """Neighbouring words never swap: around the joints of the approximation, the middle and both ends."""
    joints = [0.0, 0.075, 0.5, 0.925, 1.0, float(np.exp(-25.0)), 1 - float(np.exp(-25.0)), 0.3]
    for joint in joints:
        first = np.clip(int(joint * 2**32) - 2000, 0, 2**32 - 4001)
        grid = (np.arange(first, first + 4001) + 0.5) * 2.0**-32
        values = [draws.normal_quantile(u) for u in grid]
        assert (np.diff(values) > 0).all()


def test_normals_are_the_quantiles_of_the_uniforms():
    keys = np.arange(50)
    expected = [[draws.normal_quantile(u) for u in row] for row in draws.uniforms(9, keys, -1, draws.FAMILY)]
    assert draws.normals(9, keys, -1, draws.FAMILY).tolist() == expected


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_a_seed_outside_its_range_is_refused(seed):
    with pytest.raises(ValueError, match="seed"):
        draws.seed_key(seed)


@pytest.mark.parametrize("who", [-1, 2**32])
def test_a_key_outside_its_range_is_refused(who):
    with pytest.raises(ValueError, match="share their luck"):
        draws.uniforms(1, np.array([who]), 0, draws.BIRTH)


def test_nobody_to_draw_for():
    assert draws.uniforms(1, np.array([], dtype=np.int64), 0, draws.BIRTH).shape == (0, 4)
