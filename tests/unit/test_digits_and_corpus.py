"""The digits and the recorded corpus."""

import hashlib

import numpy as np
import pytest
from classroom.recording import corpus as recording
from classroom.recording import digits as copied
from logitlab import digits, recorded_corpus
from logitlab.distributions import softmax
from logitlab.model import load_model

CORPUS = recorded_corpus()


def test_the_digits_are_those_of_uci():
    images, labels = digits()
    assert images.shape == (1797, 64) and images.dtype == np.float32
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    whole = np.rint(16 * images).astype(np.uint8)
    np.testing.assert_array_equal(whole, 16 * images)
    digest = hashlib.sha256(whole.tobytes() + labels.astype(np.uint8).tobytes()).hexdigest()
    assert digest == "87ff0c9e40dc7e2c0e34e7257799c2e3f3aec1a016363bb11cad869ec428a826"
    assert copied.FILE.stat().st_size < 60_000


def test_the_corpus_is_small():
    assert recording.FILE.stat().st_size < 1_000_000


def test_every_place_has_a_distribution_and_a_draw_from_it():
    places = len(CORPUS.text)
    assert CORPUS.probs.shape == (places, recording.CLASSES) == (places, len(CORPUS.tokens))
    np.testing.assert_allclose(CORPUS.probs.sum(axis=1), 1)
    assert CORPUS.probs.min() >= 0
    assert CORPUS.probs[np.arange(places), CORPUS.following].min() > 0
    assert len(np.unique(CORPUS.text)) == recording.TEXTS
    assert np.bincount(CORPUS.text).max() == recording.LENGTH


def test_a_place_follows_the_one_before():
    same = CORPUS.text[1:] == CORPUS.text[:-1]
    np.testing.assert_array_equal(CORPUS.previous[1:][same], CORPUS.following[:-1][same])


def test_the_draws_are_as_likely_as_they_should_be():
    """A draw's surprisal is the entropy, up to chance: a bound of 4 standard errors."""
    p = np.maximum(CORPUS.probs, 1e-12)
    surprisal = -np.log2(p[np.arange(len(p)), CORPUS.following])
    entropy = -(p * np.log2(p)).sum(axis=1)
    spread = np.sqrt((p * (np.log2(p) + entropy[:, None]) ** 2).sum(axis=1).sum()) / len(p)
    assert abs(surprisal.mean() - entropy.mean()) < 4 * spread


@pytest.mark.needs("model")
def test_the_model_still_gives_this():
    """The first text again: its draws as far as rounding lets them agree, and one whole row."""
    model = load_model()
    begun = model.encode(recording.PROMPT)
    probs = softmax(model.logits(begun))
    named = [model.tokens.index(token) for token in CORPUS.tokens[:-1]]
    row = np.append(probs[named], 1 - probs[named].sum())
    kept = np.argsort(-row)[: recording.KEPT]
    np.testing.assert_allclose(CORPUS.probs[0][kept], row[kept], rtol=0.03, atol=1e-4)
