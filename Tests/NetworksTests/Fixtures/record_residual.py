"""Records in residual.h5 what PyTorch makes of residual networks, in Double, for PyTorchResidualTests.swift.

    pip install torch==2.15.0 h5py==3.16.0 numpy==2.4.6
    python3 record_residual.py

NETWORK has features [rows, inputs], targets (ids [rows], or [rows, outputs]), outputs [rows, outputs], the mean loss, and in
parameters/ and gradients/ a dataset LAYER/weight or LAYER/bias for each tensor.
"""

from pathlib import Path

import h5py
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

random = np.random.default_rng(8)
ROWS = 9


def floats(*shape):
    """Numbers that a Float has exactly, so that both begin with the same."""
    return torch.tensor(random.normal(0, 1, shape).astype(np.float32).astype(np.float64))


class Identity(nn.Module):
    """8, residual [8, dense 8 activation=identity] with relu: the input of the block is added to its output."""

    def __init__(self):
        super().__init__()
        self.dense1, self.dense2, self.dense3 = nn.Linear(6, 8), nn.Linear(8, 8), nn.Linear(8, 8)
        self.output = nn.Linear(8, 4)
        self.arguments = []

    def relu(self, z):
        self.arguments.append(z)
        return F.relu(z)

    def forward(self, x):
        h = self.relu(self.dense1(x))
        h = self.relu(h + self.dense3(self.relu(self.dense2(h))))
        return self.output(h)


class Projected(nn.Module):
    """residual [dense 7 activation=gelu bias=no, dense 6 bias=no] with tanh: other widths, so the input is projected."""

    def __init__(self):
        super().__init__()
        self.dense1, self.dense2 = nn.Linear(5, 7, bias=False), nn.Linear(7, 6, bias=False)
        self.project = nn.Linear(5, 6, bias=False)
        self.output = nn.Linear(6, 3)

    def forward(self, x):
        block = torch.tanh(self.dense2(F.gelu(self.dense1(x))))
        return self.output(torch.tanh(block + self.project(x)))


NAMES = {"project": "residual1/project"}
NETWORKS = {
    "identity": (Identity, 6, torch.tensor(random.integers(0, 4, ROWS)), F.cross_entropy, lambda z: F.softmax(z, 1)),
    "projected": (Projected, 5, floats(ROWS, 3), F.mse_loss, lambda z: z),
}

with h5py.File(Path(__file__).resolve().parent / "residual.h5", "w", libver="earliest") as file:
    def keep(path, values):
        file.create_dataset(path, data=np.asarray(values), track_times=False)

    for name, (make, inputs, targets, loss_function, activate) in NETWORKS.items():
        network = make().double()
        with torch.no_grad():
            for parameter in network.parameters():
                parameter.copy_(floats(*parameter.shape) / 2)
        features = floats(ROWS, inputs)
        outputs = network(features)
        # Float must be on the same side of every kink.
        assert all(z.abs().min() > 1e-3 for z in getattr(network, "arguments", []))
        loss = loss_function(outputs, targets)
        loss.backward()
        keep(f"{name}/features", features)
        keep(f"{name}/targets", targets)
        keep(f"{name}/outputs", activate(outputs).detach())
        keep(f"{name}/loss", loss.detach())
        for path, parameter in network.named_parameters():
            layer, tensor = path.split(".")
            keep(f"{name}/parameters/{NAMES.get(layer, layer)}/{tensor}", parameter.detach())
            keep(f"{name}/gradients/{NAMES.get(layer, layer)}/{tensor}", parameter.grad)
