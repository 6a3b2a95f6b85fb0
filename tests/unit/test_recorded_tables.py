"""Experiments with many seeds: their tables, what the lessons say of them, one run again."""

import re
from pathlib import Path

import numpy as np
import pytest
from classroom.recording import answers, calibration, dry, penalties, sampling
from logitlab import Pipeline, entropy, generate, recorded, softmax
from logitlab.data import Table, recorded_answers, recorded_table, recorded_texts
from logitlab.model import load_model

LESSONS = Path(__file__).parents[2] / "notebooks"
SCRIPTS = {"sampled": sampling.FILE, "dry": dry.FILE, "answers_asked": answers.ASKED}
SCRIPTS |= {"calibration": calibration.FILE}


def prose(lesson: str) -> str:
    """A lesson's source on one line."""
    return " ".join((LESSONS / f"{lesson}.py").read_text("utf-8").replace("\n# ", " ").split())


def repeats(ids):
    """How many tokens end four that stood there before."""
    fours = [tuple(ids[i - 3 : i + 1]) for i in range(3, len(ids))]
    return sum(four in fours[:i] for i, four in enumerate(fours))


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_table_is_small_and_says_when_and_where(name):
    table = recorded_table(name)
    assert isinstance(table, Table) and table.rows
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", table.day) and "cores" in table.processor
    assert SCRIPTS[name].stat().st_size < 200_000


def test_another_table_is_refused():
    with pytest.raises(ValueError, match="name must be one of sampled, dry"):
        recorded_table("drawn")
    with pytest.raises(ValueError, match="way must be one of"):
        recorded_answers("shouting")


# --- lesson 4: drawing ends the loop, DRY ends it without


def test_the_drawn_texts_are_those_of_the_settings_and_seeds():
    greedy, *drawn = recorded_table("sampled").rows
    assert greedy["setting"] == sampling.GREEDY and len(greedy["probs"]) == len(greedy["ids"])
    wanted = [(setting, seed) for setting in sampling.SETTINGS for seed in sampling.SEEDS]
    assert [(row["setting"], row["seed"]) for row in drawn] == wanted
    assert len(sampling.SEEDS) >= 36


def test_drawing_leaves_the_loop_and_a_low_temperature_brings_it_back():
    greedy, *drawn = recorded_table("sampled").rows
    counts = {
        setting: [repeats(row["ids"]) for row in drawn if row["setting"] == setting]
        for setting in sampling.SETTINGS
    }
    looped = {setting: sum(n >= 14 for n in found) for setting, found in counts.items()}
    assert looped == {"p = 0.95": 0, "T = 0.7, p = 0.9": 15, "T = 0.3": 28}
    assert repeats(greedy["ids"]) > 0.8 * len(greedy["ids"])
    assert greedy["ids"][:14] == greedy["ids"][14:28], "a round is 14 tokens long"
    rounds = np.array(greedy["probs"])[::14]
    assert round(100 * rounds[0]) == 16 and (np.diff(rounds) > 0).all()


def test_dry_leaves_the_loop_and_spares_what_must_come_again():
    rows = {row["prompt"]: row for row in recorded_table("dry").rows}
    assert "Canberra" in rows[f"chat: {penalties.QUESTION}"]["text"]
    assert rows[penalties.COUNT]["text"].startswith(" 6, 7, 8, 9, 10, 11, 12, 13")
    assert all(repeats(row["ids"]) < 14 for row in rows.values())
    tea = rows[sampling.TEA]["text"]
    assert (
        tea.startswith(" I'll need a pot of tea.\n\nThe next day, I'll") and tea.count("pot") == 2
    )


@pytest.mark.needs("model")
@pytest.mark.parametrize("setting", sampling.SETTINGS)
def test_the_model_still_draws_so(setting):
    row = next(row for row in recorded_table("sampled").rows if row["setting"] == setting)
    pipeline, rng = Pipeline(sampling.SETTINGS[setting]), np.random.default_rng(row["seed"])
    steps = generate(load_model(), sampling.TEA, pipeline, rng, 12)
    assert [step.token for step in steps] == row["ids"][:12]


@pytest.mark.whole
@pytest.mark.needs("model")
def test_the_model_still_writes_so_under_dry():
    now = {row["prompt"]: row["ids"] for row in dry.rows(load_model())}
    assert now == {row["prompt"]: row["ids"] for row in recorded_table("dry").rows}


