"""The velocity net once more, in PyTorch, written from its description alone: weights, output, loss and gradients.

    pip install torch numpy safetensors
    python tests/golden/generate.py

writes velocity-net.safetensors beside this file. The names are those of the Rust parameters.
"""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file

CHANNELS, HEIGHT, WIDTH, CLASSES = 3, 8, 12, 4
WIDE, EMBEDDING, GROUPS = 8, 16, 8

torch.manual_seed(20)
torch.set_default_dtype(torch.float64)
weights = {}


def weight(name, *shape):
    weights[name] = (torch.randn(*shape) * 0.3).float().double().requires_grad_()


def convolution(name, inputs, outputs, size):
    weight(f"{name}.weight", outputs, inputs, size, size)
    weight(f"{name}.bias", outputs)


def linear(name, inputs, outputs):
    weight(f"{name}.weight", inputs, outputs)
    weight(f"{name}.bias", outputs)


def norm(name, channels):
    weight(f"{name}.scale", channels)
    weight(f"{name}.shift", channels)


def block(name, channels):
    norm(f"{name}.norm", channels)
    convolution(f"{name}.first", channels, channels, 3)
    linear(f"{name}.modulation", EMBEDDING, 2 * channels)
    convolution(f"{name}.second", channels, channels, 3)


linear("embedding.first", 64, EMBEDDING)
linear("embedding.second", EMBEDDING, EMBEDDING)
weight("embedding.classes.weight", CLASSES + 1, EMBEDDING)
convolution("entry", 4 * CHANNELS, WIDE, 3)
block("down.0", WIDE)
convolution("halve", 4 * WIDE, 2 * WIDE, 1)
block("inner.0", 2 * WIDE)
convolution("double", 2 * WIDE, 4 * WIDE, 1)
convolution("merge", 2 * WIDE, WIDE, 1)
block("up.0", WIDE)
norm("norm", WIDE)
convolution("exit", WIDE, 4 * CHANNELS, 3)


def apply_convolution(name, x):
    w = weights[f"{name}.weight"]
    return F.conv2d(x, w, weights[f"{name}.bias"], padding=w.shape[-1] // 2)


def apply_linear(name, x):
    return x @ weights[f"{name}.weight"] + weights[f"{name}.bias"]


def apply_norm(name, x):
    return F.group_norm(x, GROUPS, weights[f"{name}.scale"], weights[f"{name}.shift"], eps=1e-5)


def apply_block(name, x, embedding):
    scale, shift = apply_linear(f"{name}.modulation", embedding).chunk(2, dim=1)
    h = apply_convolution(f"{name}.first", F.relu(apply_norm(f"{name}.norm", x)))
    h = F.group_norm(h, GROUPS, eps=1e-5) * (1 + scale[:, :, None, None]) + shift[:, :, None, None]
    return x + apply_convolution(f"{name}.second", F.relu(h))


def velocity(x, times, conditions):
    frequencies = 1000.0 ** (torch.arange(32) / 31)
    angles = times[:, None] * frequencies[None, :]
    features = torch.cat([angles.sin(), angles.cos()], dim=1).float().double()
    embedding = apply_linear("embedding.second", F.relu(apply_linear("embedding.first", features)))
    embedding = F.relu(embedding + weights["embedding.classes.weight"][conditions])
    outer = apply_block("down.0", apply_convolution("entry", F.pixel_unshuffle(x, 2)), embedding)
    inner = apply_block("inner.0", apply_convolution("halve", F.pixel_unshuffle(outer, 2)), embedding)
    inner = F.pixel_shuffle(apply_convolution("double", inner), 2)
    outer = apply_convolution("merge", torch.cat([inner, outer], dim=1))
    outer = apply_block("up.0", outer, embedding)
    return F.pixel_shuffle(apply_convolution("exit", F.relu(apply_norm("norm", outer))), 2)


states = torch.randn(2, CHANNELS, HEIGHT, WIDTH).float().double()
target = torch.randn(2, CHANNELS, HEIGHT, WIDTH).float().double()
times = torch.tensor([0.3, 0.85])
conditions = torch.tensor([1, CLASSES])
output = velocity(states, times, conditions)
loss = ((output - target) ** 2).mean()
loss.backward()

tensors = {f"network.{name}": w.detach() for name, w in weights.items()}
tensors |= {f"gradient.{name}": w.grad for name, w in weights.items()}
tensors |= {"states": states, "target": target, "times": times, "output": output.detach(), "loss": loss.detach()[None]}
tensors = {name: tensor.float().contiguous() for name, tensor in tensors.items()}
save_file(tensors, Path(__file__).with_name("velocity-net.safetensors"))
print(f"loss {loss.item():.6f}, output deviation {output.std().item():.4f}")
