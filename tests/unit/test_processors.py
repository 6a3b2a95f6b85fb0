"""Each processor at its boundaries, and pipelines of them."""

import numpy as np
import pytest
from logitlab.distributions import softmax
from logitlab.processors import (
    ORDERS,
    PROCESSORS,
    Pipeline,
    frequency_penalty,
    min_p,
    presence_penalty,
    repetition_penalty,
    temperature,
    top_k,
    top_p,
    typical_p,
)

SETTINGS = {
    "temperature": 0.7,
    "top_k": 2,
    "top_p": 0.8,
    "min_p": 0.3,
    "typical_p": 0.6,
    "repetition_penalty": 1.3,
    "frequency_penalty": 0.5,
    "presence_penalty": 0.5,
}
HISTORY = [0, 2, 0]


def apply(name, logits, setting=None, history=HISTORY):
    setting = SETTINGS[name] if setting is None else setting
    past = (history,) if name.endswith("penalty") else ()
    return PROCESSORS[name][0](logits, *past, setting)


def kept(logits):
    return np.flatnonzero(logits > -np.inf).tolist()


# One law for all


@pytest.mark.parametrize("name", PROCESSORS)
def test_arguments_stay_as_they_were(name):
    for dtype in (np.float32, np.float64):
        z = np.array([[2.0, 1.0, -0.5, 0.1], [0.0, 3.0, -np.inf, -1.0]], dtype=dtype)
        before, history = z.copy(), np.array(HISTORY)
        out = apply(name, z, history=history)
        assert not np.shares_memory(out, z)
        out[:] = 7
        np.testing.assert_array_equal(z, before)
        np.testing.assert_array_equal(history, HISTORY)


@pytest.mark.parametrize("name", ["top_k", "top_p", "typical_p", "min_p"])
def test_what_keeps_everything_returns_a_copy(name):
    z = np.array([2.0, 1.0, -0.5])
    out = apply(name, z, {"top_k": 9, "min_p": 0.0}.get(name, 1.0))
    np.testing.assert_array_equal(out, z)
    assert not np.shares_memory(out, z)


@pytest.mark.parametrize("name", PROCESSORS)
def test_each_row_on_its_own(name):
    rng = np.random.default_rng(0)
    batch = rng.normal(scale=3, size=(3, 4, 40))
    batch[0, 1, 5:] = -np.inf
    batch[2, 0, :30] = 1.0
    out = apply(name, batch)
    assert out.shape == batch.shape
    for index in np.ndindex(3, 4):
        np.testing.assert_array_equal(out[index], apply(name, batch[index]))


@pytest.mark.parametrize("name", PROCESSORS)
@pytest.mark.parametrize(
    ("given", "result"),
    [("float16", "float32"), ("float32", "float32"), ("float64", "float64"), ("int64", "float64")],
)
def test_dtypes(name, given, result):
    z = np.array([3, 1, -2, 0], dtype=given)
    out = apply(name, z)
    assert out.dtype == result
    np.testing.assert_allclose(out, apply(name, [3.0, 1.0, -2.0, 0.0]), rtol=1e-6)


@pytest.mark.parametrize("name", PROCESSORS)
def test_removed_tokens_stay_removed(name):
    out = apply(name, [-np.inf, 1.0, -np.inf, 0.5])
    assert out[[0, 2]].tolist() == [-np.inf, -np.inf]
    assert np.isfinite(out[1])


@pytest.mark.parametrize("name", PROCESSORS)
@pytest.mark.parametrize(
    ("logits", "error", "said"),
    [
        ([1.0, 0.0, np.nan], ValueError, r"logits .* nan at index \[2\]"),
        ([1.0, 0.0, np.inf], ValueError, r"logits .* inf at index \[2\]"),
        ([-np.inf] * 3, ValueError, "logits .* only -inf"),
        ([], ValueError, "logits must not be empty"),
        ([[1.0, 2.0, 0.0], [3.0]], ValueError, "logits .* rows differ in length"),
        (["a", "b", "c"], TypeError, "logits must be real numbers"),
        ([True, False, True], TypeError, "logits must be real numbers"),
    ],
)
def test_bad_logits_are_refused(name, logits, error, said):
    with pytest.raises(error, match=said):
        apply(name, logits)


