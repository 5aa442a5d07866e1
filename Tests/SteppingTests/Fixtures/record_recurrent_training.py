"""Records in recurrent_training.h5 what PyTorch makes of networks with recurrent layers in 20 steps, in Double, for
RecurrentTrainingTests.swift.

    pip install torch==2.15.0 h5py==3.16.0 numpy==2.4.6
    python3 record_recurrent_training.py

features [samples, time, channels], labels and lengths are there once. CASE has the attribute layers (its words), the parameters in
initial/, and those that training ends with: in whole/ of samples with all their steps, in lengths/ of samples with as many as lengths
says. Names that begin with "steps: " have labels one a step, step_labels [samples, time], and the loss is the mean over the valid steps
of a minibatch. Steps take the samples in the order of the file; SGD has momentum, and decay of the weights. Dense layers are followed by tanh.
"""

from pathlib import Path

import h5py
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

random = np.random.default_rng(37)
STEPS, SAMPLES, BATCH, TIME, CHANNELS, CLASSES = 20, 96, 32, 9, 4, 4
RATE, MOMENTUM, DECAY = 0.1, 0.9, 1e-2


def floats(*shape):
    """Numbers that a Float has exactly, so that both begin with the same."""
    return random.normal(0, 1, shape).astype(np.float32).astype(np.float64)


class Recurrent(nn.Module):
    """One item: its layers, and what it returns."""

    CLASSES = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}

    def __init__(self, cell, inputs, units, returns="last", **options):
        super().__init__()
        self.cell, self.units, self.returns = cell, units, returns
        self.own = self.CLASSES[cell](inputs, units, batch_first=True, dtype=torch.float64, **options)

    def forward(self, x, lengths):
        packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        steps, _ = pad_packed_sequence(self.own(packed)[0], batch_first=True, total_length=x.shape[1])
        if self.returns == "sequence":
            return steps
        if self.returns == "mean":
            return steps.sum(1) / lengths[:, None]
        last = steps[torch.arange(len(lengths)), lengths - 1, : self.units]
        return torch.cat([last, steps[:, 0, self.units :]], 1)

    def clear_unused_gradients(self):
        """One bias, and one of the new gate's recurrent part: the others stay 0."""
        for name, tensor in self.own.named_parameters():
            if name.startswith("bias_hh"):
                tensor.grad[: 2 * self.units if self.cell == "gru" else None] = 0

    def in_order(self, gates):
        """From PyTorch's order of a GRU's gates, reset, update, new, to update, reset, new."""
        if self.cell != "gru":
            return gates
        reset, update, new = np.split(gates, 3)
        return np.concatenate([update, reset, new])

    def tensors(self, name):
        """Lockstep's tensors: paths and values."""
        for layer in range(self.own.num_layers):
            for direction in range(2 if self.own.bidirectional else 1):
                path = name + (f"/{layer + 1}" if layer else "") + ("/reverse" if direction else "")
                kinds = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]
                own = [
                    getattr(self.own, f"{kind}_l{layer}" + ("_reverse" if direction else "")).detach().numpy()
                    for kind in kinds]
                for tensor, values in zip(["weight", "recurrent", "bias"], own):
                    yield f"{path}/{tensor}", self.in_order(values)
                if self.cell == "gru":
                    yield f"{path}/recurrent-bias", own[3][2 * self.units :]
                    own[3] = own[3][: 2 * self.units]
                assert not own[3].any()


class Plain(nn.Module):
    """A layer on each step or on values without time, with an activation."""

    def __init__(self, inputs, outputs, activation=torch.tanh):
        super().__init__()
        self.own, self.activation = nn.Linear(inputs, outputs, dtype=torch.float64), activation

    def forward(self, x, lengths):
        return self.activation(self.own(x))

    def clear_unused_gradients(self):
        pass

    def tensors(self, name):
        yield f"{name}/weight", self.own.weight.detach().numpy()
        yield f"{name}/bias", self.own.bias.detach().numpy()


