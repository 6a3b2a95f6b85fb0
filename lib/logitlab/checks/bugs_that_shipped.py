"""
Exercises of "Bugs that shipped": twelve faults of real samplers, each to be mended.

The first mistake of each exercise is the fault itself, written in NumPy by us. As elsewhere, what
no probe can tell apart stands together as forms of one mistake.
"""

import numpy as np

from logitlab.checks._former import Convention, FunctionExercise, Mistake
from logitlab.checks.mistakes import one_hot, share, soft
from logitlab.processors import frequency_penalty, repetition_penalty, typical_p


def _as_shipped(why, *forms):
    return Mistake("as_shipped", f"This is the bug as shipped. {why}", forms)


def _ids(*history):
    """Token ids as an array, also where there are none."""
    return np.array(history, int)


# --- B.1, B.4 and B.12: the repetition penalty


def _penalised(rule, chosen=np.unique):
    """``rule(z, penalty)`` on the logits of the ids that `chosen` takes from the history."""

    def form(z, history, penalty):
        out = np.array(z, float)
        ids = chosen(history)
        out[ids] = rule(out[ids], penalty)
        return out

    return form


def _ctrl(z, penalty):
    return np.where(z < 0, z * penalty, z / penalty)


def _again_and_again(z, history, penalty):
    """Once for each occurrence."""
    out = np.array(z, float)
    for i in history:
        out[i] = _ctrl(out[i], penalty)
    return out


def _log_probs(z, history, penalty):
    logp = z - np.logaddexp.reduce(z)
    return _penalised(_ctrl)(logp, history, penalty)


def _repeated(ids):
    values, counts = np.unique(ids, return_counts=True)
    return values[counts > 1]


def _everyone(z, history, penalty):
    return _ctrl(np.array(z, float), penalty)


RIGHT_PENALTY = {
    "a loop over the set": lambda z, h, w: np.array(
        [(x * w if x < 0 else x / w) if i in set(h) else x for i, x in enumerate(z)]
    ),
    "minimum of both": lambda z, h, w: (
        _penalised(lambda z, w: np.minimum(z * w, z / w))(z, h, w)
        if w >= 1
        else _penalised(lambda z, w: np.maximum(z * w, z / w))(z, h, w)
    ),
    "fancy index": lambda z, h, w: (lambda out, ids: (out.__setitem__(ids, _ctrl(z[ids], w)), out))(
        np.array(z, float), h
    )[1],
    "float32": lambda z, h, w: _penalised(_ctrl)(z, h, w).astype(np.float32),
    "a list": lambda z, h, w: _penalised(_ctrl)(z, h, w).tolist(),
}
SIGN = [
    Mistake(
        "multiplied",
        "You multiplied every logit. That pushes the negative ones down and the positive ones up: "
        "divide those.",
        [_penalised(lambda z, w: z * w)],
    ),
    Mistake(
        "signs_swapped",
        "The two cases are swapped: this raises every token that was seen. Divide positive logits, "
        "multiply negative ones.",
        [_penalised(lambda z, w: np.where(z < 0, z / w, z * w))],
    ),
    Mistake(
        "positives_left",
        "Positive logits are left as they were. They are to be divided.",
        [_penalised(lambda z, w: np.where(z < 0, z * w, z))],
    ),
    Mistake(
        "negatives_left",
        "Negative logits are left as they were. That is no reward any more, but no penalty either: "
        "multiply them.",
        [_penalised(lambda z, w: np.where(z < 0, z, z / w))],
    ),
    Mistake(
        "magnitude",
        "You took the sign away. A negative logit must come out as a lower negative one.",
        [
            _penalised(lambda z, w: np.abs(z) / w),
            _penalised(lambda z, w: np.where(z < 0, -z * w, z / w)),
        ],
    ),
    Mistake(
        "subtracted",
        "You subtracted the penalty. That is another rule, the presence penalty; this one "
        "multiplies or divides.",
        [_penalised(lambda z, w: z - w), _penalised(lambda z, w: z - (w - 1))],
    ),
    Mistake(
        "on_log_probabilities",
        "You turned the logits into log-probabilities first. There is something to be said for it, "
        "and it is another rule: here the sign of the logit decides.",
        [_log_probs],
    ),
    Mistake(
        "everyone",
        "You penalised the whole vocabulary. Only tokens of the history are to be touched.",
        [_everyone],
    ),
    Mistake(
        "unchanged",
        "Nothing was penalised.",
        [lambda z, h, w: np.array(z, float)],
    ),
]
DIVIDED = _penalised(lambda z, w: z / w)


def _penalty_probes(rng):
    z = rng.normal(0, 2, 12)
    return [
        (np.array([2.0, -1.0, 0.5, -3.0]), _ids(0, 1), 1.5),
        (z, rng.integers(0, 12, 6), 1.2),
        (np.array([-1.0, -2.0, -0.5]), _ids(0, 2), 2.0),
        (np.array([1.0, 2.0, 0.5]), _ids(1), 1.3),
        (np.array([1.0, 0.0, -2.0]), _ids(0, 1, 2, 0, 2), 3.0),
        (np.array([2.0, -1.0, 0.5, -3.0]), _ids(0, 3), 0.8),
        (z + 5, _ids(), 1.5),
        (z - 8, _ids(3, 3, 3, 7), 1.1),
    ]


