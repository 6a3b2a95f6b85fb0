"""Teachers' pages: plans that fit their lessons, and commands that do what the page shows."""

import re
from pathlib import Path

import pytest
from classroom import concepts, gains
from coursebook import console, teaching
from coursebook.course import Course, Missing
from logitlab.checks import exercises

from tests.book.book_site import ROOT, Reader, soup

PAGES = ROOT / "book" / "teachers"
PLANS = sorted(PAGES.glob("[0-9][0-9]_*.md"))
COURSE = Course(ROOT)
PLAN = re.compile(r"^```\{plan\} (\d+)\n:lesson: (\d)\n(.*?)^```$", re.M | re.S)
CONVENTIONS = {"P10_exact_tie"}  # right answers of another kind, which the checks accept
each_plan = pytest.mark.parametrize("plan", PLANS, ids=lambda path: path.stem)


def used(text: str, role: str) -> list[str]:
    return re.findall(rf"\{{{role}\}}`([^`]+)`", text)


def listed_beliefs(lesson: str) -> str:
    """The misconceptions that a lesson lists; one that asks them in its questions has no list."""
    try:
        return COURSE.part(lesson, "Common misconceptions")
    except Missing:
        return ""


def test_every_lesson_has_a_plan():
    assert [p.stem for p in PLANS] == [p.stem for p in sorted((ROOT / "notebooks").glob("*.py"))]


@each_plan
def test_the_minutes_add_up_and_leave_time_for_the_exercises(plan):
    text, lesson = plan.read_text(encoding="utf-8"), str(int(plan.stem[:2]))
    found = PLAN.findall(text)
    assert [(total, number) for total, number, _ in found] == [("50", lesson), ("90", lesson)]
    for total, _, body in found:
        rows = teaching.rows_of(body.splitlines())
        assert sum(minutes for minutes, _ in rows) == int(total)
        assert len(rows) >= 6
        for minutes, row in rows:
            assert minutes >= sum(COURSE.exercise(n).minutes for n in used(row, "ex")), row
    short, long = (set(used(body, "step") + used(body, "section")) for _, _, body in found)
    assert len(long) >= len(short) > 2
    assert used(found[1][2], "ex"), "90 minutes without an exercise"


@each_plan
def test_what_a_plan_names_is_in_its_lesson(plan):
    text, lesson = plan.read_text(encoding="utf-8"), str(int(plan.stem[:2]))
    for number in used(text, "ex"):
        assert number.split(".")[0] == lesson
        assert COURSE.exercise(number)
    for name in used(text, "step"):
        assert name.split(".")[0] == lesson
        assert COURSE.step(name)
    for name in used(text, "section"):
        number, title = name.split(maxsplit=1)
        assert number == lesson and COURSE.section(number, title)
    for name in used(text, "ask"):
        assert name.split("-")[0] == lesson
        question, answer = COURSE.question(name)
        assert question and answer
    for name in re.findall(r"(?<!\{)\bsteps? (\d+)\b", text):
        assert COURSE.step(f"{lesson}.{name}")


@each_plan
def test_every_misconception_has_a_question_that_exposes_it(plan):
    text, lesson = plan.read_text(encoding="utf-8"), str(int(plan.stem[:2]))
    rows = re.findall(r"^\| \{(slip|belief)\}`(\S+) ([^`]+)` \| (.+) \|$", text, re.M)
    for kind, where, words, question in rows:
        assert getattr(COURSE, kind)(where, words)
        assert "?" in question or "{ask}" in question or question.endswith("."), question
    listed = {words for kind, _, words, _ in rows if kind == "slip"}
    known = {m.id for e in exercises().values() if e.id[0] == lesson for m in e.mistakes}
    own = "TPKRED"[int(lesson) - 1]  # others are the slips of earlier lessons, made again
    numbered = {name for name in known if re.match(rf"{own}\d\d_", name)}
    assert numbered - listed <= CONVENTIONS
    said = re.findall(r"^- \*", listed_beliefs(lesson), re.M)
    beliefs = [COURSE.belief(where, words) for kind, where, words, _ in rows if kind == "belief"]
    assert len(beliefs) == len(set(beliefs)) == len(said)


@each_plan
def test_the_rubric_is_the_one_that_the_sheet_is_marked_by(plan, site):
    text, lesson = plan.read_text(encoding="utf-8"), str(int(plan.stem[:2]))
    opened = re.findall(r"^```\{marking\} (\S+)$", text, re.M)
    marked_by_hand = set(COURSE.exercises(lesson)) - set(exercises())
    assert set(opened) == marked_by_hand != set()
    page = " ".join(soup(site / "book" / "teachers" / f"{plan.stem}.html").text.split())
    page = page.replace("’", "'").replace("“", '"').replace("”", '"')
    source = (ROOT / "solutions" / f"{plan.stem}.py").read_text(encoding="utf-8")
    for line in re.findall(r"^# - (1 point: [^*\n`]{20,60})", source, re.M):
        assert line.strip() in page


