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
# # Exercises: bugs that shipped
#
# {{ Exercises }} faults that real samplers were shipped with. People drew tokens with them, for
# weeks or for years, and the text that came out looked like text. A wrong sampler still writes.
#
# Each exercise gives you the fault as a short function. It is written in NumPy by us, after what the
# thread describes; no line is the project's own. Run it, see it go wrong, find the line, and write
# the function that is right. Hand back the one you were given, and the check will know it.
#
# {{ points }} points, about {{ minutes }} minutes, in any order. B.1 and B.4 need lesson 4, B.5 a look at
# typical sampling in lesson 2, B.12 and B.14 lesson 6; for the others the first three lessons are enough. Whether a
# thread was open or closed is what a stored copy said on 2026-11-23, for B.11 to B.14 on 2026-11-29.
#
# - A cell that waits for you ends in `raise NotImplementedError()`. Put your answer in place of that line; where
#   there are `...`, fill them in and delete it.
# - All at once, in a terminal: `make check LESSON=bugs_that_shipped`. It calls nbval, which runs the notebook
#   from the top and names each cell that fails, with the check's message.
# - The [solutions](../solutions/bugs_that_shipped.ipynb) tell each mend.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
import numpy as np
from logitlab import check, softmax

# %% [markdown]
# ## B.1 Three in one penalty
#
# *4 points · 12 minutes · medium*
#
# Three libraries, one function. In transformers, December 2019, a user asked for less repetition and got *The dog dog
# dog dog dog*: all logits of that model were below zero, and the code divided, as the paper's formula says
# ([huggingface/transformers#2302](https://github.com/huggingface/transformers/issues/2302)). In transformers.js, until
# December 2024, a token that had come ten times was penalised ten times
# ([huggingface/transformers.js#1062](https://github.com/huggingface/transformers.js/pull/1062)). In llama-cpp-python,
# until March 2024, the last n tokens were meant and the first n were read
# ([abetlen/llama-cpp-python#1295](https://github.com/abetlen/llama-cpp-python/pull/1295)). Here are all three.


# %%
def shipped_penalty(logits, history, penalty, n):
    out = logits.copy()
    for token in history[:n]:
        out[token] = out[token] / penalty
    return out


logits = np.array([-2.0, 2.0, 2.0, 2.0])
history = np.array([0, 1, 1, 2, 3, 3, 3, 3])
print(shipped_penalty(logits, history, 2.0, 3))

# %% [markdown]
# Token 0 rose, token 1 paid twice, and token 3, which is in a loop, went free. A penalty above 1 is to make each of the
# last n tokens less likely, whatever its sign, each distinct one once; a penalty below 1 makes it likelier. n may be
# larger than the history; n = 0 switches the penalty off.
#
# <details><summary>Hint 1</summary>
#
# −2 / 2 is −1. Which operation takes −2 further down? And what is `history[-0:]`?
#
# </details>
# <details><summary>Hint 2</summary>
#
# `np.unique(history[max(0, len(history) - n):])` are the tokens; `np.where(z < 0, z * penalty, z / penalty)`.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-B-1", "locked": false, "schema_version": 3, "solution": true, "task": false}
def repetition_penalty(logits, history, penalty, n):
    """Logits with every distinct token of the last n pushed down."""
    ### BEGIN SOLUTION
    out = logits.copy()
    seen = np.unique(history[max(0, len(history) - n) :])
    z = logits[seen]
    out[seen] = np.where(z < 0, z * penalty, z / penalty)
    return out
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-B-1", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("B.1", repetition_penalty)

# %% [markdown]
# The first was mended in [#2303](https://github.com/huggingface/transformers/pull/2303). The second came from a
# translation: in Python the logits are gathered, changed and written back at once, so a repeated id writes the same
# value twice; in a loop it does not. **To learn:** a logit has no zero of its own; whatever multiplies it has chosen
# one. And port the tests before the code.
#
# ## B.2 One token short
#
# *2 points · 6 minutes · easy*
#
# This one is shipped again and again: in llama.cpp until June 2023
# ([#1953](https://github.com/ggml-org/llama.cpp/pull/1953)), in a book's code
# ([rasbt/reasoning-from-scratch#164](https://github.com/rasbt/reasoning-from-scratch/issues/164), 2026)
# and in a model that writes proteins
# ([Biohub/esm#360](https://github.com/Biohub/esm/pull/360), 2026). Nobody sees it in the text. It is
# found by reading.


