"""What the exercises of lesson 4 share: the penalty, its probes, and what is done instead of it."""

import numpy as np

from ..kit import TEN, at, known, share, soft, turned

FOUR = np.array([2.2, 1.8, -0.6, 0.9])
LONG = [5, 7, *[0, 2] * 40]  # two ids that came once, longer ago than any usual window
ID_0_SKIPPED = "id_0_skipped: Token 0 escaped: Python takes 0 for False. It is a token like others."


def seen(z, history):
    """True for the tokens of the history."""
    return at(z, list(history))


def last(history, n):
    """The last n ids of a history; all of a shorter one."""
    return history[max(0, len(history) - n) :]


def counts(z, history):
    """How often each token occurs in the history."""
    return np.bincount(np.asarray(history, dtype=int), minlength=len(z))


def rule(z, theta):
    """The rule of signs, for every token."""
    return np.where(z < 0, z * theta, z / theta)


def penalised(z, history, theta):
    """The right penalty, without the library's refusals."""
    return np.where(seen(z, history), rule(z, theta), z)


def on_seen(change):
    """``change(z, theta)`` on the tokens of the history."""
    return lambda z, h, t: np.where(seen(z, h), change(z, t), z)


def to_power(weights):
    """theta once for each time that ``weights(z, history)`` says."""
    return lambda z, h, t: rule(z, t ** weights(z, h))


def times(weights):
    """A charge once for each time that ``weights(z, history)`` says."""
    return lambda z, h, a: z - a * weights(z, h)


def indexed(z, ids, change):
    """``change(logits)`` through an index, which must be whole numbers."""
    out = z.copy()
    out[ids] = change(z[ids])
    return out


def divided(z, history, theta):
    """Probabilities of the seen tokens over theta, the others as they were."""
    return on_seen(np.divide)(soft(z), history, theta)


def probes(rng):
    """A row of logits, a history and a theta, from plain to nasty."""
    z, h = rng.permutation(rng.normal(0, 2, 9)), rng.integers(0, 9, 5).tolist()
    plain = [(FOUR, [0, 2], 1.3), (FOUR, [0, 0, 0, 2], 1.3), (rng.permutation(TEN), [1, 4, 7], 2.0)]
    drawn = [(z, [*h, h[0], h[0]], float(rng.uniform(1.1, 1.9)))]
    ends = [(TEN, [9, 0, 6, 9], float(rng.uniform(1.2, 1.6))), (FOUR, [], 1.3), (TEN, [5], 1.0)]
    one_sign = [(-3.0 - rng.random(5), [1, 3], 1.5), (3.0 + rng.random(5), [4, 2, 2], 1.5)]
    near_zero = [  # between 0 and the mean, from either side
        (np.array([0.4, -0.7, 3.0, 1.0]), [0, 1, 2], 5.0),
        (np.array([-0.5, -4.0, 1.5, -3.0]), [0, 2], 1.4),
        (np.array([2.0, -2.0, 0.7]), [2, 1, 0], 1.2),
        (np.array([1.5, -1.5, 0.5, -0.2]), [1, 1, 0, 3], 0.8),
    ]
    far = [(np.array([30.0, 24.5, -12.0, 29.0]), [0, 2], 1.1), (TEN, LONG, 1.5)]
    return [*plain, *drawn, *ends, *one_sign, *near_zero, *far]


# Which tokens pay, and how many times; each form takes (z, history). Two kinds of penalty use it.
WHO_PAYS = known(
    "per_occurrence: A token that came three times paid three times. Once each: use set(history).",
    counts,
    "unseen: You penalised the tokens that have NOT appeared.",
    lambda z, h: ~seen(z, h),
    "newest_only: Only one token pays, the newest or the oldest. Every distinct one is to pay.",
    lambda z, h: seen(z, h[-1:]),
    lambda z, h: seen(z, h[:1]),
    "window: You looked only at the last tokens. A token counts, however long ago it came.",
    *(lambda z, h, n=n: seen(z, h[-n:]) for n in (8, 16, 64)),
    "newest_left_out: One end of the history was left out. The newest and the oldest count too.",
    lambda z, h: seen(z, h[:-1]),
    lambda z, h: seen(z, h[1:]),
    "only_repeated: Only a token that came twice or more pays. Once is enough.",
    lambda z, h: counts(z, h) > 1,
    "only_once_seen: A token that came more than once escaped. Every distinct one is to pay.",
    lambda z, h: counts(z, h) == 1,
    "positions_not_ids: You changed the first places of the row. The history holds ids.",
    lambda z, h: np.arange(len(z)) < len(h),
    "ids_off_by_one: The changed tokens stand beside the seen ones: ids count from 0.",
    *(lambda z, h, by=by: np.roll(seen(z, h), by) for by in (1, -1)),
    ID_0_SKIPPED,
    lambda z, h: seen(z, h) & (np.arange(len(z)) > 0),
    "nothing_done: The logits came back as they were.",
    lambda z, h: 0.0,
)

