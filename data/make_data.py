"""Makes the small dataset files beside this script; running it again gives the same bytes."""

from pathlib import Path

import h5py
import numpy as np
from sklearn.datasets import load_digits, load_wine, make_moons
from sklearn.model_selection import train_test_split

HERE = Path(__file__).resolve().parent


def write(name, splits, classes=None, features_attributes=(), packed=None):
    """Writes `splits`, a dictionary of split name to arrays by their names, or to (features, labels), to the file `name`.
    `packed` rows make a chunk; None leaves them as they are."""

    def storage(array):
        if packed is None:
            return {}
        # Whole rows to a chunk, so that a minibatch unpacks no more than it must; fletcher32 shows damage.
        chunks = (min(len(array), packed), *array.shape[1:])
        return dict(chunks=chunks, compression="gzip", compression_opts=9, shuffle=True, fletcher32=True)

    # The earliest format is read by every libhdf5, and without object times equal data are equal bytes.
    with h5py.File(HERE / name, "w", libver="earliest", track_order=False) as file:
        for split, arrays in splits.items():
            group = file.create_group(split)
            if isinstance(arrays, tuple):
                arrays = dict(zip(("features", "labels"), arrays))
            for key, array in arrays.items():
                array = array.astype(np.uint8) if key == "labels" and classes else array
                group.create_dataset(key, data=array, track_times=False, **storage(array))
            if features_attributes:
                group["features"].attrs.update(features_attributes)
            if classes:
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
        packed=256,
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


def parity():
    """Bits one after another: is the number of ones even? Sequences of the test split are longer."""
    random = np.random.default_rng(0)
    splits = {}
    for split, count, shortest, longest in (("train", 4000, 1, 16), ("test", 1000, 17, 32)):
        offsets = np.concatenate([[0], np.cumsum(random.integers(shortest, longest, count, endpoint=True))])
        bits = random.integers(0, 2, offsets[-1])
        labels = np.add.reduceat(bits, offsets[:-1]) % 2
        splits[split] = {"values": bits.astype(np.uint8)[:, None], "offsets": offsets.astype(np.int32), "labels": labels}
    write("parity.h5", splits, classes=["even", "odd"], packed=8192)


def adding():
    """The adding problem of make_adding.py, with fewer sequences, whose numbers are bytes."""
    random = np.random.default_rng(0)
    steps, splits = 100, {}
    for split, count in (("train", 2500), ("test", 500)):
        numbers = random.integers(0, 256, (count, steps), dtype=np.uint8)
        rows, marks = np.arange(count), np.zeros((count, steps), np.uint8)
        first, second = random.integers(0, steps // 2, count), random.integers(steps // 2, steps, count)
        marks[rows, first] = marks[rows, second] = 255
        sums = numbers[rows, first].astype(np.float32) + numbers[rows, second]
        splits[split] = (np.stack([numbers, marks], axis=2), sums / 255)
    write("adding.h5", splits, features_attributes={"scale": np.float32(1 / 255), "axes": "TC"}, packed=256)


if __name__ == "__main__":
    for make in (digits, wine, people, logic, moons, parity, adding):
        make()
