"""
Exercises of lesson 2: top-p.

A form takes ``(q, p)``: probabilities of one row, and the threshold. As in `mistakes`, what no
probe can tell apart stands together as forms of one mistake.
"""

import math

import numpy as np

from logitlab.checks._former import Convention, FunctionExercise, Mistake, Part, ValueExercise
from logitlab.checks._shared import TEN
from logitlab.checks.mistakes import one_hot, share, soft
from logitlab.distributions import softmax
from logitlab.processors import min_p, temperature, top_k, top_p

FIVE = np.array([0.50, 0.20, 0.15, 0.10, 0.05])
MIXED = np.array([0.10, 0.50, 0.05, 0.20, 0.15])
SPIKED = np.array([0.0004, 0.9991, 0.0005])
SHORT = np.array([0.29, 0.02, 0.57, 0.12])  # added up from below they end just short of 1
EXACT = np.array([0.5, 0.25, 0.15625, 0.09375])  # sums without rounding in any binary float
THREE = np.array([3.0, 2.0, 1.0])

CROSSING = (
    "The token that crosses p belongs to the nucleus: without it the mass is below p. "
    "Yours is one token short."
)
# The course's list of misconceptions, word for word.
WHY = {
    "P02_no_renorm": "The survivors sum to 0.85. Divide by their sum.",
    "P03_inverted_mask": "You kept the tail and threw the nucleus away: the mask is inverted.",
    "P04_unsorted": "You accumulated in vocabulary order. Sort by probability first.",
    "P06_threshold_each": "You compared each token with p. Top-p compares the CUMULATIVE sum; "
    "a per-token floor is (close to) min-p.",
    "P08_softmax_of_probs": "You ran softmax on probabilities. They are already normalised; "
    "a second softmax flattens them to near uniform.",
    "P09_softmax_renorm": "Renormalise by dividing by the sum. exp() of probabilities distorts "
    "their ratios (0.50:0.20 became 1.35:1).",
    "P10_exact_tie": "When the running sum hits p exactly, stop: 'smallest set with mass >= p'. "
    "Llama-style 'mass before me > p' keeps one more token.",
    "P11_zero_keeps_none": "With p=0 nothing survived (0/0). Always keep at least one token: "
    "p -> 0 is greedy.",
    "P12_mass_equals_p": "Tokens are indivisible: the nucleus holds AT LEAST p (here 0.85), "
    "rarely exactly p.",
    "P13_T_order": "Top-p before temperature (llama.cpp default) keeps 2 tokens, "
    "after temperature (HF, vLLM) 1. Say which order you use.",
    "P14_same_size": "The nucleus grows with uncertainty: that is what separates it from top-k.",
}


def _listed(name, forms, **kwargs):
    return Mistake(name, WHY[name], forms, **kwargs)


def _log(q):
    with np.errstate(divide="ignore"):
        return np.log(q)


def _reference(q, p):
    return softmax(top_p(_log(q), p))


def _size(q, p):
    return int(np.isfinite(top_p(_log(q), p)).sum())


# --- Forms are put together: an order to walk in, a rule for who stays, a way to finish.


def _falling(q):
    return np.argsort(-q, kind="stable")


def _rising(q):
    return np.argsort(q, kind="stable")


def _as_it_comes(q):
    return np.arange(len(q))


def _mask(rule, q, p, order=_falling):
    """Who stays, in vocabulary order; ``rule(s, c, p)`` sees values and running sum in order."""
    ids = order(q)
    keep = np.zeros(len(q), bool)
    keep[ids] = rule(q[ids], np.cumsum(q[ids]), p)
    return keep


def _filter(rule, order=_falling, finish=share):
    return lambda q, p: finish(np.where(_mask(rule, q, p, order), q, 0.0))


def _plainly(q):
    return q


def _reached(s, c, p):
    """Right: a token stays while the mass before it is below p."""
    before = np.concatenate([[0.0], c[:-1]])
    return (before < p) | (np.arange(len(s)) == 0)


def _one_more_at_a_tie(s, c, p):
    before = np.concatenate([[0.0], c[:-1]])
    return before <= p


def _below(s, c, p):
    return c <= p


def _strictly_below(s, c, p):
    return c < p


def _at_least_one(rule):
    return lambda s, c, p: rule(s, c, p) | (np.arange(len(s)) == 0)


def _first(count):
    """Rule that keeps the first ``count(n, p)`` tokens."""
    return lambda s, c, p: np.arange(len(s)) < count(len(s), p)


def _one_too_many(s, c, p):
    return np.arange(len(s)) <= _reached(s, c, p).sum()


def _reached_but_not_at_zero(s, c, p):
    return np.concatenate([[0.0], c[:-1]]) < p


def _argmax_of_reached(s, c, p):
    return np.arange(len(s)) <= np.argmax(c >= p)


def _ascending_tail(q, p, below=np.less_equal):
    """As libraries write it: from the least likely up, remove while the sum is <= 1 - p."""
    ids = _rising(q)
    kept = q.copy()
    kept[ids[below(np.cumsum(q[ids]), 1 - p)]] = 0
    return share(kept)


def _tail_below(q, p):
    """Mended by < for <=, which rounding undoes: the sum of all can end just below 1."""
    return _ascending_tail(q, p, np.less)


def _threshold_each(limit, greedy=False):
    def form(q, p):
        keep = q >= limit(q, p)
        if greedy and not keep.any():
            keep[np.argmax(q)] = True
        return share(np.where(keep, q, 0.0))

    return form


def _trimmed(q, p):
    """Cuts the crossing token so that the mass is exactly p."""
    ids = _falling(q)
    c = np.cumsum(q[ids])
    out = np.zeros(len(q))
    out[ids] = np.clip(p - (c - q[ids]), 0, q[ids])
    return share(out) if p > 0 else one_hot(q, np.argmax(q))


def _right(q, p):
    return _filter(_reached)(q, p)


def _kept(q, p):
    return _mask(_reached, q, p)


DROPPED = [
    _filter(rule, order) for rule in (_below, _strictly_below) for order in (_falling, _as_it_comes)
]
DROPPED_BUT_ONE = [_filter(_at_least_one(rule)) for rule in (_below, _strictly_below)]
ZERO = [
    _filter(_reached_but_not_at_zero),
    lambda q, p: np.full(len(q), np.nan) if p == 0 else _right(q, p),
    lambda q, p: np.zeros(len(q)) if p == 0 else _right(q, p),
]

