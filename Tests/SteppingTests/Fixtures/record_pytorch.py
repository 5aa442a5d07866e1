"""Records in pytorch.h5 what PyTorch makes of a step-0 checkpoint's weights in 20 steps, for PyTorchTests.swift.

    pip install torch==2.15.0 h5py==3.16.0 numpy==2.4.6
    python3 record_pytorch.py PATH/TO/lockstep

Each case begins with `lockstep train … --max-steps 0`. PyTorch takes the weights of that checkpoint, is fed the same
minibatches (file order), and its weights are kept. The script also prints how far lockstep's own 20 steps are off.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy as np
import torch
from torch import nn

HERE = Path(__file__).resolve().parent
DATA = HERE.parents[2] / "data"
STEPS = 20

CASES = {
    "digits": dict(
        data="digits.h5", layers="64,32", activation="relu", loss="cross-entropy", batch_size=100,
        learning_rate=0.1, momentum=0.9, nesterov=False, weight_decay=1e-3,
    ),
    "moons": dict(
        data="moons.h5", layers="16,8", activation="tanh", loss="binary-cross-entropy", batch_size=64,
        learning_rate=0.2, momentum=0.8, nesterov=True, weight_decay=1e-2,
    ),
    "people": dict(
        data="people.h5", layers="2", activation="sigmoid", loss="mse", batch_size=1,
        learning_rate=0.1, momentum=0.0, nesterov=False, weight_decay=0.0,
    ),
}


def train(lockstep, case, steps, directory):
    """Runs lockstep and gives the parameters of its last checkpoint, in the order of the layers."""
    command = [lockstep, "train", DATA / case["data"], "--run", directory, "--force", "--quiet", "--shuffle", "none"]
    command += ["--max-steps", str(steps), "--epochs", "1000", "--seed", "7"]
    for key, value in case.items():
        if key == "nesterov":
            command += ["--nesterov"] if value else []
        elif key != "data":
            command += ["--" + key.replace("_", "-"), str(value)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with h5py.File(Path(directory) / "latest") as file:
        layers = file["parameters"]
        names = sorted(name for name in layers if name != "output") + ["output"]
        return {f"{name}/{key}": layers[name][key][:] for name in names for key in ("weight", "bias")}


def torch_parameters(case, initial):
    """What PyTorch makes of `initial` in STEPS steps."""
    with h5py.File(DATA / case["data"]) as file:
        features = file["train/features"]
        scale = features.attrs.get("scale", 1.0)
        x = torch.tensor(features[:].reshape(len(features), -1).astype(np.float32) * np.float32(scale))
        labels = torch.tensor(file["train/labels"][:].astype(np.int64))
    activation = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}[case["activation"]]
    weights = [torch.tensor(value) for key, value in initial.items() if key.endswith("weight")]
    biases = [torch.tensor(value) for key, value in initial.items() if key.endswith("bias")]
    modules = []
    for weight, bias in zip(weights, biases):
        linear = nn.Linear(weight.shape[1], weight.shape[0])
        with torch.no_grad():
            linear.weight.copy_(weight)
            linear.bias.copy_(bias)
        modules += [linear, activation()]
    network = nn.Sequential(*modules[:-1])
    if case["loss"] == "cross-entropy":
        loss, targets = nn.CrossEntropyLoss(), labels
    elif case["loss"] == "binary-cross-entropy":
        loss, targets = nn.BCEWithLogitsLoss(), labels[:, None].float()
    else:
        loss, targets = nn.MSELoss(), labels[:, None].float()
    linears = [module for module in network if isinstance(module, nn.Linear)]
    optimizer = torch.optim.SGD(
        [
            dict(params=[linear.weight for linear in linears], weight_decay=case["weight_decay"]),
            dict(params=[linear.bias for linear in linears], weight_decay=0.0),
        ],
        lr=case["learning_rate"], momentum=case["momentum"], nesterov=case["nesterov"],
    )
    batch = case["batch_size"]
    starts = list(range(0, len(x), batch))
    for step in range(STEPS):
        start = starts[step % len(starts)]
        optimizer.zero_grad()
        loss(network(x[start : start + batch]), targets[start : start + batch]).backward()
        optimizer.step()
    tensors = [tensor.detach().numpy() for linear in linears for tensor in (linear.weight, linear.bias)]
    return dict(zip(initial, tensors))


def main(lockstep):
    with h5py.File(HERE / "pytorch.h5", "w", libver="earliest") as file, tempfile.TemporaryDirectory() as directory:
        for name, case in CASES.items():
            initial = train(lockstep, case, 0, directory)
            final = torch_parameters(case, initial)
            ours = train(lockstep, case, STEPS, directory)
            furthest = max(np.linalg.norm(ours[key] - final[key]) / np.linalg.norm(final[key]) for key in final)
            print(f"{name}: lockstep is off by {furthest:.2g} (norm of the difference, of the furthest tensor)")
            for kind, tensors in (("initial", initial), ("final", final)):
                for key, value in tensors.items():
                    file.create_dataset(f"{name}/{kind}/{key}", data=value, track_times=False)


if __name__ == "__main__":
    main(sys.argv[1])
