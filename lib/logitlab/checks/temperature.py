"""
Exercises of lesson 1: temperature.

As in `mistakes`, what no probe can tell apart stands together as forms of one mistake.
"""

import math

import numpy as np

from logitlab.checks._former import Convention, FunctionExercise, Mistake, Part, ValueExercise
from logitlab.checks._plain import NotPlain
from logitlab.checks.mistakes import SOFTMAX, TEMPERATURE, one_hot, share, soft
from logitlab.distributions import greedy, softmax
from logitlab.information import entropy
from logitlab.processors import temperature

STORY = {
    "approve": 2.2,
    "reject": 1.8,
    "review": 1.4,
    "escalate": 0.9,
    "delay": 0.2,
    "audit": 0.1,
    "optimize": -0.3,
    "notify": -0.6,
    "assign": -0.8,
    "close": -1.0,
}
TEN = np.array(list(STORY.values()))
THREE = TEN[:3]
FOUR = np.array([2.0, 1.0, 0.5, 0.1])


def _reference(logits, T=1.0):
    return softmax(temperature(logits, T))


def _look_at_probs(value, *args) -> str:
    """What is visibly wrong with a would-be distribution of an unknown mistake."""
    rows = value.reshape(-1, value.shape[-1]) if value.ndim else value.reshape(1, 1)
    logits = args[0].reshape(rows.shape)
    if np.isnan(rows).any():
        return "There is a nan in your result: look for inf/inf, inf - inf or 0/0."
    if (rows < 0).any():
        return "A probability cannot be negative."
    sums = rows.sum(axis=-1)
    if (off := np.abs(sums - 1) > 1e-4).any():
        return f"A row of your result adds up to {sums[off][0]:.6g}, not 1."
    if any(
        (np.diff(row[np.argsort(z)]) < -1e-9).any() for row, z in zip(rows, logits, strict=True)
    ):
        return "Your result ranks the tokens differently from the logits."
    return ""


def _reference_softmax(logits):
    return softmax(logits)


def _softmax_probes(rng):
    return [
        (FOUR,),
        (THREE,),
        (TEN,),
        (rng.permutation(rng.normal(0, 2, 7)),),
        (np.array([-1.0, -3.5, -0.2]),),
        (np.array([0.7, 0.7, -0.4, 0.7]),),
        (np.array([3.5]),),
        (np.array([40.0, -60.0, 38.5]),),
        (np.array([1000.0, 999.0]),),
        (np.array([1000.0, 0.0, -1000.0]),),
        (np.array([-1000.0, -1001.0, -1000.5]),),
    ]


def one_row_probes(rng):
    # 710 is just past the largest x with a finite exp(x): whoever subtracts any constant passes.
    return [
        (FOUR, 0.5),
        (THREE, 0.5),
        (TEN, 2.0),
        (TEN,),
        (TEN, 0.7),
        (rng.permutation(rng.normal(0, 2, 7)), float(rng.uniform(0.25, 0.9))),
        (rng.permutation(rng.normal(0, 3, 20)), float(rng.uniform(1.2, 4.0))),
        (np.array([-1.3, -3.5, -0.2]), 1.7),
        (np.array([0.7, 0.7, -0.4, 0.7]), 0.4),
        (np.array([3.5]), 0.3),
        (TEN, 0.05),
        (TEN, 100.0),
        (np.array([710.0, 709.0]), 1.0),
        (np.array([355.0, 354.5, 300.0]), 0.5),
    ]


# No temperature in its senses; here shifting by T, dividing by T and ignoring T part ways.
_TELL_T = [(FOUR, 1e-320), (FOUR, 1e17), (np.array([1000.0, 0.0]), 1e-4)]


def _power(z, T=1.0):
    return share(soft(z) ** (1 / T))


VARIANTS = {
    "power 1/T of probabilities": _power,
    "maximum subtracted before dividing": lambda z, T=1.0: share(np.exp((z - np.max(z)) / T)),
    "another constant subtracted": lambda z, T=1.0: share(np.exp(z / T - 1.7)),
    "via log-softmax": lambda z, T=1.0: np.exp(z / T - np.logaddexp.reduce(z / T)),
    "power 1/T of exponentials": lambda z, T=1.0: share(np.exp(z - np.max(z)) ** (1 / T)),
    "float32": lambda z, T=1.0: soft(z.astype(np.float32) / np.float32(T)),
    "plain Python": lambda z, T=1.0: [
        math.exp((x - max(z)) / T) / sum(math.exp((y - max(z)) / T) for y in z) for x in z
    ],
}


# --- 1.5 the batch axis


def _rows(function):
    return lambda z, T=1.0: np.apply_along_axis(function, -1, z, T)


def _without_T(form):
    """The same mistake by somebody who forgot T as well."""
    return lambda z, T=1.0: form(z, 1.0)


def _exp_shifted(z, T):
    return np.exp((z - np.max(z, axis=-1, keepdims=True)) / T)


BATCH = [
    Mistake(
        "T14_batch_axis",
        "You normalised over the whole batch: every row must sum to 1. "
        "Use axis=-1 and keepdims=True.",
        [
            lambda z, T=1.0: (e := np.exp((z - np.max(z)) / T)) / e.sum(),
            lambda z, T=1.0: (e := _exp_shifted(z, T)) / e.sum(),
        ],
    ),
    Mistake(
        "axis_0",
        "Your columns sum to 1. The vocabulary is the last axis: axis=-1, not 0.",
        [
            lambda z, T=1.0: (e := np.exp((z - np.max(z, axis=0)) / T)) / e.sum(axis=0),
            lambda z, T=1.0: (e := _exp_shifted(z, T)) / e.sum(axis=0),
        ],
    ),
    Mistake(
        "axis_1",
        "axis=1 is the last axis only of a matrix. Use axis=-1: it also serves one row or a stack.",
        [
            lambda z, T=1.0: (
                (e := np.exp((z - np.max(z, axis=1, keepdims=True)) / T))
                / e.sum(axis=1, keepdims=True)
            ),
        ],
    ),
    Mistake(
        "one_maximum_for_all",
        "One maximum was subtracted from the whole batch, so a row far below it became 0/0. "
        "Each row needs its own: max(axis=-1, keepdims=True).",
        [
            lambda z, T=1.0: share(np.exp((z - np.max(z)) / T)),
            lambda z, T=1.0: share(np.exp(z / T - np.max(z / T, axis=0))),
        ],
    ),
    Mistake(
        "keepdims_missing",
        "Without keepdims=True the row sums (or maxima) line up with the columns. "
        "A square batch then gives wrong numbers without an error.",
        [
            lambda z, T=1.0: (e := _exp_shifted(z, T)) / e.sum(axis=-1),
            lambda z, T=1.0: (e := np.exp((z - np.max(z, axis=-1)) / T)) / e.sum(axis=-1),
            lambda z, T=1.0: share(np.exp((z - np.max(z, axis=-1)) / T)),
        ],
    ),
    Mistake(
        "first_row_only",
        "Only one row came back. Return one distribution for each row.",
        [lambda z, T=1.0: soft(z[0] / T), lambda z, T=1.0: soft(z[-1] / T)],
    ),
    Mistake(
        "flattened",
        "The batch came back as one long row: keep its shape.",
        [
            lambda z, T=1.0: soft(np.ravel(z) / T),
            lambda z, T=1.0: np.ravel(soft(z / T)),
        ],
    ),
    Mistake(
        "transposed",
        "Rows and columns are exchanged: keep the shape of the batch.",
        [lambda z, T=1.0: soft(z / T).T, lambda z, T=1.0: soft(z.T / T)],
    ),
    Mistake(
        "averaged",
        "The rows were averaged or added up. Return one distribution for each row.",
        [
            lambda z, T=1.0: soft(z / T).mean(axis=0),
            lambda z, T=1.0: soft(z.mean(axis=0) / T),
            lambda z, T=1.0: soft(z / T).sum(axis=0),
            lambda z, T=1.0: np.broadcast_to(soft(z / T).mean(axis=0), z.shape),
        ],
    ),
]


