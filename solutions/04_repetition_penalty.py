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
# # Exercises 4: repetition penalty
#
# {{ Exercises }} core exercises to [the lesson](../notebooks/04_repetition_penalty.ipynb), in the order in which it uses them:
# {{ points }} points, about {{ minutes }} minutes. Below *Further* are {{ further_exercises }} more,
# {{ further_points }} points and about {{ further_minutes }} minutes; each says what it builds on.
#
# - A cell that waits for you ends in `raise NotImplementedError()`. Put your answer in place of that line; where
#   there are `...`, fill them in and delete it.
# - The cell below it checks. It says what it called, what you gave, what it expected and, if it
#   knows the mistake, what you probably did.
# - Stuck: open hint 1, then hint 2, then the
#   [solutions](../solutions/04_repetition_penalty.ipynb).
# - All at once, in a terminal: `make check LESSON=04_repetition_penalty`. It calls nbval, which runs the notebook
#   from the top and names each cell that fails, with the check's message.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
import numpy as np
from logitlab import check, recorded_runs, softmax
from logitlab.data import STORY

print(*STORY.items(), sep="\n")
tokens, logits = list(STORY), np.array(list(STORY.values()))

# %% [markdown]
# ## 4.1 The penalty by hand
#
# *2 points · 6 minutes · easy*
#
# Three tokens, of which `approve` and `optimize` have been written already. theta = 1.3, worked out:

# %%
written = {"approve", "optimize"}
penalised = []
for token in ("approve", "reject", "optimize"):
    z = STORY[token]
    if token not in written:
        rule, new = "stays", z
    elif z < 0:
        rule, new = "* 1.3", z * 1.3
    else:
        rule, new = "/ 1.3", z / 1.3
    penalised.append(new)
    print(f"{token:8} {z:4.1f} {rule} -> {new:5.2f}")
print("probabilities", softmax(np.array(penalised)).round(3))

# %% [markdown]
# Now the same with **theta = 2**, and `approve` was written twice. Two decimals for the logits, three
# for the probabilities, in the order approve, reject, optimize. Last: which of the three is likeliest?
# Replace every `...` and delete the `raise` line.
#
# <details><summary>Hint 1</summary>
#
# Once per distinct token: that `approve` came twice changes nothing.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Divide 2.2, leave 1.8, multiply -0.3. Then three exponentials over their total.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "ex-4-1", "locked": false, "schema_version": 3, "solution": true, "task": false}
logits_after = [..., ..., ...]
probabilities = [..., ..., ...]
winner = ...
### BEGIN SOLUTION
logits_after = [1.1, 1.8, -0.6]
probabilities = softmax(np.array(logits_after))
winner = "reject"
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check-4-1", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("4.1", (logits_after, probabilities, winner))

# %% [markdown]
# ## 4.2 `repetition_penalty`
#
# *4 points · 12 minutes · medium*
#
# One row of logits and the ids written so far, a list that may be empty and may hold an id many times.
# Each distinct id is penalised once: its logit divided by theta, or multiplied if it is negative. All
# other logits stay. theta is above 0. The caller's array stays as it was.
#
# <details><summary>Hint 1</summary>
#
# Which ids? `set(history)`. What is done to a logit depends on its own sign.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Start with `out = logits.copy()` and loop over the set. Or make a mask with `np.isin(np.arange(len(logits)), history)` and use `np.where` twice.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-4-2", "locked": false, "schema_version": 3, "solution": true, "task": false}
def repetition_penalty(logits, history, theta):
    """One row of logits; every distinct token of the history is pushed down."""
    ### BEGIN SOLUTION
    seen = np.isin(np.arange(len(logits)), history)
    pushed = np.where(logits < 0, logits * theta, logits / theta)
    return np.where(seen, pushed, logits)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-4-2", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("4.2", repetition_penalty)

# %% [markdown]
# ## 4.3 Two bugs that shipped
#
# *3 points · 10 minutes · medium*
#
# Both of these were in libraries that many people used
# ([the first](https://github.com/huggingface/transformers/issues/2302),
# [the second](https://github.com/huggingface/transformers.js/pull/1062)).


# %%
def always_divides(logits, history, theta):
    out = logits.copy()
    out[list(set(history))] /= theta
    return out


def once_per_occurrence(logits, history, theta):
    out = logits.copy()
    for i in history:
        out[i] = out[i] / theta if out[i] > 0 else out[i] * theta
    return out


