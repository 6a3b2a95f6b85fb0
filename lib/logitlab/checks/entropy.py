"""
Exercises of lesson 5: entropy.

The forms of a mistake take the learner's arguments. None uses the library, which would refuse much
of what they do.
"""

import math
from functools import lru_cache

import numpy as np

from logitlab.checks._former import FunctionExercise, Mistake, Part, ValueExercise
from logitlab.checks.mistakes import share, soft
from logitlab.checks.temperature import TEN
from logitlab.distributions import softmax
from logitlab.information import cross_entropy, entropy, kl_divergence, perplexity, surprisal

LN2 = math.log(2)
THREE = np.array([0.4, 0.4, 0.2])
TWENTY = np.random.default_rng(42).normal(0, 1, 20) + 4 * (np.arange(20) == 0)
EPSILONS = (1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3)
BASES = {"nats": np.log, "E08_log10": np.log10}


def _plogp(p, log=np.log2, eps=0.0):
    """p log p, term by term; nan at a zero unless something was added to it."""
    p = np.asarray(p, float)
    return p * log(p + eps)


def _masked(p, log=np.log2):
    p = np.asarray(p, float)
    return np.where(p > 0, p * log(np.where(p > 0, p, 1.0)), 0.0)


def _bits(p):
    return -_masked(p).sum() + 0.0


def _nats(p):
    return -_masked(p, np.log).sum() + 0.0


SIGN = "Entropy cannot be negative: the log of a probability is 0 or less, so put a minus in front."
LOG0 = (
    "0 * log(0) is nan in floating point but 0 in the limit: drop zero probabilities before "
    "you take logs."
)
EPSILON = (
    "A small number was added inside the log. It makes the certain case slightly NEGATIVE "
    "(-0.00 in print), or spoils the rest. Mask the zeros instead."
)
MEAN = "mean() divides by the number of tokens; the weights p are the average already. Use sum()."
NATS = "That is in nats, log base e. Bits want log2: divide by ln 2 = 0.6931."
DITS = "log10 gives dits (hartleys). Bits want log2: multiply by log2(10) = 3.3219."


# --- 5.3 surprisal of one token


def _one(probs, token):
    return surprisal(float(probs[token]))


def _token_probes(rng):
    p = rng.dirichlet(np.ones(8))
    return [
        (THREE, 0),
        (THREE, 2),
        (np.array([0.5, 0.25, 0.125, 0.125]), 1),
        (p, int(p.argmin())),
        (p, int(rng.integers(1, 8))),
        (softmax(TEN), 6),
        (np.array([0.0, 1.0, 0.0]), 1),
        (np.array([0.7, 0.3, 0.0]), 2),
        (np.array([1e-30, 1.0]), 0),
        (np.full(1000, 0.001), 17),
    ]


SURPRISAL = [
    Mistake(
        "E15_surprisal",
        "Surprisal of one token is -log2 p. Multiplying by p gives its SHARE of the entropy.",
        [
            lambda p, i: -p[i] * np.log2(p[i]),
            lambda p, i: -_masked(p)[i],
            lambda p, i: -p[i] * np.log(p[i]),
        ],
    ),
    Mistake(
        "E02_sign",
        "Surprisal is 0 or more: the log of a probability is negative, so put a minus in front.",
        [lambda p, i: np.log2(p[i]), lambda p, i: np.log(p[i]), lambda p, i: p[i] * np.log2(p[i])],
    ),
    Mistake("nats", NATS, [lambda p, i: -np.log(p[i])]),
    Mistake("E08_log10", DITS, [lambda p, i: -np.log10(p[i])]),
    Mistake(
        "E04_epsilon",
        "A small number was added inside the log, or the probability was clipped. A token of "
        "probability 0 has infinite surprisal, and a certain one exactly 0.",
        [
            *(lambda p, i, e=e: -np.log2(p[i] + e) for e in EPSILONS),
            *(lambda p, i, e=e: -np.log2(max(p[i], e)) for e in EPSILONS),
        ],
    ),
    Mistake(
        "impossible_is_not_0",
        "A token of probability 0 would surprise without limit: inf, not 0 and not an error.",
        [
            lambda p, i: -np.log2(p[i]) if p[i] > 0 else 0.0,
            lambda p, i: -math.log2(p[i]),
            lambda p, i: math.log2(1 / float(p[i])),
            lambda p, i: -np.log2(p[i]) if p[i] > 0 else np.nan,
        ],
    ),
    Mistake(
        "entropy_not_surprisal",
        "That is the entropy, the average over all tokens. Take the one that came.",
        [lambda p, i: _bits(p), lambda p, i: -_plogp(p).sum()],
    ),
    Mistake(
        "all_tokens",
        "You returned every token's surprisal. Return that of the one that came: probs[token].",
        [lambda p, i: -np.log2(p)],
    ),
    Mistake(
        "token_ignored",
        "The token was not used: you looked at the likeliest, the first or the last one.",
        [
            lambda p, i: -np.log2(np.max(p)),
            lambda p, i: -np.log2(p[0]),
            lambda p, i: -np.log2(p[-1]),
            lambda p, i: -np.log2(np.min(p)),
        ],
    ),
    Mistake(
        "shifted_token",
        "That is another token's: ids begin at 0.",
        [lambda p, i: -np.log2(p[i - 1]), lambda p, i: -np.log2(np.roll(p, -1)[i])],
    ),
    Mistake(
        "sorted_first",
        "You sorted first. Position i belongs to token i.",
        [lambda p, i: -np.log2(np.sort(p)[::-1][i]), lambda p, i: -np.log2(np.sort(p)[i])],
    ),
    Mistake(
        "inverse_probability",
        "That is 1/p, or 1 - p. Surprisal is the logarithm of 1/p.",
        [lambda p, i: 1 / p[i], lambda p, i: 1 - p[i]],
    ),
    Mistake(
        "of_the_complement",
        "That is the surprisal at the token NOT coming. Take -log2 of p, not of 1 - p.",
        [lambda p, i: -np.log2(1 - p[i])],
    ),
    Mistake(
        "log_odds",
        "These are log odds, log2 of p / (1 - p). Surprisal has p alone.",
        [lambda p, i: np.log2(p[i] / (1 - p[i])), lambda p, i: -np.log2(p[i] / (1 - p[i]))],
    ),
    Mistake(
        "relative_to_top",
        "You divided by the largest probability. Surprisal looks at the token's own.",
        [lambda p, i: -np.log2(p[i] / np.max(p))],
    ),
    Mistake(
        "rounded",
        "Right, but rounded. Return all digits; round when you print.",
        [lambda p, i, d=d: np.round(-np.log2(p[i]), d) for d in (2, 1, 0)],
    ),
]


# --- 5.4 entropy


def _row_probes(rng):
    """Distributions: plain, zeros in them, certain, equal, flat and long, very small."""
    zipf = share(1 / np.arange(1.0, 3001))
    return [
        (THREE,),
        (np.array([0.9, 0.05, 0.05]),),
        (softmax(TEN),),
        (rng.dirichlet(np.ones(7)),),
        (np.array([0.5, 0.5, 0.0]),),
        (np.array([0.0, 0.3, 0.0, 0.7]),),
        (np.array([1.0, 0.0]),),
        (np.array([0.25, 0.25, 0.25, 0.25]),),
        (np.full(20, 0.05),),
        (rng.permutation(zipf),),
        (np.array([1.0]),),
        (rng.permutation(np.append(rng.dirichlet(np.ones(5)), [0.0, 0.0])),),
    ]


def _negative(call):
    """Below 0 where the outcome is certain."""
    return any(float(call(np.array(p))) < 0 for p in ([1.0, 0.0], [0.0, 1.0, 0.0]))