# %%
def shipped_top_p(probs, p):
    order = np.argsort(-probs)
    running = np.cumsum(probs[order])
    keep = running <= p
    keep[0] = True
    out = np.zeros(len(probs))
    out[order[keep]] = probs[order[keep]]
    return out / out.sum()


probs = np.array([0.5, 0.41, 0.09])
print("kept    ", shipped_top_p(probs, 0.9))
print("asked for 0.9 of the mass, got", probs[:1].sum())

# %% [markdown]
# p = 0.9 was asked for. Return the probabilities of the smallest set that holds at least p, and at
# least one token. At an exact tie do as you like: B.3 is about that.
#
# <details><summary>Hint 1</summary>
#
# `running` counts the token itself. Is the token needed? That is decided by the sum *before* it.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `running - probs[order] < p`.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-B-2", "locked": false, "schema_version": 3, "solution": true, "task": false}
def top_p(probs, p):
    """Probabilities after top-p, in the vocabulary's order."""
    ### BEGIN SOLUTION
    order = np.argsort(-probs)
    running = np.cumsum(probs[order])
    keep = running - probs[order] < p
    keep[0] = True
    out = np.zeros(len(probs))
    out[order[keep]] = probs[order[keep]]
    return out / out.sum()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-B-2", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("B.2", top_p)

# %% [markdown]
# llama.cpp had tests for top-p at the time. They tried only thresholds that a running sum hits exactly,
# where both versions agree, said the author of the mend, and added one in between. **To learn:** test
# where two readings of a sentence differ.
#
# ## B.3 The exact tie
#
# *2 points · 6 minutes · medium*
#
# transformers 4.20, September 2022. Probabilities 0.5 and 0.3 add up to 0.8, p is 0.8, and a third token
# is drawn all the same
# ([huggingface/transformers#18976](https://github.com/huggingface/transformers/issues/18976)).
# This time the mask stands for the tokens that stay.


# %%
def shipped_nucleus(probs, p):
    order = np.argsort(-probs)
    before = np.cumsum(probs[order]) - probs[order]
    keep = np.zeros(len(probs), bool)
    keep[order] = ~(before > p)
    return keep


probs = np.array([0.125, 0.5, 0.125, 0.25])
print(shipped_nucleus(probs, 0.75), "mass", probs[[1, 3]].sum())

# %% [markdown]
# The mass of two tokens is 0.75 already. Write `nucleus` so that a sum that hits p is enough. The
# likeliest token stays, also at p = 0.
#
# <details><summary>Hint 1</summary>
#
# One character is wrong, and the mended line lets p = 0 through.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `before < p`, and then `keep[order[0]] = True`.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-B-3", "locked": false, "schema_version": 3, "solution": true, "task": false}
def nucleus(probs, p):
    """True for the tokens of the smallest set whose mass is at least p."""
    ### BEGIN SOLUTION
    order = np.argsort(-probs)
    before = np.cumsum(probs[order]) - probs[order]
    keep = np.zeros(len(probs), bool)
    keep[order] = before < p
    keep[order[0]] = True
    return keep
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-B-3", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("B.3", nucleus)

# %% [markdown]
# Mended in [#18984](https://github.com/huggingface/transformers/pull/18984) by summing from the least
# likely token up, and comparing with 1 − p. [Lesson 2](../notebooks/02_top_p.ipynb) runs that on the
# numbers of the report, and in float64 the third token is back. **To learn:** a tie in floating point
# needs a tolerance, or a promise not to care. This course's library counts a mass within 1e-12 of p as
# p, and says so.
#
# ## B.4 Whose words?
#
# *2 points · 5 minutes · easy*
#
# TensorRT-LLM, 2025. The frequency penalty subtracts a little for every time a token was said. But said
# by whom? Here a long document in the prompt weighed on the answer before it began
# ([NVIDIA/TensorRT-LLM#5623](https://github.com/NVIDIA/TensorRT-LLM/pull/5623)).


