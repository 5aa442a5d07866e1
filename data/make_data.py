"""Makes the small dataset files beside this script; running it again gives the same bytes."""

from pathlib import Path

import h5py
import numpy as np
from sklearn.datasets import load_digits, load_wine, make_moons
from sklearn.model_selection import train_test_split

HERE = Path(__file__).resolve().parent


def write(name, splits, classes, features_attributes=(), packed=False):
    """Writes `splits`, a dictionary of split name to (features, labels), to the file `name`."""

    def storage(array):
        # Whole rows to a chunk, so that a minibatch unpacks no more than it must; fletcher32 shows damage.
        chunks = (min(len(array), 256), *array.shape[1:])
        packing = dict(chunks=chunks, compression="gzip", compression_opts=9, shuffle=True, fletcher32=True)
        return packing if packed else {}

    # The earliest format is read by every libhdf5, and without object times equal data are equal bytes.
    with h5py.File(HERE / name, "w", libver="earliest", track_order=False) as file:
        for split, (features, labels) in splits.items():
            group = file.create_group(split)
            for key, array in (("features", features), ("labels", labels.astype(np.uint8))):
                group.create_dataset(key, data=array, track_times=False, **storage(array))
            group["features"].attrs.update(features_attributes)
            group["labels"].attrs["classes"] = classes


def split(features, labels, test_size):
    """A fixed split with the same share of every class in both parts."""
    train_x, test_x, train_y, test_y = train_test_split(
        features, labels, test_size=test_size, stratify=labels, random_state=0
    )
    return {"train": (train_x, train_y), "test": (test_x, test_y)}


def digits():
    data = load_digits()
    write(
        "digits.h5",
        split(data.images.astype(np.uint8), data.target, test_size=0.2),
        classes=[str(digit) for digit in range(10)],
        features_attributes={"scale": np.float32(1 / 16), "offset": np.float32(0)},
        packed=True,
    )


def wine():
    data = load_wine()
    with open(HERE / "wine.csv", "w", newline="\n") as file:
        file.write(",".join([*data.feature_names, "cultivar"]) + "\n")
        for row, cultivar in zip(data.data, data.target):
            file.write(",".join([*(f"{value:g}" for value in row), str(cultivar + 1)]) + "\n")


def people():
    alice, bob, charlie, diana = (-2, -1), (25, 6), (17, 4), (-15, -6)
    emily, frank = (-7, -3), (20, 2)
    write(
        "people.h5",
        {
            "train": (np.array([alice, bob, charlie, diana], np.float32), np.array([1, 0, 0, 1])),
            "test": (np.array([emily, frank], np.float32), np.array([1, 0])),
        },
        classes=["man", "woman"],
        features_attributes={"columns": ["weight − 135 lb", "height − 66 in"]},
    )


def logic():
    points = np.array([(0, 0), (0, 1), (1, 0), (1, 1)], np.float32)
    for name, labels in (("and", [0, 0, 0, 1]), ("or", [0, 1, 1, 1]), ("xor", [0, 1, 1, 0])):
        write(f"{name}.h5", {"train": (points, np.array(labels))}, classes=["false", "true"])


def moons():
    features, labels = make_moons(n_samples=1000, noise=0.2, random_state=0)
    write("moons.h5", split(features.astype(np.float32), labels, test_size=0.1), classes=["upper", "lower"])


if __name__ == "__main__":
    for make in (digits, wine, people, logic, moons):
        make()
