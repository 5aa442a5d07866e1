"""A network 2-2-1 learns exclusive or, one sample at a time, 10,000 steps: python xor.py torch|numpy"""

import sys

X = [[0, 0], [0, 1], [1, 0], [1, 1]]
Y = [[0], [1], [1], [0]]
STEPS, RATE = 10_000, 0.1


def with_torch():
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(0)
    network = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Tanh(), torch.nn.Linear(2, 1))
    optimizer = torch.optim.SGD(network.parameters(), lr=RATE)
    loss = torch.nn.MSELoss()
    x, y = torch.tensor(X, dtype=torch.float32), torch.tensor(Y, dtype=torch.float32)
    for step in range(STEPS):
        optimizer.zero_grad(set_to_none=True)
        loss(network(x[step % 4]), y[step % 4]).backward()
        optimizer.step()


def with_numpy():
    import numpy as np

    random = np.random.default_rng(0)
    x, y = np.array(X, np.float32), np.array(Y, np.float32)
    w1, b1 = random.normal(size=(2, 2)).astype(np.float32), np.zeros(2, np.float32)
    w2, b2 = random.normal(size=(1, 2)).astype(np.float32), np.zeros(1, np.float32)
    for step in range(STEPS):
        a = x[step % 4]
        h = np.tanh(w1 @ a + b1)
        d2 = 2 * (w2 @ h + b2 - y[step % 4])
        d1 = (w2.T @ d2) * (1 - h * h)
        w2 -= RATE * np.outer(d2, h)
        b2 -= RATE * d2
        w1 -= RATE * np.outer(d1, a)
        b1 -= RATE * d1


{"torch": with_torch, "numpy": with_numpy}[sys.argv[1]]()
