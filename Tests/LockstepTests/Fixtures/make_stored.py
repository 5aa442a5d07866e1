"""Makes stored.h5, source.h5 and block0.h5, …: datasets whose elements are elsewhere, or nowhere.

python make_stored.py (h5py, NumPy)
"""

import pathlib

import h5py
import numpy as np

here = pathlib.Path(__file__).parent
numbers = np.arange(16, dtype="f4").reshape(8, 2)


def create(name):
    return h5py.File(here / name, "w", libver=("earliest", "v110"))


with create("source.h5") as file:
    file["data"] = numbers
    file.create_dataset("growing", data=numbers, maxshape=(None, 2), chunks=(4, 2))
    file.create_dataset("unwritten", (8, 2), "f4")

for number in range(2):
    with create(f"block{number}.h5") as file:
        file[f"data{number}"] = numbers[4 * number : 4 * number + 4]

with create("short.h5") as file:
    file.create_dataset("growing", data=numbers[:5], maxshape=(None, 2), chunks=(4, 2))

with create("stored.h5") as file:
    file["labels"] = np.arange(8) % 2
    file["here"] = numbers
    file.create_dataset("unwritten", (8, 2), "f4")
    file.create_dataset("unwritten_chunks", (8, 2), "f4", chunks=(2, 2))
    partly = file.create_dataset("partly_written", (8, 2), "f4", chunks=(2, 2))
    partly[:4] = numbers[:4]
    file.create_dataset("unwritten_labels", (8,), "i8")

    def virtual(name, *mappings, shape=(8, 2), maxshape=None):
        layout = h5py.VirtualLayout(shape, "f4", maxshape)
        for target, source in mappings:
            layout[target] = source
        file.create_virtual_dataset(name, layout)

    everything = np.s_[:, :]
    whole = h5py.VirtualSource("source.h5", "data", (8, 2))
    virtual("virtual", (everything, whole))
    virtual("virtual_in_halves", (np.s_[::2, :], whole[::2, :]), (np.s_[1::2, :], whole[1::2, :]))
    virtual("virtual_of_same_file", (everything, h5py.VirtualSource(".", "here", (8, 2))))
    virtual("virtual_of_lost_file", (everything, h5py.VirtualSource("lost.h5", "data", (8, 2))))
    virtual("virtual_of_lost_dataset", (everything, h5py.VirtualSource("source.h5", "lost", (8, 2))))
    virtual("virtual_of_lost_here", (everything, h5py.VirtualSource(".", "lost", (8, 2))))
    virtual("virtual_of_more", (np.s_[:, :], h5py.VirtualSource("source.h5", "data", (9, 2))[1:, :]))
    virtual("virtual_of_unwritten", (everything, h5py.VirtualSource("source.h5", "unwritten", (8, 2))))
    virtual("virtual_of_virtual", (everything, h5py.VirtualSource(".", "virtual_of_lost_file", (8, 2))))
    virtual("virtual_with_gap", (np.s_[:3, :], whole[:3, :]), (np.s_[5:, :], whole[5:, :]))
    virtual("virtual_with_column", (np.s_[:, 0], whole[:, 0]))
    virtual("virtual_of_itself", (everything, h5py.VirtualSource(".", "virtual_of_itself", (8, 2))))

    unlimited = h5py.h5s.UNLIMITED

    def space(shape, start, count, stride=None, block=None, maxshape=None):
        created = h5py.h5s.create_simple(shape, maxshape or shape)
        created.select_hyperslab(start, count, stride, block)
        return created

    def growing(name, *mappings):
        """Mappings: the space here, file, dataset, the space there."""
        properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        for mine, path, dataset, theirs in mappings:
            properties.set_virtual(mine, path, dataset, theirs)
        shape = h5py.h5s.create_simple((8, 2), (unlimited, 2))
        h5py.h5d.create(file.id, name, h5py.h5t.IEEE_F32LE, shape, properties)

    def column(number):
        return space((8, 2), (0, number), (1, 1), (1, 1), (unlimited, 1), (unlimited, 2))

    grown = space((8, 2), (0, 0), (1, 1), (1, 1), (unlimited, 2), (unlimited, 2))
    growing(b"growing", (grown, b"source.h5", b"growing", grown))
    growing(
        b"growing_unevenly",
        (column(0), b"source.h5", b"growing", column(0)), (column(1), b"short.h5", b"growing", column(1)),
    )
    blocks = space((8, 2), (0, 0), (unlimited, 1), (4, 1), (4, 2), (unlimited, 2))
    block = space((4, 2), (0, 0), (1, 1), (1, 1), (4, 2))
    growing(b"growing_by_files", (blocks, b"block%b.h5", b"data%b", block))

    external = file.create_dataset("external", (8, 2), "f4", external=[("raw.bin", 4, 64)])
