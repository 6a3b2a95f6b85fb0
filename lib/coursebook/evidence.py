"""What the claims of book/claims.csv come to, computed: the logits of the articles, figures read in
papers, and for each claim its value and the numbers that its explanation gives.
"""

from functools import cache

import numpy as np
from logitlab import (
    Pipeline,
    brier,
    distillation_loss,
    entropy,
    greedy,
    kl_divergence,
    perplexity,
    presence_penalty,
    recorded,
    recorded_prompts,
    repetition_penalty,
    sample,
    softmax,
    surprisal,
    temperature,
    top_k,
    top_p,
)

# Logits that the articles print.
TOKENS = ["approve", "reject", "review", "escalate", "delay"]
TOKENS += ["audit", "optimize", "notify", "assign", "close"]
TEN = np.array([2.2, 1.8, 1.4, 0.9, 0.2, 0.1, -0.3, -0.6, -0.8, -1.0])
FIVE_TOKENS = ["escalate", "notify", "delay", "close", "optimize"]
FIVE = np.array([2.5, 2.0, 0.8, -0.5, -1.2])
SKY = np.array([15.2, 10.1, 8.4, 6.2, 2.1, -4.8])  # blue, cloudy, clear, dark, green, cheese
NAPKIN = np.array([2.0, 1.0, 0.5, 0.1])
CAPITAL = np.array([2.0, 1.5])  # Sydney, Canberra: ours, for an argument made without numbers
# The article's figure has twenty tokens and does not print them; its code draws these.
TWENTY = np.random.default_rng(42).normal(0, 1, 20)
TWENTY[0] += 4

# Tables that the articles print, in the order of TOKENS.
TABLE_1 = np.array([0.36, 0.24, 0.16, 0.10, 0.05, 0.04, 0.03, 0.02, 0.01, 0.01])
TABLE_01 = np.array([0.967, 0.023, 0.005, 0.002, 0.001, 0.001, 0, 0, 0, 0])
TABLE_2 = np.array([0.138, 0.121, 0.106, 0.088, 0.082, 0.075, 0.152, 0.134, 0.068, 0.036])

LIBRARIES = ("transformers", "vllm", "llama.cpp")

# Teacher and student of four classes, for statements about the loss and its gradient.
TEACHER, STUDENT = np.array([[3.0, 1.5, -0.5, -1.0]]), np.array([[2.0, 1.0, 0.5, 0.1]])

# Defaults of the temperature, as read in the documentation in 2026.
DEFAULTS = {"OpenAI": 1, "Anthropic": 1.0, "transformers": 1.0, "llama.cpp": 0.8}

# Figures read in the works named by the key, which is that of references.bib.
PAPERS = {
    "hinton2015": {"year": 2015, "authors": 3, "best_tau_small_net": (2.5, 4), "tau_large_net": 20},
    "holtzman2020": {
        "repetition": {"human": 0.28, "greedy": 73.66, "beam": 28.94},  # per cent, table 1
        "perplexity": {"human": 12.38, "greedy": 1.50, "beam": 1.48},
    },
    "he2025": {"runs": 1000, "distinct": 80},
}


def at(logits, T):
    """Probabilities at a temperature."""
    return softmax(temperature(logits, T))


def nats(probs):
    """Entropy in nats."""
    return entropy(probs, base=np.e)


def kept(logits):
    """How many tokens a processor left."""
    return int(np.isfinite(logits).sum())


def shown(probs):
    """Probabilities that a printed table stands for: its values, made to add to one."""
    return probs / probs.sum()


def steepest(logits):
    """The temperature, from 0.05 to 5, at which the largest probability falls fastest."""
    grid = np.linspace(0.05, 5, 991)
    return grid[np.gradient(softmax(logits / grid[:, None]).max(axis=1), grid).argmin()]


def gradient(tau):
    """The exact gradient of the soft loss without its factor tau^2, and its high-tau limit."""
    exact = (at(STUDENT, tau) - at(TEACHER, tau)) / tau
    centred = [z - z.mean() for z in (STUDENT, TEACHER)]
    return exact, (centred[0] - centred[1]) / (STUDENT.size * tau**2)


