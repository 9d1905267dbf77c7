"""Chapter: optimizers. The walkers of torch.optim, side by side on one landscape."""

from __future__ import annotations

import functools
import math
from typing import Any

import gradio as gr

from demos.chapter import Chapter, Controls, Task, draw, endpoint, shown_errors
from demos.checks import SomeOf, bounded, check
from demos.events import at_once
from demos.widgets import live_chart as lc
from demos.widgets.blackboard import blackboard, slots
from demos.widgets.heat_map import heat_map
from demos.widgets.live_chart import LiveChart, Panel, Run, Series
from demos.widgets.log_slider import LogSlider

SURFACES = ["bowl", "ravine", "rosenbrock", "saddle", "many_minima"]
OPTIMIZERS = ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"]

# ---------------------------------------------------------------- the lesson


def height(surface: str, x, y):
    """Return the height f(x, y) of a landscape; its lowest height is 0.

    Args:
        surface: "bowl", "ravine" (30 times as steep across as along), "rosenbrock" (a bent valley,
            Rosenbrock 1960, divided by 100), "saddle" (at the origin, between two minima) or
            "many_minima" (after Rastrigin 1974).
        x: (…) tensor.
        y: (…) tensor.
    """
    if surface == "bowl":
        return (x**2 + y**2) / 2
    if surface == "ravine":
        return (x**2 + 30 * y**2) / 2
    if surface == "rosenbrock":
        return (1 - x) ** 2 / 100 + (y - x**2) ** 2
    if surface == "saddle":
        return x**2 / 2 + (y**2 - 4) ** 2 / 32
    return (x**2 + y**2) / 8 + 1 - ((3 * x).cos() + (3 * y).cos()) / 2


def make_optimizer(name: str, position, learning_rate: float, momentum: float):
    """Return PyTorch's optimizer of that name for one walker.

    Args:
        name: "sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam" or "adamw".
        position: the parameter that it moves, (2,).
        learning_rate: η.
        momentum: β; Adam and AdamW call it β₁.
    """
    from torch import optim

    if name == "sgd":
        return optim.SGD([position], learning_rate)
    if name == "momentum":
        return optim.SGD([position], learning_rate, momentum=momentum)
    if name == "nesterov":
        return optim.SGD([position], learning_rate, momentum=momentum, nesterov=momentum > 0)
    if name == "adagrad":
        return optim.Adagrad([position], learning_rate)
    if name == "rmsprop":
        return optim.RMSprop([position], learning_rate)
    if name == "adam":
        return optim.Adam([position], learning_rate, betas=(momentum, 0.999))
    return optim.AdamW([position], learning_rate, betas=(momentum, 0.999), weight_decay=0.1)


BOUNDS: dict[str, Any] = {
    "surface": SURFACES,
    "x": (-4.0, 4.0),
    "y": (-3.0, 3.0),
    "learning_rate": (1e-6, 10.0),
    "momentum": (0.0, 0.99),
    "steps": (1, 500),
    "optimizers": SomeOf(OPTIMIZERS),
}