FRACTIONS = [-0.1, 1.1, np.nan, np.inf]
POSITIVES = [0, -1.0, np.nan, np.inf, 10**400]


@pytest.mark.parametrize(
    ("name", "values", "argument"),
    [
        ("temperature", POSITIVES, "T"),
        ("top_k", [0, -3], "k"),
        ("top_p", FRACTIONS, "p"),
        ("min_p", FRACTIONS, "p"),
        ("typical_p", FRACTIONS, "p"),
        ("repetition_penalty", POSITIVES, "penalty"),
        ("frequency_penalty", [np.nan, np.inf, -np.inf], "penalty"),
        ("presence_penalty", [np.nan, np.inf, -np.inf], "penalty"),
    ],
)
def test_settings_out_of_range_are_refused(name, values, argument):
    for value in values:
        shown = "10" if value == 10**400 else str(value)
        with pytest.raises(ValueError, match=rf"^{argument} must be .*, got {shown}"):
            apply(name, [1.0, 0.0, -1.0], value)


@pytest.mark.parametrize("name", PROCESSORS)
@pytest.mark.parametrize("value", ["0.5", True, 1j, [0.5], np.array([0.5, 0.6])])
def test_settings_of_a_wrong_type_are_refused(name, value):
    with pytest.raises(TypeError, match=f"^{PROCESSORS[name][1]} must be"):
        apply(name, [1.0, 0.0, -1.0], value)


def test_k_must_be_an_integer():
    with pytest.raises(TypeError, match=r"k must be an integer, 1 or more, got 2\.0"):
        top_k([1.0, 0.0], 2.0)


def test_numpy_scalars_are_numbers():
    z = [2.0, 1.0, 0.0]
    np.testing.assert_array_equal(temperature(z, np.float32(0.5)), temperature(z, 0.5))
    np.testing.assert_array_equal(temperature(z, np.array(2)), temperature(z, 2.0))
    np.testing.assert_array_equal(top_k(z, np.int8(2)), top_k(z, 2))


# Temperature


def test_temperature_divides():
    assert temperature([2.0, -1.0, 0.0], 0.5).tolist() == [4.0, -2.0, 0.0]
    assert temperature([2, -1], 4).tolist() == [0.5, -0.25]


def test_temperature_zero_points_to_greedy():
    with pytest.raises(ValueError, match="greedy"):
        temperature([1.0, 2.0], 0)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("z", [[1.0, 2.0], [-1.0, -2.0]])
def test_a_temperature_that_overflows_the_logits_is_refused(z):
    with pytest.raises(ValueError, match="T must keep the logits within float64, got 1e-320"):
        temperature(z, 1e-320)
    with pytest.raises(ValueError, match="T must keep the logits within float32, got 1e-40"):
        temperature(np.array(z, dtype=np.float32), 1e-40)


# Truncation


def test_top_k_keeps_ties_at_the_kth_value():
    z = [1.0, 2.0, 2.0, 2.0, 3.0]
    assert kept(top_k(z, 1)) == [4]
    assert kept(top_k(z, 2)) == [1, 2, 3, 4]
    assert kept(top_k(z, 5)) == kept(top_k(z, 50)) == [0, 1, 2, 3, 4]


def test_top_k_counts_the_tokens_still_there():
    assert kept(top_k([-np.inf, 1.0, 0.0, 0.5], 2)) == [1, 3]
    assert kept(top_k([-np.inf, 1.0, -np.inf], 2)) == [1]


@pytest.mark.parametrize("k", [1, 7, 50, 3_000])
def test_top_k_of_a_long_row(k):
    z = np.random.default_rng(k).normal(size=(2, 10_007)).astype(np.float32)
    expected = z >= np.sort(z, axis=-1)[:, -k, None]
    np.testing.assert_array_equal(top_k(z, k) > -np.inf, expected)


