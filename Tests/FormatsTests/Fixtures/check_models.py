"""Compares what ModelSummaryTests wrote with what onnx reads of the same models.

    pip install onnx==1.23.2
    python3 check_models.py FOLDER models.txt
"""

import sys
import zlib
from pathlib import Path

import numpy as np
import onnx
from onnx import AttributeProto, TensorProto, numpy_helper

READABLE = {TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.INT64}


class Unreadable(Exception):
    pass


def tensor(proto):
    if proto.data_type not in READABLE or proto.data_location != TensorProto.DEFAULT:
        raise Unreadable
    return f"{proto.name} {list(proto.dims)} {zlib.crc32(numpy_helper.to_array(proto).tobytes())}"


def bits(value):
    return str(np.float32(value).view(np.uint32))


def attribute(proto):
    kinds = {
        AttributeProto.FLOAT: lambda: bits(proto.f), AttributeProto.INT: lambda: str(proto.i),
        AttributeProto.STRING: lambda: proto.s.decode(), AttributeProto.TENSOR: lambda: tensor(proto.t),
        AttributeProto.FLOATS: lambda: ";".join(map(bits, proto.floats)),
        AttributeProto.INTS: lambda: ";".join(map(str, proto.ints)),
        AttributeProto.STRINGS: lambda: ";".join(text.decode() for text in proto.strings),
    }
    return f"{proto.name}={kinds.get(proto.type, lambda: f'type {proto.type}')()}"


def node(proto):
    names = ",".join([*proto.input, "→", *proto.output])
    return f"{proto.domain}:{proto.op_type} {proto.name} {names} {','.join(map(attribute, proto.attribute))}"


def dimension(proto):
    kind = proto.WhichOneof("value")
    if kind == "dim_param":
        return proto.dim_param
    return str(proto.dim_value) if kind == "dim_value" and proto.dim_value >= 0 else "?"


def value(proto):
    kind = proto.type.tensor_type
    shape = ",".join(map(dimension, kind.shape.dim)) if kind.HasField("shape") else "open"
    return f"{proto.name} {kind.elem_type} [{shape}]"


def summary(model):
    graph = model.graph
    parts = [str(model.ir_version), graph.name]
    parts += [f"{entry.domain}:{entry.version}" for entry in model.opset_import]
    parts += [*map(node, graph.node), *map(tensor, graph.initializer), *map(value, [*graph.input, *graph.output])]
    return " | ".join(parts).replace("\n", " ")


folder, lines = Path(sys.argv[1]), Path(sys.argv[2]).read_text().split("\n")
read = refused = 0
for line in lines:
    path, found = line.split(": ", 1)
    try:
        expected = summary(onnx.load(folder / path, load_external_data=False))
    except Unreadable:
        assert found.startswith("refused, "), line
        refused += 1
    else:
        assert found == expected, f"{path}\n{found}\n{expected}"
        read += 1
print(f"{read} models are equal, {refused} have tensors that are not read")