def test_what_a_lesson_lacks_is_refused():
    for wrong in (
        lambda: COURSE.exercise("1.99"),
        lambda: COURSE.step("1.99"),
        lambda: COURSE.section("1", "No such section"),
        lambda: COURSE.question("1-nothing"),
        lambda: COURSE.slip("1.4", "nothing"),
        lambda: COURSE.belief("1", "nothing of the kind"),
        lambda: COURSE.rubric("1.4"),
        lambda: COURSE.part("9", "Time"),
    ):
        with pytest.raises(Missing):
            wrong()


# --- the sixteen questions

SIXTEEN = "book/teachers/sixteen.html"


@pytest.mark.needs("node")
def test_the_page_of_questions_does_not_answer_them(site):
    page = soup(site / SIXTEEN)
    assert "Not validated" in page.text
    assert len(page.select(".concept fieldset")) == 32
    assert page.select("input[checked]") == []
    told = page.text + (site / "searchindex.js").read_text("utf-8")
    for item in concepts.load().items:
        assert item.text in page.text
        assert item.key not in told and item.misconception not in told


@pytest.mark.needs("node", "browser")
def test_what_is_marked_in_a_folder_comes_out_as_a_line_that_counts(site, browser, tmp_path):
    items = concepts.load().items
    marks = tuple(item.right if item.number % 3 else "X" + item.tempting[1] for item in items)
    with Reader(browser, site.as_uri()) as reader:
        page = reader.open(SIXTEEN)
        told = page.locator("form.concepts [role=status]")
        for place, (item, pair) in enumerate(zip(items, marks, strict=True)):
            if place == 8:  # what is marked outlasts a reload
                page.reload()
            for part, letter in zip("ar", pair, strict=True):
                page.check(f"input[name={part}{item.number}][value={letter}]")
            if place == 14:
                page.get_by_label("Your code").fill("1 2")
                page.get_by_role("button", name="Make my line").click()
                assert "must begin with a letter" in told.inner_text()
                page.get_by_label("Your code").fill("Kö07el")
                page.get_by_role("button", name="Make my line").click()
                assert "Not marked yet: 16." in told.inner_text()
        page.get_by_role("button", name="Make my line").click()
        with page.expect_download() as saved:
            page.get_by_role("button", name="Save as a file").click()
        saved.value.save_as(tmp_path / "one.csv")
        assert page.locator("textarea").input_value() == (tmp_path / "one.csv").read_text("utf-8")
        page.check("input[name=a1][value=B]")  # the line said something else
        assert page.locator("textarea").is_hidden()
        assert reader.left == [] and reader.problems == []
    assert gains.read(tmp_path / "one.csv").marks == {"kö07el": marks}


# --- how to grade


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    """The page as its commands print it now, and the folder they left."""
    folder = tmp_path_factory.mktemp("class")
    return console.walk(console.PAGE, folder), folder


@pytest.mark.whole
@pytest.mark.needs("bubblewrap")
def test_the_commands_print_what_the_page_shows(walked):
    text, _ = walked
    assert console.settled(text) == console.settled(console.PAGE.read_text(encoding="utf-8"))


@pytest.mark.needs("bubblewrap")
def test_the_reports_shown_are_those_that_the_commands_write(walked):
    _, folder = walked
    shown = {p.relative_to(console.CLASS): p.read_text("utf-8") for p in sorted(shown_reports())}
    now = {p.relative_to(folder / "graded"): p.read_text("utf-8") for p in console.reports(folder)}
    assert shown == now
    assert len(now) == 7


def shown_reports() -> list[Path]:
    return list(console.CLASS.rglob("*.html"))


def test_the_page_gives_the_commands_and_limits_that_there_are(capsys):
    from classroom.__main__ import main
    from classroom.sandbox import DEFAULT_LIMITS as limits
    from classroom.sandbox import NOTICE

    text = console.PAGE.read_text(encoding="utf-8")
    for command in set(re.findall(r"python -m classroom (\w+)", text)):
        with pytest.raises(SystemExit) as stop:
            main([command, "--help"])
        assert stop.value.code == 0
    with pytest.raises(SystemExit):
        main(["grade", "--help"])
    options = set(re.findall(r"--\w+", capsys.readouterr().out))
    for line in re.findall(r"python -m classroom grade .*", text):
        assert set(re.findall(r"--\w+", line)) <= options
    assert f"{limits.seconds:g} s for a cell" in text
    assert f"{limits.total_seconds:g} s in all" in text
    assert f"{limits.memory >> 30} GiB of memory and {limits.disk >> 20} MiB of files" in text
    assert f"more than {limits.processes} processes and threads" in text
    assert f"*{NOTICE}*" in text
