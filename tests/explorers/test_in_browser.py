"""The views in a real browser, driven through a stand-in for ipywidgets' model."""

import json
import re

import numpy as np
import pytest
from logitlab.distributions import softmax
from logitlab.explorers import (
    Goal,
    curve_explorer,
    distribution_explorer,
    nucleus_explorer,
    predict,
    stages_explorer,
    surprises,
)
from logitlab.information import entropy, perplexity
from playwright.sync_api import expect
from view import GROUND, contrast, shares, show, turn

from tests.chromium import settle

pytestmark = pytest.mark.needs("browser")

TOKENS = ["approve", "reject", "review", "defer"]
LOGITS = [2.2, 1.8, 1.4, -1.0]
WARM, COLD = (softmax(np.array(LOGITS) / T) for T in (1.0, 0.5))
WARM_BITS, COLD_BITS = (f"{entropy(p):.2f} bits" for p in (WARM, COLD))


def test_bars_are_the_distribution_at_every_temperature(page):
    show(page, distribution_explorer(TOKENS, LOGITS))
    for T in (1.0, 0.2, 5.0):
        turn(page, temperature=T)
        np.testing.assert_allclose(shares(page), softmax(np.array(LOGITS) / T), atol=1e-12)


def test_the_rest_of_the_vocabulary_is_one_bar(page):
    rng = np.random.default_rng(1)
    logits = rng.normal(-14, 3, 49_152).astype(np.float32)
    show(page, distribution_explorer([f"t{i}" for i in range(49_152)], logits, bars=5))
    p = np.sort(softmax(logits))[::-1]
    page.get_by_role("button", name="100 %").click()
    np.testing.assert_allclose(shares(page), [*p[:5], 1 - p[:5].sum()], atol=1e-5)
    assert page.locator(".ll-name").last.text_content() == "the other 49,147 tokens"


def test_sentence_and_description_follow(page):
    show(page, distribution_explorer(TOKENS, LOGITS, title="Four answers"))
    status, picture = page.locator(".ll-status"), page.get_by_role("img", name="Four answers")
    expect(status).to_contain_text(f"Temperature 1.00: entropy {WARM_BITS}")
    turn(page, temperature=0.5)
    expect(status).to_have_text(
        f"Temperature 0.50: entropy {COLD_BITS}, as many as {perplexity(COLD):.2f} equal choices. "
        f"Most likely: approve, {COLD[0]:.1%}.".replace("%", " %")
    )
    assert status.get_attribute("role") == "status"
    described = picture.get_attribute("aria-labelledby").split()
    assert f"entropy {COLD_BITS}" in page.locator(f"#{described[1]}").text_content()


def test_removed_tokens_are_struck_and_hatched_and_say_so(page):
    box = distribution_explorer(TOKENS, LOGITS, knobs=("temperature", "top_k", "top_p"))
    show(page, box)
    expect(page.locator(".ll-removed")).to_have_count(0)
    turn(page, top_k=2)
    expect(page.locator(".ll-cut")).to_have_text(["review", "defer"])
    expect(page.locator(".ll-svg text", has_text="removed")).to_have_count(2)
    fill = page.locator(".ll-removed").first.evaluate("bar => getComputedStyle(bar).fill")
    assert fill.startswith("url(")
    np.testing.assert_allclose(shares(page)[:2], softmax([2.2, 1.8]), atol=1e-12)
    np.testing.assert_allclose(shares(page)[2:], softmax(LOGITS)[2:], atol=1e-12)
    expect(page.locator(".ll-status")).to_contain_text("2 of 4 tokens kept")


def test_a_penalty_changes_rank_but_not_place(page):
    box = distribution_explorer(TOKENS, LOGITS, knobs=("repetition_penalty",), history=[0])
    show(page, box)
    turn(page, repetition_penalty=2.0)
    expect(page.locator(".ll-rank")).to_have_text(["3", "1", "2", "4"])
    assert page.locator(".ll-name").first.text_content() == "approve"
    expect(page.locator(".ll-status")).to_contain_text("Most likely: reject")


