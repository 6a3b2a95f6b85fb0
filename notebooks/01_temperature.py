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
# # 1 · Temperature
#
# {{ path }}
#
# You need a little Python with NumPy. Each cell runs with Shift + Enter.
#
# A language model does not choose a word. It gives a score to every *token* it knows, and then one token
# is drawn. A token is a word or a piece of one, mostly with the space before it, and all of them together
# are the model's *vocabulary*. *Temperature* is one number that acts between the scores and the draw.
#
# ## What you will be able to do
#
# - Say how a language model writes, and where in its loop temperature acts.
# - Turn scores into probabilities by hand, and say why the exponential is there.
# - Write `softmax_with_temperature` so that it survives huge scores.
# - Say what a change of temperature can do to a distribution, and what it can never do.
# - Choose a temperature for a reason.

# %% tags=["hide-input"]
from textwrap import fill

import numpy as np
from IPython.display import display
from logitlab import (
    Goal,
    curve_explorer,
    distribution_explorer,
    plots,
    predict,
    quiz,
    surprises,
)

# %% [markdown]
# ## Two questions first
#
# Guess rather than skip: a wrong guess helps you to remember.

# %% tags=["hide-input"]
quiz(
    [
        predict(
            "1-powers",
            "Which is the same as e^(a − b)?",
            "e^a / e^b",
            choices=("e^a − e^b", "e^a / e^b", "e^(a / b)"),
            explain="Exponentials turn differences into ratios.",
        ),
        predict(
            "1-shares",
            "Three weights are 6, 3 and 1. You want shares that add to 1. "
            "What is the first share?",
            6 / (6 + 3 + 1),
            tolerance=0.001,
            explain="Divide each weight by the total.",
        ),
    ]
)

# %% [markdown]
# ## One prompt, four texts
#
# A language model was given *Once upon a time, in a small village* and wrote 40 tokens, four times. Only one
# number changed between the four: the temperature T was 0, 0.7, 1 or 1.5. They stand here in no
# particular order.

# %% tags=["hide-input"]
from logitlab.data import recorded_opening

texts = recorded_opening()
print(texts[0].prompt, "...")
for letter, i in zip("ABCD", (6, 0, 9, 3), strict=True):
    written = " ".join("".join(texts[i].tokens).split())
    print(f"\n{letter}\n{fill(written, 76)}")

# %% tags=["hide-input"]
predict(
    "1-again",
    "One of these settings writes the same text, word for word, each time "
    "it is run. Which text is it?",
    "B",
    choices=("A", "B", "C", "D"),
    explain="B was written at T = 0, where nothing is drawn. D had "
    "T = 0.7, A had T = 1 and C had T = 1.5. C gives itself away; B and D "
    "read alike.",
)

# %% [markdown]
# ## Score, draw, append, again
#
# This loop is how a language model writes. It reads the text so far and scores every token. One is drawn, the
# better its score the likelier, and appended; and the model reads again.
#
# Here is a tiny model to see it run: a table made from 96 texts of a real one. It has a row of scores for each of 400
# tokens, and looks at the last token only.

# %%
from logitlab.data import recorded_corpus

corpus = recorded_corpus()
vocab = corpus.tokens
sums = np.full((len(vocab), len(vocab)), 1e-9)
np.add.at(sums, corpus.previous, corpus.probs)
sums[:, -1] = 1e-9  # "any other token" cannot be printed
table = np.log(sums / sums.sum(axis=1, keepdims=True))
after = table[vocab.index(" time")]
best = np.argsort(-after)[:4]
print(f"{corpus.text.max() + 1} texts, {len(vocab)} tokens")
print("after ' time':", {vocab[i]: after[i].round(1).item() for i in best})


# %%
def write(T, rng, length=20):
    text = [vocab.index(" time")]
    for _ in range(length):
        scores = table[text[-1]]  # score every token
        weights = np.exp(scores / T)  # temperature acts here
        probs = weights / weights.sum()
        token = rng.choice(len(vocab), p=probs)  # draw one
        text.append(token)  # append it, and again
    return "Once upon a" + "".join(vocab[i] for i in text)


for T in (0.5, 1, 1.5):
    line = " ".join(write(T, np.random.default_rng(0)).split())
    print(f"T = {T}\n{fill(line, 76)}\n")

# %% [markdown]
# It sounds like English for two or three tokens at a time, because that is all a row knows. The real model reads
# the whole text before it scores. The loop around it is the same; with the model installed (`make model`, once),
# this cell writes with it.

# %% tags=["skip-execution", "nbval-skip"]
from logitlab import load_model, sample, softmax, temperature

model = load_model()
ids = model.encode("Once upon a time, in a small village")
T, rng = 0.7, np.random.default_rng()
for _ in range(40):
    scores = model.logits(ids)
    probs = softmax(temperature(scores, T))
    ids.append(int(sample(probs, rng)))
print(model.decode(ids))

# %% [markdown]
# This lesson is about the two lines between the scores and the draw.
#
# ## Ten scores
#
# A model has read *Should I approve this request?* and has scored its whole vocabulary. We keep ten tokens.

# %%
from logitlab.data import STORY

tokens, logits = list(STORY), np.array(list(STORY.values()))
print(*STORY.items(), sep="\n")

# %% [markdown]
# These scores are called *logits*. They are not probabilities: some are negative, and they do not add to one.

# %%
print(f"smallest {logits.min()}, sum {logits.sum():.1f}")

# %% [markdown]
# Where do they come from? Each token read so far became a vector, layer after layer mixed those
# vectors, and the last one was multiplied by a matrix that has one row for each token. Each product is
# that token's logit.
#
# What counts is their order and the gaps between them: `approve` leads `reject` by 0.4.
#
# ## From scores to probabilities, by hand
#
# Take only the first three tokens. Raise e to each logit, add up, divide.

# %%
e = np.exp([2.2, 1.8, 1.4])
print("weights      ", e.round(2))
print("total        ", e.sum().round(2))
print("probabilities", (e / e.sum()).round(3))

