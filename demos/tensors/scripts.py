"""The scripts that the chapter shows: each topic in a few lines of PyTorch."""


def expression(expression):
    """Compute an expression over these tensors, or hear from torch why not."""
    import ast

    import torch

    tensors = {
        "s": torch.tensor(2.0),
        "x": torch.tensor([1.0, 2.0, 3.0]),
        "i": torch.tensor([1, 0, 1]),
        "A": torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]),
        "B": torch.tensor([[2.0, 5.0], [6.0, 7.0], [1.0, 8.0]]),
        "images": torch.arange(96.0).reshape(2, 3, 4, 4),  # N×C×H×W
    }
    # Nothing else may be named, whoever wrote the expression.
    known = """
        torch s x i A B images T mT shape dtype ndim reshape transpose permute unsqueeze squeeze
        flatten sum mean max min argmax relu exp sqrt abs matmul outer clone numel view expand
        repeat contiguous float double half int long bool to add_ sub_ mul_ div_ fill_ zero_ relu_
        stride size dim storage_offset is_contiguous element_size item cat stack tensor arange eye
        zeros ones full rand where uint8 int8 int16 int32 int64 float16 bfloat16 float32 float64
    """
    tree = ast.walk(ast.parse(expression))
    words = {getattr(node, "id", getattr(node, "attr", "torch")) for node in tree}
    assert words <= {*known.split()}, f"not known here: {words - {*known.split()}}"

    torch.manual_seed(0)
    try:
        result = eval(expression, {"torch": torch}, tensors)
    except (RuntimeError, IndexError, TypeError) as error:
        result = f"torch says: {error}"
    print(result)
    if isinstance(result, torch.Tensor):
        print(f"shape {tuple(result.shape)}, {result.dtype}, strides {result.stride()}")


def broadcast(a, b):
    """Add two tensors of these shapes; 0 stands for no such dimension."""
    import math

    import torch

    shape_a, shape_b = [n for n in a if n], [n for n in b if n]
    first = torch.arange(1, math.prod(shape_a) + 1).reshape(shape_a)
    second = 10 * torch.arange(1, math.prod(shape_b) + 1).reshape(shape_b)
    try:
        total = first + second
        print(f"{tuple(first.shape)} + {tuple(second.shape)} = {tuple(total.shape)}")
        print(total)
    except RuntimeError as error:
        print(f"torch says: {error}")


def product(product, sizes):
    """Multiply two matrices: each number is a row times a column."""
    import torch

    if product == "own":
        m, k, rows, n = sizes
        A = torch.arange(1, m * k + 1).reshape(m, k)
        B = (torch.arange(rows)[:, None] + torch.arange(n)) % 3 - 1
    elif product == "0":
        A = torch.tensor([[1, 2, 1], [0, 1, 0], [2, 3, 4]])
        B = torch.tensor([[2, 5], [6, 7], [1, 8]])
    else:
        A, B = torch.tensor([[2, -2], [5, 3]]), torch.tensor([[-1, 4], [7, -6]])

    try:
        C = A.double() @ B.double()
        print(f"{tuple(A.shape)} @ {tuple(B.shape)} = {tuple(C.shape)}")
        print(C)
        print(f"first row · first column = {(A[0] * B[:, 0]).sum().item()}")
    except RuntimeError as error:
        print(f"torch says: {error}")


def layer(biases):
    """Lead three examples through a layer of two neurons: one product."""
    import torch

    X = torch.tensor([[1.0, 2.0, 1.0], [0.0, 1.0, 0.0], [2.0, 3.0, 4.0]])
    neurons = torch.nn.Linear(3, 2)
    with torch.no_grad():
        neurons.weight.copy_(torch.tensor([[2.0, 6.0, 1.0], [5.0, 7.0, 8.0]]))
        neurons.bias.copy_(torch.tensor(biases))
        outputs = neurons(X)
    print(f"X {tuple(X.shape)}, W {tuple(neurons.weight.shape)}, b {tuple(neurons.bias.shape)}")
    print(f"X·Wᵀ + b {tuple(outputs.shape)} = {outputs.tolist()}")
    print(torch.equal(outputs, X @ neurons.weight.T + neurons.bias))


def memory(operation):
    """Read the same memory in another way, and see whether anything was copied."""
    import torch

    A = torch.arange(6).reshape(2, 3)
    ways = {
        "A itself": lambda: A,
        "transpose": lambda: A.T,
        "view": lambda: A.view(3, 2),
        "slice of rows": lambda: A[1:],
        "one column": lambda: A[:, 0],
        "every other column": lambda: A[:, ::2],
        "expand": lambda: A[:, :1].expand(-1, 4),
        "list of rows": lambda: A[[0]],
        "view of the transpose": lambda: A.T.view(-1),
        "reshape of the transpose": lambda: A.T.reshape(-1),
        "contiguous transpose": lambda: A.T.contiguous(),
    }
    try:
        result = ways[operation]()
        copied = result.untyped_storage().data_ptr() != A.untyped_storage().data_ptr()
        print(f"{result.tolist()}, shape {tuple(result.shape)}")
        print(f"strides {result.stride()}, begins at {result.storage_offset()}, copied: {copied}")
    except RuntimeError as error:
        print(f"torch says: {error}")


def size(batch):
    """Count the bytes of a batch of pictures, by the type of its numbers."""
    import math

    import torch

    numbers = math.prod(batch)
    print(f"{numbers:,} numbers")
    for dtype in (torch.uint8, torch.float16, torch.bfloat16, torch.float32, torch.float64):
        print(f"{dtype}: {dtype.itemsize} bytes each, {numbers * dtype.itemsize:,} bytes")


def place(case):
    """Change numbers in place: who else sees it, and what does autograd say?"""
    import numpy as np
    import torch

    if case in ("shared with NumPy", "copied from NumPy"):
        a = np.array([1.0, 2.0, 3.0])
        t = torch.from_numpy(a) if case == "shared with NumPy" else torch.tensor(a)
        t.mul_(10)
        a[0] = 7
        print(f"a = {a.tolist()}, t = {t.tolist()}")
    elif case in ("a row is a view", "a list of rows is a copy"):
        A = torch.zeros(2, 3)
        r = A[0] if case == "a row is a view" else A[[0]]
        r.fill_(9)
        print(f"A = {A.tolist()}, r = {r.tolist()}")
    else:
        w = torch.tensor([1.0, 2.0], requires_grad=True)
        try:
            if case == "a weight, in place":
                w.sub_(0.5)
            elif case == "a weight, without gradients":
                with torch.no_grad():
                    w.sub_(0.5)
            elif case == "a weight as an array":
                w.detach().numpy()[0] = 7
                w.numpy()
            else:  # the slope of eʷ is eʷ, that of 3w is 3
                y = w.exp() if case == "a number that is needed later" else w * 3
                y.add_(1)
                y.sum().backward()
        except RuntimeError as error:
            print(f"torch says: {error}")
        print(f"w = {w.tolist()}, its gradient: {w.grad}")


SCRIPTS = {
    "expression": expression,
    "broadcast": broadcast,
    "product": product,
    "layer": layer,
    "memory": memory,
    "size": size,
    "place": place,
}
