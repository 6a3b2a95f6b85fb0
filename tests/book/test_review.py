"""What a reader has done so far, and what comes back: in the book, opened from a folder."""

import json
import re

import pytest
from classroom.questions import collect
from logitlab import brier, expected_calibration_error
from playwright.sync_api import expect

from tests.book.book_site import SOURCE, Reader

pytestmark = pytest.mark.needs("node", "browser")

HOUR, DAY = 3_600_000, 86_400_000
NOW = 1_800_000_000_000
PAGE = "book/review.html"
LESSONS = collect(SOURCE)
ASKED = {question.id: question for lesson in LESSONS for question in lesson.questions}
NUMBERS = [q for q in ASKED.values() if not q.choices]
CHOICES = [q for q in ASKED.values() if q.choices]


@pytest.fixture
def reader(site, browser):
    """A reader of the book from a folder, at a time that stands still."""
    with Reader(browser, site.as_uri()) as reader:
        yield reader
        assert reader.problems == []


def keep(page, **entries):
    """Put what a browser keeps into it."""
    page.evaluate("all => { for (const [k, v] of all) localStorage[`logitlab:${k}`] = v; }",
                  [[k, json.dumps(v)] for k, v in entries.items()])  # fmt: skip


def at(reader, time):
    """The page of reviews, opened at a time."""
    reader.page.clock.set_fixed_time(time / 1000)  # in seconds
    return reader.open(PAGE)


def back(page):
    """What the page says of what comes back."""
    return page.locator("#what-comes-back [role=status]").first


def answer(page, question, right, sure):
    """Answer the question that is asked, rightly or not, this sure."""
    if question.choices:
        wrong = next(c for c in question.choices if c != question.answer)
        said = re.sub(r"[`*]", "", question.answer if right else wrong)
        page.get_by_role("button", name=said, exact=True).click()
    else:
        off = 0 if right else 10 * (question.tolerance + abs(question.answer) + 1)
        page.get_by_label("Your answer").fill(str(question.answer + off))
    page.get_by_role("button", name=f"{sure} %", exact=True).click()
    result = page.locator(".ll-result")
    expect(result).to_contain_text(f"You were {sure} % sure.")
    expect(result).to_have_class(re.compile("ll-right" if right else "ll-wrong"))


@pytest.mark.parametrize("question", [NUMBERS[0], CHOICES[0]], ids=["number", "choice"])
def test_a_miss_comes_back_at_the_next_visit_then_after_three_days_and_two_weeks(reader, question):
    page = at(reader, NOW)
    expect(back(page)).to_contain_text("Nothing yet")
    keep(page, **{f"review:{question.id}": {"missed": NOW}})
    expect(back(at(reader, NOW + HOUR))).to_contain_text("Nothing now. The next question comes")
    time = NOW + 4 * HOUR
    for right, after in ((False, 4 * HOUR), (True, 3 * DAY), (True, 14 * DAY), (True, None)):
        expect(back(at(reader, time))).to_have_text("1 question now.")
        answer(page, question, right, 70)
        page.get_by_role("button", name="Next").click()
        if after:
            expect(back(page)).to_contain_text("Nothing now. The next question comes")
            expect(back(at(reader, time + after - 1))).to_contain_text("Nothing now")
            time += after
    expect(back(at(reader, time + 100 * DAY))).to_have_text(
        "Nothing waits. 1 question answered right every time."
    )
    tries = page.locator(".ll-tiles strong")
    expect(tries).to_have_text(["4", "75.0 %", "70.0 %", "0.380", "0.050"])


def test_ten_come_in_a_sitting_those_of_an_older_page_too(reader):
    page = at(reader, NOW)
    far = {q.id: {"guess": q.answer * 10 + 1000} for q in NUMBERS[:12]}
    near = {q.id: {"guess": q.answer} for q in NUMBERS[12:15]}
    keep(page, **far, **near)
    page = at(reader, NOW)
    expect(back(page)).to_have_text("10 questions now, 12 in all.")
    for number in range(10):
        text = page.locator("legend").inner_text()
        question = next(q for q in NUMBERS if re.sub(r"[`*]", "", q.text) == text)
        answer(page, question, number % 2, 50)
        page.get_by_role("button", name="Next").click()
    expect(back(page)).to_have_text("10 answered: enough for one sitting. 2 wait for the next.")
    expect(back(at(reader, NOW + HOUR))).to_contain_text("enough for one sitting")
    expect(back(at(reader, NOW + 4 * HOUR))).to_have_text("7 questions now.")


