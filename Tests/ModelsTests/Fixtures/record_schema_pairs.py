"""Records in schema_pairs.h5 what NumPy and scikit-learn make of files that are used with a network which has learned from
another file, for SchemaPairTests.swift.

    pip install scikit-learn==1.9.1 h5py==3.16.0 numpy==2.4.6
    python3 record_schema_pairs.py

What is expected comes from what the numbers mean, the values of each feature and the name of each class; how a file writes
them does not enter it. Names of features are those of a whole HDF5 file, so every pair has a file of its own, whose bytes are
recorded here. In it, held/X and held/y are what the network is used on. Beside them stand X and y, the training samples, if
both agree on the names.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import h5py
import numpy as np
from schema_reference import Network, Written, stored
from sklearn.preprocessing import StandardScaler

random = np.random.default_rng(7)
TRAINING, HELD = 12, 9
NAMES, CLASSES = ["a", "b", "c"], ["dog", "ant", "cat"]


@dataclass(frozen=True)
class Used:
    """A file in use, and the samples that it means, one of `Network.meanings`; none if its features are refused.

    told: the note. refusal: the error, which is one of labels if the features are not refused.
    """

    written: Written
    means: str = "held"
    told: str = ""
    refusal: str = ""


def refused(written, error):
    return Used(written, means="", refusal="SchemaMismatch." + error)


# Networks, and the files that each is used with.


def ids(labels, names):
    return np.array([list(names).index(label) for label in labels], np.int32)


def numbers(count):
    return (random.uniform(0, 1, (count, 3)) * [1, 2, 6] + [0, 10, -3]).astype(np.float32)


def octets(*shape):
    return random.integers(0, 256, shape).astype(np.uint8)


def classifier(X, held_X, values=lambda X: X.astype(np.float64), classes=CLASSES, written={}, **options):
    """A network of three classes, and its held-out samples as written like those of training."""
    y, held_y = (np.arange(count, dtype=np.int32) * 2 % 3 for count in (TRAINING, HELD))
    written = {"classes": classes} | written
    held = (values(held_X), np.array(classes)[held_y])
    network = Network(random, Written(X, y, **written), values(X), np.array(classes)[y], held, **options)
    return network, Written(held_X, held_y, **written), *held


def keep(network, name, rows):
    network.meanings[name] = tuple(part[rows] for part in network.meanings["held"])


def plain(**options):
    network, held, values, labels = classifier(numbers(TRAINING), numbers(HELD), written={"names": NAMES}, **options)
    ready = StandardScaler().fit(network.meanings["trained"][0]).transform(values).astype(np.float32)
    network.meanings["ready"] = ready.astype(np.float64), labels
    # Nothing in a file says that it is standardised, but its values are far from those of training.
    return network, held, labels, {
        "same": Used(held),
        "columns permuted": Used(replace(held, X=held.X[:, [2, 0, 1]], names=["c", "a", "b"]), told="reordered"),
        "names absent": Used(replace(held, names=None), told="namesOfModel"),
        "standardised already": Used(replace(held, X=ready), "ready", told="outside"),
        "in 64 bits": Used(replace(held, X=values)),
    }


def plain_pairs():
    network, held, labels, pairs = plain()
    X, back, more, other = held.X, CLASSES[::-1], ["ant", "bee", "cat", "dog", "emu"], ["dog", "ant", "emu"]
    two, emus = labels != "cat", np.where(labels == "cat", "emu", labels)
    keep(network, "two classes", two)
    unknown, unnamed = {"refusal": "SchemaMismatch.unknownClass"}, {"told": "classesOfModel"}
    subset = replace(held, X=X[two], y=ids(labels[two], ["ant", "dog"]), classes=["ant", "dog"])
    return network, pairs | {
        "classes permuted": Used(replace(held, y=ids(labels, back), classes=back)),
        "classes of a subset": Used(subset, "two classes"),
        "classes of a superset": Used(replace(held, y=ids(labels, more), classes=more)),
        "classes as texts": Used(replace(held, y=labels, classes=None)),
        "classes absent": Used(replace(held, classes=None), **unnamed),
        "class unknown": Used(replace(held, y=ids(emus, other), classes=other), **unknown),
        "text unknown": Used(replace(held, y=emus, classes=None), **unknown),
        "number beyond": Used(replace(held, y=held.y + 1, classes=None), **unnamed, refusal="DatasetError.notAClassID"),
        "columns and classes permuted": Used(
            replace(held, X=X[:, [1, 2, 0]], names=["b", "c", "a"], y=ids(labels, back), classes=back), told="reordered"),
        "column renamed": refused(replace(held, names=["a", "b", "d"]), "missingFeatures"),
        "column missing": refused(replace(held, X=X[:, :2], names=["a", "b"]), "missingFeatures"),
        "column without a name missing": refused(replace(held, X=X[:, :2]), "sampleShape"),
        "column more": refused(replace(held, X=X[:, [0, 1, 1, 2]], names=["a", "b", "x", "c"]), "unknownFeatures"),
        "ones in the shape": Used(replace(held, X=X[:, None]), told="namesOfModel"),
        "scale of the file alone": refused(replace(held, said={"scale": 0.5}), "scale"),
        "scale of one": Used(replace(held, said={"scale": 1.0, "offset": 0.0})),
    }


def standardized_pairs():
    network, held, _, pairs = plain(period=3, standardize="feature")
    keep(network, "few", slice(3, 5))
    return network, pairs | {"of few rows": Used(replace(held, X=held.X[3:5], y=held.y[3:5]), "few")}


def scaled_pairs(**options):
    said = {"scale": 0.1, "offset": -3.0}
    network, held, values, _ = classifier(
        octets(TRAINING, 3), octets(HELD, 3), values=lambda X: X * 0.1 - 3.0, written={"names": NAMES, "said": said}, **options)
    ready = values.astype(np.float32)
    return network, {
        "same": Used(held),
        "columns permuted": Used(replace(held, X=held.X[:, [1, 2, 0]], names=["b", "c", "a"]), told="reordered"),
        "scale absent": Used(replace(held, said={}), told="scaleOfModel"),
        "scale under other names": Used(replace(held, said={"scale_factor": 0.1, "add_offset": -3.0})),
        "scale of 32 bits": Used(replace(held, said={"scale": np.float32(0.1), "offset": np.float32(-3)})),
        "scale of other raw values": Used(replace(held, X=held.X.astype(np.float32))),
        "another scale": refused(replace(held, said=said | {"scale": 0.2}), "scale"),
        "another offset": refused(replace(held, said=said | {"offset": 3.0}), "scale"),
        "offset absent": refused(replace(held, said={"scale": 0.1}), "scale"),
        "scaled already": refused(replace(held, X=ready, said={}), "unknownScale"),
        "scaled already, as the file says": refused(replace(held, X=ready, said={"scale": 1.0}), "scale"),
    }


def image_pairs():
    scale = {"scale": 1 / 255}
    network, held, _, _ = classifier(
        octets(TRAINING, 2, 3, 3), octets(HELD, 2, 3, 3), values=lambda X: X.reshape(len(X), -1) / 255,
        written={"said": scale | {"axes": "HWC"}}, period=3, standardize="channel")
    bare = replace(held, said=scale)
    turned = scale | {"axes": "HCW"}
    return network, {
        "same": Used(held),
        "axes absent": Used(bare),
        "flattened": Used(replace(bare, X=held.X.reshape(HELD, -1)), told="flattened"),
        "ones in the shape": Used(replace(bare, X=held.X[:, None])),
        "transposed": refused(replace(bare, X=held.X.transpose(0, 3, 1, 2)), "axesUnsaid"),
        "transposed, as the file says": Used(replace(bare, X=held.X.transpose(0, 1, 3, 2), said=turned), told="axes"),
        "scale absent": Used(replace(held, said={"axes": "HWC"}), told="scaleOfModel"),
    }


def flat_pairs():
    network, held, _, _ = classifier(
        octets(TRAINING, 18), octets(HELD, 18), values=lambda X: X / 255, written={"said": {"scale": 1 / 255}},
        period=18, standardize="feature")
    return network, {
        "same": Used(held),
        "as images": Used(replace(held, X=held.X.reshape(HELD, 2, 3, 3), said=held.said | {"axes": "HWC"})),
        "of another size": refused(replace(held, X=held.X[:, :17]), "sampleShape"),
    }


def unnamed_pairs():
    network, held, _, labels = classifier(
        numbers(TRAINING), numbers(HELD), classes=["0", "1", "2"], written={"classes": None})
    two, unknown = labels != "1", {"refusal": "SchemaMismatch.unknownClass"}
    keep(network, "two classes", two)
    return network, {
        "same": Used(held),
        "names of the file alone": Used(replace(held, names=NAMES), told="namesUnknown"),
        "scale of the file alone": refused(replace(held, said={"scale": 0.5}), "scale"),
        "classes as texts": Used(replace(held, y=labels)),
        "classes permuted": Used(replace(held, y=2 - held.y, classes=["2", "1", "0"])),
        "classes of a subset": Used(replace(held, X=held.X[two], y=held.y[two]), "two classes"),
        "number unknown": Used(replace(held, y=held.y + 1), **unknown),
        "names of other classes": Used(replace(held, classes=CLASSES), **unknown),
    }


def measured_pairs():
    """Two measurements in units far apart."""
    X, held_X = numbers(TRAINING), numbers(HELD)
    y, held_y = (
        (X @ [[1, 0.3], [-2, 0.1], [0.5, 0.8]] + random.normal(0, 0.1, (len(X), 2))) * [400, 0.01] + [20_000, 3]
        for X in (X.astype(np.float64), held_X.astype(np.float64)))
    held = Written(held_X, held_y, NAMES)
    network = Network(random, 
        Written(X, y, NAMES), X.astype(np.float64), y, (held_X.astype(np.float64), held_y), 3, "feature")
    width = {"refusal": "DatasetError.unequalLabelWidths"}
    return network, {
        "same": Used(held),
        "columns permuted": Used(replace(held, X=held_X[:, [2, 0, 1]], names=["c", "a", "b"]), told="reordered"),
        "names absent": Used(replace(held, names=None), told="namesOfModel"),
        "one measurement": Used(replace(held, y=held_y[:, :1]), **width),
        "texts": Used(replace(held, y=held_y[:, 0].astype(str)), **width),
    }


# The fixture.


def file_bytes(network, written):
    with h5py.File("file", "w", driver="core", backing_store=False, libver="earliest") as file:
        if written.names:
            file.create_dataset("feature_names", data=stored(written.names))
        if written.names == network.written.names:
            network.written.put(file)
        written.put(file.create_group("held"))
        file.flush()
        return file.id.get_file_image()


def resume_refusal(network, used):
    """A run's data keeps its names, in their order."""
    names = [(written.column_names, written.class_names) for written in (network.written, used.written)]
    return used.refusal if names[0] == names[1] else "NamesDiffer"