# %% [markdown]
# They pass many tests. Write the one that they fail. For each bug return an example, a dict with a list
# of at least two `logits` and a list of ids, the `history`; theta is 1.3.
#
# - `bug == "always divides"`: a seen token becomes **likelier** than it was without any penalty.
# - `bug == "once per occurrence"`: the likeliest token is **another one** than with the right rule.
#
# <details><summary>Hint 1</summary>
#
# For the first: what does dividing do to -0.6? For the second: how often must a token occur before the two rules differ?
#
# </details>
# <details><summary>Hint 2</summary>
#
# For the second, two tokens are enough. Let token 0 have the logit 2.2 and occur twice: 2.2 / 1.3 is 1.69, and 2.2 / 1.3 / 1.3 is 1.30. Where must the rival be?
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-4-3", "locked": false, "schema_version": 3, "solution": true, "task": false}
def example_for(bug):
    """Logits and a history on which the named bug does harm at theta = 1.3."""
    ### BEGIN SOLUTION
    if bug == "always divides":
        return {"logits": [2.2, -0.6], "history": [1]}
    return {"logits": [2.2, 1.5], "history": [0, 0]}
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-4-3", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("4.3", example_for)

# %% [markdown]
# ## 4.4 In your own words
#
# *3 points · 8 minutes · medium · marked by a person*
#
# A colleague sets `repetition_penalty=1.3` for an assistant that answers questions from a document and
# returns JSON. "It stops loops, and 1.3 is only 30 % less likely." Answer in five sentences: one point for
# the 30 %, one for what happens to JSON and to names from the document, one for what you would do
# instead.
#
# <details><summary>Hint 1</summary>
#
# What is divided by 1.3: a probability or a logit? Take a logit of 20, as the real model has.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Which tokens does every line of JSON need again? Which tokens of the document does a right answer need? See *Where is zero?* and *What it costs* in the lesson.
#
# </details>

# %% [markdown] nbgrader={"grade": true, "grade_id": "ex-4-4", "locked": false, "schema_version": 3, "solution": true, "task": false}
# <details><summary>A full answer, and how it is marked</summary>
#
# theta divides the logit, not the probability: a logit of 20 becomes 15.4, and a gap of 4.6 is odds of
# about 100 to 1. A token that had 97 % keeps about 20 %, one that had 30 % is as good as banned, and a
# token whose logit is near zero hardly notices. JSON needs the same quotes, commas and keys in every line, and each is
# penalised from its second use on. The document stands in the prompt, so its names and numbers are
# penalised before the first word of the answer, and the model turns to others. I would switch the penalty
# off, or set it near 1.05 and leave the prompt out of the history. If loops appear, I would look at how
# the token is chosen (greedy loops most) before I punish repetition everywhere.
#
# - 1 point: 1.3 divides a logit; the effect on the probability depends on the logit's size (or on where
#   zero is). Half a point for "it is not 30 %" without a reason.
# - 1 point: repeated syntax **and** words of the prompt are penalised. Half a point for one of them.
# - 1 point: a change that follows from it: prompt left out, a smaller theta, a frequency penalty on the
#   text alone, sampling instead of greedy. No point for "a higher theta".
#
# </details>
# %% [markdown]
# ## Further
#
# For more practice, and for the further parts of the lesson. Do what interests you.

# %% [markdown]
# ## 4.5 Reading a loop
#
# *3 points · 12 minutes · hard*
#
# Here is what the real model wrote after *I love you. I love*, the likeliest token each time:

# %%
run = next(r for r in recorded_runs() if r.prompt == "I love you. I love")
print(run.text[:60])
print(run.ids[:14])

