"""Records in keras-recurrent.h5 what Keras makes of networks with recurrent layers, in Double, for KerasRecurrentTests.swift.

    pip install keras==3.15.1 jax==0.10.2 h5py==3.16.0 numpy==2.4.6
    python3 record_keras_recurrent.py

The file is laid out as recurrent.h5 (record_recurrent.py). Where samples have different lengths, steps beyond them are masked: features
there are 0, or ids of an embedding. Gates have the same order in Keras, whose kernels are [inputs, gates · units].
"""

import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"

import h5py
import jax
import keras
import numpy as np
from keras import layers as L
from keras import ops

jax.config.update("jax_enable_x64", True)
keras.config.set_floatx("float64")
random = np.random.default_rng(31)
ROWS, OUTPUTS, ENTRIES = 7, 3, 11
LENGTHS = [5, 9, 1, 9, 3, 0, 7]
# Keras has no mean of no steps.
NOT_EMPTY = [5, 9, 1, 9, 3, 2, 7]


def floats(*shape):
    """Numbers that a Float has exactly, so that both begin with the same."""
    return random.normal(0, 1, shape).astype(np.float32).astype(np.float64)


class Maximum(L.Layer):
    """Of each channel over the steps; Keras's own knows no mask."""

    supports_masking = True

    def call(self, inputs, mask=None):
        known = ops.ones_like(inputs[..., :1]) if mask is None else ops.expand_dims(mask, -1)
        return ops.max(ops.where(known, inputs, -np.inf), axis=1)

    def compute_mask(self, inputs, mask=None):
        return None


@keras.saving.register_keras_serializable()
def tanh(x):
    """Keras's own makes single numbers of Doubles."""
    return jax.numpy.tanh(x)


def rnn(units, steps=False):
    return L.SimpleRNN(units, activation=tanh, return_sequences=steps)


def lstm(units, steps=False):
    return L.LSTM(units, activation=tanh, return_sequences=steps)


def gru(units, steps=False):
    return L.GRU(units, activation=tanh, return_sequences=steps, reset_after=True)


def before(units, steps=False):
    return L.GRU(units, activation=tanh, return_sequences=steps, reset_after=False)


both, mean, maximum = L.Bidirectional, L.GlobalAveragePooling1D, Maximum
SHAPE = (9, 4)
# Words, the shape of a sample, layers with their names, and lengths of samples.
NETWORKS = {
    "rnn": ("rnn 6", SHAPE, [("rnn1", rnn(6))], None),
    "lstm": ("lstm 6", SHAPE, [("lstm1", lstm(6))], None),
    "gru": ("gru 6", SHAPE, [("gru1", gru(6))], None),
    "gru, reset before": ("gru 6 reset=before", SHAPE, [("gru1", before(6))], None),
    "one step": ("gru 17 reset=before", (1, 3), [("gru1", before(17))], None),
    "both directions": ("lstm 5 bidirectional=yes", SHAPE, [("lstm1", both(lstm(5)))], None),
    "both directions' means": (
        "gru 5 reset=before bidirectional=yes returns=mean", SHAPE,
        [("gru1", both(before(5, True))), (None, mean())], None),
    "stacked": (
        "lstm 5 layers=3 returns=max", SHAPE,
        [("lstm1", lstm(5, True)), ("lstm1/2", lstm(5, True)), ("lstm1/3", lstm(5, True)), (None, maximum())], None),
    "all steps": ("gru 5 returns=sequence, flatten", SHAPE, [("gru1", gru(5, True)), (None, L.Flatten())], None),
    "masked, rnn": ("rnn 17", SHAPE, [("rnn1", rnn(17))], LENGTHS),
    "masked, lstm": ("lstm 17", SHAPE, [("lstm1", lstm(17))], LENGTHS),
    "masked, gru": ("gru 17", SHAPE, [("gru1", gru(17))], LENGTHS),
    "masked, gru, reset before": ("gru 17 reset=before", SHAPE, [("gru1", before(17))], LENGTHS),
    "masked, rnn, both directions": ("rnn 5 bidirectional=yes", SHAPE, [("rnn1", both(rnn(5)))], LENGTHS),
    "masked, lstm, both directions": ("lstm 5 bidirectional=yes", SHAPE, [("lstm1", both(lstm(5)))], LENGTHS),
    "masked, gru, both directions": ("gru 5 bidirectional=yes", SHAPE, [("gru1", both(gru(5)))], LENGTHS),
    "masked, gru, reset before, both directions": (
        "gru 5 reset=before bidirectional=yes", SHAPE, [("gru1", both(before(5)))], LENGTHS),
    "masked, means": (
        "lstm 5 bidirectional=yes returns=mean", SHAPE, [("lstm1", both(lstm(5, True))), (None, mean())], NOT_EMPTY),
    "masked, maxima": (
        "gru 6 reset=before returns=max", SHAPE, [("gru1", before(6, True)), (None, maximum())], NOT_EMPTY),
    "masked, stacked": (
        "gru 5 reset=before layers=2 bidirectional=yes", SHAPE,
        [("gru1", both(before(5, True))), ("gru1/2", both(before(5)))], LENGTHS),
    "masked, one after another": (
        "lstm 6 bidirectional=yes, dense 8, gru 7 reset=before, rnn 4", SHAPE, [
            ("lstm1", both(lstm(6, True))), ("dense1", L.Dense(8, activation=tanh)), ("gru1", before(7, True)),
            ("rnn1", rnn(4))], LENGTHS),
    # Of those in both directions alone Keras makes zeros of masked steps.
    "masked, all steps": (
        "lstm 4 bidirectional=yes returns=sequence, flatten", SHAPE,
        [("lstm1", both(lstm(4, True))), (None, L.Flatten())], LENGTHS),
    "masked, embedding": (
        f"embedding 5 entries={ENTRIES}, gru 6 bidirectional=yes", (9,),
        [("embedding1", L.Embedding(ENTRIES, 5, mask_zero=True)), ("gru1", both(gru(6)))], LENGTHS),
}


