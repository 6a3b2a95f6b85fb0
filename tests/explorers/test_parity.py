"""The explorers' JavaScript and the library's Python give the same distributions."""

import base64
import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from logitlab.distributions import softmax
from logitlab.explorers._shared import Vocabulary, module
from logitlab.information import entropy
from logitlab.plots import percent
from logitlab.processors import Pipeline

from tests.limits import seconds

HERE = Path(__file__).parent
SIZES = (1, 2, 3, 5, 10, 50, 1000, 4000)
pytestmark = pytest.mark.needs("node")


def through_node(node, tmp_path, cases):
    """Run the shipped module over (vocabulary, seen entries, knobs or list of steps) cases."""
    exported = "\nexport { distribution, entries, entropy, stages };\n"
    (tmp_path / "module.mjs").write_text(module("distribution") + exported, encoding="utf-8")
    sent = [
        {k: base64.b64encode(v).decode() for k, v in vocabulary.traits().items()}
        | {"seen": seen, "knobs" if isinstance(what, dict) else "steps": what}
        for vocabulary, seen, what in cases
    ]
    (tmp_path / "cases.json").write_text(json.dumps(sent), encoding="utf-8")
    files = [str(tmp_path / name) for name in ("module.mjs", "cases.json", "results.json")]
    subprocess.run([node, str(HERE / "parity.mjs"), *files], check=True, timeout=seconds(120))
    results = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    for result in (stage for stages in results for stage in stages):
        result["p"] = np.frombuffer(base64.b64decode(result["p"]), "<f8")
        result["kept"] = np.frombuffer(base64.b64decode(result["kept"]), "<u4")
    several = not isinstance(cases[0][2], dict)
    return results if several else [stages[-1] for stages in results]


def reference(logits, history, knobs):
    """The same knobs through the library."""
    processed = Pipeline.named("transformers", **knobs)(logits, history)
    return softmax(processed), np.isfinite(processed)


