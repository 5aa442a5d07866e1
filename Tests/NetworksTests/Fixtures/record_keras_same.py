"""Records in keras-same.h5 what Keras makes of padding="same", above all at stride 2, in Double, for RecordedWindowTests.swift.

    pip install keras==3.15.1 jax==0.10.2 h5py==3.16.0 numpy==2.4.6
    python3 record_keras_same.py

It runs on JAX, which pads as TensorFlow does; on PyTorch, Keras's own transposed convolutions have another padding and warn of it. The file
is laid out as windows.h5 (record_windows.py), and weights have the order [outputs, inputs, height, width]; Keras's kernels are
[height, width, inputs, outputs], or of transposed convolutions [height, width, outputs, inputs].
"""

import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"

import h5py
import jax
import keras
import numpy as np
from keras import layers as L

jax.config.update("jax_enable_x64", True)
keras.config.set_floatx("float64")
keras.config.set_image_data_format("channels_last")
random = np.random.default_rng(18)
ROWS, OUTPUTS = 4, 3


def floats(*shape):
    """Numbers that a Float has exactly, so that both begin with the same."""
    return random.normal(0, 1, shape).astype(np.float32).astype(np.float64)


SAME = {"padding": "same"}
TANH = {"padding": "same", "activation": "tanh"}
ODD, EVEN, MIXED = (7, 9, 2), (8, 6, 2), (7, 8, 2)
# Words; the shape of a sample; the layers.
NETWORKS = {}
for window in [(3, 3), (2, 2), (5, 5), (4, 3)]:
    for shape in [ODD, EVEN, MIXED]:
        text = f"{window[0]}x{window[1]}"
        NETWORKS[f"conv {text} on {shape[0]}x{shape[1]}"] = (
            f"conv 4 {text} stride=2", shape, [L.Conv2D(4, window, strides=2, **TANH)])
for shape in [ODD, EVEN]:
    size = f"on {shape[0]}x{shape[1]}"
    for window in [2, 3, 5]:
        NETWORKS[f"maximum {window} {size}"] = (
            f"conv 4 1, max-pool {window} stride=2 pad=same", shape,
            [L.Conv2D(4, 1, **TANH), L.MaxPooling2D(window, 2, **SAME)])
        NETWORKS[f"mean {window} {size}"] = (
            f"conv 4 1, average-pool {window} stride=2 pad=same", shape,
            [L.Conv2D(4, 1, **TANH), L.AveragePooling2D(window, 2, **SAME)])
for window in [1, 2, 3, 4, 5]:
    NETWORKS[f"transposed {window} with stride 2"] = (
        f"transposed-conv 4 {window} stride=2", (4, 5, 2), [L.Conv2DTranspose(4, window, strides=2, **TANH)])
NETWORKS |= {
    "stride 3": ("conv 4 5x2 stride=3", (8, 7, 2), [L.Conv2D(4, (5, 2), strides=3, **TANH)]),
    "dilation": ("conv 4 3 dilation=2", (8, 7, 2), [L.Conv2D(4, 3, dilation_rate=2, **TANH)]),
    "depthwise": ("depthwise 3 stride=2", (8, 7, 2), [L.DepthwiseConv2D(3, strides=2, **TANH)]),
    "sequence": ("conv 4 4 stride=2", (9, 3), [L.Conv1D(4, 4, strides=2, **TANH)]),
    "sequences' pools": (
        "conv 4 3 stride=2, max-pool 3 stride=2 pad=same, average-pool 2 stride=2 pad=same", (19, 3),
        [L.Conv1D(4, 3, strides=2, **TANH), L.MaxPooling1D(3, 2, **SAME), L.AveragePooling1D(2, 2, **SAME)],
    ),
    "transposed without strides": ("transposed-conv 4 3x4", (4, 5, 2), [L.Conv2DTranspose(4, (3, 4), **TANH)]),
    "transposed with stride 3": (
        "transposed-conv 4 4x2 stride=3", (4, 5, 2), [L.Conv2DTranspose(4, (4, 2), strides=3, **TANH)]),
    "transposed sequence": (
        "transposed-conv 4 3 stride=2", (5, 3), [L.Conv1DTranspose(4, 3, strides=2, **TANH)]),
    "there and back": (
        "conv 6 3 stride=2, transposed-conv 2 3 stride=2", EVEN,
        [L.Conv2D(6, 3, strides=2, **TANH), L.Conv2DTranspose(2, 3, strides=2, **TANH)],
    ),
}


def plain(variable, values):
    """A kernel or a bias, or its gradient, in Lockstep's order."""
    values = np.asarray(values)
    if values.ndim < 2:
        return values
    if values.ndim == 2:
        return values.T
    last = (values.ndim - 2, values.ndim - 1)
    axes = last if "transpose" in variable.path or "depthwise" in variable.path else last[::-1]
    return values.transpose(*axes, *range(values.ndim - 2))


with h5py.File(Path(__file__).resolve().parent / "keras-same.h5", "w", libver="earliest") as file:
    def keep(path, values):
        file.create_dataset(path, data=np.asarray(values), track_times=False)

    for name, (words, shape, layers) in NETWORKS.items():
        features, targets = floats(ROWS, *shape), floats(ROWS, OUTPUTS)
        model = keras.Sequential([keras.Input(shape), *layers, L.Flatten(), L.Dense(OUTPUTS)])
        for variable in model.trainable_variables:
            variable.assign(floats(*variable.shape) / 2)

        def loss_of(values):
            outputs, _ = model.stateless_call(values, [], features)
            return ((outputs - targets) ** 2).mean(), outputs

        values = [variable.value for variable in model.trainable_variables]
        (loss, outputs), gradients = jax.value_and_grad(loss_of, has_aux=True)(values)
        file.create_group(name).attrs.update({"layers": words, "axes": "HWC" if len(shape) == 3 else "TC"})
        keep(f"{name}/features", features)
        keep(f"{name}/targets", targets)
        keep(f"{name}/outputs", outputs)
        keep(f"{name}/loss", loss)
        kinds = [word.split()[0] for word in words.split(", ")]
        names = [f"{kind}{kinds[: index + 1].count(kind)}" for index, kind in enumerate(kinds)] + [None, "output"]
        found = {id(variable): gradient for variable, gradient in zip(model.trainable_variables, gradients)}
        for layer_name, layer in zip(names, model.layers):
            for variable in layer.trainable_variables:
                tensor = "bias" if variable.name == "bias" else "weight"
                keep(f"{name}/parameters/{layer_name}/{tensor}", plain(variable, variable.value))
                keep(f"{name}/gradients/{layer_name}/{tensor}", plain(variable, found[id(variable)]))