def cells(name, layer):
    """A layer with weights, or the cells of both directions, with their names in Lockstep's checkpoints."""
    if isinstance(layer, L.Bidirectional):
        return [(name, layer.forward_layer.cell), (f"{name}/reverse", layer.backward_layer.cell)]
    return [(name, layer.cell if isinstance(layer, L.RNN) else layer)]


def resets_after(layer):
    return isinstance(layer, L.GRUCell) and layer.reset_after


def tensors(name, layer, values):
    """Lockstep's tensors in weights of a layer, or in their gradients."""
    for variable in layer.trainable_variables:
        own = np.asarray(values[id(variable)])
        if variable.name == "bias" and resets_after(layer):
            yield f"{name}/bias", own[0]
            yield f"{name}/recurrent-bias", own[1, 2 * layer.units :]
        elif variable.name == "recurrent_kernel":
            yield f"{name}/recurrent", own.T
        elif variable.name == "embeddings":
            yield f"{name}/weight", own
        else:
            yield f"{name}/{'bias' if variable.name == 'bias' else 'weight'}", own.T


with h5py.File(Path(__file__).resolve().parent / "keras-recurrent.h5", "w", libver="earliest") as file:
    def keep(path, values):
        file.create_dataset(path, data=np.asarray(values), track_times=False)

    for name, (words, shape, layers, lengths) in NETWORKS.items():
        is_ids = len(shape) == 1
        features = random.integers(1, ENTRIES, (ROWS, *shape)).astype(np.float64) if is_ids else floats(ROWS, *shape)
        targets = floats(ROWS, OUTPUTS)
        for row, length in enumerate(lengths or []):
            features[row, length:] = 0
        layers = [*layers, ("output", L.Dense(OUTPUTS))]
        masking = [] if lengths is None or is_ids else [L.Masking(0.0)]
        model = keras.Sequential([keras.Input(shape), *masking, *[layer for _, layer in layers]])
        named = [pair for name, layer in layers if name for pair in cells(name, layer)]
        for _, layer in named:
            for variable in layer.trainable_variables:
                values = floats(*variable.shape) / 2
                # One bias, and one of the candidate's recurrent part.
                if variable.name == "bias" and resets_after(layer):
                    values[1, : 2 * layer.units] = 0
                variable.assign(values)

        def loss_of(values):
            fixed = [variable.value for variable in model.non_trainable_variables]
            outputs, _ = model.stateless_call(values, fixed, features)
            return ((outputs - targets) ** 2).mean(), outputs

        values = [variable.value for variable in model.trainable_variables]
        (loss, outputs), gradients = jax.value_and_grad(loss_of, has_aux=True)(values)
        file.create_group(name).attrs.update({"layers": words, "axes": "T" if is_ids else "TC"})
        if lengths:
            keep(f"{name}/lengths", np.array(lengths, np.int32))
        for key, kept in (("features", features), ("targets", targets), ("outputs", outputs), ("loss", loss)):
            keep(f"{name}/{key}", kept)
        ids = [id(variable) for variable in model.trainable_variables]
        for kind, of_model in (("parameters", values), ("gradients", gradients)):
            found = dict(zip(ids, of_model))
            for layer_name, layer in named:
                for path, kept in tensors(layer_name, layer, found):
                    keep(f"{name}/{kind}/{path}", kept)
        print(f"{name}: loss {loss:.6f}")