# %% [markdown]
# What you did is called *softmax*:
#
# $$p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$$
#
# In words: the probability of a token is e to its logit, divided by the sum of e to every logit. Each
# result lies between 0 and 1, together they make 1, and a larger logit never gets a smaller probability.
#
# `approve` has 47.2 %, and `reject` has 31.6 %. One divided by the other is their *odds*, here 1.49 to 1,
# and e^0.4 is 1.49 too: a gap between two logits sets the odds, and nothing else does. Add 100 to all
# three, and nothing changes.

# %%
print("odds", (e[0] / e[1]).round(2), "and", np.exp(0.4).round(2))
shifted = np.exp(np.array([2.2, 1.8, 1.4]) + 100)
print("after adding 100", (shifted / shifted.sum()).round(3))
for a, b in [(5, 4), (1, 0), (-3, -4)]:
    print(f"logits {a:2} and {b:2}: {np.exp(a) / np.exp(b):.2f} to 1")

# %% [markdown]
# Why the exponential? Say that `approve` leads `reject` by some gap and `reject` leads `review` by another. The
# gaps add up, and the odds multiply. If odds are to depend on the gap alone, the rule from gaps to odds must turn
# sums into products, and only powers do that: e^gap, 2^gap or 10^gap. Which base? That choice is the temperature.

# %% tags=["hide-input"]
fig, alt = plots.temperature_bars(tokens, logits, [1])
probs = np.exp(logits) / np.exp(logits).sum()
display(
    predict(
        "1-hundred",
        "Among three tokens approve had 47.2 %. All ten compete now. Out "
        "of 100 answers drawn, how many will be approve on average?",
        round(100 * probs[0], 1),
        unit="of 100",
        tolerance=3,
        explain="Seven tokens with logits below 1 take 26.5 % together. "
        "One by one they are small.",
        figure=(fig, alt),
    ),
    fig.numbers,
)

# %% [markdown]
# The library's `softmax` does the same. You will write your own in exercise 1.3.

# %%
from logitlab import softmax, temperature

for token, z, p in zip(tokens, logits, softmax(logits), strict=True):
    print(f"{token:9} {z:5.1f}  {p:.3f}  {'█' * round(60 * p)}")

# %% [markdown]
# ## One division
#
# Temperature T is a positive number. Using it is one division: every logit is divided by T, **then** softmax
# runs.
#
# $$p_i = \frac{e^{z_i / T}}{\sum_j e^{z_j / T}}$$
#
# In words: as before, with each logit divided by T first.

# %%
for T in (0.5, 1, 4):
    print(f"T = {T:<3}", temperature(logits, T)[:5].round(2))
print(f"widest gap: {logits[0] - logits[-1]:.1f} at T = 1,", end=" ")
print(f"{(logits[0] - logits[-1]) / 2:.1f} at T = 2")

# %% [markdown]
# Half the temperature, twice the gap; and since a gap becomes odds through e^gap, halving T squares all odds. Here
# is the whole calculation on three tokens at T = 0.5.

# %%
scaled = np.array([2.2, 1.8, 1.4]) / 0.5
e = np.exp(scaled)
print("scaled       ", scaled.round(1))
print("weights      ", e.round(1), "total", e.sum().round(1))
print("probabilities", (100 * e / e.sum()).round(1), "%")
odds = np.exp([0.4, 0.8])
print("odds before and now", odds.round(2), "squared", (odds**2).round(2))

# %% [markdown]
# `approve` had 47.2 % among the three, and has 60.6 % now. And the question about the base has its answer: powers
# of 2 instead of e are softmax at another temperature.

# %%
powers = 2.0**logits
T = 1 / np.log(2)
same = np.allclose(powers / powers.sum(), softmax(temperature(logits, T)))
print(f"powers of 2 are T = {T:.2f}: {same}")

# %% [markdown]
# **Exercises 1.1 and 1.2 now**, on paper or in Python.
#
# ## The dial in your hand
#
# *Entropy* says how undecided a distribution is, in *bits*: 0 when one token has everything, 1 for a fair coin,
# log2 10 = 3.32 when all ten are equal. Lesson 5, *Entropy*, takes it apart.
#
# The leader gains when T falls. What of the token in second place? Guess, then move T.

# %% tags=["hide-input"]
predict(
    "1-half",
    "reject is second, with 23.2 % at T = 1. What does it have at T = 0.5?",
    round(100 * softmax(logits / 0.5)[1], 1),
    unit="%",
    tolerance=3,
    explain="It hardly moves. Its odds against the eight below it are "
    "squared, and so are the odds of approve against it. What the tail "
    "loses goes to the leader.",
)

# %%
print(f"log2 10 = {np.log2(10):.2f}")
distribution_explorer(
    tokens,
    logits,
    goal=Goal("Find T where the entropy is 2.0 bits", "entropy", 2.0, 0.05),
    title="Should I approve this request?",
)

# %% [markdown]
# "High temperature means more randomness" is true, but does not say how. Division changes the gaps, the gaps set
# the odds, and probability gathers on the leader or spreads away from it.
#
# **Exercises 1.3 and 1.4 now.** Then put your own function under a slider (in JupyterLab). Replace the body below
# by yours; as it stands, the slider does nothing.

# %% tags=["skip-execution", "nbval-skip"]
from ipywidgets import interact


def softmax_with_temperature(logits, temperature=1.0):
    return softmax(logits)  # your own lines from exercise 1.4


@interact(T=(0.1, 5.0, 0.1))
def bars(T=1.0):
    z = np.array(list(STORY.values()))
    for token, p in zip(STORY, softmax_with_temperature(z, T), strict=True):
        print(f"{token:9} {p:.3f}  {'█' * round(60 * p)}")


# %% [markdown]
# ## From cold to hot

