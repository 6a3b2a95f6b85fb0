"""The page of the reader's own prompt: what it fetches, shows and writes, and where it cannot."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from coursebook import npm
from coursebook.pagemodel import assets
from logitlab import entropy, load_model, softmax, temperature
from logitlab.model import files, model_path

from tests.book.book_site import ROOT, Quiet, Reader, built_site, faults, serve

pytestmark = pytest.mark.needs("node", "browser", "model")

PAGE = "book/prompt.html"
PROMPT = "The capital of Australia is"
MODEL = {"name": "model.gguf", "bytes": files.GGUF_SIZE, "sha256": files.GGUF_SHA256}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return built_site(tmp_path_factory)


def named(text):
    """The page as a build with BOOK_MODEL=1 writes it."""
    assert text.count('"model":null') == 1
    return text.replace('"model":null', f'"model":{json.dumps(MODEL)}')


class WithModel(Quiet):
    """Serves the book with the model in it, under the policy that it asks for."""

    publish = (ROOT / "book" / "publish.md").read_text("utf-8")
    asked = re.search(r"```\n(script-src.*?)```", publish, re.S)[1]
    policy = f"default-src 'none'; {' '.join(asked.split())}"

    def end_headers(self):
        self.send_header("Content-Security-Policy", self.policy)
        super().end_headers()

    def translate_path(self, path):
        return str(model_path()) if path.endswith(MODEL["name"]) else super().translate_path(path)

    def do_GET(self):
        if not self.path.endswith(PAGE):
            return super().do_GET()
        body = named(Path(self.translate_path(self.path)).read_text("utf-8")).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def address(site):
    with serve(site, WithModel) as address:
        yield address


@pytest.fixture(scope="module")
def reader(browser, address):
    """A window in which the model was fetched; with what was fetched before and after the click."""
    with Reader(browser, address) as reader:
        fetched = []
        reader.page.on("request", lambda request: fetched.append(request.url.rpartition("/")[2]))
        reader.open(PAGE)
        reader.before = list(fetched)
        press(reader, "Fetch the model (98 MB) and type")
        field(reader).wait_for()
        reader.after = fetched[len(reader.before) :]
        yield reader


def press(reader, name):
    reader.page.get_by_role("button", name=name).click()


def field(reader):
    return reader.page.get_by_label("The beginning of a text")


def said(reader, words):
    reader.page.locator(".prompt-status", has_text=words).wait_for()


def look(reader, prompt=PROMPT):
    field(reader).fill(prompt)
    press(reader, "Show what may come next")


def knob(reader, name, value):
    reader.page.fill(f"#prompt-{name}", str(value))


def write(reader, count=""):
    """Press the button that writes, and give the text."""
    press(reader, "Write on")
    said(reader, f"{count} tokens written")
    return reader.page.locator("#own-prompt [role=listbox]").inner_text()


def test_nothing_comes_before_the_click(reader):
    assert not [name for name in reader.before if name.endswith((".gguf", ".wasm"))]
    assert MODEL["name"] in reader.after


def test_the_bars_are_those_of_the_library(reader):
    look(reader)
    said(reader, "5 tokens read")
    model = load_model()
    z = temperature(model.logits(model.encode(PROMPT)), 0.7)
    knob(reader, "temperature", 0.7)
    wanted = f"{entropy(softmax(z)):.2f} bits"
    reader.page.locator(".ll-tiles", has_text=wanted).wait_for()
    best = [model.tokens[i].replace(" ", "␣") for i in np.argsort(-z)[:5]]
    assert reader.page.locator("#own-prompt svg .ll-name").all_text_contents()[:5] == best
    knob(reader, "temperature", 1)


def test_the_same_seed_writes_the_same_text_and_the_top_token_alone_the_likeliest(reader):
    look(reader)
    knob(reader, "top_p", 0.9)
    texts = []
    for seed in (3, 4, 3):
        reader.page.fill("#prompt-seed", str(seed))
        reader.page.locator("#prompt-seed").blur()
        press(reader, "Back to the prompt")
        said(reader, "Back at the prompt")
        texts.append(write(reader))
    assert texts[0] == texts[2] != texts[1]
    press(reader, "Back to the prompt")
    said(reader, "Back at the prompt")
    knob(reader, "top_p", 0)
    press(reader, "Draw one")
    said(reader, "1 token written")
    assert reader.page.locator("#own-prompt [role=listbox]").inner_text().strip() == "Sydney"
    knob(reader, "top_p", 1)


def test_writing_can_be_stopped_and_what_stands_there_stays(reader):
    look(reader, "Once upon a time")
    said(reader, "4 tokens read")
    press(reader, "Write on")
    press(reader, "Stop")
    said(reader, "written")
    assert 1 <= reader.page.locator("#own-prompt [role=option]").count() < 40


def test_what_cannot_be_read_is_said_in_a_line(reader):
    look(reader, "  ")
    said(reader, "Type the beginning of a text first.")
    look(reader, "word " * 9000)
    said(reader, "and the model reads")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_and_a_phone_shows_all(reader, theme):
    page = reader.page
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
    assert faults(page, "#own-prompt") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1280, "height": 800})


def test_the_browser_keeps_the_model_until_it_is_removed(reader):
    reader.page.reload()
    press(reader, "Start the model")
    field(reader).wait_for()
    reader.page.reload()
    press(reader, "Remove it from this browser")
    said(reader, "Removed.")
    press(reader, "Fetch the model")
    press(reader, "Cancel")
    said(reader, "Cancelled")
    reader.page.get_by_role("button", name="Fetch the model").wait_for()
    assert reader.left == []


@pytest.mark.parametrize(
    ("with_model", "words"), [(False, "published without the model"), (True, "opened as a file")]
)
def test_where_it_cannot_run_the_page_says_why(browser, site, tmp_path, with_model, words):
    text = (site / PAGE).read_text("utf-8")
    (tmp_path / PAGE).parent.mkdir()
    (tmp_path / PAGE).write_text(named(text) if with_model else text, "utf-8")
    (tmp_path / "_static").symlink_to(site / "_static")
    with Reader(browser, tmp_path.as_uri()) as reader:
        assert words in reader.open(PAGE).locator(".prompt-unable").inner_text()


def test_the_builder_gets_the_model_that_the_library_fetches_and_its_licence(tmp_path, monkeypatch):
    npm.install()
    monkeypatch.setenv("BOOK_MODEL", "1")
    assets.bring(tmp_path / "pagemodel")
    told = json.loads((tmp_path / "pagemodel" / "names.json").read_text("utf-8"))
    path = tmp_path / "pagemodel" / told["model"]["name"]
    assert path.read_bytes() == model_path().read_bytes()
    assert path.stat().st_size == told["model"]["bytes"] < 100 * 2**20, "what GitHub Pages takes"
    assert "Apache" in (tmp_path / "pagemodel" / "licence-of-the-model.txt").read_text("utf-8")
    other = tmp_path / "other.gguf"
    other.write_bytes(path.read_bytes()[:-1] + b"!")
    monkeypatch.setenv(files.VARIABLE, str(other))
    with pytest.raises(files.DamagedModel, match=r"other\.gguf is damaged"):
        assets.bring(tmp_path / "pagemodel")