def _batch_probes(rng):
    return [
        (np.array([[2.0, 1.0], [0.0, 3.0]]), 1.0),
        (np.array([[2.2, 1.8, 1.4], [0.1, 0.2, -0.3]]), 0.5),
        (rng.normal(0, 2, (3, 10)), 2.0),
        (rng.normal(0, 2, (4, 4)),),
        (rng.normal(0, 2, (1, 5)), 0.8),
        (rng.normal(0, 2, (5, 1)), 0.8),
        (np.stack([TEN, TEN[::-1] / 4]), 0.05),
        (rng.normal(0, 2, (2, 6)), 20.0),
        (TEN, 0.7),
        (rng.normal(0, 2, (2, 3, 4)), 1.5),
        (np.array([[400.0, 399.0], [-400.0, -401.0]]), 1.0),
        (np.array([[710.0, 709.0, -300.0], [0.0, -1.0, 1.0]]), 1.0),
    ]


# --- 1.6 T -> 0


def _at_zero(answer):
    """A function that is right at T > 0 and gives `answer(z)` at T = 0."""
    return lambda z, T: answer(z) if T == 0 else soft(z / T)


def _divided_by_zero(z, T):
    return [math.exp((x - max(z)) / T) for x in [float(x) for x in z]]


def _greedy_limit(logits, T):
    return one_hot(logits, greedy(logits)) if T == 0 else _reference(logits, T)


ZERO = [
    Mistake(
        "T09_zero_div",
        "T = 0 is a limit, not a division: handle it as argmax (greedy).",
        [
            lambda z, T: soft(z / np.float64(T)),
            lambda z, T: share(np.exp(z / np.float64(T))),
            lambda z, T: share(np.exp(z / max(T, 1e-8))),
            lambda z, T: share(np.exp(z / (T + 1e-8))),
            _at_zero(lambda z: np.full(len(z), np.nan)),
            lambda z, T: _divided_by_zero(z, float(T)),
            lambda z, T: _divided_by_zero(z, T),
            lambda z, T: soft(z * (1 / T)),
            lambda z, T: soft(z * (1 / float(T))),
        ],
    ),
    Mistake(
        "zero_is_uniform",
        "At T = 0 you gave every token the same probability. That is T -> infinity; "
        "at T -> 0 the top token takes all.",
        [_at_zero(lambda z: np.full(len(z), 1 / len(z))), _at_zero(lambda z: soft(0 * z))],
    ),
    Mistake(
        "zero_is_one",
        "At T = 0 you returned plain softmax, which is T = 1. At T -> 0 the top token takes all.",
        [_at_zero(soft)],
    ),
    Mistake(
        "zero_is_nothing",
        "At T = 0 you gave every token 0. Probabilities add up to 1: the top token gets it all.",
        [_at_zero(lambda z: 0 * z)],
    ),
    Mistake(
        "zero_is_least",
        "At T = 0 you chose the smallest logit. Greedy is argmax.",
        [
            _at_zero(lambda z: one_hot(z, np.argmin(z))),
            _at_zero(lambda z: share((z == np.min(z)) * 1.0)),
        ],
    ),
    Mistake(
        "zero_is_index",
        "At T = 0 you returned a token id (or its logit). "
        "Return a distribution: 1 for the winner, 0 elsewhere.",
        [_at_zero(np.argmax), _at_zero(np.max), _at_zero(lambda z: np.max(soft(z)))],
    ),
    Mistake(
        "zero_keeps_logits",
        "At T = 0 you returned the logits. Return a distribution: 1 for the winner, 0 elsewhere.",
        [_at_zero(lambda z: z), _at_zero(lambda z: np.where(z == np.max(z), z, 0))],
    ),
    Mistake(
        "ties_not_shared",
        "At a tie every winner got 1, so the sum is 2 or more. Take the first, or share.",
        [_at_zero(lambda z: (z == np.max(z)) * 1.0)],
    ),
    Mistake(
        "zero_too_large",
        "T = 0 was replaced by a value that is not small enough: the runner-up still gets some.",
        [lambda z, T, c=c: soft(z / max(T, c)) for c in (1, 0.5, 0.2, 0.1, 0.05, 0.01)]
        + [lambda z, T, c=c: soft(z / (T + c)) for c in (0.1, 0.05, 0.01, 0.001)]
        + [_at_zero(lambda z, c=c: soft(z / c)) for c in (1.5, 0.7, 0.5, 0.2, 0.1, 0.05)],
    ),
    Mistake(
        "greedy_too_early",
        "You went greedy at a T above 0 that still leaves the others a visible share.",
        [
            lambda z, T, c=c: one_hot(z, np.argmax(z)) if c > T else soft(z / T)
            for c in (0.2, 0.5, 1.0, 1.01)
        ],
    ),
    Mistake(
        "always_greedy",
        "That is greedy at every T. Only T = 0 is.",
        [lambda z, T: one_hot(z, np.argmax(z))],
    ),
    Mistake(
        "overflow_near_zero",
        "Close to 0, logits / T is so large that exp overflows: subtract the maximum first. "
        "It cancels in the ratio.",
        [
            lambda z, T: one_hot(z, np.argmax(z)) if T == 0 else share(np.exp(z / T)),
            lambda z, T: (
                one_hot(z, np.argmax(z))
                if T == 0
                else [math.exp(x / T) / sum(math.exp(y / T) for y in z) for x in z]
            ),
        ],
    ),
    Mistake(
        "power_underflows",
        "Close to 0, p ** (1/T) underflows to 0 for every token. "
        "Divide the logits and subtract the maximum instead.",
        [lambda z, T: one_hot(z, np.argmax(z)) if T == 0 else _power(z, T)],
    ),
]


