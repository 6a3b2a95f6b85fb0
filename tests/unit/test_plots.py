"""The figures show what they say: their alternatives hold the numbers that were drawn."""

import numpy as np
import pytest
from logitlab import entropy, plots, softmax
from matplotlib.figure import Figure

from tests.drawn import strangers

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
        (0, "0 %"),
        (1e-09, "< 0.01 %"),
        (0.0002, "0.02 %"),
        (0.005, "0.50 %"),
        (0.3468, "34.7 %"),
        (0.999, "99.9 %"),
        (0.99999, "> 99.9 %"),
        (1, "100 %"),
    ],
)
def test_percentages_are_ones_a_reader_can_use(p, text):
    assert plots.percent(p) == text


def shown(monkeypatch, *arguments):
    """What `show` displays: (data, options) of each."""
    calls = []
    monkeypatch.setattr(
        "IPython.display.display", lambda *data, **options: calls.append((*data, options))
    )
    plots.show(*arguments)
    return calls


def test_show_carries_the_alternative(monkeypatch):
    (data, options), _ = shown(monkeypatch, *plots.staircase(["a", "b"], [0.5, 0.5], 0.1))
    alt = data["text/plain"]
    assert options["metadata"]["image/png"]["alt"] == alt and "u = 0.1" in alt


def test_below_a_figure_stand_its_numbers_or_those_that_are_given(monkeypatch):
    figure, alt = plots.staircase(["a", "b"], [0.5, 0.5], 0.1)
    assert shown(monkeypatch, figure, alt)[1:] == [(figure.numbers, {})]
    others = plots.Numbers("Others.", {"a": [1]})
    assert shown(monkeypatch, figure, alt, others)[1:] == [(others, {})]
    assert len(shown(monkeypatch, Figure(), "nothing")) == 1


# --- the numbers of a figure


def rows(drawn):
    """The table of what a function of `plots` returns."""
    return drawn[0].numbers.rows()


def test_the_numbers_of_bars_are_those_of_the_bars():
    drawn = plots.temperature_bars(["a", " b"], [2.0, 1.0], [0.5, 2.0])
    assert list(drawn[0].numbers.columns) == ["token", "T = 0.5", "T = 2"]
    assert rows(drawn) == [
        ("a", "0.881", "0.622"),
        ("␣b", "0.119", "0.378"),
        ("entropy, bits", "0.527", "0.956"),
    ]
    assert strangers(drawn[0], rows(drawn)) == []


def test_the_numbers_of_the_sweep_are_those_of_its_bars():
    drawn = plots.sweep_figure(TWENTY)
    assert strangers(drawn[0], rows(drawn)) == [] and len(rows(drawn)) == 21
    for name, *cells in rows(drawn)[:-1]:
        heights = [axes.patches[int(name)].get_height() for axes in drawn[0].axes[:5]]
        np.testing.assert_allclose([float(cell) for cell in cells], heights, atol=5e-4)


def test_the_numbers_of_the_staircase_are_its_pieces():
    drawn = plots.staircase(["a", "b"], [0.75, 0.25], 0.8)
    assert rows(drawn) == [("a", "0.000", "0.750", "0.750"), ("b", "0.750", "1.000", "0.250")]
    assert strangers(drawn[0], rows(drawn)) == []


def test_the_numbers_of_a_reliability_diagram_are_its_bars():
    probs = np.array([[0.95, 0.05], [0.65, 0.35], [0.65, 0.35]])
    drawn = plots.reliability({"one": probs, "two": probs[:, ::-1]}, [0, 0, 1])
    assert rows(drawn) == [
        ("0.6 to 0.7", "one", "2", "0.650", "0.500"),
        ("0.9 to 1", "one", "1", "0.950", "1.000"),
        ("0.6 to 0.7", "two", "2", "0.650", "0.500"),
        ("0.9 to 1", "two", "1", "0.950", "0.000"),
    ]
    assert strangers(drawn[0], rows(drawn)) == []


def test_the_numbers_of_one_reliability_diagram_do_not_repeat_its_name():
    figure, _ = plots.reliability({"T = 1": [[0.95, 0.05]]}, [0])
    headings = ["confidence", "answers", "mean confidence", "share right"]
    assert list(figure.numbers.columns) == headings


def test_the_numbers_of_short_curves_are_all_points_and_tokens_name_them():
    x = np.arange(1, 41)
    drawn = plots.curves(x[:25], {"y": x[:25] / 7}, xlabel="x", ylabel="y")
    assert len(rows(drawn)) == 25 and rows(drawn)[6] == ("7", "1.000")
    drawn = plots.curves(x, {"y": x}, xlabel="x", ylabel="y", tokens=[" a"] * 40)
    assert len(rows(drawn)) == 40 and rows(drawn)[-1] == ("40", "␣a", "40")


@pytest.mark.parametrize(
    ("x", "log_x", "some"),
    [
        (np.linspace(0, 1, 201), False, ["0", "0.05", "0.5", "1"]),
        (np.arange(1, 61), False, ["1", "5", "10", "60"]),
        (np.arange(1, 10_001), True, ["1", "2", "5", "10", "5,000", "10,000"]),
        (np.arange(5, 401) / 100, False, ["0.05", "0.2", "1", "4"]),
    ],
)
def test_the_numbers_of_a_long_curve_are_round_and_of_the_points_drawn(x, log_x, some):
    peak = x[x.size // 3]
    y = -((x - peak) ** 2) / peak**2
    drawn = plots.curves(x, {"y": y}, xlabel="x", ylabel="y", title="A peak", log_x=log_x)
    table = dict(rows(drawn))
    assert len(table) <= 25 and set(some) <= set(table)
    assert table[f"{peak:,.10g}"] == "0.000", "the highest point is listed"
    assert strangers(drawn[0], rows(drawn)) == []
    assert drawn[0].numbers.caption == f"A peak: y. {len(table)} of the {x.size:,} points drawn."


def test_numbers_are_rounded_to_what_a_reader_can_use():
    columns = {"x": [0.5, 2000.0], "n": [7, 1000], "p": [0.1234567, -1e-9], "%": [94.4321, np.nan]}
    table = plots.Numbers("Some.", columns)
    assert table.rows() == [("0.5", "7", "0.123", "94.43"), ("2,000", "1,000", "0.000", "–")]
    assert repr(table) == "The numbers. Some."


def test_the_table_has_headings_a_caption_and_no_markup_of_a_token():
    html = plots.Numbers("<Some>.", {"token": ["<s>"], "p": [0.5]})._repr_html_()
    assert "<s>" not in html and '<th scope="row" style="text-align: left">&lt;s&gt;</th>' in html
    assert '<th scope="col">p</th>' in html and "<caption>&lt;Some&gt;.</caption>" in html
    assert html.startswith('<details class="numbers"><summary>The numbers</summary>')


@pytest.mark.parametrize("columns", [{}, {"a": []}, {"a": [1, 2], "b": [1]}])
def test_a_table_without_rows_or_with_ragged_columns_is_refused(columns):
    with pytest.raises(ValueError, match="columns must hold rows, as many in each, got"):
        plots.Numbers("None.", columns)
