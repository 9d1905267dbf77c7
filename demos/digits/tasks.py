"""What there is to try with digits. Every number was read off a run."""

from demos.digits.figures import FIGURES
from demos.frame.chapter import Task

READ = [
    Task(
        "Draw a 4 whose top is open and whose bar ends at the stem. Then close the top with "
        "one more stroke. What do the networks say now? Do the same with a bar that sticks out "
        "far to the right.",
        "Where the bar ends at the stem, all three change from 4 to 9. Where it sticks out, "
        "the fully connected network still changes to 9, and the linear one nearly always. The "
        "convolutional one mostly does not: among the drawings it learned from were closed "
        "fours as well, and there the bar that crosses the stem tells a 4 from a 9.",
    ),
    Task(
        "Draw a small 7 in a corner of the pad: all three read it. Now untick **preprocess as "
        "MNIST was**. What do the networks see, and what do they read?",
        "They see a few grey pixels in the corner, and read something else, mostly a 1, or "
        "name nothing. All were trained on digits in the middle, about 20 pixels high. The "
        "linear one is the first to fail: it has one weight per pixel, so a digit elsewhere is "
        "another digit. "
        "Preprocessing is part of the model.",
    ),
    Task(
        "Draw a clear 7 and switch from **softmax** to **sigmoid**. To how much do the ten "
        "numbers add up, and why is it not 100 %?",
        "To far more than 100 %: around 160 % for the convolutional network and 500 % for the "
        "linear one. Ten sigmoids answer ten separate questions, and a logit of 0 is a "
        "50 % yes. Softmax shares out exactly 100 %: only differences between logits count. "
        "The networks were trained with softmax, so nothing taught them where zero lies.",
    ),
    Task(
        "Draw a star, or scribble. Which network admits that it does not know?",
        "The convolutional one: about 10 % for each digit, so it names none. Among the "
        "drawings it learned from were scribbles that count as every digit equally. Of a star "
        "the fully connected one mostly names none either. The linear one often names a digit with "
        "confidence: softmax must share out 100 %, and “none of "
        "these” is not on the list. A heart still is a 0 to all who look for a closed curve.",
    ),
]
ZERO = [
    Task(
        "This ring is a 0 to the one neuron. Put a dot into its middle. What do the weights say of "
        "those pixels, and what becomes of p and the loss?",
        "The middle of the weights is the darkest orange: ink there speaks against a 0, since "
        "zeros are empty inside. The ring has $p = 0.894$ and the loss $-\\ln 0.894 = 0.112$; with "
        "a dot $p = 0.232$, and as it still is a 0 the loss is $-\\ln 0.232 = 1.461$.",
        {"topic": "zero", "sketch": FIGURES["zero"]},
    ),
    Task(
        "A square: what does the neuron say, and what is its loss if you say that it is **no 0**? "
        "Compare with the loss if it were a 0.",
        "It says 0 with $p = 0.966$: a square covers the pixels that a 0 covers, and the neuron "
        "sees nothing but pixels. Right answers are cheap, $-\\ln 0.966 = 0.035$; being sure and "
        "wrong is dear, $-\\ln(1 - 0.966) = 3.368$. That is the binary cross-entropy.",
        {"topic": "zero", "sketch": FIGURES["square"], "zero": "no"},
    ),
    Task(
        "Move the threshold to 0.9 and to 0.1. How many zeros of strangers are missed, how many "
        "others are called 0? Why is 98.88 % right less than it sounds?",
        "At 0.9 it misses 214 of 980 zeros and calls 8 others 0; at 0.1 it misses 5 and "
        "calls 493 others 0. At 0.5 it is right in 98.88 %, but a program that always says "
        "“not 0” is right in 90.2 %: nine of ten digits are none. So look at misses and false "
        "alarms, not at the share of right answers alone.",
        {"topic": "zero", "sketch": FIGURES["zero"], "threshold": 0.9},
    ),
]

NUMBER = [
    Task(
        "A 1 whose flag has grown, or a 7 with a short bar? Which number does the one output say, "
        "and what do ten outputs say? Does anything here look like that number?",
        "It says 3.99: a 4, of which there is nothing to be seen. Ten outputs say 7 with 77.9 % "
        "and 1 with 21.6 %, and a 4 with less than 0.1 %. On its way from 1 to 7, as the flag "
        "grows, the one output passes all numbers between. Number the animals: dog 0, cat 1, "
        "bear 2. The mean of a dog and a bear would be a cat, and is no animal at all.",
        {"topic": "number", "sketch": FIGURES["flag"], "truth": "7"},
    ),
    Task(
        "Why a 4, of all digits? Suppose half of such sketches are a 1 and half a 7. Which answer "
        "has the smallest mean squared error?",
        r"The mean. With $\hat y = 1$ it is $\tfrac12 (0 + 36) = 18$, with $\hat y = 7$ the same, "
        r"with $\hat y = 4$ only $\tfrac12 (9 + 9) = 9$. So the squared error teaches to answer "
        r"the mean, and for names of classes that means nothing. Ten outputs can say “1 or 7”: "
        r"each digit has its own.",
        {"topic": "number", "sketch": FIGURES["flag"], "truth": "1"},
    ),
    Task(
        "A network says 5 to a 6, and another says 0 to a 6. Which squared error is larger, and is "
        "the one mistake really so much worse?",
        "$(5 - 6)^2 = 1$ and $(0 - 6)^2 = 36$. But a 5 is no more like a 6 than a 0 is: digits are "
        "names here, and their order says nothing about shapes. Of 10,000 digits, the one output "
        "gets 81.78 % right when it is rounded; the same network with ten outputs 98.49 %. Keep "
        "regression for what has an order and distances, such as prices and temperatures.",
        {"topic": "number", "sketch": FIGURES["zero"], "truth": "6"},
    ),
]

