"""The lesson: four kinds of networks read a sequence step by step, and have to remember.

A notebook gets the same numbers from plain PyTorch: `torch.manual_seed(seed)` in front of
`nn.LSTM(…)` and `nn.Linear(…)`, and `chance = torch.Generator().manual_seed(seed)` for the data.
torch is imported inside: the app starts without it.
"""

from __future__ import annotations

import copy
import functools
import math
from collections.abc import Iterator, Sequence
from typing import Any

from demos.frame.knobs import takes
from demos.frame.runs import moves_bar, trained
from demos.sequences.knobs import KNOBS, LONGEST
from demos.sequences.texts import OWN
from models.sentences import refusal

LETTERS, FILL = "ABCD", "·:+-"  # the symbol to remember, and those that are to be ignored
INPUTS = {"first": len(LETTERS) + len(FILL), "brackets": 2, "adding": 2, "wave": 1}
OUTPUTS = {"first": len(LETTERS), "brackets": 1, "adding": 1, "wave": 1}
BATCH = 32
TEST = 256  # sequences that are judged, never learned from
DEEPEST = 9  # brackets that are open at once
SCALE = {"brackets": DEEPEST, "adding": 1, "wave": 1}  # of what is said, in what is shown
FRAMES = 40
LAYERS = 3  # of convolution, where none are chosen

# Tensors carry no type hints: pasted into a notebook, torch is known inside the functions only.

# ---------------------------------------------------------------- tasks


def draw(task: str, count: int, steps: int, chance):
    """Draw sequences, and what is right after each of their steps.

    Args:
        task: "first": a letter, then symbols that say nothing; which letter was it? "brackets": how
            many are open? "adding": numbers, two of them marked; what is the sum of the marked so
            far? "wave": a sine; what comes next?
        count: how many, N.
        steps: how long, T.
        chance: a torch.Generator.

    Returns:
        x `(N, T, C)`; and y, of "first" the number of the letter `(N, T)`, else `(N, T, 1)`.
    """
    import torch
    from torch.nn.functional import one_hot

    if task == "first":
        read = symbols(count, steps, chance)
        return one_hot(read, INPUTS["first"]).float(), read[:, :1].expand(count, steps)
    if task == "brackets":
        opens = torch.rand(count, steps, generator=chance) < 0.5
        depth, found = torch.zeros(count, dtype=torch.long), []
        for t in range(steps):
            opens[:, t] = (opens[:, t] | (depth == 0)) & (depth < DEEPEST)
            depth = depth + torch.where(opens[:, t], 1, -1)
            found.append(depth)
        return one_hot(1 - opens.long(), 2).float(), torch.stack(found, 1)[..., None] / DEEPEST
    if task == "adding":
        values = torch.rand(count, steps, generator=chance)
        half = steps // 2
        marks = torch.zeros(count, steps)
        for low, high in ((0, half), (half, steps)):
            at = torch.randint(low, high, (count, 1), generator=chance)
            marks.scatter_(1, at, 1.0)
        return torch.stack([values, marks], -1), (values * marks).cumsum(1)[..., None]
    phase = 2 * math.pi * torch.rand(count, 1, generator=chance)
    period = 6 + 14 * torch.rand(count, 1, generator=chance)
    wave = (2 * math.pi * torch.arange(steps + 1) / period + phase).sin()[..., None]
    return wave[:, :-1], wave[:, 1:]


def symbols(count: int, steps: int, chance):
    """Draw a letter and symbols that say nothing, as numbers `(count, steps)`."""
    import torch

    first = torch.randint(len(LETTERS), (count, 1), generator=chance)
    rest = torch.randint(len(FILL), (count, steps - 1), generator=chance) + len(LETTERS)
    return torch.cat([first, rest], 1)


def loss_of(task: str, said, y):
    """Return how wrong it is: cross-entropy where a letter is asked, else the squared error."""
    from torch.nn.functional import cross_entropy, mse_loss

    if task in ("first", "text"):
        return cross_entropy(said.flatten(0, 1), y.flatten())
    return mse_loss(said, y)


def right(task: str, said, y):
    """Return which answers are right, (N, T): the letter; a number to less than a tolerance."""
    if task in ("first", "text"):
        return said.argmax(-1) == y
    off = {"brackets": 0.5 / DEEPEST, "adding": 0.1, "wave": 0.1}[task]
    return ((said - y).abs() < off)[..., 0]


