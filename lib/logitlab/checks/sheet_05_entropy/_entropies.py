"""What the exercises of lesson 5 share: p log p, and what goes wrong with it."""

import math

import numpy as np

from ..kit import TEN, known, share, softmax

LN2 = math.log(2)
THREE = np.array([0.4, 0.4, 0.2])
EPSILONS = (1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3)
BASE_2 = "perplexity_base2: H in nats with base 2: too small. The same base for log and power."
BASE_E = "base_e_of_bits: H in bits with base e: too large. The same base for log and power."
LOG0 = "log0: 0 * log(0) is nan in floating point, but 0 in the limit: drop zeros before the log."
SIGN = "sign: Entropy cannot be negative: the log of a probability is 0 or less. Put a minus."
MEAN = "mean: mean() divides by the number of tokens; the weights p are the average already. sum()."
EPSILON = (
    "epsilon: A small number was added inside the log, or p was clipped. Where one token is "
    "certain that is slightly NEGATIVE (-0.00 in print). Mask the zeros instead."
)


def plogp(p, log=np.log2, eps=0.0):
    """The terms p log p; nan at a zero unless something was added to it."""
    return p * log(p + eps)


def masked(p, log=np.log2):
    """The terms p log p, 0 where p is 0."""
    return np.where(p > 0, p * log(np.where(p > 0, p, 1.0)), 0.0)


def bits(p):
    return -masked(p).sum() + 0.0


def nats(p):
    return -masked(p, np.log).sum() + 0.0


def in_python(p):
    return -sum(x * math.log2(x) for x in p)


def probes(rng):
    """Distributions: plain, zeros in them, certain, equal, flat and long."""
    zipf, some = share(1 / np.arange(1.0, 3001)), rng.dirichlet(np.ones(5))
    plain = [THREE, np.array([0.9, 0.05, 0.05]), softmax(TEN), rng.dirichlet(np.ones(7))]
    zeros = [np.array([0.5, 0.5, 0.0]), np.array([0.0, 0.3, 0.0, 0.7]), np.array([1.0, 0.0])]
    equal = [np.full(4, 0.25), np.full(20, 0.05), np.array([1.0])]
    long = [rng.permutation(zipf), rng.permutation(np.append(some, [0.0, 0.0]))]
    return [(p,) for p in [*plain, *zeros, *equal, *long]]


CARELESS_OR_NOT = [(f, log) for f in (masked, plogp) for log in (np.log2, np.log)]
# Mistakes with the entropy of one row.
ROW = known(
    LOG0,
    lambda p: -plogp(p).sum(),
    in_python,
    SIGN,
    *(lambda p, f=f, log=log: f(p, log).sum() for f, log in CARELESS_OR_NOT),
    MEAN,
    *(lambda p, f=f, log=log: -f(p, log).mean() for f, log in CARELESS_OR_NOT),
    "nats: That is in nats, log base e. Bits want log2: divide by ln 2 = 0.6931.",
    *(lambda p, f=f: -f(p, np.log).sum() for f in (masked, plogp)),
    "log10: log10 gives dits (hartleys). Bits want log2: multiply by log2(10) = 3.3219.",
    *(lambda p, f=f: -f(p, np.log10).sum() for f in (masked, plogp)),
    "perplexity_not_entropy: That is the perplexity, a number of choices. Entropy is its log2.",
    lambda p: 2 ** bits(p),
)