WHICH = [  # mistakes about who stays
    Mistake("crossing_dropped", CROSSING, [*DROPPED, *DROPPED_BUT_ONE]),
    _listed(
        "P03_inverted_mask",
        [
            *(_filter(lambda s, c, p: c > p, order) for order in (_falling, _as_it_comes)),
            _filter(lambda s, c, p: c >= p),
            _filter(lambda s, c, p: ~_reached(s, c, p)),
            _filter(lambda s, c, p: c > p, finish=_plainly),
        ],
    ),
    _listed(
        "P04_unsorted",
        [
            _filter(_reached, _as_it_comes),
            _filter(_one_more_at_a_tie, _as_it_comes),
            lambda q, p: share(
                np.where(np.arange(len(q)) < np.searchsorted(np.cumsum(q), p) + 1, q, 0.0)
            ),
        ],
    ),
    Mistake(
        "sorted_ascending",
        "You started with the least likely token. argsort sorts upwards: reverse it, "
        "or sort the negative probabilities.",
        [_filter(rule, _rising) for rule in (_reached, _one_more_at_a_tie, _below)],
    ),
    _listed(
        "P06_threshold_each",
        [
            _threshold_each(lambda q, p: p),
            _threshold_each(lambda q, p: p, greedy=True),
            _threshold_each(lambda q, p: np.nextafter(p, 1)),
        ],
    ),
    Mistake(
        "threshold_each_reversed",
        "You compared each token with 1 - p. Top-p compares the running sum with p.",
        [
            _threshold_each(lambda q, p: 1 - p),
            _threshold_each(lambda q, p: 1 - p, greedy=True),
        ],
    ),
    Mistake(
        "min_p_instead",
        "You compared each token with p times the largest: that is min-p. "
        "Top-p compares the running sum with p.",
        [_threshold_each(lambda q, p: p * q.max())],
    ),
    Mistake(
        "one_too_many",
        "You kept one token after the running sum had reached p. The one that crosses p is the "
        "last to stay.",
        [_filter(_one_too_many)],
    ),
    _listed("P11_zero_keeps_none", ZERO),
    Mistake(
        "one_minus_p",
        "Your threshold is 1 - p where it should be p, or p where it should be 1 - p: from the "
        "likeliest token down, stop when the sum reaches p.",
        [
            _filter(lambda s, c, p: _reached(s, c, 1 - p)),
            _filter(lambda s, c, p: c <= 1 - p),
        ],
    ),
    Mistake(
        "percent",
        "p was taken as a percentage: 0.75 is not 0.75 %. Compare the running sum with p itself.",
        [_filter(lambda s, c, p: _reached(s, c, p / 100))],
    ),
    Mistake(
        "p_clamped",
        "p was clamped to a smaller range than asked for. Use the p that is given, from 0 to 1.",
        [
            *(_filter(lambda s, c, p, b=b: _reached(s, c, min(p, b))) for b in (0.9, 0.95, 0.99)),
            _filter(lambda s, c, p: _reached(s, c, min(p, 0.999))),
            *(_filter(lambda s, c, p, b=b: _reached(s, c, max(p, b))) for b in (0.1, 0.2, 0.5)),
        ],
    ),
    Mistake(
        "share_of_tokens",
        "You kept that share of the tokens. p is a share of the probability mass.",
        [
            _filter(_first(lambda n, p: math.ceil(n * p))),
            _filter(_first(lambda n, p: int(n * p))),
            _filter(_first(lambda n, p: max(1, int(n * p)))),
            _filter(_first(lambda n, p: max(1, round(n * p)))),
        ],
    ),
    Mistake(
        "always_greedy",
        "Only the likeliest token is ever left. Go on until the running sum reaches p.",
        [_filter(_first(lambda n, p: 1))],
    ),
    Mistake(
        "fixed_number",
        "You keep the same number of tokens whatever the probabilities: that is top-k.",
        [_filter(_first(lambda n, p, k=k: k)) for k in (2, 3, 4, 5)],
    ),
    Mistake(
        "above_average",
        "You kept the tokens above the average. Top-p looks at the running sum, and at p.",
        [_threshold_each(lambda q, p: q.mean()), _threshold_each(lambda q, p: np.median(q))],
    ),
    Mistake(
        "one_keeps_first",
        "At p = 1 rounding can leave the running sum just below 1. argmax over all False is 0, "
        "so a single token was left: count the sums below p, or return early.",
        [_filter(_argmax_of_reached)],
    ),
    _listed(
        "P08_softmax_of_probs",
        [
            lambda q, p: _right(soft(q), p),
            lambda q, p: share(np.where(_kept(soft(q), p), q, 0.0)),
        ],
    ),
    Mistake(
        "unchanged",
        "Every token is still there. Remove those after the running sum has reached p.",
        [lambda q, p: q, lambda q, p: np.zeros(len(q)) + q],
    ),
]

