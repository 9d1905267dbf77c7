"""The scripts that the tab shows, one a topic. All but one run in the folder of this course."""


def photo():
    """Judge a photo of a tire. Run it in the folder of this course."""
    from demos.tires.examples import drawn_tire
    from models import hub
    from models.tires import TireClassifier

    model = hub.load(TireClassifier)
    image = drawn_tire()  # or: PIL.Image.open("a photo of mine.jpg")
    seen = model.examine(image)

    print(f"likeness to a tire: {seen.likeness:.1f}, threshold {model.threshold:.1f}")
    for label, share in seen.probabilities.items():
        print(f"{label}: {100 * share:.1f} %")
    print("seen:", seen.view, "| nearest training photos:", seen.nearest)
    print("verdict:", seen.verdict or f"cannot tell ({seen.reason})")


def transfer(method):
    """Count what transfer learning trains. Run it in the folder of this course."""
    import torch

    from models.architectures import network

    model = network("mobilenet_v2", classes=2)  # features as ImageNet taught them, a new head
    *features, _weight, _bias = model.parameters()  # the last two are the head's
    for parameter in features:
        parameter.requires_grad_(method != "frozen features, new head")

    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.Adam(trained, lr=1e-3)  # sees nothing else
    total = sum(p.numel() for p in model.parameters())
    count = sum(p.numel() for group in optimizer.param_groups for p in group["params"])
    print(f"{method}: {count} of {total} parameters train, {100 * count / total:.2f} %")


def augmentation(changes):
    """Judge nine variants of one photo. Run it in the folder of this course."""
    import torch

    from demos.tires.examples import drawn_tire
    from models import hub
    from models.tires import TireClassifier, transforms

    flip, rotation, crop, shift, brightness, contrast, seed = changes
    model = hub.load(TireClassifier)
    image = (255 * model.preprocess(drawn_tire())).round().byte()  # (3, 224, 224)

    torch.manual_seed(int(seed))
    change = transforms(flip, rotation, crop, shift, brightness, contrast)
    for number in range(9):
        variant = change(image).to(model.centre.device).float() / 255
        shares = model(variant[None]).softmax(dim=1)[0].tolist()
        answers = zip(model.labels, shares, strict=True)
        print(f"variant {number}:", ", ".join(f"{label} {share:.3f}" for label, share in answers))


def residual(activation, stack):
    """Measure how much of a gradient reaches each layer, without and with residual connections."""
    import torch
    from torch import nn

    depth, width, seed = map(int, stack)
    f = getattr(torch, activation)
    for residual in (False, True):
        torch.manual_seed(seed)
        layers = [nn.Linear(width, width, dtype=torch.float64) for _ in range(depth)]
        last = nn.Linear(width, 1, dtype=torch.float64)
        h = torch.randn(64, width, dtype=torch.float64)
        target = torch.randn(64, 1, dtype=torch.float64)

        for layer in layers:
            h = h + f(layer(h)) if residual else f(layer(h))
        (last(h) - target).square().mean().backward()

        print("residual: h + f(W·h + b)" if residual else "plain: f(W·h + b)")
        for number, layer in enumerate(layers, 1):
            print(f"  layer {number}: ‖∂L/∂W‖ = {layer.weight.grad.norm().item():.4g}")


def search(score):
    """Rank the trials of the search for hyperparameters. Run it in the folder of this course."""
    from models import hub
    from models.tires import TireClassifier

    trials = hub.table(TireClassifier, "search")  # as python -m trainers.tires --search measured
    trials.sort(key=lambda trial: float(trial[score]), reverse=score != "loss")
    names = ("learning_rate", "weight_decay", "smoothing", "epochs", "views")
    for trial in trials[:10]:
        settings = ", ".join(f"{name} {trial[name]}" for name in names)
        print(f"trial {trial['trial']}: {score} {float(trial[score]):.4f} ({settings})")


def exam():
    """Test the network on a folder of your own. Run it in the folder of this course."""
    from pathlib import Path

    from models import hub
    from models.images import open_image
    from models.interval import wilson
    from models.tires import TireClassifier

    model = hub.load(TireClassifier)
    answered = right = photos = 0
    for truth in ("good", "defective"):  # folders of photos, named for what the tires are
        for path in sorted(Path(truth).glob("*.*")):
            seen = model.examine(open_image(path))
            photos, answered = photos + 1, answered + (seen.verdict is not None)
            right += seen.verdict == truth
            print(path, seen.verdict or f"cannot tell ({seen.reason})")

    print(f"{photos} photos, {answered} answered, {right} of those right")
    if answered:
        low, high = wilson(right, answered)
        print(f"the true share: {100 * low:.0f} to {100 * high:.0f} %")


SCRIPTS = {
    "photo": photo,
    "exam": exam,
    "transfer": transfer,
    "augmentation": augmentation,
    "residual": residual,
    "search": search,
}
