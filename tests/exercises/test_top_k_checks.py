"""Exercises of lesson 3. That every known mistake is told apart is tested with lesson 1's."""

import numpy as np
import pytest
from logitlab import sample, softmax, top_k, top_p
from logitlab.checks import check, exercises
from logitlab.generation import SmallModel


def remark(capsys, exercise, answer):
    check(exercise, answer)
    return capsys.readouterr().out


# --- The course's list of misconceptions, as people write them: logits and probabilities.


def lowest(z, k):
    q = np.full(len(z), -np.inf)
    o = np.argsort(z)[:k]
    q[o] = z[o]
    return q


def zeroed(z, k):
    q = np.zeros(len(z))
    o = np.argsort(-z)[:k]
    q[o] = z[o]
    return q


def strict(z, k):
    kth = np.sort(z)[-min(k, len(z))]
    return np.where(z > kth, z, -np.inf)


def crashes(z, k):
    return np.where(z >= np.partition(z, -k)[-k], z, -np.inf)


def sliced(z, k):
    q = np.full(len(z), -np.inf)
    o = np.argsort(z)[-k:]
    q[o] = z[o]
    return q


def then_softmax(function):
    def probs(z, k, T=1.0):
        q = function(z / T, k)
        if np.isneginf(q).all():
            return np.zeros(len(q))
        e = np.exp(q - q.max())
        return e / e.sum()

    return probs


LISTED = [
    ("lowest_k", "3.3", lowest),
    ("lowest_k", "3.4", then_softmax(lowest)),
    ("zero_logits", "3.3", zeroed),
    ("zero_logits", "3.4", then_softmax(zeroed)),
    ("strict_threshold", "3.3", strict),
    ("strict_threshold", "3.4", then_softmax(strict)),
    ("k_too_big", "3.2", lambda z, k: np.partition(z, -k)[-k]),
    ("k_too_big", "3.3", crashes),
    ("k_too_big", "3.4", then_softmax(crashes)),
    ("k0_slice", "3.6", sliced),
    (
        "k1_random",
        "3.4",
        lambda z, k, T=1.0: softmax(z / T) if k == 1 else softmax(top_k(z / T, k)),
    ),
    ("top50_first", "3.10", (0.0784, 35)),
]


@pytest.mark.parametrize("seed", [None, 11, 2026])
@pytest.mark.parametrize(("mistake", "exercise", "answer"), LISTED)
def test_listed_misconceptions(mistake, exercise, answer, seed, diagnosis):
    assert diagnosis(exercise, answer, seed) == mistake


@pytest.mark.parametrize(
    ("exercise", "answer", "expected"),
    [
        ("3.3", lambda z, k: softmax(top_k(z, k)), "probabilities_not_logits"),
        ("3.3", lambda z, k: np.argsort(-z)[:k], "indices_not_logits"),
        ("3.3", lambda z, k: np.where(np.argsort(-z) < k, z, -np.inf), "argsort_is_not_rank"),
        ("3.3", lambda z, k: np.where(z >= np.sort(z)[-min(k, len(z))], z, -1e9), "finite_floor"),
        ("3.3", lambda z, k: np.sort(z)[::-1][:k], "only_the_kept"),
        ("3.4", lambda z, k, T=1.0: softmax(z / T) * (top_k(z, k) > -np.inf), "not_normalised"),
        ("3.4", lambda z, k, T=1.0: softmax(softmax(top_k(z / T, k))), "softmax_twice"),
        ("3.7", lambda z, k: np.where(z >= np.sort(z, axis=None)[-k], z, -np.inf),
         "one_long_row"),
        ("3.7", lambda z, k: np.where(z >= np.sort(z)[..., -min(k, z.shape[-1])], z, -np.inf),
         "keepdims_missing"),
    ],
)  # fmt: skip
def test_answers_that_are_nearly_right_are_told_apart(exercise, answer, expected, diagnosis):
    assert diagnosis(exercise, answer) == expected


def test_zero_is_not_near_minus_infinity(diagnosis):
    """0 - (-inf) is no larger than rtol times infinity."""
    assert diagnosis("3.3", lambda z, k: np.where(np.isfinite(top_k(z, k)), z, 0)) is not None


# --- Conventions are explained, not failed.


@pytest.mark.parametrize("exercise", ["3.3", "3.4", "3.7"])
def test_ties_are_explained_not_failed(exercise, capsys):
    finish = softmax if exercise == "3.4" else (lambda q: q)

    def keep_all(z, k, T=1.0):
        return finish(top_k(z / T, k))

    def keep_k(z, k, T=1.0):
        z = z / T
        out = np.full(z.shape, -np.inf)
        ids = np.argsort(-z, axis=-1)[..., :k]
        np.put_along_axis(out, ids, np.take_along_axis(z, ids, -1), -1)
        return finish(out)

    def keep_the_last_k(z, k, T=1.0):
        flipped = keep_k(z[..., ::-1], k, T)
        return flipped[..., ::-1]

    assert "more than k may stay" in remark(capsys, exercise, keep_all)
    assert "you keep exactly k" in remark(capsys, exercise, keep_k)
    assert "you keep exactly k" in remark(capsys, exercise, keep_the_last_k)


def test_an_index_based_answer_may_break_a_tie_anyhow():
    rng = np.random.default_rng(0)

    def unstable(z, k):
        shuffled = rng.permutation(len(z))
        ids = shuffled[np.argsort(-z[shuffled], kind="stable")][:k]
        return np.where(np.isin(np.arange(len(z)), ids), z, -np.inf)

    for seed in range(5):
        check("3.3", unstable, seed=seed)


def test_a_tie_must_be_broken_by_one_rule(diagnosis):
    def now_and_then(z, k):
        return top_k(z, k) if k == 3 else sliced(z, k)

    diagnosis("3.3", now_and_then)