ENTROPY = [
    Mistake(
        "E03_log0",
        LOG0,
        [
            lambda p: -_plogp(p).sum(),
            lambda p: (p * np.log2(1 / p)).sum(),
            lambda p: -sum(x * math.log2(x) for x in p),
            lambda p: -np.dot(p, np.log2(p)),
            lambda p: -(p * np.log(p)).sum() / np.log(2),
        ],
    ),
    Mistake(
        "E04_epsilon",
        EPSILON,
        [
            *(lambda p, e=e: -_plogp(p, eps=e).sum() for e in EPSILONS),
            *(lambda p, e=e: -_plogp(np.clip(p, e, 1)).sum() for e in (1e-6, 1e-5, 1e-4, 1e-3)),
            *(lambda p, e=e: -((p + e) * np.log2(p + e)).sum() for e in EPSILONS[5:]),
        ],
        rule=_negative,
    ),
    Mistake(
        "E02_sign",
        SIGN,
        [
            lambda p: _masked(p).sum(),
            lambda p: _plogp(p).sum(),
            lambda p: _masked(p, np.log).sum(),
            lambda p: _plogp(p, np.log).sum(),
        ],
    ),
    Mistake(
        "E06_mean",
        MEAN,
        [
            lambda p: -_masked(p).mean(),
            lambda p: -_plogp(p).mean(),
            lambda p: -np.mean(_masked(p[p > 0])),
            lambda p: -_masked(p, np.log).mean(),
            lambda p: -_plogp(p, np.log).mean(),
        ],
    ),
    Mistake("nats", NATS, [_nats, lambda p: -_plogp(p, np.log).sum()]),
    Mistake(
        "E08_log10",
        DITS,
        [lambda p: -_masked(p, np.log10).sum(), lambda p: -_plogp(p, np.log10).sum()],
    ),
    Mistake(
        "not_weighted",
        "You added or averaged the surprisals as they are. Each counts by its probability: p * "
        "-log2 p.",
        [
            lambda p: -np.log2(p).sum(),
            lambda p: -np.log2(p).mean(),
            lambda p: -np.log2(p[p > 0]).sum(),
            lambda p: -np.log2(p[p > 0]).mean(),
        ],
    ),
    Mistake(
        "E11_max_is_one",
        "You divided by the largest entropy there can be, so that it ends at 1. In bits the "
        "maximum is log2(V): 4.32 for 20 tokens.",
        [
            lambda p: _bits(p) / np.log2(len(p)),
            lambda p: _bits(p) / np.log2(len(p)) if len(p) > 1 else 0.0,
            lambda p: _bits(p) / np.log2((p > 0).sum()),
            lambda p: -_plogp(p).sum() / np.log2(len(p)),
            lambda p: -(_masked(p, np.log) / np.log(len(p))).sum(),
        ],
    ),
    Mistake(
        "only_the_top",
        "That looks at the likeliest token alone. Two distributions with the same top token can "
        "have different entropies: add up over all.",
        [
            lambda p: -np.log2(p.max()),
            lambda p: -p.max() * np.log2(p.max()),
            lambda p: 1 - p.max(),
            lambda p: -_masked(np.array([p.max(), 1 - p.max()])).sum(),
        ],
    ),
    Mistake(
        "perplexity_not_entropy",
        "That is the perplexity, a number of choices. Entropy is its log2.",
        [lambda p: 2 ** _bits(p)],
    ),
    Mistake(
        "gini",
        "That is 1 - sum of squares, or its relative: another measure of spread. Entropy weighs "
        "-log2 p.",
        [
            lambda p: 1 - (p**2).sum(),
            lambda p: -np.log2((p**2).sum()),
            lambda p: 1 / (p**2).sum(),
            lambda p: (p**2).sum(),
        ],
    ),
    Mistake(
        "distance_from_uniform",
        "That is how far from uniform: log2 V minus the entropy.",
        [lambda p: np.log2(len(p)) - _bits(p)],
    ),
    Mistake(
        "maximum_not_entropy",
        "That is log2 of the number of tokens, the entropy if all were equal.",
        [lambda p: np.log2(len(p)), lambda p: np.log2((p > 0).sum())],
    ),
    Mistake(
        "variance_not_entropy",
        "That is a variance or a standard deviation of the probabilities, not an entropy.",
        [np.var, np.std],
    ),
    Mistake(
        "not_summed",
        "These are the shares of the tokens. Add them up.",
        [lambda p: -_masked(p), lambda p: -_plogp(p), lambda p: -np.log2(p)],
    ),
    Mistake(
        "tail_dropped",
        "Small probabilities were left out. There are many of them: drop only exact zeros.",
        [
            *(lambda p, c=c: -_masked(p[p > c]).sum() for c in (1e-4, 1e-3, 0.01, 0.05, 0.1)),
            lambda p: -_masked(np.sort(p)[-10:]).sum(),
            lambda p: -_masked(np.sort(p)[-50:]).sum(),
            lambda p: -_masked(np.sort(p)[-3:]).sum(),
        ],
    ),
    Mistake(
        "distinct_values",
        "Equal probabilities were counted once. They belong to different tokens.",
        [lambda p: -_masked(np.unique(p)).sum()],
    ),
    Mistake(
        "softmax_of_probs",
        "These are probabilities already: no softmax is needed.",
        [lambda p: _bits(soft(p)), lambda p: _nats(soft(p))],
    ),
    Mistake(
        "binary_terms",
        "You added the term of 1 - p for every token. A token's coming and its not coming are "
        "one distribution only when there are two tokens.",
        [lambda p: -_masked(p).sum() - _masked(1 - p).sum()],
    ),
    Mistake(
        "log1p",
        "log2(1 + p) is another curve. Mask the zeros and take log2 of p itself.",
        [
            lambda p: -(p * np.log2(1 + p)).sum(),
            lambda p: (p * np.log2(1 + p)).sum(),
            lambda p: -(p * np.log1p(p)).sum(),
        ],
    ),
    Mistake(
        "rounded",
        "Right, but rounded. Return all digits; round when you print.",
        [lambda p, d=d: np.round(_bits(p), d) for d in (3, 2, 1, 0)],
    ),
]


# --- 5.5 from logits, at a temperature


def _at(logits, temperature=1.0):
    return entropy(softmax(logits / temperature))


def _logit_probes(rng):
    z = rng.normal(0, 2, 9)
    return [
        (np.array([2.2, 1.8, 1.4]),),
        (TEN, 0.5),
        (TEN, 2.0),
        (TEN,),
        (z, float(rng.uniform(0.3, 0.7))),
        (z, float(rng.uniform(1.5, 3.0))),
        (z + 100, 1.5),
        (-1.0 - rng.random(6), 0.8),
        (np.zeros(20), 0.7),
        (np.array([1000.0, 998.0, 999.0]), 1.0),
        (np.array([2.0, -np.inf, 1.0, -np.inf]), 2.0),
        (np.array([50.0, 0.0, -3.0]), 0.1),
    ]


def _of(form):
    """Entropy in bits of what a form makes of (z, T)."""
    return lambda z, T=1.0: _bits(form(z, T))


