"""Records in recurrent.h5 what PyTorch makes of networks with recurrent layers, in Double, for PyTorchRecurrentTests.swift.

    pip install torch==2.15.0 h5py==3.16.0 numpy==2.4.6
    python3 record_recurrent.py

NETWORK has the attributes layers (its words) and axes, features [rows, time, channels], targets and outputs [rows, outputs], the mean
squared error as loss, and in parameters/ and gradients/ a dataset LAYER/TENSOR for each tensor. Where samples have different lengths,
there is a dataset lengths [rows]; features beyond them are 0. An output layer of three follows, and other layers are followed by tanh.
"""

from pathlib import Path

import h5py
import numpy as np
import torch
from torch import nn
from torch.nn.functional import mse_loss
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

random = np.random.default_rng(29)
ROWS, OUTPUTS = 7, 3
LENGTHS = [5, 9, 1, 9, 3, 0, 7]


def floats(*shape, scale=1):
    """Numbers that a Float has exactly, so that both begin with the same."""
    return torch.tensor(random.normal(0, scale, shape).astype(np.float32).astype(np.float64))


def in_order(gates, cell):
    """From PyTorch's order of a GRU's gates, reset, update, new, to update, reset, new."""
    if cell != "gru":
        return gates
    reset, update, new = np.split(gates, 3)
    return np.concatenate([update, reset, new])


class Recurrent(nn.Module):
    """One item: its layers, and what it returns."""

    CLASSES = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}

    def __init__(self, cell, inputs, units, layers=1, bidirectional=False, returns="last"):
        super().__init__()
        self.cell, self.units, self.returns, self.bidirectional = cell, units, returns, bidirectional
        self.own = self.CLASSES[cell](
            inputs, units, num_layers=layers, bidirectional=bidirectional, batch_first=True, dtype=torch.float64)
        with torch.no_grad():
            for name, tensor in self.own.named_parameters():
                tensor.copy_(floats(*tensor.shape, scale=0.5))
                # One bias, and one of the new gate's recurrent part.
                if name.startswith("bias_hh"):
                    tensor[: 2 * units if cell == "gru" else None] = 0

    def forward(self, x, lengths):
        steps = x.shape[1]
        known = torch.tensor(lengths) > 0
        # PyTorch takes no sequence without steps; the state of one is 0.
        packed = pack_padded_sequence(
            x[known], torch.tensor(lengths)[known], batch_first=True, enforce_sorted=False)
        outputs = x.new_zeros(len(lengths), steps, self.units * (2 if self.bidirectional else 1))
        outputs[known] = pad_packed_sequence(self.own(packed)[0], batch_first=True, total_length=steps)[0]
        return outputs if self.returns == "sequence" else torch.stack([
            self.row(outputs[row, :length]) if length else outputs[row, 0] for row, length in enumerate(lengths)])

    def row(self, steps):
        if self.returns == "mean":
            return steps.mean(0)
        if self.returns == "max":
            return steps.max(0).values
        return torch.cat([steps[-1, : self.units], steps[0, self.units:]])

    def tensors(self, name):
        """Pairs of a path in Lockstep's checkpoints and a function of parameters or gradients."""
        for layer in range(self.own.num_layers):
            for direction in range(2 if self.bidirectional else 1):
                suffix = f"l{layer}" + ("_reverse" if direction else "")
                path = name + (f"/{layer + 1}" if layer else "") + ("/reverse" if direction else "")
                get = lambda kind, suffix=suffix: getattr(self.own, f"{kind}_{suffix}")
                yield f"{path}/weight", get("weight_ih"), lambda a: in_order(a, self.cell)
                yield f"{path}/recurrent", get("weight_hh"), lambda a: in_order(a, self.cell)
                yield f"{path}/bias", get("bias_ih"), lambda a: in_order(a, self.cell)
                if self.cell == "gru":
                    yield f"{path}/recurrent-bias", get("bias_hh"), lambda a: a[2 * self.units:]


class Plain(nn.Module):
    """A layer on each step, or a convolution over them, and tanh."""

    def __init__(self, own):
        super().__init__()
        self.own = own.double()
        with torch.no_grad():
            for tensor in self.own.parameters():
                tensor.copy_(floats(*tensor.shape, scale=0.5))

    def forward(self, x, lengths):
        if isinstance(self.own, nn.Conv1d):
            return torch.tanh(self.own(x.movedim(1, 2)).movedim(2, 1))
        return torch.tanh(self.own(x))

    def tensors(self, name):
        yield f"{name}/weight", self.own.weight, lambda a: a
        yield f"{name}/bias", self.own.bias, lambda a: a


