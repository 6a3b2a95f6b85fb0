"""Every control of every explorer on every page is moved, with no kernel anywhere."""

import pytest

from tests.book.book_site import ALIVE, Reader, at_the_end, soup
from tests.limits import milliseconds

pytestmark = pytest.mark.needs("node", "browser")

VIEW = ".widget-subarea"
SLIDERS = "[role=slider]"
# What a reader sees of a widget, what a screen reader is told, and a wait until one is another.
PAGE = """
window.seen = (view) => ({
  drawing: [...view.querySelectorAll("svg, canvas, img, table, [role=listbox]")].map((e) => {
    if (e.localName !== "svg") return e.outerHTML;
    const copy = e.cloneNode(true);
    copy.querySelectorAll("title, desc").forEach((words) => words.remove());
    return copy.outerHTML;
  }).join(),
  said: [...view.querySelectorAll("[role=status], [aria-live]")].map((e) => e.textContent).join(),
  all: view.innerHTML,
});
window.changes = async (view, before, keys) => {
  const end = performance.now() + LIMIT;
  for (;;) {
    const now = seen(view);
    const same = keys.filter((key) => now[key] === before[key]);
    if (!same.length || performance.now() > end) return same;
    await new Promise(requestAnimationFrame);
  }
};
true;
"""
# All sliders and switches of a widget, moved by their keys; what is wrong with each.
MOVE = """
async (view) => {
  const wrong = [];
  for (const handle of view.querySelectorAll("[role=slider]")) {
    const name = handle.ariaLabel ?? handle.getAttribute("aria-labelledby");
    if (!name) wrong.push("a slider has no name");
    const before = seen(view);
    const end = Number(handle.ariaValueNow) >= Number(handle.ariaValueMax);
    handle.focus();
    for (let i = 0; i < 3; i++) {
      const key = end ? "ArrowLeft" : "ArrowRight";
      handle.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    }
    for (const same of await changes(view, before, ["drawing", "said"]))
      wrong.push(`${name}: ${same} stayed`);
  }
  for (const choice of view.querySelectorAll("input[type=checkbox], select")) {
    const before = seen(view);
    if (choice.type === "checkbox") choice.click();
    else {
      choice.selectedIndex = (choice.selectedIndex + 1) % choice.options.length;
      choice.dispatchEvent(new Event("change", { bubbles: true }));
    }
    if ((await changes(view, before, ["drawing"])).length) wrong.push("a switch does nothing");
  }
  return wrong;
}
"""
# All buttons of a widget, those that others bring too; a form is filled in before.
PUSH = """
async (view) => {
  const wrong = [];
  const used = new Set();
  const free = (e) => e.checkVisibility({ visibilityProperty: true }) && !e.matches(":disabled");
  // What a button that is pressed does is done.
  const left = (e, place) => !used.has(place) && free(e) && e.ariaPressed !== "true";
  for (;;) {
    const buttons = [...view.querySelectorAll("button")];
    const place = buttons.findIndex(left);
    if (place < 0) return wrong;
    used.add(place);
    const button = buttons[place];
    const name = button.innerText;
    for (const field of button.closest("form")?.querySelectorAll("input") ?? []) {
      if (!free(field)) continue;
      if (field.type === "radio") field.click();
      if (!["number", "text"].includes(field.type)) continue;
      field.value = "1";
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    button.scrollIntoView({ block: "center" });
    const box = button.getBoundingClientRect();
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    if (!button.contains(top)) wrong.push(`${name}: something lies on it`);
    const before = seen(view);
    button.focus();
    button.click();
    if ((await changes(view, before, ["all"])).length) wrong.push(`${name}: does nothing`);
    const focused = document.activeElement;
    if (!seen(view).said && view.contains(focused) && focused.innerText === name)
      wrong.push(`${name}: says nothing`);
  }
}
"""


def test_there_are_explorers_to_move():
    assert ALIVE


# A page at a time, for any process that is free.
EACH_PAGE = [pytest.param(page, marks=pytest.mark.xdist_group(f"move {page}")) for page in ALIVE]


@pytest.fixture(scope="module", params=EACH_PAGE)
def moved(request, site, base, browser):
    """A reader of a page whose controls are moved, by one test after the other."""
    with Reader(browser, base) as reader:
        reader.open(request.param)
        reader.page.evaluate(PAGE.replace("LIMIT", str(milliseconds(10))))
        views = soup(site / request.param).select('script[type$="widget-view+json"]')
        assert reader.page.locator(VIEW).count() == len(views)
        yield reader


def judged(reader, script):
    """What ``script`` finds wrong with each widget of a page."""
    shown = reader.page.locator(VIEW)
    return {n: found for n in range(shown.count()) if (found := shown.nth(n).evaluate(script))}


# What stands in the cell below a question, and is no widget: some lessons have none.
BELOW = ".cell:has(.ll-field) + .cell:not(:has(.ll-field)) > .cell_output > :not(script)"


def test_some_answers_stand_below_their_questions(base, browser):
    with Reader(browser, base) as reader:
        reader.open("notebooks/06_distillation.html")
        assert reader.page.locator(BELOW).count() > 1


def test_every_slider_and_switch_moves_drawing_and_words(moved):
    assert judged(moved, MOVE) == {}
    assert moved.problems == []


def test_every_button_does_something_and_says_so(moved):
    assert judged(moved, PUSH) == {}
    assert moved.problems == []


def test_a_slider_can_be_dragged(moved):
    """After the buttons: no question is open that a slider waits for."""
    for handle in moved.page.locator(f"{VIEW} {SLIDERS}").all():
        view = handle.locator(f"xpath=ancestor::*[contains(@class, '{VIEW[1:]}')]")
        handle.hover()  # once nothing moves any more
        view.evaluate("(view) => { window.before = seen(view); }")
        box = handle.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        moved.page.mouse.move(x, y)
        moved.page.mouse.down()
        moved.page.mouse.move(x + (-60 if at_the_end(handle) else 60), y, steps=5)
        moved.page.mouse.up()
        assert view.evaluate("(view) => changes(view, before, ['drawing'])") == []


@pytest.mark.parametrize("page", [page for page in ALIVE if page.startswith("notebooks/")])
def test_what_a_prediction_asks_for_waits_for_the_guess(base, browser, page):
    with Reader(browser, base) as reader:
        reader.open(page)
        answers = reader.page.locator(BELOW)
        for number in range(answers.count()):
            answer = answers.nth(number)
            question = answer.locator("xpath=../../preceding-sibling::*[1]")
            skips = question.get_by_role("button", name="Skip")  # those that are seen
            assert answer.is_hidden() or not skips.count()
            while skips.count():
                skips.first.click()
            assert answer.is_visible(), f"{page}: {answer.inner_text()[:60]}"


@pytest.mark.parametrize("page", [page for page in ALIVE if page.startswith("notebooks/")])
def test_the_numbers_of_a_figure_wait_for_the_guess_that_reveals_it(base, browser, page):
    with Reader(browser, base) as reader:
        reader.open(page)
        for cell in reader.page.locator(".cell:has(.ll-field):has(details.numbers)").all():
            numbers = cell.locator("details.numbers")
            skips = cell.get_by_role("button", name="Skip")  # those that are seen
            while skips.count():
                assert numbers.is_hidden()
                skips.first.click()
            assert numbers.is_visible()
            cell.get_by_role("button", name="Guess again").first.click()
            assert numbers.is_hidden()
