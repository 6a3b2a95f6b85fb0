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
# # Exercises 6: distillation
#
# {{ Exercises }} exercises to the core of [the lesson](../notebooks/06_distillation.ipynb), from filled in to blank:
# {{ points }} points, about {{ minutes }} minutes. Under *Further* are {{ further_exercises }} more, {{ further_points }}
# points, {{ further_minutes }} minutes. Stop anywhere and come back.
#
# - A cell that waits for you ends in `raise NotImplementedError()`. Put your answer in place of that line; where
#   there are `...`, fill them in and delete it.
# - The cell below it checks. It says what it called, what you gave, what it expected and, if it
#   knows the mistake, what you probably did.
# - Stuck: open hint 1, then hint 2, then the
#   [solutions](../solutions/06_distillation.ipynb).
# - All at once, in a terminal: `make check LESSON=06_distillation`. It calls nbval, which runs the notebook
#   from the top and names each cell that fails, with the check's message.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
import numpy as np
from logitlab import check, entropy, softmax

classes = ["cat", "dog", "horse", "truck"]
teacher = np.array([3.0, 1.5, -0.5, -1.0])
student = np.array([2.0, 1.0, 0.5, 0.1])

# %% [markdown]
# ## 6.1 Soft targets by hand
#
# *2 points · 6 minutes · easy*
#
# A teacher looks at a picture of a cat. At tau = 1, worked out for you:

# %%
weights = np.exp(teacher)
total = weights.sum()
for name, weight in zip(classes, weights, strict=True):
    print(f"{name:6} {weight:5.2f} / {total:.2f} = {weight / total:.3f}")
print(f"odds of cat to dog: {weights[0] / weights[1]:.2f}")

# %% [markdown]
# Now the same with **tau = 3**: divide each logit by 3 first. Two decimals for the weights, the total
# and the odds, three for the soft targets. Replace every `...` and delete the `raise` line.
#
# <details><summary>Hint 1</summary>
#
# The first weight is e to the power 3.0 / 3.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `np.exp(teacher / 3)`, its sum, the quotients. The odds are the first weight over the second.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "ex-6-1", "locked": false, "schema_version": 3, "solution": true, "task": false}
weights = [..., ..., ..., ...]
total = ...
soft = [..., ..., ..., ...]
odds = ...
### BEGIN SOLUTION
weights = [2.72, 1.65, 0.85, 0.72]
total = 5.93
soft = [0.458, 0.278, 0.143, 0.121]
odds = 1.65
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check-6-1", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("6.1", (weights, total, soft, odds))

# %% [markdown]
# ## 6.2 `soft_targets`
#
# *2 points · 6 minutes · easy*
#
# One row of logits in, the softened probabilities out, for any tau above 0.
#
# <details><summary>Hint 1</summary>
#
# This is the softmax with temperature of lesson 1 under another name.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Divide by tau, subtract the maximum, `np.exp`, divide by the sum.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-6-2", "locked": false, "schema_version": 3, "solution": true, "task": false}
def soft_targets(logits, tau=1.0):
    """Probabilities of one row of logits, softened by tau."""
    ### BEGIN SOLUTION
    z = logits / tau
    weights = np.exp(z - z.max())
    return weights / weights.sum()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-6-2", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("6.2", soft_targets)

# %% [markdown]
# ## 6.3 `soft_loss`
#
# *3 points · 10 minutes · medium*
#
# How far is the student from the teacher, both softened by tau? The KL divergence
# KL(teacher || student), in nats, for one example: over all classes, the teacher's probability times the
# log of teacher over student, added up. Without any factor in front.
#
# <details><summary>Hint 1</summary>
#
# Two calls of your `soft_targets`, p for the teacher and q for the student.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `(p * (np.log(p) - np.log(q))).sum()`
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-6-3", "locked": false, "schema_version": 3, "solution": true, "task": false}
def soft_loss(student_logits, teacher_logits, tau):
    """KL(teacher || student) of one example, both softened by tau, in nats."""
    ### BEGIN SOLUTION
    p = soft_targets(teacher_logits, tau)
    q = soft_targets(student_logits, tau)
    return (p * (np.log(p) - np.log(q))).sum()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-6-3", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("6.3", soft_loss)

