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
# Temperature, top-p and top-k look at one place in a text and forget it. This knob looks back at what was
# written and makes it less likely. It was invented against loops. You will see a loop, two ways out of it, and
# what the second one costs.
#
# ## What you will be able to do
#
# - Say when drawing alone ends a loop, and when it does not.
# - Push a written token down by hand, and write `repetition_penalty`.
# - Say why a negative logit needs a rule of its own, and find two bugs that shipped.
# - Show that this penalty depends on where zero is, as no other knob does.
# - Find the words that a right answer must repeat, and keep the penalty away from them.

# %% tags=["hide-input"]
import numpy as np
from IPython.display import display
from logitlab import (
    Goal,
    Pipeline,
    loop_explorer,
    penalty_explorer,
    plots,
    predict,
    quiz,
    recorded,
    recorded_peak,
    recorded_runs,
    softmax,
    surprises,
    temperature,
)
from logitlab.data import STORY, recorded_table

# %% [markdown]
# ## Two questions first
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
    ]
)

# %% [markdown]
# ## It says it again
#
# Here is the real model of lesson 1. At each place the likeliest token was taken, 96 times. Nothing was drawn.

# %%
table = recorded_table("sampled")
greedy, *drawn = table.rows
tea = "To make a cup of tea,"
print(tea + greedy["text"])

# %% [markdown]
# A round is 14 tokens long: twelve words and signs, and two new lines. At the start the model itself was not
# sure of it. The first token of the round, ` I`, had 16 %.

# %%
print("at the start", greedy["probs"][0])

# %% tags=["hide-input"]
rounds = np.arange(0, 96, 14)
by_round = 100 * np.array(greedy["probs"])[rounds]
fig, alt = plots.curves(
    np.arange(len(rounds)),
    {"P( I)": by_round},
    xlabel="rounds written so far",
    ylabel="%",
    title="The loop's first token, round by round",
    markers=True,
)
display(
    predict(
        "4-sure",
        "After two rounds of the loop, how much does ` I` have?",
        round(float(by_round[2]), 1),
        unit="%",
        tolerance=8,
        explain="The model has learnt that what came twice comes a third time. Each "
        "round is one more piece of evidence for the next.",
        figure=(fig, alt),
    ),
    fig.numbers,
)

# %% [markdown]
# Texts that people write do repeat: names, refrains, lists. A model that is trained to foresee them learns to
# copy, and the more often something stood there, the surer it copies. Greedy decoding then takes the copy every
# time. [Holtzman and others (2020)](https://arxiv.org/abs/1904.09751) counted texts of a larger model that end
# in repetition: 73.66 % with greedy decoding, 0.28 % of those that people wrote.

# %% tags=["hide-input"]
plots.show(fig, alt)

# %% [markdown]
# ## Draw instead
#
# Before you reach for a penalty: what if the token is drawn, as in lessons 1 to 3? The tea was written again 36
# times, each with a seed of its own, with T = 1 and p = 0.95 and no penalty. A token *repeats* here when it and
# the three before it stood in the text already. Greedy decoding repeats almost everything:


# %%
def repeats(ids):
    fours = [tuple(ids[i - 3 : i + 1]) for i in range(3, len(ids))]
    return sum(four in fours[:i] for i, four in enumerate(fours))


print("greedy:", repeats(greedy["ids"]), "of", len(greedy["ids"]))

# %% tags=["hide-input"]
settings = list(dict.fromkeys(row["setting"] for row in drawn))
counts = {
    s: np.array(
        [repeats(row["ids"]) for row in drawn if row["setting"] == s]
    )
    for s in settings
}
whole_round = {s: int((n >= 14).sum()) for s, n in counts.items()}
predict(
    "4-draw",
    "In how many of the 36 texts does a whole round's worth, 14 tokens or more, repeat?",
    whole_round["p = 0.95"],
    unit="texts",
    tolerance=2,
    explain="To stay in the loop, 14 likely tokens must be drawn in a row, again and "
    "again. Early on, each of them is far from certain.",
)

# %% [markdown]
# One of them, and the table for three settings, which differ in T and in p. The lower the temperature, the more a draw
# is like greedy decoding:

