"""A network in words as PyTorch's or JAX's: "28x28x1, conv 32 3x3 norm=batch, max-pool 2, 128, 10", "28x28, lstm 128, 10", or widths,
"784,512,10".

The first item is the shape of a sample, channels last; hidden layers end in relu; padding is `same`, strides are 1, and pools take
windows beside each other; of a recurrent layer the last step goes on. These are the words that `lockstep bench --network` takes, as far
as its default networks and compare.py need them.
"""

import math
import sys

# Of recurrent layers.
GATES = {"rnn": 1, "lstm": 4, "gru": 3}


def items(text):
    """The shape of a sample, and a (kind, width, size, has_norm) for each further item."""
    first, *rest = [item.split() for item in text.split(",")]
    found = []
    for words in rest:
        norm = words[-1] == "norm=batch"
        match words[:-1] if norm else words:
            case [width] if width.isdigit():
                found.append(("dense", int(width), 0, norm))
            case ["conv", width, size] if size.split("x")[0] == size.split("x")[-1]:
                found.append(("conv", int(width), int(size.split("x")[0]), norm))
            case ["rnn" | "lstm" | "gru" as kind, width] if width.isdigit() and not norm:
                found.append((kind, int(width), 0, False))
            case ["max-pool", size] if size.isdigit() and not norm:
                found.append(("max-pool", int(size), 0, False))
            case _:
                sys.exit(f"the peers know no {' '.join(words)}")
    return [int(size) for size in first[0].split("x")], found


def torch_network(text):
    import torch.nn as nn

    class LastStep(nn.Module):
        """The last step of a recurrent layer's sequence; of packed ones each its own."""

        def __init__(self, kind, inputs, units):
            super().__init__()
            self.own = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}[kind](inputs, units, batch_first=True)

        def forward(self, x):
            states = self.own(x)[1]
            return (states[0] if isinstance(states, tuple) else states)[-1]

    shape, rest = items(text)
    channels, size, layers = shape[-1], shape[:-1], []
    is_image = bool(size)
    for index, (kind, width, window, norm) in enumerate(rest):
        if kind == "max-pool":
            layers.append(nn.MaxPool2d(width))
            size = [s // width for s in size]
            continue
        if kind in ("rnn", "lstm", "gru"):
            layers.append(LastStep(kind, channels, width))
            channels, is_image = width, False
            continue
        if kind == "conv":
            layers.append(nn.Conv2d(channels, width, window, padding="same", bias=not norm))
        else:
            if is_image:
                layers.append(nn.Flatten())
                channels, is_image = channels * math.prod(size), False
            layers.append(nn.Linear(channels, width, bias=not norm))
        if norm:
            layers.append(nn.BatchNorm2d(width) if kind == "conv" else nn.BatchNorm1d(width))
        if index + 1 < len(rest):
            layers.append(nn.ReLU())
        channels = width
    return nn.Sequential(*layers)


def jax_network(text, random):
    """Parameters, and logits(parameters, x) in training; running statistics are left out, which favours JAX."""
    import jax
    import jax.numpy as jnp

    shape, rest = items(text)
    channels, size, parameters = shape[-1], shape[:-1], []
    for kind, width, window, norm in rest:
        if kind == "max-pool":
            size = [s // width for s in size]
            continue
        if kind in GATES:
            scale, gates = channels ** -0.5, GATES[kind] * width
            parameters.append([
                jnp.array(random.normal(0, scale, (channels, gates)), jnp.float32),
                jnp.array(random.normal(0, width ** -0.5, (width, gates)), jnp.float32), jnp.zeros(gates), jnp.zeros(width)])
            channels, size = width, []
            continue
        if kind == "conv":
            weights = (window, window, channels, width)
        else:
            weights, size = (channels * math.prod(size), width), []
        scale = (2 / math.prod(weights[:-1])) ** 0.5
        parameters.append([jnp.array(random.normal(0, scale, weights), jnp.float32), jnp.zeros(width)])
        if norm:
            parameters[-1].append(jnp.ones(width))
        channels = width

    def normalized(x, scale, shift):
        axes = tuple(range(x.ndim - 1))
        mean = jnp.mean(x, axes)
        variance = jnp.mean((x - mean) ** 2, axes)
        return (x - mean) * jax.lax.rsqrt(variance + 1e-5) * scale + shift

    def last_step(kind, width, parameters, x):
        weight, recurrent, bias, candidate_bias = parameters
        # Inputs of all steps at once, time first, as a scan wants them.
        inputs = jnp.swapaxes(x @ weight + bias, 0, 1)

        def step(state, z):
            hidden, cell = state
            sums = hidden @ recurrent
            if kind == "rnn":
                hidden = jnp.tanh(z + sums)
            elif kind == "lstm":
                i, f, g, o = jnp.split(z + sums, 4, axis=1)
                cell = jax.nn.sigmoid(f) * cell + jax.nn.sigmoid(i) * jnp.tanh(g)
                hidden = jax.nn.sigmoid(o) * jnp.tanh(cell)
            else:
                update, reset = jnp.split(jax.nn.sigmoid(z[:, : 2 * width] + sums[:, : 2 * width]), 2, axis=1)
                candidate = jnp.tanh(z[:, 2 * width:] + reset * (sums[:, 2 * width:] + candidate_bias))
                hidden = candidate + update * (hidden - candidate)
            return (hidden, cell), None

        zeros = jnp.zeros((x.shape[0], width), x.dtype)
        return jax.lax.scan(step, (zeros, zeros), inputs)[0][0]

    def logits(parameters, x):
        left = iter(parameters)
        for index, (kind, width, window, norm) in enumerate(rest):
            if kind == "max-pool":
                x = jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, width, width, 1), (1, width, width, 1), "VALID")
                continue
            if kind in GATES:
                x = last_step(kind, width, next(left), x)
                continue
            weight, bias, *scale = next(left)
            if kind == "conv":
                x = jax.lax.conv_general_dilated(x, weight, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))
            else:
                x = x.reshape(x.shape[0], -1) @ weight
            x = normalized(x, scale[0], bias) if norm else x + bias
            if index + 1 < len(rest):
                x = jax.nn.relu(x)
        return x

    return parameters, logits
