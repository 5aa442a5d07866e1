"""Records small networks of Keras 3.15 with inputs and Keras's own outputs:

    KERAS_BACKEND=jax python3 record_keras.py

writes, beside this script, files NAME.keras, NAME.h5 and NAME.weights.h5, and keras-recorded.data, an HDF5 file with NAME/inputs,
NAME/outputs and, for sequences of different lengths, NAME/lengths. The file keras2.h5 is a legacy file rewritten in the form of
Keras 2, as its documentation and its files show it. All archives but dense.keras are compressed, which Keras reads, too. Needs
keras, jax and h5py.
"""

import json
import pathlib
import zipfile

import h5py
import keras
import numpy as np
from keras import layers as L

folder = pathlib.Path(__file__).parent
rng = np.random.default_rng(1)
keras.utils.set_random_seed(1)


def dense():
    normalization = L.Normalization()
    normalization.adapt(rng.normal(5, 3, (50, 6)))
    return keras.Sequential([
        L.Input((6,)), normalization, L.Dense(7, activation="relu"), L.Dropout(0.2), L.Dense(5), L.LeakyReLU(negative_slope=0.01),
        L.Dense(4, use_bias=False), L.ELU(), L.Dense(3, activation="softmax")])


def image():
    return keras.Sequential([
        L.Input((6, 6, 1)), L.Rescaling(1 / 127.5, offset=-1), L.Flatten(), L.Dense(6), L.BatchNormalization(), L.Activation("gelu"),
        L.Dense(3), L.Softmax()])


def convolution():
    input = L.Input((12, 12, 3))
    x = L.Normalization(mean=[0.2, 0.4, 0.6], variance=[1, 4, 9])(input)
    x = L.Conv2D(4, 3, strides=2, padding="same", use_bias=False)(x)
    x = L.BatchNormalization()(x)
    x = block = L.ReLU()(x)
    x = L.ZeroPadding2D(((1, 0), (2, 1)))(x)
    x = L.Conv2D(4, (2, 4), activation="relu")(x)
    x = L.Add()([x, block])
    shortcut = L.BatchNormalization(name="shortcut_norm")(L.Conv2D(6, 1, use_bias=False, name="shortcut")(x))
    x = L.Activation("relu")(L.BatchNormalization()(L.Conv2D(6, 3, padding="same")(x)))
    x = L.BatchNormalization()(L.Conv2D(6, 3, padding="same", groups=2)(x))
    x = L.Activation("relu")(L.Add()([x, shortcut]))
    x = L.DepthwiseConv2D(3, padding="same", depth_multiplier=2, activation="tanh")(x)
    x = L.SeparableConv2D(5, 3, activation="relu")(x)
    x = L.MaxPooling2D(2)(x)
    x = L.AveragePooling2D(2, strides=1, padding="same")(x)
    x = L.Conv2DTranspose(3, 3, strides=2, padding="same", activation="relu")(x)
    x = L.Conv2DTranspose(3, 2, strides=1)(x)
    x = L.Conv2D(3, 3, dilation_rate=2)(x)
    x = L.SpatialDropout2D(0.1)(x)
    return keras.Model(input, L.Dense(3, activation="softmax")(L.GlobalAveragePooling2D()(x)))


def text():
    return keras.Sequential([
        L.Input((7,)), L.Embedding(10, 4), L.SpatialDropout1D(0.1), L.Bidirectional(L.GRU(3, return_sequences=True, reset_after=False)),
        L.LSTM(4, return_sequences=True), L.GlobalMaxPooling1D(), L.Dense(2, activation="sigmoid")])


def series():
    input = L.Input((10, 2))
    x = L.Conv1D(4, 3, padding="causal", activation="relu")(input)
    x = L.MaxPooling1D(2)(x)
    x = L.LayerNormalization()(x)
    x = L.Dense(4, activation="silu")(x)
    x = L.GRU(4, return_sequences=True)(x)
    x = L.SimpleRNN(3, return_sequences=True)(x)
    x = L.GroupNormalization(3)(x)
    return keras.Model(input, L.Dense(1)(L.Flatten()(x)))


