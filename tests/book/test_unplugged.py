"""The sheets without a computer: their numbers come out, and each prints on one page."""

import re

import numpy as np
import pytest
from classroom import lesson
from coursebook import unplugged
from coursebook.course import Course, Missing
from logitlab import entropy, perplexity, repetition_penalty, softmax, top_k, top_p
from logitlab.data import STORY

from tests.book.book_site import ROOT, Reader, printed, soup

TEXT = (ROOT / "book" / "teachers" / "unplugged.md").read_text("utf-8")
SHEETS = re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", TEXT, re.M | re.S)
WORDS = {title[0]: " ".join(text.split()) for title, text in SHEETS}


def kept(pack, p=0.9) -> int:
    """How many cards top-p keeps."""
    with np.errstate(divide="ignore"):
        return int(np.isfinite(top_p(np.log(pack / 100), p)).sum())


def test_every_lesson_has_a_sheet_of_one_form():
    titles = [
        f"{i} · {lesson.title(s)}"
        for i, s in enumerate(sorted((ROOT / "notebooks").glob("*.py")), 1)
    ]
    assert [title.split(":")[0] for title, _ in SHEETS] == titles
    course = Course(ROOT)
    for number, text in WORDS.items():
        assert text.startswith("**You need**")
        assert text.index("### For you") < text.index("**They see**")
        (into,) = re.findall(r"\*\*Into the lesson\*\*:.*?\*([^*]+?)[?]?\*", text)
        assert any(
            into in title
            for title in re.findall(r"^#+ (.+)", "\n".join(course.texts(number)), re.M)
        )
        steps, answers = text.split("### For you")
        minutes = sum(map(int, re.findall(r"\((\d+)\s+minutes", steps)))
        assert 15 <= minutes <= 30
        plan = (ROOT / "book" / "teachers" / f"{course.path(number).stem}.md").read_text("utf-8")
        assert re.search(rf"\(#unplugged-{number}\) with .*, {minutes} minutes\.", plan)
        assert len(re.findall(r" - \*[^*]+[?.]\* ", answers)) >= 4


@pytest.mark.parametrize("T", [0.1, 0.5, 1, 2, 5])
def test_hundredths_are_whole_and_add_up(T):
    probs = softmax(np.array(list(STORY.values())) / T)
    whole = unplugged.hundredths(probs)
    assert whole.sum() == 100
    assert np.abs(whole - 100 * probs).max() < 1


def test_the_dice():
    columns = np.array([row[1:] for row in unplugged.dice().rows]).T
    for T, column in zip((0.5, 1, 2), columns, strict=True):
        throws = []
        for cell in column:
            if cell != "–":
                first, *last = map(int, cell.split(" to "))
                throws += range(first, (last or [first])[0] + 1)
        assert throws == list(range(100))
        assert unplugged.story(T)[0] == unplugged.story(T).max()
    text, cold, hot = WORDS["1"], unplugged.story(0.5), unplugged.story(2)
    assert f"about {cold[0]} of 100 strokes, at T = 2 with about {hot[0]}" in text
    spread = 2 * np.sqrt(100 * 0.57 * 0.43)
    assert f"{57 - spread:.0f} to {57 + spread:.0f} are usual for the 57" in text
    tokens = list(STORY)
    held = [
        tokens[int(np.searchsorted(np.cumsum(unplugged.story(T)), 97, "right"))]
        for T in (0.5, 1, 2)
    ]
    assert f"97. What was it in each column?* {', '.join(f'`{token}`' for token in held)}" in text
    assert f"has {unplugged.story(1)[0]} throws of 100 at T = 1" in text and "No, 57." in text


def test_the_cards():
    text, sure, open_ = WORDS["2"], unplugged.story(0.5), unplugged.story(2)
    few, many = kept(sure), kept(open_)
    assert (
        f"{few} cards for pack A, with a sum of {sure[:few].sum()}, and {many} cards for pack B, "
        f"with a sum of {open_[:many].sum()}" in text
    )
    assert f"pack A would hold {sure[: few - 1].sum()}" in text
    assert f"with {few - 1} and {many - 1} cards" in text
    for pack, n in ((sure, few), (open_, many)):
        assert f"{pack[0]} of {pack[:n].sum()} is {100 * pack[0] / pack[:n].sum():.0f} %" in text
    heated = top_p(np.log(np.maximum(sure, 1e-9) / 100), 0.9) / 4
    assert np.isfinite(heated).sum() == few


