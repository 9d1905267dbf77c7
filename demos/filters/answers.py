"""What the server does for the page and for programs; it keeps nothing.

Pictures and results are lists of numbers for programs. The page asks for them as base64: pixels
are bytes, results float32, row by row.
"""

from __future__ import annotations

import base64
import math
from typing import TYPE_CHECKING, Any

from demos.filters import lesson
from demos.filters.kernels import BANKS, OWN, kernel
from demos.filters.knobs import CELL, KNOBS, OPERATIONS
from demos.filters.samples import picture_of
from demos.frame.knobs import Choice, Number, takes
from models.sentences import refusal

if TYPE_CHECKING:
    from torch import Tensor

SIDE = Number(8, 192, 160, "side", whole=True, about="longest side of the picture, smaller if more")
FORM = Choice(
    ["numbers", "base64", "levels"],
    "numbers",
    about='results as lists of "numbers", as "base64" of float32, or as "levels", base64 of bytes: '
    "low is 0, high is 255.",
)
MOST_FILTERS = 8
LARGEST = 7  # side of a filter
MATRIX_SIDE = 6  # of a matrix that is typed
SNAPSHOTS = 24  # pictures of a training that are sent
LEARN_SIDE = 96
SIZES = [6, 28, 32, 64, 128, 224]  # of pictures, whose layers are counted


# ---------------------------------------------------------------- what is sent


def _bytes(array: Any) -> str:
    return base64.b64encode(array.tobytes()).decode("ascii")


def _result(x: Tensor, form: str, low: Any, high: Any) -> Any:
    """Return numbers as programs or the page want them; a range may be one for each channel."""
    import torch

    if form == "numbers":
        return x.tolist()
    if form == "base64":
        return _bytes(x.contiguous().numpy())
    low, high = (torch.as_tensor(end).reshape(-1, 1, 1) for end in (low, high))
    levels = (x - low) * (255 / (high - low))
    return _bytes(levels.round().clamp(0, 255).byte().numpy())


def _weights(value: Any) -> Tensor:
    """Return filters `(out, in, k, k)` that anyone may have sent.

    Raises:
        ValueError: in a sentence, if they are none.
    """
    import torch

    wrong = refusal(
        "weight must be a square of 1, 9, 25 or 49 numbers, as rows, or such squares as "
        "[filter][channel][row][column], of at most {most} filters and 1 or 3 channels.",
        most=MOST_FILTERS,
    )

    def listed(of: Any, counts: Any) -> bool:
        return isinstance(of, (list, tuple)) and len(of) in counts

    def square(rows: Any) -> list[list[float]]:
        if not listed(rows, (1, 3, 5, LARGEST)):
            raise wrong
        if not all(listed(row, [len(rows)]) for row in rows):
            raise wrong
        return [[CELL.check(one, "weight") for one in row] for row in rows]

    if not listed(value, range(1, MOST_FILTERS + 1)) or not listed(value[0], range(1, 9)):
        raise wrong
    if not isinstance(value[0][0], (list, tuple)):
        return torch.tensor([[square(value)]])
    if not all(listed(filter_, (1, 3)) for filter_ in value):
        raise wrong
    squares = [[square(channel) for channel in filter_] for filter_ in value]
    shapes = {(len(one), len(rows)) for one in squares for rows in one}
    if len(shapes) > 1:
        raise wrong
    return torch.tensor(squares)


def spans(weight: Tensor, top: float, y: Tensor) -> list[tuple[float, float]]:
    """Return for each filter which numbers are its ends; with both signs 0 is in the middle.

    A filter whose numbers add up to nothing finds differences, so its picture has both signs. Any
    other is about as bright as the picture that it reads, times that sum.
    """
    ends = []
    for of, out in zip(weight, y, strict=True):
        total, size = of.sum().item(), of.abs().sum().item()
        if total > 0.1 * size:
            ends.append((0.0, top * total))
        else:
            most = out.abs().max().item() or 1.0
            ends.append((-most, most))
    return ends


def fits(shape: tuple[int, int], k: int, padding: str, dilation: int) -> None:
    """Refuse a filter that is larger than what it reads.

    Raises:
        ValueError: in a sentence, with the numbers.
    """
    room, least = lesson.margin(k, padding, dilation), min(shape)
    reach = dilation * (k - 1) + 1
    if padding == "reflect" and room >= least:
        raise refusal(
            "Nothing to mirror: {room} pixels are wanted at each edge, and a side of {side} has "
            "{most} to mirror.",
            room=room,
            side=least,
            most=least - 1,
        )
    if reach > least + 2 * room:
        raise refusal(
            "The filter does not fit: with its gaps it reaches over {reach} pixels, and the "
            "picture has {side}.",
            reach=reach,
            side=least + 2 * room,
        )


# ---------------------------------------------------------------- the endpoints