WHAT = [  # mistakes about what is returned for those who stay
    _listed(
        "P02_no_renorm",
        [_filter(rule, finish=_plainly) for rule in (_reached, _one_more_at_a_tie)],
    ),
    _listed(
        "P09_softmax_renorm",
        [
            lambda q, p: share(np.where(_kept(q, p), np.exp(q), 0.0)),
            lambda q, p: soft(np.where(_kept(q, p), q, -np.inf)),
        ],
    ),
    Mistake(
        "softmax_over_zeros",
        "exp(0) is 1, so the removed tokens came back. Divide by the sum instead of softmax.",
        [lambda q, p: soft(np.where(_kept(q, p), q, 0.0)), lambda q, p: soft(_right(q, p))],
    ),
    _listed("P12_mass_equals_p", [_trimmed]),
    Mistake(
        "divided_by_p",
        "You divided by p. The survivors hold at least p, rarely exactly p: divide by their sum.",
        [lambda q, p: np.where(_kept(q, p), q, 0.0) / np.float64(p)],
    ),
    Mistake(
        "max_normalised",
        "You divided by the largest value, so the top token got 1. Divide by the sum.",
        [lambda q, p: _right(q, p) / _right(q, p).max()],
    ),
    Mistake(
        "tail_to_top",
        "You gave the removed mass to one token. Dividing by the sum raises all survivors "
        "by one factor, and keeps their ratios.",
        [
            lambda q, p: (
                np.where(_kept(q, p), q, 0.0) + one_hot(q, np.argmax(q)) * q[~_kept(q, p)].sum()
            ),
        ],
    ),
    Mistake(
        "tail_shared_equally",
        "You gave every survivor an equal part of the removed mass. "
        "Divide by the sum: that keeps the ratios.",
        [
            lambda q, p: np.where(_kept(q, p), q + q[~_kept(q, p)].sum() / _kept(q, p).sum(), 0.0),
        ],
    ),
    Mistake(
        "not_unsorted",
        "The right numbers in sorted order: probability i belongs to token i. "
        "Put them back where they came from.",
        [
            lambda q, p: np.sort(_right(q, p))[::-1],
            lambda q, p: np.sort(_right(q, p)),
            lambda q, p: np.sort(np.where(_kept(q, p), q, 0.0))[::-1],
        ],
    ),
    Mistake(
        "order_not_inverted",
        "Indexing with the sort order a second time does not undo it. Assign: "
        "out[order] = sorted values, or index with argsort(order).",
        [
            lambda q, p: np.sort(_right(q, p))[::-1][_falling(q)],
            lambda q, p: np.where(_kept(q, p)[_falling(q)][_falling(q)], q, 0.0),
        ],
    ),
    Mistake(
        "survivors_only",
        "The removed tokens are missing. Return one probability for every token, 0 for a removed "
        "one: an id must still mean the same token.",
        [
            lambda q, p: np.sort(_right(q, p)[_kept(q, p)])[::-1],
            lambda q, p: _right(q, p)[_kept(q, p)],
            lambda q, p: q[_kept(q, p)],
        ],
    ),
    Mistake(
        "mask_returned",
        "You returned who stays. Return their probabilities, renormalised.",
        [_kept, lambda q, p: _kept(q, p) * 1.0, lambda q, p: ~_kept(q, p)],
    ),
    Mistake(
        "survivors_made_equal",
        "All survivors got the same probability. Top-p removes; it keeps the ratios of the rest.",
        [lambda q, p: share(_kept(q, p) * 1.0)],
    ),
    Mistake(
        "ids_returned",
        "You returned token ids. Return one probability for every token.",
        [
            lambda q, p: _falling(q)[: _kept(q, p).sum()],
            lambda q, p: np.flatnonzero(_kept(q, p)),
            lambda q, p: np.argmax(q),
        ],
    ),
    Mistake(
        "size_returned",
        "You returned how many stay. Return one probability for every token.",
        [lambda q, p: _kept(q, p).sum()],
    ),
    Mistake(
        "mass_returned",
        "You returned the mass of the nucleus. Return one probability for every token.",
        [lambda q, p: q[_kept(q, p)].sum()],
    ),
    Mistake(
        "cumulative_returned",
        "These are running sums. They decide who stays; return the probabilities.",
        [
            lambda q, p: np.cumsum(np.sort(q)[::-1]),
            lambda q, p: np.cumsum(q),
            lambda q, p: np.cumsum(_right(q, p)),
        ],
    ),
    Mistake(
        "minus_infinity",
        "-inf marks a removed logit. A removed probability is 0.",
        [lambda q, p: np.where(_kept(q, p), q, -np.inf)],
    ),
    Mistake(
        "log_probabilities",
        "These are logarithms of probabilities (logits). Take exp, so that they add up to 1.",
        [
            lambda q, p: _log(_right(q, p)),
            lambda q, p: np.where(_kept(q, p), _log(q), -np.inf),
        ],
    ),
    Mistake(
        "percent_returned",
        "These are percentages; a probability is between 0 and 1.",
        [lambda q, p: 100 * _right(q, p)],
    ),
    Mistake(
        "rounded",
        "Right, but rounded. Return all digits; round when you print.",
        [lambda q, p, d=d: np.round(_right(q, p), d) for d in (4, 3, 2)],
    ),
]


def _without(pool, *ids):
    return [m for m in pool if m.id not in ids]


# --- Probes


def _between(rng, q):
    """A p inside a token's piece of the running sum, so that rounding cannot matter."""
    c = np.concatenate([[0.0], np.cumsum(np.sort(q)[::-1])])
    r = int(rng.integers(1, min(len(q), 12)))
    return float((c[r] + c[r + 1]) / 2)


TELL = [(np.array([0.004, 0.991, 0.005]), 1.0), (np.full(400, 1 / 400), 0.7)]


def _many(rng):
    """Forty tokens of about 2.5 % each, and a p that only the two likeliest are needed for."""
    q = np.sort(_drawn(rng, 40, 0.2))[::-1]
    return rng.permutation(q), float(q[0] + q[1] / 2)


def _drawn(rng, n, spread):
    return soft(rng.permutation(rng.normal(0, spread, n)))


def _probs_probes(rng):
    q, wide = _drawn(rng, 7, 1.0), _drawn(rng, 50, 1.5)
    flat = _drawn(rng, 12, 0.2)
    return [
        (FIVE, 0.75),
        (MIXED, 0.75),
        (soft(TEN), 0.9),
        (q, _between(rng, q)),
        (wide, _between(rng, wide)),
        (flat, _between(rng, flat)),
        (soft(TEN[::-1] / 0.3), 0.6),
        (MIXED, 0.6),
        (MIXED, 0.0),
        (MIXED, 1.0),
        (np.full(10, 0.1), 1.0),
        (SPIKED, 1.0),
        _many(rng),
        (np.array([1.0]), 0.3),
        (np.array([0.0, 0.6, 0.0, 0.4]), 0.95),
        (np.array([0.01, 0.97, 0.02]), 0.5),
        (EXACT[[1, 3, 0, 2]], 0.75),
        (EXACT[[1, 3, 0, 2]], 0.5),
    ]


def _ends_first(rng):
    q = _drawn(rng, 9, 1.0)
    return [
        (FIVE, 0.0),
        (MIXED, 0.0),
        (MIXED, 1e-17),
        (q, 0.0),
        (q, 1e-18),
        (SHORT, 0.0),
        (np.array([1.0]), 0.0),
        *(probe for probe in _probs_probes(rng) if probe[1] != 0),
    ]


def _look_at_survivors(value, *args) -> str:
    """What is visibly wrong with the result of an unknown mistake."""
    q, p = args[0], args[-1]
    if np.isnan(value).any():
        return "There is a nan in your result: was the sum that you divided by 0?"
    if (value < 0).any():
        return "A probability cannot be negative."
    if not np.isclose(value.sum(), 1, atol=1e-4):
        return f"Your result adds up to {value.sum():.6g}, not 1."
    mass = q[value > 0].sum()
    if mass < p - 1e-9:
        return f"Your survivors hold {mass:.4g} of the mass, less than p."
    return ""


ONE_MORE = (
    "When the running sum hits p exactly you keep one token more, as Meta's Llama code does; "
    "'the smallest set with mass at least p' stops there."
)
STOPS = "When the running sum hits p exactly you stop: the smallest set with mass at least p."


def _while_loop(q, p):
    order = sorted(range(len(q)), key=lambda i: q[i], reverse=True)
    chosen, mass, i = [], 0.0, 0
    while i < len(order) and (not chosen or mass < p):
        chosen.append(order[i])
        mass += float(q[order[i]])
        i += 1
    return [float(q[j]) / mass if j in chosen else 0.0 for j in range(len(q))]


def _by_searchsorted(q, p):
    order = np.argsort(q)[::-1]
    n = np.searchsorted(np.cumsum(q[order]), p) + 1
    out = np.zeros_like(q)
    out[order[:n]] = q[order[:n]]
    return out / out.sum()


def _by_inverse(q, p):
    order = np.argsort(-q)
    s = q[order]
    s = np.where(np.cumsum(s) - s < p, s, 0)
    s[0] = q[order[0]]
    return (s / s.sum())[np.argsort(order)]


def _by_cutoff(q, p):
    s = np.sort(q)[::-1]
    n = min((np.cumsum(s) < p).sum(), len(q) - 1)
    kept = q * (q >= s[n])
    return kept / kept.sum()