# --- B.2: the token that crosses p


def _order(q):
    return np.argsort(-q, kind="stable")


def _mask(rule, order=_order):
    """Who stays, in vocabulary order; ``rule(s, c, p)`` sees values and running sums in order."""

    def form(q, p):
        ids = order(q)
        keep = np.zeros(len(q), bool)
        keep[ids] = rule(q[ids], np.cumsum(q[ids]), p)
        return keep

    return form


def _shared(mask):
    return lambda q, p: share(np.where(mask(q, p), q, 0.0))


def _plain(mask):
    return lambda q, p: np.where(mask(q, p), q, 0.0)


def _head(s):
    return np.arange(len(s)) == 0


def _reached(s, c, p):
    """Right: a token stays while the mass before it is below p, and the first one always."""
    return (c - s < p) | _head(s)


def _through_tie(s, c, p):
    """One more where the sum hits p exactly."""
    return c - s <= p


def _short(s, c, p):
    return (c <= p) | _head(s)


def _in_rank_order(q, p):
    """Right, but the survivors come back sorted."""
    return -np.sort(-_shared(_mask(_reached))(q, p))


def _rising(q):
    return np.argsort(q, kind="stable")


ONE_TOO_MANY = Mistake(
    "one_too_many",
    "Now there is one token too many: the one that crosses p is the last to stay.",
    [_shared(_mask(lambda s, c, p: np.arange(len(s)) <= _reached(s, c, p).sum()))],
)
EVERYTHING = Mistake(
    "everything",
    "Every token is kept.",
    [lambda q, p: np.ones(len(q), bool)],
)


def _crossing_probes(rng):
    q = rng.dirichlet(np.ones(14))
    return [
        (np.array([0.5, 0.41, 0.09]), 0.9),
        (np.array([0.09, 0.5, 0.41]), 0.9),
        (np.array([0.4, 0.3, 0.2, 0.1]), 0.8),
        (np.array([0.05, 0.9, 0.05]), 0.7),
        (q, 0.63),
        (q, 0.971),
        (np.array([0.1, 0.6, 0.3]), 0.0),
        (np.array([0.1, 0.6, 0.3]), 0.05),
    ]


# --- B.3: the exact tie


def _tie_probes(rng):
    four = np.array([0.5, 0.25, 0.1875, 0.0625])  # sums without rounding
    return [
        (np.array([0.125, 0.5, 0.125, 0.25]), 0.75),
        (rng.permutation(four), 0.5),
        (rng.permutation(four), 0.9375),
        (rng.permutation(four), 0.8),
        (rng.permutation(four), 0.6),
        (rng.permutation(four), 0.3),
        (rng.permutation(four), 0.99),
        (rng.permutation(four), 0.0),
        (four, 1.0),
    ]


# --- B.5: the prompt is not the answer


def _subtracted(amount):
    """``amount(prompt, output, vocab)`` times the penalty comes off each logit."""

    def form(z, prompt, output, penalty):
        return z - penalty * amount(prompt, output, len(z))

    return form


def _counts(ids, vocab):
    return np.bincount(ids, minlength=vocab).astype(float)


def _frequency_probes(rng):
    z = rng.normal(0, 2, 10)
    return [
        (np.array([3.0, 2.0, 1.0, 0.0]), _ids(0, 0, 1), _ids(1, 2, 2), 0.5),
        (z, rng.integers(0, 10, 7), rng.integers(0, 10, 5), 0.7),
        (z, _ids(1, 2, 3), _ids(), 1.0),
        (z, _ids(), _ids(4, 4, 4, 5), 0.3),
        (z, _ids(4, 5), _ids(4, 4, 5, 6), 0.4),
        (z, _ids(0, 9), _ids(3, 9), -0.5),
    ]


# --- B.6: the last token of a typical set


def _typical(count, distance=lambda s, h: np.abs(s - h), clamp=True):
    """The nearest tokens up to the one at ``count(running sums, mass)``."""

    def form(q, mass):
        s = -np.log(q)
        d = distance(s, (q * s).sum())
        ids = np.argsort(d, kind="stable")
        last = count(np.cumsum(q[ids]), mass)
        if clamp:
            last = np.clip(last, 0, len(q) - 1)
        return d <= d[ids][last]

    return form


def _below(c, mass):
    return (c < mass).sum()


def _typical_reference(q, mass):
    return np.isfinite(typical_p(np.log(q), mass))


def _typical_probes(rng):
    q = rng.dirichlet(np.ones(9))
    return [
        (np.array([0.5, 0.3, 0.1, 0.06, 0.04]), 0.6),
        (q, 0.37),
        (q, 0.83),
        (np.array([0.7, 0.1, 0.1, 0.05, 0.05]), 0.2),
        (np.array([0.02, 0.9, 0.05, 0.03]), 0.93),
        (np.full(10, 0.1), 1.0),
        (np.array([0.5, 0.3, 0.2]), 1.0),
        (np.array([0.3, 0.55, 0.15]), 0.05),
    ]


