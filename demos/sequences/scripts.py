"""The scripts that a student takes along. They run in the folder of this course."""

from __future__ import annotations

from collections.abc import Callable


def remember(task, kind, length, asked, hidden, layers, keep, updates, learning_rate, seed):
    """Train a network to remember, in plain PyTorch; what it reads is drawn by the course."""
    import torch
    from torch import nn

    from demos.sequences import lesson

    torch.manual_seed(seed)  # draws the very first weights of the page
    inputs, outputs = lesson.INPUTS[task], lesson.OUTPUTS[task]
    if kind == "conv":
        memory, head = lesson.network(kind, inputs, hidden, outputs, layers, seed).children()
    else:
        recurrent = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}[kind]
        memory, head = recurrent(inputs, hidden, batch_first=True), nn.Linear(hidden, outputs)
    with torch.no_grad():  # gates that keep what there is: of an LSTM i and f, of a GRU z
        if kind == "lstm":
            memory.bias_hh_l0[:hidden] -= keep
        if kind in ("lstm", "gru"):
            memory.bias_hh_l0[hidden : 2 * hidden] += keep
    last = -1 if asked == "end" else 0
    parameters = [*memory.parameters(), *head.parameters()]
    optimizer = torch.optim.Adam(parameters, lr=learning_rate)
    chance = torch.Generator().manual_seed(seed)
    for _update in range(updates):
        x, y = lesson.draw(task, 32, length, chance)  # (32, T, C): new in every update
        loss = lesson.loss_of(task, head(memory(x)[0])[:, last:], y[:, last:])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()

    x, y = lesson.unseen(task, length)
    right = lesson.right(task, head(memory(x)[0]), y)[:, last:].float().mean().item()
    print(f"loss {loss.item():.5f}, right {right:.4f}")


def back(kinds, hidden, deep, bias, updates, learning_rate, seed):
    """Train a network of each kind for each distance, and see which of them still remember."""
    from demos.sequences.far import how_far

    for row in how_far(kinds, hidden, deep, bias, updates, learning_rate, seed):
        print(f"{row['series']} {row['step']}: {row['right']:.4f} after {row['updates']} updates")


def gates(task, kind, length, asked, hidden, keep, updates, learning_rate, example, unit, seed):
    """Train a network, then read one sequence gate by gate, and compare with what torch.nn says."""
    import torch

    from demos.sequences import lesson

    net = lesson.network(kind, lesson.INPUTS[task], hidden, lesson.OUTPUTS[task], seed=seed)
    lesson.open_memory(net, keep)
    for _update in lesson.fit(net, task, length, asked, updates, learning_rate, seed):
        pass

    x = lesson.unseen(task, length)[0][example - 1]
    with torch.no_grad():
        torchs = net.memory(x[None])[0][0]
        by_hand = (lesson.lstm_steps if kind == "lstm" else lesson.gru_steps)(net.memory, x)
        for t, step in enumerate(by_hand, start=1):
            assert torch.allclose(step["h"], torchs[t - 1], atol=1e-5)
            names = "fio" if kind == "lstm" else "zr"
            opened = ", ".join(f"{name} {step[name][3, unit - 1]:.4f}" for name in names)
            print(f"step {t}: {opened}, h {step['h'][unit - 1]:.4f}")


def gradient(kinds, length, scale, bias, linear, seed):
    """Send the gradient of the last answer back through the steps, by autograd."""
    from demos.sequences import lesson

    for kind in kinds:
        arrived = lesson.reached(kind, length, scale, bias, linear, seed)
        for back in range(length):
            print(f"{kind}, {back} steps back: {arrived[-1 - back]:.5g}")


def clip(length, hidden, scale, most, updates, rate, seed):
    """Train an RNN by plain gradient descent, as it is and clipped."""
    import torch

    from demos.sequences import lesson

    for limit in (float("inf"), most):
        net = lesson.network("rnn", 2, hidden, 1, seed=seed)
        lesson.scaled(net, scale, seed)
        optimizer = torch.optim.SGD(net.parameters(), lr=rate)
        chance = torch.Generator().manual_seed(seed)
        for update in range(1, updates + 1):
            x, depth = lesson.draw("brackets", 32, length, chance)
            loss = ((net(x) - depth) ** 2).mean()
            optimizer.zero_grad()
            loss.backward()
            norm = torch.nn.utils.clip_grad_norm_(net.parameters(), limit)
            optimizer.step()
            if not (loss.isfinite() and norm.isfinite()):
                break
            print(f"clipped at {limit}, update {update}: loss {loss:.5g}, gradient {norm:.5g}")


def unroll(weights, inputs, rate):
    """An RNN of one unit, forward, backward through all its steps, and a step."""
    import torch

    w, u = (torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in weights)
    *xs, y = inputs

    def forward():
        h, states = torch.zeros((), dtype=torch.float64), []
        for x in xs:
            h = torch.tanh(w * x + u * h)
            states.append(h)
        return states, (h - y) ** 2

    states, loss = forward()
    for h in states:
        h.retain_grad()
    loss.backward()
    print(f"L = {loss.item():.6g}")
    for t, h in enumerate(states, start=1):
        print(f"h{t} = {h.item():.6g}, ∂L/∂h{t} = {h.grad.item():.6g}")
    print(f"∂L/∂w = {w.grad.item():.6g}, ∂L/∂u = {u.grad.item():.6g}")

    with torch.no_grad():
        for weight in (w, u):
            weight -= rate * weight.grad
        print(f"after the step: L = {forward()[1].item():.6g}")


def text(source, text, begin, kind, layers, updates, learning_rate, temperature, seed):
    """Learn to say the next character of a text, and let it write."""
    import torch

    from demos.sequences import lesson

    known = lesson.read_text(source, text)
    alphabet, train, held = lesson.halves(known)
    print(f"{len(known)} characters, {len(alphabet)} different ones")
    print(f"guessing: {torch.tensor(float(len(alphabet))).log():.5f}")
    print(f"counting pairs: {lesson.counted(train, held, len(alphabet)):.5f}")

    training = lesson.learn_text(known, kind, layers, updates, learning_rate, seed)
    for update, _loss, net in training:
        if update in lesson.shown(updates, lesson.PICTURES):
            loss = -lesson.read_on(net, held).log().mean()
            print(f"update {update}: held out {loss:.5f}, perplexity {loss.exp():.5g}")

    start = lesson.in_alphabet(begin, alphabet)
    signs, _sure = lesson.write_on(net, start, 160, temperature, seed)
    print(begin + "".join(alphabet[i] for i in signs))


SCRIPTS: dict[str, Callable] = {
    "remember": remember,
    "back": back,
    "gates": gates,
    "gradient": gradient,
    "clip": clip,
    "unroll": unroll,
    "text": text,
}
