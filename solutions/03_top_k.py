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
# # Exercises 3: top-k
#
# {{ Exercises }} exercises to [the lesson](../notebooks/03_top_k.ipynb), in the order in which it calls
# for them: {{ points }} points, about {{ minutes }} minutes. Then {{ further_exercises }} further ones,
# {{ further_points }} points, {{ further_minutes }} minutes. Stop anywhere and come back.
#
# - A cell that waits for you ends in `raise NotImplementedError()`. Put your answer in place of that line; where
#   there are `...`, fill them in and delete it.
# - The cell below it checks. It says what it called, what you gave, what it expected and, if it
#   knows the mistake, what you probably did.
# - Stuck: open hint 1, then hint 2, then the
#   [solutions](../solutions/03_top_k.ipynb).
# - All at once, in a terminal: `make check LESSON=03_top_k`. It calls nbval, which runs the notebook
#   from the top and names each cell that fails, with the check's message.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
import numpy as np
from logitlab import check, softmax
from logitlab.data import STORY

print(*STORY.items(), sep="\n")
tokens, logits = list(STORY), np.array(list(STORY.values()))

# %% [markdown]
# ## 3.1 Top-k by hand
#
# *2 points · 6 minutes · easy*
#
# Ten tokens, k = 3, worked out for you. Only the three largest logits go on:

# %%
kept = logits[:3]  # these ten happen to be sorted
for token, logit in zip(tokens[:3], kept, strict=True):
    print(f"{token:8} exp({logit}) = {np.exp(logit):5.2f}")
total = np.exp(kept).sum()
print(f"total    {total:.2f}")
for token, logit in zip(tokens[:3], kept, strict=True):
    share = np.exp(logit) / total
    print(f"{token:8} {np.exp(logit):5.2f} / {total:.2f} = {share:.3f}")
before = total / np.exp(logits).sum()
print(f"before the cut these three held {before:.3f} of the mass")

# %% [markdown]
# Now the same with **k = 2**. Two decimals for the first two lines, three for the others. The last
# line asks which share of the probability of all ten the two tokens held before the cut. Replace
# every `...`.
#
# <details><summary>Hint 1</summary>
#
# Two exponentials, their sum, two divisions. The other eight tokens play no part.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `np.exp(2.2)` and `np.exp(1.8)`. For the mass before the cut, divide their total by the total of
# all ten exponentials.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "ex-3-1", "locked": false, "schema_version": 3, "solution": true, "task": false}
exponentials = [..., ...]
total = ...
probabilities = [..., ...]
mass_before = ...
### BEGIN SOLUTION
exponentials = [9.03, 6.05]
total = 15.07
probabilities = [0.599, 0.401]
mass_before = 0.579
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check-3-1", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("3.1", (exponentials, total, probabilities, mass_before))

# %% [markdown]
# ## 3.2 `kth_largest`
#
# *2 points · 6 minutes · easy*
#
# Top-k needs one number, the k-th largest logit: whatever reaches it stays. k is 1 or more. If k is
# larger than the vocabulary, the answer is the smallest logit, so that everything stays.
#
# <details><summary>Hint 1</summary>
#
# `np.sort(logits)` is ascending. Where does the largest stand, and where the k-th largest?
#
# </details>
# <details><summary>Hint 2</summary>
#
# The k-th from the end is `[-k]`. Replace k by `min(k, len(logits))` first.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-3-2", "locked": false, "schema_version": 3, "solution": true, "task": false}
def kth_largest(logits, k):
    """The k-th largest of one row of logits; of fewer than k, the smallest."""
    ### BEGIN SOLUTION
    k = min(k, len(logits))
    return np.sort(logits)[-k]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-3-2", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("3.2", kth_largest)