# %% [markdown]
# ## 6.4 `distillation_loss`
#
# *4 points · 12 minutes · medium*
#
# The whole loss for one example, with one label:
#
# alpha · tau² · KL(teacher || student), both softened by tau
# \+ (1 − alpha) · minus the log of the student's probability of the label, at temperature 1.
#
# <details><summary>Hint 1</summary>
#
# The first term is your `soft_loss` with its weight. The second needs no teacher and no tau.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `-np.log(soft_targets(student_logits)[labels])` is the hard term.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-6-4", "locked": false, "schema_version": 3, "solution": true, "task": false}
def distillation_loss(
    student_logits, teacher_logits, labels, tau=3.0, alpha=0.7
):
    """Loss of one example; alpha weighs the teacher. `labels` is one class."""
    ### BEGIN SOLUTION
    soft = soft_loss(student_logits, teacher_logits, tau)
    hard = -np.log(soft_targets(student_logits)[labels])
    return alpha * tau**2 * soft + (1 - alpha) * hard
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-6-4", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("6.4", distillation_loss)

# %% [markdown]
# ## 6.5 `speculative_step`
#
# *4 points · 15 minutes · hard*
#
# One step of speculative sampling. A small model has the probabilities `q` and has drawn the token `drafted`
# from them; the large model has `p`. `u` and `v` are uniform random numbers from 0 to 1.
#
# - Keep `drafted` with the probability min(1, p/q) at that token: `u` decides.
# - If it is not kept, draw another token from max(p − q, 0), divided by its sum: `v` draws, by the running sum,
#   as in exercise 1.5.
#
# Return the token's id.

# %%
p = np.array([0.1, 0.6, 0.3])
q = np.array([0.5, 0.3, 0.2])
print("kept, for each token:", np.minimum(1, p / q).round(2))
print("missing to p:", np.maximum(p - q, 0).round(2))

# %% [markdown]
# <details><summary>Hint 1</summary>
#
# `u` is below 0.2 with probability 0.2.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `np.searchsorted(np.cumsum(left / left.sum()), v, side="right")` draws from `left`.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-6-5", "locked": false, "schema_version": 3, "solution": true, "task": false}
def speculative_step(p, q, drafted, u, v):
    """The drafted token if it is kept, else another; p is the large model's."""
    ### BEGIN SOLUTION
    if u < p[drafted] / q[drafted]:
        return drafted
    left = np.maximum(p - q, 0)
    running = np.cumsum(left / left.sum())
    return int(np.searchsorted(running, v, side="right"))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-6-5", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("6.5", speculative_step)

# %% [markdown]
# ## Further
#
# For the further parts of the lesson, in their order.

# %% [markdown]
# ## 6.6 Three predictions
#
# *3 points · 8 minutes · easy*
#
# Guess before you compute; then compute, and notice where the guess was off.
#
# - The teacher above is softened, from tau = 0.1 to tau = 20. Does its top class stay the same all the
#   way? `True` or `False`.
# - Four equal classes have an entropy of 2 bits. How many bits is the teacher *below* that at tau = 1, 3,
#   20 and 1000? These are the bits in which it differs from knowing nothing. Two decimals.
# - The student above was trained with tau = 3 and is now put to work. What is its P(cat)?

# %%
four_taus = (1, 3, 20, 1000)

