"""Makes lists.h5: datasets whose elements are lists of different lengths, which Lockstep reads and does not write.

python make_lists.py (h5py, NumPy)
"""

import pathlib

import h5py
import numpy as np

here = pathlib.Path(__file__).parent

with h5py.File(here / "lists.h5", "w", libver=("earliest", "v110")) as file:

    def write(name, lists, type, **options):
        dataset = file.create_dataset(name, (len(lists),), h5py.vlen_dtype(type), **options)
        for row, numbers in enumerate(lists):
            dataset[row] = np.array(numbers, type)

    words = [[3, 1, 4], [], [1, 5, 9, 2, 6], [5]]
    write("train/features", words, "i8")
    file["train/labels"] = np.array([0, 1, 0, 1])
    write("chunks", words, "u1", chunks=(2,), compression="gzip")
    write("numbers", [[0.5, -1.25], [2.0], [0.1, 3e38]], "f8")
    write("missing", [[1.0, 2.0], [3.0, np.nan]], "f4")
    write("empty", [[], []], "i4")
    file.create_dataset("square", (2, 2), h5py.vlen_dtype("i4"))[0, 0] = np.array([1], "i4")
    texts = file.create_dataset("texts", (2,), h5py.vlen_dtype(h5py.string_dtype()))
    texts[0] = np.array(["a", "b"], h5py.string_dtype())
    # 600 lists of 0 to 6 numbers: list i counts on from i.
    write("many", [range(row, row + row % 7) for row in range(600)], "i4", chunks=(100,))
