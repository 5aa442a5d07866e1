"""Records in normalization.h5 what PyTorch makes of networks with normalisations in training, in Double, for
PyTorchNormalizationTests.swift.

    pip install torch==2.15.0 h5py==3.16.0 numpy==2.4.6
    python3 record_normalization.py

NETWORK has the attributes layers (its words) and axes, features [rows, height, width, channels], [rows, time, channels] or [rows,
features], targets and outputs [rows, outputs], the mean squared error as loss, and in parameters/ and gradients/ a dataset LAYER/TENSOR
for each tensor. A layer is followed by tanh, as is said where the words are read.
"""

from pathlib import Path

import h5py
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

random = np.random.default_rng(17)
ROWS, OUTPUTS = 5, 3


def floats(*shape):
    """Numbers that a Float has exactly, so that both begin with the same."""
    return torch.tensor(random.normal(0, 1, shape).astype(np.float32).astype(np.float64))


class LastAxis(nn.Module):
    """Layer normalisation of the last axis, of values with channels first."""

    def __init__(self, channels):
        super().__init__()
        self.own = nn.LayerNorm(channels)

    def forward(self, x):
        return self.own(x.movedim(1, -1)).movedim(-1, 1)


# The name of each layer in Lockstep, and the layer; the activation stands by itself.
TANH = (None, nn.Tanh())
NETWORKS = {
    "batch": ("batch-norm", (6,), [("batch-norm1", nn.BatchNorm1d(6))]),
    "batch of images": (
        "conv 4 3x3 norm=batch epsilon=0.01", (5, 6, 2),
        [("conv1", nn.Conv2d(2, 4, 3, padding=1, bias=False)), ("conv1", nn.BatchNorm2d(4, eps=0.01)), TANH],
    ),
    "batch of sequences": (
        "conv 4 3, batch-norm", (7, 2),
        [("conv1", nn.Conv1d(2, 4, 3, padding=1)), TANH, ("batch-norm1", nn.BatchNorm1d(4))],
    ),
    "batch, neither scaled nor shifted": (
        "20, batch-norm scale=no shift=no", (6,),
        [("dense1", nn.Linear(6, 20)), TANH, (None, nn.BatchNorm1d(20, affine=False))],
    ),
    "layer": (
        "dense 20 norm=layer", (6,), [("dense1", nn.Linear(6, 20)), ("dense1", nn.LayerNorm(20)), TANH]),
    "layer of images": ("conv 6 1x1, layer-norm", (3, 4, 2), [
        ("conv1", nn.Conv2d(2, 6, 1)), TANH, ("layer-norm1", LastAxis(6))]),
    "group": (
        "conv 6 3x3 norm=group:3", (5, 4, 2),
        [("conv1", nn.Conv2d(2, 6, 3, padding=1)), ("conv1", nn.GroupNorm(3, 6)), TANH],
    ),
    "group of vectors": (
        "dense 20, group-norm 4 epsilon=0.001", (6,),
        [("dense1", nn.Linear(6, 20)), TANH, ("group-norm1", nn.GroupNorm(4, 20, eps=0.001))],
    ),
    "instance": (
        "conv 17 3x3 norm=instance bias=no", (5, 4, 2),
        [("conv1", nn.Conv2d(2, 17, 3, padding=1, bias=False)), ("conv1", nn.InstanceNorm2d(17, affine=True)), TANH],
    ),
    "instance of sequences": (
        "conv 3 3, instance-norm", (9, 2),
        [("conv1", nn.Conv1d(2, 3, 3, padding=1)), TANH, ("instance-norm1", nn.InstanceNorm1d(3, affine=True))],
    ),
}
NAMES = {"weight": "scale", "bias": "shift"}

with h5py.File(Path(__file__).resolve().parent / "normalization.h5", "w", libver="earliest") as file:
    def keep(path, values):
        file.create_dataset(path, data=np.asarray(values), track_times=False)

    for name, (words, shape, layers) in NETWORKS.items():
        features, targets = floats(ROWS, *shape), floats(ROWS, OUTPUTS)
        body = nn.Sequential(*(layer for _, layer in layers)).double()
        with torch.no_grad():
            for parameter in body.parameters():
                parameter.copy_(floats(*parameter.shape) / 2)
        # Channels last for the output layer, as in the file.
        values = body(features.movedim(-1, 1)).movedim(1, -1).flatten(1)
        output = nn.Linear(values.shape[1], OUTPUTS).double()
        with torch.no_grad():
            for parameter in output.parameters():
                parameter.copy_(floats(*parameter.shape) / 2)
        outputs = output(values)
        loss = F.mse_loss(outputs, targets)
        loss.backward()
        file.create_group(name).attrs.update({"layers": words, "axes": {1: "F", 2: "TC", 3: "HWC"}[len(shape)]})
        keep(f"{name}/features", features)
        keep(f"{name}/targets", targets)
        keep(f"{name}/outputs", outputs.detach())
        keep(f"{name}/loss", loss.detach())
        for layer, module in layers + [("output", output)]:
            linear = isinstance(module, (nn.Linear, nn.Conv1d, nn.Conv2d))
            for tensor, parameter in module.named_parameters():
                tensor = tensor.split(".")[-1]
                path = f"{layer}/{tensor if linear else NAMES[tensor]}"
                keep(f"{name}/parameters/{path}", parameter.detach())
                keep(f"{name}/gradients/{path}", parameter.grad)