@bounded(**BOUNDS)
def walk(
    surface: str = "ravine",
    x: float = -3.5,
    y: float = 1.5,
    learning_rate: float = 0.05,
    momentum: float = 0.9,
    steps: int = 100,
    optimizers: list[str] = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"),
) -> list[dict]:
    """Let optimizers of torch.optim walk down a landscape from the same start.

    Args:
        surface: bowl, ravine, rosenbrock, saddle or many_minima.
        x: where they start, −4 to 4.
        y: where they start, −3 to 3.
        learning_rate: η, the same for all of them, 1e-6 to 10.
        momentum: β of momentum and Nesterov, β₁ of Adam and AdamW, 0 to 0.99.
        steps: number of steps, 1 to 500.
        optimizers: some of sgd, momentum, nesterov, adagrad, rmsprop, adam, adamw; default: all.

    Returns:
        One row per optimizer and step, in this order: series (the optimizer), step, x, y, loss
        (the height there), gradient_x, gradient_y, memory_x, memory_y (the running direction m
        after this gradient), square_x, square_y (the running square v), new_x, new_y, note.
        Memory and square are null for optimizers without. A walker whose numbers overflow ends
        there; its last note is "overflow".

    Raises:
        ValueError: naming the argument that is out of range.
    """
    import torch

    walkers = [torch.tensor([x, y], requires_grad=True) for _ in optimizers]
    movers = [
        make_optimizer(name, walker, learning_rate, momentum)
        for name, walker in zip(optimizers, walkers, strict=True)
    ]
    history = []
    for _ in range(steps + 1):
        positions = torch.stack(walkers)  # (walkers, 2)
        losses = height(surface, positions[:, 0], positions[:, 1])
        for mover in movers:
            mover.zero_grad()
        losses.sum().backward()  # each walker's own gradient: the others' losses ignore it
        gradients = torch.stack([walker.grad for walker in walkers])
        for mover in movers:
            mover.step()

        state = [mover.state[walker] for mover, walker in zip(movers, walkers, strict=True)]
        nothing = torch.full((2,), torch.nan)
        memory = [s.get("momentum_buffer", s.get("exp_avg")) for s in state]
        square = [s.get("sum", s.get("square_avg", s.get("exp_avg_sq"))) for s in state]
        memory = torch.stack([nothing if m is None else m for m in memory])
        square = torch.stack([nothing if v is None else v for v in square])
        moved = torch.stack(walkers)
        columns = [positions, losses[:, None], gradients, moved, memory, square]
        history.append(torch.cat([column.detach() for column in columns], dim=1))

    rows = []
    fields = ["x", "y", "loss", "gradient_x", "gradient_y", "new_x", "new_y"]
    memories = ["memory_x", "memory_y", "square_x", "square_y"]
    for name, numbers in zip(optimizers, torch.stack(history, dim=1), strict=True):
        whole = numbers[:, :7].isfinite().all(dim=1).tolist()
        for step, values in enumerate(numbers.tolist()):
            if not whole[step]:
                if step:
                    rows[-1]["note"] = "overflow"
                break
            row = {"series": name, "step": step, **dict(zip(fields, values, strict=False))}
            for field, value in zip(memories, values[7:], strict=True):
                row[field] = value if abs(value) < float("inf") else None  # NaN is not < ∞ either
            rows.append({**row, "note": ""})
    return rows


# ---------------------------------------------------------------- the picture

X_LOW, X_HIGH, Y_LOW, Y_HIGH = -4.0, 4.0, -3.0, 3.0
NAMES = {
    "bowl": "bowl",
    "ravine": "ravine",
    "rosenbrock": "Rosenbrock",
    "saddle": "saddle",
    "many_minima": "many minima",
}
# A telling start for each landscape.
START = {
    "bowl": (-3.5, 2.5),
    "ravine": (-3.5, 1.5),
    "rosenbrock": (-1.5, -1.0),
    "saddle": (-3.0, 0.001),
    "many_minima": (3.0, 2.9),
}
MINIMA = {
    "bowl": [(0.0, 0.0)],
    "ravine": [(0.0, 0.0)],
    "rosenbrock": [(1.0, 1.0)],
    "saddle": [(0.0, 2.0), (0.0, -2.0)],
    "many_minima": [(0.0, 0.0)],
}
# One colour, one dash pattern and one shape per optimizer, wherever it appears.
SERIES = [
    Series("sgd", "SGD", lc.INK),
    Series("momentum", "Momentum", lc.BLUE, (8, 3)),
    Series("nesterov", "Nesterov", lc.SKY, (3, 3)),
    Series("adagrad", "Adagrad", lc.PURPLE, (12, 3, 3, 3)),
    Series("rmsprop", "RMSprop", lc.GREEN, (6, 2, 2, 2)),
    Series("adam", "Adam", lc.VERMILLION),
    Series("adamw", "AdamW, decay 0.1", lc.ORANGE, (4, 4)),
]
SHAPES = ["circle", "square", "diamond", "cross", "triangle-down", "triangle-up", "triangle-right"]
LABEL = {series.name: series.label.split(",")[0] for series in SERIES}