# --- lesson 5: calibration, the prompt, the texts, the sample


def column(way, key):
    return np.array([row[key] for row in recorded_table("calibration").rows if row["way"] == way])


def within(x):
    """The range that holds 95 % of the runs."""
    return np.percentile(x, [2.5, 97.5])


def test_a_run_comes_again():
    rows = recorded_table("calibration").rows
    assert [(r["way"], r["seed"]) for r in rows] == [
        (way, seed) for way in ("", *answers.WAYS) for seed in calibration.SEEDS
    ]
    for row in (rows[0], rows[250], rows[-1]):
        assert calibration.run(row["way"], row["seed"]) == pytest.approx(row, abs=2e-4)


def test_what_lesson_5_says_of_the_calibration():
    said = prose("05_entropy")
    assert "T lies above 1 in every run" in said and (column("", "T") > 1).all()
    fall = column("", "loss") - column("", "loss_after")
    assert "likely and not certain" in said and within(fall)[0] < 0 < np.percentile(fall, 15)
    low, high = within(column("", "ece") - column("", "ece_after"))
    assert "falls less clearly" in said and low < 0 < high
    assert "about 0.13" in said and round(column("", "ece_chance").mean(), 2) == 0.13
    low, high = within(column("", "ece_after") - column("", "ece_chance"))
    assert "shows what a perfect one would" in said and low < 0 < high
    assert abs(column("", "sure_after").mean() - column("", "right").mean()) < 0.02


def test_what_lesson_5_says_of_the_prompt():
    said = prose("05_entropy")
    chat, examples = answers.WAYS
    first = recorded_answers()
    before = softmax(first.scores)
    for way in (chat, examples):
        asked = recorded_answers(way)
        assert np.array_equal(asked.labels, first.labels)
        after = softmax(asked.scores)
        hit, now = (z.argmax(axis=1) == first.labels for z in (before, after))
        right = now * 1.0 - hit
        sure = after.max(axis=1) - before.max(axis=1)
        (more, least), (_, surer) = (
            (d.mean(), d.mean() - 1.96 * d.std(ddof=1) / np.sqrt(len(d))) for d in (right, sure)
        )
        assert surer > 0
        if way == examples:
            assert "clearly more often right" in said and least > 0.05
        else:
            assert "that interval holds 0" in said and least < 0 < more
    low, high = within(column(examples, "T") - column("", "T"))
    assert low < 0 <= high < 0.01 and "still touches 0" in said


def test_no_example_of_the_prompt_is_asked():
    asked = {question for question, *_ in answers.questions()}
    assert not asked & {question for question, _ in answers.EXAMPLES}


@pytest.mark.needs("model")
@pytest.mark.parametrize("way", answers.WAYS)
def test_the_model_still_scores_so_when_asked_otherwise(way):
    found = next(r["scores"] for r in recorded_table("answers_asked").rows if r["way"] == way)
    model = load_model()
    for i in (3, 120):
        question, *choices = answers.questions()[i]
        now = answers.scores(model, answers.WAYS[way](model, question), choices)
        np.testing.assert_allclose(now, found[i], atol=0.02)


def test_a_text_drawn_at_1_surprises_as_it_expected_and_one_at_1_5_more():
    def gap(setting):
        gaps = [
            np.mean(np.subtract(t.surprisal, t.entropy))
            for t in recorded_texts()
            if t.setting == setting
        ]
        return np.mean(gaps), 2 * np.std(gaps, ddof=1) / len(gaps) ** 0.5, len(gaps)

    for setting, wide in {"T = 1": False, "T = 1.5": True, "T = 1.5, then k = 40": False}.items():
        mean, error, texts = gap(setting)
        assert texts >= 12 and (abs(mean) > error) == wide, (setting, mean, error)


def test_about_a_bit_is_missing_of_a_thousand_draws_with_every_seed():
    p = softmax(recorded("My name is").logits)
    for seed in range(36):
        counts = np.random.default_rng(seed).multinomial(1000, p / p.sum())
        added = ((counts > 0).sum() - 1) / (2000 * np.log(2))
        assert 0.8 < entropy(p) - entropy(counts / 1000) - added < 1.5