@takes(KNOBS, side=SIDE, form=FORM)
def filter_apply(
    image: str | list | dict, weight: list, padding, stride, dilation, side, form="numbers"
) -> dict[str, Any]:
    """Slide a filter over a picture: each number is the sum of a patch times the filter.

    Args:
        image: a PNG, JPEG, WebP, GIF or BMP as data URL ("data:image/png;base64,…"), an uploaded
            file (`gradio_client.handle_file("photo.jpg")`), rows of whole numbers from 0 to 255, or
            one of "china", "flower", "lion", "shapes", "edge", "count".
        weight: rows of numbers, 1, 3, 5 or 7 of them, for a grey picture; or filters as
            [filter][channel][row][column] with 1 channel (grey) or 3 (red, green, blue).

    Returns:
        `output`, [filter][row][column]; `picture`, what was read, [channel][row][column], bytes;
        `shape` of the picture (C, H, W), `weight_shape` (out, in, k, k), `output_shape` (out, H,
        W), `parameters`; `low` and `high` of each filter, the numbers that are shown as the two
        ends: from 0 on black and white, else orange and blue; and `top`, the white of the picture.
    """
    import numpy as np
    import torch

    filters = _weights(weight)
    picture = picture_of(image, side)
    pixels = picture.pixels if filters.shape[1] == 3 else picture.grey[None]
    fits(pixels.shape[1:], filters.shape[-1], padding, dilation)
    x = torch.from_numpy(pixels.astype(np.float32))[None]
    with torch.inference_mode():
        y = lesson.convolve(x, filters, padding, stride, dilation)[0]
    low, high = zip(*spans(filters, picture.top, y), strict=True)
    return {
        "output": _result(y, form, low, high),
        "picture": pixels.tolist() if form == "numbers" else _bytes(pixels),
        "shape": list(pixels.shape),
        "weight_shape": list(filters.shape),
        "output_shape": list(y.shape),
        "parameters": filters.numel(),
        "low": list(low),
        "high": list(high),
        "top": picture.top,
    }


@takes(KNOBS, side=SIDE, form=FORM)
def filter_numbers(image: str | list | dict, operation, side, form="numbers") -> dict[str, Any]:
    """Read a picture as a tensor, and see what a line of code makes of its shape and its numbers.

    Args:
        image: as of /filter_apply.

    Returns:
        `code`; `shape`, `strides`, `dtype`, `bytes` of the result, and `source`, the same of the
        picture; `least`, `most`, `mean`, `deviation` of each channel of the result; `picture`, the
        bytes of the source, [channel][row][column]; `result`, its numbers in their order; and
        `shown`, how a program shows the result as a picture, [row][column][channel], bytes, with
        `shown_shape`.
    """
    import torch

    picture = picture_of(image, side)
    x = torch.from_numpy(picture.pixels)
    y = lesson.read(x, operation)
    # Programs that show pictures want bytes, or numbers between 0 and 1, with the colours last.
    seen = y if y.dtype == torch.uint8 else (y.clamp(0, 1) * 255).round().byte()
    if operation == "pair":
        seen = torch.cat([*seen], dim=-1)
    seen = seen[0] if seen.dim() == 4 else seen
    last = operation in ("channels_last", "wrong")
    seen = seen if last else seen.permute(1, 2, 0)
    channels = y.double().movedim(-1, 0) if last else y.double().movedim(-3, 0)
    each = channels.flatten(1)
    return {
        "code": OPERATIONS[operation],
        "shape": list(y.shape),
        "strides": list(y.stride()),
        "dtype": str(y.dtype).removeprefix("torch."),
        "bytes": y.numel() * y.element_size(),
        "source": {
            "shape": list(x.shape),
            "strides": list(x.stride()),
            "dtype": "uint8",
            "bytes": x.numel(),
        },
        "least": each.amin(1).tolist(),
        "most": each.amax(1).tolist(),
        "mean": each.mean(1).tolist(),
        "deviation": each.std(1, correction=0).tolist(),
        "picture": x.tolist() if form == "numbers" else _bytes(picture.pixels),
        "result": y.tolist() if form == "numbers" else _bytes(_compact(y)),
        "shown": seen.tolist() if form == "numbers" else _bytes(seen.contiguous().numpy()),
        "shown_shape": list(seen.shape),
    }


def _compact(y: Tensor) -> Any:
    """Return the numbers in their order; those with a point in half precision."""
    return (y.half() if y.is_floating_point() else y).contiguous().numpy()


