"""Questions on back-propagation."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from demos.frame.quiz import Choose, Compute, Fault, Option
from demos.frame.texts import N_, _

if TYPE_CHECKING:
    import altair as alt


def _draw_neuron(chance: random.Random) -> dict[str, float]:
    return {
        "f": chance.choice([0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.8, 0.9]),
        "x": chance.choice([-4, -3, -2, 2, 3, 4, 5]),
    }


def _slope(f: float, x: float) -> float:
    import torch

    w = torch.tensor(0.0, requires_grad=True)
    torch.sigmoid(torch.logit(torch.tensor(f)) + w * x).backward()
    return w.grad.item()


def _draw_calls(chance: random.Random) -> dict[str, int]:
    return {"w": chance.randint(2, 9), "calls": chance.randint(2, 4)}


def _summed(w: int, calls: int) -> float:
    import torch

    weight = torch.tensor(float(w), requires_grad=True)
    for _call in range(calls):
        (weight**2).backward()
    return weight.grad.item()


def _slopes() -> alt.Chart:
    from demos.backprop.lesson import back_propagate
    from demos.pictures.lettered import lettered_curves

    curves: dict[str, list[tuple[float, float]]] = {"A": [], "B": [], "C": []}
    names = {"w1": "A", "w2": "B", "b": "C"}
    for step in range(45):
        bias = -10 + step / 4
        for node in back_propagate("sigmoid_neuron", [2, -1, -3, -2, bias])["nodes"]:
            if node["name"] in names:
                curves[names[node["name"]]].append((bias, node["gradient"]))
    described = _("Three gradients over the bias b, curves named A, B and C")
    return lettered_curves(curves, "b", _("gradient"), described)


CUT = """\
import torch

w = torch.tensor(2.0, requires_grad=True)
x, y = torch.tensor(3.0), torch.tensor(12.0)
prediction = w * x
error = prediction.item() - y
loss = error**2
loss.backward()
print(w.grad)
"""

QUIZ = [
    Compute(
        "factor",
        "A sigmoid neuron $f = \\sigma(w_1 x_1 + w_2 x_2 + b)$ answers $f = {f:.1f}$; its first "
        "input is $x_1 = {x:d}$. What is $\\frac{\\partial f}{\\partial w_1}$? Two decimals are "
        "enough.",
        draw=_draw_neuron,
        answer=_slope,
        tolerance=0.01,
        because=N_(
            "On the way back the sigmoid multiplies by its slope, $f(1 - f)$ with $f = {f:.1f}$, "
            "the plus by 1, and the product by the other factor, $x_1 = {x:d}$: {answer:.2f}. What "
            "$w_1$ itself is does not matter."
        ),
        settings={"expression": "sigmoid_neuron"},
    ),
    Choose(
        "slopes",
        "The bias of a sigmoid neuron is turned from −10 to 1; its inputs are $x_1 = -1$ and "
        "$x_2 = -2$. Which curve is $\\frac{\\partial f}{\\partial w_2}$?",
        picture=_slopes,
        options=[
            Option(
                "A",
                "It goes down to −0.25, where the sigmoid is steepest, times $x_1 = -1$: this is "
                "the gradient of $w_1$.",
            ),
            Option(
                "B",
                "What comes back through the sigmoid, 0.25 at most, is multiplied by $x_2 = -2$: "
                "−0.5.",
                right=True,
            ),
            Option(
                "C",
                "This is $\\frac{\\partial f}{\\partial b}$: the sum hands $f(1 - f)$, at most "
                "0.25, to the bias as it is.",
            ),
        ],
        settings={"expression": "sigmoid_neuron", "sigmoid_neuron": [2, -1, -3, -2, -4]},
    ),
    Choose(
        "needs",
        "`w = torch.tensor([1.0, 2.0], requires_grad=True)`. Which of these work? Choose all.",
        options=[
            Option(
                "`(w * 3).backward()`",
                "This is two numbers, and torch asks which of them is meant: “grad can be "
                "implicitly created only for scalar outputs”.",
            ),
            Option(
                "`(w * 3).sum().backward()`",
                "The sum is a scalar, one number. `w.grad` is then 3 and 3.",
                right=True,
            ),
            Option(
                "`w[0].backward()`",
                "One element is a scalar, too. `w.grad` is then 1 and 0: the other one has no "
                "influence.",
                right=True,
            ),
            Option(
                "`(w.detach() ** 2).sum().backward()`",
                "`detach` cuts the graph off: nothing behind it wants a gradient, and torch says "
                "“does not require grad”.",
            ),
        ],
        settings={"expression": "network"},
    ),
    Choose(
        "grad_fn",
        "After `p = w * x`, `p.grad_fn` is `<MulBackward0>`. What is that?",
        options=[
            Option(
                "The gradient of `p`.",
                "Gradients stand in `.grad`, and only after `backward()`; `grad_fn` is there "
                "before.",
            ),
            Option(
                "The operation that made `p`, with what it takes to go back through it.",
                "From the last result, `backward` follows these from one to the next. The "
                "`grad_fn` of `w` is `None`: nothing has computed it.",
                right=True,
            ),
            Option(
                "The loss function that `p` goes into.",
                "A tensor knows where it comes from, not what becomes of it.",
            ),
            Option(
                "A mark that `p` is to be learned.",
                "What is to be learned is marked by `requires_grad`, and has no `grad_fn`: it is a "
                "leaf.",
            ),
        ],
        settings={"expression": "sum_times"},
    ),
    Compute(
        "sum",
        "`w = torch.tensor({w:d}.0, requires_grad=True)`. Then `(w ** 2).backward()` is called "
        "{calls:d} times. What is `w.grad`?",
        draw=_draw_calls,
        answer=_summed,
        tolerance=0,
        because=N_(
            "The slope is $2w$ with $w = {w:d}$, and every call adds it to what stands in `w.grad` "
            "already, {calls:d} times: {answer:.0f}. Within one call, too, what comes back along "
            "several ways adds up."
        ),
        settings={"expression": "cubic"},
    ),
    Fault(
        "cut",
        "The gradient of a single weight is wanted, but torch says that there is nothing that "
        "requires one. In which line is the fault?",
        code=CUT,
        line=6,
        mended="error = prediction - y",
        because=N_(
            "`item()` makes a plain number of Python, which does not know where it comes from: "
            "from there on no result has a `grad_fn`, and `backward` finds no way back to `w`."
        ),
        settings={"expression": "network"},
    ),
]