@functools.lru_cache(maxsize=64)
def _walk(
    surface: str,
    x: float,
    y: float,
    learning_rate: float,
    momentum: float,
    steps: int,
    optimizers: tuple[str, ...],
) -> tuple[Run, str]:
    rows = walk(surface, x, y, learning_rate, momentum, steps, list(optimizers))
    last = {row["series"]: row for row in rows}
    for row in rows:
        del row["gradient_y"], row["memory_y"], row["square_y"], row["new_y"]
    # The lowest and highest height that are drawn; what lies beyond is written at the edge.
    above_zero = [row["loss"] for row in rows if row["loss"] > 0]
    start = max(rows[0]["loss"], 1e-3)
    low = 10 ** math.floor(math.log10(max(1e-8, min([start / 10, *above_zero]))))
    high = 10 ** math.ceil(math.log10(start) + 0.5)
    gone = {name: row["step"] for name, row in last.items() if row["note"]}
    told = [
        {"series": name, "step": step, "note": f"overflow at step {at + 1}"}
        for name, at in gone.items()
        for step in range(at + 1, steps + 1)
    ]
    run = Run(
        data={
            "run": rows + told,
            "minima": [{"x": at[0], "y": at[1]} for at in MINIMA[surface]],
            "surface": [{"url": _picture_of(surface)}],
        },
        params={
            "low": low,
            "high": high,
            "learning_rate": learning_rate,
            "momentum": momentum,
        },
        caption=_caption(last, steps),
        warning=_warning(last, rows[0]["loss"], learning_rate),
    )
    return run, _board(optimizers)


@bounded(**BOUNDS)
def picture(
    surface: str,
    optimizers: list[str],
    learning_rate: float,
    momentum: float,
    steps: int,
    x: float,
    y: float,
) -> tuple[Run, str]:
    """Compute the walks of the chosen optimizers and everything that is drawn of them."""
    return _walk(surface, x, y, learning_rate, momentum, steps, tuple(optimizers))


def _written(number: float) -> str:
    return f"{number:.2g}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")


def _caption(last: dict[str, dict], steps: int) -> str:
    whole = {name: row["loss"] for name, row in last.items() if not row["note"]}
    if not whole:
        return f"Nobody is left after {steps} steps. Click the map to start elsewhere."
    ranking = sorted(whole, key=whole.get)
    heights = ", ".join(f"{LABEL[name]} {_written(whole[name])}" for name in ranking)
    return f"Heights after {steps} steps: {heights}. Click the map to start there."


def _warning(last: dict[str, dict], start: float, learning_rate: float) -> str:
    told = []
    for name, row in last.items():
        if row["note"]:
            told.append(f"{LABEL[name]} at step {row['step'] + 1} (32-bit overflow)")
        elif row["loss"] > 10 * max(start, 0.1):
            told.append(f"{LABEL[name]} (height {_written(row['loss'])} and growing)")
    return (
        f"Diverged: {', '.join(told)}. Every step overshoots further than the one before: "
        f"the rate {learning_rate:g} is too high for the steepest direction here."
        if told
        else ""
    )


@functools.cache
def _picture_of(surface: str) -> str:
    import torch

    x = torch.linspace(X_LOW, X_HIGH, 160)
    y = torch.linspace(Y_LOW, Y_HIGH, 120)
    heights = height(surface, x[None, :], y[:, None])
    # A root spreads the valley; a logarithm would dig a hole at the minimum.
    power = {"ravine": 0.4, "rosenbrock": 0.25, "saddle": 0.6}.get(surface, 0.6)
    return heat_map((heights**power).numpy(), colour=(110, 125, 150), bands=12)


