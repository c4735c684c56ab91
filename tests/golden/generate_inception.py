"""Features of PyTorch's Inception-v3, as FID uses it, for weights that a formula gives. Writes inception.safetensors,
and two small files in the formats that torch.save has had.

    pip install torch==2.9.0 torchvision==0.24.0 pytorch-fid==0.3.0 safetensors==0.8.0 numpy
    python tests/golden/generate_inception.py
"""

import math
import pathlib

import numpy as np
import torch
from pytorch_fid import inception as fid
from safetensors.numpy import save_file

FOLDER = pathlib.Path(__file__).parent


def hashed(count, salt):
    """Numbers within -1 and 1: an integer hash of salt and position."""
    x = np.arange(count, dtype=np.uint32) + np.uint32((salt * 0x9E3779B9) % 2**32)
    for shift, factor in [(16, 0x7FEB352D), (15, 0x846CA68B)]:
        x ^= x >> np.uint32(shift)
        x *= np.uint32(factor)
    x ^= x >> np.uint32(16)
    return x.astype(np.float64) / 2**31 - 1


def weights(names_and_shapes):
    found = {}
    for salt, (name, shape) in enumerate(sorted(names_and_shapes)):
        numbers = hashed(math.prod(shape), salt).reshape(shape)
        if name.endswith("conv.weight") or name == "fc.weight":
            numbers *= math.sqrt(6 / math.prod(shape[1:]))
        elif name.endswith("running_var"):
            numbers = 1 + 0.5 * numbers
        elif name.endswith("bn.weight"):
            numbers = 1 + 0.1 * numbers
        else:
            numbers *= 0.1
        found[name] = torch.from_numpy(numbers.astype(np.float32))
    return found


def given(*_args, **_kwargs):
    """In place of the download."""
    with torch.device("meta"):
        net = fid._inception_v3(num_classes=1008, aux_logits=False, weights=None)
    return weights([(n, tuple(p.shape)) for n, p in net.state_dict().items() if "num_batches" not in n and n != "fc.bias"])


fid.load_state_dict_from_url = given
load = torch.nn.Module.load_state_dict
torch.nn.Module.load_state_dict = lambda self, state: load(self, state, strict=False)
net = fid.InceptionV3().double().eval()
pixels = np.floor((hashed(2 * 3 * 28 * 28, 7) + 1) * 128).reshape(2, 3, 28, 28)
with torch.no_grad():
    features = net(torch.from_numpy(pixels / 255))[0].flatten(1)
    logits = features @ given()["fc.weight"].double().T
save_file(
    {name: value.numpy().astype(np.float32) for name, value in {"features": features, "logits": logits}.items()},
    FOLDER / "inception.safetensors",
)
small = {"fc.weight": torch.arange(6.0).reshape(2, 3), "fc.bias": torch.tensor([0.5, -0.5]).half(), "step": torch.tensor(7)}
torch.save(small, FOLDER / "new-format.pth")
torch.save(small, FOLDER / "old-format.pth", _use_new_zipfile_serialization=False)
print(features.std(), features.mean(), logits.std())
