# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exercises 1: temperature
#
# {{ Exercises }} exercises to [the lesson](../notebooks/01_temperature.ipynb), from filled in to blank, in the order
# in which it calls for them: {{ points }} points, about {{ minutes }} minutes. More stand under *Further*.
#
# - A cell that waits for you ends in `raise NotImplementedError()`. Put your answer in place of that line; where
#   there are `...`, fill them in and delete it.
# - The cell below it checks. It says what it called, what you gave, what it expected and, if it
#   knows the mistake, what you probably did.
# - Stuck: open hint 1, then hint 2, then the
#   [solutions](../solutions/01_temperature.ipynb).
# - All at once, in a terminal: `make check LESSON=01_temperature`. It calls nbval, which runs the notebook
#   from the top and names each cell that fails, with the check's message.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
import numpy as np
from logitlab import check
from logitlab.data import STORY

print(*STORY.items(), sep="\n")
tokens, logits = list(STORY), np.array(list(STORY.values()))

# %% [markdown]
# ## 1.1 Softmax by hand
#
# *2 points · 8 minutes · easy*
#
# Three tokens, `approve 2.2`, `reject 1.8`, `review 1.4`. First at T = 0.5, worked out for you:

# %%
weights = np.exp(logits[:3] / 0.5)
three = list(zip(tokens[:3], logits[:3], weights, strict=True))
for token, z, weight in three:
    print(f"{token:8} {z} / 0.5 = {z / 0.5:.1f}   exp = {weight:6.2f}")
total = weights.sum()
print(f"total {total:.2f}")
for token, _, weight in three:
    print(f"{token:8} {weight:6.2f} / {total:.2f} = {weight / total:.3f}")

# %% [markdown]
# Now the same at **T = 2.0**, with a pocket calculator or in Python. Two decimals are enough for
# the first three lines, three for the probabilities. Replace every `...` and delete the `raise` line.
#
# <details><summary>Hint 1</summary>
#
# The logits are divided by T before anything else happens: 2.2 / 2.0.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `np.exp(1.1)` is the first exponential. The total is the sum of your three exponentials, and each
# probability is one exponential over the total.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "ex-1-1", "locked": false, "schema_version": 3, "solution": true, "task": false}
scaled = [..., ..., ...]
exponentials = [..., ..., ...]
total = ...
probabilities = [..., ..., ...]
### BEGIN SOLUTION
scaled = [1.1, 0.9, 0.7]
exponentials = [3.00, 2.46, 2.01]
total = 7.47
probabilities = [0.402, 0.329, 0.269]
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check-1-1", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("1.1", (scaled, exponentials, total, probabilities))

# %% [markdown]
# ## 1.2 Three predictions
#
# *2 points · 5 minutes · easy*
#
# Now all ten tokens. Guess before you compute; then compute, and notice where the guess was off.
#
# - Which token is on top at T = 2?
# - What is P(approve) at T = 0.5?
# - How far apart are the scaled logits of `approve` and `close` at T = 0.5?
#
# <details><summary>Hint 1</summary>
#
# Can dividing ten numbers by 2 change which one is the largest?
#
# </details>
# <details><summary>Hint 2</summary>
#
# Divide all ten logits by 0.5, take exp, divide the first by the sum. For the gap, divide both
# logits and subtract.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "ex-1-2", "locked": false, "schema_version": 3, "solution": true, "task": false}
top_token = ...
p_approve = ...
gap = ...
### BEGIN SOLUTION
top_token = "approve"
weights = np.exp(logits / 0.5)
p_approve = weights[0] / weights.sum()
gap = logits[0] / 0.5 - logits[-1] / 0.5
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check-1-2", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("1.2", (top_token, p_approve, gap))

# %% [markdown]
# ## 1.3 `softmax`
#
# *3 points · 8 minutes · medium*
#
# Logits in, probabilities out, T = 1. Try it on `[1000, 999]` before you run the check: a real
# model's logits are smaller than that, but a small T makes them large.
#
# <details><summary>Hint 1</summary>
#
# `np.exp(1000.0)` is `inf`. Adding the same number to every logit changes no probability.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Subtract the maximum. The largest exponent is then 0, and nothing overflows.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-1-3", "locked": false, "schema_version": 3, "solution": true, "task": false}
def softmax(logits):
    """Probabilities of one row of logits; finite however large the logits are."""
    ### BEGIN SOLUTION
    weights = np.exp(logits - np.max(logits))
    return weights / weights.sum()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-1-3", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("1.3", softmax)

# %% [markdown]
# ## 1.4 `softmax_with_temperature`
#
# *3 points · 8 minutes · medium*
#
# The same with a temperature. Without one, T is 1.
#
# <details><summary>Hint 1</summary>
#
# Where does T go so that T = 0.5 doubles every gap?
#
# </details>
# <details><summary>Hint 2</summary>
#
# Divide the logits by T, then do what 1.3 did. You may call your `softmax`.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-1-4", "locked": false, "schema_version": 3, "solution": true, "task": false}
def softmax_with_temperature(logits, temperature=1.0):
    """Probabilities of one row of logits at a temperature above 0."""
    ### BEGIN SOLUTION
    return softmax(logits / temperature)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-1-4", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("1.4", softmax_with_temperature)

