"""The two explorers of lesson 4: what is refused, what is computed, how they read in a browser."""

import json
import subprocess

import numpy as np
import pytest
from logitlab import (
    frequency_penalty,
    presence_penalty,
    recorded_runs,
    repetition_penalty,
    softmax,
)
from logitlab.data import Run, Swap
from logitlab.explorers import Goal, loop_explorer, penalty_explorer
from logitlab.explorers._shared import module
from playwright.sync_api import expect
from view import contrast, links, pairs, shares, show, turn

from tests.limits import seconds

TOKENS = ["approve", "reject", "review", "defer"]
LOGITS = np.array([2.2, 1.8, 1.4, -1.0])
WRITTEN = [0, 3, 0, 1]


def run(theta=1.0, ids=(1, 2, 3, 4, 1, 2, 3, 4), swaps=(), prompt="One", history="all"):
    texts = {1: " one", 2: " two", 3: "\n", 4: " four", 5: " five"}
    ranks = [2 if any(s.place == i for s in swaps) else 1 for i in range(len(ids))]
    return Run(prompt, history, theta, [9], list(ids), [texts[i] for i in ids], ranks, list(swaps))


def few():
    other = run(1.5, ids=(1, 2, 5, 4), swaps=[Swap(2, "\n", 20.5, 13.67, 14.0)])
    return [run(), other]


# --- Without a page.


def test_every_control_is_linked_in_the_page_to_its_own_trait():
    box = penalty_explorer(TOKENS, LOGITS, WRITTEN, knobs=["theta", "window", "shift"])
    assert links(box) == {
        ("Theta", "value", "theta"),
        ("Window", "value", "window"),
        ("Added to all logits", "value", "shift"),
    }
    assert links(loop_explorer(recorded_runs())) == {
        ("Prompt", "index", "prompt"),
        ("Penalty looks at", "index", "history"),
        ("Theta", "value", "theta"),
    }
    assert links(loop_explorer(few())) == {("Theta", "value", "theta")}


def test_all_runs_travel_and_stay_small():
    runs = recorded_runs()
    view = loop_explorer(list(reversed(runs))).children[-1]
    by_key = {(r.prompt, r.history, r.theta): r for r in runs}
    shape = len(view.prompts), len(view.histories), len(view.thetas)
    assert len(view.runs) == len(runs) == np.prod(shape)
    for i, (p, h, at) in enumerate(np.ndindex(*shape)):
        found = by_key[view.prompts[p], view.histories[h], view.thetas[at]]
        assert [view.vocabulary[t] for t in view.runs[i]["tokens"]] == found.tokens
        assert len(view.runs[i]["repeated"]) == sum(found.repeated)
    assert len(json.dumps(view.get_state())) < 250_000


def test_without_a_page_they_say_what_they_show():
    box = penalty_explorer(TOKENS, LOGITS, WRITTEN, knobs={"theta": 2.0, "window": 2}, title="Four")
    assert box._repr_mimebundle_()[0]["text/plain"] == (
        f"Four. At theta 2, window 2, approve goes from {100 * softmax(LOGITS)[0]:.1f} % to "
        f"{100 * softmax(repetition_penalty(LOGITS, [0, 1], 2.0))[0]:.1f} %; "
        "the likeliest token is review."
    )
    words = loop_explorer(few(), title="Two")._repr_mimebundle_()
    data = words[0] if isinstance(words, tuple) else words
    assert data["text/plain"] == (
        "Two.\n"
        "One (penalty on all), theta 1: 1 of 8 tokens repeated, 0 swaps. "
        "' one two\\n four one two\\n four'\n"
        "One (penalty on all), theta 1.5: 0 of 4 tokens repeated, 1 swaps. ' one two five four'"
    )


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: penalty_explorer(TOKENS, LOGITS, []), "history must hold the ids"),
        (lambda: penalty_explorer(TOKENS, LOGITS, [4]), "history must hold ids from 0 to 3, got 4"),
        (lambda: penalty_explorer(TOKENS, LOGITS, "ab"), "history must be a list"),
        (lambda: penalty_explorer(["a"] * 41, np.zeros(41), [0]), "tokens must be at most 40"),
        (lambda: penalty_explorer(["a"], [-np.inf, 1], [0]), "tokens and logits must have one"),
        (lambda: penalty_explorer(["a", "b"], [-np.inf, 1], [0]), "logits must be finite"),
        (lambda: penalty_explorer(TOKENS, LOGITS, [0], knobs=["T"]), "knobs must be among theta"),
        (
            lambda: penalty_explorer(TOKENS, LOGITS, [0], knobs={"window": 2}),
            "window must be a whole number from 0 to 1, got 2",
        ),
        (
            lambda: penalty_explorer(TOKENS, LOGITS, [0], goal=Goal("x", "entropy", 1, 1)),
            "measure must be one of p:<token>, got 'entropy'",
        ),
        (lambda: loop_explorer([]), r"runs must be a list of recorded runs, got \[\]"),
        (lambda: loop_explorer(["a"]), "runs must be a list of recorded runs"),
        (
            lambda: loop_explorer([*few(), run(history="none")]),
            r"got none for \('One', 'none', 1.5\)",
        ),
        (
            lambda: loop_explorer(few(), goal=Goal("x", "mean", 1, 1)),
            "measure must be one of repeated, swaps, theta, got 'mean'",
        ),
    ],
)
def test_bad_input_is_refused_in_one_sentence_that_names_it(call, words):
    with pytest.raises(ValueError, match=words) as error:
        call()
    assert "\n" not in str(error.value)


