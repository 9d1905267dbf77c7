"""What there is to try with pictures and filters. Every number was read off a run."""

from demos.filters.kernels import kernel
from demos.frame.chapter import Task

TASKS = [
    Task(
        "Zoom in until every pixel shows its numbers. How many numbers does this picture hold, and "
        "how many bytes? And as `x / 255`?",
        r"Three for each pixel, red, green and blue: $3 \cdot 107 \cdot 160 = 51\,360$ numbers "
        "from 0 to 255, a byte each. Divided by 255 they are between 0 and 1, as float32, four "
        "bytes each: 205,440 bytes for the same picture. What is drawn does not change.",
        {"topic": "numbers"},
    ),
    Task(
        "`x.flip(-1)` mirrors the picture, `x.flip(-2)` turns it upside down. What will "
        "`x.flip(-3)` do to the red columns of the temple?",
        "It flips the first of three axes, which holds the colours: red becomes blue. The shape "
        "stays (3, 107, 160), and nothing complains. Programs that read pictures as blue, green, "
        "red make just this mistake; look at the mean of each channel: 145, 145, 141 has become "
        "141, 145, 145.",
        {"topic": "numbers", "operation": "mirror"},
    ),
    Task(
        "`x.permute(1, 2, 0)` and `x.reshape(H, W, 3)` have the same shape, (107, 160, 3). Why is "
        "only one of them the picture? Look at the strides.",
        "`permute` moves no number, it only names the axes anew: strides (160, 1, 17120). "
        "`reshape` reads the bytes in their order and cuts them up: three neighbours of the red "
        "table become red, green and blue of one pixel. Hence nine small grey temples.",
        {"topic": "numbers", "operation": "wrong"},
    ),
    Task(
        "Normalise it: (x / 255 − mean) / std, with the mean and the deviation of ImageNet. "
        "Between which numbers do the pixels lie now, and why does it look so strange?",
        "From −2.12 to 2.64, and around 0: what a network likes best. "
        "Whatever shows pictures expects 0 to 1, and cuts off the rest: all below 0 is black. To "
        "look at it, multiply and add first.",
        {"topic": "numbers", "operation": "normalise"},
    ),
    Task(
        "Before you point at the last number, 63: which six numbers is it made of?",
        r"The last row of A and the last column of B: $2 \cdot 5 + 3 \cdot 7 + 4 \cdot 8 = 63$. "
        "Each of the six numbers of the product is a row times a column.",
        {"topic": "product"},
    ),
    Task(
        "Here is a product that fails. Which two sizes have to agree? Mend B by typing a third "
        "row.",
        "The columns of A must be as many as the rows of B: a (3, 3) wants (3, anything), and this "
        "is (2, 2). torch says “mat1 and mat2 shapes cannot be multiplied (3x3 and 2x2)”. With a "
        "third row, such as `1 2; 3 4; 5 6`, the product is (3, 2).",
        {"topic": "product", "right": "1 2; 3 4"},
    ),
    Task(
        "A row times a column. What is the shape of the product, and what is it if you exchange A "
        "and B?",
        r"(1, 3) · (3, 1) is (1, 1), a single number: $1 \cdot 3 + 0 \cdot 1 + 2 \cdot 2 = 7$. "
        r"That is all that a filter does with each patch of a picture. The other way round, (3, 1) "
        r"· (1, 3) is (3, 3): every number times every other.",
        {"topic": "product", "left": "1 0 2", "right": "3; 1; 2"},
    ),
    Task(
        "Five rows of 10 10 10 0 0 0. What will Prewitt's filter make of each row? Work it out for "
        "the first patch and the second, then point at them.",
        r"0 30 30 0. In the first patch all is 10, and $10 \cdot 1 + 10 \cdot (-1)$ is 0 in each "
        r"of the three rows. In the second the right column is 0: $3 \cdot (10 \cdot 1 + 0 \cdot "
        r"(-1)) = 30$. Nine numbers find the edge, since they subtract right from left.",
        {"topic": "convolve", "picture": "edge"},
    ),
    Task(
        "The numbers 1 to 49 and the filter 0.1 to 0.9. What comes out where its middle lies on "
        "18?",
        r"$10 \cdot 0.1 + 11 \cdot 0.2 + 12 \cdot 0.3 + 17 \cdot 0.4 + \ldots + 26 \cdot 0.9 = "
        r"94.2$. Without padding the middle cannot lie on the edge: 7 × 7 becomes 5 × 5.",
        {"topic": "convolve", "picture": "count", "kernel": kernel("count")},
    ),
    Task(
        "Stride 2 and padding: work out the size of the result before you look. Then the picture "
        "5 × 6 without padding: from which dilation on is it impossible?",
        r"$\lfloor (107 + 2 \cdot 1 - 1 \cdot (3 - 1) - 1) / 2 \rfloor + 1 = 54$ rows and 80 "
        "columns. With dilation $d$ three numbers reach over $2d + 1$ pixels: 5 with 2, which just "
        "fits into 5 rows, and 7 with 3, which does not.",
        {"topic": "convolve", "padding": "zeros", "stride": 2},
    ),
    Task(
        "Sobel x on shapes. Which edges does it not see? Why is the left edge of the disc blue and "
        "the right one orange? Now Laplace.",
        "It subtracts right from left, so it is blind to edges that run from left to right: the "
        "horizon is gone. From bright to dark is positive, from dark to bright negative. Sobel y "
        "sees the others; Laplace, whose numbers look the same from all sides, sees all.",
        {"topic": "convolve", "picture": "shapes", "kernel": kernel("sobel_x")},
    ),
    Task(
        "One filter that finds red. What does it say in the middle of the disc? And why does a "
        "filter that only looks at red not do?",
        r"$214 \cdot 1 + 72 \cdot (-0.5) + 40 \cdot (-0.5) = 158$; the blue square gets −114, the "
        "green triangle −80. White has even more red than the disc: only the difference from the "
        "other colours tells red from bright.",
        {"topic": "channels", "picture": "shapes", "filters": ["red"]},
    ),
    Task(
        "Three filters on a picture in colour: how many numbers is that? And with a fourth? What "
        "would a grey picture need?",
        r"$3 \cdot 3 \cdot 3 \cdot 3 = 81$: every filter has a square for every colour. A fourth "
        "makes it 108. On grey three filters need 27. The shape is (out, in, k, k): filters, "
        "channels, rows, columns; the next layer would read these three maps as its channels.",
        {"topic": "channels"},
    ),
    Task(
        "Make a filter that tells red from green, and does not care for brightness: Identity, and "
        "three factors.",
        "1, −1 and 0: in the disc 214 − 72 = 142, in the triangle −110, and on the bright ground "
        "just 4. That is a filter of 1 × 1, in truth: it mixes colours and looks at no neighbours.",
        {
            "topic": "channels",
            "picture": "shapes",
            "filters": ["own"],
            "own": kernel("identity"),
            "mix": [1, 0, 0],
        },
    ),
    Task(
        "Say the six numbers of max pooling before you look. And of the mean?",
        "5 6 4 / 6 7 4. The means are 2.25 3.25 2.25 / 3.25 3.75 1.75. Four numbers become one; "
        "nothing is learned here, pooling has no weights.",
        {"topic": "pooling"},
    ),
    Task(
        "The picture moves by one pixel. How many of the pixels change, and how many of the "
        "numbers of max pooling? And of the mean?",
        "20 of 24 pixels change, but only 4 of 6 numbers of max pooling, and 5 of the mean. On the "
        "temple, with windows of 4: 13,133 of 17,120 pixels, and 416 of 1,040 numbers. So a "
        "network that pools cares less where exactly something lies.",
        {"topic": "pooling", "shift": 1},
    ),
    Task(
        "Where does the gradient go? Compare max and mean. Then window 3 and stride 1: why does "
        "one pixel get 6?",
        "With max only the 6 winners of 24 pixels get any, each 1; the others would not change "
        "the result. The mean gives ¼ to everyone. Windows that overlap can have the same winner: "
        "the 7 wins six of the eight, and gradients are added up.",
        {"topic": "pooling", "pool": "mean"},
    ),
    Task(
        "Let it learn. After how many steps is the loss below 0.01? What do the nine numbers "
        "become?",
        "After 35 steps. In the end the loss is 0.00018, and the filter 1.06 0.03 −1.11 / 1.93 "
        "−0.11 −1.80 / 1.01 0.12 −1.15: Sobel's, which nobody has told it. It only saw a picture "
        "and what was to come out. In a convolutional network the filters are learned.",
        {"topic": "learn"},
    ),
    Task(
        "Plain gradient descent instead of Adam. Up to which learning rate does it go well? Why is "
        "it so slow even then?",
        "At 1 the loss ends at 0.001, at 1.5 the numbers overflow. Neighbours in a photo are "
        "nearly the same, so all nine slopes are nearly the same: the valley is narrow, and along "
        "its floor one walks slowly. Adam takes its own step for each number.",
        {"topic": "learn", "optimizer": "sgd", "learning_rate": 1},
    ),
    Task(
        "The strength of edges: |Sobel x|, without a sign. Can one filter learn it? Then switch on "
        "three filters with a ReLU. What have they become?",
        "One cannot: the loss stays at 0.12, since a filter is linear, and dark-to-bright gives "
        "the opposite of bright-to-dark. Three with a ReLU come to less than 0.000001: one is "
        "Sobel, one Sobel the other way round, each cut off at 0, and the third is switched off, "
        "with a factor of 0.",
        {
            "topic": "learn",
            "target": "strength",
            "learning_rate": 0.05,
            "steps": 400,
            "seed": 2,
        },
    ),
    Task(
        "Noise with a deviation of 1, as much as from black to white. Is the filter still found? "
        "Where does the loss end?",
        "Nearly: no number is farther than 0.37 from Sobel's. The loss stays at 0.99, the variance "
        "of the noise: what is left to chance cannot be learned. Thousands of patches that agree "
        "outweigh the noise of each.",
        {"topic": "learn", "noise": 1, "steps": 400},
    ),
    Task(
        "The same layer twice. How many numbers has the filter, how many the matrix, and how many "
        "of those belong to the filter?",
        r"9 against $16 \cdot 36 = 576$. Each of the 16 rows holds the same nine numbers: 144 "
        r"places are the filter's, and 432 are 0, whatever it learns. Two ideas are in the filter: "
        r"look nearby only (zeros), and the same everywhere (shared numbers).",
        {"topic": "dense"},
    ),
    Task(
        "Zeros around the picture: the result keeps 6 × 6. How many entries has the matrix, and "
        r"why do fewer than $36 \cdot 9 = 324$ of them belong to the filter?",
        r"$36 \cdot 36 = 1296$, of which 256 are the filter's. At the edge a part of it lies on "
        r"the padding, which is no pixel and has no column.",
        {"topic": "dense", "padding": "zeros"},
    ),
    Task(
        "A picture of 224 × 224, and one grey map that comes out: how many weights does the filter "
        "need, how many a dense layer? How many gigabytes are that in float32?",
        "9 against 2,472,873,984: the filter does not care how large the picture is. Four bytes "
        "each are 9.9 gigabytes, for one layer with one map; and a dense layer would have to learn "
        "an edge anew in every place.",
        {"topic": "dense", "kernel": kernel("sobel_y")},
    ),
]