AT = [
    Mistake(
        "E05_of_logits",
        "You took the entropy of the logits themselves. Convert to probabilities first.",
        [
            lambda z, T=1.0: -_plogp(z).sum(),
            lambda z, T=1.0: -_plogp(z / T).sum(),
            lambda z, T=1.0: -_masked(z).sum(),
            lambda z, T=1.0: -_masked(z / T).sum(),
            lambda z, T=1.0: -_plogp(np.abs(z)).sum(),
            lambda z, T=1.0: -_plogp(share(z)).sum(),
            lambda z, T=1.0: -_plogp(share(z / T)).sum(),
            lambda z, T=1.0: -_plogp(z, np.log).sum(),
            lambda z, T=1.0: -np.nansum(_plogp(z / T)),
        ],
    ),
    Mistake(
        "not_normalised",
        "You stopped after the exponentials: divide them by their sum before you take logs.",
        [
            lambda z, T=1.0: -_plogp(np.exp(z / T)).sum(),
            lambda z, T=1.0: -_masked(np.exp((z - z.max()) / T)).sum(),
            lambda z, T=1.0: -_plogp(np.exp((z - z.max()) / T)).sum(),
        ],
    ),
    Mistake(
        "T_ignored",
        "Your result is the same at every T: divide the logits by T before softmax.",
        [_of(lambda z, T: soft(z)), _of(lambda z, T: share(soft(z) / T))],
    ),
    Mistake(
        "T01_multiply",
        "You multiplied the logits by T. Temperature divides: a higher T raises the entropy.",
        [_of(lambda z, T: soft(z * T)), _of(lambda z, T: share(soft(z) ** T))],
    ),
    Mistake(
        "E12_linear_in_T",
        "Entropy is not proportional to T: it saturates at log2(V). Divide the logits by T and "
        "compute it anew.",
        [lambda z, T=1.0: T * _bits(soft(z)), lambda z, T=1.0: _bits(soft(z)) / T],
    ),
    Mistake(
        "T03_scale_probs_no_norm",
        "You divided probabilities by T. T belongs inside the exponent.",
        [
            lambda z, T=1.0: -_masked(soft(z) / T).sum(),
            lambda z, T=1.0: -_masked(soft(z) * T).sum(),
        ],
    ),
    Mistake(
        "E03_log0",
        LOG0,
        [
            lambda z, T=1.0: -_plogp(soft(z / T)).sum(),
            lambda z, T=1.0: -sum(x * math.log2(x) for x in soft(z / T)),
        ],
    ),
    Mistake(
        "E04_epsilon",
        EPSILON,
        [lambda z, T=1.0, e=e: -_plogp(soft(z / T), eps=e).sum() for e in EPSILONS],
        rule=lambda call: float(call(np.array([0.0, -2000.0]), 1.0)) < 0,
    ),
    Mistake(
        "T08_overflow",
        "exp of a large number is infinite, and inf/inf is nan. Subtract the maximum first, or "
        "use softmax.",
        [
            _of(lambda z, T: share(np.exp(z / T))),
            lambda z, T=1.0: -_plogp(share(np.exp(z / T))).sum(),
        ],
    ),
    Mistake("E02_sign", SIGN, [lambda z, T=1.0: _masked(soft(z / T)).sum()]),
    Mistake("E06_mean", MEAN, [lambda z, T=1.0: -_masked(soft(z / T)).mean()]),
    Mistake("nats", NATS, [lambda z, T=1.0: _nats(soft(z / T))]),
    Mistake("E08_log10", DITS, [lambda z, T=1.0: -_masked(soft(z / T), np.log10).sum()]),
    Mistake(
        "softmax_twice",
        "You ran softmax twice. The second one flattens everything towards uniform.",
        [_of(lambda z, T: soft(soft(z / T))), _of(lambda z, T: soft(soft(z) / T))],
    ),
    Mistake(
        "probs_not_entropy",
        "These are the probabilities. Go on: their entropy is one number.",
        [lambda z, T=1.0: soft(z / T)],
    ),
    Mistake(
        "perplexity_not_entropy",
        "That is the perplexity. Entropy is its log2.",
        [lambda z, T=1.0: 2 ** _bits(soft(z / T))],
    ),
    Mistake(
        "default_not_1",
        "Without a temperature nothing is divided: the default is T = 1.0.",
        [
            *(lambda z, T=d: _bits(soft(z / T)) for d in (0.5, 0.7, 0.8, 2.0)),
            lambda z, T: _bits(soft(z / T)),
        ],
    ),
    Mistake(
        "rounded",
        "Right, but rounded. Return all digits; round when you print.",
        [lambda z, T=1.0, d=d: np.round(_bits(soft(z / T)), d) for d in (3, 2, 1)],
    ),
]


# --- 5.6 perplexity

PERPLEXITY = [
    Mistake(
        "E10_perplexity_base2",
        "H in nats with base 2: too small. The same base for log and power.",
        [lambda p: 2 ** _nats(p), lambda p: 2 ** -_plogp(p, np.log).sum()],
    ),
    Mistake(
        "base_e_of_bits",
        "H in bits with base e: too large. The same base for log and power.",
        [lambda p: np.exp(_bits(p)), lambda p: np.exp(-_plogp(p).sum())],
    ),
    Mistake(
        "base_10",
        "10 to the power of bits or nats. The same base for log and power.",
        [lambda p: 10 ** _bits(p), lambda p: 10 ** _nats(p)],
    ),
    Mistake(
        "E03_log0",
        LOG0,
        [
            lambda p: 2 ** -_plogp(p).sum(),
            lambda p: np.exp(-_plogp(p, np.log).sum()),
            lambda p: 2 ** -sum(x * math.log2(x) for x in p),
            lambda p: np.exp(-sum(x * math.log(x) for x in p)),
        ],
    ),
    Mistake(
        "E04_epsilon",
        EPSILON,
        [
            *(lambda p, e=e: 2 ** -_plogp(p, eps=e).sum() for e in EPSILONS),
            *(lambda p, e=e: np.exp(-_plogp(p, np.log, e).sum()) for e in EPSILONS[1:]),
        ],
        rule=lambda call: float(call(np.array([1.0, 0.0]))) < 1,
    ),
    Mistake(
        "E02_sign",
        "Below 1: a sign is missing. With V equal tokens the answer is V, not 1/V.",
        [
            lambda p: 2 ** _masked(p).sum(),
            lambda p: 2 ** _plogp(p).sum(),
            lambda p: np.exp(_plogp(p, np.log).sum()),
            lambda p: np.exp(_plogp(p).sum()),
        ],
    ),
    Mistake(
        "entropy_not_perplexity",
        "That is the entropy. Raise 2 to that power.",
        [_bits, _nats],
    ),
    Mistake(
        "power_the_wrong_way",
        "2 to the power of H, not 2 times H and not H squared.",
        [lambda p: 2 * _bits(p), lambda p: _bits(p) ** 2],
    ),
    Mistake(
        "not_weighted",
        "You averaged the surprisals as they are. Each counts by its probability.",
        [
            lambda p: 2 ** -np.log2(p).mean(),
            lambda p: 2 ** -np.log2(p[p > 0]).mean(),
        ],
    ),
    Mistake(
        "E06_mean",
        MEAN,
        [lambda p: 2 ** -_masked(p).mean(), lambda p: 2 ** -_plogp(p).mean()],
    ),
    Mistake(
        "one_over_the_top",
        "That is 1 over the largest probability, or over the sum of squares: other counts of "
        "choices. Perplexity is 2 to the entropy.",
        [lambda p: 1 / p.max(), lambda p: 1 / (p**2).sum()],
    ),
    Mistake(
        "all_tokens_counted",
        "That counts tokens, however unlikely. Perplexity weighs them.",
        [lambda p: len(p), lambda p: (p > 0).sum()],
    ),
    Mistake(
        "rounded",
        "Right, but rounded. 2.87 choices are 2.87: return all digits.",
        [
            lambda p: np.round(perplexity(p)),
            lambda p: np.ceil(perplexity(p) - 1e-9),
            *(lambda p, d=d: np.round(perplexity(p), d) for d in (1, 2, 3)),
        ],
    ),
]


# --- 5.8 the slope


def _slope(logits, temperature=1.0):
    p = softmax(logits / temperature)
    variance = (p * logits**2).sum() - (p * logits).sum() ** 2
    return max(variance, 0.0) / temperature**3


def _variance(p, z):
    return (p * (z - (p * z).sum()) ** 2).sum()


def _slope_probes(rng):
    z = rng.normal(0, 2, 9)
    return [
        (TEN, 2.0),
        (TEN, 0.5),
        (TEN,),
        (z, float(rng.uniform(0.4, 0.8))),
        (z, float(rng.uniform(1.5, 3.0))),
        (z + 3, 1.7),
        (np.array([2.0, 0.0]), 1.3),
        (np.full(5, 1.5), 0.6),
    ]


def _sloped(change):
    """A form from (p at T, z, T)."""
    return lambda z, T=1.0: change(soft(z / T), z, T)


