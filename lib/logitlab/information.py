"""How spread out, how surprising, how wrong: measures of distributions along the last axis.

Everything is computed in float64. One row gives a float, a batch ``(..., vocab)`` an array of
shape ``(...)``. Rows may miss a sum of 1 by 1e-5 (float16: 1e-2). 0 log 0 counts as 0.
"""

import numpy as np

from logitlab import _validate

__all__ = [
    "brier",
    "calibration_bins",
    "cross_entropy",
    "entropy",
    "expected_calibration_error",
    "kl_divergence",
    "perplexity",
    "surprisal",
]


def entropy(probs, base=2):
    r"""Average surprisal of a distribution.

    .. math:: H(p) = -\sum_i p_i \log p_i

    Parameters
    ----------
    probs : array_like, shape (..., vocab)
    base : float, default 2
        Base of the logarithm: 2 for bits, ``numpy.e`` for nats.

    Returns
    -------
    float or numpy.ndarray, shape (...)
        From 0 (certain) to log(vocab) (uniform).

    Raises
    ------
    ValueError, TypeError
        If a row is no distribution or `base` is not above 1.

    References
    ----------
    Shannon (1948), A Mathematical Theory of Communication.

    Examples
    --------
    >>> entropy([0.5, 0.25, 0.25])
    1.5
    >>> entropy([1.0, 0.0])
    0.0
    """
    p = _validate.probs(probs)
    return _nonnegative(_expectation(p, -_log(p, base)))


def surprisal(probs, base=2):
    r"""Surprise at each token, if it were the one to come: :math:`-\log p_i`.

    Parameters
    ----------
    probs : array_like, shape (..., vocab), or float
        Distributions, or the probability of one token.
    base : float, default 2
        Base of the logarithm: 2 for bits, ``numpy.e`` for nats.

    Returns
    -------
    numpy.ndarray, shape (..., vocab), or float
        inf where the probability is 0.

    Raises
    ------
    ValueError, TypeError
        If a row is no distribution, a single value no probability, or `base` is not above 1.

    Examples
    --------
    >>> surprisal([0.5, 0.25, 0.25])
    array([1., 2., 2.])
    >>> surprisal(0.125)
    3.0
    """
    one = np.isscalar(probs) or getattr(probs, "ndim", None) == 0
    p = np.asarray(_validate.fraction(probs, "probs")) if one else _validate.probs(probs)
    return _nonnegative(-_log(p, base))


def perplexity(probs):
    """Number of equally likely tokens that would be as uncertain: 2 to the entropy in bits.

    Parameters
    ----------
    probs : array_like, shape (..., vocab)

    Returns
    -------
    float or numpy.ndarray, shape (...)
        From 1 (certain) to vocab (uniform).

    Raises
    ------
    ValueError, TypeError
        If a row is no distribution.

    Examples
    --------
    >>> perplexity([0.25, 0.25, 0.25, 0.25])
    4.0
    """
    return 2.0 ** entropy(probs)


def cross_entropy(p, q, base=2):
    r"""Average surprisal when tokens come from `p` and `q` predicted them.

    .. math:: H(p, q) = -\sum_i p_i \log q_i = H(p) + D(p \| q)

    Parameters
    ----------
    p, q : array_like, shape (..., vocab)
        The source and the prediction; leading axes broadcast.
    base : float, default 2
        Base of the logarithm: 2 for bits, ``numpy.e`` for nats.

    Returns
    -------
    float or numpy.ndarray, shape (...)
        inf where `p` has a token that `q` rules out.

    Raises
    ------
    ValueError, TypeError
        If a row is no distribution, the shapes differ, or `base` is not above 1.

    Examples
    --------
    >>> cross_entropy([0.5, 0.5], [0.25, 0.75]) > entropy([0.5, 0.5])
    True
    """
    p, q = _pair(p, q)
    return _nonnegative(_expectation(p, -_log(q, base)))


def kl_divergence(p, q, base=2):
    r"""Extra surprisal that comes from predicting `q` where the tokens come from `p`.

    .. math:: D(p \| q) = \sum_i p_i \log (p_i / q_i)

    It weighs by the first argument and is not symmetric.

    Parameters
    ----------
    p, q : array_like, shape (..., vocab)
        The source and the prediction; leading axes broadcast.
    base : float, default 2
        Base of the logarithm: 2 for bits, ``numpy.e`` for nats.

    Returns
    -------
    float or numpy.ndarray, shape (...)
        0 or more; inf where `p` has a token that `q` rules out.

    Raises
    ------
    ValueError, TypeError
        If a row is no distribution, the shapes differ, or `base` is not above 1.

    References
    ----------
    Kullback and Leibler (1951), On Information and Sufficiency.

    Examples
    --------
    >>> round(kl_divergence([0.9, 0.1], [0.5, 0.5]), 3)
    0.531
    >>> round(kl_divergence([0.5, 0.5], [0.9, 0.1]), 3)
    0.737
    """
    p, q = _pair(p, q)
    with np.errstate(invalid="ignore"):  # -inf - -inf, where p is 0 and the term is dropped
        gain = _log(p, base) - _log(q, base)
    return _nonnegative(_expectation(p, gain))


