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
# # Exercises 2: top-p
#
# {{ Exercises }} exercises to [the lesson](../notebooks/02_top_p.ipynb), in the order in which it calls
# for them: {{ points }} points, about {{ minutes }} minutes. Then {{ further_exercises }} further ones,
# {{ further_points }} points, {{ further_minutes }} minutes. Stop anywhere and come back.
#
# - A cell that waits for you ends in `raise NotImplementedError()`. Put your answer in place of that line; where
#   there are `...`, fill them in and delete it.
# - The cell below it checks. It says what it called, what you gave, what it expected and, if it
#   knows the mistake, what you probably did.
# - Stuck: open hint 1, then hint 2, then the
#   [solutions](../solutions/02_top_p.ipynb).
# - All at once, in a terminal: `make check LESSON=02_top_p`. It calls nbval, which runs the notebook
#   from the top and names each cell that fails, with the check's message.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
import numpy as np
from logitlab import check, softmax
from logitlab.data import STORY

print(*STORY.items(), sep="\n")
tokens, logits = list(STORY), np.array(list(STORY.values()))
probs = softmax(logits)
FIVE = np.array([0.50, 0.20, 0.15, 0.10, 0.05])

# %% [markdown]
# ## 2.1 A nucleus by hand
#
# *2 points · 8 minutes · easy*
#
# The ten tokens at T = 1 are sorted already. First p = 0.75, worked out for you:

# %%
running = 0.0
for token, p in zip(tokens, probs, strict=True):
    running += p
    print(f"{token:9} {p:.4f}  {running:.4f}")
print("p = 0.75: the fourth sum is the first that reaches it, 4 tokens")
print(f"approve afterwards: 0.3468 / 0.8296 = {0.3468 / 0.8296:.3f}")

# %% [markdown]
# Now the same at **p = 0.9**: how many tokens stay, what mass they hold, which one is the last, and
# what `approve` has after the division. Three decimals are enough.
#
# <details><summary>Hint 1</summary>
#
# Go down the column of running sums. Which is the first that is at least 0.9?
#
# </details>
# <details><summary>Hint 2</summary>
#
# That token stays: it is the one that crosses. The mass is its running sum. Divide 0.3468 by that mass.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "ex-2-1", "locked": false, "schema_version": 3, "solution": true, "task": false}
kept = ...
mass = ...
last = ...
p_approve = ...
### BEGIN SOLUTION
kept = 6
mass = 0.919
last = "audit"
p_approve = 0.347 / 0.919
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check-2-1", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("2.1", (kept, mass, last, p_approve))

# %% [markdown]
# ## 2.2 `nucleus_size`
#
# *2 points · 8 minutes · easy*
#
# How many tokens does the nucleus hold? It is the **smallest set of likeliest tokens whose mass is
# at least p**: a running sum that hits p exactly has reached it. The probabilities come in any
# order, p lies between 0 and 1, and the answer is at least 1.
#
# <details><summary>Hint 1</summary>
#
# Sort downwards: `np.sort(probs)[::-1]`. Then `np.cumsum`.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Count the running sums that are still below p, and add 1 for the token that crosses. Rounding can leave the last sum just below 1: never answer more than there are tokens.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-2-2", "locked": false, "schema_version": 3, "solution": true, "task": false}
def nucleus_size(probs, p):
    """How many tokens the smallest set of mass at least p holds."""
    ### BEGIN SOLUTION
    running = np.cumsum(np.sort(probs)[::-1])
    return min(np.sum(running < p) + 1, len(probs))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-2-2", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("2.2", nucleus_size)

# %% [markdown]
# ## 2.3 `top_p`
#
# *4 points · 12 minutes · medium*
#
# Now the whole filter: probabilities of one row in, probabilities out. A removed token has 0, the
# survivors add up to 1, and place i still belongs to token i. What you do when the running sum hits
# p exactly is yours to choose; the check names your choice.
#
# Try it on the lesson's `[0.08, 0.44, 0.04, 0.28, 0.16]` with p = 0.8 before you run the check.
#
# <details><summary>Hint 1</summary>
#
# `order = np.argsort(-probs)` gives the ids from the likeliest down. Keep the first `n` of them; exercise 2.2 found `n`.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Start with `out = np.zeros(len(probs))`, then `out[ids] = probs[ids]` for the ids that stay. Divide by the sum at the end.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-2-3", "locked": false, "schema_version": 3, "solution": true, "task": false}
def top_p(probs, p):
    """Probabilities after top-p: the nucleus renormalised, 0 elsewhere."""
    ### BEGIN SOLUTION
    nucleus = np.argsort(-probs)[: nucleus_size(probs, p)]
    out = np.zeros(len(probs))
    out[nucleus] = probs[nucleus]
    return out / out.sum()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-2-3", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("2.3", top_p)

