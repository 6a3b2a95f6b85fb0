"""Exercise 5.2: entropy of one row of probabilities, in bits or to another base."""

import math

import numpy as np

from logitlab.information import entropy

from ..kit import FunctionExercise, Rule, descending, known, soft, turned
from . import _entropies
from ._entropies import EPSILONS, bits, masked, nats, plogp

RARE = np.append(1 - 1e-7, np.full(100_000, 1e-12))  # 4.1e-6 bits, of which 4.0e-6 are the rare


def negative(call):
    """Below 0 where the outcome is certain."""
    return any(float(call(np.array(p))) < 0 for p in ([1.0, 0.0], [0.0, 1.0, 0.0]))


def to_base(form):
    """A form of p alone, in bits, with the change of base done right."""
    return lambda p, base=2: form(p) / np.log2(base)


def base_ignored(form):
    """The same by somebody who forgot the base as well."""
    return lambda p, base=2: form(p)


def probes(rng):
    p, zeros = rng.dirichlet(np.ones(6)), np.array([0.5, 0.0, 0.5])
    return [*_entropies.probes(rng), (p, math.e), (zeros, math.e), (p, 10), (np.full(8, 0.125), 4)]


MISTAKES = known(
    "not_weighted: You added or averaged the surprisals. Each counts by its probability.",
    *(lambda p, f=f, c=c: f(-np.log2(p[p > c])) for f in (np.sum, np.mean) for c in (-1, 0)),
    "max_is_one: You divided by the maximum. In bits that is log2(V), not 1: 4.32 for 20.",
    *(lambda p, least=least: bits(p) / np.log2(max(len(p), least)) for least in (1, 2)),
    lambda p: bits(p) / np.log2((p > 0).sum()),
    lambda p: -plogp(p).sum() / np.log2(len(p)),
    "only_the_top: That looks at the likeliest token alone. Add up over all tokens.",
    *(lambda p, f=f: -f(p.max()) for f in (np.log2, plogp)),
    lambda p: 1 - p.max(),
    lambda p: bits(np.array([p.max(), 1 - p.max()])),
    "maximum_not_entropy: That is log2 of the number of tokens, the entropy of equal ones.",
    *(lambda p, f=f: np.log2(f(p)) for f in (len, np.count_nonzero)),
    "not_summed: These are the tokens' shares, or surprisals. Add up the shares.",
    *(lambda p, f=f: -f(p) for f in (masked, plogp, np.log2)),
    "distinct_values: Equal probabilities were counted once. They are different tokens.",
    lambda p: bits(np.unique(p)),
    "softmax_of_probs: These are probabilities already. A second softmax flattens them.",
    lambda p: bits(soft(p)),
    "log1p: log2(1 + p) is another curve. Mask the zeros and take log2 of p itself.",
    lambda p: -(p * np.log2(1 + p)).sum(),
)

EXERCISE = FunctionExercise(
    unit="bits",
    reference=lambda probs, base=2: entropy(probs, base),
    probes=probes,
    right={
        "log over log": lambda p, base=2: nats(p) / np.log(base),
        "zeros dropped": to_base(lambda p: -(p[p > 0] * np.log2(p[p > 0])).sum()),
        "where after the log": to_base(lambda p: -np.where(p > 0, p * np.log2(p), 0).sum()),
        "nansum": to_base(lambda p: -np.nansum(p * np.log2(p))),
        "nats over ln 2": to_base(lambda p: nats(p) / np.log(2)),
        "plain Python": to_base(lambda p: sum(x * math.log2(1 / x) for x in p if x)),
        "clipped inside the log only": to_base(
            lambda p: -(p * np.log2(np.clip(p, 1e-300, 1))).sum()
        ),
        "epsilon, lifted to 0": to_base(lambda p: max(0.0, -(p * np.log2(p + 1e-15)).sum())),
    },
).known(
    "base_ignored: The base was not used. Divide by the logarithm of the base, or use its log.",
    lambda p, base=2: bits(p),
    "nats: That is in nats, log base e, whatever the base. Divide by np.log(base).",
    lambda p, base=2: nats(p),
    "base_multiplied: To change the base, DIVIDE by the logarithm of the new one.",
    lambda p, base=2: bits(p) * np.log2(base),
    lambda p, base=2: nats(p) * np.log(base),
    *turned(_entropies.ROW, to_base, base_ignored, without=["nats"]),
    _entropies.EPSILON,
    *(to_base(lambda p, e=e: -plogp(p, eps=e).sum()) for e in EPSILONS),
    *(to_base(lambda p, e=e: -plogp(np.clip(p, e, 1)).sum()) for e in EPSILONS[6:]),
    *(to_base(lambda p, e=e: -plogp(p + e).sum()) for e in EPSILONS[5:]),
    Rule(negative),
    *turned(MISTAKES, to_base, base_ignored),
    "tail_dropped: Small probabilities were left out. They can be many: drop only exact zeros.",
    *(to_base(lambda p, c=c: bits(p[p > c])) for c in (1e-4, 1e-3, 0.01, 0.05, 0.1)),
    *(to_base(lambda p, c=c: bits(descending(p)[:c])) for c in (3, 10, 50)),
    Rule(lambda call: 0 < float(call(RARE)) < 3e-6),
)
