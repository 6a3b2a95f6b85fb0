"""The figures show what they say: their alternatives hold the numbers that were drawn."""

import numpy as np
import pytest
from logitlab import entropy, plots, softmax

TWENTY = np.random.default_rng(42).normal(0, 1, 20)
TWENTY[0] += 4


def test_bars_are_the_probabilities():
    figure, alt = plots.temperature_bars(["a", " b"], [2.0, 1.0], [0.5, 2.0])
    for axes, T in zip(figure.axes, [0.5, 2.0], strict=True):
        widths = [patch.get_width() for patch in axes.patches]
        np.testing.assert_allclose(widths, softmax(np.array([2.0, 1.0]) / T))
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == ["a", "␣b"]
    assert "88.1 % at T = 0.5" in alt and "62.2 % at T = 2" in alt


def test_the_sweep_has_eight_panels_in_bits():
    figure, alt = plots.sweep_figure(TWENTY)
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert [title.split()[0] for title in titles if title] == list("12345678")
    for T, axes in zip((0.1, 0.5, 1, 2, 5), figure.axes, strict=False):
        bits = entropy(softmax(TWENTY / T))
        assert axes.get_title(loc="left").endswith(f"entropy = {bits:.2f} bits")
        assert f"{bits:.2f} bits" in alt
        heights = [patch.get_height() for patch in axes.patches]
        assert max(heights) == pytest.approx(softmax(TWENTY / T).max())
    curve = next(axes for axes in figure.axes if axes.get_title(loc="left").startswith("7"))
    assert curve.lines[0].get_ydata().max() <= np.log2(20)
    mesh = next(axes for axes in figure.axes if axes.get_title(loc="left").startswith("8"))
    assert mesh.collections[0].get_array().shape == (20, 50)
    assert mesh.collections[0].norm.vmin == 1e-3


def test_the_sweep_refuses_another_number_of_temperatures():
    with pytest.raises(ValueError, match="temperatures must hold 5 values, one a bar chart, not 2"):
        plots.sweep_figure(TWENTY, (0.1, 1.0))


@pytest.mark.parametrize(("u", "token"), [(0.0, "a"), (0.49, "a"), (0.5, "b"), (0.999, "c")])
def test_the_staircase_names_the_token_that_u_lands_on(u, token):
    _, alt = plots.staircase(["a", "b", "c"], [0.5, 0.25, 0.25], u)
    assert alt.endswith(f"inside the piece of {token}.")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((["a", "b"], [0.5, 0.5], 1.0), "u must be a number from 0 to below 1, got 1.0"),
        ((["a", "b"], [0.5, 0.5], -0.1), "u must be a number from 0 to below 1, got -0.1"),
        ((["a"], [0.5, 0.5], 0.1), "probs must be one for each of 1 tokens"),
        ((["a", "b"], [0.5, 0.6], 0.1), "probs must sum to 1"),
    ],
)
def test_a_staircase_that_does_not_stand_is_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        plots.staircase(*arguments)


def test_the_staircase_has_a_last_step_however_the_sum_was_rounded():
    _, alt = plots.staircase(list("abcdefghij"), [0.1] * 10, np.nextafter(1, 0))
    assert alt.endswith("inside the piece of j.")


def test_curves_say_where_each_line_goes():
    _, alt = plots.curves([1, 2], {"up": [0, 1.5], "down": [3, 2]}, xlabel="T", ylabel="bits")
    assert alt == "bits against T, from 1 to 2: up goes from 0 to 1.5; down goes from 3 to 2."


def test_the_same_figure_gives_the_same_bytes():
    one, two = (plots.png(plots.staircase(["a", "b"], [0.5, 0.5], 0.1)[0]) for _ in range(2))
    assert one == two and one.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0, "0.0 %"),
        (1e-09, "< 0.01 %"),
        (0.0002, "0.02 %"),
        (0.3468, "34.7 %"),
        (1, "100.0 %"),
        (0.9997, "99.97 %"),
        (0.99999, "> 99.99 %"),
    ],
)
def test_percentages_are_ones_a_reader_can_use(p, text):
    assert plots._percent(p) == text


def test_show_carries_the_alternative(monkeypatch):
    shown = []
    monkeypatch.setattr(
        "IPython.display.display", lambda *args, **kwargs: shown.append((args, kwargs))
    )
    plots.show(*plots.staircase(["a", "b"], [0.5, 0.5], 0.1))
    (data,), options = shown[0]
    alt = data["text/plain"]
    assert options["metadata"]["image/png"]["alt"] == alt and "u = 0.1" in alt