# %%
example = next(row for row in drawn if row["setting"] == "p = 0.95")
print(tea + example["text"][:180])
print(
    "\nsetting            texts  with a whole round  repeated tokens, mean"
)
for s, n in counts.items():
    print(f"{s:20} {len(n):3}  {whole_round[s]:18}  {n.mean():10.1f}")

# %% [markdown]
# So the first cure for a loop is to draw. (A drawn text may wander off, as this one does.) A penalty is for those who cannot: because they want the likeliest
# token (extraction, code), or set T so low that a draw is no draw.
#
# ## Divide what was said
#
# The ten tokens again, after *Should I approve this request?* Say `approve` was written already. The penalty has
# one number, **theta**. Divide the logit of `approve` by it; leave the other nine. Then softmax as always.

# %%
tokens, logits = list(STORY), np.array(list(STORY.values()))
after = logits.copy()
after[0] = 2.2 / 1.3
for name, z in (("before", logits), ("after", after)):
    print(f"{name:6}", z[:3].round(2), softmax(z)[:3].round(3))

# %% [markdown]
# `approve` had 34.7 % and has 24.2 %. It was first and is second now: 1.69 is below the 1.8 of `reject`.
# Temperature could never do that: it keeps the order, whatever T is. A penalty touches single tokens, so it can change
# who leads, and with greedy decoding that is its only effect: either the leader changes, or nothing does. Watch the
# place of `approve` among the ten:

# %%
for theta in (1.0, 1.1, 1.25, 1.4, 1.5):
    z = logits.copy()
    z[0] /= theta
    place = (z > z[0]).sum() + 1
    p = softmax(z)[0]
    print(f"theta {theta:<4}  approve {z[0]:.2f}  P {p:.3f}  place {place}")

# %% [markdown]
# The probability falls smoothly. The place jumps.
#
# ## Below zero
#
# `notify` was written too. Its logit is -0.6. Do what the [paper](https://arxiv.org/abs/1909.05858) says in
# which this penalty was published (CTRL, 2019): divide the logits of all written tokens by theta.

# %% tags=["hide-input"]
as_printed, multiplied = logits.copy(), logits.copy()
as_printed[7] /= 1.3
multiplied[7] *= 1.3
low, up, down = (
    float(softmax(z)[7]) for z in (logits, as_printed, multiplied)
)
predict(
    "4-negative",
    "-0.6 is divided by 1.3. What happens to P(notify)?",
    "it rises" if up > low else "it falls",
    choices=("it falls", "it rises", "nothing"),
    explain=f"-0.6 / 1.3 is -0.46, nearer to zero, so larger: {100 * low:.2f} % "
    f"become {100 * up:.2f} %. Multiplied, -0.78, they become {100 * down:.2f} %.",
)

# %% [markdown]
# The formula was copied as printed, and in December 2019 somebody
# [reported](https://github.com/huggingface/transformers/issues/2302) what a library wrote after *The dog* with
# theta = 1.5: "The dog dog dog dog dog dog dog". The answer is the rule of transformers, vLLM and llama.cpp
# today:
#
# $$z_i' = \begin{cases} z_i / \theta & \text{if } z_i > 0 \\ z_i \cdot \theta & \text{if } z_i \le 0 \end{cases}
# \qquad \text{for each token } i \text{ that was written}$$
#
# Read: *divide a positive logit by theta, multiply a negative one.* Both move it down when theta is above 1.
#
# ## Once
#
# A token may stand in the text many times. The rule is **once for each distinct token**, however often it occurs. What
# happens to a comma if each occurrence counts? Take a logit of 2.2, and theta = 1.3 for each time:

# %%
for times in (1, 2, 4, 8, 16):
    print(f"{times:2} times: {2.2 / 1.3**times:.3f}")

# %% [markdown]
# In this course's model the likely logits are around 20, and the leaders are a few points apart: after four commas a
# logit of 20 would be 7. Looping over the history instead of over its set is the second bug that shipped, in the
# [JavaScript version](https://github.com/huggingface/transformers.js/pull/1062) of that library and in
# [a library for phone apps](https://github.com/software-mansion/react-native-executorch/issues/1483), where the words
# of a document counted too. There theta = 1.1 gave wrong figures, and no penalty the right ones.
#
# **Exercises 4.1, 4.2 and 4.3 now.** By hand, in code, and the tests that both bugs fail. From here on the lesson
# uses the library's.