def test_the_ghost_stays_while_the_bars_move(page):
    show(page, distribution_explorer(TOKENS, LOGITS))

    def ghosts():
        return page.locator(".ll-ghost").evaluate_all(
            "all => all.map(g => g.getAttribute('visibility') === 'visible' "
            "? +g.getAttribute('width') : null)"
        )

    assert ghosts() == [None] * 4
    before = shares(page)
    page.get_by_role("button", name="Keep as ghost").click()
    turn(page, temperature=0.2)
    bars = page.locator(".ll-bar").evaluate_all("b => b.map(x => +x.getAttribute('width'))")
    np.testing.assert_allclose(np.array(ghosts()) * shares(page)[0] / bars[0], before, rtol=1e-9)
    expect(page.locator(".ll-legend")).to_have_text("Outlines: temperature 1.00")
    page.get_by_role("button", name="Move ghost here").click()
    np.testing.assert_allclose(ghosts(), bars)
    page.get_by_role("button", name="Remove ghost").press("Enter")
    assert ghosts() == [None] * 4
    expect(page.get_by_role("button", name="Keep as ghost")).to_be_focused()


def goal_of(explorer, title="Four"):
    goal = Goal("cool it", "entropy", entropy(COLD), 0.05)
    return explorer(TOKENS, LOGITS, goal=goal, title=title)


@pytest.mark.parametrize("explorer", [distribution_explorer, curve_explorer])
def test_a_goal_counts_where_the_slider_rests_and_stays_ticked(page, explorer):
    show(page, goal_of(explorer))
    goal, said = page.locator(".ll-goal"), page.locator(".ll-hidden[role=status]")
    expect(goal).to_have_text(f"○Goal: cool it (entropy now {WARM_BITS})")
    expect(said).to_be_empty()
    turn(page, temperature=0.5)
    there = f"temperature 0.50: entropy {COLD_BITS}"
    expect(goal).to_have_text(f"✓Reached at {there}. Goal: cool it (entropy now {COLD_BITS})")
    expect(said).to_have_text(f"Goal reached at {there}: cool it")
    page.evaluate("document.querySelector('.ll-hidden').textContent = ''")
    turn(page, temperature=3)
    expect(goal).to_contain_text(f"✓Reached at {there}. Goal: cool it")
    assert page.evaluate("models[0].get('reached')") == there
    kept = page.evaluate("localStorage['logitlab:goal:Four: cool it']")
    assert json.loads(kept) == {"reached": there}
    page.evaluate("document.querySelector('main').replaceChildren()")
    show(page, goal_of(explorer))  # the page is opened again
    expect(goal).to_contain_text(f"✓Reached at {there}.")
    expect(said).to_be_empty()


def test_a_goal_that_the_slider_is_dragged_across_is_not_reached(page):
    page.clock.install()
    show(page, goal_of(distribution_explorer))
    goal = page.locator(".ll-goal")
    for T in (0.8, 0.6, 0.5, 0.4, 0.2):
        turn_now(page, T)
        page.clock.run_for(100)
    page.clock.run_for(5_000)
    expect(goal).to_contain_text("○Goal")
    turn_now(page, 0.5)
    page.clock.run_for(600)
    expect(goal).to_contain_text("○Goal")
    page.clock.run_for(200)
    expect(goal).to_contain_text("✓Reached")


def test_enter_says_that_the_slider_rests(page):
    page.clock.install()
    show(page, goal_of(distribution_explorer))
    turn_now(page, 0.5)
    page.get_by_role("slider").press("Enter")
    page.clock.run_for(150)
    expect(page.locator(".ll-goal")).to_contain_text("✓Reached")


def turn_now(page, temperature):
    """Move the slider while the clock stands still, and draw."""
    page.evaluate("T => models.at(-1).set('temperature', T)", temperature)
    page.clock.run_for(40)


def test_a_goal_that_holds_at_the_start_is_not_reached_by_looking(page):
    page.clock.install()
    goal = Goal("as it is", "entropy", entropy(WARM), 0.05)
    show(page, distribution_explorer(TOKENS, LOGITS, goal=goal))
    page.clock.run_for(5_000)
    expect(page.locator(".ll-goal")).to_contain_text("○Goal")