# %% [markdown]
# <details><summary>Hint 1</summary>
#
# Dividing by tau keeps every order. And it makes every gap smaller.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `2 - entropy(softmax(teacher / tau))`, four times. For the last one: nobody softens at work.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "ex-6-6", "locked": false, "schema_version": 3, "solution": true, "task": false}
top_stays = ...
bits_below_uniform = [..., ..., ..., ...]
p_cat = ...
### BEGIN SOLUTION
top_stays = True
bits_below_uniform = [2 - entropy(softmax(teacher / tau)) for tau in four_taus]
p_cat = softmax(student)[0]
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check-6-6", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("6.6", (top_stays, bits_below_uniform, p_cat))

# %% [markdown]
# ## 6.7 99 % and 40 %
#
# *3 points · 10 minutes · hard*
#
# An article shows a teacher that is 99 % sure of a 3 at tau = 1. The same teacher at tau = 20, it says,
# gives 40 % to the 3, 25 % to the 8, 15 % to the 5, and the rest to the other seven digits. Test it:
#
# - At tau = 1 the 3 has 99 % and the nine others share the rest equally. What has the 3 at tau = 20?
# - At tau = 20 the odds of 8 to 3 are 25 to 40. What are they at tau = 1?
# - At tau = 1 the nine others have odds of 0.01 / 0.99 against the 3, all together. Take away those of the
#   8 and of the 5 (15 to 40 at tau = 20). What is left belongs to seven digits, so one of them has at least
#   a seventh of it. What probability has that one at tau = 20, when the 3 has 0.40?
#
# Then compare the last number with the article's.
#
# <details><summary>Hint 1</summary>
#
# From tau = 1 to tau = 20 each odds is raised to the power 1/20. On the way back, to the power 20.
#
# </details>
# <details><summary>Hint 2</summary>
#
# First: the odds of one other digit to the 3 are 0.01 / 9 / 0.99; raise it to 1/20, nine of these and a 1
# are the whole. Third: the odds of the one at tau = 20, times 0.40.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "ex-6-7", "locked": false, "schema_version": 3, "solution": true, "task": false}
p_three = ...
odds_of_8_to_3 = ...
p_other = ...
### BEGIN SOLUTION
others = 0.01 / 0.99
p_three = 1 / (1 + 9 * (others / 9) ** (1 / 20))
odds_of_8_to_3 = (0.25 / 0.40) ** 20
left = others - odds_of_8_to_3 - (0.15 / 0.40) ** 20
p_other = 0.40 * (left / 7) ** (1 / 20)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check-6-7", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("6.7", (p_three, odds_of_8_to_3, p_other))

# %% [markdown]
# ## 6.8 `loss_gradient`
#
# *4 points · 12 minutes · hard*
#
# Training needs the slope of that loss along each of the student's logits. With p and q the softened
# probabilities of teacher and student:
#
# - the gradient of the bare KL is (q − p) / tau;
# - that of the hard term is softmax(student) − y, where y is 1 at the label and 0 elsewhere.
#
# Put them together, with their weights.
#
# <details><summary>Hint 1</summary>
#
# tau² times 1/tau. What is left?
#
# </details>
# <details><summary>Hint 2</summary>
#
# `np.eye(n)[labels]` is the row y for n classes.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-6-8", "locked": false, "schema_version": 3, "solution": true, "task": false}
def loss_gradient(student_logits, teacher_logits, labels, tau=3.0, alpha=0.7):
    """Gradient of `distillation_loss` with respect to the student's logits."""
    ### BEGIN SOLUTION
    p = soft_targets(teacher_logits, tau)
    q = soft_targets(student_logits, tau)
    y = np.eye(len(student_logits))[labels]
    hard = soft_targets(student_logits) - y
    return alpha * tau * (q - p) + (1 - alpha) * hard
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-6-8", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("6.8", loss_gradient)

# %% [markdown]
# ## 6.9 tau squared, shown
#
# *3 points · 10 minutes · medium*
#
# The teacher and the student of the first cell, and the student's first logit, *cat*.
#
# - The gradient of the bare KL along it, (q − p) / tau, at tau = 1, 4 and 20. Four decimals.
# - The same three, each times its tau². Three decimals.
# - What the second row tends to when tau grows without end. Near the uniform distribution q is about
#   (1 + (z − mean z) / tau) / n for n classes, and p the same with the teacher's logits.