# %%
from logitlab import repetition_penalty

written = [0, 7, 0]  # approve, notify, approve
print(repetition_penalty(logits, written, 1.3).round(2))

# %% [markdown]
# Move theta. The outlines are the ten without a penalty. Below theta = 1 the penalty becomes a reward.

# %%
level = float(softmax(repetition_penalty(logits, written, 2.2 / 1.8))[0])
penalty_explorer(
    tokens,
    logits,
    written,
    knobs={"theta": 1.0},
    goal=Goal(
        "Bring *approve* and *reject* level", "p:approve", level, 0.001
    ),
    title="Should I approve this request?",
)

# %% [markdown]
# Put your own function under a slider (in JupyterLab):

# %% tags=["skip-execution", "nbval-skip"]
from ipywidgets import interact
from logitlab.data import STORY


def mine(logits, history, theta):
    return logits  # put your repetition_penalty here


@interact(theta=(0.5, 3.0, 0.05))
def look(theta=1.0):
    z = mine(np.array(list(STORY.values())), [0, 7, 0], theta)
    for token, p in zip(STORY, softmax(z), strict=True):
        print(f"{token:9} {'█' * round(100 * p)} {p:.3f}")


# %% [markdown]
# ## Where is zero?
#
# Take 3 away from every logit. Softmax does not notice; you said so at the top. Does the penalty? In the order of
# `approve` (2.2) nothing changes, and all gaps are the same.

# %% tags=["hide-input"]
lower = logits - 3
line = np.linspace(-8, 22, 121)
fig, alt = plots.curves(
    line,
    {"theta = 1.3": line - repetition_penalty(line, range(121), 1.3)},
    xlabel="logit of a written token",
    ylabel="taken away",
    title="What the penalty takes away",
)
display(
    predict(
        "4-shift",
        "With theta = 1.3 `approve` has 24.2 %. Take 3 from every logit first: how much then?",
        round(
            100 * float(softmax(repetition_penalty(lower, [0], 1.3))[0]), 1
        ),
        unit="%",
        tolerance=1,
        explain="At 2.2 theta takes away 0.51, at -0.8 only 0.24. Above zero it takes 23 % "
        "of the logit, below zero 30 %, at zero nothing.",
        figure=(fig, alt),
    ),
    fig.numbers,
)

# %% [markdown]
# The same distribution, and another penalty for each place of zero. Nothing in training says where zero lies. T,
# top-p and top-k do not depend on it.

# %%
print(f"shares: {1 - 1 / 1.3:.0%} above zero, {1.3 - 1:.0%} below")
for shift in (0, -1, -2.2, -6, 6):
    z = repetition_penalty(logits + shift, [0], 1.3)
    taken = logits[0] + shift - z[0]
    print(f"{shift:+5.1f}  P {softmax(z)[0]:.3f}  taken away {taken:.2f}")

# %% tags=["hide-input"]
plots.show(fig, alt)

# %% [markdown]
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
# In this model logits of likely tokens lie far above zero, and theta = 1.3 does not mean "30 % less likely".
# The odds of a token against all others together are multiplied by $e^{-(z - z/\theta)}$. Penalise the
# leader after some of our recorded prompts:

# %%
prompts = (f"loop: {tea}", "Once upon a time", "The sky is", "2 + 2 = ")
for prompt in prompts:
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
# A leader with 97 % still has 20 %. A leader that the model hesitates about is as good as banned: 34 % become
# 0.5 %, 29 % become 0.02 %. So theta strikes where the model was unsure already. (`recorded` keeps logits with the
# largest moved to 0, where theta would do nothing to it; `recorded_peak` gives the true height back.)
#
# A [report](https://github.com/huggingface/transformers/issues/47595) of July 2026 has the price: at theta = 1.3
# the share of valid JSON that five models wrote fell from 97 % to 23 %. It proposes to penalise log-probabilities,
# where 0 always means certain. That has a price of its own: a token that is nearly certain has a log-probability near
# zero, so this rule hardly touches the loop's own token.

