"""Predicts with exported networks in the programs whose formats these are, and compares with Lockstep's predictions.

    python check.py FOLDER…

Each folder has data.h5, predictions.h5, and the files that there are of model.onnx, model.keras, keras.h5 and model.safetensors, each with
<file>.predictions.h5 of the network that was brought back. Prints the largest difference, and fails above 1e-5 of max(1, |value|).
"""

import os
import sys

os.environ["KERAS_BACKEND"] = "jax"
# Keras warns that exported networks are not compiled for training.
os.environ["ABSL_MIN_LOG_LEVEL"] = "2"

import h5py
import keras
import numpy
import onnx
import onnxruntime
from safetensors import safe_open

TOLERANCE = 1e-5


def samples(path):
    """The samples that `lockstep predict` takes: an array, and the lengths of its rows if they differ."""
    with h5py.File(path) as file:
        split = file["test"] if "test" in file else file["train"]
        if "values" not in split:
            features = split["features"][:]
            return (features.astype(numpy.float32), split["lengths"][:] if "lengths" in split else None)
        values, offsets = split["values"][:].astype(numpy.float32), split["offsets"][:]
        values = values.reshape(len(values), -1)
        lengths = numpy.diff(offsets)
        padded = numpy.zeros((len(lengths), lengths.max(), values.shape[1]), numpy.float32)
        for row, (start, end) in enumerate(zip(offsets, offsets[1:])):
            padded[row, : end - start] = values[start:end]
        return padded, lengths


def outputs(path):
    with h5py.File(path) as file:
        return file["outputs"][:]


def difference(found, expected, lengths):
    """The largest difference of predictions, of the steps alone that sequences have."""
    if found.ndim == 3 and expected.ndim == 2:
        found = numpy.concatenate([rows[:length] for rows, length in zip(found, lengths)])
    found = numpy.asarray(found).reshape(expected.shape)
    assert numpy.isfinite(found).all()
    return float((abs(found - expected) / numpy.maximum(1, abs(expected))).max())


def by_onnxruntime(path, features, lengths):
    onnx.checker.check_model(onnx.load(path), full_check=True)
    session = onnxruntime.InferenceSession(path)
    inputs = session.get_inputs()
    features = features.reshape((len(features),) + tuple(
        have if isinstance(want, str) else want for have, want in zip(features.shape[1:] + (1,), inputs[0].shape[1:])))
    given = {inputs[0].name: features.astype(numpy.int64) if inputs[0].type == "tensor(int64)" else features}
    if len(inputs) > 1:
        given[inputs[1].name] = lengths.astype(numpy.int32)
    return session.run(None, given)[0]


def by_keras(path, features, lengths):
    model = keras.models.load_model(path)
    given = []
    for tensor in model.inputs:
        if tensor.name == "mask":
            given.append(numpy.arange(features.shape[1])[None, :] < lengths[:, None])
        else:
            shape = tuple(have if want is None else want for have, want in zip(features.shape + (1,), tensor.shape))
            given.append(features.reshape(shape))
    return model.predict(given if len(given) > 1 else given[0], verbose=0, batch_size=256)


def check_safetensors(path, checkpoint):
    """Compares every tensor, bit by bit, with that of the checkpoint that was made of the file."""
    with safe_open(path, "numpy") as file, h5py.File(checkpoint) as own:
        stored = {}

        def add(name, item):
            if isinstance(item, h5py.Dataset):
                stored[name.replace("/", ".")] = item[:]

        for group in ("parameters", "state"):
            own[group].visititems(add)
        assert sorted(file.keys()) == sorted(stored), (sorted(file.keys()), sorted(stored))
        for name in file.keys():
            assert (file.get_tensor(name) == stored[name]).all(), name


def main():
    failed = False
    for folder in sys.argv[1:]:
        with open(f"{folder}/words") as file:
            words = " ".join(file.read().split())
        (features, lengths), expected = samples(f"{folder}/data.h5"), outputs(f"{folder}/predictions.h5")
        results = []
        for name, predict in [("model.onnx", by_onnxruntime), ("model.keras", by_keras), ("keras.h5", by_keras)]:
            if not os.path.exists(f"{folder}/{name}"):
                results.append(f"{name} refused")
                continue
            results.append((name, difference(predict(f"{folder}/{name}", features, lengths), expected, lengths)))
        check_safetensors(f"{folder}/model.safetensors", f"{folder}/imported.h5")
        for name in ["model.onnx", "model.keras", "keras.h5", "model.safetensors"]:
            if os.path.exists(f"{folder}/{name}.predictions.h5"):
                found = outputs(f"{folder}/{name}.predictions.h5")
                results.append((f"{name} brought back", difference(found, expected, lengths)))
        failed = failed or any(result[1] > TOLERANCE for result in results if isinstance(result, tuple))
        print(words)
        print("    " + ", ".join(r if isinstance(r, str) else f"{r[0]} {r[1]:.1e}" for r in results))
    sys.exit("predictions differ" if failed else 0)


main()
