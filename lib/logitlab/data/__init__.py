"""Logits and texts of the real model, recorded for the teaching prompts; and digits.

With the recordings the lessons, the exercises, the book and the tests run without the model,
which is SmolLM2-135M-Instruct (Apache-2.0) at 4 bits a weight. ``classroom.recording`` holds the
scripts that made the files. The handwritten digits are the UCI set, CC BY 4.0.
"""

import difflib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

__all__ = [
    "STORY",
    "Answers",
    "Corpus",
    "Cuts",
    "Place",
    "Recorded",
    "Run",
    "Swap",
    "Table",
    "Text",
    "digits",
    "recorded",
    "recorded_answers",
    "recorded_corpus",
    "recorded_cuts",
    "recorded_game",
    "recorded_opening",
    "recorded_peak",
    "recorded_prompts",
    "recorded_runs",
    "recorded_students",
    "recorded_table",
    "recorded_texts",
]

FOLDER = Path(__file__).parent
_FILE = FOLDER / "recorded.npz"
_OPENING = FOLDER / "opening.json"
_TEXTS = FOLDER / "texts.json"
_CUTS = FOLDER / "cuts.npz"
_PENALTIES = FOLDER / "penalties.json"
_QUESTIONS = FOLDER / "questions.txt"
_ANSWERS = FOLDER / "answers.json"
_ASKED = FOLDER / "answers_asked.json"
_GAME = FOLDER / "game.json"
_TABLES = ("sampled", "dry", "answers_asked", "calibration")
_CORPUS = FOLDER / "corpus.npz"
_DIGITS = FOLDER / "digits.npz"
_STUDENTS = FOLDER / "students.json"


STORY: Mapping[str, float] = MappingProxyType(
    {
        "approve": 2.2,
        "reject": 1.8,
        "review": 1.4,
        "escalate": 0.9,
        "delay": 0.2,
        "audit": 0.1,
        "optimize": -0.3,
        "notify": -0.6,
        "assign": -0.8,
        "close": -1.0,
    }
)
"""The lessons' example: ten logits after *Should I approve this request?*"""


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


class Text(NamedTuple):
    """What the model wrote after one prompt, and how each token was chosen.

    Attributes
    ----------
    prompt : str
    setting : str
        The stages between logits and draw, as a reader calls them.
    seed : int
        Of the generator that drew.
    tokens : list of str
    surprisal : list of float
        Of each token, in bits, to the model itself: T = 1, nothing removed.
    entropy : list of float
        Of the model's own distribution at each place, in bits.
    kept : list of int
        How many tokens were left to draw from.
    """

    prompt: str
    setting: str
    seed: int
    tokens: list[str]
    surprisal: list[float]
    entropy: list[float]
    kept: list[int]


class Cuts(NamedTuple):
    """What temperatures and cuts do at the same places of texts that the model wrote at T = 1.

    Attributes
    ----------
    settings : list of tuple
        ``(T, rule, value)`` of each setting, such as ``(1.5, "top-k", 40)``.
    prompts : list of str
    prompt, text : ndarray of int, (places,)
        Of each place, the number of its prompt and of its text.
    kept : ndarray of int, (settings, places)
        How many tokens are left to draw from.
    entropy : ndarray of float64, (settings, places)
        Of what is drawn from, in bits. The first setting is the model itself.
    odd : ndarray of float64, (settings, places)
        Probability of drawing a token that has 10 bits or more to the model itself.
    own : ndarray of float64, (settings, places)
        How much of the model's own distribution is not removed.
    """

    settings: list[tuple[float, str, float]]
    prompts: list[str]
    prompt: np.ndarray
    text: np.ndarray
    kept: np.ndarray
    entropy: np.ndarray
    odd: np.ndarray
    own: np.ndarray


class Swap(NamedTuple):
    """A place where the penalty put another token first.

    Attributes
    ----------
    place : int
        In the text, from 0.
    wanted : str
        The token that the model itself would have written.
    before, after : float
        Its logit, and its logit after the penalty.
    written : float
        The written token's logit after the penalty.
    """

    place: int
    wanted: str
    before: float
    after: float
    written: float