def _zero_probes(rng):
    z = rng.permutation(rng.normal(0, 2, 7))
    return [
        (FOUR, 0.0),
        (TEN, 0.0),
        (THREE, 0.5),
        (z, 0),
        (z, float(rng.uniform(1.2, 4.0))),
        (TEN, 0.15),
        (TEN, 0.4),
        (np.array([-3.0, -1.0, -2.0]), 0.0),
        (np.array([5.0]), 0.0),
        (TEN, 50.0),
        (TEN, 1e-3),
        (-TEN[::-1], 1e-6),
        (np.array([1.0, 1.05, 0.9]), 0.0),
        (np.array([0.3, 2.0, 2.0, -1.0]), 0.0),
    ]


# Pool mistakes that look like another one, or like none, where T = 0 is set apart.
_OTHERWISE_AT_ZERO = {"T08_overflow", "default_not_1", "power_T", "T_cancels", "T_shifts"}
_OTHERWISE_AT_ZERO |= {"greedy_not_probs"}


# --- 1.7 sampling by inverse CDF


def _inverse_cdf(probs, u):
    cdf = np.cumsum(probs)
    return np.searchsorted(cdf / cdf[-1], u, side="right")


def _each(pick):
    """A function of (probs, u) for one u, made into one for an array of them."""
    return lambda p, u: pick(p, float(u)) if np.ndim(u) == 0 else [pick(p, float(x)) for x in u]


def _by_rank(probs, u, sign):
    order = np.argsort(sign * probs, kind="stable")
    return np.searchsorted(np.cumsum(probs[order]), u, side="right"), order


def _next_step(p, u, step):
    return np.clip(_inverse_cdf(p, u) + step, 0, len(p) - 1)


# The textbook forms. One u in 10^16 falls off their end; that is worth a remark, not the points.
PAST_THE_END = [
    Convention(
        "In floating point your running sum can end just below 1, and a u above it falls off the "
        "end. Dividing the running sum by its last value closes the gap.",
        form,
    )
    for form in (
        lambda p, u: np.searchsorted(np.cumsum(p), u, side="right"),
        lambda p, u: np.minimum(np.searchsorted(np.cumsum(p), u, side="right"), len(p) - 1),
        lambda p, u: np.argmax(np.cumsum(p) > np.asarray(u)[..., None], axis=-1),
        _each(lambda p, u: next(i for i, c in enumerate(np.cumsum(p)) if u < c)),
        _each(lambda p, u: next((i for i, c in enumerate(np.cumsum(p)) if u < c), None)),
        _each(lambda p, u: next((i for i, c in enumerate(np.cumsum(p)) if u < c), -1)),
    )
]

INVERSE = [
    Mistake(
        "boundary_to_the_left",
        "A u on a boundary belongs to the token on its right: u < running sum, not <=. "
        "Otherwise u = 0 draws a first token of probability 0.",
        [
            lambda p, u: np.searchsorted(np.cumsum(p), u),
            lambda p, u: np.searchsorted(np.cumsum(p) / np.sum(p), u, side="left"),
            lambda p, u: np.minimum(np.searchsorted(np.cumsum(p), u), len(p) - 1),
            lambda p, u: np.argmax(np.cumsum(p) >= np.asarray(u)[..., None], axis=-1),
        ],
    ),
    Mistake(
        "one_too_far",
        "Every answer is one token too far: count the running sums that are <= u.",
        [
            lambda p, u: _inverse_cdf(p, u) + 1,
            lambda p, u: _next_step(p, u, 1),
            lambda p, u: (_inverse_cdf(p, u) + 1) % len(p),
        ],
    ),
    Mistake(
        "one_too_few",
        "Every answer is one token too early: count the running sums that are <= u.",
        [
            lambda p, u: _inverse_cdf(p, u) - 1,
            lambda p, u: _next_step(p, u, -1),
            lambda p, u: (_inverse_cdf(p, u) - 1) % len(p),
        ],
    ),
    Mistake(
        "always_argmax",
        "You always take the most likely token. That is greedy; u decides.",
        [
            lambda p, u: np.full(np.shape(u), np.argmax(p)),
            lambda p, u: np.argmax(p),
        ],
    ),
    Mistake(
        "uniform",
        "Every token got an equal slice of [0, 1). A token's slice is as wide as its probability.",
        [
            lambda p, u: (np.asarray(u) * len(p)).astype(int),
            lambda p, u: np.round(np.asarray(u) * (len(p) - 1)),
        ],
    ),
    Mistake(
        "no_running_sum",
        "You compared u with single probabilities. Compare it with their running sum.",
        [
            lambda p, u: np.searchsorted(p, u, side="right"),
            lambda p, u: np.searchsorted(p, u),
            lambda p, u: np.argmax(p > np.asarray(u)[..., None], axis=-1),
            lambda p, u: np.argmax(p >= np.asarray(u)[..., None], axis=-1),
            lambda p, u: np.abs(p - np.asarray(u)[..., None]).argmin(axis=-1),
            lambda p, u: (p <= np.asarray(u)[..., None]).sum(axis=-1),
        ],
    ),
    Mistake(
        "nearest_step",
        "You took the running sum closest to u. Take the first one above u.",
        [lambda p, u: np.abs(np.cumsum(p) - np.asarray(u)[..., None]).argmin(axis=-1)],
    ),
    Mistake(
        "rank_not_id",
        "You sorted the probabilities and returned a place in the sorted list. "
        "Return the token's id; no sorting is needed.",
        [
            lambda p, u: np.minimum(_by_rank(p, u, -1)[0], len(p) - 1),
            lambda p, u: np.minimum(_by_rank(p, u, 1)[0], len(p) - 1),
            lambda p, u: _by_rank(p, u, -1)[0],
            lambda p, u: _by_rank(p, u, 1)[0],
        ],
    ),
    Mistake(
        "sorted_first",
        "The frequencies would be right, but this is not vocabulary order: "
        "lay the tokens out along [0, 1) as they come.",
        [
            lambda p, u: (r := _by_rank(p, u, -1))[1][np.minimum(r[0], len(p) - 1)],
            lambda p, u: (r := _by_rank(p, u, 1))[1][np.minimum(r[0], len(p) - 1)],
        ],
    ),
    Mistake(
        "from_the_far_end",
        "You counted from the far end (1 - u, or a running sum from the last token). "
        "The frequencies would be right; the exercise starts at token 0.",
        [
            lambda p, u: _inverse_cdf(p, 1 - np.asarray(u)),
            lambda p, u: np.minimum(_inverse_cdf(p, 1 - np.asarray(u)), len(p) - 1),
            lambda p, u: len(p) - 1 - _inverse_cdf(p[::-1], u),
        ],
    ),
    Mistake(
        "probability_not_id",
        "You returned a probability or a running sum. Return the token's id, a whole number.",
        [
            lambda p, u: p[_inverse_cdf(p, u)],
            lambda p, u: np.cumsum(p)[_inverse_cdf(p, u)],
            lambda p, u: np.cumsum(p),
            lambda p, u: p,
        ],
    ),
    Mistake(
        "returns_u",
        "You returned u itself. Return the token on whose slice of [0, 1) u lies.",
        [lambda p, u: u],
    ),
    Mistake(
        "one_hot_not_id",
        "You returned a vector with a 1 in it. Return the token's id.",
        [lambda p, u: one_hot(p, _inverse_cdf(p, u))],
    ),
    Mistake(
        "first_u_only",
        "One token came back for many u. Return one for each.",
        [lambda p, u: _inverse_cdf(p, np.ravel(u)[0])],
    ),
    Mistake(
        "softmax_of_probs",
        "You ran softmax on probabilities. They are already normalised.",
        [lambda p, u: _inverse_cdf(soft(p), u)],
    ),
]