SLOPE = [
    Mistake(
        "power_of_T",
        "The power of T is wrong: the variance of the logits is divided by T cubed.",
        [
            *(_sloped(lambda p, z, T, k=k: _variance(p, z) / T**k) for k in (0, 1, 2, 4)),
            _sloped(lambda p, z, T: _variance(p, z / T) / T**3),
            _sloped(lambda p, z, T: _variance(p, z) * T**3),
        ],
    ),
    Mistake(
        "not_weighted",
        "That is the plain variance of the logits, in which every token counts the same. Weigh "
        "with the probabilities at T.",
        [
            lambda z, T=1.0: np.var(z) / T**3,
            lambda z, T=1.0: np.var(z, ddof=1) / T**3,
            lambda z, T=1.0: np.var(z / T) / T,
        ],
    ),
    Mistake(
        "probs_at_1",
        "You weighed with the probabilities at T = 1. Take those at T.",
        [lambda z, T=1.0: _variance(soft(z), z) / T**3],
    ),
    Mistake(
        "T01_multiply",
        "You weighed with softmax(logits * T). Temperature divides.",
        [lambda z, T=1.0: _variance(soft(z * T), z) / T**3],
    ),
    Mistake(
        "variance_of_probs",
        "That is a variance of the probabilities. Take that of the logits, weighed with them.",
        [
            _sloped(lambda p, z, T: np.var(p) / T**3),
            _sloped(lambda p, z, T: _variance(p, p) / T**3),
        ],
    ),
    Mistake(
        "deviation_not_variance",
        "That is the standard deviation. The variance is its square.",
        [_sloped(lambda p, z, T: np.sqrt(_variance(p, z)) / T**3)],
    ),
    Mistake(
        "mean_not_subtracted",
        "That is the mean of the squares. The variance subtracts the square of the mean.",
        [
            _sloped(lambda p, z, T: (p * z**2).sum() / T**3),
            _sloped(lambda p, z, T: (p * (z - z.mean()) ** 2).sum() / T**3),
            _sloped(lambda p, z, T: (p * (z - z.max()) ** 2).sum() / T**3),
        ],
    ),
    Mistake(
        "square_forgotten",
        "The mean must be squared: mean of squares minus SQUARE of the mean.",
        [_sloped(lambda p, z, T: ((p * z**2).sum() - (p * z).sum()) / T**3)],
    ),
    Mistake(
        "bits",
        "That is the slope in bits: 1.4427 times as steep. Asked for are nats, log base e.",
        [
            _sloped(lambda p, z, T: _variance(p, z) / T**3 / LN2),
            lambda z, T=1.0: (_bits(soft(z / (T + 1e-5))) - _bits(soft(z / (T - 1e-5)))) / 2e-5,
        ],
    ),
    Mistake(
        "nats_the_wrong_way",
        "You multiplied by ln 2. The formula is in nats as it stands.",
        [_sloped(lambda p, z, T: _variance(p, z) / T**3 * LN2)],
    ),
    Mistake(
        "E02_sign",
        "Entropy rises with T: the slope is 0 or more.",
        [_sloped(lambda p, z, T: -_variance(p, z) / T**3)],
    ),
    Mistake(
        "difference_not_slope",
        "That is a difference of two entropies. Divide it by the step between the temperatures.",
        [
            *(
                lambda z, T=1.0, h=h: _nats(soft(z / (T + h))) - _nats(soft(z / T))
                for h in (0.001, 0.01, 0.1, 1.0)
            ),
            *(
                lambda z, T=1.0, h=h: _nats(soft(z / (T + h))) - _nats(soft(z / (T - h)))
                for h in (0.001, 0.01, 0.1)
            ),
        ],
    ),
    Mistake(
        "step_too_large",
        "A difference over too large a step, or on one side only. Use the formula, or a step of "
        "0.0001 on both sides.",
        [
            *(
                lambda z, T=1.0, h=h: (_nats(soft(z / (T + h))) - _nats(soft(z / T))) / h
                for h in (0.001, 0.01, 0.1)
            ),
            *(
                lambda z, T=1.0, h=h: (_nats(soft(z / (T + h))) - _nats(soft(z / (T - h)))) / 2 / h
                for h in (0.05, 0.1, 0.2)
            ),
        ],
    ),
    Mistake(
        "entropy_not_slope",
        "That is the entropy itself. Asked is how fast it grows with T.",
        [lambda z, T=1.0: _nats(soft(z / T)), lambda z, T=1.0: _bits(soft(z / T))],
    ),
    Mistake(
        "default_not_1",
        "Without a temperature nothing is divided: the default is T = 1.0.",
        [
            *(lambda z, T=d: _slope(z, T) for d in (0.5, 0.7, 2.0)),
            lambda z, T: _slope(z, T),
        ],
    ),
    Mistake(
        "rounded",
        "Right, but rounded. Return all digits; round when you print.",
        [lambda z, T=1.0, d=d: np.round(_slope(z, T), d) for d in (4, 3, 2)],
    ),
]


# --- 5.9 KL divergence


def _pair_probes(rng):
    a, b = rng.dirichlet(np.ones(6)), rng.dirichlet(np.ones(6))
    return [
        (np.array([0.9, 0.1]), np.array([0.5, 0.5])),
        (a, b),
        (softmax(TEN), softmax(TEN / 2)),
        (rng.dirichlet(np.ones(4)), np.full(4, 0.25)),
        (np.array([0.5, 0.5, 0.0]), np.array([0.25, 0.25, 0.5])),
        (a, a.copy()),
        (np.array([0.5, 0.5]), np.array([1.0, 0.0])),
        (np.array([0.7, 0.3, 0.0]), np.array([0.6, 0.4, 0.0])),
    ]


def _kl(p, q, log=np.log2):
    """Terms of p log(p/q), 0 where p is 0."""
    return np.where(p > 0, p * (log(np.where(p > 0, p, 1.0)) - log(np.where(p > 0, q, 1.0))), 0.0)


KL = [
    Mistake(
        "E14_kl_direction",
        "KL(p||q) weighs by the FIRST distribution. It is not symmetric.",
        [
            lambda p, q: _kl(q, p).sum(),
            lambda p, q: (q * np.log2(q / p)).sum(),
            lambda p, q: (q * np.log2(p / q)).sum(),
            lambda p, q: -_kl(q, p).sum(),
            lambda p, q: _kl(q, p, np.log).sum(),
            lambda p, q: (q * np.log(q / p)).sum(),
        ],
    ),
    Mistake(
        "E03_log0",
        "0 * log(0) is nan in floating point but 0 in the limit: leave out the tokens where p "
        "is 0.",
        [
            lambda p, q: (p * np.log2(p / q)).sum(),
            lambda p, q: (p * (np.log2(p) - np.log2(q))).sum(),
            lambda p, q: sum(x * math.log2(x / y) for x, y in zip(p, q, strict=True)),
        ],
    ),
    Mistake(
        "E02_sign",
        "KL divergence is 0 or more: p / q inside the log, not q / p, and no minus in front.",
        [
            lambda p, q: -_kl(p, q).sum(),
            lambda p, q: (p * np.log2(q / p)).sum(),
            lambda p, q: -(p * np.log2(p / q)).sum(),
        ],
    ),
    Mistake(
        "E04_epsilon",
        "A small number was added or a probability clipped. Where q rules out a token that p "
        "has, the divergence is infinite.",
        [
            *(lambda p, q, e=e: (p * np.log2((p + e) / (q + e))).sum() for e in EPSILONS),
            *(lambda p, q, e=e: ((p + e) * np.log2((p + e) / (q + e))).sum() for e in EPSILONS),
            *(
                lambda p, q, e=e: (
                    np.clip(p, e, 1) * np.log2(np.clip(p, e, 1) / np.clip(q, e, 1))
                ).sum()
                for e in EPSILONS
            ),
        ],
    ),
    Mistake(
        "missing_token_ignored",
        "A token that q rules out and p has was left out. It makes the divergence infinite.",
        [
            lambda p, q: _kl(p, np.where(q > 0, q, p)).sum(),
            lambda p, q: _kl(p[(p > 0) & (q > 0)], q[(p > 0) & (q > 0)]).sum(),
        ],
    ),
    Mistake("nats", NATS, [lambda p, q: _kl(p, q, np.log).sum()]),
    Mistake("E08_log10", DITS, [lambda p, q: _kl(p, q, np.log10).sum()]),
    Mistake("E06_mean", MEAN, [lambda p, q: _kl(p, q).mean()]),
    Mistake(
        "cross_entropy_not_kl",
        "That is the cross-entropy. The divergence is what it has above the entropy of p.",
        [
            lambda p, q: cross_entropy(p, q),
            lambda p, q: -(p * np.log2(q)).sum(),
            lambda p, q: -(p * np.log(q)).sum(),
            lambda p, q: cross_entropy(q, p),
        ],
    ),
    Mistake(
        "difference_of_entropies",
        "That is a difference of two entropies. It can be 0 for different distributions.",
        [
            lambda p, q: _bits(q) - _bits(p),
            lambda p, q: _bits(p) - _bits(q),
            lambda p, q: abs(_bits(p) - _bits(q)),
        ],
    ),
    Mistake(
        "symmetrised",
        "You added or averaged both directions, or compared with their mean. KL has one direction.",
        [
            lambda p, q: _kl(p, q).sum() + _kl(q, p).sum(),
            lambda p, q: (_kl(p, q).sum() + _kl(q, p).sum()) / 2,
            lambda p, q: (_kl(p, (p + q) / 2).sum() + _kl(q, (p + q) / 2).sum()) / 2,
        ],
    ),
    Mistake(
        "other_distance",
        "That is a sum of differences or of squares, not a divergence of logarithms.",
        [
            lambda p, q: np.abs(p - q).sum(),
            lambda p, q: np.abs(p - q).sum() / 2,
            lambda p, q: ((p - q) ** 2).sum(),
            lambda p, q: np.sqrt(((p - q) ** 2).sum()),
        ],
    ),
    Mistake(
        "not_weighted",
        "The log ratios were added without weights. Each counts by p.",
        [lambda p, q: np.log2(p / q).sum(), lambda p, q: np.log2(p / q).mean()],
    ),
    Mistake(
        "absolute_terms",
        "You dropped the minus signs of the terms. Some terms are negative; the sum never is.",
        [lambda p, q: np.abs(_kl(p, q)).sum()],
    ),
    Mistake(
        "not_summed",
        "These are the terms. Add them up.",
        [lambda p, q: _kl(p, q), lambda p, q: p * np.log2(p / q)],
    ),
]