# %% tags=["hide-input"]
predict(
    "1-limit",
    "As T goes down to 0, what does drawing a token become?",
    "taking the largest logit",
    choices=("taking the largest logit", "a uniform draw", "an error"),
    explain="All odds go to infinity. The formula itself fails at 0, but its "
    "limit exists.",
)

# %% [markdown]
# Six tokens after *The sky is*, with gaps as wide as a real model's:

# %%
sky_tokens = ["blue", "cloudy", "clear", "dark", "green", "cheese"]
sky = np.array([15.2, 10.1, 8.4, 6.2, 2.1, -4.8])
for T in (0.1, 1, 2, 1000):
    print(f"T = {T}")
    p = softmax(temperature(sky, T))
    for token, share in zip(sky_tokens, p, strict=True):
        print(f"  {token:7} {share:8.2g}  {'█' * round(40 * share)}")

# %% [markdown]
# - **T towards 0**: the largest logit takes everything. Two that tie for the first place share it.
# - **T = 1**: nothing is divided. This is what the model was trained to give.
# - **T towards infinity**: the gaps vanish, all tokens are equal, and what the model knew is gone.
#
# Look at `cheese`. At T = 1 it has 2e-09, two in a thousand million; at T = 2 it has 4e-05, about 20,000
# times more and still next to nothing. One such token does not matter. A real vocabulary has tens of thousands of
# them, the *tail* of the distribution.

# %%
cold, warm = (softmax(temperature(sky, T))[-1] for T in (1, 2))
print(f"{cold:.1g} to {warm:.1g}: {warm / cold:,.0f} times more")

# %% [markdown]
# ## A real model
#
# The model that wrote the four texts is SmolLM2-135M-Instruct: 135 million parameters, stored in 4 bits each, a
# vocabulary of 49,152 tokens, trained to answer in a chat. Here it continues plain text, outside its *chat
# template*, the form with marks for question and answer that it was trained in. Its logits were recorded.

# %%
from logitlab.data import recorded

australia = recorded("The capital of Australia is")
p = softmax(australia.logits)
for i in np.argsort(-p)[:5]:
    print(f"{australia.tokens[i]!r:12} {p[i]:.3f}")

# %% [markdown]
# The capital is Canberra. The model puts *Sydney* first, by so little that rounding decides: llama.cpp, which also
# rounds the numbers between the layers, puts Canberra first.
#
# "A lower temperature is more factual" is good advice when the likeliest answer is the right one. Here?

# %% tags=["hide-input"]
cities = [australia.tokens.index(t) for t in (" Sydney", " Canberra")]
grid = np.geomspace(0.05, 5, 400)
curve = [softmax(temperature(australia.logits, T))[cities] for T in grid]
sydney, canberra = np.transpose(curve)
hottest = grid[canberra.argmax()]
fig, alt = plots.curves(
    grid,
    {"Sydney": sydney, "Canberra": canberra},
    xlabel="T",
    ylabel="probability",
    title="The capital of Australia is",
    log_x=True,
)
display(
    predict(
        "1-australia",
        "As T goes from 1 down to 0.05, what does the probability of ␣Canberra "
        "do? (␣ is a space.)",
        "rises, then falls",
        choices=(
            "falls all the way",
            "rises all the way",
            "rises, then falls",
        ),
        explain="Cooling first takes from the thousands of unlikely tokens, "
        f"and both cities gain. Below T = {hottest:.2f} Sydney gains at "
        f"Canberra's cost as well. Canberra's best is {100 * canberra.max():.1f} %. It can never "
        "pass one half: it would have to overtake Sydney.",
        figure=(fig, alt),
    ),
    fig.numbers,
)

# %%
curve_explorer(
    australia.tokens,
    australia.logits,
    measures=("p: Canberra", "p: Sydney"),
    goal=Goal(
        "Bring ␣Canberra as high as it goes",
        "p: Canberra",
        float(canberra.max()),
        0.002,
    ),
    title="The capital of Australia is",
    temperature_range=(0.05, 3.0),
)

# %% [markdown]
# Temperature changes how you draw from a distribution. To get another distribution, change the **prompt**: to a longer one, or to the model's own
# chat template.

# %%
for name in (
    "The capital of Australia is",
    "The largest city in Australia is Sydney, but the capital is",
    "chat: What is the capital of Australia? / The capital of Australia is",
):
    r = recorded(name)
    p = softmax(r.logits)
    print(name)
    for i in np.argsort(-p)[:2]:
        print(f"   {r.tokens[i]!r:12} {p[i]:.3f}")

# %% [markdown]
# Both prompts put Canberra first. Where this course says what "the model" thinks, it means: after this prompt,
# in this form.
#
# The same T does different things after different prompts. After *Once upon a time* the model is nearly
# sure of a comma; after *My name is* it is sure of nothing.

# %%
once, name = recorded("Once upon a time"), recorded("My name is")
from logitlab import entropy

for r in (once, name):
    p = softmax(r.logits)
    print(f"{r.prompt:17} {entropy(p):.2f} bits, top {p.max():.3f}")
ten = np.argsort(-once.logits)[:10]
top_ten = softmax(once.logits)[ten].sum()
print(f"the ten likeliest after {once.prompt}: {100 * top_ten:.1f} %")

# %% tags=["hide-input"]
heat = np.linspace(0.5, 3, 126)
held = softmax(once.logits / heat[:, None])[:, ten].sum(axis=1)
fig, alt = plots.curves(
    heat,
    {"the ten likeliest": held, "all 49,142 others": 1 - held},
    xlabel="T",
    ylabel="probability",
    title="Once upon a time",
)
display(
    predict(
        "1-tail",
        "After *Once upon a time*, what do the ten likeliest tokens hold "
        "together at T = 2?",
        round(100 * softmax(once.logits / 2)[ten].sum(), 1),
        unit="%",
        tolerance=5,
        explain="Each of the others has next to nothing, and there are "
        "49,142 of them. At T = 2 seven draws in eight come from this "
        "*tail*; at T = 1.5, where C was written, about one in two.",
        figure=(fig, alt),
    ),
    fig.numbers,
)