def test_temperature_before_the_cut_or_after_it():
    """As the course's list of accepted forms has it: even as a power of what is left."""

    def after_as_a_power(z, k, T=1.0):
        p = softmax(top_k(z, k))
        q = np.where(p > 0, np.where(p > 0, p, 1) ** (1 / T), 0)
        return q / q.sum()

    check("3.4", lambda z, k, T=1.0: softmax(top_k(z / T, k)))
    check("3.4", lambda z, k, T=1.0: softmax(top_k(z, k) / T))
    check("3.4", after_as_a_power)


def raises(z, k):
    if k < 1:
        raise ValueError("no such k")
    return top_k(z, k)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (raises, "refuse a k below 1"),
        (lambda z, k: z if k < 1 else top_k(z, k), "as in llama.cpp"),
        (lambda z, k: z if k == 0 else raises(z, k), "a negative k is refused"),
        (lambda z, k: z if k in (0, -1) else raises(z, k), "as in vLLM"),
    ],
)
def test_a_k_below_1_is_refused_or_off(answer, said, capsys):
    assert said in remark(capsys, "3.6", answer)


def test_another_error_is_no_refusal(diagnosis):
    def by_accident(z, k):
        return top_k(z, k) if k >= 1 else [][k]

    assert diagnosis("3.6", by_accident) == "other_error"


def test_the_argument_must_stay_as_it_was(diagnosis):
    def in_place(z, k):
        z[z < np.sort(z)[-min(k, len(z))]] = -np.inf
        return z

    assert diagnosis("3.3", in_place) == "changes_argument"


# --- What single exercises promise.


@pytest.mark.parametrize("total", [15.07, 15.08])
def test_rounding_before_or_after_adding_is_the_same(total):
    check("3.1", ([9.03, 6.05], total, [0.60, 0.40], 0.58))


def test_distributions_are_judged_by_what_the_settings_keep(capsys, diagnosis):
    rng = np.random.default_rng(4)
    rows = {"top-k": rng.normal(0, 0.5, 200), "top-p": rng.normal(0, 9, 25)}
    check("3.9", rows.get)
    check("3.9", lambda stricter: [float(x) for x in rows[stricter]])
    assert diagnosis("3.9", lambda stricter: rows["top-k"]) == "both_flat"
    assert diagnosis("3.9", lambda stricter: [1, 2, 3]) == "too_few_tokens"


def test_equal_logits_are_flat_whatever_the_rule_at_ties():
    check("3.9", lambda s: np.zeros(500) if s == "top-k" else np.eye(1, 40)[0] * 30)


def test_the_numbers_of_the_stack():
    assert [part.value for part in exercises()["3.8"].parts] == [5, 2, 2, 2, 3]


# --- The capstone, as a learner writes it.


def loop(step, first=list):
    """A learner's generate with one line of theirs, called as the sheet calls it."""

    def on_small_model(number, prompt, T, k, p, rng, max_new_tokens):
        model, ids, new = SmallModel(number), first(prompt), []
        for _ in range(max_new_tokens):
            if step(model, prompt, ids, new, T, k, p, rng) in model.stop_ids:
                break
        return new

    return on_small_model


def cut(logits, T, k, p):
    return softmax(top_p(top_k(logits / T, k), p))


def add(token, *lists):
    for one in lists:
        one.append(int(token))
    return int(token)


GENERATES = [
    (None, lambda m, prompt, ids, new, T, k, p, rng: add(
        sample(cut(m.logits(ids), T, k, p), rng), ids, new)),
    (None, lambda m, prompt, ids, new, T, k, p, rng: add(
        rng.choice(6, p=cut(m.logits(prompt + new), T, k, p)), new)),
    ("forgot_to_append", lambda m, prompt, ids, new, T, k, p, rng: add(
        sample(cut(m.logits(ids), T, k, p), rng), new)),
    ("last_token_only", lambda m, prompt, ids, new, T, k, p, rng: add(
        sample(cut(m.logits(ids[-1:]), T, k, p), rng), ids, new)),
    ("cut_ignored", lambda m, prompt, ids, new, T, k, p, rng: add(
        sample(softmax(m.logits(ids)), rng), ids, new)),
    ("rng_each_step", lambda m, prompt, ids, new, T, k, p, rng: add(
        sample(cut(m.logits(ids), T, k, p), np.random.default_rng(0)), ids, new)),
    ("greedy", lambda m, prompt, ids, new, T, k, p, rng: add(
        cut(m.logits(ids), T, k, p).argmax(), ids, new)),
]  # fmt: skip


@pytest.mark.parametrize("seed", [None, 2026])
@pytest.mark.parametrize(("expected", "step"), GENERATES)
def test_a_loop_is_judged_by_what_it_does(expected, step, seed, diagnosis):
    if expected is None:
        check("3.5", loop(step), seed=seed)
    else:
        assert diagnosis("3.5", loop(step), seed) == expected


def test_a_loop_must_leave_the_prompt_alone(diagnosis):
    step = GENERATES[0][1]
    assert diagnosis("3.5", loop(step, first=lambda prompt: prompt)) == "changes_argument"


def test_a_loop_must_draw_with_the_rng_that_it_is_given(diagnosis):
    own = np.random.default_rng(3)

    def step(m, prompt, ids, new, T, k, p, rng):
        return add(sample(cut(m.logits(ids), T, k, p), own), ids, new)

    assert diagnosis("3.5", loop(step)) == "own_generator"


def test_there_are_many_known_mistakes():
    known = {m for e in exercises().values() if e.id.startswith("3.") for m in e.wrong_answers()}
    assert len(known) > 50


# k is a whole number, so k < 0.5 is k < 1. And many distributions answer 3.9, near ones too.