# %% [markdown]
# ## 3.3 `top_k`
#
# *4 points · 12 minutes · medium*
#
# The processor itself, for one row: logits in, logits out, in the same order. The k largest keep
# their value, every other becomes `-np.inf`. k is 1 or more; above the vocabulary it keeps
# everything. What happens to several tokens that tie at the k-th place is yours to choose: keep them
# all, or keep exactly k. The check names your choice. The caller's array stays as it was.
#
# <details><summary>Hint 1</summary>
#
# You have the threshold from 3.2. Which comparison keeps the k-th token itself?
#
# </details>
# <details><summary>Hint 2</summary>
#
# `np.where(condition, logits, -np.inf)` makes a new array. The other way: `np.argsort` gives ids;
# start from a row of `-np.inf` and copy k logits into it.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-3-3", "locked": false, "schema_version": 3, "solution": true, "task": false}
def top_k(logits, k):
    """One row of logits; all but the k largest are -inf."""
    ### BEGIN SOLUTION
    return np.where(logits >= kth_largest(logits, k), logits, -np.inf)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-3-3", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("3.3", top_k)

# %% [markdown]
# ## 3.4 `top_k_probs`
#
# *3 points · 10 minutes · medium*
#
# From logits to the distribution that is drawn from, at a temperature above 0: a probability for every
# token, 0 for the removed ones. Divide by T before the cut or after it, mask logits or probabilities:
# all ways agree.
#
# <details><summary>Hint 1</summary>
#
# One way: divide, mask the logits, then softmax. Another: divide, softmax, then remove, then repair
# the sum.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Give `softmax`, which is imported above, what your `top_k` makes of `logits / temperature`. Or set
# the probabilities of the removed tokens to 0 and divide by what is left.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-3-4", "locked": false, "schema_version": 3, "solution": true, "task": false}
def top_k_probs(logits, k, temperature=1.0):
    """Probabilities of one row of logits at a temperature, after top-k."""
    ### BEGIN SOLUTION
    return softmax(top_k(logits / temperature, k))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-3-4", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("3.4", top_k_probs)

# %% [markdown]
# ## 3.5 `generate`
#
# *6 points · 25 minutes · hard*
#
# The capstone of lessons 1 to 3: the loop that writes text. `prompt` is a list of token ids. At each step,
#
# - `model.logits(ids)` gives the logits after *all* that was written so far, prompt and new tokens;
# - divide by T, then top-k, then top-p, in this order;
# - draw one token from what is left, with `rng`;
# - stop after a token that is in `model.stop_ids`, or when there are `max_new_tokens` new ones.
#
# Return the list of the new ids. Whether a stop token is the last of them is yours to choose; the check
# names your choice. The caller's `prompt` stays as it was. T is above 0.
#
# Your `top_k` and the library's `top_p` are at hand, and `sample(probs, rng)` draws one id. (So does
# `rng.choice(len(probs), p=probs)`, as long as the probabilities are float64; the real model's are not.)
#
# To try it on: `SmallModel(3)` and the like have six tokens, `<end>`, a, b, c, d and e, and an opinion on
# what follows. Number 0 is different: it says the same at every place and never ends. The check calls your
# function through `on_small_model`. Of a long text it compares the share of each of the six tokens, and
# the length as a part of `max_new_tokens`.

# %%
from logitlab import sample, temperature, top_p
from logitlab.generation import SmallModel


def on_small_model(number, prompt, T, k, p, rng, max_new_tokens):
    model = SmallModel(number)
    return generate(model, prompt, T, k, p, rng, max_new_tokens)


# %% [markdown]
# <details><summary>Hint 1</summary>
#
# Keep two lists, all ids and the new ones. Which of them does the model read, and which is the answer?
# A new list of the prompt is `list(prompt)`.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Four lines in a `for` loop: logits, three processors and a softmax, the draw, two appends. Then ask
# whether the token ends the text, and `break`.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-3-5", "locked": false, "schema_version": 3, "solution": true, "task": false}
def generate(model, prompt, T, k, p, rng, max_new_tokens):
    """Ids of the new tokens that a model writes after a prompt."""
    ### BEGIN SOLUTION
    ids, new = list(prompt), []
    for _ in range(max_new_tokens):
        logits = top_p(top_k(temperature(model.logits(ids), T), k), p)
        token = sample(softmax(logits), rng)
        ids.append(token)
        new.append(token)
        if token in model.stop_ids:
            break
    return new
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-3-5", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("3.5", on_small_model)

# %% [markdown]
# Now your loop on the real model, in JupyterLab (`make model`, once). It reads the whole text again for each token, so
# thirty tokens take a while.

