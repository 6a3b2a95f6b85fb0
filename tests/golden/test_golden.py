"""The library against what transformers and torch computed; see make_golden.py."""

import json
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from logitlab import processors
from logitlab.distillation import MLP, distillation_gradient, distillation_loss, train
from logitlab.distributions import log_softmax, softmax
from logitlab.processors import Pipeline
from make_golden import ROWS, digest, long_row

GOLDEN = json.loads((Path(__file__).parent / "golden.json").read_text(encoding="utf-8"))
RTOL = {"float16": 1e-3, "float32": 1e-6, "float64": 1e-12}

DIFFERENCES = {
    # An exact tie at p: the sum of the smaller probabilities is a few 1e-17 above 1 - p in
    # float64, so transformers keeps one token more there (not in float32); we count it as reached.
    ("halves", "float64", "top_p", 0.75): ("1101", "1100"),
    ("fifths", "float64", "top_p", 0.6): ("11100", "10100"),
    ("fifths", "float64", "top_p", 0.9): ("11111", "11101"),
    # p = 1: transformers drops a token whose probability underflowed to 0, we keep everything.
    ("far apart", "float16", "top_p", 1.0): ("1110", "1111"),
    ("far apart", "float32", "top_p", 1.0): ("1110", "1111"),
    ("far apart", "float64", "top_p", 1.0): ("1110", "1111"),
}
"""Where the library differs on purpose: what transformers keeps, what we keep."""


def numbers(values):
    return np.array([-np.inf if x is None else x for x in values])


def mask(logits):
    return "".join("01"[x > -np.inf] for x in np.ravel(logits).tolist())


@pytest.mark.parametrize("name", ["top_k", "top_p", "min_p", "typical_p"])
def test_what_is_removed(name):
    seen = set()
    for row, dtype, _, setting, theirs in [case for case in GOLDEN["removed"] if case[2] == name]:
        case = (row, dtype, name, setting)
        z = np.array(ROWS[row], dtype=dtype)
        out = getattr(processors, name)(z, setting)
        if name == "min_p":  # the last bit of exp decides on a token exactly p times as likely
            p = softmax(z.astype(float))
            top = p.max(axis=-1, keepdims=True)
            tied = (np.isclose(p, setting * top, rtol=1e-6) & (p < top)).ravel().tolist()
            assert all(a == b or tie for a, b, tie in zip(theirs, mask(out), tied, strict=True)), (
                case
            )
        elif case in DIFFERENCES:
            seen.add(case)
            assert (theirs, mask(out)) == DIFFERENCES[case], case
        else:
            assert mask(out) == theirs, case
        kept = out > -np.inf
        np.testing.assert_array_equal(out[kept], z[kept], err_msg=str(case))
    assert seen == {case for case in DIFFERENCES if case[2] == name}


def test_what_is_changed():
    for row, dtype, name, setting, history, theirs in GOLDEN["changed"]:
        z = np.array(ROWS[row], dtype=dtype)
        if name == "temperature":
            out = processors.temperature(z, setting)
        else:
            out = processors.repetition_penalty(z, history, setting)
        expected = numbers(theirs).reshape(z.shape)
        np.testing.assert_allclose(
            out, expected, rtol=RTOL[dtype], atol=1e-7, err_msg=str((row, dtype, name, setting))
        )


def test_whole_chains():
    for row, dtype, settings, history, theirs in GOLDEN["chains"]:
        z = np.array(ROWS[row], dtype=dtype)
        out = softmax(Pipeline.named("transformers", **settings)(z, history))
        np.testing.assert_allclose(
            out.ravel(), theirs, rtol=2e-6, atol=1e-7, err_msg=str((row, dtype, settings))
        )


def test_softmax_and_log_softmax():
    for row, dtype, probs, logs in GOLDEN["softmax"]:
        z = np.array(ROWS[row], dtype=dtype)
        close = partial(np.testing.assert_allclose, atol=1e-7, err_msg=f"{row} {dtype}")
        rtol = 1e-12 if dtype == "float64" else 1e-6
        close(softmax(z).ravel(), probs, rtol=rtol)
        close(log_softmax(z).ravel(), numbers(logs), rtol=rtol)


@pytest.mark.parametrize("vocab", sorted({case["vocab"] for case in GOLDEN["long"]}))
def test_long_rows(vocab):
    """From float32 logits we keep what transformers keeps when it sums in float64.

    Its float32 sums moved the cut of typical_p by a token, at 32,000 and at 50,257.
    """
    z = long_row(vocab)
    for case in [case for case in GOLDEN["long"] if case["vocab"] == vocab]:
        assert digest(z) == case["row"], "the row is not the one the results were made from"
        kept = getattr(processors, case["name"])(z, case["setting"]) > -np.inf
        assert (kept.sum(), digest(np.packbits(kept))) == (case["kept"], case["mask"]), case
        assert abs(kept.sum() - case["kept in float32"]) <= (case["name"] == "typical_p"), case


@pytest.mark.parametrize("case", GOLDEN["distillation"], ids=lambda c: f"{c['tau']}-{c['alpha']}")
def test_distillation(case):
    arguments = (case["student"], case["teacher"], case["labels"], case["tau"], case["alpha"])
    assert distillation_loss(*arguments) == pytest.approx(case["loss"], rel=1e-12)
    np.testing.assert_allclose(
        distillation_gradient(*arguments), case["gradient"], rtol=1e-10, atol=1e-14
    )


@pytest.mark.parametrize(("logits", "labels", "smoothing", "loss"), GOLDEN["label smoothing"])
def test_label_smoothing(logits, labels, smoothing, loss):
    """One step's loss of a network that puts out these logits: identity weights, no bias."""
    network = MLP((len(logits[0]), len(logits[0])), np.random.default_rng(0))
    network.weights[0][:] = np.eye(len(logits[0]))
    (epoch,) = train(
        network,
        logits,
        labels,
        epochs=1,
        rng=np.random.default_rng(0),
        label_smoothing=smoothing,
    )
    assert epoch.loss == pytest.approx(loss, rel=1e-6)
