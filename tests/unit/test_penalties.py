"""The recorded runs under penalties, with and without the model that wrote them."""

import json
from itertools import pairwise

import numpy as np
import pytest
from classroom.recording import penalties as recording
from logitlab import generate, recorded, recorded_peak, recorded_prompts, recorded_runs
from logitlab.checks import exercises
from logitlab.model import load_model
from logitlab.processors import Pipeline

RUNS = recorded_runs()
LOOP_LENGTH = exercises()["4.5"].reference


def one(prompt, theta, history="prompt and text"):
    (run,) = [r for r in RUNS if (r.prompt, r.theta, r.history) == (prompt, theta, history)]
    return run


def test_the_file_is_small_and_as_the_script_writes_it():
    text = recording.FILE.read_text(encoding="utf-8")
    assert len(text.encode()) < 200_000
    assert recording.dump(json.loads(text)) == text


def test_every_run_that_the_script_writes_is_there_and_no_other():
    prompts = list(dict.fromkeys(run.prompt for run in RUNS))
    assert len(prompts) == 4
    assert [(r.prompt, r.history, r.theta) for r in RUNS] == [
        (prompt, history, theta)
        for prompt in prompts
        for history in recording.HISTORIES
        for theta in recording.THETAS
    ]


def test_swaps_are_where_the_rank_is_not_1_and_the_arithmetic_is_the_penaltys():
    for run in RUNS:
        assert len(run.ids) == len(run.tokens) == len(run.ranks) <= recording.LENGTH
        assert [s.place for s in run.swaps] == [i for i, r in enumerate(run.ranks) if r > 1]
        assert run.theta > 1 or not run.swaps
        for swap in run.swaps:
            pushed = swap.before * (run.theta if swap.before < 0 else 1 / run.theta)
            assert abs(swap.after - pushed) < 0.011
            assert swap.written >= swap.after - 0.011


def test_without_a_penalty_the_history_makes_no_difference():
    for run in RUNS:
        if run.theta == 1:
            assert run.ids == one(run.prompt, 1.0).ids


def test_repeated_marks_the_end_of_four_tokens_that_stood_before():
    run = one("I love you. I love", 1.0)
    assert run._replace(ids=[1, 2, 3, 4, 5, 2, 3, 4, 5]).repeated == [False] * 8 + [True]
    assert run._replace(ids=[1, 1, 1, 1, 1]).repeated == [False] * 4 + [True]
    assert run._replace(ids=[]).repeated == []


def test_the_facts_that_the_lesson_tells():
    tea = "To make a cup of tea,"
    assert LOOP_LENGTH(one(tea, 1.0).ids) == 14
    assert sum(one(tea, 1.05).repeated) == 0
    assert LOOP_LENGTH(one(tea, 1.5, "last 8 tokens").ids) > 8
    question = "chat: What is the capital of Australia?"
    assert "Canberra" in one(question, 1.25).text
    assert "Canberra" not in one(question, 1.3).text
    assert "Sydney" in one(question, 1.3).text
    assert "Canberra" in one(question, 1.3, "text only").text


def test_the_peak_gives_back_the_models_own_logits():
    for name in recorded_prompts():
        assert 5 < recorded_peak(name) < 50
    chat = recorded_prompts()[-1]
    assert recorded_peak(recorded(chat).prompt) == recorded_peak(chat)
    with pytest.raises(ValueError, match="did you mean 'The sky is'"):
        recorded_peak("The sky")
    with pytest.raises(TypeError, match="prompt must be text"):
        recorded_peak(3)


@pytest.mark.needs("model")
def test_the_model_still_writes_this():
    """The first words, one text alone: a near tie may fall the other way on another machine."""
    model = load_model()
    for theta in (1.0, 1.3):
        run = one("To make a cup of tea,", theta)
        greedy = Pipeline([("repetition_penalty", {"penalty": theta}), ("top_k", {"k": 1})])
        steps = list(generate(model, run.prompt, greedy, np.random.default_rng(0), 6))
        assert [step.token for step in steps] == run.ids[:6]
        for step, rank in zip(steps, run.ranks, strict=False):
            assert 1 + int((step.logits > step.logits[step.token]).sum()) == rank
    name = "The sky is"
    assert abs(model.logits(model.encode(name)).max() - recorded_peak(name)) < 0.002


def test_thetas_are_evenly_spaced():
    """The slider steps from one to the next."""
    steps = {round(b - a, 6) for a, b in pairwise(recording.THETAS)}
    assert steps == {0.05}