# --- Both languages.


@pytest.mark.needs("node")
def test_the_page_computes_what_the_library_computes(node, tmp_path):
    rng = np.random.default_rng(0)
    cases, expected = [], []
    for _ in range(300):
        n = int(rng.integers(1, 12))
        z = np.round(rng.normal(0, 10 ** rng.uniform(-1, 1.5), n), int(rng.integers(0, 6)))
        history = rng.integers(0, n, int(rng.integers(0, 9))).tolist()
        knobs = {
            "theta": float(rng.choice([0.5, 1.0, 1.3, 3.0])),
            "window": int(rng.integers(0, len(history) + 1)),
            "frequency": float(rng.choice([-0.5, 0.0, 1.25])),
            "presence": float(rng.choice([-1.0, 0.0, 0.4])),
            "shift": float(rng.choice([-3.0, 0.0, 2.5])),
        }
        recent = np.array(history[len(history) - knobs["window"] :], dtype=int)
        after = repetition_penalty(z + knobs["shift"], recent, knobs["theta"])
        after = frequency_penalty(after, recent, knobs["frequency"])
        after = presence_penalty(after, recent, knobs["presence"])
        cases.append({"logits": z.tolist(), "history": history} | knobs)
        expected.append(after)
    script = (
        module("penalty")
        + "\nimport { readFileSync } from 'node:fs';"
        + "\nconst cases = JSON.parse(readFileSync(process.argv[2]));"
        + "\nconsole.log(JSON.stringify(cases.map((c) => { const z = penalised(c);"
        + " return { z, p: softmax(z), ranks: ranks(z) }; })));"
    )
    (tmp_path / "penalty.mjs").write_text(script, encoding="utf-8")
    (tmp_path / "cases.json").write_text(json.dumps(cases), encoding="utf-8")
    command = [node, str(tmp_path / "penalty.mjs"), str(tmp_path / "cases.json")]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=seconds(60))
    for result, z in zip(json.loads(done.stdout), expected, strict=True):
        np.testing.assert_allclose(result["z"], z, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(result["p"], softmax(z), rtol=1e-9, atol=1e-15)
        assert sorted(result["ranks"]) == list(range(1, len(z) + 1))
        order = np.argsort(result["ranks"])
        assert (np.diff(np.array(result["z"])[order]) <= 0).all()


# --- In a browser.

in_browser = pytest.mark.needs("browser")


@in_browser
def test_bars_and_logits_follow_every_slider(page):
    knobs = {"theta": 1.0, "window": 4, "frequency": 0.0, "presence": 0.0, "shift": 0.0}
    show(page, penalty_explorer(TOKENS, LOGITS, WRITTEN, knobs=knobs))
    np.testing.assert_allclose(shares(page), softmax(LOGITS), atol=1e-12)
    turn(page, theta=2.0)
    after = repetition_penalty(LOGITS, WRITTEN, 2.0)
    np.testing.assert_allclose(shares(page), softmax(after), atol=1e-12)
    expect(page.locator(".ll-logit")).to_have_text(
        ["2.20 → 1.10", "1.80 → 0.90", "1.40", "-1.00 → -2.00"]
    )
    expect(page.locator(".ll-rank")).to_have_text(["2", "3", "1", "4"])
    expect(page.locator(".ll-tiles strong")).to_have_text(
        [f"review, {100 * softmax(after)[2]:.1f} %", "3 of 4", "approve: 2"]
    )
    expect(page.locator(".ll-status")).to_contain_text("Theta 2.00, window 4")
    turn(page, window=1)
    expect(page.locator(".ll-past")).to_have_text(["approve", "defer", "approve"])
    np.testing.assert_allclose(
        shares(page), softmax(repetition_penalty(LOGITS, [1], 2.0)), atol=1e-12
    )
    turn(page, window=4, theta=1.0, frequency=0.5, presence=0.25)
    after = presence_penalty(frequency_penalty(LOGITS, WRITTEN, 0.5), WRITTEN, 0.25)
    np.testing.assert_allclose(shares(page), softmax(after), atol=1e-12)
    turn(page, frequency=0.0, presence=0.0, theta=1.3, shift=-2.2)
    after = repetition_penalty(LOGITS - 2.2, WRITTEN, 1.3)
    np.testing.assert_allclose(shares(page), softmax(after), atol=1e-12)


@in_browser
def test_goals_are_ticked(page):
    level = float(softmax(repetition_penalty(LOGITS, [0], 2.2 / 1.8))[0])
    goal = Goal("Level", "p:approve", level, 0.002)
    show(page, penalty_explorer(TOKENS, LOGITS, [0], goal=goal))
    now = f"{100 * softmax(LOGITS)[0]:.1f} %"
    expect(page.locator(".ll-goal")).to_have_text(f"○Goal: Level (P(approve) now {now})")
    turn(page, theta=1.22)
    expect(page.locator(".ll-goal")).to_contain_text("✓Reached at")
    show(page, loop_explorer(few(), goal=Goal("No repeat", "repeated", 0, 0)))
    expect(page.locator(".ll-goal").last).to_contain_text("(tokens repeated now 1)")
    turn(page, theta=1.5)
    expect(page.locator(".ll-goal").last).to_contain_text("✓Reached at")
    show(page, loop_explorer(few(), goal=Goal("Find it", "theta", 1.5, 0.001)))
    expect(page.locator(".ll-goal").last).to_contain_text("(theta now 1.00)")


@in_browser
def test_a_run_is_shaded_boxed_and_explained(page):
    show(page, loop_explorer(few(), title="Two"))
    tokens = page.get_by_role("option")
    assert tokens.evaluate_all("all => all.map(t => t.className)") == [""] * 7 + ["ll-again"]
    expect(page.locator(".ll-tiles strong")).to_have_text(["1 of 8", "0", "none"])
    turn(page, theta=1.5)
    names = [tokens.nth(i).get_attribute("aria-label") for i in range(4)]
    assert names == ["␣one", "␣two", "␣five, swapped", "␣four"]
    expect(page.locator(".ll-detail")).to_have_text(
        "Token 3, ␣five: number 2 in the model's own order. It wanted ↵, whose logit the penalty "
        "moved from 20.50 to 13.67, below the 14.00 of ␣five."
    )
    listbox = page.get_by_role("listbox", name="Two: tokens")
    listbox.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".ll-detail")).to_have_text("Token 2, ␣two: the model's own first choice.")
    active = page.locator(f"#{listbox.get_attribute('aria-activedescendant')}")
    expect(active).to_have_attribute("aria-selected", "true")
    tokens.nth(3).hover()
    expect(page.locator(".ll-detail")).to_contain_text("Token 4, ␣four")