# What is done to the logits; each form takes (z, history, theta).
PENALTIES = known(
    "always_divide: Dividing a NEGATIVE logit moves it up: a reward. Multiply what is below zero.",
    on_seen(np.divide),
    *turned(WHO_PAYS, to_power),
    "both_bugs: Every occurrence counted, and negative logits were divided, which moves them up.",
    lambda z, h, t: z / t ** counts(z, h),
    "count_times_theta: The penalty grows with the count. It is theta, however often a token came.",
    lambda z, h, t: rule(z, 1 + (t - 1) * counts(z, h)),
    "all_tokens: You scaled every logit: that is a temperature. Change only the tokens seen.",
    lambda z, h, t: z / t,
    lambda z, h, t: z * t,
    "history_ignored: Every token was penalised, seen or not. Change only those in the history.",
    lambda z, h, t: rule(z, t),
    "inverted: Signs swapped: seen tokens got MORE likely. Divide the positive logits.",
    on_seen(lambda z, t: rule(z, 1 / t)),
    "always_multiply: Multiplying a positive logit by theta moves it up. Divide it.",
    on_seen(np.multiply),
    "unseen: You penalised the tokens that have NOT appeared.",
    lambda z, h, t: np.where(seen(z, h), z, z / t),
    lambda z, h, t: np.where(seen(z, h), z, z * t),
    "probs: Dividing a probability subtracts ln(theta) from any logit. This rule acts on logits.",
    on_seen(lambda z, t: z - np.log(t)),
    lambda z, h, t: share(divided(z, h, t)),
    divided,
    lambda z, h, t: np.log(share(divided(z, h, t))),
    "shift_invariant: You moved the logits first. Softmax ignores that, this penalty does not: it "
    "depends on where zero is.",
    *(
        lambda z, h, t, m=m, back=back: penalised(z - m(z), h, t) + back * m(z)
        for m in (np.max, np.min, np.mean, np.logaddexp.reduce)
        for back in (0, 1)
    ),
    "subtracts_theta: You subtracted. That is another penalty; this one divides or multiplies.",
    on_seen(np.subtract),
    on_seen(lambda z, t: z - (t - 1)),
    lambda z, h, t: z - t * counts(z, h),
    "subtracts_a_share: You took a share, theta - 1, away. Dividing by 1.3 takes less than 30 %.",
    on_seen(lambda z, t: z - (t - 1) * np.abs(z)),
    on_seen(lambda z, t: z * (2 - t)),
    "negatives_untouched: You left negative logits as they were. Multiply them.",
    on_seen(lambda z, t: np.where(z > 0, z / t, z)),
    "positives_untouched: You left positive logits as they were. Divide them.",
    on_seen(lambda z, t: np.where(z < 0, z * t, z)),
    "signs_dropped: You worked with the size of the logit and dropped its sign.",
    on_seen(lambda z, t: np.abs(z) / t),
    on_seen(lambda z, t: -np.abs(z) * t),
    on_seen(lambda z, t: np.abs(rule(z, t))),
    "one_sign_for_all: One sign decided for all tokens. Each seen token's own logit decides.",
    *(
        on_seen(lambda z, t, of=of: z / t if of(z) > 0 else z * t)
        for of in (np.min, np.max, np.sum)
    ),
    "compared_with_the_mean: You compared with the mean, or with another line than zero.",
    on_seen(lambda z, t: np.where(z < np.mean(z), z * t, z / t)),
    on_seen(lambda z, t: np.where(z < 1, z * t, z / t)),
    "banned: You removed the seen tokens. They become less likely, and can still be drawn.",
    on_seen(lambda z, t: -np.inf),
    "set_to_zero: You set the seen logits to 0. Zero is a logit too, and raises a negative one.",
    on_seen(lambda z, t: 0.0),
    "top_only: You penalised the leader. The history says which tokens, not the logits.",
    lambda z, h, t: np.where(z == np.max(z), rule(z, t), z),
    "twice: theta counts twice. Once is enough.",
    lambda z, h, t: penalised(z, h, t**2),
    "theta_clamped: theta was changed first. Use it as it is; below 1 it rewards repetition.",
    *(
        lambda z, h, t, change=change: penalised(z, h, change(t))
        for change in (np.sqrt, np.exp, np.floor, lambda t: 1 + t, lambda t: max(t, 1))
    ),
    *(lambda z, h, t, c=c: penalised(z, h, min(t, c)) for c in (1.5, 2.0)),
    "rewards_below_one: For theta below 1 the seen tokens still went down. The rule is the same.",
    lambda z, h, t: penalised(z, h, t if t >= 1 else 1 / t),
)
