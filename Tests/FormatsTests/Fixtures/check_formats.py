"""Reads the files of RealReaderTests with the formats' own libraries.

    pip install onnx==1.23.2 onnxruntime==1.32.0 tensorboard==2.21.0 safetensors==0.8.0 numpy==2.4.6
    python3 check_formats.py FOLDER
"""

import sys
import zipfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from safetensors import safe_open
from safetensors.numpy import load_file
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.plugin_event_accumulator import EventAccumulator as PluginEventAccumulator
from tensorboard.util import tensor_util

FOLDER = Path(sys.argv[1])


def parameter(*shape):
    return ((np.arange(np.prod(shape)) * 7 % 13) / 8 - 0.75).reshape(shape).astype(np.float32)


def run(name, **inputs):
    path = FOLDER / f"{name}.onnx"
    onnx.checker.check_model(str(path), full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return session.run(None, inputs)[0]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def check(name, found, expected):
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.shape == expected.shape, (name, found.shape, expected.shape)
    # The sums have at most 20 products of numbers below 4.
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5, err_msg=name)
    print(f"{name}: largest difference {np.abs(found - expected).max():.1e}")


def check_dense(random):
    for batch in (1, 7):
        x = random.normal(size=(batch, 4)).astype(np.float32)
        h = np.maximum(x @ parameter(4, 5) + parameter(5), 0)
        z = np.exp(0.5 * h @ parameter(3, 5).T)
        check("dense", run("dense", x=x), z / z.sum(1, keepdims=True))


def check_convolution(random):
    x = random.normal(size=(2, 2, 5, 5)).astype(np.float32)
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    weights, bias = parameter(3, 2, 3, 3), parameter(3)
    z = np.zeros((2, 3, 3, 3))
    for row in range(3):
        for column in range(3):
            window = padded[:, :, 2 * row:2 * row + 3, 2 * column:2 * column + 3]
            z[:, :, row, column] = np.einsum("bchw,ochw->bo", window, weights) + bias
    check("convolution", run("convolution", x=x), z.reshape(2, 27))


def check_recurrent(random):
    lengths = np.array([4, 1, 3], np.int32)
    x = random.normal(size=(4, 3, 3)).astype(np.float32)
    weights, recurrent, biases = parameter(8, 3), parameter(8, 2), parameter(16)
    expected = np.zeros((1, 3, 2))
    for row, length in enumerate(lengths):
        h = c = np.zeros(2)
        for step in range(length):
            z = weights @ x[step, row] + recurrent @ h + biases[:8] + biases[8:]
            # ONNX's order of the gates is input, output, forget, cell.
            i, o, f, g = sigmoid(z[:2]), sigmoid(z[2:4]), sigmoid(z[4:6]), np.tanh(z[6:])
            c = f * c + i * g
            h = o * np.tanh(c)
        expected[0, row] = h
    check("recurrent", run("recurrent", x=x, lengths=lengths), expected)


def check_safetensors():
    path = FOLDER / "written.safetensors"
    tensors = load_file(path)
    expected = {
        "layer.weight": np.array([[0.5, -1.25, 2], [0.25, 0, 1e-45]], np.float32),
        "layer.bias": np.array([1 / 3, -1e300]), "count": np.array(300), "empty": np.zeros((2, 0, 3), np.float32),
    }
    assert tensors.keys() == expected.keys()
    for name, values in expected.items():
        assert tensors[name].dtype == values.dtype and np.array_equal(tensors[name], values), name
    with safe_open(path, "np") as file:
        assert file.metadata() == {"a\"b": "é\n"}
    assert load_file(FOLDER / "none.safetensors") == {}
    print(f"safetensors: {len(tensors)} tensors")


def check_zip():
    with zipfile.ZipFile(FOLDER / "written.zip") as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["config.json", "straße/large", "empty"]
        assert archive.read("straße/large") == bytes((i * i >> 4) & 255 for i in range(100_000))
    print("zip: 3 entries")


def check_events():
    everything = {"scalars": 0, "tensors": 0}
    for kind in (EventAccumulator, PluginEventAccumulator):
        run = kind(str(FOLDER / "run"), size_guidance=everything)
        run.Reload()
        print(f"{kind.__module__}: {run.Tags()}")
        if kind is EventAccumulator:
            events = run.Scalars("loss/training")
            assert [event.value for event in events] == [float(np.float32(1) / np.float32(i + 1)) for i in range(100)]
            assert [event.step for event in events] == list(range(100))
            assert [event.wall_time for event in events] == [1.7e9 + i for i in range(100)]
        else:
            assert run.PluginTagToContent("scalars").keys() == {"loss/training", "accuracy"}
            assert run.PluginTagToContent("histograms").keys() == {"weights/first"}
            rows = tensor_util.make_ndarray(run.Tensors("weights/first")[5].tensor_proto)
            counts, edges = np.histogram([i * i % 7 for i in range(1000)], 30)
            assert np.array_equal(rows[:, 2], counts) and np.allclose(rows[:, 0], edges[:-1], atol=1e-12)


random = np.random.default_rng(1)
check_dense(random)
check_convolution(random)
check_recurrent(random)
check_safetensors()
check_zip()
check_events()