# --- 5.10 log loss


def _log_loss(probs, labels):
    right = np.take_along_axis(probs, labels[:, None], axis=1)
    return -np.log(right).mean()


def _loss_probes(rng):
    def rows(n, k):
        return rng.dirichlet(np.ones(k), n), rng.integers(0, k, n)

    return [
        (np.array([[0.51, 0.49], [0.49, 0.51]]), np.array([0, 1])),
        (np.array([[0.99, 0.01], [0.99, 0.01]]), np.array([0, 1])),
        rows(7, 3),
        rows(4, 4),
        rows(1, 5),
        (np.array([[0.2, 0.8], [0.6, 0.4], [0.3, 0.7]]), np.array([0, 0, 1])),
        (np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([0, 1])),
        (np.array([[1.0, 0.0], [0.5, 0.5]]), np.array([1, 0])),
    ]


def _right(p, y):
    return p[np.arange(len(y)), y]


LOSS = [
    Mistake(
        "own_answer_scored",
        "You scored the model's own favourite. Score the probability of the RIGHT answer: "
        "probs[row, label].",
        [
            lambda p, y: -np.log(p.max(axis=1)).mean(),
            lambda p, y: -np.log2(p.max(axis=1)).mean(),
        ],
    ),
    Mistake(
        "bits",
        "That is in bits. Asked for are nats: np.log.",
        [lambda p, y: -np.log2(_right(p, y)).mean()],
    ),
    Mistake(
        "E08_log10",
        "log10 gives dits. Asked for are nats: np.log.",
        [lambda p, y: -np.log10(_right(p, y)).mean()],
    ),
    Mistake(
        "E02_sign",
        "A loss is 0 or more: put a minus in front of the log.",
        [lambda p, y: np.log(_right(p, y)).mean()],
    ),
    Mistake(
        "total_not_mean",
        "You added up over the questions. Asked is the mean, so that 10 and 100 compare.",
        [lambda p, y: -np.log(_right(p, y)).sum()],
    ),
    Mistake(
        "columns_picked",
        "probs[:, labels] takes whole columns, for every row. Pair each row with its own label: "
        "probs[np.arange(n), labels].",
        [
            lambda p, y: -np.log(p[:, y]).mean(),
            lambda p, y: -np.log(p[y]).mean(),
            lambda p, y: -np.log(p[:, y]).sum() / len(y),
        ],
    ),
    Mistake(
        "labels_ignored",
        "The labels were not used.",
        [
            lambda p, y: -np.log(p[:, 0]).mean(),
            lambda p, y: -np.log(p).mean(),
            lambda p, y: -np.log(p).sum(axis=1).mean(),
        ],
    ),
    Mistake(
        "entropy_not_loss",
        "That is the mean entropy of the predictions. It does not know which answer is right.",
        [
            lambda p, y: -_masked(p, np.log).sum(axis=1).mean(),
            lambda p, y: -_masked(p).sum(axis=1).mean(),
        ],
    ),
    Mistake(
        "log_of_the_mean",
        "You averaged the probabilities and then took the log. Take logs first: one confident "
        "mistake must hurt.",
        [lambda p, y: -np.log(_right(p, y).mean())],
    ),
    Mistake(
        "E15_surprisal",
        "You weighed the surprisal with its probability. Each question counts once.",
        [lambda p, y: -_masked(_right(p, y), np.log).mean()],
    ),
    Mistake(
        "accuracy_not_loss",
        "That is accuracy, or the share of errors. It cannot tell 51/49 from 99/1.",
        [
            lambda p, y: (p.argmax(axis=1) == y).mean(),
            lambda p, y: (p.argmax(axis=1) != y).mean(),
        ],
    ),
    Mistake(
        "probability_not_log",
        "That is a mean of probabilities. Log loss takes -log of each.",
        [lambda p, y: _right(p, y).mean(), lambda p, y: 1 - _right(p, y).mean()],
    ),
    Mistake(
        "brier_not_log",
        "That is the Brier score. Log loss is the mean of -log of the right answer's probability.",
        [
            lambda p, y: ((p - np.eye(p.shape[1])[y]) ** 2).sum(axis=1).mean(),
            lambda p, y: ((p - np.eye(p.shape[1])[y]) ** 2).mean(),
            lambda p, y: ((1 - _right(p, y)) ** 2).mean(),
        ],
    ),
    Mistake(
        "E04_epsilon",
        "A small number was added, or the probability clipped. An answer that was ruled out and "
        "came true costs infinitely much.",
        [
            *(lambda p, y, e=e: -np.log(_right(p, y) + e).mean() for e in EPSILONS),
            *(lambda p, y, e=e: -np.log(np.clip(_right(p, y), e, 1)).mean() for e in EPSILONS),
            *(
                lambda p, y, e=e: -np.log(np.clip(_right(p, y), e, 1 - e)).mean()
                for e in EPSILONS[1:]
            ),
        ],
    ),
    Mistake(
        "every_answer_scored",
        "You added the terms of the wrong answers, -log(1 - p). With one right answer among "
        "several only its own probability counts.",
        [
            lambda p, y: -np.log(np.where(np.eye(p.shape[1])[y] > 0, p, 1 - p)).sum(axis=1).mean(),
            lambda p, y: -np.log(np.where(np.eye(p.shape[1])[y] > 0, p, 1 - p)).mean(),
        ],
    ),
    Mistake(
        "perplexity_not_loss",
        "That is e to the power of the loss, a perplexity.",
        [lambda p, y: np.exp(-np.log(_right(p, y)).mean())],
    ),
    Mistake(
        "not_averaged",
        "These are the losses of the single questions. Average them.",
        [lambda p, y: -np.log(_right(p, y))],
    ),
]


# --- 5.11 fit a temperature

GRID = np.geomspace(0.1, 10, 401)


@lru_cache(maxsize=64)
def _tempered(scores: bytes, rows: int, T: bytes):
    """Probabilities at each temperature, (len(T), rows, answers); every form asks for them."""
    z = np.frombuffer(scores).reshape(rows, -1)
    return soft(z[None] / np.frombuffer(T)[:, None, None])


def _probs(z, T):
    return _tempered(np.asarray(z, float).tobytes(), len(z), np.asarray(T, float).tobytes())


def _losses(z, y, T=GRID):
    """Log loss at each temperature, (len(T),)."""
    return -np.log(_probs(z, T)[:, np.arange(len(y)), y]).mean(axis=1)


def _fit(scores, labels):
    return GRID[_losses(scores, labels).argmin()]


def _answers(rng, T, scale=2.0, n=100):
    """Scores, and labels that really fall as softmax(scores / T) says."""
    z = rng.normal(0, scale, (n, 4))
    return z, np.argmax(z / T + rng.gumbel(size=z.shape), axis=1)


def _moved(z, y, T):
    """The same answers with other scores: the fitted temperature follows their scale."""
    return z * T / _fit(z, y), y


def _fit_probes(rng):
    # `sure` pulls apart what minimises which score; the last two need all of the range.
    cold, hot = _answers(rng, 2.5, 4.0), _answers(rng, 0.5, 1.0)
    plain = _answers(rng, 1.3)
    sure = plain[0] * np.where(np.arange(100) < 30, 5.0, 0.6)[:, None], plain[1]
    lone = cold[0] - 20.0, cold[1]
    return [
        cold,
        hot,
        sure,
        lone,
        _answers(rng, 4.0, 6.0),
        _moved(*plain, 0.11),
        _moved(*plain, 9.6),
    ]


def _by(criterion, T=GRID):
    """The T at which a criterion of (p, y) is smallest."""

    def form(z, y):
        return T[np.argmin([criterion(rows, y) for rows in _probs(z, T)])]

    return form


COARSE = GRID[::5]


def _gap(p, y):
    """|mean confidence - accuracy|."""
    return abs((p.max(axis=1) - (p.argmax(axis=1) == y)).mean())


