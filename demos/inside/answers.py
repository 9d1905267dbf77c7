"""What the server does for the page and for programs; it keeps nothing.

Pictures and maps are lists of numbers for programs. The page asks for them as base64: bytes of
which 255 is the layer's largest number, and half precision for what is computed with.
"""

from __future__ import annotations

import base64
import io
import time
from typing import TYPE_CHECKING, Any

from demos.frame.knobs import Choice, Number, takes
from demos.inside import lesson, samples
from demos.inside.knobs import KNOBS
from models.sentences import refusal

if TYPE_CHECKING:
    from torch import Tensor

    from models.small_pictures import SmallPictures

FORM = Choice(["numbers", "base64"], "numbers", about='lists of "numbers", or "base64" of bytes.')
STRIDE = 2  # px, of the square that hides
TURNS = range(-180, 181, 15)  # degrees
FRAMES = 31  # pictures of an ascent that are sent
PASSES = 50
QUIZ = 10  # pictures of a quiz
REPEATS = 3  # of a timing, of which the fastest counts


# ---------------------------------------------------------------- models, and what is sent


def network_of(name: str) -> SmallPictures:
    """Return a network on the CPU, where one small picture is answered fastest.

    Raises:
        ValueError: in a sentence, if its weights are missing or those of another network.
    """
    from models import hub

    try:
        model = hub.load(hub.class_of(name))
    except hub.WeightsMissing as missing:
        raise ValueError(missing.args[0]) from missing
    return model.to("cpu") if next(model.parameters()).device.type != "cpu" else model


def _bytes(x: Any) -> str:
    return base64.b64encode(x.tobytes()).decode("ascii")


def _levels(x: Tensor, high: float, form: str) -> Any:
    """Return numbers from 0 on; of the page's bytes 255 is `high`."""
    if form == "numbers":
        return x.tolist()
    return _bytes((x * (255 / (high or 1))).round().clamp(0, 255).byte().contiguous().numpy())


def _halves(x: Tensor, form: str) -> Any:
    return x.tolist() if form == "numbers" else _bytes(x.half().contiguous().numpy())


def _named(model: SmallPictures, probabilities: Tensor) -> dict[str, float]:
    return dict(zip(model.labels, probabilities.tolist(), strict=True))


def _judged(model: SmallPictures, x: Tensor, found: bool) -> dict[str, Any]:
    """Return what a network says to a picture, and what of that counts.

    Args:
        x: `(1, C, H, W)`.
        found: whether a thing was found there, see `samples.look`.

    Returns:
        `probabilities` `(classes,)`; `doubt`, see `SmallPictures.doubt`; `found`; `least`, the
        probability that is asked for; `distance` from the nearest label, and the `most` that is
        allowed, both null where the network knows no distances.
    """
    probabilities, distances = model.judge(x)
    distance = distances.item()
    knows = model.most_distance is not None
    return {
        "probabilities": probabilities[0],
        "doubt": model.doubt(probabilities[0], distance, found),
        "found": found,
        "least": model.least_confidence,
        "distance": distance if knows else None,
        "most": model.most_distance,
    }


def _place(model: SmallPictures, layer: int, unit: int) -> tuple[int, int]:
    """Return a layer and one of its maps that there are: the last ones, if there are fewer."""
    steps = lesson.stages(model)
    layer = min(layer, len(steps))
    return layer, min(unit, _maps(model, layer) - 1)


def _off(model: SmallPictures, layer: int, unit: int) -> tuple[int, int] | None:
    """Return which map is switched off; the picture and the ten sums stay on."""
    number, chosen = _place(model, layer, unit)
    return (number, chosen) if 0 < number < len(lesson.stages(model)) else None


def _maps(model: SmallPictures, layer: int) -> int:
    """Return how many maps a layer has; those of the picture are its colours."""
    sizes = model.channels
    for _name, kind, module in lesson.stages(model)[:layer]:
        if kind == "conv":
            sizes = module.conv.out_channels
        elif kind == "linear":
            sizes = module.out_features
    return sizes


# ---------------------------------------------------------------- the endpoints


