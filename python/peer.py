"""The peer of `cargo xtask bench`: reads one JSON object a line, does the work, and prints how many seconds it took."""

import json
import sys
import time

import torch

from scoreflow import VelocityNet

CLASSES = 10


class Training:
    """Adam, clipping and averaging as the trainer does them, in the way that PyTorch recommends."""

    def __init__(self, net, batch):
        self.net, self.batch = net, batch
        self.adam = torch.optim.Adam(net.parameters(), lr=1e-3, betas=(0.9, 0.99))
        self.average = [p.detach().clone() for p in net.parameters()]

    def step(self, images, noise, times, classes):
        t = times[:, None, None, None]
        loss = ((self.net((1 - t) * noise + t * images, times, classes) - (images - noise)) ** 2).mean()
        self.adam.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.adam.step()
        with torch.no_grad():
            torch._foreach_lerp_(self.average, list(self.net.parameters()), 0.01)
        assert torch.isfinite(loss)


def work(kind, batch, channels, size, width):
    net = VelocityNet(channels, CLASSES, width)
    images, noise = torch.randn(2, batch, channels, size, size)
    times, classes = (torch.arange(batch) + 0.5) / batch, torch.arange(batch) % CLASSES
    if kind == "train":
        training = Training(net, batch)
        return lambda: training.step(images, noise, times, classes)

    def evaluate():
        with torch.inference_mode():
            net(noise, times, classes)

    return evaluate


torch.manual_seed(0)
torch.set_num_threads(int(sys.argv[1]))
print(f"PyTorch {torch.__version__}, eager", flush=True)
ready = {}
for line in sys.stdin:
    wanted = json.loads(line)
    count = wanted.pop("count")
    key = tuple(wanted.items())
    if key not in ready:
        ready = {key: work(**wanted)}
    began = time.perf_counter()
    for _ in range(count):
        ready[key]()
    print(json.dumps({"seconds": time.perf_counter() - began}), flush=True)
