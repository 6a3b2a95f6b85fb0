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
# {{ Exercises }} core exercises to [the lesson](../notebooks/05_entropy.ipynb), in the order in which it uses them:
# {{ points }} points, about {{ minutes }} minutes. Below *Further* are {{ further_exercises }} more,
# {{ further_points }} points and about {{ further_minutes }} minutes; each says what it builds on.
#
# - A cell that waits for you ends in `raise NotImplementedError()`. Put your answer in place of that line; where
#   there are `...`, fill them in and delete it.
# - The cell below it checks. It says what it called, what you gave, what it expected and, if it
#   knows the mistake, what you probably did.
# - Stuck: open hint 1, then hint 2, then the
#   [solutions](../solutions/05_entropy.ipynb).
# - All at once, in a terminal: `make check LESSON=05_entropy`. It calls nbval, which runs the notebook
#   from the top and names each cell that fails, with the check's message.

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
# Now the same for **0.6, 0.3 and 0.1**. Two decimals are enough. Replace every `...` and delete the `raise` line.
#
# <details><summary>Hint 1</summary>
#
# A surprisal is -log2 of the probability. A share is the probability times the surprisal.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `-np.log2(0.6)` is 0.74. The entropy is the sum of the three shares; the perplexity is 2 to that
# power.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "ex-5-1", "locked": false, "schema_version": 3, "solution": true, "task": false}
surprisals = [..., ..., ...]
shares = [..., ..., ...]
entropy_bits = ...
choices = ...
### BEGIN SOLUTION
surprisals = [0.74, 1.74, 3.32]
shares = [0.44, 0.52, 0.33]
entropy_bits = 1.30
choices = 2.45
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check-5-1", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("5.1", (surprisals, shares, entropy_bits, choices))

# %% [markdown]
# ## 5.2 `entropy`
#
# *3 points · 10 minutes · medium*
#
# One row of probabilities in, its entropy out. Some may be exactly 0, and one may be exactly 1. `base` is that
# of the logarithm: 2 gives bits, `np.e` gives nats.
#
# <details><summary>Hint 1</summary>
#
# A token of probability 0 adds nothing. Where would your formula see its logarithm?
#
# </details>
# <details><summary>Hint 2</summary>
#
# Keep the others, `p = probs[probs > 0]`, then the sum of `-p * np.log(p)`. To any base: divide by
# `np.log(base)`.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-5-2", "locked": false, "schema_version": 3, "solution": true, "task": false}
def entropy(probs, base=2):
    """Entropy of one row of probabilities; in bits, or to another base."""
    ### BEGIN SOLUTION
    p = probs[probs > 0]
    return -(p * np.log(p)).sum() / np.log(base)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-5-2", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("5.2", entropy)

# %% [markdown]
# ## 5.3 A text in numbers
#
# *2 points · 6 minutes · easy*
#
# A model read a text of five tokens. These are the probabilities that it had given to the tokens that came:

# %%
text = "naïve café"
of_the_tokens = np.array([0.5, 0.125, 0.25, 0.0625, 0.5])

# %% [markdown]
# How many bits is the whole text? What is its perplexity? And how many bits are that for each character,
# and for each byte in UTF-8?
#
# <details><summary>Hint 1</summary>
#
# Bits of a text: the surprisals of its tokens, added up. Perplexity: 2 to the power of the bits a token.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `len(text)` counts characters, `len(text.encode())` bytes. They differ: ï and é take two bytes each.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "ex-5-3", "locked": false, "schema_version": 3, "solution": true, "task": false}
bits = ...
text_perplexity = ...
per_character_and_byte = [..., ...]
### BEGIN SOLUTION
bits = -np.log2(of_the_tokens).sum()
text_perplexity = 2 ** (bits / len(of_the_tokens))
per_character_and_byte = [bits / len(text), bits / len(text.encode())]
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check-5-3", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("5.3", (bits, text_perplexity, per_character_and_byte))

