"""Moves the last bit of what NumPy's functions return, as another processor might.

IPython runs the file that ``PYTHONSTARTUP`` names before a notebook's first cell. It stands for the
processors that are not at hand: their ``exp`` and ``log`` are right to the last bit but one, and
not always equal. The weights that a network begins with move likewise: for a training, that is as
good as a matrix product added up in another order. One input always gives one output, and what is
exact (exp 0, log 1, the log2 of a power of two) stays exact.
"""

import numpy as np


def moved(values, by):
    """Values a last bit further, nearer or as they are, by the bits of the numbers `by`."""
    values = np.asarray(values, dtype=np.float64)
    bits = np.ascontiguousarray(by, dtype=np.float64).view(np.uint64).reshape(values.shape)
    with np.errstate(over="ignore"):
        step = (bits * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(40)) % np.uint64(3)
    stays = ~np.isfinite(values) | (values == 0)
    return np.where(stays, values, values * (1 + (step.astype(float) - 1) * 2.0**-52))


def other(function, exact):
    """A NumPy function whose float64 results are off by a last bit, but where they are exact."""

    def wrapped(x, *args, **kwargs):
        right = function(x, *args, **kwargs)
        if getattr(right, "dtype", None) != np.float64:
            return right
        x = np.broadcast_to(np.asarray(x, dtype=np.float64), right.shape)
        with np.errstate(all="ignore"):
            result = np.where(exact(x), right, moved(right, x))
        if kwargs.get("out") is not None:
            kwargs["out"][...] = result
            return kwargs["out"]
        return result if right.shape else np.float64(result)

    return wrapped


EXACT = {
    "exp": lambda x: x == 0,
    "expm1": lambda x: x == 0,
    "exp2": lambda x: x == np.rint(x),
    "log": lambda x: x == 1,
    "log1p": lambda x: x == 0,
    "log2": lambda x: np.frexp(x)[0] == 0.5,
    "log10": lambda x: x == 10.0 ** np.rint(np.log10(x, dtype=np.float32)),
}


def main():
    """Put the other functions and networks in the place of NumPy's and of the library's."""
    for name, exact in EXACT.items():
        setattr(np, name, other(getattr(np, name), exact))
    from logitlab.distillation import MLP

    begin = MLP.__init__

    def begin_otherwise(self, sizes, rng):
        begin(self, sizes, rng)
        self.weights = [moved(weights, weights) for weights in self.weights]

    MLP.__init__ = begin_otherwise


if __name__ == "__main__":
    main()