def rows(rng):
    """Logits of every kind that could tell two implementations apart."""
    n = int(rng.choice(SIZES))
    scale = 10 ** rng.uniform(-2, 2)
    kind = rng.choice(["normal", "ties", "removed", "huge", "uniform", "peaked", "offset"])
    z = rng.normal(0, scale, n)
    if kind == "ties":
        z = np.round(rng.normal(0, 2, n))
    if kind == "removed" and n > 1:
        z[rng.permutation(n)[: n // 2]] = -np.inf
    if kind == "huge":
        z = rng.choice([-1e4, 0.0, 1e4, 9999.5], n) + rng.normal(size=n)
    if kind == "uniform":
        z = np.full(n, 3.0)
    if kind == "peaked":
        z[rng.integers(n)] += 800
    if kind == "offset":
        z -= 50
    return z


def some_knobs(rng, n):
    """A random subset of the knobs, at random or extreme settings."""
    knobs = {"temperature": float(rng.choice([0.01, 0.1, 0.5, 1.0, 1.7, 5.0, 100.0]))}
    if rng.random() < 0.5:
        knobs["top_k"] = int(rng.choice([1, 2, max(1, n // 2), n, n + 7]))
    if rng.random() < 0.5:
        knobs["top_p"] = float(rng.choice([0.0, 1e-9, 0.25, 0.5, 0.75, 0.9, 1 - 1e-9, 1.0]))
    if rng.random() < 0.3:
        knobs["min_p"] = float(rng.choice([0.0, 0.013, 0.21, 0.97]))
    if rng.random() < 0.5:
        knobs["repetition_penalty"] = float(rng.choice([0.5, 1.0, 1.1, 1.3, 2.0]))
    return knobs


def test_random_and_adversarial_rows_agree(node, tmp_path):
    rng = np.random.default_rng(20261122)
    cases, expected, ties_moved = [], [], []
    for _ in range(600):
        z = rows(rng)
        n = z.size
        knobs = some_knobs(rng, n)
        penalised = knobs.get("repetition_penalty", 1.0) != 1.0
        history = rng.integers(0, n, rng.integers(0, 6)) if penalised else []
        vocabulary = Vocabulary.of([str(i) for i in range(n)], z)
        seen = [vocabulary.entry_of[int(i)] for i in dict.fromkeys(history)]
        cases.append((vocabulary, seen, knobs))
        expected.append((*reference(z, history, knobs), vocabulary.order))
        ties_moved.append(penalised and "top_p" in knobs)
    results = through_node(node, tmp_path, cases)

    worst = 0.0
    for case, result, (p, kept, order), loose in zip(
        cases, results, expected, ties_moved, strict=True
    ):
        assert (case[0].counts == 1).all()
        ours, theirs, ours_kept, theirs_kept = result["p"], p[order], result["kept"], kept[order]
        if loose:  # which of two tokens made equal by the penalty top-p keeps is by id: count them
            ours, theirs = np.sort(ours), np.sort(theirs)
            ours_kept, theirs_kept = np.sort(ours_kept), np.sort(theirs_kept)
        np.testing.assert_array_equal(ours_kept, theirs_kept, err_msg=str(case[2]))
        worst = max(worst, np.abs(ours - theirs).max())
        assert abs(result["entropy"] - entropy(p)) <= 1e-11  # a sum of up to 4,000 terms
        assert result["p"][result["top"]] == result["p"].max()
    assert worst <= 1e-12


@pytest.mark.parametrize("n", [50_000, 151_936])
def test_a_large_vocabulary_agrees_when_its_logits_are_float16(node, tmp_path, n):
    """The tail travels as float16 of z - max, grouped: nothing is lost when z is that already."""
    rng = np.random.default_rng(n)
    z = np.minimum(rng.normal(-14, 3.5, n), 0).astype(np.float16).astype(float)
    z[rng.integers(n)] = 0.0
    vocabulary = Vocabulary.of([str(i) for i in range(n)], z)
    assert vocabulary.logits.size < n / 10
    settings = [
        {"temperature": 1.0},
        {"temperature": 0.3, "top_k": 50},
        {"temperature": 2.0, "top_p": 0.9},
        {"temperature": 1.5, "min_p": 0.013},
        {"temperature": 1.2, "top_k": 40_000, "top_p": 0.8, "min_p": 0.0013},
    ]
    results = through_node(node, tmp_path, [(vocabulary, [], knobs) for knobs in settings])
    for knobs, result in zip(settings, results, strict=True):
        p, kept = reference(z, [], knobs)
        assert result["kept"].sum() == kept.sum(), knobs
        assert abs(result["entropy"] - entropy(p)) <= 1e-11
        shown = vocabulary.order[:512]
        np.testing.assert_allclose(result["p"][:512], p[shown], rtol=0, atol=1e-12)


def test_a_large_vocabulary_in_float32_loses_little(node, tmp_path):
    """Rounding the tail moves what a reader sees by less than its last digit."""
    rng = np.random.default_rng(7)
    z = rng.normal(-14, 3.5, 50_000).astype(np.float32).astype(float)
    history = [int(i) for i in rng.integers(0, z.size, 20)]
    vocabulary = Vocabulary.of([str(i) for i in range(z.size)], z, alone=history)
    seen = [vocabulary.entry_of[i] for i in dict.fromkeys(history)]
    for T in (0.5, 1.0, 2.0, 5.0):
        knobs = {"temperature": T, "repetition_penalty": 1.3}
        (result,) = through_node(node, tmp_path, [(vocabulary, seen, knobs)])
        p, _ = reference(z, history, knobs)
        assert abs(result["entropy"] - entropy(p)) < 1e-4
        np.testing.assert_allclose(result["p"][:512], p[vocabulary.order[:512]], rtol=1e-4)
        np.testing.assert_allclose(
            result["p"][seen], p[[*dict.fromkeys(history)]], rtol=1e-4, atol=1e-15
        )


SETTINGS = {"temperature": "T", "top_k": "k", "top_p": "p", "min_p": "p"}


def some_steps(rng, n):
    """Processors in any order, some of them twice."""
    values = {
        "temperature": [0.1, 0.5, 1.0, 1.7, 5.0],
        "top_k": [1, 2, max(1, n // 2), n],
        "top_p": [0.0, 0.25, 0.5, 0.75, 0.9, 1 - 1e-9],
        "min_p": [0.013, 0.21, 0.97],
    }
    names = rng.choice(list(values), int(rng.integers(1, 6)))
    return [(str(name), rng.choice(values[name]).item()) for name in names]


def test_every_stage_of_any_order_agrees_with_the_pipeline(node, tmp_path):
    rng = np.random.default_rng(4)
    cases = []
    for _ in range(400):
        z = rows(rng)
        vocabulary = Vocabulary.of([str(i) for i in range(z.size)], z)
        cases.append((vocabulary, [], some_steps(rng, z.size)))
    for case, ours in zip(cases, through_node(node, tmp_path, cases), strict=True):
        vocabulary, _, steps = case
        pipeline = Pipeline([(name, {SETTINGS[name]: value}) for name, value in steps])
        theirs = pipeline.stages(vocabulary.raw)
        for mine, stage in zip(ours, theirs, strict=True):
            kept = stage.survivors[vocabulary.order]
            np.testing.assert_array_equal(mine["kept"], kept, err_msg=str(steps))
            worst = np.abs(mine["p"] - stage.probs[vocabulary.order]).max()
            assert worst <= 1e-12, steps
            assert mine["p"][mine["top"]] == mine["p"].max()


def test_a_large_vocabulary_in_another_order_agrees(node, tmp_path):
    rng = np.random.default_rng(9)
    z = np.minimum(rng.normal(-14, 3.5, 50_000), 0).astype(np.float16).astype(float)
    vocabulary = Vocabulary.of([str(i) for i in range(z.size)], z)
    steps = [("top_p", 0.95), ("top_k", 1000), ("temperature", 1.5), ("top_p", 0.8)]
    (ours,) = through_node(node, tmp_path, [(vocabulary, [], steps)])
    pipeline = Pipeline([(name, {SETTINGS[name]: value}) for name, value in steps])
    sizes = [int(stage.survivors.sum()) for stage in pipeline.stages(z)]
    assert [int(stage["kept"].sum()) for stage in ours] == sizes
    assert len(set(sizes)) > 2


def test_a_percentage_reads_alike_in_a_view_and_in_a_figure(node, tmp_path):
    rng = np.random.default_rng(3)
    values = [0, 1, 1e-4, 0.005, 0.0099, 0.01, 0.1234, 0.999, 0.9991, *rng.random(200) ** 8]
    exported = f"\nconsole.log(JSON.stringify({[float(v) for v in values]}.map(percent)));\n"
    (tmp_path / "module.mjs").write_text(module("chart") + exported, encoding="utf-8")
    run = [node, str(tmp_path / "module.mjs")]
    written = json.loads(subprocess.run(run, check=True, capture_output=True, timeout=60).stdout)
    assert written == [percent(value) for value in values]
