"""Write golden.json: what transformers and torch make of the rows below.

Run once, with an interpreter that has torch and transformers; the tests need neither:

    python tests/golden/make_golden.py

A removed token (-inf) is null. Where a processor only removes, the kept tokens are stored as a
string of 0 and 1, row by row. Rows too long to store are made from a seed by `long_row`, with a
hash, and of their results the number and a hash of what was kept.
"""

import hashlib
import json
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
INF = float("inf")

ROWS = {
    "two": [0.3, -0.2],
    "three": [2.2, 1.8, 1.4],
    "ten": [3.1, 2.4, 2.2, 1.6, 1.1, 0.6, -0.2, -0.9, -1.7, -3.0],
    "ties at the cut": [1.0, 2.0, 2.0, 2.0, 3.0],
    "equal": [0.0, 0.0, 0.0, 0.0],
    "equal away from zero": [-7.5] * 8,
    "halves": np.log([0.5, 0.25, 0.125, 0.125]).tolist(),
    "fifths": np.log([0.4, 0.2, 0.2, 0.1, 0.1]).tolist(),
    "removed": [-INF, 1.0, 0.5, -INF, 2.0, -1.0],
    "one left": [-INF, -INF, 0.7],
    "far apart": [1000.0, 999.0, 990.0, -1000.0],
    "all negative": [-3.0, -2.5, -4.0, -2.5, -9.0],
    "batch": [[2.0, 1.0, 0.5, 0.1], [0.0, 3.0, 3.0, -1.0], [-INF, 0.2, -INF, 0.1]],
}
DTYPES = ("float16", "float32", "float64")
REMOVERS = {
    "top_k": [1, 2, 3, 5, 50],
    "top_p": [0.0, 0.1, 0.3, 0.5, 0.6, 0.75, 0.9, 0.99, 1.0],
    "min_p": [0.0, 0.05, 0.25, 0.5, 1.0],
    "typical_p": [0.05, 0.2, 0.5, 0.75, 0.9, 0.99],
}
TEMPERATURES = [0.1, 0.5, 1.0, 2.0, 10.0]
PENALTIES = [0.5, 1.0, 1.3, 5.0]
HISTORIES = [[], [0], [1, 0, 1, 1], [1, 1]]
CHAINS = [
    {"temperature": 0.7, "top_k": 50, "top_p": 0.9},
    {"temperature": 1.5, "top_k": 3},
    {"repetition_penalty": 1.2, "temperature": 0.5, "top_p": 0.8},
    {"temperature": 2.0, "min_p": 0.1},
    {"repetition_penalty": 1.1, "top_k": 4, "top_p": 0.95, "min_p": 0.02, "typical_p": 0.9},
]
VOCABULARIES = [17, 256, 1_000, 32_000, 50_257]


def long_row(vocab):
    """A bell-shaped float32 row from uniforms and sums only: the same on every machine."""
    uniform = np.random.default_rng(vocab).random((4, vocab))
    return ((uniform[0] + uniform[1] + uniform[2] + uniform[3] - 2) * 8).astype(np.float32)


def digest(array):
    """Hash of an array's bytes."""
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()[:16]


