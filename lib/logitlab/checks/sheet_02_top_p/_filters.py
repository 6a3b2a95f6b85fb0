"""
What the exercises of top-p share: rules for who stays, and numbers to try them on.

A form takes ``(q, p)``: the probabilities of one row, and the threshold. It is put together from
an order to walk in, a rule for who stays and a way to finish.
"""

import numpy as np

from ..kit import TEN, descending, one_hot, share, soft

FIVE = np.array([0.50, 0.20, 0.15, 0.10, 0.05])
MIXED = np.array([0.10, 0.50, 0.05, 0.20, 0.15])
SPIKED = np.array([0.0004, 0.9991, 0.0005])
EXACT = np.array([0.5, 0.25, 0.15625, 0.09375])  # sums without rounding in any binary float
TELL = [(np.array([0.004, 0.991, 0.005]), 1.0), (np.full(400, 1 / 400), 0.7)]

ONE_MORE = (
    "When the running sum hits p exactly you keep one token more, as Meta's Llama code does; "
    "'the smallest set with mass at least p' stops there."
)


def log(q):
    with np.errstate(divide="ignore"):
        return np.log(q)


# --- Orders to walk in, and rules for who stays: ``rule(s, c, p)`` sees values and running sum.


def falling(q):
    return np.argsort(-q, kind="stable")


def rising(q):
    return np.argsort(q, kind="stable")


def as_it_comes(q):
    return np.arange(len(q))


def leads(s):
    return np.arange(len(s)) == 0


def reached(s, c, p):
    """Right: a token stays while the mass before it is below p, and the first one always."""
    return unguarded(s, c, p) | leads(s)


def unguarded(s, c, p):
    return np.concatenate([[0.0], c[:-1]]) < p


def one_more_at_a_tie(s, c, p):
    return np.concatenate([[0.0], c[:-1]]) <= p


def one_too_many(s, c, p):
    return np.arange(len(s)) <= reached(s, c, p).sum()


def at_most(s, c, p):
    return c <= p


def at_most_or_first(s, c, p):
    return (c <= p) | leads(s)


def first(count):
    """Rule that keeps the first ``count(n, p)`` tokens."""
    return lambda s, c, p: np.arange(len(s)) < count(len(s), p)


def mask(rule=reached, order=falling):
    """Who stays, in the order of the vocabulary."""

    def form(q, p):
        ids = order(q)
        keep = np.zeros(len(q), bool)
        keep[ids] = rule(q[ids], np.cumsum(q[ids]), p)
        return keep

    return form


def filtered(rule=reached, order=falling, finish=share):
    return lambda q, p: finish(np.where(mask(rule, order)(q, p), q, 0.0))


kept, right = mask(), filtered()


def survivors(form):
    """Who stays in what a form returns."""
    return lambda q, p: np.nan_to_num(form(q, p)) > 0


def each_above(limit, or_top=False):
    """Keeps each token of at least ``limit(q, p)``."""

    def form(q, p):
        keep = q >= limit(q, p)
        if or_top and not keep.any():
            keep = q == q.max()
        return share(np.where(keep, q, 0.0))

    return form


def unfinished(q):
    return q


def while_loop(q, p):
    order = sorted(range(len(q)), key=lambda i: q[i], reverse=True)
    chosen, mass = [], 0.0
    while len(chosen) < len(order) and (not chosen or mass < p):
        chosen.append(order[len(chosen)])
        mass += float(q[chosen[-1]])
    return [float(q[j]) / mass if j in chosen else 0.0 for j in range(len(q))]


def trimmed(q, p):
    """Cuts the crossing token so that the mass is exactly p."""
    ids = falling(q)
    c = np.cumsum(q[ids])
    out = np.zeros(len(q))
    out[ids] = np.clip(p - (c - q[ids]), 0, q[ids])
    return share(out) if p > 0 else one_hot(q, np.argmax(q))


# --- Probes


def drawn(rng, n, spread):
    return soft(rng.permutation(rng.normal(0, spread, n)))


def between(rng, q):
    """A p inside a token's piece of the running sum, so that rounding cannot matter."""
    c = np.concatenate([[0.0], np.cumsum(descending(q))])
    r = int(rng.integers(1, min(len(q), 12)))
    return float((c[r] + c[r + 1]) / 2)


def many(rng):
    """Forty tokens of about 2.5 % each, and a p that only the two likeliest are needed for."""
    q = descending(drawn(rng, 40, 0.2))
    return rng.permutation(q), float(q[0] + q[1] / 2)


def probes(rng):
    """One row of probabilities and a p, from plain to nasty."""
    rows = [drawn(rng, 7, 1.0), drawn(rng, 50, 1.5), drawn(rng, 12, 0.2)]
    plain = [(FIVE, 0.75), (MIXED, 0.75), (soft(TEN), 0.9), *((q, between(rng, q)) for q in rows)]
    sharp = [(soft(TEN[::-1] / 0.3), 0.6), (MIXED, 0.6), (np.array([0.01, 0.97, 0.02]), 0.5)]
    ends = [(MIXED, 0.0), (MIXED, 1.0), (np.full(10, 0.1), 1.0), (SPIKED, 1.0)]
    odd = [many(rng), (np.array([1.0]), 0.3), (np.array([0.0, 0.6, 0.0, 0.4]), 0.95)]
    exact = [(EXACT[[1, 3, 0, 2]], 0.75), (EXACT[[1, 3, 0, 2]], 0.5)]
    return [*plain, *sharp, *ends, *odd, *exact]