# --- B.7: top-k, then top-p


def _top(q, k):
    return np.where(q >= np.sort(q)[-k], q, 0.0)


def _tail_cut(q, p):
    """From the least likely up, away while the running sum is at most 1 - p."""
    ids = _rising(q)
    out = q.copy()
    out[ids[np.cumsum(q[ids]) <= 1 - p]] = 0
    return out


def _k_then_p(q, k, p):
    return share(_tail_cut(share(_top(q, k)), p))


def _p_then_k(q, k, p):
    return share(_top(_tail_cut(q, p), k))


def _unmended(q, k, p):
    return share(_tail_cut(_top(q, k), p))


def _guarded(q, k, p):
    """The fault with a guard for the case that nothing is left."""
    kept = _tail_cut(_top(q, k), p)
    return share(kept) if kept.any() else one_hot(q, np.argmax(q))


def _chain_probes(rng):
    q = rng.dirichlet(np.full(20, 0.7))
    flat = np.array([0.15, 0.13, 0.12, 0.11, 0.1, 0.1, 0.09, 0.08, 0.07, 0.05])
    return [
        (flat, 2, 0.8),
        (flat, 1, 0.8),
        (np.array([0.1, 0.6, 0.3]), 2, 0.8),
        (q, 4, 0.55),
        (q, 3, 0.93),
        (np.array([0.3, 0.25, 0.2, 0.15, 0.1]), 3, 0.6),
        (q, 20, 0.7),
        (q, 5, 1.0),
    ]


# --- B.8: a p that rounds away


def _low_precision(q, p, kind=np.float16):
    ids = _rising(q)
    keep = np.zeros(len(q), bool)
    keep[ids] = np.cumsum(q[ids].astype(kind), dtype=kind) > kind(1 - p)
    return keep


def _at_least(fill, kind=np.float16):
    """The fault, and ``fill(keep, q)`` where nothing is left."""

    def form(q, p):
        keep = _low_precision(q, p, kind)
        return keep if keep.any() else fill(keep, q)

    return form


def _likeliest(keep, q):
    return one_hot(q, np.argmax(q)).astype(bool)


def _precision_probes(rng):
    q = np.array([0.5, 0.25, 0.15, 0.06, 0.04])
    return [
        (q, 1e-5),
        (rng.permutation(q), 1e-4),
        (rng.permutation(q), 1e-20),
        (rng.permutation(q), 0.0),
        (rng.permutation(q), 0.3),
        (rng.permutation(q), 0.6),
        (rng.permutation(q), 0.83),
        (rng.permutation(q), 0.93),
        (np.array([0.02, 0.03, 0.9, 0.05]), 1e-9),
    ]


# --- B.9: T = 0


def _drawn(q, u):
    return int(np.searchsorted(np.cumsum(q), u, side="right"))


def _at_zero(answer):
    """Right, but for ``answer(logits, u)`` at T = 0."""
    return lambda z, T, u: answer(z, u) if T == 0 else _drawn(soft(z / T), u)


def _refuses(z, u):
    raise ValueError("temperature must be above 0, got 0")


def _next_token(z, T, u):
    return _at_zero(lambda z, u: int(np.argmax(z)))(z, T, u)


def _zero_probes(rng):
    z = rng.normal(0, 2, 8)
    u = float(rng.uniform(0.2, 0.8))
    return [
        (np.array([1.0, 3.0, 2.0]), 0.0, 0.4),
        (z, 0.0, u),
        (np.array([2.0, 2.0 + 1e-12, 1.0]), 0.0, 0.3),
        (np.array([1.0, 3.0, 2.0]), 1.0, 0.05),
        (np.array([1.0, 3.0, 2.0]), 1.0, 0.95),
        (np.array([0.0, 0.1, 0.2, 0.3]), 0.5, 0.1),
        (z, 1.7, u),
        (z, 0.3, u),
        (np.array([-900.0, -5.0, -1.0, -0.5]), 0.0, 0.1),
        (np.array([900.0, 901.0]), 1.0, 0.2),
    ]


# --- B.10: a race that a dead runner wins


def _race(score):
    return lambda q, e: int(np.argmax(score(q, e)))


def _finite_race(q, e):
    return np.where(q > 0, q / e, -1.0)


def _race_probes(rng):
    q = np.array([0.0, 0.5, 0.3, 0.2, 0.0])
    e = rng.exponential(size=(4, 5)) + 0.01
    e[0, 4] = e[1, 0] = e[2, 0] = e[2, 4] = 0.0
    return [
        (np.array([0.6, 0.0, 0.4]), np.array([0.5, 0.0, 2.0])),
        *((q, row) for row in e),
        (rng.dirichlet(np.ones(7)), rng.exponential(size=7)),
        (np.array([0.3, 0.7, 0.0]), np.array([0.01, 3.0, 1e-9])),
        (np.array([0.9, 0.1]), np.array([0.02, 0.001])),
    ]