def _by_tail(q, p):
    order = np.argsort(q, kind="stable")
    gone = np.cumsum(q[order]) <= 1 - p
    gone[-1] = False
    kept = q.copy()
    kept[order[gone]] = 0
    return kept / kept.sum()


VARIANTS = {
    "a while loop, a list": _while_loop,
    "searchsorted": _by_searchsorted,
    "argsort of argsort": _by_inverse,
    "a cutoff value": _by_cutoff,
    "from the least likely up": _by_tail,
    "through logits": lambda q, p: softmax(np.where(_kept(q, p), _log(q), -np.inf)),
    "float32": lambda q, p: _by_inverse(q.astype(np.float32), np.float32(p)),
    "a python list": lambda q, p: [float(x) for x in _right(q, p)],
}


# --- 2.3 how many


def _counted(form):
    """A form of a filter, made into one that counts what it keeps."""
    return lambda q, p: int((np.nan_to_num(form(q, p)) > 0).sum())


def _size_mistakes():
    wanted = _without(WHICH, "unchanged", "one_too_many", "P08_softmax_of_probs")
    return [
        _listed("P10_exact_tie", [_counted(_filter(_one_more_at_a_tie))]),
        Mistake(
            "removed_counted",
            "You counted the tokens that are removed. How many stay?",
            [lambda q, p: len(q) - _size(q, p)],
        ),
        *(
            Mistake(m.id, m.why, [_counted(f) for f in (DROPPED if i == 0 else m.forms)])
            for i, m in enumerate(_without(wanted, "P11_zero_keeps_none"))
        ),
        _listed("P11_zero_keeps_none", [_counted(ZERO[0])]),
        Mistake(
            "one_too_many",
            "One too many: the token that crosses p is the last of the nucleus.",
            [lambda q, p: _size(q, p) + 1],
        ),
        _listed("P08_softmax_of_probs", [lambda q, p: _size(soft(q), p)]),
        Mistake(
            "whole_vocabulary",
            "You counted every token. Count those up to where the running sum reaches p.",
            [lambda q, p: len(q), lambda q, p: (q > 0).sum()],
        ),
        Mistake(
            "mass_not_count",
            "That is the mass of the nucleus. How many tokens hold it?",
            [lambda q, p: q[_kept(q, p)].sum()],
        ),
        Mistake(
            "not_a_count",
            "Return one number, how many tokens stay.",
            [_kept, lambda q, p: np.flatnonzero(_kept(q, p)), _right],
        ),
    ]


def _size_probes(rng):
    q, wide, flat = _drawn(rng, 7, 1.0), _drawn(rng, 50, 1.5), _drawn(rng, 12, 0.2)
    return [
        (FIVE, 0.75),
        (EXACT, 0.75),
        (MIXED, 0.75),
        (soft(TEN), 0.9),
        (q, _between(rng, q)),
        (wide, _between(rng, wide)),
        (flat, _between(rng, flat)),
        (soft(TEN[::-1] / 0.3), 0.6),
        (soft(TEN / 5), 0.6),
        (MIXED, 0.0),
        (soft(TEN[[3, 1, 0, 2, 4]]), 1.0),
        (np.full(10, 0.1), 1.0),
        (np.array([0.01, 0.97, 0.02]), 0.5),
        (SPIKED, 1.0),
        _many(rng),
        (EXACT[[1, 3, 0, 2]], 0.75),
        (EXACT[[1, 3, 0, 2]], 0.5),
    ]


# --- 2.6 a processor: logits in, logits out, any number of rows


def _rows(function):
    return lambda z, p: np.apply_along_axis(function, -1, z, p)


def _cut(mask_of):
    """Logits of one row, -inf where ``mask_of(probs, p)`` is false."""
    return lambda z, p: np.where(mask_of(soft(z), p), z, -np.inf)


def _as_processor(form):
    return _rows(_cut(lambda q, p: np.nan_to_num(form(q, p)) > 0))


def _less_maximum(value, *args):
    """Logits are the same when one number is added to a row."""
    with np.errstate(all="ignore"):
        return value - value.max(axis=-1, keepdims=True)


def _one_nucleus(z, p):
    """A batch taken for one long row."""
    q = np.exp(z - np.max(z))
    q = q / q.sum()
    keep = _kept(q.ravel(), p).reshape(np.shape(z))
    return np.where(keep, z, -np.inf)


def _running_sum_of_batch(z, p):
    """Sorts and softmaxes rows, then adds up over everything."""
    q = soft(z)
    order = np.argsort(-q, axis=-1, kind="stable")
    s = np.take_along_axis(q, order, -1)
    before = np.cumsum(s).reshape(s.shape) - s
    keep = np.zeros(s.shape, bool)
    np.put_along_axis(keep, order, before < p, -1)
    return np.where(keep, z, -np.inf)


def _on_columns(z, p):
    return np.swapaxes(_rows(_cut(_kept))(np.swapaxes(z, 0, -1), p), 0, -1)


def _on_axis_1(z, p):
    q = np.exp(z - np.max(z, axis=1, keepdims=True))
    q = q / q.sum(axis=1, keepdims=True)
    order = np.argsort(-q, axis=1, kind="stable")
    s = np.take_along_axis(q, order, 1)
    keep = np.zeros(q.shape, bool)
    np.put_along_axis(keep, order, np.cumsum(s, axis=1) - s < p, 1)
    return np.where(keep, z, -np.inf)


def _first_rows_mask(z, p):
    row = z.reshape(-1, z.shape[-1])[0]
    return np.where(_kept(soft(row), p), z, -np.inf)


def _logits_added_up(z, p):
    order = _falling(z)
    before = np.cumsum(z[order]) - z[order]
    keep = np.zeros(len(z), bool)
    keep[order] = before < p
    return np.where(keep, z, -np.inf)


def _processor(q_rule=_reached, removed=-np.inf):
    return _rows(lambda z, p: np.where(_mask(q_rule, soft(z), p), z, removed))


def _processor_probes(rng):
    batch = rng.normal(0, 2, (3, 10))
    many, p_of_many = _many(rng)
    return [
        (np.log(FIVE), 0.75),
        (np.log(MIXED), 0.75),
        (TEN, 0.9),
        (np.stack([TEN, TEN[::-1] / 5]), 0.9),
        (batch, 0.8),
        (rng.normal(0, 1.5, (4, 4)), 0.85),
        (rng.normal(0, 1.5, (2, 3, 5)), 0.7),
        (TEN - 40, 0.6),
        (np.log(MIXED), 0.0),
        (np.stack([TEN[:4], TEN[4:8]]), 1.0),
        (_log(SPIKED), 1.0),
        (_log(many), p_of_many),
        (np.array([2.0, -np.inf, 1.0, 0.5]), 0.8),
        (np.array([1000.0, 999.0, -1000.0]), 0.9),
        (np.array([[0.1, 3.0, -2.0]]), 0.4),
    ]


