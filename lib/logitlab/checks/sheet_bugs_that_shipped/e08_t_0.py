"""Exercise B.8: a draw by one uniform number; at T = 0 the greedy token."""

import numpy as np

from ..kit import FunctionExercise, refusing, share, soft


def drawn(q, u):
    return int(np.searchsorted(np.cumsum(q), u, side="right"))


def cold(answer, limit=0.0):
    """Right, but for ``answer(logits, u)`` at T = 0 (or up to a limit)."""
    return lambda z, T, u: answer(z, u) if limit >= T else drawn(soft(z / T), u)


def greedy(z, u):
    return int(np.argmax(z))


def next_token(logits, temperature, u):
    return cold(greedy)(logits, temperature, u)


def probes(rng):
    z, u, three = rng.normal(0, 2, 8), float(rng.uniform(0.2, 0.8)), np.array([1.0, 3.0, 2.0])
    a, c = float(rng.uniform(1, 3)), float(rng.uniform(0.5, 1.5))
    zero = [(three, 0.0, 0.4), (z, 0.0, u), (np.array([a, a + 1e-12, 1.0]), 0.0, 0.3)]
    plain = [(three, 1.0, 0.05), (three, 1.0, 0.95), (three, 3.0, 0.15), (three, 0.2, 0.05)]
    plain += [(np.array([1.0, 1.9]), 0.7, 0.24)]  # whole parts of z / T would differ
    close = [(np.array([0.0, 0.1, 0.2, 0.3]), 0.5, 0.1)]
    close += [(c * np.array([0.0, 2e-5, 4e-5]), 2e-5 * c, 0.05)]
    far = [(np.array([-900.0, -5.0, -1.0, -0.5]), 0.0, 0.1), (np.array([900.0, 901.0]), 1.0, 0.5)]
    return [*zero, *plain, (z, 1.7, u), (z, 0.3, u), (z, 4.0, u), (z, 4.0, 1 - u), *close, *far]


EXERCISE = FunctionExercise(
    reference=next_token,
    probes=probes,
    right={
        "below 1e-5, as vLLM": cold(greedy, limit=1e-5),
        "a loop": lambda z, T, u: (
            max(range(len(z)), key=lambda i: z[i])
            if T == 0
            else next(i for i, c in enumerate(np.cumsum(soft(z / T))) if c > u)
        ),
    },
).known(
    "as_shipped: The bug as shipped. inf - inf is nan, and a search among nan fails.",
    lambda z, T, u: drawn(share(np.exp(z / T - np.max(z / T))), u),
    "epsilon: A tiny T is not greedy: two logits that differ by less than T share the draw.",
    *(lambda z, T, u, e=e: drawn(soft(z / max(T, e)), u) for e in (1e-3, 1e-6, 1e-9, 1e-10)),
    "greedy_above_zero: A T above 0 is no T = 0, however small: draw as before.",
    *(cold(greedy, limit) for limit in (0.99, 0.1, 0.01, 1e-3, 1e-4)),
    "T_lost: Above 0 the logits are divided by T.",
    lambda z, T, u: next_token(z, T > 0, u),
    "by_rank: u goes through the tokens by their ids. You sorted them first.",
    lambda z, T, u: int(np.argsort(-z)[next_token(-np.sort(-z), T, u)]),
    "T_ignored_at_zero: At T = 0 you draw as if T were 1.",
    cold(lambda z, u: drawn(soft(z), u)),
    "refused: To refuse T = 0 is honest. This function is asked for the greedy token.",
    cold(refusing("temperature must be above 0")),
    "least_at_zero: At T = 0 you take the smallest logit.",
    cold(lambda z, u: int(np.argmin(z))),
    "always_greedy: Now it is greedy at every T.",
    lambda z, T, u: greedy(z, u),
)
