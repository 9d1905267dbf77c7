"""What is drawn of a neuron that is set by hand: °C → °F, and bills with three inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from demos.frame.texts import N_, _
from demos.neuron.lesson import predict, squared_error
from demos.neuron.rows.notation import Rows, exact, formulas, number
from demos.pictures.temperatures import temperatures
from demos.widgets.live_chart import Run

CELSIUS = tuple(temperatures())
W_LOW, W_HIGH, B_LOW, B_HIGH = -1.0, 5.0, -20.0, 60.0
# Croissants, coffees, juices, and what they cost with the cover charge [€].
BILLS = ((1, 1, 0), (2, 0, 1), (0, 2, 0), (3, 2, 1), (1, 0, 2), (2, 3, 2))
TOTALS = (5.0, 7.5, 6.0, 14.0, 9.5, 18.5)
PARTS = (N_("cover charge"), N_("croissants"), N_("coffees"), N_("juices"))

# ---------------------------------------------------------------- °C → °F


def celsius_picture(weight: float, bias: float) -> tuple[Run, str]:
    """Compute what is drawn of the line ŷ = w·x + b and its loss."""
    x, y = [[c] for c in CELSIUS], [c * 9 / 5 + 32 for c in CELSIUS]
    now = squared_error(x, y, [weight], bias)
    gradient_w, gradient_b = exact(now["weight_gradients"][0]), exact(now["bias_gradient"])
    run = Run(
        data={
            "run": [
                {
                    "step": 0,
                    "weight": weight,
                    "bias": bias,
                    "loss": exact(now["loss"]),
                    "weight_gradient": gradient_w,
                    "bias_gradient": gradient_b,
                }
            ],
            "pairs": [
                {"celsius": c, "fahrenheit": f, "prediction": p}
                for c, f, p in zip(CELSIUS, y, now["predictions"], strict=True)
            ],
            "along_w": _along("weight", W_LOW, W_HIGH, lambda w: (w, bias)),
            "along_b": _along("bias", B_LOW, B_HIGH, lambda b: (weight, b)),
        },
        caption=_("The loss is {loss} °F². Click a loss curve to go there.").format(
            loss="{loss:.2f}"
        ),
        conclusion=_found(now["loss"]),
    )
    return run, formulas(
        r"\hat y = w\,x + b = {weight:g}\,x + {bias:g}",
        r"L = \tfrac17 \textstyle\sum (\hat y - y)^2 = {loss:.2f}",
        r"\tfrac{\partial L}{\partial w} = \tfrac27 \textstyle\sum (\hat y - y)\,x"
        r" = {weight_gradient:.2f}",
        r"\tfrac{\partial L}{\partial b} = \tfrac27 \textstyle\sum (\hat y - y)"
        r" = {bias_gradient:.2f}",
    )


def _along(name: str, low: float, high: float, knobs: Callable[[Any], tuple]) -> Rows:
    """Return the loss for every value of one knob."""
    import torch

    values = torch.linspace(low, high, 61)
    x = torch.tensor(CELSIUS)
    w, b = knobs(values[:, None])
    losses = ((w * x + b - (x * 9 / 5 + 32)) ** 2).mean(dim=-1)
    return [
        {name: value, "loss": loss}
        for value, loss in zip(values.tolist(), losses.tolist(), strict=True)
    ]


def _found(loss: float) -> str:
    return _("The loss is 0: found.") if loss < 1e-12 else ""


# ---------------------------------------------------------------- three inputs


def bill_picture(bias: float, weights: list[float], chosen: int) -> tuple[Run, str]:
    """Compute what is drawn of six bills and of the prices that the neuron guesses."""
    inputs = [[float(count) for count in bill] for bill in BILLS]
    now = squared_error(inputs, list(TOTALS), weights, bias)
    bills, parts = [], []
    for i, (x, y) in enumerate(zip(inputs, TOTALS, strict=True)):
        one = predict(x, weights, bias, target=y)
        bills.append(
            {
                "bill": i + 1,
                "chosen": i == chosen,
                "total": y,
                "prediction": one["prediction"],
                "says": f"ŷ {number(one['prediction'])} | y {number(y)}",
            }
        )
        edge = 0.0
        for name, amount in zip(PARTS, [bias, *one["products"]], strict=True):
            parts.append(
                {
                    "bill": i + 1,
                    "part": name,
                    "name": _(name),
                    "amount": amount,
                    "low": edge,
                    "high": edge + amount,
                }
            )
            edge += amount
    gradients = [now["bias_gradient"], *now["weight_gradients"]]
    one = predict(inputs[chosen], weights, bias, target=TOTALS[chosen])
    names = ("one", "two", "three")
    params = {"bias": bias, "total": TOTALS[chosen], "prediction": exact(one["prediction"])}
    params |= {f"x_{n}": value for n, value in zip(names, inputs[chosen], strict=True)}
    params |= {f"w_{n}": value for n, value in zip(names, weights, strict=True)}
    params |= {f"part_{n}": exact(part) for n, part in zip(names, one["products"], strict=True)}
    params |= {"one_loss": exact(one["loss"]), "bill": chosen + 1, "mean_loss": now["loss"]}
    run = Run(
        data={
            "run": [{"step": 0, "loss": now["loss"]}],
            "bills": bills,
            "parts": parts,
            "turns": [
                {
                    "knob": knob,
                    "part": part,
                    "name": _(part),
                    "gradient": gradient,
                    "says": number(gradient),
                }
                for knob, part, gradient in zip(
                    ("b", "w₁", "w₂", "w₃"), PARTS, gradients, strict=True
                )
            ],
        },
        params=params,
        caption=_(
            "The weights are the neuron's guess at the prices. The loss over all six bills is "
            "{loss} €². Click a bill."
        ).format(loss="{loss:.4f}"),
        conclusion=_found(now["loss"]),
    )
    word = _("bill")
    return run, formulas(
        r"\hat y = b + x_1 w_1 + x_2 w_2 + x_3 w_3",
        rf"\text{{{word} }}{{bill:d}}\text{{:}}\quad \hat y = "
        r"{bias:g} + {x_one:d} \cdot {w_one:g}"
        r" + {x_two:d} \cdot {w_two:g} + {x_three:d} \cdot {w_three:g}",
        r"\phantom{\hat y} = {bias:g} + {part_one:g} + {part_two:g} + {part_three:g}"
        r" = {prediction:g}",
        r"L = (\hat y - y)^2 = ({prediction:g} - {total:g})^2 = {one_loss:g}",
    )