PROCESSOR = [
    Mistake(
        "cumulative_on_logits",
        "You added up logits. Only probabilities add up to 1: softmax first, for the mask only.",
        [
            _rows(_logits_added_up),
            _rows(
                lambda z, p: np.where(
                    np.cumsum(np.sort(z)[::-1])[_falling(_falling(z))] <= p, z, -np.inf
                )
            ),
        ],
    ),
    Mistake(
        "logits_compared_with_p",
        "You compared logits with p. Top-p compares a running sum of probabilities.",
        [lambda z, p: np.where(z >= p, z, -np.inf), lambda z, p: np.where(z <= p, z, -np.inf)],
    ),
    Mistake(
        "removed_is_zero",
        "A removed logit became 0, and e^0 = 1 is not nothing. Use -inf.",
        [_processor(removed=0.0), lambda z, p: z * np.isfinite(_processor()(z, p))],
    ),
    Mistake(
        "finite_floor",
        "A removed logit is -inf. A number that is not far below the others leaves it a share.",
        [
            *(_processor(removed=low) for low in (-1.0, -5.0, -10.0, -20.0, -50.0, -100.0, -1e3)),
            lambda z, p: np.where(np.isfinite(_processor()(z, p)), z, np.min(z)),
        ],
    ),
    Mistake(
        "plus_infinity",
        "inf is the largest logit there is. A removed token gets minus infinity, -np.inf.",
        [_processor(removed=np.inf)],
    ),
    Mistake(
        "nan_not_inf",
        "nan spreads: softmax of a row that holds one is nan everywhere. Use -np.inf.",
        [_processor(removed=np.nan)],
    ),
    Mistake(
        "kept_logits_changed",
        "The right tokens stay, with other gaps between their logits. Those who stay keep theirs.",
        [
            *(lambda z, p, f=f: f * _processor()(z, p) for f in (0.5, 2.0)),
            lambda z, p: np.where(np.isfinite(_processor()(z, p)), soft(z), -np.inf),
            lambda z, p: np.where(np.isfinite(_processor()(z, p)), 1.0, -np.inf),
        ],
    ),
    Mistake(
        "one_nucleus_for_all",
        "Softmax ran over the whole batch, so all rows share one nucleus. Each row has its own: "
        "axis=-1.",
        [_one_nucleus],
    ),
    Mistake(
        "running_sum_of_batch",
        "The running sum went on from one row to the next. cumsum needs axis=-1.",
        [_running_sum_of_batch],
    ),
    Mistake(
        "axis_0",
        "You worked along the columns. The vocabulary is the last axis: axis=-1.",
        [_on_columns],
    ),
    Mistake(
        "axis_1",
        "axis=1 is the last axis only of a matrix. Use axis=-1: it also serves one row or a stack.",
        [_on_axis_1],
    ),
    Mistake(
        "one_mask_for_all",
        "Every row got the mask of the first. Each row has its own nucleus.",
        [_first_rows_mask],
    ),
    Mistake(
        "first_row_only",
        "Only one row came back. Keep the shape of the batch.",
        [lambda z, p: _processor()(z[0], p), lambda z, p: _processor()(z[-1], p)],
    ),
    Mistake(
        "flattened",
        "The batch came back as one long row: keep its shape.",
        [lambda z, p: np.ravel(_processor()(z, p))],
    ),
    Mistake(
        "one_row_only",
        "That works for one row. For a batch, sort, add up and mask along axis=-1.",
        [
            lambda z, p: _cut(_kept)(z, p) if z.ndim == 1 else np.full(z.shape, np.nan),
            lambda z, p: _cut(_kept)(z, p),
        ],
    ),
    Mistake(
        "mask_returned",
        "You returned who stays. Return the logits, with -inf for those who go.",
        [
            lambda z, p: np.isfinite(_processor()(z, p)),
            lambda z, p: np.isfinite(_processor()(z, p)) * 1.0,
        ],
    ),
    Mistake(
        "sorted_output",
        "The logits came back sorted: logit i belongs to token i.",
        [lambda z, p: np.sort(_processor()(z, p), axis=-1)[..., ::-1]],
    ),
    Mistake(
        "unchanged",
        "Every token is still there. Those after the running sum has reached p become -inf.",
        [lambda z, p: z, lambda z, p: z * 1.0],
    ),
]
SAME_AS_PROCESSOR = [
    Mistake(m.id, m.why, [_as_processor(f) for f in m.forms])
    for m in _without(WHICH, "unchanged", "one_keeps_first", "P08_softmax_of_probs")
]


def _processor_conventions():
    low = "A removed token has a large negative logit in yours. -inf says it without a number."
    probs = (
        "You returned probabilities, which is right as a distribution. A logits processor hands "
        "logits on, so that the next one can work."
    )
    fills = (-1e4, -1e5, -1e6, -1e8, -1e9, -1e10, -1e30, float(np.finfo(np.float32).min))
    return [
        *(Convention(low, _processor(removed=fill)) for fill in fills),
        Convention(probs, lambda z, p: soft(_processor()(z, p))),
    ]


# --- 2.7 temperature first


def _T_then_p(logits, T, p):
    return softmax(top_p(temperature(logits, T), p))


def _p_then_T(logits, T, p):
    return softmax(temperature(top_p(logits, p), T))


def _order_probes(rng):
    z = rng.permutation(rng.normal(0, 2, 9))
    return [
        (THREE, 0.5, 0.8),
        (TEN, 2.0, 0.75),
        (TEN[::-1], 0.5, 0.7),
        (z, 3.0, 0.8),
        (z, 0.3, 0.85),
        (TEN, 1.0, 0.9),
        (TEN, 5.0, 0.5),
        (TEN, 2.0, 0.0),
        (TEN, 2.0, 1.0),
        (np.array([800.0, 799.0, 790.0]), 2.0, 0.7),
    ]


ORDER = [
    _listed(
        "P13_T_order",
        [
            _p_then_T,
            lambda z, T, p: share(np.where(_kept(soft(z), p), soft(z / T), 0.0)),
        ],
    ),
    Mistake(
        "T_only_for_the_mask",
        "T decided who stays, but the survivors have their probabilities of T = 1. "
        "Cut the distribution that you will draw from.",
        [lambda z, T, p: share(np.where(_kept(soft(z / T), p), soft(z), 0.0))],
    ),
    Mistake(
        "T_ignored",
        "T was not used, or it cancelled. Divide the logits by it, then cut.",
        [lambda z, T, p: _right(soft(z), p), lambda z, T, p: _right(share(soft(z) / T), p)],
    ),
    Mistake(
        "p_ignored",
        "Nothing was removed. After the temperature comes top-p.",
        [lambda z, T, p: soft(z / T)],
    ),
    Mistake(
        "T01_multiply",
        "You multiplied the logits by T. Temperature divides.",
        [lambda z, T, p: _right(soft(z * T), p)],
    ),
    Mistake(
        "T_twice",
        "Temperature acted before and after the cut. Once is enough.",
        [lambda z, T, p: soft(np.where(_kept(soft(z / T), p), z / T, -np.inf) / T)],
    ),
    Mistake(
        "not_renormalised",
        "The survivors do not add up to 1. Divide by their sum.",
        [lambda z, T, p: np.where(_kept(soft(z / T), p), soft(z / T), 0.0)],
    ),
    Mistake(
        "logits_returned",
        "These are logits. The exercise asks for probabilities: softmax at the end.",
        [
            lambda z, T, p: top_p(temperature(z, T), p),
            lambda z, T, p: top_p(np.asarray(z), p),
        ],
    ),
    *(
        Mistake(m.id, m.why, [lambda z, T, p, f=f: f(soft(z / T), p) for f in m.forms])
        for m in WHICH
        if m.id in ("crossing_dropped", "sorted_ascending", "P03_inverted_mask", "P04_unsorted")
    ),
]