def _charts() -> list[Panel]:
    import altair as alt

    names = [series.name for series in SERIES]
    run, now, step = alt.NamedData("run"), alt.NamedData("now"), alt.param(name="step", value=0)

    def scaled(channel: Any, values: list[Any]) -> Any:
        return channel("series:N", scale=alt.Scale(domain=names, range=values), legend=None)

    colours = [series.colour for series in SERIES]
    colour, fill = scaled(alt.Color, colours), scaled(alt.Fill, colours)
    dash = scaled(alt.StrokeDash, [list(series.dash or (1, 0)) for series in SERIES])
    shape = scaled(alt.Shape, SHAPES)

    def inside(name: str, low: float, high: float, channel: Any) -> Any:
        scale = alt.Scale(domain=[low, high], nice=False, zero=False)
        return channel(f"{name}:Q", title=name, scale=scale, axis=alt.Axis(grid=False))

    x, y = inside("x", X_LOW, X_HIGH, alt.X), inside("y", Y_LOW, Y_HIGH, alt.Y)
    tooltip = [
        alt.Tooltip("series:N", title="optimizer"),
        alt.Tooltip("x:Q", format=".3f"),
        alt.Tooltip("y:Q", format=".3f"),
        alt.Tooltip("loss:Q", title="height", format=".4~g"),
    ]
    path = alt.Chart(run).transform_filter("isValid(datum.x)")
    here = alt.Chart(now).transform_filter("isValid(datum.x)")
    ring = {"stroke": lc.PAPER, "strokeWidth": 1.2, "opacity": 1}
    # Whoever left the map waits at its edge, hollow.
    at_edge = here.transform_calculate(
        left=f"datum.x < {X_LOW} || datum.x > {X_HIGH} || datum.y < {Y_LOW} || datum.y > {Y_HIGH}",
        x=f"clamp(datum.x, {X_LOW}, {X_HIGH})",
        y=f"clamp(datum.y, {Y_LOW}, {Y_HIGH})",
    )
    landscape = (
        alt.Chart(alt.NamedData(name="surface"))
        .mark_image(width=alt.expr("width"), height=alt.expr("height"), aspect=False)
        .encode(
            url="url:N", x=alt.value(alt.expr("width / 2")), y=alt.value(alt.expr("height / 2"))
        )
        + alt.Chart(alt.NamedData(name="minima"))
        .mark_point(shape="cross", angle=45, filled=True, size=110, color=lc.INK, opacity=0.8)
        .encode(x=x, y=y)
        + path.mark_line(strokeWidth=1.2, opacity=0.4, clip=True).encode(
            x=x, y=y, order="step:Q", color=colour, strokeDash=dash
        )
        + path.transform_filter("datum.step <= step")
        .mark_line(strokeWidth=2.4, clip=True)
        .encode(x=x, y=y, order="step:Q", color=colour, strokeDash=dash)
        + at_edge.transform_filter("!datum.left")
        .mark_point(filled=True, size=130, **ring)
        .encode(x=x, y=y, shape=shape, fill=fill, tooltip=tooltip)
        + at_edge.transform_filter("datum.left")
        .mark_point(filled=False, size=130, strokeWidth=2.5, opacity=1)
        .encode(x=x, y=y, shape=shape, color=colour, tooltip=tooltip)
    )

    bounds = [alt.param(name="low", value=1e-4), alt.param(name="high", value=100)]
    drawn = [alt.expr("low"), alt.expr("high")]

    def logarithmic(channel: Any, **kwargs: Any) -> Any:
        scale = alt.Scale(type="log", domain=drawn, nice=False, clamp=True)
        return channel("loss:Q", title="height f", scale=scale, axis=lc.LOG_AXIS, **kwargs)

    at_step = alt.X(
        "step:Q",
        axis=alt.Axis(tickMinStep=1, format="d"),
        scale=alt.Scale(nice=False),
        title="step",
    )
    falls = path.transform_filter("datum.loss > 0")
    beside = {"y": logarithmic(alt.Y), "color": colour}
    courses = (
        falls.mark_line(strokeWidth=1.2, opacity=0.4, clip=True).encode(
            x=at_step, strokeDash=dash, **beside
        )
        + falls.transform_filter("datum.step <= step")
        .mark_line(strokeWidth=2.4, clip=True)
        .encode(x=at_step, strokeDash=dash, **beside)
        + here.transform_filter("datum.loss > 0")
        .mark_point(filled=True, size=90, **ring)
        .encode(
            x=at_step,
            y=logarithmic(alt.Y),
            shape=shape,
            fill=fill,
            tooltip=tooltip,
        )
    )

    labels = " : ".join(f"datum.series == '{name}' ? '{LABEL[name]}'" for name in names)
    standing = alt.Chart(now).transform_calculate(
        name=f"{labels} : ''",
        drawn="isValid(datum.loss) ? clamp(datum.loss, low, high) : high",
        floor="low",
        text="!isValid(datum.loss) ? datum.note : datum.loss == 0 ? '0'"
        " : datum.loss >= 0.001 && datum.loss < 1000 ? format(datum.loss, '.3f')"
        " : replace(format(datum.loss, '.1e'), '+', '')",
    )
    who = alt.Y(
        "name:N",
        title=None,
        sort=[LABEL[name] for name in names],
        axis=alt.Axis(labelFontSize=13, ticks=False, domain=False, minExtent=72),
    )
    reached = alt.X(
        "drawn:Q",
        title="height f",
        scale=alt.Scale(type="log", domain=drawn, nice=False, clamp=True),
        axis={**lc.LOG_AXIS, "tickCount": 4},
    )
    standings = (
        standing.mark_rule(strokeWidth=3).encode(
            x=reached, x2="floor", y=who, color=colour, strokeDash=dash
        )
        + standing.mark_point(filled=True, size=110, **ring).encode(
            x=reached,
            y=who,
            shape=shape,
            fill=fill,
            tooltip=tooltip,
        )
        + standing.mark_text(align="right", baseline="bottom", dy=-5, fontSize=12).encode(
            x=alt.value(alt.expr("width")), y=who, text="text:N", color=alt.value(lc.INK)
        )
    )
    return [
        Panel(
            landscape.add_params(step).properties(
                height=330, title="The landscape (click: start there)"
            ),
            "The landscape from above, dark where it is high, its minima as crosses, "
            "and the path of each optimizer.",
            pick=True,
        ),
        Panel(
            courses.add_params(step, *bounds).properties(height=330, title="Height, step by step"),
            "The height of each optimizer over the steps, on a logarithmic scale.",
        ),
        Panel(
            standings.add_params(*bounds).properties(height=330, title="Height now"),
            "The height of each optimizer at this step, on a logarithmic scale.",
        ),
    ]


