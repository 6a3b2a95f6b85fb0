"""Time the processors against transformers, in one run, on one CPU thread.

Run it with an interpreter that has torch and transformers as well as NumPy:

    PYTHONPATH=lib OMP_NUM_THREADS=1 python tests/benchmarks/bench_processors.py

It prints the median time of both and their ratio, and exits with 1 when a ratio at a vocabulary of
49,152 or more is above its target. The logits are one float32 row, normal with deviation 3: flatter
than a real model's, so the nucleus is large.
"""

import sys
import time

import numpy as np
from logitlab.distributions import sample, softmax
from logitlab.processors import (
    Pipeline,
    min_p,
    repetition_penalty,
    temperature,
    top_k,
    top_p,
    typical_p,
)

VOCABULARIES = (1_000, 49_152, 128_256, 151_936)
JUDGED_FROM = 49_152
TARGETS = {
    "temperature": 1.3,
    "softmax": 2.0,
    "repetition_penalty": 0.6,
    "top_k": 0.5,
    "top_p": 0.5,
    "chain": 0.3,
}


def cases(vocab, torch, theirs):
    """Pairs of calls that do the same work: name, ours, theirs."""
    rng = np.random.default_rng(0)
    z = rng.normal(scale=3, size=vocab).astype(np.float32)
    history = rng.integers(0, vocab, size=200)
    scores, ids = torch.from_numpy(z[None]), torch.from_numpy(history[None])

    chain = Pipeline.named(
        "transformers", repetition_penalty=1.1, temperature=0.7, top_k=50, top_p=0.9
    )
    processors = [
        theirs.RepetitionPenaltyLogitsProcessor(1.1),
        theirs.TemperatureLogitsWarper(0.7),
        theirs.TopKLogitsWarper(50),
        theirs.TopPLogitsWarper(0.9),
    ]
    penalty, warm, k50, nucleus = processors

    def their_chain():
        out = scores
        for processor in processors:
            out = processor(ids, out)
        return torch.multinomial(torch.softmax(out, dim=-1), 1)

    minimum, typical = theirs.MinPLogitsWarper(0.05), theirs.TypicalLogitsWarper(0.9)
    return [
        ("temperature", lambda: temperature(z, 0.7), lambda: warm(ids, scores)),
        ("softmax", lambda: softmax(z), lambda: torch.softmax(scores, dim=-1)),
        (
            "repetition_penalty",
            lambda: repetition_penalty(z, history, 1.1),
            lambda: penalty(ids, scores),
        ),
        ("top_k", lambda: top_k(z, 50), lambda: k50(ids, scores)),
        ("top_p", lambda: top_p(z, 0.9), lambda: nucleus(ids, scores)),
        ("min_p", lambda: min_p(z, 0.05), lambda: minimum(ids, scores)),
        ("typical_p", lambda: typical_p(z, 0.9), lambda: typical(ids, scores)),
        ("chain", lambda: sample(softmax(chain(z, history)), rng), their_chain),
    ]


def medians(ours, others, rounds=60, calls=5):
    """Median seconds of a call for each; the two take turns, so that both see the same machine."""
    times = [], []
    for _ in range(rounds):
        for function, into in zip((ours, others), times, strict=True):
            function()  # refill the caches that the other one used
            start = time.perf_counter()
            for _ in range(calls):
                function()
            into.append((time.perf_counter() - start) / calls)
    return [float(np.median(seconds)) for seconds in times]


def main():
    """Print the table; leave with 1 when a target is missed."""
    try:
        import torch
        import transformers
        from transformers.generation import logits_process as theirs
    except ImportError as problem:
        sys.exit(f"This benchmark compares with transformers, which is missing here: {problem}")
    torch.set_num_threads(1)
    print(
        f"numpy {np.__version__}, torch {torch.__version__}, "
        f"transformers {transformers.__version__}; one thread, one row, medians in microseconds"
    )
    print(f"{'vocabulary':>10}  {'call':<18} {'numpy':>8} {'transf.':>8} {'ratio':>6}  target")
    missed = []
    with torch.no_grad():  # as in generate
        for vocab in VOCABULARIES:
            for name, ours, others in cases(vocab, torch, theirs):
                mine, other = medians(ours, others)
                ratio, target = mine / other, TARGETS.get(name)
                if vocab < JUDGED_FROM:
                    target = None
                late = target is not None and ratio > target
                print(
                    f"{vocab:>10,}  {name:<18} {mine * 1e6:>8.1f} {other * 1e6:>8.1f} {ratio:>6.2f}"
                    + (f"  {target}" if target else "")
                    + ("  MISSED" if late else ""),
                    flush=True,
                )
                if late:
                    missed.append(f"{name} at {vocab:,}: {ratio:.2f} > {target}")
    if missed:
        sys.exit("Targets missed: " + "; ".join(missed))


if __name__ == "__main__":
    main()
