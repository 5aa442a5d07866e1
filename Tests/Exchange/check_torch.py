"""Predicts in PyTorch with the exported digits, Fashion-MNIST convolution and vowels of the README, and compares with Lockstep's predictions.

    python check_torch.py KIND FILE.pt DATA.h5 PREDICTIONS.h5      KIND is dense, convolution or vowels
"""

import sys

import h5py
import numpy
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


def linear(state, name):
    layer = nn.Linear(*reversed(state[f"{name}.weight"].shape), bias=f"{name}.bias" in state)
    layer.load_state_dict({key: state[f"{name}.{key}"] for key in ("weight", "bias") if f"{name}.{key}" in state})
    return layer


def normalization(state, name, kind):
    layer = kind(len(state[f"{name}.weight"]))
    layer.load_state_dict(
        {key: state[f"{name}.{key}"] for key in ("weight", "bias", "running_mean", "running_var")}, strict=False)
    return layer.eval()


def convolution(state, name):
    weight = state[f"{name}.weight"]
    layer = nn.Conv2d(weight.shape[1], weight.shape[0], weight.shape[2:], padding="same", bias=False)
    layer.load_state_dict({"weight": weight})
    return layer


def dense(state, file):
    values = scaled(state, torch.tensor(file["test/features"][:].astype("float32")).flatten(1))
    return torch.softmax(linear(state, "output")(torch.relu(linear(state, "dense2")(torch.relu(linear(state, "dense1")(values))))), 1)


def images(state, file):
    values = torch.tensor(file["test/features"][:].astype("float32"))
    values = scaled(state, values.reshape(len(values), 28, 28, -1).permute(0, 3, 1, 2))
    for name in ("conv1", "conv2"):
        values = torch.relu(normalization(state, f"{name}_norm", nn.BatchNorm2d)(convolution(state, name)(values)))
        values = nn.functional.max_pool2d(values, 2)
    hidden = normalization(state, "dense1_norm", nn.BatchNorm1d)(linear(state, "dense1")(values.flatten(1)))
    return torch.softmax(linear(state, "output")(torch.relu(hidden)), 1)


def vowels(state, file):
    values, offsets = torch.tensor(file["test/values"][:].astype("float32")), file["test/offsets"][:]
    series = [scaled(state, values[start:end]) for start, end in zip(offsets, offsets[1:])]
    lengths = torch.tensor(numpy.diff(offsets))
    cell = nn.GRU(values.shape[1], state["gru1.weight_hh_l0"].shape[1], batch_first=True, bidirectional=True)
    cell.load_state_dict({key[len("gru1."):]: value for key, value in state.items() if key.startswith("gru1.")})
    packed = pack_padded_sequence(nn.utils.rnn.pad_sequence(series, batch_first=True), lengths, batch_first=True, enforce_sorted=False)
    hidden, _ = pad_packed_sequence(cell(packed)[0], batch_first=True, padding_value=float("-inf"))
    return torch.softmax(linear(state, "output")(hidden.amax(1)), 1)


def scaled(state, values):
    if "scaling.shift" not in state:
        return values
    return (values - state["scaling.shift"]) * state["scaling.factor"]


kind, path, data, predictions = sys.argv[1:]
state = torch.load(path, weights_only=True)
with h5py.File(data) as file, torch.no_grad():
    found = {"dense": dense, "convolution": images, "vowels": vowels}[kind](state, file).numpy()
with h5py.File(predictions) as file:
    expected = file["outputs"][:]
difference = abs(found - expected).max()
print(f"{kind}: PyTorch differs by {difference:.1e}")
sys.exit(0 if difference <= 1e-5 else "predictions differ")