# %%
distribution_explorer(
    once.tokens,
    once.logits,
    goal=Goal(
        "Give it as much entropy as 'My name is' has at T = 1",
        "entropy",
        round(float(entropy(softmax(name.logits))), 2),
        0.1,
    ),
    title="Once upon a time",
)

# %% [markdown]
# So a rule like "0.8 for stories" holds for one model and one prompt.
#
# **Your own prompt**, with the model installed or [in the book](../book/prompt.md):

# %% tags=["skip-execution", "nbval-skip"]
prompt = "The best thing about the sea is"
distribution_explorer(
    model.tokens, model.logits(model.encode(prompt)), title=prompt
)

# %% [markdown]
# ## A list in another order
#
# [An article](../book/claims.md) that uses our ten tokens prints a list for T = 2 with `optimize` at the top, and
# says that noise and renormalisation can shift ranks. `optimize` is seventh at T = 1.

# %% tags=["hide-input"]
predict(
    "1-order",
    "Is there a temperature that makes optimize likelier than approve?",
    "no",
    choices=("yes, above T = 2", "yes, far above T = 2", "no"),
    explain="Dividing two numbers by the same positive T keeps the larger "
    "one larger. So does e to their power, and so does dividing both by "
    "the same total.",
)

# %% [markdown]
# You can also try a thousand temperatures. What *can* happen is that a small sample comes out in another order.

# %%
order = np.argsort(-logits)
kept = [
    np.array_equal(np.argsort(-softmax(temperature(logits, T))), order)
    for T in np.geomspace(0.01, 100, 1000)
]
print(f"order kept at {sum(kept)} of {len(kept)} temperatures")
rng = np.random.default_rng(0)
p2 = softmax(temperature(logits, 2.0))
for n in (20, 100, 1000):
    leads = rng.multinomial(n, p2, size=20_000).argmax(axis=1) == 6
    print(
        f"{n:4} draws: optimize leads in {100 * leads.mean():.2f} % of "
        "samples"
    )

# %% [markdown]
# ## Drawing a token
#
# To draw, lay the probabilities end to end on a line of length 1. Pick a point u on the line at random, and
# see in whose piece it lies.

# %% tags=["hide-input"]
probs = softmax(logits)
plots.show(*plots.staircase(tokens, probs, u=0.42))

# %% [markdown]
# This is *inverse CDF sampling*: add up the probabilities as you go, and stop at the first token whose running
# sum is larger than u. The random numbers come from a generator with a *seed*, a number that fixes which
# numbers come.

# %%
rng = np.random.default_rng(seed=1)
u = rng.random(1000)
drawn = np.searchsorted(np.cumsum(probs), u, side="right")
print("first ten:", *(tokens[i] for i in drawn[:10]))
n, p = 1000, probs[1]
print(f"reject: {(drawn == 1).sum()}; expected {n * p:.1f}")
sd = np.sqrt(n * p * (1 - p))
counts = rng.binomial(n, p, size=100_000)
within = (np.abs(counts - n * p) < 2 * sd).mean()
print(f"standard deviation {sd:.1f}; within two: {100 * within:.0f} %")

# %% [markdown]
# How far off may an honest sample be? The standard deviation of a count is √(n p (1 − p)), here 13.4, and about 95 % of
# samples lie within two of them.
#
# **Exercise 1.5 now.** The library's `run_experiment` computes a distribution, draws from it, and returns both.

# %%
from logitlab import run_experiment

for T in (0.1, 2.0):
    result = run_experiment(tokens, logits, T, n_samples=10_000)
    print(f"=== T={T} ===  entropy {result['entropy']:.3f} bits")
    for i in range(10):
        p, share = result["probs"][i], result["frequencies"][i]
        print(f"{tokens[i]:9} {p:.3f}  drawn {share:.3f}")

# %% [markdown]
# ## T = 0, and why it is not quite certain
#
# Put T = 0 into the formula and you divide by zero. Some programs treat it as a special case and take the
# largest logit, with no division and no draw. That is *greedy decoding*. Others refuse T = 0, among them
# transformers, [TGI](https://github.com/huggingface/text-generation-inference/issues/1236) and our library.

# %%
from logitlab import greedy

try:
    temperature(logits, 0)
except ValueError as error:
    print(error)
print("greedy:", tokens[greedy(logits)])

# %% [markdown]
# Greedy decoding draws no random number, so a seed makes no difference. Does the same prompt then always give the
# same text? Nearly. Computers add in floating point, and such sums depend on their order.

# %%
print((0.1 + 0.2) + 0.3, 0.1 + (0.2 + 0.3))

# %% [markdown]
# On a server your prompt is computed in a *batch* with other people's, and the size of the batch decides how the
# sums are cut up. Two logits that nearly tie, like ` Sydney` and ` Canberra`, can change places.
# [He and others (2025)](https://thinkingmachines.ai/blog/defeating-nondeterminism-in-llm-inference/)
# ran one prompt 1,000 times at T = 0 and got 80 different texts. Arithmetic that does not depend on the batch cured
# it. Nor does the likeliest token at each step make the likeliest text (exercise 1.10).

# %% tags=["hide-input"]
predict(
    "1-more-correct",
    "A model says Sydney at T = 0 and Canberra at T = 0.7. Which is true?",
    "0.7 drew a less likely token, which happened to be right",
    choices=(
        "0.7 made Canberra the likeliest token",
        "0.7 drew a less likely token, which happened to be right",
        "0.7 is the more truthful setting",
    ),
    explain="Run it again, and 0.7 may say Sydney. The order was the same "
    "both times.",
)

# %% [markdown]
# ## Choosing a temperature
#
# A customer's order is late, and a desk has five actions.

# %%
actions = ["escalate", "notify", "delay", "close", "optimize"]
late = np.array([2.5, 2.0, 0.8, -0.5, -1.2])
print(*actions)
for T in (0.2, 1, 2):
    scaled = temperature(late, T)
    print(f"T = {T:<4} scaled {scaled.round(2)}")
    print(f"         share {(100 * softmax(scaled)).round(1)} %")

