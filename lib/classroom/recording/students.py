"""Record how students of lesson 6 do on the test, each setting with many seeds.

``python -m classroom.recording.students`` writes ``students.json``; it needs no model and some
minutes on one thread: ``OPENBLAS_NUM_THREADS=1``. Runs of one seed have the same images, the same
first weights and the same order, so that two settings are compared pair by pair. Another processor
may move a count by a few: training makes more of the last bits.
"""

import datetime
import json
from functools import cache
from itertools import product

import numpy as np
from logitlab.data import FOLDER, digits, recorded_corpus
from logitlab.distillation import MLP, train
from logitlab.distributions import log_softmax, softmax
from logitlab.information import brier, expected_calibration_error

from classroom.timing import machine

FILE = FOLDER / "students.json"
FEW, MANY = 12, 36  # seeds; many where a difference is under two points
TAUS = (1, 2, 4, 8, 20, 100, 1000, 10000)
BIASES = np.arange(0, 25.01, 0.25)
TEXTS = (2, 4, 8, 16, 32, 64)
HOLDS = (0.3, 1, 3, 10, 30, 100, 300)  # parts of the overall frequencies mixed into a row


@cache
def data():
    """Images, labels and the teacher's logits in the lesson's order; the first 900 are to learn."""
    images, labels = digits()
    order = np.random.default_rng(0).permutation(len(images))
    images, labels = images[order], labels[order]
    teacher = MLP((64, 256, 10), np.random.default_rng(0))
    rng = np.random.default_rng(1)
    train(teacher, images[:900], labels[:900], epochs=60, rng=rng, learning_rate=3e-3)
    return images, labels, teacher.logits(images)


def flat(logits, labels, tau, shuffle=None):
    """Logits that say at tau how sure the teacher is of each label, and nothing of the others."""
    sure = softmax(logits / tau)[np.arange(len(labels)), labels]
    if shuffle is not None:
        sure = shuffle.permutation(sure)
    out = np.repeat(((1 - sure) / 9)[:, None], 10, axis=1)
    out[np.arange(len(labels)), labels] = sure
    return tau * np.log(out)


def scrambled(logits, labels, rng):
    """The logits of the wrong digits permuted, in each row."""
    out = logits.copy()
    for row, label in zip(out, labels, strict=True):
        wrong = np.delete(np.arange(10), label)
        row[wrong] = row[rng.permutation(wrong)]
    return out


def student(
    seed, kind="hard", n=100, width=128, epochs=60, rate=1e-2, tau=4, alpha=1.0, tau2=True, but=None
):
    """Logits for the test images of one student; `but` is a digit that it never sees."""
    images, labels, teacher = data()
    rows = np.random.default_rng([6, seed]).choice(900, n, replace=False)
    if but is not None:
        rows = np.flatnonzero(labels[:900] != but)
    x, y, z = images[rows], labels[rows], teacher[rows]
    if kind in ("flat", "shuffled"):
        z = flat(z, y, tau, None if kind == "flat" else np.random.default_rng([8, seed]))
    elif kind == "scrambled":
        z = scrambled(z, y, np.random.default_rng([7, seed]))
    if not tau2:  # the same proportion of the two terms as without the factor
        alpha = alpha / tau**2 / (alpha / tau**2 + 1 - alpha)
    soft = {"teacher_logits": z, "tau": tau, "alpha": alpha}
    how = {"hard": {}, "smoothed": {"label_smoothing": 0.1}}.get(kind, soft)
    network = MLP((64, width, 10), np.random.default_rng([1, seed]))
    rng = np.random.default_rng([2, seed])
    train(network, x, y, epochs=epochs, rng=rng, learning_rate=rate, **how)
    return network.logits(images[900:])


def right(seeds, kind="hard", **how):
    """How many of the 897 test images each student names."""
    truth = data()[1][900:]
    return [int((student(s, kind, **how).argmax(axis=1) == truth).sum()) for s in range(seeds)]


def step(logits, bias):
    """Errors in all and 3s that are known, after the bias of the 3 is raised."""
    truth = data()[1][900:]
    answers = (logits + bias * (np.arange(10) == 3)).argmax(axis=1)
    return int((answers != truth).sum()), int((answers[truth == 3] == 3).sum())


