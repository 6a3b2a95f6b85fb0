"""The explorers of lesson 6: what is refused, what travels, how they read in a browser."""

import numpy as np
import pytest
from logitlab import bias_explorer, entropy, softmax, teacher_explorer
from logitlab.explorers import Goal
from playwright.sync_api import expect
from view import links, show, turn

RNG = np.random.default_rng(0)
IMAGES = np.round(16 * RNG.random((2, 64))) / 16
LOGITS = RNG.normal(0, 3, (2, 10)).round(4)  # as they are sent
LABELS = RNG.integers(0, 10, 200)
STUDENTS = {name: RNG.normal(0, 2, (200, 10)) + 3 * np.eye(10)[LABELS] for name in ("one", "two")}


def teacher(**kwargs):
    return teacher_explorer(["a 7", "a 1"], IMAGES, LOGITS, **kwargs)


def bias(**kwargs):
    return bias_explorer(STUDENTS, LABELS, 3, **kwargs)


def counted(z, value):
    """3s known, others called 3, errors in all."""
    answers = (z + value * (np.arange(10) == 3)).argmax(axis=1)
    three = LABELS == 3
    return (
        ((answers == 3) & three).sum(),
        ((answers == 3) & ~three).sum(),
        (answers != LABELS).sum(),
    )


def test_every_control_is_linked_in_the_page():
    assert links(teacher()) == {("Image", "index", "image"), ("tau", "value", "tau")}
    assert links(bias()) == {("Student", "index", "student"), ("Bias of the 3", "value", "bias")}


def test_without_a_page_they_say_what_they_show():
    data, meta = teacher(title="Two")._repr_mimebundle_()
    best = LOGITS[0].argmax()
    assert data["text/plain"].startswith(f"Two. a 7: at tau = 1 {best} ")
    assert meta["image/png"]["alt"] == data["text/plain"]
    words = bias()._repr_mimebundle_()
    words = (words[0] if isinstance(words, tuple) else words)["text/plain"]
    known, _, errors = counted(STUDENTS["one"], 0)
    assert f"one: knows {known} of {(LABELS == 3).sum()} images of a 3 and makes {errors}" in words


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: teacher_explorer(["a"], IMAGES, LOGITS), "images must be 1 rows of 64"),
        (lambda: teacher_explorer(["a", "b"], IMAGES * 2, LOGITS), "numbers from 0 to 1"),
        (lambda: teacher_explorer(["a", "b"], IMAGES, LOGITS[:, :3]), "logits must be finite"),
        (lambda: teacher(tau=0.1), "tau must be a number from 0.5 to 20, got 0.1"),
        (lambda: teacher(goal=Goal("x", "kept", 1, 1)), "measure must be one of entropy"),
        (lambda: teacher(goal=Goal("x", "p:A", 1, 1)), "tokens has no 'A'"),
        (lambda: bias_explorer({}, LABELS, 3), "students must be a mapping"),
        (lambda: bias_explorer({"a": np.zeros((3, 10))}, LABELS, 3), "'a' must have 200 rows"),
        (lambda: bias(goal=Goal("x", "top", 1, 1)), "measure must be errors, got 'top'"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(call, words):
    with pytest.raises(ValueError, match=words):
        call()


in_browser = pytest.mark.needs("browser")


@in_browser
def test_bars_are_the_teachers_distribution(page):
    show(page, teacher(goal=Goal("x", "entropy", 3.32, 0.05)))
    for image, tau in ((0, 1.0), (1, 4.0), (0, 20.0)):
        turn(page, image=image, tau=tau)
        p = softmax(LOGITS[image] / tau)
        widths = page.locator(".ll-bar").evaluate_all(
            "all => all.map(b => +b.getAttribute('width'))"
        )
        np.testing.assert_allclose(np.array(widths) / sum(widths), p, atol=1e-9)
        tiles = page.locator(".ll-tiles strong").all_text_contents()
        assert tiles[0].startswith(f"{p.argmax()} ") and tiles[3] == f"{entropy(p):.2f} bits"
        ink = page.locator(".ll-ink").evaluate_all(
            "all => all.map(b => +b.getAttribute('fill-opacity'))"
        )
        np.testing.assert_allclose(ink, IMAGES[image])
    expect(page.locator(".ll-goal")).to_contain_text("Reached")
    expect(page.locator(".ll-status")).to_contain_text("a 7, tau 20.0:")


@in_browser
def test_counts_follow_the_bias(page):
    show(page, bias())
    for student, (name, value) in enumerate((("one", 1.5), ("two", -1.0))):
        turn(page, student=student, bias=value)
        known, stolen, errors = counted(STUDENTS[name], value)
        expect(page.locator(".ll-tiles strong")).to_have_text(
            [f"{known} of {(LABELS == 3).sum()}", f"{stolen}", f"{errors}"]
        )
        expect(page.locator(".ll-status")).to_contain_text(f"{name}, bias {value:.1f}: {known} of")


@in_browser
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_window(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    for box in (teacher(), bias()):
        show(page, box)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