def test_the_doors():
    text = WORDS["3"]
    first, second = [26, 2, 1, 1], [5, 4, 3, 3, 3, 2, 2, *[1] * 8]
    assert sum(first) == sum(second) == 30
    assert "26, 2, 1, 1 the first time, and 5, 4, 3, 3, 3, 2, 2 and eight single ones" in text
    assert f"{sum(first[:3])} of 30 slips at the first door and {sum(second[:3])} of 30" in text
    by_value = [n for n in second if n >= second[2]]
    assert len(by_value) == 5 and "then five words are in" in text
    counts = np.log([float(n) for n in first])
    tripled = counts + np.log(3)
    assert (np.isfinite(top_k(counts, 2)) == np.isfinite(top_k(tripled, 2))).all()


def written(words) -> str:
    return " ".join(words).replace(" .", ".")


def test_the_loop():
    text = WORDS["4"]
    loop = unplugged.walk()
    assert f"*{written(loop)}*, without end" in text and len(loop) == 12 and loop[:4] == loop[4:8]
    assert f"With 2: *{written(unplugged.walk(2.0))}*" in text
    assert f"With 1.5: *{written(unplugged.walk(1.5))}*" in text
    halved = ["I"]  # the rule before it is mended
    while halved[-1] != ".":
        row = np.array(unplugged.SCORES[halved[-1]], float)
        row[[unplugged.WORDS.index(w) for w in set(halved)]] /= 2
        halved.append(unplugged.WORDS[int(row.argmax())])
    assert halved == unplugged.walk(2.0), "the sheet says that the text is the same"
    assert repetition_penalty([-4.0, 6.0], [0, 1], 2.0).tolist() == [-8, 3]
    assert "*I* fell from 6 to 3, and *cold* has 4" in text
    assert repetition_penalty([6.0], [0], 1.5) == [4] and "At 1.5 it falls to 4" in text
    assert unplugged.SCORES["and"][0] == 6 and unplugged.SCORES["and"][4] == 4
    assert unplugged.SCORES["am"][2] == 6 and unplugged.SCORES["am"][4] == 5


def fewest(counts) -> float:
    """The mean number of questions of the best way to ask: the two rarest joined, and again."""
    heap, total = sorted(counts), 0
    while len(heap) > 1:
        joined = heap.pop(0) + heap.pop(0)
        total += joined
        heap = sorted([*heap, joined])
    return total / sum(counts)


def test_the_bags():
    text = WORDS["5"]
    assert sum(unplugged.EVEN) == sum(unplugged.UNEVEN) == 16
    for counts, mean in ((unplugged.EVEN, 3), (unplugged.UNEVEN, 1.875)):
        assert fewest(counts) == entropy(np.array(counts) / 16) == mean
    assert perplexity(np.array(unplugged.EVEN) / 16) == pytest.approx(8)
    assert "near 48 for bag A and near 30 for bag B" in text and 16 * 3 == 48 and 16 * 1.875 == 30
    assert "8/16 · 1 + 4/16 · 2 + 2/16 · 3 + 2/16 · 4 = 1.875" in text and "A has 3" in text
    less = np.array([8, 2, 1, 1])
    assert f"= {fewest(less)}, where the entropy is {entropy(less / 12):.2f} bits" in text


def test_the_signs():
    text = WORDS["6"]
    pairs = ", ".join(
        f"{chr(65 + i)} {'is ' if not i else ''}{d}" for i, d in enumerate(unplugged.HIDDEN)
    )
    assert pairs in text and sorted(unplugged.HIDDEN) == list("0123456789")
    own = np.diag(unplugged.resemblance())
    assert set(np.argsort(own)[:2]) == {8, 9}
    assert {unplugged.letter(8), unplugged.letter(9)} == {"A", "F"}
    assert unplugged.likest(1)[0] == 8 and unplugged.likest(5)[0] == 9
    for row in unplugged.letters().rows:
        assert len({cell.split()[0] for cell in row[2:]}) == 3


def test_a_table_that_is_not_there():
    with pytest.raises(Missing, match="'coins'"):
        unplugged.table(Course(ROOT), "coins")


@pytest.mark.needs("node", "browser")
def test_each_sheet_prints_on_a_page_of_its_own(site, browser):
    with Reader(browser, site.as_uri()) as reader:
        page = reader.open("book/teachers/unplugged.html")
        assert printed(page) == {"A4": len(SHEETS), "Letter": len(SHEETS)}


@pytest.mark.needs("node")
def test_the_page_has_the_tables(site):
    page = soup(site / "book" / "teachers" / "unplugged.html")
    assert len(page.select("table.unplugged")) == len(unplugged.TABLES)
