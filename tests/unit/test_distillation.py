"""The distillation loss, its gradient, the small network and its training."""

import numpy as np
import pytest
from logitlab import digits
from logitlab.distillation import MLP, distillation_gradient, distillation_loss, train
from logitlab.distributions import log_softmax, softmax
from logitlab.information import cross_entropy, entropy, kl_divergence

STUDENT, TEACHER = [2.0, 1.0, 0.5, 0.1], [3.0, 1.5, -0.5, -1.0]


def blobs(n, rng):
    """Three overlapping clouds in the plane."""
    labels = rng.integers(0, 3, size=n)
    centres = np.array([[0.0, 2.0], [2.0, -1.0], [-2.0, -1.0]])
    return centres[labels] + rng.normal(size=(n, 2)), labels


def test_the_loss_from_its_definition():
    tau, alpha = 3.0, 0.7
    kl = kl_divergence(
        softmax(np.array(TEACHER) / tau), softmax(np.array(STUDENT) / tau), base=np.e
    )
    ce = -log_softmax(STUDENT)[0]
    expected = alpha * tau**2 * kl + (1 - alpha) * ce
    assert distillation_loss(STUDENT, TEACHER, 0) == pytest.approx(expected, rel=1e-14)
    assert expected == pytest.approx(0.434452, abs=1e-6)


def test_the_ends_of_alpha():
    labels_only = distillation_loss(STUDENT, TEACHER, 2, alpha=0)
    assert labels_only == pytest.approx(-log_softmax(STUDENT)[2])
    assert distillation_loss(STUDENT, TEACHER, 2, alpha=1) == distillation_loss(
        STUDENT, TEACHER, 0, alpha=1
    )
    assert distillation_loss(TEACHER, TEACHER, 0, alpha=1) == 0.0
    np.testing.assert_array_equal(distillation_gradient(TEACHER, TEACHER, 0, alpha=1), np.zeros(4))


def test_a_batch_is_a_mean():
    rows = [distillation_loss(STUDENT, TEACHER, 0), distillation_loss(TEACHER, STUDENT, 1)]
    batch = [STUDENT, TEACHER], [TEACHER, STUDENT], [0, 1]
    assert distillation_loss(*batch) == pytest.approx(np.mean(rows), rel=1e-14)
    first = distillation_gradient(STUDENT, TEACHER, 0)
    np.testing.assert_allclose(distillation_gradient(*batch)[0], first / 2, rtol=1e-14)


def test_gradients_stay_in_proportion_when_tau_grows():
    """The point of tau squared: towards (student - teacher) / classes, centred (Hinton 2015)."""
    gap = np.array(STUDENT) - TEACHER
    limit = (gap - gap.mean()) / 4
    np.testing.assert_allclose(
        distillation_gradient(STUDENT, TEACHER, 0, tau=1e4, alpha=1), limit, rtol=1e-3
    )


def test_a_teacher_may_rule_classes_out():
    teacher = [1.0, -np.inf, 0.0, -np.inf]
    loss = distillation_loss(STUDENT, teacher, 0, tau=1.0, alpha=1.0)
    expected = kl_divergence(softmax(teacher), softmax(STUDENT), base=np.e)
    assert loss == pytest.approx(expected, rel=1e-14)


def test_no_class_table_is_built_for_a_whole_vocabulary():
    z = np.zeros((1, 49_152), dtype=np.float32)
    assert distillation_loss(z, z, [7], alpha=0.0) == pytest.approx(np.log(49_152))


def test_arguments_stay_as_they_were():
    student, teacher = np.array([STUDENT]), np.array([TEACHER])
    distillation_loss(student, teacher, [0])
    distillation_gradient(student, teacher, [0])
    assert (student.tolist(), teacher.tolist()) == ([STUDENT], [TEACHER])