@pytest.mark.parametrize(
    ("typed", "read"), [("0,5", "0.5"), ("1.5", "1.5"), ("−2,25", "-2.25"), ("many", "many")]
)
def test_a_number_typed_with_a_comma_is_read_as_one(page, typed, read):
    show(page, distribution_explorer(TOKENS, LOGITS))
    readout = page.get_by_role("textbox", name="Temperature T, as a number")
    readout.evaluate("(e, text) => { e.contentEditable = true; e.textContent = text; }", typed)
    readout.press("Enter")
    expect(readout).to_contain_text(read)


def peaked(page, title="x"):
    """200 tokens of which none has much."""
    logits = np.linspace(0, -2, 200)
    show(page, distribution_explorer([f"t{i}" for i in range(200)], logits, bars=5, title=title))
    return softmax(logits)


def test_bars_run_to_the_largest_or_to_100(page):
    p = peaked(page)
    ticks = page.locator(".ll-tick")
    expect(ticks).to_have_text(["0", "0.5", "1", "1.5", "2 %"])
    np.testing.assert_allclose(shares(page)[:5], p[:5] / 0.02, atol=1e-9)
    assert shares(page)[5] == 1  # the rest goes on
    page.get_by_role("button", name="100 %").click()
    expect(ticks).to_have_text(["0", "25", "50", "75", "100 %"])
    np.testing.assert_allclose(shares(page), [*p[:5], p[5:].sum()], atol=1e-6)
    page.get_by_role("button", name="the largest").click()
    turn(page, temperature=0.05)
    largest = softmax(np.linspace(0, -2, 200) / 0.05)[0]
    assert 0.1 < largest <= 0.2
    expect(ticks.last).to_have_text("20 %")


def test_a_few_tokens_have_bars_to_100(page):
    show(page, distribution_explorer(TOKENS, LOGITS))
    expect(page.locator(".ll-tick").last).to_have_text("100 %")


def test_the_explorer_says_whose_distribution_it_shows(page):
    peaked(page, title="Es war einmal 从前 كان")
    expect(page.locator(".ll-title")).to_have_text("Es war einmal 从前 كان")
    expect(page.locator(".ll-title")).to_be_visible()


def test_a_reader_with_larger_letters_gets_a_larger_drawing(page):
    show(page, goal_of(distribution_explorer))
    settle(page)
    name, button = page.locator(".ll-name").first, page.locator(".ll-button").first
    before = [part.bounding_box()["height"] for part in (name, button)]
    page.evaluate("document.documentElement.style.fontSize = '32px'")
    page.locator(".ll").evaluate("box => box.style.width = '600px'")  # the box is measured again
    settle(page)
    after = [part.bounding_box()["height"] for part in (name, button)]
    np.testing.assert_allclose(after, 2 * np.array(before), rtol=0.1)
    right = page.locator(".ll").bounding_box()["x"] + 600
    ends = page.locator(".ll-svg text").evaluate_all(
        "all => all.map(t => t.getBoundingClientRect().right)"
    )
    assert max(ends) <= right + 1


def test_sliders_get_a_name_and_a_value(page):
    show(page, distribution_explorer(TOKENS, LOGITS))
    handle = page.get_by_role("slider", name="Temperature T")
    expect(handle).to_have_attribute("aria-valuetext", "1.00")
    expect(handle).to_have_attribute("data-lm-suppress-shortcuts", "true")  # or b adds a cell
    page.evaluate("document.querySelector('.widget-readout').textContent = '0.50'")
    turn(page, temperature=0.5)
    expect(handle).to_have_attribute("aria-valuetext", "0.50")


def test_the_marker_runs_along_the_curves(page):
    box = curve_explorer(TOKENS, LOGITS, measures=("entropy", "perplexity", "top", "p:reject"))
    show(page, box)
    tiles = page.locator(".ll-tiles strong")

    def readings(T, p):
        shares = [f"{100 * p[i]:.1f} %" for i in (0, 1)]
        return [f"{T:.2f}", f"{entropy(p):.2f} bits", f"{perplexity(p):.2f}", *shares]

    expect(tiles).to_have_text(readings(1, WARM))
    expect(page.locator(".ll-line")).to_have_count(4)
    turn(page, temperature=0.5)
    expect(tiles).to_have_text(readings(0.5, COLD))
    for i in range(4):  # each dot lies on its line
        off = page.evaluate(
            """i => {
                const line = document.querySelectorAll(".ll-line")[i];
                const dot = document.querySelectorAll(".ll-dot:not(.ll-key)")[i];
                let best = Infinity;
                for (let s = 0; s <= line.getTotalLength(); s += 0.5) {
                    const at = line.getPointAtLength(s);
                    best = Math.min(best, Math.hypot(at.x - +dot.getAttribute("cx"),
                                                     at.y - +dot.getAttribute("cy")));
                }
                return best;
            }""",
            i,
        )
        assert off < 1.5


