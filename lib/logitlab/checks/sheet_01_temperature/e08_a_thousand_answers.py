"""Exercise 1.8: n independent tokens at a temperature, by any method."""

import math

import numpy as np

from ..kit import TEN, FunctionExercise, NotPlain, Rule, cut, descending, kth, share, soft
from .e04_softmax_with_temperature import softmax_with_temperature
from .e05_sampling_by_inverse_cdf import inverse_cdf

DRAWS = 20_000
FALSE_ALARM = 1e-6


def draw(logits, temperature, rng, n):
    return rng.choice(len(logits), size=n, p=soft(logits / temperature))


def probes(rng):
    z, T = rng.permutation(rng.normal(0, 1.5, 6)), float(rng.uniform(0.4, 0.8))
    rows = [(TEN, 0.5), (TEN, 2.0), (z, T), (np.array([-3.0, -1.0, -1.0, -2.5]), 1.5)]
    rows += [(np.array([1.0, 2.0]), 3.0), (np.array([1000.0, 999.0, 998.0]), 1.0)]
    return [(z, T, np.random.default_rng(rng.integers(2**32)), DRAWS) for z, T in rows]


def frequencies(ids, logits, T, rng, n):
    if ids.shape != (n,):
        raise NotPlain(f"shape {ids.shape}, where n = {n} token ids were asked for")
    if (ids != np.floor(ids)).any() or (ids < 0).any() or (ids >= len(logits)).any():
        raise NotPlain(f"not token ids, whole numbers from 0 to {len(logits) - 1}")
    if (ids == ids[0]).all() and soft(logits / T).max() < 0.99:
        raise NotPlain("one and the same token in every draw")
    return np.bincount(ids.astype(int), minlength=len(logits)) / n


def noise_bound(p, logits, T, rng, n):
    """
    Bernstein's bound on |frequency - p| of n draws.

    Over all tokens of all probes together it is exceeded with probability below FALSE_ALARM.
    """
    log = math.log(2 * 10 * p.size / FALSE_ALARM)
    return log / (3 * n) + np.sqrt((log / (3 * n)) ** 2 + 2 * log * p * (1 - p) / n)


def same(seed_a, seed_b):
    """Whether two generators lead to the same draws of the ten tokens."""

    def rule(call):
        a, b = (call(TEN, 1.0, np.random.default_rng(seed), 200) for seed in (seed_a, seed_b))
        return np.array_equal(a, b)

    return rule


def in_order(call):
    return (np.diff(call(TEN, 1.0, np.random.default_rng(3), 200)) >= 0).all()


def repeats(call):
    """How many of 500 draws from 5,000 equal tokens came before: 24 on average, if independent."""
    return 500 - len(np.unique(call(np.zeros(5000), 1.0, np.random.default_rng(4), 500)))


def choice(weights):
    return lambda z, T, rng, n: rng.choice(len(z), size=n, p=share(weights(z, T)))


def gumbel(scores):
    """Draws by the largest of `scores(logits, T, noise)`, noise being Gumbel."""
    return lambda z, T, rng, n: scores(z, T, rng.gumbel(size=(n, len(z)))).argmax(axis=-1)


def noisy(noise):
    """Draws by the largest of logits / T and `noise(rng, size)`."""
    return lambda z, T, rng, n: (z / T + noise(rng, (n, len(z)))).argmax(axis=-1)


EXERCISE = FunctionExercise(
    reference=draw,
    probes=probes,
    view=frequencies,
    view_name="frequencies",
    target=lambda logits, T, rng, n: softmax_with_temperature(logits, T),
    rtol=0.0,
    atol=noise_bound,
    right={
        "Gumbel-max": gumbel(lambda z, T, g: z / T + g),
        "Gumbel noise times T": gumbel(lambda z, T, g: z + T * g),
        "inverse CDF": lambda z, T, rng, n: inverse_cdf(soft(z / T), rng.random(n)),
        "exponential race": lambda z, T, rng, n: (
            rng.exponential(size=(n, len(z))) * np.exp(-(z - np.max(z)) / T)
        ).argmin(axis=-1),
        "one at a time": lambda z, T, rng, n: [rng.choice(len(z), p=p) for p in [soft(z / T)] * n],
    },
).known(
    "T_ignored: The frequencies are those of T = 1. Divide the logits by T, or scale the noise "
    "by T; dividing both, (logits + noise) / T, changes no winner.",
    choice(lambda z, T: soft(z)),
    "multiply: You multiplied the logits by T, or divided the noise by it. Divide the logits.",
    choice(lambda z, T: soft(z * T)),
    "T_twice: T counts twice: once on the logits and once on the noise. One is enough.",
    choice(lambda z, T: soft(z / T**2)),
    "one_token: Every draw is the same token. New noise, or a new u, for each of the n draws.",
    lambda z, T, rng, n: np.full(n, np.argmax(z)),
    "uniform: Every token came equally often: the logits were not used.",
    choice(lambda z, T: soft(z * 0)),
    "thin_tail: Rare tokens come too seldom, or never. Cut off none; ADD noise, by rng.gumbel.",
    *(choice(lambda z, T, k=k: soft(cut(z, z >= kth(z, k)) / T)) for k in (2, 3, 5)),
    *(choice(lambda z, T, c=c: soft(z / T) * (soft(z / T) >= c)) for c in (0.01, 0.05, 0.1)),
    *(noisy(lambda rng, size, s=s: rng.normal(0, s, size)) for s in (1, np.pi / np.sqrt(6))),
    noisy(lambda rng, size: rng.random(size)),
    "other_noise: That is not Gumbel noise: -log(-log(u)) with u uniform, or rng.gumbel(...).",
    *(noisy(lambda rng, size, s=s: s * rng.exponential(size=size)) for s in (1, -1)),
    "rank_not_id: The ids are places in a sorted list. Map them back: order[drawn].",
    *(choice(lambda z, T, f=f: f(soft(z / T))) for f in (np.sort, descending)),
    "shifted_ids: These are not the ids of the drawn tokens. Ids count from 0.",
    lambda z, T, rng, n: draw(z, T, rng, n) + 1,
    *(lambda z, T, rng, n, by=by: (draw(z, T, rng, n) + by) % len(z) for by in (1, -1)),
    "softmax_twice: You ran softmax on probabilities: that flattens them. Run it once.",
    choice(lambda z, T: soft(soft(z / T))),
    "not_drawn: That is one number for each token, such as probabilities or counts. Return the "
    "ids of n drawn tokens.",
    lambda z, T, rng, n: soft(z / T),
    "one_draw_only: One token came back, where n were asked for.",
    *(lambda z, T, rng, n, size=size: draw(z, T, rng, size) for size in (None, 1)),
    "rng_unused: Two generators with different seeds gave the same draws: use the given rng.",
    lambda z, T, rng, n: draw(z, T, np.random.default_rng(0), n),
    Rule(same(1, 2)),
    "other_randomness: The same rng gave other draws the second time. Use no other source.",
    lambda z, T, rng, n: draw(z, T, np.random.default_rng(), n),
    Rule(lambda call: not same(1, 1)(call)),
    "in_order: The draws come sorted, so each one tells the next. Draw independently.",
    lambda z, T, rng, n: np.sort(draw(z, T, rng, n)),
    Rule(in_order),
    "dependent: The draws depend on each other: they repeat in blocks, or are spread more "
    "evenly than chance. Use a new random number for each.",
    *(lambda z, T, rng, n, k=k: np.repeat(draw(z, T, rng, n // k), k) for k in (2, 4)),
    Rule(lambda call: not 3 <= repeats(call) <= 60),
)
