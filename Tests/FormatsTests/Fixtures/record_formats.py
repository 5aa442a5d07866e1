"""Records files as the formats' own libraries write them, for FormatsTests.

    pip install onnx==1.23.2 tensorboard==2.21.0 safetensors==0.8.0 numpy==2.4.6
    python3 record_formats.py
    pip install torch==2.15.0
    python3 record_formats.py torch

The tests say what the files have; recorded.tfevents and the elements of all tensors are compared byte by byte.
"""

import sys
import zipfile
from collections import OrderedDict
from pathlib import Path

FOLDER = Path(__file__).parent


def record_safetensors():
    import numpy as np
    from safetensors import TensorSpec, serialize

    tensors = {
        "half": ("float16", [4], np.array([1.0, -0.5, 65504.0, 6e-8], np.float16)),
        # The upper halves of 1, -2, 3.140625 and infinity.
        "brain": ("bfloat16", [2, 2], np.array([0x3F80, 0xC000, 0x4049, 0x7F80], np.uint16)),
        "single": ("float32", [2, 3], np.array([0.5, -1.25, 3e38, 1e-45, 0.1, -0.0], np.float32)),
        "double": ("float64", [2], np.array([1 / 3, -1e300], np.float64)),
        "integer": ("int64", [], np.array(-3, np.int64)),
        "mask": ("bool", [3], np.array([1, 0, 1], np.uint8)),
        "empty": ("float32", [0, 4], np.zeros([0, 4], np.float32)),
    }
    specifications = {
        name: TensorSpec(dtype=kind, shape=shape, data_ptr=values.ctypes.data, data_len=values.nbytes)
        for name, (kind, shape, values) in tensors.items()}
    content = serialize(specifications, {"made by": "safetensors", "a\"b": "é\n"})
    (FOLDER / "recorded.safetensors").write_bytes(content)


def record_zip():
    with zipfile.ZipFile(FOLDER / "recorded.zip", "w") as archive:
        def add(name, content, method):
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 2, 3, 4, 6)), content, method)

        add("stored.txt", b"stored", zipfile.ZIP_STORED)
        add("folder/", b"", zipfile.ZIP_STORED)
        add("folder/deflated.txt", b"Lockstep " * 1000, zipfile.ZIP_DEFLATED)
        add("empty", b"", zipfile.ZIP_DEFLATED)
        add("stra\u00dfe", bytes(range(256)), zipfile.ZIP_DEFLATED)
        archive.comment = b"a comment"


def record_onnx():
    import numpy as np
    from onnx import TensorProto, helper, numpy_helper, save_model

    raw = numpy_helper.from_array(np.array([[0.5, -1.0], [2.0, 0.25]], np.float32), "raw")
    listed = helper.make_tensor("listed", TensorProto.FLOAT, [3], [1.0, 2.0, -3.5])
    shape = helper.make_tensor("shape", TensorProto.INT64, [2], [-1, 4])
    double = numpy_helper.from_array(np.array(1 / 3), "double")
    attributes = dict(
        alpha=0.5, axis=-1, mode="linear", floats=[0.5, -0.25], integers=[1, -2, 300], texts=["a", "b"],
        value=numpy_helper.from_array(np.array([7, -8], np.int64), "constant"))
    node = helper.make_node("Custom", ["x", "", "raw"], ["y"], name="first", domain="org.example", **attributes)
    branch = helper.make_graph([], "branch", [], [])
    second = helper.make_node("If", ["y"], ["z"], name="second", then_branch=branch)
    graph = helper.make_graph(
        [node, second], "recorded",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 4, None])],
        [helper.make_tensor_value_info("z", TensorProto.INT64, None)],
        [raw, listed, shape, double])
    model = helper.make_model(
        graph, producer_name="recorder", producer_version="1", ir_version=9,
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("org.example", 2)])
    save_model(model, FOLDER / "recorded.onnx")


def record_events():
    import numpy as np
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
    from tensorboard.plugins.histogram.summary_v2 import histogram_pb
    from tensorboard.summary.writer.record_writer import RecordWriter

    def scalar(tag, number):
        metadata = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="scalars"))
        return Summary.Value(tag=tag, simple_value=number, metadata=metadata)

    histograms = [
        histogram_pb(tag, np.array(values, np.float32)).value[0]
        for tag, values in [("weights", [-1, 0.5, 0.25, 2, 0.3]), ("zeros", [0, 0]), ("none", [])]]
    with open(FOLDER / "recorded.tfevents", "wb") as file:
        writer = RecordWriter(file)
        for event in [
            Event(wall_time=1.7e9, file_version="brain.Event:2"),
            Event(wall_time=1.7e9 + 0.25, step=1, summary=Summary(value=[scalar("loss/training", 0.7)])),
            Event(wall_time=1.7e9 + 1, step=300, summary=Summary(value=[
                scalar("loss/training", -2.5), scalar("accuracy", 0.0), *histograms])),
        ]:
            writer.write(event.SerializeToString())


def record_torch():
    import torch

    torch.save(OrderedDict([
        ("layer.weight", torch.tensor([[0.5, -1.25, 2.0], [0.25, 0.0, 1e-45]])),
        ("layer.bias", torch.tensor([1 / 3, -1e300], dtype=torch.float64)),
        ("count", torch.tensor(300)),
        ("empty", torch.zeros(2, 0, 3)),
    ]), FOLDER / "recorded.pt")


if sys.argv[1:] == ["torch"]:
    record_torch()
else:
    record_safetensors()
    record_zip()
    record_onnx()
    record_events()