# %%
three_taus = np.array([1, 4, 20])

# %% [markdown]
# <details><summary>Hint 1</summary>
#
# `(softmax(student / tau) - softmax(teacher / tau)) / tau` is the whole gradient; take entry 0.
#
# </details>
# <details><summary>Hint 2</summary>
#
# The limit: subtract from each row its mean, then student minus teacher at *cat*, over 4.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "ex-6-9", "locked": false, "schema_version": 3, "solution": true, "task": false}
gradients = [..., ..., ...]
times_tau_squared = [..., ..., ...]
limit = ...
### BEGIN SOLUTION
gradients = [
    ((softmax(student / tau) - softmax(teacher / tau)) / tau)[0]
    for tau in three_taus
]
times_tau_squared = three_taus**2 * gradients
limit = (student - student.mean() - (teacher - teacher.mean()))[0] / 4
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check-6-9", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("6.9", (gradients, times_tau_squared, limit))

# %% [markdown]
# ## 6.10 Whose alpha?
#
# *3 points · 8 minutes · medium*
#
# Three losses as other people write them. Which alpha, in this course's sense, gives the same training?
# (Two losses that differ by a constant factor count as the same.)
#
# - `0.1 * hard + 0.9 * tau**2 * soft`, which its author calls "alpha = 0.1"
# - `0.75 * hard + 0.25 * tau**2 * soft`
# - `0.1 * hard + 0.9 * soft` with tau = 10 and *no* tau². Three decimals.
#
# <details><summary>Hint 1</summary>
#
# Our alpha is the weight of the teacher. For the first two, read it off.
#
# </details>
# <details><summary>Hint 2</summary>
#
# The third: our weights are alpha · 100 and 1 − alpha. They must be in the ratio of 0.9 to 0.1.
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "ex-6-10", "locked": false, "schema_version": 3, "solution": true, "task": false}
first = ...
second = ...
third = ...
### BEGIN SOLUTION
first = 0.9
second = 0.25
bare = 0.9 / 100  # what stands before tau**2 * soft
third = bare / (bare + 0.1)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check-6-10", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("6.10", (first, second, third))

# %% [markdown]
# ## 6.11 `batch_loss`
#
# *3 points · 10 minutes · medium*
#
# The loss of a batch: logits of shape `(n, classes)`, n labels. It is the mean of the losses of the n
# examples. A loop is fine; a version without one is shorter.
#
# <details><summary>Hint 1</summary>
#
# Softmax goes along the last axis, and each row is divided by its own sum: `keepdims=True`.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `softmax` above works on rows. `log_q[np.arange(n), labels]` pairs each row with its label.
#
# </details>


# %% nbgrader={"grade": false, "grade_id": "ex-6-11", "locked": false, "schema_version": 3, "solution": true, "task": false}
def batch_loss(student_logits, teacher_logits, labels, tau, alpha):
    """Mean of `distillation_loss` over the rows of a batch."""
    ### BEGIN SOLUTION
    p, q = softmax(teacher_logits / tau), softmax(student_logits / tau)
    soft = (p * (np.log(p) - np.log(q))).sum(axis=1)
    rows = np.arange(len(labels))
    hard = -np.log(softmax(student_logits)[rows, labels])
    return (alpha * tau**2 * soft + (1 - alpha) * hard).mean()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check-6-11", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("6.11", batch_loss)

# %% [markdown]
# ## 6.12 Reading a student's errors
#
# *3 points · 8 minutes · medium*
#
# A student that never saw a 3, as in *The digit it never saw* in the lesson, taught at tau = 2. Rows are the true digits, columns its
# answers, on 897 images that it was not trained on.

