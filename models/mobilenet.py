"""MobileNetV2, with the names and the answers of torchvision's own.

It stands here because importing torchvision brings PyTorch's compiler along, which no answer needs:
about 170 MB of memory in every serving process. Trainers, other architectures and the random
changes of photos still take torchvision's.

Sandler et al., "MobileNetV2: Inverted residuals and linear bottlenecks", 2018, table 2.
"""

from __future__ import annotations

from torch import Tensor, nn

# Expansion, channels, how often, stride of the first.
STAGES = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)
FIRST, LAST = 32, 1280  # channels


class Conv2dNormActivation(nn.Sequential):
    """A convolution, batch norm and ReLU6, `(N, C, H, W)` → `(N, out, H/stride, W/stride)`."""

    def __init__(self, channels: int, out: int, kernel: int = 3, stride: int = 1, groups: int = 1):
        super().__init__(
            nn.Conv2d(channels, out, kernel, stride, kernel // 2, groups=groups, bias=False),
            nn.BatchNorm2d(out),
            nn.ReLU6(inplace=True),
        )


class InvertedResidual(nn.Module):
    """Widen, convolve each channel for itself, narrow; where the shapes allow, add the input."""

    def __init__(self, channels: int, out: int, stride: int, expansion: int):
        super().__init__()
        wide = channels * expansion
        self.use_res_connect = stride == 1 and channels == out
        widen = [Conv2dNormActivation(channels, wide, 1)] if expansion != 1 else []
        self.conv = nn.Sequential(
            *widen,
            Conv2dNormActivation(wide, wide, 3, stride, groups=wide),
            nn.Conv2d(wide, out, 1, bias=False),
            nn.BatchNorm2d(out),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return `(N, out, H/stride, W/stride)`."""
        return x + self.conv(x) if self.use_res_connect else self.conv(x)


class MobileNetV2(nn.Module):
    """Features and one linear layer, `(N, 3, H, W)` → `(N, classes)`, untrained."""

    def __init__(self, classes: int = 1000):
        super().__init__()
        features: list[nn.Module] = [Conv2dNormActivation(3, FIRST, stride=2)]
        channels = FIRST
        for expansion, out, count, stride in STAGES:
            for i in range(count):
                step = stride if i == 0 else 1
                features.append(InvertedResidual(channels, out, step, expansion))
                channels = out
        self.features = nn.Sequential(*features, Conv2dNormActivation(channels, LAST, 1))
        self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(LAST, classes))
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out")
            elif isinstance(module, nn.Linear):
                nn.init.normal_(module.weight, std=0.01)
                nn.init.zeros_(module.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits."""
        return self.classifier(self.features(x).mean(dim=(2, 3)))