# %% tags=["skip-execution", "nbval-skip"]
from logitlab import load_model

model = load_model()
prompt = model.encode("The best thing about the sea is")
rng = np.random.default_rng(0)
print(model.decode(generate(model, prompt, 0.8, 40, 0.95, rng, 30)))

# %% [markdown]
# ## Further
#
# In any order. Nothing in the lessons waits for them.

# %% [markdown]
# ## 3.6 A k below 1
#
# *2 points · 6 minutes · medium*
#
# `x[-0:]` is the whole array, so many a top-k "works" at k = 0 by accident, and does something odd
# at k = -1. Decide, and do it for every k below 1: either raise a `ValueError`, or switch the filter off
# and return the logits unchanged. For k of 1 and more nothing changes. A good error names k and its
# value; the check asks for its kind alone.
#
# <details><summary>Hint 1</summary>
#
# Test for `k < 1` before anything else.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `raise ValueError(f"k must be 1 or more, got {k}")`, or `return logits.copy()`. Then call your
# `top_k`.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-3-6", "locked": false, "schema_version": 3, "solution": true, "task": false}
def top_k_any(logits, k):
    """As top_k, for every whole number k."""
    ### BEGIN SOLUTION
    if k < 1:
        raise ValueError(f"k must be 1 or more, got {k}")
    return top_k(logits, k)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-3-6", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("3.6", top_k_any)

# %% [markdown]
# ## 3.7 The batch axis
#
# *3 points · 10 minutes · medium*
#
# `(batch, vocab)`, `(batch, position, vocab)` or one row `(vocab,)`: the vocabulary is the last axis,
# and every row has a threshold of its own.
#
# <details><summary>Hint 1</summary>
#
# One threshold for the whole batch would empty a row whose logits are all low.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `np.sort(logits, axis=-1)[..., -k]` is one threshold a row, and has lost the last axis.
# `[..., -k, None]` puts it back. The size of the vocabulary is `logits.shape[-1]`.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-3-7", "locked": false, "schema_version": 3, "solution": true, "task": false}
def top_k_rows(logits, k):
    """Top-k along the last axis of logits with any number of axes."""
    ### BEGIN SOLUTION
    k = min(k, logits.shape[-1])
    thresholds = np.sort(logits, axis=-1)[..., -k, None]
    return np.where(logits >= thresholds, logits, -np.inf)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-3-7", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("3.7", top_k_rows)

# %% [markdown]
# ## 3.8 Stacking
#
# *3 points · 8 minutes · medium*
#
# The ten tokens at T = 2. Predict, then count how many are left:
#
# - after top-k with k = 5 alone,
# - after top-p with p = 0.3 alone,
# - after top-k = 5, then top-p = 0.3,
# - with p = 0.5: after top-k = 5, then top-p,
# - with p = 0.5: after top-p, then top-k = 5.
#
# <details><summary>Hint 1</summary>
#
# At T = 2 the five largest are 0.213, 0.175, 0.143, 0.111 and 0.078. After top-k they are divided by their sum.
#
# </details>
# <details><summary>Hint 2</summary>
#
# After top-k: 0.296, 0.242, 0.198, 0.155, 0.109. Add up until 0.3, and until 0.5. Before top-k, add up the undivided ones.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "ex-3-8", "locked": false, "schema_version": 3, "solution": true, "task": false}
k_alone = ...
p_alone = ...
both = ...
k_then_p = ...
p_then_k = ...
### BEGIN SOLUTION
warm = softmax(logits / 2)
five = warm[:5] / warm[:5].sum()
k_alone = len(five)
p_alone = np.sum(np.cumsum(warm) < 0.3) + 1
both = np.sum(np.cumsum(five) < 0.3) + 1
k_then_p = np.sum(np.cumsum(five) < 0.5) + 1
p_then_k = min(np.sum(np.cumsum(warm) < 0.5) + 1, 5)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check-3-8", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("3.8", (k_alone, p_alone, both, k_then_p, p_then_k))

