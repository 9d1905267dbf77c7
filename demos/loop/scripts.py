"""The scripts that the tab shows, one a topic, and the one to take along."""

from __future__ import annotations

from collections.abc import Callable


def loop(batch_size, shuffle, drop_last, learning_rate, epochs, seed):
    """Train 64 → 32 → 10 on scikit-learn's digits: the training loop."""
    import torch
    from sklearn.datasets import load_digits
    from torch import nn
    from torch.utils.data import DataLoader, TensorDataset

    x, y = load_digits(return_X_y=True)
    x, y = torch.tensor(x / 16, dtype=torch.float32), torch.tensor(y)
    order = torch.randperm(len(y), generator=torch.Generator().manual_seed(seed))
    training, validation, test = order.split([1078, 359, 360])
    training = training[y[training].argsort(stable=True)]  # sorted, as in ten folders

    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    dataset = TensorDataset(x[training], y[training])
    chance = torch.Generator().manual_seed(seed)
    loader = DataLoader(dataset, batch_size, shuffle, drop_last=drop_last, generator=chance)
    loss_of = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    step = 0
    for epoch in range(1, epochs + 1):
        for batch, labels in loader:
            if step == 2500:  # as the tab: enough to see
                break
            step += 1
            model.train()
            optimizer.zero_grad()
            loss = loss_of(model(batch), labels)
            loss.backward()
            optimizer.step()
            print(f"epoch {epoch}, step {step}: loss {loss.item():.6g}")
        model.eval()
        with torch.no_grad():
            right = (model(x[validation]).argmax(dim=1) == y[validation]).float().mean()
        print(f"epoch {epoch}: {right:.1%} of the validation set read right")
    with torch.no_grad():
        print(f"test: {(model(x[test]).argmax(dim=1) == y[test]).float().mean():.1%} read right")


def rates(rate_low, rate_right, rate_high, schedule, epochs, seed):
    """Train with three rates. Run it in the folder of this course."""
    from demos.loop.lesson import train

    for rate in (rate_low, rate_right, rate_high):
        rows = train(learning_rate=rate, schedule=schedule, epochs=epochs, seed=seed)
        for row in rows:
            if row["batch"] == row["batches"]:
                print(f"η = {rate:g}, epoch {row['epoch']}: loss {row['loss']:.6g}")
        print(f"η = {rate:g}: {rows[-1].get('test_accuracy', 0):.1%} of the test read right")


def validate(
    learning_rate, train_share, validation_share, evaluate, patience, keep_best, epochs, seed
):
    """Watch the validation loss, stop early, keep the best. Run it in the folder of this course."""
    import copy

    import torch

    from demos.loop.lesson import digits, judge, split

    pictures, labels = digits()
    training, validation, test = split(train_share, validation_share, seed)
    torch.manual_seed(seed)
    nn = torch.nn
    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    dataset = torch.utils.data.TensorDataset(pictures[training], labels[training])
    chance = torch.Generator().manual_seed(seed)
    loader = torch.utils.data.DataLoader(dataset, 32, shuffle=True, generator=chance)
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    least, best, waited = float("inf"), None, 0
    rounds = ((epoch, *one) for epoch in range(1, epochs + 1) for one in enumerate(loader, 1))
    for epoch, number, (x, y) in rounds:
        model.train()
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
        end = number == len(loader)
        if evaluate == "step" or (end and (evaluate == "epoch" or epoch == epochs)):
            loss, right = judge(model, pictures[validation], labels[validation])
            print(f"epoch {epoch}, batch {number}: validation loss {loss:.6g}, {right:.1%}")
            waited += 1
            if loss < least:
                least, best, waited = loss, copy.deepcopy(model.state_dict()), 0
            if patience > 0 and waited >= patience:
                break
    if keep_best:
        model.load_state_dict(best)
    print(f"test: {judge(model, pictures[test], labels[test])[1]:.1%} read right")


def forget(batch_size, learning_rate, forgotten, dropout, batch_norm, epochs, seed):
    """Leave out one call of the loop. Run it in the folder of this course."""
    import torch

    from demos.loop.lesson import digits, judge, split

    pictures, labels = digits()
    training, validation, test = split(60, 20, seed)
    torch.manual_seed(seed)
    nn = torch.nn
    layers = [nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10)]
    if batch_norm:
        layers.insert(1, nn.BatchNorm1d(32))
    if dropout:
        layers.insert(-1, nn.Dropout(dropout))
    model = nn.Sequential(*layers)
    dataset = torch.utils.data.TensorDataset(pictures[training], labels[training])
    chance = torch.Generator().manual_seed(seed)
    loader = torch.utils.data.DataLoader(dataset, batch_size, shuffle=True, generator=chance)
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    evaluating = forgotten != "eval"
    for epoch in range(1, epochs + 1):
        for x, y in loader:
            if forgotten != "train":
                model.train()
            if forgotten != "zero_grad":
                optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(x), y)
            loss.backward()
            if forgotten != "step":
                optimizer.step()
        now, right = judge(model, pictures[validation], labels[validation], evaluating=evaluating)
        print(f"epoch {epoch}: loss {loss.item():.6g}, validation {now:.6g}, {right:.1%}")
    right = judge(model, pictures[test], labels[test], evaluating=evaluating)[1]
    print(f"test: {right:.1%} read right")