# %%
p = softmax(recorded(f"loop: {tea}").logits).max()
print(f"by log-probability {p:.3f} -> {p**1.3 / (p**1.3 + 1 - p):.3f}")

# %% [markdown]
# ## What it looks at
#
# Back to the tea, without a draw. How far back does a penalty look? Over prompt and text, over the text alone, or
# over the last N tokens, its **window**. The model wrote 48 tokens under eleven values of theta and three
# histories.

# %%
runs = recorded_runs()
ALL, TEXT, LAST8 = "prompt and text", "text only", "last 8 tokens"


def run_of(prompt, theta, history=ALL):
    for r in runs:
        if (r.prompt, r.theta, r.history) == (prompt, theta, history):
            return r


for theta in (1.0, 1.05, 1.5):
    print(theta, sum(run_of(tea, theta).repeated), "tokens repeat")

# %% [markdown]
# Seen over prompt and text, theta = 1.05 is enough. One swap early in the text, and it is another text.

# %% tags=["hide-input"]
predict(
    "4-window",
    "theta = 1.5, but it sees the last 8 tokens only. Of 48 tokens, how many repeat?",
    sum(run_of(tea, 1.5, LAST8).repeated),
    unit="tokens",
    tolerance=4,
    explain="The model falls into another loop, of more than 8 tokens. When a token is due again, "
    "it left the window long ago, and nothing holds it back.",
)

# %% [markdown]
# A window must be longer than the loop. llama.cpp looks back 64 tokens unless told otherwise: enough for
# sentences, not for paragraphs.
#
# Below, a shaded token repeats, and a boxed one was put first by the penalty. Point at a box to read the two
# logits.

# %%
loop_explorer(
    runs,
    goal=Goal("Leave no repeat in the text", "repeated", 0, 0),
    title="What the model wrote under a penalty",
)

# %%
thetas = [r.theta for r in runs if (r.prompt, r.history) == (tea, ALL)]
print(f"{'theta':15}", " ".join(f"{t:4.2f}" for t in thetas))
for history in (ALL, TEXT, LAST8):
    found = [sum(run_of(tea, t, history).repeated) for t in thetas]
    print(f"{history:15}", " ".join(f"{n:4}" for n in found))

# %% [markdown]
# With the window of 8, theta = 1.05 breaks the loop by another route, at 1.1 the model leaves it by itself towards
# the end, and from 1.15 on it does not. One prompt and one model: take the reason from here, not the numbers.
#
# ## Two that subtract
#
# Two relatives subtract from the logit, so they need no rule for signs. **Presence**: once, if the token occurred
# at all. **Frequency**: once for each time it occurred. Off is 0 for both; theta is off at 1, and theta = 0 would
# divide by zero (transformers and vLLM refuse it).

# %%
from logitlab import frequency_penalty, presence_penalty

three_times = [1, 1, 1, 2]  # reject three times, review once
rows = {
    "none": logits,
    "repetition 1.3": repetition_penalty(logits, three_times, 1.3),
    "presence 0.4": presence_penalty(logits, three_times, 0.4),
    "frequency 0.4": frequency_penalty(logits, three_times, 0.4),
}
for name, z in rows.items():
    print(f"{name:15} reject {z[1]:.2f}  review {z[2]:.2f}")

# %% [markdown]
# Now move all four knobs. Tokens outside the window are struck out.

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

# %% [markdown]
# In Python `talk[-0:]` is the whole list, so a window of 0 that is written so looks at everything. (The further
# exercises 4.8 and 4.9 write the window and all three penalties.)
#
# ## Before or after T?
#
# Do penalties act before T or after it? transformers, vLLM and llama.cpp penalise first. An article says it is the
# other way round. Here is T = 2, with `reject` written:

# %%
for name, penalise, amount in (
    ("presence 0.6", presence_penalty, 0.6),
    ("theta 1.5", repetition_penalty, 1.5),
):
    before = softmax(temperature(penalise(logits, [1], amount), 2))[1]
    later = softmax(penalise(temperature(logits, 2), [1], amount))[1]
    print(f"{name:12}  before T {before:.3f}  after T {later:.3f}")