# %% [markdown]
# ## 3.9 Which is stricter?
#
# *3 points · 10 minutes · hard*
#
# Setting A: T = 2, then k = 10. Setting B: T = 0.5, then p = 0.95. In print A "can be more restrictive"
# than B. Find out when. Return at least 20 logits for which A keeps fewer tokens than B
# (`stricter == "top-k"`), and for which it keeps more (`stricter == "top-p"`).
#
# <details><summary>Hint 1</summary>
#
# Top-k = 10 keeps ten of everything. When do fewer than ten tokens hold 95 %, and when do many more?
#
# </details>
# <details><summary>Hint 2</summary>
#
# `np.linspace(a, b, n)` makes n logits from a to b. How far apart must a and b be for each of the two?
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-3-9", "locked": false, "schema_version": 3, "solution": true, "task": false}
def logits_where(stricter):
    """Logits for which "top-k" or "top-p" is the stricter of the two settings."""
    ### BEGIN SOLUTION
    if stricter == "top-k":
        return np.linspace(0.1, 0.0, 100)
    return np.linspace(0.0, -60.0, 30)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-3-9", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("3.9", logits_where)

# %% [markdown]
# ## 3.10 A vocabulary cut to 50
#
# *2 points · 6 minutes · medium*
#
# A demonstration of sampling that many people use keeps the 50 largest logits and only then runs
# softmax. Word frequencies fall off roughly as 1, 1/2, 1/3 and so on (Zipf), so take a
# vocabulary of 50,257 tokens with these logits:

# %%
zipf = -np.log(np.arange(1, 50258.0))
print("first three weights at T = 1:", np.exp(zipf[:3]).round(3))

# %% [markdown]
# At T = 2: what is the probability of the first token, over the whole vocabulary, to four decimals? And
# how many times larger does it become when the vocabulary is cut to 50 first, to a whole number?
#
# <details><summary>Hint 1</summary>
#
# Divide by T, then softmax over all 50,257. The same over `zipf[:50]`.
#
# </details>
# <details><summary>Hint 2</summary>
#
# The second number is the probability after the cut over the probability before it.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "ex-3-10", "locked": false, "schema_version": 3, "solution": true, "task": false}
p_top = ...
times = ...
### BEGIN SOLUTION
p_top = softmax(zipf / 2)[0]
times = softmax(zipf[:50] / 2)[0] / p_top
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check-3-10", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("3.10", (p_top, times))

# %% [markdown]
# ## 3.11 In your own words
#
# *3 points · 8 minutes · medium · marked by a person*
#
# A colleague writes: "We use k = 40, because 40 tokens keep about 95 % of the probability. And we put
# T = 1.5 behind it instead of in front, so that it cannot bring the rubbish back." Answer in five
# sentences: one point for the 95 %, one for the order, one for what k = 40 does at a place where only
# one token fits.
#
# <details><summary>Hint 1</summary>
#
# Of which prompt is the 95 % true? Look at *The count is fixed, the mass is not* in the lesson.
#
# </details>
# <details><summary>Hint 2</summary>
#
# For the order: can T change which tokens are the 40 largest? For the last point: what are the other
# 39, and what does T = 1.5 do to their share?
#
# </details>

# %% [markdown] nbgrader={"grade": true, "grade_id": "ex-3-11", "locked": false, "schema_version": 3, "solution": true, "task": false}
# <details><summary>A full answer, and how it is marked</summary>
#
# There is no mass that k = 40 keeps: it fixes the number of tokens, and the mass follows from the
# prompt. After a sure beginning the 40 hold nearly everything, after an open one less than half. The
# order of k and T does not matter: T divides all logits by the same positive number, so the 40 largest
# stay the 40 largest, and the kept logits end up with the same values either way. T = 1.5 cannot bring
# a removed token back in either order. Where one token fits, k = 40 still lets 39 others in, and T = 1.5
# raises their share; top-p applied before T, or min-p, would leave them out.
#
# - 1 point: the kept mass depends on the distribution (an example or a number helps). No point for
#   "95 % is too low" or "too high".
# - 1 point: top-k and T commute, **because** T keeps the order. Half a point for "it makes no
#   difference" without a reason.
# - 1 point: at a sure place the other 39 tokens stay in, and T > 1 makes them likelier. Half a point
#   for "k should be smaller" without saying that it would then be too small elsewhere.
#
# </details>
