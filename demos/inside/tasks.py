"""What there is to try inside of a network. Every number was read off a run."""

from demos.frame.chapter import Task

TASKS = [
    Task(
        "Ankle boot, layer conv1: how many numbers has each of its 16 filters? And each "
        "of the 24 filters of conv2?",
        r"conv1 reads one picture: $3 \cdot 3 = 9$ numbers. conv2 reads all 16 maps of "
        r"conv1, so each of its filters has $16 \cdot 9 = 144$ numbers, a square for each "
        "map; below, the three that count most are written out.",
        {"topic": "maps"},
    ),
    Task(
        "Walk from the picture to the answer. Where do the maps get smaller, and where "
        "more? How many numbers describe the picture at the end?",
        "Each pooling halves both sides: 28, 14, 7. The convolutions make 16, 24, 48, 48, "
        "96, 128 maps of one. After the mean of each map 128 numbers are left of 784, and "
        "a linear layer makes ten of them: what there is counts, no longer where.",
        {"topic": "maps", "layer": 3},
    ),
    Task(
        "Which of the 128 maps of conv6 matters most for the ankle boot? Switch it off: "
        "does the answer change?",
        "Map 16, and without it the answer falls by 0.1 points only. No single one of the "
        "128 turns it: what the network knows is spread over many maps. That is what "
        "dropout is for.",
        {"topic": "maps", "layer": 8},
    ),
    Task(
        "And the sandal, with one of the 16 maps of conv1 switched off: map 12. What does "
        "the network say now?",
        "Sneaker, with 34 %: the answer for Sandal falls by 92 points. In the first layers "
        "there are few maps, and everything after them stands on each. Which of the "
        "others could be spared?",
        {"topic": "maps", "picture": "sandal", "layer": 1, "unit": 12, "off": True},
    ),
    Task(
        "Dark for bright: to us it stays an ankle boot. What does the network say, and why?",
        "Bag, with 100 %. It has only ever seen bright pieces on black. What it learned is "
        "no idea of a boot but patterns of such pictures; a dark shape on white is "
        "something else to it.",
        {"topic": "counts", "invert": True},
    ),
    Task(
        "Turn the trousers by 45° and by 90°. What becomes of the answer?",
        "Sandal (98 %) and Bag (99 %). Pooling bears a small shift, nothing in the "
        "network bears turning: it would have to see turned pieces while it learns.",
        {"topic": "counts", "picture": "trouser"},
    ),
    Task(
        "Shift the ankle boot by 2 pixels, then by 8. Does the answer hold?",
        "By 2: Ankle boot, 99 %. By 8: Ankle boot, 69 %. The filters slide, so they find "
        "the same patterns elsewhere; what leaves the picture is lost, and the padding at "
        "the edge looks like nothing that was seen.",
        {"topic": "counts", "across": 8},
    ),
    Task(
        "What makes the sum for Trouser large? Look at the picture, and at the training "
        "pictures beside it.",
        "Two bright legs with a dark gap. Of the three training pictures that excite it most "
        "3 are labelled Trouser.",
        {"topic": "wants", "layer": 10, "unit": 1},
    ),
    Task(
        "Now without blur. Does it get more excited, and is the picture better?",
        "No: about 7 instead of 8, and it is noise to us. A network can be excited by "
        "patterns that no photo has, which is how it is fooled on purpose; blur and small "
        "moves keep the picture among those that we know.",
        {"topic": "wants", "layer": 10, "unit": 1, "smooth": 0.0},
    ),
    Task(
        "Compare conv1 with conv4: what do their maps look for?",
        "conv1 sees 3 × 3 pixels: an edge, a stripe, a bright spot, the same everywhere. "
        "Each number of conv4 comes from 14 × 14 pixels, after one pooling: textures and "
        "corners. The deeper, the larger the part of the picture, and the more there is "
        "to look for.",
        {"topic": "wants", "layer": 1, "unit": 0},
    ),
    Task(
        "Click through the maps of conv6, then of conv2: how often do the three training pictures "
        "of a map share one label?",
        "In conv2 for 1 of 24 maps: an edge is an edge, on a shoe or on a coat. In conv6 for 65 of "
        "128. Nobody has told a map what to look for; it became useful for telling labels apart.",
        {"topic": "wants", "layer": 8, "unit": 0},
    ),
    Task(
        "With dropout at 0.3, how many of 50 passes say Shirt? And at 0.9?",
        "50 of 50, and with nine of ten features left out 46; the share of Shirt scatters "
        "from 6 % to 100 %. While it learns, no map can rely on another being there. When "
        "it answers, dropout is off (100 %): switched off by `model.eval()`.",
        {"topic": "norms", "picture": "shirt", "dropout": 0.9},
    ),
    Task(
        "Mean and variance remembered or of this batch: after “minus mean, by deviation”, "
        "which of them gives every channel mean 0 and spread 1?",
        "Those of the batch, by definition. The remembered ones come from the training "
        "pictures: for this batch the means lie between −0.16 and 0.17. γ and β then give "
        "every channel a mean and a spread of its own.",
        {"topic": "norms", "picture": "shirt"},
    ),
    Task(
        "The ankle boot in a batch of sandals, while the network learns: does its answer "
        "change? Should it?",
        "With all ten labels: Ankle boot with 100 %; among sandals: Ankle boot with 57 %. "
        "The mean of the batch says what is normal. Whoever forgets `model.eval()` gets "
        "answers that hang on the neighbours.",
        {"topic": "norms", "company": "alike"},
    ),
    Task(
        "The network for photos and the drawn cat, with nine of ten features left out: how many of "
        "50 passes say cat? Why are they fewer than those that say Shirt?",
        "38, against 46 for the shirt. It has learned without dropout, so no pass of its training "
        "had to do with fewer features.",
        {"topic": "norms", "network": "cifar", "photo": "cat", "dropout": 0.9},
    ),
    Task(
        "Which two labels are confused most? Look at the pictures: would you have known?",
        "Shirt taken for T-shirt/top, 89 of 1,000. At 28 × 28 pixels, without colour, "
        "often nobody can tell; some labels are plainly wrong.",
        {"topic": "misses"},
    ),
    Task(
        "Which label is read best, and which worst? What does that say about one figure "
        "for the whole test set?",
        "Bag, 995 of 1,000; Shirt, 806. All in all 606 of 10,000 are misread: a mean that "
        "hides how different the labels are.",
        {"topic": "misses"},
    ),
    Task(
        "Take the quiz. Why is the network's score no better than five of ten here?",
        "Because the pictures are chosen so: five that it misreads, five that it reads "
        "rightly. Whoever picks the test decides the score. Compare how often you are "
        "right on each half.",
        {"topic": "misses"},
    ),
    Task(
        "And the network for photos: which two of the ten things does it confuse most, and which "
        "is read worst?",
        "A cat is taken for a dog, 121 of 1,000, and a dog for a cat, 116: both ways, as they look "
        "alike. The cat is read worst, 711 of 1,000. The two with wheels, automobile and truck, "
        "are taken for each other, 28 and 38, and seldom for an animal.",
        {"topic": "misses", "network": "cifar"},
    ),
    Task(
        "From linear to stacked: what does each rung bring on the test set?",
        "linear 84.1 %, mlp 88.8 %, cnn 91.2 %, cnn_dropout 89.4 %, cnn_batchnorm 91.8 %, "
        "cnn_stacked 93.7 %. The first step is the largest.",
        {"topic": "ladder"},
    ),
    Task(
        "Which network is much better on what it has learned from than on the test? What "
        "does dropout change?",
        "cnn: 93.0 % against 91.2 %; with dropout 90.0 % against 89.4 %. Dropout narrows "
        "the gap; whether it helps on the test depends on how long one trains.",
        {"topic": "ladder"},
    ),
    Task(
        "A digit is none of the ten things. What does the network say, and how often does "
        "it answer such pictures?",
        "cat with 54 %, more than is asked for: softmax shares 100 % out among ten words, and "
        "“something else” is not among them. But its features are far from those of all ten, "
        "and so it is refused: 4 % of the digits are answered, and 90 % of real test pictures.",
        {"topic": "unknown", "network": "cifar"},
    ),
    Task(
        "Which kind of stranger is told apart best by the probability, and which worst? And by "
        "the distance? Read the AUROC: 0.5 is guessing, 1 is always right.",
        "By probability noise 0.48, blots 0.86, digits 0.75, other photos 0.83: of noise it is "
        "surest. By distance noise 1.00, blots 0.98, digits 0.99, other photos 0.84: the features "
        "of noise are like those of no label, whatever the last layer makes of them. Other photos "
        "are hard to tell apart by both.",
        {"topic": "unknown", "network": "cifar", "stranger": "flower"},
    ),
    Task(
        "The network for clothes and a temple: what does it say, and how sure is it? And of a "
        "digit? Which strangers does it tell apart?",
        "Bag with 100 %: what fills the picture has no outline, and looks like a bag. It is "
        "refused, since no piece stands in front of a plain background; so is the digit. By "
        "probability: digits 0.96, noise 0.92, tires 0.83, cats and dogs 0.83, blots 0.66.",
        {"topic": "unknown", "stranger": "china"},
    ),
    Task(
        "Does a batch of 128 take 128 times as long as one picture? Try 1, 8, 32, 128.",
        "Less, for each picture: calling a layer costs time of its own, whatever is in "
        "it, and a batch shares it. On an accelerator, whose thousands of units wait for "
        "work, one picture leaves most of them idle.",
        {"topic": "device", "size": 128},
    ),
    Task(
        "Weights were saved on a graphics card. Which line loads them on a laptop without one?",
        '`torch.load(file, map_location="cpu")`; without it torch looks for the card and '
        "fails. safetensors holds numbers alone, no device, and no code that could run. "
        "After `del model` the memory still belongs to torch, for the next tensor; "
        "`torch.cuda.empty_cache()` gives it back to the card.",
        {"topic": "device"},
    ),
]
