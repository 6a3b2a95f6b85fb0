"""Every control of every explorer on every page is moved, with no kernel anywhere."""

import pytest
from playwright.sync_api import TimeoutError as Unchanged

from tests.book.book_site import ALIVE, Reader, at_the_end, press, soup

pytestmark = pytest.mark.needs("node", "browser")

VIEW = ".widget-subarea"
SLIDERS = "[role=slider]"
SWITCHES = "input[type=checkbox], select"
BUTTONS = "button"
ANSWERS = "input[@type='number' or @type='text' or @type='radio']"
SEEN = """
(view) => ({
  drawing: [...view.querySelectorAll("svg, canvas, img, table, [role=listbox]")].map((e) => {
    if (e.localName !== "svg") return e.outerHTML;
    const copy = e.cloneNode(true);
    copy.querySelectorAll("title, desc").forEach((words) => words.remove());
    return copy.outerHTML;
  }).join(),
  said: [...view.querySelectorAll("[role=status], [aria-live]")].map((e) => e.textContent).join(),
  all: view.innerHTML,
})
"""

FOCUSED = "(view) => view.contains(document.activeElement) && document.activeElement.innerText"


def test_there_are_explorers_to_move():
    assert ALIVE


def views(site, page):
    """How many widgets a page shows."""
    return len(soup(site / page).select('script[type$="widget-view+json"]'))


def seen(view):
    """What a reader sees of a widget, and what a screen reader is told."""
    return view.evaluate(SEEN)


def changed(view, before, key):
    """Whether a part of the widget is another, now or after a wait."""
    other = f"([view, before]) => ({SEEN.strip()})(view).{key} !== before"
    try:
        view.page.wait_for_function(other, arg=[view.element_handle(), before[key]])
    except Unchanged:
        return False
    return True


# What stands in the cell below a question, and is no widget: some lessons have none.
BELOW = f".cell:has(.ll-field) + .cell > .cell_output:not(:has({VIEW})) > *"


def test_some_answers_stand_below_their_questions(base, browser):
    with Reader(browser, base) as reader:
        reader.open("notebooks/06_distillation.html")
        assert reader.page.locator(BELOW).count() > 1


@pytest.mark.parametrize("page", ALIVE)
def test_every_slider_and_switch_moves_drawing_and_words(site, base, browser, page):
    with Reader(browser, base) as reader:
        reader.open(page)
        shown = reader.page.locator(VIEW)
        assert shown.count() == views(site, page)
        for number in range(shown.count()):
            view = shown.nth(number)
            view.scroll_into_view_if_needed()
            for handle in view.locator(SLIDERS).all():
                name = handle.get_attribute("aria-label") or handle.get_attribute("aria-labelledby")
                assert name, f"{page}, widget {number}: a slider has no name"
                before = seen(view)
                press(handle, reader.page)
                assert changed(view, before, "drawing"), f"{page}, widget {number}: {name}"
                assert changed(view, before, "said"), f"{page}, widget {number}: {name}"
            for switch in view.locator(SWITCHES).all():
                before = seen(view)
                if switch.get_attribute("type") == "checkbox":
                    switch.click()
                else:
                    switch.press("ArrowDown")
                assert changed(view, before, "drawing"), f"{page}, widget {number}: a switch"
        assert reader.problems == []


@pytest.mark.parametrize("page", ALIVE)
def test_a_slider_can_be_dragged(site, base, browser, page):
    with Reader(browser, base) as reader:
        reader.open(page)
        for handle in reader.page.locator(f"{VIEW} {SLIDERS}").all():
            view = handle.locator(f"xpath=ancestor::*[contains(@class, '{VIEW[1:]}')]")
            handle.hover()  # once nothing moves any more
            before, box = seen(view), handle.bounding_box()
            x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
            reader.page.mouse.move(x, y)
            reader.page.mouse.down()
            reader.page.mouse.move(x + (-60 if at_the_end(handle) else 60), y, steps=5)
            reader.page.mouse.up()
            assert changed(view, before, "drawing"), page


@pytest.mark.parametrize("page", ALIVE)
def test_every_button_does_something_and_says_so(site, base, browser, page):
    with Reader(browser, base) as reader:
        reader.open(page)
        shown = reader.page.locator(VIEW)
        for number in range(shown.count()):
            view = shown.nth(number)
            used = set()
            while left := [
                (place, button)
                for place, button in enumerate(view.locator(BUTTONS).all())
                if place not in used
                and button.is_visible()
                and button.is_enabled()
                and button.get_attribute("aria-pressed") != "true"  # what it does is done
            ]:
                place, button = left[0]
                used.add(place)
                name = button.inner_text()
                for answer in button.locator(f"xpath=ancestor::form//{ANSWERS}").all():
                    if answer.is_enabled() and answer.get_attribute("type") == "radio":
                        answer.check()
                    elif answer.is_enabled():
                        answer.fill("1")
                before = seen(view)
                button.click()
                assert changed(view, before, "all"), f"{page}, widget {number}: {name!r}"
                heard = seen(view)["said"] or view.evaluate(FOCUSED) != name
                assert heard, f"{page}, widget {number}: {name!r} says nothing"
        assert reader.problems == []


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
