"""Logits processors: pure functions logits -> logits, and ordered lists of them.

A processor works along the last axis of ``(..., vocab)``, returns a new array and writes -inf for
a removed token. float16 and float32 logits give float32 results, everything else float64. What
each one does is what transformers does, except where a docstring says otherwise.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from logitlab import _validate
from logitlab.distributions import log_softmax, softmax

__all__ = [
    "Pipeline",
    "Stage",
    "frequency_penalty",
    "min_p",
    "presence_penalty",
    "repetition_penalty",
    "temperature",
    "top_k",
    "top_p",
    "typical_p",
]

TIE = 1e-12
"""Masses closer than this to p count as p: rounding in float64 must not decide an exact tie."""


def temperature(logits, T) -> np.ndarray:
    """Divide the logits by T: below 1 the gaps grow, above 1 they shrink, the order stays.

    Parameters
    ----------
    logits : array_like, shape (..., vocab)
    T : float
        Finite and above 0. T = 0 is not a division: call `greedy`.

    Returns
    -------
    numpy.ndarray, shape (..., vocab)

    Raises
    ------
    ValueError, TypeError
        For bad logits, for a T that is not finite and above 0, or so close to 0 that the largest
        logit overflows.

    Warns
    -----
    RuntimeWarning
        NumPy's own, where a quotient overflows.

    References
    ----------
    Ackley, Hinton and Sejnowski (1985), A Learning Algorithm for Boltzmann Machines.

    Examples
    --------
    >>> temperature([2.0, 1.0, -1.0], 0.5)
    array([ 4.,  2., -2.])
    """
    z = _validate.array(logits, "logits")
    T = _validate.positive(T, "T", " (for T = 0 call greedy)")
    out = z / T
    if not _validate.is_sane(out.max(axis=-1, keepdims=True)):  # bad logits show here too
        _validate.logits(z)
        raise ValueError(f"T must keep the logits within {z.dtype}, got {T}")
    return out


def top_k(logits, k) -> np.ndarray:
    """Keep the k largest logits, and every token that ties with the k-th.

    Parameters
    ----------
    logits : array_like, shape (..., vocab)
    k : int
        1 or more; above the vocabulary it keeps everything.

    Returns
    -------
    numpy.ndarray, shape (..., vocab)

    Raises
    ------
    ValueError, TypeError
        For bad logits, or a k that is no integer or below 1.

    References
    ----------
    Fan, Lewis and Dauphin (2018), Hierarchical Neural Story Generation.

    Examples
    --------
    >>> top_k([2.0, 1.0, 3.0, 2.0], 1)
    array([-inf, -inf,   3., -inf])
    >>> top_k([2.0, 1.0, 3.0, 2.0], 2)
    array([  2., -inf,   3.,   2.])
    """
    z = _validate.logits(logits)
    k = min(_validate.integer(k, "k", 1), z.shape[-1])
    kth_largest = np.partition(z, -k, axis=-1)[..., -k, None]
    return _keep(z, z >= kth_largest)


def top_p(logits, p) -> np.ndarray:
    """Keep the smallest set of likeliest tokens whose mass reaches p (the nucleus).

    The token that crosses p is kept, so at least one always is, and the mass is p or more. A mass
    that hits p exactly has reached it: with probabilities .5, .25, .125, .125 and p = .75 two
    tokens stay. Sums are taken in float64, and a mass within 1e-12 of p counts as p. Among equal
    logits at the cut those with the larger ids stay. p = 1 keeps everything.

    transformers removes, from the least likely up, while the running sum is <= 1 - p: the same
    set. It sums in the logits' dtype, so rounding can move its cut by a token; and its sort
    settles which of several equal logits stay as above on short rows, in no set order on long
    ones.

    Parameters
    ----------
    logits : array_like, shape (..., vocab)
    p : float
        From 0 (only the likeliest token) to 1.

    Returns
    -------
    numpy.ndarray, shape (..., vocab)

    Raises
    ------
    ValueError, TypeError
        For bad logits, or a p outside [0, 1].

    References
    ----------
    Holtzman et al. (2020), The Curious Case of Neural Text Degeneration.

    Examples
    --------
    >>> top_p(np.log([0.5, 0.2, 0.15, 0.1, 0.05]), 0.75).round(2)
    array([-0.69, -1.61, -1.9 ,  -inf,  -inf])
    """
    z, peak = _validate.logits_and_peaks(logits)
    p = _validate.fraction(p, "p")
    if p == 1:
        return z.copy()
    left = (z > -np.inf).sum(axis=-1).max()  # an earlier processor may have removed most
    ranked = np.sort(z, axis=-1)[..., ::-1][..., :left]  # the likeliest first
    weights = np.exp(ranked.astype(np.float64) - peak)  # probabilities, up to a common factor
    mass = np.cumsum(weights, axis=-1)
    last = (mass < (p - TIE) * mass[..., -1:]).sum(axis=-1, keepdims=True)  # the one that crosses p
    cut = np.take_along_axis(ranked, last, axis=-1)
    return _keep(z, _reaching(z, cut, last + 1))


def min_p(logits, p) -> np.ndarray:
    """Keep the tokens at least p times as likely as the likeliest one.

    Parameters
    ----------
    logits : array_like, shape (..., vocab)
    p : float
        From 0 (everything) to 1 (the likeliest token and its equals).

    Returns
    -------
    numpy.ndarray, shape (..., vocab)

    Raises
    ------
    ValueError, TypeError
        For bad logits, or a p outside [0, 1].

    References
    ----------
    Nguyen et al. (2024), Turning Up the Heat: Min-p Sampling for Creative and Coherent LLM Outputs.

    Examples
    --------
    >>> min_p(np.log([0.5, 0.3, 0.15, 0.05]), 0.5).round(2)
    array([-0.69, -1.2 ,  -inf,  -inf])
    """
    z = _validate.logits(logits)
    p = _validate.fraction(p, "p")
    probs = softmax(z)
    return _keep(z, probs >= p * probs.max(axis=-1, keepdims=True))


def typical_p(logits, p) -> np.ndarray:
    """Keep the tokens whose surprisal is nearest the entropy, until their mass reaches p.

    Every token as near as the last one stays too. Computed in float64; a mass within 1e-12 of p
    counts as p. p = 1 keeps everything.

    Parameters
    ----------
    logits : array_like, shape (..., vocab)
    p : float
        From 0 (only the nearest) to 1. transformers refuses both ends.

    Returns
    -------
    numpy.ndarray, shape (..., vocab)

    Raises
    ------
    ValueError, TypeError
        For bad logits, or a p outside [0, 1].

    References
    ----------
    Meister et al. (2023), Locally Typical Sampling.

    Examples
    --------
    The likeliest token can go: here the entropy is 1.69 bits, and 0.3 is nearest (1.74 bits).

    >>> typical_p(np.log([0.5, 0.3, 0.1, 0.1]), 0.2).round(2)
    array([-inf, -1.2, -inf, -inf])
    """
    z = _validate.logits(logits)
    p = _validate.fraction(p, "p")
    if p == 1:
        return z.copy()
    logp = log_softmax(z.astype(np.float64))
    probs = np.exp(logp)
    entropy = -(probs * np.where(probs > 0, logp, 0.0)).sum(axis=-1, keepdims=True)
    distance = np.abs(-logp - entropy)
    order = np.argsort(distance, axis=-1)
    mass = np.cumsum(np.take_along_axis(probs, order, axis=-1), axis=-1)
    last = np.minimum((mass < p - TIE).sum(axis=-1, keepdims=True), z.shape[-1] - 1)
    farthest = np.take_along_axis(distance, np.take_along_axis(order, last, axis=-1), axis=-1)
    return _keep(z, distance <= farthest)


def repetition_penalty(logits, history, penalty) -> np.ndarray:
    """Push down every token already seen: divide its logit if positive, multiply if negative.

    Each distinct id counts once, however often it occurs. The rule depends on where zero is:
    adding a constant to all logits changes the result.

    Parameters
    ----------
    logits : array_like, shape (..., vocab)
    history : array_like of int, shape (n,)
        Token ids, the same for every row; may be empty.
    penalty : float
        Finite and above 0; 1 changes nothing, below 1 rewards repetition.

    Returns
    -------
    numpy.ndarray, shape (..., vocab)

    Raises
    ------
    ValueError, TypeError
        For bad logits, ids outside the vocabulary, or a penalty that is not finite and above 0 or
        makes a logit overflow.

    References
    ----------
    Keskar et al. (2019), CTRL, section 4.1; the sign rule: huggingface/transformers#2302.

    Examples
    --------
    >>> repetition_penalty([3.0, 2.0, -1.0], [0, 2, 0], 2.0)
    array([ 1.5,  2. , -2. ])
    """
    z = _validate.logits(logits)
    ids = _validate.history(history, z.shape[-1])
    penalty = _validate.positive(penalty, "penalty")
    seen = z[..., ids]
    with np.errstate(all="ignore"):
        new = np.where(seen < 0, seen * penalty, seen / penalty)
    return _put(z, ids, new, penalty)


def frequency_penalty(logits, history, penalty) -> np.ndarray:
    """Subtract penalty * count from each token's logit, count being its occurrences so far.

    Parameters
    ----------
    logits : array_like, shape (..., vocab)
    history : array_like of int, shape (n,)
        Token ids, the same for every row; may be empty. vLLM counts the generated tokens only:
        leave the prompt out to do the same.
    penalty : float
        Finite; 0 changes nothing, below 0 rewards repetition.

    Returns
    -------
    numpy.ndarray, shape (..., vocab)

    Raises
    ------
    ValueError, TypeError
        For bad logits, ids outside the vocabulary, or a penalty that is not finite or makes a
        logit overflow.

    Examples
    --------
    >>> frequency_penalty([3.0, 2.0, -1.0], [0, 2, 0], 0.5)
    array([ 2. ,  2. , -1.5])
    """
    return _subtract(logits, history, penalty, lambda counts: counts)


def presence_penalty(logits, history, penalty) -> np.ndarray:
    """Subtract the penalty once from the logit of every token seen so far.

    Parameters
    ----------
    logits : array_like, shape (..., vocab)
    history : array_like of int, shape (n,)
        Token ids, the same for every row; may be empty. vLLM counts the generated tokens only:
        leave the prompt out to do the same.
    penalty : float
        Finite; 0 changes nothing, below 0 rewards repetition.

    Returns
    -------
    numpy.ndarray, shape (..., vocab)

    Raises
    ------
    ValueError, TypeError
        For bad logits, ids outside the vocabulary, or a penalty that is not finite or makes a
        logit overflow.

    Examples
    --------
    >>> presence_penalty([3.0, 2.0, -1.0], [0, 2, 0], 0.5)
    array([ 2.5,  2. , -1.5])
    """
    return _subtract(logits, history, penalty, np.ones_like)


def _keep(z, keep):
    """The kept logits; -inf elsewhere."""
    out = np.full_like(z, -np.inf)
    np.copyto(out, z, where=keep)  # faster than np.where when few are kept
    return out


def _reaching(z, cut, n):
    """Which n logits of each row reach the cut; of those equal to it, the larger ids."""
    keep = z >= cut
    surplus = keep.sum(axis=-1, keepdims=True) - n
    if surplus.any():  # more tokens tie at the cut than are needed
        tied = z == cut
        keep &= ~tied | (np.cumsum(tied, axis=-1) > surplus)
    return keep


def _put(z, ids, new, penalty):
    """A copy of z with new logits at ids; refused where a finite one overflowed."""
    if not np.isfinite(new).all() and (np.isinf(new) & np.isfinite(z[..., ids])).any():
        raise ValueError(f"penalty must keep the logits within {z.dtype}, got {penalty}")
    out = z.copy()
    out[..., ids] = new
    return out


def _subtract(logits, history, penalty, amount):
    """Subtract penalty * amount(counts) from the tokens seen."""
    z = _validate.logits(logits)
    ids = _validate.history(history, z.shape[-1])
    penalty = _validate.finite(penalty, "penalty")
    ids, counts = np.unique(ids, return_counts=True)
    with np.errstate(all="ignore"):
        new = z[..., ids] - (penalty * amount(counts)).astype(z.dtype)
    return _put(z, ids, new, penalty)


PROCESSORS = {
    "temperature": (temperature, "T"),
    "top_k": (top_k, "k"),
    "top_p": (top_p, "p"),
    "min_p": (min_p, "p"),
    "typical_p": (typical_p, "p"),
    "repetition_penalty": (repetition_penalty, "penalty"),
    "frequency_penalty": (frequency_penalty, "penalty"),
    "presence_penalty": (presence_penalty, "penalty"),
}
"""Each processor by its name, and the name of its one setting."""

ORDERS = {
    "transformers": (
        "repetition_penalty",
        "temperature",
        "top_k",
        "top_p",
        "min_p",
        "typical_p",
    ),
    "vllm": (
        "repetition_penalty",
        "frequency_penalty",
        "presence_penalty",
        "temperature",
        "min_p",
        "top_k",
        "top_p",
    ),
    "llama.cpp": (
        "repetition_penalty",
        "frequency_penalty",
        "presence_penalty",
        "top_k",
        "typical_p",
        "top_p",
        "min_p",
        "temperature",
    ),
}
"""The order of each library; book/orders/ says which version was asked, and when."""


class Stage(NamedTuple):
    """What one processor of a `Pipeline` left behind."""

    name: str
    """The processor."""
    settings: dict[str, Any]
    """Its settings, by argument name."""
    logits: np.ndarray
    """Logits after it, shape (..., vocab)."""
    probs: np.ndarray
    """softmax of these logits, shape (..., vocab)."""
    survivors: np.ndarray
    """True for the tokens not removed so far, shape (..., vocab)."""


class Pipeline:
    """Logits processors in order; called like one of them.

    Parameters
    ----------
    steps : iterable of (name, settings)
        A processor's name and its arguments by name: ``("top_k", {"k": 50})``. A name may come
        more than once.

    Raises
    ------
    ValueError, TypeError
        For an unknown name or setting, a missing one, or a value that the processor refuses.

    Examples
    --------
    >>> pipeline = Pipeline([("temperature", {"T": 0.5}), ("top_k", {"k": 2})])
    >>> pipeline([3.0, 1.0, 2.0])
    array([  6., -inf,   4.])
    >>> [(stage.name, stage.survivors.sum().item()) for stage in pipeline.stages([3.0, 1.0, 2.0])]
    [('temperature', 3), ('top_k', 2)]
    """

    def __init__(self, steps):
        if isinstance(steps, str) or not isinstance(steps, Iterable):
            raise TypeError(f"steps must be a list of (name, settings), got {steps!r}")
        self.steps = tuple(_step(step) for step in steps)

    @classmethod
    def named(cls, library, **settings):
        """The processors that `settings` switches on, in the order of a library.

        Only the order is the library's: each processor is the one of this module, at an exact tie
        too. There are no defaults: a processor not named, or given None, is off.

        Parameters
        ----------
        library : {"transformers", "vllm", "llama.cpp"}
        **settings
            One value for each processor, by its name: ``temperature=0.7, top_k=50, top_p=0.9``.

        Raises
        ------
        ValueError, TypeError
            For an unknown library, a processor that it has not, or a value that is refused.

        Examples
        --------
        >>> Pipeline.named("transformers", top_p=0.9, temperature=0.7)
        Pipeline([('temperature', {'T': 0.7}), ('top_p', {'p': 0.9})])
        >>> Pipeline.named("llama.cpp", top_p=0.9, temperature=0.7)
        Pipeline([('top_p', {'p': 0.9}), ('temperature', {'T': 0.7})])
        """
        if not isinstance(library, str) or library not in ORDERS:
            raise ValueError(f"library must be one of {', '.join(ORDERS)}, got {library!r}")
        order = ORDERS[library]
        for name in settings:
            if name not in order:
                raise ValueError(f"{library} takes {', '.join(order)}, got {name!r}")
        return cls(
            (name, {PROCESSORS[name][1]: settings[name]})
            for name in order
            if settings.get(name) is not None
        )

    def __call__(self, logits, history=()) -> np.ndarray:
        """Logits after the last processor.

        Parameters
        ----------
        logits : array_like, shape (..., vocab)
        history : array_like of int, shape (n,)
            Token ids for the penalties.

        Returns
        -------
        numpy.ndarray, shape (..., vocab)
        """
        z = _validate.logits(logits)
        history = _validate.history(history, z.shape[-1])
        z = z if self.steps else z.copy()
        for name, settings in self.steps:
            z = _apply(name, settings, z, history)
        return z

    def stages(self, logits, history=()) -> list[Stage]:
        """One record a processor, in order: what it left of the logits.

        Parameters
        ----------
        logits : array_like, shape (..., vocab)
        history : array_like of int, shape (n,)
            Token ids for the penalties.

        Returns
        -------
        list of Stage
        """
        z = _validate.logits(logits)
        history = _validate.history(history, z.shape[-1])
        records = []
        for name, settings in self.steps:
            z = _apply(name, settings, z, history)
            records.append(Stage(name, dict(settings), z, softmax(z), z > -np.inf))
        return records

    def __repr__(self):
        return f"Pipeline({list(self.steps)!r})"


def _apply(name, settings, logits, history):
    """One processor; only the penalties take the history."""
    processor, _ = PROCESSORS[name]
    past = (history,) if name.endswith("penalty") else ()
    return processor(logits, *past, **settings)


def _step(step):
    """One (name, settings), its value checked by running it on a vocabulary of one token."""
    try:
        name, settings = step
        settings = dict(settings)
    except (TypeError, ValueError):
        raise TypeError(f"a step must be (name, {{setting: value}}), got {step!r}") from None
    if not isinstance(name, str) or name not in PROCESSORS:
        raise ValueError(f"a step's name must be one of {', '.join(PROCESSORS)}, got {name!r}")
    _, setting = PROCESSORS[name]
    if list(settings) != [setting]:
        raise ValueError(f"{name} takes the one setting {setting!r}, got {settings!r}")
    try:
        _apply(name, settings, np.zeros(1), ())
    except (TypeError, ValueError) as problem:  # which p it is: top_p's, min_p's, typical_p's
        raise type(problem)(f"{name}: {problem}") from None
    return name, settings