def _board(optimizers: tuple[str, ...]) -> str:
    """Write out the x of every walker: what it remembers, and its step."""
    g, m, v = r"{%s.gradient_x:.4f}", "{%s.memory_x:.4f}", "{%s.square_x:.4f}"
    keeps = r"m \leftarrow \beta m + g = " + m
    step = r"x \leftarrow {%s.x:.4f} - "
    eta, new = "{learning_rate:g}", " = {%s.new_x:.4f}"
    averages = rf"m = \overline{{g}} = {m},\; v = \overline{{g^2}} = {v}"
    adam = rf"{eta}\,\frac{{\hat m}}{{\sqrt{{\hat v}}}}"
    lines = {
        "sgd": (r"\text{remembers nothing}", rf"{eta} \cdot g"),
        "momentum": (keeps, rf"{eta} \cdot m"),
        "nesterov": (keeps, rf"{eta}\,(g + \beta m)"),
        "adagrad": (r"v \leftarrow v + g^2 = " + v, rf"{eta}\,\frac{{g}}{{\sqrt{{v}}}}"),
        "rmsprop": (
            r"v \leftarrow 0.99\,v + 0.01\,g^2 = " + v,
            rf"{eta}\,\frac{{g}}{{\sqrt{{v}}}}",
        ),
        "adam": (averages, adam),
        "adamw": (averages, rf"{eta}\,(0.1\,x) - {adam}"),
    }
    cells = []
    for name in optimizers:
        remembers, moves = lines[name]
        title = rf"\textbf{{{LABEL[name]}}}\quad g = \tfrac{{\partial f}}{{\partial x}} = {g}"
        cells += [cell.replace("%s", name) for cell in (title, remembers, step + moves + new)]
    return slots("\n\n".join(f"${cell}$" for cell in cells))


# ---------------------------------------------------------------- the tab


