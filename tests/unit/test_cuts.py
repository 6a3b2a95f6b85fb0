"""The comparison of cuts at the same places, and what lesson 3 concludes from it."""

import numpy as np
import pytest
from classroom.recording import cuts as recording
from logitlab.data import recorded_cuts
from logitlab.model import load_model
from logitlab.processors import min_p, temperature, top_k, top_p

CUTS = recorded_cuts()
NAMES = [(T, rule) for T, rule, _ in CUTS.settings]
OWN = CUTS.entropy[0]
K = NAMES.index((1.5, "top-k"))
EQUAL = {rule: i for i, (T, rule) in enumerate(NAMES) if T == 1.5 and i > K + 1}
SURE, OPEN, ALL = OWN < 1, OWN > 5, np.full(len(OWN), True)


def by_prompt(values, where=ALL):
    return np.array([values[(CUTS.prompt == i) & where].mean() for i in range(len(CUTS.prompts))])


def interval(values):
    """Lower and upper end for 16 prompts, 15 degrees of freedom."""
    half = 2.13 * values.std(ddof=1) / np.sqrt(len(values))
    return values.mean() - half, values.mean() + half


def test_the_file_is_small_and_whole():
    assert recording.FILE.stat().st_size < 200_000
    assert CUTS.prompts == recording.PROMPTS
    assert [*recording.SETTINGS, *recording.TRIED] == NAMES
    assert CUTS.odd.shape == CUTS.kept.shape == (len(NAMES), len(CUTS.text))
    assert CUTS.text.max() + 1 == len(CUTS.prompts) * len(recording.SEEDS)
    assert set(CUTS.kept[0]) == {49_152} and set(CUTS.kept[K]) == {40}


def test_the_cuts_are_equally_strong():
    goal = CUTS.entropy[K].mean()
    assert set(EQUAL) == {"top-p", "top-p first", "min-p", "top-n-sigma"}
    for rule, i in EQUAL.items():
        assert CUTS.entropy[i].mean() == pytest.approx(goal, abs=0.05), rule


def test_T_makes_odd_tokens_and_a_cut_removes_some():
    for cool, hot in zip(range(3), range(3, 6), strict=True):
        assert interval(by_prompt(CUTS.odd[hot] - CUTS.odd[cool]))[0] > 0
    for uncut, k, p in ((0, 1, 2), (3, 4, 5)):
        assert interval(by_prompt(CUTS.odd[uncut] - CUTS.odd[p]))[0] > 0
        assert interval(by_prompt(CUTS.odd[p] - CUTS.odd[k]))[0] > 0


def test_at_sure_places_k_is_the_worst_and_at_open_ones_the_strictest():
    for i in EQUAL.values():
        assert CUTS.odd[i][SURE].mean() < 0.0005
        assert interval(by_prompt(CUTS.odd[i] - CUTS.odd[K], SURE))[1] < 0
        assert interval(by_prompt(CUTS.odd[i] - CUTS.odd[K], OPEN))[0] > 0


def test_over_all_places_top_p_has_more_than_k_and_the_others_cannot_be_told_from_it():
    for rule, i in EQUAL.items():
        low, high = interval(by_prompt(CUTS.odd[i] - CUTS.odd[K]))
        assert low > 0 if rule.startswith("top-p") else low < 0 < high, rule


def test_the_running_sums_say_what_the_processors_do():
    z = np.sort(np.random.default_rng(0).normal(0, 3, 500))[::-1]
    z -= z[0]
    tried = {
        "uncut": np.array([1.0]),
        "top-k": np.array([40]),
        "top-p": np.array([0.3, 0.9]),
        "top-p first": np.array([0.3, 0.9]),
        "min-p": np.array([0.05, 0.4]),
        "top-n-sigma": np.array([0.5, 1.5]),
    }
    cut = {
        "uncut": lambda z, T, v: z / T,
        "top-k": lambda z, T, v: top_k(z / T, v),
        "top-p": lambda z, T, v: top_p(z / T, v),
        "top-p first": lambda z, T, v: top_p(z, v) / T,
        "min-p": lambda z, T, v: min_p(z / T, v),
        "top-n-sigma": lambda z, T, v: np.where(z >= z.max() - v * z.std(), z / T, -np.inf),
    }
    own = np.exp(z) / np.exp(z).sum()
    for rule, rows in recording.measured(z, 1.5, tried).items():
        for value, (kept, entropy, odd, mass) in zip(tried[rule], rows.T, strict=True):
            left = cut[rule](z, 1.5, int(value) if rule == "top-k" else value)
            q = np.where(left > -np.inf, np.exp(left), 0)
            q = q / q.sum()
            stays = q > 0
            assert kept == stays.sum()
            assert entropy == pytest.approx(-(q[stays] * np.log2(q[stays])).sum())
            assert odd == pytest.approx(q[own < 2.0**-recording.ODD].sum(), abs=1e-12)
            assert mass == pytest.approx(own[stays].sum())


@pytest.mark.needs("model")
def test_the_model_still_says_this():
    """At the first place of a text, which no draw has touched."""
    model = load_model()
    for number in (0, 11):
        z = model.logits(model.encode(CUTS.prompts[number])).astype(float)
        (first, *_) = np.flatnonzero(CUTS.prompt == number)
        kept = (top_p(temperature(z, 1.5), 0.9) > -np.inf).sum()
        assert CUTS.kept[NAMES.index((1.5, "top-p"))][first] == pytest.approx(kept, rel=0.01)
