"""Makes h5py.h5, a file as Python users make them: python make_fixture.py (h5py, NumPy)."""

import pathlib

import h5py
import numpy as np

with h5py.File(pathlib.Path(__file__).with_name("h5py.h5"), "w") as file:
    numbers = file.create_group("numbers")
    for name in ["<i2", ">i2", ">i8", "<u4", ">f4", "<f2", ">f8"]:
        signed = [1, -2, 3] if name[1] != "u" else [1, 2, 3]
        numbers[("big_" if name[0] == ">" else "little_") + name[1:]] = np.array(signed, name)
    numbers["bool"] = np.array([True, False, True])
    numbers["matrix"] = np.arange(12, dtype="u1").reshape(4, 3)
    numbers["scalar"] = 2.5
    numbers["empty"] = h5py.Empty("f4")
    numbers["none"] = np.zeros((0, 3), "f4")
    numbers["complex"] = np.array([1 + 2j])
    numbers.create_dataset(
        "compressed", data=np.arange(1000, dtype="i4").reshape(100, 10), chunks=(16, 10), compression="gzip",
        compression_opts=4, shuffle=True, fletcher32=True,
    )

    numbers.create_dataset("lzf", data=np.zeros((100, 10), "i4"), chunks=(10, 10), compression="lzf")

    strings = file.create_group("strings")
    words = ["zero", "", "zwölf"]
    strings["variable"] = words
    strings.create_dataset("variable_ascii", data=["a", "bc"], dtype=h5py.string_dtype("ascii"))
    strings["null_padded"] = np.array([b"a", b"bcd", b""])
    strings["utf8_fixed"] = np.array([word.encode() for word in words], h5py.string_dtype("utf-8", 8))
    for name, padding in [("space_padded", h5py.h5t.STR_SPACEPAD), ("null_terminated", h5py.h5t.STR_NULLTERM)]:
        kind = h5py.h5t.C_S1.copy()
        kind.set_size(6)
        kind.set_strpad(padding)
        data = np.array([b"ab    ", b"c d   "]) if name == "space_padded" else np.array([b"ab\0xy\0", b"cde\0\0\0"])
        dataset = h5py.h5d.create(strings.id, name.encode(), kind, h5py.h5s.create_simple((2,)))
        dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, data, mtype=kind)

    holder = file["numbers/matrix"]
    holder.attrs["text"] = "héllo"
    holder.attrs["bytes"] = np.bytes_(b"fixed")
    holder.attrs["words"] = words
    holder.attrs["scale"] = 1 / 256
    holder.attrs["counts"] = np.array([1, 2, 3], ">i4")

    file["alias"] = h5py.SoftLink("/numbers/matrix")
    file["dangling"] = h5py.SoftLink("/nowhere")
    file["type"] = np.dtype("f4")