@pytest.mark.parametrize("function", [distillation_loss, distillation_gradient])
@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"student_logits": [0.0, np.nan, 0, 0]}, ValueError, "student_logits .* nan"),
        ({"student_logits": [0.0, -np.inf, 0, 0]}, ValueError, "student_logits must be finite"),
        ({"teacher_logits": [0.0, np.inf, 0, 0]}, ValueError, "teacher_logits .* inf"),
        ({"teacher_logits": [0.0, 1.0]}, ValueError, r"teacher_logits .* \(4,\), got \(2,\)"),
        ({"labels": 4}, ValueError, "labels must be classes from 0 to 3, got 4"),
        ({"labels": [0]}, ValueError, r"labels must have shape \(\)"),
        ({"labels": 0.0}, TypeError, "labels must be integers"),
        ({"tau": 0}, ValueError, "tau must be a finite number above 0, got 0"),
        ({"tau": 1e-320}, ValueError, "tau must keep the logits within float64"),
        ({"alpha": 1.5}, ValueError, "alpha must be a number from 0 to 1, got 1.5"),
    ],
)
def test_bad_arguments_are_refused(function, change, error, said):
    arguments = {"student_logits": STUDENT, "teacher_logits": TEACHER, "labels": 0} | change
    with pytest.raises(error, match=said):
        function(**arguments)


# The network


def test_the_network_by_hand():
    network = MLP((2, 2, 1), np.random.default_rng(0))
    network.weights[0][:] = [[1.0, -1.0], [0.0, 1.0]]
    network.biases[0][:] = [0.0, 0.5]
    network.weights[1][:] = [[2.0], [3.0]]
    network.biases[1][:] = 0.25
    # hidden: relu(1, -1 + 2 + 0.5) and relu(-1, 1 + 0 + 0.5)
    assert network.logits([[1.0, 2.0], [-1.0, 0.0]]).tolist() == [[6.75], [4.75]]
    assert network.parameters == 9


def test_the_seed_decides():
    def run():
        rng = np.random.default_rng(4)
        network = MLP((2, 8, 3), rng)
        history = train(network, *blobs(100, rng), epochs=3, rng=rng, batch_size=16)
        return network.logits([[0.5, -0.5]]), history

    (first, first_history), (second, second_history) = run(), run()
    np.testing.assert_array_equal(first, second)
    assert first_history == second_history


def test_training_ends_the_same_on_every_processor():
    """A last bit moved at the beginning stays far below what a lesson prints, 1e-4 at the least.

    Kernels differ by the order in which they add up, which is a last bit or two at each step.
    """
    images, labels = digits()

    def run(seed):
        network = MLP((64, 128, 10), np.random.default_rng(1))
        if seed is not None:
            moves = np.random.default_rng(seed)
            for part in network.weights:
                part *= 1 + 2.0**-52 * moves.integers(-1, 2, part.shape)
        train(
            network,
            images[:300],
            labels[:300],
            epochs=30,
            rng=np.random.default_rng(2),
            learning_rate=1e-2,
        )
        return network.logits(images[900:])

    expected = run(None)
    for seed in range(3):
        moved = run(seed)
        assert 0 < np.abs(moved - expected).max() < 1e-11
    assert expected.dtype == np.float64


def test_backward_is_the_gradient_of_the_loss():
    """Against central differences, through two hidden layers."""
    rng = np.random.default_rng(1)
    network = MLP((3, 5, 4, 3), rng)
    network.biases = [rng.normal(size=part.shape) for part in network.biases]
    x, teacher, labels = rng.normal(size=(6, 3)), rng.normal(size=(6, 3)), [0, 1, 2, 2, 1, 0]

    def loss():
        return distillation_loss(network._layers(x)[-1], teacher, labels)

    layers = network._layers(x)
    gradients = network._backward(layers, distillation_gradient(layers[-1], teacher, labels))
    for part, gradient in zip(network.weights + network.biases, gradients, strict=True):
        for index in np.ndindex(part.shape):
            kept = part[index]
            part[index] = kept + 1e-6
            above = loss()
            part[index] = kept - 1e-6
            slope = (above - loss()) / 2e-6
            part[index] = kept
            assert gradient[index] == pytest.approx(slope, abs=1e-8)


def test_training_on_labels():
    rng = np.random.default_rng(0)
    x, y = blobs(600, rng)
    network, seen = MLP((2, 32, 3), rng), []
    history = train(network, x, y, epochs=30, rng=rng, report=seen.append)
    assert seen == history
    assert [epoch.number for epoch in history] == list(range(1, 31))
    assert history[-1].loss < history[0].loss / 2
    assert history[-1].accuracy > 0.9
    held_x, held_y = blobs(600, rng)
    assert (network.logits(held_x).argmax(axis=-1) == held_y).mean() > 0.88


