"""Chapter: °C → °F. How a neuron learns by gradient descent."""

from __future__ import annotations

import functools
import random
import statistics
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from demos.frame import texts
from demos.frame.api import endpoint
from demos.frame.chapter import Chapter, Controls, Task
from demos.frame.knobs import Choice, Knobs, Number, Switch, takes
from demos.frame.miniature import Dots, Layer, Line, sampled, scaled
from demos.frame.quiz import Choose, Compute, Option
from demos.frame.runs import trained
from demos.frame.stage import stage
from demos.frame.texts import N_, _
from demos.pictures.curve import curve_so_far
from demos.pictures.heat_map import heat_map, heat_map_layer, heat_map_scale
from demos.pictures.lettered import lettered_curves
from demos.pictures.numbers import written
from demos.pictures.temperatures import temperatures
from demos.widgets import live_chart as lc
from demos.widgets.blackboard import blackboard, slots
from demos.widgets.live_chart import LiveChart, Panel, Run

if TYPE_CHECKING:
    import altair as alt

EXAMPLES = [N_("single pair"), N_("one at a time"), N_("whole batch")]
KNOBS = Knobs(
    weight=Number(
        -1000,
        1000,
        0.5,
        N_("start w"),
        slider=False,
        about="start value of w [°F/°C; °F per standard deviation if normalised]",
    ),
    bias=Number(
        -1000, 1000, 0.0, N_("start b"), step=1, slider=False, about="start value of b [°F]"
    ),
    learning_rate=Number(
        1e-5,
        1,
        1e-4,
        N_("learning rate η"),
        log=True,
        wider=(1e-6, 10),
        about="η, how far a step goes along the negative gradient",
    ),
    steps=Number(1, 2000, 100, N_("steps"), log=True, whole=True, about="number of updates"),
    examples=Choice(
        EXAMPLES,
        EXAMPLES[0],
        N_("examples"),
        about='"single pair" (37.78 °C, 100 °F), "one at a time" in turn, or "whole batch".',
    ),
    normalise=Switch(
        False,
        N_("normalise the input (z-score)"),
        about="learn from z = (x − mean)/standard deviation instead of x.",
    ),
)

# ---------------------------------------------------------------- the lesson


@takes(KNOBS)
@trained(steps="steps", keep=4)
def descend(weight, bias, learning_rate, steps, examples, normalise):
    """Train the neuron ŷ = w·x + b on °C → °F by gradient descent on the squared error.

    Returns:
        One row per step, row 0 is the untrained neuron: step, example (its number; −1 is the whole
        batch), celsius, input (x or z), fahrenheit, prediction [°F], loss [°F²], weight, bias,
        weight_gradient, bias_gradient, new_weight, new_bias (after this step's update), note.
        For the whole batch celsius, input, fahrenheit and prediction are means. The rows end before
        the first number that is not finite; then the last row's note is "overflow".
    """
    import torch

    celsius = torch.tensor(temperatures())
    fahrenheit = celsius * 9 / 5 + 32
    mean, deviation = celsius.mean(), celsius.std(correction=0)
    if examples == "single pair":
        celsius, fahrenheit = torch.tensor([37.78]), torch.tensor([100.0])
    x = (celsius - mean) / deviation if normalise else celsius

    # What comes in turn: each example, or all of them; and what is told of it.
    turns = [(-1, slice(None))]
    if examples != "whole batch":
        turns = [(i, slice(i, i + 1)) for i in range(len(x))]
    told = [
        {
            "example": example,
            "celsius": celsius[chosen].mean().item(),
            "input": x[chosen].mean().item(),
            "fahrenheit": fahrenheit[chosen].mean().item(),
        }
        for example, chosen in turns
    ]

    w = torch.tensor(weight, requires_grad=True)
    b = torch.tensor(bias, requires_grad=True)
    for step in range(steps + 1):
        turn = step % len(turns)
        _example, chosen = turns[turn]

        prediction = w * x[chosen] + b
        loss = ((prediction - fahrenheit[chosen]) ** 2).mean()
        w.grad = b.grad = None
        loss.backward()
        new_w = w.detach() - learning_rate * w.grad
        new_b = b.detach() - learning_rate * b.grad

        yield {
            "step": step,
            **told[turn],
            "prediction": prediction.detach().mean().item(),
            "loss": loss.item(),
            "weight": w.item(),
            "bias": b.item(),
            "weight_gradient": w.grad.item(),
            "bias_gradient": b.grad.item(),
            "new_weight": new_w.item(),
            "new_bias": new_b.item(),
        }
        w, b = new_w.requires_grad_(), new_b.requires_grad_()