def brier(probs, labels) -> float:
    r"""Mean squared distance between the prediction and what happened, over all classes.

    .. math:: \frac{1}{n} \sum_n \sum_i (p_{ni} - [i = y_n])^2

    Parameters
    ----------
    probs : array_like, shape (..., classes)
    labels : array_like of int, shape (...)

    Returns
    -------
    float
        From 0 (certain and right) to 2 (certain and wrong). The two-class form that counts one
        class only is half of it.

    Raises
    ------
    ValueError, TypeError
        If a row is no distribution, or the labels do not fit the rows.

    References
    ----------
    Brier (1950), Verification of Forecasts Expressed in Terms of Probability.

    Examples
    --------
    >>> brier([[1.0, 0.0], [0.5, 0.5]], [0, 1])
    0.25
    """
    p = _validate.probs(probs)
    y = _validate.labels(labels, p.shape[:-1], p.shape[-1])
    happened = np.zeros_like(p)
    np.put_along_axis(happened, y[..., None], 1.0, axis=-1)
    return float(((p - happened) ** 2).sum(axis=-1).mean())


def expected_calibration_error(probs, labels, bins=15) -> float:
    """Average gap between confidence and accuracy, over bins of equal width.

    The confidence is the largest probability of a row. Bin b of B holds confidences in
    ((b - 1)/B, b/B]; each counts by the number of its rows.

    Parameters
    ----------
    probs : array_like, shape (..., classes)
    labels : array_like of int, shape (...)
    bins : int, default 15

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    ValueError, TypeError
        If a row is no distribution, the labels do not fit the rows, or `bins` is below 1.

    References
    ----------
    Guo et al. (2017), On Calibration of Modern Neural Networks, equation 3.

    Examples
    --------
    >>> round(expected_calibration_error([[0.9, 0.1], [0.9, 0.1]], [0, 1]), 3)
    0.4
    """
    counts, confidence, accuracy = calibration_bins(probs, labels, bins)
    used = counts > 0
    return float((counts * np.abs(confidence - accuracy))[used].sum() / counts.sum())


def calibration_bins(probs, labels, bins=15):
    """What a reliability diagram shows: how sure and how right, over bins of equal width.

    The confidence is the largest probability of a row. Bin b of B holds confidences in
    ((b - 1)/B, b/B].

    Parameters
    ----------
    probs : array_like, shape (..., classes)
    labels : array_like of int, shape (...)
    bins : int, default 15

    Returns
    -------
    counts : numpy.ndarray of int64, shape (bins,)
        How many rows.
    confidence, accuracy : numpy.ndarray, shape (bins,)
        Mean largest probability, and how often the likeliest class was right; nan in an empty bin.

    Raises
    ------
    ValueError, TypeError
        If a row is no distribution, the labels do not fit the rows, or `bins` is below 1.

    Examples
    --------
    >>> counts, confidence, accuracy = calibration_bins([[0.9, 0.1], [0.9, 0.1]], [0, 1], bins=2)
    >>> counts, confidence[1], accuracy[1]
    (array([0, 2]), np.float64(0.9), np.float64(0.5))
    """
    p = _validate.probs(probs)
    y = _validate.labels(labels, p.shape[:-1], p.shape[-1]).ravel()
    bins = _validate.integer(bins, "bins", 1)
    p = p.reshape(-1, p.shape[-1])
    top, hit = p.max(axis=-1), p.argmax(axis=-1) == y
    which = np.searchsorted(np.arange(1, bins) / bins, top)
    counts, sure, right = (np.bincount(which, w, bins) for w in (None, top, hit))
    with np.errstate(invalid="ignore"):
        return counts, sure / counts, right / counts


def _pair(p, q):
    """Two distributions over one vocabulary."""
    p, q = _validate.probs(p, "p"), _validate.probs(q, "q")
    try:
        if p.shape[-1] != q.shape[-1]:
            raise ValueError
        np.broadcast_shapes(p.shape, q.shape)
    except ValueError:
        raise ValueError(f"p and q must match in shape, got {p.shape} and {q.shape}") from None
    return p, q


def _log(p, base):
    """Logarithm to any base above 1; exact at powers of two in bits."""
    with np.errstate(divide="ignore"):
        return np.log2(p) / np.log2(_validate.base(base))


def _expectation(p, values):
    """Sum of p * values along the last axis; terms with p = 0 count as 0."""
    return (p * np.where(p > 0, values, 0.0)).sum(axis=-1)


def _nonnegative(x):
    """Lift the rounding that falls below 0, and -0.0; a float for one row."""
    x = np.maximum(x, 0.0) + 0.0
    return x if x.ndim else float(x)
