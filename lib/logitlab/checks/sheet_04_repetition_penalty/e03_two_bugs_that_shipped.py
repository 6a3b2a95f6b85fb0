"""Exercise 4.3: an example on which each of two bugs does harm."""

import numpy as np

from ..kit import FunctionExercise, NotPlain, soft
from ._penalties import counts, penalised, rule, seen

BUGS = ("always divides", "once per occurrence")
THETA = 1.3
REWARD = {"logits": [2.2, -0.6], "history": [1]}
TWICE = {"logits": [2.2, 1.5], "history": [0, 0]}


def is_row(value, shortest):
    return isinstance(value, np.ndarray) and value.ndim == 1 and shortest <= value.size <= 1000


def verdict(value, bug):
    """What an example shows, in words."""
    if not isinstance(value, dict) or set(value) != {"logits", "history"}:
        raise NotPlain('not a dict of "logits" and "history"')
    z, h = value["logits"], value["history"]
    if not is_row(z, 2) or not np.isfinite(z).all() or np.abs(z).max() > 1e6:
        raise NotPlain("not a row of 2 to 1000 finite logits")
    if not is_row(h, 1):
        raise NotPlain("without a history of ids")
    if (h % 1 != 0).any() or h.min() < 0 or h.max() >= z.size:
        raise NotPlain("an example with an id that is not in the vocabulary")
    h = h.astype(int)
    if bug == "always divides":
        rewarded = seen(z, h) & (soft(np.where(seen(z, h), z / THETA, z)) > soft(z) + 1e-9)
        return "a seen token became likelier" if rewarded.any() else "no seen token became likelier"
    right, wrong = penalised(z, h, THETA), rule(z, THETA ** counts(z, h))
    if any(np.diff(np.sort(row))[-1] < 1e-9 for row in (right, wrong)):
        return "a tie for the first place"
    same = np.argmax(right) == np.argmax(wrong)
    return "the winners are the same" if same else "the winners differ"


def examples(divides=REWARD, occurrence=TWICE):
    return lambda bug: divides if bug == "always divides" else occurrence


EXERCISE = FunctionExercise(
    reference=examples(),
    probes=lambda rng: [(bug,) for bug in BUGS],
    view=verdict,
    view_name="which shows that",
).known(
    "swapped: The wrong way round: bug 1 wants a negative logit, bug 2 an id twice.",
    examples(TWICE, REWARD),
    "no_negative_logit: The bug shows where a SEEN token's logit is negative: it goes up.",
    examples(REWARD | {"history": [0]}),
    "same_winner: Let a token come twice, with a rival above its logit over theta squared.",
    examples(occurrence=TWICE | {"history": [0]}),
    "a_tie: The first place is shared, so there is no winner. Move one logit a little.",
    examples(occurrence={"logits": [1.0, 1.0], "history": [0, 1]}),
)
