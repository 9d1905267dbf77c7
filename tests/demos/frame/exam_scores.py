"""Chapter: exam scores. What a chapter with a table, a training and a chart takes to write."""

from demos.frame.api import endpoint
from demos.frame.chapter import Chapter, Task
from demos.frame.knobs import Knobs, Number, takes
from demos.frame.runs import trained
from demos.frame.stage import stage
from demos.frame.tables import read_table
from demos.frame.texts import N_, _
from demos.pictures.curve import curve_so_far
from demos.widgets.blackboard import blackboard
from demos.widgets.live_chart import LiveChart, Run

KNOBS = Knobs(
    rate=Number(0.01, 100, 1.0, N_("learning rate η"), log=True, about="η of gradient descent"),
    steps=Number(1, 500, 100, N_("steps"), whole=True, about="number of updates"),
)
COLUMNS = {"first": (0.0, 100.0), "second": (0.0, 100.0), "admitted": (0, 1)}


@takes(KNOBS)
@trained(steps="steps")
def train(rate, steps):
    """Learn from two exam scores who is admitted: logistic regression by gradient descent.

    Returns:
        One row per step: step, loss (binary cross-entropy), first, second (weights), bias, right
        (share of the students judged right).
    """
    import torch

    table = read_table("exams/exams", COLUMNS, "python -m trainers.exams")
    x = torch.tensor(table[["first", "second"]].to_numpy(), dtype=torch.float32) / 50 - 1
    y = torch.tensor(table["admitted"].to_numpy(), dtype=torch.float32)
    w, b = torch.zeros(2, requires_grad=True), torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([w, b], lr=rate)
    for step in range(steps + 1):
        z = x @ w + b
        loss = torch.nn.functional.binary_cross_entropy_with_logits(z, y)
        right = ((z > 0) == (y > 0)).float().mean().item()
        first, second = w.tolist()
        yield {"step": step, "loss": loss.item(), "first": first, "second": second} | {
            "bias": b.item(),
            "right": right,
        }
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def picture(rate, steps):
    """Compute a run and what is said of it."""
    text = _("Step {step}: {right} of the students are judged right.")
    run = {"run": train(rate, steps)}
    return Run(run, caption=text.format(step="{step:d}", right="{right:.0%}"))


def charts():
    """Return the charts of the tab."""
    told = _("The cross-entropy over the steps.")
    return [curve_so_far("loss", title=_("loss"), heading=_("The loss"), description=told)]


def build():
    """Lay out the tab and wire it."""
    with stage(KNOBS) as panel:
        columns = {"step": _("step"), "loss": _("loss"), "right": _("right")}
        chart = LiveChart(f"{__name__}:charts", table=columns)
        blackboard(r"$z = {first:.2f}\,x_1 + {second:.2f}\,x_2 + {bias:.2f}$")
    panel.draws(picture, [chart])
    endpoint(train, "exams_train", queue=False)
    return {"panel": panel}


CHAPTER = Chapter(
    slug="exams",
    title=N_("Exam scores"),
    question=N_("Who is admitted?"),
    build=build,
    lesson=[train],
    tasks=[
        Task("From which rate on does the loss jump?", "From about 15 on.", {"rate": 10}),
        Task("Which exam counts more?", "The first: its weight is larger.", {"steps": 500}),
    ],
)
