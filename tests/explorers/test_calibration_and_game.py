"""The calibration explorer and the guessing game: arithmetic, refusals, and use in a browser."""

import json
import subprocess

import numpy as np
import pytest
from logitlab.data import recorded_answers, recorded_game
from logitlab.distributions import softmax
from logitlab.explorers import Goal, calibration_explorer, guessing_game
from logitlab.explorers._shared import module
from logitlab.information import brier, calibration_bins, expected_calibration_error
from playwright.sync_api import expect
from view import GROUND, contrast, show, turn

from tests.limits import seconds

ASKED = recorded_answers()
GAME = recorded_game()
START = "The old man opened the"


def fit_half(**kwargs):
    return calibration_explorer(ASKED.scores[::2], ASKED.labels[::2], **kwargs)


def short(**kwargs):
    return guessing_game(START, GAME[4:8], title="Short", **kwargs)


# --- Without a page.


@pytest.mark.needs("node")
def test_the_page_judges_as_the_library_does(node, tmp_path):
    rng = np.random.default_rng(0)
    cases = [
        (ASKED.scores, ASKED.labels, T, bins) for T in (0.25, 1.0, 1.88, 4.0) for bins in (10,)
    ]
    for _ in range(40):
        n, k = int(rng.integers(1, 60)), int(rng.integers(2, 7))
        scores = rng.normal(0, 4, (n, k))
        cases.append((scores, rng.integers(0, k, n), rng.uniform(0.1, 5), int(rng.integers(1, 20))))
    cases.append((np.zeros((8, 4)), np.arange(8) % 4, 1.0, 4))  # on the edge of a bin
    cases.append((np.array([[800.0, -800.0]] * 3), np.array([0, 0, 1]), 1.0, 10))
    given = [[s.ravel().tolist(), y.tolist(), float(T), b] for s, y, T, b in cases]
    script = module("calibration") + (
        "\nimport { readFileSync } from 'node:fs';"
        "\nfor (const [s, y, T, b] of JSON.parse(readFileSync(process.argv[2])))"
        "\n  console.log(JSON.stringify(judged(Float64Array.from(s), y, T, b)));"
    )
    (tmp_path / "run.mjs").write_text(script, encoding="utf-8")
    (tmp_path / "cases.json").write_text(json.dumps(given), encoding="utf-8")
    files = [str(tmp_path / name) for name in ("run.mjs", "cases.json")]
    run = subprocess.run(
        [node, *files], check=True, capture_output=True, text=True, timeout=seconds(60)
    )
    found = [json.loads(line) for line in run.stdout.splitlines()]
    for (scores, labels, T, bins), ours in zip(cases, found, strict=True):
        p = softmax(scores / T)
        z = scores / T - (scores / T).max(axis=1, keepdims=True)
        right = z[np.arange(len(labels)), labels] - np.log(np.exp(z).sum(axis=1))
        assert ours["loss"] == pytest.approx(-right.mean(), rel=1e-12)
        assert ours["brier"] == pytest.approx(brier(p, labels), rel=1e-12, abs=1e-15)
        error = expected_calibration_error(p, labels, bins)
        assert ours["error"] == pytest.approx(error, rel=1e-9, abs=1e-12)
        assert ours["accuracy"] == pytest.approx((p.argmax(axis=1) == labels).mean())
        counts, _, accuracy = calibration_bins(p, labels, bins)
        assert [box["n"] for box in ours["box"]] == counts.tolist()
        hits = np.nan_to_num(accuracy * counts).round().tolist()
        assert [box["hits"] for box in ours["box"]] == hits


@pytest.mark.parametrize("name", ["calibration", "game"])
def test_a_module_is_small_enough_to_read(name):
    assert len(module(name)) < 14_000


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: calibration_explorer([1.0], [0]), r"scores must be .* got shape \(1,\)"),
        (lambda: calibration_explorer([[1.0, np.nan]], [0]), "scores must be finite numbers"),
        (
            lambda: calibration_explorer([[1.0, 2.0]], [2]),
            "labels must be one class .* got \\[2\\]",
        ),
        (lambda: calibration_explorer([[1.0, 2.0]], [0.0]), "labels must be one class"),
        (lambda: fit_half(bins=0), "bins must be a whole number from 1 to 20, got 0"),
        (lambda: fit_half(temperature=9), "temperature must be a number from 0.05 to 5, got 9"),
        (lambda: fit_half(goal=Goal("x", "entropy", 1, 1)), "measure must be one of loss, error"),
        (lambda: guessing_game("", GAME), "start must be the beginning of the text, got ''"),
        (lambda: guessing_game(START, []), "places must be a list of recorded places"),
        (lambda: short(goal=Goal("x", "mean", 1, 1)), "measure must be first, got 'mean'"),
    ],
)
def test_bad_input_is_refused_in_one_sentence_that_names_it(call, words):
    with pytest.raises(ValueError, match=words) as error:
        call()
    assert "\n" not in str(error.value)


