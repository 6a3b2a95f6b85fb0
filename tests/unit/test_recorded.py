"""The recorded logits, with and without the model they came from."""

import json

import numpy as np
import pytest
from classroom.recording import as_bytes, save
from classroom.recording import logits as recording
from logitlab import data
from logitlab.data import recorded, recorded_prompts
from logitlab.distributions import softmax
from logitlab.generation import generate
from logitlab.information import entropy
from logitlab.model import load_model

LOOP = "loop: To make a cup of tea,"
CHAT = "chat: What is the capital of Australia? / The capital of Australia is"


@pytest.fixture(scope="module")
def model():
    return load_model()


def _top(prompt: str) -> list[str]:
    one = recorded(prompt)
    return [one.tokens[i] for i in np.argsort(-one.logits)[:3]]


def test_the_file_is_small():
    assert recording.FILE.stat().st_size < 2_000_000


def test_the_script_and_the_file_know_the_same_prompts():
    assert recorded_prompts()[: len(recording.PROMPTS)] == recording.PROMPTS
    assert recorded_prompts()[len(recording.PROMPTS) :] == [LOOP, CHAT]


@pytest.mark.parametrize("prompt", recorded_prompts())
def test_each_is_a_whole_vocabulary_with_its_largest_logit_at_zero(prompt):
    one = recorded(prompt)
    assert one.logits.shape == (len(one.tokens),) == (49152,)
    assert one.logits.dtype == np.float32
    assert np.isfinite(one.logits).all()
    assert one.logits.max() == 0
    # What float16 can hold, nothing in between.
    np.testing.assert_array_equal(one.logits.astype(np.float16), one.logits)


@pytest.mark.parametrize("prompt", recorded_prompts())
def test_the_ids_spell_the_prompt(prompt):
    one = recorded(prompt)
    assert "".join(one.tokens[i] for i in one.ids) == one.prompt


def test_what_the_model_says():
    assert _top("The capital of France is")[0] == " Paris"
    assert set(_top("The capital of Australia is")[:2]) == {" Sydney", " Canberra"}
    assert _top(CHAT)[:2] == [" Canberra", " Sydney"]
    fruit = recorded("In the orchard he picked a ripe")
    probs = softmax(fruit.logits)
    apple, pear, hammer = (probs[fruit.tokens.index(t)] for t in (" apple", " pear", " hammer"))
    assert apple > pear > 1000 * hammer


def test_a_chat_answers_to_its_name_and_to_its_text():
    by_name = recorded(CHAT)
    assert by_name.prompt.startswith("<|im_start|>system\n")
    by_text = recorded(by_name.prompt)
    np.testing.assert_array_equal(by_name.logits, by_text.logits)


def test_changing_what_came_back_changes_nothing_else():
    one = recorded("My name is")
    one.logits[:] = 7
    one.tokens.clear()
    one.ids.clear()
    other = recorded("My name is")
    assert other.logits.max() == 0
    assert len(other.tokens) == 49152
    assert len(other.ids) == 3


def test_an_unknown_prompt_is_met_with_the_nearest():
    with pytest.raises(ValueError) as caught:
        recorded("The capital of Frnace is")
    assert "nothing was recorded for 'The capital of Frnace is'" in str(caught.value)
    assert "did you mean 'The capital of France is'" in str(caught.value)


def test_a_prompt_unlike_any_other_is_met_with_all():
    with pytest.raises(ValueError) as caught:
        recorded("zzz")
    assert all(repr(prompt) in str(caught.value) for prompt in recorded_prompts())


def test_what_is_not_text_is_refused():
    with pytest.raises(TypeError, match=r"prompt must be text \(str\), got None"):
        recorded(None)


def test_saving_the_same_arrays_gives_the_same_bytes(tmp_path):
    with np.load(recording.FILE) as file:
        contents = {name: file[name] for name in file.files}
    for name in ("one.npz", "two.npz"):
        save(contents, tmp_path / name)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    with np.load(tmp_path / "one.npz") as file:
        assert all((file[name] == contents[name]).all() for name in contents)


def test_no_prompt_is_a_string_that_only_looks_alike():
    assert len(set(recorded_prompts())) == len(recorded_prompts())
    assert "2 + 2 = " in recorded_prompts()


@pytest.mark.needs("model")
def test_greedy_decoding_runs_into_the_recorded_loop(model):
    start, inside = recorded(recording.TEA).ids, recorded(LOOP).ids
    steps = generate(model, recording.TEA, None, None, len(inside) - len(start))
    assert start + [step.token for step in steps] == inside


@pytest.mark.needs("model")
def test_the_texts_and_ids_are_those_of_the_script(model):
    entries, tokens = data._index()
    assert {e["name"]: e["prompt"] for e in entries} == recording.prompts(model)
    assert all(e["ids"] == model.encode(e["prompt"]) for e in entries)
    assert tokens == json.loads(bytes(as_bytes(model.tokens)))


@pytest.mark.needs("model")
@pytest.mark.parametrize("prompt", recorded_prompts())
def test_the_error_of_the_storage_is_as_stated(model, prompt):
    one = recorded(prompt)
    exact = model.logits(one.ids).astype(np.float64)
    exact -= exact.max()
    near = exact > -8
    # 0.00195 is half of float16's last place there; the rest is for another machine's sums.
    assert np.abs(exact - one.logits)[near].max() < 0.00205
    for T in (0.1, 0.5, 1.0, 2.0, 5.0):
        p, q = softmax(exact / T), softmax(one.logits.astype(np.float64) / T)
        assert abs(entropy(p) - entropy(q)) < 0.001
        assert np.abs(p - q).max() < 0.0002