def unseen(seed, **how):
    """Before; then the best bias and after, for a student that never saw a 3."""
    logits = student(seed, width=64, rate=3e-3, but=3, **how)
    after = [step(logits, bias) for bias in BIASES]
    least = min(range(len(BIASES)), key=lambda i: after[i][0])
    return [*step(logits, 0.0), float(BIASES[least]), *after[least]]


def judged(logits):
    """Right, mean probability of the answer, Brier score, log loss in bits, calibration error.

    Last the calibration error that a model shows which is right exactly as often as it says: the
    mean over twenty sets of answers that are drawn from its own probabilities.
    """
    truth = data()[1][900:]
    p = softmax(logits)
    rng = np.random.default_rng(9)
    drawn = ((rng.random((len(p), 1)) > p.cumsum(axis=1)).sum(axis=1) for _ in range(20))
    perfect = [expected_calibration_error(p, np.minimum(labels, 9)) for labels in drawn]
    bits = -np.log2(p[np.arange(len(p)), truth]).mean()
    found = (
        (p.argmax(axis=1) == truth).mean(),
        p.max(axis=1).mean(),
        brier(p, truth),
        bits,
        expected_calibration_error(p, truth),
        np.mean(perfect),
    )
    return [round(float(x), 4) for x in found]


def cured(logits):
    """Lesson 5's cure: T fitted on 448 test images, and the error before and after on the rest."""
    truth = data()[1][900:]
    rows = np.arange(448)
    T = min(
        np.arange(0.2, 3, 0.01),
        key=lambda t: -log_softmax(logits[:448] / t)[rows, truth[:448]].sum(),
    )
    rest, labels = logits[448:], truth[448:]
    errors = [expected_calibration_error(softmax(rest / t), labels) for t in (1, T)]
    return [round(float(x), 4) for x in (T, *errors)]


def copied(seeds, kind):
    """Of the test images that the teacher gets wrong: how many get the very same wrong answer."""
    _, labels, teacher = data()
    truth, said = labels[900:], teacher[900:].argmax(axis=1)
    wrong = said != truth
    return [
        int((student(s, kind, n=900).argmax(axis=1)[wrong] == said[wrong]).sum())
        for s in range(seeds)
    ]


def bigrams():
    """Of bigram tables, by kind and number of texts: bits, favourites named, tokens accepted.

    Last the tokens accepted that have a name: all others are one class, and no real token.
    """
    corpus = recorded_corpus()
    size = len(corpus.tokens)
    where = {"test": corpus.text < 24, "choose": (corpus.text >= 24) & (corpus.text < 32)}
    answers = {"hard": np.eye(size)[corpus.following], "soft": corpus.probs}
    favourite = corpus.probs.argmax(axis=1)
    named = where["test"] & (favourite < size - 1)

    def count(rows, targets):
        table = np.zeros((size, size))
        np.add.at(table, corpus.previous[rows], targets[rows])
        return table

    def mixed(table, k):
        overall = (table.sum(axis=0) + 0.5) / (table.sum() + 0.5 * size)
        return (table + k * overall) / (table.sum(axis=1, keepdims=True) + k)

    wanted = {name: count(rows, corpus.probs) for name, rows in where.items()}

    def bits(q, name):
        return float(-(wanted[name] * np.log2(q)).sum() / wanted[name].sum())

    def measure(seed, n, kind):
        texts = 32 + np.random.default_rng(seed).permutation(64)[:n]
        table = count(np.isin(corpus.text, texts), answers[kind])
        k = min(HOLDS, key=lambda k: bits(mixed(table, k), "choose"))
        q = mixed(table, k)
        agree = (q.argmax(axis=1)[corpus.previous[named]] == favourite[named]).mean()
        p, draft = corpus.probs[where["test"]], q[corpus.previous[where["test"]]]
        accepted = np.minimum(p, draft).mean(axis=0)
        found = (agree, accepted.sum(), accepted[:-1].sum())
        return [round(bits(q, "test"), 3), *(round(float(x), 4) for x in found)]

    # All 64 can be drawn in one way only.
    return {
        f"{n} texts, {kind}": [measure(s, n, kind) for s in range(FEW if n < 64 else 1)]
        for n, kind in product(TEXTS, answers)
    }


