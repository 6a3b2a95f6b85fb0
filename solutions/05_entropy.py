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
# # Exercises 5: entropy
#
# {{ Exercises }} exercises to [the lesson](../notebooks/05_entropy.ipynb), from filled in to blank.
# {{ points }} points, about {{ minutes }} minutes; stop anywhere and come back.
#
# - A cell that waits for you ends in `raise NotImplementedError()`. Replace that line.
# - The cell below it checks. It says what it called, what you gave, what it expected and, if it
#   knows the mistake, what you probably did.
# - Stuck: open hint 1, then hint 2, then the
#   [solutions](../solutions/05_entropy.ipynb).
# - All at once, in a terminal: `make check LESSON=05_entropy`

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
import numpy as np
from logitlab import check, softmax
from logitlab.data import STORY

print(*STORY.items(), sep="\n")
tokens, logits = list(STORY), np.array(list(STORY.values()))

# %% [markdown]
# ## 5.1 Entropy by hand
#
# *2 points · 6 minutes · easy*
#
# A distribution of four tokens, worked out for you:

# %%
p = np.array([0.5, 0.25, 0.125, 0.125])
surprisals = -np.log2(p)
shares = p * surprisals
for row in zip(p, surprisals, shares, strict=True):
    print("p = {:<5}  surprisal {} bits  share {}".format(*row))
print(f"entropy {shares.sum()} bits, perplexity {2 ** shares.sum():.2f}")

# %% [markdown]
# Now the same for **0.4, 0.4 and 0.2**. Two decimals are enough. Replace every `...`.
#
# <details><summary>Hint 1</summary>
#
# A surprisal is -log2 of the probability. A share is the probability times the surprisal.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `-np.log2(0.4)` is 1.32. The entropy is the sum of the three shares; the perplexity is 2 to that
# power.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "ex-5-1", "locked": false, "schema_version": 3, "solution": true, "task": false}
surprisals = [..., ..., ...]
shares = [..., ..., ...]
entropy_bits = ...
choices = ...
### BEGIN SOLUTION
surprisals = [1.32, 1.32, 2.32]
shares = [0.53, 0.53, 0.46]
entropy_bits = 1.52
choices = 2.87
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check-5-1", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("5.1", (surprisals, shares, entropy_bits, choices))

# %% [markdown]
# ## 5.2 Four predictions
#
# *2 points · 8 minutes · easy*
#
# Guess before you compute; then compute, and notice where the guess was off. All in bits, to two
# decimals.
#
# - Twenty tokens. What is the largest entropy that they can have?
# - At T = 0.5 the ten tokens of the story have 1.715 bits. How many at T = 1?
# - `a` and `b` below have the same top token. What are their entropies? Hand in two numbers.
# - Ten tokens are equally likely. You draw 50, count, divide by 50, and take the entropy of these frequencies.
#   You do it a thousand times. What is the average?

# %%
a = np.array([0.5, 0.5, 0.0, 0.0])
b = np.array([0.5, 1 / 6, 1 / 6, 1 / 6])

# %% [markdown]
# <details><summary>Hint 1</summary>
#
# The most undecided are equal tokens. For the last one: can chance make ten equal counts *more* even?
#
# </details>
# <details><summary>Hint 2</summary>
#
# `np.log2(20)`. For the second one, `softmax(logits)` and the sum of -p log2 p. For the last one
# simulate: `np.random.default_rng(0).multinomial(50, np.full(10, 0.1))`.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "ex-5-2", "locked": false, "schema_version": 3, "solution": true, "task": false}
largest = ...
at_one = ...
pair = [..., ...]
of_samples = ...
### BEGIN SOLUTION
largest = np.log2(20)
q = softmax(logits)
at_one = -(q * np.log2(q)).sum()
pair = [1.0, -(b * np.log2(b)).sum()]
draws = np.random.default_rng(0).multinomial(50, np.full(10, 0.1), 1000)
f = draws / 50
safe = np.where(f > 0, f, 1)
of_samples = -(f * np.log2(safe)).sum(axis=1).mean()
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check-5-2", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("5.2", (largest, at_one, pair, of_samples))

# %% [markdown]
# ## 5.3 `surprisal`
#
# *2 points · 5 minutes · easy*
#
# How many bits a token carried when it came. A certain token carries 0 bits, one of probability 0
# infinitely many (`np.inf`).
#
# <details><summary>Hint 1</summary>
#
# One number goes into the logarithm: the probability of that token.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `-np.log2(probs[token])` does it, at 0 too: NumPy warns there and gives inf.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-5-3", "locked": false, "schema_version": 3, "solution": true, "task": false}
def surprisal(probs, token):
    """Surprisal, in bits, of the token with this id."""
    ### BEGIN SOLUTION
    with np.errstate(divide="ignore"):
        return -np.log2(probs[token])
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-5-3", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("5.3", surprisal)

