"""The scripts that the tab shows, one a topic. They run in the folder of this course."""

from __future__ import annotations

from collections.abc import Callable


def read(output, preprocess):
    """Let three networks read a seven. Run it in the folder of this course."""
    from PIL import Image, ImageDraw

    from models import digits, hub

    image = Image.new("L", (280, 280), "white")  # or: Image.open("a photo of mine.jpg")
    ImageDraw.Draw(image).line([(80, 70), (200, 70), (130, 220)], fill="black", width=24)

    for kind in ("linear", "mlp", "cnn"):
        network = hub.load(digits.MODELS[kind]).cpu()
        x = network.preprocess(image, mnist_style=preprocess)  # (1, 28, 28), ink bright on dark
        z = network(x[None])[0]  # ten logits, one per digit
        numbers = {"logits": z, "sigmoid": z.sigmoid(), "softmax": z.softmax(dim=0)}[output]

        print(f"{kind} reads {network.reading(z) or '?'}; {output}:")
        for digit, number in enumerate(numbers.tolist()):
            print(f"  {digit}: {number:.4f}")


def zero(zero, threshold):
    """Ask one neuron whether a drawing is a 0. Run it in the folder of this course."""
    import torch
    from PIL import Image, ImageDraw
    from torch.nn.functional import binary_cross_entropy_with_logits

    from models import hub
    from models.digits_one import ZeroOrNot

    image = Image.new("L", (280, 280), "white")  # or: Image.open("a photo of mine.jpg")
    ImageDraw.Draw(image).ellipse([80, 50, 200, 230], outline="black", width=24)

    neuron = hub.load(ZeroOrNot).cpu()
    x = neuron.preprocess(image)  # (1, 28, 28), ink bright on dark
    z = neuron(x[None])  # one logit
    p = z.sigmoid()
    y = torch.tensor([1.0 if zero == "yes" else 0.0])
    loss = binary_cross_entropy_with_logits(z, y)  # −(y·ln p + (1 − y)·ln(1 − p))

    print(f"z = {z.item():.4f}, p = {p.item():.4f}, loss {loss.item():.4f}")
    print("0" if p >= threshold else "not 0")


def number(truth):
    """Ask for a digit as one number. Run it in the folder of this course."""
    import torch
    from PIL import Image, ImageDraw

    from models import hub
    from models.digits import DigitMLP
    from models.digits_one import DigitNumber

    image = Image.new("L", (280, 280), "white")  # a 1 with a beginning of a bar, or is it a 7?
    ImageDraw.Draw(image).line([(90, 80), (160, 50), (160, 230)], fill="black", width=24)

    regression, classifier = hub.load(DigitNumber).cpu(), hub.load(DigitMLP).cpu()
    x = regression.preprocess(image)[None]
    y = regression(x).item()
    print(f"one output: {y:.4f}, squared error {(y - int(truth)) ** 2:.4f}")

    p = classifier(x)[0].softmax(dim=0)
    for digit, share in enumerate(p.tolist()):
        print(f"  {digit}: {share:.4f}")
    print(f"their mean: {(p * torch.arange(10)).sum().item():.4f}")


def ten(network):
    """Compare softmax and sigmoid of the same logits. Run it in the folder of this course."""
    from PIL import Image, ImageDraw

    from models import digits, hub

    image = Image.new("L", (280, 280), "white")  # or: Image.open("a photo of mine.jpg")
    ImageDraw.Draw(image).line([(80, 70), (200, 70), (130, 220)], fill="black", width=24)

    model = hub.load(digits.MODELS[network]).cpu()
    z = model(model.preprocess(image)[None])[0]  # (10,)
    softmax = z.exp() / z.exp().sum()  # as z.softmax(dim=0), which does not overflow
    sigmoid = 1 / (1 + (-z).exp())  # as z.sigmoid()

    for digit in range(10):
        print(f"{digit}: z {z[digit]:.4f}, softmax {softmax[digit]:.4f}, ", end="")
        print(f"sigmoid {sigmoid[digit]:.4f}")
    print(f"sums: softmax {softmax.sum():.4f}, sigmoid {sigmoid.sum():.4f}")


def entropy(network, truth):
    """Say how wrong ten outputs are. Run it in the folder of this course."""
    import torch
    from PIL import Image, ImageDraw
    from torch.nn import functional

    from models import digits, hub

    image = Image.new("L", (280, 280), "white")  # or: Image.open("a photo of mine.jpg")
    ImageDraw.Draw(image).line([(80, 70), (200, 70), (130, 220)], fill="black", width=24)

    model = hub.load(digits.MODELS[network]).cpu()
    with torch.no_grad():
        z = model(model.preprocess(image)[None])[0]
    z.requires_grad_()
    target = torch.tensor(int(truth))
    one_hot = functional.one_hot(target, 10).float()
    p = z.softmax(dim=0)
    print(f"by hand: {-(one_hot * p.log()).sum().item():.4f}")
    loss = functional.cross_entropy(z, target)
    print(f"torch: {loss.item():.4f}")

    loss.backward()
    print("gradient:", [round(g, 4) for g in z.grad.tolist()])
    print("p - y:   ", [round(g, 4) for g in (p - one_hot).tolist()])
    questions = functional.binary_cross_entropy_with_logits(z, one_hot, reduction="sum")
    print(f"ten yes-or-no questions: {questions.item():.4f}")


def cost():
    """Leave out one thing that preprocessing sees to. Run it in the folder of this course."""
    from PIL import Image, ImageDraw

    from models import digits, hub

    image = Image.new("L", (280, 280), "white")  # or: Image.open("a photo of mine.jpg")
    ImageDraw.Draw(image).line([(80, 70), (200, 70), (130, 220)], fill="black", width=24)

    networks = {kind: hub.load(model).cpu() for kind, model in digits.MODELS.items()}
    x = networks["cnn"].preprocess(image)
    ways = {"predict": x, "squashed": digits.squash(image)}
    ways |= {how: digits.spoil(x[None], how)[0] for how in digits.SPOILED}

    for way, seen in ways.items():
        reads = {
            kind: network.reading(network(seen[None])[0]) for kind, network in networks.items()
        }
        print(f"{way}: " + ", ".join(f"{kind} {digit or '?'}" for kind, digit in reads.items()))


SCRIPTS: dict[str, Callable] = {
    "read": read,
    "zero": zero,
    "number": number,
    "ten": ten,
    "entropy": entropy,
    "cost": cost,
}