# %% [markdown]
# ## 2.4 Temperature first
#
# *2 points · 6 minutes · medium*
#
# Logits of one row in, probabilities out, in the order of transformers and vLLM: temperature, then
# top-p on what temperature made. You may call what you have written.
#
# <details><summary>Hint 1</summary>
#
# Two things happen, in this order: scale, then cut.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Your `top_p` takes probabilities. Which function makes them of logits, and what do you give it so that
# `top_p` does not see the distribution at T = 1?
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-2-4", "locked": false, "schema_version": 3, "solution": true, "task": false}
def temperature_then_top_p(logits, T, p):
    """Probabilities after temperature T, then top-p."""
    ### BEGIN SOLUTION
    return top_p(softmax(logits / T), p)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-2-4", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("2.4", temperature_then_top_p)

# %% [markdown]
# ## 2.5 `top_n_sigma`
#
# *3 points · 8 minutes · medium*
#
# The cut that temperature cannot move, as a logits processor: a logit stays if it is at least the
# largest logit less n standard deviations, and becomes `-np.inf` if it is lower. One row of finite
# logits in, the same row out; n is 0 or more. Divide by the number of logits for the standard
# deviation, or by one less as PyTorch does: the check names your choice.
#
# By hand first: with logits 6, 4, 3 and −1 the standard deviation is 2.55. Which of them does n = 1
# keep, and which does n = 2?
#
# <details><summary>Hint 1</summary>
#
# `np.std` of the logits, not of the probabilities. The border hangs from the maximum, not from the mean.
#
# </details>
# <details><summary>Hint 2</summary>
#
# You need one comparison and `np.where`. What should n = 0 keep? Try it.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-2-5", "locked": false, "schema_version": 3, "solution": true, "task": false}
def top_n_sigma(logits, n):
    """One row of logits; those more than n standard deviations below the largest are -inf."""
    ### BEGIN SOLUTION
    border = logits.max() - n * logits.std()
    return np.where(logits >= border, logits, -np.inf)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-2-5", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("2.5", top_n_sigma)

# %% [markdown]
# ## Further
#
# In any order. Nothing in the lessons waits for them.

# %% [markdown]
# ## 2.6 `top_p_logits`
#
# *4 points · 12 minutes · hard*
#
# As a logits processor: logits in, logits out, `-inf` for a removed token. One row `(vocab,)` or any
# number of them, `(..., vocab)`; each row has a nucleus of its own. The caller's array stays as it
# is.
#
# <details><summary>Hint 1</summary>
#
# Softmax is needed to decide who stays. What you return are the logits that came in.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `np.argsort`, `np.cumsum` with `axis=-1`; `np.take_along_axis` sorts rows, and `np.put_along_axis` writes a mask back. Or loop over rows with `np.apply_along_axis`.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-2-6", "locked": false, "schema_version": 3, "solution": true, "task": false}
def top_p_logits(logits, p):
    """Logits after top-p along the last axis: -inf for every removed token."""
    ### BEGIN SOLUTION
    probs = softmax(logits)
    order = np.argsort(-probs, axis=-1)
    ranked = np.take_along_axis(probs, order, axis=-1)
    stays = np.cumsum(ranked, axis=-1) - ranked < p
    stays[..., 0] = True
    keep = np.zeros(probs.shape, bool)
    np.put_along_axis(keep, order, stays, axis=-1)
    return np.where(keep, logits, -np.inf)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-2-6", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("2.6", top_p_logits)

# %% [markdown]
# ## 2.7 `smallest_p`
#
# *2 points · 8 minutes · medium*
#
# The explorer's goal, as a function: down to which p does token `i` stay? Return the border itself.
# Any p above it keeps the token, p equal to it does not. All probabilities differ.
#
# <details><summary>Hint 1</summary>
#
# A token stays while the mass before it is below p.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Which tokens come before token i, and what do they hold together?
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-2-7", "locked": false, "schema_version": 3, "solution": true, "task": false}
def smallest_p(probs, i):
    """The border below which top-p removes token i."""
    ### BEGIN SOLUTION
    return probs[probs > probs[i]].sum()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-2-7", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("2.7", smallest_p)