def test_the_nucleus_ends_where_the_curve_reaches_p(page):
    show(page, nucleus_explorer(TOKENS, LOGITS, knobs={"temperature": 1.0, "top_p": 0.9}))
    tiles = page.locator(".ll-tiles strong")
    for T, p in ((1.0, 0.9), (1.0, 0.3), (0.5, 0.8), (5.0, 0.8)):
        turn(page, temperature=T, top_p=p)
        running = np.cumsum(softmax(np.array(LOGITS) / T))
        kept = int((running < p).sum()) + 1
        mass = f"{100 * running[kept - 1]:.1f} %"
        expect(tiles).to_have_text([f"{kept} of 4", mass, TOKENS[kept - 1]])
        expect(page.locator(".ll-out")).to_have_count(4 - kept)
        # The shaded area ends at the edge, the edge on the curve.
        ends = page.evaluate(
            """() => {
                const edge = document.querySelector(".ll-edge");
                const path = document.querySelector(".ll-area").getAttribute("d");
                return [+edge.getAttribute("x1"), +edge.getAttribute("y1"),
                        ...path.match(/L([\\d.]+),([\\d.]+)V/).slice(1).map(Number)];
            }"""
        )
        np.testing.assert_allclose(ends[:2], ends[2:], atol=0.06)
    expect(page.locator(".ll-status")).to_contain_text("Kept: approve, reject, review.")


def test_the_ranks_can_be_spaced_evenly_or_by_powers_of_ten(page):
    rng = np.random.default_rng(1)
    logits = rng.normal(-14, 3, 49_152).astype(np.float32)
    show(page, nucleus_explorer([f"t{i}" for i in range(49_152)], logits))
    powers = page.get_by_role("button", name="powers of ten")
    expect(powers).to_have_attribute("aria-pressed", "true")
    edge = page.locator(".ll-edge")
    before = float(edge.get_attribute("x1"))
    page.get_by_role("button", name="even steps").press("Enter")
    expect(powers).to_have_attribute("aria-pressed", "false")
    assert float(edge.get_attribute("x1")) < before
    assert len(page.locator(".ll-line").get_attribute("d")) < 20_000


def test_the_smallest_p_is_a_goal(page):
    show(page, nucleus_explorer(TOKENS, LOGITS, goal=Goal("x", "top_p", 0.79, 0.001)))
    goal = page.locator(".ll-goal")
    expect(goal).to_have_text("○Goal: x (top-p now 0.90)")
    turn(page, top_p=0.79)
    expect(goal).to_have_text("✓Reached at top-p 0.79. Goal: x (top-p now 0.79)")


def two_orders(**kwargs):
    lanes = {"first": ["temperature", "top_k", "top_p"], "last": ["top_k", "top_p", "temperature"]}
    knobs = {"temperature": 2.0, "top_k": 4, "top_p": 0.75}
    return stages_explorer(TOKENS, LOGITS, lanes, knobs=knobs, **kwargs)


def test_each_stage_shows_its_survivors(page):
    show(page, two_orders(goal=Goal("x", "difference", 0, 0)))
    first, last = (page.get_by_role("group", name=name) for name in ("first", "last"))
    expect(first.locator(".ll-head strong")).to_have_text(
        ["As the model gave it: 4 kept", "Temperature 2.00: 4 kept", "Top-k 4: 4 kept",
         "Top-p 0.75: 3 kept"]
    )  # fmt: skip
    expect(last.locator(".ll-head strong").last).to_have_text("Temperature 2.00: 2 kept")
    expect(page.locator(".ll-tiles strong")).to_have_text(["3 kept", "2 kept"])
    expect(page.locator(".ll-goal")).to_have_text("○Goal: x (difference now 1)")
    turn(page, temperature=1.0)
    expect(page.locator(".ll-goal")).to_contain_text("✓Reached at")
    p = softmax(np.array(LOGITS[:2]))
    expect(last.locator(".ll-kept").last).to_have_text(
        f"approve {100 * p[0]:.1f} %, reject {100 * p[1]:.1f} %"
    )
    widths = (
        last.locator(".ll-strip")
        .last.locator("rect")
        .evaluate_all("all => all.map(r => +r.getAttribute('width'))")
    )
    np.testing.assert_allclose(np.array(widths[:2]) / sum(widths), p, atol=1e-9)


