"""
Lesson 6: its cells are run again, and what it says of many students is held against their table.

The table is ``logitlab/data/students.json``. Each test of a sentence quotes it, and asks of the
table what the sentence claims, with the interval where it speaks of a difference.
"""

import contextlib
import io
import json
import time
from pathlib import Path

import nbformat
import numpy as np
import pytest
from classroom.recording import students as recording
from logitlab import plots, recorded_students
from logitlab.data import FOLDER

from tests.drawn import strangers

LESSON = Path(__file__).parents[2] / "notebooks" / "06_distillation.ipynb"
TABLE = recorded_students()


@pytest.fixture(scope="module")
def run():
    """Names, (stored, again) of what each cell prints, seconds of processor, what is shown."""
    names, printed, charts = {"__name__": "lesson"}, [], []
    start = time.process_time()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plots, "show", lambda *chart: charts.append(chart))
        patch.setattr("IPython.display.display", lambda *shown: None)
        for cell in nbformat.read(LESSON, as_version=4).cells:
            if cell.cell_type != "code" or "skip-execution" in cell.metadata.get("tags", []):
                continue
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(compile(cell.source, "<lesson 6>", "exec"), names)
            stored = "".join(o.get("text", "") for o in cell.outputs if o.output_type == "stream")
            printed.append((stored, out.getvalue()))
    return names, printed, time.process_time() - start, charts


def test_the_same_seeds_give_the_numbers_that_are_printed(run):
    printed = run[1]
    assert sum(bool(stored) for stored, _ in printed) > 20
    assert [pair for pair in printed if pair[0] != pair[1]] == []


def test_the_tables_hold_what_is_drawn(run):
    charts = run[3]
    assert len(charts) == 8
    for figure, _, *given in charts:
        numbers = given[0] if given else figure.numbers
        assert strangers(figure, numbers.rows()) == []


def test_the_lesson_takes_less_than_half_a_minute_of_processor(run):
    """Of all threads together; other programs do not count."""
    assert run[2] < 30


def test_the_live_students_are_those_of_the_table(run):
    """The lesson's own few lines and the recording's train alike; a last bit may move an image."""
    names = run[0]
    for kind in ("hard", "soft"):
        live = names[kind][:, -1]
        assert np.abs(live - 100 * TABLE["kinds"][kind][:6] / 897).max() < 1.5, kind


def test_the_table_says_when_and_where_it_was_made_and_has_enough_seeds():
    record = json.loads((FOLDER / "students.json").read_text("utf-8"))
    assert record["day"] and record["machine"]["processor"]
    for experiment, rows in TABLE.items():
        for setting, runs in rows.items():
            only = experiment == "bigram tables" and setting.startswith("64 ")
            only |= setting == "teacher"
            assert len(runs) >= recording.FEW or only, (experiment, setting)


def right(experiment, setting):
    """Per cent of the test images, a student each."""
    return 100 * TABLE[experiment][setting] / 897


def gain(a, b):
    """Both ends of the 95 % interval of the mean difference of pairs."""
    half = 1.96 * (a - b).std(ddof=1) / np.sqrt(len(a))
    return (a - b).mean() - half, (a - b).mean() + half


def ahead(experiment, setting, other=("kinds", "hard")):
    return gain(right(experiment, setting), right(*other))


HARD = right("kinds", "hard")


def test_soft_targets_gain_and_a_third_of_it_is_how_sure_the_teacher_is():
    """ "About a third of the gain is how sure the teacher is of this image." """
    soft, flat = ahead("kinds", "soft"), ahead("kinds", "flat")
    assert soft[0] > 3 and flat[0] > 0
    share = (right("kinds", "flat") - HARD).mean() / (right("kinds", "soft") - HARD).mean()
    assert 0.2 < share < 0.45
    # The sureness must be of this image: dealt out at random it gains nothing.
    assert ahead("kinds", "shuffled")[1] < flat[0]


@pytest.mark.parametrize("control", ["scrambled", "smoothed", "shuffled"])
def test_softness_without_knowledge_gains_nothing_that_could_be_told_from_chance(control):
    low, high = ahead("kinds", control)
    assert low < 0 < high or high < 0


def test_too_small_a_tau_is_a_wide_students_only_mistake():
    """ "From 4 on the wide student hardly cares", 1,000 included; at 1 it does."""
    means = {int(tau): right("tau", tau).mean() for tau in TABLE["tau"]}
    assert min(means, key=means.get) == 1
    large = [means[tau] for tau in means if tau >= 4]
    assert max(large) - min(large) < 1 < means[4] - means[1]


def test_a_large_tau_harms_a_narrow_student():
    """ "1, 2 and 4 cannot be told from hard labels; 8 is worse than 4"; 20 is behind the labels."""
    small = {k: right("small student", k) for k in TABLE["small student"]}
    for tau in ("1", "2", "4"):
        low, high = gain(small[tau], small["hard"])
        assert low < 0 < high, tau
    assert gain(small["4"], small["8"])[0] > 0
    assert gain(small["hard"], small["20"])[0] > 0
    assert abs(right("tau", "20").mean() - right("tau", "4").mean()) < 1, "a wide one is not"


def test_tau_squared_matters_where_teacher_and_label_share_the_loss():
    """ "At tau = 20 the teacher falls silent without it": what is left is almost only the label."""
    with_it, without = (right("tau squared", f"tau = 20, {w}") for w in ("with", "without"))
    assert gain(with_it, without)[0] > 3
    assert abs((without - HARD).mean()) < 1
    close = [right("tau squared", f"tau = 4, {w}") for w in ("with", "without")]
    assert gain(*close)[1] < gain(with_it, without)[0], "at 4 it matters less"