def _ece(p, y, bins):
    which = np.minimum((p.max(axis=1) * bins).astype(int), bins - 1)
    return np.abs(np.bincount(which, p.max(axis=1) - (p.argmax(axis=1) == y), minlength=bins)).sum()


def _brier(p, y):
    return ((p - np.eye(p.shape[1])[y]) ** 2).sum(axis=1).mean()


FIT = [
    Mistake(
        "T01_multiply",
        "That is 1/T: the logits were multiplied. Divide them by T.",
        [lambda z, y: 1 / _fit(z, y)],
    ),
    Mistake(
        "no_fit",
        "That is T = 1, whatever the answers are.",
        [lambda z, y: 1.0],
    ),
    Mistake(
        "end_of_the_search",
        "Your T is an end of the range that you searched. Accuracy cannot choose a T, because it "
        "is the same at all; and the loss must be that of the right answer, and smallest.",
        [
            *(
                lambda z, y, T=T: T
                for T in (
                    0.001,
                    0.01,
                    0.02,
                    0.05,
                    0.1,
                    0.2,
                    0.25,
                    0.3,
                    5.0,
                    10.0,
                    20.0,
                    50.0,
                    100.0,
                )
            ),
            lambda z, y: GRID[_losses(z, y).argmax()],
            lambda z, y: 0.5 if len(y) else 0.0,
        ],
    ),
    Mistake(
        "labels_ignored",
        "Your T does not depend on which answers were right. Softmax knows how sure the model "
        "is; only the labels know how often it is right.",
        [
            lambda z, y: z.std(),
            lambda z, y: z.std(axis=1).mean(),
            lambda z, y: z.max(axis=1).mean(),
            lambda z, y: (z.max(axis=1) - np.sort(z)[:, -2]).mean(),
        ],
    ),
    Mistake(
        "softmax_twice",
        "You divided probabilities by T and ran softmax again. Divide the scores.",
        [lambda z, y: _fit(soft(z), y)],
    ),
    Mistake(
        "grid_too_coarse",
        "The search is right, its steps are too wide: your T is off by more than 2 %. Try more "
        "values.",
        [
            lambda z, y, T=T: T[_losses(z, y, T).argmin()]
            for T in (
                np.arange(0.1, 10.05, 0.1),
                np.linspace(0.1, 10, 100),
                np.linspace(0.1, 10, 50),
                np.linspace(0.1, 10, 20),
                np.geomspace(0.1, 10, 50),
                np.geomspace(0.1, 10, 20),
                np.arange(1.0, 11.0),
            )
        ],
    ),
    Mistake(
        "brier_minimised",
        "That T minimises the Brier score. It is near, but asked is the smallest log loss.",
        [_by(_brier, COARSE)],
    ),
    Mistake(
        "ece_minimised",
        "That T minimises the calibration error, which jumps as answers change bins. Minimise "
        "the log loss.",
        [_by(lambda p, y, b=b: _ece(p, y, b), COARSE) for b in (10, 15)],
    ),
    Mistake(
        "mean_matched",
        "That T makes the mean confidence equal to the accuracy. Errors in both directions may "
        "cancel there: minimise the log loss.",
        [_by(_gap, COARSE)],
    ),
    Mistake(
        "loss_not_T",
        "That is the smallest loss. Return the temperature at which it is reached.",
        [lambda z, y: _losses(z, y).min(), lambda z, y: _losses(z, y).min() / LN2],
    ),
    Mistake(
        "index_not_T",
        "That is a position in your list of temperatures. Return the temperature there.",
        [
            lambda z, y: _losses(z, y).argmin(),
            lambda z, y: _losses(z, y, np.linspace(0.1, 10, 100)).argmin(),
            lambda z, y: _losses(z, y, np.linspace(0.1, 10, 1000)).argmin(),
            lambda z, y: _losses(z, y, np.geomspace(0.1, 10, 1000)).argmin(),
            lambda z, y: _losses(z, y, np.arange(0.1, 10, 0.01)).argmin(),
        ],
    ),
    Mistake(
        "all_losses",
        "These are the losses at all temperatures. Return the one T where they are smallest.",
        [_losses, lambda z, y: _losses(z, y, np.linspace(0.1, 10, 1000))],
    ),
]


# --- 5.12 counts


def _corrected(counts):
    n, seen = counts.sum(), (counts > 0).sum()
    return entropy(counts / n) + (seen - 1) / (2 * n * LN2)


def _count_probes(rng):
    return [
        (np.array([8, 5, 4, 3]),),
        (np.array([5, 0, 3, 2, 0]),),
        (rng.multinomial(50, np.full(10, 0.1)),),
        (rng.multinomial(30, softmax(TEN / 2)),),
        (rng.multinomial(40, np.full(60, 1 / 60)),),
        (np.array([12]),),
        (np.array([0, 7, 0]),),
        (np.array([300, 200, 100, 400]),),
    ]


def _plus(term):
    """The plug-in entropy and a term of (n, tokens seen, vocabulary)."""
    return lambda c: _bits(c / c.sum()) + term(c.sum(), (c > 0).sum(), len(c))


CORRECTED = [
    Mistake(
        "E13_plugin_bias",
        "Entropy of observed frequencies is biased LOW by about (V - 1)/(2n ln 2) bits: add the "
        "correction.",
        [_plus(lambda n, m, v: 0.0), lambda c: -_plogp(c / c.sum()).sum()],
    ),
    Mistake(
        "E02_sign",
        "Frequencies look more decided than they are: the correction is added, not subtracted.",
        [
            _plus(lambda n, m, v: -(m - 1) / (2 * n * LN2)),
            lambda c: _masked(c / c.sum()).sum() + ((c > 0).sum() - 1) / (2 * c.sum() * LN2),
        ],
    ),
    Mistake(
        "units_mixed",
        "The entropy is in bits and the correction in nats, or the other way: divide the "
        "correction by ln 2.",
        [
            _plus(lambda n, m, v: (m - 1) / (2 * n)),
            lambda c: _nats(c / c.sum()) + ((c > 0).sum() - 1) / (2 * c.sum() * LN2),
        ],
    ),
    Mistake(
        "nats",
        NATS,
        [lambda c: _nats(c / c.sum()) + ((c > 0).sum() - 1) / (2 * c.sum())],
    ),
    Mistake(
        "unseen_counted",
        "You counted the whole vocabulary. The correction counts the tokens that were seen.",
        [_plus(lambda n, m, v: (v - 1) / (2 * n * LN2))],
    ),
    Mistake(
        "one_forgotten",
        "Tokens seen MINUS 1: with one token seen there is nothing to correct.",
        [_plus(lambda n, m, v: m / (2 * n * LN2)), _plus(lambda n, m, v: v / (2 * n * LN2))],
    ),
    Mistake(
        "brackets",
        "/ 2 * n * ln 2 divides by 2 alone: put brackets around the whole of 2 * n * ln 2.",
        [
            _plus(lambda n, m, v: (m - 1) / 2 * n * LN2),
            _plus(lambda n, m, v: (m - 1) / (2 * n) * LN2),
        ],
    ),
    Mistake(
        "two_forgotten",
        "The correction is half of that: divide by 2n.",
        [_plus(lambda n, m, v: (m - 1) / (n * LN2)), _plus(lambda n, m, v: (m - 1) / n)],
    ),
    Mistake(
        "n_is_the_draws",
        "n is the number of draws, the sum of the counts, not the number of tokens.",
        [
            _plus(lambda n, m, v: (m - 1) / (2 * v * LN2)),
            _plus(lambda n, m, v: (m - 1) / (2 * m * LN2)),
            lambda c: _bits(c / len(c)) + ((c > 0).sum() - 1) / (2 * len(c) * LN2),
        ],
    ),
    Mistake(
        "not_normalised",
        "You took the entropy of the counts. Divide them by their sum first.",
        [
            lambda c: _bits(c) + ((c > 0).sum() - 1) / (2 * c.sum() * LN2),
            lambda c: -_plogp(c).sum() + ((c > 0).sum() - 1) / (2 * c.sum() * LN2),
            _bits,
        ],
    ),
    Mistake(
        "E03_log0",
        LOG0,
        [
            lambda c: -_plogp(c / c.sum()).sum() + ((c > 0).sum() - 1) / (2 * c.sum() * LN2),
        ],
    ),
    Mistake(
        "correction_only",
        "That is the correction alone. Add it to the entropy of the frequencies.",
        [lambda c: ((c > 0).sum() - 1) / (2 * c.sum() * LN2)],
    ),
    Mistake(
        "softmax_of_counts",
        "Counts become frequencies by division, not by softmax.",
        [
            lambda c: _bits(soft(c)) + ((c > 0).sum() - 1) / (2 * c.sum() * LN2),
            lambda c: _bits(soft(c)),
        ],
    ),
    Mistake(
        "bessel",
        "n - 1 belongs to a variance. Here it is n.",
        [_plus(lambda n, m, v: (m - 1) / (2 * (n - 1) * LN2))],
    ),
    Mistake(
        "rounded",
        "Right, but rounded. Return all digits; round when you print.",
        [lambda c, d=d: np.round(_corrected(c), d) for d in (3, 2, 1)],
    ),
]