@takes(KNOBS)
def fashion_predict(image: str | dict) -> dict[str, Any]:
    """Name a piece of clothing on a picture.

    Args:
        image: a PNG, JPEG, WebP, GIF or BMP as data URL ("data:image/png;base64,…"), an uploaded
            file (`gradio_client.handle_file("shirt.jpg")`), or one of "t-shirt-top", "trouser",
            "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle-boot".

    Returns:
        `label`, the likeliest; null if there is a `doubt`: "background", no piece was found in
        front of a plain background; "unsure", none is likely enough; "unlike", the picture is too
        far from all that the network learned from; else "". `probabilities` by label; and `seen`,
        the 28 × 28 numbers from 0 to 1 that the network was given.
    """
    model = network_of("fashion")
    x, found = samples.look(model, image)
    told = _judged(model, x, found)
    answer = told.pop("probabilities")
    return {
        "label": None if told["doubt"] else model.labels[answer.argmax()],
        "doubt": told["doubt"],
        "probabilities": _named(model, answer),
        "seen": x[0, 0].tolist(),
    }


@takes(KNOBS, form=FORM)
def fashion_inside(image: str | dict, network, layer, unit, off, form="numbers") -> dict[str, Any]:
    """Look at what every layer of a network makes of a picture.

    Args:
        image: as of /fashion_predict; for the network "cifar" also drawings of an "airplane",
            "automobile", "cat", "horse", "ship" or "truck", and photos that show none of its ten
            things: "bus", "cheetah", "lion", "tower", "flower" or "china".
        network: "fashion" or "cifar".
        layer: whose map is switched off, counted from 1; without `off` it does nothing.
        unit: number of that map.
        off: switch it off.

    Returns:
        `seen`, [channel][row][column] of 0 to 1; `layers`, of each name, kind, shape, `high` (its
        largest number) and `maps`, its numbers; `labels`; `probabilities`, and `before`, those with
        every map on; and whether these count: `doubt`, as of /fashion_predict, `found`, `least`,
        `distance` from the nearest label and the `most` of it that is allowed.
    """
    import torch

    model = network_of(network)
    x, found = samples.look(model, image)
    told = _judged(model, x, found)
    del told["probabilities"]
    place = _off(model, layer, unit) if off else None
    with torch.inference_mode():
        values = [*lesson.walk(model, x, place)]
        before = model(x).softmax(dim=1)[0] if place else values[-1][2].softmax(dim=1)[0]
    layers = []
    for name, kind, value in values[1:]:
        y = value[0]
        high = y.max().item()
        maps = y.tolist() if kind == "linear" else _levels(y, high, form)
        shape = list(y.shape)
        layers.append({"name": name, "kind": kind, "shape": shape, "high": high, "maps": maps})
    return {
        "network": network,
        "seen": _levels(x[0], 1, form),
        "shape": list(x.shape[1:]),
        "layers": layers,
        "labels": list(model.labels),
        "probabilities": values[-1][2].softmax(dim=1)[0].tolist(),
        "before": before.tolist(),
        **told,
    }


@takes(KNOBS, form=FORM)
def inside_map(image: str | dict, network, layer, unit, off, form="numbers") -> dict[str, Any]:
    """Compute one map by hand: what it reads, its filter, and what each map of its layer is worth.

    Args:
        image: as of /fashion_inside.
        layer: counted from 1.
        unit: number of the map.

    Returns:
        `layer`, `unit`, `kind`; `input`, the maps that it reads, [map][row][column]; of a
        convolution (batch norm is folded in) `kernel`, [map][row][column], `bias` and `stride`; of
        the last layer `kernel`, a number for each, and `bias`; `output`, before the ReLU; and
        `drops`, how much the likeliest label's probability falls with each map of the layer off.
    """
    import torch

    if not layer:
        raise refusal("Layer 0 is the picture itself: choose one from 1 on.")
    model = network_of(network)
    x = samples.seen(model, image)
    number, chosen = _place(model, layer, unit)
    with torch.inference_mode():
        values = [*lesson.walk(model, x, _off(model, layer, unit) if off else None)]
        label = int(model(x).argmax())
        fall = lesson.drops(model, x, number, label) if number < len(values) - 1 else None
    name, kind, module = lesson.stages(model)[number - 1]
    source = values[number - 1][2][0]
    kernel = bias = stride = None
    if kind == "conv":
        weights, biases = module.kernel()
        kernel, bias, stride = (
            weights[chosen].detach(),
            biases[chosen].item(),
            module.conv.stride[0],
        )
        with torch.inference_mode():
            output = module.before(source[None])[0, chosen]
    elif kind == "linear":
        kernel, bias = module.weight[chosen].detach(), module.bias[chosen].item()
        source = source.flatten()
        output = (source @ kernel + bias)[None, None]
    else:
        source = source[chosen : chosen + 1]
        output = values[number][2][0, chosen]
        if kind == "sum":  # what goes around the two convolutions, and what they make
            around = next(i for i in range(number, 0, -1) if values[i][0] == f"{name}.first") - 1
            source = torch.stack([values[around][2][0, chosen], source[0]])
    return {
        "layer": number,
        "unit": chosen,
        "name": name,
        "kind": kind,
        "input": _halves(source, form),
        "input_shape": list(source.shape),
        "kernel": None if kernel is None else kernel.tolist(),
        "bias": bias,
        "stride": stride,
        "temperature": model.temperature,
        "output": output.tolist(),
        "drops": None if fall is None else fall.tolist(),
        "label": model.labels[label],
    }