class Run(NamedTuple):
    """What the model wrote under one repetition penalty, the likeliest token at each place.

    Attributes
    ----------
    prompt : str
        Or its short name, "chat: ...".
    history : str
        What the penalty looked at: "prompt and text", "text only" or "last 8 tokens".
    theta : float
    prompt_ids, ids : list of int
        The prompt's tokens, and those written.
    tokens : list of str
        The written tokens' texts.
    ranks : list of int
        Of each written token in the model's own order; 1 is what greedy decoding would write.
    swaps : list of Swap
        Where the rank is not 1.
    """

    prompt: str
    history: str
    theta: float
    prompt_ids: list[int]
    ids: list[int]
    tokens: list[str]
    ranks: list[int]
    swaps: list[Swap]

    @property
    def text(self) -> str:
        """The written tokens together."""
        return "".join(self.tokens)

    @property
    def repeated(self) -> list[bool]:
        """For each token, whether the four tokens that end with it stood in the text before."""
        fours = [tuple(self.ids[max(0, i - 3) : i + 1]) for i in range(len(self.ids))]
        return [len(four) == 4 and four in fours[:i] for i, four in enumerate(fours)]


class Answers(NamedTuple):
    """Questions with four answers each, and how the model scored every answer.

    Attributes
    ----------
    questions : list of str, (n,)
    answers : list of list of str, (n, 4)
        In alphabetical order.
    scores : ndarray of float64, (n, 4)
        Log-probability of each answer after the question, in nats, each answer on its own.
        Softmax of a row is the model's choice among the four.
    labels : ndarray of int, (n,)
        Which answer is right.
    """

    questions: list[str]
    answers: list[list[str]]
    scores: np.ndarray
    labels: np.ndarray


class Table(NamedTuple):
    """What an experiment with many seeds gave.

    Attributes
    ----------
    rows : list of dict
        One for each run.
    day : str
        On which it was run, as "2026-11-29".
    processor : str
        What it was run on.
    """

    rows: list[dict]
    day: str
    processor: str


class Place(NamedTuple):
    """One place of the guessing game's text, and what the model expected there.

    Attributes
    ----------
    token : str
        What stands there.
    rank : int
        How many guesses the model needs, likeliest token first.
    bits : float
        The token's surprisal.
    entropy : float
        Of the model's distribution, in bits.
    guesses : list of str
        The model's likeliest tokens.
    probs : list of float
        Theirs.
    """

    token: str
    rank: int
    bits: float
    entropy: float
    guesses: list[str]
    probs: list[float]


class Corpus(NamedTuple):
    """Texts of the model, a place a row, with the model's distribution at each place.

    Tokens are classes here: the 399 that the model expects most often in these texts, and one last
    class for all others.

    Attributes
    ----------
    tokens : list of str
        Each class's token; the last is "(any other token)".
    text : ndarray of int, (places,)
        Which text a place belongs to, from 0.
    previous : ndarray of int, (places,)
        Class of the token before the place.
    following : ndarray of int, (places,)
        Class of the token that was drawn there, at T = 1 with nothing removed.
    probs : ndarray of float64, (places, classes)
        What it was drawn from: the likeliest 32 classes to 1/32 bit, the others scaled to hold the
        rest together in proportion to how often they occur in all the texts.
    """

    tokens: list[str]
    text: np.ndarray
    previous: np.ndarray
    following: np.ndarray
    probs: np.ndarray


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
    row, entry = _entry(prompt)
    with np.load(_FILE) as file:
        logits = file[f"logits_{row:02}"].astype(np.float32)
    return Recorded(list(_index()[1]), logits, entry["prompt"], list(entry["ids"]))


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


def recorded_opening() -> list[Text]:
    """Return what the model wrote after one prompt at T = 0, 0.7, 1 and 1.5, three times each.

    Examples
    --------
    >>> text = recorded_opening()[0]
    >>> text.prompt, text.setting, text.seed
    ('Once upon a time, in a small village', 'T = 0', 0)
    """
    return _read_texts(_OPENING)


def recorded_texts() -> list[Text]:
    """Return the texts that the real model wrote, by prompt, then setting, then seed.

    Examples
    --------
    >>> text = recorded_texts()[0]
    >>> text.prompt, text.setting, text.seed
    ('Once upon a time', 'T = 1', 0)
    """
    return _read_texts(_TEXTS)