# %%
def shipped_frequency(logits, prompt, output, penalty):
    said = np.concatenate([prompt, output])
    return logits - penalty * np.bincount(said, minlength=len(logits))


logits = np.array([3.0, 2.0, 1.0])
document, nothing = np.zeros(40, int), np.array([], int)
print(shipped_frequency(logits, document, nothing, 0.5))

# %% [markdown]
# The document says token 0 forty times, the model has not said anything, and token 0 is out of reach.
# Count what the model wrote.
#
# <details><summary>Hint 1</summary>
#
# Which of the two arrays is the model's?
#
# </details>
# <details><summary>Hint 2</summary>
#
# Leave `prompt` out of the count; the argument stays.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-B-4", "locked": false, "schema_version": 3, "solution": true, "task": false}
def frequency_penalty(logits, prompt, output, penalty):
    """Logits less the penalty for each time the model has written the token."""
    ### BEGIN SOLUTION
    return logits - penalty * np.bincount(output, minlength=len(logits))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-B-4", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("B.4", frequency_penalty)

# %% [markdown]
# That pull request was closed; a later one made it a setting
# ([#8127](https://github.com/NVIDIA/TensorRT-LLM/pull/8127), merged). For the *repetition* penalty the
# same libraries do count the prompt. **To learn:** "so far" is not a specification.
#
# ## B.5 A mend that was a bug
#
# *2 points · 8 minutes · medium*
#
# transformers, October 2023. Typical sampling takes tokens in the order of how near their surprisal is
# to the entropy, until they hold the mass. In low precision it crashed now and then: an index one past
# the end. While mending that ([#26579](https://github.com/huggingface/transformers/pull/26579)),
# a reviewer wondered why a count was tested for being negative, and a −1 was put where it seemed to be
# missing.


# %%
def shipped_typical(probs, mass):
    surprisal = -np.log(probs)
    distance = np.abs(surprisal - (probs * surprisal).sum())
    order = np.argsort(distance)
    running = np.cumsum(probs[order])
    last = max((running < mass).sum() - 1, 0)
    return distance <= distance[order[last]]


probs = np.array([0.5, 0.3, 0.1, 0.06, 0.04])
keep = shipped_typical(probs, 0.6)
print(keep, "mass", probs[keep].sum().round(2), "asked for 0.6")

# %% [markdown]
# The set is to hold *at least* the mass. Keep the crash out as well: `np.cumsum` of ten times 0.1 ends
# just below 1.
#
# <details><summary>Hint 1</summary>
#
# Three sums are below the mass. Which place, counted from 0, has the token that crosses?
#
# </details>
# <details><summary>Hint 2</summary>
#
# `(running < mass).sum()`, but never more than `len(probs) - 1`.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-B-5", "locked": false, "schema_version": 3, "solution": true, "task": false}
def typical(probs, mass):
    """True for the tokens nearest the entropy that together hold the mass."""
    ### BEGIN SOLUTION
    surprisal = -np.log(probs)
    distance = np.abs(surprisal - (probs * surprisal).sum())
    order = np.argsort(distance)
    running = np.cumsum(probs[order])
    last = min((running < mass).sum(), len(probs) - 1)
    return distance <= distance[order[last]]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-B-5", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("B.5", typical)

# %% [markdown]
# Taken back by its own author
# ([#27165](https://github.com/huggingface/transformers/pull/27165)), who had read the docstring again:
# *the smallest set of tokens that add up to P or higher*. The reviewer had not read it either, and said
# so. **To learn:** when code looks wrong, read what it promises.
#
# ## B.6 Nothing left
#
# *3 points · 8 minutes · medium*
#
# mlx-lm, August 2025. `top_k = 1` with `top_p = 0.8` is as safe as settings get, and the model wrote
# noise ([ml-explore/mlx-lm#388](https://github.com/ml-explore/mlx-lm/pull/388)).


