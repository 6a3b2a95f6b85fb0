"""Logits of the real model, recorded for the teaching prompts.

With them the lessons, the exercises, the book and the tests run without the model, which is
SmolLM2-135M-Instruct (Apache-2.0) at 4 bits a weight. ``python -m logitlab.data.record`` made
them.
"""

import difflib
import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

__all__ = ["Recorded", "recorded", "recorded_prompts"]

_FILE = Path(__file__).with_name("recorded.npz")


class Recorded(NamedTuple):
    """What the model answered to one prompt.

    Attributes
    ----------
    tokens : list of str
        The text of each token of the whole vocabulary.
    logits : ndarray of float32, (vocab,)
        The next token's logits, moved so that the largest is 0.
    prompt : str
        The text that the model read.
    ids : list of int
        The same text as token ids.
    """

    tokens: list[str]
    logits: np.ndarray
    prompt: str
    ids: list[int]


def recorded(prompt: str) -> Recorded:
    """Return the real model's recorded logits for a teaching prompt.

    The logits are kept as float16 of ``z - max(z)``: a logit within 8 of the largest, where the
    probability is, is right to 0.002. For temperatures from 0.1 to 5 the entropy is right to
    0.001 bits and every probability to 0.0002.

    Parameters
    ----------
    prompt : str
        One of `recorded_prompts`. Where that is a short name ("chat: ...", "loop: ..."), the text
        that the model read is accepted too.

    Returns
    -------
    Recorded
        New objects at each call: changing them harms nobody else.

    Raises
    ------
    TypeError
        If ``prompt`` is not text.
    ValueError
        If nothing was recorded for it; the message names the nearest prompts.

    Examples
    --------
    >>> france = recorded("The capital of France is")
    >>> france.tokens[france.logits.argmax()]
    ' Paris'
    """
    if not isinstance(prompt, str):
        raise TypeError(f"prompt must be text (str), got {prompt!r}")
    entries, tokens = _index()
    for row, entry in enumerate(entries):
        if prompt in (entry["name"], entry["prompt"]):
            with np.load(_FILE) as file:
                logits = file[f"logits_{row:02}"].astype(np.float32)
            return Recorded(list(tokens), logits, entry["prompt"], list(entry["ids"]))
    raise ValueError(_unknown(prompt))


def recorded_prompts() -> list[str]:
    """Return the prompts that `recorded` knows.

    A prompt in the model's chat form goes by a short name, ``chat: question / begun answer``. And
    ``loop: prompt`` is that prompt after two rounds of the loop in which greedy decoding ends.

    Examples
    --------
    >>> recorded_prompts()[0]
    'Once upon a time'
    """
    return [entry["name"] for entry in _index()[0]]


def _unknown(prompt: str) -> str:
    names = recorded_prompts()
    near = difflib.get_close_matches(prompt, names, n=3)
    advice = f"did you mean {' or '.join(map(repr, near))}?" if near else f"choose from {names}"
    return f"prompt: nothing was recorded for {prompt!r}; {advice}"


@cache
def _index() -> tuple[list[dict], list[str]]:
    with np.load(_FILE) as file:
        return json.loads(bytes(file["entries"])), json.loads(bytes(file["tokens"]))
