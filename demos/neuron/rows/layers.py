"""What is drawn of two layers with or without a bend between them."""

from __future__ import annotations

from demos.frame.texts import N_, _
from demos.neuron.lesson import multiplied_out, two_layers
from demos.neuron.rows.notation import formulas
from demos.widgets.live_chart import Run

LINES = ("first", "second", "output", "one_layer")
SPOKEN = {"relu": "ReLU", "tanh": N_("Tanh"), "sigmoid": N_("The sigmoid")}


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
    told = (
        _("Two linear layers are one line, whatever the weights.")
        if between == "identity"
        else _(
            "{function} bends ŷ away from the line, by up to {gap:.2f}: no single layer can do "
            "that."
        ).format(function=_(SPOKEN[between]), gap=gap)
    )
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
        params=params | {"slope": slope, "shift": shift, "loss": loss},
        caption=told + " " + _("Loss on XOR: {loss:.3f}.").format(loss=loss),
    )
    return run, _board(between)


def _board(between: str) -> str:
    column = r"\begin{bmatrix} {%s_one:.1f} \\ {%s_two:.1f} \end{bmatrix}"
    w, b = column.replace("%s", "w"), column.replace("%s", "b")
    v = r"\begin{bmatrix} {v_one:.1f} & {v_two:.1f} \end{bmatrix}"
    function = {"identity": "", "relu": r"\mathrm{ReLU}", "tanh": r"\tanh", "sigmoid": r"\sigma"}
    f = function[between]
    hidden = rf"{f}\!\left({w} x + {b}\right)" if f else rf"\left({w} x + {b}\right)"
    one_layer, on_xor = _("one layer"), _("on XOR")
    one = (
        rf"\hat y = {{slope:.2f}}\,x + {{shift:.2f}} \quad \text{{{one_layer}}}"
        if between == "identity"
        else r"\hat y \neq {slope:.2f}\,x + {shift:.2f}"
    )
    return formulas(
        rf"\hat y = {v}\; {hidden}",
        rf"{v} {w} = {{slope:.2f}}, \quad {v} {b} = {{shift:.2f}}",
        one,
        rf"L = \tfrac13 \textstyle\sum (\hat y - y)^2 = {{loss:.4f}} \quad \text{{{on_xor}}}",
    )