# ---------------------------------------------------------------- networks


def receptive_field(layers: int) -> int:
    """Return how many steps a stack of convolutions sees, the present one included."""
    return 1 + 2 * sum(2**layer for layer in range(layers))


def network(kind: str, inputs: int, hidden: int, outputs: int, layers: int = LAYERS, seed: int = 0):
    """Return a network that reads a sequence, with the first weights that PyTorch would draw.

    Args:
        kind: "rnn", "lstm", "gru", or "conv": convolutions of three numbers each, which leave out
            0, 1, 3, 7, … steps in between, and see no step that is yet to come.
        inputs: numbers per step, C.
        hidden: numbers that it may keep, H.
        outputs: numbers that it says per step.
        layers: of convolutions.
        seed: of the first weights.
    """
    import torch
    from torch import nn

    class Convolutions(nn.Module):
        """Causal convolutions with a tanh after each."""

        def __init__(self):
            super().__init__()
            self.layers = nn.ModuleList(
                nn.Conv1d(hidden if i else inputs, hidden, 3, dilation=2**i) for i in range(layers)
            )

        def forward(self, x, before=None):  # (N, T, C) -> (N, T, H), and what was read so far
            read = x if before is None else torch.cat([before, x], 1)
            state = read.transpose(1, 2)
            for layer in self.layers:
                state = layer(nn.functional.pad(state, (2 * layer.dilation[0], 0))).tanh()
            return state.transpose(1, 2)[:, -x.shape[1] :], read

    class Network(nn.Module):
        """Reads step by step, and answers after each."""

        def __init__(self):
            super().__init__()
            recurrent = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
            self.memory = (
                Convolutions()
                if kind == "conv"
                else recurrent[kind](inputs, hidden, batch_first=True)
            )
            self.head = nn.Linear(hidden, outputs)

        def forward(self, x):  # (N, T, C) -> (N, T, K)
            state, _last = self.memory(x)
            return self.head(state)

    with torch.device("meta"):  # the process's own chance is left alone: many train at once
        net = Network()
    net.to_empty(device="cpu")
    chance = torch.Generator().manual_seed(seed)
    for part in net.modules():
        if isinstance(part, (nn.Conv1d, nn.Linear)):
            end = part.weight[0].numel() ** -0.5
        elif isinstance(part, nn.RNNBase):
            end = hidden**-0.5
        else:
            continue
        for values in part.parameters():
            nn.init.uniform_(values, -end, end, generator=chance)
    return net


def open_memory(net, bias: float):
    """Let the gates of an LSTM or a GRU begin so that they keep what they have.

    The forget gate of an LSTM gets a bias, its input gate the opposite; a GRU's update gate, which
    in PyTorch says how much stays, gets it, too. 0 changes nothing.
    """
    import torch
    from torch import nn

    with torch.no_grad():
        if isinstance(net.memory, nn.LSTM):
            enter, forget, _cell, _out = net.memory.bias_hh_l0.chunk(4)
            enter -= bias
            forget += bias
        elif isinstance(net.memory, nn.GRU):
            _reset, update, _new = net.memory.bias_hh_l0.chunk(3)
            update += bias
    return net


# ---------------------------------------------------------------- training


@moves_bar("updates")
def fit(
    net,
    task: str,
    steps: int,
    asked: str,
    updates: int,
    learning_rate: float,
    seed: int,
    most: float = 1.0,
    adam: bool = True,
) -> Iterator[tuple[int, float, float]]:
    """Train a network on sequences that are drawn anew for every update.

    Args:
        net: see `network`; it changes.
        task: see `draw`.
        steps: length of the sequences, T.
        asked: "end": only what it says at the end is trained; "every": what it says at each step.
        updates: how many.
        learning_rate: how far an update goes.
        seed: of the sequences.
        most: a gradient that is longer is made as short as this.
        adam: with Adam; else plain gradient descent.

    Yields:
        After each update its number, the loss before it, and how long the gradient was. Before the
        first: 0 and twice nan.
    """
    import torch

    kind = torch.optim.Adam if adam else torch.optim.SGD
    optimizer = kind(net.parameters(), lr=learning_rate)
    chance = torch.Generator().manual_seed(seed)
    yield 0, math.nan, math.nan
    for update in range(1, updates + 1):
        x, y = draw(task, BATCH, steps, chance)
        said = net(x)
        if asked == "end":
            said, y = said[:, -1:], y[:, -1:]
        loss = loss_of(task, said, y)
        optimizer.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(net.parameters(), most)
        optimizer.step()
        yield update, loss.item(), norm.item()


