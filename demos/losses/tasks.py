"""What there is to try in the loss explorer. Every number was read off a run."""

from demos.frame.chapter import Task

TASKS_TO_TRY = [
    Task(
        r"""Before you press **Play** with MBE, MAE and MSE: which of the three lines will come to
rest among the points? Would more steps help the others?""",
        r"""MAE and MSE do. The mean bias error never does: its loss, the mean of
$\hat y - y$, is a straight line in $w$: the slope is $\tfrac{1}{12}\sum x = 2.54$
everywhere, so every step takes the same 0.127 off $w$, for ever. Errors that are too
low count as profit and pay for those that are too high, and a line far below all
points has the lowest loss of all. A loss must be at its smallest where the errors
are: hence $|\hat y - y|$ or $(\hat y - y)^2$.""",
        {"losses": ["mbe", "mae", "mse"]},
    ),
    Task(
        r"""Go to the last steps and press **−1** a few times. What does $dL/dw$ do on the board,
for MSE and for MAE? Then set $\eta = 0.1$.""",
        r"""The slope of MSE shrinks with the errors, down to 0: it settles. MAE counts only
the signs of the errors, so its slope never gets small: it jumps between about $+1.4$
and $-1.6$, and $w$ zigzags between 2.99 and 3.08 without end. At $\eta = 0.1$ the
zigzag is more than twice as wide. The rate would have to shrink during the training;
or take Huber or log-cosh, which are round at the bottom and settle.""",
        {"losses": ["mae", "mse"]},
    ),
    Task(
        r"""Drag the flat tire up to 40 minutes. Which of the lines of MSE and Huber
follows it? Now raise Huber's δ to 30.""",
        r"""MSE chases it, from $w = 3.00$ to 4.25 min/km, because an error ten times as large
pulls ten times as hard. Huber pulls with the error up to δ, and with δ beyond: it
ends at 3.14 and does not care whether the repair took 20 minutes or 25. With
$\delta = 30$ no error is beyond δ in the end: Huber is then half the squared error,
and finds the line of MSE.""",
        {"losses": ["mse", "huber"], "outlier": 15},
    ),
    Task(
        r"""The picture shows a cat, but the score of −6 says $\hat y = 0.0025$. Press **Play**.
Which of the two losses finds the cat, and what holds the other back? And what do
both say of $\hat y = 0.9$ (start z at 2.2)?""",
        r"""BCE. The slope by the score is a product,
$\frac{\partial L}{\partial \hat y}\,\frac{\partial \hat y}{\partial z}$, and so far
out the sigmoid is flat: 0.0024665. For MSE that makes
$-1.99505 \cdot 0.0024665 = -0.0049208$, no learning: after 60 steps $z$ is still −5.65.
BCE is $-\ln \hat y$, and its slope $-1/\hat y = -404.43$ makes up for the flat
sigmoid: $-404.43 \cdot 0.0024665 = -0.9975$, and after seven steps $z$ is above 0. At
$\hat y = 0.9$ MSE is content with 0.01, while BCE still says 0.105 and pulls more than
five times as hard. Over several pictures the cross-entropies add up:
$-\ln 0.8 - \ln 0.7 - \ln 0.9 = 0.685$.""",
        {"task": "classification", "score": -6.0},
    ),
]