# %% [markdown]
# For theta the order makes no difference: dividing by T changes no sign, so the same tokens are divided and the
# same are multiplied. A subtraction before T is divided by T as well: at T = 2 it counts half.
#
# (The further exercises 4.7 and 4.10 do both orders.)
#
# ## What it costs
#
# The model knows the capital of Australia. Asked in its chat form and without a penalty it says *Canberra*. Ask
# with theta = 1.3.

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

# %% [markdown]
# Find the place where the text turns, and read the boxes there.

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
print(repr(spoiled.text[:60]))
for swap in spoiled.swaps[:4]:
    print(
        f"token {swap.place + 1}: wanted {swap.wanted!r} {swap.before:.2f} "
        f"-> {swap.after:.2f}, wrote {spoiled.tokens[swap.place]!r} "
        f"{swap.written:.2f}"
    )

# %% [markdown]
# Read the arithmetic. *of* stands in the question, so it is penalised: 21.82 becomes 16.79, just below the 17.05 of
# *in*. Then *Australia*, also from the question, falls to 13.07, and *Sydney* has 13.26. The model did not forget
# the capital. It was pushed off the sentence that it would have said.
#
# Leave the prompt out of the history, and none of these words is punished. And some texts have to repeat: counting
# needs a comma after each number.

# %%
for history in (ALL, TEXT, LAST8):
    print(f"{history:15}", repr(run_of(question, 1.3, history).text[:44]))
count = "1, 2, 3, 4, 5,"
for theta in (1.0, 1.1, 1.3):
    print(f"theta {theta:<9}", repr(run_of(count, theta).text[:44]))

# %% [markdown]
# With the same theta the model answers rightly or wrongly, depending on what the penalty looks at. In transformers the prompt counts, and
# `generate` has no setting to leave it out: you build the processor yourself, with `prompt_ignore_length`. And at
# theta = 1.1 the counting stops at 10: the comma, penalised from the start, falls behind a bracket there. Lists, tables,
# code and JSON are made of tokens that come again.
#
# ## A penalty that can tell
#
# Theta punishes a word for having been used. **DRY** ("don't repeat yourself") punishes only what would **prolong a
# sequence that stood in the text before**. It was proposed by p-e-w in
# [a pull request of March 2024](https://github.com/oobabooga/text-generation-webui/pull/5677) and is in
# [llama.cpp](https://github.com/ggml-org/llama.cpp/pull/9702), off unless a multiplier is set; a
# [pull request for vLLM](https://github.com/vllm-project/vllm/pull/50584) was open when this was read, on
# 2026-11-29. If the last n tokens of the text (the longest such run), followed by a token, stood in the text before, that token
# loses
#
# $$m \cdot b^{\,n - a} \quad \text{where } n \ge a$$
#
# Read: *the multiplier, times the base to the power of the length above the allowed length.* Usual are m = 0.8,
# b = 1.75, a = 2. Short repeats are free, as every language needs them. Long ones get expensive fast:

# %%
for n in (1, 2, 3, 5, 8, 14):
    off = 0.8 * 1.75 ** (n - 2) if n >= 2 else 0
    print(f"{n:2} tokens the same: {off:6.1f} off")

# %% [markdown]
# A real sampler also has *sequence breakers*, such as a new line or a quote, which end every sequence; the exercise
# leaves them out. (The further exercise 4.12 writes it in about twenty lines.) Without a draw and with m = 0.8:

# %%
for row in recorded_table("dry").rows:
    print(f"{repeats(row['ids']):2} repeat: {row['prompt'][-40:]!r}")
    print("   ", repr(row["text"][:90]))

