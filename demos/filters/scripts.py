"""The scripts that the tab shows, one a topic. They run in the folder of this course."""

from __future__ import annotations

from collections.abc import Callable


def numbers(picture, operation):
    """Read a picture as a tensor. Run it in the folder of this course."""
    import torch

    from demos.filters.samples import picture_of

    name = "china" if picture in ("sketch", "photo") else picture  # or: Image.open("photo.jpg")
    x = torch.from_numpy(picture_of(name, side=160).pixels)
    C, H, W = x.shape
    mean = torch.tensor([0.485, 0.456, 0.406])[:, None, None]
    std = torch.tensor([0.229, 0.224, 0.225])[:, None, None]
    ways = {
        "tensor": lambda: x,
        "batch": lambda: x[None],
        "pair": lambda: torch.stack([x, x.flip(-1)]),
        "float": lambda: x / 255,
        "normalise": lambda: (x / 255 - mean) / std,
        "mirror": lambda: x.flip(-1),
        "upside_down": lambda: x.flip(-2),
        "colours": lambda: x.flip(-3),
        "channels_last": lambda: x.permute(1, 2, 0),
        "turned": lambda: x.permute(0, 2, 1),
        "wrong": lambda: x.reshape(H, W, C),
    }
    y = ways[operation]()
    print(f"x: {tuple(x.shape)}, {x.dtype}, {x.nbytes:,} bytes, strides {x.stride()}")
    print(f"{operation}: {tuple(y.shape)}, {y.dtype}, {y.nbytes:,} bytes, strides {y.stride()}")
    print("the pixel in the middle:", x[:, H // 2, W // 2].tolist())


def product(left, right):
    """Multiply two matrices: each number is a row times a column."""
    import torch

    A, B = (
        torch.tensor([[float(v) for v in row.split()] for row in text.split(";")])
        for text in (left, right)
    )
    try:
        C = A @ B
        print(f"{tuple(A.shape)} @ {tuple(B.shape)} = {tuple(C.shape)}")
        print(C)
        print(f"first row · first column = {(A[0] * B[:, 0]).sum().item():g}")
    except RuntimeError as error:
        print(f"torch says: {error}")


def convolve(picture, kernel, padding, stride, dilation):
    """Slide a filter over a grey picture. Run it in the folder of this course."""
    import math

    import torch
    from torch.nn import functional

    from demos.filters.samples import picture_of

    name = "china" if picture in ("sketch", "photo") else picture
    x = torch.from_numpy(picture_of(name, side=160).grey).float()[None, None]
    k = math.isqrt(len(kernel))
    weight = torch.tensor(kernel).reshape(1, 1, k, k)
    room = 0 if padding == "none" else dilation * (k - 1) // 2
    try:
        if room:
            mode = {"zeros": "constant", "reflect": "reflect"}[padding]
            x = functional.pad(x, [room] * 4, mode=mode)
        y = functional.conv2d(x, weight, stride=stride, dilation=dilation)
        print(f"{tuple(x.shape)} * {tuple(weight.shape)} = {tuple(y.shape)}")
        print(f"from {y.min().item():.1f} to {y.max().item():.1f}")
        reach = dilation * (k - 1) + 1
        patch = x[0, 0, :reach:dilation, :reach:dilation]
        print(f"top left: {y[0, 0, 0, 0].item():.3f} = {(patch * weight[0, 0]).sum().item():.3f}")
    except RuntimeError as error:
        print(f"torch says: {error}")


def channels(picture, filters, own, mix, padding, stride, dilation):
    """Slide filters over a picture in colour. Run it in the folder of this course."""
    import torch
    from torch.nn import functional

    from demos.filters.answers import bank
    from demos.filters.samples import picture_of

    name = "china" if picture in ("sketch", "photo") else picture
    x = torch.from_numpy(picture_of(name, side=160).pixels).float()[None]
    weight = torch.tensor(bank(filters, own, mix))
    room = 0 if padding == "none" else dilation
    if room:
        x = functional.pad(x, [room] * 4, mode="reflect" if padding == "reflect" else "constant")
    y = functional.conv2d(x, weight, stride=stride, dilation=dilation)
    print(f"{tuple(x.shape)} * {tuple(weight.shape)} = {tuple(y.shape)}")
    print(f"{weight.numel()} weights")
    for one, of in zip(filters, y[0], strict=True):
        print(f"{one}: from {of.min().item():.1f} to {of.max().item():.1f}")
    total = sum(
        functional.conv2d(x[:, c : c + 1], weight[:, c : c + 1], stride=stride, dilation=dilation)
        for c in range(3)
    )
    print("one colour after the other, added up:", torch.allclose(y, total, atol=1e-3))


def pooling(pooled, picture, pool, window, pool_stride, shift):
    """Shrink a picture, and see where the gradient goes. Run it in the folder of this course."""
    import torch
    from torch.nn import functional

    from demos.filters.samples import picture_of

    name = "china" if picture in ("sketch", "photo") else picture
    name = "pool" if pooled == "example" else name
    x = torch.from_numpy(picture_of(name, side=160).grey).float()[None, None]
    reduce = functional.max_pool2d if pool == "max" else functional.avg_pool2d
    moved = functional.pad(x, [shift, 0, 0, 0], mode="replicate")[..., : x.shape[-1]]
    moved.requires_grad_()
    y = reduce(moved, window, pool_stride)
    y.sum().backward()
    print(f"{tuple(x.shape)} -> {tuple(y.shape)}")
    print(y[0, 0])
    changed = (y != reduce(x, window, pool_stride)).sum().item()
    print(f"the shift has changed {changed} of {y.numel()}")
    print(f"{(moved.grad != 0).sum().item()} of {x.numel()} pixels get a gradient")


def learn(picture, target, taught, several, noise, optimizer, learning_rate, steps, seed):
    """Let a filter learn by gradient descent. Run it in the folder of this course."""
    import torch

    from demos.filters.answers import target_of
    from demos.filters.lesson import learn
    from demos.filters.samples import picture_of

    name = "china" if picture in ("sketch", "photo") else picture
    found = picture_of(name, side=96)
    x = torch.from_numpy(found.grey).float()[None, None] / found.top
    y = target_of(x, target, taught)
    if target != "strength":  # around 0: what all pixels share would hide how they differ
        y = y - target_of(torch.full_like(x, x.mean().item()), target, taught)
    y = y + noise * torch.randn(y.shape, generator=torch.Generator().manual_seed(seed))

    filters = 3 if several else 1
    rows = list(learn(x - x.mean(), y, filters, optimizer, learning_rate, steps, seed))
    for row in rows[:: max(1, steps // 10)]:
        print(f"step {row['step']}: loss {row['loss']:.6f}")
    for kernel, share in zip(rows[-1]["kernels"], rows[-1]["mix"], strict=True):
        print(f"times {share:.2f}:")
        for numbers in kernel:
            print("  ", " ".join(f"{v:6.2f}" for v in numbers))


def dense(kernel, side, padding, stride):
    """Write a filter as the matrix of a dense layer. Run it in the folder of this course."""
    import math

    import torch

    from demos.filters.lesson import as_matrix, convolve

    k = math.isqrt(len(kernel))
    numbers = torch.tensor(kernel).reshape(k, k)
    x = torch.ones(1, 1, side, side)
    x[..., side // 2 :] = 9  # an edge
    y = convolve(x, numbers[None, None], padding, stride)
    matrix = as_matrix(numbers, side, padding, stride)
    print(f"filter: {numbers.numel()} weights, matrix {tuple(matrix.shape)}: {matrix.numel()}")
    print(y[0, 0])
    print("the same:", torch.allclose(matrix @ x.flatten(), y.flatten(), atol=1e-3))


SCRIPTS: dict[str, Callable] = {
    "numbers": numbers,
    "product": product,
    "convolve": convolve,
    "channels": channels,
    "pooling": pooling,
    "learn": learn,
    "dense": dense,
}