def test_a_stage_moves_by_keyboard_and_keeps_the_focus(page):
    show(page, two_orders())
    last = page.get_by_role("group", name="last")
    expect(page.get_by_role("button", name="Move up Top-k in last")).to_be_disabled()
    page.get_by_role("button", name="Move up Temperature in last").press("Enter")
    order = last.locator(".ll-head strong")
    expect(order).to_have_text([re.compile(x) for x in ("model", "Top-k", "Temp", "Top-p")])
    expect(page.get_by_role("button", name="Move up Temperature in last")).to_be_focused()
    page.keyboard.press("Enter")
    expect(order.nth(1)).to_contain_text("Temperature")
    expect(page.get_by_role("button", name="Move down Temperature in last")).to_be_focused()
    expect(page.locator(".ll-tiles strong")).to_have_text(["3 kept", "3 kept"])
    assert page.evaluate("models[0].get('lanes')[1].order") == ["temperature", "top_k", "top_p"]
    expect(page.locator(".ll-status")).to_contain_text("last: Temperature 2.00 keeps 4, then Top-k")


def ask(**kwargs):
    defaults = {"id": "1-a", "question": "How *many* `x`?", "answer": 35, "explain": "So <b>."}
    return predict(**(defaults | kwargs))


def test_a_number_is_committed_and_compared(page):
    show(page, ask(unit="%", explain="First *thing*.\n\nSecond `thing` <b>bold</b>."))
    group = page.get_by_role("group", name="How many x?")
    expect(group.locator("legend em")).to_have_text("many")
    expect(page.get_by_text("First")).to_have_count(0)
    page.get_by_role("button", name="Commit").click()
    expect(page.locator(".ll-hint")).to_have_text("Write a number first, or skip.")
    page.get_by_label("Your guess").fill("90")
    page.keyboard.press("Enter")
    result = page.locator(".ll-result")
    expect(result).to_have_text("You said 90 %. It is 35 %: off by 55 points.")
    assert result.get_attribute("role") == "status"
    expect(page.locator(".ll-reveal p")).to_have_text(["First thing.", "Second thing <b>bold</b>."])
    assert page.evaluate("[models[0].get('guess'), models[0].get('committed')]") == [90, True]
    assert page.evaluate("localStorage.getItem('logitlab:1-a')") == '{"guess":90}'
    expect(page.get_by_role("button")).to_have_text(["Guess again"])
    expect(page.get_by_role("button")).to_be_focused()


@pytest.mark.parametrize(
    ("guess", "tolerance", "words"),
    [
        ("35", 0, "You said 35. That is right."),
        ("34", 3, "You said 34. It is 35: near enough, off by 1."),
        ("34.7", 0, "You said 34.7. It is 35: off by 0.3."),
        ("-1e3", 0, "You said -1000. It is 35: off by 1035."),
        ("34,7", 0, "You said 34.7. It is 35: off by 0.3."),
        ("1,035.5", 0, "You said 1035.5. It is 35: off by 1000.5."),
        (" −5 % ", 0, "You said -5. It is 35: off by 40."),
    ],
)
def test_the_difference_in_words(page, guess, tolerance, words):
    show(page, ask(tolerance=tolerance))
    page.get_by_label("Your guess").fill(guess)
    page.get_by_role("button", name="Commit").click()
    expect(page.locator(".ll-result")).to_have_text(words)


@pytest.mark.parametrize("guess", ["", " ", "a third", "1/3", "3 or 4", "1,2,3"])
def test_what_is_no_number_is_not_taken_for_one(page, guess):
    show(page, ask())
    page.get_by_label("Your guess").fill(guess)
    page.get_by_role("button", name="Commit").click()
    expect(page.locator(".ll-hint")).to_have_text("Write a number first, or skip.")
    expect(page.get_by_label("Your guess")).to_have_value(guess)


