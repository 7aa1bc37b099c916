"""Luck: every draw is a pure function of the seed, who it is for, when, and what for.

The generator is Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy
as 1, 2, 3", SC'11): a keyed bijection of a 128-bit counter. The counter is (who, when, what,
block), the key is the seed. So nothing is stored or advanced, two policies give a child the same
luck, and neither order, threads nor processes can change a result.
"""

from enum import IntEnum

import numpy as np

from trappen.model.kernels import inlined, kernel


class Purpose(IntEnum):
    """What a draw is for. A purpose owns the four uniforms of a person in a month.

    A new purpose gets a new number and none is ever used again for something else: that keeps old
    results what they were.
    """

    BIRTH = 0
    FAMILY = 1
    COURSE = 2
    NOTICE = 3
    CASEWORK = 4
    DECISION = 5
    STAIRCASE = 6
    BREAKDOWN = 7
    ADULT = 8
    CASEWORKER = 9
    ENSEMBLE = 10
    TASK = 11
    REVIEW = 12
    ASSESSMENT = 13
    FOLLOW_UP = 14
    PERSISTENT = 15
    DROPOUT = 16
    ACCEPT = 17
    DOMAIN = 18
    PARENT = 19
    MOVE = 20
    INSTRUMENT = 21
    CHOICE = 22
    OFFER = 30
    ATTEND = 31
    SITE = 32
    EXPERIMENT = 40
    # 50 on: arenas, institutions and places
    INSTITUTION = 50
    PREGNANCY = 51
    HANDOVER = 52
    BESIDE = 53
    PLACE = 54
    # 60 on: caseworkers
    ABSENCE = 60
    STRANGER = 61
    CHILD_TALK = 62
    VISIT = 63
    MISLAID = 64
    # 70 on: fathers, and instruments in casework
    FATHER = 70
    MEASURE = 71
    # 80 on: what families do about decisions
    COMPLAINT = 80


# The same as plain integers, which compiled code freezes as constants.
BIRTH = Purpose.BIRTH.value
FAMILY = Purpose.FAMILY.value
COURSE = Purpose.COURSE.value
NOTICE = Purpose.NOTICE.value
CASEWORK = Purpose.CASEWORK.value
DECISION = Purpose.DECISION.value
STAIRCASE = Purpose.STAIRCASE.value
BREAKDOWN = Purpose.BREAKDOWN.value
ADULT = Purpose.ADULT.value
CASEWORKER = Purpose.CASEWORKER.value
ENSEMBLE = Purpose.ENSEMBLE.value
TASK = Purpose.TASK.value
REVIEW = Purpose.REVIEW.value
ASSESSMENT = Purpose.ASSESSMENT.value
FOLLOW_UP = Purpose.FOLLOW_UP.value
PERSISTENT = Purpose.PERSISTENT.value
DROPOUT = Purpose.DROPOUT.value
ACCEPT = Purpose.ACCEPT.value
DOMAIN = Purpose.DOMAIN.value
PARENT = Purpose.PARENT.value
MOVE = Purpose.MOVE.value
INSTRUMENT = Purpose.INSTRUMENT.value
CHOICE = Purpose.CHOICE.value
OFFER = Purpose.OFFER.value
ATTEND = Purpose.ATTEND.value
SITE = Purpose.SITE.value
EXPERIMENT = Purpose.EXPERIMENT.value
INSTITUTION = Purpose.INSTITUTION.value
PREGNANCY = Purpose.PREGNANCY.value
HANDOVER = Purpose.HANDOVER.value
BESIDE = Purpose.BESIDE.value
PLACE = Purpose.PLACE.value
ABSENCE = Purpose.ABSENCE.value
STRANGER = Purpose.STRANGER.value
CHILD_TALK = Purpose.CHILD_TALK.value
VISIT = Purpose.VISIT.value
MISLAID = Purpose.MISLAID.value
FATHER = Purpose.FATHER.value
MEASURE = Purpose.MEASURE.value
COMPLAINT = Purpose.COMPLAINT.value

LOW = np.uint64(0xFFFFFFFF)
HIGH = np.uint64(32)
MULTIPLY_0 = np.uint64(0xD2511F53)
MULTIPLY_1 = np.uint64(0xCD9E8D57)
WEYL_0 = np.uint64(0x9E3779B9)
WEYL_1 = np.uint64(0xBB67AE85)
STEP = 2.0**-32
A_DRAW = 4
"""Uniforms in a draw."""