def _inverse_probes(rng):
    z = rng.normal(0, 2, 12)
    below_one = np.nextafter(1.0, 0.0)
    return [
        (np.array([0.5, 0.25, 0.25]), 0.6),
        (softmax(TEN), np.array([0.1, 0.36, 0.6, 0.93, 0.999, 0.001])),
        (soft(z), rng.random(40)),
        (np.array([0.05, 0.6, 0.1, 0.25]), rng.random(25)),
        (rng.permutation(soft(z)), float(rng.random())),
        (np.array([1.0]), 0.3),
        (np.array([0.5, 0.25, 0.25]), np.array([0.0, 0.5, 0.75])),
        (np.array([0.0, 0.5, 0.0, 0.5, 0.0]), np.array([0.0, 0.5, 0.25, below_one])),
        (np.array([0.1] * 10 + [0.0]), np.array([0.05, below_one])),
    ]


def _look_at_ids(value, probs, u) -> str:
    ids = np.ravel(value)
    if (ids != np.floor(ids)).any() or (ids < 0).any() or (ids >= len(probs)).any():
        return f"Token ids are whole numbers from 0 to {len(probs) - 1}."
    if (probs[ids.astype(int)] == 0).any():
        return "You drew a token of probability 0."
    return ""


# --- 1.8 drawing by any method

DRAWS = 20_000
FALSE_ALARM = 1e-6


def _draw(logits, T, rng, n):
    return rng.choice(len(logits), size=n, p=soft(logits / T))


def _gumbel(scores):
    """Draws by the largest of `scores(logits, T, noise)`, noise being Gumbel."""
    return lambda z, T, rng, n: scores(z, T, rng.gumbel(size=(n, len(z)))).argmax(axis=-1)


def _choice(weights):
    return lambda z, T, rng, n: rng.choice(len(z), size=n, p=share(weights(z, T)))


def _frequencies(ids, logits, T, rng, n):
    if ids.shape != (n,):
        raise NotPlain(f"shape {ids.shape}, where n = {n} token ids were asked for")
    if (ids != np.floor(ids)).any() or (ids < 0).any() or (ids >= len(logits)).any():
        raise NotPlain(f"not token ids, whole numbers from 0 to {len(logits) - 1}")
    if (ids == ids[0]).all() and soft(logits / T).max() < 0.99:
        raise NotPlain("one and the same token in every draw")
    return np.bincount(ids.astype(int), minlength=len(logits)) / n


def _noise_bound(p, logits, T, rng, n):
    """
    Bernstein's bound on |frequency - p| of n draws.

    Over all tokens of all probes together it is exceeded with probability below FALSE_ALARM.
    """
    log = math.log(2 * 10 * p.size / FALSE_ALARM)
    return log / (3 * n) + np.sqrt((log / (3 * n)) ** 2 + 2 * log * p * (1 - p) / n)


def _differs(seed_a, seed_b):
    """Whether two seeds give different draws of the ten tokens."""

    def differ(call):
        a, b = (call(TEN, 1.0, np.random.default_rng(seed), 200) for seed in (seed_a, seed_b))
        return not np.array_equal(a, b)

    return differ


def _never(z, T, rng, n):
    return np.random.default_rng(0).choice(len(z), size=n, p=soft(z / T))


