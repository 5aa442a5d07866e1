"""Lets Keras load files that Lockstep has exported, and compares its predictions with Lockstep's:

    KERAS_BACKEND=jax python3 check_keras.py FOLDER
    KERAS_BACKEND=jax python3 check_keras.py MODEL DATASET PREDICTIONS

FOLDER has networks NAME.keras and NAME.h5, and beside them NAME.data, an HDF5 file with inputs, outputs and, for sequences of different
lengths, lengths (KerasTests/RealKerasTests.swift writes them). DATASET is a dataset of Lockstep, of which the test split is taken, and
PREDICTIONS what `lockstep predict` wrote about it. All values must agree to 1e-5, relative to values above 1.

Needs keras, jax and h5py.
"""

import csv
import pathlib
import sys

import h5py
import keras
import numpy as np


def predict(model, inputs, lengths):
    if lengths is None:
        return model.predict(inputs, verbose=0)
    mask = np.arange(inputs.shape[1])[None] < np.asarray(lengths)[:, None]
    found = model.predict([inputs, mask], verbose=0)
    # Of labels of steps, those of the steps that are there.
    return found[mask] if found.ndim == 3 else found


def check(name, found, expected):
    found = np.asarray(found, np.float64).reshape(expected.shape)
    error = np.max(np.abs(found - expected) / np.maximum(1, np.abs(expected)))
    print(f"{name}: {len(expected)} rows, largest difference {error:.2g}")
    if not error <= 1e-5:
        sys.exit(f"{name}: {error} is more than 1e-5")


def check_folder(folder):
    names = sorted(folder.glob("*.data"))
    if not names:
        sys.exit(f"{folder} has no files")
    for data in names:
        with h5py.File(data) as file:
            inputs, outputs = file["inputs"][...], file["outputs"][...]
            lengths = file["lengths"][...] if "lengths" in file else None
        for path in [data.with_suffix(".keras"), data.with_suffix(".h5")]:
            model = keras.models.load_model(path, compile=False)
            check(path.name, predict(model, inputs, lengths), outputs)


def check_dataset(path, dataset, predictions):
    with open(predictions) as file:
        rows = list(csv.reader(file))
    columns = [index for index, name in enumerate(rows[0]) if name not in ("prediction", "label", "row", "sample", "step")]
    expected = np.array([[float(row[index]) for index in columns] for row in rows[1:]])
    lengths = None
    with h5py.File(dataset) as file:
        split = file["test"]
        if "offsets" in split:
            values, offsets = split["values"][...], split["offsets"][...]
            lengths = np.diff(offsets)
            inputs = np.zeros((len(lengths), lengths.max()) + values.shape[1:], np.float32)
            for row, (start, end) in enumerate(zip(offsets[:-1], offsets[1:])):
                inputs[row, : end - start] = values[start:end]
        else:
            inputs = split["features"][...].astype(np.float32)
    model = keras.models.load_model(path, compile=False)
    shape = model.inputs[0].shape[1:]
    if lengths is None and tuple(shape) != inputs.shape[1:]:
        # Channels come last in Keras.
        inputs = np.moveaxis(inputs, 1, -1)
    check(path, predict(model, inputs, lengths), expected)


if len(sys.argv) == 2:
    check_folder(pathlib.Path(sys.argv[1]))
elif len(sys.argv) == 4:
    check_dataset(*sys.argv[1:])
else:
    sys.exit(__doc__)