def test_training_on_a_teacher_alone_reaches_its_probabilities():
    rng = np.random.default_rng(0)
    x, _ = blobs(600, rng)
    teacher_logits = x @ np.array([[0.0, 1.0, -1.0], [1.0, -0.5, -0.5]])
    student = MLP((2, 32, 3), rng)
    before = kl_divergence(softmax(teacher_logits), softmax(student.logits(x))).mean()
    history = train(
        student, x, epochs=60, rng=rng, teacher_logits=teacher_logits, tau=2.0, learning_rate=1e-2
    )
    after = kl_divergence(softmax(teacher_logits), softmax(student.logits(x))).mean()
    assert after < 0.01 < before
    assert np.isnan(history[-1].accuracy)


def test_label_smoothing_keeps_the_network_unsure():
    def confidence(smoothing):
        rng = np.random.default_rng(0)
        x, y = blobs(300, rng)
        network = MLP((2, 32, 3), rng)
        train(network, x, y, epochs=60, rng=rng, label_smoothing=smoothing, learning_rate=1e-2)
        return softmax(network.logits(x)).max(axis=-1).mean()

    assert confidence(0.3) < 0.82 < 0.9 < confidence(0.0)


def test_full_smoothing_teaches_the_uniform_distribution():
    rng = np.random.default_rng(0)
    x, y = blobs(300, rng)
    network = MLP((2, 16, 3), rng)
    history = train(network, x, y, epochs=60, rng=rng, label_smoothing=1.0, learning_rate=1e-2)
    uniform = np.full(3, 1 / 3)
    assert history[-1].loss == pytest.approx(cross_entropy(uniform, uniform, np.e), abs=5e-3)
    assert entropy(softmax(network.logits(x))).min() > 1.5


def test_labels_and_teacher_share_the_weight():
    """The first batch's loss is distillation_loss of the untrained network."""
    rng = np.random.default_rng(0)
    x, y = blobs(20, rng)
    teacher = rng.normal(size=(20, 3))
    network = MLP((2, 4, 3), rng)
    expected = distillation_loss(network.logits(x), teacher, y, tau=3.0, alpha=0.7)
    (epoch,) = train(network, x, y, epochs=1, rng=rng, teacher_logits=teacher, tau=3.0, alpha=0.7)
    assert epoch.loss == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"inputs": [[1.0, 2.0, 3.0]]}, ValueError, r"inputs must have shape \(n, 2\), got \(1, 3"),
        ({"inputs": [[1.0, np.nan]]}, ValueError, "inputs must be finite"),
        ({"labels": [0, 1]}, ValueError, r"labels must have shape \(1,\)"),
        ({"labels": [3]}, ValueError, "labels must be classes from 0 to 2, got 3"),
        ({"labels": None}, ValueError, "alpha must be 1 without labels, got 0"),
        ({"alpha": 0.5}, ValueError, "alpha must be 0 without teacher_logits, got 0.5"),
        ({"teacher_logits": [[0.0, 1.0]]}, ValueError, r"teacher_logits .* \(1, 3\), got \(1, 2\)"),
        ({"epochs": 0}, ValueError, "epochs must be an integer, 1 or more, got 0"),
        ({"batch_size": 0}, ValueError, "batch_size must be an integer, 1 or more, got 0"),
        ({"learning_rate": -1.0}, ValueError, "learning_rate must be a finite number above 0"),
        ({"label_smoothing": 2.0}, ValueError, "label_smoothing must be a number from 0 to 1"),
        ({"tau": 0.0}, ValueError, "tau must be a finite number above 0"),
        ({"rng": 0}, TypeError, "rng must be a"),
    ],
)
def test_bad_training_is_refused(change, error, said):
    rng = np.random.default_rng(0)
    arguments = {"inputs": [[1.0, 2.0]], "labels": [0], "epochs": 1, "rng": rng} | change
    with pytest.raises(error, match=said):
        train(MLP((2, 3), rng), **arguments)


def test_bad_networks_are_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match=r"sizes must name the inputs and the classes, got \[5\]"):
        MLP([5], rng)
    with pytest.raises(ValueError, match="sizes must be an integer, 1 or more, got 0"):
        MLP((2, 0), rng)
    with pytest.raises(TypeError, match="rng must be a"):
        MLP((2, 2), 7)