def script(weight, bias, learning_rate, steps, examples, normalise):
    """Teach one neuron, ŷ = w·x + b, that 0 °C is 32 °F."""
    import torch

    celsius = torch.tensor([-30.0, -12.0, 0.0, 10.0, 21.0, 30.0, 38.0])
    fahrenheit = celsius * 9 / 5 + 32
    mean, deviation = celsius.mean(), celsius.std(correction=0)
    if examples == "single pair":
        celsius, fahrenheit = torch.tensor([37.78]), torch.tensor([100.0])
    x = (celsius - mean) / deviation if normalise else celsius

    w = torch.tensor(weight, requires_grad=True)
    b = torch.tensor(bias, requires_grad=True)
    optimizer = torch.optim.SGD([w, b], lr=learning_rate)
    for step in range(steps + 1):
        now = slice(None) if examples == "whole batch" else [step % len(x)]
        loss = ((w * x[now] + b - fahrenheit[now]) ** 2).mean()
        print(f"step {step}: w = {w.item():.4f}, b = {b.item():.4f}, loss = {loss.item():.4f}")
        optimizer.zero_grad()
        loss.backward()
        if step < steps:
            optimizer.step()


def loss_surface(weights, biases, x: list[float], y: list[float]):
    """Return the mean squared error of ŷ = w·x + b for every w and b.

    Args:
        weights: (W,) tensor of values of w.
        biases: (B,) tensor of values of b [°F].
        x: (N,) inputs [°C, or standard deviations].
        y: (N,) targets [°F].

    Returns:
        A (B, W) tensor of losses [°F²].
    """
    import torch

    x, y = torch.as_tensor(x), torch.as_tensor(y)
    predictions = weights[None, :, None] * x + biases[:, None, None]
    return ((predictions - y) ** 2).mean(dim=-1)


# ---------------------------------------------------------------- the picture

CELSIUS = tuple(temperatures())
SCALE = {"w_low": -1.0, "w_high": 5.0, "b_low": -20.0, "b_high": 60.0}
SCALE_NORMALISED = {"w_low": -20.0, "w_high": 100.0, "b_low": -20.0, "b_high": 110.0}


@texts.cached(maxsize=128)
def picture(
    weight: float, bias: float, learning_rate: float, steps: int, examples: str, normalise: bool
) -> tuple[Run, str]:
    """Compute a run and everything that is drawn of it."""
    rows = descend(weight, bias, learning_rate, steps, examples, normalise)
    celsius = [37.78] if examples == "single pair" else list(CELSIUS)
    mean = sum(CELSIUS) / len(CELSIUS)
    deviation = (sum((c - mean) ** 2 for c in CELSIUS) / len(CELSIUS)) ** 0.5
    shift, scale = (mean, deviation) if normalise else (0.0, 1.0)
    points = [
        {"celsius": c, "fahrenheit": c * 9 / 5 + 32, "index": i} for i, c in enumerate(celsius)
    ]
    if examples == "single pair":
        points[0]["fahrenheit"] = 100.0
    window = _window(weight, bias, SCALE_NORMALISED if normalise else SCALE)
    surface, heat = _surface(tuple(celsius), shift, scale, *window.values())
    for row in rows:
        row["key"] = 0
        row["error"] = row["prediction"] - row["fahrenheit"]
    last = rows[-1]
    caption = _("Step {step}: the neuron says ŷ = {line}, and its loss is {loss} °F².")
    if examples == "one at a time":
        caption = _(
            "Step {step}: the neuron says ŷ = {line}, and its loss at {celsius} °C is {loss} °F²."
        )
    run = Run(
        data={
            "run": rows,
            "points": [{**point, "key": 0} for point in points],
            "surface": [{"url": surface}],
        },
        params={
            **window,
            **heat,
            "shift": shift,
            "scale": scale,
            "learning_rate": learning_rate,
        },
        caption=caption.format(
            step="{step:d}",
            loss="{loss:.2f}",
            celsius="{celsius:g}",
            line=f"{{weight:.3f}}·{'z' if normalise else 'x'} {{bias:+.3f}}",
        ),
        conclusion="" if last["note"] else _conclusion(rows),
        warning=_overflow(last["step"] + 1, learning_rate) if last["note"] else "",
    )
    return run, _board(examples, normalise)


