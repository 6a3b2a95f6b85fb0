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
# {{ points }} points, about {{ minutes }} minutes, in any order. B.1 needs lesson 4, B.6 a look at
# typical sampling in lesson 2; for the others the first three lessons are enough. Whether a thread
# was open or closed is what a stored copy said on 2026-11-23.
#
# - A cell that waits for you ends in `raise NotImplementedError()`. Replace that line.
# - All at once, in a terminal: `make check LESSON=bugs_that_shipped`
# - The [solutions](../solutions/bugs_that_shipped.ipynb) tell each mend.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
import numpy as np
from logitlab import check, softmax

# %% [markdown]
# ## B.1 The penalty that was a reward
#
# *2 points · 6 minutes · easy*
#
# transformers, December 2019. A user asks for less repetition and gets *The dog dog dog dog dog*,
# the whole line through. The higher the penalty, the more dogs.
# ([huggingface/transformers#2302](https://github.com/huggingface/transformers/issues/2302))
#
# The code did what the paper's formula says: it divided the logit of every token seen by the penalty.
# That model's logits were all below zero.


# %%
def shipped_penalty(logits, history, penalty):
    out = logits.copy()
    for token in set(history):
        out[token] = out[token] / penalty
    return out


logits = np.array([-20.0, -21.0, -22.0, -23.0])
dog = np.array([0])
print("P(dog) before ", softmax(logits)[0].round(3))
for penalty in (1.1, 1.5, 2.0):
    after = softmax(shipped_penalty(logits, dog, penalty))
    print(f"penalty {penalty}  ", after[0].round(3))

# %% [markdown]
# Write it so that a penalty above 1 makes every token seen less likely, whatever its sign, and one below 1
# likelier. Zero stays zero. `history` is an array of ids.
#
# <details><summary>Hint 1</summary>
#
# −20 / 2 is −10. Which operation takes −20 further down?
#
# </details>
# <details><summary>Hint 2</summary>
#
# `np.where(logit < 0, logit * penalty, logit / penalty)`, on the tokens seen.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-B-1", "locked": false, "schema_version": 3, "solution": true, "task": false}
def repetition_penalty(logits, history, penalty):
    """Logits with every distinct token of the history pushed down."""
    ### BEGIN SOLUTION
    out = logits.copy()
    for token in set(history):
        seen = out[token]
        out[token] = seen * penalty if seen < 0 else seen / penalty
    return out
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-B-1", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("B.1", repetition_penalty)

# %% [markdown]
# Mended in [#2303](https://github.com/huggingface/transformers/pull/2303); vLLM and llama.cpp have the
# same rule of signs. **To learn:** a logit has no zero of its own. Whatever multiplies it has chosen
# one.
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
# ## B.4 Punished for every comma
#
# *2 points · 5 minutes · easy*
#
# transformers.js, until December 2024. The same model with the same settings wrote differently in the
# browser than in Python, more so in long texts
# ([huggingface/transformers.js#1062](https://github.com/huggingface/transformers.js/pull/1062)).


# %%
def shipped_penalty_again(logits, history, penalty):
    out = logits.copy()
    for token in history:
        seen = out[token]
        out[token] = seen * penalty if seen < 0 else seen / penalty
    return out


logits = np.array([6.0, 5.0, 1.0])
for commas in (1, 3, 10):
    history = np.zeros(commas, int)
    print(
        commas, "commas:", shipped_penalty_again(logits, history, 1.3).round(2)
    )

# %% [markdown]
# Once for each distinct token.
#
# <details><summary>Hint 1</summary>
#
# How often does the loop visit token 0?
#
# </details>
# <details><summary>Hint 2</summary>
#
# `set(history)`, or `np.unique(history)`.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-B-4", "locked": false, "schema_version": 3, "solution": true, "task": false}
def repetition_penalty_once(logits, history, penalty):
    """Logits with every distinct token of the history penalised once."""
    ### BEGIN SOLUTION
    out = logits.copy()
    seen = np.unique(history)
    z = logits[seen]
    out[seen] = np.where(z < 0, z * penalty, z / penalty)
    return out
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-B-4", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("B.4", repetition_penalty_once)

# %% [markdown]
# In Python the same line does no harm, because there the logits are gathered, changed and written back
# at once: a repeated id writes the same value twice. Translated into a loop, it changes its meaning.
# **To learn:** port the tests before the code.
#
# ## B.5 Whose words?
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


# %% nbgrader={"grade": false, "grade_id": "ex-B-5", "locked": false, "schema_version": 3, "solution": true, "task": false}
def frequency_penalty(logits, prompt, output, penalty):
    """Logits less the penalty for each time the model has written the token."""
    ### BEGIN SOLUTION
    return logits - penalty * np.bincount(output, minlength=len(logits))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-B-5", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("B.5", frequency_penalty)

# %% [markdown]
# That pull request was closed; a later one made it a setting
# ([#8127](https://github.com/NVIDIA/TensorRT-LLM/pull/8127), merged). For the *repetition* penalty the
# same libraries do count the prompt. **To learn:** "so far" is not a specification.
#
# ## B.6 A mend that was a bug
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


# %% nbgrader={"grade": false, "grade_id": "ex-B-6", "locked": false, "schema_version": 3, "solution": true, "task": false}
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


# %% nbgrader={"grade": true, "grade_id": "check-B-6", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("B.6", typical)