def matrix_in(text: str, name: str) -> list[list[float]]:
    """Read a matrix such as "1 2 1; 0 1 0".

    Raises:
        ValueError: in a sentence, if it is none.
    """
    rows = [row.replace(",", " ").replace("−", "-").split() for row in text.split(";")]
    wrong = refusal(
        "{name} must be 1 to {most} rows of 1 to {most} numbers from −1000 to 1000, all of one "
        "length: 1 2 1; 0 1 0.",
        name=name,
        most=MATRIX_SIDE,
    )
    if not 1 <= len(rows) <= MATRIX_SIDE or len({len(row) for row in rows}) != 1:
        raise wrong
    if not 1 <= len(rows[0]) <= MATRIX_SIDE:
        raise wrong
    try:
        return [[CELL.check(float(one), name) for one in row] for row in rows]
    except ValueError:
        raise wrong from None


@takes(KNOBS)
def filter_product(left, right) -> dict[str, Any]:
    """Multiply two matrices: each number is a row times a column.

    Returns:
        `left` and `right`, rows of numbers; `shapes` of both; `product`, rows of numbers, or null
        where the shapes do not fit; then `error` is what torch says, else "".
    """
    import torch

    a, b = matrix_in(left, "left"), matrix_in(right, "right")
    one, other = torch.tensor(a), torch.tensor(b)
    product, error = None, ""
    try:
        product = (one @ other).tolist()
    except RuntimeError as refused:
        error = str(refused)
    shapes = [list(one.shape), list(other.shape)]
    return {"left": a, "right": b, "shapes": shapes, "product": product, "error": error}


@takes(KNOBS, side=SIDE, form=FORM)
def filter_pool(
    image: str | list | dict, pool, window, pool_stride, shift, side, form="numbers"
) -> dict[str, Any]:
    """Shrink a picture: of each window the largest number, or the mean.

    Args:
        image: as of /filter_apply, or "pool", 4 × 6 numbers.

    Returns:
        `picture`, [row][column], bytes, after the shift; `output`, [row][column]; `gradient`, what
        backward gives each pixel if each number of the output gets 1; `changed`, how many numbers
        of the output the shift has changed, of `numbers`, and `changed_pixels` of `pixels`; `shape`
        and `output_shape`.
    """
    import numpy as np
    import torch

    picture = picture_of(image, side)
    x = torch.from_numpy(picture.grey.astype(np.float32))[None, None]
    if window > min(x.shape[2:]):
        raise refusal(
            "The window does not fit: it is {window} pixels wide, and the picture has {side}.",
            window=window,
            side=min(x.shape[2:]),
        )
    moved = lesson.shifted(x, shift)
    before, _gradient = lesson.pool(x, pool, window, pool_stride)
    after, gradient = lesson.pool(moved, pool, window, pool_stride)
    y = after[0, 0]
    return {
        "picture": moved[0, 0].byte().tolist()
        if form == "numbers"
        else _bytes(moved.byte().numpy()),
        "output": _result(y, form, 0, picture.top),
        "gradient": _result(gradient[0, 0], form, 0, gradient.max().item()),
        "changed": int((before != after).sum()),
        "numbers": y.numel(),
        "changed_pixels": int((moved != x).sum()),
        "pixels": x.numel(),
        "shape": list(x.shape[2:]),
        "output_shape": list(y.shape),
        "top": picture.top,
    }


def target_of(x: Tensor, target: str, taught: list[float]) -> Tensor:
    """Return what a filter is to make of a picture `(1, 1, H, W)`."""
    import torch

    name = "sobel_x" if target == "strength" else target
    numbers = taught if target == OWN else kernel(name)
    side = math.isqrt(len(numbers))
    y = lesson.convolve(x, torch.tensor(numbers).reshape(1, 1, side, side))
    return y.abs() if target == "strength" else y


