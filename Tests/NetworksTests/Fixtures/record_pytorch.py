"""Records in pytorch.h5 what PyTorch makes of activations and losses, in Double, for PyTorchFunctionTests.swift.

    pip install torch==2.15.0 h5py==3.16.0 numpy==2.4.6
    python3 record_pytorch.py

activations/NAME has z, y and slope (∂Σy/∂z). losses/NAME has z [rows, outputs], targets (ids [rows], or [rows, outputs]),
losses [rows], and gradients [rows, outputs], of each row by itself. Lockstep's loss of a row is PyTorch's with one row in the
minibatch; where PyTorch divides by the weights of the classes it meets, `reduction="sum"` is what a row's loss is.
"""

from pathlib import Path

import h5py
import numpy as np
import torch
from torch.nn import functional as F

random = np.random.default_rng(3)
ROWS, OUTPUTS = 6, 5
WEIGHTS = torch.tensor([0.5, 1.0, 1.5, 2.0, 0.25], dtype=torch.float64)

ACTIVATIONS = {
    "sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": F.relu, "leaky-relu": F.leaky_relu, "elu": F.elu, "selu": F.selu,
    "gelu": F.gelu, "gelu-tanh": lambda z: F.gelu(z, approximate="tanh"), "silu": F.silu, "softplus": F.softplus,
    "softmax": lambda z: F.softmax(z, 1), "log-softmax": lambda z: F.log_softmax(z, 1),
}


def smoothed(targets, smoothing):
    return (1 - smoothing) * targets + smoothing / 2


def binary(z, t, smoothing=0.0, weights=(1.0, 1.0)):
    t = smoothed(t, smoothing)
    return (-(weights[1] * t * F.logsigmoid(z) + weights[0] * (1 - t) * F.logsigmoid(-z))).mean()


NUMBERS, BINARY, IDS, PROBABILITIES = "numbers", "binary", "ids", "probabilities"
LOSSES = {
    "mse": (NUMBERS, F.mse_loss),
    "sse": (NUMBERS, lambda z, t: F.mse_loss(z, t, reduction="sum")),
    "mae": (NUMBERS, F.l1_loss),
    "huber": (NUMBERS, F.huber_loss),
    "huber-delta": (NUMBERS, lambda z, t: F.huber_loss(z, t, delta=0.25)),
    "cross-entropy": (IDS, F.cross_entropy),
    "cross-entropy-smoothed": (IDS, lambda z, t: F.cross_entropy(z, t, label_smoothing=0.1)),
    "cross-entropy-weighted": (IDS, lambda z, t: F.cross_entropy(z, t, weight=WEIGHTS, reduction="sum")),
    "cross-entropy-both": (IDS, lambda z, t: F.cross_entropy(z, t, weight=WEIGHTS, label_smoothing=0.2, reduction="sum")),
    "cross-entropy-probabilities": (PROBABILITIES, F.cross_entropy),
    "cross-entropy-probabilities-both": (
        PROBABILITIES, lambda z, t: F.cross_entropy(z, t, weight=WEIGHTS, label_smoothing=0.2, reduction="sum")),
    "binary-cross-entropy": (BINARY, F.binary_cross_entropy_with_logits),
    "binary-cross-entropy-both": (BINARY, lambda z, t: binary(z, t, 0.2, (0.5, 2.0))),
    "kl-divergence": (PROBABILITIES, lambda z, t: F.kl_div(F.log_softmax(z, 1), t, reduction="batchmean")),
    "hinge": (BINARY, lambda z, t: F.relu(1 - (2 * t - 1) * z).mean()),
    "hinge-classes": (IDS, F.multi_margin_loss),
    "perceptron": (BINARY, lambda z, t: F.relu(-(2 * t - 1) * z).mean()),
}

# As floats, so that both begin with the same numbers.
z = random.normal(0, 2, (ROWS, OUTPUTS)).astype(np.float32).astype(np.float64)
probabilities = random.random((ROWS, OUTPUTS)).astype(np.float32)
targets = {
    NUMBERS: random.normal(0, 1, (ROWS, OUTPUTS)).astype(np.float32).astype(np.float64),
    BINARY: random.integers(0, 2, (ROWS, OUTPUTS)).astype(np.float64),
    IDS: random.integers(0, OUTPUTS, ROWS),
    PROBABILITIES: (probabilities / probabilities.sum(1, keepdims=True)).astype(np.float32).astype(np.float64),
}

with h5py.File(Path(__file__).resolve().parent / "pytorch.h5", "w", libver="earliest") as file:
    def keep(path, values):
        file.create_dataset(path, data=np.asarray(values), track_times=False)

    for name, function in ACTIVATIONS.items():
        inputs = torch.tensor(z, requires_grad=True)
        outputs = function(inputs)
        # Each output with a factor of its own: those of a softmax add up to 1, whose slope is 0.
        (outputs * torch.arange(1.0, OUTPUTS + 1, dtype=torch.float64)).sum().backward()
        keep(f"activations/{name}/z", z)
        keep(f"activations/{name}/y", outputs.detach())
        keep(f"activations/{name}/slope", inputs.grad)
    for name, (kind, function) in LOSSES.items():
        losses, gradients = [], []
        for row in range(ROWS):
            inputs = torch.tensor(z[row : row + 1], requires_grad=True)
            loss = function(inputs, torch.tensor(targets[kind][row : row + 1]))
            loss.backward()
            losses.append(float(loss.detach()))
            gradients.append(inputs.grad[0].numpy())
        keep(f"losses/{name}/z", z)
        keep(f"losses/{name}/targets", targets[kind])
        keep(f"losses/{name}/losses", losses)
        keep(f"losses/{name}/gradients", gradients)
