"""Records in transposed.h5 what PyTorch makes of networks with transposed convolutions, in Double, for RecordedWindowTests.swift.

    pip install torch==2.15.0 h5py==3.16.0 numpy==2.4.6
    python3 record_transposed.py

The file is laid out as windows.h5 (record_windows.py). Weights are in Lockstep's order, [outputs, inputs / groups, height, width], which is
that of PyTorch's convolutions; PyTorch's transposed ones have [inputs, outputs / groups, height, width].
"""

from pathlib import Path

import h5py
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

random = np.random.default_rng(17)
ROWS, OUTPUTS = 4, 3


def floats(*shape):
    """Numbers that a Float has exactly, so that both begin with the same."""
    return torch.tensor(random.normal(0, 1, shape).astype(np.float32).astype(np.float64))


class Transposed(nn.Module):
    """A transposed convolution of two dimensions, or one, whose output is cut (before and after each axis, the last axis first)."""

    def __init__(self, inputs, outputs, window, cut=(), **options):
        super().__init__()
        kind = nn.ConvTranspose2d if isinstance(window, tuple) else nn.ConvTranspose1d
        self.convolution, self.cut = kind(inputs, outputs, window, **options), [-size for size in cut]

    def forward(self, x):
        values = self.convolution(x)
        return torch.tanh(F.pad(values, self.cut) if self.cut else values)


class Conv(nn.Module):
    def __init__(self, inputs, outputs, window, **options):
        super().__init__()
        self.convolution = nn.Conv2d(inputs, outputs, window, **options)

    def forward(self, x):
        return torch.tanh(self.convolution(x))


def plain(layer, values):
    """A weight, or its gradient, in Lockstep's order."""
    if not isinstance(layer, Transposed) or values.dim() < 3:
        return values
    groups = layer.convolution.groups
    parts = values.reshape(groups, values.shape[0] // groups, *values.shape[1:]).transpose(1, 2)
    return parts.reshape(-1, *parts.shape[2:])


# Words; the shape of a sample, channels last; the layers.
NETWORKS = {
    "valid": ("transposed-conv 5 3x2 pad=valid", (4, 5, 3), [Transposed(3, 5, (3, 2))]),
    "stride 2, padding 1": (
        "transposed-conv 5 3 stride=2 pad=1", (4, 5, 3), [Transposed(3, 5, (3, 3), stride=2, padding=1)]),
    "stride 2, padding 1, one more at the end": (
        "transposed-conv 5 3 stride=2 pad=1.0.1.0", (4, 5, 3),
        [Transposed(3, 5, (3, 3), stride=2, padding=1, output_padding=1)],
    ),
    "window 4, stride 2, padding 1": (
        "transposed-conv 5 4 stride=2 pad=1", (3, 4, 2), [Transposed(2, 5, (4, 4), stride=2, padding=1)]),
    "same": ("transposed-conv 4 3", (4, 5, 2), [Transposed(2, 4, (3, 3), padding=1)]),
    "same with stride 2": (
        "transposed-conv 4 3x4 stride=2", (4, 5, 2), [Transposed(2, 4, (3, 4), (1, 1, 0, 1), stride=2)]),
    "four paddings": (
        "transposed-conv 4 4x3 stride=2x1 pad=2.1.0.1", (4, 5, 2),
        [Transposed(2, 4, (4, 3), (0, 1, 2, 1), stride=(2, 1))],
    ),
    "a stride larger than the window": (
        "transposed-conv 4 2 stride=3 pad=valid", (3, 4, 2), [Transposed(2, 4, (2, 2), stride=3)]),
    "dilation": (
        "transposed-conv 4 3x2 dilation=2x3 stride=2 pad=1", (4, 3, 2),
        [Transposed(2, 4, (3, 2), dilation=(2, 3), stride=2, padding=1)],
    ),
    "groups": (
        "transposed-conv 6 3 groups=2 stride=2 pad=valid", (3, 4, 4), [Transposed(4, 6, (3, 3), groups=2, stride=2)]),
    "a group a channel": (
        "transposed-conv 5 2 groups=5 stride=2 bias=no", (3, 4, 5),
        [Transposed(5, 5, (2, 2), groups=5, stride=2, bias=False)],
    ),
    "one pixel": ("transposed-conv 7 1 stride=2 pad=valid", (3, 4, 5), [Transposed(5, 7, (1, 1), stride=2)]),
    "many channels": ("transposed-conv 33 2 stride=2", (3, 3, 18), [Transposed(18, 33, (2, 2), stride=2)]),
    "there and back": (
        "conv 6 3 stride=2 pad=1, transposed-conv 17 4 stride=2 pad=1, transposed-conv 2 3 pad=1 bias=no", (6, 8, 3),
        [
            Conv(3, 6, (3, 3), stride=2, padding=1), Transposed(6, 17, (4, 4), stride=2, padding=1),
            Transposed(17, 2, (3, 3), padding=1, bias=False),
        ],
    ),
    "sequence": (
        "transposed-conv 4 5 stride=3 pad=1.2", (5, 3), [Transposed(3, 4, 5, (1, 2), stride=3)]),
    "sequence with dilation and groups": (
        "transposed-conv 6 3 dilation=2 groups=3 pad=2 stride=2", (5, 3),
        [Transposed(3, 6, 3, dilation=2, groups=3, padding=2, stride=2)],
    ),
}

with h5py.File(Path(__file__).resolve().parent / "transposed.h5", "w", libver="earliest") as file:
    def keep(path, values):
        file.create_dataset(path, data=np.asarray(values), track_times=False)

    for name, (words, shape, layers) in NETWORKS.items():
        features, targets = floats(ROWS, *shape), floats(ROWS, OUTPUTS)
        body = nn.Sequential(*layers).double()
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
        file.create_group(name).attrs.update({"layers": words, "axes": "HWC" if len(shape) == 3 else "TC"})
        keep(f"{name}/features", features)
        keep(f"{name}/targets", targets)
        keep(f"{name}/outputs", outputs.detach())
        keep(f"{name}/loss", loss.detach())
        kinds = [word.split()[0] for word in words.split(", ")]
        for index, (kind, layer) in enumerate(zip(kinds, layers)):
            for tensor, parameter in layer.convolution.named_parameters():
                path = f"{kind}{kinds[: index + 1].count(kind)}/{tensor}"
                keep(f"{name}/parameters/{path}", plain(layer, parameter.detach()))
                keep(f"{name}/gradients/{path}", plain(layer, parameter.grad))
        for tensor, parameter in output.named_parameters():
            keep(f"{name}/parameters/output/{tensor}", parameter.detach())
            keep(f"{name}/gradients/output/{tensor}", parameter.grad)