# %% [markdown]
# At T = 0.2 it is *escalate* nine times in ten; at T = 1 it is that or *notify*. At T = 2 one late order in seven is closed or *optimized*. A task with one right answer wants a
# low T.
#
# Rules of thumb, for a model trained to follow instructions whose T you may set. Another model or prompt moves every border.
#
# | T | name | use it for | risk |
# |---|---|---|---|
# | 0 to 0.2 | nearly greedy | labels, extraction, strict formats, SQL | loops, the same mistake each time |
# | 0.2 to 0.5 | focused | code, answers from a given text | stiff wording |
# | 0.5 to 0.8 | balanced | summaries, help texts, chat | answers differ between runs |
# | 0.8 to 1.2 | creative | drafts, ten names for a product | now and then off the point |
# | above 1.2 | exploratory | many candidates that something will filter | soon not English |
#
# Three questions decide faster:
#
# 1. **Is there one right answer?** Stay below 0.5, and check that the likeliest answer is right.
# 2. **Must a long text hang together?** Between 0.5 and 1, because each odd token is read back and becomes
#    the context of the next.
# 3. **Are you exploring?** Above 0.8, with many samples and something that chooses among them: tests that
#    run the code, a vote, a reward.
#
# If you set nothing, OpenAI, Anthropic and transformers take T = 1, llama.cpp takes 0.8. Not every model leaves you the
# choice. As read on 2026-11-28, Google asks that Gemini 3 stay at
# [T = 1 and warns of loops below](https://docs.cloud.google.com/vertex-ai/generative-ai/docs/start/gemini-3-prompting-guide), OpenAI's
# GPT-5 takes [no T but 1](https://github.com/OpenHands/OpenHands/issues/10247), and Anthropic's Opus 4.8
# refuses [every T but 1](https://github.com/mnfst/modelparams.dev/pull/238).
#
# ## Common misconceptions
#
# - *A higher temperature makes the model smarter, or more creative.* Its logits are the same. Only the draw
#   changes, and finds something unusual or nonsense.
# - *T = 0 is best, or safe.* It repeats the likeliest token, right or wrong, and often ends in a loop (lesson 2).
# - *The temperature I set holds for the whole text.* In most APIs it does. But it acts token by token, so a program
#   can change it on the way, strict in a list and looser in a story.
# - *A low temperature means that the model thinks harder.* The logits are there before T divides them.
# - *Temperature, top-k and top-p are the same knob.* Temperature reshapes and removes nothing. The other two
#   remove tokens (lessons 2 and 3).
# - *Temperature adds randomness to the answer.* It acts before the draw, on the sizes of the pieces.
#
# ## What to remember
#
# | | T towards 0 | T = 1 | T towards infinity |
# |---|---|---|---|
# | gaps between logits | grow without end | as they are | vanish |
# | odds | 0 or infinite | e^gap | 1 to 1 |
# | entropy | 0 | the model's own | log2 of the vocabulary |
# | the order of tokens | the same | the same | the same |
#
# | | in one sentence |
# |---|---|
# | logit | a token's score, of which only the differences count |
# | softmax | e to each logit, divided by the sum |
# | temperature | every logit is divided by T before softmax |
# | prompt | it decides the distribution; T decides how you draw from it |
#
# **One division before softmax changes how far apart the tokens are, and never their order.**
#
# ## Your guesses
#
# Largest surprise first. They are kept in your browser and nowhere else, and they are not marks.

# %% tags=["hide-input"]
surprises("1-")

# %% [markdown]
# ## Next
#
# A raised T feeds the tail. [Lesson 2, *Top-p*](02_top_p.ipynb), cuts the tail off, and cuts more when the
# model is sure.
#
# [Course home](../book/index.md)

# %% [markdown]
# ## Further
#
# ### Another way to draw: Gumbel noise
#
# *{{ minutes }} minutes. For whoever wants to read a sampler's source, where this is the usual way.*
#
# There is a way to draw without a running sum. Add to each logit a random number of one special kind, called
# *Gumbel noise*, and take the **largest**. The winner is distributed exactly as softmax says. Below, both ways
# draw n tokens, forty times over, and the error is that of the share of `approve`.

# %%
rng = np.random.default_rng(3)
p = probs[0]
for n in (100, 1_000, 10_000):
    u = rng.random((40, n))
    cdf = np.searchsorted(np.cumsum(probs), u, side="right")
    noisy = logits + rng.gumbel(size=(40, n, 10))
    errors = [
        np.sqrt(np.mean(((ids == 0).mean(axis=1) - p) ** 2))
        for ids in (cdf, noisy.argmax(axis=2))
    ]
    print(
        f"n = {n:6,}  inverse CDF {errors[0]:.4f}  Gumbel {errors[1]:.4f}"
        f"  theory {np.sqrt(p * (1 - p) / n):.4f}"
    )

# %% [markdown]
# A hundred times as many draws, a tenth of the error, for both. (With forty repeats, a fifth off the theory is no
# surprise.)
#
# Dividing the logits by T is the same as multiplying the noise by T, so here temperature *is* the size of a noise;
# at T = 0 the largest logit always wins. In the core of this lesson T changed the sizes of a die's faces. The two
# are one: they give the same shares.

# %%
noise = rng.gumbel(size=(100_000, 10))
hot = np.bincount((logits + 2 * noise).argmax(axis=1), minlength=10)
print("noise × 2    ", (hot[:5] / 100_000).round(3))
print("softmax, T = 2", softmax(temperature(logits, 2))[:5].round(3))

