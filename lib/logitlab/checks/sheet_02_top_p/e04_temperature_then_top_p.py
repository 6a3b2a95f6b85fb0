"""Exercise 2.4: probabilities of one row, temperature first and then top-p."""

import numpy as np

from logitlab.processors import temperature as scaled
from logitlab.processors import top_p

from ..kit import TEN, FunctionExercise, share, soft, softmax, turned
from ._filters import kept, right, while_loop
from ._known import WHICH

SAME = ("crossing_dropped", "sorted_ascending", "inverted_mask", "unsorted")


def probes(rng):
    z = rng.permutation(rng.normal(0, 2, 9))
    warm = [(TEN, 2.0, 0.75), (z, 3.0, 0.8), (TEN, 5.0, 0.5), (TEN, 2.0, 0.0), (TEN, 2.0, 1.0)]
    cool = [(np.array([3.0, 2.0, 1.0]), 0.5, 0.8), (TEN[::-1], 0.5, 0.7), (z, 0.3, 0.85)]
    return [*cool, *warm, (TEN, 1.0, 0.9), (np.array([1600.0, 1599.0, 1590.0]), 2.0, 0.7)]


EXERCISE = FunctionExercise(
    unit="probability",
    reference=lambda logits, temperature, p: softmax(top_p(scaled(logits, temperature), p)),
    probes=probes,
    right={
        "by hand": lambda z, T, p: right(soft(z / T), p),
        "a loop": lambda z, T, p: while_loop(soft(z / T), p),
        "powers of probabilities": lambda z, T, p: right(share(soft(z) ** (1 / T)), p),
    },
).known(
    "T_order: Top-p before temperature (llama.cpp default) keeps 2 tokens of [3, 2, 1] at "
    "T = 0.5, after temperature (HF, vLLM) 1. Here temperature comes first.",
    lambda z, T, p: softmax(scaled(top_p(z, p), T)),
    "T_only_for_the_mask: T decided who stays, but the survivors have their probabilities of "
    "T = 1. Cut the distribution that you will draw from.",
    lambda z, T, p: share(np.where(kept(soft(z / T), p), soft(z), 0.0)),
    "T_ignored: T was not used, or it cancelled. Divide the logits by it, then cut.",
    lambda z, T, p: right(soft(z), p),
    lambda z, T, p: right(soft(z) / T, p),
    "p_ignored: Nothing was removed. After the temperature comes top-p.",
    lambda z, T, p: soft(z / T),
    "multiply: You multiplied the logits by T. Temperature divides.",
    lambda z, T, p: right(soft(z * T), p),
    "T_twice: Temperature acted before and after the cut. Once is enough.",
    lambda z, T, p: soft(np.where(kept(soft(z / T), p), z / T, -np.inf) / T),
    "p_scaled_by_T: T divides logits, not p. p is a share of the mass at every temperature.",
    lambda z, T, p: right(soft(z / T), p / T),
    "swapped: T and p are exchanged.",
    lambda z, T, p: right(soft(z / max(p, 1e-3)), T),
    "softmax_twice: After the cut divide by the sum. A second softmax brings the rest back.",
    lambda z, T, p: soft(right(soft(z / T), p)),
    "overflow: exp of a large number is infinite. Subtract the maximum first.",
    lambda z, T, p: right(share(np.exp(z / T)), p),
    *turned([m for m in WHICH if m.id in SAME], lambda form: lambda z, T, p: form(soft(z / T), p)),
)
