"""Released ScoreFlow models in PyTorch: one file that loads, samples, encodes and translates.

    pip install torch numpy safetensors
    python scoreflow.py models/faces.safetensors

draws one image of each class and prints how exactly the first example returns from its noise;

    pip install onnx onnxscript
    python scoreflow.py models/faces.safetensors --onnx faces.onnx

writes the network in the ONNX format: velocities from images, times and classes, for any number of images. States are
[batch, channels, height, width] with values from −1 to 1, times run from 0 (noise) to 1 (image). A model of few steps is used
as the plain flow that it also is.
"""

import json
import sys

import torch
import torch.nn.functional as F
from safetensors import safe_open
from torch import nn

GROUPS, EPSILON, WAVES = 8, 1e-5, 32


class Linear(nn.Module):
    """x · weight + bias, with the weights as the files hold them: [from, to]."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(inputs, outputs).uniform_(-1, 1) / inputs**0.5)
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x):
        return torch.addmm(self.bias, x, self.weight)


class Norm(nn.Module):
    """Group normalisation with a learned scale and shift."""

    def __init__(self, channels):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(channels))
        self.shift = nn.Parameter(torch.zeros(channels))

    def forward(self, x):
        return F.group_norm(x, GROUPS, self.scale, self.shift, EPSILON)


class Block(nn.Module):
    def __init__(self, channels, embedding):
        super().__init__()
        self.norm = Norm(channels)
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.modulation = Linear(embedding, 2 * channels)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x, embedding):
        scale, shift = self.modulation(embedding)[:, :, None, None].chunk(2, dim=1)
        h = self.first(F.relu(self.norm(x)))
        h = F.group_norm(h, GROUPS, eps=EPSILON) * (1 + scale) + shift
        return x + self.second(F.relu(h))


class Embedding(nn.Module):
    """One vector for time and class; a shortcut model (jump) also hears how far its answer should carry."""

    def __init__(self, length, classes, shortcut):
        super().__init__()
        self.first, self.second = Linear(2 * WAVES, length), Linear(length, length)
        if shortcut:
            self.jump = nn.Module()
            self.jump.first, self.jump.second = Linear(2 * WAVES, length), Linear(length, length)
        self.classes = nn.Embedding(classes + 1, length)
        self.register_buffer("frequencies", 1000.0 ** (torch.arange(WAVES) / (WAVES - 1)), persistent=False)

    def forward(self, times, jumps, classes):
        def waves(numbers):
            angles = numbers[:, None] * self.frequencies
            return torch.cat([angles.sin(), angles.cos()], dim=1)

        time = self.second(F.relu(self.first(waves(times))))
        if hasattr(self, "jump"):
            time = time + self.jump.second(F.relu(self.jump.first(waves(jumps))))
        return F.relu(time + self.classes(classes))


class VelocityNet(nn.Module):
    """v(x, t, c). The class number `classes` stands for no class."""

    def __init__(self, channels, classes, width=64, outer_blocks=2, inner_blocks=3, embedding=256, shortcut=False):
        super().__init__()
        patch, deep = 4 * channels, 2 * width
        blocks = lambda count, channels: nn.ModuleList(Block(channels, embedding) for _ in range(count))
        self.classes = classes
        self.embedding = Embedding(embedding, classes, shortcut)
        self.entry = nn.Conv2d(patch, width, 3, padding=1)
        self.down = blocks(outer_blocks, width)
        self.halve = nn.Conv2d(4 * width, deep, 1)
        self.inner = blocks(inner_blocks, deep)
        self.expand = nn.Conv2d(deep, 4 * width, 1)  # "double" in the files, which every module of PyTorch has already
        self.merge = nn.Conv2d(2 * width, width, 1)
        self.up = blocks(outer_blocks, width)
        self.norm = Norm(width)
        self.exit = nn.Conv2d(width, patch, 3, padding=1)

    def forward(self, x, times, classes, jumps=None):
        embedding = self.embedding(times, torch.zeros_like(times) if jumps is None else jumps, classes)
        outer = self.entry(F.pixel_unshuffle(x, 2))
        for block in self.down:
            outer = block(outer, embedding)
        inner = self.halve(F.pixel_unshuffle(outer, 2))
        for block in self.inner:
            inner = block(inner, embedding)
        outer = self.merge(torch.cat([F.pixel_shuffle(self.expand(inner), 2), outer], dim=1))
        for block in self.up:
            outer = block(outer, embedding)
        return F.pixel_shuffle(self.exit(F.relu(self.norm(outer))), 2)


def load(path):
    """The network of a released model, and what the file says of it (shape, network, card, examples)."""
    with safe_open(path, "pt") as file:
        about = json.loads(file.metadata()["scoreflow"])
        tensors = {name: file.get_tensor(name) for name in file.keys()}
    network = dict(about["network"])
    if network.pop("prediction") != "velocity":
        raise ValueError("this file reads models that predict the velocity")
    if network.pop("activation", "relu") != "relu" or network.pop("attention", False):
        raise ValueError("this file reads models with ReLU and without attention")
    if about["card"].get("direct"):
        raise ValueError("this file reads models that begin with noise; this one leads from images to images")
    net = VelocityNet(about["shape"]["channels"], len(about["card"]["classes"]), **network)
    weights = {name.removeprefix("network."): w.float() for name, w in tensors.items() if name.startswith("network.")}
    weights = {name.replace("double.", "expand."): w for name, w in weights.items()}
    net.load_state_dict(weights)
    if "examples.pixels" in tensors:
        about["examples"] = tensors["examples.pixels"].permute(0, 3, 1, 2).float() / 127.5 - 1
        about["classes"] = tensors["examples.classes"].long()
    return net.eval(), about


def grid(intervals):
    """The moments from noise to image: Karras et al. (2022), σ from 80 to 0.002 with ρ = 7, t = 1 / (1 + σ), the first moved
    to t = 0."""
    most, least = 80 ** (1 / 7), 0.002 ** (1 / 7)
    shares = [i / max(intervals - 1, 1) for i in range(1, intervals)]
    inner = [1 / (1 + (most + share * (least - most)) ** 7) for share in shares]
    return [0.0, *inner, 1.0]


def integrate(field, state, times):
    """The midpoint method."""
    for start, end in zip(times, times[1:]):
        half = state + (end - start) / 2 * field(state, start)
        state = state + (end - start) * field(half, (start + end) / 2)
    return state


def field(net, classes, guidance=1.0):
    """The velocity under one class for each image, leaning away from no class by classifier-free guidance."""
    none = torch.full_like(classes, net.classes)

    def velocity(x, t):
        times = torch.full((len(x),), t)
        if guidance == 1.0:
            return net(x, times, classes)
        both = net(x.repeat(2, 1, 1, 1), times.repeat(2), torch.cat([classes, none]))
        conditional, unconditional = both.chunk(2)
        return unconditional + guidance * (conditional - unconditional)

    return velocity


@torch.no_grad()
def sample(net, noise, classes, intervals=10, guidance=1.0):
    """Images from noise."""
    return integrate(field(net, classes, guidance), noise, grid(intervals))


@torch.no_grad()
def encode(net, images, classes, intervals=10):
    """Noise from images."""
    return integrate(field(net, classes), images, grid(intervals)[::-1])


def translate(net, images, source, target, intervals=10, guidance=1.0):
    """Images of one class from images of another, through their noise."""
    return sample(net, encode(net, images, source, intervals), target, intervals, guidance)


def export(net, shape, path):
    """Writes the network in the ONNX format, weights included."""
    images = torch.zeros(2, shape["channels"], shape["height"], shape["width"])
    inputs = {"images": images, "times": torch.zeros(2), "classes": torch.zeros(2, dtype=torch.long)}
    batch = {name: {0: torch.export.Dim("batch")} for name in inputs}
    names = {"input_names": [*inputs], "output_names": ["velocities"]}
    torch.onnx.export(net, (*inputs.values(),), path, dynamic_shapes=(*batch.values(),), external_data=False, **names)


if __name__ == "__main__":
    torch.manual_seed(0)
    net, about = load(sys.argv[1])
    if "--onnx" in sys.argv:
        export(net, about["shape"], sys.argv[sys.argv.index("--onnx") + 1])
        sys.exit()
    shape, classes = about["shape"], torch.arange(net.classes)
    noise = torch.randn(net.classes, shape["channels"], shape["height"], shape["width"])
    images = sample(net, noise, classes)
    print(f"{about['card']['name']}: {len(images)} images with values from {images.min():.2f} to {images.max():.2f}")
    if "examples" in about:
        image, label = about["examples"][:1], about["classes"][:1]
        back = translate(net, image, label, label)
        print(f"the first example returns from its noise within {(back - image).square().mean().sqrt():.4f}")
