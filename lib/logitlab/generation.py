"""Writing text: a token at a time, with a record of how each was chosen."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from logitlab import _validate
from logitlab.distributions import greedy, log_softmax, sample, softmax
from logitlab.processors import Pipeline, Stage

__all__ = ["SmallModel", "Step", "generate"]


class Step(NamedTuple):
    """How one token was chosen.

    Attributes
    ----------
    position : int
        The token's place in the text: the number of tokens before it.
    logits : ndarray, (vocab,)
        The model's logits, before any processor.
    stages : list of Stage
        After each stage of the pipeline: its name, logits, probabilities and survivors.
    probs : ndarray, (vocab,)
        The distribution that the token was drawn from: the last stage's, or the model's own
        where there is no stage.
    token : int
        The token's id.
    text : str
        The token's text. A character that spans several tokens shows as U+FFFD here; decode all
        the tokens together to read it.
    surprisal : float
        Bits, under the model's own distribution (T = 1, no processor). This is what perplexity is
        made of; the surprisal under what was drawn from is ``-log2(probs[token])``.
    """

    position: int
    logits: np.ndarray
    stages: list[Stage]
    probs: np.ndarray
    token: int
    text: str
    surprisal: float


def generate(
    model,
    prompt: str,
    pipeline: Pipeline | None = None,
    rng: np.random.Generator | None = None,
    max_new_tokens: int = 20,
) -> Iterator[Step]:
    """Continue a prompt, and yield a record for each token.

    It ends with the first token that ends a text (any of ``model.stop_ids``, where the model has
    them), which is yielded too, or after ``max_new_tokens``.

    Parameters
    ----------
    model : LanguageModel
        Or anything with its methods ``encode``, ``decode`` and ``logits``. Where it has
        ``session`` too, each token costs one step and not the whole text again.
    prompt : str
        The text to continue; at least one token.
    pipeline : Pipeline, optional
        The stages between logits and draw. Its penalties see the prompt and what was written
        since. None is greedy decoding: the likeliest token, no draw. ``Pipeline([])`` draws from
        the model's own distribution.
    rng : numpy.random.Generator, optional
        Needed with a pipeline; one draw a token.
    max_new_tokens : int
        At least 1.

    Yields
    ------
    Step

    Raises
    ------
    TypeError, ValueError
        At the call, if ``model``, ``pipeline``, ``rng`` or ``max_new_tokens`` are not as above, or
        if ``prompt`` is not text or holds no token.

    Examples
    --------
    >>> from logitlab import load_model
    >>> steps = generate(load_model(), "To make a cup of tea,", None, None, 5)
    >>> "".join(step.text for step in steps)
    " I'll need a pot"
    """
    if not hasattr(model, "logits"):
        raise TypeError(f"model must be a language model, as load_model() gives, got {model!r}")
    if pipeline is not None:
        if not isinstance(pipeline, Pipeline):
            raise TypeError(f"pipeline must be a Pipeline, or None for greedy, got {pipeline!r}")
        _validate.generator(rng)
    if not isinstance(prompt, str):
        raise TypeError(f"prompt must be text (str), got {prompt!r}")
    _validate.integer(max_new_tokens, "max_new_tokens", 1)
    ids = list(model.encode(prompt))
    if not ids:
        raise ValueError(f"prompt must hold at least one token, got {prompt!r}")
    return _steps(model, ids, pipeline, rng, max_new_tokens)


def _steps(model, ids, pipeline, rng, max_new_tokens) -> Iterator[Step]:
    read = model.session().read if hasattr(model, "session") else _reread(model)
    stop_ids = getattr(model, "stop_ids", ())
    new = ids
    for _ in range(max_new_tokens):
        logits = read(new)
        stages = [] if pipeline is None else list(pipeline.stages(logits, ids))
        probs = stages[-1].probs if stages else softmax(logits)
        token = greedy(logits) if pipeline is None else sample(probs, rng)
        bits = float(-log_softmax(logits)[token] / np.log(2))
        yield Step(len(ids), logits, stages, probs, token, model.decode([token]), bits)
        if token in stop_ids:
            return
        new = [token]
        ids = ids + new


def _reread(model):
    """Give a model without a memory the interface of a session."""
    seen = []

    def read(ids):
        seen.extend(ids)
        return model.logits(seen)

    return read


class SmallModel:
    """Six tokens and made-up logits: something to try a loop on that writes text.

    It is read as a `LanguageModel` is. What comes next depends on the last token and, through the
    sum of the ids, on all that came before; number 0 alone says the same at every place, and never
    ends a text.

    Parameters
    ----------
    number : int
        Which one; every number gives another model.

    Examples
    --------
    >>> model = SmallModel(3)
    >>> model.encode("ab"), model.decode([2, 1]), sorted(model.stop_ids)
    ([1, 2], 'ba', [0])
    >>> model.logits([1, 2]).shape
    (6,)
    """

    tokens = ("<end>", "a", "b", "c", "d", "e")
    stop_ids = frozenset([0])

    def __init__(self, number: int):
        number = _validate.integer(number, "number", 0)
        if number == 0:
            self._last = np.tile([-1000.0, 0.2, 2.0, -0.4, 1.0, 0.6], (6, 1))
            self._sum = np.zeros((6, 6))
        else:
            self._last, self._sum = np.random.default_rng(number).normal(0, 2, (2, 6, 6)).round(2)

    def encode(self, text: str) -> list[int]:
        """Token ids of a text of the letters a to e."""
        return [self.tokens.index(letter) for letter in text]

    def decode(self, ids) -> str:
        """The text of token ids."""
        return "".join(self.tokens[i] for i in ids)

    def logits(self, ids) -> np.ndarray:
        """Logits of the next token, shape (6,), after at least one token."""
        ids = _validate.integers(ids, "ids", len(self.tokens), "token ids")
        if not len(ids):
            raise ValueError("ids must hold at least one token, got none")
        return self._last[ids[-1]] + self._sum[ids.sum() % 6]
