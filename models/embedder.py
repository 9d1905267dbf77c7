"""A text in 384 numbers: the first layers of a small language model, in plain torch.

all-MiniLM-L6-v2 (Wang et al., 2020; Reimers and Gurevych, 2019) has six layers and 30,522 word
pieces, 91 MB. What is shipped keeps three layers, the word pieces that English and German text
needs most, one byte for each weight of a layer and half a byte for each number of the table of word
pieces; `trainers.embedder` makes it. The same class holds the original, to compare with.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from huggingface_hub import PyTorchModelHubMixin
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn.functional import gelu

from models import settings

if TYPE_CHECKING:
    from tokenizers import Tokenizer

PAD, UNKNOWN, BEGIN, END = SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
EPSILON = 1e-12  # of the normalisation
SCALE = "_scale"  # ends the name of what bytes are multiplied by
TABLE = "tokens.weight"  # of the word pieces: by far the largest matrix, so it gets half a byte
GROUP = 64  # numbers of the table that have a scale in common
AT_ONCE = 4_000  # word pieces in one batch


class Layer(nn.Module):
    """One layer: every token looks at all tokens, then thinks by itself."""

    def __init__(self, width: int, heads: int, inner: int):
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.mix = nn.Linear(width, width)
        self.mix_norm = nn.LayerNorm(width, eps=EPSILON)
        self.widen = nn.Linear(width, inner)
        self.narrow = nn.Linear(inner, width)
        self.norm = nn.LayerNorm(width, eps=EPSILON)

    def forward(self, x: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return the tokens `(N, T, width)` after the layer, and who looked at whom.

        Args:
            x: the tokens before it, `(N, T, width)`.
            mask: which of them are there, `(N, T)`; others fill up the batch.

        Returns:
            The tokens, and attention `(N, heads, T, T)`: a row is one token's, and sums to 1.
        """

        def split(y: Tensor) -> Tensor:  # (N, T, width) → (N, heads, T, width / heads)
            return y.unflatten(-1, (self.heads, -1)).transpose(1, 2)

        query, key, value = split(self.query(x)), split(self.key(x)), split(self.value(x))
        scores = query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])
        attention = scores.masked_fill(~mask[:, None, None], -math.inf).softmax(dim=-1)
        seen = (attention @ value).transpose(1, 2).flatten(-2)
        x = self.mix_norm(x + self.mix(seen))
        return self.norm(x + self.narrow(gelu(self.widen(x)))), attention


