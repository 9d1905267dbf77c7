"""The scripts that the tab shows, one a topic. They run in the folder of this course."""

from __future__ import annotations

from collections.abc import Callable


def teach(head, hidden):
    """Train a classifier on a few photos and ask it. Run it in the folder of this course."""
    from demos.teach.lesson import described
    from demos.teach.scenes import photos_of
    from models import hub
    from models.backbone import Backbone
    from models.teach import TeachHead, fit

    backbone = hub.load(Backbone)  # MobileNetV2, frozen
    photos = photos_of("fruit", count=10)  # or your own: a list of pictures for each class
    x, y = described(backbone, photos)

    model = TeachHead(["apple", "banana", "grapes"], hidden if head == "hidden" else 0)
    for _step in fit(model, x, y):
        pass
    new, _truth = described(backbone, photos_of("fruit", count=1, seed=1)[:1])  # one apple
    shares = model(new).softmax(dim=1)[0].tolist()
    for label, share in zip(model.labels, shares, strict=True):
        print(f"{label}: {100 * share:.1f} %")


def training(head, hidden, steps, l2, learning_rate):
    """Follow the loss while a head is trained. Run it in the folder of this course."""
    import torch

    from demos.teach.lesson import described
    from demos.teach.scenes import photos_of
    from models import hub
    from models.backbone import Backbone
    from models.interval import wilson
    from models.teach import TeachHead, fit, held_out

    backbone = hub.load(Backbone)
    photos = photos_of("fruit", count=10)
    x, y = described(backbone, photos)
    test = held_out(y)  # of each class every fifth

    model = TeachHead(["apple", "banana", "grapes"], hidden if head == "hidden" else 0)
    for step in fit(model, x[~test], y[~test], steps=steps, l2=l2, learning_rate=learning_rate):
        loss = torch.nn.functional.cross_entropy(model(x[~test]), y[~test]).item()
        print(f"step {step}: loss {loss:.4f}")
    right = int((model(x[test]).argmax(dim=1) == y[test]).sum())
    low, high = wilson(right, int(test.sum()))
    print(f"{right} of {int(test.sum())} right, between {100 * low:.0f} and {100 * high:.0f} %")


def few(seed):
    """Train on few photos, and test on all others. Run it in the folder of this course."""
    import torch

    from demos.teach.lesson import described, few_photos
    from demos.teach.scenes import photos_of
    from models import hub
    from models.backbone import Backbone

    backbone = hub.load(Backbone)
    photos = photos_of("fruit", count=12)
    x, y = described(backbone, photos)

    rows = list(few_photos(x, y, ["apple", "banana", "grapes"], seed=seed))
    for count in sorted({row["photos"] for row in rows}):
        shares = torch.tensor([row["accuracy"] for row in rows if row["photos"] == count])
        print(f"{count} of each class: {shares.mean():.3f} ± {shares.std():.3f}")


def tuning(seed):
    """Compare three ways to train on the same photos. Run it in the folder of this course."""
    import torch

    from demos.teach.lesson import tune
    from demos.teach.scenes import photos_of
    from models import hub
    from models.backbone import Backbone

    backbone = hub.load(Backbone)
    photos = photos_of("fruit", count=5)
    pictures = torch.stack([backbone.preprocess(photo) for of in photos for photo in of])
    y = torch.tensor([label for label, of in enumerate(photos) for _photo in of])

    for method in ("frozen", "augmented", "fine_tuned"):
        *_rows, last = tune(backbone, pictures, y, ["apple", "banana", "grapes"], method, seed)
        print(f"{method}: {last['right']} of {last['of']} right, {last['trained']} parameters")


def shortcut():
    """Set a trap: every apple on grass, every pear on wood. Run it in the folder of this course."""
    from demos.teach.lesson import described
    from demos.teach.scenes import photos_of
    from models import hub
    from models.backbone import Backbone
    from models.teach import TeachHead, fit

    backbone = hub.load(Backbone)
    model = TeachHead(["apple", "pear"])
    x, y = described(backbone, photos_of("shortcut", count=5))
    for _step in fit(model, x, y):
        pass
    for kind in ("shortcut", "exchanged"):
        x, y = described(backbone, photos_of(kind, count=5))
        share = (model(x).argmax(dim=1) == y).float().mean().item()
        print(f"{kind}: {100 * share:.0f} % right")


def export():
    """Save a trained head, and read it again. Run it in the folder of this course."""
    import pathlib
    import tempfile

    import torch

    from models.teach import TeachHead, fit

    x, y = torch.rand(20, 1280), torch.arange(20) % 2
    model = TeachHead(["good", "defective"])
    for _step in fit(model, x, y):
        pass
    file = pathlib.Path(tempfile.mkdtemp()) / "head.safetensors"
    file.write_bytes(model.packed())
    again = TeachHead.unpacked(file.read_bytes())
    print(again.labels, f"{file.stat().st_size} bytes")
    print("the same answers:", torch.equal(model(x), again(x)))


SCRIPTS: dict[str, Callable] = {
    "teach": teach,
    "training": training,
    "few": few,
    "tuning": tuning,
    "shortcut": shortcut,
    "export": export,
}