# %% [markdown]
# ## 5.4 `entropy_bounds`
#
# *4 points · 12 minutes · hard*
#
# An API shows the logprobs of the likeliest tokens, largest first: natural logarithms of the model's own
# probabilities. The other tokens of the vocabulary are hidden. Between which two values, in bits, must the
# entropy lie? Return the lower and the upper bound.
#
# - **Upper**: what is hidden is spread evenly over the hidden tokens.
# - **Lower**: what is hidden sits in as few tokens as possible. None can be likelier than the last one shown.
#
# With 0.5, 0.3 and 0.1 shown, 0.1 is hidden. One hidden token may hold all of it. Had 0.15 been hidden after
# a last token of 0.1, it would take two: 0.1 and 0.05.
#
# <details><summary>Hint 1</summary>
#
# `p = np.exp(logprobs)` and `rest = 1 - p.sum()`, which may come out a little below 0. How many whole tokens of
# size `p[-1]` fit into the rest, and what is left?
#
# </details>
# <details><summary>Hint 2</summary>
#
# Build both rows and give them to your `entropy`. `np.full(n, value)` makes n equal tokens, `np.concatenate`
# joins. `int(rest // p[-1])` is the number of whole tokens.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-5-4", "locked": false, "schema_version": 3, "solution": true, "task": false}
def entropy_bounds(logprobs, vocab):
    """Lowest and highest entropy, in bits, that fit what an API shows."""
    ### BEGIN SOLUTION
    p = np.exp(logprobs)
    rest = max(1 - p.sum(), 0.0)
    whole = int(rest // p[-1])
    left = rest - whole * p[-1]
    lumped = np.concatenate([p, np.full(whole, p[-1]), [left]])
    hidden = vocab - len(p)
    spread = np.concatenate([p, np.full(hidden, rest / hidden)])
    return [entropy(lumped), entropy(spread)]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-5-4", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("5.4", entropy_bounds)

# %% [markdown]
# ## 5.5 In your own words
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
# Who else was nearly sure: what did the model answer for Australia in *Does the model know what it knows?*
#
# </details>
# <details><summary>Hint 2</summary>
#
# Which scores see a confident mistake? And which way does T move confidence, and what does it do to
# accuracy?
#
# </details>

# %% [markdown] nbgrader={"grade": true, "grade_id": "ex-5-5", "locked": false, "schema_version": 3, "solution": true, "task": false}
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
# %% [markdown]
# ## Further
#
# For more practice, and for the further parts of the lesson. Do what interests you.

# %% [markdown]
# ## 5.6 Raw or processed?
#
# *3 points · 8 minutes · medium*
#
# One API, one prompt, four requests. Each time it showed the logprobs of the four likeliest tokens.

# %%
shown = {
    "a": [-0.80, -1.40, -2.60, -3.20],  # T = 1, nothing cut
    "b": [-0.80, -1.40, -2.60, -3.20],  # T = 0.5
    "c": [-0.30, -1.50, -3.90, -5.10],  # T = 0.5, another server
    "d": [-0.59, -1.19, -2.39, -2.99],  # T = 1, k = 4, another server
}

# %% [markdown]
# Request a shows the model's own. What do b, c and d show? Write `"raw"` where it is the model's own, `"temperature"`
# where T is in it, `"cut"` where what was cut off is missing from the sum. Then: how much probability does a not
# show? Three decimals.
#
# <details><summary>Hint 1</summary>
#
# Two things to look at: the gaps between neighbours, and what `np.exp` of the four adds up to.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Dividing all logits by T divides every gap by T. A cut leaves the gaps and makes the sum 1.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "ex-5-6", "locked": false, "schema_version": 3, "solution": true, "task": false}
kinds = {"b": ..., "c": ..., "d": ...}
hidden_mass = ...
### BEGIN SOLUTION
kinds = {"b": "raw", "c": "temperature", "d": "cut"}
hidden_mass = 1 - np.exp(shown["a"]).sum()
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check-5-6", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("5.6", (kinds, hidden_mass))

# %% [markdown]
# ## 5.7 `log_loss`
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


# %% nbgrader={"grade": false, "grade_id": "ex-5-7", "locked": false, "schema_version": 3, "solution": true, "task": false}
def log_loss(probs, labels):
    """Mean of -ln of the right answers' probabilities."""
    ### BEGIN SOLUTION
    right = probs[np.arange(len(labels)), labels]
    with np.errstate(divide="ignore"):
        return -np.log(right).mean()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-5-7", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("5.7", log_loss)

# %% [markdown]
# ## 5.8 `fit_temperature`
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


# %% nbgrader={"grade": false, "grade_id": "ex-5-8", "locked": false, "schema_version": 3, "solution": true, "task": false}
def fit_temperature(scores, labels):
    """The temperature at which these answers have the smallest log loss."""
    ### BEGIN SOLUTION
    grid = np.geomspace(0.1, 10, 1000)
    losses = [log_loss(softmax(scores / T), labels) for T in grid]
    return grid[np.argmin(losses)]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-5-8", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("5.8", fit_temperature)

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
# ## 5.10 `entropy_at`
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


# %% nbgrader={"grade": false, "grade_id": "ex-5-10", "locked": false, "schema_version": 3, "solution": true, "task": false}
def entropy_at(logits, temperature=1.0):
    """Entropy, in bits, of softmax(logits / temperature)."""
    ### BEGIN SOLUTION
    return entropy(softmax(logits / temperature))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-5-10", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("5.10", entropy_at)

# %% [markdown]
# ## 5.11 Audit five titles
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

# %% nbgrader={"grade": false, "grade_id": "ex-5-11", "locked": false, "schema_version": 3, "solution": true, "task": false}
unit = ...
in_bits = [..., ..., ..., ..., ...]
bits_in_a_nat = ...
### BEGIN SOLUTION
unit = "nats"
in_bits = [entropy_at(twenty, T) for T in titles]
bits_in_a_nat = np.log2(np.e)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check-5-11", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("5.11", (unit, in_bits, bits_in_a_nat))

# %% [markdown]
# ## 5.12 `entropy_slope`
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


# %% nbgrader={"grade": false, "grade_id": "ex-5-12", "locked": false, "schema_version": 3, "solution": true, "task": false}
def entropy_slope(logits, temperature=1.0):
    """Derivative of the entropy, in nats, with respect to the temperature."""
    ### BEGIN SOLUTION
    p = softmax(logits / temperature)
    variance = (p * logits**2).sum() - (p * logits).sum() ** 2
    return variance / temperature**3
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-5-12", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("5.12", entropy_slope)

# %% [markdown]
# ## 5.13 `corrected_entropy`
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


# %% nbgrader={"grade": false, "grade_id": "ex-5-13", "locked": false, "schema_version": 3, "solution": true, "task": false}
def corrected_entropy(counts):
    """Miller-Madow estimate of the entropy behind these counts, in bits."""
    ### BEGIN SOLUTION
    n = counts.sum()
    m = (counts > 0).sum()
    return entropy(counts / n) + (m - 1) / (2 * n * np.log(2))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-5-13", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("5.13", corrected_entropy)
