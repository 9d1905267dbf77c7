"""The scripts that a student takes along: in a clone of the course, they run by themselves."""

from __future__ import annotations

from collections.abc import Callable


def line(feature, rate, asked):
    """Train one neuron twice on one feature: as a line, and through the sigmoid."""
    import pandas as pd
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits, mse_loss

    table = pd.read_csv(f"weights/tables/{'exams' if feature == 'first' else 'heart'}.csv")
    x = torch.tensor(table[feature].to_numpy(), dtype=torch.float32)
    y = torch.tensor(table.iloc[:, -1].to_numpy(), dtype=torch.float32)
    x = (x - x.mean()) / x.std(unbiased=False)

    for name in ("line", "sigmoid"):
        neuron = torch.zeros(2, requires_grad=True)
        optimizer = torch.optim.SGD([neuron], lr=rate)
        for _step in range(60):
            z = neuron[0] * x + neuron[1]
            loss = mse_loss(z, y) if name == "line" else binary_cross_entropy_with_logits(z, y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        answer = (neuron[0] * asked + neuron[1]).detach()
        print(f"{name}: w = {neuron[0].item():.4f}, b = {neuron[1].item():.4f}, z = {answer:.4f}")
    p = torch.sigmoid(answer)
    print(f"p = {p:.4f}, logit {torch.log(p / (1 - p)):.4f}, class {'yes' if p >= 0.5 else 'no'}")


def look(table, heart_column, loan_column):
    """Ask each column of a table what it says about the yes and the no."""
    import pandas as pd
    from sklearn.metrics import roc_auc_score

    rows = pd.read_csv("my-table.csv" if table == "own" else f"weights/tables/{table}.csv")
    label = rows.pop(rows.columns[-1])
    column = {"heart": heart_column, "loans": loan_column}.get(table, rows.columns[0])

    values = rows[column]
    if values.nunique() > 6 and values.dtype.kind in "if":
        values = pd.qcut(values, 5, duplicates="drop")
    print(label.groupby(values, observed=True).agg(["mean", "size"]))
    for name in rows:
        scores = rows[name]
        if scores.dtype.kind not in "if":  # a category says how often there is a yes
            scores = scores.map(label.groupby(scores).mean())
        print(f"{name}: area {roc_auc_score(label, scores.fillna(scores.median())):.3f}")
    print(pd.get_dummies(rows, dtype=int).head(3).T)


def train(table, heart_columns, loan_columns, zeros, old, hidden, seed):
    """Learn a yes or no from a table: rows to train, to choose and to test with."""
    import pandas as pd
    import torch
    from sklearn.model_selection import train_test_split
    from torch.nn import BCEWithLogitsLoss, LazyLinear, ReLU, Sequential

    rows = pd.read_csv("my-table.csv" if table == "own" else f"weights/tables/{table}.csv")
    columns = {"heart": heart_columns, "loans": loan_columns}.get(table, list(rows)[:-1])
    if zeros != "keep" and "Cholesterol" in columns:
        rows["Cholesterol"] = rows["Cholesterol"].where(rows["Cholesterol"] > 0)
        rows = rows.dropna() if zeros == "drop" else rows
    rows = rows.query("person_age <= 100") if table == "loans" and not old else rows
    y = rows.iloc[:, -1]
    rest, test = train_test_split(rows.index, test_size=0.2, random_state=seed, stratify=y)
    learn, choose = train_test_split(rest, test_size=0.25, random_state=seed, stratify=y[rest])
    x = pd.get_dummies(rows[columns], dtype=float)
    x = x.fillna(x.loc[learn].median())
    x = (x - x.loc[learn].mean()) / x.loc[learn].std(ddof=0)
    part = {}
    for name, index in [("train", learn), ("choose", choose), ("test", test)]:
        part[name] = [torch.tensor(one.loc[index].to_numpy()).float() for one in (x, y)]
    torch.manual_seed(seed)
    layers = [layer for _ in range(int(hidden)) for layer in (LazyLinear(16), ReLU())]
    model, loss_of = Sequential(*layers, LazyLinear(1)), BCEWithLogitsLoss()
    model(part["train"][0])  # finds out how many columns there are
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    for _step in range(150 if hidden == "0" else 60):
        loss = loss_of(model(part["train"][0])[:, 0], part["train"][1])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    for name, (inputs, truth) in part.items():
        z = model(inputs)[:, 0].detach()
        print(
            f"{name}: right {((z > 0) == (truth > 0)).float().mean():.3f}, {loss_of(z, truth):.4f}"
        )


def threshold(table, seed):
    """Move the threshold: what is found, what is missed, and what it costs."""
    import numpy as np
    import pandas as pd
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import confusion_matrix, roc_auc_score
    from sklearn.model_selection import train_test_split
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    rows = pd.read_csv("my-table.csv" if table == "own" else f"weights/tables/{table}.csv")
    y = rows.pop(rows.columns[-1])
    x = pd.get_dummies(rows, dtype=float)
    split = train_test_split(x, y, test_size=0.2, random_state=seed, stratify=y)
    x_train, x_test, y_train, y_test = split
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    scores = model.fit(x_train, y_train).predict_proba(x_test)[:, 1]

    print(f"area under the ROC curve: {roc_auc_score(y_test, scores):.3f}")
    miss, alarm = 5, 1  # what the errors cost
    costs = []
    for t in np.linspace(0, 1, 11):
        (tn, fp), (fn, tp) = confusion_matrix(y_test, scores >= t, labels=[0, 1])
        costs.append(miss * fn + alarm * fp)
        print(f"from {t:.1f} on: TP {tp}, FP {fp}, FN {fn}, TN {tn}, cost {costs[-1]}")
    print(f"cheapest: from {np.linspace(0, 1, 11)[np.argmin(costs)]:.1f} on")


def calibrated(table, seed):
    """Ask whether 70 % sure means right in 70 of 100 cases; then find a temperature."""
    import pandas as pd
    import torch
    from sklearn.model_selection import train_test_split
    from sklearn.neural_network import MLPClassifier
    from sklearn.preprocessing import StandardScaler
    from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

    rows = pd.read_csv("my-table.csv" if table == "own" else f"weights/tables/{table}.csv")
    y = rows.pop(rows.columns[-1]).to_numpy()
    x = StandardScaler().fit_transform(pd.get_dummies(rows, dtype=float))
    x_rest, x_test, y_rest, y_test = train_test_split(x, y, test_size=0.2, random_state=seed)
    x_train, x_choose, y_train, y_choose = train_test_split(x_rest, y_rest, random_state=seed)
    model = MLPClassifier((16, 16), max_iter=300, tol=1e-3, random_state=seed).fit(x_train, y_train)

    def logits(inputs):
        return torch.logit(torch.tensor(model.predict_proba(inputs)[:, 1]), eps=1e-7)

    z, truth = logits(x_choose), torch.tensor(y_choose, dtype=torch.float64)
    candidates = torch.logspace(-0.7, 0.7, 141).tolist()
    temperature = min(candidates, key=lambda t: cross_entropy(z / t, truth).item())
    for t in (1.0, temperature):
        p = torch.sigmoid(logits(x_test) / t).numpy()
        sure = (p >= 0.7) & (p < 0.8)
        print(f"T = {t:.2f}: {sure.sum()} were told 70 to 80 %, {y_test[sure].sum()} were a yes")


def fair(table, seed):
    """Give two groups one threshold, then each its own: who pays for it?"""
    import pandas as pd
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    rows = pd.read_csv("my-table.csv" if table == "own" else f"weights/tables/{table}.csv")
    y = rows.pop(rows.columns[-1])
    group = rows[{"heart": "Sex", "loans": "person_gender"}.get(table, rows.columns[0])]
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    x = pd.get_dummies(rows, dtype=float)
    scores = cross_val_predict(model, x, y, cv=5, method="predict_proba")[:, 1]

    wanted = (scores[y == 1] >= 0.5).mean()  # sensitivity, of all
    for name in sorted(group.unique()):
        ill, well = scores[(group == name) & (y == 1)], scores[(group == name) & (y == 0)]
        own = sorted(ill, reverse=True)[max(0, round(wanted * len(ill)) - 1)]
        for t in (0.5, own):
            found, alarms = (ill >= t).mean(), (well >= t).mean()
            print(f"{name}, from {t:.3f} on: found {found:.1%}, false alarms {alarms:.1%}")
    print(f"split {seed} has no part in this: every row was judged once")


def labels(things, task, logits):
    """Say what is in a picture: as a number, one-hot or multi-hot, each with its loss."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, one_hot

    z = torch.tensor(logits)
    there = torch.tensor([float(name in things) for name in ["tree", "house", "road"]])
    if task == "one":
        print(f"label {there[0]:.0f}, p = {torch.sigmoid(z[0]):.4f}")
        print(f"loss {binary_cross_entropy_with_logits(z[0], there[0]):.4f}")
    elif task == "several":
        print(f"multi-hot {there.tolist()}, p = {torch.sigmoid(z).tolist()}")
        print(f"loss {binary_cross_entropy_with_logits(z, there):.4f}")
    elif there.sum() == 1:
        label = there.argmax()
        print(f"label {label}, one-hot {one_hot(label, 3).tolist()}, p = {z.softmax(0).tolist()}")
        print(f"loss {cross_entropy(z, label):.4f}")
    else:
        print(f"{there.sum():.0f} things are there: one-hot has room for one")


SCRIPTS: dict[str, Callable] = {
    "line": line,
    "look": look,
    "train": train,
    "threshold": threshold,
    "calibrated": calibrated,
    "fair": fair,
    "labels": labels,
}