def recorded_cuts() -> Cuts:
    """Return what settings of T and a cut do, place by place, in 64 texts of the real model.

    Examples
    --------
    >>> cuts = recorded_cuts()
    >>> cuts.settings[:2], len(cuts.prompts), int(cuts.text.max()) + 1
    ([(1.0, 'uncut', 1.0), (1.0, 'top-k', 40.0)], 16, 64)
    """
    with np.load(_CUTS) as file:
        settings, prompts = (json.loads(file[name].tobytes()) for name in ("settings", "prompts"))
        numbers = {name: file[name].astype(int) for name in ("prompt", "text", "kept")}
        shares = {name: file[name].astype(float) for name in ("entropy", "odd", "own")}
    return Cuts([(T, rule, value) for T, rule, value in settings], prompts, **numbers, **shares)


def recorded_runs() -> list[Run]:
    """Return what the real model wrote under repetition penalties, by prompt, history and theta.

    Examples
    --------
    >>> run = recorded_runs()[0]
    >>> run.prompt, run.history, run.theta
    ('To make a cup of tea,', 'prompt and text', 1.0)
    """
    file = _penalties()
    tokens, prompts = file["tokens"], file["prompts"]
    return [
        Run(
            prompt=run["prompt"],
            history=run["history"],
            theta=run["theta"],
            prompt_ids=list(prompts[run["prompt"]]),
            ids=list(run["ids"]),
            tokens=[tokens[str(i)] for i in run["ids"]],
            ranks=list(run["ranks"]),
            swaps=[Swap(i, tokens[str(id)], *logits) for i, id, *logits in run["swaps"]],
        )
        for run in file["runs"]
    ]


def recorded_peak(prompt: str) -> float:
    """Return the largest logit that the model gave after a teaching prompt.

    `recorded` moves the logits so that it is 0. Softmax does not notice, the repetition penalty
    does: ``recorded(prompt).logits + recorded_peak(prompt)`` are the model's own.

    Raises
    ------
    TypeError
        If ``prompt`` is not text.
    ValueError
        If nothing was recorded for it.
    """
    _, entry = _entry(prompt)
    return _penalties()["peaks"][entry["name"]]


def recorded_answers(way: str = "") -> Answers:
    """Return the questions, their answers, and the model's scores.

    Parameters
    ----------
    way : str
        How the model was asked: "" is ``Question: ... Answer:``; the others are the ways of
        ``recorded_table("answers_asked")``.

    Raises
    ------
    ValueError
        If the questions were not asked in this way.

    Examples
    --------
    >>> quiz = recorded_answers()
    >>> quiz.questions[0], quiz.answers[0], quiz.answers[0][quiz.labels[0]]
    ('What is the capital of France?', ['London', 'Lyon', 'Paris', 'Rome'], 'Paris')
    """
    ways = {row["way"]: row["scores"] for row in _table(_ASKED).rows} if way else {}
    ways[""] = json.loads(_ANSWERS.read_text(encoding="utf-8"))
    if way not in ways:
        raise ValueError(f"way must be one of {', '.join(map(repr, ways))}, got {way!r}")
    scores = np.array(ways[way])
    lines = [line.split(" | ") for line in _QUESTIONS.read_text(encoding="utf-8").splitlines()]
    order = np.array([np.argsort(answers) for _, *answers in lines])
    return Answers(
        [question for question, *_ in lines],
        [[answers[i] for i in row] for (_, *answers), row in zip(lines, order, strict=True)],
        np.take_along_axis(scores, order, axis=1),
        np.argmax(order == 0, axis=1),  # the file has the right answer first
    )


def recorded_table(name: str) -> Table:
    """Return the table of an experiment that was run with many seeds.

    Each has a script in ``classroom.recording`` that says what was run.

    Parameters
    ----------
    name : str
        "sampled" (the tea, drawn), "dry" (texts under that penalty), "answers_asked" (the
        questions, asked in other ways) or "calibration" (one temperature, fitted and tested).

    Raises
    ------
    ValueError
        If there is no such table.

    Examples
    --------
    >>> recorded_table("sampled").rows[0]["setting"]
    'greedy'
    """
    if name not in _TABLES:
        raise ValueError(f"name must be one of {', '.join(_TABLES)}, got {name!r}")
    return _table(FOLDER / f"{name}.json")