# Words, layers by name, and the values that the output layer reads.
NETWORKS = {
    "rnn": ("rnn 7", {"rnn1": lambda: Recurrent("rnn", CHANNELS, 7)}, 7),
    "lstm": ("lstm 7", {"lstm1": lambda: Recurrent("lstm", CHANNELS, 7)}, 7),
    "gru": ("gru 7", {"gru1": lambda: Recurrent("gru", CHANNELS, 7)}, 7),
    "rnn, both directions": (
        "rnn 5 bidirectional=yes", {"rnn1": lambda: Recurrent("rnn", CHANNELS, 5, bidirectional=True)}, 10),
    "lstm, both directions": (
        "lstm 5 bidirectional=yes", {"lstm1": lambda: Recurrent("lstm", CHANNELS, 5, bidirectional=True)}, 10),
    "gru, both directions": (
        "gru 5 bidirectional=yes", {"gru1": lambda: Recurrent("gru", CHANNELS, 5, bidirectional=True)}, 10),
    "rnn, stacked": ("rnn 6 layers=3", {"rnn1": lambda: Recurrent("rnn", CHANNELS, 6, num_layers=3)}, 6),
    "lstm, stacked": (
        "lstm 5 layers=2 bidirectional=yes", {
            "lstm1": lambda: Recurrent("lstm", CHANNELS, 5, num_layers=2, bidirectional=True)}, 10),
    "gru, stacked": (
        "gru 5 layers=2 bidirectional=yes returns=mean", {
            "gru1": lambda: Recurrent("gru", CHANNELS, 5, "mean", num_layers=2, bidirectional=True)}, 10),
    "one after another": (
        "lstm 6 bidirectional=yes, dense 8, gru 7, rnn 5 returns=mean, 6", {
            "lstm1": lambda: Recurrent("lstm", CHANNELS, 6, "sequence", bidirectional=True),
            "dense1": lambda: Plain(12, 8),
            "gru1": lambda: Recurrent("gru", 8, 7, "sequence"),
            "rnn1": lambda: Recurrent("rnn", 7, 5, "mean"),
            "dense2": lambda: Plain(5, 6)}, 6),
}

# The same with labels one a step.
OF_STEPS = {
    "steps: lstm": ("lstm 7", {"lstm1": lambda: Recurrent("lstm", CHANNELS, 7, "sequence")}, 7),
    "steps: gru, both directions": (
        "gru 5 bidirectional=yes", {
            "gru1": lambda: Recurrent("gru", CHANNELS, 5, "sequence", bidirectional=True)}, 10),
    "steps: rnn, stacked, dense": (
        "rnn 6 layers=2, dense 8", {
            "rnn1": lambda: Recurrent("rnn", CHANNELS, 6, "sequence", num_layers=2),
            "dense1": lambda: Plain(6, 8)}, 8),
}


def mean_loss(outputs, labels, lengths):
    """Of the samples, or of all valid steps."""
    if labels.ndim == 2:
        is_valid = torch.arange(TIME)[None] < lengths[:, None]
        outputs, labels = outputs[is_valid], labels[is_valid]
    return F.cross_entropy(outputs, labels)


def train(layers, features, labels, lengths):
    """Makes the steps from the layers' weights."""
    parameters = [pair for layer in layers.values() for pair in layer.named_parameters()]
    optimizer = torch.optim.SGD([
        dict(params=[tensor for name, tensor in parameters if "weight" in name], weight_decay=DECAY),
        dict(params=[tensor for name, tensor in parameters if "bias" in name], weight_decay=0.0)],
        lr=RATE, momentum=MOMENTUM)
    for step in range(STEPS):
        rows = slice(step * BATCH % SAMPLES, step * BATCH % SAMPLES + BATCH)
        value = features[rows]
        for layer in layers.values():
            value = layer(value, lengths[rows])
        optimizer.zero_grad()
        loss = mean_loss(value, labels[rows], lengths[rows])
        loss.backward()
        for layer in layers.values():
            layer.clear_unused_gradients()
        optimizer.step()
    return loss.item()


features = torch.tensor(floats(SAMPLES, TIME, CHANNELS))
labels = torch.tensor(random.integers(0, CLASSES, SAMPLES))
lengths = torch.tensor(random.integers(1, TIME + 1, SAMPLES))

with h5py.File(Path(__file__).resolve().parent / "recurrent_training.h5", "w", libver="earliest") as file:
    def keep(path, values):
        file.create_dataset(path, data=np.asarray(values), track_times=False)

    keep("features", features)
    keep("labels", labels)
    keep("lengths", lengths)
    def record(name, words, make, width, labels):
        layers = {path: layer() for path, layer in make.items()}
        layers["output"] = Plain(width, CLASSES, lambda x: x)
        initial = {}
        for path, layer in layers.items():
            for kind, tensor in layer.named_parameters():
                values = floats(*tensor.shape) / 2
                if "bias_hh" in kind:
                    values[: 2 * layer.units if layer.cell == "gru" else None] = 0
                initial[path, kind] = torch.tensor(values)
        file.create_group(name).attrs["layers"] = words
        for case, of_samples in (("whole", torch.full_like(lengths, TIME)), ("lengths", lengths)):
            for path, layer in layers.items():
                layer.load_state_dict({kind: values for (owner, kind), values in initial.items() if owner == path})
                if case == "whole":
                    for tensor, values in layer.tensors(path):
                        keep(f"{name}/initial/{tensor}", values)
            loss = train(layers, features, labels, of_samples)
            for path, layer in layers.items():
                for tensor, values in layer.tensors(path):
                    keep(f"{name}/{case}/{tensor}", values)
            print(f"{name}, {case}: last loss {loss:.6f}")

    for name, network in NETWORKS.items():
        record(name, *network, labels)
    step_labels = torch.tensor(random.integers(0, CLASSES, (SAMPLES, TIME)))
    keep("step_labels", step_labels)
    for name, network in OF_STEPS.items():
        record(name, *network, step_labels)