def test_a_choice_is_made_by_keyboard(page):
    show(page, ask(answer="wrong", choices=("right", "wrong"), unit=""))
    page.get_by_role("button", name="right").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".ll-result")).to_have_text("You said “wrong”. That is right.")
    page.keyboard.press("Enter")  # Guess again
    expect(page.locator(".ll-result")).to_be_empty()
    expect(page.get_by_role("button", name="right")).to_be_focused()
    assert page.evaluate("localStorage.getItem('logitlab:1-a')") is None


def test_a_sentence_needs_one_click_and_right_and_wrong_look_different(page):
    for id, answer in (("1-a", "right"), ("1-b", "wrong")):
        show(page, ask(id=id, answer=answer, choices=("right", "wrong"), unit=""))
        page.locator("form").last.get_by_role("button", name="right").click()
    results = page.locator(".ll-result")
    expect(results).to_have_text(
        ["You said “right”. That is right.", "You said “right”. The answer is “wrong”."]
    )
    marks = results.evaluate_all("all => all.map(e => getComputedStyle(e, '::before').content)")
    assert marks == ['"✓ "', '"✗ "']
    colours = results.evaluate_all("all => all.map(e => getComputedStyle(e).color)")
    assert len(set(colours)) == 2
    chosen = page.locator("form").last.locator("[aria-pressed=true]")
    expect(chosen).to_have_class(re.compile("ll-wrong"))
    expect(page.locator("form").last.locator(".ll-right")).to_have_text("wrong")


def test_a_guess_that_was_far_off_is_marked_for_review(page):
    for id, guess in (("1-a", "90"), ("1-b", "34")):
        show(page, ask(id=id))
        page.locator("form").last.get_by_label("Your guess").fill(guess)
        page.keyboard.press("Enter")
    assert page.evaluate("JSON.parse(localStorage['logitlab:review:1-a']).missed > 1e12")
    assert page.evaluate("localStorage.getItem('logitlab:review:1-b')") is None


def test_each_button_is_named_after_its_question(page):
    everything(page)
    names = page.locator("form button").evaluate_all(
        """all => all.filter(b => b.offsetParent).map(b => b.getAttribute("aria-labelledby")
            .split(" ").map(id => document.getElementById(id).textContent).join(" "))"""
    )
    assert sorted(names) == [
        "Commit How many x?", "Skip How many x?", "Skip How many x?",
        "right How many x?", "wrong How many x?",
    ]  # fmt: skip


def test_skip_reveals_without_a_guess(page):
    show(page, ask())
    page.get_by_role("button", name="Skip").click()
    expect(page.locator(".ll-result")).to_have_text("It is 35.")
    assert page.evaluate("[models[0].get('guess'), models[0].get('committed')]") == [None, True]
    assert page.evaluate("localStorage.length") == 0


def test_a_stored_guess_is_restored(page):
    page.evaluate("localStorage.setItem('logitlab:1-a', JSON.stringify({ guess: 90 }))")
    show(page, ask())
    expect(page.locator(".ll-result")).to_have_text("You said 90. It is 35: off by 55.")
    assert page.evaluate("models[0].get('committed')")
    page.evaluate("localStorage.setItem('logitlab:1-b', 'broken')")
    show(page, ask(id="1-b"))
    expect(page.locator(".ll-result").last).to_be_empty()


def test_the_figure_comes_with_the_answer(page):
    from matplotlib.figure import Figure

    show(page, ask(figure=(Figure(), "an empty figure")))
    expect(page.get_by_role("img")).to_have_count(0)
    page.get_by_role("button", name="Skip").click()
    picture = page.get_by_role("img", name="an empty figure")
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth") > 0


def test_surprises_are_listed_largest_first_as_they_come(page):
    questions = [ask(id="9-a"), ask(id="9-b"), ask(id="9-c", answer="no", choices=("no", "yes"))]
    show(page, surprises("9-"))
    expect(page.get_by_text("No guesses yet")).to_be_visible()
    show(page, questions[0])
    page.get_by_label("Your guess").fill("34")
    page.get_by_role("button", name="Commit").click()
    expect(page.get_by_text("1 of 3 guesses")).to_be_visible()
    page.evaluate(
        """() => {
            localStorage.setItem("logitlab:9-b", '{"guess": 90}');
            localStorage.setItem("logitlab:9-c", '{"guess": "yes"}');
            dispatchEvent(new Event("storage"));
        }"""
    )
    cells = page.locator("tbody tr td:nth-child(2)")
    expect(cells).to_have_text(["yes", "90", "34"])