# Two rounds of the seven examples: as long as that a loss must have stood still.
ROUNDS = 14
LEARNED = 1.0  # [°F²]


def _conclusion(rows: Sequence[dict[str, Any]]) -> str:
    """Say whether it has learned, and if the loss stands still above 0, why."""
    losses = [row["loss"] for row in rows]
    turns = len({row["example"] for row in rows})
    worst = max(losses[-turns:])
    if worst >= LEARNED:
        return _("After {steps} steps the loss is still above 1 °F²: not learned yet.").format(
            steps=rows[-1]["step"]
        )
    sentence = _("The loss is below 1 °F²: learned.")
    late, before = losses[-ROUNDS:], losses[-2 * ROUNDS : -ROUNDS]
    if len(before) == ROUNDS and 0 < max(late) == max(before) < 1e-6:
        sentence += " " + _(
            "It stands still at {loss} °F² and does not reach 0: a float32 keeps about seven "
            "digits. Near 100 such numbers lie {gap} apart, and steps that are smaller than such a "
            "gap round to nothing."
        ).format(loss=written(worst, ".2g"), gap=written(2**-17, ".2g"))
    return sentence


def _overflow(step: int, learning_rate: float) -> str:
    return _(
        "Stopped at step {step}: the numbers grew beyond what a float32 can hold. Each step "
        "overshoots the minimum further than the one before, because the learning rate "
        "{learning_rate:g} is too high."
    ).format(step=step, learning_rate=learning_rate)


def _window(weight: float, bias: float, scale: dict[str, float]) -> dict[str, float]:
    """Return the part of the (w, b) plane to draw: the usual one, widened to hold the start."""
    w_margin = 0.05 * (scale["w_high"] - scale["w_low"])
    b_margin = 0.05 * (scale["b_high"] - scale["b_low"])
    return {
        "w_low": min(scale["w_low"], weight - w_margin),
        "w_high": max(scale["w_high"], weight + w_margin),
        "b_low": min(scale["b_low"], bias - b_margin),
        "b_high": max(scale["b_high"], bias + b_margin),
    }


@functools.lru_cache(maxsize=64)
def _surface(
    celsius: tuple[float, ...],
    shift: float,
    scale: float,
    w_low: float,
    w_high: float,
    b_low: float,
    b_high: float,
) -> tuple[str, dict[str, Any]]:
    """Paint the loss over the plane; return the picture, and the parameters of its legend."""
    import torch

    losses = loss_surface(
        torch.linspace(w_low, w_high, 160),
        torch.linspace(b_low, b_high, 120),
        [(c - shift) / scale for c in celsius],
        [c * 9 / 5 + 32 for c in celsius],
    )
    # The root spreads the valley; a logarithm would dig a hole at the minimum.
    legend = {"heat_low": losses.min().item(), "heat_high": losses.max().item()}
    return heat_map(losses.sqrt().sqrt().numpy()), legend