def test_what_is_wrong_with_an_answer_is_said_and_nothing_is_kept(reader):
    page = at(reader, NOW)
    keep(page, **{f"review:{NUMBERS[0].id}": {"missed": 0}})
    page = at(reader, NOW)
    page.get_by_label("Your answer").fill("many")
    page.get_by_role("button", name="50 %").click()
    expect(page.locator(".ll-hint")).to_have_text("Write a number first.")
    assert page.evaluate(f"localStorage['logitlab:review:{NUMBERS[0].id}']") == '{"missed": 0}'


def test_the_scores_are_those_of_lesson_5(reader):
    tries = [(0.5, 1), (0.7, 0), (0.7, 1), (0.9, 1), (0.9, 1), (0.99, 0), (0.99, 1)]
    page = at(reader, NOW)
    kept = [{"at": NOW, "sure": sure, "right": bool(right)} for sure, right in tries]
    keep(page, **{f"review:{NUMBERS[0].id}": {"missed": 0, "step": 3, "last": NOW, "tries": kept}})
    page = at(reader, NOW)
    probs, labels = [[p, 1 - p] for p, _ in tries], [1 - right for _, right in tries]
    scores = brier(probs, labels), expected_calibration_error(probs, labels, bins=10)
    expect(page.locator(".ll-tiles strong")).to_have_text(
        ["7", "71.4 %", "81.1 %", *(f"{x:.3f}" for x in scores)]
    )
    bars = page.locator("rect.ll-area").evaluate_all(
        "all => all.map(b => +b.getAttribute('height') / 300)"
    )
    assert bars == pytest.approx([0, 0, 0, 0, 1, 0, 0.5, 0, 1, 0.5])
    expect(page.get_by_role("img")).to_contain_text("Of 2 answers with a mean confidence of 99.0 %")


@pytest.mark.parametrize("lesson", LESSONS, ids=[lesson.name for lesson in LESSONS])
def test_a_lesson_says_at_its_head_and_end_how_far_the_reader_is(reader, lesson):
    page = at(reader, NOW)
    first, goal = lesson.questions[0], lesson.goals[0]
    keep(page, **{first.id: {"guess": first.answer}, f"goal:{goal}": {"reached": "there"}})
    said = f"1 of {len(lesson.questions)} guesses", f"1 of {len(lesson.goals)} goals"
    reader.page.goto(f"{reader.base}/notebooks/{lesson.name}.html")
    lines = reader.page.locator("p.so-far")
    expect(lines).to_have_count(2)
    for line in lines.all():
        expect(line).to_contain_text(f"So far: {said[0]}, {said[1]}")
    around = page.evaluate(
        """() => { const [head, end] = document.querySelectorAll("p.so-far");
            const after = end.nextElementSibling?.innerText ?? "";
            return [head.previousElementSibling.tagName, after]; }"""
    )
    assert around == ["H1", ""]
    described = page.locator("meta[name=description]").get_attribute("content")
    assert "In this lesson" not in described
    lines.first.get_by_role("link").click()
    row = page.locator("tr", has=page.get_by_role("link", name=lesson.title))
    for words in said:
        expect(row).to_contain_text(words.rsplit(" ", 1)[0])


def test_points_are_those_of_answers_that_were_right_and_are_not_old(reader):
    page = at(reader, NOW)
    data = json.loads(page.locator("#review-data").inner_text())
    sheet = data[0]["sheet"]
    (one, told), (two, _), *_ = sheet["answers"].items()
    total = sum(answer["points"] for answer in sheet["answers"].values())
    cells = {one: {"source": "x", "of": told["of"], "right": True},
             two: {"source": "x", "of": "another", "right": True}}  # fmt: skip
    keep(page, **{"sheet:01_temperature": {"cells": cells, "own": []}})
    points = at(reader, NOW).locator("table.so-far tbody tr").first.locator("td").nth(2)
    expect(points).to_have_text(f"{told['points']} of {total}")


@pytest.mark.parametrize("broken", ["null", "[]", "3", "{", '{"tries": 3}', '{"tries": [null]}'])
def test_what_is_damaged_in_the_browser_does_not_stop_the_page(reader, broken):
    page = at(reader, NOW)
    for key in (f"review:{NUMBERS[0].id}", NUMBERS[1].id, "sheet:01_temperature"):
        page.evaluate("([key, text]) => { localStorage[`logitlab:${key}`] = text; }", [key, broken])
    page = at(reader, NOW)
    expect(page.locator("table.so-far tbody tr")).to_have_count(len(LESSONS))
    expect(page.get_by_role("button", name="Save my work")).to_be_visible()