def lengths():
    input, mask = L.Input((None, 3)), L.Input((None,), dtype="bool")
    x = L.Bidirectional(L.LSTM(4, return_sequences=True))(input, mask=mask)
    x = L.Dense(4, activation="tanh")(x)
    x = L.GRU(3, return_sequences=True)(x, mask=mask)
    return keras.Model([input, mask], L.Dense(3, activation="softmax")(L.GlobalAveragePooling1D()(x, mask=mask)))


def compress(path):
    with zipfile.ZipFile(path) as archive:
        entries = [(name, archive.read(name)) for name in archive.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)


def keras2(path, result):
    """Rewrites a legacy file of a functional model as Keras 2 wrote it."""
    with h5py.File(path) as source, h5py.File(result, "w") as target:
        config = json.loads(source.attrs["model_config"])
        layers = []
        for layer in config["config"]["layers"]:
            own = {key: value for key, value in layer["config"].items() if not isinstance(value, dict)}
            own["dtype"] = "float32"
            if "batch_shape" in own:
                own["batch_input_shape"] = own.pop("batch_shape")
            nodes = [[[*tensor["config"]["keras_history"], {}] for argument in node["args"]
                      for tensor in (argument if isinstance(argument, list) else [argument])] for node in layer["inbound_nodes"]]
            layers.append({"class_name": layer["class_name"], "config": own, "name": layer["name"], "inbound_nodes": nodes})
        ends = {key: [config["config"][key]] for key in ("input_layers", "output_layers")}
        target.attrs["model_config"] = json.dumps(
            {"class_name": "Functional", "config": {"name": "model", "trainable": True, "layers": layers, **ends}})
        target.attrs["keras_version"], target.attrs["backend"] = "2.15.0", "tensorflow"
        weights = target.create_group("model_weights")
        names = [name for name in source["model_weights"].attrs["layer_names"]]
        # Long lists are divided.
        weights.attrs["layer_names0"] = [name.encode() for name in names[:3]]
        weights.attrs["layer_names1"] = [name.encode() for name in names[3:]]
        for name in names:
            group, own = weights.create_group(name), source["model_weights"][name]
            found = [weight + ":0" for weight in own.attrs["weight_names"]]
            group.attrs["weight_names"] = [weight.encode() for weight in found]
            for weight in found:
                group[weight] = own[weight[:-2]][...]


with h5py.File(folder / "keras-recorded.data", "w") as data:
    for make in [dense, image, convolution, text, series, lengths]:
        keras.backend.clear_session()
        model, name = make(), make.__name__
        for weight in model.weights:
            if weight.dtype == "float32" and "normalization/" not in weight.path.replace("_", "") or "batch" in weight.path:
                value = rng.normal(0, 0.5, weight.shape)
                weight.assign(np.abs(value) + 0.5 if "variance" in weight.path else value)
        for suffix in {"image": [".h5"], "series": [".h5"], "text": [".keras", ".weights.h5"]}.get(name, [".keras"]):
            path = folder / f"{name}{suffix}"
            model.save_weights(path) if suffix == ".weights.h5" else model.save(path)
            if suffix == ".keras" and name != "dense":
                compress(path)
        shape = [20 if size is None else size for size in model.inputs[0].shape[1:]]
        inputs = rng.integers(0, 10, (4, *shape)) if name == "text" else rng.normal(1, 2, (4, *shape))
        inputs = inputs.astype(np.float32)
        group = data.create_group(name)
        if name == "lengths":
            lengths = np.array([20, 13, 1, 7])
            mask = np.arange(20)[None] < lengths[:, None]
            inputs *= mask[..., None]
            group["lengths"] = lengths
            group["outputs"] = model.predict([inputs, mask], verbose=0)
        else:
            group["outputs"] = model.predict(inputs, verbose=0)
        group["inputs"] = inputs
keras2(folder / "series.h5", folder / "keras2.h5")