def law_error(tau):
    """Relative error of the law 1/(N tau^2) for the gradient."""
    exact, law = gradient(tau)
    return np.linalg.norm(exact - law) / np.linalg.norm(law)


def agrees(written, value):
    """Whether a number, rounded to as many places as were printed, is the number printed."""
    places = len(written.partition(".")[2])
    return round(float(value), places) == float(written)


def order(library):
    """Names of a library's stages, those that are on, in its order."""
    pipeline = Pipeline.named(library, temperature=0.5, top_p=0.9, repetition_penalty=1.3)
    on = ("temperature", "top_p", "repetition_penalty")
    return [stage.name for stage in pipeline.stages(TEN, [0]) if stage.name in on]


def each(claim, parts, values):
    """The values of a claim that is made of several: its id with each part at its end."""
    return {f"{claim}{part}": (value,) for part, value in zip(parts, values, strict=True)}


@cache
def computed():
    """For each claim what it comes to (None: nothing), then the numbers of its explanation.

    Held against the number that was printed; where none was, itself whether the claim holds. Two
    values or more, in a tuple, are readings of the claim.
    """
    hot = temperature(recorded("My name is").logits, 2)
    five = [0, 1, 2, 3, 9]  # of the ten tokens
    hinton, repeated = PAPERS["hinton2015"], PAPERS["holtzman2020"]["repetition"]
    energies = -NAPKIN
    return {
        "S0-01": (np.isclose(softmax(TEN).sum(), 1), softmax(TEN).sum()),
        "S0-02": (np.array_equal(at(TEN, 1), softmax(TEN)), abs(at(TEN, 1) - softmax(TEN)).max()),
        "S0-03": (
            np.ptp(temperature(TEN, 0.5)) > np.ptp(TEN) > np.ptp(temperature(TEN, 2)),
            np.ptp(TEN),
            np.ptp(temperature(TEN, 0.5)),
            np.ptp(temperature(TEN, 2)),
        ),
        "S0-04": (90 + 9 + 1, 90 + 9 + 1),
        "S0-05": (
            greedy([0.51, 0.49]) == greedy([0.99, 0.01]),
            nats([0.51, 0.49]) / np.log(2),
            entropy([0.99, 0.01]),
            surprisal(0.51),
            surprisal(0.99),
            brier([[0.51, 0.49]], [0]),
            brier([[0.99, 0.01]], [0]),
        ),
        "S0-06": (hinton["year"], hinton["authors"]),
        "S0-08": (
            len({int(sample(softmax(TEN), np.random.default_rng(s))) for s in range(20)}) == 1,
            len({int(sample(softmax(TEN), np.random.default_rng(s))) for s in range(20)}),
        ),
        "S0-09": (
            (entropy(at(TWENTY, 2)) > entropy(at(TWENTY, 1)), np.ptp(at(TWENTY, 1000)) > 0.01),
            entropy(at(TWENTY, 1)),
            entropy(at(TWENTY, 20)),
            entropy(at(TWENTY, 1000)),
            np.log2(20),
        ),
        "S0-10": (
            (
                greedy([0.51, 0.49]) == greedy([0.99, 0.01]),
                np.isclose(perplexity([0.51, 0.49]), perplexity([0.99, 0.01])),
            ),
            perplexity([0.51, 0.49]),
            perplexity([0.99, 0.01]),
        ),
        "S1-01": (100 * softmax(SKY)[0], 100 * softmax(SKY[[0, 1, 5]])[0]),
        "S1-02": (100 * softmax(SKY)[1],),
        "S1-03": (100 * softmax(SKY)[5], softmax(SKY)[5]),
        "S1-04": (temperature(SKY, 0.1)[0],),
        "S1-05": (temperature(SKY, 0.1)[5],),
        "S1-06": (
            (at(SKY, 0.1)[0] > 0.9999, agrees("99.99", 100 * at(SKY, 0.1)[0])),
            np.exp(-51),
            0.0001 / np.exp(-51),
        ),
        "S1-07": (temperature(SKY, 2)[0],),
        "S1-08": (temperature(SKY, 2)[5],),
        "S1-09": (100 * softmax(SKY)[5], 0.001 / softmax(SKY)[5]),
        "S1-10": (
            100 * at(SKY, 2)[5] > 0.1,
            100 * at(SKY, 2)[5],
            at(SKY, 2)[5] / softmax(SKY)[5],
            softmax(SKY)[5],
        ),
        "S1-11": (at(SKY, 0.1)[0],),
        "S1-12a": (softmax(SKY)[0], softmax(SKY)[0]),
        **each("S1-12", "bcd", softmax(SKY)[1:4]),
        **each("S1-13", "abcdf", at(SKY, 2)[[0, 1, 2, 3, 5]]),
        "S1-14": (
            all((np.diff(temperature(TEN, T)) < 0).all() for T in np.geomspace(0.01, 100, 1000)),
        ),
        "S1-15": (
            (law_error(1000) < 0.001, law_error(3) < 0.05),
            100 * law_error(3),
            100 * law_error(20),
            100 * law_error(1000),
        ),
        "S1-16": (
            np.isclose(
                0.7 * 9 * kl_divergence(at(TEACHER, 3), at(STUDENT, 3), base=np.e)[0]
                - 0.3 * np.log(softmax(STUDENT)[0, 0]),
                distillation_loss(STUDENT, TEACHER, [0], tau=3, alpha=0.7),
            ),
            distillation_loss(STUDENT, TEACHER, [0], tau=3, alpha=0.7),
        ),
        "S1-17": (
            (
                hinton["best_tau_small_net"][0] <= 3 <= 4 <= hinton["best_tau_small_net"][1],
                hinton["tau_large_net"] <= 4,
            ),
            hinton["tau_large_net"],
        ),
        "S1-19": (
            (
                entropy(at(TEACHER, 4))[0] > entropy(at(TEACHER, 1))[0],
                not np.allclose(temperature(temperature(TEACHER, 4), 1 / 4), TEACHER),
            ),
        ),
        "S1-20": (
            any(
                kept(top_p(temperature(recorded(q).logits, 0.5), 0.95)) > 10
                for q in recorded_prompts()[:12]
            ),
            kept(top_p(temperature(recorded("My name is").logits, 0.5), 0.95)),
            kept(top_p(temperature(recorded("Once upon a time").logits, 0.5), 0.95)),
        ),
        "S1-21": (
            kept(top_p(top_k(hot, 5), 0.3)) < min(5, kept(top_p(hot, 0.3))),
            kept(top_p(hot, 0.3)),
            kept(top_p(top_k(hot, 5), 0.3)),
            kept(top_p(temperature(TEN, 2), 0.3)),
        ),
        "S1-22": (
            (
                kept(top_k(top_p(temperature(TEN, 2), 0.5), 5))
                == min(5, kept(top_p(temperature(TEN, 2), 0.5))),
                kept(top_p(top_k(temperature(TEN, 2), 5), 0.5))
                == min(5, kept(top_p(temperature(TEN, 2), 0.5))),
            ),
            kept(top_p(top_k(temperature(TEN, 2), 5), 0.5)),
            kept(top_k(top_p(temperature(TEN, 2), 0.5), 5)),
        ),
        "S1-23": (
            tuple(
                kept(Pipeline.named(library, temperature=0.5, top_p=0.8)([3.0, 2.0, 1.0]))
                == kept(top_p(temperature([3.0, 2.0, 1.0], 0.5), 0.8))
                for library in LIBRARIES
            ),
            kept(Pipeline.named("transformers", temperature=0.5, top_p=0.8)([3.0, 2.0, 1.0])),
            kept(Pipeline.named("llama.cpp", temperature=0.5, top_p=0.8)([3.0, 2.0, 1.0])),
        ),
        "S1-25": (
            all(0.7 <= T <= 1 for T in DEFAULTS.values()),
            ", ".join((f"{T} for {name}" for name, T in DEFAULTS.items())),
        ),
        "S1-26": (
            ((0.1 + 0.2) + 0.3 != 0.1 + (0.2 + 0.3), "rng" in greedy.__code__.co_varnames),
            PAPERS["he2025"]["runs"],
            PAPERS["he2025"]["distinct"],
        ),
        "S1-27": (0.5 <= 0.1 and 0.3 <= 1.2,),
        "S1-28": (
            all(np.diff([at(CAPITAL, T)[1] for T in (0.1, 0.5, 1, 2)]) > 0)
            and at(CAPITAL, 1000)[1] < 0.5,
            at(CAPITAL, 0.1)[1],
            at(CAPITAL, 1)[1],
            at(CAPITAL, 2)[1],
        ),
        "S2-01": (np.exp(5.0 - 4.0),),
        "S2-02": (at(NAPKIN, 0.01)[0] > 1 - 1e-12, at(NAPKIN, 0.01)[0]),
        "S2-03": (
            np.allclose(at(NAPKIN, 1e6), 1 / 4, atol=1e-6),
            at(NAPKIN, 1000000.0).min(),
            at(NAPKIN, 1000000.0).max(),
        ),
        "S2-04": (
            np.allclose(at(NAPKIN, 2), np.exp(-energies / 2) / np.exp(-energies / 2).sum()),
            abs(at(NAPKIN, 2) - np.exp(-energies / 2) / np.exp(-energies / 2).sum()).max(),
        ),
        "S2-05": (100 * at(NAPKIN, 0.5)[0], 100 * at(NAPKIN, 0.652)[0]),
        "S2-06": (100 * at(NAPKIN, 1)[0], 100 * at(NAPKIN, 1.515)[0]),
        "S2-07a": (100 * at(NAPKIN, 2)[0], 32 + 27 + 24 + 18),
        **each("S2-07", "bcd", 100 * at(NAPKIN, 2)[1:]),
        "S2-09": (
            0.40 * ((1 / 0.99 - 1 - (25 / 40) ** 20 - (15 / 40) ** 20) / 7) ** (1 / 20) <= 0.20,
            (25 / 40) ** 20,
            100 * 0.4 * ((1 / 0.99 - 1 - (25 / 40) ** 20 - (15 / 40) ** 20) / 7) ** (1 / 20),
            100 / (1 + 9 * (0.01 / 0.99 / 9) ** (1 / 20)),
        ),
        "S2-10": (0.5 * 0.4 >= 0.4 * 0.9, 0.5 * 0.4, 0.4 * 0.9),
        "S2-11": (
            (
                repeated["beam"] < repeated["greedy"],
                repeated["beam"] < 1,
            ),
            repeated["beam"],
            repeated["human"],
        ),
        "S2-12": (
            kept(temperature(TEN, 2)) == 10
            and kept(top_k(TEN, 5)) == 5
            and 0 < kept(top_p(top_k(temperature(TEN, 2), 5), 0.5)) < 5,
            kept(temperature(TEN, 2)),
            kept(top_k(TEN, 5)),
            kept(top_p(top_k(temperature(TEN, 2), 5), 0.5)),
        ),
        "S2-14": (
            (np.diff([entropy(at(TEN, T)) for T in np.geomspace(0.05, 50, 500)]) > 0).all(),
            entropy(at(TEN, 0.5)),
            entropy(at(TEN, 1)),
            entropy(at(TEN, 2)),
        ),
        "S3-01": (np.e,),
        **each("S3-02", "abcdefghij", softmax(TEN)),
        "S3-03": (round(TABLE_1.sum(), 2) == 1, TABLE_1.sum()),
        "S3-04": (softmax(TEN)[9] < 0.01, 100 * softmax(TEN)[9]),
        "S3-05": (
            (
                abs(36 - 100 * softmax(TEN)[0])
                < 10 * np.sqrt(softmax(TEN)[0] * (1 - softmax(TEN)[0])),
                agrees("36", 100 * softmax(TEN)[0]),
            ),
            100 * softmax(TEN)[0],
            10 * np.sqrt(softmax(TEN)[0] * (1 - softmax(TEN)[0])),
        ),
        "S3-06": (
            (
                abs(24 - 100 * softmax(TEN)[1])
                < 10 * np.sqrt(softmax(TEN)[1] * (1 - softmax(TEN)[1])),
                agrees("24", 100 * softmax(TEN)[1]),
            ),
            100 * softmax(TEN)[1],
        ),
        "S3-07": ((softmax([4.0, 2.0])[0] > 0.5, softmax([4.0, 2.0])[0] > 0.99), np.exp(2)),
        **each("S3-08-0.5-", [TOKENS[i] for i in five], temperature(TEN, 0.5)[five]),
        **each("S3-08-2.0-", [TOKENS[i] for i in five], temperature(TEN, 2)[five]),
        "S3-09a": (np.ptp(temperature(TEN, 1)),),
        "S3-09b": (np.ptp(temperature(TEN, 0.5)),),
        "S3-09c": (np.ptp(temperature(TEN, 2)),),
        "S3-10": (greedy(at(TEN, 0.1)) == greedy(at(TEN, 5)) == TOKENS.index("approve"),),
        "S3-11": (None, np.log(2)),
        "S3-12": (at(TWENTY, 0.1)[0] > 0.990, 1000 * at(TWENTY, 0.1)[0], 1000 * at(TEN, 0.1)[0]),
        "S3-13": (at(TWENTY, 1)[0], at(TWENTY, 1)[0], at(TEN, 1)[0]),
        "S3-14": (
            (
                entropy(at(TWENTY, 5)) > 0.98 * np.log2(20),
                at(TWENTY, 5).max() / at(TWENTY, 5).min() < 1.5,
            ),
            entropy(at(TWENTY, 5)),
            np.log2(20),
            100 * at(TWENTY, 5).max(),
            100 * at(TWENTY, 5).min(),
            at(TWENTY, 5).max() / at(TWENTY, 5).min(),
        ),
        "S3-15-0.1": (100 * at(TWENTY, 0.1)[0], 100 * at(TEN, 0.1)[0]),
        "S3-15-1.0": (100 * at(TWENTY, 1.0)[0], 100 * at(TEN, 1.0)[0]),
        "S3-15-5.0": (100 * at(TWENTY, 5.0)[0], 100 * at(TEN, 5.0)[0]),
        "S3-16": (
            (20 * at(TWENTY, 5)[0] > 1, 20 * at(TWENTY, 5)[0] < 1.5),
            20 * at(TWENTY, 5)[0],
            10 * at(TEN, 5)[0],
        ),
        "S3-17": (
            at(TWENTY, 0.1)[0] - at(TWENTY, 0.3)[0] > at(TWENTY, 3)[0] - at(TWENTY, 5)[0],
            at(TWENTY, 0.1)[0] - at(TWENTY, 0.3)[0],
            at(TWENTY, 3)[0] - at(TWENTY, 5)[0],
            at(TEN, 0.1)[0] - at(TEN, 0.3)[0],
            at(TEN, 3)[0] - at(TEN, 5)[0],
        ),
        "S3-18": (steepest(TWENTY) < 0.7, steepest(TWENTY), steepest(TEN)),
        "S3-19": (np.log2(20),),
        "S3-20": (
            nats(np.full(20, 1 / 20)),
            np.log(20),
            nats(at(TWENTY, 5)),
            entropy(at(TWENTY, 5)),
        ),
        "S3-21": (3 == 2.5, np.log2(10)),
        "S3-22a": (
            entropy([0.9, 0.05, 0.05]) < 0.5 * np.log2(3),
            entropy([0.9, 0.05, 0.05]),
            np.log2(3),
        ),
        "S3-22b": (entropy([0.4, 0.4, 0.2]) > entropy([0.9, 0.05, 0.05]), entropy([0.4, 0.4, 0.2])),
        "S3-23": (all(p[0] > p[1] for p in ([0.9, 0.05, 0.05], [0.4, 0.4, 0.2])),),
        "S3-24": (at(TWENTY, 5).max() > 1 / 3, at(TWENTY, 5).min(), at(TWENTY, 5).max()),
        "S3-25": (
            None,
            (at(TWENTY, 2) > 0.1).sum(),
            (at(TWENTY, 5) > 0.1).sum(),
            (at(TEN, 1) > 0.1).sum(),
            (at(TEN, 2) > 0.1).sum(),
            (at(TEN, 5) > 0.1).sum(),
        ),
        **each("S3-26-0.2-scaled-", FIVE_TOKENS, temperature(FIVE, 0.2)),
        **each("S3-26-0.2-p-", FIVE_TOKENS, at(FIVE, 0.2)),
        **each("S3-26-1.0-scaled-", FIVE_TOKENS, temperature(FIVE, 1)),
        **each("S3-26-1.0-p-", FIVE_TOKENS, at(FIVE, 1)),
        **each("S3-26-2.0-scaled-", FIVE_TOKENS, temperature(FIVE, 2)),
        **each("S3-26-2.0-p-", FIVE_TOKENS, at(FIVE, 2)),
        "S3-27": (0.3 >= 0.5 and 0.8 >= 0.9,),
        "S3-28": (1.2 >= 1.5,),
        "S3-29": (
            (
                np.array_equal(softmax(temperature(TEN, 2)), at(TEN, 2)),
                sample(at(TEN, 0.1), np.random.default_rng(2))
                == sample(at(TEN, 5), np.random.default_rng(2)),
            ),
            TOKENS[sample(at(TEN, 0.1), np.random.default_rng(2))],
            TOKENS[sample(at(TEN, 5), np.random.default_rng(2))],
        ),
        "S3-30": (
            entropy(at(TEN, 0.1)),
            nats(at(TEN, 0.1)),
            entropy(shown(TABLE_01)),
            nats(shown(TABLE_01)),
        ),
        **each("S3-31", "abcdefghij", at(TEN, 0.1)),
        "S3-32": (entropy(at(TEN, 2)), entropy(shown(TABLE_2)), np.log(10)),
        **each("S3-33-", TOKENS, at(TEN, 2)),
        "S3-34": (
            at(TEN, 2)[TOKENS.index("optimize")] > at(TEN, 2)[TOKENS.index("approve")],
            at(TEN, 2)[6],
            at(TEN, 2)[0],
            np.exp(-10000 * (at(TEN, 2)[0] - at(TEN, 2)[6]) ** 2 / 2),
        ),
        **each("S3-35", "abc", np.exp([4.4, 3.6, 2.8])),
        "S3-35d": (np.exp([4.4, 3.6, 2.8]).sum(),),
        **each("S3-36", "abc", np.exp([1.1, 0.9, 0.7])),
        "S3-36d": (
            (
                agrees("7.47", np.exp([1.1, 0.9, 0.7]).round(2).sum()),
                agrees("7.47", np.exp([1.1, 0.9, 0.7]).sum()),
            ),
            np.exp([1.1, 0.9, 0.7]).sum(),
        ),
        **each("S3-37-0.5-", TOKENS[:3], 100 * at(TEN[:3], 0.5)),
        **each("S3-37-2.0-", TOKENS[:3], 100 * at(TEN[:3], 2)),
        "S3-38a": (100 * at(TEN[:3], 0.5)[2],),
        "S3-38b": (100 * at(TEN[:3], 2)[2],),
        "S3-39": (
            any(
                order(library).index("temperature") < order(library).index("repetition_penalty")
                for library in LIBRARIES
            ),
            softmax(temperature(presence_penalty(TEN, [0], 1.0), 0.5))[0],
            softmax(presence_penalty(temperature(TEN, 0.5), [0], 1.0))[0],
        ),
        "S3-40": (
            (
                np.allclose(softmax(TEN), softmax(TEN - 3)),
                np.allclose(
                    softmax(repetition_penalty(TEN, [0], 1.3)),
                    softmax(repetition_penalty(TEN - 3, [0], 1.3)),
                ),
            ),
            softmax(repetition_penalty(TEN, [0], 1.3))[0],
            softmax(repetition_penalty(TEN - 3, [0], 1.3))[0],
        ),
        "S3-41": (all(order(library)[0] == "temperature" for library in LIBRARIES),),
        "S3-42": (
            None,
            ", ".join(f"{entropy(at(TEN, T)):.3f}" for T in (0.1, 0.2, 0.5, 1, 1.5, 2, 5)),
        ),
        "S3-43": (len(TWENTY) == len(TEN),),
        "S3-44": (
            repeated["greedy"] > 100 * repeated["human"],
            repeated["greedy"],
            repeated["human"],
        ),
    }
