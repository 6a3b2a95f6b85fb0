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
# # 4 · Repetition penalty
#
# {{ path }}
#
# Temperature, top-p and top-k look at one place in the text and forget it. Left alone, a model that takes
# the likeliest token each time says the same sentence again, and again. This knob looks back at what was
# written, and makes it less likely. It works. What it breaks is the other half of the lesson.
#
# ## What you will be able to do
#
# - Push a written token down by hand, and write `repetition_penalty`.
# - Say why a negative logit needs a rule of its own, and find two bugs that shipped.
# - Tell the repetition, presence and frequency penalties apart, and set a window.
# - Show that this penalty depends on where zero is, as no other knob does.
# - Read a loop of a real model, break it, and say what that cost.

# %% tags=["hide-input"]
import numpy as np
from logitlab import (
    Goal,
    Pipeline,
    loop_explorer,
    penalty_explorer,
    predict,
    quiz,
    recorded,
    recorded_peak,
    recorded_runs,
    softmax,
    surprises,
    temperature,
)

# %% [markdown]
# ## Three questions first
#
# From lessons 1 to 3. Answer from memory, then commit.

# %% tags=["hide-input"]
add_100 = np.abs(softmax(np.array([3.0, 1.0]) + 100) - softmax([3.0, 1.0]))
quiz(
    [
        predict(
            "4-constant",
            "100 is added to every logit. What happens to the probabilities?",
            "nothing" if add_100.max() < 1e-9 else "they move",
            choices=("nothing", "they move", "they all grow"),
            explain="Softmax sees gaps only. Keep that in mind today.",
        ),
        predict(
            "4-winner",
            "Which temperature makes the second token likelier than the first?",
            "none",
            choices=("none", "a high one", "a low one"),
            explain="Dividing all logits by one positive number keeps their order.",
        ),
        predict(
            "4-removed",
            "Top-k removes a token. Which logit does it get?",
            "minus infinity",
            choices=("minus infinity", "0", "the smallest of those kept"),
            explain="A penalty is milder: it lowers a logit, and the token can still be drawn.",
        ),
    ]
)

# %% [markdown]
# ## The lesson
#
# ### Step 1 · It says it again
#
# Here is the real model of lesson 1. At each place the likeliest token was taken, 48 times. Nothing was
# drawn, so nothing differs from run to run.

# %%
runs = recorded_runs()
ALL, TEXT, LAST8 = dict.fromkeys(run.history for run in runs)


def run_of(prompt, theta, history=ALL):
    (run,) = [
        r
        for r in runs
        if (r.prompt, r.theta, r.history) == (prompt, theta, history)
    ]
    return run


tea = "To make a cup of tea,"
greedy = run_of(tea, 1.0)
print(tea + greedy.text)

# %% [markdown]
# Why does it not stop? Look at the model's own probabilities, after this prompt, and after this prompt and two rounds of
# the loop. Both times the likeliest next token is `␣I`.

# %%
first, third = recorded(tea), recorded(f"loop: {tea}")


def top(record):
    p = softmax(record.logits)
    return record.tokens[int(p.argmax())], float(p.max())


print("at the start  ", top(first)[0], round(top(first)[1], 3))

# %% tags=["hide-input"]
predict(
    "4-sure",
    "At the start ` I` has 16 %. After two rounds of the loop, how much?",
    round(100 * top(third)[1], 1),
    unit="%",
    tolerance=8,
    explain="The model has learnt that what came twice comes again. Each round makes the next surer.",
)

# %%
print("after 2 rounds", top(third)[0], round(top(third)[1], 3))

# %% [markdown]
# Greedy decoding seldom gets out: it always takes the likeliest token, and the longer the loop has run,
# the likelier is the token that goes on with it. [Holtzman and others (2020)](https://arxiv.org/abs/1904.09751)
# counted texts of a larger model that end in repetition: 73.66 % with greedy decoding, 0.28 % of human
# texts.
#
# How long is one round? Count tokens, not words. **Exercise 4.10 now**: the function that does it.


