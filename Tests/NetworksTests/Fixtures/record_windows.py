"""Records in windows.h5 what PyTorch makes of networks with convolutions and pools, in Double, for RecordedWindowTests.swift.

    pip install torch==2.15.0 h5py==3.16.0 numpy==2.4.6
    python3 record_windows.py

NETWORK has the attributes layers (its words) and axes, features [rows, height, width, channels] or [rows, time, channels], targets and
outputs [rows, outputs], the mean squared error as loss, and in parameters/ and gradients/ a dataset LAYER/weight or LAYER/bias for
each tensor. A layer is followed by tanh, as is said where the words are read.
"""

from pathlib import Path

import h5py
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

random = np.random.default_rng(16)
ROWS, OUTPUTS = 4, 3


def floats(*shape):
    """Numbers that a Float has exactly, so that both begin with the same."""
    return torch.tensor(random.normal(0, 1, shape).astype(np.float32).astype(np.float64))


class Conv(nn.Module):
    """A convolution of two dimensions, or one, after padding (before and after each axis, the last axis first)."""

    def __init__(self, inputs, outputs, window, padding=(), **options):
        super().__init__()
        kind = nn.Conv2d if isinstance(window, tuple) else nn.Conv1d
        self.convolution, self.padding = kind(inputs, outputs, window, **options), padding

    def forward(self, x):
        return torch.tanh(self.convolution(F.pad(x, self.padding) if self.padding else x))


MAX, MEAN = nn.MaxPool2d, nn.AvgPool2d
# Words; the shape of a sample, channels last; the layers.
NETWORKS = {
    "odd sizes": ("conv 5 3x3", (7, 9, 3), [Conv(3, 5, (3, 3), (1, 1, 1, 1))]),
    "even window, odd padding at the end": ("conv 5 4x2", (7, 9, 3), [Conv(3, 5, (4, 2), (0, 1, 1, 2))]),
    "valid": ("conv 4 3x2 pad=valid", (5, 6, 2), [Conv(2, 4, (3, 2))]),
    "stride": ("conv 4 3 stride=2 pad=1", (8, 7, 2), [Conv(2, 4, (3, 3), (1, 1, 1, 1), stride=2)]),
    "strides that leave a rest": ("conv 4 3 stride=3x2 pad=valid", (9, 8, 2), [Conv(2, 4, (3, 3), stride=(3, 2))]),
    "same with strides": ("conv 4 3 stride=2", (8, 7, 2), [Conv(2, 4, (3, 3), (1, 1, 0, 1), stride=2)]),
    "dilation": ("conv 4 3 dilation=2x3 pad=valid", (9, 9, 2), [Conv(2, 4, (3, 3), dilation=(2, 3))]),
    "groups": ("conv 6 3 groups=3", (6, 6, 3), [Conv(3, 6, (3, 3), (1, 1, 1, 1), groups=3)]),
    "depthwise": ("depthwise 3 stride=2 pad=1", (7, 7, 5), [Conv(5, 5, (3, 3), (1, 1, 1, 1), stride=2, groups=5)]),
    "four paddings": ("conv 4 3 pad=1.0.2.1", (6, 5, 2), [Conv(2, 4, (3, 3), (2, 1, 1, 0))]),
    "one pixel": ("conv 4 5 pad=valid", (5, 5, 2), [Conv(2, 4, (5, 5))]),
    "pointwise": ("conv 8 1", (4, 5, 6), [Conv(6, 8, (1, 1))]),
    "pointwise with strides": ("conv 8 1 stride=2 bias=no", (5, 5, 6), [Conv(6, 8, (1, 1), stride=2, bias=False)]),
    "two": (
        "conv 17 3x3, conv 6 3x3 groups=1 pad=valid bias=no", (6, 6, 2),
        [Conv(2, 17, (3, 3), (1, 1, 1, 1)), Conv(17, 6, (3, 3), bias=False)],
    ),
    "sequence": ("conv 4 5 stride=2", (11, 3), [Conv(3, 4, 5, (2, 2), stride=2)]),
    "sequence with dilation": ("conv 4 3 dilation=2 pad=2.0", (11, 3), [Conv(3, 4, 3, (2, 0), dilation=2)]),
    "maximum": ("conv 4 1, max-pool 2", (7, 6, 2), [Conv(2, 4, (1, 1)), MAX(2)]),
    "maximum, padded": ("conv 4 1, max-pool 3 stride=2 pad=1", (7, 6, 2), [Conv(2, 4, (1, 1)), MAX(3, 2, 1)]),
    "maximum, rounded up": (
        "conv 4 1, max-pool 3x2 stride=2 ceil=yes", (8, 7, 2), [Conv(2, 4, (1, 1)), MAX((3, 2), 2, ceil_mode=True)]),
    "maximum, no window beyond the padding": (
        "conv 4 1, max-pool 2 stride=3 pad=1 ceil=yes", (6, 5, 2),
        [Conv(2, 4, (1, 1)), MAX(2, 3, 1, ceil_mode=True)],
    ),
    "mean": ("conv 4 1, average-pool 2", (7, 6, 2), [Conv(2, 4, (1, 1)), MEAN(2)]),
    "mean without padding": (
        "conv 4 1, average-pool 3 stride=2 pad=1", (7, 6, 2),
        [Conv(2, 4, (1, 1)), MEAN(3, 2, 1, count_include_pad=False)],
    ),
    "mean with padding": (
        "conv 4 1, average-pool 3 stride=2 pad=1 padding=counted", (7, 6, 2), [Conv(2, 4, (1, 1)), MEAN(3, 2, 1)]),
    "mean, rounded up": (
        "conv 4 1, average-pool 3 stride=2 ceil=yes", (6, 8, 2),
        [Conv(2, 4, (1, 1)), MEAN(3, 2, ceil_mode=True, count_include_pad=False)],
    ),
    "mean with padding, rounded up": (
        "conv 4 1, average-pool 3 stride=2 pad=1 ceil=yes padding=counted", (6, 7, 2),
        [Conv(2, 4, (1, 1)), MEAN(3, 2, 1, ceil_mode=True)],
    ),
    "mean of all": ("conv 4 1, global-average-pool", (5, 6, 2), [Conv(2, 4, (1, 1)), nn.AdaptiveAvgPool2d(1)]),
}

with h5py.File(Path(__file__).resolve().parent / "windows.h5", "w", libver="earliest") as file:
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
            for tensor, parameter in getattr(layer, "convolution", nn.Module()).named_parameters():
                path = f"{kind}{kinds[: index + 1].count(kind)}/{tensor}"
                keep(f"{name}/parameters/{path}", parameter.detach())
                keep(f"{name}/gradients/{path}", parameter.grad)
        for tensor, parameter in output.named_parameters():
            keep(f"{name}/parameters/output/{tensor}", parameter.detach())
            keep(f"{name}/gradients/output/{tensor}", parameter.grad)