def everything(page):
    show(
        page,
        distribution_explorer(["a" * 60, *TOKENS[1:]], LOGITS, goal=Goal("x", "top", 0.5, 0.1)),
    )
    show(page, curve_explorer(TOKENS, LOGITS, measures=("entropy", "top", "p:approve")))
    show(page, nucleus_explorer(["a" * 60, *TOKENS[1:]], LOGITS))
    show(page, two_orders())
    show(page, ask(unit="tokens"))
    show(page, ask(id="1-b", answer="wrong", choices=("right", "wrong")))


def test_ids_differ_between_widgets(page):
    everything(page)
    everything(page)
    ids = page.locator("[id]").evaluate_all("all => all.map(e => e.id)")
    assert len(ids) > 10
    assert len(set(ids)) == len(ids)
    named = page.locator("[aria-labelledby], [aria-describedby], label[for]").evaluate_all(
        "all => all.flatMap(e => (e.getAttribute('aria-labelledby') ?? "
        "e.getAttribute('aria-describedby') ?? e.htmlFor).split(' '))"
    )
    assert set(named) <= set(ids)


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_window(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    everything(page)
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    boxes = page.locator(".ll-svg text").evaluate_all(
        "all => all.map(t => t.getBoundingClientRect()).map(r => [r.left, r.right])"
    )
    assert all(left >= 0 and right <= width for left, right in boxes)


@pytest.mark.parametrize(
    ("dark", "mark"),
    [
        (False, "document.body.dataset.jpThemeLight = 'true'"),
        (True, "document.body.dataset.jpThemeLight = 'false'"),
        (True, "document.documentElement.dataset.theme = 'dark'"),
    ],
)
def test_text_has_contrast_in_both_themes(page, dark, mark):
    page.evaluate(mark)
    everything(page)
    ground = GROUND["dark" if dark else "light"]
    colours = page.locator(".ll *").evaluate_all(
        """all => all.map(e => {
            const style = getComputedStyle(e);
            return e.tagName === "text" ? style.fill : style.color;
        })"""
    )
    assert {c: contrast(c, ground) for c in set(colours) if contrast(c, ground) < 4.5} == {}
    strokes = page.locator(".ll-bar").evaluate_all(
        "all => all.map(e => getComputedStyle(e).stroke)"
    )
    assert all(contrast(c, ground) >= 3 for c in strokes)


def test_one_frame_for_many_changes_and_quick_at_150_000_tokens(page):
    rng = np.random.default_rng(0)
    logits = rng.normal(-14, 3.5, 151_936).astype(np.float32)
    tokens = [f"t{i}" for i in range(logits.size)]
    knobs = ("temperature", "top_k", "top_p", "repetition_penalty")
    show(page, distribution_explorer(tokens, logits, knobs=knobs, history=range(100)))
    settle(page)
    drawn = page.evaluate(
        """async () => {
            const view = document.querySelector("[data-drawn]"), model = models[0];
            const frame = () => new Promise((done) => requestAnimationFrame(done));
            await frame();
            const before = +view.dataset.drawn;
            for (let i = 0; i < 50; i++) model.set("temperature", 1 + i / 100);
            await frame();
            return +view.dataset.drawn - before;
        }"""
    )
    assert drawn == 1
    session = page.context.new_cdp_session(page)  # the time of the page's thread, not of the clock
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def spent():
        metrics = session.send("Performance.getMetrics")["metrics"]
        return next(m["value"] for m in metrics if m["name"] == "TaskDuration")

    before = spent()
    page.evaluate(
        """() => {
            const model = models[0], real = requestAnimationFrame;
            for (let i = 0; i < 40; i++) {
                let run;
                window.requestAnimationFrame = (f) => { run = f; return 1; };
                model.set("temperature", 0.5 + i / 20);
                model.set("repetition_penalty", 1.1 + i / 100);
                window.requestAnimationFrame = real;
                run();
            }
        }"""
    )
    assert 0 < (spent() - before) / 40 < 0.016