# %% [markdown]
# **Exercise 1.8**, a further one, asks for the draw: in this way or in the other.
#
# ### How to read the printout of an experiment
#
# *{{ minutes }} minutes. For whoever will run experiments, or read those of others.*
#
# The printout of `run_experiment` under *Drawing a token*, line by line:
#
# | field | at T = 0.1 | at T = 2 |
# |---|---|---|
# | entropy | 0.134 of at most 3.32 bits: nearly decided | 3.111: nearly open |
# | `approve` | 0.982: all but 18 of 1,000 draws | 0.213: leads, and is mostly not drawn |
# | second line | 0.018, fifty times less than the first | 0.175, close behind |
# | last line | 0.000, rounded: no probability is 0 | 0.043: the worst token counts |
#
# Then compare *drawn* with the column before it. About one row in three is off by more than one standard
# deviation and one in twenty by more than two. If many more are, suspect the sampler, not the model.
#
# [An article](../book/claims.md) prints this experiment with entropies of 0.412 and 2.891. Are they in bits, or in *nats*, a
# unit of 1.443 bits?

# %%
for T, printed in [(0.1, 0.412), (2.0, 2.891)]:
    p = softmax(temperature(logits, T))
    bits, nats = entropy(p), entropy(p, np.e)
    print(
        f"T = {T}: printed {printed}, true {bits:.3f} bits, {nats:.3f} nats"
    )
print(f"1 nat is {1 / np.log(2):.3f} bits")

# %% [markdown]
# In neither.
#
# ### Why it is called temperature, and annealing
#
# *{{ minutes }} minutes. For whoever knows some physics, or meets temperature in reinforcement learning.*
#
# In a gas, a state with energy E is found with probability e^(−E/kT) / Z, where Z is the sum over all states.
# Boltzmann wrote it down in 1868. Put E = −logit and k = 1.

# %%
energy = -logits
boltzmann = np.exp(-energy / 0.7) / np.exp(-energy / 0.7).sum()
print(np.allclose(boltzmann, softmax(temperature(logits, 0.7)), rtol=1e-12))

# %% [markdown]
# It is the same equation. A likely token is a state of low energy. Freezing matter stays in its lowest state, at room
# temperature it moves a little, and boiling matter is found in all of them.
#
# Metal that is cooled slowly finds a better state than metal that is quenched. That is *annealing*, and it works for
# decisions too. *Reinforcement learning* is learning from rewards, and its smallest problem is a row of slot
# machines: ten arms, each with its own unknown average. You may pull 500 times. A low T **exploits**: it pulls the
# arm that looks best so far. A high T **explores**: it tries the others. Each fails in its own way.
#
# | | exploit, low T | explore, high T |
# |---|---|---|
# | used for | completing code, SQL, facts from a given text | ideas, names, many candidates |
# | fails by | staying with the first thing that worked; ten names that hardly differ | drawing from the tail: a method that does not exist, a false fact |
#
# Each pull below draws an arm by softmax of the estimates so far, divided by T.


# %%
def missed(schedule, runs=500, pulls=500, arms=10):
    """Reward missed per run, against always pulling the best arm."""
    rng = np.random.default_rng(0)
    mean = rng.normal(size=(runs, arms))
    estimate, count = np.zeros_like(mean), np.zeros_like(mean)
    run, total = np.arange(runs), 0.0
    for step in range(pulls):
        noise = rng.gumbel(size=mean.shape)  # argmax of it is a draw
        arm = (estimate / schedule(step / pulls) + noise).argmax(axis=1)
        count[run, arm] += 1
        reward = rng.normal(mean[run, arm])
        estimate[run, arm] += (reward - estimate[run, arm]) / count[
            run, arm
        ]
        total += (mean.max(axis=1) - mean[run, arm]).mean()
    return total


# %% tags=["hide-input"]
schedules = {
    "cold, T = 0.05": lambda x: 0.05,
    "T = 0.3": lambda x: 0.3,
    "hot, T = 1": lambda x: 1.0,
    "cooled from 0.5 to 0.05": lambda x: 0.5 * 0.1**x,
    "cooled from 2 to 0.02": lambda x: 2 * 0.01**x,
}
losses = {name: missed(schedule) for name, schedule in schedules.items()}
predict(
    "1-bandit",
    "Which way of pulling misses the least reward?",
    min(losses, key=losses.get),
    choices=tuple(schedules),
    explain="Always cold falls for the first arm that paid. Always hot knows "
    "the best arm and still pulls the others. A schedule explores first and "
    "exploits later, but it has to fit the scale of the rewards: the one that "
    "starts at 2 wastes its first pulls. "
    + "Missed: "
    + ", ".join(f"{loss:.0f} ({name})" for name, loss in losses.items())
    + ".",
)

# %% [markdown]
# Language models are trained this way too. In reinforcement learning they write many answers to one question, at T
# near 1 so that the answers differ, and what earned a reward is made likelier. The same variety is why one raises T
# when something can choose: several programs against a test (*pass@k*), several answers and a vote
# (*self-consistency*).
#
# ### One figure, eight panels
#
# *{{ minutes }} minutes. For whoever wants to learn to read a figure about temperature.*
#
# [An article](../book/claims.md) follows temperature through eight panels, on twenty tokens. It does not say which
# logits were drawn.
# Here they are.

# %%
twenty = np.random.default_rng(42).normal(0, 1, 20)
twenty[0] += 4
print(twenty.round(2))

# %% tags=["hide-input"]
fine = np.linspace(0.05, 5, 991)
steepest20, steepest10 = (
    fine[np.gradient(softmax(z / fine[:, None]).max(axis=1), fine).argmin()]
    for z in (twenty, logits)
)
predict(
    "1-glance-steep",
    "Near which T does the probability of token 0, the largest, fall "
    "fastest?",
    "1",
    choices=("0.2", "1", "3"),
    explain=f"At T = {steepest20:.2f}. For the ten tokens of the core it is "
    f"T = {steepest10:.2f}. The place depends on the gaps, so the article's "
    "rule, steepest at low T and a sweet spot from 0.7 to 1.2, cannot hold.",
)

# %% [markdown]
# Now the figure, which the cell also saves as a file, `eight_panels.png`, beside this notebook. Panel 6 is your
# guess.

