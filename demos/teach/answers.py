"""What the server does for the page and for programs: features, training, answers; keeps nothing.

Features travel as base64 of float16, 2,560 bytes a photo, and a trained head as base64 of a
safetensors file: whoever asks brings them along.
"""

from __future__ import annotations

import base64
import binascii
import functools
import importlib
import math
import os
import statistics
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from demos.frame.checks import sent_image
from demos.frame.knobs import Choice, Number, takes
from demos.frame.texts import _
from demos.teach import lesson, scenes
from demos.teach.knobs import KNOBS, METHODS
from models.sentences import Count, refusal

if TYPE_CHECKING:
    from torch import Tensor

    from models.backbone import Backbone
    from models.teach import TeachHead
    from models.tires import TireClassifier

AT_ONCE = 16  # photos of a request
MOST = 5_000  # photos to train on
MOST_TUNED = 120
MOST_CLASSES = 6
LONGEST_NAME = 40
JOINERS = str.maketrans("", "", "\u200c\u200d")  # between Persian letters, and parts of an emoji
LONGEST_HEAD = 2_000_000  # [characters]
# So many requests are looked at side by side: with half the class's photos on all cores, everybody
# would wait for everybody, and what takes a tenth of a second, a training, for seconds.
looking = threading.BoundedSemaphore(max(1, (os.cpu_count() or 2) // 2))
IMAGENET, TIRES = "imagenet", "tires"
FEATURES = {IMAGENET: 1280, TIRES: 1920}  # numbers of a photo
BASE = Choice(
    list(FEATURES),
    IMAGENET,
    about='what is known before: "imagenet", a million photos of all kinds; "tires", the tire '
    "model, whose head is trained on, for two classes: good and defective.",
)


def loaded(model: type) -> Any:
    """Return a model with its weights.

    Raises:
        ValueError: with the command that mends its weights, if they are missing or damaged.
    """
    from models import hub

    try:
        return hub.load(model)
    except hub.WeightsMissing as error:
        raise ValueError(error.args[0]) from error


def backbone() -> Backbone:
    """Return the network that ImageNet taught."""
    from models.backbone import Backbone

    return loaded(Backbone)


def tire_model() -> TireClassifier:
    """Return the model that judges tires."""
    from models.tires import TireClassifier

    return loaded(TireClassifier)


def network_of(base: str) -> Callable[[Tensor], Tensor]:
    """Return what makes features of pictures."""
    return tire_model().describe if base == TIRES else backbone()


@functools.cache
def wake() -> threading.Thread:
    """Import in the background, once, what the first training would wait for.

    The first optimizer of a process brings PyTorch's compiler along, which takes a second or more.
    Whoever sends photos will train soon.
    """
    thread = threading.Thread(target=importlib.import_module, args=["torch._dynamo"], daemon=True)
    thread.start()
    return thread


# ---------------------------------------------------------------- what strangers send


def names_of(names: Any) -> list[str]:
    """Return the names of the classes.

    Raises:
        ValueError: saying what is wrong with them.
    """
    if not isinstance(names, (list, tuple)) or not all(isinstance(one, str) for one in names):
        raise refusal("names must be a list of texts, one for each class.")
    names = [" ".join(one.split()) for one in names]
    if not 2 <= len(names) <= MOST_CLASSES:
        raise refusal("There must be 2 to {most} classes.", most=MOST_CLASSES)
    seen = [one.translate(JOINERS) for one in names]
    if not all(len(one) <= LONGEST_NAME for one in names) or not all(
        one and one.isprintable() for one in seen
    ):
        raise refusal("Every class needs a name of 1 to {most} characters.", most=LONGEST_NAME)
    if len({one.casefold() for one in seen}) < len(names):
        raise refusal("Two classes have the same name: give each its own.")
    return names


def features_of(text: Any, base: str = IMAGENET) -> Tensor:
    """Return features `(N, 1280)` that were sent as base64 of float16; of tires `(N, 1920)`.

    Raises:
        ValueError: if they are none, or not finite.
    """
    import numpy as np
    import torch

    many = FEATURES[base]
    try:
        content = base64.b64decode(text.encode("ascii"), validate=True)
    except (AttributeError, UnicodeEncodeError, binascii.Error):
        raise refusal(
            "features must be text: base64 of float16, {many} numbers a photo.",
            many=Count(many),
        ) from None
    if len(content) % (2 * many):
        raise refusal(
            "These features have a wrong length: {many} float16 numbers a photo.",
            many=Count(many),
        )
    numbers = np.frombuffer(content, "<f2").reshape(-1, many).astype(np.float32)
    if not np.isfinite(numbers).all():
        raise refusal("These features hold numbers that are not finite: look at the photos again.")
    return torch.from_numpy(numbers)


def photos_of(names: list[str], features: Any, base: str = IMAGENET) -> tuple[Tensor, Tensor]:
    """Return the features `(N, 1280)` of all classes, and the class of each, `(N,)`.

    A class of tires may be without photos: the tire model has seen others.

    Raises:
        ValueError: naming the class without photos, or what else is wrong.
    """
    import torch

    if not isinstance(features, (list, tuple)) or len(features) != len(names):
        raise refusal("features must be a list with as many texts as there are names.")
    each = [features_of(text, base) for text in features]
    if (sent := sum(map(len, each))) > MOST:
        raise refusal(
            "These are {sent} photos, and at most {most} can be trained on: take fewer.",
            sent=Count(sent),
            most=Count(MOST),
        )
    for name, of in zip(names, each, strict=True):
        if base != TIRES and not len(of):
            raise refusal("The class {name} has no photos yet.", name=name)
    y = torch.cat([torch.full((len(of),), label) for label, of in enumerate(each)])
    return torch.cat(each), y


def head_of(model: Any) -> TeachHead:
    """Return the trained head that was sent.

    Raises:
        ValueError: if it is none.
    """
    from models.teach import TeachHead

    wrong = refusal("This model is damaged or none of this chapter: train it again.")
    if not isinstance(model, str) or len(model) > LONGEST_HEAD:
        raise wrong
    try:
        content = base64.b64decode(model.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise wrong from None
    head = TeachHead.unpacked(content)
    if len(head.mean) not in FEATURES.values():
        raise wrong
    return head


def base_of(head: TeachHead) -> str:
    """Return what a head was trained on."""
    return next(base for base, many in FEATURES.items() if many == len(head.mean))


def start_of(names: list[str], base: str, head: str = "linear", hidden: int = 0) -> TeachHead:
    """Return the head that training begins with.

    Raises:
        ValueError: if the tire model's cannot be trained on so.
    """
    from models.teach import TeachHead

    if base != TIRES:
        return TeachHead(names, hidden if head == "hidden" else 0)
    if len(names) != 2:
        raise refusal("The tire model knows good and defective: it takes two classes.")
    if head == "hidden":
        raise refusal("The head of the tire model has one layer, and is trained on: choose that.")
    return TeachHead.of_tires(tire_model(), names)


def pictures_of(photos: Any, most: int = AT_ONCE) -> Tensor:
    """Return photos as the network sees them, `(N, 3, 224, 224)` in [0, 1].

    Raises:
        ValueError: if one of them is no picture, or there are none or too many.
    """
    import torch

    if not isinstance(photos, (list, tuple)) or not 1 <= len(photos) <= most:
        raise refusal("photos must be a list of 1 to {most} pictures.", most=most)
    network = backbone()
    return torch.stack([network.preprocess(square(sent_image(photo))) for photo in photos])


def square(image: Any) -> Any:
    """Return the middle of a picture, as wide as high: what the page shows of it."""
    width, height = image.size
    side = min(width, height)
    left, top = (width - side) // 2, (height - side) // 2
    return image.crop((left, top, left + side, top + side))


def packed(x: Tensor) -> str:
    """Return features as base64 of float16."""
    return base64.b64encode(x.half().numpy().tobytes()).decode("ascii")


def progress() -> Callable[[float], None]:
    """Return what moves the bar of a queued request, and does nothing elsewhere."""
    import gradio as gr

    bar, moved = gr.Progress(), -1

    def told(share: float) -> None:
        nonlocal moved
        if (percent := int(100 * share)) > moved:
            moved = percent
            bar(percent / 100)

    return told


# ---------------------------------------------------------------- the endpoints


@takes(base=BASE)
def teach_features(photos: list, base) -> dict[str, Any]:
    """Turn photos into the numbers that a classifier of your own is trained on.

    Args:
        photos: 1 to 16 PNG, JPEG, WebP, HEIC, AVIF, TIFF, GIF or BMP pictures as data URL
            ("data:image/jpeg;base64,…"). Of an oblong one, the middle is looked at.

    Returns:
        `features`, base64 of float16, 1,280 numbers for each photo one after the other: what
        MobileNetV2, which ImageNet taught, makes of them; of the tire model 1,920, read at four
        depths of the same network; and `count`, of the photos.
    """
    from models.settings import finite

    pictures = pictures_of(photos)
    with looking:
        x = finite(backbone(), lesson.describe(network_of(base), pictures))
    wake()
    return {"features": packed(x), "count": len(x)}


@takes(KNOBS, base=BASE)
def teach_train(
    names: list, features: list, head, hidden, steps, l2, learning_rate, seed, base
) -> dict[str, Any]:
    """Train a classifier on your own photos; every fifth photo of a class is held out for a test.

    Args:
        names: of the 2 to 6 classes.
        features: of each class, in the order of the names: what /teach_features returns, one after
            the other, as base64 of float16. At most 5,000 photos in all. With base "tires" a class
            may have none ("").

    Returns:
        `model`, the trained head, base64 of a safetensors file, for /teach_predict; `history`, a
        row per step: step, series ("train" or "held_out"), loss, accuracy; `held_out`, of each
        class the numbers of the photos that were held out, `answers`, what was said of each of
        them, both counted from 0; `confusion`, how often class i was taken for class j; `right` of
        `of`, `accuracy`, `low`, `high` (95 % interval of Wilson), null where none was held out;
        `farthest`, the distance from which on a photo is none of these, null if there is none;
        and `seconds`.
    """
    import torch
    from torch.nn.functional import cross_entropy

    from demos.pictures.confusion import counts
    from models.interval import wilson
    from models.teach import fit, held_out

    names = names_of(names)
    x, y = photos_of(names, features, base)
    began, aside = time.perf_counter(), held_out(y)
    parts = {"train": ~aside, "held_out": aside} if aside.any() else {"train": ~aside}
    history: list[dict] = []
    with torch.inference_mode(False), torch.enable_grad():
        new = start_of(names, base, head, hidden)
        if base != TIRES:
            new.start(seed)
        going = fit(
            new,
            x[~aside],
            y[~aside],
            steps=steps,
            l2=l2,
            learning_rate=learning_rate,
            onward=base == TIRES,
        )
        for step in going if len(x) else ():
            with torch.no_grad():
                rows = []
                for series, part in parts.items():
                    logits = new(x[part])
                    loss = cross_entropy(logits, y[part]).item()
                    share = (logits.argmax(dim=1) == y[part]).float().mean().item()
                    rows.append({"step": step, "series": series, "loss": loss, "accuracy": share})
            if not all(math.isfinite(row["loss"]) for row in rows):
                raise refusal("The training overflows: choose a smaller learning rate.")
            history += rows
    with torch.no_grad():
        said = new(x[aside]).argmax(dim=1) if aside.any() else y[:0]
    right, of = int((said == y[aside]).sum()), len(said)
    low, high = wilson(right, of) if of else (None, None)
    far = new.farthest.item()
    places = [[i for i, out in enumerate(aside[y == c].tolist()) if out] for c in range(len(names))]
    return {
        "model": base64.b64encode(new.packed()).decode("ascii"),
        "history": history,
        "held_out": places,
        "answers": [said[y[aside] == c].tolist() for c in range(len(names))],
        "confusion": counts(y[aside].tolist(), said.tolist(), len(names)).tolist(),
        "right": right,
        "of": of,
        "accuracy": right / of if of else None,
        "low": low,
        "high": high,
        "farthest": far if math.isfinite(far) else None,
        "seconds": round(time.perf_counter() - began, 3),
    }


def teach_predict(photo: str | dict, model: str) -> dict[str, Any]:
    """Ask a classifier of your own what a photo shows.

    Args:
        photo: a PNG, JPEG, WebP, HEIC, AVIF, TIFF, GIF or BMP as data URL, or an uploaded file
            (`gradio_client.handle_file("photo.jpg")`).
        model: `model` of an answer of /teach_train.

    Returns:
        `answer`, the likeliest class, or null where the photo lies farther from all training photos
        than those did from each other, or does not look like a tire to the tire model;
        `probabilities`, {name: share}; `distance` to the nearest, 0 to 2, and `farthest`, the
        largest that counts as known, null if there is none; and `features` of the photo.
    """
    import torch

    from models.settings import finite

    head = head_of(model)
    base = base_of(head)
    x = finite(backbone(), lesson.describe(network_of(base), pictures_of([photo])))
    with torch.inference_mode():
        shares = head(x).softmax(dim=1)[0]
        if not shares.isfinite().all():
            raise refusal("The numbers of this model overflow: train it again.")
        known, distance = bool(head.knows(x)), head.distance(x) if len(head.memory) else None
        if base == TIRES:
            tires = tire_model()
            known = tires.gate(x.to(tires.centre.device)).item() >= tires.threshold
    far = head.farthest.item()
    return {
        "answer": head.labels[int(shares.argmax())] if known else None,
        "probabilities": dict(zip(head.labels, shares.tolist(), strict=True)),
        "distance": None if distance is None else distance.item(),
        "farthest": far if math.isfinite(far) else None,
        "features": packed(x),
    }


def teach_explain(photo: str | dict, model: str, name: str | None = None) -> dict[str, Any]:
    """Find out which parts of a photo spoke for an answer: a grey patch is laid over each place.

    Args:
        photo: as of /teach_predict.
        model: `model` of an answer of /teach_train.
        name: of the class; null: the likeliest.

    Returns:
        `name` of the class, and `heat`, 7 × 7 numbers, top to bottom and left to right: how much
        the answer loses, in log-odds, when that place is covered; negative where it gains.
    """
    import torch

    from models.teach import occlusion

    head = head_of(model)
    network = network_of(base_of(head))
    if name is not None and name not in head.labels:
        raise refusal("name must be one of: {choices}.", choices=", ".join(head.labels))
    x = pictures_of([photo])
    with torch.inference_mode():
        likeliest = int(head(lesson.describe(network, x)).argmax())
    label = likeliest if name is None else head.labels.index(name)
    heat = occlusion(network, head, x[0], label)
    if not heat.isfinite().all():
        raise refusal("The numbers of this model overflow: train it again.")
    return {
        "name": head.labels[label],
        "heat": [[round(v, 4) for v in row] for row in heat.tolist()],
    }


@takes(KNOBS, base=BASE)
def teach_few(names: list, features: list, seed, base) -> dict[str, Any]:
    """Find out how few photos are enough: train on 1, 2, 5, 10 and 20 of each class, five times.

    Args:
        names: of the classes.
        features: of each class, as of /teach_train.

    Returns:
        `rows`, one per number of photos: photos, mean, deviation, lowest, highest (of the share of
        right answers on all other photos), draws.
    """
    import torch

    names = names_of(names)
    x, y = photos_of(names, features, base)
    if int(torch.bincount(y, minlength=len(names)).min()) < 2:
        raise refusal("Two photos of each class are needed at least: one to learn, one to test.")
    with torch.inference_mode(False), torch.enable_grad():
        start = start_of(names, base) if base == TIRES else None
        found = list(lesson.few_photos(x, y, names, seed=seed, start=start))
    rows = []
    for photos in dict.fromkeys(row["photos"] for row in found):
        shares = [row["accuracy"] for row in found if row["photos"] == photos]
        rows.append(
            {
                "photos": photos,
                "mean": statistics.fmean(shares),
                "deviation": statistics.stdev(shares),
                "lowest": min(shares),
                "highest": max(shares),
                "draws": len(shares),
            }
        )
    return {"rows": rows}


@takes(KNOBS, method=Choice(METHODS, "frozen", about="how it is trained."))
def teach_tune(names: list, photos: list, method, seed) -> dict[str, Any]:
    """Compare frozen features, more views of each photo, and a last block that is trained on.

    Args:
        names: of the classes.
        photos: of each class a list of pictures, as of /teach_features; at most 120 in all.

    Returns:
        `rows`, one per epoch: step, loss, right, of, accuracy, low, high (95 %), trained (how many
        parameters); and `seconds`.
    """
    import torch

    from models.interval import wilson

    names = names_of(names)
    if not isinstance(photos, (list, tuple)) or len(photos) != len(names):
        raise refusal("photos must be a list with as many lists as there are names.")
    if not all(isinstance(of, (list, tuple)) for of in photos):
        raise refusal("photos must be a list with as many lists as there are names.")
    each = [one for of in photos for one in of]
    y = torch.tensor([label for label, of in enumerate(photos) for _one in of])
    if len(each) > MOST_TUNED:
        raise refusal("These are more than {most} photos: take fewer.", most=MOST_TUNED)
    for name, of in zip(names, photos, strict=True):
        if len(of) < 5:
            raise refusal(
                "The class {name} has fewer than 5 photos: one of five is held out.", name=name
            )
    began = time.perf_counter()
    pictures = pictures_of(each, MOST_TUNED)
    with torch.inference_mode(False), torch.enable_grad():
        rows = list(lesson.tune(backbone(), pictures, y, names, method, seed, progress()))
    for row in rows:
        low, high = wilson(row["right"], row["of"])
        row |= {"accuracy": row["right"] / row["of"], "low": low, "high": high}
    return {"rows": rows, "seconds": round(time.perf_counter() - began, 2)}


@takes(
    seed=Number(0, 9999, 0, whole=True, about="of the drawings"),
    count=Number(1, scenes.MOST, 20, whole=True, about="photos of each class"),
)
def teach_ready_made(kind: str, count, seed) -> dict[str, Any]:
    """Get a ready-made set of photos: drawn scenes, or the digits that come with scikit-learn.

    Args:
        kind: "fruit", "sea", "shortcut" (each class on a ground of its own), "exchanged" (the other
            way round) or "digits".

    Returns:
        `names` of the classes, and `photos`, of each class a list of data URLs.
    """
    if not isinstance(kind, str) or kind not in scenes.SETS:
        raise refusal("There is no such set: choose one of {known}.", known=", ".join(scenes.SETS))
    names = [_(name) for name in scenes.SETS[kind][1]]
    return {"names": names, "photos": scenes.jpegs_of(kind, count, seed)}


def teach_export(model: str) -> dict[str, Any]:
    """Get everything that a classifier of your own needs to run without this page.

    Args:
        model: `model` of an answer of /teach_train.

    Returns:
        `files`, {name: base64}: the head and the network as safetensors, `classify.py`, which says
        what the photos of a folder show, `app.py`, a Gradio app for a Space, `requirements.txt` and
        `README.md`.
    """
    from demos.teach.export import files_of, in_base64

    head = head_of(model)
    backbone()  # or the sentence that says how to get its weights
    return {"files": in_base64(files_of(head, tire_model() if base_of(head) == TIRES else None))}
