"""The book's own pages: claims, glossary, references, library, previews, the page for no page."""

import csv
import dataclasses
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import logitlab
import pytest
from coursebook import BOOK, card, citations, claims, terms
from coursebook.course import Course
from coursebook.evidence import computed

from tests.book.book_site import NOTEBOOKS, PAGES, ROOT, SOURCE, Reader, faults, soup, toc_pages

pytestmark = pytest.mark.needs("node")

ROWS = claims.read(Course(ROOT))
ROWS.sort(key=lambda claim: list(claims.VERDICTS).index(claim.verdict))  # the wrong ones first
CLAIMS = "book/claims.html"
LESSONS = [page for page in NOTEBOOKS if page.startswith("notebooks/")]
needs_browser = pytest.mark.needs("browser")


def build(source: Path, out: Path, **settings: str):
    """Build a small tree; returns the finished process."""
    command = [sys.executable, "-m", "coursebook", "build", "--source", source, "--out", out]
    environment = os.environ | settings
    return subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, env=environment
    )


def tree(folder: Path, **pages: str) -> Path:
    """Write a small tree of pages with book/index first."""
    (folder / "book").mkdir(parents=True)
    for name, text in pages.items():
        (folder / "book" / f"{name}.md").write_text(text, encoding="utf-8")
    others = "".join(f"\n- file: book/{name}" for name in pages if name != "index")
    entries = f"entries:{others}\n" if others else ""
    (folder / "_toc.yml").write_text(f"root: book/index\n{entries}")
    return folder


# The claims.


def test_there_are_188_claims_with_ids_of_their_own():
    assert len(ROWS) == len({claim.id for claim in ROWS}) == 188


@pytest.mark.parametrize("claim", ROWS, ids=lambda claim: claim.id)
def test_a_claims_verdict_comes_out(claim):
    assert claims.faults(claim) == []
    assert f"notebooks/{claim.lesson}.html" in LESSONS
    assert not claim.reference or claim.reference in citations.entries()


def test_what_is_computed_belongs_to_a_claim():
    assert computed().keys() <= {claim.id for claim in ROWS}


def test_an_explanation_with_another_count_of_numbers_would_be_noticed():
    claim = next(claim for claim in ROWS if claim.numbers())
    more = dataclasses.replace(claim, why=claim.why + " {}")
    assert claims.faults(more)
    assert more.reason() == more.why


def test_most_claims_are_computed_and_the_others_say_why_not():
    computed = [claim for claim in ROWS if claim.value() is not None]
    assert len(computed) >= 175
    for claim in ROWS:
        if claim.value() is None:
            assert claim.why
            assert claim.verdict == "unverifiable" or claim.basis == "reading"


@pytest.mark.parametrize(
    "claim", [c for c in ROWS if c.value() is not None], ids=lambda claim: claim.id
)
def test_another_verdict_would_be_noticed(claim):
    for verdict in set(claims.VERDICTS) - {claim.verdict}:
        assert claims.faults(dataclasses.replace(claim, verdict=verdict))


@pytest.mark.parametrize(
    "claim",
    [c for c in ROWS if c.written and c.verdict == "right"],
    ids=lambda claim: claim.id,
)
def test_another_printed_number_would_be_noticed(claim):
    number = claims.number(claim.written)
    step = 10 ** -len(number.partition(".")[2])
    other = f"{float(number) + step:.{len(number.partition('.')[2])}f}"
    assert claims.faults(dataclasses.replace(claim, written=claim.written.replace(number, other)))