# Words, the shape of a sample, layers by name, and whether samples have different lengths.
NETWORKS = {
    "rnn": ("rnn 6", (9, 4), {"rnn1": lambda: Recurrent("rnn", 4, 6)}, False),
    "lstm": ("lstm 6", (9, 4), {"lstm1": lambda: Recurrent("lstm", 4, 6)}, False),
    "gru": ("gru 6", (9, 4), {"gru1": lambda: Recurrent("gru", 4, 6)}, False),
    "one step": ("gru 17", (1, 3), {"gru1": lambda: Recurrent("gru", 3, 17)}, False),
    "lengths, rnn": ("rnn 17", (9, 4), {"rnn1": lambda: Recurrent("rnn", 4, 17)}, True),
    "lengths, lstm": ("lstm 17", (9, 4), {"lstm1": lambda: Recurrent("lstm", 4, 17)}, True),
    "lengths, gru": ("gru 17", (9, 4), {"gru1": lambda: Recurrent("gru", 4, 17)}, True),
    "lengths, both directions": (
        "lstm 5 bidirectional=yes", (9, 4), {"lstm1": lambda: Recurrent("lstm", 4, 5, bidirectional=True)}, True),
    "lengths, stacked": (
        "gru 5 layers=2 bidirectional=yes returns=mean", (9, 4),
        {"gru1": lambda: Recurrent("gru", 4, 5, layers=2, bidirectional=True, returns="mean")}, True),
    "lengths, maxima": (
        "rnn 6 layers=3 returns=max", (9, 4), {"rnn1": lambda: Recurrent("rnn", 4, 6, layers=3, returns="max")}, True),
    "lengths, one after another": (
        "lstm 6 bidirectional=yes, dense 8, gru 7, rnn 4", (9, 4), {
            "lstm1": lambda: Recurrent("lstm", 4, 6, bidirectional=True, returns="sequence"),
            "dense1": lambda: Plain(nn.Linear(12, 8)),
            "gru1": lambda: Recurrent("gru", 8, 7, returns="sequence"),
            "rnn1": lambda: Recurrent("rnn", 7, 4)}, True),
    "after a convolution": (
        "conv 5 3, lstm 6 returns=mean", (9, 4), {
            "conv1": lambda: Plain(nn.Conv1d(4, 5, 3, padding=1)),
            "lstm1": lambda: Recurrent("lstm", 5, 6, returns="mean")}, False),
}

with h5py.File(Path(__file__).resolve().parent / "recurrent.h5", "w", libver="earliest") as file:
    for name, (words, shape, layers, has_lengths) in NETWORKS.items():
        lengths = LENGTHS if has_lengths else [shape[0]] * ROWS
        features, targets = floats(ROWS, *shape), floats(ROWS, OUTPUTS)
        for row, length in enumerate(lengths):
            features[row, length:] = 0
        made = {layer: make() for layer, make in layers.items()}
        output = nn.Linear(list(made.values())[-1].units * (2 if "bidirectional" in words.split(",")[-1] else 1), OUTPUTS).double()
        with torch.no_grad():
            for tensor in output.parameters():
                tensor.copy_(floats(*tensor.shape, scale=0.5))
        value = features
        for layer in made.values():
            value = layer(value, lengths)
        outputs = output(value)
        loss = mse_loss(outputs, targets)
        loss.backward()

        group = file.create_group(name)
        group.attrs["layers"], group.attrs["axes"] = words, "TC"
        if has_lengths:
            group["lengths"] = np.array(lengths, np.int32)
        for key, values in (("features", features), ("targets", targets), ("outputs", outputs), ("loss", loss)):
            group[key] = values.detach().numpy()
        tensors = [each for layer, module in made.items() for each in module.tensors(layer)]
        tensors += [("output/weight", output.weight, lambda a: a), ("output/bias", output.bias, lambda a: a)]
        for path, tensor, change in tensors:
            group[f"parameters/{path}"] = change(tensor.detach().numpy())
            group[f"gradients/{path}"] = change(tensor.grad.numpy())
        print(f"{name}: loss {loss.item():.6f}")