# %% tags=["hide-input"]
def loop_length(ids):
    for p in range(1, len(ids) // 2 + 1):
        if ids[-p:] == ids[-2 * p : -p]:
            return p
    return 0


predict(
    "4-round",
    "How many tokens has one round of the tea? (A new line is a token.)",
    loop_length(greedy.ids),
    tolerance=1,
    explain="Twelve words and signs, and two new lines.",
)

# %%
ids = greedy.ids
p = loop_length(ids)
print(p, "tokens:", greedy.tokens[-p:])

# %% [markdown]
# ### Step 2 · Divide what was said
#
# The ten tokens again, after *Should I approve this request?*

# %%
from logitlab.data import STORY

for token, logit in STORY.items():
    print(f"{token:8} {logit:4}")
tokens, logits = list(STORY), np.array(list(STORY.values()))

# %% [markdown]
# Say `approve` was written already. The penalty has one number, theta. Divide the logit of `approve` by
# it; leave the other nine. By hand, with theta = 1.3: 2.2 / 1.3. Then softmax as always.

# %%
after = logits.copy()
after[0] = 2.2 / 1.3
print("logit ", after[0].round(3))
print("before", softmax(logits)[:3].round(3))
print("after ", softmax(after)[:3].round(3))

# %% [markdown]
# `approve` had 0.347 and has 0.242. It was first and is second now: 1.692 is below the 1.8 of `reject`.
# Temperature could never do that.

# %% tags=["hide-input"]
half = logits.copy()
half[0] /= 2
predict(
    "4-rank",
    "theta = 2. At which place of the ten does `approve` stand now?",
    int((half > half[0]).sum()) + 1,
    explain="2.2 / 2 = 1.1, which is below 1.8 and below 1.4.",
)

# %%
for theta in (1.0, 1.2, 2.2 / 1.8, 1.3, 2.0):
    z = logits.copy()
    z[0] /= theta
    place = (z > z[0]).sum() + 1
    print(f"theta {theta:.3f}  approve {z[0]:.2f}  place {place}")

# %% [markdown]
# The two are level at theta = 2.2 / 1.8 = 1.222. From there on `reject` leads.
#
# ### Step 3 · Below zero
#
# `notify` was written too. Its logit is -0.6. Do what the
# [paper](https://arxiv.org/abs/1909.05858) says, where this penalty was published (CTRL, 2019): divide the
# logits of all tokens written so far by theta.

# %% tags=["hide-input"]
as_printed = logits.copy()
as_printed[7] /= 1.3
predict(
    "4-negative",
    "-0.6 is divided by 1.3. What happens to P(notify)?",
    "it rises" if softmax(as_printed)[7] > softmax(logits)[7] else "it falls",
    choices=("it falls", "it rises", "nothing"),
    explain="-0.6 / 1.3 is -0.46, which is nearer to zero, so it is larger.",
)

# %%
print("before ", softmax(logits)[7].round(4))
print("divided", softmax(as_printed)[7].round(4), "at", as_printed[7].round(2))
multiplied = logits.copy()
multiplied[7] *= 1.3
print("times  ", softmax(multiplied)[7].round(4), "at", multiplied[7])

# %% [markdown]
# The formula rewards what it was to punish. It was copied as printed, and in December 2019 somebody
# [reported](https://github.com/huggingface/transformers/issues/2302) what a library wrote after *The dog*
# with theta = 1.5: "The dog dog dog dog dog dog dog". The answer is the rule that transformers, vLLM and
# llama.cpp use today:
#
# > **divide a positive logit by theta, multiply a negative one.** Both move it down when theta is above 1.
#
# Step 7 shows what that leaves open.
#
# **Exercise 4.1 now.**
#
# ### Step 4 · Once
#
# `approve` was written three times. Is it punished once, or three times?

# %% tags=["hide-input"]
predict(
    "4-power",
    "Divided by 1.3 three times in a row: by how much in all?",
    round(1.3**3, 3),
    tolerance=0.1,
    explain="1.3 to the power 3. A token of every sentence, such as a comma, would be gone soon.",
)

# %%
once, thrice = logits.copy(), logits.copy()
once[0] /= 1.3
thrice[0] /= 1.3**3
print("theta^3   ", round(1.3**3, 3))
print("once      ", once[0].round(2), softmax(once)[0].round(3))
print("each time ", thrice[0].round(2), softmax(thrice)[0].round(3))

# %% [markdown]
# The rule is **once for each distinct token**, however often it occurs. A loop over the history instead of
# over its set is the second bug that shipped, in the
# [JavaScript version](https://github.com/huggingface/transformers.js/pull/1062) of that library, and in
# [an app for telephones](https://github.com/software-mansion/react-native-executorch/issues/1483) where
# the words of a document counted too. There theta = 1.1 gave wrong figures, and no penalty the right ones:
# the words that stand in a document most often are the ones that it is about.
# Both bugs, and ten others, wait to be mended in [Bugs that shipped](../exercises/bugs_that_shipped.ipynb).
#
# **Exercises 4.3 to 4.6 now.** Write it, with both rules; build the tests that both bugs fail; decide about
# theta = 0. From here on the lesson uses the library's.

# %%
from logitlab import repetition_penalty

written = [0, 7, 0]  # approve, notify, approve
print(repetition_penalty(logits, written, 1.3).round(2))
print(repetition_penalty(logits, [], 1.3).round(2))

# %% [markdown]
# Now move theta. The outlines are the ten without a penalty. Below theta = 1 the penalty becomes a reward.

# %%
level = float(softmax(repetition_penalty(logits, written, 2.2 / 1.8))[0])
penalty_explorer(
    tokens,
    logits,
    written,
    knobs={"theta": 1.0},
    goal=Goal("Bring *approve* and *reject* level", "p:approve", level, 0.001),
    title="Should I approve this request?",
)

# %% [markdown]
# ### Step 5 · Relatives that subtract
#
# Two other penalties subtract, so they need no rule for signs.
#
# - **presence**: once, if the token occurred at all.
# - **frequency**: once for each time it occurred.

# %% tags=["hide-input"]
from logitlab import frequency_penalty, presence_penalty

four_times = [0, 0, 0, 0, 1]  # approve four times, reject once
predict(
    "4-frequency",
    "`approve` (2.2) occurred four times. A frequency penalty of 0.5 leaves which logit?",
    round(float(frequency_penalty(logits, four_times, 0.5)[0]), 2),
    tolerance=0.001,
    explain="2.2 - 4 * 0.5. The presence penalty would leave 1.7.",
)

# %%
rows = {
    "none": logits,
    "repetition 1.3": repetition_penalty(logits, four_times, 1.3),
    "presence 0.5": presence_penalty(logits, four_times, 0.5),
    "frequency 0.5": frequency_penalty(logits, four_times, 0.5),
}
for name, z in rows.items():
    print(f"{name:15} approve {z[0]:.2f}  reject {z[1]:.2f}")

# %% [markdown]
# Off is another number for each: theta is off at **1**, the other two at **0**.
#
# And how far back do they look? Over everything, or over the last N tokens: the **window**. Move all four.
# Tokens outside the window are struck out.

# %%
talk = [7, 2, 0, 1, 0, 0]
target = frequency_penalty(logits, talk[-3:], 1.0)
penalty_explorer(
    tokens,
    logits,
    talk,
    knobs={"theta": 1.0, "window": 6, "frequency": 0.0, "presence": 0.0},
    goal=Goal(
        "Frequency 1.0 alone: find the window that leaves *approve* 8.5 %",
        "p:approve",
        float(softmax(target)[0]),
        0.0005,
    ),
    title="Four knobs that look back",
)

# %%
for n in range(7):
    recent = talk[len(talk) - n :]
    z = frequency_penalty(logits, recent, 1.0)
    print(f"window {n}: {recent}  P(approve) {softmax(z)[0]:.3f}")

# %% [markdown]
# In Python `talk[-0:]` is the whole list, so a window of 0 that is written so looks at everything.
#
# **Exercises 4.7, 4.8 and 4.9 now.**
#
# ### Step 6 · Before or after T?
#
# transformers, vLLM and llama.cpp all apply the penalties to the model's own logits and divide by T later.
# An article says it is the other way round. Does it matter?
#
# **Exercise 4.11 now**, on paper: T = 0.5, `approve` was written, first a presence penalty of 1.0, then
# theta = 1.3.

# %%
T, seen = 0.5, [0]
for name, penalise, amount in (
    ("presence 1.0", presence_penalty, 1.0),
    ("theta 1.3", repetition_penalty, 1.3),
):
    before = softmax(temperature(penalise(logits, seen, amount), T))[0]
    later = softmax(penalise(temperature(logits, T), seen, amount))[0]
    print(f"{name:12}  before T {before:.3f}  after T {later:.3f}")

# %% [markdown]
# For theta the order makes no difference: dividing by T changes no sign, so the same tokens are divided
# and the same are multiplied. For a subtraction it does. Before T it is divided by T as well, so at T = 0.5 it counts double:
# 0.149 against 0.322.
#
# ### Step 7 · Where is zero?
#
# **Exercise 4.2 now.** Its last line is this step.
#
# Take 3 away from every logit. Softmax does not notice; you said so at the top. Does the penalty?

# %% tags=["hide-input"]
lower = logits - 3
predict(
    "4-shift",
    "theta = 1.3 on `approve` leaves it 24.2 %. All logits 3 lower first: how much now?",
    round(100 * float(softmax(repetition_penalty(lower, [0], 1.3))[0]), 1),
    unit="%",
    tolerance=1,
    explain="At 2.2 theta takes away 0.51. At -0.8 it takes away 0.24. The gap to the others "
    "differs, and so does the probability.",
)

# %%
for shift in (0, -1, -2.2, -3, -6, 6):
    z = repetition_penalty(logits + shift, [0], 1.3)
    taken = logits[0] + shift - z[0]
    print(f"{shift:+5.1f}  P {softmax(z)[0]:.4f}  taken away {taken:.2f}")
print("no penalty:", softmax(logits)[0].round(4))

# %% [markdown]
# The same distribution, six different penalties. At 1.3 theta takes 23 % off a logit above zero and adds
# 30 % to one below, and zero is an accident: nothing in training says where it lies. The others of this course (T,
# top-k, top-p, presence, frequency) do not have this. It was
# [reported](https://github.com/huggingface/transformers/issues/47595) in July 2026: at theta = 1.3 the
# share of valid JSON that a model wrote fell from 97 % to 23 %. The report proposes to penalise
# log-probabilities, whose zero is certain. That has a price of its own. Take the token that goes on with
# the loop, after two rounds, and multiply its log-probability by 1.3:

# %%
p = top(third)[1]
print(f"shares: {1 - 1 / 1.3:.0%} off above zero, {1.3 - 1:.0%} more below")
print(f"by log-probability {p:.3f} -> {p**1.3 / (p**1.3 + 1 - p):.3f}")

# %% [markdown]
# A token that is nearly certain has a log-probability near zero, so this rule hardly touches it. It
# cannot break a loop that the model is sure of.
#
# In one row nothing was taken away. Why? Say it first. Then find the place: theta is 2 here.

# %%
penalty_explorer(
    tokens,
    logits,
    [0],
    knobs={"shift": 0.0, "theta": 2.0},
    goal=Goal(
        "Leave theta at 2 and find the shift that makes it harmless",
        "p:approve",
        float(softmax(logits)[0]),
        0.0005,
    ),
    title="The same ten, moved",
)

# %% [markdown]
# This course had to mind it too. Its recorded logits are moved so that the largest is 0, which is fine for
# lessons 1 to 3. Penalise *those*, and the leader is untouchable: 0 divided by theta is 0. So the true
# maximum was recorded as well.

# %%
chat = "chat: What is the capital of Australia? / The capital of Australia is"
answer = recorded(chat)
peak = recorded_peak(chat)
canberra = answer.tokens.index(" Canberra")
for name, z in (("moved", answer.logits), ("true", answer.logits + peak)):
    p = softmax(repetition_penalty(z, [canberra], 1.3))
    print(f"{name:5}  logit {z[canberra]:5.2f}  P after 1.3: {p[canberra]:.4f}")

# %% [markdown]
# What does theta = 1.3 mean in a real model? Not "30 % less likely". The odds of the token are multiplied
# by e^-(z - z/theta): hardly anything near zero, a hundredth at a logit of 20. Penalise the leader after
# some of our recorded prompts:

# %%
for prompt in (f"loop: {tea}", "Once upon a time", "The sky is", "2 + 2 = "):
    z = recorded(prompt).logits + recorded_peak(prompt)
    leader = int(z.argmax())
    before = 100 * softmax(z)[leader]
    after = 100 * softmax(repetition_penalty(z, [leader], 1.3))[leader]
    factor = np.exp(z[leader] / 1.3 - z[leader])
    print(
        f"logit {z[leader]:4.1f}  odds times {factor:.4f}  "
        f"P {before:4.1f} % -> {after:5.2f} %  {prompt}"
    )

# %% [markdown]
# A leader with 97 % still has 20 %. A leader that the model hesitates about is as good as banned: 34 %
# become 0.5 %, 29 % become 0.02 %. So theta strikes where the model was unsure already.
#
# ### Step 8 · Break the loop
#
# Back to the tea. The model wrote on under eleven values of theta, each time the likeliest token after the
# penalty, no draw. A token is shaded when it and the three before it stood in the text before. It is boxed
# where the penalty put another token first. Point at a box and read the two logits.

# %% tags=["hide-input"]
tea_runs = {r.theta: r for r in runs if r.prompt == tea and r.history == ALL}
broken = min(theta for theta, r in tea_runs.items() if not any(r.repeated))
quiz(
    [
        predict(
            "4-break",
            "At 1.0 the tea loops. Which theta, in steps of 0.05, is the first without a repeat?",
            broken,
            tolerance=0.001,
            explain="One swap early in the text is enough: from there on it is another text.",
        ),
        predict(
            "4-window",
            "theta = 1.5, but it sees the last 8 tokens only. Of 48 tokens, how many repeat?",
            sum(run_of(tea, 1.5, LAST8).repeated),
            unit="tokens",
            tolerance=4,
            explain="As good as no penalty at all. The reason stands below the table.",
        ),
    ]
)

# %%
loop_explorer(
    runs,
    goal=Goal("Leave no repeat in the text", "repeated", 0, 0),
    title="What the model wrote under a penalty",
)

# %%
print(f"{'theta':15}", " ".join(f"{t:4.2f}" for t in tea_runs))
for history in (ALL, TEXT, LAST8):
    counts = [sum(run_of(tea, t, history).repeated) for t in tea_runs]
    print(f"{history:15}", " ".join(f"{n:4}" for n in counts))

# %% [markdown]
# Seen over prompt and text, or over the text alone, theta = 1.05 is enough.
# (At 1.15 two tokens repeat, by chance and without a loop.)
#
# The last line is the surprise: with a window of 8 the loop is back from theta = 1.1 on. At 1.1 the model
# leaves it by itself towards the end; from 1.15 to 1.5 it does not. Here is what it says, and how long one
# round is.

# %%
stuck = run_of(tea, 1.5, LAST8)
print(loop_length(stuck.ids), "tokens a round:", repr(stuck.text[:90]))

# %% [markdown]
# When a token is due again, it left the window long ago, and nothing holds it back. **A window must be
# longer than the loop.** llama.cpp looks back 64 tokens unless told otherwise: enough for sentences, not
# for paragraphs.
#
# ### Step 9 · What it costs
#
# The model knows the capital of Australia: at theta = 1.0 it answers *Canberra*. Ask in its chat form, with
# theta = 1.3.

# %% tags=["hide-input"]
question = "chat: What is the capital of Australia?"
said = run_of(question, 1.3).text
predict(
    "4-capital",
    "Which city does the model name at theta = 1.3? Neither stands in the question.",
    min(("Canberra", "Sydney"), key=(said + "Canberra Sydney").index),
    choices=("Canberra", "Sydney"),
    explain="The penalty does not touch either name. It touches the words around them.",
)

# %%
for theta in (1.0, 1.1, 1.2, 1.3):
    print(theta, repr(run_of(question, theta).text[:64]))

# %% [markdown]
# At 1.2 the wording is different and the answer right. At 1.3 it is wrong. Find the exact place, and read the
# boxes there.

# %%
asked = [r for r in runs if r.prompt == question and r.history == ALL]
wrong_at = min(r.theta for r in asked if "Canberra" not in r.text)
loop_explorer(
    asked,
    goal=Goal(
        "Find the smallest theta at which *Canberra* is gone",
        "theta",
        wrong_at,
        0.001,
    ),
    title="The capital of Australia",
)

# %%
spoiled = run_of(question, 1.3)
for swap in spoiled.swaps[:4]:
    print(
        f"token {swap.place + 1}: wanted {swap.wanted!r} {swap.before:.2f} -> "
        f"{swap.after:.2f}, wrote {spoiled.tokens[swap.place]!r} {swap.written:.2f}"
    )

# %% [markdown]
# Read the arithmetic. *of* stands in the question, so it is penalised: 21.82 becomes 16.79, just below
# the 17.05 of *in*. Then *Australia*, also from the question, falls to 13.07, and *Sydney* has 13.26. The
# model did not forget the capital. It was pushed off the sentence that it would have said.
#
# Leave the prompt out of the history, and none of these words is punished.

# %%
for history in (ALL, TEXT, LAST8):
    print(f"{history:15}", repr(run_of(question, 1.3, history).text[:44]))

# %% [markdown]
# The same theta answers rightly or wrongly, depending on what it looks at. In transformers the prompt
# counts. To leave it out you build the processor yourself, with `prompt_ignore_length`; `generate` has no
# setting for it.
#
# Some texts have to repeat. Counting needs a comma after each number.

# %%
count = "1, 2, 3, 4, 5,"
for theta in (1.0, 1.1, 1.3):
    print(theta, repr(run_of(count, theta).text[:60]))

# %% [markdown]
# At 1.0 it counts on. At 1.1 it stops at 10, because by then the comma is penalised too much, and at 1.3
# it does not count at all. Lists, tables, code and JSON are made of tokens that come again.
#
# **Your own prompt.** With the model installed (`make model`, once):

# %% tags=["skip-execution", "nbval-skip"]
from logitlab import generate, load_model

model = load_model()

# %% tags=["skip-execution", "nbval-skip"]
prompt = "The best thing about the sea is"
pipeline = Pipeline(
    [("repetition_penalty", {"penalty": 1.3}), ("top_k", {"k": 1})]
)
steps = generate(model, prompt, pipeline, np.random.default_rng(0), 30)
print(prompt + "".join(step.text for step in steps))

# %% [markdown]
# ### Step 10 · The blunt instrument
#
# `no_repeat_ngram_size` forbids: no n tokens may stand in the text twice. No theta, no zero, no degree.

# %%
stop = next(i for i in range(4, len(ids)) if greedy.repeated[i])
print("n = 4 first forbids", repr(greedy.tokens[stop]), "at token", stop + 1)
print("written:", repr("".join(greedy.tokens[:stop])))

# %% [markdown]
# It breaks every loop. It also forbids the second *United States of America* of an article. Repetition is
# not an error; text is made of it.
#
# **Exercise 4.12 now.**
#
# ### Step 11 · In the wild
#
# Read on 2026-11-22; run on 2026-11-23 with transformers 5.23.0, vLLM 0.33.0 (its rule alone) and
# llama.cpp b11549.
#
# | | transformers | vLLM v1 | llama.cpp |
# |---|---|---|---|
# | theta acts | once for each distinct token | the same | the same |
# | a logit of 0 and below | below 0 multiplied | 0 and below multiplied | 0 and below multiplied |
# | theta looks at | prompt and text; `prompt_ignore_length` leaves out a beginning | prompt and text | the last N of prompt and text, N = 64 unless told otherwise |
# | frequency, presence | none | over the text alone | over the same window |
# | order | before T | before T | before T |
# | off | theta = 1.0 | 1.0, and 0 for the others | 1.0 and 0, or a window of 0 |
# | theta = 0 | refused | refused | its header asks for more than 0 |
#
# Whether a logit of exactly 0 is multiplied or divided makes no difference. What does: with the same
# theta, vLLM penalises the words of your question and a window of 64 may not. A
# [third library](https://github.com/NVIDIA/TensorRT-LLM/pull/5623) was reported to count the prompt
# in the frequency penalty, which the definition does not. More libraries, and what else they do, are in
# [Who does what in which order](../book/orders.md).
#
# [CTRL](https://arxiv.org/abs/1909.05858) found theta of about 1.2 with greedy decoding "a good balance"
# for its own model. You have seen what it depends on: where that model's zero was.
#
# **Exercise 4.13 now.** A colleague wants 1.3 for an assistant.
#
# ## Published, but is it right?
#
# Eight sentences, most of them printed. Some are right. Each verdict is computed in the cell.

# %% tags=["hide-input"]
verdict = {"choices": ("right", "wrong")}
settings = {"repetition_penalty": 1.3, "temperature": 0.5}
firsts = {
    Pipeline.named(library, **settings).steps[0][0]
    for library in ("transformers", "vllm", "llama.cpp")
}
at_2 = tokens[int(repetition_penalty(logits, [0], 2.0).argmax())]
moved = [softmax(repetition_penalty(logits + c, [0], 1.3))[0] for c in (0, -3)]
downs = logits - repetition_penalty(logits, range(10), 1.15)
loops = {
    prompt: any(run_of(prompt, 1.0).repeated) for prompt in (tea, question)
}
try:
    repetition_penalty(logits, [0], 0.0)
    zero = "off"
except ValueError as error:
    zero = str(error)
nothing = np.array_equal(presence_penalty(logits, [0], 0.0), logits)
kept = run_of(question, 1.3, TEXT).text
quiz(
    [
        predict(
            "4-pub-after",
            "The repetition penalty adjusts logits after temperature, before sampling.",
            "right" if firsts == {"temperature"} else "wrong",
            explain="All three libraries penalise first. For theta the result is the same; for "
            "presence and frequency it is not.",
            **verdict,
        ),
        predict(
            "4-pub-approve",
            "At a penalty of 2.0, approve is still the most likely token.",
            "right" if at_2 == "approve" else "wrong",
            explain=f"2.2 / 2 = 1.1. The winner is {at_2}.",
            **verdict,
        ),
        predict(
            "4-pub-absolute",
            "The absolute values of the logits do not matter, only the differences.",
            "right" if abs(moved[0] - moved[1]) < 1e-9 else "wrong",
            explain="Right for softmax, T, top-k and top-p. Under theta = 1.3 the same ten give "
            f"{moved[0]:.4f}, and {moved[1]:.4f} when 3 is taken from each.",
            **verdict,
        ),
        predict(
            "4-pub-log",
            "A penalty of 1.15 pushes the logits of seen tokens down by ln(1.15) each.",
            "right" if np.allclose(downs, np.log(1.15)) else "wrong",
            explain=f"That would be {np.log(1.15):.2f} for all. The ten move by "
            f"{downs.min():.2f} to {downs.max():.2f}: a share of their distance from zero.",
            **verdict,
        ),
        predict(
            "4-pub-greedy",
            "Greedy decoding can get stuck in repetitive loops.",
            "right" if any(loops.values()) else "wrong",
            explain="The tea does; the answer about Australia ends by itself. 'Can' is right.",
            **verdict,
        ),
        predict(
            "4-pub-zero",
            "repetition_penalty = 0 switches the penalty off.",
            "right" if zero == "off" else "wrong",
            explain=f"Ours says: {zero}. Off is 1.",
            **verdict,
        ),
        predict(
            "4-pub-presence",
            "A presence penalty of 0 changes nothing.",
            "right" if nothing else "wrong",
            explain="Subtracting 0 is off.",
            **verdict,
        ),
        predict(
            "4-pub-prompt",
            "Leaving the prompt out of the penalty can save an answer that the penalty spoils.",
            "right" if "Canberra" in kept else "wrong",
            explain="At theta = 1.3 with the text alone, Canberra is back.",
            **verdict,
        ),
    ]
)

# %% [markdown]
# ## Common misconceptions
#
# - *theta divides the logit.* Only a positive one. A negative one is multiplied.
# - *A token that came three times is punished three times.* Once. That would be the frequency penalty.
# - *Off is 0.* For theta it is 1; for presence and frequency it is 0.
# - *Only what the model wrote counts.* In most libraries theta sees your prompt too.
# - *It cannot change the winner.* It can, and with greedy decoding that is its only effect.
# - *1.3 makes repeated tokens 30 % less likely.* It depends on the logit: hardly at all near zero, a
#   hundredfold at 20.
# - *More is safer.* What a right answer must repeat is punished first.
#
# ## What to remember
#
# | | repetition, theta | presence | frequency |
# |---|---|---|---|
# | does | divides, or multiplies below 0 | subtracts | subtracts |
# | grows with the count | no | no | yes |
# | off | 1 | 0 | 0 |
# | before or after T | the same | not the same | not the same |
# | a constant added to all logits | changes it | does not | does not |
# | usually sees | prompt and text | text | text |
#
# **None of these three can tell a loop from a word that is needed again.** Use little of them, and know
# what they look at. (llama.cpp's *DRY* is built to tell: it penalises a token only where it would prolong
# a sequence that stood in the text before.)
#
# Your guesses, largest surprise first.

# %% tags=["hide-input"]
surprises("4-")

# %% [markdown]
# ## Next
#
# Do the [exercises](../exercises/04_repetition_penalty.ipynb), if you have not done them on the way.
#
# Every knob so far made the model more or less sure. By how much? [Lesson 5, *Entropy*](05_entropy.ipynb),
# is the ruler.
#
# [Lesson 3, Top-k](03_top_k.ipynb) · [Course home](../book/index.md)