def charts() -> list[Panel]:
    """Return the charts of the tab."""
    import altair as alt

    run, now, points = (alt.NamedData(name=name) for name in ("run", "now", "points"))
    step = alt.param(name="step", value=0)
    shift, scale = alt.param(name="shift", value=0), alt.param(name="scale", value=1)
    celsius = alt.X("celsius:Q", title="°C", scale=alt.Scale(domain=[-45, 45], nice=False))
    fahrenheit = alt.Y("fahrenheit:Q", title="°F", scale=alt.Scale(domain=[-60, 120], nice=False))

    line = (
        alt.Chart(now)
        .transform_calculate(
            x0="-45",
            x1="45",
            y0="datum.weight * (-45 - shift) / scale + datum.bias",
            y1="datum.weight * (45 - shift) / scale + datum.bias",
        )
        .mark_rule(color=lc.BLUE, strokeWidth=3, clip=True)
        .encode(x=alt.X("x0:Q", title="°C"), x2="x1", y=alt.Y("y0:Q", title="°F"), y2="y1")
    )
    at_points = (
        alt.Chart(points)
        .transform_lookup(
            lookup="key",
            from_=alt.LookupData(data=now, key="key", fields=["weight", "bias", "example"]),
        )
        .transform_calculate(
            prediction="datum.weight * (datum.celsius - shift) / scale + datum.bias",
            seen="datum.example == -1 || datum.example == datum.index",
        )
    )
    residuals = at_points.mark_rule(strokeWidth=2, strokeDash=[4, 3], clip=True).encode(
        x=celsius,
        y=fahrenheit,
        y2="prediction",
        color=alt.value(lc.VERMILLION),
        opacity=alt.condition("datum.seen", alt.value(1), alt.value(0.25)),
    )
    dots = at_points.mark_point(filled=True, size=80, opacity=1).encode(
        x=celsius,
        y=fahrenheit,
        color=alt.condition("datum.seen", alt.value(lc.INK), alt.value(lc.FAINT)),
        tooltip=[
            alt.Tooltip("celsius:Q", title="°C"),
            alt.Tooltip("fahrenheit:Q", title="°F", format=".1f"),
            alt.Tooltip("prediction:Q", title="ŷ [°F]", format=".2f"),
        ],
    )
    fit = (
        (line + residuals + dots)
        .add_params(step, shift, scale)
        .properties(height=260, title=_("The line and its errors"))
    )

    loss = curve_so_far(
        "loss",
        title=_("loss [°F²]"),
        heading=_("The loss, step by step"),
        description=_("The loss over the steps, on a logarithmic scale."),
        log=True,
    )

    def bound(name: str) -> alt.Parameter:
        return alt.param(name=name, value=(SCALE | SCALE_NORMALISED)[name])

    x_weight = alt.X(
        "weight:Q",
        title="w",
        axis=alt.Axis(grid=False),
        scale=alt.Scale(domain=[alt.expr("w_low"), alt.expr("w_high")], nice=False, zero=False),
    )
    y_bias = alt.Y(
        "bias:Q",
        title="b",
        axis=alt.Axis(grid=False),
        scale=alt.Scale(domain=[alt.expr("b_low"), alt.expr("b_high")], nice=False, zero=False),
    )
    # Nothing is drawn of it but its legend: what dark and bright mean.
    heat_legend = (
        alt.Chart(now)
        .mark_point(opacity=0)
        .encode(x=x_weight, y=y_bias, color=heat_map_scale("loss", "L [°F²]", power=0.25))
    )
    path = alt.Chart(run)
    trail = (
        heat_map_layer()
        + heat_legend
        + path.mark_line(color=lc.FAINT, strokeWidth=1.5, clip=True).encode(
            x=x_weight, y=y_bias, order="step:Q"
        )
        + path.transform_filter("datum.step <= step")
        .mark_line(
            color=lc.VERMILLION,
            strokeWidth=2,
            clip=True,
            point=alt.OverlayMarkDef(size=18, color=lc.VERMILLION),
        )
        .encode(x=x_weight, y=y_bias, order="step:Q")
        + alt.Chart(now)
        .mark_point(filled=True, size=110, color=lc.VERMILLION, opacity=1, clip=True)
        .encode(
            x=x_weight,
            y=y_bias,
            tooltip=[
                alt.Tooltip("weight:Q", title="w", format=".4f"),
                alt.Tooltip("bias:Q", title="b", format=".4f"),
                alt.Tooltip("loss:Q", title="L", format=".4f"),
            ],
        )
    )
    surface = trail.add_params(
        step,
        *(bound(name) for name in ("w_low", "w_high", "b_low", "b_high")),
        alt.param(name="heat_low", value=0),
        alt.param(name="heat_high", value=1),
    ).properties(height=260, title=_("The loss surface (click: start there)"))

    return [
        Panel(fit, _("The line ŷ = w·x + b, the points, and the error at each point.")),
        loss,
        Panel(
            surface, _("The loss for every w and b, with the path of the steps on it."), pick=True
        ),
    ]


