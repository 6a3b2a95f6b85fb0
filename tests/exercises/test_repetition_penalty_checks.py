"""Exercises of lesson 4. That every known mistake is told apart is tested with lesson 1's."""

import numpy as np
import pytest
from logitlab import repetition_penalty, softmax
from logitlab.checks import check, exercises
from logitlab.checks.sheet_04_repetition_penalty import e03_two_bugs_that_shipped as bugs


def right(z, history, theta):
    return repetition_penalty(z, history, theta)


# --- The course's list of misconceptions, as people write them.


def always_divide(z, history, theta):
    out = z.copy()
    out[list(set(history))] /= theta
    return out


def per_occurrence(z, history, theta):
    out = z.copy()
    for i in history:
        out[i] = out[i] / theta if out[i] > 0 else out[i] * theta
    return out


def inverted(z, history, theta):
    out = z.copy()
    for i in set(history):
        out[i] = out[i] * theta if out[i] > 0 else out[i] / theta
    return out


def unseen(z, history, theta):
    out = z.copy()
    for i in range(len(z)):
        if i not in history:
            out[i] = out[i] / theta if out[i] > 0 else out[i] * theta
    return out


def probabilities(z, history, theta):
    p = softmax(z)
    p[list(set(history))] /= theta
    return p / p.sum()


def all_counted(z, prompt, text, theta, frequency, presence):
    counts = np.bincount(text, minlength=len(z))
    return right(z, prompt + text, theta) - (frequency + presence) * counts


def raw(z, history, theta):
    with np.errstate(all="ignore"):
        return per_occurrence(z, set(history), np.float64(theta))


def text_only(z, prompt, text, theta, frequency, presence):
    counts = np.bincount(text, minlength=len(z))
    return right(z, text, theta) - frequency * counts - presence * (counts > 0)


def then_softmax(function):
    return lambda z, history, theta, T=1.0: softmax(function(z, history, theta) / T)


def cooled_probabilities(z, history, theta, T=1.0):
    return probabilities(z / T, history, theta)


LISTED = [
    ("always_divide", "4.2", always_divide),
    ("always_divide", "4.7", then_softmax(always_divide)),
    ("per_occurrence", "4.2", per_occurrence),
    ("per_occurrence", "4.7", then_softmax(per_occurrence)),
    ("all_tokens", "4.2", lambda z, history, theta: z / theta),
    ("all_tokens", "4.7", lambda z, history, theta, T=1.0: softmax(z / theta / T)),
    ("inverted", "4.2", inverted),
    ("inverted", "4.7", then_softmax(inverted)),
    ("unseen", "4.2", unseen),
    ("unseen", "4.7", then_softmax(unseen)),
    ("probs", "4.2", probabilities),
    ("probs", "4.7", cooled_probabilities),
    ("zero_is_off", "4.6", raw),
    ("zero_is_off", "4.10", ([0.149, 0.322], [0.319, 0.319], [0.0, 0.0])),
    ("prompt_ignored", "4.9", text_only),
    ("presence_is_frequency", "4.9", all_counted),
    ("shift_invariant", "4.7", then_softmax(lambda z, h, t: right(z - z.max(), h, t))),
    ("shift_invariant", "4.2", lambda z, h, theta: right(z - z.max(), h, theta)),
    ("first_window", "4.8", lambda history, n: sorted(set(history[:n]))),
    ("breaks_rank", "4.1", ([1.1, 1.8, -0.6], [0.313, 0.630, 0.057], "approve")),
]


@pytest.mark.parametrize("seed", [None, 11, 2026])
@pytest.mark.parametrize(("mistake", "exercise", "answer"), LISTED)
def test_listed_misconceptions(mistake, exercise, answer, seed, diagnosis):
    assert diagnosis(exercise, answer, seed) == mistake


@pytest.mark.parametrize(
    ("exercise", "answer", "expected"),
    [
        ("4.2", lambda z, h, t: softmax(right(z, h, t)), "probabilities_not_logits"),
        ("4.2", lambda z, h, t: np.where(np.isin(np.arange(len(z)), h), z - t, z),
         "subtracts_theta"),
        ("4.2", lambda z, h, t: right(z, h, t**2), "twice"),
        ("4.2", lambda z, h, t: right(z, h[-1:], t), "newest_only"),
        ("4.2", lambda z, h, t: np.where(np.isin(np.arange(len(z)), h) & (z > 0), z / t, z),
         "negatives_untouched"),
        ("4.8", lambda h, n: sorted(set(h[-n:])), "zero_is_everything"),
        ("4.2", lambda z, h, t: right(z, h[-8:], t), "window"),
        ("4.2", lambda z, h, t: right(z, h[-20:], t), "window"),
        ("4.8", lambda h, n: sorted(set(h))[-n:] if n else [], "distinct_first"),
        ("4.8", lambda h, n: sorted({i for i in h[max(0, len(h) - n) :] if i}), "id_0_skipped"),
        ("4.5", lambda ids: next((p for p in range(1, len(ids) // 2 + 1)
                                   if set(ids[-p:]) == set(ids[-2 * p : -p])), 0), "any_order"),
        ("4.5", lambda ids: next((p for p in range(1, len(ids)) if ids[-1] == ids[-1 - p]), 0),
         "last_token_only"),
    ],
)  # fmt: skip
def test_answers_that_are_nearly_right_are_told_apart(exercise, answer, expected, diagnosis):
    assert diagnosis(exercise, answer) == expected


# --- Other right forms, conventions.


@pytest.mark.parametrize("seed", [None, 11, 2026])
def test_accepted_variants(seed):
    """As the course's list of accepted forms has them."""

    def with_where(z, history, theta):
        s = np.isin(np.arange(len(z)), history)
        return np.where(s, np.where(z > 0, z / theta, z * theta), z)

    check("4.2", with_where, seed=seed)
    check("4.7", then_softmax(with_where), seed=seed)
    check("4.7", lambda z, h, theta, T=1.0: softmax(with_where(z / T, h, theta)), seed=seed)


def raises(z, history, theta):
    if theta <= 0:
        raise ValueError(f"theta must be above 0, got {theta}")
    return right(z, history, theta)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (raises, "You refuse theta <= 0"),
        (lambda z, h, t: z if t <= 0 else right(z, h, t), "switches your penalty off"),
        (lambda z, h, t: z if t == 0 else raises(z, h, t), "below it you refuse"),
    ],
)
def test_a_theta_of_0_is_refused_or_off(answer, said, capsys):
    check("4.6", answer)
    assert said in capsys.readouterr().out