def build() -> Controls:
    """Lay out the tab and wire it."""
    with gr.Row(elem_classes=["stage"]):
        with gr.Column(scale=1, min_width=260, elem_classes=["controls"]):
            surface = gr.Radio(
                [(NAMES[name], name) for name in SURFACES], value="ravine", label="landscape"
            )
            optimizers = gr.CheckboxGroup(
                [(series.label, series.name) for series in SERIES],
                value=["sgd", "momentum", "rmsprop", "adam"],
                label="optimizer",
            )
            learning_rate = LogSlider(0.001, 2, 0.05, label="learning rate η")
            momentum = gr.Slider(0, 0.99, 0.9, step=0.01, label="momentum β (Adam's β₁)")
            steps = LogSlider(10, 500, 100, label="steps", integer=True)
            with gr.Row():
                x = gr.Number(
                    START["ravine"][0],
                    label="start x",
                    step=0.1,
                    minimum=X_LOW,
                    maximum=X_HIGH,
                    min_width=90,
                )
                y = gr.Number(
                    START["ravine"][1],
                    label="start y",
                    step=0.1,
                    minimum=Y_LOW,
                    maximum=Y_HIGH,
                    min_width=90,
                )
        with gr.Column(scale=4, min_width=320, elem_classes=["picture"]):
            chart = LiveChart(
                _charts,
                series=SERIES,
                table={
                    "series": "optimizer",
                    "step": "step",
                    "x": "x",
                    "y": "y",
                    "loss": "height",
                    "gradient_x": "∂f/∂x",
                    "memory_x": "m of x",
                    "square_x": "v of x",
                    "new_x": "new x",
                },
            )
            board = blackboard(columns=3)
    controls: Controls = {
        "surface": surface,
        "optimizers": optimizers,
        "learning_rate": learning_rate,
        "momentum": momentum,
        "steps": steps,
        "x": x,
        "y": y,
    }
    draw(controls, picture, [chart, board], apart=["surface"])
    outputs = [x, y, chart, board]
    inputs = list(controls.values())

    def go_to(surface: str, *settings: Any) -> tuple[float, float, Run, str]:
        """Change the landscape; the walkers wait at a telling place of the new one."""
        start = START[check("surface", surface, SURFACES)]
        return *start, *picture(surface, *settings[:-2], *start)

    def start_there(event: gr.EventData, *settings: Any) -> tuple[float, float, Run, str]:
        """Start from the point of the map that was clicked."""
        start = (
            round(check("x", event.x, (X_LOW, X_HIGH)), 2),
            round(check("y", event.y, (Y_LOW, Y_HIGH)), 2),
        )
        return *start, *picture(*settings[:-2], *start)

    for event, function in ((surface.input, go_to), (chart.select, start_there)):
        handler = shown_errors(function, chart, outputs)
        at_once([event], handler, inputs, outputs, preprocess=False)
    endpoint(walk, "optimizers_walk", queue=False)
    return controls


CHAPTER = Chapter(
    slug="optimizers",
    title="Optimizers",
    question="Which way down: what do momentum, RMSprop and Adam do better than plain SGD?",
    build=build,
    lesson=[height, make_optimizer, walk],
    tasks=[
        Task(
            "The **ravine**, $\\eta = 0.05$: press **Play**, with all seven optimizers. Who goes "
            "straight, who zigzags, who leaves the map?",
            "The ravine is 30 times as steep across as along. Adagrad, RMSprop and Adam divide "
            "each coordinate by the size of its own gradients ($\\sqrt v$), so that both "
            "directions look alike: they walk diagonally, as on the bowl. SGD jumps across and "
            "creeps along. Nesterov looks ahead along its momentum, which is better everywhere "
            "but here: across, it diverges from $\\eta\\lambda = \\frac{2(1+\\beta)}{1+2\\beta} "
            "= 1.36$ on, and $0.05 \\cdot 30$ is 1.5. Set $\\eta = 0.04$ and it is the best of "
            "the momentum family.",
        ),
        Task(
            "Still the ravine, **SGD** and **Momentum** only. Raise η slowly from 0.05. At which "
            "rate does SGD break, and does momentum break with it?",
            "SGD multiplies $y$ by $1 - 30\\,\\eta$ at every step: beyond $\\eta = 2/30 = 0.067$ "
            "that is below $-1$. At 0.066 it still creeps in, at 0.068 its height is 86,000 after "
            "100 steps. Momentum with $\\beta = 0.9$ stays stable up to "
            "$2(1 + \\beta)/30 = 0.127$: the memory of the last jump brakes the next one.",
        ),
        Task(
            "The **saddle**: the start is one thousandth beside the line that leads straight to "
            "the saddle point. Who notices, and when? Then set start y to 0.",
            "At the saddle the slope is almost 0, and so is SGD's step: after 100 steps it still "
            "stands at $y = 0.012$ and needs 343 to come below a height of 0.01. Momentum gathers "
            "the tiny slopes and is there after 70 steps. RMSprop divides a tiny slope by its own "
            "tiny size: steps of full length from the start, 32 of them. At $y = 0$ exactly, the "
            "slope by $y$ is 0: nobody ever leaves the line.",
        ),
        Task(
            "**Many minima**, 200 steps: which of them finds the deepest one, in the middle, and "
            "what must β be?",
            "With $\\beta = 0.9$ momentum rolls over one ridge and gets stuck behind the second "
            "(height 0.519); with $\\beta = 0.95$ it rolls into the middle. All others stop in "
            "the first hollow, at 1.038. More is not better: a ball this heavy also rolls out of "
            "good places, and from elsewhere (click) it may end worse. The landscapes of large "
            "networks have many minima too, but most of them are about equally deep.",
        ),
    ],
)