# --- 5.1, 5.2 and 5.7

_SHARES = -THREE * np.log2(THREE)
_H3 = float(_SHARES.sum())
_SAME_TOP = [np.array([0.5, 0.5, 0.0, 0.0]), np.array([0.5, 1 / 6, 1 / 6, 1 / 6])]
_PAIR = np.array([entropy(p) for p in _SAME_TOP])
_HALF, _ONE = float(_at(TEN, 0.5)), float(_at(TEN, 1.0))


def plugin_mean(n: int, vocab: int) -> float:
    """Expected entropy, in bits, of the frequencies of n draws from `vocab` equal tokens."""
    k = np.arange(1, n + 1)
    chance = [math.comb(n, i) * (1 / vocab) ** i * (1 - 1 / vocab) ** (n - i) for i in k]
    return float(-vocab * (chance * k / n * np.log2(k / n)).sum())


_PLUGIN = plugin_mean(50, 10)
TITLES = np.array([-0.00, 0.07, 1.24, 2.62, 2.95])
_TRUE = np.array([_at(TWENTY, T) for T in (0.1, 0.5, 1.0, 2.0, 5.0)])


def _near(*targets, tolerance=0.006):
    """A rule: within the tolerance of one of these, whatever the rounding."""
    return lambda x: min(float(np.abs(np.asarray(x) - t).max()) for t in targets) <= tolerance