class Embedder(
    nn.Module,
    PyTorchModelHubMixin,
    library_name="pytorch",
    license="apache-2.0",
    pipeline_tag="feature-extraction",
    tags=["sentence-embeddings", "minilm", "education"],
):
    """The first layers of a BERT, and the mean over its tokens.

    Args:
        vocabulary: the word pieces, in the order of their numbers; ## begins one that goes on
            within a word. The first four are [PAD], [UNK], [CLS] and [SEP].
        layers, width, heads, inner: sizes.
        positions: how many tokens a text may have; what is longer is cut off.

    Raises:
        ValueError: if one of them cannot be.
    """

    weights_name = "embedder"
    title = "A sentence in 384 numbers"
    trainer_command = "python -m trainers.embedder --source DIR"

    def __init__(
        self,
        vocabulary: Sequence[str] = SPECIAL,
        layers: int = 3,
        width: int = 384,
        heads: int = 12,
        inner: int = 1536,
        positions: int = 256,
    ):
        super().__init__()
        self.vocabulary = list(settings.names("vocabulary", vocabulary))
        if tuple(self.vocabulary[: len(SPECIAL)]) != SPECIAL:
            raise ValueError(f"vocabulary must begin with {SPECIAL}")
        width = settings.whole("width", width, (8, 4096))
        heads = settings.whole("heads", heads, (1, 64))
        if width % heads or width % 2:  # two numbers share a byte
            raise ValueError("width must be even, and a multiple of heads")
        self.positions = settings.whole("positions", positions, (8, 512))
        self.tokens = nn.Embedding(len(self.vocabulary), width)
        self.places = nn.Embedding(self.positions, width)
        self.norm = nn.LayerNorm(width, eps=EPSILON)
        count = settings.whole("layers", layers, (1, 24))
        inner = settings.whole("inner", inner, (8, 16384))
        self.layers = nn.ModuleList(Layer(width, heads, inner) for _ in range(count))
        self.register_load_state_dict_pre_hook(_widen)

    @functools.cached_property
    def tokenizer(self) -> Tokenizer:
        """What cuts a text into word pieces, as BERT does: lower case, longest first."""
        from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

        numbers = {piece: number for number, piece in enumerate(self.vocabulary)}
        tokenizer = Tokenizer(models.WordPiece(numbers, unk_token=UNKNOWN))
        tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
        tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        ends = [(name, numbers[name]) for name in (BEGIN, END)]
        tokenizer.post_processor = processors.BertProcessing(ends[1], ends[0])
        tokenizer.enable_truncation(self.positions)
        return tokenizer

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the numbers of the word pieces of texts, from [CLS] to [SEP]."""
        return [found.ids for found in self.tokenizer.encode_batch([*map(sound, texts)])]

    def forward(self, ids: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        """Return what texts are before the first and after each layer, and who looked at whom.

        Args:
            ids: word pieces `(N, T)`; 0, [PAD], fills up the batch.

        Returns:
            layers + 1 tensors `(N, T, width)`, and layers tensors `(N, heads, T, T)`.
        """
        mask = ids != 0
        places = torch.arange(ids.shape[1], device=ids.device)
        states, looks = [self.norm(self.tokens(ids) + self.places(places))], []
        for layer in self.layers:
            state, attention = layer(states[-1], mask)
            states.append(state)
            looks.append(attention)
        return states, looks

    def embed(self, texts: Sequence[str]) -> Tensor:
        """Return the embeddings of texts, `(N, width)`: the mean of the last layer's tokens.

        The lengths are those of the original, which is not 1: a vector says more than a direction.
        """
        return self.of_ids(self.ids(texts))

    def of_ids(self, texts: Sequence[Sequence[int]]) -> Tensor:
        """Return the same of numbers of word pieces, those of similar length in one batch."""
        device = self.tokens.weight.device
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        found = torch.empty(len(texts), self.tokens.embedding_dim, device=device)
        while order:
            size = max(1, AT_ONCE // len(texts[order[-1]]))
            order, batch = order[:-size], order[-size:]
            ids = torch.nn.utils.rnn.pad_sequence(
                [torch.tensor(texts[i], device=device) for i in batch], batch_first=True
            )
            states, _looks = self(ids)
            found[torch.tensor(batch, device=device)] = mean(states[-1], ids)
        return found

    def check(self) -> None:
        """Check, before it serves, that it answers with numbers.

        Raises:
            ValueError: if not.
        """
        with torch.no_grad():
            if not self.eval().embed(["a", ""]).isfinite().all():
                raise ValueError("an embedding is not finite")

    def _save_pretrained(self, save_directory: Path) -> None:
        save_file(bytes_of(self), Path(save_directory) / "model.safetensors", {"format": "pt"})


def mean(states: Tensor, ids: Tensor) -> Tensor:
    """Return the mean over the tokens of each text, `(N, width)`, of states `(N, T, width)`."""
    there = (ids != 0)[..., None].to(states.dtype)
    return (states * there).sum(dim=1) / there.sum(dim=1)


def sound(text: str) -> str:
    """Return a text without halves of characters, which JSON may hold and no tokenizer takes."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def bytes_of(model: nn.Module, halved: bool = True) -> dict[str, Tensor]:
    """Return a model's tensors, each matrix as whole numbers −127 to 127 and a scale for each row.

    The table of word pieces is stored as whole numbers −7 to 7, two in a byte, and a scale for each
    `GROUP` of a row. Loading multiplies them out again: memory and computation stay in float32.

    Args:
        model: an `Embedder`.
        halved: whether the table is; else it is stored as the other matrices are.
    """
    tensors = {}
    for name, tensor in model.state_dict().items():
        tensor = tensor.detach().cpu().float()
        if tensor.ndim < 2:
            tensors[name] = tensor.contiguous()
        elif halved and name == TABLE:
            tensors[name], tensors[name + SCALE] = halves(tensor)
        else:
            numbers, scale = _rounded(tensor, 127)
            tensors[name], tensors[name + SCALE] = numbers.to(torch.int8), scale
    return tensors


def halves(table: Tensor) -> tuple[Tensor, Tensor]:
    """Return a table `(V, D)` with half a byte for each number, `(V, D / 2)`, and the scales."""
    groups = table.unflatten(1, (-1, math.gcd(GROUP, table.shape[1])))
    numbers, scale = _rounded(groups, 7)
    pairs = (numbers.flatten(1) + 8).to(torch.uint8)
    return pairs[:, ::2] | pairs[:, 1::2] << 4, scale[..., 0].contiguous()


def _rounded(tensor: Tensor, most: int) -> tuple[Tensor, Tensor]:
    """Return whole numbers from −most to most, and the scale of each row, the last axis."""
    # Half precision, and rounded before it divides: loading multiplies by the very same.
    scale = (tensor.abs().amax(dim=-1, keepdim=True) / most).clamp(min=1e-6).half()
    return (tensor / scale.float()).round().clamp(-most, most), scale


def _widen(_module: nn.Module, tensors: dict[str, Any], prefix: str, *_more: Any) -> None:
    """Make float32 of the bytes that are about to be loaded, in place."""
    for name in [name for name in tensors if name.endswith(SCALE)]:
        scale = tensors.pop(name).float()
        of = name.removesuffix(SCALE)
        if of not in tensors:
            continue
        if tensors[of].dtype == torch.uint8:  # two numbers in a byte
            pairs = torch.stack([tensors[of] & 15, tensors[of] >> 4], dim=-1).flatten(1)
            groups = (pairs.float() - 8).unflatten(1, (scale.shape[1], -1))
            tensors[of] = (groups * scale[..., None]).flatten(1)
        else:
            tensors[of] = tensors[of].float() * scale