DRAW = [
    Mistake(
        "T_ignored",
        "The frequencies are those of T = 1. Divide the logits by T, or scale the noise by T; "
        "dividing both (logits + noise) by T changes no winner.",
        [
            _choice(lambda z, T: soft(z)),
            _gumbel(lambda z, T, g: z + g),
            _gumbel(lambda z, T, g: (z + g) / T),
            _choice(lambda z, T: soft(z) / T),
            _choice(lambda z, T: soft(z - T)),
        ],
    ),
    Mistake(
        "T01_multiply",
        "You multiplied the logits by T, or divided the noise by it. The logits are divided.",
        [_choice(lambda z, T: soft(z * T)), _gumbel(lambda z, T, g: z + g / T)],
    ),
    Mistake(
        "T_twice",
        "T counts twice: once on the logits and once on the noise. One of them is enough.",
        [_choice(lambda z, T: soft(z / T**2)), _gumbel(lambda z, T, g: z / T + g * T)],
    ),
    Mistake(
        "one_token",
        "Every draw is the same token: argmax was taken without noise, or one draw was repeated. "
        "Draw n independent tokens.",
        [
            lambda z, T, rng, n: np.full(n, np.argmax(z)),
            lambda z, T, rng, n: np.full(n, _draw(z, T, rng, 1)[0]),
            lambda z, T, rng, n: np.full(n, (z / T + rng.gumbel(size=len(z))).argmax()),
        ],
    ),
    Mistake(
        "uniform",
        "Every token came equally often: the logits were not used.",
        [lambda z, T, rng, n: rng.integers(len(z), size=n)],
    ),
    Mistake(
        "other_noise",
        "The noise is not Gumbel noise. It is -log(-log(u)) with u uniform, or rng.gumbel(...).",
        [
            lambda z, T, rng, n: (z / T + rng.normal(size=(n, len(z)))).argmax(axis=-1),
            lambda z, T, rng, n: (z / T + rng.random(size=(n, len(z)))).argmax(axis=-1),
            lambda z, T, rng, n: (z / T + rng.exponential(size=(n, len(z)))).argmax(axis=-1),
            lambda z, T, rng, n: (z / T - rng.gumbel(size=(n, len(z)))).argmax(axis=-1),
            lambda z, T, rng, n: (z / T + np.log(rng.random((n, len(z))))).argmax(axis=-1),
            lambda z, T, rng, n: (z / T - rng.exponential(size=(n, len(z)))).argmax(axis=-1),
        ],
    ),
    Mistake(
        "rank_not_id",
        "The ids are places in a sorted list. Map them back: order[drawn].",
        [
            _choice(lambda z, T: np.sort(soft(z / T))[::-1]),
            _choice(lambda z, T: np.sort(soft(z / T))),
        ],
    ),
    Mistake(
        "shifted_ids",
        "Every id is off by one: the first token has id 0.",
        [
            lambda z, T, rng, n: _draw(z, T, rng, n) + 1,
            lambda z, T, rng, n: (_draw(z, T, rng, n) + 1) % len(z),
            lambda z, T, rng, n: (_draw(z, T, rng, n) - 1) % len(z),
        ],
    ),
    Mistake(
        "softmax_twice",
        "You ran softmax on probabilities: that flattens them. Run it once.",
        [_choice(lambda z, T: soft(soft(z / T))), _choice(lambda z, T: soft(soft(z) / T))],
    ),
    Mistake(
        "not_drawn",
        "You returned probabilities or counts. Return the ids of n drawn tokens.",
        [
            lambda z, T, rng, n: soft(z / T),
            lambda z, T, rng, n: rng.multinomial(n, soft(z / T)),
        ],
    ),
    Mistake(
        "one_draw_only",
        "One token came back, where n were asked for.",
        [
            lambda z, T, rng, n: _draw(z, T, rng, None),
            lambda z, T, rng, n: _draw(z, T, rng, 1),
        ],
    ),
    Mistake(
        "without_replacement",
        "A token can be drawn again: each draw is independent of the others.",
        [lambda z, T, rng, n: rng.choice(len(z), size=n, p=soft(z / T), replace=False)],
    ),
    Mistake(
        "rng_unused",
        "Two generators with different seeds gave the same draws: use the rng that is passed in.",
        [
            _never,
            lambda z, T, rng, n: np.random.default_rng(1).permutation(
                np.repeat(np.arange(len(z)), np.bincount(_never(z, T, rng, n), minlength=len(z)))
            ),
        ],
        rule=lambda call: not _differs(1, 2)(call),
    ),
    Mistake(
        "other_randomness",
        "The same rng twice gave different draws: some other source of randomness is used.",
        [lambda z, T, rng, n: np.random.default_rng().choice(len(z), size=n, p=soft(z / T))],
        rule=_differs(1, 1),
    ),
    Mistake(
        "in_order",
        "The frequencies are right but the draws come sorted, so each one tells the next. "
        "Draw independently.",
        [
            lambda z, T, rng, n: np.sort(_draw(z, T, rng, n)),
            lambda z, T, rng, n: np.repeat(np.arange(len(z)), rng.multinomial(n, soft(z / T))),
        ],
        rule=lambda call: bool((np.diff(call(TEN, 1.0, np.random.default_rng(3), 200)) >= 0).all()),
    ),
]


def _draw_probes(rng):
    def stream():
        return np.random.default_rng(rng.integers(2**32))

    return [
        (TEN, 0.5, stream(), DRAWS),
        (TEN, 2.0, stream(), DRAWS),
        (rng.permutation(rng.normal(0, 1.5, 6)), float(rng.uniform(0.4, 0.8)), stream(), DRAWS),
        (np.array([-3.0, -1.0, -1.0, -2.5]), 1.5, stream(), DRAWS),
        (np.array([1.0, 2.0]), 3.0, stream(), DRAWS),
        (np.array([1000.0, 999.0, 998.0]), 1.0, stream(), DRAWS),
    ]


# --- 1.9 the temperature for an entropy


def _bisect(logits, bits, measure=None, low=1e-3, high=1e3):
    """Temperature at which `measure(probs)`, growing with T, is `bits`."""
    measure = measure or entropy
    for _ in range(50):
        middle = math.sqrt(low * high)
        if measure(soft(logits / middle)) < bits:
            low = middle
        else:
            high = middle
    return middle


def _entropy_at(T, logits, bits):
    if T.shape != () or not 0 < T < math.inf:
        raise NotPlain("not a temperature: one number above 0")
    return entropy(soft(logits / float(T)))


FIND = [
    Mistake(
        "nats_for_bits",
        "Your entropy is in nats: use log2, or divide by ln 2.",
        [lambda z, b: _bisect(z, b, lambda p: entropy(p, base=math.e))],
    ),
    Mistake(
        "log10",
        "Your entropy uses log10: use log2.",
        [lambda z, b: _bisect(z, b, lambda p: entropy(p, base=10))],
    ),
    Mistake(
        "perplexity",
        "You matched the perplexity 2**H. The target is the entropy H itself.",
        [lambda z, b: _bisect(z, b, lambda p: 2 ** entropy(p))],
    ),
    Mistake(
        "inverted",
        "You found 1/T: the number that multiplies the logits. Return the one that divides them.",
        [lambda z, b: 1 / _bisect(z, b)],
    ),
    Mistake(
        "wrong_half",
        "The search walked away from the target and ended at the edge of its range. "
        "Entropy grows with T: too little entropy means T must go up.",
        [
            lambda z, b, end=end: end
            for end in (5, 10, 20, 50, 100, 1000, 1e6, 1e-3, 0.01, 0.05, 0.1)
        ],
    ),
    Mistake(
        "too_coarse",
        "Close, but T has too few digits: keep searching until the entropy is within 0.01 bits.",
        [
            *(lambda z, b, d=d: max(round(_bisect(z, b), d), 10.0**-d) for d in (0, 1, 2)),
            lambda z, b: math.ceil(10 * _bisect(z, b)) / 10,
        ],
    ),
    Mistake(
        "range_too_narrow",
        "The target lies outside the range you searched. Start with a low and a high T whose "
        "entropies enclose it.",
        [
            *(lambda z, b, h=h: _bisect(z, b, high=h) for h in (1, 2, 3, 4, 5, 10)),
            *(lambda z, b, w=w: _bisect(z, b, low=w) for w in (0.5, 0.3, 0.2, 0.1)),
            *(
                lambda z, b, w=w, h=h: _bisect(z, b, low=w, high=h)
                for w in (0.1, 0.2, 0.5)
                for h in (2, 3, 5, 10)
            ),
        ],
    ),
    Mistake(
        "linear_in_T",
        "Entropy is not proportional to T: it starts slowly and flattens at log2(vocabulary). "
        "Search for T.",
        [
            lambda z, b: b / entropy(soft(z)),
            lambda z, b: b / math.log2(len(z)),
            lambda z, b: b / (math.log2(len(z)) - b),
        ],
    ),
    Mistake(
        "entropy_not_T",
        "You returned an entropy. Return the temperature that gives it.",
        [
            lambda z, b: b,
            lambda z, b: entropy(soft(z)),
            lambda z, b: entropy(soft(z / _bisect(z, b))),
        ],
    ),
    Mistake(
        "top_probability",
        "You matched the top token's probability or surprisal. The target is the entropy.",
        [lambda z, b: _bisect(z, b, lambda p: -math.log2(max(p)))],
    ),
]


