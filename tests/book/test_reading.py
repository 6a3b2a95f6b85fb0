"""Every page in a browser: nothing leaves the site, nothing overflows, anyone can read it."""

import pytest

from tests.book.book_site import ALIVE, PAGES, Reader, faults
from tests.chromium import settle

pytestmark = pytest.mark.needs("node", "browser")

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SHOWN = "(e) => e.checkVisibility({ visibilityProperty: true })"
PROTRUDING = f"""
() => {{
  const width = document.documentElement.clientWidth;
  const clips = (e) => /auto|scroll|hidden|clip/.test(getComputedStyle(e).overflowX);
  const boxed = (e) => e !== document.body && (clips(e) || boxed(e.parentElement));
  return [...document.querySelectorAll("main *")]
    .filter({SHOWN})
    .filter((e) => e.getBoundingClientRect().right > width + 1 && !boxed(e.parentElement))
    .map((e) => e.outerHTML.slice(0, 120));
}}
"""
UNSEEN_FOCUS = f"""
() => {{
  const wanted = "main :is(a[href], button, summary, input, select, textarea, [tabindex='0'])";
  const signs = ["outline", "boxShadow", "borderColor", "backgroundColor", "textDecoration"];
  const look = (e) => signs.map((sign) => getComputedStyle(e)[sign]).join();
  return [...document.querySelectorAll(wanted)].filter({SHOWN}).filter((e) => {{
    const before = look(e);
    e.focus({{ focusVisible: true }});
    const unseen = document.activeElement === e && look(e) === before;
    e.blur();
    return unseen;
  }}).map((e) => e.outerHTML.slice(0, 120));
}}
"""
STOPS = f"""
() => {{
  const wanted = "a[href], button, summary, input, select, textarea, [tabindex='0']";
  const text = document.querySelector("article h1") ?? document.querySelector("h1");
  return [...document.querySelectorAll(wanted)]
    .filter((e) => !e.disabled && e.tabIndex >= 0 && ({SHOWN})(e))
    .filter((e) => e.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING)
    .map((e) => e.outerHTML.slice(0, 80));
}}
"""
# What is wider than its box scrolls there, and the box has a shadow at that edge.
UNCUED = """
() => [...document.querySelectorAll(".bd-article *")]
  .filter((e) => !e.closest(".widget-subarea, .cm-editor, svg, .visually-hidden"))
  .filter((e) => /auto|scroll|hidden|clip/.test(getComputedStyle(e).overflowX))
  .filter((e) => e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1)
  .filter((e) => !getComputedStyle(e).backgroundImage.includes("gradient"))
  .map((e) => e.outerHTML.slice(0, 120))
"""
UNFOLD = "document.querySelectorAll('details').forEach((d) => (d.open = true))"


# A page at a time, for any process that is free.
EACH_PAGE = [pytest.param(page, marks=pytest.mark.xdist_group(page)) for page in PAGES]


@pytest.fixture(scope="module", params=EACH_PAGE)
def reader(request, base, browser):
    """A reader who opened a page over http and unfolded what is folded on it."""
    with Reader(browser, base) as opened:
        opened.open(request.param).evaluate(UNFOLD)
        yield opened


@pytest.fixture
def page(reader):
    """The reader's page, in the light, on a screen 1280 pixels wide."""
    reader.page.emulate_media(media="screen", color_scheme="light")
    reader.page.set_viewport_size({"width": 1280, "height": 900})
    return reader.page


def test_no_request_leaves_the_site(reader, page):
    page.evaluate("scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })")
    page.wait_for_function("[...document.images].every((i) => i.loading === 'lazy' || i.complete)")
    settle(page)
    assert reader.left == []
    assert reader.problems == []


@pytest.mark.parametrize(
    ("theme", "rules"), [("light", RULES), ("dark", ["color-contrast"])], ids=["light", "dark"]
)
def test_axe_finds_nothing(page, theme, rules):  # themes differ in colours alone
    page.emulate_media(color_scheme=theme)
    page.wait_for_function(f"document.documentElement.dataset.theme === '{theme}'")
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")  # or its head covers something
    assert faults(page, runOnly=rules) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_overflows(page, width):
    page.set_viewport_size({"width": width, "height": 844})
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(PROTRUDING) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_cut_without_a_cue(page, width):
    page.set_viewport_size({"width": width, "height": 844})
    settle(page)
    assert page.evaluate(UNCUED) == []


def test_ten_tab_stops_at_most_come_before_the_text(page):
    assert len(page.evaluate(STOPS)) <= 10, page.evaluate(STOPS)


def test_focus_is_seen(page):
    assert page.evaluate(UNSEEN_FOCUS) == []


@pytest.mark.parametrize("order", [("color_scheme", "media"), ("media", "color_scheme")])
def test_a_printed_page_shows_the_article_and_no_sidebar(page, order):
    page.set_viewport_size({"width": 720, "height": 1000})
    for setting in order:
        page.emulate_media(**{setting: {"color_scheme": "dark", "media": "print"}[setting]})
    page.wait_for_function("document.documentElement.dataset.theme === 'light'")
    assert page.locator("#main-content :is(h1, h2)").filter(visible=True).count()
    assert not page.locator(".bd-sidebar-primary").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 720


# Those that start something, and of the others one a folder: they are made of one template.
FOLDERS = {name.rpartition("/")[0]: name for name in PAGES}.values()
FROM_DISK = [name for name in PAGES if name in {*ALIVE, *FOLDERS}]


@pytest.mark.parametrize("name", FROM_DISK)
def test_a_page_works_from_the_disk(site, browser, name):
    with Reader(browser, site.as_uri()) as reader:
        page = reader.open(name)
        assert reader.left == []
        assert reader.problems == []
        assert page.locator(".math > math").count() == page.locator(".math").count()
        if name in ALIVE:
            assert page.locator(".widget-subarea svg[role=img]").count()


@pytest.mark.parametrize(
    ("word", "where"),
    [
        ("temperature", "01_temperature.html"),
        ("nucleus", "02_top_p.html"),
        ("surprisal", "glossary"),
    ],
)
@pytest.mark.parametrize("way", ["http", "file"])
def test_search_finds_a_word_of_a_lesson(site, base, browser, way, word, where):
    with Reader(browser, base if way == "http" else site.as_uri()) as reader:
        page = reader.open(f"search.html?q={word}")
        page.get_by_text("Search finished").wait_for()  # the results come one by one
        found = [link.get_attribute("href") for link in page.locator("ul.search li > a").all()]
        assert any(where in address for address in found), found
        assert reader.left == []


def test_a_printed_lesson_shows_figures_behind_questions_and_their_numbers(base, browser):
    with Reader(browser, base) as reader:
        page = reader.open("notebooks/01_temperature.html")
        figures = page.locator("a.asked img")
        assert figures.count() > 1 and not figures.first.is_visible()
        page.emulate_media(media="print")
        for figure in figures.all():
            figure.evaluate("(e) => { e.loading = 'eager'; }")  # as a browser does that prints
            figure.wait_for()
        page.emulate_media(media="screen")
        page = reader.open("notebooks/03_top_k.html")
        tables = page.locator("details.numbers table").all()
        assert tables and not any(table.is_visible() for table in tables)
        page.emulate_media(media="print")
        for table in tables:
            assert table.evaluate(
                "(e) => e.checkVisibility() && e.getBoundingClientRect().height > 99"
            )
