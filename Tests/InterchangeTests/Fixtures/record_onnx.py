"""Records small networks that PyTorch exports to ONNX, with their inputs and PyTorch's outputs.

    python record_onnx.py        (torch 2.15, onnx 1.23, onnxscript, h5py)

Writes <name>.onnx, and torch-onnx.h5 with /<name>/input and /<name>/output. Inputs have the channels last, as Lockstep reads them.
"""

import h5py
import torch
from torch import nn

torch.manual_seed(18)


class Last(nn.Module):
    """A recurrent layer, and a dense one on the hidden values after the last step."""

    def __init__(self, cell, **options):
        super().__init__()
        self.cell = cell(3, 6, batch_first=True, **options)
        self.head = nn.Linear(6, 4)

    def forward(self, x):
        return self.head(self.cell(x)[0][:, -1])


class Mean(nn.Module):
    """Two levels in both directions, and the mean over the steps."""

    def __init__(self):
        super().__init__()
        self.cell = nn.GRU(3, 5, num_layers=2, bidirectional=True, batch_first=True)
        self.head = nn.Linear(10, 4)

    def forward(self, x):
        return self.head(self.cell(x)[0].mean(1))


class Block(nn.Module):
    """A residual block of convolutions with a projection."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(2, 4, 3, stride=2, padding=1)
        self.second = nn.Conv2d(4, 4, 3, padding=1)
        self.project = nn.Conv2d(2, 4, 1, stride=2, bias=False)
        self.head = nn.Linear(4, 3)

    def forward(self, x):
        y = self.second(torch.relu(self.first(x)))
        return self.head(torch.relu(y + self.project(x)).mean((2, 3)))


class Words(nn.Module):
    """An embedding, a convolution over time, and logits of steps."""

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(11, 5)
        self.cell = nn.LSTM(5, 6, batch_first=True)
        self.head = nn.Linear(6, 2)

    def forward(self, x):
        return self.head(self.cell(self.table(x))[0])


def normalized():
    network = nn.Sequential(
        nn.Conv2d(2, 6, 3, padding=1, bias=False), nn.BatchNorm2d(6), nn.LeakyReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 6, 3, padding=1, groups=6), nn.SiLU(), nn.AvgPool2d(2, count_include_pad=True),
        nn.Flatten(), nn.Linear(12, 8), nn.BatchNorm1d(8), nn.GELU(), nn.Dropout(0.5), nn.Linear(8, 3), nn.Softmax(1))
    for layer in network:
        if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
            nn.init.uniform_(layer.weight, 0.5, 1.5)
            nn.init.uniform_(layer.bias, -0.5, 0.5)
            nn.init.uniform_(layer.running_mean, -0.5, 0.5)
            nn.init.uniform_(layer.running_var, 0.5, 1.5)
    return network


def decoder():
    return nn.Sequential(
        nn.Conv2d(2, 4, 3, stride=2, padding=1), nn.ELU(),
        nn.ConvTranspose2d(4, 2, 3, stride=2, padding=1, output_padding=1), nn.Tanh(), nn.Flatten(), nn.Linear(72, 3))


def dense():
    return nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.LayerNorm(8), nn.Linear(8, 8, bias=False), nn.Sigmoid(), nn.Linear(8, 2))


image = torch.randn(5, 2, 8, 6)
series = torch.randn(5, 7, 3)
networks = {
    "dense": (dense(), torch.randn(5, 6)),
    "normalized": (normalized(), image),
    "block": (Block(), image),
    "decoder": (decoder(), torch.randn(5, 2, 6, 6)),
    "lstm": (Last(nn.LSTM), series),
    "gru": (Last(nn.GRU), series),
    "mean": (Mean(), series),
    "words": (Words(), torch.randint(0, 11, (5, 9))),
}
with h5py.File("torch-onnx.h5", "w") as file:
    for name, (network, samples) in networks.items():
        network.eval()
        torch.onnx.export(
            network, (samples,), f"torch-{name}.onnx", dynamic_shapes=({0: torch.export.Dim("samples")},),
            external_data=False, verbose=False)
        group = file.create_group(name)
        plain = samples.permute(0, 2, 3, 1) if samples.dim() == 4 else samples
        group.create_dataset("input", data=plain.numpy())
        group.create_dataset("output", data=network(samples).detach().numpy())