def _find_probes(rng):
    z = rng.permutation(rng.normal(0, 2, 20))
    return [
        (TEN, 2.0),
        (TEN, 2.611),
        (FOUR, 1.3),
        (z, float(rng.uniform(1.0, 2.0))),
        (z, float(rng.uniform(3.0, 4.0))),
        (TEN + 1000.0, 1.5),
        (TEN, 0.1),
        (TEN, 3.3),
        (10 * TEN, 2.5),
        (100 * TEN, 2.0),
        (FOUR / 20, 1.0),
        (np.append(FOUR, -1000.0), 1.3),  # a probability that underflows to 0
    ]


def _look_at_T(value, logits, bits) -> str:
    if value.shape != () or not 0 < value < math.inf:
        return ""
    off = float(_entropy_at(value, logits, bits) - bits)
    return f"At your T the entropy is {abs(off):.3g} bits too {'high' if off > 0 else 'low'}."


def _grid(logits, bits):
    ts = np.geomspace(1e-3, 1e3, 20_001)
    return ts[np.abs(entropy(soft(logits / ts[:, None])) - bits).argmin()]


# --- 1.11 the published table

PUBLISHED = dict(
    zip(STORY, [0.36, 0.24, 0.16, 0.10, 0.05, 0.04, 0.03, 0.02, 0.01, 0.01], strict=True)
)
_TRUE = dict(zip(STORY, softmax(TEN), strict=True))
CORRECTED = {t: round(float(p), 2) for t, p in _TRUE.items() if round(float(p), 2) != PUBLISHED[t]}

_AT_HALF = _reference(THREE, 0.5)
_AT_TWO = np.exp(THREE / 2.0)