def main():
    """Ask transformers and torch, and write what they answer."""
    import torch
    import torch.nn.functional as F
    import transformers
    from transformers.generation import logits_process as theirs

    warpers = {
        "temperature": theirs.TemperatureLogitsWarper,
        "top_k": theirs.TopKLogitsWarper,
        "top_p": theirs.TopPLogitsWarper,
        "min_p": theirs.MinPLogitsWarper,
        "typical_p": theirs.TypicalLogitsWarper,
        "repetition_penalty": theirs.RepetitionPenaltyLogitsProcessor,
    }
    order = (
        "repetition_penalty",
        "temperature",
        "top_k",
        "top_p",
        "min_p",
        "typical_p",
    )

    def run(name, setting, z, history=()):
        scores = torch.from_numpy(np.atleast_2d(z))
        ids = torch.tensor([list(history)] * len(scores), dtype=torch.long)
        return warpers[name](setting)(ids, scores).numpy().reshape(z.shape)

    def chain(settings, z, history):
        for name in order:
            if name in settings:
                z = run(name, settings[name], z, history)
        return z

    def plain(array):
        return [None if x == -INF else float(x) for x in np.ravel(array).tolist()]

    def mask(array):
        return "".join("01"[x > -INF] for x in np.ravel(array).tolist())

    removed, changed, chains, softmaxes = [], [], [], []
    for row, values in ROWS.items():
        for dtype in DTYPES:
            z = np.array(values, dtype=dtype)
            # in float16 a running sum is too coarse to be a reference: float32 of the same values
            wide = z.astype(np.float32) if dtype == "float16" else z
            for name, settings in REMOVERS.items():
                for setting in settings:
                    out = run(name, setting, z if name == "top_k" else wide)
                    removed.append([row, dtype, name, setting, mask(out)])
            for setting in TEMPERATURES:
                if np.isfinite(np.float16(np.nanmax(np.abs(z[z > -INF])) / setting)):
                    out = run("temperature", setting, z)
                    changed.append([row, dtype, "temperature", setting, [], plain(out)])
            for history in HISTORIES:
                for setting in PENALTIES:
                    out = run("repetition_penalty", setting, z, history)
                    changed.append([row, dtype, "repetition_penalty", setting, history, plain(out)])
            for settings in CHAINS:
                out = torch.softmax(torch.from_numpy(chain(settings, wide, [1, 0, 1])), dim=-1)
                chains.append([row, dtype, settings, [1, 0, 1], plain(out)])
            wide = torch.from_numpy(wide)
            softmaxes.append(
                [row, dtype, plain(wide.softmax(dim=-1)), plain(wide.log_softmax(dim=-1))]
            )

    long = []
    for vocab in VOCABULARIES:
        z = long_row(vocab)
        for name, settings in REMOVERS.items():
            for setting in settings:
                narrow, wide = run(name, setting, z), run(name, setting, z.astype(np.float64))
                long.append(
                    {
                        "vocab": vocab,
                        "row": digest(z),
                        "name": name,
                        "setting": setting,
                        "kept in float32": int((narrow > -INF).sum()),
                        "kept": int((wide > -INF).sum()),
                        "mask": digest(np.packbits(wide > -INF)),
                    }
                )

    rng = np.random.default_rng(3)
    losses = []
    for rows, classes in ((1, 2), (3, 4), (5, 10)):
        student = rng.normal(scale=2, size=(rows, classes)).round(3)
        teacher = rng.normal(scale=3, size=(rows, classes)).round(3)
        labels = rng.integers(0, classes, size=rows)
        for tau in (0.5, 1.0, 3.0, 20.0):
            for alpha in (0.0, 0.5, 0.7, 1.0):
                s = torch.from_numpy(student).requires_grad_()
                soft = F.kl_div(
                    F.log_softmax(s / tau, dim=-1),
                    F.log_softmax(torch.from_numpy(teacher) / tau, dim=-1),
                    log_target=True,
                    reduction="batchmean",
                )
                hard = F.cross_entropy(s, torch.from_numpy(labels))
                loss = alpha * tau**2 * soft + (1 - alpha) * hard
                loss.backward()
                losses.append(
                    {
                        "student": student.tolist(),
                        "teacher": teacher.tolist(),
                        "labels": labels.tolist(),
                        "tau": tau,
                        "alpha": alpha,
                        "loss": loss.item(),
                        "gradient": s.grad.tolist(),
                    }
                )
    smoothed = []
    for smoothing in (0.0, 0.1, 0.5, 1.0):
        loss = F.cross_entropy(
            torch.from_numpy(student), torch.from_numpy(labels), label_smoothing=smoothing
        )
        smoothed.append([student.tolist(), labels.tolist(), smoothing, loss.item()])

    golden = {
        "versions": {
            "numpy": np.__version__,
            "torch": torch.__version__,
            "transformers": transformers.__version__,
        },
        "removed": removed,
        "changed": changed,
        "chains": chains,
        "softmax": softmaxes,
        "long": long,
        "distillation": losses,
        "label smoothing": smoothed,
    }
    text = json.dumps(golden, separators=(",", ":")).replace("],[", "],\n[")
    (HERE / "golden.json").write_text(text + "\n", encoding="utf-8")
    print(f"golden.json: {len(text):,} bytes, {len(removed) + len(changed) + len(chains)} cases")


if __name__ == "__main__":
    main()