# %% [markdown]
# ## 5.4 `entropy`
#
# *3 points · 8 minutes · medium*
#
# One row of probabilities in, bits out. Some may be exactly 0, and one may be exactly 1.
#
# <details><summary>Hint 1</summary>
#
# A token of probability 0 adds nothing. Where would your formula see its logarithm?
#
# </details>
# <details><summary>Hint 2</summary>
#
# Keep the others, `p = probs[probs > 0]`, then the sum of `-p * np.log2(p)`.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-5-4", "locked": false, "schema_version": 3, "solution": true, "task": false}
def entropy(probs):
    """Entropy of one row of probabilities, in bits."""
    ### BEGIN SOLUTION
    p = probs[probs > 0]
    return -(p * np.log2(p)).sum()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-5-4", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("5.4", entropy)

# %% [markdown]
# ## 5.5 `entropy_at`
#
# *3 points · 8 minutes · medium*
#
# The same from logits, at a temperature above 0. Logits may be large, negative, or `-np.inf` where
# a cut has removed a token.
#
# <details><summary>Hint 1</summary>
#
# Three steps: divide, softmax, entropy.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `softmax`, imported above, survives large logits. Your `entropy` deals with the zeros.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-5-5", "locked": false, "schema_version": 3, "solution": true, "task": false}
def entropy_at(logits, temperature=1.0):
    """Entropy, in bits, of softmax(logits / temperature)."""
    ### BEGIN SOLUTION
    return entropy(softmax(logits / temperature))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-5-5", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("5.5", entropy_at)

# %% [markdown]
# ## 5.6 `perplexity`
#
# *2 points · 5 minutes · easy*
#
# The number of equally likely tokens that would be as undecided. One certain token: 1.
#
# <details><summary>Hint 1</summary>
#
# How many equal tokens have 3 bits?
#
# </details>
# <details><summary>Hint 2</summary>
#
# 2 to the power of the entropy in bits, or e to the power of the entropy in nats. Do not mix them.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-5-6", "locked": false, "schema_version": 3, "solution": true, "task": false}
def perplexity(probs):
    """Effective number of choices of one row of probabilities."""
    ### BEGIN SOLUTION
    return 2 ** entropy(probs)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-5-6", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("5.6", perplexity)

# %% [markdown]
# ## 5.7 Audit five titles
#
# *2 points · 8 minutes · medium*
#
# A published figure shows twenty tokens at five temperatures and prints an entropy "in bits" above
# each. Here are its logits and its titles.

# %%
twenty = np.random.default_rng(42).normal(0, 1, 20)
twenty[0] += 4
titles = {0.1: -0.00, 0.5: 0.07, 1.0: 1.24, 2.0: 2.62, 5.0: 2.95}

# %% [markdown]
# In which unit are the titles really (a word)? What are the five entropies in bits, to two
# decimals? And how many of the smaller unit make one of the larger: how many bits are one nat, to
# two decimals?
#
# <details><summary>Hint 1</summary>
#
# Compute one of them at T = 5, with log2 and with the natural logarithm.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `[entropy_at(twenty, T) for T in titles]`. One nat is log2(e) bits.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "ex-5-7", "locked": false, "schema_version": 3, "solution": true, "task": false}
unit = ...
in_bits = [..., ..., ..., ..., ...]
bits_in_a_nat = ...
### BEGIN SOLUTION
unit = "nats"
in_bits = [entropy_at(twenty, T) for T in titles]
bits_in_a_nat = np.log2(np.e)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check-5-7", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("5.7", (unit, in_bits, bits_in_a_nat))

# %% [markdown]
# ## 5.8 `entropy_slope`
#
# *3 points · 10 minutes · hard*
#
# How fast the entropy of softmax(logits / T) grows with T, **in nats** for each 1 of T: the
# variance of the logits under that distribution, divided by T cubed.
#
# <details><summary>Hint 1</summary>
#
# Each logit counts with its probability at T, in the mean and in the variance.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `p = softmax(logits / temperature)`, then mean of squares minus square of the mean: `(p *
# logits**2).sum() - (p * logits).sum() ** 2`.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-5-8", "locked": false, "schema_version": 3, "solution": true, "task": false}
def entropy_slope(logits, temperature=1.0):
    """Derivative of the entropy, in nats, with respect to the temperature."""
    ### BEGIN SOLUTION
    p = softmax(logits / temperature)
    variance = (p * logits**2).sum() - (p * logits).sum() ** 2
    return variance / temperature**3
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-5-8", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("5.8", entropy_slope)

# %% [markdown]
# ## 5.9 `kl_divergence`
#
# *3 points · 8 minutes · medium*
#
# The price, in bits, of believing `q` where tokens come from `p`: the sum of p log2(p / q). A token
# that p never gives adds nothing. A token that p gives and q rules out costs `np.inf`.
#
# <details><summary>Hint 1</summary>
#
# Which of the two is the weight? And which tokens have no weight?
#
# </details>
# <details><summary>Hint 2</summary>
#
# Keep the tokens with p > 0, of both arrays. Dividing by a q of 0 then gives inf by itself.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-5-9", "locked": false, "schema_version": 3, "solution": true, "task": false}
def kl_divergence(p, q):
    """KL divergence D(p || q) of two rows of probabilities, in bits."""
    ### BEGIN SOLUTION
    some = p > 0
    with np.errstate(divide="ignore"):
        return (p[some] * np.log2(p[some] / q[some])).sum()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-5-9", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("5.9", kl_divergence)