# %% [markdown]
# ## 2.8 `min_p`
#
# *2 points · 6 minutes · easy*
#
# A relative: keep every token that is at least m times as likely as the likeliest one, and
# renormalise. Probabilities in, probabilities out, m between 0 and 1.
#
# <details><summary>Hint 1</summary>
#
# The floor is `m * probs.max()`. It moves when the model grows less sure.
#
# </details>
# <details><summary>Hint 2</summary>
#
# One comparison says who stays. What do the rest become, and what must the survivors add up to? At m = 1 the
# likeliest token must stay.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-2-8", "locked": false, "schema_version": 3, "solution": true, "task": false}
def min_p(probs, m):
    """Probabilities after min-p: those below m times the largest become 0."""
    ### BEGIN SOLUTION
    kept = np.where(probs >= m * probs.max(), probs, 0)
    return kept / kept.sum()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-2-8", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("2.8", min_p)

# %% [markdown]
# ## 2.9 Read five functions
#
# *3 points · 10 minutes · medium*
#
# Five filters for probabilities in falling order, as one finds them. Each stops before the division
# by the sum. Read first, run second.


# %%
def A(q, p):
    below = np.cumsum(q) < p
    return np.where(np.append(True, below[:-1]), q, 0)


def B(q, p):
    running = np.cumsum(q)
    return np.where((running <= p) | (q == q.max()), q, 0)


def C(q, p):
    return np.where((q >= p) | (q == q.max()), q, 0)


def D(q, p):
    tail = np.cumsum(q[::-1])[::-1]
    return np.where(tail <= 1 - p, 0, q)


def E(q, p):
    again = np.exp(q) / np.exp(q).sum()
    return np.where(np.cumsum(again) - again <= p, q, 0)


# %% [markdown]
# Give each letter one verdict, spelled as here: `"right"`, `"drops the crossing token"`,
# `"compares each token"`, `"empty at p = 0"`, `"softmax twice"`. Each is used once.
#
# <details><summary>Hint 1</summary>
#
# Call each with `FIVE` at p = 0.75 and at p = 0. How many survive?
#
# </details>
# <details><summary>Hint 2</summary>
#
# The right answer is three tokens at 0.75, and one at 0. One of the functions is wrong only at p = 0.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "ex-2-9", "locked": false, "schema_version": 3, "solution": true, "task": false}
verdicts = {"A": ..., "B": ..., "C": ..., "D": ..., "E": ...}
### BEGIN SOLUTION
verdicts = {
    "A": "right",
    "B": "drops the crossing token",
    "C": "compares each token",
    "D": "empty at p = 0",
    "E": "softmax twice",
}
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check-2-9", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("2.9", verdicts)

# %% [markdown]
# ## 2.10 In your own words
#
# *3 points · 8 minutes · medium · marked by a person*
#
# A colleague sets T = 1.5 "for variety" and p = 0.9 "so that nothing silly comes out", and gets
# nonsense after *Once upon a time*. Explain what happened, and what to change first. Five sentences
# are enough: one point for what T did to the nucleus, one for why p = 0.9 did not help, one for the
# change.
#
# <details><summary>Hint 1</summary>
#
# How many tokens hold 0.9 of the mass at T = 1, and how many at T = 1.5?
#
# </details>
# <details><summary>Hint 2</summary>
#
# Which of the two acts first? What does top-p know about tokens that make no sense?
#
# </details>

# %% [markdown] nbgrader={"grade": true, "grade_id": "ex-2-10", "locked": false, "schema_version": 3, "solution": true, "task": false}
# <details><summary>A full answer, and how it is marked</summary>
#
# Temperature acts first. It moves mass from the one likely token to tens of thousands of unlikely
# ones, each tiny, together a large share. Top-p asks only for 0.9 of whatever mass there is, so the
# nucleus that held 1 token now holds thousands, and most of them make no sense here. Top-p is a
# share of the mass, not a judgement of a token. Lower T first, to 1 or below, and keep p as a
# ceiling; or cut before heating, as llama.cpp does by default; or use a floor that follows the
# likeliest token, as min-p does.
#
# - 1 point: T = 1.5 acts first and makes the nucleus grow (from 1 token to thousands).
# - 1 point: p is a share of the mass after T, so it follows the tail. Half a point for "p is too
#   high" alone.
# - 1 point: lower T (or cut before heating, or min-p), with the reason. No point for "raise p".
#
# </details>