def recorded_game() -> list[Place]:
    """Return the places of the guessing game's text after its first token, which is "The".

    Examples
    --------
    >>> "The" + "".join(place.token for place in recorded_game()[:5])
    'The old man opened the door'
    """
    return [Place(**place) for place in json.loads(_GAME.read_text(encoding="utf-8"))]


def recorded_corpus() -> Corpus:
    """Return 96 texts of the real model, each continuing *Once upon a time*, place by place.

    Examples
    --------
    >>> corpus = recorded_corpus()
    >>> corpus.probs.shape == (len(corpus.following), len(corpus.tokens))
    True
    """
    with np.load(_CORPUS) as file:
        parts = {name: file[name] for name in file.files}
    tokens = json.loads(bytes(parts["tokens"]))
    following = parts["following"].astype(int)
    classes = parts["classes"].astype(int)
    stored = np.exp2(parts["bits"] / -16.0)  # the last column is what all other classes hold
    probs = np.tile(np.bincount(following, minlength=len(tokens)) / 1.0, (len(following), 1))
    np.put_along_axis(probs, classes, 0.0, axis=1)
    probs *= stored[:, -1:] / probs.sum(axis=1, keepdims=True)
    np.put_along_axis(probs, classes, stored[:, :-1], axis=1)
    probs /= probs.sum(axis=1, keepdims=True)
    text = np.repeat(np.arange(len(parts["lengths"])), parts["lengths"])
    return Corpus(tokens, text, parts["previous"].astype(int), following, probs)


def recorded_students() -> dict[str, dict[str, np.ndarray]]:
    """Return how the students of lesson 6 did on the test, by experiment, then setting.

    Returns
    -------
    dict of str to dict of str to ndarray
        A row for each seed: of most experiments how many of the 897 test images the student named.
        ``classroom.recording.students`` says what the columns of the others are. The file holds
        the day and the machine as well.

    Examples
    --------
    >>> kinds = recorded_students()["kinds"]
    >>> len(kinds["hard"]) == len(kinds["soft"])
    True
    """
    found = json.loads(_STUDENTS.read_text(encoding="utf-8"))["experiments"]
    return {
        name: {key: np.array(runs) for key, runs in rows.items()} for name, rows in found.items()
    }


def digits() -> tuple[np.ndarray, np.ndarray]:
    """Return 1,797 handwritten digits of 8 by 8 pixels, in the order of their source.

    Returns
    -------
    images : ndarray of float32, (1797, 64)
        Ink of each pixel, from 0 to 1, row by row.
    labels : ndarray of int, (1797,)

    References
    ----------
    Alpaydin and Kaynak (1998), Optical Recognition of Handwritten Digits, UCI Machine Learning
    Repository, https://doi.org/10.24432/C50P49, CC BY 4.0: its test part.

    Examples
    --------
    >>> images, labels = digits()
    >>> images.shape, labels[:10]
    ((1797, 64), array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))
    """
    with np.load(_DIGITS) as file:
        images, labels = file["images"], file["labels"]
    return images.reshape(len(images), -1).astype(np.float32) / 16, labels.astype(int)


def _entry(prompt: str) -> tuple[int, dict]:
    """A teaching prompt's row in the file, and what stands there besides the logits."""
    if not isinstance(prompt, str):
        raise TypeError(f"prompt must be text (str), got {prompt!r}")
    for row, entry in enumerate(_index()[0]):
        if prompt in (entry["name"], entry["prompt"]):
            return row, entry
    names = recorded_prompts()
    near = difflib.get_close_matches(prompt, names, n=3)
    advice = f"did you mean {' or '.join(map(repr, near))}?" if near else f"choose from {names}"
    raise ValueError(f"prompt: nothing was recorded for {prompt!r}; {advice}")


def _read_texts(file: Path) -> list[Text]:
    return [Text(**text) for text in json.loads(file.read_text(encoding="utf-8"))]


@cache
def _index() -> tuple[list[dict], list[str]]:
    with np.load(_FILE) as file:
        return json.loads(bytes(file["entries"])), json.loads(bytes(file["tokens"]))


def _table(path: Path) -> Table:
    found = json.loads(path.read_text(encoding="utf-8"))
    return Table(found["rows"], found["day"], found["processor"])


@cache
def _penalties() -> dict:
    return json.loads(_PENALTIES.read_text(encoding="utf-8"))