@inlined
def _round(c0, c1, c2, c3, k0, k1):  # type: ignore[no-untyped-def]
    """Return the counter after one round; words are uint64 that hold 32 bits."""
    first = MULTIPLY_0 * c0
    second = MULTIPLY_1 * c2
    return (second >> HIGH) ^ c1 ^ k0, second & LOW, (first >> HIGH) ^ c3 ^ k1, first & LOW


@inlined
def philox(c0, c1, c2, c3, k0, k1):  # type: ignore[no-untyped-def]
    """Return the four uint32 words of one Philox4x32-10 block.

    Parameters
    ----------
    c0, c1, c2, c3
        Counter, each word's lower 32 bits.
    k0, k1
        Key, likewise.
    """
    c0, c1, c2, c3 = np.uint64(c0) & LOW, np.uint64(c1) & LOW, np.uint64(c2) & LOW, np.uint64(c3) & LOW
    k0, k1 = np.uint64(k0) & LOW, np.uint64(k1) & LOW
    # Ten rounds by hand: written as a loop they stay a loop, and the caller's loop is not vectorised.
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = (k0 + WEYL_0) & LOW, (k1 + WEYL_1) & LOW
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = (k0 + WEYL_0) & LOW, (k1 + WEYL_1) & LOW
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = (k0 + WEYL_0) & LOW, (k1 + WEYL_1) & LOW
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = (k0 + WEYL_0) & LOW, (k1 + WEYL_1) & LOW
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = (k0 + WEYL_0) & LOW, (k1 + WEYL_1) & LOW
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = (k0 + WEYL_0) & LOW, (k1 + WEYL_1) & LOW
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = (k0 + WEYL_0) & LOW, (k1 + WEYL_1) & LOW
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = (k0 + WEYL_0) & LOW, (k1 + WEYL_1) & LOW
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = (k0 + WEYL_0) & LOW, (k1 + WEYL_1) & LOW
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    return np.uint32(c0), np.uint32(c1), np.uint32(c2), np.uint32(c3)


@inlined
def draw_block(key, who, when, what, block):  # type: ignore[no-untyped-def]
    """Return four uniforms of a numbered block, for a purpose that needs more than four.

    Parameters
    ----------
    key
        From `seed_key`.
    who
        Key of the person or thing, 0 to 2**32 - 1.
    when
        Month; months before the start are negative.
    what
        One of the purposes.
    block
        From 0; `draw` returns block 0.
    """
    w0, w1, w2, w3 = philox(
        who & 0xFFFFFFFF, when & 0xFFFFFFFF, what & 0xFFFFFFFF, block & 0xFFFFFFFF, key[0], key[1]
    )
    # The middle of 2**32 equal cells: never 0, never 1, symmetric about 1/2.
    return (w0 + 0.5) * STEP, (w1 + 0.5) * STEP, (w2 + 0.5) * STEP, (w3 + 0.5) * STEP


@inlined
def draw(key, who, when, what):  # type: ignore[no-untyped-def]
    """Return the four uniforms in (0, 1) of this person in this month for this purpose.

    Parameters
    ----------
    key
        From `seed_key`.
    who
        Key of the person or thing, 0 to 2**32 - 1.
    when
        Month; months before the start are negative.
    what
        One of the purposes.
    """
    return draw_block(key, who, when, what, 0)


@inlined
def nth(k, u0, u1, u2, u3):  # type: ignore[no-untyped-def]
    """Return the uniform number k, counted from 0, of a draw."""
    return u0 if k == 0 else (u1 if k == 1 else (u2 if k == 2 else u3))