# %%
def shipped_top_k_top_p(probs, k, p):
    kth = np.sort(probs)[-k]
    probs = np.where(probs >= kth, probs, 0.0)  # top-k
    order = np.argsort(probs)  # top-p, from the least likely token up
    running = np.cumsum(probs[order])
    keep = np.zeros(len(probs), bool)
    keep[order] = running > 1 - p
    return np.where(keep, probs, 0.0)


probs = np.array([0.15, 0.13, 0.12, 0.11, 0.1, 0.1, 0.09, 0.08, 0.07, 0.05])
for k in (1, 2, 5):
    print(f"k = {k}: {(shipped_top_k_top_p(probs, k, 0.8) > 0).sum()} left")

# %% [markdown]
# A sampler that is handed ten zeros draws anything. Return the probabilities of the tokens that are
# left; they add up to 1. No two tokens tie at the k-th place. There are two right mends. The check
# takes either and names yours.
#
# <details><summary>Hint 1</summary>
#
# `running > 1 - p` supposes that `running` ends at 1. Where does it end for k = 2?
#
# </details>
# <details><summary>Hint 2</summary>
#
# Divide by the sum after top-k. Or do top-p first, on the whole distribution.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-B-6", "locked": false, "schema_version": 3, "solution": true, "task": false}
def top_k_top_p(probs, k, p):
    """Probabilities after top-k and top-p."""
    ### BEGIN SOLUTION
    kth = np.sort(probs)[-k]
    probs = np.where(probs >= kth, probs, 0.0)
    probs = probs / probs.sum()
    order = np.argsort(probs)
    running = np.cumsum(probs[order])
    keep = np.zeros(len(probs), bool)
    keep[order] = running > 1 - p
    return np.where(keep, probs, 0.0) / probs[keep].sum()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-B-6", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("B.6", top_k_top_p)

# %% [markdown]
# mlx-lm moved top-k to the end. transformers keeps the order and renormalises, for its stages hand on
# logits, and softmax does it by itself. The two orders keep different tokens
# ([lesson 3](../notebooks/03_top_k.ipynb) counts them). **To learn:** the second filter of a chain does
# not see a distribution unless somebody made it one.
#
# ## B.7 Too small to see
#
# *2 points · 8 minutes · medium*
#
# mlx-lm again, release 0.31.3, reported in September 2026. p is set to a tiny number, to be nearly greedy,
# and the draw is uniform noise ([ml-explore/mlx-lm#1912](https://github.com/ml-explore/mlx-lm/pull/1912)).
# The numbers on such a device have 16 bits.


# %%
def shipped_top_p_half(probs, p):
    half = np.float16
    order = np.argsort(probs)
    running = np.cumsum(probs[order].astype(half), dtype=half)
    keep = np.zeros(len(probs), bool)
    keep[order] = running > half(1 - p)
    return keep


probs = np.array([0.5, 0.25, 0.15, 0.06, 0.04])
for p in (0.3, 1e-3, 1e-4):
    print(f"p = {p}: 1 - p is {np.float16(1 - p)},", end=" ")
    print(shipped_top_p_half(probs, p).sum(), "kept")

# %% [markdown]
# Mend it for every p from 0 up. You may sum in any precision you like. Will more digits be enough?
#
# <details><summary>Hint 1</summary>
#
# In float64 the same happens at p = 1e-17.
#
# </details>
# <details><summary>Hint 2</summary>
#
# The likeliest token stands last in `order`. Nothing is to remove it.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-B-7", "locked": false, "schema_version": 3, "solution": true, "task": false}
def top_p_half(probs, p):
    """True for the tokens of the nucleus; never none."""
    ### BEGIN SOLUTION
    order = np.argsort(probs)
    running = np.cumsum(probs[order])
    keep = np.zeros(len(probs), bool)
    keep[order] = running > 1 - p
    keep[order[-1]] = True
    return keep
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-B-7", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("B.7", top_p_half)