# %% [markdown]
# ## 5.10 `log_loss`
#
# *2 points · 8 minutes · medium*
#
# `probs` has a row for each question and a column for each answer; `labels` says which answer is
# right. Return the mean surprisal of the right answers, **in nats**. An answer that had probability
# 0 and was right makes it `np.inf`.
#
# <details><summary>Hint 1</summary>
#
# One probability from each row: that of the right answer.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `probs[np.arange(len(labels)), labels]` pairs each row with its label.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-5-10", "locked": false, "schema_version": 3, "solution": true, "task": false}
def log_loss(probs, labels):
    """Mean of -ln of the right answers' probabilities."""
    ### BEGIN SOLUTION
    right = probs[np.arange(len(labels)), labels]
    with np.errstate(divide="ignore"):
        return -np.log(right).mean()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-5-10", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("5.10", log_loss)

# %% [markdown]
# ## 5.11 `fit_temperature`
#
# *4 points · 12 minutes · hard*
#
# The one T, between 0.1 and 10, with the smallest log loss of softmax(scores / T). It must be right
# to 2 %: trying
# 1,000 values, spaced by `np.geomspace`, is enough. `scores` is (questions, answers).
#
# <details><summary>Hint 1</summary>
#
# A list of temperatures, the loss at each, the temperature of the smallest.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `np.argmin` gives the position of the smallest loss. Return the temperature at that position, not
# the position.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-5-11", "locked": false, "schema_version": 3, "solution": true, "task": false}
def fit_temperature(scores, labels):
    """The temperature at which these answers have the smallest log loss."""
    ### BEGIN SOLUTION
    grid = np.geomspace(0.1, 10, 1000)
    losses = [log_loss(softmax(scores / T), labels) for T in grid]
    return grid[np.argmin(losses)]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-5-11", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("5.11", fit_temperature)

# %% [markdown]
# ## 5.12 `corrected_entropy`
#
# *3 points · 8 minutes · medium*
#
# From counts to an entropy in bits that is not too low on average: the entropy of the frequencies
# plus (m - 1) / (2 n ln 2), where n is the number of draws and m the number of tokens seen at least
# once.
#
# <details><summary>Hint 1</summary>
#
# Frequencies are counts over their sum. Some counts may be 0: those tokens were not seen.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `n = counts.sum()`, `m = (counts > 0).sum()`, and your `entropy` of `counts / n`. ln 2 is
# `np.log(2)`.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-5-12", "locked": false, "schema_version": 3, "solution": true, "task": false}
def corrected_entropy(counts):
    """Miller-Madow estimate of the entropy behind these counts, in bits."""
    ### BEGIN SOLUTION
    n = counts.sum()
    m = (counts > 0).sum()
    return entropy(counts / n) + (m - 1) / (2 * n * np.log(2))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-5-12", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("5.12", corrected_entropy)

# %% [markdown]
# ## 5.13 In your own words
#
# *3 points · 8 minutes · medium · marked by a person*
#
# A colleague writes: "Our classifier is reliable: its entropy is 0.2 bits on average, so it is
# nearly always right. The old one has the same accuracy and 0.9 bits, so the new one is better. And
# if it turns out to be too sure, we lower the temperature." Answer in five sentences: one point for
# what a low entropy says and what it does not, one for how to compare the two, one for the
# temperature.
#
# <details><summary>Hint 1</summary>
#
# Who else was nearly sure: what did the model of step 12 answer for Australia?
#
# </details>
# <details><summary>Hint 2</summary>
#
# Which scores see a confident mistake? And which way does T move confidence, and what does it do to
# accuracy?
#
# </details>

# %% [markdown] nbgrader={"grade": true, "grade_id": "ex-5-13", "locked": false, "schema_version": 3, "solution": true, "task": false}
# <details><summary>A full answer, and how it is marked</summary>
#
# Low entropy says that the classifier is sure, not that it is right: it is computed from the
# prediction alone, and a model can be sure of a wrong answer. With equal accuracy the surer model
# is worse, not better, if its mistakes are as sure as its right answers. Compare the two with
# scores that read the distribution and the truth, on questions that neither was fitted on: log loss
# or Brier score, and a reliability diagram beside them. If it is too sure, its temperature must go
# **up**: a T above 1 makes every prediction flatter. T is fitted on held-out answers, and it
# changes no answer, so accuracy stays.
#
# - 1 point: entropy measures how sure, not how right; an example helps. No point for "0.2 is too low".
# - 1 point: log loss, Brier or calibration on held-out data. Half a point for "compare accuracy on more data".
# - 1 point: raise T, not lower it, **and** accuracy stays the same or T is fitted on held-out answers. Half a point for
#   the direction alone.
#
# </details>