def judged(net, task: str, x, y, asked: str) -> tuple[float, float]:
    """Return the loss and the share that is right of sequences that were not learned from."""
    import torch

    with torch.no_grad():
        said = net(x)
    if asked == "end":
        said, y = said[:, -1:], y[:, -1:]
    return loss_of(task, said, y).item(), right(task, said, y).float().mean().item()


def shown(updates: int, count: int = FRAMES) -> list[int]:
    """Return the updates that are shown: more of them at the beginning, where more happens."""
    return sorted({round(updates * (i / count) ** 1.5) for i in range(count + 1)})


def unseen(task: str, steps: int, count: int = TEST):
    """Return sequences that no network learns from, x and y; see `draw`."""
    import torch

    return draw(task, count, steps, torch.Generator().manual_seed(10_000 + steps))


def continued(net, x, more: int):
    """Let a network read, and then go on by itself: what it says is what it reads next.

    Args:
        net: it says as many numbers as it reads.
        x: `(N, T, C)`.
        more: how many steps it goes on.

    Returns:
        What it is in and what it says after each of all steps, `(N, T + more, H)` and `(N, T +
        more, C)`.
    """
    import torch

    with torch.no_grad():
        state, last = net.memory(x)
        states, said = [state], [net.head(state)]
        for _step in range(more):
            state, last = net.memory(said[-1][:, -1:], last)
            states.append(state)
            said.append(net.head(state))
    return torch.cat(states, 1), torch.cat(said, 1)


def watched(net, task: str, x, y):
    """Return what one sequence makes of a network: its state and what it says after each step.

    Of a letter what it says is how sure it is of the right one; a wave goes on by itself.
    """
    steps = x.shape[1]
    states, said = continued(net, x, steps if task == "wave" else 0)
    if task == "first":
        said = said.softmax(-1).gather(-1, y[..., None])
    return states[0], said[0, :, 0] * SCALE.get(task, 1)


@takes(KNOBS)
@trained(steps="updates", keep=64)
def train(
    task, kind, length, asked, hidden, layers, keep, updates, learning_rate, example, seed
) -> Iterator[dict]:
    """Train a network to remember, and watch what it keeps of one sequence, step by step.

    Returns:
        Rows of some 40 updates, from the untrained network on: step (the update), loss (of 32
        sequences learned from), norm (length of the gradient before it is clipped at 1), test and
        right (loss, and share of right answers, on 256 sequences that are never learned from),
        state (T·H numbers: the hidden state of the example, step by step), said (its answers after
        each step).
    """
    x, y = unseen(task, length)
    net = open_memory(network(kind, INPUTS[task], hidden, OUTPUTS[task], layers, seed), keep)
    wanted = set(shown(updates))
    one = slice(example - 1, example)
    for update, loss, norm in fit(net, task, length, asked, updates, learning_rate, seed):
        if update not in wanted:
            continue
        test, share = judged(net, task, x, y, asked)
        states, said = watched(net, task, x[one], y[one])
        yield {
            "step": update,
            "loss": loss if update else None,
            "norm": norm if update else None,
            "test": test,
            "right": share,
            "state": [round(value, 2) for value in states.flatten().tolist()],
            "said": [round(value, 3) for value in said.tolist()],
        }


@functools.lru_cache(maxsize=16)
def trained_net(
    task, kind, length, asked, hidden, layers, keep, updates, learning_rate, seed
) -> tuple[Any, float]:
    """Return a network after its training, and the share of its answers that are right."""
    net = open_memory(network(kind, INPUTS[task], hidden, OUTPUTS[task], layers, seed), keep)
    for _update in fit(net, task, length, asked, updates, learning_rate, seed):
        pass
    x, y = unseen(task, length)
    return net, judged(net, task, x, y, asked)[1]


# ---------------------------------------------------------------- gates


