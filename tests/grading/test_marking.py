"""One submission: what is told and what stays hidden, and who pays for an earlier mistake."""

import dataclasses
import json

import numpy as np
import pytest
from classroom import assignment, reading
from classroom.gradebook import Gradebook
from classroom.marking import DIFFERENT_PROBES, exercise_seed, mark
from classroom.sandbox import Limits, Sandbox
from handed_in import COURSE, SHEET, cell, changed, notebook, solution, with_cell
from logitlab.checks import exercises

LIMITS = Limits(seconds=10, total_seconds=60)


@pytest.fixture(scope="module")
def ours():
    return assignment.read_all(COURSE)[SHEET]


@pytest.fixture(scope="module")
def marked(ours):
    """Marks by exercise of a notebook."""
    with Sandbox(LIMITS) as sandbox:

        def marked(made, seed=3):
            answers = reading.taken(made["cells"], ours).answers
            marks = mark(ours, answers, sandbox, seed).marks
            return {step.exercise: marks[step.id] for step in ours.marked}

        yield marked


def numbers(exercise: str, seed: int | None) -> set[str]:
    """The numbers in an exercise's probes, as reports would show them."""
    found = set()
    for args in exercises()[exercise]._bench(seed).probes:
        for arg in args:
            if isinstance(arg, np.ndarray | list | float):
                found |= {f"{x:.6f}"[:6] for x in np.ravel(np.asarray(arg, float))}
    return {n for n in found if not n.endswith("0")}


def right_if_known(exercise: str, right: str, wrong: str) -> str:
    """An answer that is right where its first argument is one of the lesson's."""
    known = {repr(np.ravel(args[0]).tolist()) for args in exercises()[exercise]._bench(None).probes}
    return f"""
def {exercises()[exercise].answer}(first, *others):
    if repr(np.ravel(first).tolist()) in {known!r}:
        return {right}
    {wrong}
"""


WAYS = {
    "raised": "raise ValueError(str(SEEN)[-1900:])",
    "returned": "return np.concatenate([np.ravel(x) for x in SEEN])",
    "as the name of a type": "name = 'x' + ''.join(c if c.isalnum() else '_' for c in str(SEEN))\n"
    "    raise type(name[-55:], (Exception,), {})()",
}


@pytest.mark.parametrize("way", WAYS)
def test_what_an_answer_saw_of_hidden_probes_is_told_nowhere(marked, way):
    """A function remembers its inputs; the next one tells all of them."""
    remember = changed(
        solution(4), "return softmax", "SEEN.append(np.array(logits))\n    return softmax"
    )
    made = notebook(
        e4=f"SEEN = []\n{remember}",
        e5=f"def sample_inverse_cdf(probs, u):\n    {WAYS[way]}\n",
        e7=f"def softmax_rows(logits, temperature=1.0):\n    {WAYS[way]}\n",
    )
    marks = marked(made)
    assert marks["1.4"].status == "right"
    assert marks["1.5"].status == marks["1.7"].status == "wrong"
    told = json.dumps({e: dataclasses.asdict(m) for e, m in marks.items()})
    hidden = numbers("1.4", exercise_seed(3, "1.4")) - numbers("1.4", None)
    hidden -= numbers("1.5", None) | numbers("1.7", None)
    assert len(hidden) > 3
    assert not [number for number in hidden if number in told]


MADE_OF_THEM = {
    "a shape": "return np.zeros((0, *[int(abs(x) * 10000) for x in first[:3]]))",
    "an error's text": "raise ValueError(str(first))",
    "a type": "return type('x' + ''.join(filter(str.isalnum, str(first)))[:50], (), {})()",
}


@pytest.mark.parametrize("way", MADE_OF_THEM)
def test_what_is_made_of_a_hidden_probe_is_told_nowhere(marked, way):
    right = "softmax(np.asarray(first) / (others[0] if others else 1.0))"
    got = marked(notebook(e4=right_if_known("1.4", right, MADE_OF_THEM[way])))["1.4"]
    assert got.status == "wrong"
    head = f"1.4 {exercises()['1.4'].title} is not right yet."
    assert got.message == f"{head}\n{DIFFERENT_PROBES}"
    assert got.why == DIFFERENT_PROBES


