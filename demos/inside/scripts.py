"""The scripts that the tab shows, one a topic. They run in the folder of this course."""

from __future__ import annotations

from collections.abc import Callable


def maps(network, picture, photo, layer, unit, off):
    """Look at every layer of a network. Run it in the folder of this course."""
    import torch

    from demos.inside.lesson import drops, walk
    from demos.inside.samples import seen
    from models import hub

    model = hub.load(hub.class_of(network)).cpu()
    name = picture if network == "fashion" else photo
    if name in ("sketch", "photo"):  # or your own: seen(model, …) takes a data URL, too
        name = "ankle-boot" if network == "fashion" else "ship"
    x = seen(model, name)
    with torch.inference_mode():
        values = list(walk(model, x))
        for number, (name, kind, y) in enumerate(values):
            print(f"{number:2} {name:18} {kind:6} {tuple(y.shape)!s:18} max {y.max():.2f}")
        answer = values[-1][2].softmax(dim=1)[0]
        label = int(answer.argmax())
        print(f"{model.labels[label]}: {answer[label]:.1%}")
        layer = min(layer, len(values) - 1)
        unit = min(unit, values[layer][2].shape[1] - 1)
        maps_of = 0 < layer < len(values) - 1  # the picture and the ten sums stay on
        if off and maps_of:
            *_, (_, _, logits) = walk(model, x, off=(layer, unit))
            print(f"without map {unit} of {values[layer][0]}: {logits.softmax(1)[0, label]:.1%}")
        worth = drops(model, x, layer, label) if maps_of else torch.zeros(0)
    for i in worth.argsort(descending=True)[:5]:
        print(f"map {i} of {values[layer][0]} is worth {100 * worth[i]:.1f} points")


def counts(network, picture, photo, method, square, across, down, turn, invert):
    """Find which pixels an answer hangs on. Run it in the folder of this course."""
    import torch

    from demos.inside.lesson import moved, occlude, saliency
    from demos.inside.samples import seen
    from models import hub

    model = hub.load(hub.class_of(network)).cpu()
    name = picture if network == "fashion" else photo
    if name in ("sketch", "photo"):
        name = "ankle-boot" if network == "fashion" else "ship"
    picture = seen(model, name)
    x = moved(picture, across, down, turn, invert)
    with torch.inference_mode():
        answer = model(x).softmax(dim=1)[0]
    label = int(answer.argmax())
    print(f"{model.labels[label]}: {answer[label]:.1%}")
    if method == "gradient":
        heat = saliency(model, x, label)
    else:
        with torch.inference_mode():
            heat = occlude(model, x, label, square, stride=2)
    row, column = divmod(int(heat.argmax()), heat.shape[1])
    print(f"{method}: {tuple(heat.shape)}, most at row {row}, column {column}: {heat.max():.3f}")
    for angle in range(-180, 181, 45):
        with torch.inference_mode():
            p = model(moved(picture, across, down, angle, invert)).softmax(dim=1)[0]
        print(f"turned by {angle:4}°: {model.labels[p.argmax()]} {p.max():.1%}")


def wants(network, layer, unit, steps, smooth, seed):
    """See what a map looks for: gradient ascent. Run it in the folder of this course."""
    import torch

    from demos.inside.lesson import ascend, walk
    from models import hub

    model = hub.load(hub.class_of(network)).cpu()
    with torch.inference_mode():
        values = list(walk(model, torch.zeros(1, model.channels, model.side, model.side)))
    layer = min(max(layer, 1), len(values) - 1)
    name, _, y = values[layer]
    unit = min(unit, y.shape[1] - 1)
    print(f"{name}, map {unit}")
    for row in ascend(model, layer, unit, steps, smooth=smooth, seed=seed):
        if row["step"] % 10 == 0:
            print(f"step {row['step']:3}: excitement {row['excitement']:.3f}")
    picture = row["picture"]
    print("picture:", tuple(picture.shape), f"mean {picture.mean():.2f}")
    for line in picture.mean(dim=0)[::2]:
        print("".join(" .:-=+*#%@"[int(9.99 * v)] for v in line))