def lstm_steps(memory, x) -> list[dict]:
    """Read a sequence as an LSTM does, gate by gate.

    Args:
        memory: an nn.LSTM.
        x: `(T, C)`.

    Returns:
        For each step i, f, g and o, each as the three parts of its sum and what becomes of it,
        `(4, H)`; before, the cell's numbers before it, c and h after it, `(H,)`.
    """
    import torch

    hidden = memory.hidden_size
    c, h, found = torch.zeros(hidden), torch.zeros(hidden), []
    bias = (memory.bias_ih_l0 + memory.bias_hh_l0).chunk(4)
    with torch.no_grad():
        for now in x:
            of_input, of_state = (
                (memory.weight_ih_l0 @ now).chunk(4),
                (memory.weight_hh_l0 @ h).chunk(4),
            )
            step = {"before": c}
            for name, *parts in zip("ifgo", of_input, of_state, bias, strict=True):
                opened = sum(parts).tanh() if name == "g" else sum(parts).sigmoid()
                step[name] = torch.stack([*parts, opened])
            c = step["f"][3] * c + step["i"][3] * step["g"][3]
            h = step["o"][3] * c.tanh()
            found.append({**step, "c": c, "h": h})
    return found


def gru_steps(memory, x) -> list[dict]:
    """Read a sequence as a GRU does: r and z as gates, n as what is new; see `lstm_steps`."""
    import torch

    h, found = torch.zeros(memory.hidden_size), []
    b_input, b_state = memory.bias_ih_l0.chunk(3), memory.bias_hh_l0.chunk(3)
    with torch.no_grad():
        for now in x:
            of_input, of_state = (
                (memory.weight_ih_l0 @ now).chunk(3),
                (memory.weight_hh_l0 @ h).chunk(3),
            )
            step = {"before": h}
            for place, name in enumerate("rz"):
                parts = [of_input[place], of_state[place], b_input[place] + b_state[place]]
                step[name] = torch.stack([*parts, sum(parts).sigmoid()])
            recalled = step["r"][3] * (of_state[2] + b_state[2])
            new = (of_input[2] + b_input[2] + recalled).tanh()
            step["n"] = torch.stack([of_input[2], recalled, b_input[2], new])
            h = (1 - step["z"][3]) * new + step["z"][3] * h
            found.append({**step, "h": h})
    return found


# ---------------------------------------------------------------- gradients


def rotation(size: int, chance):
    """Return a matrix that turns, and neither stretches nor shrinks, `(size, size)`."""
    import torch

    q, r = torch.linalg.qr(torch.randn(size, size, generator=chance, dtype=torch.float64))
    return q * r.diagonal().sign()


def scaled(net, scale: float, seed: int):
    """Make every recurrent matrix of a network so much times a rotation."""
    import torch
    from torch import nn

    chance = torch.Generator().manual_seed(seed)
    if isinstance(net.memory, nn.RNNBase):
        with torch.no_grad():
            for block in net.memory.weight_hh_l0.split(net.memory.hidden_size):
                block.copy_(scale * rotation(len(block), chance))
    return net


def reached(
    kind: str, steps: int, scale: float, bias: float, linear: bool, seed: int, size: int = 16
) -> list[float]:
    """Return how much of the gradient of the end reaches each input, that of the last being 1.

    The network is untrained, and reads 16 numbers per step from a seed.

    Args:
        kind: see `network`.
        steps: T.
        scale: of the recurrent matrices, see `scaled`.
        bias: see `open_memory`.
        linear: of an RNN: without the tanh.
        seed: of weights and sequences.
        size: of a step, and of the hidden state.
    """
    import torch

    chance = torch.Generator().manual_seed(seed)
    net = scaled(network(kind, size, size, size, seed=seed).double(), scale, seed)
    open_memory(net, bias)
    x = torch.randn(BATCH, steps, size, generator=chance, dtype=torch.float64).requires_grad_()
    if kind == "rnn":
        turn, state = rotation(size, chance), torch.zeros(BATCH, size, dtype=torch.float64)
        for t in range(steps):
            state = 0.5 * x[:, t] @ turn.T + state @ net.memory.weight_hh_l0.T
            state = state if linear else state.tanh()
        end = state
    else:
        end = net.memory(x)[0][:, -1]
    direction = torch.randn(size, generator=chance, dtype=torch.float64)
    (gradient,) = torch.autograd.grad((end @ direction).sum(), x)
    norms = gradient.norm(dim=-1).mean(0)
    return (norms / norms[-1]).tolist()


