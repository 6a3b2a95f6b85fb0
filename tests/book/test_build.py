"""What the build writes: the pages, their links, their weight, and nothing that is not needed."""

import gzip
import json
import re
import subprocess
import sys
from urllib.parse import unquote, urldefrag

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tests.book.book_site import ALIVE, NOTEBOOKS, PAGES, ROOT, notebook, soup, toc_pages

pytestmark = pytest.mark.needs("node")

VIEW = 'script[type="application/vnd.jupyter.widget-view+json"]'
STATE = VIEW.replace("view", "state")
DRAWN = {"book/prompt.html", "book/review.html"}  # by scripts of their own, in the explorers' style
TEXT = {".html", ".js", ".css"}


def linked(site, page):
    """Files that a page names in its head and body, images left out."""
    tags = soup(site / page).select("script[src], link[rel=stylesheet][href]")
    return {
        ((site / page).parent / (tag.get("src") or tag["href"]).split("?")[0]).resolve()
        for tag in tags
    }


def test_the_site_has_the_pages_of_the_toc_and_no_others(site):
    found = {path.relative_to(site).as_posix() for path in site.rglob("*.html")}
    found = {name for name in found if not name.startswith(("_static/", "_sources/"))}
    assert found == {*PAGES, "index.html", "404.html"}


def test_the_root_leads_to_the_home_page(site):
    page = soup(site / "index.html")
    assert page.html["lang"] == "en"
    assert page.title.text
    home = toc_pages()[0]
    assert page.a["href"] == home
    assert page.select_one("meta[http-equiv=refresh]")["content"].endswith(f"url={home}")


@pytest.mark.parametrize("page", PAGES)
def test_links_and_anchors_resolve(site, page):
    checked = 0
    for link in soup(site / page).select("a[href]"):
        target, anchor = urldefrag(unquote(link["href"]))
        if re.match(r"[a-z]+:", target):
            continue
        file = (site / page).parent / target if target else site / page
        assert file.is_file(), f"{page} links to {target}"
        if anchor and file.suffix == ".html":
            assert soup(file).find(id=anchor), f"{page} links to {link['href']}"
        checked += 1
    assert checked


@pytest.mark.parametrize("page", PAGES)
def test_every_image_has_a_text_alternative(site, page):
    for image in soup(site / page).select("img"):
        alt = image.get("alt", "")
        assert alt.strip(), f"{page}: {image.get('src')}"
        assert not alt.endswith((".png", ".svg", ".jpg")), f"{page}: {alt} is a file's name"


@pytest.mark.parametrize("page", NOTEBOOKS)
def test_alternatives_come_from_the_notebook(site, page):
    saved = json.loads(notebook(page).read_text(encoding="utf-8"))
    wanted = [
        output["metadata"]["image/png"]["alt"]
        for cell in saved["cells"]
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
        and "application/vnd.jupyter.widget-view+json" not in output["data"]
    ]
    images = soup(site / page).select
    plain, behind = images(".cell_output :not(.asked) > img"), images(".cell_output .asked > img")
    assert [image["alt"] for image in plain] == wanted
    (state,) = saved["metadata"].get("widgets", {"": {"state": {}}}).values()
    asked = [model["state"]["alt"] for model in state["state"].values() if figure(model)]
    assert sorted(image["alt"] for image in behind) == sorted(asked)


def figure(model):
    """The figure behind a question, as it is saved."""
    return any(part["path"] == ["figure"] and part["data"] for part in model.get("buffers", []))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_loads_widgets_only_where_it_has_them_and_maths_needs_no_script(site, page):
    html, names = soup(site / page), {path.name for path in linked(site, page)}
    shows = bool(html.select(VIEW))
    assert shows == ("widgets.js" in names)
    assert (shows or page in DRAWN) == ("widgets.css" in names)
    assert len(html.select(".math > math")) == len(html.select(".math"))


@pytest.mark.parametrize("page", PAGES)
def test_a_widget_is_shown_alive_and_not_also_as_its_picture(site, page):
    for view in soup(site / page).select(VIEW):
        assert not view.find_parent(class_="cell_output").select(":not(.asked) > img"), page


@pytest.mark.parametrize("page", ALIVE)
def test_text_comes_before_the_state_of_widgets_and_no_state_holds_what_the_page_has(site, page):
    text = (site / page).read_text(encoding="utf-8")
    parts = [json.loads(tag.string) for tag in soup(site / page).select(STATE)]
    models = [model for part in parts for model in part["state"].values()]
    for model in models:
        assert "_css" not in model["state"] and not figure(model)
        assert len(model["state"].get("_esm", "")) < 60, model["state"]["_esm"][:80]
    *first, last = (m.start() for m in re.finditer("widget-state", text))
    assert len(first) <= 1 and last > text.rindex("widget-view") if first else last
    early = sum(len(json.dumps(part)) for part in parts[:-1])
    assert early < 60_000, "the first slider waits for its own state alone"
    words = soup(site / page).select_one("article h1").text
    assert 0 < text.index(f"<h1>{words[:5]}") < (first or [last])[0]