def test_a_changed_claim_fails_the_build(tmp_path):
    page = "# Claims\n\n```{claims}\n```\n"
    root = tree(tmp_path / "tree", index="# Home\n", claims=page)
    text = (BOOK / "claims.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(text.splitlines()))
    place = next(i for i, row in enumerate(rows) if row[0] == "S1-01")
    rows[place] = [cell.replace("99.3", "99.4") for cell in rows[place]]
    with (root / claims.DATA).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    run = build(root, tmp_path / "out")
    assert run.returncode
    noticed = [line for line in run.stderr.splitlines() if "claims.csv" in line]
    assert len(noticed) == 1, run.stderr
    assert "S1-01: recorded as 'right', computed as 'wrong'" in noticed[0]


def test_each_claim_is_a_row_with_its_verdict_and_its_lesson(site):
    rows = soup(site / CLAIMS).select("table.claims tbody tr")
    assert len(rows) == len(ROWS)
    for row, claim in zip(rows, ROWS, strict=True):
        assert row["id"] == f"claim-{claim.id.lower()}"
        assert claim.says.replace("'", "’") in row.text
        assert row.select_one(".verdict").text == claim.verdict
        lesson = f"notebooks/{claim.lesson}.html"
        if lesson in PAGES:
            link = row.select("td")[4].a
            assert link["href"] == f"../{lesson}"
            assert link.text == f"lesson {soup(site / lesson).h1.text.split()[0]}"


@needs_browser
@pytest.mark.parametrize("way", ["http", "file"])
def test_claims_are_filtered_without_a_network(site, base, browser, way):
    with Reader(browser, base if way == "http" else site.as_uri()) as reader:
        page = reader.open(CLAIMS)
        reader.context.set_offline(True)
        for source in ("", *claims.SOURCES):
            for verdict in ("", *claims.VERDICTS):
                page.get_by_label("Source").select_option(source)
                page.get_by_label("Verdict").select_option(verdict)
                wanted = [
                    f"claim-{claim.id.lower()}"
                    for claim in ROWS
                    if source in ("", claim.source) and verdict in ("", claim.verdict)
                ]
                shown = "rows => rows.filter(r => r.checkVisibility()).map(r => r.id)"
                assert page.eval_on_selector_all("table.claims tbody tr", shown) == wanted
                said = page.locator(".claims-filter [role=status]").inner_text()
                assert said == f"{len(wanted)} of {len(ROWS)} claims"
        assert reader.left == reader.problems == []


@needs_browser
def test_an_address_may_ask_for_a_verdict(base, browser):
    with Reader(browser, base) as reader:
        page = reader.open(f"{CLAIMS}?verdict=wrong")
        wrong = sum(claim.verdict == "wrong" for claim in ROWS)
        assert page.locator("table.claims tbody tr:visible").count() == wrong


# Home: all that matters is on the first screen.


@needs_browser
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_the_first_screen_of_home_has_bars_a_proof_and_a_button(base, browser, width, height):
    with Reader(browser, base) as reader:
        reader.page.set_viewport_size({"width": width, "height": height})
        page = reader.open(toc_pages()[0])
        wrong = sum(claim.verdict == "wrong" for claim in ROWS)
        proof = page.get_by_text(f"{len(ROWS)} published claims checked, {wrong} of them wrong")
        button = page.get_by_role("link", name="Begin with lesson 1")
        bars = page.locator(".widget-subarea svg rect, .widget-subarea .ll-bar")
        for part in (proof, button, page.get_by_role("slider").first, bars.nth(3)):
            box = part.bounding_box()
            assert box["y"] >= 0 and box["y"] + box["height"] <= height, (part, box)
            assert box["x"] >= 0 and box["x"] + box["width"] <= width, (part, box)


# The search, the glossary, the references, the library.


def test_the_search_index_holds_no_answer(site):
    text = (site / "searchindex.js").read_text(encoding="utf-8")
    index = json.loads(re.fullmatch(r"Search\.setIndex\((.*)\)", text, re.S)[1])
    solved = {i for i, name in enumerate(index["docnames"]) if name.startswith("solutions/")}
    for table in (index["terms"], index["titleterms"]):
        for word, pages in table.items():
            assert not solved & set(pages if isinstance(pages, list) else [pages]), word
    assert not solved & {place for where in index["alltitles"].values() for place, _ in where}


@needs_browser
@pytest.mark.parametrize("word", ["entropy", "temperature", "nucleus"])
def test_search_shows_the_glossary_first_and_no_excerpt(base, browser, word):
    with Reader(browser, base) as reader:
        page = reader.open(f"search.html?q={word}")
        page.get_by_text("Search finished").wait_for()
        first = page.locator("ul.search li > a").first
        assert "glossary.html" in first.get_attribute("href")
        assert page.locator("ul.search .context").count() == 0


@needs_browser
def test_a_term_says_what_it_means_without_leaving_the_lesson(base, browser):
    with Reader(browser, base) as reader:
        page = reader.open(LESSONS[0])
        terms = page.locator("a.term[title]")
        words = terms.first.get_attribute("title")
        term = terms.first.element_handle()
        term.focus()
        shown = page.get_by_role("tooltip").get_by_text(words[:40])
        shown.wait_for()
        page.keyboard.press("Tab")
        shown.wait_for(state="detached")
        term.hover()
        shown.wait_for()
        assert page.url.endswith(LESSONS[0])


def test_learners_see_one_entry_for_teachers(site):
    menu = soup(site / LESSONS[0]).select_one("nav.bd-links")
    entries = menu.select("ul.bd-sidenav > li > a")
    names = [entry.text.strip() for entry in entries]
    assert names.count("For teachers") == 1
    teaching = [entry["href"] for entry in entries if "teachers/" in entry["href"]]
    assert len(teaching) == 1
    assert not [entry["href"] for entry in entries if re.search("times|speed", entry["href"])]


@pytest.mark.parametrize("page", LESSONS)
def test_a_lesson_links_the_first_use_of_its_terms(site, page):
    links = soup(site / page).select("a.term")
    targets = [link["href"] for link in links]
    assert len(targets) == len(set(targets)) >= 5
    for link in links:
        assert not link.find_parent(["h1", "h2", "h3", "a", "code", "table"])


def test_terms_are_whole_words_and_the_longest_wins():
    found = terms.pattern(["entropy", "cross-entropy", "token"]).findall
    assert found("Cross-entropy of tokens, tokenised; entropy's") == [
        "Cross-entropy",
        "token",
        "entropy",
    ]


def sources() -> list[Path]:
    """Files whose links a reader of the book may follow."""
    folders = [SOURCE / name for name in ("notebooks", "solutions", "book")]
    return [
        path for folder in folders for kind in ("py", "md") for path in folder.glob(f"*.{kind}")
    ]


def test_every_paper_that_a_source_links_to_is_in_the_bibliography():
    known, seen = citations.addresses(), 0
    for path in sources():
        for address in re.findall(r"\]\((https?://[^)\s]+)\)", path.read_text(encoding="utf-8")):
            if citations.PAPER.match(address):
                assert citations.same(address) in known, f"{path.name} links to {address}"
                seen += 1
    assert seen >= 9


@pytest.mark.parametrize("page", [page for page in PAGES if page != f"{citations.PAGE}.html"])
def test_a_link_to_a_paper_leads_to_the_references(site, page):
    for link in soup(site / page).select("main a[href]"):
        assert not citations.PAPER.match(link["href"]), f"{page} links to {link['href']}"


def test_every_entry_is_listed_with_its_address(site):
    listed = soup(site / f"{citations.PAGE}.html")
    for key, entry in citations.entries().items():
        place = listed.find(id=citations.anchor(key))
        assert place, key
        if any(field in entry.fields for field in ("eprint", "doi", "url")):
            assert place.select_one("a[href^=http]"), key


def test_a_paper_that_is_not_in_the_bibliography_fails_the_build(tmp_path):
    papers = "\n".join(
        f"- [A paper](https://arxiv.org/abs/{n})" for n in ("1904.09751v2", "1901.00001")
    )
    listed = "# References\n\n```{bibliography}\n:all:\n```\n"
    run = build(
        tree(tmp_path / "tree", index=f"# Home\n\n{papers}\n", references=listed), tmp_path / "out"
    )
    assert run.returncode
    assert re.findall(r"(\S+) is not in references.bib", run.stderr) == [
        "https://arxiv.org/abs/1901.00001"
    ]


def test_every_public_name_is_in_the_library_reference(site):
    pages = [page for page in PAGES if page.startswith("book/library_")]
    ids = {tag["id"] for page in pages for tag in soup(site / page).select("dt[id]")}
    missing = {f"logitlab.{name}" for name in logitlab.__all__} - ids - {"logitlab.plots"}
    assert not missing
    assert "logitlab.plots.curves" in ids


def test_a_docstring_of_the_library_is_shown(site):
    text = soup(site / "book" / "library_arithmetic.html").find(id="logitlab.top_p").parent.text
    for part in logitlab.top_p.__doc__.strip().splitlines()[0], "Parameters", "Raises", "[0, 1]":
        assert part in text


# What a page says of itself.


@pytest.mark.parametrize("page", PAGES)
def test_headings_are_in_order(site, page):
    main = soup(site / page).select_one("article") or soup(site / page)
    levels = [int(tag.name[1]) for tag in main.find_all(re.compile("^h[1-6]$"))]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("page", toc_pages())
def test_a_shared_link_has_a_title_a_text_and_a_picture(site, page):
    head = soup(site / page).head
    said = {tag.get("property") or tag.get("name"): tag.get("content") for tag in head("meta")}
    assert said["og:title"]
    assert 20 < len(said["og:description"]) <= 200
    assert said["og:image:alt"]
    assert ((site / page).parent / said["og:image"]).resolve() == site / "_static" / "card.png"
    assert head.select_one("link[rel~=icon]")["href"].endswith(".svg")


def test_the_card_is_the_same_each_time_and_has_the_size_it_says(site):
    picture = (site / "_static" / "card.png").read_bytes()
    assert picture == card.draw() == card.draw()
    size = [int.from_bytes(picture[start : start + 4]) for start in (16, 20)]
    assert size == [1200, 630]


def test_home_says_numbers_of_its_explorer_that_are_so(site):
    once = logitlab.recorded("There once was a")
    cold, hot = (logitlab.softmax(logitlab.temperature(once.logits, T)) for T in (0.3, 2))
    assert once.tokens[int(cold.argmax())] == " place"
    assert cold.max() > 0.98
    assert hot.max() < 0.01
    left = logitlab.softmax(logitlab.top_p(once.logits, 0.5)) > 0
    home = soup(site / toc_pages()[0]).text
    assert f"Of {len(left):,} tokens {left.sum()} are left" in " ".join(home.split())


# Addresses: none given, some given, a wrong one asked for.


def test_without_a_repository_no_link_starts_a_lesson_elsewhere(site):
    for page in PAGES:
        for link in soup(site / page).select("a[href]"):
            assert "mybinder.org/v2" not in link["href"]
            assert "git-pull" not in link["href"]


def test_one_setting_makes_the_links_that_start_a_lesson_elsewhere(tmp_path):
    folder = tree(tmp_path, index="# Home\n\nText.\n\n```{launch}\nNone.\n```\n")
    (folder / "notebooks").mkdir()
    shutil.copy(ROOT / "notebooks" / "02_top_p.ipynb", folder / "notebooks")
    settings = {"BOOK_URL": "https://example.org/c/", "BOOK_HUB": "https://hub.example.edu"}
    run = build(
        folder, tmp_path / "out", BOOK_REPOSITORY="https://github.com/owner/name", **settings
    )
    assert run.returncode == 0 or "notebooks/02_top_p" in run.stderr, run.stderr
    home = soup(tmp_path / "out" / "html" / "book" / "index.html")
    binder, hub = (
        urlsplit(link["href"]) for link in home.select("article.bd-article section li a")
    )
    assert binder.netloc + binder.path == "mybinder.org/v2/gh/owner/name/main"
    assert parse_qs(binder.query) == {"urlpath": ["lab/tree/my/02_top_p.ipynb"]}
    assert hub.netloc + hub.path == "hub.example.edu/hub/user-redirect/git-pull"
    assert parse_qs(hub.query) == {
        "repo": ["https://github.com/owner/name"],
        "branch": ["main"],
        "urlpath": ["lab/tree/name/notebooks/02_top_p.ipynb"],
    }
    image = home.select_one("meta[property='og:image']")["content"]
    assert image == "https://example.org/c/_static/card.png"
    missing = soup(tmp_path / "out" / "html" / "404.html")
    assert missing.a["href"] == "https://example.org/c/book/index.html"


class Host(http.server.SimpleHTTPRequestHandler):
    """A static host with the book in a folder, which answers with 404.html where nothing is."""

    site: Path
    prefix: str

    def translate_path(self, path):
        """The file of the book, or one that is not there."""
        path = unquote(urlsplit(path).path)
        if not path.startswith(self.prefix):
            return str(self.site / "no-such-file")
        return str(self.site / path.removeprefix(self.prefix))

    def send_error(self, code, *_):
        """Answer with the page for no page."""
        body = (self.site / "404.html").read_bytes() if self.command == "GET" else b""
        self.send_response(code)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Keep the test's output clean."""


@needs_browser
@pytest.mark.parametrize("prefix", ["/", "/course/"])
def test_the_page_for_no_page_leads_home_from_any_depth(site, browser, prefix):
    handler = type("Here", (Host,), {"site": site, "prefix": prefix})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_address[1]}{prefix}"
        home = f"{base}{toc_pages()[0]}"
        for place in ("nothing", "notebooks/nothing.html", "a/b/c/d.html"):
            with Reader(browser, base.rstrip("/")) as reader:
                answer = reader.page.goto(base + place)
                assert answer.status == 404
                link = reader.page.locator("main a").first
                found = f"document.querySelector('main a').href === {json.dumps(home)}"
                reader.page.wait_for_function(found)
                link.click()
                reader.page.wait_for_url(home)
                assert reader.left == []
        server.shutdown()


@needs_browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_the_page_for_no_page(base, browser, theme):
    with Reader(browser, base) as reader:
        reader.page.emulate_media(color_scheme=theme)
        page = reader.open("404.html")
        assert faults(page) == []
        assert reader.left == reader.problems == []


# Building again.


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a built site."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.whole
def test_a_clean_build_and_one_after_it_give_the_same_bytes(site, tmp_path):
    first, out = files(site), tmp_path / "out"
    for again in ("clean", "incremental"):
        run = build(SOURCE, out)
        assert run.returncode == 0, run.stderr
        now = files(out / "html")
        assert now.keys() == first.keys(), again
        assert [name for name in now if now[name] != first[name]] == [], again
        if again == "clean":
            stamps = {p: p.stat().st_mtime_ns for p in (out / "html").rglob("*/*.html")}
    kept = [path for path, stamp in stamps.items() if path.stat().st_mtime_ns == stamp]
    assert len(kept) == len(stamps)
