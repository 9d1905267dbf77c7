"""What there is to try. Every number was read off the page, and a test reads it again."""

from demos.frame.chapter import Task

OUTLIER = (
    "-0.90 0.00, -0.70 0.00, -0.50 0.00, -0.30 0.00, -0.10 0.00, 0.10 2.00, 0.30 0.00, 0.50 0.00, "
    "0.70 0.00, 0.90 0.00"
)
TASKS = [
    Task(
        "Press **Play**. Until when does the network learn the curve, and from when on the noise? "
        "How could you tell if the green curve were hidden?",
        "Until epoch 37: there the error on the validation points is least, 0.061. Then it rises "
        "to 0.191, while that on its own points falls on, from 0.059 to 0.003. The two curves "
        "part, and for that nobody needs to know the hidden curve.",
        {"topic": "learn"},
    ),
    Task(
        "Tick **early stopping**. When does it stop, which weights does it keep, and what is that "
        "worth on test points? Why not believe the validation error?",
        "It stops at epoch 88, after 50 epochs without a better validation error, and goes back to "
        "the weights of the best. On 400 test points the error is 0.10, without stopping 0.25. "
        "The validation error, 0.060, chose the epoch, so it is flattered.",
        {"topic": "learn", "against": ["stopping"]},
    ),
    Task(
        "Here is **L2**. Replace it by **L1**, **dropout** and **noise on x**, one at a time: "
        "which of them keep the curves together? Then let λ of L2 be 1.",
        "All of them: the validation error ends at 0.064 with L2, 0.070 with L1, 0.076 with "
        "dropout and 0.067 with noise on x, in place of 0.191. With λ = 1 the network may hardly "
        "use its weights: both errors end near 0.5, it does not even learn its own points.",
        {"topic": "learn", "against": ["l2"]},
    ),
    Task(
        "Nine points lie on a line, one does not: drag it, or click it away. What does the "
        "network do with it? What does **L2** with λ = 0.01?",
        "It bends to it, and hits all ten: the error on its own points is 0.000. With L2 a bend "
        "so steep costs more than it brings, and the network passes far below the point, at 0.45.",
        {"topic": "learn", "data": "own", "points": OUTLIER},
    ),
    Task(
        "Let the polynomial grow to degree 15. Which degree is best on the points it learned "
        "from, which on others?",
        "From degree 14 on it goes through all 15 points, so its error there is 0. On the "
        "validation points degree 6 is best, with 0.080; degree 15 has 883.",
        {"topic": "size", "model": "polynomial"},
    ),
    Task(
        "Now networks, of up to 200 hidden units, which have 601 parameters for 15 points. Do "
        "they fail as the polynomials do?",
        "No. On others 3 hidden units are best, with 0.063, and 200 come to 0.146: worse, but not "
        "absurd. How many parameters there are decides less than what is tried first, and for how "
        "long: they start out calm, and 400 epochs do not take them far.",
        {"topic": "size", "model": "network"},
    ),
    Task(
        "The same polynomials, with 60 points. Is degree 15 still too large?",
        "Hardly: its validation error is 0.097, that of the best, degree 6, 0.084. Whether a "
        "model is too large depends on how many points there are.",
        {"topic": "size", "model": "polynomial", "n": 60},
    ),
    Task(
        "Thirty straight lines, each fitted to a sample of its own. Then let the **degree** be "
        "12. Which of them agree, and which are right?",
        "The lines agree, with a variance of 0.014, and all are wrong: bias² is 0.299. With "
        "degree 12 the bundle flies apart, variance 3.5, though its mean is much nearer to the "
        "curve: bias² is 0.051.",
        {"topic": "spread", "model": "polynomial", "degree": 1},
    ),
    Task(
        "Let thirty networks train, and add up bias², variance and noise of the last epoch. What "
        "should it be, and from which epoch on does which part grow?",
        "0.0043 + 0.0943 + 0.0872 = 0.1858, just what all networks measure together on points "
        "measured anew. The expected error is least at epoch 41: bias² is gone by then, "
        "variance grows from there on, and noise stays as it is.",
        {"topic": "spread"},
    ),
    Task(
        "Here every network stops early. Then let each have 60 points in place of it. Which part "
        "of the error becomes smaller, and which never does?",
        "The variance, from 0.094 to 0.020; bias² grows a little, from 0.004 to 0.006. With 60 "
        "points variance falls to 0.019, and bias² to 0.001. The noise, 0.087, stays: it is in "
        "the points that are asked.",
        {"topic": "spread", "against": ["stopping"]},
    ),
    Task(
        "Networks of 1 to 300 hidden units, for 15 points. Where is the error on new points worst? "
        "And is the largest network worse than the best small one?",
        "Worst from 8 to 20, around as many units as points: up to 54. There the weights that go "
        "through the points are huge. With more units they can be smaller, and the error falls "
        "again, to 0.286 with 300; with 6 units it was less, 0.195.",
        {"topic": "wide"},
    ),
    Task(
        "Polynomials: where is the error on new points worst, and what is there? What happens "
        "beyond?",
        "At 15 parameters for 15 points: exactly one polynomial goes through all of them, and it "
        "flies as far as it must, on average to 46,100. With more there are many, least squares "
        "takes the calmest, and the error falls again, to 0.151 with 300; with 7 it was 0.137.",
        {"topic": "wide", "model": "polynomial"},
    ),
    Task(
        "Now 30 points. Where does the peak go?",
        "To 30 parameters. A model with 15 that was worst for 15 points is now before the peak: "
        "more points can even harm, just where they meet the parameters.",
        {"topic": "wide", "model": "polynomial", "n": 30},
    ),
    Task(
        "Without **noise**: is there still a peak? So what is it that the peak is made of?",
        "No: with 15 parameters the error is less than 0.001. The peak is the noise that the one "
        "polynomial must go through, magnified between the points.",
        {"topic": "wide", "model": "polynomial", "noise": 0},
    ),
    Task(
        "Five folds, and polynomials of degree 5. Which fold is judged worst, and what do its "
        "points have in common? Which degree does k-fold choose?",
        "The fifth, 9.21: a point at the edge is in it, and beyond the points that are left a "
        "polynomial does what it likes. The mean of all folds is least for degree 3, 0.268.",
        {"topic": "folds", "model": "polynomial", "degree": 5},
    ),
    Task(
        "15 folds for 15 points: each is left out alone. Does it choose another degree? What does "
        "it cost?",
        "Degree 3 again, with 0.272. It costs fifteen trainings in place of five, and each error "
        "hangs on a single point.",
        {"topic": "folds", "model": "polynomial", "degree": 3, "k": 15},
    ),
    Task(
        "Press **Draw anew** a few times. How much does the choice depend on chance? And with 60 "
        "points?",
        "With chance 5 degree 4 is best, with 0.212. With chance 1 and 2 it is degree 3, but once "
        "with 0.304, once with 0.101. With 60 points and chance 4 it is degree 5, "
        "with 0.068; on 400 new points its error is 0.11.",
        {"topic": "folds", "model": "polynomial", "degree": 3, "seed": 5},
    ),
    Task(
        "A network with 50 hidden units, and more and more examples. Towards what do both errors "
        "go, and from which side?",
        "Towards the noise, 0.09: that on its own points from below, since few points can be "
        "learned by heart, that on new ones from above. With 100 examples they are at 0.076 and "
        "0.099.",
        {"topic": "more"},
    ),
    Task(
        "A straight line, **degree** 1. Would you collect more examples for it?",
        "No: both errors stay at 0.36 to 0.38 from 20 examples on. It has no variance to lose, "
        "its bias stays: what it needs is a larger model.",
        {"topic": "more", "model": "polynomial", "degree": 1},
    ),
    Task(
        "**Degree** 12: how many examples does it need until it is better on new points than the "
        "straight line?",
        "30: then its error there is 0.182, with 20 it was 0.940. With 100 it is 0.101, near the "
        "noise. A large model pays off where there are many examples.",
        {"topic": "more", "model": "polynomial", "degree": 12},
    ),
]
