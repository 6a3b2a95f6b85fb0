"""The course's two experiments: draw many tokens at one temperature, or sweep the temperature."""

from collections.abc import Iterable

import numpy as np

from logitlab import _validate
from logitlab.distributions import sample, softmax
from logitlab.information import entropy
from logitlab.processors import temperature as divide

__all__ = ["run_experiment", "sweep"]


def run_experiment(tokens, logits, temperature, n_samples=1000, rng=None) -> dict:
    """Draw tokens at one temperature and compare their frequencies with the probabilities.

    Parameters
    ----------
    tokens : sequence of str
        The vocabulary's texts, one for each logit.
    logits : array_like, (vocab,)
        One row of logits.
    temperature : float
        Above 0.
    n_samples : int
        How many tokens to draw, at least 1.
    rng : numpy.random.Generator, optional
        By default one with seed 0, so that everybody who runs a cell sees the same counts.

    Returns
    -------
    dict
        ``tokens`` (list), ``logits`` (float array) and ``temperature`` as given; ``probs``
        (float64), ``counts`` (int64) and ``frequencies`` (counts / n_samples), each ``(vocab,)``;
        ``entropy`` of ``probs`` and ``sample_entropy`` of ``frequencies``, floats in bits.
        The sample's entropy is too small on average: rare tokens are missing from it.

    Raises
    ------
    ValueError, TypeError
        If an argument is not as above; the message names it.

    Examples
    --------
    >>> result = run_experiment(["yes", "no"], [2.0, 1.0], temperature=1.0)
    >>> result["probs"].round(3), result["counts"]
    (array([0.731, 0.269]), array([716, 284]))
    """
    tokens, logits = _vocabulary(tokens, logits)
    temperature = _validate.positive(temperature, "temperature")
    probs = softmax(divide(logits, temperature))
    n_samples = _validate.integer(n_samples, "n_samples", 1)
    rng = np.random.default_rng(0) if rng is None else _validate.generator(rng)
    counts = np.bincount(sample(probs, rng, size=n_samples), minlength=len(tokens))
    frequencies = counts / n_samples
    return {
        "tokens": tokens,
        "logits": logits,
        "temperature": temperature,
        "probs": probs,
        "counts": counts,
        "frequencies": frequencies,
        "entropy": entropy(probs),
        "sample_entropy": entropy(frequencies),
    }


def sweep(tokens, logits, temperatures) -> dict:
    """Compute the exact distribution at each of several temperatures.

    Parameters
    ----------
    tokens : sequence of str
        The vocabulary's texts, one for each logit.
    logits : array_like, (vocab,)
        One row of logits.
    temperatures : array_like, (n,)
        Each above 0.

    Returns
    -------
    dict
        ``tokens``, ``logits`` and ``temperatures`` as given; ``probs`` ``(n, vocab)``; ``top``,
        the largest probability, and ``entropy`` in bits, each ``(n,)``.

    Raises
    ------
    ValueError, TypeError
        If an argument is not as above; the message names it.

    Examples
    --------
    >>> result = sweep(["yes", "no"], [2.0, 1.0], [0.5, 1.0, 2.0])
    >>> result["top"].round(3), result["entropy"].round(3)
    (array([0.881, 0.731, 0.622]), array([0.527, 0.84 , 0.956]))
    """
    tokens, logits = _vocabulary(tokens, logits)
    temperatures = np.asarray(temperatures)
    if temperatures.ndim != 1 or not temperatures.size:
        raise ValueError(f"temperatures must be one row (n,), got shape {temperatures.shape}")
    exact = [_validate.positive(T, "temperatures") for T in temperatures.tolist()]
    probs = np.stack([softmax(divide(logits, T)) for T in exact])
    return {
        "tokens": tokens,
        "logits": logits,
        "temperatures": temperatures,
        "probs": probs,
        "top": probs.max(axis=-1),
        "entropy": entropy(probs),
    }


def _vocabulary(tokens, logits) -> tuple[list[str], np.ndarray]:
    """Refuse what is not one row of logits with a token for each."""
    z = _validate.logits(logits)
    if z.ndim != 1:
        raise ValueError(f"logits must be one row (vocab,), got shape {z.shape}")
    if isinstance(tokens, str) or not isinstance(tokens, Iterable):
        what = "the text " if isinstance(tokens, str) else ""
        raise TypeError(f"tokens must be a list of texts, got {what}{tokens!r}")
    tokens = list(tokens)
    if len(tokens) != len(z):
        raise ValueError(f"tokens must be one for each logit, got {len(tokens)} for {len(z)}")
    return tokens, z.astype(np.float64)