@takes(KNOBS, form=FORM)
def inside_counts(
    image: str | dict, network, method, square, across, down, turn, invert, form="numbers"
) -> dict[str, Any]:
    """Find which pixels an answer hangs on, and whether it holds when the picture is moved.

    Args:
        image: as of /fashion_inside.
        method: "occlusion", how much the probability falls behind a square of `square` pixels, or
            "gradient", how much each pixel would change the answer.
        turn: to the left.

    Returns:
        `seen`, the picture as moved; `label`, the likeliest, and `probabilities`; `heat`,
        [row][column], and for occlusion `side` and `stride` of its places; `turns`, for angles from
        −180° to 180° the probabilities of all labels; and `found`, whether a piece of clothing was
        found in front of a plain background.
    """
    import torch

    model = network_of(network)
    x, found = samples.look(model, image)
    with torch.inference_mode():
        shown = lesson.moved(x, across, down, turn, invert)
        answer = model(shown).softmax(dim=1)[0]
        label = int(answer.argmax())
        turned = torch.cat([lesson.moved(x, across, down, angle, invert) for angle in TURNS])
        turns = model(turned).softmax(dim=1)
        if method == "occlusion":
            heat = lesson.occlude(model, shown, label, square, STRIDE)
    if method == "gradient":
        heat = lesson.saliency(model, shown, label)
    return {
        "seen": _levels(shown[0], 1, form),
        "shape": list(shown.shape[1:]),
        "label": model.labels[label],
        "labels": list(model.labels),
        "probabilities": answer.tolist(),
        "heat": heat.tolist(),
        "found": found,
        "side": square,
        "stride": STRIDE,
        "turns": [
            {"angle": angle, "probabilities": row.tolist()}
            for angle, row in zip(TURNS, turns, strict=True)
        ],
    }