def _board(examples: str, normalise: bool) -> str:
    x = "z" if normalise else "x"
    if examples == "whole batch":
        rows = [
            rf"\hat y = w\,{x} + b = {{weight:.6s}}\,{x}\; {{bias:+.6s}}",
            r"L = \tfrac17 \textstyle\sum (\hat y - y)^2 = {loss:.5s}",
            rf"\tfrac{{\partial L}}{{\partial w}} = \tfrac27 \textstyle\sum (\hat y - y)\,{x}"
            r" = {weight_gradient:.5s}",
            r"\tfrac{\partial L}{\partial b} = \tfrac27 \textstyle\sum (\hat y - y)"
            r" = {bias_gradient:.5s}",
        ]
    else:
        # Of the examples in turn, some are negative.
        value = "({input:g})" if examples == "one at a time" else "{input:g}"
        rows = [
            rf"\hat y = w\,{x} + b = {{weight:.6s}} \cdot {value}\; {{bias:+.6s}}"
            r" = {prediction:.5s}",
            r"L = (\hat y - y)^2 = ({prediction:.5s} - {fahrenheit:g})^2 = ({error:.6s})^2"
            r" = {loss:.5s}",
            rf"\tfrac{{\partial L}}{{\partial w}} = 2(\hat y - y)\,{x}"
            rf" = 2({{error:.6s}}) \cdot {value} = {{weight_gradient:.5s}}",
            r"\tfrac{\partial L}{\partial b} = 2(\hat y - y) = 2({error:.6s})"
            r" = {bias_gradient:.5s}",
        ]
    rows += [
        r"w \leftarrow w - \eta\,\tfrac{\partial L}{\partial w} = {weight:.6s} - {learning_rate:g}"
        r" \cdot ({weight_gradient:.6s}) = {new_weight:.5s}",
        r"b \leftarrow b - \eta\,\tfrac{\partial L}{\partial b} = {bias:.6s} - {learning_rate:g}"
        r" \cdot ({bias_gradient:.6s}) = {new_bias:.5s}",
    ]
    return slots("\n\n".join(f"${row}$" for row in rows))


# ---------------------------------------------------------------- the questions


def _draw_step(chance: random.Random) -> dict[str, float]:
    x = chance.choice([-10, -5, 5, 10, 20])
    return {
        "x": x,
        "y": 9 * x // 5 + 32,
        "w": chance.randint(-1, 3),
        "b": chance.choice([0, 10, 20, 40]),
        "rate": chance.choice([0.001, 0.01]),
    }


def _after_a_step(x: float, y: float, w: float, b: float, rate: float) -> float:
    import torch

    weight = torch.tensor(float(w), requires_grad=True)
    ((weight * x + b - y) ** 2).backward()
    torch.optim.SGD([weight], lr=rate).step()
    return weight.item()


def _three_rates() -> alt.Chart:
    curves = {
        letter: [
            (row["step"], row["weight"]) for row in descend(0.0, 0.0, rate, 20, "whole batch", True)
        ]
        for letter, rate in {"A": 0.05, "B": 0.95, "C": 0.4}.items()
    }
    described = _("The weight w over 20 steps, three curves named A, B and C")
    return lettered_curves(curves, _("step"), "w", described)