# --- 2.9 the smallest p


def _mass_before(q, i):
    return float(q[q > q[i]].sum())


def _before_probes(rng):
    q = _drawn(rng, 8, 1.0)
    return [
        (FIVE, 2),
        (MIXED, 0),
        (soft(TEN), 5),
        (MIXED, 1),
        (MIXED, 2),
        (q, int(rng.integers(8))),
        (q, int(np.argmin(q))),
        (soft(TEN[::-1]), 4),
        (np.array([1.0]), 0),
    ]


BEFORE = [
    Mistake(
        "itself_included",
        "You added the token's own probability. It is still kept at a smaller p: the sum before "
        "it must be below p, it may cross p itself.",
        [lambda q, i: q[q >= q[i]].sum()],
    ),
    _listed("P04_unsorted", [lambda q, i: q[:i].sum(), lambda q, i: q[: i + 1].sum()]),
    Mistake(
        "sorted_ascending",
        "You added up the less likely tokens. Those before it are the likelier ones.",
        [lambda q, i: q[q < q[i]].sum(), lambda q, i: q[q <= q[i]].sum()],
    ),
    Mistake(
        "rank_returned",
        "That is the token's rank. Add up the probabilities of the tokens before it.",
        [lambda q, i: (q > q[i]).sum(), lambda q, i: (q > q[i]).sum() + 1],
    ),
    Mistake(
        "id_taken_for_rank",
        "You used the token's id as its rank in the sorted list. Find its place first.",
        [
            lambda q, i: np.sort(q)[::-1][:i].sum(),
            lambda q, i: np.sort(q)[::-1][: i + 1].sum(),
        ],
    ),
    Mistake(
        "own_probability",
        "That is the token's own probability. A nucleus reaches it only after all likelier ones.",
        [lambda q, i: q[i], lambda q, i: 1 - q[i]],
    ),
    Mistake(
        "percent_returned",
        "That is a percentage; p is between 0 and 1.",
        [lambda q, i: 100 * _mass_before(q, i)],
    ),
]


# --- 2.10 min-p


def _min_p(q, m):
    return softmax(min_p(_log(q), m))


def _floor(limit, strict=False, finish=share):
    def form(q, m):
        keep = q > limit(q, m) if strict else q >= limit(q, m)
        return finish(np.where(keep, q, 0.0))

    return form


def _strict_but_one(q, m):
    keep = q > m * q.max()
    keep |= (q == q.max()) & (m == 1)
    return share(np.where(keep, q, 0.0))


def _min_p_probes(rng):
    q = _drawn(rng, 9, 1.0)
    return [
        (FIVE, 0.35),
        (MIXED, 0.25),
        (soft(TEN), 0.1),
        (soft(TEN), 0.5),
        (soft(TEN[::-1] / 0.3), 0.05),
        (soft(TEN / 5), 0.6),
        (q, 0.33),
        (MIXED, 0.0),
        (MIXED, 1.0),
        (np.array([0.125, 0.5, 0.25, 0.0625, 0.0625]), 0.5),
        (np.array([0.0, 0.9, 0.1]), 0.01),
    ]


MIN_P = [
    Mistake(
        "absolute_floor",
        "You compared with m itself. The floor of min-p moves with the likeliest token: m * max.",
        [_floor(lambda q, m: m), _floor(lambda q, m: m, strict=True)],
    ),
    Mistake(
        "top_p_instead",
        "That is top-p: a running sum. Min-p compares each token with the likeliest one.",
        [_right, _filter(_below)],
    ),
    Mistake(
        "not_renormalised",
        "The survivors do not add up to 1. Divide by their sum.",
        [_floor(lambda q, m: m * q.max(), finish=_plainly)],
    ),
    Mistake(
        "inverted_mask",
        "You kept the tokens below the floor. Keep those at or above it.",
        [lambda q, m: share(np.where(q < m * q.max(), q, 0.0))],
    ),
    Mistake(
        "top_removed",
        "At m = 1 nothing is above the largest, so nothing was left. "
        "The likeliest token always stays: >= instead of >.",
        [_floor(lambda q, m: m * q.max(), strict=True)],
    ),
    Mistake(
        "unchanged",
        "Every token is still there. Remove those below m times the largest.",
        [lambda q, m: q],
    ),
    Mistake(
        "mean_not_max",
        "You compared with m times the mean. Min-p takes the largest probability.",
        [
            _floor(lambda q, m: m * q.mean()),
            _floor(lambda q, m: m * q.sum() / len(q), strict=True),
        ],
    ),
    Mistake(
        "subtracted",
        "You subtracted m from the largest. Min-p multiplies: at least m times as likely.",
        [_floor(lambda q, m: q.max() - m)],
    ),
    Mistake(
        "first_not_largest",
        "You compared with the first token. Find the largest probability.",
        [_floor(lambda q, m: m * q[0])],
    ),
    Mistake(
        "one_minus_m",
        "You used 1 - m. A small m keeps many tokens, m = 1 only the likeliest.",
        [_floor(lambda q, m: (1 - m) * q.max())],
    ),
    Mistake(
        "mask_returned",
        "You returned who stays. Return their probabilities, renormalised.",
        [lambda q, m: q >= m * q.max()],
    ),
    Mistake(
        "survivors_only",
        "The removed tokens are missing. Return one probability for every token.",
        [lambda q, m: share(q[q >= m * q.max()])],
    ),
]


# --- Values

HAND = soft(TEN)
NUCLEUS = _right(HAND, 0.9)
PEAKED, FLAT = softmax(TEN / 0.5), softmax(TEN / 5.0)
WARM = temperature(TEN, 2.0)


def _left(logits):
    return int(np.isfinite(logits).sum())


def _sizes(p):
    return np.array([_size(PEAKED, p), _size(FLAT, p)])


READ = {
    "A": "right",
    "B": "drops the crossing token",
    "C": "compares each token",
    "D": "empty at p = 0",
    "E": "softmax twice",
}