def clipped(
    steps: int,
    hidden: int,
    scale: float,
    most: float,
    updates: int,
    learning_rate: float,
    seed: int,
) -> Iterator[dict]:
    """Train the same RNN by plain gradient descent twice: with its gradient as it is, and clipped.

    Yields:
        Rows: series ("free" or "clipped"), step (the update), loss, norm (before it is clipped).
    """
    for series, limit in (("free", math.inf), ("clipped", most)):
        net = scaled(network("rnn", INPUTS["brackets"], hidden, 1, seed=seed), scale, seed)
        of = ("brackets", steps, "every", updates, learning_rate, seed)
        for update, loss, norm in fit(net, *of, limit, adam=False):
            if update:
                yield {"series": series, "step": update, "loss": loss, "norm": norm}


# ---------------------------------------------------------------- the next character

FEWEST = 100  # characters of a text
MOST_SIGNS = 200  # different ones
WINDOW = 48  # characters that are read at once
TEXT_HIDDEN = 64
WRITTEN = 160  # characters that it writes, and that it is seen to read
PICTURES = 16  # updates that are shown


def read_text(source: str, text: str) -> str:
    """Return the text to learn from, its blanks and line ends as single blanks.

    Where one's own is still empty it is that of the course, in English.

    Raises:
        ValueError: in a sentence, if there is too little of it, or too little in it.
    """
    clean = " ".join((OWN.get(source) or text.strip() or OWN["english"]).split())
    clean = "".join(sign for sign in clean if sign.isprintable())
    if len(clean) < FEWEST or len(set(clean)) < 2:
        raise refusal("A text needs at least {few} characters, not all the same.", few=FEWEST)
    if len(set(clean)) > MOST_SIGNS:
        raise refusal("A text may have at most {most} different characters.", most=MOST_SIGNS)
    if len(clean) > LONGEST:
        raise refusal("A text may have at most {most} characters.", most=LONGEST)
    return clean


