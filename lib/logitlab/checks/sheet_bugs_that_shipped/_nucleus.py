"""What the exercises on top-p share: who stays, told by the values and running sums in order."""

import numpy as np

from ..kit import known


def falling(q):
    return np.argsort(-q, kind="stable")


def rising(q):
    return np.argsort(q, kind="stable")


def mask(rule, order=falling):
    """Who stays, in the vocabulary's order, by ``rule(values, sums, p)``."""

    def form(q, p):
        ids = order(q)
        keep = np.zeros(len(q), bool)
        keep[ids] = rule(q[ids], np.cumsum(q[ids]), p)
        return keep

    return form


def leads(s):
    return np.arange(len(s)) == 0


def reached(s, c, p):
    """Right: a token stays while the mass before it is below p, and the first one always."""
    return (c - s < p) | leads(s)


def short(s, c, p):
    return (c <= p) | leads(s)


nucleus, unguarded = mask(reached), mask(lambda s, c, p: c - s < p)

MASKS = known(
    "zero_keeps_none: p = 0 leaves nothing. The likeliest token stays whatever p is.",
    unguarded,
    "first_id_kept: Place 0 of the mask is token 0. The likeliest token is order[0].",
    lambda q, p: unguarded(q, p) | leads(q),
    "inverted: You kept the tail and removed the nucleus.",
    lambda q, p: ~nucleus(q, p),
    mask(lambda s, c, p: c > p),
    mask(lambda s, c, p: c >= p),
    "least_likely_first: You start with the least likely token. Start with the likeliest.",
    mask(reached, rising),
    mask(short, rising),
    "everything: Every token is kept.",
    lambda q, p: np.ones(len(q), bool),
)
