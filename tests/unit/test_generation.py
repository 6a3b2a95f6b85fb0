"""Generating text, with models of a few tokens whose answer is known."""

import numpy as np
import pytest
from logitlab.distributions import softmax
from logitlab.generation import generate
from logitlab.model import load_model
from logitlab.processors import Pipeline
from tiny_gguf import tiny_gguf

LETTERS = ["<end>", *"abcd"]


class Letters:
    """A model whose next letter is likely the one after the last; after d it ends."""

    stop_ids = frozenset([0])

    def __init__(self):
        self.asked = []

    def encode(self, text):
        return [LETTERS.index(c) for c in text]

    def decode(self, ids):
        return "".join(LETTERS[i] for i in ids)

    def logits(self, ids):
        self.asked.append(list(ids))
        logits = np.arange(5) / 10
        logits[(ids[-1] + 1) % 5] = 3.0
        return logits


def test_greedy_takes_the_likeliest_until_the_text_ends():
    steps = list(generate(Letters(), "a", None, None, 10))
    assert [step.text for step in steps] == ["b", "c", "d", "<end>"]
    assert [step.position for step in steps] == [1, 2, 3, 4]
    assert [step.token for step in steps] == [2, 3, 4, 0]


def test_it_stops_after_max_new_tokens():
    assert len(list(generate(Letters(), "a", None, None, 2))) == 2


def test_without_stop_ids_it_goes_on():
    model = Letters()
    model.stop_ids = ()
    assert len(list(generate(model, "a", None, None, 9))) == 9


def test_a_step_is_made_when_it_is_asked_for():
    model = Letters()
    steps = generate(model, "a", None, None, 10)
    assert model.asked == []
    next(steps)
    assert model.asked == [[1]]


def test_the_model_reads_the_prompt_and_all_that_was_written():
    model = Letters()
    list(generate(model, "ab", None, None, 3))
    assert model.asked == [[1, 2], [1, 2, 3], [1, 2, 3, 4]]


def test_surprisal_is_in_bits_of_the_models_own_distribution():
    pipeline = Pipeline([("temperature", {"T": 0.1})])
    step = next(generate(Letters(), "a", pipeline, np.random.default_rng(1), 1))
    assert step.surprisal == pytest.approx(-np.log2(softmax(step.logits)[step.token]))
    np.testing.assert_array_equal(step.probs, softmax(step.logits / 0.1))


def test_the_stages_are_those_of_the_pipeline_and_the_draw_is_from_the_last():
    pipeline = Pipeline([("temperature", {"T": 5.0}), ("top_k", {"k": 2})])
    for step in generate(Letters(), "a", pipeline, np.random.default_rng(2), 30):
        assert [stage.name for stage in step.stages] == ["temperature", "top_k"]
        assert step.probs is step.stages[-1].probs
        assert step.probs[step.token] > 0
        assert (step.probs > 0).sum() == 2


def test_an_empty_pipeline_draws_from_the_models_distribution():
    rng = np.random.default_rng(3)
    draws = [next(generate(Letters(), "a", Pipeline([]), rng, 1)) for _ in range(2000)]
    assert draws[0].stages == []
    frequencies = np.bincount([step.token for step in draws], minlength=5) / 2000
    # 5 standard errors of the widest, sqrt(1/4 / 2000)
    np.testing.assert_allclose(frequencies, draws[0].probs, atol=5 * 0.0112)


def test_the_penalties_see_the_prompt_and_what_was_written():
    pipeline = Pipeline([("presence_penalty", {"penalty": 100.0})])
    steps = list(generate(Letters(), "ab", pipeline, np.random.default_rng(4), 3))
    assert len({1, 2, *(step.token for step in steps)}) == 2 + len(steps)


def test_the_same_seed_writes_the_same_text():
    def text(seed):
        rng = np.random.default_rng(seed)
        model = Letters()
        model.stop_ids = ()
        steps = generate(model, "a", Pipeline([("temperature", {"T": 9.0})]), rng, 20)
        return "".join(step.text for step in steps)

    assert text(5) == text(5)
    assert text(5) != text(6)


def test_a_session_gives_what_rereading_gives(tmp_path):
    model = load_model(tiny_gguf(tmp_path / "tiny.gguf"))

    class Forgetful:
        encode, decode, logits = model.encode, model.decode, model.logits

    pipeline = Pipeline([("temperature", {"T": 2.0})])
    one, other = (
        list(generate(m, "hello", pipeline, np.random.default_rng(7), 12))
        for m in (model, Forgetful())
    )
    assert [step.token for step in one][: len(other)] == [step.token for step in other][: len(one)]
    np.testing.assert_allclose(one[-1].logits, other[len(one) - 1].logits, atol=2e-5)


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        (("", None, None, 5), ValueError, "prompt must hold at least one token, got ''"),
        ((3, None, None, 5), TypeError, "prompt must be text (str), got 3"),
        (("a", None, None, 0), ValueError, "max_new_tokens must be an integer, 1 or more, got 0"),
        (("a", None, None, 2.5), TypeError, "max_new_tokens must be an integer"),
        (("a", "greedy", None, 5), TypeError, "pipeline must be a Pipeline, or None for greedy"),
        (("a", Pipeline([]), None, 5), TypeError, "rng must be a numpy.random.Generator"),
        (("a", Pipeline([]), 5, 5), TypeError, "rng must be a numpy.random.Generator"),
    ],
)
def test_bad_input_is_refused_at_the_call(arguments, error, says):
    with pytest.raises(error) as caught:
        generate(Letters(), *arguments)
    assert says in str(caught.value)


def test_what_is_no_model_is_refused_at_the_call():
    with pytest.raises(TypeError, match=r"model must be a language model, .* got 'SmolLM2'"):
        generate("SmolLM2", "a")


@pytest.mark.needs("model")
def test_the_real_model_tells_a_story():
    steps = generate(load_model(), "Once upon a time", None, None, 8)
    assert "".join(step.text for step in steps) == ", the city of Nova Haven was a"
