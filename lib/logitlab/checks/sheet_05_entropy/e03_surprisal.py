"""Exercise 5.3: how many bits a token carried when it came."""

import math

import numpy as np

from logitlab.checks._function import FunctionExercise, known
from logitlab.checks._shared import TEN, descending
from logitlab.checks.sheet_05_entropy._entropies import EPSILONS, THREE, bits, masked, plogp
from logitlab.distributions import softmax
from logitlab.information import surprisal


def probes(rng):
    p = rng.dirichlet(np.ones(8))
    plain = [(THREE, 0), (THREE, 2), (np.array([0.5, 0.25, 0.125, 0.125]), 1), (softmax(TEN), 6)]
    drawn = [(p, int(p.argmin())), (p, int(rng.integers(1, 8)))]
    ends = [(np.array([0.0, 1.0, 0.0]), 1), (np.array([0.7, 0.3, 0.0]), 2)]
    return [*plain, *drawn, *ends, (np.array([1e-30, 1.0]), 0), (np.full(1000, 0.001), 17)]


EXERCISE = FunctionExercise(
    unit="bits",
    reference=lambda probs, token: surprisal(float(probs[token])),
    probes=probes,
    right={
        "log of 1/p": lambda p, i: np.log2(1 / p[i]),
        "nats over ln 2": lambda p, i: -np.log(p[i]) / np.log(2),
        "all, then one": lambda p, i: (-np.log2(p))[i],
        "math, zero apart": lambda p, i: math.inf if p[i] == 0 else -math.log2(p[i]),
    },
    mistakes=known(
        "surprisal: Surprisal of one token is -log2 p. Times p it is its SHARE of the entropy.",
        *(lambda p, i, f=f: -f(p)[i] for f in (plogp, masked)),
        lambda p, i: -plogp(p[i], np.log),
        "sign: Surprisal is 0 or more: the log of a probability is negative. Put a minus in front.",
        *(lambda p, i, f=f: f(p[i]) for f in (np.log2, np.log, plogp)),
        "epsilon: A small number was added, or p clipped. At p = 0 surprisal is inf, at 1 it is 0.",
        *(lambda p, i, e=e: -np.log2(p[i] + e) for e in EPSILONS),
        *(lambda p, i, e=e: -np.log2(max(p[i], e)) for e in EPSILONS),
        "impossible_is_not_0: A token of probability 0 surprises without limit: np.inf, no error.",
        *(lambda p, i, v=v: -np.log2(p[i]) if p[i] > 0 else v for v in (0.0, np.nan)),
        lambda p, i: -math.log2(p[i]),
        lambda p, i: math.log2(1 / float(p[i])),
        "entropy_not_surprisal: That is the entropy, an average. Take the token that came alone.",
        lambda p, i: bits(p),
        lambda p, i: -plogp(p).sum(),
        "all_tokens: You returned every token's surprisal. Return that of probs[token].",
        lambda p, i: -np.log2(p),
        "token_ignored: The token was not used: you looked at the likeliest, or at one place.",
        lambda p, i: -np.log2(np.max(p)),
        *(lambda p, i, end=end: -np.log2(p[end]) for end in (0, -1)),
        "shifted_token: That is another token's: ids begin at 0.",
        *(lambda p, i, by=by: -np.log2(np.roll(p, by)[i]) for by in (1, -1)),
        "sorted_first: You sorted first. Position i belongs to token i.",
        *(lambda p, i, f=f: -np.log2(f(p)[i]) for f in (np.sort, descending)),
        "no_logarithm: That is 1/p. Surprisal is its logarithm.",
        lambda p, i: 1 / p[i],
    ),
)
