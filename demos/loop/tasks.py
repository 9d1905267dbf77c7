"""What there is to try. Every number was read off the page, and a test reads it again."""

from demos.frame.chapter import Task

TASKS = [
    Task(
        "1,078 pictures in batches of 32: how many steps are an epoch, and how many pictures are "
        "left for the last? What does **drop_last** change? Step there with **+1** and ▶.",
        "34 steps: 33 full batches and one of 22. Its gradient counts as much as that of a full "
        "one, so each of its pictures counts more; drop_last leaves those 22 out, other ones in "
        "each epoch.",
        {},
    ),
    Task(
        "Switch **shuffle** off: the pictures lie sorted, as in ten folders. Let it run and watch "
        "the batch and its loss. What is read right at the end?",
        "Every batch holds one digit, or two. The loss sinks while a digit lasts and jumps at the "
        "next: the network learns to say what it sees at the moment, and forgets the rest. At the "
        "end 10.6 % of the test are read right, no more than by guessing; shuffled it is 95.0 %.",
        {"shuffle": False},
    ),
    Task(
        "Ten epochs with all pictures in one batch. Then batches of 8. Which curve is smoother, "
        "and which network reads better?",
        "The one batch: its gradient is exact, the curve smooth, but ten epochs are only ten "
        "steps: 61.7 % of the test. Batches of 8 make 1,350 noisy steps of the same pictures: "
        "95.8 %.",
        {"batch_size": 1797},
    ),
    Task(
        "Three rates, and nothing else differs. What does each curve look like, and how many "
        "digits of the test are read right?",
        "Too low: it sinks, but would need a hundred times as long; 23.3 %. Right: 95.0 %. Too "
        "high: it leaps out of the picture, the ReLUs die, and it stays where guessing is, at "
        "2.3; 9.4 %.",
        {"topic": "rates"},
    ),
    Task(
        "How high may the rate be? Try 1, 1.2 and 1.5.",
        "1 reads best of all, 96.9 % of the test; with 1.2 it is less already, and with 1.5 it "
        "falls off the edge: 9.4 %. The best rate often stands just before the edge.",
        {"topic": "rates", "rate_right": 1.0, "rate_high": 1.5},
    ),
    Task(
        "With $\\eta = 2$ all is lost. Is it, with the **cosine** schedule?",
        "Not all: the rate sinks from epoch to epoch, at the end learning begins, and about half "
        "of the test is read right. With a constant rate it is 9.4 %.",
        {"topic": "rates", "rate_high": 2.0, "schedule": "cosine"},
    ),
    Task(
        "Only 10 % of the pictures for training, $\\eta = 1$, 60 epochs. Where is the validation "
        "loss least, and what does the loss of the batches do afterwards?",
        "At step 234, in epoch 39. The loss of the batches sinks on, to 0.008: the network knows "
        "its 179 pictures by heart, and gains nothing for others. 92.1 % of the test are read "
        "right.",
        {"topic": "validate", "train_share": 10, "learning_rate": 1.0, "epochs": 60},
    ),
    Task(
        "Stop early, with a **patience** of 3, and keep the best. What goes wrong? And with 10?",
        "3 is too impatient: a few bad epochs, and it stops in epoch 13 with 80.9 % of the test. "
        "With 10 it waits until epoch 49, and reads 91.0 %.",
        {
            "topic": "validate",
            "train_share": 10,
            "learning_rate": 1.0,
            "epochs": 60,
            "patience": 3,
            "keep_best": True,
        },
    ),
    Task(
        "Now evaluate **after each step**. Why does it stop after 14 steps?",
        "Patience counts evaluations. Three steps without a better loss are nothing, three epochs "
        "are much: 35.5 % of the test. Who evaluates more often needs more patience.",
        {
            "topic": "validate",
            "train_share": 10,
            "learning_rate": 1.0,
            "epochs": 60,
            "patience": 3,
            "keep_best": True,
            "evaluate": "step",
        },
    ),
    Task(
        "`optimizer.zero_grad()` is forgotten. What grows, and what is left in the end?",
        "The gradients of all steps add up: their norm, else about 0.5, is above 10 at the end. "
        "The steps go on to where the past points, and hardly more of the test is read right "
        "than by guessing, not 95.0 %.",
        {"topic": "forget"},
    ),
    Task(
        "Forget `model.eval()`, with a dropout of 0.5. Did it learn less, or is it judged wrongly?",
        "It is judged with half of its neurons: 78.6 % of the validation set in place of 90.0 %. "
        "It learns the same. Without dropout and batch norm nothing changes at all.",
        {"topic": "forget", "forgotten": "eval", "dropout": 0.5},
    ),
    Task(
        "Forget `model.train()`, with batch norm. What happens after the first epoch?",
        "After the first `eval()` the network stays in evaluation mode: batch norm no longer "
        "holds back what grows. At $\\eta = 0.5$ the numbers are too large for a float after step "
        "42.",
        {"topic": "forget", "forgotten": "train", "batch_norm": True},
    ),
    Task(
        "Why does an epoch take so long with a batch size of 1? It is the same 1,078 pictures.",
        "It is 1,078 steps, and each costs the same calls, whether they get one picture or a "
        "thousand: a matrix product of 32 rows takes hardly longer than one of a single row.",
        {"topic": "speed", "batch_size": 1},
    ),
    Task(
        "The largest batch is the fastest. So why not take it? Look at the right.",
        "An epoch is then one step, and one step learns next to nothing: 6.1 % after the first "
        "epoch, as with the weights drawn by chance. Two pictures a step bring 88.0 %, and "
        "32 pictures 42.9 %.",
        {"topic": "speed", "batch_size": 1797},
    ),
    Task(
        "On the right, compare 1 and 8: what do 1,078 steps of one picture bring, and what 135 "
        "steps of eight?",
        "Nearly the same, 80.5 % and 79.1 %: the mean of eight gradients points the right way "
        "more surely than one of them, so fewer steps do.",
        {"topic": "speed", "batch_size": 8},
    ),
    Task(
        "Every picture is judged by a network that never saw it. Which digit is misread most, "
        "and for what? Look at the pictures: would you read them?",
        "The 8: 17 of 174, nine of them as 1. On 8 × 8 pixels a narrow eight has no holes.",
        {"topic": "misread", "truth": "8"},
    ),
    Task(
        "Train longer: 15 epochs in place of 10. How many are misread, of 1,797?",
        "74 after 10 epochs, 68 after 15. Those that stay are hard for people, too.",
        {"topic": "misread", "epochs": 15},
    ),
    Task(
        "Ten epochs with $\\eta = 0.2$ in place of 0.5. Are more misread, or fewer?",
        "More: 95 in place of 74. In the same time the smaller steps come less far.",
        {"topic": "misread", "learning_rate": 0.2},
    ),
]