@pytest.mark.parametrize(
    ("p", "tokens"),
    [(0.0, [1]), (0.5, [1]), (0.51, [1, 3]), (0.75, [1, 3, 4]), (0.96, [0, 1, 2, 3, 4])],
)
def test_top_p_keeps_the_token_that_crosses(p, tokens):
    assert kept(top_p(np.log([0.10, 0.50, 0.05, 0.20, 0.15]), p)) == tokens


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_top_p_at_an_exact_tie_has_reached_p(dtype):
    z = np.log([0.5, 0.25, 0.125, 0.125]).astype(dtype)
    assert kept(top_p(z, 0.75)) == [0, 1]
    assert kept(top_p(z, 0.75 + 1e-6)) == [0, 1, 3]


@pytest.mark.parametrize("n", [3, 10, 1000, 128_256])
@pytest.mark.parametrize("tenths", range(1, 10))
def test_top_p_of_equal_logits_keeps_exactly_p_of_them(n, tenths):
    out = top_p(np.full(n, -3.7), tenths / 10)
    count = -(-n * tenths // 10)
    assert kept(out) == list(range(n - count, n))


def test_top_p_at_a_tie_keeps_the_larger_ids():
    assert kept(top_p([1.0, 1.0, 5.0, 1.0, 1.0], 0.0)) == [2]
    assert kept(top_p([2.0, 2.0, 2.0, -9.0], 0.5)) == [1, 2]


def test_top_p_one_keeps_what_underflows():
    assert kept(top_p([1000.0, -1000.0, -np.inf], 1.0)) == [0, 1]


@pytest.mark.parametrize("scale", [0.1, 1.0, 4.0])
@pytest.mark.parametrize("vocab", [1_000, 50_257])
def test_top_p_is_the_smallest_set_that_reaches_p(scale, vocab):
    z = np.random.default_rng(vocab).normal(scale=scale, size=(2, vocab)).astype(np.float32)
    z[1, ::2] = -np.inf
    for p in (0.01, 0.5, 0.9, 0.999):
        for row, out in zip(z, top_p(z, p), strict=True):
            probs = softmax(row.astype(np.float64))
            ranked = np.sort(probs)[::-1]
            count = int(np.searchsorted(np.cumsum(ranked), p)) + 1
            assert sorted(kept(out)) == sorted(np.argsort(-probs, kind="stable")[:count])


def test_top_p_sums_in_float64():
    """A float32 running sum over 128,256 small terms would miss this cut."""
    n = 128_256
    z = np.zeros(n, dtype=np.float32)
    assert len(kept(top_p(z, (n - 1) / n))) == n - 1


def test_min_p_is_a_share_of_the_largest():
    z = np.log([0.5, 0.3, 0.15, 0.05])
    assert kept(min_p(z, 0.0)) == [0, 1, 2, 3]
    assert kept(min_p(z, 0.11)) == [0, 1, 2]
    assert kept(min_p(z, 0.5)) == [0, 1]
    assert kept(min_p([2.0, 1.0, 2.0], 1.0)) == [0, 2]


def test_typical_p_can_drop_the_likeliest_token():
    z = np.log([0.5, 0.3, 0.1, 0.1])
    assert kept(typical_p(z, 0.0)) == kept(typical_p(z, 0.2)) == [1]
    assert kept(typical_p(z, 0.75)) == [0, 1]
    assert kept(typical_p([4.0] * 5, 0.1)) == [0, 1, 2, 3, 4]


# Penalties


def test_repetition_penalty_divides_positive_and_multiplies_negative():
    out = repetition_penalty([2.0, 1.8, -0.6, 0.0], [0, 2, 3], 2.0)
    assert out.tolist() == [1.0, 1.8, -1.2, 0.0]


def test_repetition_penalty_counts_an_id_once():
    z = [2.2, 1.8, -0.6]
    np.testing.assert_array_equal(
        repetition_penalty(z, [0, 2, 0, 0], 1.3), repetition_penalty(z, [0, 2], 1.3)
    )


def test_frequency_counts_and_presence_does_not():
    z = [2.0, 1.0, -1.0]
    assert frequency_penalty(z, [0, 2, 0, 0], 0.5).tolist() == [0.5, 1.0, -1.5]
    assert presence_penalty(z, [0, 2, 0, 0], 0.5).tolist() == [1.5, 1.0, -1.5]
    assert presence_penalty(z, [0], -0.5).tolist() == [2.5, 1.0, -1.0]


PENALTIES = [name for name in PROCESSORS if name.endswith("penalty")]


@pytest.mark.parametrize("name", PENALTIES)
@pytest.mark.parametrize("history", [[], (), np.array([]), np.array([], dtype=int), range(0)])
def test_an_empty_history_changes_nothing(name, history):
    assert apply(name, [2.0, -1.0, 0.5], history=history).tolist() == [2.0, -1.0, 0.5]


@pytest.mark.parametrize("name", PENALTIES)
@pytest.mark.parametrize(
    ("history", "error", "said"),
    [
        ([3], ValueError, "history must be token ids from 0 to 2, got 3"),
        ([0, -1], ValueError, "history must be token ids from 0 to 2, got -1"),
        ([1.0], TypeError, r"history must be integers, got \[1.0\]"),
        ([True], TypeError, "history must be integers"),
        (["a"], TypeError, "history must be integers"),
        (None, TypeError, "history must be integers, got None"),
        ([10**30], TypeError, "history must be integers"),
        (1, ValueError, r"history must be a flat list of token ids, got shape \(\)"),
        ([[0, 1]], ValueError, r"history must be a flat list of token ids, got shape \(1, 2\)"),
        ([[0], [0, 1]], ValueError, "history .* rows that differ in length"),
    ],
)
def test_bad_histories_are_refused(name, history, error, said):
    with pytest.raises(error, match=said):
        apply(name, [1.0, 0.0, -1.0], history=history)


def test_a_penalty_that_overflows_a_logit_is_refused():
    for name, penalty in (("repetition_penalty", 1e-320), ("frequency_penalty", 1.7e308)):
        with pytest.raises(ValueError, match="penalty must keep the logits within float64"):
            apply(name, [1.0, 0.0, -1e308], penalty)
    assert apply("repetition_penalty", [-np.inf, 1.0, 2.0])[0] == -np.inf


# Pipelines


def test_a_pipeline_runs_in_order():
    steps = [("top_p", {"p": 0.8}), ("temperature", {"T": 0.5})]
    z = [3.0, 2.0, 1.0]
    assert kept(Pipeline(steps)(z)) == [0, 1]
    assert kept(Pipeline(steps[::-1])(z)) == [0]


def test_a_pipeline_gives_the_history_to_the_penalties():
    pipeline = Pipeline([("repetition_penalty", {"penalty": 2.0}), ("top_k", {"k": 1})])
    assert kept(pipeline([3.0, 2.0, 1.0], [0])) == [1]
    assert kept(pipeline([3.0, 2.0, 1.0])) == [0]


def test_an_empty_pipeline_copies():
    z = np.array([1.0, 2.0])
    out = Pipeline([])(z)
    assert out.tolist() == [1.0, 2.0]
    assert not np.shares_memory(out, z)
    assert Pipeline([]).stages(z) == []


def test_a_name_may_come_twice():
    pipeline = Pipeline([("temperature", {"T": 2.0}), ("temperature", {"T": 2.0})])
    assert pipeline([4.0, 8.0]).tolist() == [1.0, 2.0]


def test_stages_record_every_step():
    pipeline = Pipeline.named("transformers", top_k=3, temperature=0.5, repetition_penalty=2.0)
    z = np.array([[3.0, 2.0, 1.0, 0.0], [0.0, 1.0, 2.0, -np.inf]])
    stages = pipeline.stages(z, [0])
    assert [stage.name for stage in stages] == ["repetition_penalty", "temperature", "top_k"]
    assert [stage.settings for stage in stages] == [{"penalty": 2.0}, {"T": 0.5}, {"k": 3}]
    assert [stage.survivors.sum(axis=-1).tolist() for stage in stages] == [[4, 3], [4, 3], [3, 3]]
    for stage in stages:
        np.testing.assert_array_equal(stage.probs, softmax(stage.logits))
        np.testing.assert_array_equal(stage.survivors, stage.logits > -np.inf)
    np.testing.assert_array_equal(stages[-1].logits, pipeline(z, [0]))


def test_named_orders():
    """As read from the three libraries; see ORDERS for when."""
    every = {name: SETTINGS[name] for name in PROCESSORS}
    for library, order in ORDERS.items():
        settings = {name: every[name] for name in sorted(order)}
        assert tuple(name for name, _ in Pipeline.named(library, **settings).steps) == order
    assert [ORDERS[library].index("temperature") for library in ORDERS] == [1, 3, 7]


def test_named_leaves_out_what_is_none():
    assert Pipeline.named("vllm", top_k=None, top_p=0.9).steps == (("top_p", {"p": 0.9}),)
    assert Pipeline.named("vllm").steps == ()


def test_the_llama_cpp_order_keeps_more_when_cold():
    z = [3.0, 2.0, 1.0]
    settings = {"temperature": 0.5, "top_p": 0.8}
    assert kept(Pipeline.named("transformers", **settings)(z)) == [0]
    assert kept(Pipeline.named("llama.cpp", **settings)(z)) == [0, 1]


def test_a_pipeline_keeps_its_own_settings():
    settings = {"T": 0.5}
    pipeline = Pipeline([("temperature", settings)])
    settings["T"] = 5.0
    pipeline.stages([1.0, 2.0])[0].settings["T"] = 5.0
    assert pipeline([1.0, 2.0]).tolist() == [2.0, 4.0]


@pytest.mark.parametrize(
    ("steps", "error", "said"),
    [
        (
            [("topk", {"k": 1})],
            ValueError,
            "name must be one of temperature, .*, got 'topk'",
        ),
        ([(["top_k"], {"k": 1})], ValueError, "step's name must be one of"),
        ([("top_k", {})], ValueError, "top_k takes the one setting 'k', got {}"),
        ([("top_k", {"p": 1})], ValueError, "top_k takes the one setting 'k', got {'p': 1}"),
        ([("top_k", {"k": 1, "p": 1})], ValueError, "top_k takes the one setting 'k'"),
        ([("top_k", {"k": 0})], ValueError, "k must be an integer, 1 or more, got 0"),
        ([("temperature", {"T": 0})], ValueError, "T must be a finite number above 0"),
        ([("top_p", {"p": "0.9"})], TypeError, "p must be a number, got '0.9'"),
        ([("top_k", 5)], TypeError, r"a step must be \(name, \{setting: value\}\), got"),
        ([("min_p", {"p": 2}), ("top_p", {"p": 0.9})], ValueError, "^min_p: p must be a number"),
        (None, TypeError, r"steps must be a list of \(name, settings\), got None"),
        ("top_k", TypeError, r"steps must be a list of \(name, settings\), got 'top_k'"),
        (["top_k"], TypeError, r"a step must be \(name, \{setting: value\}\), got 'top_k'"),
    ],
)
def test_a_pipeline_is_checked_when_built(steps, error, said):
    with pytest.raises(error, match=said):
        Pipeline(steps)


def test_named_refuses_what_it_does_not_know():
    with pytest.raises(ValueError, match=r"one of transformers, vllm, llama.cpp, got 'hf'"):
        Pipeline.named("hf", top_k=5)
    with pytest.raises(ValueError, match=r"transformers takes .*, got 'presence_penalty'"):
        Pipeline.named("transformers", presence_penalty=0.5)
    with pytest.raises(ValueError, match="temperature: T must be a finite number above 0"):
        Pipeline.named("vllm", temperature=0)
    with pytest.raises(ValueError, match=r"library must be one of .*, got \['vllm'\]"):
        Pipeline.named(["vllm"])


def test_a_pipeline_checks_its_input_even_where_no_stage_does():
    with pytest.raises(ValueError, match=r"logits .* nan"):
        Pipeline([])([1.0, np.nan])
    with pytest.raises(ValueError, match="history must be token ids from 0 to 1, got 2"):
        Pipeline([("top_k", {"k": 1})])([1.0, 0.0], [2])
