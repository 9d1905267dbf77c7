"""What is drawn of two layers with or without a bend between them."""

from __future__ import annotations

from demos.frame.texts import N_, _
from demos.neuron.lesson import multiplied_out, two_layers
from demos.neuron.rows.notation import formulas
from demos.widgets.live_chart import Run

LINES = ("first", "second", "output", "one_layer")
SPOKEN = {"relu": "ReLU", "tanh": "tanh", "sigmoid": N_("the sigmoid")}


def layers_picture(
    between: str, weights: list[float], biases: list[float], output_weights: list[float]
) -> tuple[Run, str]:
    """Compute what is drawn of two layers, and of the one layer that they may amount to."""
    import torch

    slope, shift = multiplied_out(weights, biases, output_weights)
    axis = torch.linspace(-1.0, 3.0, 161)
    hidden, output = two_layers(axis, weights, biases, output_weights, between)
    points = torch.tensor([0.0, 1.0, 2.0])
    at_points = two_layers(points, weights, biases, output_weights, between)[1]
    loss = ((at_points - torch.tensor([0.0, 1.0, 0.0])) ** 2).mean().item()
    gap = (output - (slope * axis + shift)).abs().max().item()
    names = ("w_one", "w_two", "b_one", "b_two", "v_one", "v_two")
    params = dict(zip(names, [*weights, *biases, *output_weights], strict=True))
    series = dict(
        zip(
            LINES,
            [hidden[:, 0], hidden[:, 1], output, slope * axis + shift],
            strict=True,
        )
    )
    told = _("Loss on XOR: {loss}.").format(loss="{loss:.3f}")
    if between != "identity":
        bent = _("With {function} in between, ŷ leaves the line of one layer by up to {gap}.")
        told = f"{bent.format(function=_(SPOKEN[between]), gap=f'{gap:.2f}')} {told}"
    run = Run(
        data={
            "run": [{"step": 0, "series": name} for name in LINES],
            "hidden": [
                {"series": name, "x": x, "value": v}
                for name in LINES[:2]
                for x, v in zip(axis.tolist(), series[name].tolist(), strict=True)
            ],
            "outputs": [
                {"series": name, "x": x, "value": v}
                for name in LINES[2:]
                for x, v in zip(axis.tolist(), series[name].tolist(), strict=True)
            ],
            "xor": [
                {"x": x, "target": t, "prediction": p}
                for x, t, p in zip((0, 1, 2), (0, 1, 0), at_points.tolist(), strict=True)
            ],
        },
        params=params | {"slope": round(slope, 5), "shift": round(shift, 5), "loss": loss},
        caption=told,
        conclusion=_("All three points are hit: this is XOR.") if loss < 1e-12 else "",
    )
    return run, _board(between)


def _board(between: str) -> str:
    column = r"\begin{bmatrix} {%s_one:g} \\ {%s_two:g} \end{bmatrix}"
    w, b = column.replace("%s", "w"), column.replace("%s", "b")
    v = r"\begin{bmatrix} {v_one:g} & {v_two:g} \end{bmatrix}"
    function = {"identity": "", "relu": r"\mathrm{ReLU}", "tanh": r"\tanh", "sigmoid": r"\sigma"}
    f = function[between]
    hidden = rf"{f}\!\left({w} x + {b}\right)" if f else rf"\left({w} x + {b}\right)"
    one_layer, on_xor = _("one layer"), _("on XOR")
    one = (
        rf"\hat y = {{slope:g}}\,x + {{shift:g}} \quad \text{{{one_layer}}}"
        if between == "identity"
        else r"\hat y \neq {slope:g}\,x + {shift:g}"
    )
    return formulas(
        rf"\hat y = {v}\; {hidden}",
        rf"{v} {w} = {{slope:g}}, \quad {v} {b} = {{shift:g}}",
        one,
        rf"L = \tfrac13 \textstyle\sum (\hat y - y)^2 = {{loss:.4f}} \quad \text{{{on_xor}}}",
    )