@in_browser
def test_the_numbers_are_those_of_the_run(page):
    runs = recorded_runs()
    box = loop_explorer(runs)
    show(page, box)
    view = box.children[-1]
    for p, h, theta in ((0, 0, 1.0), (1, 2, 1.2), (3, 0, 1.3)):
        turn(page, prompt=p, history=h, theta=theta)
        (wanted,) = [
            r
            for r in runs
            if (r.prompt, r.history, r.theta) == (view.prompts[p], view.histories[h], theta)
        ]
        assert page.get_by_role("option").count() == len(wanted.ids)
        expect(page.locator(".ll-tiles strong").first).to_have_text(
            f"{sum(wanted.repeated)} of {len(wanted.ids)}"
        )
        expect(page.locator(".ll-swap")).to_have_count(len(wanted.swaps) + 1)  # and the legend's


@in_browser
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_window(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    show(page, penalty_explorer(TOKENS, LOGITS, WRITTEN * 5, knobs={"theta": 2.0, "window": 3}))
    show(page, loop_explorer(recorded_runs()))
    for prompt in range(4):
        turn(page, prompt=prompt, theta=1.3)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@in_browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_has_contrast_on_its_shade(page, theme):
    page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    show(page, loop_explorer(recorded_runs()))
    show(page, penalty_explorer(TOKENS, LOGITS, WRITTEN, knobs={"theta": 2.0, "window": 3}))
    seen = pairs(page, theme, ".ll-text span, .ll-legend span, .ll-chip")
    assert len(seen) >= 3
    assert {pair: contrast(*pair) for pair in seen if contrast(*pair) < 4.5} == {}
