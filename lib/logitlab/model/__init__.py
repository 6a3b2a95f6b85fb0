"""A real language model, small enough to read: SmolLM2-135M-Instruct in NumPy.

``python -m logitlab.model fetch`` gets its file, once (98 MB). The parts are `files` (where the
file is and how it gets there), `gguf` (reading it), `tokenizer` and `transformer`.
"""

from collections.abc import Iterable, Sequence
from operator import index
from pathlib import Path

import numpy as np

from logitlab.model import files
from logitlab.model.files import FetchFailed, MissingModel, fetch, model_path
from logitlab.model.gguf import DamagedModel, read_gguf
from logitlab.model.tokenizer import Tokenizer
from logitlab.model.transformer import Transformer

__all__ = [
    "DamagedModel",
    "FetchFailed",
    "LanguageModel",
    "MissingModel",
    "Session",
    "fetch",
    "load_model",
    "model_path",
]

# The form in which the model was taught to chat, from its own chat template.
CHAT = (
    "<|im_start|>system\n"
    "You are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n"
    "<|im_start|>user\n{user}<|im_end|>\n"
    "<|im_start|>assistant\n{answer}"
)


def load_model(path: str | Path | None = None) -> "LanguageModel":
    """Load the language model; about two seconds and 0.7 GB of memory.

    Parameters
    ----------
    path : path, optional
        Another Llama model's GGUF file with the same tokenizer. By default the file that
        ``python -m logitlab.model fetch`` puts at `model_path()`.

    Returns
    -------
    LanguageModel

    Raises
    ------
    MissingModel
        A `FileNotFoundError`: there is no file; the message says how to fetch it.
    DamagedModel
        A `ValueError`: the file is cut short, or is no model that can be read here.
    """
    if path is None:
        path = model_path()
        files.check(path)
    elif not Path(path).is_file():
        raise MissingModel(f"path: there is no model file {path}")
    return LanguageModel(path)


class LanguageModel:
    """A language model: a text in, a score for each token of the vocabulary out.

    Use `load_model` to get one.

    Attributes
    ----------
    tokens : list of str
        The text of each token of the vocabulary. Bytes that are no character on their own are
        written as ⟨E2⟩.
    stop_ids : frozenset of int
        The tokens with which the model ends a text.
    context_length : int
        The most tokens it can read.

    Examples
    --------
    >>> model = load_model()
    >>> logits = model.logits(model.encode("The capital of France is"))
    >>> model.tokens[logits.argmax()]
    ' Paris'
    """

    def __init__(self, path: str | Path):
        metadata, tensors = read_gguf(path)
        try:
            self._tokenizer = Tokenizer(metadata)
            self._transformer = Transformer(metadata, tensors)
        except KeyError as error:
            raise DamagedModel(f"{path} is no Llama model: it has no {error}") from error
        self.tokens = self._tokenizer.vocabulary()
        ends = ("<|endoftext|>", "<|im_end|>")
        self.stop_ids = frozenset(i for i, token in enumerate(self.tokens) if token in ends)
        self.context_length = self._transformer.context_length

    def encode(self, text: str) -> list[int]:
        """Return the token ids of ``text``.

        The name of a special token, such as ``<|im_end|>``, becomes that token. The vocabulary
        lacks 21 bytes that ordinary text does not have (some control characters, and what private
        characters from U+40000 on are made of); they are left out, as llama.cpp leaves them out.

        Raises
        ------
        TypeError
            If ``text`` is not text.
        ValueError
            If ``text`` cannot be written in UTF-8 (it holds half of a surrogate pair).
        """
        _require_text("text", text)
        return self._tokenizer.encode(text)

    def decode(self, ids: Iterable[int]) -> str:
        """Return the text of ``ids``; bytes that are no character become U+FFFD.

        Raises
        ------
        TypeError, ValueError
            If ``ids`` are not whole numbers, or not of the vocabulary.
        """
        return self._tokenizer.decode(self._check_ids(ids))

    def logits(self, ids: Sequence[int], all_positions: bool = False) -> np.ndarray:
        """Score every token of the vocabulary as the one that follows ``ids``.

        Parameters
        ----------
        ids : sequence of int
            The prompt, from `encode`; at least one.
        all_positions : bool
            Also score what follows each shorter beginning of ``ids``.

        Returns
        -------
        ndarray of float32
            ``(vocab,)``, or ``(len(ids), vocab)`` with ``all_positions``.

        Raises
        ------
        TypeError, ValueError
            If ``ids`` are not whole numbers, not of the vocabulary, none, or too many.
        """
        return self.session().read(ids, all_positions)

    def session(self) -> "Session":
        """Return a reader that remembers what it has read."""
        return Session(self)

    def chat(self, user: str, answer: str = "") -> str:
        """Return a prompt in the form in which the model was taught to chat.

        Parameters
        ----------
        user : str
            What the user says.
        answer : str
            How the model's answer begins; the model goes on from there.

        Raises
        ------
        TypeError, ValueError
            If an argument is not text.
        """
        _require_text("user", user)
        _require_text("answer", answer)
        return CHAT.format(user=user, answer=answer)

    def _check_ids(self, ids: Iterable[int]) -> list[int]:
        if isinstance(ids, str):
            raise TypeError(f"ids must be token ids, got the text {ids!r}: use encode(text) first")
        try:
            checked = [index(i) for i in ids]
        except TypeError:
            raise TypeError(f"ids must be a sequence of whole numbers, got {ids!r}") from None
        for i in checked:
            if not 0 <= i < len(self.tokens):
                raise ValueError(f"ids must be from 0 to {len(self.tokens) - 1}, got {i}")
        return checked


class Session:
    """A reader that remembers what it has read, so that a next token costs one step.

    Attributes
    ----------
    ids : list of int
        The tokens read so far.
    """

    def __init__(self, model: LanguageModel):
        self.ids: list[int] = []
        self._model = model
        self._cache = model._transformer.new_cache()

    def read(self, ids: Sequence[int], all_positions: bool = False) -> np.ndarray:
        """Read more tokens; return the logits of the next one, as `LanguageModel.logits`."""
        ids = self._model._check_ids(ids)
        if not ids:
            raise PromptError("ids must hold at least one token, got none: the prompt is empty")
        total, most = len(self.ids) + len(ids), self._model.context_length
        if total > most:
            raise PromptError(f"ids must be at most {most} tokens in all, got {total}")
        transformer = self._model._transformer
        vectors = transformer.read(np.array(ids), self._cache)
        self.ids += ids
        return transformer.logits(vectors) if all_positions else transformer.logits(vectors[-1:])[0]


class PromptError(ValueError):
    """A prompt that cannot be read: a notebook shows the sentence alone, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [f"ValueError: {self}"]


def _require_text(name: str, value: str) -> None:
    if not isinstance(value, str):
        raise TypeError(f"{name} must be text (str), got {value!r}")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError(f"{name} must be text that UTF-8 can write, got {value!r}") from error
