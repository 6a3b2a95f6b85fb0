"""Exercise 5.6: the number of equally likely tokens that would be as undecided."""

import numpy as np

from logitlab.checks._function import FunctionExercise, Rule, known
from logitlab.checks.sheet_05_entropy import _entropies
from logitlab.checks.sheet_05_entropy._entropies import EPSILONS, bits, in_python, nats, plogp
from logitlab.information import perplexity


def in_bits(p):
    """Entropy; nan at a zero."""
    return -plogp(p).sum()


def in_nats(p):
    return -plogp(p, np.log).sum()


EXERCISE = FunctionExercise(
    reference=lambda probs: perplexity(probs),
    probes=_entropies.probes,
    right={
        "e to the nats": lambda p: np.exp(nats(p)),
        "product of powers": lambda p: np.prod(p[p > 0] ** -p[p > 0]),
        "2 to the bits": lambda p: np.exp2(bits(p)),
    },
    mistakes=known(
        _entropies.BASE_2,
        *(lambda p, f=f: 2 ** f(p) for f in (nats, in_nats)),
        _entropies.BASE_E,
        *(lambda p, f=f: np.exp(f(p)) for f in (bits, in_bits)),
        _entropies.LOG0,
        lambda p: np.exp(in_nats(p)),
        lambda p: 2 ** in_python(p),
        "epsilon: A small number was added inside the log: certain is then less than 1 choice.",
        *(lambda p, e=e: 2 ** -plogp(p, eps=e).sum() for e in EPSILONS),
        Rule(lambda call: float(call(np.array([1.0, 0.0]))) < 1),
        "sign: Below 1: a sign is missing. With V equal tokens the answer is V, not 1/V.",
        *(lambda p, f=f: 2 ** -f(p) for f in (bits, in_bits)),
        *(lambda p, f=f: np.exp(-f(p)) for f in (in_bits, in_nats)),
        "entropy_not_perplexity: That is the entropy. Raise 2 to that power.",
        *(bits, nats, in_bits),
        "power_the_wrong_way: 2 to the power of H, not 2 times H and not H squared.",
        lambda p: 2 * bits(p),
        lambda p: bits(p) ** 2,
        "not_weighted: You averaged the surprisals as they are. Each counts by its probability.",
        *(lambda p, c=c: 2 ** -np.log2(p[p > c]).mean() for c in (-1, 0)),
        _entropies.MEAN,
        *(lambda p, f=f: 2 ** (f(p) / len(p)) for f in (bits, in_bits)),
        "one_over_the_top: That is 1 over the largest probability. Perplexity is 2 to the entropy.",
        lambda p: 1 / p.max(),
        "all_tokens_counted: That counts tokens, however unlikely. Perplexity weighs them.",
        *(len, np.count_nonzero),
        "whole_number: 2.87 choices are 2.87: do not round to a whole number.",
        *(lambda p, f=f: f(perplexity(p) - 1e-9) for f in (np.round, np.ceil, np.floor)),
    ),
)