# %% [markdown]
# How long is one round? Write the function that says so: the smallest p for which the last p ids equal the
# p before them. Return 0 where the text does not end in a loop. `ids` is a list.
#
# <details><summary>Hint 1</summary>
#
# Try p = 1, 2, 3 and so on, as long as two rounds fit: p is at most half the length.
#
# </details>
# <details><summary>Hint 2</summary>
#
# The last p are `ids[-p:]`, the p before them `ids[-2 * p : -p]`. Return the first p for which they are equal.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-4-5", "locked": false, "schema_version": 3, "solution": true, "task": false}
def loop_length(ids):
    """Length of the shortest round in which the ids end, or 0."""
    ### BEGIN SOLUTION
    for p in range(1, len(ids) // 2 + 1):
        if ids[-p:] == ids[-2 * p : -p]:
            return p
    return 0
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-4-5", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("4.5", loop_length)

# %% [markdown]
# ## 4.6 A theta that is no penalty
#
# *2 points · 6 minutes · medium*
#
# A configuration says `repetition_penalty: 0`, and somebody meant "off". For this penalty off is 1. Decide
# what your function does for theta of 0 and below: either raise a `ValueError` that names theta and its
# value, or leave the logits unchanged. For theta above 0 nothing changes.
#
# <details><summary>Hint 1</summary>
#
# What is 2.2 / 0 in NumPy, and what does softmax make of it?
#
# </details>
# <details><summary>Hint 2</summary>
#
# Test for `theta <= 0` first. `raise ValueError(f"theta must be above 0, got {theta}")`, or `return logits.copy()`. Between 0 and 1 theta rewards repetition, which is allowed.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-4-6", "locked": false, "schema_version": 3, "solution": true, "task": false}
def repetition_penalty_any(logits, history, theta):
    """As repetition_penalty, for every number theta."""
    ### BEGIN SOLUTION
    if theta <= 0:
        raise ValueError(f"theta must be above 0, got {theta}")
    return repetition_penalty(logits, history, theta)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-4-6", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("4.6", repetition_penalty_any)

# %% [markdown]
# ## 4.7 `penalised_probs`
#
# *3 points · 8 minutes · medium*
#
# From logits to the distribution that is drawn from: penalty and temperature, then softmax. T is above 0
# and is 1 where none is given. Which of the two comes first?
#
# <details><summary>Hint 1</summary>
#
# Dividing by T changes no sign. Does the order matter here?
#
# </details>
# <details><summary>Hint 2</summary>
#
# `softmax(repetition_penalty(logits, history, theta) / temperature)`. What you may not do is subtract the maximum *before* the penalty.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-4-7", "locked": false, "schema_version": 3, "solution": true, "task": false}
def penalised_probs(logits, history, theta, temperature=1.0):
    """Probabilities of one row of logits under a penalty and a temperature."""
    ### BEGIN SOLUTION
    return softmax(repetition_penalty(logits, history, theta) / temperature)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-4-7", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("4.7", penalised_probs)

# %% [markdown]
# ## 4.8 The window
#
# *2 points · 6 minutes · medium*
#
# Some libraries look back only over the last n tokens. Return the ids that such a penalty sees: each
# distinct id once, rising. n is 0 or more; a window of 0 sees nothing, and one that is longer than the
# history sees all of it.
#
# <details><summary>Hint 1</summary>
#
# `history[-n:]` is nearly right. Try n = 0.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `history[max(0, len(history) - n):]`, or treat n = 0 on its own. Then `sorted(set(...))`.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-4-8", "locked": false, "schema_version": 3, "solution": true, "task": false}
def looked_at(history, n):
    """Distinct ids among the last n of the history, rising."""
    ### BEGIN SOLUTION
    return sorted(set(history[max(0, len(history) - n) :]))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-4-8", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("4.8", looked_at)

# %% [markdown]
# ## 4.9 Three penalties
#
# *3 points · 12 minutes · hard*
#
# The three together, as vLLM has them. `prompt` and `text` are lists of ids. First theta, over prompt
# **and** text. Then frequency and presence, subtracted, over the text **alone**.
#
# <details><summary>Hint 1</summary>
#
# Your `repetition_penalty` takes `prompt + text`. How often each id occurs in the text: `np.bincount(text, minlength=len(logits))`.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `counts = np.bincount(text, minlength=len(logits))`. Subtract `frequency * counts` and
# `presence * (counts > 0)`.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-4-9", "locked": false, "schema_version": 3, "solution": true, "task": false}
def three_penalties(logits, prompt, text, theta, frequency, presence):
    """One row of logits under the three penalties of vLLM."""
    ### BEGIN SOLUTION
    z = repetition_penalty(logits, prompt + text, theta)
    counts = np.bincount(text, minlength=len(logits))
    return z - frequency * counts - presence * (counts > 0)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-4-9", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("4.9", three_penalties)

# %% [markdown]
# ## 4.10 Before or after T?
#
# *2 points · 6 minutes · medium*
#
# An article says that the repetition penalty acts after temperature. Does it matter? All ten tokens,
# `approve` was written, T = 0.5. P(approve) to three decimals:
#
# - a presence penalty of 1.0, before the division by T and after it;
# - theta = 1.3, before and after.
#
# Last, from memory: the value of theta, and of a presence penalty, that changes nothing.
#
# <details><summary>Hint 1</summary>
#
# Before: change the logit, then divide all by 0.5. After: divide all by 0.5, then change the logit.
#
# </details>
# <details><summary>Hint 2</summary>
#
# approve becomes (2.2 - 1) / 0.5 = 2.4 in the one order and 2.2 / 0.5 - 1 = 3.4 in the other. With theta: 2.2 / 1.3 / 0.5 and 2.2 / 0.5 / 1.3.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "ex-4-10", "locked": false, "schema_version": 3, "solution": true, "task": false}
presence_1 = [..., ...]  # before T, after T
theta_13 = [..., ...]  # before T, after T
off = [..., ...]  # theta, presence
### BEGIN SOLUTION
only_first = np.arange(10) == 0
presence_1 = [
    softmax((logits - only_first) / 0.5)[0],
    softmax(logits / 0.5 - only_first)[0],
]
theta_13 = [
    softmax(np.where(only_first, logits / 1.3, logits) / 0.5)[0],
    softmax(np.where(only_first, logits / 0.5 / 1.3, logits / 0.5))[0],
]
off = [1.0, 0.0]
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check-4-10", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("4.10", (presence_1, theta_13, off))

# %% [markdown]
# ## 4.11 No n-gram twice
#
# *3 points · 10 minutes · hard*
#
# The blunt instrument: no n tokens in a row may stand in the text twice. Return the ids that are banned as
# the next token, each once, rising: those that would complete n tokens that stand in the history already.
# n is 1 or more.
#
# With n = 3 and the history 4 5 6 4 5, the id 6 is banned: 4 5 6 stood there before.
#
# <details><summary>Hint 1</summary>
#
# The new token is the n-th. Which n - 1 ids come just before it? Where else in the history do they stand, and what followed?
#
# </details>
# <details><summary>Hint 2</summary>
#
# The ids before it are `history[len(history) - n + 1 :]`, which is empty for n = 1. Go over every i from 0 to `len(history) - n`, compare `history[i : i + n - 1]`, collect `history[i + n - 1]`.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-4-11", "locked": false, "schema_version": 3, "solution": true, "task": false}
def banned(history, n):
    """Ids that would complete an n-gram that the history holds, rising."""
    ### BEGIN SOLUTION
    before = history[len(history) - n + 1 :]
    found = set()
    for i in range(len(history) - n + 1):
        if history[i : i + n - 1] == before:
            found.add(history[i + n - 1])
    return sorted(found)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-4-11", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("4.11", banned)


# %% [markdown]
# ## 4.12 DRY
#
# *4 points · 15 minutes · hard*
#
# A penalty that strikes only what would prolong a repeat. For each token: look at every place where it stands
# in the history, and count how many tokens just before that place are the same as the last ones of the
# history. The longest such count is its length. If the length is `allowed` or more, take
# multiplier * base ** (length - allowed) from its logit. All other logits stay.
#
# With the history 4 5 6 4 5, token 6 has length 2: before it stood 4 5, and the history ends in 4 5. With
# `multiplier` 0.8 it loses 0.8. Had three tokens been the same, it would lose 0.8 * 1.75 = 1.4.
#
# <details><summary>Hint 1</summary>
#
# For one place i go back step by step: `history[i - back]` against `history[-back]`, for back from 1 to i. Stop at
# the first pair that differs.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `for i, token in enumerate(history)`, the count n as in hint 1, and `longest[token] = max(longest[token], n)`
# in an array of zeros, one for each logit. Then `np.where(longest >= allowed, ...)`.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-4-12", "locked": false, "schema_version": 3, "solution": true, "task": false}
def dry(logits, history, multiplier, base=1.75, allowed=2):
    """One row of logits; a token that would prolong a repeat is charged."""
    ### BEGIN SOLUTION
    longest = np.zeros(len(logits), dtype=int)
    for i, token in enumerate(history):
        n = 0
        for back in range(1, i + 1):
            if history[i - back] != history[-back]:
                break
            n = back
        longest[token] = max(longest[token], n)
    charge = multiplier * base ** (longest - allowed)
    return logits - np.where(longest >= allowed, charge, 0.0)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-4-12", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("4.12", dry)
