"""Exercise 2.5: top-n-sigma of one row; what is within n standard deviations of the top stays."""

import numpy as np

from ..kit import TEN, Convention, FunctionExercise, cut, descending, soft


def above(border):
    """Keeps each logit of at least ``border(z, n)``."""
    return lambda z, n: cut(z, z >= border(z, n))


def probes(rng):
    z, ten = rng.permutation(rng.normal(0, 3, 12)), rng.permutation(TEN)
    plain = [(ten, 1.0), (z, 1.0), (z, 1.7), (np.array([4.0, 6.0, 3.0, -1.0]), 2.0), (ten, 2.5)]
    low = [(ten - 40, 1.2), (ten / 3, 1.2), (np.array([-7.0, -2.0, -2.5, -9.0]), 0.5)]
    ends = [(ten, 0.0), (z, 9.0), (np.array([2.0, 2.0, 2.0]), 1.0), (np.array([3.5]), 1.0)]
    exact = [(np.array([3.0, -1.0, 1.0, -3.0, 5.0, -5.0, 1.0, -1.0]), 0.0)]
    return [*plain, *low, *ends, *exact, (np.array([900.0, 890.0, 905.0, 100.0]), 0.5)]


def kept(z, n):
    return z >= z.max() - n * z.std()


EXERCISE = FunctionExercise(
    unit="logits",
    reference=lambda logits, n: cut(logits, kept(logits, n)),
    note="You divide by the number of logits, as llama.cpp does.",
    conventions=[
        Convention(
            "You divide by one less than the number of logits, as PyTorch's std does; llama.cpp "
            "divides by the number. Over a real vocabulary it makes no difference.",
            above(lambda z, n: z.max() - n * (z.std(ddof=1) if len(z) > 1 else 0)),
        )
    ],
    probes=probes,
    right={
        "gaps from the top": lambda z, n: cut(z, z.max() - z <= n * z.std()),
        "by hand": above(lambda z, n: max(z) - n * np.mean((z - np.mean(z)) ** 2) ** 0.5),
        "a list": lambda z, n: [float(x) if x >= max(z) - n * z.std() else -np.inf for x in z],
    },
).known(
    "from_the_mean: The border hangs from the largest logit, not from the mean: max - n * std.",
    above(lambda z, n: z.mean() - n * z.std()),
    above(lambda z, n: z.mean() + n * z.std()),
    "of_probabilities: You measured the spread of probabilities. T changes it; the spread of "
    "the logits is what divides out.",
    above(lambda z, n: z.max() - n * soft(z).std()),
    "variance: That is the variance, a square. T would divide it twice. Take its root: np.std.",
    above(lambda z, n: z.max() - n * z.var()),
    "sigma_missing: You kept what is within n of the top. Multiply n by np.std.",
    above(lambda z, n: z.max() - n),
    "n_ignored: n makes no difference in yours. The border is n standard deviations down.",
    above(lambda z, n: z.max() - z.std()),
    "range_not_sigma: You took a share of the range from smallest to largest. Use np.std.",
    above(lambda z, n: z.max() - n * (z.max() - z.min())),
    "strict: With > the largest logit goes at n = 0, and equal logits go together. Use >=.",
    lambda z, n: cut(z, z > z.max() - n * z.std()),
    "inverted: Kept and removed are exchanged: what is near the top stays.",
    lambda z, n: cut(z, z <= z.max() - n * z.std()),
    "absolute_values: You compared sizes without the sign: -3 is a small logit.",
    lambda z, n: cut(z, np.abs(z) >= np.abs(z).max() - n * z.std()),
    "first_is_not_largest: Logits come in the order of the vocabulary: take the maximum.",
    above(lambda z, n: z[0] - n * z.std()),
    "only_the_kept: You returned the kept logits alone. The position is the token's id: return "
    "one for every token, -inf for the removed.",
    lambda z, n: z[kept(z, n)],
    lambda z, n: descending(z[kept(z, n)]),
    "mask_not_logits: That is the mask. Put it to use: np.where(mask, logits, -np.inf).",
    kept,
    "unchanged: Every token is still there. Those below the border become -inf.",
    lambda z, n: z,
)