def test_a_small_step_or_few_epochs_take_the_gain_away():
    """ "Level or behind ... at 240 epochs they are ahead again." """

    def told(budget):
        return ahead("learning rate", f"{budget}, soft", ("learning rate", f"{budget}, hard"))

    assert told("0.001, 60 epochs")[1] < 1 and told("0.003, 60 epochs")[1] < 1
    assert told("0.01, 5 epochs")[1] < 0
    assert told("0.003, 240 epochs")[0] > 1
    low, high = ahead(
        "learning rate", "0.01, 5 epochs, tau = 1", ("learning rate", "0.01, 5 epochs, hard")
    )
    assert low > -0.5 and high < 5, "at tau = 1 they keep up"


@pytest.mark.parametrize("budget", ["0.01, 120 epochs", "0.03, 60 epochs", "0.003, 240 epochs"])
def test_the_hard_baseline_is_fair(budget):
    """ "Hard labels gain nothing by more time or a larger step." """
    assert ahead("learning rate", f"{budget}, hard")[0] < 0.5


def test_the_gain_melts_with_every_label_and_does_not_depend_on_width():
    gains = [
        (right("images", f"{n}, soft") - right("images", f"{n}, hard")).mean()
        for n in (50, 200, 400, 900)
    ]
    gains.insert(1, (right("kinds", "soft") - HARD).mean())
    assert gains == sorted(gains, reverse=True)
    assert ahead("images", "900, soft", ("images", "900, hard"))[1] < 0
    # "Alpha = 0.1 gains less."
    assert ahead("alpha", "0.1")[1] < ahead("kinds", "soft")[0]
    wide = (right("800 units", "100, soft") - right("800 units", "100, hard")).mean()
    assert abs(wide - gains[1]) < 2
    # "All 900 images: it is gone, and smoothing is ahead of both."
    for other in ("hard", "soft"):
        assert ahead("images", "900, smoothed", ("images", f"900, {other}"))[0] > 0


def test_students_copy_mistakes():
    copied = TABLE["mistakes copied"]
    assert gain(copied["soft"], copied["hard"])[0] > 0
    assert copied["hard"].mean() > 9, "most of the 18 are made without the teacher too"
    assert round((copied["soft"] - copied["hard"]).mean()) == 3


def test_the_digit_that_was_never_seen():
    threes = 86
    found = {name: rows[:, 1] / threes for name, rows in TABLE["never saw a 3"].items()}
    after = {name: rows[:, 4] / threes for name, rows in TABLE["never saw a 3"].items()}
    assert found["hard"].mean() < 0.02 and found["tau = 1"].mean() < 0.15
    assert found["tau = 4"].mean() > 0.75 and after["tau = 4"].mean() > 0.95
    assert after["tau = 1"].mean() > 0.75, "the likeness was learned, and lay under the bias"
    # "Anywhere from 0 to 11, and brings from none to half of the 3s, a fifth on average."
    bias = TABLE["never saw a 3"]["hard"][:, 2]
    assert bias.min() < 1 and 8 < bias.max() < 12
    assert after["hard"].min() < 0.05 and 0.4 < after["hard"].max() < 0.6
    assert 0.1 < after["hard"].mean() < 0.3 < after["tau = 1"].min()


def test_the_student_of_the_exercise_on_errors_is_one_of_them():
    from logitlab.checks.sheet_06_distillation.e12_reading_a_students_errors import CONFUSION

    logits = recording.student(0, "soft", width=64, rate=3e-3, but=3, tau=2)
    table, truth = np.zeros((10, 10), int), recording.data()[1][900:]
    np.add.at(table, (truth, logits.argmax(axis=1)), 1)
    assert np.abs(table - CONFUSION).sum() <= 6


def test_soft_texts_are_worth_many_hard_ones():
    """Bits at every size; 8 soft against 64 hard; tokens kept; favourites that have a name."""
    tables = {key: runs.mean(axis=0) for key, runs in TABLE["bigram tables"].items()}
    for n in recording.TEXTS:
        hard, soft = tables[f"{n} texts, hard"], tables[f"{n} texts, soft"]
        assert soft[0] < hard[0] - 0.4 and soft[1] > hard[1] and soft[2] > hard[2], n
    best_hard = tables["64 texts, hard"]
    assert tables["8 texts, soft"][0] < best_hard[0] < tables["4 texts, soft"][0]
    assert abs(tables["8 texts, soft"][2] - best_hard[2]) < 0.03
    assert tables["64 texts, soft"][2] > best_hard[2] + 0.03
    assert tables["64 texts, soft"][3] > best_hard[3] + 0.03, "by name alone"
    assert tables["64 texts, soft"][3] < tables["64 texts, soft"][2] / 2, "much has no name"


def test_accuracy_does_not_see_what_calibration_does():
    mean = {name: runs.mean(axis=0) for name, runs in TABLE["calibration"].items()}
    assert abs(mean["smoothed"][0] - mean["hard"][0]) < 0.01
    assert mean["smoothed"][4] > 2 * mean["hard"][4]
    assert mean["smoothed"][1] < mean["smoothed"][0] - 0.1, "says less than it knows"
    assert mean["soft, tau = 4"][4] < mean["hard"][4]
    over = {name: m[4] - m[5] for name, m in mean.items()}  # above what a perfect one would show
    assert abs(over["soft, tau = 4"] - over["teacher"]) < 0.005, "about as well as the teacher"
    assert over["hard"] > 0.005 and over["smoothed"] > 0.05
    T, before, after = TABLE["lesson 5's cure"]["smoothed"].mean(axis=0)
    assert T < 0.8 and after < before / 2