EXERCISES = [
    ValueExercise(
        id="5.1",
        title="entropy by hand",
        points=2,
        minutes=6,
        parts=[
            Part("surprisals", -np.log2(THREE), 0.006),
            Part("shares", _SHARES, 0.006),
            Part("entropy", _H3, 0.011),
            Part("perplexity", 2**_H3, 0.03),
        ],
        mistakes=[
            Mistake(
                "E15_surprisal",
                "Surprisal of one token is -log2 p. Multiplying by p gives its SHARE of the "
                "entropy, the next line.",
                [_SHARES],
            ),
            Mistake("E02_sign", SIGN, [np.log2(THREE)]),
            Mistake("nats", NATS, [-np.log(THREE)]),
            Mistake("E08_log10", DITS, [-np.log10(THREE)]),
            Mistake(
                "probabilities_not_bits",
                "These are the probabilities, or 1 over them. Surprisal is -log2 of each.",
                [THREE, 1 / THREE],
            ),
            Mistake(
                "surprisals_again",
                "These are the surprisals. A share is the surprisal times its probability.",
                [-np.log2(THREE)],
                part=1,
            ),
            Mistake("E02_sign", SIGN, [-_SHARES], part=1),
            Mistake("nats", NATS, [_SHARES * LN2], part=1),
            Mistake("E02_sign", SIGN, [-_H3], part=2, rule=lambda h: float(h) < 0),
            Mistake("E06_mean", MEAN, [_H3 / 3], part=2),
            Mistake("nats", NATS, [_H3 * LN2], part=2),
            Mistake("E08_log10", DITS, [_H3 * math.log10(2)], part=2),
            Mistake(
                "not_weighted",
                "You added or averaged the surprisals. Add up the shares.",
                [-np.log2(THREE).sum(), -np.log2(THREE).mean()],
                part=2,
            ),
            Mistake(
                "maximum_not_entropy",
                "That is log2 3, the entropy of three equal tokens.",
                [math.log2(3)],
                part=2,
            ),
            Mistake(
                "E10_perplexity_base2",
                "H in nats with base 2: too small. The same base for log and power.",
                [2 ** (_H3 * LN2)],
                part=3,
            ),
            Mistake(
                "base_e_of_bits",
                "H in bits with base e: too large. The same base for log and power.",
                [math.exp(_H3)],
                part=3,
            ),
            Mistake(
                "entropy_not_perplexity",
                "That is the entropy. Raise 2 to that power.",
                [_H3],
                part=3,
            ),
            Mistake(
                "power_the_wrong_way",
                "2 to the power of H, not 2 times H and not H squared.",
                [2 * _H3, _H3**2],
                part=3,
            ),
            Mistake(
                "all_tokens_counted",
                "There are three tokens, but one is less likely: fewer than three choices.",
                [3.0],
                part=3,
            ),
            Mistake(
                "one_over_the_top",
                "That is 1 over the largest probability. Perplexity is 2 to the entropy.",
                [2.5],
                part=3,
            ),
        ],
    ),
    ValueExercise(
        id="5.2",
        title="four predictions",
        points=2,
        minutes=8,
        parts=[
            Part("largest entropy of 20 tokens", math.log2(20), 0.011),
            Part("entropy of the ten at T = 1", _ONE, 0.011),
            Part("entropies of the pair", _PAIR, 0.011),
            Part("mean entropy of 50 draws from ten equal tokens", _PLUGIN, 0.021),
        ],
        mistakes=[
            Mistake(
                "E11_max_is_one",
                "The maximum is log2(V), reached by the uniform distribution: 4.32 bits for 20 "
                "tokens.",
                [1.0],
            ),
            Mistake("nats", NATS, [math.log(20)]),
            Mistake("E08_log10", DITS, [math.log10(20)]),
            Mistake(
                "all_tokens_counted",
                "That is how many tokens there are, or one share of them. The entropy is log2.",
                [20.0, 0.05],
            ),
            Mistake(
                "E12_linear_in_T",
                "Doubling T does not double entropy: it saturates at log2(V) (the slope is "
                "Var(logits)/T^3).",
                [2 * _HALF, round(2 * _HALF, 2), 3.43],
                part=1,
            ),
            Mistake(
                "T01_multiply",
                "Entropy rises with T. That is below 1.715.",
                [_HALF / 2],
                part=1,
                rule=lambda h: float(h) < 1.71,
            ),
            Mistake(
                "T_ignored",
                "That is the entropy at T = 0.5, which was given.",
                [_HALF],
                part=1,
            ),
            Mistake(
                "maximum_not_entropy",
                "That is log2 10, the entropy of ten equal tokens.",
                [math.log2(10)],
                part=1,
            ),
            Mistake("nats", NATS, [_ONE * LN2], part=1),
            Mistake(
                "E16_same_top_same_H",
                "Same top probability, different entropy: the tail's shape counts too.",
                [("same", "same"), [1.0, 1.0], _PAIR[[1, 1]]],
                part=2,
                rule=lambda h: h[0] == h[1],
            ),
            Mistake(
                "swapped",
                "You have them the wrong way round: more tokens share the second half in b.",
                [_PAIR[::-1]],
                part=2,
            ),
            Mistake("nats", NATS, [_PAIR * LN2], part=2),
            Mistake("E02_sign", SIGN, [-_PAIR], part=2),
            Mistake("E03_log0", LOG0, [[np.nan, _PAIR[1]]], part=2),
            Mistake("E06_mean", MEAN, [_PAIR / 4, [0.5, _PAIR[1] / 4]], part=2),
            Mistake(
                "E13_plugin_bias",
                "Entropy of observed frequencies is biased LOW by about (V-1)/(2n ln 2) bits: "
                "3.32 -> 3.19 with 50 samples.",
                [math.log2(10), 3.32],
                part=3,
                rule=lambda h: abs(float(h) - math.log2(10)) <= 0.03,
            ),
            Mistake(
                "bias_upwards",
                "The bias is downwards: rare tokens are missing from a sample, and none is too "
                "many.",
                [math.log2(10) + 9 / (100 * LN2)],
                part=3,
                rule=lambda h: float(h) > 3.36,
            ),
            Mistake("nats", NATS, [_PLUGIN * LN2], part=3),
        ],
    ),
    FunctionExercise(
        id="5.3",
        title="surprisal",
        points=2,
        minutes=5,
        reference=_one,
        probes=_token_probes,
        variants={
            "log of 1/p": lambda p, i: np.log2(1 / p[i]),
            "nats over ln 2": lambda p, i: -np.log(p[i]) / np.log(2),
            "all, then one": lambda p, i: (-np.log2(p))[i],
            "float32": lambda p, i: -np.log2(np.float32(p[i])),
            "math, zero apart": lambda p, i: math.inf if p[i] == 0 else -math.log2(p[i]),
        },
        mistakes=SURPRISAL,
    ),
    FunctionExercise(
        id="5.4",
        title="entropy",
        points=3,
        minutes=8,
        reference=lambda probs: entropy(probs),
        probes=_row_probes,
        variants={
            "zeros dropped": lambda p: -(p[p > 0] * np.log2(p[p > 0])).sum(),
            "where": lambda p: -np.sum(np.where(p > 0, p * np.log2(np.where(p > 0, p, 1)), 0)),
            "where after the log": lambda p: -np.where(p > 0, p * np.log2(p), 0).sum(),
            "nansum": lambda p: -np.nansum(p * np.log2(p)),
            "nats divided by ln 2": lambda p: -(q := p[p > 0]) @ np.log(q) / np.log(2),
            "plain Python": lambda p: sum(x * math.log2(1 / x) for x in p if x),
            "expected surprisal": lambda p: float(np.dot(p[p > 0], -np.log2(p[p > 0]))),
            "float32": lambda p: -_masked(np.float32(p)).sum(),
            "clipped inside the log only": lambda p: -(p * np.log2(np.clip(p, 1e-300, 1))).sum(),
            "epsilon, lifted to 0": lambda p: max(0.0, -(p * np.log2(p + 1e-15)).sum()),
        },
        mistakes=ENTROPY,
    ),
    FunctionExercise(
        id="5.5",
        title="entropy_at",
        points=3,
        minutes=8,
        reference=_at,
        probes=_logit_probes,
        variants={
            "power of probabilities": lambda z, T=1.0: _bits(
                share(soft(z) ** (1 / T)) if np.isfinite(z).all() else soft(z / T)
            ),
            "nats divided by ln 2": lambda z, T=1.0: _nats(soft(z / T)) / np.log(2),
            "log-sum-exp minus mean": lambda z, T=1.0: (
                (np.logaddexp.reduce(z / T) - np.nansum(soft(z / T) * (z / T))) / np.log(2)
            ),
            "float32": lambda z, T=1.0: _bits(soft(z.astype(np.float32) / np.float32(T))),
        },
        mistakes=AT,
        atol=2e-6,
    ),
    FunctionExercise(
        id="5.6",
        title="perplexity",
        points=2,
        minutes=5,
        reference=lambda probs: perplexity(probs),
        probes=_row_probes,
        variants={
            "e to the nats": lambda p: np.exp(_nats(p)),
            "product of powers": lambda p: np.prod(p[p > 0] ** -p[p > 0]),
            "2 to the bits": lambda p: np.exp2(_bits(p)),
        },
        mistakes=PERPLEXITY,
    ),
    ValueExercise(
        id="5.7",
        title="audit five titles",
        points=2,
        minutes=8,
        parts=[
            Part("unit of the published numbers", "nats", also=("nat",)),
            Part("the five entropies in bits", _TRUE, 0.011),
            Part("bits in one nat", 1 / LN2, 0.006),
        ],
        mistakes=[
            Mistake(
                "label_believed",
                "Compute one of them: at T = 5 the twenty tokens have 4.26 bits, and 2.95 is "
                "something else.",
                ["bits", "bit"],
            ),
            Mistake(
                "E08_log10",
                "Dits would be smaller still: 4.26 bits are 1.28 dits. Compare with log base e.",
                ["dits", "hartleys", "dit"],
            ),
            Mistake(
                "base_not_unit",
                "That is the base of the logarithm. What is its unit called?",
                ["natural logarithm", "natural log", "ln", "base e", "e"],
            ),
            Mistake(
                "label_believed",
                "These are the published ones, in nats. Compute them from the logits, in bits.",
                [TITLES, _TRUE * LN2],
                part=1,
                rule=_near(TITLES, tolerance=0.011),
            ),
            Mistake(
                "nats_the_wrong_way",
                "You multiplied by 0.693. From nats to bits it is a division by ln 2.",
                [TITLES * LN2],
                part=1,
            ),
            Mistake("E02_sign", SIGN, [-_TRUE], part=1),
            Mistake(
                "nats_the_wrong_way",
                "That is nats in one bit. A nat is larger than a bit.",
                [LN2],
                part=2,
            ),
            Mistake("E08_log10", DITS, [math.log2(10)], part=2),
        ],
    ),
    FunctionExercise(
        id="5.8",
        title="entropy_slope",
        points=3,
        minutes=10,
        reference=_slope,
        probes=_slope_probes,
        variants={
            "squared distances": lambda z, T=1.0: _variance(soft(z / T), z) / T**3,
            "variance of z/T over T": lambda z, T=1.0: _variance(soft(z / T), z / T) / T,
            "np.cov": lambda z, T=1.0: np.cov(z, aweights=soft(z / T), ddof=0) / T**3,
            "small difference": lambda z, T=1.0: (
                (_nats(soft(z / (T + 1e-4))) - _nats(soft(z / (T - 1e-4)))) / 2e-4
            ),
        },
        mistakes=SLOPE,
    ),
    FunctionExercise(
        id="5.9",
        title="kl_divergence",
        points=3,
        minutes=8,
        reference=lambda p, q: kl_divergence(p, q),
        probes=_pair_probes,
        variants={
            "zeros dropped": lambda p, q: (
                p[p > 0] * (np.log2(p[p > 0]) - np.log2(q[p > 0]))
            ).sum(),
            "cross-entropy minus entropy": lambda p, q: cross_entropy(p, q) - entropy(p),
            "nansum where p": lambda p, q: np.where(p > 0, p * np.log2(p / q), 0).sum(),
            "nats over ln 2": lambda p, q: _kl(p, q, np.log).sum() / np.log(2),
        },
        mistakes=KL,
    ),
    FunctionExercise(
        id="5.10",
        title="log_loss",
        points=2,
        minutes=8,
        reference=_log_loss,
        probes=_loss_probes,
        variants={
            "fancy index": lambda p, y: -np.mean(np.log(p[np.arange(len(y)), y])),
            "a loop": lambda p, y: (
                sum(-np.log(row[i]) for row, i in zip(p, y, strict=True)) / len(y)
            ),
            "bits times ln 2": lambda p, y: -np.log2(_right(p, y)).mean() * np.log(2),
            "one-hot mask": lambda p, y: -np.log((p * np.eye(p.shape[1])[y]).sum(axis=1)).mean(),
        },
        mistakes=LOSS,
    ),
    FunctionExercise(
        id="5.11",
        title="fit_temperature",
        points=4,
        minutes=12,
        reference=_fit,
        probes=_fit_probes,
        variants={
            "another grid": lambda z, y: (T := np.linspace(0.1, 10, 2000))[
                _losses(z, y, T).argmin()
            ],
            "golden section": lambda z, y: _golden(z, y),
            "inverse temperatures": lambda z, y: (
                1 / (b := np.geomspace(0.1, 10, 1500))[_losses(z, y, 1 / b).argmin()]
            ),
        },
        rtol=0.02,
        atol=0.006,  # half a step of a grid of 1,000 that is spaced evenly
        mistakes=FIT,
    ),
    FunctionExercise(
        id="5.12",
        title="corrected_entropy",
        points=3,
        minutes=8,
        reference=_corrected,
        probes=_count_probes,
        variants={
            "nats throughout, then bits": lambda c: (
                (_nats(c / c.sum()) + (np.count_nonzero(c) - 1) / (2 * c.sum())) / np.log(2)
            ),
            "zeros dropped": lambda c: (
                _bits(share(c[c > 0])) + (len(c[c > 0]) - 1) / 2 / c.sum() * np.log2(np.e)
            ),
        },
        mistakes=CORRECTED,
    ),
]


def _golden(z, y):
    low, high = math.log(0.1), math.log(10)
    part = (math.sqrt(5) - 1) / 2
    for _ in range(40):
        a, b = high - part * (high - low), low + part * (high - low)
        if _losses(z, y, [math.exp(a)])[0] < _losses(z, y, [math.exp(b)])[0]:
            high = b
        else:
            low = a
    return math.exp((low + high) / 2)