# %% [markdown]
# ## 1.5 Sampling by inverse CDF
#
# *4 points · 12 minutes · hard*
#
# Lay the tokens side by side on [0, 1), in the order of the vocabulary, each as wide as its
# probability. A uniform number `u` lands on one of them; return its id. Boundaries belong to the
# token on their right, `u` is one number or an array, and one id comes back for each.
#
# A token of probability 0 must never come out. And for the careful: in floating point a running sum
# of probabilities can end just below 1.
#
# <details><summary>Hint 1</summary>
#
# `np.cumsum(probs)` gives the right edges. The answer is how many of them are <= u.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `np.searchsorted(edges, u, side="right")` counts them, for an array too. Divide the edges by the
# last one first.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-1-5", "locked": false, "schema_version": 3, "solution": true, "task": false}
def sample_inverse_cdf(probs, u):
    """Id of the token on whose slice of [0, 1) u lies; as many ids as there are u."""
    ### BEGIN SOLUTION
    edges = np.cumsum(probs)
    return np.searchsorted(edges / edges[-1], u, side="right")
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-1-5", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("1.5", sample_inverse_cdf)

# %% [markdown]
# ## Further
#
# {{ Further_exercises }} exercises, {{ further_points }} points, about {{ further_minutes }} minutes. Take those that
# interest you, in any order. Some use your functions of the core.

# %% [markdown]
# ## 1.6 T towards 0
#
# *2 points · 6 minutes · medium*
#
# Dividing by 0 is not defined, yet many programs accept T = 0. There it means greedy: the top token
# gets probability 1. Write a version for one row in which T = 0 does that, and in which
# T = 0.000001 does not blow up. What two equal top logits get at T = 0 is yours to choose; the
# check names your choice.
#
# <details><summary>Hint 1</summary>
#
# T = 0 is a case of its own: test for it before you divide.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `np.argmax` finds the winner; a row of zeros with a 1 there is a distribution. For small T the
# maximum has to be subtracted, as in 1.3.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-1-6", "locked": false, "schema_version": 3, "solution": true, "task": false}
def softmax_or_greedy(logits, temperature):
    """Probabilities of one row of logits; at temperature 0 the top token gets all."""
    ### BEGIN SOLUTION
    if temperature == 0:
        probs = np.zeros(len(logits))
        probs[np.argmax(logits)] = 1.0
        return probs
    return softmax_with_temperature(logits, temperature)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-1-6", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("1.6", softmax_or_greedy)

# %% [markdown]
# ## 1.7 The batch axis
#
# *3 points · 8 minutes · medium*
#
# A model scores many positions at once: `(batch, vocab)`, or `(batch, position, vocab)`. The
# vocabulary is always the last axis, and every row is a distribution of its own. One row alone,
# `(vocab,)`, must still work.
#
# <details><summary>Hint 1</summary>
#
# `z.sum()` adds up the whole batch. `z.sum(axis=-1)` adds up each row, and loses an axis on the way.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `keepdims=True` keeps that axis with length 1, so that the division lines up. Both the maximum
# and the sum need it.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-1-7", "locked": false, "schema_version": 3, "solution": true, "task": false}
def softmax_rows(logits, temperature=1.0):
    """Probabilities along the last axis of logits with any number of axes."""
    ### BEGIN SOLUTION
    scaled = logits / temperature
    weights = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-1-7", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("1.7", softmax_rows)

# %% [markdown]
# ## 1.8 A thousand answers
#
# *3 points · 10 minutes · medium*
#
# Draw `n` token ids at a temperature above 0 by any method: your inverse CDF, `rng.choice`, the
# Gumbel trick. Take every random number from the `rng` that is passed in. The check counts 20,000
# draws; it refuses a right function less than once in a million runs.
#
# <details><summary>Hint 1</summary>
#
# You have a function that turns logits into probabilities, and one that turns uniform numbers into
# ids. `rng.random(n)` gives n uniform numbers.
#
# </details>
# <details><summary>Hint 2</summary>
#
# With Gumbel noise no softmax is needed: `argmax(logits / T + noise)`, new noise for each draw.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-1-8", "locked": false, "schema_version": 3, "solution": true, "task": false}
def draw(logits, temperature, rng, n):
    """n independent token ids from the softmax of one row of logits at a temperature."""
    ### BEGIN SOLUTION
    return sample_inverse_cdf(
        softmax_with_temperature(logits, temperature), rng.random(n)
    )
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-1-8", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("1.8", draw)

