"""Records in schedules.h5 PyTorch's learning rates over 100 steps of 10 an epoch, for LearningRateScheduleTests.swift.

    pip install torch==2.15.0 h5py==3.16.0 numpy==2.4.6
    python3 record_schedules.py
"""

import warnings
from pathlib import Path

import h5py
import torch
from torch.optim import lr_scheduler as schedulers

warnings.filterwarnings("ignore")
STEPS, RATE = 100, 0.2


def rates(make):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=RATE)
    scheduler = make(optimizer)
    found = []
    for _ in range(STEPS):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return found


def warmed(steps, make):
    return lambda o: schedulers.SequentialLR(
        o, [schedulers.LinearLR(o, 1 / steps, total_iters=steps - 1), make(o)], milestones=[steps])


CASES = {
    "constant": lambda o: schedulers.ConstantLR(o, 1.0),
    "step": lambda o: schedulers.StepLR(o, 30, 0.5),
    "multi-step": lambda o: schedulers.MultiStepLR(o, [20, 70], 0.1),
    "exponential": lambda o: schedulers.ExponentialLR(o, 0.97),
    "cosine": lambda o: schedulers.CosineAnnealingLR(o, STEPS, eta_min=0.1 * RATE),
    "one-cycle": lambda o: schedulers.OneCycleLR(o, RATE, total_steps=STEPS, cycle_momentum=False),
    "polynomial": lambda o: schedulers.PolynomialLR(o, STEPS, 2.0),
    "warm-up": warmed(10, lambda o: schedulers.ConstantLR(o, 1.0)),
    "warm-up-cosine": warmed(25, lambda o: schedulers.CosineAnnealingLR(o, STEPS - 25)),
}

with h5py.File(Path(__file__).resolve().parent / "schedules.h5", "w", libver="earliest") as file:
    for name, make in CASES.items():
        file.create_dataset(name, data=rates(make), track_times=False)