# --- B.11: the first token, not the first row


def _rows(guard, rule=lambda s, c, p: c - s >= p):
    """Sort, mark for removal, ``guard(remove)``, and back into the vocabulary's order."""

    def form(q, p):
        ids = np.argsort(-q, axis=-1, kind="stable")
        s = np.take_along_axis(q, ids, axis=-1)
        remove = rule(s, np.cumsum(s, axis=-1), p)
        guard(remove)
        keep = np.zeros(q.shape, bool)
        np.put_along_axis(keep, ids, ~remove, axis=-1)
        return keep

    return form


def _put(*where):
    return lambda remove: remove.__setitem__(where, False)


def _afterwards(*where):
    """The guard set on the vocabulary's order instead of on the sorted one."""

    def form(q, p):
        keep = _rows(lambda remove: None)(q, p)
        keep[where] = True
        return keep

    return form


def _guard_probes(rng):
    q = rng.dirichlet(np.ones(6), 3)
    return [
        (np.array([[0.2, 0.5, 0.3], [0.1, 0.3, 0.6]]), 0.5),
        (np.array([[0.2, 0.5, 0.3], [0.1, 0.3, 0.6]]), 0.0),
        (q, 0.7),
        (q, 0.0),
        (np.array([0.2, 0.5, 0.3]), 0.6),
        (np.array([0.2, 0.5, 0.3]), 0.0),
        (rng.dirichlet(np.ones(5), (2, 2)), 0.4),
        (rng.dirichlet(np.ones(5), (2, 2)), 0.0),
    ]


# --- B.12: the last tokens, not the first


def _window(part, penalise=None):
    """The penalty over ``part(history, n)``."""
    penalise = penalise or _penalised(_ctrl)
    return lambda z, history, penalty, n: penalise(z, part(history, n), penalty)


def _last(h, n):
    return h[max(0, len(h) - n) :]


def _window_probes(rng):
    z = rng.normal(0, 2, 10)
    h = rng.permutation(10)[:8]
    return [
        (np.array([2.0, 1.0, -1.0, 0.5]), _ids(0, 1, 2, 3), 2.0, 2),
        (z, h, 1.3, 3),
        (z, _ids(*h, h[0], h[0]), 1.3, 4),
        (z, h, 1.3, 1),
        (z, h[:2], 1.3, 64),
        (z, h, 1.3, 0),
        (z, _ids(), 1.3, 3),
        (z, _ids(5, 5, 5), 1.5, 2),
    ]