# %% [markdown]
# The report has a table: float32 fails from 1e-7 down, float16 from 1e-4, bfloat16 from 1e-3, a number
# that people type. Release 0.32.0 adds up the mass *above* each token instead; above the first there is
# none, so it stays. **To learn:** "at least one token" is a line of code, not a consequence.
#
# ## B.8 T = 0
#
# *2 points · 5 minutes · easy*
#
# nanoGPT crashes at `temperature=0`
# ([karpathy/nanoGPT#738](https://github.com/karpathy/nanoGPT/issues/738), 2026, open). That is the kind
# way to fail. In ggml's GPT-J example of 2023 the same division did not crash. It wrote
# *aGGGGGGGGGGGGGGGGGGGG*, whatever the prompt
# ([ggml-org/ggml#37](https://github.com/ggml-org/ggml/issues/37)). NumPy is of the second kind. `u` is
# the uniform random number of the draw.


# %%
def shipped_next_token(logits, temperature, u):
    with np.errstate(all="ignore"):  # or it would warn you
        z = logits / temperature
        e = np.exp(z - z.max())
        running = np.cumsum(e / e.sum())
    return int(np.searchsorted(running, u, side="right"))


logits = np.array([1.0, 3.0, 2.0])
for temperature in (1.0, 0.1, 0.0):
    draws = [
        shipped_next_token(logits, temperature, u) for u in (0.1, 0.5, 0.9)
    ]
    print(f"T = {temperature}: {draws}")

# %% [markdown]
# At T = 0, return the greedy token, exactly, however small its lead. Above 0, draw as before.
#
# <details><summary>Hint 1</summary>
#
# Print `z - z.max()` for T = 0.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `if temperature == 0: return int(np.argmax(logits))`. A tiny T in its place is not the same: a lead
# that is smaller than T is not a lead.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-B-8", "locked": false, "schema_version": 3, "solution": true, "task": false}
def next_token(logits, temperature, u):
    """The token drawn with the uniform number u; the greedy one at T = 0."""
    ### BEGIN SOLUTION
    if temperature == 0:
        return int(np.argmax(logits))
    running = np.cumsum(softmax(logits / temperature))
    return int(np.searchsorted(running, u, side="right"))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-B-8", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("B.8", next_token)

# %% [markdown]
# **To learn:** a limit is not a value. T → 0 is greedy, and T = 0 is a division by zero. Name it, or
# refuse it as transformers does.
#
# ## B.9 The winner that was not running
#
# *2 points · 8 minutes · hard*
#
# PyTorch on Apple's graphics chips, August 2026. With 152 thousand tokens about one draw in 200
# returned a token of probability exactly 0
# ([pytorch/pytorch#192577](https://github.com/pytorch/pytorch/issues/192577)).
#
# The draw is a race: give each token exponential noise, and the largest probability / noise wins. It is
# a fine way to draw. Once in 30 million times the noise was 0.


# %%
def shipped_race(probs, noise):
    with np.errstate(all="ignore"):
        return int(np.argmax(probs / noise))


probs = np.array([0.6, 0.0, 0.4])
print("as a rule      ", shipped_race(probs, np.array([0.5, 0.7, 2.0])))
print("a zero of noise", shipped_race(probs, np.array([0.5, 0.0, 2.0])))

# %% [markdown]
# Mend the race: a token of probability 0 never wins. Among the others nothing changes. The noise is 0
# or more.
#
# <details><summary>Hint 1</summary>
#
# What is 0 / 0, and what does `np.argmax` make of it?
#
# </details>
# <details><summary>Hint 2</summary>
#
# Give impossible tokens a score below every other. Or keep the noise above 0.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-B-9", "locked": false, "schema_version": 3, "solution": true, "task": false}
def race(probs, noise):
    """The token with the largest probability / noise; never an impossible one."""
    ### BEGIN SOLUTION
    possible = np.flatnonzero(probs > 0)
    return int(possible[np.argmax(probs[possible] / noise[possible])])
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-B-9", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("B.9", race)