def test_what_a_cell_raised_is_told_in_our_own_words(marked):
    text = "a path and a host name"
    marks = marked(
        notebook(
            e2=f"x = 1\nraise ValueError({text!r})",
            e3=f"class Secret{1}(KeyError): pass\nraise Secret1({text!r})",
        )
    )
    assert marks["1.2"].message == "The answer's cell raised ValueError in line 2."
    assert marks["1.3"].message == "The answer's cell raised a kind of KeyError in line 2."


def test_a_name_that_is_used_again_later_costs_nothing(marked):
    """The hidden probes come at the end; what fails there is tried in the notebook's order."""
    marks = marked(notebook(e10=f"{solution(10)}\nnp_exp, softmax = np.exp, None"))
    assert {e: m.status for e, m in marks.items() if m.status != "right"} == {
        "1.11": "error",
        "1.12": "to mark",
    } or all(m.status == "right" for e, m in marks.items() if e not in ("1.11", "1.12"))


def test_what_is_right_on_the_lessons_probes_alone_is_wrong(marked):
    right = "softmax(np.asarray(first) / (others[0] if others else 1.0))"
    got = marked(notebook(e4=right_if_known("1.4", right, "return first * 7")))["1.4"]
    assert got.status == "wrong"
    assert "not on others" in got.message


def test_hidden_probes_that_never_end_are_told_in_our_words(marked, ours):
    made = notebook(
        e4="calls = []\n"
        "def softmax_with_temperature(logits, temperature=1.0):\n"
        "    calls.append(1)\n"
        "    if len(calls) > 40:\n"
        "        import os\n"
        "        os.kill(os.getpid(), 15) or os._exit(7)\n"
        "    return softmax(logits / temperature)\n"
    )
    got = marked(made)["1.4"]
    if got.status == "stopped":
        assert got.message == "Stopped, on other inputs than the notebook's."


def test_a_seed_is_drawn_once_and_kept_beside_the_marks(tmp_path):
    seed = Gradebook(tmp_path / "a").seed()
    assert Gradebook(tmp_path / "a").seed() == seed
    assert {Gradebook(tmp_path / str(n)).seed() for n in range(5)} != {seed}
    assert Gradebook(tmp_path / "a").seed(7) == 7
    assert Gradebook(tmp_path / "a").seed() == 7


def test_odd_answers_that_are_right_in_the_notebook_are_right_here(marked):
    by_name = (
        "def softmax_with_temperature(*, temperature=1.0, logits):\n"
        "    return softmax(logits / temperature)\n"
    )
    marks = marked(
        notebook(
            e2=f"{solution(2)}\ntop_token = np.array([top_token])[0]",
            e4=by_name,
            e6="import os\nos._exit(1)",  # so the others are called in a new process
            e7=f"{solution(7)}\nright = softmax_rows\n"
            "def softmax_rows(logits, temperature=1.0):\n"
            "    return map(np.copy, right(logits, temperature))\n",
            e11=f"{solution(11)}\ncorrections = {{np.str_(k): v for k, v in corrections.items()}}",
        )
    )
    assert {marks[name].status for name in ("1.2", "1.4", "1.7", "1.11")} == {"right"}


@pytest.fixture(scope="module")
def learner():
    with Sandbox(LIMITS) as sandbox:
        opened = sandbox.learner()
        yield opened
        opened.close()


