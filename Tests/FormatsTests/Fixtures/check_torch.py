"""Reads the files of RealReaderTests with PyTorch.

    pip install torch==2.15.0
    python3 check_torch.py FOLDER
"""

import sys
from pathlib import Path

import torch

FOLDER = Path(sys.argv[1])

for mmap in (False, True):
    tensors = torch.load(FOLDER / "written.pt", weights_only=True, mmap=mmap)
    expected = torch.load(Path(__file__).parent / "recorded.pt", weights_only=True)
    assert list(tensors) == list(expected)
    for name, values in expected.items():
        found = tensors[name]
        assert found.dtype == values.dtype and found.stride() == values.stride() and torch.equal(found, values), name
    assert torch.load(FOLDER / "none.pt", weights_only=True, mmap=mmap) == {}
layer = torch.nn.Linear(3, 2, dtype=torch.float64)
state = {name.removeprefix("layer."): values for name, values in tensors.items() if name.startswith("layer.")}
print(layer.load_state_dict(state), f"{len(tensors)} tensors")