# %% [markdown]
# One zero in 30 million numbers is rare. One draw takes 152 thousand of them. **To learn:** multiply by
# the size of the vocabulary before you call something rare.

# %%
print(f"{1 / (3.3e-8 * 151936):.0f} draws for one zero of noise, on average")

# %% [markdown]
# ## B.10 The first of what?
#
# *2 points · 6 minutes · medium*
#
# fish-speech, a model that speaks, August 2026
# ([fishaudio/fish-speech#1326](https://github.com/fishaudio/fish-speech/pull/1326)). A guard keeps the
# first token of the sorted list, so that one is always left. It is right as long as one sentence is
# spoken at a time. Found by somebody who was about to speak two at once.


# %%
def shipped_rows(probs, p):
    order = np.argsort(-probs, axis=-1)
    falling = np.take_along_axis(probs, order, axis=-1)
    remove = np.cumsum(falling, axis=-1) - falling >= p
    remove[0] = False  # keep the first
    keep = np.zeros(probs.shape, bool)
    np.put_along_axis(keep, order, ~remove, axis=-1)
    return keep


one = np.array([0.2, 0.5, 0.3])
two = np.array([[0.2, 0.5, 0.3], [0.1, 0.3, 0.6]])
print(shipped_rows(one, 0.5))
print(shipped_rows(two, 0.5))
print(shipped_rows(two, 0.0))

# %% [markdown]
# In the batch one row keeps everything, and at p = 0 the other keeps nothing. Write it for any number
# of rows: `(vocab,)`, `(batch, vocab)`, or more axes.
#
# <details><summary>Hint 1</summary>
#
# What does `remove[0]` mean when `remove` has two axes?
#
# </details>
# <details><summary>Hint 2</summary>
#
# `[..., 0]`.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-B-10", "locked": false, "schema_version": 3, "solution": true, "task": false}
def top_p_rows(probs, p):
    """True for the tokens of each row's nucleus; the vocabulary is the last axis."""
    ### BEGIN SOLUTION
    order = np.argsort(-probs, axis=-1)
    falling = np.take_along_axis(probs, order, axis=-1)
    remove = np.cumsum(falling, axis=-1) - falling >= p
    remove[..., 0] = False
    keep = np.zeros(probs.shape, bool)
    np.put_along_axis(keep, order, ~remove, axis=-1)
    return keep
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-B-10", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("B.10", top_p_rows)

# %% [markdown]
# **To learn:** index from the end when the meaning is at the end. The vocabulary is the last axis, so
# write the last axis.
#
# ## B.11 Settings that nobody chose
#
# *3 points · 8 minutes · medium*
#
# vLLM 0.8, March 2025. A user asks for T = 10, which should be noise, and gets the same sensible answer every time
# ([vllm-project/vllm#15241](https://github.com/vllm-project/vllm/issues/15241)). The temperature was not ignored.
# From that version on, the server takes what a request leaves open from the model's own file `generation_config.json`
# ([#12622](https://github.com/vllm-project/vllm/pull/12622)), and this model's file says k = 1. Where one token is
# left, no temperature matters.
#
# A draft of the code had a second fault, `asked or default`
# ([#11164](https://github.com/vllm-project/vllm/pull/11164)). It is left in here. The settings are temperature, k
# and penalty; `None` says nothing.


# %%
def shipped_settings(asked, file, server, use_file=True):
    if not use_file:
        file = [None] * len(asked)
    triples = zip(asked, file, server, strict=True)
    return [a or f or s for a, f, s in triples]


server, file = [1.0, 0, 1.0], [0.1, 1, 1.05]
print("T = 10 asked:", shipped_settings([10.0, None, None], file, server))
print("T = 0 asked: ", shipped_settings([0.0, None, None], file, server))

