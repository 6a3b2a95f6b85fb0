"""From logits to probabilities, and from probabilities to a token.

Arrays are ``(..., vocab)``; a removed token has the logit -inf. float16 and float32 logits give
float32 results, everything else float64. Arguments are never changed.
"""

import math

import numpy as np

from logitlab import _validate

__all__ = ["greedy", "gumbel_max", "log_softmax", "sample", "softmax"]


def softmax(logits) -> np.ndarray:
    r"""Turn logits into probabilities along the last axis.

    .. math:: p_i = e^{z_i - \max z} / \sum_j e^{z_j - \max z}

    Subtracting the maximum cancels in the ratio and keeps the exponential from overflowing.

    Parameters
    ----------
    logits : array_like, shape (..., vocab)
        Finite, or -inf for a removed token, whose probability is 0.

    Returns
    -------
    numpy.ndarray, shape (..., vocab)
        float32 for float16 and float32 logits, float64 otherwise.

    Raises
    ------
    ValueError, TypeError
        If the logits are ragged, empty or not real numbers, hold nan or inf, or if a row has no
        finite logit.

    Examples
    --------
    >>> softmax([2.2, 1.8, 1.4]).round(3)
    array([0.472, 0.316, 0.212])
    >>> softmax([1000.0, 999.0]).round(3)
    array([0.731, 0.269])
    """
    z, peak = _validate.logits_and_peaks(logits)
    with np.errstate(over="ignore"):  # a gap wider than the dtype is a probability of 0
        weights = np.exp(z - peak)
    weights /= weights.sum(axis=-1, keepdims=True)
    return weights


def log_softmax(logits) -> np.ndarray:
    """Logarithms (nats) of `softmax`, without its underflow to 0.

    Parameters
    ----------
    logits : array_like, shape (..., vocab)
        As for `softmax`; a removed token stays at -inf.

    Returns
    -------
    numpy.ndarray, shape (..., vocab)
        float32 for float16 and float32 logits, float64 otherwise.

    Raises
    ------
    ValueError, TypeError
        As `softmax`.

    Examples
    --------
    >>> log_softmax([1000.0, 0.0])
    array([    0., -1000.])
    """
    z, peak = _validate.logits_and_peaks(logits)
    with np.errstate(over="ignore"):
        shifted = z - peak
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def greedy(logits):
    """Take the token with the largest logit; of equal ones, the smallest id.

    Parameters
    ----------
    logits : array_like, shape (..., vocab)
        As for `softmax`.

    Returns
    -------
    int, or numpy.ndarray of int64 with shape (...)
        One token id for each row.

    Raises
    ------
    ValueError, TypeError
        As `softmax`.

    Examples
    --------
    >>> greedy([0.1, 2.0, 2.0])
    1
    >>> greedy([[0.0, 1.0], [3.0, 2.0]])
    array([1, 0])
    """
    z = _validate.logits(logits)
    return _ids(z.argmax(axis=-1))


def sample(probs, rng: np.random.Generator, size=None):
    """Draw tokens by inverse CDF: one uniform number u for each draw.

    The token is the first whose cumulative probability (float64) is above u times the row's sum.
    Only tokens of positive probability take part, so no other is drawn: at u = 0 the first of them
    is, and u < 1 stays below the last step however the sum was rounded.

    Parameters
    ----------
    probs : array_like, shape (..., vocab)
        Rows that sum to 1 within 1e-5 (float16: 1e-2).
    rng : numpy.random.Generator
    size : int or tuple of int, optional
        Draws from each row; one when None.

    Returns
    -------
    int, or numpy.ndarray of int64
        Shape ``size + probs.shape[:-1]``; a plain int when that is empty.

    Raises
    ------
    ValueError, TypeError
        If a row is no distribution, `rng` no Generator or `size` no shape.

    Examples
    --------
    >>> rng = np.random.default_rng(7)
    >>> sample([0.0, 1.0, 0.0], rng)
    1
    >>> np.bincount(sample([0.5, 0.3, 0.2], rng, size=1000))
    array([502, 300, 198])
    >>> sample([[0.5, 0.5], [1.0, 0.0]], rng, size=4).shape
    (4, 2)
    """
    p, rng, size = _validate.probs(probs), _validate.generator(rng), _validate.size(size)
    rows = p.reshape(-1, p.shape[-1])
    u = rng.random((*size, len(rows)))
    ids = np.empty(u.shape, dtype=np.int64)
    for i, row in enumerate(rows):
        support = np.flatnonzero(row > 0)
        cdf = np.cumsum(row[support])
        ids[..., i] = support[np.searchsorted(cdf, u[..., i] * cdf[-1], side="right")]
    return _ids(ids.reshape(size + p.shape[:-1]))


def gumbel_max(logits, rng: np.random.Generator, size=None):
    """Draw tokens from ``softmax(logits)`` as the argmax of logits plus Gumbel noise.

    The noise is finite, so a removed token (-inf) is never drawn. No softmax is computed.

    Parameters
    ----------
    logits : array_like, shape (..., vocab)
        As for `softmax`.
    rng : numpy.random.Generator
    size : int or tuple of int, optional
        Draws from each row; one when None.

    Returns
    -------
    int, or numpy.ndarray of int64
        Shape ``size + logits.shape[:-1]``; a plain int when that is empty.

    Raises
    ------
    ValueError, TypeError
        As `softmax`, and if `rng` is no Generator or `size` no shape.

    Examples
    --------
    >>> rng = np.random.default_rng(7)
    >>> gumbel_max([0.0, -np.inf], rng)
    0
    >>> np.bincount(gumbel_max(np.log([0.5, 0.3, 0.2]), rng, size=1000))
    array([516, 282, 202])
    """
    z = _validate.logits(logits)
    rng, size = _validate.generator(rng), _validate.size(size)
    ids = np.empty((math.prod(size), *z.shape[:-1]), dtype=np.int64)
    block = max(1, 2**20 // z.size)  # bounds the memory that the noise takes
    for start in range(0, len(ids), block):
        part = ids[start : start + block]
        part[:] = (z + rng.gumbel(size=(len(part), *z.shape))).argmax(axis=-1)
    return _ids(ids.reshape(size + z.shape[:-1]))


def _ids(ids):
    """A plain int for one token, an array for more."""
    return ids if ids.ndim else int(ids)
