"""Features of PyTorch's Inception-v3, as FID uses it, and of torchvision's MobileNet-V2, for weights that a formula gives.
Writes inception-v3.safetensors, mobilenet-v2.safetensors, and two small files in the formats that torch.save has had.

    pip install torch==2.9.0 torchvision==0.24.0 pytorch-fid==0.3.0 safetensors==0.8.0 numpy
    python tests/golden/generate_pretrained.py
"""

import math
import pathlib

import numpy as np
import torch
from pytorch_fid import inception as fid
from safetensors.numpy import save_file
from torchvision.models import mobilenet_v2

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
        if len(shape) > 1:
            numbers *= math.sqrt(6 / math.prod(shape[1:]))
        elif name.endswith("running_var"):
            numbers = 1 + 0.5 * numbers
        elif name.endswith("weight"):
            numbers = 1 + 0.1 * numbers
        else:
            numbers *= 0.1
        found[name] = torch.from_numpy(numbers.astype(np.float32))
    return found


def named(net, without):
    return [(n, tuple(p.shape)) for n, p in net.state_dict().items() if "num_batches" not in n and n not in without]


def given(*_args, **_kwargs):
    """In place of the download."""
    with torch.device("meta"):
        net = fid._inception_v3(num_classes=1008, aux_logits=False, weights=None)
    return weights(named(net, ["fc.bias"]))


def save(name, **tensors):
    save_file({key: value.numpy().astype(np.float32) for key, value in tensors.items()}, FOLDER / f"{name}.safetensors")
    print(name, {key: (value.std().item(), value.mean().item()) for key, value in tensors.items()})


fid.load_state_dict_from_url = given
load = torch.nn.Module.load_state_dict
torch.nn.Module.load_state_dict = lambda self, state: load(self, state, strict=False)
pixels = torch.from_numpy(np.floor((hashed(2 * 3 * 28 * 28, 7) + 1) * 128).reshape(2, 3, 28, 28) / 255)
with torch.no_grad():
    features = fid.InceptionV3().double().eval()(pixels)[0].flatten(1)
    save("inception-v3", features=features, logits=features @ given()["fc.weight"].double().T)

    net = mobilenet_v2(weights=None)
    net.load_state_dict(weights(named(net, ["classifier.1.weight", "classifier.1.bias"])))
    mean, deviation = (torch.tensor(of).reshape(1, 3, 1, 1) for of in [(0.485, 0.456, 0.406), (0.229, 0.224, 0.225)])
    images = torch.nn.functional.interpolate(pixels, (224, 224), mode="bilinear", align_corners=False)
    save("mobilenet-v2", features=net.double().eval().features((images - mean) / deviation).mean((2, 3)))

small = {"fc.weight": torch.arange(6.0).reshape(2, 3), "fc.bias": torch.tensor([0.5, -0.5]).half(), "step": torch.tensor(7)}
torch.save(small, FOLDER / "new-format.pth")
torch.save(small, FOLDER / "old-format.pth", _use_new_zipfile_serialization=False)