# %% [markdown]
# Write it so that the file speaks only where the caller wants it (`use_file=True`), and so that 0 is a value. First what
# was asked, then the file, then the server, which has something for each.
#
# <details><summary>Hint 1</summary>
#
# What is `0.0 or 0.1` in Python?
#
# </details>
# <details><summary>Hint 2</summary>
#
# `next(x for x in (a, f, s) if x is not None)`, and a default of `use_file=False`.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-B-11", "locked": false, "schema_version": 3, "solution": true, "task": false}
def settings(asked, file, server, use_file=False):
    """Of each setting what was asked, else the file's if wanted, else the server's."""
    ### BEGIN SOLUTION
    if not use_file:
        file = [None] * len(asked)
    triples = zip(asked, file, server, strict=True)
    return [next(x for x in t if x is not None) for t in triples]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-B-11", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("B.11", settings)

# %% [markdown]
# vLLM kept its new default, prints a warning when it changes anything
# ([#15281](https://github.com/vllm-project/vllm/pull/15281)), and has a switch, `--generation-config vllm`. **To learn:** print the settings that were used beside every measurement. Two
# servers with "the same settings" may differ in those that nobody gave.
#
# ## B.12 The other divergence
#
# *2 points · 8 minutes · medium*
#
# TRL's trainer for distillation says that with beta = 0 it minimises the *forward* divergence, KL(teacher ‖ student). Until
# March 2025 it minimised the reverse one ([huggingface/trl#3043](https://github.com/huggingface/trl/pull/3043)). The
# tests expected what the code gave, so they passed. One cause of such mix-ups, named in that thread: PyTorch's
# `kl_div(input, target)` computes D(target ‖ input). Here it is in NumPy, on log-probabilities.


# %%
def kl_div(input, target):
    return (np.exp(target) * (target - input)).sum(axis=-1).mean()


def shipped_forward_kl(student_logits, teacher_logits):
    log_q = np.log(softmax(student_logits))
    log_p = np.log(softmax(teacher_logits))
    return kl_div(log_p, log_q)


sure = np.log([[0.98, 0.01, 0.01]])
open_minded = np.log([[0.5, 0.49, 0.01]])
print("student too sure:  ", shipped_forward_kl(sure, open_minded).round(3))
print("student too unsure:", shipped_forward_kl(open_minded, sure).round(3))

# %% [markdown]
# The forward divergence punishes a student for what it rules out and the teacher does not: the first number should be
# the larger one. Write `forward_kl`, in nats, the mean over the rows.
#
# <details><summary>Hint 1</summary>
#
# Whose probabilities are the weights in KL(teacher ‖ student)?
#
# </details>
# <details><summary>Hint 2</summary>
#
# `(p * (np.log(p) - np.log(q))).sum(axis=-1).mean()`, with p the teacher's.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-B-12", "locked": false, "schema_version": 3, "solution": true, "task": false}
def forward_kl(student_logits, teacher_logits):
    """KL(teacher || student), in nats, the mean over the rows."""
    ### BEGIN SOLUTION
    p, q = softmax(teacher_logits), softmax(student_logits)
    return (p * (np.log(p) - np.log(q))).sum(axis=-1).mean()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-B-12", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("B.12", forward_kl)

# %% [markdown]
# Both directions train, both losses fall, and the two students differ ([lesson 6](../notebooks/06_distillation.ipynb),
# *Which way round is the KL*). **To learn:** test a loss on a case whose answer you know without the code.
#
# ## B.13 Scored at another temperature
#
# *2 points · 8 minutes · medium*
#
# In reinforcement learning a model writes texts, and is then trained on how likely it finds them. TRL drew the texts at
# the temperature that was set and scored them at 1, until March 2025
# ([huggingface/trl#3029](https://github.com/huggingface/trl/pull/3029)). In September the same gap was back from the
# other side: the server reported log-probabilities from before the temperature
# ([#4159](https://github.com/huggingface/trl/issues/4159)). The ratio of new to old probability, which should begin
# near 1, was 2.


# %%
def shipped_ratios(logits, tokens, old_log_probs, T):
    log_probs = np.log(softmax(logits))
    new = log_probs[np.arange(len(tokens)), tokens]
    return np.exp(new - old_log_probs)