@inlined
def normal_quantile(u):  # type: ignore[no-untyped-def]
    """Return the standard normal value below which a share u lies, to about 1e-15 relative.

    Wichura 1988, "Algorithm AS 241: the percentage points of the normal distribution", Applied
    Statistics 37(3), routine PPND16. Outside (0, 1) the result is NaN or infinite.
    """
    q = u - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        top = (((((((2.5090809287301226727e3 * r + 3.3430575583588128105e4) * r
            + 6.7265770927008700853e4) * r + 4.5921953931549871457e4) * r
            + 1.3731693765509461125e4) * r + 1.9715909503065514427e3) * r
            + 1.3314166789178437745e2) * r + 3.3871328727963666080e0)  # fmt: skip
        bottom = (((((((5.2264952788528545610e3 * r + 2.8729085735721942674e4) * r
            + 3.9307895800092710610e4) * r + 2.1213794301586595867e4) * r
            + 5.3941960214247511077e3) * r + 6.8718700749205790830e2) * r
            + 4.2313330701600911252e1) * r + 1.0)  # fmt: skip
        return q * top / bottom
    tail = u if q < 0.0 else 1.0 - u
    r = np.sqrt(-np.log(tail))
    if r <= 5.0:
        r -= 1.6
        top = (((((((7.74545014278341407640e-4 * r + 2.27238449892691845833e-2) * r
            + 2.41780725177450611770e-1) * r + 1.27045825245236838258e0) * r
            + 3.64784832476320460504e0) * r + 5.76949722146069140550e0) * r
            + 4.63033784615654529590e0) * r + 1.42343711074968357734e0)  # fmt: skip
        bottom = (((((((1.05075007164441684324e-9 * r + 5.47593808499534494600e-4) * r
            + 1.51986665636164571966e-2) * r + 1.48103976427480074590e-1) * r
            + 6.89767334985100004550e-1) * r + 1.67638483018380384940e0) * r
            + 2.05319162663775882187e0) * r + 1.0)  # fmt: skip
    else:
        r -= 5.0
        top = (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r
            + 1.24266094738807843860e-3) * r + 2.65321895265761230930e-2) * r
            + 2.96560571828504891230e-1) * r + 1.78482653991729133580e0) * r
            + 5.46378491116411436990e0) * r + 6.65790464350110377720e0)  # fmt: skip
        bottom = (((((((2.04426310338993978564e-15 * r + 1.42151175831644588870e-7) * r
            + 1.84631831751005468180e-5) * r + 7.86869131145613259100e-4) * r
            + 1.48753612908506148525e-2) * r + 1.36929880922735805310e-1) * r
            + 5.99832206555887937690e-1) * r + 1.0)  # fmt: skip
    value = top / bottom
    return -value if q < 0.0 else value


@kernel
def _fill_uniforms(key, who, when, what, block, out):  # type: ignore[no-untyped-def]
    """Write the four uniforms of each of `who` into the flat `out`, person by person."""
    for i in range(who.size):
        u0, u1, u2, u3 = draw_block(key, who[i], when, what, block)
        out[4 * i] = u0
        out[4 * i + 1] = u1
        out[4 * i + 2] = u2
        out[4 * i + 3] = u3


@kernel
def _to_normals(values):  # type: ignore[no-untyped-def]
    """Turn uniforms into standard normals in place."""
    for i in range(values.size):
        values[i] = normal_quantile(values[i])


def seed_key(seed: int) -> np.ndarray:
    """Return the generator's key for a seed: its lower and upper 32 bits, uint32, shape (2,).

    Raises
    ------
    ValueError
        If the seed is not within 0 and 2**64 - 1.
    """
    if not 0 <= seed < 2**64:
        raise ValueError(f"seed is {seed}; it is a whole number from 0 to 2**64 - 1")
    return np.array([seed & 0xFFFFFFFF, seed >> 32], dtype=np.uint32)


def uniforms(seed: int, who: np.ndarray, when: int, what: int, block: int = 0) -> np.ndarray:
    """Return what `draw` gives each of `who`, float64 in (0, 1), shape (n, 4).

    Parameters
    ----------
    seed
        Seed of the run.
    who
        Keys, shape (n,), 0 to 2**32 - 1.
    when
        Month; months before the start are negative.
    what
        One of the purposes.
    block
        Counts on when a purpose needs more than four uniforms.

    Raises
    ------
    ValueError
        If a key does not fit 32 bits: two persons would share their luck.
    """
    keys = np.ascontiguousarray(who, dtype=np.int64)
    if keys.size and not (keys.min() >= 0 and keys.max() < 2**32):
        raise ValueError("a key lies outside 0 to 2**32 - 1, so two persons would share their luck")
    out = np.empty(4 * keys.size)
    _fill_uniforms(seed_key(seed), keys, int(when), int(what), int(block), out)
    return out.reshape(keys.size, 4)


def normals(seed: int, who: np.ndarray, when: int, what: int, block: int = 0) -> np.ndarray:
    """Return standard normals, shape (n, 4), by the quantiles of `uniforms` with the same arguments."""
    values = uniforms(seed, who, when, what, block).reshape(-1)
    _to_normals(values)
    return values.reshape(-1, 4)
