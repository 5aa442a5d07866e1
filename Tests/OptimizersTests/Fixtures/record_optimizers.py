"""Records in optimizers.h5 where optimizers go in 20 steps along given gradients, in Double, for OptimizerTests.swift.

    pip install torch==2.15.0 h5py==3.16.0 numpy==2.4.6
    python3 record_optimizers.py

initial/TENSOR, gradients/STEP/TENSOR and final/CASE/TENSOR, with the tensors of a network 5-70-3. PyTorch has no LARS and no
LAMB: these two are their papers' formulas (arXiv 1708.03888, algorithm 1; arXiv 1904.00962, algorithm 2, φ(x) = x), written
out below; biases have no decay, no ratio with LAMB, and with LARS that of equal norms.
"""

from pathlib import Path

import h5py
import numpy as np
import torch

STEPS = 20
SHAPES = {"dense1/weight": (70, 5), "dense1/bias": (70,), "output/weight": (3, 70), "output/bias": (3,)}
random = np.random.default_rng(5)
initial = {name: random.normal(0, 0.5, shape).astype(np.float32).astype(np.float64) for name, shape in SHAPES.items()}
gradients = [
    {name: random.normal(0, 0.3, shape).astype(np.float32).astype(np.float64) for name, shape in SHAPES.items()}
    for _ in range(STEPS)
]


def is_weight(name):
    return name.endswith("weight")


def pytorch(optimizer, decay=0.0, biases_decay=False, l1=0.0, clip_norm=None, clip_value=None, max_norm=None,
            average=None, **options):
    tensors = {name: torch.nn.Parameter(torch.tensor(values)) for name, values in initial.items()}
    groups = [
        dict(params=[p for name, p in tensors.items() if is_weight(name)], weight_decay=decay),
        dict(params=[p for name, p in tensors.items() if not is_weight(name)], weight_decay=decay if biases_decay else 0),
    ]
    optimizer = optimizer(groups, **options)
    averages = {name: np.zeros(shape) for name, shape in SHAPES.items()}
    for step in gradients:
        for name, parameter in tensors.items():
            parameter.grad = torch.tensor(step[name])
        if clip_norm:
            torch.nn.utils.clip_grad_norm_(tensors.values(), clip_norm)
        if clip_value:
            torch.nn.utils.clip_grad_value_(tensors.values(), clip_value)
        for name, parameter in tensors.items():
            if is_weight(name):
                parameter.grad += l1 * parameter.detach().sign()
        optimizer.step()
        for name, parameter in tensors.items():
            if max_norm and is_weight(name):
                parameter.data = torch.renorm(parameter.data, 2, 0, max_norm)
            if average:
                averages[name] = average * averages[name] + (1 - average) * parameter.detach().numpy()
    if average:
        return {name: values / (1 - average**STEPS) for name, values in averages.items()}
    return {name: parameter.detach().numpy() for name, parameter in tensors.items()}


def sgd_decoupled(rate, momentum, decay):
    w, v = {name: values.copy() for name, values in initial.items()}, {name: 0.0 for name in initial}
    for step in gradients:
        for name in w:
            v[name] = momentum * v[name] + step[name]
            w[name] = w[name] * (1 - rate * decay * is_weight(name)) - rate * v[name]
    return w


def lars(rate, momentum, decay, trust):
    w, v = {name: values.copy() for name, values in initial.items()}, {name: 0.0 for name in initial}
    for step in gradients:
        for name, g in step.items():
            norms = np.linalg.norm(w[name]), np.linalg.norm(g)
            local = trust * norms[0] / (norms[1] + decay * norms[0]) if is_weight(name) else trust
            v[name] = momentum * v[name] + rate * local * (g + decay * is_weight(name) * w[name])
            w[name] = w[name] - v[name]
    return w


def lamb(rate, decay, beta1=0.9, beta2=0.999, epsilon=1e-6, clip_norm=None):
    w = {name: values.copy() for name, values in initial.items()}
    m, v = {name: 0.0 for name in initial}, {name: 0.0 for name in initial}
    for number, step in enumerate(gradients, 1):
        norm = np.sqrt(sum((g**2).sum() for g in step.values()))
        factor = min(1, clip_norm / norm) if clip_norm else 1
        for name, g in step.items():
            g = factor * g
            m[name] = beta1 * m[name] + (1 - beta1) * g
            v[name] = beta2 * v[name] + (1 - beta2) * g**2
            r = m[name] / (1 - beta1**number) / (np.sqrt(v[name] / (1 - beta2**number)) + epsilon)
            r = r + decay * is_weight(name) * w[name]
            ratio = np.linalg.norm(w[name]) / np.linalg.norm(r) if is_weight(name) else 1.0
            w[name] = w[name] - rate * ratio * r
    return w


CASES = {
    "sgd": lambda: pytorch(torch.optim.SGD, lr=0.1),
    "momentum": lambda: pytorch(torch.optim.SGD, lr=0.1, momentum=0.9, decay=0.01),
    "nesterov": lambda: pytorch(torch.optim.SGD, lr=0.1, momentum=0.9, nesterov=True, decay=0.01, biases_decay=True),
    "decoupled": lambda: sgd_decoupled(0.1, 0.9, 0.05),
    "l1": lambda: pytorch(torch.optim.SGD, lr=0.1, l1=0.02, decay=0.01),
    "clip-norm": lambda: pytorch(torch.optim.SGD, lr=0.1, momentum=0.9, clip_norm=2.0),
    "clip-value": lambda: pytorch(torch.optim.SGD, lr=0.1, clip_value=0.2),
    "max-norm": lambda: pytorch(torch.optim.SGD, lr=0.1, momentum=0.9, max_norm=1.5),
    "average": lambda: pytorch(torch.optim.SGD, lr=0.1, momentum=0.9, max_norm=1.5, average=0.9),
    "adagrad": lambda: pytorch(torch.optim.Adagrad, lr=0.05, decay=0.01),
    "rmsprop": lambda: pytorch(torch.optim.RMSprop, lr=0.01, decay=0.01),
    "rmsprop-momentum": lambda: pytorch(torch.optim.RMSprop, lr=0.01, alpha=0.9, momentum=0.8),
    "adam": lambda: pytorch(torch.optim.Adam, lr=0.01, decay=0.01),
    "adam-betas": lambda: pytorch(torch.optim.Adam, lr=0.01, betas=(0.8, 0.95), eps=1e-4, clip_norm=2.0),
    "adamw": lambda: pytorch(torch.optim.AdamW, lr=0.01, decay=0.1),
    "lars": lambda: lars(1.0, 0.9, 0.01, 0.02),
    "lamb": lambda: lamb(0.01, 0.1),
    "lamb-clip-norm": lambda: lamb(0.01, 0.1, clip_norm=2.0),
}

with h5py.File(Path(__file__).resolve().parent / "optimizers.h5", "w", libver="earliest") as file:
    for name, values in initial.items():
        file.create_dataset(f"initial/{name}", data=values, track_times=False)
        for number, step in enumerate(gradients):
            file.create_dataset(f"gradients/{number}/{name}", data=step[name], track_times=False)
    for case, function in CASES.items():
        for name, values in function().items():
            file.create_dataset(f"final/{case}/{name}", data=values, track_times=False)
