"""Exercise 3.9: logits for which k = 10 at T = 2 keeps fewer tokens than p = 0.95 at T = 0.5."""

import numpy as np

from logitlab.processors import temperature, top_p

from ..kit import FunctionExercise, NotPlain, soft

PEAKED = np.linspace(0, -38, 20)
FLAT = np.linspace(0.01, 0, 100)


def rows_for(k_stricter, p_stricter):
    return lambda stricter: k_stricter if stricter == "top-k" else p_stricter


def verdict(logits, stricter):
    """Which setting keeps fewer of these logits."""
    if logits.ndim != 1 or logits.size < 20:
        raise NotPlain("not a row of at least 20 logits")
    if not np.isfinite(logits).all() or np.abs(logits).max() > 1e6:
        raise NotPlain("not a row of finite logits")
    nucleus = np.isfinite(top_p(temperature(logits, 0.5), 0.95)).sum()
    if nucleus == 10:
        return "both keep ten"
    return "top-p is stricter" if nucleus < 10 else "top-k is stricter"


EXERCISE = FunctionExercise(
    reference=rows_for(FLAT, PEAKED),
    probes=lambda rng: [("top-k",), ("top-p",)],
    view=verdict,
    view_name="verdict",
    target=lambda stricter: f"{stricter} is stricter",
    right={"a thousand and a lead": rows_for(np.zeros(1000), np.eye(1, 50)[0] * 30)},
).known(
    "swapped: You have them the wrong way round. A flat distribution needs many tokens "
    "for 95 %, so there ten is less; a peaked one needs few.",
    rows_for(PEAKED, FLAT),
    "both_flat: In both of your rows top-p keeps more than ten. For the second, make the "
    "first logit much larger than the others. (Did you return probabilities? Read as "
    "logits they are nearly equal.)",
    rows_for(FLAT, soft(PEAKED)),
    "both_peaked: In both of your rows top-p keeps fewer than ten. For the first, give a "
    "hundred tokens nearly the same logit.",
    rows_for(PEAKED, PEAKED),
    "too_few_tokens: With fewer than 20 tokens the comparison says little. Return 20 or more.",
    rows_for(np.linspace(0, -3, 5), np.linspace(0, -20, 15)),
)