# %%
fig, alt = plots.sweep_figure(twenty)
fig.savefig("eight_panels.png")
plots.show(fig, alt)

# %% [markdown]
# Axis by axis:
#
# - **Panels 1 to 5.** Across: the tokens. Up: probability, on a logarithmic axis, where one step is a factor of 100;
#   on an ordinary axis nothing but the first bar could be seen at T = 0.5. The dashed line is 10 %. The bar with the
#   white edge is the top token, and the title has the entropy.
# - **Panels 6 and 7.** Across: T from 0.05 to 5, with a dashed line at 1. Up: the top probability, then the entropy,
#   which cannot pass the dotted line. The circles are the five temperatures of the panels before.
# - **Panel 8.** Across: T. A row is a token. The colour is the probability, logarithmic too: the darkest is 0.1 %
#   or less. Follow a row to the right, and see where it lights up.
#
# Against 1/T in place of T, the logarithm of each ratio of two bars would be a straight line.

# %% tags=["hide-input"]
spans = {(1,): "at 1", (1, 2): "at 1 and 2", (2, 5): "at 2 and 5"}
between = tuple(
    T for T in (0.1, 0.5, 1, 2, 5) if 1 < entropy(softmax(twenty / T)) < 4
)
columns = np.linspace(0.1, 5, 50)
lit = softmax(twenty / columns[:, None]) > 0.01
first = [columns[row.argmax()] if row.any() else np.inf for row in lit.T]
last = int(np.argmax(first))
quiz(
    [
        predict(
            "1-glance-peaked",
            "Panels 1 to 5: at how many of the five temperatures is the "
            "distribution peaked, that is, has its top token more than all "
            "others together?",
            sum(
                softmax(twenty / T).max() > 0.5 for T in (0.1, 0.5, 1, 2, 5)
            ),
            explain="At T = 0.1, 0.5 and 1. On a logarithmic axis the "
            "highest bar looks little higher than the rest: read the "
            "percentage.",
        ),
        predict(
            "1-glance-count",
            "Panel 5: how many of the twenty tokens have more than 10 % at "
            "T = 5?",
            int((softmax(twenty / 5) > 0.1).sum()),
            explain="Flatter does not mean flat: token 0 still has "
            f"{20 * softmax(twenty / 5).max():.1f} times its equal share. The "
            "article says that all bars are nearly the same.",
        ),
        predict(
            "1-glance-titles",
            "Titles of panels 1 to 5: at which of the five temperatures is "
            "the entropy between 1 and 4 bits?",
            spans[between],
            choices=tuple(spans.values()),
            explain="Below, the model has all but decided. Above, twenty "
            f"tokens have not more to give: log2 of 20 is {np.log2(20):.2f}.",
        ),
        predict(
            "1-glance-mirror",
            "Panel 6 falls all the way. What does panel 7 do?",
            "rises all the way",
            choices=("rises all the way", "falls too", "rises, then falls"),
            explain="What the top token loses, the others share: the more "
            "even, the higher the entropy.",
        ),
        predict(
            "1-glance-lit",
            "Panel 8: which token passes 1 % last, as T rises?",
            f"token {last}",
            choices=tuple(f"token {i}" for i in (3, last, 19)),
            explain=f"It has the smallest logit, −{-twenty[last]:.2f}, and "
            f"passes 1 % at T = {first[last]:.1f}. The order in which rows "
            "light up is the order of the logits.",
        ),
    ]
)

# %% [markdown]
# The same two curves under your hand.

# %%
curve_explorer(
    [f"Token {i}" for i in range(20)],
    twenty,
    measures=("top", "entropy"),
    goal=Goal(
        "Find T where the top token has exactly half", "top", 0.5, 0.01
    ),
    title="Twenty tokens against temperature",
)

# %% [markdown]
# Last, the article's line of entropy against T, for the *ten* tokens.

# %% tags=["hide-input"]
seven = [0.1, 0.2, 0.5, 1, 1.5, 2, 5]
ten_bits = [entropy(softmax(temperature(logits, T))) for T in seven]
fig, alt = plots.curves(
    seven,
    {"ten tokens": ten_bits},
    xlabel="T",
    ylabel="entropy, bits",
    title="Entropy of the ten tokens",
    markers=True,
)
display(
    predict(
        "1-dive",
        f"The ten tokens have {ten_bits[3]:.2f} bits at T = 1 and "
        f"{np.log2(10):.2f} at most. How many at T = 5?",
        round(ten_bits[6], 2),
        unit="bits",
        tolerance=0.1,
        explain="Five times the temperature is not five times the entropy. "
        "It rises ever more slowly, because it cannot pass the maximum.",
        figure=(fig, alt),
    ),
    fig.numbers,
)

# %% [markdown]
# ### A chat model's 0.7 is not a raw model's 0.7
#
# *{{ minutes }} minutes. For whoever moves a setting from one model to another.*
#
# Training on instructions and rewards is said to make distributions sharper, roughly as if all logits were multiplied by some
# number. Multiply those after *My name is* by 2.5, and ask which T gives back what 0.7 gave before.

# %%
before = softmax(temperature(name.logits, 0.7))
sharper = softmax(temperature(2.5 * name.logits, 0.7))
print(f"entropy at T = 0.7: {entropy(before):.2f} bits, sharpened", end=" ")
print(f"{entropy(sharper):.2f} bits")

# %% tags=["hide-input"]
predict(
    "1-sharpened",
    "All logits were multiplied by 2.5. Which T gives the distribution "
    "that T = 0.7 gave before?",
    round(0.7 * 2.5, 2),
    tolerance=0.01,
    explain="0.7 · 2.5: a logit that is 2.5 times larger, divided by a T "
    "that is 2.5 times larger. A temperature means nothing without the "
    "scale of the logits it divides.",
)

# %% [markdown]
# Your answer goes here in place of 0.7; the difference should vanish.

# %%
T = 0.7  # your answer
after = softmax(temperature(2.5 * name.logits, T))
print(f"largest difference {np.abs(after - before).max():.4f}")