EXERCISES = [
    FunctionExercise(
        id="B.1",
        title="repetition_penalty",
        points=2,
        minutes=6,
        reference=lambda z, h, w: repetition_penalty(z, h, w),
        probes=_penalty_probes,
        note="A rule that looks at the sign is not a law of nature: see lesson 4 on where zero is.",
        variants=RIGHT_PENALTY,
        mistakes=[
            _as_shipped(
                "Dividing a negative logit by 1.5 moves it towards zero: up. The token was "
                "rewarded.",
                DIVIDED,
            ),
            *SIGN,
            Mistake(
                "every_occurrence",
                "A token that came twice was penalised twice. Once for each distinct token.",
                [_again_and_again],
            ),
        ],
    ),
    FunctionExercise(
        id="B.2",
        title="top_p",
        points=2,
        minutes=6,
        reference=_shared(_mask(_reached)),
        probes=_crossing_probes,
        variants={
            "a number of tokens": _shared(
                _mask(lambda s, c, p: np.arange(len(s)) < max(1, (c < p).sum() + 1))
            ),
            "from the least likely up": lambda q, p: share(
                np.where(_mask(lambda s, c, p: (c <= 1 - p) & (s < s.max()), _rising)(q, p), 0.0, q)
            ),
            "mass before": lambda q, p: share(
                np.array([x if x == max(q) or q[q > x].sum() < p else 0.0 for x in q])
            ),
            "float32": lambda q, p: _shared(_mask(_reached))(q, p).astype(np.float32),
            "a list": lambda q, p: _shared(_mask(_reached))(q, p).tolist(),
        },
        mistakes=[
            _as_shipped(
                "A token is asked whether the sum WITH it is still within p. Ask for the sum "
                "before it.",
                _shared(_mask(_short)),
                _shared(_mask(lambda s, c, p: (c < p) | _head(s))),
            ),
            Mistake(
                "guard_lost",
                "The crossing token is still missing, and now nothing at all is left where the "
                "first token alone is above p.",
                [_shared(_mask(lambda s, c, p: c <= p)), _shared(_mask(lambda s, c, p: c < p))],
            ),
            ONE_TOO_MANY,
            Mistake(
                "zero_keeps_none",
                "The crossing token is back, but p = 0 leaves nothing, and 0/0 is nan. The first "
                "token stays whatever p is.",
                [_shared(_mask(lambda s, c, p: c - s < p))],
            ),
            Mistake(
                "not_renormalised",
                "The right tokens, but their probabilities no longer add up to 1.",
                [_plain(_mask(_reached))],
            ),
            Mistake(
                "rank_order",
                "The survivors come back in the order of their rank: each token got another "
                "token's probability. Put them back in the vocabulary's order.",
                [_in_rank_order],
            ),
            Mistake(
                "inverted",
                "You kept the tail and removed the nucleus.",
                [
                    _shared(_mask(lambda s, c, p: ~_reached(s, c, p))),
                    _shared(_mask(lambda s, c, p: c > p)),
                    _shared(_mask(lambda s, c, p: c >= p)),
                ],
            ),
            Mistake(
                "least_likely_first",
                "You now start with the least likely token.",
                [_shared(_mask(_reached, _rising)), _shared(_mask(_short, _rising))],
            ),
            Mistake("unchanged", "Every token is still there.", [lambda q, p: np.array(q)]),
        ],
    ),
    FunctionExercise(
        id="B.3",
        title="nucleus",
        points=2,
        minutes=6,
        reference=_mask(_reached),
        probes=_tie_probes,
        tell=[(np.array([0.05, 0.55, 0.4]), 0.5)],
        variants={
            "count of sums below p": _mask(lambda s, c, p: np.arange(len(s)) <= (c < p).sum()),
            "searchsorted": _mask(lambda s, c, p: np.arange(len(s)) <= np.searchsorted(c, p)),
            "with a tolerance": _mask(lambda s, c, p: (c - s < p - 1e-12) | _head(s)),
            "from the least likely up": _mask(
                lambda s, c, p: ~((c <= 1 - p) & (np.arange(len(s)) < len(s) - 1)), _rising
            ),
            "zeros and ones": lambda q, p: _mask(_reached)(q, p).astype(int),
        },
        mistakes=[
            _as_shipped(
                "Where the sum hits p exactly the next token is still let in: its sum before is "
                "not ABOVE p.",
                _mask(_through_tie),
            ),
            Mistake(
                "crossing_dropped",
                "That mends the tie and breaks everything else: where the sum jumps over p, the "
                "token that crosses it is now missing.",
                [_mask(_short), _mask(lambda s, c, p: c <= p)],
            ),
            Mistake(
                "last_dropped",
                "Now the last token of the nucleus is missing even at the tie.",
                [_mask(lambda s, c, p: (c < p) | _head(s)), _mask(lambda s, c, p: c < p)],
            ),
            Mistake(
                "zero_keeps_none",
                "p = 0 now leaves nothing. The likeliest token always stays.",
                [_mask(lambda s, c, p: c - s < p)],
            ),
            Mistake(
                "rank_order",
                "The mask is in the order of rank. Token 0 is not the likeliest token: put it back "
                "in the vocabulary's order.",
                [lambda q, p: _reached(-np.sort(-q), np.cumsum(-np.sort(-q)), p)],
            ),
            Mistake(
                "inverted",
                "True stands for the tokens that are removed. It is to stand for those that stay.",
                [_mask(lambda s, c, p: ~_reached(s, c, p)), _mask(lambda s, c, p: c - s > p)],
            ),
            EVERYTHING,
        ],
    ),
    FunctionExercise(
        id="B.4",
        title="repetition_penalty_once",
        points=2,
        minutes=5,
        reference=lambda z, h, w: repetition_penalty(z, h, w),
        probes=_penalty_probes,
        variants=RIGHT_PENALTY,
        mistakes=[
            _as_shipped(
                "The loop comes by once for each occurrence: after ten commas the comma was "
                "divided ten times.",
                _again_and_again,
                lambda z, h, w: _ctrl(z, w ** np.bincount(h, minlength=len(z))),
            ),
            Mistake(
                "repeated_only",
                "Only tokens that came more than once are penalised now. Every token that came at "
                "all is, once.",
                [_penalised(_ctrl, _repeated)],
            ),
            Mistake(
                "last_only",
                "Only the last token of the history is penalised.",
                [_penalised(_ctrl, lambda ids: ids[-1:])],
            ),
            Mistake(
                "neighbours_only",
                "You skip a token that equals the one before it. The same token can come back "
                "later.",
                [
                    lambda z, h, w: _again_and_again(
                        z, [b for a, b in zip([None, *h], h, strict=False) if a != b], w
                    )
                ],
            ),
            Mistake("divided", "The sign rule is lost: negative logits rose.", [DIVIDED]),
            *SIGN,
        ],
    ),
    FunctionExercise(
        id="B.5",
        title="frequency_penalty",
        points=2,
        minutes=5,
        reference=lambda z, prompt, output, w: frequency_penalty(z, output, w),
        probes=_frequency_probes,
        note="llama.cpp counts a window over both; say which you do.",
        variants={
            "a loop": lambda z, prompt, output, w: [
                x - w * list(output).count(i) for i, x in enumerate(z)
            ],
            "subtract.at": lambda z, prompt, output, w: (
                lambda out: (np.subtract.at(out, output, w), out)
            )(np.array(z, float))[1],
            "float32": lambda z, prompt, output, w: (
                z - w * np.bincount(output, minlength=len(z))
            ).astype(np.float32),
        },
        mistakes=[
            _as_shipped(
                "What the user wrote is counted as if the model had said it.",
                _subtracted(lambda p, o, v: _counts(p, v) + _counts(o, v)),
            ),
            Mistake(
                "prompt_only",
                "You count the prompt and leave the output out. It is the other way round.",
                [_subtracted(lambda p, o, v: _counts(p, v))],
            ),
            Mistake(
                "prompt_excused",
                "A token of the prompt is never penalised now, however often the model says it. "
                "Count its occurrences in the output.",
                [_subtracted(lambda p, o, v: _counts(o, v) * (_counts(p, v) == 0))],
            ),
            Mistake(
                "prompt_subtracted",
                "You subtracted the prompt's counts: its tokens were rewarded.",
                [
                    _subtracted(lambda p, o, v: _counts(o, v) - _counts(p, v)),
                    _subtracted(lambda p, o, v: np.maximum(_counts(o, v) - _counts(p, v), 0)),
                ],
            ),
            Mistake(
                "presence",
                "Each token is penalised once, however often it came: that is the presence "
                "penalty. (`out[ids] -= x` counts a repeated id once.)",
                [_subtracted(lambda p, o, v: _counts(o, v) > 0)],
            ),
            Mistake(
                "share",
                "You divided by the length of the output. The count itself is subtracted.",
                [_subtracted(lambda p, o, v: _counts(o, v) / max(1, len(o)))],
            ),
            Mistake(
                "added",
                "You added the penalty. Subtract it.",
                [_subtracted(lambda p, o, v: -_counts(o, v))],
            ),
            Mistake(
                "unchanged",
                "Nothing was penalised.",
                [_subtracted(lambda p, o, v: 0.0)],
            ),
        ],
    ),
    FunctionExercise(
        id="B.6",
        title="typical",
        points=2,
        minutes=8,
        reference=_typical_reference,
        probes=_typical_probes,
        variants={
            "clipped": _typical(_below),
            "searchsorted": _typical(lambda c, mass: np.searchsorted(c, mass)),
            "zeros and ones": lambda q, mass: _typical_reference(q, mass).astype(int),
        },
        mistakes=[
            _as_shipped(
                "(cum < mass).sum() is already the place of the token that crosses. One less "
                "leaves it out.",
                _typical(lambda c, mass: _below(c, mass) - 1),
            ),
            Mistake(
                "out_of_bounds",
                "The crossing token is back, and so is the crash that the change was made for: "
                "where rounding keeps the sum below the mass, the place is one past the end.",
                [_typical(_below, clamp=False)],
            ),
            Mistake(
                "one_too_many",
                "Now one token too many stays.",
                [_typical(lambda c, mass: _below(c, mass) + 1)],
            ),
            Mistake(
                "likeliest_first",
                "You start with the likeliest token: that is top-p. Typical starts with the token "
                "whose surprisal is nearest the entropy.",
                [_typical(_below, lambda s, h: s)],
            ),
            Mistake(
                "rarest_first",
                "You start with the rarest token, or with the one farthest from the entropy. Start "
                "with the nearest.",
                [
                    _typical(_below, lambda s, h: -s),
                    _typical(_below, lambda s, h: -np.abs(s - h)),
                ],
            ),
            EVERYTHING,
        ],
    ),
    FunctionExercise(
        id="B.7",
        title="top_k_top_p",
        points=3,
        minutes=8,
        reference=_k_then_p,
        note="You renormalise after top-k, as transformers and vLLM do.",
        probes=_chain_probes,
        conventions=[
            Convention(
                "You cut by top-p first, on the whole distribution, as mlx-lm does since the mend.",
                _p_then_k,
            )
        ],
        variants={
            "a smaller threshold": lambda q, k, p: (
                lambda kept: share(
                    np.where(
                        np.isin(
                            np.arange(len(q)),
                            _rising(kept)[np.cumsum(np.sort(kept)) <= (1 - p) * kept.sum()],
                        ),
                        0.0,
                        kept,
                    )
                )
            )(_top(q, k)),
            "softmax of the logits left": lambda q, k, p: share(
                _tail_cut(soft(np.log(np.maximum(_top(q, k), 1e-300))), p)
            ),
            "float32": lambda q, k, p: _k_then_p(q, k, p).astype(np.float32),
        },
        mistakes=[
            _as_shipped(
                "1 - p is compared with sums that end at the mass of the k tokens, not at 1.",
                lambda q, k, p: _tail_cut(_top(q, k), p),
                _unmended,
            ),
            Mistake(
                "guard_only",
                "The empty case is caught, and the cause is still there: the sums end below 1, so "
                "too much is removed before anything is empty.",
                [_guarded],
            ),
            Mistake(
                "not_renormalised",
                "The right tokens, but their probabilities do not add up to 1.",
                [
                    lambda q, k, p: _tail_cut(share(_top(q, k)), p),
                    lambda q, k, p: np.where(_k_then_p(q, k, p) > 0, q, 0.0),
                    lambda q, k, p: _top(_tail_cut(q, p), k),
                ],
            ),
            Mistake(
                "k_lost",
                "Top-k is gone: more than k tokens are left.",
                [lambda q, k, p: share(_tail_cut(q, p))],
            ),
            Mistake(
                "p_lost",
                "Top-p is gone: all k tokens are left.",
                [lambda q, k, p: share(_top(q, k))],
            ),
            Mistake(
                "threshold_p",
                "From the least likely up, tokens go while the sum is at most 1 - p. You compare "
                "with p.",
                [lambda q, k, p: share(_tail_cut(share(_top(q, k)), 1 - p))],
            ),
        ],
    ),
    FunctionExercise(
        id="B.8",
        title="top_p_half",
        points=2,
        minutes=8,
        reference=_at_least(_likeliest),
        probes=_precision_probes,
        variants={
            "last of the order set": lambda q, p: (
                _low_precision(q, p) | one_hot(q, np.argmax(q)).astype(bool)
            ),
            "falling, in float64": _mask(_reached),
            "float64 and the likeliest": _at_least(_likeliest, np.float64),
        },
        mistakes=[
            _as_shipped(
                "1 - p rounds to 1, no running sum is above 1, and every token goes.",
                _low_precision,
            ),
            Mistake(
                "more_digits",
                "More digits move the fault and do not mend it: some p is always small enough for "
                "1 - p to be 1. Keep the likeliest token whatever the comparison says.",
                [
                    lambda q, p: _low_precision(q, p, np.float64),
                    lambda q, p: _low_precision(q, p, np.float32),
                ],
            ),
            Mistake(
                "first_id_kept",
                "You kept token 0. The likeliest token stands last in the ascending order.",
                [_at_least(lambda keep, q: one_hot(q, 0).astype(bool))],
            ),
            Mistake(
                "least_likely_kept",
                "You kept the least likely token: in ascending order the likeliest is the last.",
                [_at_least(lambda keep, q: one_hot(q, np.argmin(q)).astype(bool))],
            ),
            Mistake(
                "everything_kept",
                "A tiny p now keeps every token. It asks for the narrowest nucleus: one token.",
                [
                    _at_least(lambda keep, q: ~keep),
                    lambda q, p: np.ones(len(q), bool) if p < 1e-3 else _low_precision(q, p),
                ],
            ),
        ],
    ),
    FunctionExercise(
        id="B.9",
        title="next_token",
        points=2,
        minutes=5,
        reference=_next_token,
        probes=_zero_probes,
        variants={
            "below 1e-5, as vLLM": lambda z, T, u: _next_token(z, 0.0 if T < 1e-5 else T, u),
            "a loop": lambda z, T, u: (
                max(range(len(z)), key=lambda i: z[i])
                if T == 0
                else next(i for i, c in enumerate(np.cumsum(soft(z / T))) if c > u)
            ),
        },
        mistakes=[
            _as_shipped(
                "x / 0 is infinite, inf - inf is nan, and a search among nan ends at token 0.",
                lambda z, T, u: _drawn(share(np.exp(np.divide(z, T) - np.max(np.divide(z, T)))), u),
            ),
            Mistake(
                "epsilon",
                "A tiny T instead of 0 is no greedy choice: two logits that differ by less than T "
                "still share the draw.",
                [
                    lambda z, T, u, e=e: _drawn(soft(z / max(T, e)), u)
                    for e in (1e-3, 1e-6, 1e-9, 1e-10)
                ],
            ),
            Mistake(
                "T_ignored_at_zero",
                "At T = 0 you draw as if T were 1.",
                [_at_zero(lambda z, u: _drawn(soft(z), u))],
            ),
            Mistake(
                "uniform_at_zero",
                "At T = 0 every token is equally likely. That is what T = infinity would do.",
                [_at_zero(lambda z, u: _drawn(np.full(len(z), 1 / len(z)), u))],
            ),
            Mistake(
                "refused",
                "Refusing T = 0 is honest, and transformers does. This function is asked for the "
                "greedy token.",
                [_at_zero(_refuses)],
            ),
            Mistake(
                "always_greedy",
                "Now it is greedy at every T.",
                [lambda z, T, u: int(np.argmax(z))],
            ),
            Mistake(
                "least_at_zero",
                "At T = 0 you take the smallest logit.",
                [_at_zero(lambda z, u: int(np.argmin(z)))],
            ),
        ],
    ),
    FunctionExercise(
        id="B.10",
        title="race",
        points=2,
        minutes=8,
        reference=_race(_finite_race),
        probes=_race_probes,
        variants={
            "noise from below": _race(lambda q, e: q / np.maximum(e, 1e-300)),
            "nan is 0": _race(lambda q, e: np.nan_to_num(q / e)),
            "only the possible": lambda q, e: (lambda ids: int(ids[np.argmax(q[ids] / e[ids])]))(
                np.flatnonzero(q)
            ),
            "arrival times": lambda q, e: int(
                np.argmin([b / a if a > 0 else np.inf for a, b in zip(q, e, strict=True)])
            ),
            "nanargmax": lambda q, e: int(np.nanargmax(q / e)),
        },
        mistakes=[
            _as_shipped(
                "0/0 is nan, and argmax takes nan for the largest number there is.",
                _race(lambda q, e: q / e),
                _race(lambda q, e: np.log(q) - np.log(e)),
                lambda q, e: int(np.argmin(e / q)),
            ),
            Mistake(
                "noise_ignored",
                "Without the noise there is no draw: this is always the likeliest token.",
                [lambda q, e: int(np.argmax(q))],
            ),
            Mistake(
                "multiplied",
                "You multiply by the noise. A token's arrival time is noise / probability, so the "
                "first to arrive has the largest probability / noise.",
                [_race(lambda q, e: q * e)],
            ),
            Mistake(
                "last_to_arrive",
                "You take the token that arrives last.",
                [
                    lambda q, e: int(np.argmax(np.where(q > 0, e / np.where(q > 0, q, 1), -1))),
                ],
            ),
            Mistake(
                "shifted",
                "You added a constant to the noise. The draw no longer follows the probabilities.",
                [_race(lambda q, e, c=c: q / (e + c)) for c in (0.01, 0.1, 1.0)],
            ),
            Mistake(
                "token_0",
                "Where the noise holds a zero you return token 0.",
                [lambda q, e: 0 if (e == 0).any() else _race(_finite_race)(q, e)],
            ),
        ],
    ),
    FunctionExercise(
        id="B.11",
        title="top_p_rows",
        points=2,
        minutes=6,
        reference=_rows(_put(..., 0)),
        probes=_guard_probes,
        variants={
            "rule or first": _rows(
                lambda remove: None,
                lambda s, c, p: (c - s >= p) & (np.arange(s.shape[-1]) > 0),
            ),
            "zeros and ones": lambda q, p: _rows(_put(..., 0))(q, p).astype(int),
        },
        mistakes=[
            _as_shipped(
                "In a batch [0] is the first row, not the first token: one row lost its filter, "
                "the others their guard.",
                _rows(_put(0)),
            ),
            Mistake(
                "no_guard",
                "The first row is right again, and p = 0 leaves nothing in any row.",
                [_rows(lambda remove: None)],
            ),
            Mistake(
                "two_axes_only",
                "[:, 0] needs exactly two axes. [..., 0] takes one row as well as more axes.",
                [_rows(_put(slice(None), 0))],
            ),
            Mistake(
                "first_id_kept",
                "The guard comes too late: after sorting back, place 0 is token 0 of the "
                "vocabulary, not the likeliest one.",
                [_afterwards(..., 0)],
            ),
            Mistake(
                "last_kept",
                "The sorted order is falling: the likeliest token stands first, not last.",
                [_rows(_put(..., -1))],
            ),
            Mistake(
                "one_row_for_all",
                "You flattened the batch: every row needs an order and a running sum of its own.",
                [
                    lambda q, p: _rows(_put(0))(q.reshape(-1) / q.sum(), p).reshape(q.shape),
                ],
            ),
        ],
    ),
    FunctionExercise(
        id="B.12",
        title="windowed_penalty",
        points=2,
        minutes=6,
        reference=_window(_last),
        probes=_window_probes,
        variants={
            "off at 0": _window(lambda h, n: h[-n:] if n else h[:0]),
            "reversed": _window(lambda h, n: h[::-1][:n]),
            "a loop": _window(lambda h, n: _ids(*(t for i, t in enumerate(h) if i >= len(h) - n))),
        },
        mistakes=[
            _as_shipped(
                "The first n tokens are penalised for ever, and the loop that is going on now is "
                "never seen.",
                _window(lambda h, n: h[:n]),
            ),
            Mistake(
                "zero_is_all",
                "[-0:] is the whole history, so n = 0 penalises everything. It is to switch the "
                "penalty off.",
                [_window(lambda h, n: h[-n:])],
            ),
            Mistake(
                "whole_history",
                "The window is gone: the whole history is penalised.",
                [_window(lambda h, n: h)],
            ),
            Mistake(
                "newest_left_out",
                "The newest token is left out of the window.",
                [_window(lambda h, n: h[max(0, len(h) - n - 1) : max(0, len(h) - 1)])],
            ),
            Mistake(
                "window_left_out",
                "You penalise what lies before the window.",
                [_window(lambda h, n: h[: max(0, len(h) - n)])],
            ),
            Mistake(
                "one_short",
                "The window is one token too short or too long.",
                [
                    _window(lambda h, n: _last(h, max(0, n - 1))),
                    _window(lambda h, n: _last(h, n + 1)),
                ],
            ),
            Mistake(
                "every_occurrence",
                "A token that came twice in the window was penalised twice.",
                [_window(_last, _again_and_again)],
            ),
            Mistake(
                "divided", "The sign rule is lost: negative logits rose.", [_window(_last, DIVIDED)]
            ),
        ],
    ),
]