def speed(batch_size):
    """Measure an epoch. Run it in the folder of this course."""
    import time

    import torch
    from torch import nn

    from demos.loop.lesson import digits, split

    pictures, labels = digits()
    training, _validation, _test = split(60, 20, 0)
    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    dataset = torch.utils.data.TensorDataset(pictures[training], labels[training])
    loader = torch.utils.data.DataLoader(dataset, batch_size, shuffle=True)
    before = time.perf_counter()
    for x, y in loader:
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
    took = 1000 * (time.perf_counter() - before)
    print(f"{len(loader)} steps of {batch_size} pictures: {took:.1f} ms")


def misread(learning_rate, epochs, seed):
    """Judge every picture by a network that never saw it. Run it in the folder of this course."""
    from sklearn.metrics import confusion_matrix

    from demos.loop.lesson import cross_validated, digits

    _pictures, labels = digits()
    answers = cross_validated(learning_rate, epochs, seed)
    print(confusion_matrix(labels, answers))
    wrong = [(i, int(labels[i]), answer) for i, answer in enumerate(answers) if labels[i] != answer]
    print(f"{len(wrong)} misread:", wrong)


def export(
    batch_size,
    shuffle,
    drop_last,
    learning_rate,
    schedule,
    train_share,
    validation_share,
    evaluate,
    patience,
    keep_best,
    epochs,
    seed,
):
    """Train 64 → 32 → 10 on scikit-learn's digits, with logs for TensorBoard.

    pip install torch scikit-learn tensorboard
    python training_loop.py
    tensorboard --logdir runs        # then open http://localhost:6006
    """
    import copy

    import torch
    from sklearn.datasets import load_digits
    from torch import nn
    from torch.optim import lr_scheduler
    from torch.utils.data import DataLoader, TensorDataset

    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        raise SystemExit("This script writes TensorBoard logs: pip install tensorboard") from None

    most_steps = 2500  # as in the tab

    x, y = load_digits(return_X_y=True)
    x, y = torch.tensor(x / 16, dtype=torch.float32), torch.tensor(y)
    order = torch.randperm(len(y), generator=torch.Generator().manual_seed(seed))
    first, second = len(y) * train_share // 100, len(y) * validation_share // 100
    training, validation, test = order.tensor_split([first, first + second])
    training = training[y[training].argsort(stable=True)]  # sorted, as in ten folders

    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    chance = torch.Generator().manual_seed(seed)
    loader = DataLoader(
        TensorDataset(x[training], y[training]),
        batch_size=batch_size,
        shuffle=shuffle,
        drop_last=drop_last,
        generator=chance,
    )
    loss_of = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    third = max(1, epochs // 3)
    scheduler = {
        "constant": lambda: lr_scheduler.ConstantLR(optimizer, factor=1),
        "steps": lambda: lr_scheduler.StepLR(optimizer, step_size=third, gamma=0.1),
        "cosine": lambda: lr_scheduler.CosineAnnealingLR(optimizer, T_max=epochs),
        "warmup": lambda: lr_scheduler.LinearLR(optimizer, start_factor=0.1, total_iters=third),
    }[schedule]()

    def judge(part):
        model.eval()
        with torch.no_grad():
            logits = model(x[part])
        right = (logits.argmax(dim=1) == y[part]).float().mean().item()
        return loss_of(logits, y[part]).item(), right

    writer = SummaryWriter()  # writes to runs/
    least, best, waited, step, last = float("inf"), None, 0, 0, False
    for epoch in range(1, epochs + 1):
        for number, (batch, labels) in enumerate(loader, start=1):
            step += 1
            model.train()
            optimizer.zero_grad()
            loss = loss_of(model(batch), labels)
            loss.backward()
            norm = sum((p.grad**2).sum() for p in model.parameters()) ** 0.5
            writer.add_scalar("loss/batch", loss.item(), step)
            writer.add_scalar("gradient/norm", norm.item(), step)
            writer.add_scalar("rate", optimizer.param_groups[0]["lr"], step)
            optimizer.step()
            end_of_epoch = number == len(loader)
            last = step == most_steps or (end_of_epoch and epoch == epochs)
            if last or evaluate == "step" or (evaluate == "epoch" and end_of_epoch):
                validation_loss, right = judge(validation)
                writer.add_scalar("loss/validation", validation_loss, step)
                writer.add_scalar("accuracy/validation", right, step)
                print(f"epoch {epoch}: validation loss {validation_loss:.6g}, {right:.1%} right")
                waited += 1
                if validation_loss < least:
                    least, waited = validation_loss, 0
                    best = copy.deepcopy(model.state_dict())
                last = last or (patience > 0 and waited >= patience)
            if last:
                break
        if last:
            break
        scheduler.step()
    if keep_best and best:  # there is none if the loss never was a number
        model.load_state_dict(best)
    test_loss, right = judge(test)
    writer.add_scalar("accuracy/test", right, step)
    writer.close()
    torch.save(model.state_dict(), "digits.pt")
    print(f"test: loss {test_loss:.6g}, {right:.1%} read right; logs in {writer.log_dir}")


SCRIPTS: dict[str, Callable] = {
    "loop": loop,
    "rates": rates,
    "validate": validate,
    "forget": forget,
    "speed": speed,
    "misread": misread,
}