EXERCISES = [
    ValueExercise(
        id="2.1",
        title="a nucleus by hand",
        points=2,
        minutes=8,
        parts=[
            Part("tokens kept", 6, 0),
            Part("mass", float(HAND[NUCLEUS > 0].sum())),
            Part("last token kept", "audit"),
            Part("P(approve) afterwards", float(NUCLEUS[0])),
        ],
        mistakes=[
            Mistake("crossing_dropped", CROSSING, [5]),
            Mistake(
                "one_too_many",
                "audit crosses 0.9, and the walk ends with it. optimize is one too many.",
                [7],
            ),
            Mistake(
                "everything", "All ten hold mass 1. Stop at the first sum of at least 0.9.", [10]
            ),
            Mistake("worked_example", "That is the worked example, p = 0.75. Here p is 0.9.", [4]),
            Mistake(
                "P12_mass_equals_p",
                "Tokens are indivisible: the nucleus holds AT LEAST p, rarely exactly p.",
                [0.9],
                part=1,
            ),
            Mistake("crossing_dropped", CROSSING, [float(np.cumsum(HAND)[4])], part=1),
            Mistake(
                "worked_example",
                "That is the mass at p = 0.75.",
                [float(np.cumsum(HAND)[3])],
                part=1,
            ),
            Mistake(
                "percent",
                "That is a percentage; write it as a number below 1.",
                [100 * float(HAND[NUCLEUS > 0].sum())],
                part=1,
                rule=lambda m: 91 < float(m) < 93,
            ),
            Mistake(
                "crossing_dropped",
                "Up to delay the sum is 0.877, not yet 0.9. The next token crosses and stays.",
                ["delay"],
                part=2,
            ),
            Mistake(
                "one_too_many",
                "The sum has reached 0.9 before this token.",
                ["optimize"],
                part=2,
                rule=lambda t: t in ("optimize", "notify", "assign", "close"),
            ),
            Mistake(
                "P02_no_renorm",
                "That is its probability before. The survivors sum to 0.919: divide by their sum.",
                [float(HAND[0])],
                part=3,
            ),
            Mistake(
                "divided_by_p",
                "You divided by p = 0.9. The survivors hold 0.919: divide by that.",
                [float(HAND[0]) / 0.9],
                part=3,
                rule=lambda x: abs(float(x) - HAND[0] / 0.9) < 0.003,
            ),
            Mistake(
                "crossing_dropped",
                "You divided by the mass without audit. It stays, so it counts.",
                [float(HAND[0] / np.cumsum(HAND)[4])],
                part=3,
            ),
            Mistake(
                "multiplied",
                "You multiplied by the mass. Dividing by it makes the survivors add up to 1.",
                [float(HAND[0] * HAND[NUCLEUS > 0].sum())],
                part=3,
            ),
        ],
    ),
    ValueExercise(
        id="2.2",
        title="three predictions",
        points=2,
        minutes=6,
        parts=[
            Part("mass of the nucleus", 0.85, 0.001),
            Part("sizes at T = 0.5 and T = 5", _sizes(0.9), 0),
            Part("tokens kept at p = 0", 1, 0),
        ],
        mistakes=[
            _listed("P12_mass_equals_p", [0.75]),
            Mistake("crossing_dropped", CROSSING, [0.7]),
            Mistake("one_too_many", "0.85 has reached 0.75 already.", [0.95]),
            Mistake("percent", "Write it as a number below 1.", [85.0]),
            _listed(
                "P14_same_size",
                [np.array([4, 4]), np.array([9, 9]), np.array([3, 3])],
                part=1,
                rule=lambda pair: pair[0] == pair[1],
            ),
            Mistake(
                "sizes_swapped",
                "The other way round: the sharper distribution needs fewer tokens to reach 0.9.",
                [_sizes(0.9)[::-1].copy()],
                part=1,
                rule=lambda pair: pair[0] > pair[1],
            ),
            Mistake(
                "crossing_dropped",
                CROSSING,
                [_sizes(0.9) - 1],
                part=1,
            ),
            _listed("P11_zero_keeps_none", [0], part=2),
            Mistake(
                "zero_keeps_all",
                "p = 1 keeps all. p = 0 asks for no mass, and one token is the least there can be.",
                [10, 5],
                part=2,
                rule=lambda n: n >= 5,
            ),
        ],
    ),
    FunctionExercise(
        id="2.3",
        title="nucleus_size",
        points=2,
        minutes=8,
        reference=_size,
        probes=_size_probes,
        tell=TELL,
        variants={
            "counting sums below p": lambda q, p: min(
                int((np.cumsum(np.sort(q)[::-1]) < p).sum()) + 1, len(q)
            ),
            "searchsorted": lambda q, p: min(
                int(np.searchsorted(np.cumsum(np.sort(q)[::-1]), p)) + 1, len(q)
            ),
            "a loop": lambda q, p: sum(1 for x in _while_loop(q, p) if x > 0),
            "from the least likely up": lambda q, p: max(
                1, len(q) - int((np.cumsum(np.sort(q)) <= 1 - p).sum())
            ),
            "a float": lambda q, p: float(_size(q, p)),
        },
        mistakes=_size_mistakes(),
    ),
    FunctionExercise(
        id="2.4",
        title="top_p",
        points=4,
        minutes=12,
        reference=_reference,
        note=STOPS,
        probes=_probs_probes,
        tell=TELL,
        observe=_look_at_survivors,
        conventions=[Convention(ONE_MORE, _filter(_one_more_at_a_tie))],
        variants=VARIANTS,
        mistakes=[*WHICH, *WHAT],
    ),
    FunctionExercise(
        id="2.5",
        title="mended_top_p",
        points=2,
        minutes=6,
        reference=_reference,
        probes=_ends_first,
        tell=TELL,
        observe=_look_at_survivors,
        conventions=[Convention(ONE_MORE, _filter(_one_more_at_a_tie))],
        variants=VARIANTS,
        mistakes=[
            _listed("P11_zero_keeps_none", [_ascending_tail, _tail_below, *ZERO, *DROPPED]),
            Mistake(
                "zero_keeps_all",
                "At p = 0 every token is left. p = 0 asks for no mass: keep the likeliest only.",
                [
                    lambda q, p: q if p < 1e-9 else _right(q, p),
                    lambda q, p: q if np.isnan(_ascending_tail(q, p)).any() else _right(q, p),
                ],
            ),
            Mistake(
                "zero_is_uniform",
                "When nothing was left you gave all tokens the same. Keep the likeliest only.",
                [lambda q, p: np.full(len(q), 1 / len(q)) if p < 1e-9 else _right(q, p)],
            ),
            Mistake(
                "first_id_kept",
                "You kept the first token of the vocabulary. Keep the likeliest: the last of the "
                "ascending order.",
                [
                    lambda q, p: one_hot(q, 0) if p < 1e-9 else _right(q, p),
                    lambda q, p: one_hot(q, -1) if p < 1e-9 else _right(q, p),
                ],
            ),
            Mistake(
                "least_likely_kept",
                "You kept the least likely token. In ascending order the likeliest is the last.",
                [lambda q, p: one_hot(q, np.argmin(q)) if p < 1e-9 else _right(q, p)],
            ),
            Mistake("crossing_dropped", CROSSING, DROPPED_BUT_ONE),
            *_without([*WHICH, *WHAT], "crossing_dropped", "P11_zero_keeps_none", "divided_by_p"),
        ],
    ),
    FunctionExercise(
        id="2.6",
        title="top_p_logits",
        points=4,
        minutes=12,
        reference=lambda logits, p: top_p(logits, p),
        probes=_processor_probes,
        tell=[(_log(q), p) for q, p in TELL],
        view=_less_maximum,
        view_name="less its maximum",
        conventions=_processor_conventions(),
        variants={
            "row by row": _processor(),
            "log-probabilities": lambda z, p: _log(soft(_processor()(z, p))),
            "a cutoff for each row": _rows(
                lambda z, p: np.where(z >= z[_kept(soft(z), p)].min(), z, -np.inf)
            ),
            "float32": lambda z, p: _processor()(z, p).astype(np.float32),
            "lists": lambda z, p: _processor()(z, p).tolist(),
        },
        mistakes=[*PROCESSOR, *SAME_AS_PROCESSOR],
    ),
    FunctionExercise(
        id="2.7",
        title="temperature_then_top_p",
        points=2,
        minutes=6,
        reference=_T_then_p,
        probes=_order_probes,
        variants={
            "by hand": lambda z, T, p: _right(soft(z / T), p),
            "a loop": lambda z, T, p: _while_loop(soft(z / T), p),
            "powers of probabilities": lambda z, T, p: _right(share(soft(z) ** (1 / T)), p),
            "float32": lambda z, T, p: soft(_processor()(z / T, p).astype(np.float32)),
        },
        mistakes=ORDER,
    ),
    ValueExercise(
        id="2.8",
        title="stacking",
        points=3,
        minutes=8,
        parts=[
            Part("top-k alone", _left(top_k(WARM, 5)), 0),
            Part("top-p alone", _left(top_p(WARM, 0.3)), 0),
            Part("top-k, then top-p", _left(top_p(top_k(WARM, 5), 0.3)), 0),
            Part("with p = 0.5, top-k then top-p", _left(top_p(top_k(WARM, 5), 0.5)), 0),
            Part("with p = 0.5, top-p then top-k", _left(top_k(top_p(WARM, 0.5), 5)), 0),
        ],
        mistakes=[
            Mistake("k_is_k", "Top-k keeps the k largest: five of ten.", [10, 6, 4]),
            Mistake(
                "T_forgotten",
                "That is top-p at T = 1. At T = 2 approve has 0.213, less than 0.3.",
                [_left(top_p(TEN, 0.3))],
                part=1,
            ),
            Mistake(
                "share_of_tokens",
                "That is 0.3 of ten tokens. p is a share of the mass.",
                [3],
                part=1,
            ),
            Mistake(
                "k_only",
                "Top-p acts on what top-k has left: among five tokens two hold more than 0.3.",
                [5],
                part=2,
            ),
            Mistake(
                "tightest_times",
                "Their shares do not multiply. Among the five, approve has 0.296: not yet 0.3.",
                [1],
                part=2,
            ),
            Mistake(
                "independent_masks",
                "That is what both would keep if each looked at all ten tokens. After top-k the "
                "five are renormalised, and two of them hold 0.5.",
                [3],
                part=3,
            ),
            Mistake(
                "order_ignored",
                "Here top-p sees all ten tokens: approve and reject hold 0.388 of them, not 0.5.",
                [2],
                part=4,
            ),
            Mistake(
                "k_only",
                "Top-p came first and left three. Top-k adds nothing back.",
                [5],
                part=4,
            ),
        ],
    ),
    FunctionExercise(
        id="2.9",
        title="smallest_p",
        points=2,
        minutes=8,
        reference=_mass_before,
        probes=_before_probes,
        variants={
            "sort and look up": lambda q, i: (
                lambda order: float(np.cumsum(q[order])[list(order).index(i)] - q[i])
            )(np.argsort(-q, kind="stable")),
            "one minus the rest": lambda q, i: 1 - q[q <= q[i]].sum(),
            "a loop": lambda q, i: sum(float(x) for x in q if x > q[i]),
            "just above it": lambda q, i: _mass_before(q, i) + 1e-9,
        },
        mistakes=BEFORE,
    ),
    FunctionExercise(
        id="2.10",
        title="min_p",
        points=2,
        minutes=6,
        reference=_min_p,
        probes=_min_p_probes,
        conventions=[
            Convention(
                "A token exactly at the floor goes in yours; libraries keep it.", _strict_but_one
            )
        ],
        variants={
            "by hand": _floor(lambda q, m: m * q.max()),
            "ratio": lambda q, m: share(np.where(q / q.max() >= m, q, 0.0)),
            "a list": lambda q, m: [
                float(x) / sum(y for y in q if y >= m * max(q)) if x >= m * max(q) else 0.0
                for x in q
            ],
            "float32": lambda q, m: _floor(lambda q, m: m * q.max())(q.astype(np.float32), m),
        },
        mistakes=MIN_P,
    ),
    ValueExercise(
        id="2.11",
        title="read five functions",
        points=3,
        minutes=10,
        parts=[Part("verdicts", READ)],
        note="One of the five is right, up to what it does at an exact tie.",
        mistakes=[
            Mistake(
                "unknown_verdict",
                "Use the five verdicts as they are spelled in the exercise, one for each letter.",
                [{**READ, "B": "wrong"}, {"A": "right"}],
                rule=lambda v: v.keys() != READ.keys() or not set(v.values()) <= set(READ.values()),
            ),
            Mistake(
                "all_right",
                "You found no fault. Run each on FIVE with p = 0.75 and with p = 0.",
                [dict.fromkeys(READ, "right")],
                rule=lambda v: set(v.values()) == {"right"},
            ),
            Mistake(
                "none_right",
                "One of them is right: the fault must show on some input.",
                [{**READ, "A": "softmax twice"}, {**READ, "A": "drops the crossing token"}],
                rule=lambda v: v["A"] != "right",
            ),
            Mistake(
                "B_misread",
                "Function B keeps the tokens whose running sum is at most p: the one that crosses "
                "p is not among them.",
                [{**READ, "B": "right"}],
                rule=lambda v: v["B"] != READ["B"],
            ),
            Mistake(
                "C_misread",
                "Function C never adds anything up: it looks at one token at a time.",
                [{**READ, "C": "right"}],
                rule=lambda v: v["C"] != READ["C"],
            ),
            Mistake(
                "D_misread",
                "Function D is right for most p. At p = 0 the condition is sum <= 1, which is true "
                "for all.",
                [{**READ, "D": "right"}],
                rule=lambda v: v["D"] != READ["D"],
            ),
            Mistake(
                "E_misread",
                "Function E exponentiates what are probabilities already.",
                [{**READ, "E": "right"}],
                rule=lambda v: v["E"] != READ["E"],
            ),
        ],
    ),
]
