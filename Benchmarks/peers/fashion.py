"""Fashion-MNIST, 784-512-256-10, in PyTorch: what `lockstep train fashion.h5` does with the same settings.

python fashion.py FASHION.h5 BATCH EPOCHS RATE      prints the accuracy on the test split
"""

import os
import sys

import h5py
import numpy as np
import torch

path, batch, epochs, rate = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
torch.set_num_threads(len(os.sched_getaffinity(0)))
torch.manual_seed(0)


def split(file, name):
    features = file[name + "/features"][:].reshape(-1, 784).astype(np.float32) / 255
    return torch.from_numpy(features), torch.from_numpy(file[name + "/labels"][:].astype(np.int64))


with h5py.File(path) as file:
    (x, y), (test_x, test_y) = split(file, "train"), split(file, "test")
layers = [torch.nn.Linear(784, 512), torch.nn.ReLU(), torch.nn.Linear(512, 256), torch.nn.ReLU(), torch.nn.Linear(256, 10)]
network = torch.nn.Sequential(*layers)
optimizer = torch.optim.SGD(network.parameters(), lr=rate, momentum=0.9, weight_decay=1e-4)
loss = torch.nn.CrossEntropyLoss()
for _ in range(epochs):
    order = torch.randperm(len(x))
    for start in range(0, len(x), batch):
        rows = order[start : start + batch]
        optimizer.zero_grad(set_to_none=True)
        loss(network(x[rows]), y[rows]).backward()
        optimizer.step()
    # As lockstep does after each epoch.
    with torch.inference_mode():
        accuracy = (network(test_x).argmax(1) == test_y).float().mean().item()
print(accuracy)