@takes(KNOBS, form=FORM)
def inside_wants(network, layer, unit, steps, smooth, seed, form="numbers") -> dict[str, Any]:
    """Show what a map looks for: gradient ascent on a picture, from noise.

    Args:
        layer: counted from 1.
        unit: number of the map, in the last layer of the label.

    Returns:
        `steps`, the excitement of the map after each; `pictures`, of some of them {step, picture};
        `best`, of "fashion" the training pictures that excite it most: {label, picture, frame}:
        top, left, height, width [px] of what its largest number looks at; `of`, the layer of which
        they are (that of a pooling is the convolution before it); `layer` and `unit`, that were
        looked at, `name`, `kind`, and how many `maps` the layer has; of the last layer `label` and
        all `labels`.
    """
    import torch

    model = network_of(network)
    number, chosen = _place(model, max(1, layer), unit)
    rows, pictures = [], []
    every = max(1, -(-steps // (FRAMES - 1)))
    with torch.inference_mode(False), torch.enable_grad():
        for row in lesson.ascend(model, number, chosen, steps, smooth=smooth, seed=seed):
            rows.append(row["excitement"])
            if row["step"] % every == 0 or row["step"] == steps:
                pictures.append((row["step"], row["picture"]))
    # The clothes that come out are dim: their brightest pixel is shown white.
    high = pictures[-1][1].max().item() if model.channels == 1 else 1.0
    of, best = _source(model, number), []
    if network == "fashion":
        known = samples.exciting()[of]
        for i, pixels in enumerate(known["pixels"][chosen]):
            label = model.labels[known["label"][chosen, i]]
            picture = _levels(torch.tensor(pixels[None]).float() / 255, 1, form)
            frame = lesson.looked_at(model, of, int(known["place"][chosen, i]))
            best.append({"label": label, "picture": picture, "frame": frame})
    name, kind, _module = lesson.stages(model)[number - 1]
    return {
        "layer": number,
        "unit": chosen,
        "name": name,
        "kind": kind,
        "maps": _maps(model, number),
        "label": model.labels[chosen] if kind == "linear" else "",
        "labels": list(model.labels) if kind == "linear" else [],
        "shape": [model.channels, model.side, model.side],
        "steps": rows,
        "pictures": [
            {"step": step, "picture": _levels(picture, high, form)} for step, picture in pictures
        ],
        "best": best,
        "of": of,
    }


def _source(model: SmallPictures, layer: int) -> str:
    """Return the name of the last layer up to one that has maps of its own."""
    own = ("conv", "sum", "linear")
    steps = lesson.stages(model)
    return next(name for name, kind, _ in reversed(steps[:layer]) if kind in own)


@takes(KNOBS, form=FORM)
def inside_gallery(network, layer, form="numbers") -> dict[str, Any]:
    """Show what all maps of a layer look for at once.

    Args:
        layer: counted from 1.

    Returns:
        `kind`: "filters" of the first convolution, numbers of both signs; "patches", of each map of
        "fashion" what the training pictures hold that excites it most, 0 to 1; or "wants", of each
        map of "cifar" what comes from noise by gradient ascent, as in /inside_wants, 0 to 1 (as
        base64 a WebP, one below the other); `of`, the layer of which they are; `shape`, [maps,
        channels, height, width]; and `pictures`.
    """
    import numpy as np
    import torch
    from PIL import Image

    model = network_of(network)
    number = max(1, min(layer, len(lesson.stages(model))))
    module = lesson.stages(model)[number - 1][2]
    of = _source(model, number)
    if number == 1:
        kind, pictures = "filters", module.kernel()[0].detach()
    elif network == "cifar":
        file = samples.wanted()[of]
        with Image.open(io.BytesIO(file)) as sheet:
            tall = torch.from_numpy(np.array(sheet.convert("RGB"))).unflatten(0, (-1, model.side))
        shape = [len(tall), model.channels, model.side, model.side]
        if form == "base64":
            packed = base64.b64encode(file).decode("ascii")
            return {"kind": "wants", "of": of, "shape": shape, "pictures": packed}
        kind, pictures = "wants", tall.permute(0, 3, 1, 2).float() / 255
    else:
        known = samples.exciting()[of]
        first = torch.tensor(known["pixels"][:, 0]).float() / 255
        kind, pictures = "patches", lesson.patches(model, of, first, known["place"][:, 0].tolist())
    sent = _halves(pictures, form) if kind == "filters" else _levels(pictures, 1, form)
    return {"kind": kind, "of": of, "shape": list(pictures.shape), "pictures": sent}


@takes(KNOBS)
def inside_norms(image: str | dict, dropout, seed, conv, batch, company, network) -> dict[str, Any]:
    """See what dropout and batch normalisation do to the answer for one picture.

    Args:
        image: as of /fashion_inside.
        dropout: the share of the features before the last layer that each of 50 passes leaves out.
        batch: "running": mean and variance that were remembered from training; "batch": those of a
            batch of 32 with this picture in it.
        company: the other 31. Of "fashion" they are test pictures: "mixed", of all ten labels, or
            "alike", sandals; of "cifar" pieces of photos: "mixed", of six, or "alike", of a flower.

    Returns:
        `network`; `labels`; `trained`, the share of dropout that it learned with; `answer`, the
        probabilities with dropout off; `passes`, 50 of them with it on; `running` and `batch`,
        `mean` and `deviation` of every channel as remembered and as of this batch; `norm`, the same
        after each step of the batch norm; `gamma`, `beta`; `answer_batch`, the probabilities where
        every batch norm uses this batch; and `found`, as of /inside_counts.
    """
    import torch

    model = network_of(network)
    x, found = samples.look(model, image)
    convs = [i for i, (_, kind, _) in enumerate(lesson.stages(model), 1) if kind == "conv"]
    layer = convs[min(conv, len(convs)) - 1]
    both = torch.cat([x, samples.companions(company, network)])
    with torch.inference_mode():
        answer, passes = lesson.scattered(model, x, dropout, PASSES, seed)
        steps = lesson.normed(model, both, layer, batch == "batch")
        together = lesson.together(model, both)
    norm = lesson.stages(model)[layer - 1][2].norm
    dropouts = (one.p for one in model.layers if isinstance(one, torch.nn.Dropout))
    return {
        "network": network,
        "labels": list(model.labels),
        "trained": next(dropouts, 0.0),
        "answer": answer.tolist(),
        "passes": passes.tolist(),
        "name": lesson.stages(model)[layer - 1][0],
        "found": found,
        "running": {
            "mean": norm.running_mean.tolist(),
            "deviation": norm.running_var.sqrt().tolist(),
        },
        "batch": _channels(steps[0][1]),
        "norm": [{"step": name, **_channels(value)} for name, value in steps],
        "gamma": norm.weight.tolist(),
        "beta": norm.bias.tolist(),
        "answer_batch": together.tolist(),
    }


def _channels(x: Tensor) -> dict[str, list[float]]:
    """Return mean and deviation of every channel of `(N, C, H, W)`."""
    over = (0, 2, 3)
    return {"mean": x.mean(over).tolist(), "deviation": x.std(over, correction=0).tolist()}


LABEL = Number(0, 9, None, "label", whole=True, optional=True)


@takes(KNOBS, truth=LABEL, answer=LABEL, form=FORM)
def inside_misses(truth=None, answer=None, network="fashion", form="numbers") -> dict[str, Any]:
    """Show the test pictures of one label that the shipped network takes for another.

    Args:
        truth: number of their label, 0 to 9. What is left out is that which is confused most.
        answer: number of the network's answer. Of those read rightly there are some only.

    Returns:
        `confusion`, counts of the 10,000 test pictures, [truth][answer]; `labels`; `truth` and
        `answer`; and `pictures`, of "fashion": of each its index in the test set, probabilities,
        and picture, [channel][row][column].
    """
    counts, pictures = samples.confusion(network), []
    wrong = counts.copy()
    wrong[range(len(wrong)), range(len(wrong))] = 0
    if truth is None:
        truth = int((wrong.max(axis=1) if answer is None else wrong[:, answer]).argmax())
    if answer is None:
        answer = int(wrong[truth].argmax())
    if network == "fashion":
        known = samples.test_pictures()
        chosen = ((known.labels == truth) & (known.answers == answer)).nonzero()[0]
        order = known.probabilities[chosen, answer].argsort()[::-1]
        pictures = [_shown(int(i), form) for i in chosen[order]]
    return {
        "network": network,
        "labels": list(samples.LABELS[network]),
        "confusion": counts.tolist(),
        "truth": truth,
        "answer": answer,
        "pictures": pictures,
    }


def _shown(i: int, form: str) -> dict[str, Any]:
    known = samples.test_pictures()
    return {
        "index": int(known.index[i]),
        "label": int(known.labels[i]),
        "probabilities": [round(float(p), 4) for p in known.probabilities[i]],
        "picture": _levels(known.tensor([i])[0], 1, form),
    }


@takes(KNOBS, seed=Number(0, 9999, 0, "seed", whole=True), form=FORM)
def inside_quiz(seed=0, form="numbers") -> dict[str, Any]:
    """Draw ten test pictures for a quiz: half of them the network misreads.

    Returns:
        `labels`; and `pictures`, as of /inside_misses, with their `label`.
    """
    import numpy as np

    known, rng = samples.test_pictures(), np.random.default_rng(seed)
    wrong = known.answers != known.labels
    halves = (rng.choice(np.flatnonzero(part), QUIZ // 2, False) for part in (wrong, ~wrong))
    order = rng.permutation(np.concatenate([*halves]))
    return {"labels": list(samples.CLOTHES), "pictures": [_shown(int(i), form) for i in order]}


def inside_ladder() -> dict[str, Any]:
    """Return how every network of the course did: after each epoch, and on the test set.

    Returns:
        `ladder` and `cifar_ladder`, a row per training (model, parameters, seed, epochs, train,
        validation, test, seconds); `curves` and `cifar_curves`, a row per epoch (model, seed,
        epoch, loss and accuracy on training and validation pictures).
    """
    from models import hub

    def numbers(rows: list[dict[str, str]]) -> list[dict[str, Any]]:
        words = ("model", "machine")
        return [{k: v if k in words else float(v) for k, v in row.items()} for row in rows]

    return {
        "ladder": numbers(hub.shipped_table("fashion", "ladder")),
        "curves": numbers(hub.shipped_table("fashion", "curves")),
        "cifar_ladder": numbers(hub.shipped_table("cifar", "ladder")),
        "cifar_curves": numbers(hub.shipped_table("cifar", "curves")),
    }


@takes(KNOBS, seed=Number(0, 9999, 0, "seed", whole=True), form=FORM)
def inside_unknown(image: str | dict, network, seed=0, form="numbers") -> dict[str, Any]:
    """Ask a network for ten things about a picture that may show none of them.

    Args:
        image: as of /fashion_predict, or one of "noise", "blots", "digit", "flower", "china",
            "tower", "bus", "lion", "cheetah".
        seed: of noise, blots and digit.

    Returns:
        `probabilities`, `labels`; whether it is `refused`, and the `doubt`, as of /fashion_predict;
        `least`, the probability that is asked for; `distance` from the nearest label, in standard
        deviations, and the `most` that is allowed; `seen`; `measured`, for kinds of such pictures
        the areas under the ROC curve against the test set, by probability and by distance, the mean
        confidence and the share answered; and of "fashion" `backgrounds`: for test pictures laid on
        each the share read rightly (`accuracy`), in which a piece is `found`, `answered`, and
        `right` of those. What was not measured is null.
    """
    from models import hub

    model = network_of(network)
    x, found = samples.look(model, image, seed)
    told = _judged(model, x, found)
    shares = ("auroc", "distance_auroc", "confidence", "answered")
    return {
        **told,
        "labels": list(model.labels),
        "probabilities": told["probabilities"].tolist(),
        "refused": bool(told["doubt"]),
        "seen": _levels(x[0], 1, form),
        "shape": list(x.shape[1:]),
        "measured": [
            _measured(row, "set", shares)
            for row in hub.table(type(model), "unknown")
            if row["model"] == model.architecture
        ],
        "backgrounds": [
            _measured(row, "background", ("accuracy", "found", "answered", "right"))
            for row in hub.table(type(model), "photos")
        ],
    }


def _measured(row: dict[str, str], name: str, shares: tuple[str, ...]) -> dict[str, Any]:
    """Return a row of a table; shares that it has not are null."""
    found = {share: float(row[share]) if row.get(share) else None for share in shares}
    return {name: row[name], "pictures": int(row["pictures"]), **found}


@takes(KNOBS)
def inside_device(network, size) -> dict[str, Any]:
    """Time a batch on the processor and, where there is one, on the accelerator.

    Returns:
        `rows`: of each device its name, the milliseconds of the fastest of three runs, and the same
        for one picture; `parameters` and `bytes` of the network and of the batch; and `memory` of
        the card [bytes], null without one: `when` ("before", "held" with network and batch there,
        after "del", after "empty_cache"), `allocated` to tensors, and `reserved` by torch.
    """
    import copy

    import torch

    model = network_of(network)
    x = torch.rand(size, model.channels, model.side, model.side)
    accelerator = torch.accelerator.current_accelerator() if _accelerator() else None
    rows, memory = [], None
    if accelerator and accelerator.type == "cuda":
        memory = _memory(model, x, accelerator)
    for device in [torch.device("cpu"), *([accelerator] if accelerator else [])]:
        there, batch = copy.deepcopy(model).to(device), x.to(device)
        times = [_milliseconds(there, part, device) for part in (batch, batch[:1])]
        rows.append({"device": device.type, "batch": times[0], "one": times[1]})
    parameters = sum(p.numel() for p in model.parameters())
    sizes = {"bytes": 4 * parameters, "batch_bytes": x.nbytes}
    return {"rows": rows, "parameters": parameters, **sizes, "memory": memory}


def _memory(model: SmallPictures, x: Tensor, card: Any) -> list[dict[str, Any]]:
    """Return what memory of a card is held before, while and after a network answers there."""
    import copy

    import torch

    rows = []

    def note(when: str) -> None:
        allocated, reserved = torch.cuda.memory_allocated(), torch.cuda.memory_reserved()
        rows.append({"when": when, "allocated": allocated, "reserved": reserved})

    torch.cuda.empty_cache()
    note("before")
    there, batch = copy.deepcopy(model).to(card), x.to(card)
    with torch.inference_mode():
        there(batch)
    note("held")
    del there, batch
    note("del")
    torch.cuda.empty_cache()
    note("empty_cache")
    return rows


def _accelerator() -> bool:
    """Return whether there is one to time; that of ZeroGPU is lent for seconds only."""
    from models import hub

    return hub.device().type != "cpu"


def _milliseconds(model: SmallPictures, x: Tensor, device: Any) -> float:
    import torch

    times = []
    with torch.inference_mode():
        for _ in range(REPEATS):
            start = time.perf_counter()
            model(x)
            if device.type != "cpu":
                torch.accelerator.synchronize()
            times.append(time.perf_counter() - start)
    return 1000 * min(times)