def record(group, network, pairs):
    group.attrs["standardize"] = stored(network.standardize)
    values = dict(network.parameters)
    for name, samples in network.meanings.items():
        values |= {f"means/{name}/{key}": value for key, value in network.results(*samples).items()}
    columns = {
        "name": list(pairs),
        "means": [used.means for used in pairs.values()],
        "told": [used.told for used in pairs.values()],
        "refusal": [used.refusal for used in pairs.values()],
        "resume": [resume_refusal(network, used) for used in pairs.values()],
    }
    for path, value in (values | {f"used/{key}": column for key, column in columns.items()}).items():
        (parent, name), value = path.rsplit("/", 1), stored(value)
        if value.ndim:
            group.create_dataset(path, data=value)
        else:
            group[parent].attrs[name] = value
    # HDF5 does not mind what follows a file's end.
    files = [file_bytes(network, used.written) for used in pairs.values()]
    files = np.frombuffer(b"".join(file.ljust(max(map(len, files)), b"\0") for file in files), np.uint8)
    files = files.reshape(len(pairs), -1)
    group.create_dataset("used/file", data=files, chunks=files.shape, compression=9)


# A newer format, whose groups are small.
with h5py.File(Path(__file__).resolve().parent / "schema_pairs.h5", "w", libver=("v110", "v110")) as fixture:
    record(fixture.create_group("plain"), *plain_pairs())
    record(fixture.create_group("standardised"), *standardized_pairs())
    record(fixture.create_group("scaled"), *scaled_pairs())
    record(fixture.create_group("scaled and standardised"), *scaled_pairs(period=3, standardize="feature"))
    record(fixture.create_group("image"), *image_pairs())
    record(fixture.create_group("flat"), *flat_pairs())
    record(fixture.create_group("unnamed"), *unnamed_pairs())
    record(fixture.create_group("measured"), *measured_pairs())