@takes(KNOBS, image_side=Number(16, 160, LEARN_SIDE, "image_side", whole=True), form=FORM)
def filter_learn(
    image: str | list | dict,
    target,
    taught,
    several,
    noise,
    optimizer,
    learning_rate,
    steps,
    seed,
    image_side,
    form="numbers",
) -> dict[str, Any]:
    """Let a filter learn: gradient descent, from random numbers to what makes a target picture.

    Args:
        image: as of /filter_apply.
        target: "sobel_x", "sobel_y", "laplace", "blur", "emboss", "strength" (|Sobel x|) or "own",
            which is `taught`.
        several: three filters with a ReLU each, added up, instead of one.
        noise: standard deviation of what is added to the target, with white as 1.
        image_side: longest side of the picture [px].

    Returns:
        `steps`, a row each: step, loss, kernels, mix (how each filter counts); `pictures`, of some
        steps {step, output}; `target`, what is to come out, and `wanted`, the filter that makes it;
        `picture`, [row][column], bytes; `low` and `high` of what is shown; `note`, "overflow" where
        the numbers outgrew a float.
    """
    import numpy as np
    import torch

    picture = picture_of(image, image_side)
    if min(picture.grey.shape) < 5:
        raise refusal("This picture is too small to learn from: 5 × 5 pixels are needed at least.")
    x = torch.from_numpy(picture.grey.astype(np.float32))[None, None] / picture.top
    y = target_of(x, target, taught)
    if noise:
        chance = torch.Generator().manual_seed(seed)
        y = y + noise * torch.randn(y.shape, generator=chance)
    # Around 0, so that what all pixels share does not hide how they differ. What a filter makes of
    # the mean is taken off the target, too, so that the same numbers are right.
    middle = x.mean()
    base = (
        target_of(torch.full_like(x, middle.item()), target, taught) if target != "strength" else 0
    )
    rows, pictures, note = [], [], ""
    every = max(1, math.ceil(steps / (SNAPSHOTS - 1)))
    with torch.inference_mode(False), torch.enable_grad():
        going = lesson.learn(
            x - middle, y - base, 3 if several else 1, optimizer, learning_rate, steps, seed
        )
        for row in going:
            image_now = row.pop("picture")[0, 0]
            flat = [*np.ravel(row["kernels"]), *row["mix"], row["loss"]]
            if not all(map(math.isfinite, flat)) or row["loss"] > 1e12:
                note = "overflow"
                break
            rows.append(row)
            if row["step"] % every == 0 or row["step"] == steps:
                pictures.append((row["step"], image_now))
    shown = (y - base)[0, 0]
    most = shown.abs().max().item() or 1.0
    return {
        "steps": rows,
        "pictures": [
            {
                "step": step,
                "output": _result(one, "levels" if form != "numbers" else form, -most, most),
            }
            for step, one in pictures
        ],
        "target": _result(shown, "levels" if form != "numbers" else form, -most, most),
        "wanted": taught
        if target == OWN
        else kernel("sobel_x" if target == "strength" else target),
        "picture": picture.grey.tolist() if form == "numbers" else _bytes(picture.grey),
        "shape": list(picture.grey.shape),
        "output_shape": list(shown.shape),
        "top": picture.top,
        "low": -most,
        "high": most,
        "note": note,
    }


@takes(KNOBS)
def filter_matrix(kernel, side, padding, stride) -> dict[str, Any]:
    """Write a filter as the matrix of a dense layer that does the same.

    Returns:
        `picture`, rows of numbers; `matrix`, a row for each number that comes out and a column for
        each pixel; `output`, what the matrix makes of the picture, and `convolved`, what the filter
        does; `weights` of the filter, `entries` of the matrix, `nonzero` of them; and `growth`, for
        pictures of some sizes: size, outputs, filter, dense (how many weights each needs).
    """
    import torch

    k = math.isqrt(len(kernel))
    fits((side, side), k, padding, 1)
    numbers = torch.tensor(kernel).reshape(k, k)
    x = torch.ones(1, 1, side, side)
    x[..., side // 2 :] = 9  # an edge
    with torch.inference_mode():
        matrix = lesson.as_matrix(numbers, side, padding, stride)
        convolved = lesson.convolve(x, numbers[None, None], padding, stride)[0, 0]
        y = (matrix @ x.flatten()).reshape(convolved.shape)
    # Whatever the filter holds, so many places of the matrix are its.
    ones = lesson.as_matrix(torch.ones(k, k), side, padding, stride)
    growth = []
    for size in SIZES:
        out = lesson.out_size(size, k, lesson.margin(k, padding, 1), stride, 1)
        growth.append(
            {"size": size, "outputs": out * out, "filter": k * k, "dense": out * out * size * size}
        )
    return {
        "picture": x[0, 0].tolist(),
        "matrix": matrix.tolist(),
        "output": y.tolist(),
        "convolved": convolved.tolist(),
        "weights": k * k,
        "entries": matrix.numel(),
        "nonzero": int(ones.count_nonzero()),
        "growth": growth,
    }


def bank(names: list[str], own: list[float], mix: list[float]) -> list:
    """Return the chosen filters on colours, [filter][channel][row][column]."""
    chosen = {
        **{name: one[1] for name, one in BANKS.items()},
        OWN: [[share * v for v in own] for share in mix],
    }
    return [[[one[i : i + 3] for i in (0, 3, 6)] for one in chosen[name]] for name in names]


@takes(KNOBS, side=SIDE, form=FORM)
def filter_channels(
    image: str | list | dict, filters, own, mix, padding, stride, dilation, side, form="numbers"
) -> dict[str, Any]:
    """Slide filters over the three colours of a picture; each reads all of them.

    Args:
        image: as of /filter_apply.
        filters: some of "edges", "red", "blue", "red_edges" and "own".
        own: 9 numbers, row by row.
        mix: what `own` is multiplied by for red, green and blue.

    Returns:
        As /filter_apply, and `weight`, the filters.
    """
    weight = bank(filters, own, mix)
    answer = filter_apply(image, weight, padding, stride, dilation, side, form)
    return {**answer, "weight": weight}