@pytest.mark.parametrize("page", [page for page in ALIVE if page.startswith("notebooks/")])
def test_what_a_lesson_fetches_is_less_than_400_kilobytes_compressed(site, page):
    fonts = site / "_static" / "vendor" / "fontawesome" / "webfonts" / "fa-solid-900.woff2"
    weights = {
        file.name: len(gzip.compress(file.read_bytes(), 6))
        for file in {site / page, *linked(site, page), fonts}
    }
    assert sum(weights.values()) < 400_000, weights


@pytest.mark.parametrize("page", PAGES)
def test_every_icon_has_its_sign_in_the_font(site, page):
    style = (site / "_static" / "styles" / "pydata-sphinx-theme.css").read_text(encoding="utf-8")
    for icon in soup(site / page).select("[class*=fa-solid]"):
        names = [name for name in icon["class"] if name.startswith("fa-")]
        assert any(re.search(rf"\.{name}[^{{}}]*{{--fa:", style) for name in names), icon


@pytest.mark.parametrize("page", PAGES)
def test_a_page_weighs_less_than_six_megabytes(site, page):
    files = {site / page, *linked(site, page)}
    weight = sum(file.stat().st_size for file in files) / 1e6
    print(f"{page}: {weight:.2f} MB with its scripts and styles, without images and fonts")
    assert weight < 6


def test_compression_does_what_is_said_of_it(site):
    text = (ROOT / "book" / "publish.md").read_text(encoding="utf-8")
    assert "HTML, JavaScript and CSS shrink to about a quarter" in text
    files = [
        path.read_bytes() for kind in ("html", "js", "css") for path in site.rglob(f"*.{kind}")
    ]
    assert 0.2 < sum(len(gzip.compress(file)) for file in files) / sum(map(len, files)) < 0.3


def test_no_file_that_a_page_loads_asks_a_content_network_for_code(site):
    for page in PAGES:
        for file in linked(site, page) | {site / page}:
            text = file.read_text(encoding="utf-8")
            text = re.sub(r"<code.*?</code>", "", text, flags=re.S)  # a setting that a page shows
            for host in ("cdn.jsdelivr.net", "unpkg.com", "cdnjs.cloudflare.com", "googleapis.com"):
                assert host not in text, f"{file} names {host}"


def test_a_figure_without_alternative_and_an_unannounced_error_fail_the_build(tmp_path):
    figure = new_output("display_data", data={"image/png": "iVBORw0KGgo="})
    error = new_output("error", ename="ValueError", evalue="no", traceback=["no"])
    cells = [new_code_cell("1", outputs=[output]) for output in (figure, error)]
    cells.append(new_code_cell("1", outputs=[error], metadata={"tags": ["raises-exception"]}))
    book = new_notebook(cells=[new_markdown_cell("# Lesson"), *cells])
    book.metadata["language_info"] = {"name": "python"}
    for name in ("book", "notebooks"):
        (tmp_path / name).mkdir()
    nbformat.write(book, tmp_path / "notebooks" / "lesson.ipynb")
    (tmp_path / "book" / "index.md").write_text("# Home\n")
    (tmp_path / "_toc.yml").write_text("root: book/index\nentries:\n- file: notebooks/lesson\n")
    build = [sys.executable, "-m", "coursebook", "build", "--source", str(tmp_path)]
    run = subprocess.run([*build, "--out", str(tmp_path / "out")], capture_output=True, text=True)
    assert run.returncode
    warnings = [line for line in run.stderr.splitlines() if "WARNING" in line]
    assert len(warnings) == 2, run.stderr
    assert "cell 1 shows a figure without a text alternative" in warnings[0]
    assert "cell 2 failed: ValueError" in warnings[1]


def test_the_home_page_gives_the_minutes_of_the_lessons(site):
    home = soup(site / toc_pages()[0])
    for step in home.select(".path li:has(a)"):
        lesson = soup((site / toc_pages()[0]).parent / step.a["href"])
        core, exercises, *_ = re.findall(r"\b\d+\b", step.text)
        place = " ".join(p.text for p in lesson.select("h1 ~ p")[:3])
        assert f"Core: {core} minutes, and {exercises} for its exercises." in place, step.a.text


def test_licences_travel_with_the_code(site):
    bundled = (site / "_static" / "widgets" / "licences.txt").read_text(encoding="utf-8")
    for name in ("@jupyter-widgets/controls", "@lumino/widgets", "anywidget", "backbone", "jquery"):
        assert re.search(rf"^{name} [\d.]+: [\w-]+$", bundled, re.M), name


def test_the_lock_records_hashes_and_no_addresses():
    lock = (ROOT / "book" / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in lock
    packages = json.loads(lock)["packages"]
    assert all("integrity" in package for name, package in packages.items() if name)