def halves(text: str):
    """Return the alphabet of a text, and as numbers the part to learn from and that to judge by.

    The last sixth is judged by. A sign that only stands there is one of the alphabet all the same.
    """
    import torch

    alphabet = sorted(set(text))
    numbers = torch.tensor([alphabet.index(sign) for sign in text])
    cut = len(text) - max(16, len(text) // 6)
    cut = text.find(" ", cut, cut + 12) + 1 or cut  # at the beginning of a word
    return alphabet, numbers[:cut], numbers[cut:]


UNSEEN_PAIR = 0.1  # how often a pair counts beyond those that were seen


def counted(train, test, count: int) -> float:
    """Return the loss of counting how often which character followed which; no pair counts 0.

    Args:
        train: characters that are counted, `(n,)`.
        test: those that are guessed, each from the one before it, `(m,)`.
        count: of characters there are.
    """
    import torch

    pairs = torch.full((count, count), UNSEEN_PAIR)
    pairs.index_put_((train[:-1], train[1:]), torch.ones(len(train) - 1), accumulate=True)
    share = pairs / pairs.sum(1, keepdim=True)
    return -share[test[:-1], test[1:]].log().mean().item()


@moves_bar("updates")
def learn_text(text: str, kind: str, layers: int, updates: int, learning_rate: float, seed: int):
    """Train a network to say the next character.

    Yields:
        The update, the loss before it, and the network.
    """
    import torch
    from torch.nn.functional import cross_entropy, one_hot

    alphabet, train, _test = halves(text)
    count, window = len(alphabet), min(WINDOW, len(train) - 1)
    net = network(kind, count, TEXT_HIDDEN, count, layers, seed)
    optimizer = torch.optim.Adam(net.parameters(), lr=learning_rate)
    chance = torch.Generator().manual_seed(seed)
    yield 0, math.nan, net
    for update in range(1, updates + 1):
        start = torch.randint(len(train) - window, (BATCH, 1), generator=chance)
        seen = train[start + torch.arange(window + 1)]
        said = net(one_hot(seen[:, :-1], count).float())
        loss = cross_entropy(said.flatten(0, 1), seen[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        yield update, loss.item(), net


def read_on(net, numbers):
    """Return how likely each character of a text was to a network that read those before it."""
    import torch
    from torch.nn.functional import one_hot

    with torch.no_grad():
        said = net(one_hot(numbers[None, :-1], net.head.out_features).float())[0]
    likely = said.softmax(-1).gather(-1, numbers[1:, None])[:, 0]
    return likely.clamp(min=1e-30)  # of a network that is wild it may be 0


def write_on(net, begin, more: int, temperature: float, seed: int):
    """Let a network go on with a text, one character after the other.

    Args:
        net: the network.
        begin: how it begins, numbers of characters, `(n,)`.
        more: how many characters it writes.
        temperature: 0: always the likeliest; 1: as likely as it says; more: bolder.
        seed: of the chance.

    Returns:
        The numbers of the characters, and how likely each was to the network, both `(more,)`.
    """
    import torch
    from torch.nn.functional import one_hot

    chance = torch.Generator().manual_seed(seed)
    now, last, written, sure = begin[None], None, [], []
    with torch.no_grad():
        for _sign in range(more):
            state, last = net.memory(one_hot(now, net.head.out_features).float(), last)
            said = net.head(state[0, -1])
            if temperature:
                likely = (said / temperature).softmax(-1)
                sign = torch.multinomial(likely, 1, generator=chance)
            else:
                sign = said.argmax(-1, keepdim=True)
            written.append(sign)
            sure.append(said.softmax(-1)[sign])
            now = sign[None]
    return torch.cat(written), torch.cat(sure)


@functools.lru_cache(maxsize=8)
def learned_text(
    text: str, kind: str, layers: int, updates: int, learning_rate: float, seed: int
) -> list[tuple[int, float, Any]]:
    """Return the network of some updates; who changes the temperature need not wait again."""
    wanted = set(shown(updates, PICTURES))
    training = learn_text(text, kind, layers, updates, learning_rate, seed)
    return [
        (update, loss, copy.deepcopy(net)) for update, loss, net in training if update in wanted
    ]


def in_alphabet(text: str, alphabet: Sequence[str]):
    """Return a text as numbers of an alphabet, without the signs that are not in it, `(n,)`."""
    import torch

    known = [alphabet.index(sign) for sign in text if sign in alphabet]
    return torch.tensor(known or [alphabet.index(" ") if " " in alphabet else 0])


# ---------------------------------------------------------------- an RNN of one unit, unrolled


def unroll(weights: Sequence[float], inputs: Sequence[float], rate: float) -> dict[str, Any]:
    """Compute an RNN of one unit forward, all gradients backward, and take a step against them.

    hₜ = tanh(w·xₜ + u·hₜ₋₁), h₀ = 0, L = (h₄ − y)².

    Returns:
        nodes, edges, order and new_result, as `back_propagate` of the chapter on back-propagation.
    """
    import torch

    xs = {f"x{t}": value for t, value in enumerate(inputs[:-1], start=1)}
    steps = len(xs)
    start = {"w": weights[0], "u": weights[1], "h0": 0.0, **xs, "y": inputs[-1]}
    tensors = {
        name: torch.tensor(value, dtype=torch.float64, requires_grad=True)
        for name, value in start.items()
    }
    lines = [(f"h{t}", ["w", f"x{t}", "u", f"h{t - 1}"]) for t in range(1, steps + 1)]
    lines.append(("L", [f"h{steps}", "y"]))

    def compute(name, operands):
        if name == "L":
            return (operands[0] - operands[1]) ** 2
        w, x, u, h = operands
        return (w * x + u * h).tanh()

    order: list[str] = []
    for name, operands in lines:
        tensors[name] = compute(name, [tensors[operand] for operand in operands])
        tensors[name].retain_grad()
        tensors[name].register_hook(lambda gradient, name=name: order.append(name))
    tensors["L"].backward()

    edges = []
    for name, operands in lines:
        alone = [tensors[operand].detach().requires_grad_() for operand in operands]
        locals_ = torch.autograd.grad(compute(name, alone), alone)
        for operand, local in zip(operands, locals_, strict=True):
            edges.append(
                {
                    "source": operand,
                    "target": name,
                    "local": local.item(),
                    "gradient": (tensors[name].grad * local).item(),
                }
            )
    after = {name: tensors[name].detach() for name in start}
    for name in ("w", "u"):
        after[name] = after[name] - rate * tensors[name].grad
    new = {name: after[name].item() for name in ("w", "u")}
    for name, operands in lines:
        after[name] = compute(name, [after[operand] for operand in operands])
    made = {name for name, _operands in lines}
    return {
        "nodes": [
            {
                "name": name,
                "made": name in made,
                "value": tensor.item(),
                "gradient": tensor.grad.item(),
                "new": new.get(name),
            }
            for name, tensor in tensors.items()
        ],
        "edges": edges,
        "order": order,
        "new_result": after["L"].item(),
    }
