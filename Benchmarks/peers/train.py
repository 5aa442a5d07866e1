"""A training in PyTorch: what `lockstep train FILE` does with the same network and settings, evaluated after each epoch.

python train.py FILE NETWORK BATCH EPOCHS RATE [last]   prints the accuracy on the test split; NETWORK: see networks.py;
                                                        last: images and weights with their channels last
"""

import os
import sys

import h5py
import numpy as np
import torch

import networks

path, text, batch, epochs, rate = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5])
torch.set_num_threads(len(os.sched_getaffinity(0)))
torch.manual_seed(0)
shape, _ = networks.items(text)
order = torch.channels_last if sys.argv[6:] == ["last"] else torch.contiguous_format


def split(file, name):
    features = torch.from_numpy(file[name + "/features"][:].reshape(-1, *shape).astype(np.float32) / 255)
    if len(shape) == 3:
        features = features.permute(0, 3, 1, 2).contiguous(memory_format=order)
    return features, torch.from_numpy(file[name + "/labels"][:].astype(np.int64))


with h5py.File(path) as file:
    (x, y), (test_x, test_y) = split(file, "train"), split(file, "test")
network = networks.torch_network(text)
if len(shape) == 3:
    network = network.to(memory_format=order)
optimizer = torch.optim.SGD(network.parameters(), lr=rate, momentum=0.9, weight_decay=1e-4)
loss = torch.nn.CrossEntropyLoss()
for _ in range(epochs):
    network.train()
    shuffled = torch.randperm(len(x))
    for start in range(0, len(x), batch):
        rows = shuffled[start : start + batch]
        minibatch = x[rows].contiguous(memory_format=order) if len(shape) == 3 else x[rows]
        optimizer.zero_grad(set_to_none=True)
        loss(network(minibatch), y[rows]).backward()
        optimizer.step()
    # As lockstep does after each epoch.
    network.eval()
    with torch.inference_mode():
        hits = sum((network(a).argmax(1) == b).sum().item() for a, b in zip(test_x.split(1000), test_y.split(1000)))
print(hits / len(test_y))
