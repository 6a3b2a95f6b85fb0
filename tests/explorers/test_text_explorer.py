"""The text explorer: what is refused, what travels, and how it reads in a browser."""

import json

import numpy as np
import pytest
from logitlab.data import Text, recorded_texts
from logitlab.explorers import Goal, text_explorer
from playwright.sync_api import expect
from view import contrast, links, pairs, show, turn

TITLE = "What the model wrote"


def text(setting="a", seed=0, prompt="One", **kwargs):
    values = {
        "tokens": [" two", "\n", " three"],
        "surprisal": [1.5, 12.0, 6.0],
        "entropy": [2.0, 1.0, 0.5],
        "kept": [40, 41, 7],
    }
    return Text(prompt, setting, seed, **(values | kwargs))


def few():
    calm = text("b", tokens=[" calm"], surprisal=[2.0], entropy=[0.1], kept=[3])
    return [text(), text(seed=1, surprisal=[1.0, 1.0, 1.0]), calm, calm._replace(seed=1)]


# --- Without a page.


def test_every_control_is_linked_in_the_page_to_its_own_trait():
    box = text_explorer(recorded_texts())
    assert links(box) == {
        ("Prompt", "index", "prompt"),
        ("Setting", "index", "setting"),
        ("Seed", "value", "seed"),
    }


def test_all_texts_travel_in_order_and_stay_small():
    texts = recorded_texts()
    view = text_explorer(list(reversed(texts))).children[-1]
    by_key = {(t.prompt, t.setting, t.seed): t for t in texts}
    for i, (p, s, seed) in enumerate(np.ndindex(4, 5, 8)):
        found = by_key[view.prompts[p], view.settings[s], seed]
        assert view.texts[i]["tokens"] == found.tokens
        assert view.texts[i]["bits"] == found.surprisal
    assert len(json.dumps(view.get_state())) < 250_000


def test_without_a_page_it_says_what_each_setting_did():
    words = text_explorer(few(), title="Two")._repr_mimebundle_()
    data = words[0] if isinstance(words, tuple) else words
    assert data["text/plain"] == (
        "Two.\n"
        "a: 2 texts, mean surprisal 3.8 bits, 17 % of tokens at 10 bits or more. "
        "First: One' two\\n three'\n"
        "b: 2 texts, mean surprisal 2.0 bits, 0 % of tokens at 10 bits or more. "
        "First: One' calm'"
    )


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: text_explorer([]), "texts must be a list of recorded texts, got \\[\\]"),
        (lambda: text_explorer(["a"]), "texts must be a list of recorded texts"),
        (lambda: text_explorer(few()[:3]), r"got none for \('One', 'b', 1\)"),
        (lambda: text_explorer(few(), goal="calm"), "goal must be a Goal or None, got 'calm'"),
        (
            lambda: text_explorer(few(), goal=Goal("x", "entropy", 1, 1)),
            "measure must be one of mean, above, got 'entropy'",
        ),
    ],
)
def test_bad_input_is_refused_in_one_sentence_that_names_it(call, words):
    with pytest.raises(ValueError, match=words) as error:
        call()
    assert "\n" not in str(error.value)


# --- In a browser.

in_browser = pytest.mark.needs("browser")


@in_browser
def test_the_tokens_read_as_text_and_each_has_a_name_and_a_shade(page):
    show(page, text_explorer(few()))
    tokens = page.get_by_role("option")
    assert tokens.evaluate_all("all => all.map(t => t.textContent)") == [" two", "↵\n", " three"]
    names = [tokens.nth(i).get_attribute("aria-label") for i in range(3)]
    assert names == ["␣two, 1.5 bits", "↵, 12.0 bits", "␣three, 6.0 bits"]
    shades = [tokens.nth(i).get_attribute("class") for i in range(3)]
    assert shades == ["ll-shade0", "ll-shade3", "ll-shade2"]
    lines = tokens.evaluate_all("all => all.map(t => getComputedStyle(t).borderBottomStyle)")
    assert lines == ["none", "double", "solid"], "the shade is not the only cue"
    legend = page.locator(".ll-legend span")
    expect(legend).to_have_text(["below 2 bits", "2 to 5", "5 to 10", "10 bits and more"])


