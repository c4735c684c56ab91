"""What python/scoreflow.py computes in PyTorch: weights, output, loss and gradients of a small network, and trajectories of a
released model.

    pip install torch numpy safetensors
    python tests/golden/generate.py

writes velocity-net.safetensors and trajectories.safetensors beside this file. The names are those of the Rust parameters.
"""

import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "python"))
from scoreflow import VelocityNet, encode, load, sample, translate  # noqa: E402

CHANNELS, HEIGHT, WIDTH, CLASSES = 3, 8, 12, 4


def write(name, tensors):
    tensors = {key: tensor.detach().float().contiguous() for key, tensor in tensors.items()}
    save_file(tensors, Path(__file__).with_name(name))


def network():
    torch.manual_seed(20)
    torch.set_default_dtype(torch.float64)
    net = VelocityNet(CHANNELS, CLASSES, width=8, outer_blocks=1, inner_blocks=1, embedding=16)
    for weight in net.parameters():
        weight.data = (torch.randn_like(weight) * 0.3).float().double()
    states, target = torch.randn(2, 2, CHANNELS, HEIGHT, WIDTH).float().double()
    times = torch.tensor([0.3, 0.85])
    output = net(states, times, torch.tensor([1, CLASSES]))
    loss = ((output - target) ** 2).mean()
    loss.backward()
    weights = {name.replace("expand.", "double."): weight for name, weight in net.named_parameters()}
    tensors = {f"network.{name}": weight for name, weight in weights.items()}
    tensors |= {f"gradient.{name}": weight.grad for name, weight in weights.items()}
    tensors |= {"states": states, "target": target, "times": times, "output": output, "loss": loss[None]}
    write("velocity-net.safetensors", tensors)
    print(f"loss {loss.item():.6f}, output deviation {output.std().item():.4f}")
    torch.set_default_dtype(torch.float32)


def trajectories():
    """Four intervals of the midpoint method each; guidance only towards an image."""
    torch.manual_seed(21)
    net, about = load(ROOT / "models/faces.safetensors")
    images, source, target = about["examples"][:2], about["classes"][:2], torch.tensor([3, 2])
    noise = torch.randn(images.shape)
    tensors = {"noise": noise, "images": images, "source": source, "target": target}
    tensors["sampled"] = sample(net, noise, target, 4, guidance=1.5)
    tensors["encoded"] = encode(net, images, source, 4)
    tensors["translated"] = translate(net, images, source, target, 4, guidance=1.5)
    write("trajectories.safetensors", tensors)


network()
trajectories()
