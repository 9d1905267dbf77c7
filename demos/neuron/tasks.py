"""What there is to try with one neuron. Every number was read off a run."""

from demos.frame.chapter import Task

TASKS = [
    Task(
        r"""Choose **Three inputs**. Six bills, and nobody knows the prices: bring the loss to 0
with the four knobs. How do the bars on the right help?""",
        r"""Cover charge 1.00 €, croissant 1.50 €, coffee 2.50 €, juice 3.50 €. A bar to the left is
a negative slope: the loss falls when its knob is turned up. Turn the knob with the
longest bar until the bar is gone, then the next one, and round again: turning one knob
changes the slopes of the others. Turning all of them at once, each by a little of its
slope, is gradient descent.""",
        {"topic": "bill"},
    ),
    Task(
        r"""Choose **Logic**. The weights 20, 20 and −30 make AND: $\sigma(-30)$, $\sigma(-10)$,
$\sigma(-10)$, $\sigma(10)$. What remains of it with 2, 2 and −3, for the sigmoid and
for the threshold? Now make OR and NAND. And XOR?""",
        r"""The line stays where it is, so all four answers stay on their side of ½, and the
threshold, which asks only for the sign of $z$, answers as before. The sigmoid becomes
unsure: 0.047, 0.269, 0.269 and 0.731. OR needs one input only: $b = -10$. NAND is AND
with all three signs turned round. XOR is impossible: it needs $b < 0$, $w_1 + b \ge 0$
and $w_2 + b \ge 0$, hence $w_1 + w_2 + b \ge -b > 0$, but then the neuron says 1 to (1,
1) as well. No line has the two filled corners on one side and the two empty ones on the
other.""",
        {"topic": "logic", "neuron": [20, 20, -30]},
    ),
    Task(
        r"""Choose **Learning logic** and play AND, then XOR, with the perceptron rule. Does XOR
settle if you wait, or with another rate? Try gradient descent as well.""",
        r"""AND settles at step 25: four right answers in a row, and a right answer changes nothing.
XOR runs in circles: from step 5 on the same four moves come again and again, with two
or three wrong answers, and no rate mends that, since there is no line to be found.
Gradient descent does settle, on a shrug: every answer near ½, and the loss at
$\ln 2 = 0.693$. That is the best one neuron can do on XOR; at $\eta = 10$ it does not
even find that.""",
        {"topic": "learning", "gate": "AND"},
    ),
    Task(
        r"""Choose **Linear stays linear** with nothing between the layers, and try to lead ŷ
through the three points of XOR. Then put **ReLU** in between. Which activations are
flat where (**Activations**), and what does that do to ten layers?""",
        r"""Two linear layers multiply out to one: $v(wx + b) = (vw)\,x + vb$, again a straight
line, and the best line of all, $\hat y = \tfrac13$, has the loss $\tfrac29 = 0.222$.
With ReLU the same weights 1, 1, 0, −1, 1, −2 hit all three points: two neurons and a
bend solve what one neuron never can. Sigmoid and tanh are flat at both ends, ReLU on
the left, leaky ReLU nowhere. The slopes of the layers are multiplied, and a sigmoid's
is at most 0.25: after ten layers at most $0.25^{10} \approx 0.000001$ of the error
comes back.""",
        {"topic": "layers", "between": "identity"},
    ),
]