# %% [markdown]
# Taken back by its own author
# ([#27165](https://github.com/huggingface/transformers/pull/27165)), who had read the docstring again:
# *the smallest set of tokens that add up to P or higher*. The reviewer had not read it either, and said
# so. **To learn:** when code looks wrong, read what it promises.
#
# ## B.7 Nothing left
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


# %% nbgrader={"grade": false, "grade_id": "ex-B-7", "locked": false, "schema_version": 3, "solution": true, "task": false}
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


# %% nbgrader={"grade": true, "grade_id": "check-B-7", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("B.7", top_k_top_p)

# %% [markdown]
# mlx-lm moved top-k to the end. transformers keeps the order and renormalises, for its stages hand on
# logits, and softmax does it by itself. The two orders keep different tokens
# ([lesson 3](../notebooks/03_top_k.ipynb) counts them). **To learn:** the second filter of a chain does
# not see a distribution unless somebody made it one.
#
# ## B.8 Too small to see
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


# %% nbgrader={"grade": false, "grade_id": "ex-B-8", "locked": false, "schema_version": 3, "solution": true, "task": false}
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


# %% nbgrader={"grade": true, "grade_id": "check-B-8", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("B.8", top_p_half)

# %% [markdown]
# The report has a table: float32 fails from 1e-7 down, float16 from 1e-4, bfloat16 from 1e-3, a number
# that people type. Release 0.32.0 adds up the mass *above* each token instead; above the first there is
# none, so it stays. **To learn:** "at least one token" is a line of code, not a consequence.
#
# ## B.9 T = 0
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


# %% nbgrader={"grade": false, "grade_id": "ex-B-9", "locked": false, "schema_version": 3, "solution": true, "task": false}
def next_token(logits, temperature, u):
    """The token drawn with the uniform number u; the greedy one at T = 0."""
    ### BEGIN SOLUTION
    if temperature == 0:
        return int(np.argmax(logits))
    running = np.cumsum(softmax(logits / temperature))
    return int(np.searchsorted(running, u, side="right"))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-B-9", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("B.9", next_token)

# %% [markdown]
# **To learn:** a limit is not a value. T → 0 is greedy, and T = 0 is a division by zero. Name it, or
# refuse it as transformers does.
#
# ## B.10 The winner that was not running
#
# *2 points · 8 minutes · hard*
#
# PyTorch on Apple's graphics chips, August 2026. With 152 thousand tokens about one draw in 220, as the
# report counted, returned a token of probability exactly 0
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


# %% nbgrader={"grade": false, "grade_id": "ex-B-10", "locked": false, "schema_version": 3, "solution": true, "task": false}
def race(probs, noise):
    """The token with the largest probability / noise; never an impossible one."""
    ### BEGIN SOLUTION
    possible = np.flatnonzero(probs > 0)
    return int(possible[np.argmax(probs[possible] / noise[possible])])
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-B-10", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("B.10", race)

# %% [markdown]
# One zero in 30 million numbers is rare. One draw takes 152 thousand of them. **To learn:** multiply by
# the size of the vocabulary before you call something rare.

# %%
print(f"{1 / (3.3e-8 * 151936):.0f} draws for one zero of noise, on average")

# %% [markdown]
# ## B.11 The first of what?
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


# %% nbgrader={"grade": false, "grade_id": "ex-B-11", "locked": false, "schema_version": 3, "solution": true, "task": false}
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


# %% nbgrader={"grade": true, "grade_id": "check-B-11", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("B.11", top_p_rows)

# %% [markdown]
# **To learn:** index from the end when the meaning is at the end. The vocabulary is the last axis, so
# write the last axis.
#
# ## B.12 A window on the wrong side
#
# *2 points · 6 minutes · easy*
#
# llama-cpp-python, until March 2024. The penalty is meant for the last n tokens. The library handed over
# the whole history and the number n, and the code behind it read n tokens from the start
# ([abetlen/llama-cpp-python#1295](https://github.com/abetlen/llama-cpp-python/pull/1295)). Answers
# were full of repetitions.


# %%
def shipped_windowed(logits, history, penalty, n):
    out = logits.copy()
    for token in set(history[:n]):
        seen = out[token]
        out[token] = seen * penalty if seen < 0 else seen / penalty
    return out


logits = np.array([2.0, 2.0, 2.0, 2.0])
history = np.array([0, 1, 2, 3, 3, 3, 3, 3])
print(shipped_windowed(logits, history, 2.0, 3))

# %% [markdown]
# Token 3 is in a loop and goes free. Penalise the last n tokens, each distinct one once. n may be larger
# than the history; n = 0 switches the penalty off.
#
# <details><summary>Hint 1</summary>
#
# `history[-n:]`. And for n = 0?
#
# </details>
# <details><summary>Hint 2</summary>
#
# `history[-0:]` is the whole history. `history[max(0, len(history) - n):]` is not.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-B-12", "locked": false, "schema_version": 3, "solution": true, "task": false}
def windowed_penalty(logits, history, penalty, n):
    """Logits with every distinct token of the last n pushed down."""
    ### BEGIN SOLUTION
    out = logits.copy()
    for token in set(history[max(0, len(history) - n) :]):
        seen = out[token]
        out[token] = seen * penalty if seen < 0 else seen / penalty
    return out
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-B-12", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("B.12", windowed_penalty)

# %% [markdown]
# **To learn:** a pointer and a length say which part, and only the one who wrote the other side knows
# from which end.
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
