"""What there is to try with one neuron. Every number was read off a run."""

from demos.frame.chapter import Task

TASKS = [
    Task(
        r"""The two loss curves show what one knob does while the other stays. Bring $w$ to the
lowest place of its curve, then $b$, then $w$ again. Is $w$ still where it should be? How many
rounds does it take?""",
        r"""No: with another $b$ the curve of $w$ has its lowest place elsewhere. From $w = 1$ and
$b = 0$ the rounds end at 2.3 and 28, then 1.9 and 31, then 1.8 and 32, where the loss is 0. A slope
of 0 in one knob does not say that the other one is right; gradient descent turns both at once.""",
        {"topic": "celsius"},
    ),
    Task(
        r"""Six bills, and nobody knows the prices: bring the loss to 0
with the four knobs. How do the bars on the right help?""",
        r"""Cover charge 1.00 €, croissant 1.50 €, coffee 2.50 €, juice 3.50 €. A bar to the left is
a negative slope: the loss falls when its knob is turned up. Turn the knob with the
longest bar until the bar is gone, then the next one, and round again: turning one knob
changes the slopes of the others. Turning all of them at once, each by a little of its
slope, is gradient descent.""",
        {"topic": "bill"},
    ),
    Task(
        r"""The weights 20, 20 and −30 make AND: $\sigma(-30)$, $\sigma(-10)$,
$\sigma(-10)$, $\sigma(10)$. What remains of it with 2, 2 and −3, for the sigmoid and
for the threshold? Now make OR and NAND.""",
        r"""The line stays where it is, so all four answers stay on their side of ½, and the
threshold, which asks only for the sign of $z$, answers as before. The sigmoid becomes
unsure: 0.047, 0.269, 0.269 and 0.731. OR needs one input only: $b = -10$. NAND is AND
with all three signs turned round.""",
        {"topic": "logic", "neuron": [20, 20, -30]},
    ),
    Task(
        r"""XOR is 1 if exactly one of the inputs is 1. Find its three numbers, or a reason why
there are none.""",
        r"""There are none. XOR needs $b < 0$, $w_1 + b \ge 0$ and $w_2 + b \ge 0$, hence
$w_1 + w_2 + b \ge -b > 0$, but then the neuron says 1 to (1, 1) as well. No line has the two filled
corners on one side and the two empty ones on the other: three right answers are the most.""",
        {"topic": "logic", "gate": "XOR", "neuron": [20, 20, -10]},
    ),
    Task(
        r"""Play AND with the perceptron rule. When does the line move, and which way? Why does it
stop? Then try OR and NAND, and other starts.""",
        r"""It moves only after a wrong answer, and then towards the right answer for that example:
$w \leftarrow w + \eta\,(y - \hat y)\,x$. At step 25 four answers in a row are right, and a right
answer changes nothing: AND has settled. Rosenblatt proved that the rule always comes to an end
where some line does the job, from any start.""",
        {"topic": "learning", "gate": "AND"},
    ),
    Task(
        r"""Let it learn XOR with the perceptron rule. Does it settle if you wait, or with another
rate? Then gradient descent: where does it end?""",
        r"""XOR runs in circles: from step 5 on the same four moves come again and again, with two
or three wrong answers, and no rate mends that, since there is no line to be found.
Gradient descent does settle, on a shrug: every answer near ½, and the loss at
$\ln 2 = 0.693$. That is the best one neuron can do on XOR; at $\eta = 10$ it does not
even find that.""",
        {"topic": "learning", "gate": "XOR"},
    ),
    Task(
        r"""Choose all six functions. Which of them are flat, and where? Ten layers multiply ten
slopes: what remains of the error that comes back through ten sigmoids, at the very best?""",
        r"""Sigmoid and tanh are flat at both ends, ReLU, ELU and softplus on the left, leaky ReLU
nowhere. A sigmoid's slope is at most 0.25, at $x = 0$: after ten layers at most
$0.25^{10} \approx 0.000001$ of the error comes back. ReLU's slope is 1 wherever it is not flat, and
$1^{10} = 1$: this is why deep networks use it.""",
        {"topic": "activation", "x": 0},
    ),
    Task(
        r"""With nothing between the layers, try to lead ŷ through the three points of XOR. How far
down does the loss go?""",
        r"""Two linear layers multiply out to one: $v(wx + b) = (vw)\,x + vb$, again a straight
line, whatever the weights, and the best line of all, $\hat y = \tfrac13$, has the loss
$\tfrac29 = 0.222$.""",
        {"topic": "layers", "between": "identity"},
    ),
    Task(
        r"""Now put **ReLU** between the layers, with the weights 1, 1, 0, −1, 1, −2. What does the
bend do to h₂, and what to ŷ? Can tanh or σ do it as well?""",
        r"""ReLU keeps h₂ at 0 until $x = 1$, so ŷ climbs to 1 at $x = 1$ and is then pulled down
twice as fast: it hits all three points. Two neurons and a bend solve what one neuron
never can. With tanh the same weights leave a loss of 0.897, with σ one of 0.650: their bends are
soft, and they need other weights.""",
        {"topic": "layers", "between": "relu"},
    ),
]