def experiments():
    """Each experiment by name: setting -> a row of what its seeds gave."""
    hard, soft = {"kind": "hard"}, {"kind": "soft"}
    yield (
        "kinds",
        {
            kind: right(MANY, kind)
            for kind in ("hard", "smoothed", "flat", "shuffled", "scrambled", "soft")
        },
    )
    yield "tau", {f"{tau}": right(MANY, "soft", tau=tau) for tau in TAUS}
    small = {"n": 900, "width": 8}
    yield (
        "small student",
        {"hard": right(MANY, **small)}
        | {f"{tau}": right(MANY, "soft", tau=tau, **small) for tau in (1, 2, 4, 8, 20, 100)},
    )
    yield "alpha", {f"{a}": right(MANY, "soft", alpha=a) for a in (0.1, 0.5, 0.9, 1.0)}
    yield (
        "tau squared",
        {
            f"tau = {tau}, {'with' if tau2 else 'without'}": right(
                MANY, "soft", tau=tau, alpha=0.5, tau2=tau2
            )
            for tau, tau2 in product((4, 20), (True, False))
        },
    )
    budgets = [(1e-3, 60), (3e-3, 60), (3e-2, 60), (3e-3, 240), (1e-2, 120), (1e-2, 5)]
    yield (
        "learning rate",
        {
            f"{rate:g}, {epochs} epochs, {kind}": right(MANY, kind, rate=rate, epochs=epochs)
            for (rate, epochs), kind in product(budgets, ("hard", "soft"))
        }
        | {"0.01, 5 epochs, tau = 1": right(MANY, "soft", tau=1, epochs=5)},
    )
    yield (
        "images",
        {
            f"{n}, {kind}": right(FEW if n < 400 else MANY, kind, n=n)
            for n, kind in product((50, 200, 400, 900), ("hard", "soft"))
        }
        | {"900, smoothed": right(MANY, "smoothed", n=900)},
    )
    wide = {"width": 800, "rate": 3e-3, "epochs": 15}
    yield (
        "800 units",
        {f"100, {kind}": right(FEW, kind, width=800) for kind in ("hard", "soft")}
        | {
            f"900, 15 epochs, {kind}": right(MANY, kind, n=900, **wide)
            for kind in ("hard", "smoothed", "soft")
        },
    )
    yield "mistakes copied", {kind: copied(FEW, kind) for kind in ("hard", "soft")}
    yield (
        "never saw a 3",
        {"hard": [unseen(s) for s in range(FEW)]}
        | {
            f"tau = {tau}": [unseen(s, kind="soft", tau=tau) for s in range(FEW)]
            for tau in (1, 2, 4, 20)
        },
    )
    settings = {"hard": hard, "smoothed": {"kind": "smoothed"}}
    settings |= {f"soft, tau = {tau}": soft | {"tau": tau} for tau in (1, 4)}
    runs = {name: [student(s, **how) for s in range(MANY)] for name, how in settings.items()}
    runs |= {"teacher": [data()[2][900:]]}
    yield "calibration", {name: [judged(z) for z in found] for name, found in runs.items()}
    yield "lesson 5's cure", {"smoothed": [cured(z) for z in runs["smoothed"]]}
    yield "bigram tables", bigrams()


def dump(record: dict) -> str:
    """JSON with the runs of one setting a line."""
    head = {name: part for name, part in record.items() if name != "experiments"}
    blocks = []
    for name, rows in record["experiments"].items():
        lines = (f"  {json.dumps(key)}: {json.dumps(runs)}" for key, runs in rows.items())
        blocks.append(f" {json.dumps(name)}: {{\n" + ",\n".join(lines) + "\n }")
    body = ",\n".join(blocks)
    return json.dumps(head)[:-1] + ',\n"experiments": {\n' + body + "\n}}\n"


if __name__ == "__main__":
    record = {"day": datetime.date.today().isoformat(), "machine": machine(), "experiments": {}}
    for name, rows in experiments():
        record["experiments"][name] = rows
        print(name, flush=True)
    FILE.write_text(dump(record), encoding="utf-8")
    print(f"{FILE}: {FILE.stat().st_size:,} bytes")