QUIZ = [
    Choose(
        "sign",
        "The neuron says 18.89 °F where 100 °F is right, and the board says "
        "$\\frac{\\partial L}{\\partial w} = -6129$. What does the step do to $w$, with "
        "$\\eta = 0.0001$?",
        options=[
            Option(
                "It makes $w$ smaller, since the gradient is negative.",
                "A step goes **against** the gradient: minus a negative number is a plus. The "
                "guess is too low, so $w$ has to grow.",
            ),
            Option(
                "It makes $w$ larger by 0.61.",
                "$-\\eta \\cdot (-6129) = +0.6129$: $w$ goes from 0.5 to 1.113.",
                right=True,
            ),
            Option(
                "It makes $w$ larger by 6129.",
                "The gradient says how steep it is, not how far to go: the learning rate scales it "
                "down.",
            ),
            Option(
                "Nothing: below 0 there is no slope left.",
                "Only a gradient of 0 leaves $w$ where it is; −6129 is a very steep slope, "
                "downhill towards larger $w$.",
            ),
        ],
        settings={"examples": "single pair", "learning_rate": 1e-4},
    ),
    Compute(
        "step",
        "A neuron has $w = {w:d}$ and $b = {b:d}$. It sees {x:d} °C; right are {y:d} °F. What is "
        "$w$ after **one** step on the loss $(\\hat y - y)^2$, with $\\eta = {rate:g}$? Two "
        "decimals are enough.",
        draw=_draw_step,
        answer=_after_a_step,
        tolerance=0.01,
        because=N_(
            "It guesses $\\hat y = w x + b$ with $w = {w:d}$, $b = {b:d}$ and $x = {x:d}$. The "
            "gradient is $2(\\hat y - y)\\,x$, and $w$ goes against it, {rate:g} times as far: "
            "{answer:.2f}."
        ),
        settings={"examples": "one at a time", "learning_rate": 0.001},
    ),
    Choose(
        "overshoot",
        "The whole batch, normalised, with three learning rates. Which curve has the highest?",
        picture=_three_rates,
        options=[
            Option("A", "It creeps up from one side: with 0.05, the lowest of the three."),
            Option(
                "B",
                "Every step goes past the goal, and lands on the other side: that takes a high "
                "rate, 0.95. Above 1 it would never arrive.",
                right=True,
            ),
            Option(
                "C",
                "It is there first, after four steps, with 0.4. The highest rate is not the "
                "fastest.",
            ),
        ],
        settings={
            "weight": 0,
            "learning_rate": 0.95,
            "steps": 20,
            "examples": "whole batch",
            "normalise": True,
        },
    ),
    Choose(
        "pair",
        "A neuron has learned from a single pair, 37.78 °C and 100 °F, until its loss was 0. What "
        "does it say of 0 °C?",
        options=[
            Option(
                "32 °F, as the loss is 0.",
                "The loss is 0 on this one pair only. Of all lines through this point just one "
                "goes through 32 °F.",
            ),
            Option(
                "0 °F, as $w \\cdot 0 = 0$.",
                "$w \\cdot 0$ is 0, but $b$ is added to it: the answer is $b$.",
            ),
            Option(
                "That depends on where it started.",
                "From $w = 0.5$, $b = 0$ it comes to 0.06 °F, from $w = 1.8$, $b = 20$ to 20.01 "
                "°F: one pair cannot tell $w$ and $b$ apart.",
                right=True,
            ),
            Option(
                "Nothing: it has never seen 0 °C.",
                "A neuron answers every number, seen or not: it only multiplies and adds.",
            ),
        ],
        settings={"weight": 1.8, "bias": 20, "examples": "single pair"},
    ),
    Choose(
        "bowl",
        "Why does it take so many fewer steps once the input is normalised?",
        options=[
            Option(
                "Smaller numbers are multiplied faster.",
                "A step costs the same with any numbers; there are fewer **steps**.",
            ),
            Option(
                "The loss is smaller from the start.",
                "The same line has the same loss in °F², whatever $x$ is measured in. What changes "
                "is the shape of the valley.",
            ),
            Option(
                "The loss surface is as steep along $w$ as along $b$.",
                "Raw, it is more than 600 times as curved across as along: the rate must be low "
                "for $w$ and is then far too low for $b$. Normalised, it is a round bowl, and one "
                "rate suits both.",
                right=True,
            ),
            Option(
                "There are fewer local minima to get stuck in.",
                "There is just one minimum either way: the squared error of a line is a single "
                "valley.",
            ),
        ],
        settings={
            "examples": "whole batch",
            "learning_rate": 0.1,
            "normalise": True,
        },
    ),
    Choose(
        "learned",
        "Which of these does the training change? Choose all.",
        options=[
            Option("The weight $w$", "It is learned: each step moves it.", right=True),
            Option("The bias $b$", "It is learned as well, by its own gradient.", right=True),
            Option(
                "The learning rate $\\eta$",
                "You choose it before the training starts; here it stays as it is for all steps.",
            ),
            Option(
                "The temperatures in °C and °F",
                "They are the examples: they stay, and the line is moved towards them.",
            ),
        ],
        settings={"examples": "whole batch", "learning_rate": 0.0005},
    ),
]


# ---------------------------------------------------------------- the tab


