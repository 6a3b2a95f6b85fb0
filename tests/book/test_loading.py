"""Widgets come to life while a page is still read: the first slider before all else."""

import json
import threading

import pytest

from tests.book.book_site import NOTEBOOKS, Quiet, Reader, press, serve, soup
from tests.limits import seconds

pytestmark = pytest.mark.needs("node", "browser")

LESSONS = [page for page in NOTEBOOKS if page.startswith("notebooks/")]
TAG = 'script[type$="widget-view+json"]'
AREA, SLIDER = ".widget-subarea", "[role=slider]"
DRAWING = f"{AREA}:has({SLIDER}) svg[role=img]"


@pytest.fixture
def slow(site):
    """A server that keeps back the second half of each lesson's widgets: address, and the key."""
    rest = threading.Event()

    class Slow(Quiet):
        def do_GET(self):
            page = self.path[1:]
            if page not in LESSONS:
                return super().do_GET()
            text = (site / page).read_text(encoding="utf-8")
            parts = text.split("widget-view+json")
            first = "widget-view+json".join(parts[: len(parts) // 2]).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(first)
            self.wfile.flush()
            rest.wait(seconds(60))
            self.wfile.write(text.encode()[len(first) :])

    with serve(site, Slow) as address:
        yield address, rest
        rest.set()


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_first_slider_answers_before_the_page_has_come(site, slow, browser, lesson):
    address, rest = slow
    with Reader(browser, address) as reader:
        page = reader.page
        page.goto(f"{address}/{lesson}", wait_until="commit")
        page.locator(DRAWING).first.wait_for(state="attached")
        if page.locator(DRAWING).first.is_hidden():  # it waits for a guess
            page.get_by_role("button", name="Skip").first.click()
        page.locator(DRAWING).first.wait_for()
        before = page.locator(DRAWING).first.inner_html()
        press(page.locator(SLIDER).first, page)
        page.wait_for_function(
            "([drawing, before]) => document.querySelector(drawing).innerHTML !== before",
            arg=[DRAWING, before],
        )
        assert page.evaluate("document.readyState") == "loading"
        rest.set()
        page.wait_for_selector("html[data-widgets=ready]")
        shown = page.locator(f"{AREA}:has(+ {TAG})").count()
        assert shown == len(soup(site / lesson).select(TAG))
        assert not reader.problems


# Which tags got their widget, in this order; and answers seen before their question was there.
WATCH = f"""
window.made = [], window.bare = [], window.held = [], window.asked = new Set();
window.requestIdleCallback = (run) => held.push(run);
new MutationObserver((changes) => {{
  const tags = [...document.querySelectorAll('{TAG}')];
  for (const {{ addedNodes }} of changes) for (const node of addedNodes)
    if (node.matches?.(`{AREA}:has(+ {TAG})`)) made.push(tags.indexOf(node.nextElementSibling));
  for (const cell of document.querySelectorAll(".cell.asks")) asked.add(cell);
  for (const cell of asked) {{
    const next = cell.nextElementSibling;
    const output = next?.matches(".cell") && next.querySelector(":scope > .cell_output");
    if (!output || output.querySelector("script")) continue;
    for (const child of output.children)
      if (getComputedStyle(child).visibility !== "hidden") bare.push(child.textContent);
  }}
}}).observe(document, {{ childList: true, subtree: true }});
"""


@pytest.mark.parametrize("lesson", LESSONS)
def test_what_is_looked_at_comes_next_and_no_answer_before_its_question(base, browser, lesson):
    with Reader(browser, base) as reader:
        reader.page.add_init_script(WATCH)
        reader.page.goto(f"{base}/{lesson}")
        reader.page.evaluate(
            """() => {
              scrollTo({ top: document.body.scrollHeight, behavior: "instant" });
              setInterval(() => held.splice(0).forEach((run) => run()), 10);
            }"""
        )
        reader.page.wait_for_selector("html[data-widgets=ready]")
        made = reader.page.evaluate("made")
        assert sorted(made) == list(range(len(made)))
        # The first is a slider, wherever it stands, after the question that it waits for.
        lead = 2 if made[1] == made[0] + 1 else 1
        assert made[lead] > len(made) / 2
        assert reader.page.evaluate("bare") == []
        assert reader.page.evaluate("asked.size") > 1
        assert reader.page.evaluate("[...asked].filter((cell) => !cell.matches('.asks'))") == []


RESTYLED = "disabled-by-default-devtools.timeline.invalidationTracking"


def test_a_widget_that_comes_leaves_the_rest_of_the_page_as_it_is(base, browser):
    """A rule with :has() that many elements could match has each widget restyle the whole page."""
    with Reader(browser, base) as reader:
        browser.start_tracing(page=reader.page, categories=["devtools.timeline", RESTYLED])
        reader.open(LESSONS[0])
        events = json.loads(browser.stop_tracing())["traceEvents"]
    restyled = [e["args"]["data"] for e in events if e["name"] == "StyleRecalcInvalidationTracking"]
    assert restyled
    whole = [node for node in restyled if node["nodeName"] == "HTML"]
    assert [node for node in whole if ":has" in node["reason"]] == []
