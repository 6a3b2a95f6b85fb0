"""The tables of the sheets without a computer: what is thrown, laid out, walked and asked for."""

from functools import cache
from itertools import pairwise, zip_longest

import numpy as np
from classroom.recording import students
from logitlab import repetition_penalty, softmax
from logitlab.data import STORY

from coursebook.course import Course, Missing
from coursebook.tables import Table

COLD, AS_IT_IS, HOT = 0.5, 1.0, 2.0
PENALTY = 2.0
WORDS = "I", "am", "tired", "and", "cold", "."
#: Scores of the word that comes next, a row for each word that stands last; the full stop ends.
SCORES = {
    "I": (-2, 6, 1, 2, 1, -3),
    "am": (-2, -4, 6, 1, 5, 1),
    "tired": (1, -2, -4, 6, -2, 4),
    "and": (6, 3, 1, -4, 4, -3),
    "cold": (1, -2, -1, 4, -4, 5),
}
FOOD = "tea", "milk", "bread", "rice", "salt", "soup", "plum", "corn"
EVEN, UNEVEN = (2,) * 8, (8, 4, 2, 1, 1)  # slips of each in a bag
HIDDEN = "8306194725"  # the digit behind A, behind B, and so on


def hundredths(probs) -> np.ndarray:
    """Probabilities as whole hundredths that add to 100: those cut off most get the rest."""
    exact = 100 * np.asarray(probs, dtype=float)
    whole = np.floor(exact).astype(int)
    for place in np.argsort(whole - exact, kind="stable")[: 100 - whole.sum()]:
        whole[place] += 1
    return whole


def story(T: float) -> np.ndarray:
    """The ten tokens of the lessons at a temperature, in hundredths."""
    return hundredths(softmax(np.array(list(STORY.values())) / T))


def dice() -> Table:
    """Which throws of two ten-sided dice stand for which token."""
    columns = []
    for T in (COLD, AS_IT_IS, HOT):
        ends = np.cumsum(story(T))
        throws = pairwise([0, *ends])
        columns.append([_throws(first, end - 1) for first, end in throws])
    rows = [[f"`{token}`", *cells] for token, *cells in zip(STORY, *columns, strict=True)]
    return Table(["token", *(f"T = {T:g}" for T in (COLD, AS_IT_IS, HOT))], rows)


def _throws(first: int, last: int) -> str:
    if last < first:
        return "–"
    return f"{first:02}" if first == last else f"{first:02} to {last:02}"


def cards() -> Table:
    """Two packs of ten cards."""
    rows = zip(STORY, story(COLD), story(HOT), strict=True)
    return Table(
        ["on the card", "pack A", "pack B"],
        [[f"`{token}`", f"{a}", f"{b}"] for token, a, b in rows],
    )


def scores() -> Table:
    """The scores of the next word."""
    rows = [
        [f"**{word}**", *(f"{z}".replace("-", "−") for z in own)] for word, own in SCORES.items()
    ]
    return Table(["last word", *WORDS], rows)


def walk(theta: float = 1.0, longest: int = 12) -> list[str]:
    """What greedy decoding writes after "I", at most so many words; all that is written counts."""
    text = ["I"]
    while text[-1] != "." and len(text) < longest:
        logits = np.array(SCORES[text[-1]], dtype=float)
        seen = [WORDS.index(word) for word in text]
        text.append(WORDS[int(repetition_penalty(logits, seen, theta).argmax())])
    return text


def slips() -> Table:
    """What is in the two bags."""
    rows = zip_longest(FOOD, map(str, EVEN), map(str, UNEVEN), fillvalue="–")
    return Table(["slips", "bag A", "bag B"], [list(row) for row in rows])


@cache
def resemblance() -> np.ndarray:
    """Lesson 6's teacher at tau = 4, as a mean over new images of each digit: shape (10, 10)."""
    _, labels, logits = students.data()
    soft, truth = softmax(logits[900:] / 4), labels[900:]
    return np.array([soft[truth == digit].mean(axis=0) for digit in range(10)])


def likest(digit: int, count: int = 3) -> list[int]:
    """The digits that the teacher takes this one for, likeliest first."""
    return [int(other) for other in np.argsort(-resemblance()[digit]) if other != digit][:count]


def letters() -> Table:
    """The ten digits under letters, each with what it is taken for most."""
    rows = []
    for place, hidden in enumerate(HIDDEN):
        own = resemblance()[int(hidden)]
        others = [f"{letter(other)} {100 * own[other]:.0f}" for other in likest(int(hidden))]
        rows.append([f"**{chr(ord('A') + place)}**", f"{100 * own[int(hidden)]:.0f}", *others])
    return Table(["sign", "itself, %", "then", "then", "then"], rows)


def letter(digit: int) -> str:
    """The letter of a digit."""
    return chr(ord("A") + HIDDEN.index(str(digit)))


TABLES = {"dice": dice, "cards": cards, "scores": scores, "slips": slips, "letters": letters}


def table(course: Course, name: str) -> list[Table]:
    """One of the tables."""
    if name not in TABLES:
        raise Missing(f"unplugged has no table {name!r}, only {', '.join(TABLES)}")
    made = TABLES[name]()
    made.classes.append("unplugged")
    return [made]