EXERCISES = [
    ValueExercise(
        id="1.1",
        title="softmax by hand",
        points=2,
        minutes=8,
        parts=[
            Part("scaled logits", THREE / 2.0),
            Part("exponentials", _AT_TWO, 0.011),
            Part("total", _AT_TWO.sum(), 0.011),
            Part("probabilities", _reference(THREE, 2.0), 0.006),
        ],
        note="7.47 and 7.48 are both right totals: rounding before or after adding.",
        mistakes=[
            Mistake(
                "T01_multiply",
                "You multiplied the logits by 2 (or divided by 0.5). T = 2 divides them.",
                [THREE * 2.0],
            ),
            Mistake(
                "T_ignored",
                "These are the logits at T = 1. Divide each by 2.",
                [THREE],
            ),
            Mistake(
                "T_subtracted",
                "You subtracted T, or added it. Temperature divides.",
                [THREE - 2.0, THREE + 2.0],
            ),
            Mistake(
                "exp_of_unscaled",
                "You took exp of the logits themselves. Take it of the scaled ones: 1.1, 0.9, 0.7.",
                [np.exp(THREE), np.exp(THREE * 2.0)],
                part=1,
            ),
            Mistake(
                "T07_base2",
                "These are powers of 2 or 10. exp uses e = 2.718.",
                [2.0 ** (THREE / 2), 10.0 ** (THREE / 2)],
                part=1,
            ),
            Mistake(
                "exp_of_divided",
                "You divided the exponentials by T. Divide the logits, then take exp.",
                [np.exp(THREE) / 2.0],
                part=1,
            ),
            Mistake(
                "scaled_logits",
                "These are still the scaled logits: take exp of each.",
                [THREE / 2.0],
                part=1,
            ),
            Mistake(
                "total_of_logits",
                "You added the scaled logits. Add the exponentials.",
                [THREE.sum() / 2.0],
                part=2,
            ),
            Mistake(
                "total_at_another_T",
                "That is the total at T = 1 or T = 0.5. Add the three exponentials of this T.",
                [np.exp(THREE).sum(), np.exp(THREE / 0.5).sum()],
                part=2,
            ),
            Mistake(
                "mean_not_total",
                "That is their mean. Softmax divides by the sum.",
                [_AT_TWO.mean()],
                part=2,
            ),
            Mistake(
                "probs_at_half",
                "These are the probabilities at T = 0.5, the worked example. T = 2 is flatter.",
                [_AT_HALF],
                part=3,
            ),
            Mistake(
                "probs_at_one",
                "These are the probabilities at T = 1. Use the exponentials of the scaled logits.",
                [softmax(THREE)],
                part=3,
            ),
            Mistake(
                "T06_norm_at_1",
                "Numerator at T = 2, denominator at T = 1: the sum is not 1. Use the same total.",
                [_AT_TWO / np.exp(THREE).sum()],
                part=3,
            ),
            Mistake(
                "no_exponential",
                "You divided the scaled logits by their sum. Divide the exponentials by theirs.",
                [THREE / THREE.sum()],
                part=3,
            ),
            Mistake(
                "percent",
                "These are percentages; a probability is between 0 and 1.",
                [100 * _reference(THREE, 2.0)],
                part=3,
                rule=lambda p: bool(np.abs(p - 100 * _reference(THREE, 2.0)).max() < 0.6),
            ),
        ],
    ),
    ValueExercise(
        id="1.2",
        title="three predictions",
        points=2,
        minutes=5,
        parts=[
            Part("top token at T = 2", "approve"),
            Part("P(approve) at T = 0.5", _reference(TEN, 0.5)[0]),
            Part("gap approve - close at T = 0.5", 6.4),
        ],
        mistakes=[
            Mistake(
                "T12_reorders",
                "Dividing every logit by the same positive number keeps their order: "
                "approve stays first at every T.",
                ["optimize"],
                rule=lambda token: isinstance(token, str),
            ),
            Mistake(
                "T13_half_T_doubles_p",
                "Halving T squares every probability ratio (p_i/p_j), "
                "it does not double probabilities.",
                [2 * softmax(TEN)[0]],
                part=1,
            ),
            Mistake(
                "probability_squared",
                "Squaring is right for ratios. After squaring every probability, "
                "divide by their sum.",
                [softmax(TEN)[0] ** 2],
                part=1,
            ),
            Mistake(
                "T_ignored",
                "That is P(approve) at T = 1. A lower T gives the top token more.",
                [softmax(TEN)[0]],
                part=1,
            ),
            Mistake(
                "T01_multiply",
                "That is P(approve) at T = 2: the logits were multiplied by 0.5. Divide by it.",
                [_reference(TEN, 2.0)[0]],
                part=1,
            ),
            Mistake(
                "three_tokens_only",
                "That is the share among three tokens. Here there are ten.",
                [_AT_HALF[0], softmax(THREE)[0]],
                part=1,
            ),
            Mistake(
                "percent",
                "That is a percentage; a probability is between 0 and 1.",
                [100 * _reference(TEN, 0.5)[0]],
                part=1,
                rule=lambda p: 56 <= float(p) <= 57,
            ),
            Mistake(
                "gap_halved",
                "You multiplied the gap by T. Temperature divides: T = 0.5 doubles every gap.",
                [1.6],
                part=2,
            ),
            Mistake(
                "gap_unchanged",
                "That is the gap at T = 1. Both logits are divided by T, so the gap is too.",
                [3.2],
                part=2,
            ),
            Mistake(
                "gap_sign",
                "The size is right. approve is the larger logit, so approve - close is positive.",
                [-6.4],
                part=2,
            ),
            Mistake(
                "gap_sum",
                "-1.0 is negative: subtracting it adds. 2.2 - (-1.0) is 3.2, before scaling.",
                [1.2, 2.4, 0.6],
                part=2,
            ),
            Mistake(
                "ratio_not_gap",
                "That is the ratio of the probabilities, e^6.4. The gap is between the logits.",
                [math.exp(6.4)],
                part=2,
                rule=lambda g: 590 < float(g) < 615,
            ),
        ],
    ),
    FunctionExercise(
        id="1.3",
        title="softmax",
        points=3,
        minutes=8,
        reference=_reference_softmax,
        probes=_softmax_probes,
        observe=_look_at_probs,
        variants={
            "maximum subtracted": lambda z: share(np.exp(z - np.max(z))),
            "via log-sum-exp": lambda z: np.exp(z - np.logaddexp.reduce(z)),
            "float32": lambda z: soft(z.astype(np.float32)),
            "plain Python": lambda z: VARIANTS["plain Python"](z),
            "written as ratios": lambda z: 1 / np.exp(z - z[:, None]).sum(axis=1),
        },
        mistakes=[
            *(
                Mistake(m.id, m.why, [lambda z, form=form: form(z) for form in m.forms])
                for m in SOFTMAX
            ),
            Mistake(
                "another_constant",
                "A wide gap still overflows when the mean or the minimum is subtracted. "
                "Subtract the maximum: then no exponent is above 0.",
                [
                    lambda z: share(np.exp(z - np.mean(z))),
                    lambda z: share(np.exp(z - np.min(z))),
                ],
            ),
            Mistake(
                "two_maxima",
                "The maximum was subtracted in one place only: the numerator and the sum must "
                "use the same shifted logits.",
                [
                    lambda z: np.exp(z - np.max(z)) / np.exp(z).sum(),
                    lambda z: np.exp(z) / np.exp(z - np.max(z)).sum(),
                ],
            ),
            Mistake(
                "divided_by_maximum",
                "You divided the logits by their maximum. Subtract it: "
                "dividing changes the gaps, as a temperature does.",
                [lambda z: soft(z / np.max(z)), lambda z: soft(z / np.max(np.abs(z)))],
            ),
            Mistake(
                "standardised",
                "You standardised the logits. That changes their gaps; only subtracting is free.",
                [
                    lambda z: soft((z - np.mean(z)) / np.std(z)),
                    lambda z: soft((z - np.min(z)) / (np.max(z) - np.min(z))),
                ],
            ),
        ],
    ),
    FunctionExercise(
        id="1.4",
        title="softmax_with_temperature",
        points=3,
        minutes=8,
        reference=_reference,
        probes=one_row_probes,
        tell=_TELL_T,
        observe=_look_at_probs,
        variants=VARIANTS,
        mistakes=[*TEMPERATURE, *SOFTMAX],
    ),
    FunctionExercise(
        id="1.5",
        title="softmax_rows",
        points=3,
        minutes=8,
        reference=_reference,
        probes=_batch_probes,
        tell=[(np.array([z, z + 1]), T) for z, T in _TELL_T],
        observe=_look_at_probs,
        variants={
            "keepdims": lambda z, T=1.0: soft(z / T),
            "one row at a time": _rows(lambda z, T: soft(z / T)),
            "another constant subtracted": _rows(VARIANTS["another constant subtracted"]),
            "reshaped to a matrix": lambda z, T=1.0: soft(z.reshape(-1, z.shape[-1]) / T).reshape(
                z.shape
            ),
        },
        mistakes=[
            *(Mistake(m.id, m.why, [*m.forms, *map(_without_T, m.forms)]) for m in BATCH),
            *(
                Mistake(m.id, m.why, [_rows(form) for form in m.forms])
                for m in [*TEMPERATURE, *SOFTMAX]
                if m.id not in ("default_not_1", "power_T")
            ),
        ],
    ),
    FunctionExercise(
        id="1.6",
        title="softmax_or_greedy",
        points=2,
        minutes=6,
        reference=_greedy_limit,
        note="At a tie your T = 0 takes the first token, as greedy decoding does; "
        "the limit T -> 0 shares the probability.",
        probes=_zero_probes,
        observe=_look_at_probs,
        conventions=[
            Convention(
                "At a tie your T = 0 shares the probability, as the limit T -> 0 does; "
                "greedy decoding takes one token.",
                _at_zero(lambda z: share((z == np.max(z)) * 1.0)),
            ),
            Convention(
                "At a tie your T = 0 takes the last token; greedy decoding mostly takes the first, "
                "the limit T -> 0 shares.",
                _at_zero(lambda z: one_hot(z, len(z) - 1 - np.argmax(z[::-1]))),
            ),
        ],
        variants={
            "a tiny T instead of 0": lambda z, T: soft(z / max(T, 1e-6)),
            "greedy below 1e-5": lambda z, T: one_hot(z, np.argmax(z)) if T < 1e-5 else soft(z / T),
            "maximum subtracted first": lambda z, T: (
                one_hot(z, np.argmax(z)) if T == 0 else share(np.exp((z - np.max(z)) / T))
            ),
        },
        mistakes=[
            *ZERO,
            *(
                Mistake(
                    m.id,
                    m.why,
                    [
                        lambda z, T, f=f: one_hot(z, np.argmax(z)) if T == 0 else f(z, T)
                        for f in m.forms
                    ],
                )
                for m in [*TEMPERATURE, *SOFTMAX]
                if m.id not in _OTHERWISE_AT_ZERO
            ),
        ],
    ),
    FunctionExercise(
        id="1.7",
        title="sample_inverse_cdf",
        points=4,
        minutes=12,
        reference=_inverse_cdf,
        probes=_inverse_probes,
        observe=_look_at_ids,
        conventions=PAST_THE_END,
        variants={
            "counting": lambda p, u: (
                np.cumsum(p) / np.cumsum(p)[-1] <= np.asarray(u)[..., None]
            ).sum(axis=-1),
            "a loop": _each(
                lambda p, u: next(i for i, c in enumerate(np.cumsum(p) / np.cumsum(p)[-1]) if u < c)
            ),
            "u scaled by the sum": lambda p, u: np.searchsorted(
                np.cumsum(p), u * np.cumsum(p)[-1], side="right"
            ),
            "last token with probability": lambda p, u: np.minimum(
                np.searchsorted(np.cumsum(p), u, side="right"), np.flatnonzero(p)[-1]
            ),
        },
        mistakes=INVERSE,
    ),
    FunctionExercise(
        id="1.8",
        title="draw",
        points=3,
        minutes=10,
        reference=_draw,
        probes=_draw_probes,
        view=_frequencies,
        view_name="frequencies",
        target=lambda logits, T, rng, n: _reference(logits, T),
        rtol=0.0,
        atol=_noise_bound,
        variants={
            "Gumbel-max": _gumbel(lambda z, T, g: z / T + g),
            "Gumbel noise times T": _gumbel(lambda z, T, g: z + T * g),
            "inverse CDF": lambda z, T, rng, n: _inverse_cdf(soft(z / T), rng.random(n)),
            "exponential race": lambda z, T, rng, n: (
                rng.exponential(size=(n, len(z))) * np.exp(-(z - np.max(z)) / T)
            ).argmin(axis=-1),
            "one draw at a time": lambda z, T, rng, n: [
                int(i) for i in (rng.choice(len(z), p=soft(z / T)) for _ in range(n))
            ],
        },
        mistakes=DRAW,
    ),
    FunctionExercise(
        id="1.9",
        title="find_temperature",
        points=4,
        minutes=12,
        reference=_bisect,
        probes=_find_probes,
        view=_entropy_at,
        view_name="entropy",
        target=lambda logits, bits: bits,
        rtol=0.0,
        atol=0.01,
        observe=_look_at_T,
        variants={"a fine grid": _grid},
        mistakes=FIND,
    ),
    ValueExercise(
        id="1.10",
        title="greedy is not the best sequence",
        points=1,
        minutes=4,
        parts=[Part("first word", "dog"), Part("probability", 0.36)],
        mistakes=[
            Mistake(
                "T15_greedy_sequence",
                "Greedy takes the best token at each step; "
                "the best sequence can start with the second-best.",
                ["nice"],
            ),
            Mistake(
                "second_step_only",
                "That is one step alone. The probability of two words is the product of both.",
                [0.9, 0.4],
                part=1,
            ),
            Mistake(
                "greedy_probability",
                "That is the sequence that starts with nice.",
                [0.2],
                part=1,
            ),
            Mistake(
                "added",
                "You added (or averaged) the two. Probabilities of successive steps multiply.",
                [1.3, 0.65],
                part=1,
            ),
            Mistake(
                "percent",
                "That is a percentage; a probability is between 0 and 1.",
                [36.0],
                part=1,
            ),
        ],
    ),
    ValueExercise(
        id="1.11",
        title="audit a published table",
        points=3,
        minutes=8,
        parts=[Part("corrections", CORRECTED, 0.0051)],
        note=f"{len(CORRECTED)} of the {len(PUBLISHED)} rows are wrong.",
        mistakes=[
            Mistake(
                "percent",
                "Write probabilities, as the table does, not percentages.",
                [{t: 100 * p for t, p in CORRECTED.items()}],
                rule=lambda rows: min(map(float, rows.values())) >= 1,
            ),
            Mistake(
                "unknown_token",
                "A name in your answer is no row of the table.",
                [{**CORRECTED, "cheese": 0.01}],
                rule=lambda rows: not rows.keys() <= PUBLISHED.keys(),
            ),
            Mistake(
                "all_wrong",
                "You corrected every row. Most are right: keep those that agree to two decimals.",
                [{t: round(float(p), 2) for t, p in _TRUE.items()}],
                rule=lambda rows: rows.keys() == PUBLISHED.keys(),
            ),
            Mistake(
                "right_rows_listed",
                "You listed the rows that are right. List the others, with the corrected values.",
                [{t: p for t, p in PUBLISHED.items() if t not in CORRECTED}],
                rule=lambda rows: bool(rows) and not rows.keys() & CORRECTED.keys(),
            ),
            Mistake(
                "right_row_flagged",
                "You flagged a row that is right: to two decimals softmax agrees with the table.",
                [{**CORRECTED, "audit": 0.04}, {**CORRECTED, "close": 0.02}],
                rule=lambda rows: bool(rows.keys() - CORRECTED.keys()),
            ),
            Mistake(
                "nothing_wrong",
                "You found no wrong row. The ten values add up to 1.02: something is.",
                [{}],
            ),
            Mistake(
                "row_missed",
                "What you list is wrong in the table, but a row is missing. "
                "Compute all ten probabilities and round them to two decimals.",
                [
                    {t: p for t, p in CORRECTED.items() if t != "assign"},
                    {t: p for t, p in CORRECTED.items() if t != "approve"},
                ],
                rule=lambda rows: rows.keys() < CORRECTED.keys(),
            ),
            Mistake(
                "divided_by_total",
                "Dividing the published values by 1.02 keeps their errors. Start from the logits.",
                [{t: PUBLISHED[t] / 1.02 for t in CORRECTED}],
            ),
            Mistake(
                "published_value",
                "You named the wrong rows but kept a value of the table. "
                "Give what softmax gives, to two decimals.",
                [{t: PUBLISHED[t] for t in CORRECTED}],
                rule=lambda rows: any(
                    abs(float(rows[t]) - PUBLISHED[t]) < 0.002 for t in CORRECTED
                ),
            ),
        ],
    ),
]
