"""Records in batch_norm.h5 what PyTorch makes of a network with batch normalisation in 20 steps, in Double, for
BatchNormalizationTests.swift.

    pip install torch==2.15.0 h5py==3.16.0 numpy==2.4.6
    python3 record_batch_norm.py

features [samples, height, width, channels] and labels are there once; CASE has the attributes batch (samples of a step, in the order of
the file), group (samples whose statistics are taken together) and momentum (the share of the old value in a running statistic), and in
final/ the parameters and running statistics that training ends with, from those in initial/.
"""

from pathlib import Path

import h5py
import numpy as np
import torch
from torch.nn import functional as F

random = np.random.default_rng(18)
STEPS, SAMPLES, CLASSES = 20, 96, 4
HEIGHT, WIDTH, CHANNELS = 8, 7, 2
CASES = {
    "minibatch": dict(batch=32, group=32, momentum=0.9),
    "groups": dict(batch=32, group=16, momentum=0.8),
    "all": dict(batch=96, group=96, momentum=0.9),
}
# Words of this network: conv 6 3x3 norm=batch, max-pool 2, residual [conv 8 3x3 norm=batch, conv 8 3x3 norm=batch
# activation=identity], 16 norm=batch, with relu.
SHAPES = {
    "conv1/weight": (6, 2, 3, 3), "conv2/weight": (8, 6, 3, 3), "conv3/weight": (8, 8, 3, 3),
    "residual1/project/weight": (8, 6, 1, 1), "dense1/weight": (16, 8 * 4 * 3), "output/weight": (CLASSES, 16),
    "output/bias": (CLASSES,),
}
NORMS = {"conv1": 6, "conv2": 8, "conv3": 8, "residual1/project": 8, "dense1": 16}
RATE, MOMENTUM, DECAY, EPSILON = 0.05, 0.9, 1e-2, 1e-5


def floats(*shape):
    """Numbers that a Float has exactly, so that both begin with the same."""
    return random.normal(0, 1, shape).astype(np.float32).astype(np.float64)


def normalize(x, name, tensors, state, group, momentum):
    """Each group by its own statistics; the running ones move once, by those of all samples."""
    axes = [axis for axis in range(x.dim()) if axis != 1]
    with torch.no_grad():
        mean, variance = x.mean(axes), x.var(axes, unbiased=True)
        for key, new in (("mean", mean), ("variance", variance)):
            state[f"{name}/{key}"] = momentum * state[f"{name}/{key}"] + (1 - momentum) * new
    return torch.cat([
        F.batch_norm(part, None, None, tensors[f"{name}/scale"], tensors[f"{name}/shift"], training=True, eps=EPSILON)
        for part in x.split(group)
    ])


def forward(x, tensors, state, group, momentum):
    def layer(x, name, pad=1):
        x = F.conv2d(x, tensors[f"{name}/weight"], padding=pad)
        return normalize(x, name, tensors, state, group, momentum)

    x = F.max_pool2d(torch.relu(layer(x, "conv1")), 2)
    inner = layer(torch.relu(layer(x, "conv2")), "conv3")
    x = torch.relu(inner + layer(x, "residual1/project", pad=0))
    x = x.movedim(1, -1).flatten(1) @ tensors["dense1/weight"].T
    x = torch.relu(normalize(x, "dense1", tensors, state, group, momentum))
    return x @ tensors["output/weight"].T + tensors["output/bias"]


features = floats(SAMPLES, HEIGHT, WIDTH, CHANNELS)
labels = random.integers(0, CLASSES, SAMPLES)
initial = {name: floats(*shape) / 4 for name, shape in SHAPES.items()}
for name, channels in NORMS.items():
    initial[f"{name}/scale"] = 1 + floats(channels) / 4
    initial[f"{name}/shift"] = floats(channels) / 4

with h5py.File(Path(__file__).resolve().parent / "batch_norm.h5", "w", libver="earliest") as file:
    def keep(path, values):
        file.create_dataset(path, data=np.asarray(values), track_times=False)

    keep("features", features)
    keep("labels", labels)
    for name, values in initial.items():
        keep(f"initial/{name}", values)
    x, y = torch.tensor(features).movedim(-1, 1), torch.tensor(labels)
    for case, options in CASES.items():
        tensors = {name: torch.tensor(values, requires_grad=True) for name, values in initial.items()}
        state = {}
        for name, channels in NORMS.items():
            state[f"{name}/mean"], state[f"{name}/variance"] = torch.zeros(channels), torch.ones(channels)
        weights = [tensors[name] for name in tensors if name.endswith("/weight")]
        others = [tensors[name] for name in tensors if not name.endswith("/weight")]
        optimizer = torch.optim.SGD(
            [dict(params=weights, weight_decay=DECAY), dict(params=others, weight_decay=0.0)], lr=RATE,
            momentum=MOMENTUM)
        batch = options["batch"]
        for step in range(STEPS):
            start = step * batch % SAMPLES
            optimizer.zero_grad()
            outputs = forward(
                x[start : start + batch], tensors, state, options["group"], options["momentum"])
            F.cross_entropy(outputs, y[start : start + batch]).backward()
            optimizer.step()
        file.create_group(case).attrs.update({key: np.float64(value) for key, value in options.items()})
        for name, values in {**tensors, **state}.items():
            keep(f"{case}/final/{name}", values.detach())