# %% [markdown]
# The tea's loop is left early in its second round: after ` I'll` comes another word. Canberra is still the answer, and
# the counting goes on: a comma after a number prolongs nothing, since another number stands before it each time. What DRY cannot know is whether a long repeat is
# meant, such as a refrain or a quotation. And four texts prove nothing for others.
#
# ## Which cure when
#
# - **A text that people will read**: draw, with T near 1 and top-p or top-k. No penalty.
# - **Greedy or nearly greedy decoding**, and the text may run on: DRY where your program has it, else the smallest theta
#   that does it (1.05 did for the tea).
# - **Answers from a document, code, JSON, tables, lists**: no penalty on the prompt, best none at all. What must come
#   again is what is punished. If it loops, set a limit of tokens and stop when a round comes twice.
# - **Always**: before you raise theta, look at which tokens it pushed down, as you did in the boxes above.
#
# **Exercise 4.4 now.** A colleague wants 1.3 for an assistant.
#
# ## What to remember
#
# | | repetition, theta | presence, frequency |
# |---|---|---|
# | does | divides, or multiplies below 0 | subtract |
# | grows with the count | no | frequency does |
# | off | 1 | 0 |
# | before or after T | the same | not the same |
# | a constant added to all logits | changes it | does not |
# | usually sees | prompt and text | text |
#
# **Draw first. If you must punish, use little, and know what it looks at: none of these three can tell a loop from a
# word that is needed again.**
#
# ## Your guesses
#
# Largest surprise first.

# %% tags=["hide-input"]
surprises("4-")

# %% [markdown]
# ## Next
#
# Every knob so far made the model more or less sure. By how much? [Lesson 5, *Entropy*](05_entropy.ipynb),
# measures that. [Course home](../book/index.md)

# %% [markdown]
# ## Further
#
# Each part stands alone.
#
# ### The blunt instrument
#
# *{{ minutes }} minutes. For whoever finds `no_repeat_ngram_size` in a configuration.*
#
# It forbids: no n tokens in a row may stand in the text twice. No theta, no zero, no degree.

# %%
ids = greedy["ids"]
fours = [tuple(ids[max(0, i - 3) : i + 1]) for i in range(len(ids))]
stop = next(i for i in range(4, len(ids)) if fours[i] in fours[:i])
print("n = 4 first forbids token", stop + 1)

# %% [markdown]
# It breaks every loop. It also forbids the second *United States of America* of an article. **Exercise 4.11** writes
# it, **exercise 4.5** measures how long a loop is.
#
# ### In the wild
#
# *{{ minutes }} minutes. For whoever changes from one library to another.*
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
# With the same theta, vLLM penalises the words of your question and a window of 64 may not. A
# [third library](https://github.com/NVIDIA/TensorRT-LLM/pull/5623) was reported to count the prompt in
# frequency, which the definition does not. More libraries are in [Who does what in which order](../book/orders.md).
#
# [CTRL](https://arxiv.org/abs/1909.05858) found theta of about 1.2 with greedy decoding "a good balance" for its own
# model. You have seen what it depends on: where that model's zero was.
#
# ### Published, but is it right?
#
# *{{ minutes }} minutes. For whoever checks what they read.*
#
# Two sentences that were in print. Are they right?

# %% tags=["hide-input"]
verdict = {"choices": ("right", "wrong")}
at_2 = tokens[int(repetition_penalty(logits, [0], 2.0).argmax())]
downs = logits - repetition_penalty(logits, range(10), 1.15)
quiz(
    [
        predict(
            "4-pub-approve",
            "At a penalty of 2.0, approve is still the most likely token.",
            "right" if at_2 == "approve" else "wrong",
            explain=f"2.2 / 2 = 1.1. The winner is {at_2}.",
            **verdict,
        ),
        predict(
            "4-pub-log",
            "A penalty of 1.15 pushes the logits of seen tokens down by ln(1.15) each.",
            "right" if np.allclose(downs, np.log(1.15)) else "wrong",
            explain=f"That would be {np.log(1.15):.2f} for all. The ten move by "
            f"{downs.min():.2f} to {downs.max():.2f}: 13 % of what lies above zero, 15 % "
            "of what lies below.",
            **verdict,
        ),
    ]
)

# %% [markdown]
# ### Your own prompt
#
# *{{ minutes }} minutes. For whoever has the model installed (`make model`, once).*
#
# In the book, [a page](../book/prompt.md) does this in your browser.

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