TEN = [
    Task(
        "Write the target of this 7 as ten numbers. Which of them does a network with ten outputs "
        "have to reach, and what would it be for a 3?",
        "Nine zeros and a one, at the place of the 7: (0, 0, 0, 0, 0, 0, 0, 1, 0, 0); for a 3 the "
        "one stands at the fourth place, which is the place of the 3, as the first is that of the "
        "0. One-hot: no digit is nearer to another, all are equally far apart.",
        {"topic": "ten", "sketch": FIGURES["seven"], "truth": "7"},
    ),
    Task(
        "The fully connected network has a sigmoid of 0.9462 for a 3, though it is sure of the 7. "
        "Work out both from the logits 7.11 and 2.87: sigmoid, and softmax.",
        r"$\sigma(2.87) = 1/(1 + e^{-2.87}) = 0.946$: taken by itself, a 3 is likely. But "
        r"$e^{7.11} = 1224$ and $e^{2.87} = 17.6$, and all ten add up to 1243.9: softmax gives "
        r"the 7 $1224/1243.9 = 0.984$ and the 3 $17.6/1243.9 = 0.014$. Only one digit can win.",
        {"topic": "ten", "sketch": FIGURES["seven"], "network": "mlp"},
    ),
    Task(
        "Choose the three networks in turn. To how much do their sigmoids add up, and their "
        "softmax? Could a picture with a 1 and a 7 in it be described by softmax?",
        "Softmax to 1 each time, the sigmoids to 5.92 (linear), 3.22 (fully connected) and 1.70 "
        "(convolutional). Where several answers may be right at once, as in a photo of a dog "
        "beside a bear, sigmoids are the right output, each with its own binary cross-entropy; "
        "where exactly one is right, softmax is.",
        {"topic": "ten", "sketch": FIGURES["seven"], "network": "linear"},
    ),
]

ENTROPY = [
    Task(
        "Say that this is a 7, then say that it is each other digit: press them in the table. "
        "Which wrong label is the cheapest, which the dearest?",
        "As a 7 the loss is $-\\ln 0.9843 = 0.0158$. As a 3 it is 4.26, the cheapest mistake: the "
        "network gives the 3 1.4 %. As a 4 it is 11.61, the dearest. Only the share of the true "
        "digit counts: all other terms of $-\\sum y \\ln p$ are multiplied by 0.",
        {"topic": "entropy", "sketch": FIGURES["seven"], "truth": "7"},
    ),
    Task(
        "A sketch between a 1 and a 7: what is the loss as a 1, and as a 7? Where have you met "
        "that number?",
        r"About $\ln 2 = 0.69$ each (0.68 and 0.72): the network gives each one half, as for the "
        r"toss of a coin. It admits that it does not know, and pays little whatever it was.",
        {"topic": "entropy", "sketch": FIGURES["between"], "truth": "1"},
    ),
    Task(
        "A star is no digit. What is the loss of the convolutional network, whichever digit you "
        "say that it is? What would an answer of 10 % for each cost?",
        r"Between 2.19 and 2.35; $-\ln 0.1 = \ln 10 = 2.303$. That is what a network knows before "
        r"it has learned: whoever starts a training sees a loss of about 2.3 first, and if it is "
        r"far larger, something is wrong.",
        {"topic": "entropy", "sketch": FIGURES["star"], "network": "cnn", "truth": "0"},
    ),
]

COST = [
    Task(
        "Four pixels to the right and down: how many of 10,000 test digits does each network still "
        "read? Which part of the convolutional one makes the difference?",
        "Linear 3.97 %, worse than guessing; fully connected 11.91 %; convolutional 98.99 %. The "
        "first two have one weight for each pixel, so a digit elsewhere is another picture. A "
        "filter slides, and the average over the picture at the end forgets the place.",
        {"topic": "cost", "sketch": FIGURES["seven"]},
    ),
    Task(
        "Dark on bright: what do the networks make of your sketch, and of the test set? Why does "
        "even the convolutional one fail, although nothing has moved?",
        "4.86 %, 13.15 % and 11.76 %: no better than guessing. A network learns numbers, not "
        "shapes: in training the background was always 0. Whoever serves a model must prepare its "
        "pictures just as its trainer did; here the same function does both.",
        {"topic": "cost", "sketch": FIGURES["one"]},
    ),
    Task(
        "Half a pixel: who would see that? Look at the test set. (Until somebody measured it, "
        "this course's own preprocessing was off by that much.)",
        "The linear network falls from 90.38 % to 87.96 %, the convolutional one from 99.67 % to "
        "99.66 %. MNIST puts the centre of mass on pixel 14, counted from 0; 13.5 would be the "
        "middle. The course used the middle, and read 99.54 % of the test set through its own "
        "preprocessing instead of 99.67 %: 13 digits, ten of them for that half pixel, and no "
        "error message.",
        {"topic": "cost", "sketch": FIGURES["between"]},
    ),
]

TASKS = [*READ, *ZERO, *NUMBER, *TEN, *ENTROPY, *COST]