def norms(network, picture, photo, dropout, seed, conv, batch, company):
    """See what dropout and batch norm do. Run it in the folder of this course."""
    import torch

    from demos.inside.lesson import normed, scattered, stages, together
    from demos.inside.samples import companions, seen
    from models import hub

    model = hub.load(hub.class_of(network)).cpu()
    name = picture if network == "fashion" else photo
    if name in ("sketch", "photo"):
        name = "ankle-boot" if network == "fashion" else "ship"
    x = seen(model, name)
    both = torch.cat([x, companions(company, network)])  # a batch of 32
    convs = [i for i, (_, kind, _) in enumerate(stages(model), 1) if kind == "conv"]
    layer = convs[min(conv, len(convs)) - 1]
    with torch.inference_mode():
        off, on = scattered(model, x, dropout, passes=50, seed=seed)
        steps = normed(model, both, layer, batch == "batch")
        training = together(model, both)
    label = int(off.argmax())
    print(f"dropout off: {model.labels[label]} {off[label]:.1%}")
    print(f"on: {on[:, label].min():.1%} to {on[:, label].max():.1%}")
    for name, y in steps:
        mean, spread = y.mean(dim=(0, 2, 3)), y.std(dim=(0, 2, 3), correction=0)
        print(f"{name:15} mean {mean.min():6.2f} to {mean.max():5.2f}", end="")
        print(f", spread {spread.min():.2f} to {spread.max():.2f}")
    norm = stages(model)[layer - 1][2].norm
    kept = {"remembered mean": norm.running_mean, "remembered spread": norm.running_var.sqrt()}
    for name, values in (kept | {"γ": norm.weight, "β": norm.bias}).items():
        print(f"{name}: {values.min():.2f} to {values.max():.2f}")
    label = int(training.argmax())
    print(f"with mean and variance of the batch: {model.labels[label]} {training[label]:.1%}")


def misses(network):
    """Count what the network confuses. Run it in the folder of this course."""
    import numpy as np

    from demos.inside.samples import LABELS, confusion

    labels = LABELS[network]
    counts = confusion(network)  # of its test set, [truth][answer]
    wrong = counts - np.diag(counts.diagonal())
    print(f"{wrong.sum():,} of {counts.sum():,} test pictures are misread")
    for place in wrong.ravel().argsort()[:-9:-1]:
        truth, answer = divmod(int(place), len(labels))
        print(f"{wrong[truth, answer]:4} × {labels[truth]} taken for {labels[answer]}")


def ladder():
    """Read how every network of the course did. Run it in the folder of this course."""
    import pandas as pd

    for data in ("fashion", "cifar"):
        rows = pd.read_csv(f"weights/{data}/ladder.csv")
        print(rows.groupby("model", sort=False)[["parameters", "train", "test"]].mean().round(4))
    curves = pd.read_csv("weights/fashion/curves.csv")
    one = curves[(curves.model == "cnn_stacked") & (curves.seed == curves.seed.min())]
    print(one[["epoch", "train_accuracy", "validation_accuracy"]].to_string(index=False))
    # To train them: python -m trainers.fashion --model cnn cnn_dropout --output my-fashion


def unknown(network, stranger):
    """Ask about what is none of the ten things. Run it in the folder of this course."""
    from demos.inside.samples import look
    from models import hub

    model = hub.load(hub.class_of(network)).cpu()
    x, found = look(model, "digit" if stranger in ("sketch", "photo") else stranger)
    probabilities, distances = model.judge(x)
    p, distance = probabilities[0], distances.item()
    for i in p.argsort(descending=True)[:3]:
        print(f"{model.labels[i]:11} {p[i]:.1%}")
    print(f"the least is {model.least_confidence:.0%}")
    if model.most_distance:
        print(f"distance {distance:.2f}, at most {model.most_distance:.2f}")
    doubt = model.doubt(p, distance, found)
    print(f"refused: {doubt}" if doubt else "answered")


def device(network, size):
    """Time a batch on every device there is. Run it in the folder of this course."""
    import io
    import time

    import torch

    from models import hub

    model = hub.load(hub.class_of(network))
    accelerator = torch.accelerator.is_available()
    devices = ["cpu", torch.accelerator.current_accelerator().type] if accelerator else ["cpu"]
    for device in devices:
        model = model.to(device)
        x = torch.rand(size, model.channels, model.side, model.side, device=device)
        times = []
        with torch.inference_mode():
            for _ in range(5):
                start = time.perf_counter()
                model(x)
                if device != "cpu":
                    torch.accelerator.synchronize()  # else only the start of the work is timed
                times.append(time.perf_counter() - start)
        print(f"{device}: {1000 * min(times):.2f} ms for {size}")
    # Weights saved on one device are loaded on another:
    file = io.BytesIO()  # or a path
    torch.save(model.state_dict(), file)
    file.seek(0)
    weights = torch.load(file, map_location="cpu", weights_only=True)
    fresh = type(model)(**model._hub_mixin_config)  # a new one, on the processor
    fresh.load_state_dict(weights)
    print(f"saved on {device}, loaded on {next(fresh.parameters()).device}")
    if devices[-1] == "cuda":
        of = torch.cuda.memory_allocated, torch.cuda.memory_reserved
        print("held by tensors and by torch:", *(f"{one():,}" for one in of), "bytes")
        del model, x
        print("after del:", *(f"{one():,}" for one in of), "bytes")
        torch.cuda.empty_cache()  # what no tensor holds any more goes back to the card
        print("after empty_cache:", *(f"{one():,}" for one in of), "bytes")


SCRIPTS: dict[str, Callable] = {
    "maps": maps,
    "counts": counts,
    "wants": wants,
    "norms": norms,
    "misses": misses,
    "ladder": ladder,
    "unknown": unknown,
    "device": device,
}