def test_without_a_page_both_say_what_they_hold():
    words = fit_half()._repr_mimebundle_()[0]["text/plain"]
    assert "55.0 % of 100 answers are right at a mean confidence of 68.6 %" in words
    said = short()._repr_mimebundle_()
    data = said[0] if isinstance(said, tuple) else said
    assert data["text/plain"].startswith(f"Short. After '{START}' come 4 tokens to guess")


# --- In a browser.

in_browser = pytest.mark.needs("browser")


@in_browser
def test_the_slider_moves_confidence_and_not_accuracy(page):
    goal = Goal("As low as it goes", "loss", 1.057, 0.001)
    show(page, fit_half(goal=goal))
    tiles = page.locator(".ll-tiles strong")
    expect(tiles).to_have_text(["1.00", "55.0 %", "68.6 %", "1.172 nats", "0.601", "0.153"])
    line = page.locator(".ll-goal")
    expect(line).to_have_text("○Goal: As low as it goes (log loss now 1.17)")
    turn(page, temperature=1.88)
    p = softmax(ASKED.scores[::2] / 1.88)
    expect(tiles.nth(1)).to_have_text("55.0 %")
    expect(tiles.nth(2)).to_have_text(f"{100 * p.max(axis=1).mean():.1f} %")
    expect(line).to_contain_text("Reached at")
    bars = page.locator("rect.ll-area").evaluate_all(
        "bars => bars.map(b => +b.getAttribute('height') / 300)"
    )
    _, _, accuracy = calibration_bins(p, ASKED.labels[::2], 10)
    np.testing.assert_allclose(bars, np.nan_to_num(accuracy), atol=1e-9)
    expect(page.locator(".ll-status")).to_contain_text("Temperature 1.88: 55.0 % right")
    expect(page.get_by_role("img")).to_contain_text("Temperature 1.88: 55.0 % right")


@in_browser
def test_the_game_is_played_by_keyboard(page):
    show(page, short(goal=Goal("Two at the first try", "first", 2, 0)))
    field = page.get_by_label("Next word or mark:")
    status = page.locator(".ll-status")
    page.get_by_role("button", name="Guess").click()
    expect(status).to_have_text("Write a word or a mark first.")
    for word in ("window", "window", "penguin"):
        field.fill(word)
        page.keyboard.press("Enter")
    expect(status).to_contain_text("Not penguin. The model does not have it")
    expect(status).to_contain_text("Wrong so far: 2.")
    field.fill("Door ")
    page.keyboard.press("Enter")
    expect(status).to_contain_text("Yes, ␣door, with 3 guesses. The model needs 1 guess:")
    expect(page.locator(".ll-guesses li")).to_have_count(5)
    expect(page.locator(".ll-guesses li").first).to_contain_text("␣door")
    for word in ("and", "looked"):
        field.fill(word)
        page.keyboard.press("Enter")
    expect(page.locator(".ll-goal")).to_contain_text("Reached at")
    expect(page.locator(".ll-tiles strong").nth(1)).to_have_text("2 of 3")
    page.get_by_role("button", name="Tell me").click()
    total = sum(place.bits for place in GAME[4:8])
    expect(status).to_contain_text(f"The text is complete. The model needed {total:.1f} bits")
    expect(page.locator(".ll-game")).to_have_text(f"{START} door and looked out")
    expect(field).to_be_disabled()
    page.get_by_role("button", name="Start again").click()
    expect(page.locator(".ll-game")).to_have_text(f"{START} …")
    expect(field).to_be_enabled()
    expect(field).to_have_attribute("data-lm-suppress-shortcuts", "true")


@in_browser
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_window(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    show(page, fit_half())
    show(page, short())
    for _ in range(4):
        page.get_by_role("button", name="Tell me").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@in_browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_marks_in_the_text_have_contrast(page, theme):
    page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    show(page, short())
    page.get_by_role("button", name="Tell me").click()
    colours = page.locator(".ll-game *").evaluate_all(
        "all => all.map(t => getComputedStyle(t).color)"
    )
    assert colours and min(contrast(c, GROUND[theme]) for c in colours) >= 4.5