@pytest.mark.parametrize("text", ["no such theta", "penalty is -1.3 or 0", "theta must be above 0"])
def test_a_refusal_names_theta_and_its_value(text, diagnosis):
    def refuses(z, history, theta):
        if theta <= 0:
            raise ValueError(text)
        return right(z, history, theta)

    assert diagnosis("4.6", refuses) == "says_too_little"


def test_another_error_is_no_refusal(diagnosis):
    by_accident = diagnosis("4.6", lambda z, h, t: right(z, h, t) if t > 0 else [][0])
    assert by_accident == "other_error"


def test_the_argument_must_stay_as_it_was(diagnosis):
    def in_place(z, history, theta):
        for i in set(history):
            z[i] = z[i] / theta if z[i] > 0 else z[i] * theta
        return z

    assert diagnosis("4.2", in_place) == "changes_argument"


@pytest.mark.parametrize("exercise", ["4.2", "4.8", "4.9", "4.5", "4.11", "4.12"])
def test_so_must_the_lists(exercise, diagnosis):
    reference = exercises()[exercise].reference

    def appends(*args):
        answer = reference(*args)
        next(a for a in args if isinstance(a, list)).append(0)
        return answer

    assert diagnosis(exercise, appends) == "changes_argument"


def test_the_reference_examples_of_the_bugs_are_examples():
    """The judge compares verdicts, so the reference's must be the wanted ones."""
    reference = exercises()["4.3"].reference
    seen = [
        bugs.verdict({k: np.array(v) for k, v in reference(bug).items()}, bug) for bug in bugs.BUGS
    ]
    assert seen == ["a seen token became likelier", "the winners differ"]


def test_any_example_of_a_bug_will_do(diagnosis):
    found = {
        "always divides": {"logits": np.array([5.0, -4.0, 1.0]), "history": np.array([1, 1])},
        "once per occurrence": {"logits": [9.0, 6.0, 0.0], "history": (0, 2, 0, 0)},
    }
    check("4.3", found.get)
    found["once per occurrence"] = {"logits": [9.0, 8.0], "history": [0]}
    assert diagnosis("4.3", found.get) == "same_winner"


def test_a_list_of_ids_is_shown_as_it_was_given():
    with pytest.raises(AssertionError, match=r"called     looked_at\(\[0, 1, 2, 3, 4, 5\], 3\)"):
        check("4.8", lambda history, n: [])


def test_there_are_many_known_mistakes():
    known = {m for e in exercises().values() if e.id.startswith("4.") for m in e.wrong_answers()}
    assert len(known) > 80


def returns_in_the_loop(ids):
    for p in range(1, len(ids) // 2 + 1):
        if ids[-p:] == ids[-2 * p : -p]:
            return p
        return 0
    return 0


def starts_at_0(ids):
    n = len(ids)
    for p in range(n // 2 + 1):
        if ids[n - p :] == ids[n - 2 * p : n - p]:
            return p
    return 0


@pytest.mark.parametrize("seed", [None, 5, 2026])
def test_every_seed_tells_the_mean_from_zero(seed, diagnosis):
    def below_the_mean(z, history, theta):
        pushed = np.where(z < np.mean(z), z * theta, z / theta)
        return np.where(np.isin(np.arange(len(z)), history), pushed, z)

    assert diagnosis("4.2", below_the_mean, seed) == "compared_with_the_mean"


def test_a_part_of_a_second_round_is_no_loop(diagnosis):
    def wraps(ids):
        n = len(ids)
        for p in range(1, n):
            if all(ids[n - i] == ids[n - i - p] for i in range(1, p + 1)):
                return p
        return 0

    def stops_early(ids):
        back = ids[::-1]
        for p in range(1, len(ids)):
            if all(a == b for a, b in zip(back[:p], back[p:], strict=False)):
                return p
        return 0

    assert diagnosis("4.5", wraps) == "less_than_two_rounds"
    assert diagnosis("4.5", stops_early) == "less_than_two_rounds"


@pytest.mark.parametrize("answer", [returns_in_the_loop, starts_at_0])
def test_a_search_that_ends_at_its_first_step_is_told_so(answer, diagnosis):
    assert diagnosis("4.5", answer) == "always_0"


def test_theta_once_for_the_prompt_and_once_for_the_text_is_told_apart(diagnosis):
    def twice(z, prompt, text, theta, frequency, presence):
        z = right(right(z, prompt, theta), text, theta)
        counts = np.bincount(text, minlength=len(z))
        return z - frequency * counts - presence * (counts > 0)

    assert diagnosis("4.9", twice) == "theta_twice"