def build() -> Controls:
    """Lay out the tab and wire it."""
    with stage(KNOBS) as panel:
        chart = LiveChart(
            "demos.celsius:charts",
            table={
                "step": _("step"),
                "prediction": "ŷ [°F]",
                "loss": "L [°F²]",
                "weight_gradient": "∂L/∂w",
                "bias_gradient": "∂L/∂b",
                "new_weight": _("new w"),
                "new_bias": _("new b"),
            },
        )
        board = blackboard()
    panel.draws(picture, [chart, board])
    # A click on the surface starts there.
    panel.moved(chart.select, lambda place, **_settings: {"weight": place.x, "bias": place.y})
    endpoint(descend, "celsius_descend", queue=False)
    return {"panel": panel}


def miniature() -> list[Layer]:
    """Return the line of the neuron that turns, on the seven temperatures."""
    celsius = temperatures()
    run = descend(
        weight=0.5, bias=0.0, learning_rate=0.05, steps=120, examples="whole batch", normalise=True
    )
    mean, deviation = statistics.fmean(celsius), statistics.pstdev(celsius)
    x = scaled(celsius, -35, 43)

    def places(fahrenheit: Sequence[float]) -> list[tuple[float, float]]:
        return list(zip(x, scaled(fahrenheit, -30, 110), strict=True))

    lines = [
        places([row["weight"] * (c - mean) / deviation + row["bias"] for c in celsius])
        for row in sampled(run[:61])
    ]
    known = places([c * 9 / 5 + 32 for c in celsius])
    return [Line(lines), Dots([known], [[1] * len(known)])]


CHAPTER = Chapter(
    slug="celsius",
    title=N_("°C → °F"),
    question=N_("How does a neuron learn that 0 °C is 32 °F?"),
    build=build,
    minutes=20,
    miniature=miniature,
    intro=N_(
        "A neuron multiplies what comes in by a weight w and adds a bias b: its guess ŷ. The loss "
        "says how wrong that is; each step moves w and b downhill, by as much as the learning rate "
        "η allows."
    ),
    invitation=N_("▶ Let it learn"),
    lesson=[temperatures, descend, loss_surface],
    script=script,
    tasks=[
        Task(
            "Press **Play** with the single pair (37.78 °C, 100 °F). How far does the loss fall, "
            "and has the neuron found $w = 1.8$ and $b = 32$? Click somewhere else on the loss "
            "surface and play again.",
            "No. One pair is one equation for two unknowns: every point of the valley "
            "$37.78\\,w + b = 100$ has the loss 0, up to the rounding of a float32, and gradient "
            "descent stops at whichever it meets first. It takes at least two different examples "
            "to tell $w$ and $b$ apart: choose **whole batch**.",
            {"examples": "single pair"},
        ),
        Task(
            "Raise the learning rate until the run breaks. At which rate does it happen, and what "
            "does the path on the loss surface do just before?",
            "Every step multiplies the error by $1 - 2\\eta\\,(x^2 + 1)$. With $x = 37.78$ that is "
            "$-1$ at $\\eta \\approx 0.0007$: below, the error shrinks; above, the path jumps "
            "from one side of the valley to the other, further each time, until the numbers "
            "overflow.",
            {"learning_rate": 0.0005},
        ),
        Task(
            "Compare **one at a time** with **whole batch** at $\\eta = 0.0005$. Which loss curve "
            "is smoother, and why?",
            "The whole batch. One example at a time, the loss shown is that of the example whose "
            "turn it is, and each pulls the line towards itself alone; the mean over all of them "
            "always points downhill on the same surface.",
            {"examples": "whole batch", "learning_rate": 0.0005},
        ),
        Task(
            "How many steps does the whole batch need to reach a loss below 1 °F² with the raw "
            "input, at the best rate you can find? Now tick **normalise** and use $\\eta = 0.1$.",
            "Raw, the valley is narrow across and almost flat along: the rate must stay below "
            "about 0.0018, and then $b$ creeps: 1,100 steps. Normalised, the surface "
            "is a round bowl, a rate of 0.1 is safe, and 19 steps do; with $\\eta = 0.4$, three: "
            "hundreds of times faster.",
            {"examples": "whole batch", "learning_rate": 0.001, "steps": 2000},
        ),
    ],
    quiz=QUIZ,
)