@in_browser
def test_the_numbers_are_those_of_the_text(page):
    texts = recorded_texts()
    show(page, text_explorer(texts))
    settings = list(dict.fromkeys(t.setting for t in texts))
    for at, seed in ((2, 1), (3, 6), (4, 0)):
        turn(page, prompt=1, setting=at, seed=seed)
        (wanted,) = [
            t for t in texts if (t.prompt, t.setting, t.seed) == ("The sky is", settings[at], seed)
        ]
        b = np.array(wanted.surprisal)
        expect(page.locator(".ll-tiles strong")).to_have_text(
            [
                f"{b.mean():.1f} bits",
                f"{(b >= 10).sum()} of {len(b)}",
                f"{np.median(wanted.kept):,.0f}",
            ]
        )
        expect(page.locator(".ll-status")).to_contain_text(f"{settings[at]}, seed {seed}:")
        assert page.get_by_role("option").count() == len(b)
    expect(page.locator(".ll-prompt")).to_have_text("After: The sky is")


@in_browser
def test_a_token_is_chosen_by_keyboard_and_by_pointer(page):
    show(page, text_explorer(few()))
    listbox = page.get_by_role("listbox", name=f"{TITLE}: tokens")
    detail = page.locator(".ll-detail")
    expect(detail).to_have_text(
        "Token 2, ↵: 12.0 bits, 1 chance in 4,096 to the model. Its entropy there: 1.0 bits. "
        "Tokens left to draw from: 41."
    )
    listbox.focus()
    for key, token in (("ArrowRight", 3), ("ArrowRight", 3), ("ArrowLeft", 2), ("Home", 1)):
        page.keyboard.press(key)
        expect(detail).to_contain_text(f"Token {token},")
        active = page.locator(f"#{listbox.get_attribute('aria-activedescendant')}")
        expect(active).to_have_attribute("aria-selected", "true")
        expect(page.locator("[aria-selected=true]")).to_have_count(1)
    page.get_by_role("option").nth(2).hover()
    expect(detail).to_contain_text("Token 3, ␣three: 6.0 bits")
    assert listbox.get_attribute("data-lm-suppress-shortcuts") == "true"


@in_browser
def test_a_goal_is_ticked_when_the_text_is_found(page):
    show(page, text_explorer(few(), goal=Goal("Find the calmest", "mean", 1.0, 0.01)))
    goal = page.locator(".ll-goal")
    expect(goal).to_have_text("○Goal: Find the calmest (mean surprisal now 6.50 bits)")
    turn(page, seed=1)
    expect(goal).to_contain_text("✓Reached at")
    expect(goal).to_contain_text("Goal: Find the calmest (mean surprisal now 1.00 bits)")
    show(page, text_explorer(few(), goal=Goal("None rare", "above", 0, 0)))
    expect(page.locator(".ll-now").last).to_have_text("(tokens at 10 bits or more now 1)")


@in_browser
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_window(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    show(page, text_explorer(recorded_texts()))
    for setting in range(5):
        turn(page, setting=setting, prompt=2)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@in_browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_has_contrast_on_its_shade(page, theme):
    page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    show(page, text_explorer(recorded_texts()))
    turn(page, setting=3)
    seen = pairs(page, theme, ".ll-text span, .ll-legend span")
    assert len(seen) == 4
    assert {pair: contrast(*pair) for pair in seen if contrast(*pair) < 4.5} == {}


@in_browser
def test_ids_differ_between_widgets(page):
    show(page, text_explorer(few()))
    show(page, text_explorer(few()))
    ids = page.locator("[id]").evaluate_all("all => all.map(e => e.id)")
    assert len(ids) >= 6
    assert len(set(ids)) == len(ids)