# %% [markdown]
# ## 1.9 The temperature for an entropy
#
# *4 points · 12 minutes · hard*
#
# A temperature says little by itself; the entropy it leaves says more. Write the way back: from a
# target in bits to the T whose distribution has that entropy, within 0.01 bits. Entropy is
# $H = -\sum_i p_i \log_2 p_i$ and never falls as T rises. T lies between 0.01 and 100.
#
# <details><summary>Hint 1</summary>
#
# Keep a T that is too low and one that is too high. Look at the middle; it replaces one of them.
# That is bisection.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Fifty halvings are plenty. A middle with too little entropy becomes the new low end. Skip
# probabilities of 0 in the sum: 0 · log 0 is `nan` to NumPy.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-1-9", "locked": false, "schema_version": 3, "solution": true, "task": false}
def find_temperature(logits, bits):
    """Temperature at which the softmax of one row of logits has an entropy of `bits`."""
    ### BEGIN SOLUTION
    low, high = 0.001, 1000.0
    for _ in range(60):
        middle = np.sqrt(low * high)
        p = softmax_with_temperature(logits, middle)
        p = p[p > 0]
        if -(p * np.log2(p)).sum() < bits:
            low = middle
        else:
            high = middle
    return middle
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-1-9", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("1.9", find_temperature)

# %% [markdown]
# ## 1.10 The best word is not the best sentence
#
# *1 point · 4 minutes · easy*
#
# Two steps. The first word is `nice` with probability 0.5 or `dog` with 0.4. After `nice` the best
# second word has 0.4, after `dog` it has 0.9. Which first word starts the most likely pair, and how
# likely is that pair?
#
# <details><summary>Hint 1</summary>
#
# The probability of a pair is the product of its two steps.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Compute both products. Greedy decoding has already decided after the first step.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "ex-1-10", "locked": false, "schema_version": 3, "solution": true, "task": false}
first_word = ...
probability = ...
### BEGIN SOLUTION
step1 = {"nice": 0.5, "dog": 0.4}
step2 = {"nice": 0.4, "dog": 0.9}
pairs = {word: step1[word] * step2[word] for word in step1}
first_word = max(pairs, key=pairs.get)
probability = pairs[first_word]
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check-1-10", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("1.10", (first_word, probability))

# %% [markdown]
# ## 1.11 Audit a published table
#
# *3 points · 8 minutes · medium*
#
# A tutorial printed this table for the ten logits at T = 1. Some rows are wrong, some are right.

# %%
published = dict(
    zip(
        tokens,
        [0.36, 0.24, 0.16, 0.10, 0.05, 0.04, 0.03, 0.02, 0.01, 0.01],
        strict=True,
    )
)
for token, value in published.items():
    print(f"{token:9} {value:.2f}")
print(f"sum       {sum(published.values()):.2f}")

# %% [markdown]
# List the wrong rows, and only those, each with its corrected value to two decimals:
# `{"token": 0.12, ...}`.
#
# <details><summary>Hint 1</summary>
#
# Ten probabilities cannot add up to that sum. Which rows carry the excess?
#
# </details>
# <details><summary>Hint 2</summary>
#
# Compute the ten probabilities, round to two decimals, compare row by row.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "ex-1-11", "locked": false, "schema_version": 3, "solution": true, "task": false}
corrections = ...
### BEGIN SOLUTION
computed = dict(zip(tokens, softmax(logits).round(2).tolist(), strict=True))
corrections = {
    token: p for token, p in computed.items() if p != published[token]
}
print(corrections)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check-1-11", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("1.11", corrections)

# %% [markdown]
# ## 1.12 In your own words
#
# *3 points · 8 minutes · medium · marked by a person*
#
# Temperature never changes the order of the tokens. Yet the same prompt answered at T = 0 and at
# T = 0.7 may give two different answers. Explain how both can be true, and say whether the answer
# at 0.7 is "more correct". Five sentences are enough: one point for the order, one for the
# difference, one for the correctness.
#
# <details><summary>Hint 1</summary>
#
# The order of what, and who picks from it?
#
# </details>
# <details><summary>Hint 2</summary>
#
# Think of a question whose most frequent answer is wrong: what do T = 0 and T = 0.7 do then? And
# what if the most frequent answer is right?
#
# </details>

# %% [markdown] nbgrader={"grade": true, "grade_id": "ex-1-12", "locked": false, "schema_version": 3, "solution": true, "task": false}
# <details><summary>A full answer, and how it is marked</summary>
#
# All logits are divided by the same positive number, and exp and the division by the sum keep the
# order too, so the most likely token is the same at every T. At T = 0 that token is taken; at
# T = 0.7 a token is *drawn*, so a less likely one can come out, and everything after it is
# conditioned on it. Neither is more correct: T knows nothing about the world. If the most likely
# answer is right, T = 0 always finds it and 0.7 sometimes misses it; if it is wrong, T = 0 always
# gives the wrong one and 0.7 is right now and then, but never more often than it gives the wrong
# leader, so in less than half of the draws.
#
# - 1 point: the order is kept **because** every logit is divided by the same positive number (or:
#   every ratio is raised to the power 1/T).
# - 1 point: the difference comes from drawing instead of taking the maximum. Half a point for
#   "randomness" without saying what is drawn from what.
# - 1 point: not more correct; depends on whether the model's most likely answer is right. No point
#   for "lower is more accurate" or "higher is more creative, so better".
#
# </details>