# %% [markdown]
# ### Not a creativity dial
#
# *{{ minutes }} minutes. For whoever was told to take 0.2 for facts and 1.5 for poetry.*
#
# *Creative* has been measured.
# [Peeperkorn and others (2024)](https://arxiv.org/abs/2405.00492) rated stories written at many temperatures.
# Novelty rose weakly with T, and coherence fell more (does the story make sense?). Cohesion (does one sentence
# follow from another?) and typicality did not follow T at all.
# [Renze and Guven (2024)](https://arxiv.org/abs/2402.05201) gave nine models exam questions: between T = 0 and
# T = 1 the scores did not change significantly.
#
# [Another article](../book/claims.md) says that in creativity the model reaches into what it keeps quiet. Put it to
# the test: which of the
# tokens written after our village had less than one chance in a thousand, and what are they?

# %%
for setting in ("T = 0", "T = 0.7", "T = 1", "T = 1.5"):
    runs = [t for t in texts if t.setting == setting]
    pairs = [
        p for t in runs for p in zip(t.tokens, t.surprisal, strict=True)
    ]
    quiet = [token for token, bits in pairs if bits > np.log2(1000)]
    print(f"{setting}: {len(quiet)} of {len(pairs)}: {quiet[:8]}")

# %% [markdown]
# (A token's *surprisal* counts how many times 1 must be halved to reach its probability. Ten halvings are about one
# chance in a thousand.) The quiet tokens come at a high T, as the sentence says. If T is a dial for creativity, it is
# one in a narrow band: in these texts no quiet token comes at T = 0.7, 8 of 120 at T = 1, and 70 of 120 at T = 1.5.
# Read them in the list. They are ordinary words and fragments of words, out of place where they stand. Reaching into the
# tail is not creation by itself. It is also how a high T comes to false statements, by drawing what the model itself
# holds unlikely. (Not every other answer is false.)

# %%
france = recorded("The capital of France is")
paris = france.tokens.index(" Paris")
for T in (0.5, 1, 1.5, 2):
    p = softmax(temperature(france.logits, T))[paris]
    print(f"T = {T:<3} something other than Paris: {100 * (1 - p):.1f} %")

# %% [markdown]
# Larger models are said to stay coherent at higher T. This course runs one small model and cannot say.
#
# A third article wants *temperature* read as *confidence*. It fits the draw: a low T acts on small leads as if
# they were large. It does not fit the model, whose logits are what they are. Whether a model that is 70 % sure is
# right 70 % of the time is a question of its own (lesson 5, *Entropy*).
#
# ### Three comparisons, and where they break
#
# *{{ minutes }} minutes. For whoever has to explain temperature to somebody else.*
#
# | | low T | high T |
# |---|---|---|
# | it speaks like | a politician before the press: the expected thing in the expected words | a brainstorm: all ideas are allowed and most are bad |
# | it is | strict | loose |
# | ten runs | ten times nearly the same | ten different ones |
# | it fails by | repeating one mistake with confidence | wandering into the tail |
#
# | comparison | where it helps | where it breaks |
# |---|---|---|
# | drinks: sober, tipsy, hammered | more T, fewer inhibitions | a drunk forgets; the model's logits are untouched |
# | volume: the top shouts, the rest whisper | raising T lets you hear the whispers | a very high T makes all voices equal, and nothing can be heard |
# | an audition: logits are the jury's scores | the order of the scores stands | a jury picks the best; sampling sometimes casts the fourth |
#
# ### Published, but is it right?
#
# *{{ minutes }} minutes. For whoever likes to catch an article out.*
#
# Four sentences that are or were in print ([all of them](../book/claims.md)). Some are right.

# %% tags=["hide-input"]
napkin = np.array([2.0, 1.0, 0.5, 0.1])
fig, alt = plots.temperature_bars(["a", "b", "c", "d"], napkin, [0.5, 1, 2])
fall = [
    softmax(logits / a).max() - softmax(logits / b).max()
    for a, b in [(0.1, 0.3), (3, 5)]
]
verdict = {"choices": ("right", "wrong")}
display(
    quiz(
        [
            predict(
                "1-pub-napkin",
                "With logits 2, 1, 0.5 and 0.1 the top class has 73 % at T "
                "= 0.5, 46 % at T = 1 and 32 % at T = 2.",
                "right"
                if np.allclose(
                    [softmax(napkin / T)[0] for T in (0.5, 1, 2)],
                    [0.73, 0.46, 0.32],
                    atol=0.005,
                )
                else "wrong",
                explain="The shape of the story is right, every number in "
                "it is wrong.",
                figure=(fig, alt),
                **verdict,
            ),
            predict(
                "1-pub-dominates",
                "A logit of 4 completely dominates a logit of 2.",
                "wrong"
                if softmax(np.array([4.0, 2.0]))[1] > 0.1
                else "right",
                explain=f"Odds of {np.exp(2):.2f} to 1: of the two, one "
                "draw in eight is the other.",
                **verdict,
            ),
            predict(
                "1-pub-steep",
                "For the ten tokens, P(top) changes more from T = 0.1 to "
                "0.3 than from T = 3 to 5.",
                "right" if fall[0] > fall[1] else "wrong",
                explain=f"It falls by {100 * fall[0]:.1f} points, then by "
                f"{100 * fall[1]:.1f}. (The article says it of a figure of "
                "twenty other tokens, of which it is wrong.)",
                **verdict,
            ),
            predict(
                "1-pub-top",
                "Every other setting works on top of the distribution that "
                "temperature leaves.",
                "wrong",
                explain="Penalties come before temperature in the "
                "libraries of this course, and in one of them every cut "
                "does (lesson 4, *Repetition penalty*, and the page *Who "
                "does what in which order*).",
                **verdict,
            ),
        ]
    ),
    fig.numbers,
)

# %% [markdown]
# Exercise 1.11 lets you audit a whole table.