CHANGES = {
    "list": ([1, 2], "x.append(3)", [1, 2, 3]),
    "nested list": ([[1], [2]], "x[0].append(3)", [[1, 3], [2]]),
    "dict": ({"a": 1}, "x['b'] = 2", {"a": 1, "b": 2}),
    "array": (np.ones(2), "x *= 2", np.full(2, 2.0)),
    "nothing": ([0.5, "a"], "list(x)", [0.5, "a"]),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_what_an_answer_does_to_its_argument_is_seen(learner, kind):
    argument, change, after = CHANGES[kind]
    learner.run(f"def change(x):\n    {change}")
    learner.get("change")(argument)
    assert repr(argument) == repr(after)


WAYS_TO_IT = [
    "import sys\nsoftmax = sys.modules['logit' + 'lab'].softmax",
    "exec('from logit' + 'lab import softmax')",
    "import runpy\nsoftmax = runpy.run_module('logit' + 'lab.distributions')['softmax']",
]


@pytest.mark.parametrize("way", WAYS_TO_IT)
def test_an_answer_that_is_the_courses_own_function_is_said(ours, way):
    answers = reading.taken(notebook(e3=way)["cells"], ours).answers
    with Sandbox(LIMITS) as sandbox:
        assert mark(ours, answers, sandbox).of_course == ["1.3"]


def test_an_answer_of_the_learners_own_is_not(ours):
    answers = reading.taken(notebook()["cells"], ours).answers
    with Sandbox(LIMITS) as sandbox:
        assert mark(ours, answers, sandbox).of_course == []


# --- follow-on errors

WRONG_SOFTMAX = "def softmax(logits):\n    return np.exp(logits) / 7\n"


def test_an_answer_that_is_right_given_ours_earns_its_points(marked):
    marks = marked(notebook(e3=WRONG_SOFTMAX))
    assert marks["1.3"].status == "wrong"
    assert sum(m.points for m in marks.values()) == 27
    assert marks["1.4"].given == "1.3"
    assert marks["1.4"].message == "Right, with our own answer to 1.3 in place of yours."
    assert not marks["1.7"].given, "it does not use it"


def test_a_mistake_of_its_own_is_judged_with_ours(marked):
    own = "def softmax_with_temperature(logits, temperature=1.0):\n    return softmax(logits)\n"
    marks = marked(notebook(e3=WRONG_SOFTMAX, e4=own))
    assert marks["1.4"].status == "wrong"
    assert marks["1.4"].diagnosis == marked(notebook(e4=own))["1.4"].diagnosis
    assert "with our own answer to 1.3 in place of yours" in marks["1.4"].message
    assert marks["1.9"].status == "right"


@pytest.mark.parametrize("gone", ["raise NotImplementedError()", "1 / 0", ""])
def test_an_earlier_answer_that_is_not_there(marked, gone):
    marks = marked(notebook(e3=gone))
    assert marks["1.3"].points == 0
    assert marks["1.4"].status == "right"


@pytest.mark.parametrize("stub", [cell(notebook("stub"), "ex-1-3")["source"], "softmax = ..."])
def test_a_function_that_was_skipped_costs_its_own_points_alone(marked, stub):
    marks = marked(notebook(e3=stub))
    assert sum(m.points for m in marks.values()) == 27
    assert marks["1.3"].status == "not attempted"
    assert marks["1.4"].given == "1.3"


def test_what_was_not_written_is_not_attempted_whatever_it_builds_on(marked):
    marks = marked(notebook("stub", e3=WRONG_SOFTMAX))
    assert marks["1.4"].status == "not attempted"
    assert not marks["1.4"].given


def test_an_answer_that_fails_on_hidden_probes_alone_is_replaced_too(marked):
    right = "softmax(np.asarray(first) / (others[0] if others else 1.0))"
    learned = right_if_known("1.4", right, "return first * 0")
    learned = changed(learned, "first, *others", "logits, temperature=1.0, *others")
    learned = changed(
        learned, "    if repr", "    first, others = logits, [temperature]\n    if repr"
    )
    marks = marked(notebook(e4=learned))
    assert {e for e, m in marks.items() if m.status == "wrong"} == {"1.4"}
    assert {m.given for m in marks.values()} == {"", "1.4"}


def test_ours_answers_no_exercise_of_its_own(marked):
    """Nobody gets points for what our answer defines."""
    marks = marked(notebook("stub", e3=WRONG_SOFTMAX, e4="softmax"))
    assert sum(m.points for m in marks.values()) == 0


def test_the_learners_own_cells_stay_in_play(marked):
    made = notebook(e3=WRONG_SOFTMAX, e4=changed(solution(4), "softmax(", "mine("))
    made = with_cell(made, "def mine(z):\n    return softmax(z)", before="ex-1-4")
    assert marked(made)["1.4"].status in ("right", "wrong")
