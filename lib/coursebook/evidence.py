"""What book/claims.csv computes with: the logits of the articles, and figures read in papers."""

import logitlab
import numpy as np
from logitlab import entropy, softmax, temperature

# Logits that the articles print.
TOKENS = ["approve", "reject", "review", "escalate", "delay"]
TOKENS += ["audit", "optimize", "notify", "assign", "close"]
TEN = np.array([2.2, 1.8, 1.4, 0.9, 0.2, 0.1, -0.3, -0.6, -0.8, -1.0])
FIVE = np.array([2.5, 2.0, 0.8, -0.5, -1.2])  # escalate, notify, delay, close, optimize
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


NAMESPACE = {name: getattr(logitlab, name) for name in logitlab.__all__} | globals()