# %%
counts = np.array(
    [
        [93, 0, 0, 0, 1, 0, 0, 0, 0, 0],
        [0, 86, 0, 0, 0, 1, 0, 0, 1, 1],
        [0, 0, 99, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 3, 48, 0, 7, 0, 4, 12, 12],
        [0, 0, 0, 0, 89, 0, 0, 3, 0, 1],
        [0, 0, 0, 0, 0, 84, 0, 0, 0, 0],
        [0, 1, 0, 0, 0, 0, 93, 0, 2, 0],
        [0, 0, 0, 0, 0, 0, 0, 83, 0, 0],
        [0, 3, 0, 0, 0, 0, 1, 0, 76, 2],
        [0, 0, 0, 0, 0, 1, 0, 0, 1, 89],
    ]
)

# %% [markdown]
# - How many errors did it make in all?
# - Which share of the 3s did it know? Two decimals.
# - How many images of other digits did it call a 3?
# - It may move one number, the bias of the 3. `"raise"` or `"lower"`?
#
# <details><summary>Hint 1</summary>
#
# Right answers stand on the diagonal.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Row 3 holds the images of a 3, column 3 what it called a 3. Is 3 said too often or too seldom?
#
# </details>

# %% nbgrader={"grade": false, "grade_id": "ex-6-12", "locked": false, "schema_version": 3, "solution": true, "task": false}
errors = ...
share_of_threes = ...
called_three = ...
bias = ...
### BEGIN SOLUTION
errors = counts.sum() - np.trace(counts)
share_of_threes = counts[3, 3] / counts[3].sum()
called_three = counts[:, 3].sum() - counts[3, 3]
bias = "raise"
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check-6-12", "locked": true, "schema_version": 3, "solution": false, "task": false}
check("6.12", (errors, share_of_threes, called_three, bias))

# %% [markdown]
# ## 6.13 An experiment of your own
#
# *4 points · 45 minutes · hard · marked by a person*
#
# Ask one question about distillation that the lesson did not answer, and answer it on the digits. For
# example: does a teacher of another size teach better? Do soft targets help on images without labels?
# What if half of the labels are wrong? Write down your prediction **before** you run anything.
#
# Start from the lesson's `student`, or from `MLP` and `train` in `logitlab.distillation`. Then
# report below: the question and the prediction; what you varied and what you held; the table, with the
# number of runs and the spread; and what you conclude, with what it does not show.
#
# <details><summary>Hint 1</summary>
#
# Vary one thing. Give both sides the same images, the same first weights and the same budget.
#
# </details>
# <details><summary>Hint 2</summary>
#
# A control makes the difference: hard labels at equal size, label smoothing, or scrambled soft targets.
#
# </details>

# %% [markdown] nbgrader={"grade": true, "grade_id": "ex-6-13", "locked": false, "schema_version": 3, "solution": true, "task": false}
# <details><summary>A full answer, and how it is marked</summary>
#
# *Question:* half of the student's 100 labels are wrong. Does mixing them in (alpha = 0.5) spoil what the
# teacher gives? *Prediction:* a little. *Held:* 12 draws of 100 images, 128 units, 60 epochs, tau = 4, the
# same first weights and the same wrong labels on both sides. *Varied:* alpha = 1, 0.5 and 0. *Report:* for
# each alpha the mean accuracy on the 897 test images and the standard deviation of the 12 runs, and in how
# many of the 12 pairs alpha = 1 was ahead. *Conclusion:* only as much as the pairs say, for these digits, this teacher
# and this budget; whether a smaller share of wrong labels would matter was not asked.
#
# - 1 point: a question that has an answer, and a prediction made before the run.
# - 1 point: a fair comparison. Same images, same size, same budget; one thing varied; the control named.
# - 1 point: at least 5 runs of each side, with mean and spread, in a table or a figure.
# - 1 point: a conclusion that the numbers carry, no more, and one thing they do not show. A difference
#   smaller than the spread that is called "no difference seen" earns the point; called "better", it
#   does not. A wrong prediction costs nothing.
#
# </details>
