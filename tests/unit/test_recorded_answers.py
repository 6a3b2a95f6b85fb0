"""The questions and the guessing game: what was recorded, and that the model still says so."""

import numpy as np
import pytest
from classroom.recording import answers as asking
from classroom.recording import game as playing
from logitlab.data import recorded_answers, recorded_game
from logitlab.information import expected_calibration_error
from logitlab.model import load_model

ASKED = recorded_answers()
GAME = recorded_game()


def test_the_files_are_small():
    for path in (asking.QUESTIONS, asking.FILE, playing.FILE):
        assert path.stat().st_size < 75_000


def test_every_question_has_four_different_answers_and_is_asked_once():
    assert len(set(ASKED.questions)) == len(ASKED.questions) == 200
    assert all(question.endswith("?") for question in ASKED.questions)
    assert all(len(set(row)) == 4 and row == sorted(row) for row in ASKED.answers)


def test_scores_and_labels_follow_the_answers():
    for (question, right, *wrong), row, label, scores in zip(
        asking.questions(), ASKED.answers, ASKED.labels, ASKED.scores, strict=True
    ):
        assert question in ASKED.questions
        assert row[label] == right and set(row) == {right, *wrong}
        assert scores.shape == (4,) and (scores < 0).all()


def test_the_right_answer_stands_in_every_place():
    assert np.bincount(ASKED.labels, minlength=4).min() > 30


def test_scores_are_as_the_script_writes_them():
    order = [
        [row.index(a) for a in answers]
        for row, (_, *answers) in zip(ASKED.answers, asking.questions(), strict=True)
    ]
    rows = np.take_along_axis(ASKED.scores, np.array(order), axis=1).tolist()
    assert asking.dump(rows) == asking.FILE.read_text(encoding="utf-8")


def test_the_model_is_too_sure_and_a_temperature_mends_it():
    p = np.exp(ASKED.scores / 1.0)
    sure, mended = (
        np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        for z in (ASKED.scores, ASKED.scores / 1.88)
    )
    hits = (p.argmax(axis=1) == ASKED.labels).mean()
    assert sure.max(axis=1).mean() > hits + 0.1
    before, after = (expected_calibration_error(q, ASKED.labels, 10) for q in (sure, mended))
    assert after < before - 0.05


def test_each_place_of_the_game_adds_up():
    assert "The" + "".join(place.token for place in GAME) == playing.TEXT
    for place in GAME:
        assert len(place.guesses) == len(place.probs) == playing.GUESSES
        assert place.probs == sorted(place.probs, reverse=True) and sum(place.probs) < 1.001
        if place.rank <= playing.GUESSES:
            i = place.guesses.index(place.token)
            assert place.probs[place.rank - 1] == place.probs[i]
            assert place.bits == pytest.approx(-np.log2(place.probs[i]), abs=0.02)
        else:
            assert place.token not in place.guesses
        assert 0 <= place.entropy < 15.6


def test_the_game_is_as_the_script_writes_it():
    again = playing.dump([place._asdict() for place in GAME])
    assert again == playing.FILE.read_text(encoding="utf-8")


@pytest.mark.needs("model")
def test_the_model_still_scores_so():
    model = load_model()
    for i in (0, 34, 150):
        question, *answers = asking.questions()[i]
        scored = asking.scores(model, asking.PROMPT.format(question), answers)
        at = [ASKED.answers[i].index(answer) for answer in answers]
        np.testing.assert_allclose(scored, ASKED.scores[i][at], atol=0.01)


@pytest.mark.needs("model")
def test_the_model_still_guesses_so():
    for ours, now in zip(GAME, playing.places(load_model()), strict=True):
        assert (ours.token, ours.rank // 10) == (now["token"], now["rank"] // 10)
        assert ours.bits == pytest.approx(now["bits"], abs=0.03)