logits = np.array([[2.0, 0.0, -1.0], [0.5, 1.5, 0.0]])
tokens = np.array([0, 1])
drawn_at = np.log(softmax(logits / 0.6))[np.arange(2), tokens]
print(shipped_ratios(logits, tokens, drawn_at, 0.6).round(2))

# %% [markdown]
# Nothing was trained in between, so both should be 1. `logits` has a row for each token that was drawn;
# `old_log_probs` are the tokens' log-probabilities at T. Return the ratio, new over old, for each token.
#
# <details><summary>Hint 1</summary>
#
# What did the sampler divide by T before its softmax?
#
# </details>
# <details><summary>Hint 2</summary>
#
# `softmax(logits / T)`. To divide log-probabilities by T is another bug, and it shipped too
# ([PrimeIntellect-ai/prime-rl#697](https://github.com/PrimeIntellect-ai/prime-rl/pull/697)).
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-B-13", "locked": false, "schema_version": 3, "solution": true, "task": false}
def ratios(logits, tokens, old_log_probs, T):
    """New over old probability of each drawn token, both at temperature T."""
    ### BEGIN SOLUTION
    log_probs = np.log(softmax(logits / T))
    new = log_probs[np.arange(len(tokens)), tokens]
    return np.exp(new - old_log_probs)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-B-13", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("B.13", ratios)

# %% [markdown]
# **To learn:** "the probability of a token" is not complete without the settings. And a ratio that must be 1 before the
# first step is a test that costs nothing.
#
# ## B.14 A draft that was not drawn
#
# *3 points · 12 minutes · hard*
#
# transformers 4.44, August 2024. Speculative sampling promises the large model's distribution, and one user measured: it
# was not ([huggingface/transformers#32867](https://github.com/huggingface/transformers/issues/32867)). An
# earlier change had made the small model greedy, because that gets more of its tokens kept. `t`, `u` and `v` are
# uniform numbers from 0 to 1.


# %%
def draw(weights, v):
    running = np.cumsum(weights / weights.sum())
    return int(np.searchsorted(running, v, side="right"))


def shipped_next(p, q, t, u, v):
    x = int(np.argmax(q))
    if u < p[x] / q[x]:
        return x
    return draw(np.maximum(p - q, 0), v)


p, q = np.array([0.2, 0.5, 0.3]), np.array([0.5, 0.2, 0.3])
rng = np.random.default_rng(0)
drawn = [shipped_next(p, q, *rng.random(3)) for _ in range(10_000)]
print("p  ", p)
print("got", (np.bincount(drawn, minlength=3) / 10_000).round(2))

# %% [markdown]
# Mend it: draw the draft from q with `t`, keep it with min(1, p/q) by `u`, else draw from max(p − q, 0) with `v`. (The
# rule is exercise 6.5.)
#
# <details><summary>Hint 1</summary>
#
# p/q undoes that x was drawn with q. Was it?
#
# </details>
# <details><summary>Hint 2</summary>
#
# `x = draw(q, t)`.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-B-14", "locked": false, "schema_version": 3, "solution": true, "task": false}
def next_token(p, q, t, u, v):
    """A token with the distribution p; q drafts it."""
    ### BEGIN SOLUTION
    x = draw(q, t)
    if u < p[x] / q[x]:
        return x
    return draw(np.maximum(p - q, 0), v)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-B-14", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("B.14", next_token)

# %% [markdown]
# Mended in [#33534](https://github.com/huggingface/transformers/pull/33534), September 2024: the small model draws when the
# large one does. **To learn:** a promise about a distribution is tested on the distribution. The text looked fine.
#
# ## What they have in common
#
# - No mathematics in them is hard. They sit at edges: a tie, a zero, a sign, the first, the last, a
#   second row, a rounding.
# - Most of them never crashed. They wrote text.
# - Many were found by reading the code, or by comparing two libraries, and not by looking at output.
#
# So test a sampler on masks and probabilities, on inputs made for its edges, and against another one.
# What libraries do at these edges today is in
# [Who does what in which order](../book/orders.md).
#
# [Course home](../book/index.md)
