"""Labels as the authors of the data write them. The page needs them before torch is there."""

# Fashion-MNIST: Xiao, Rasul, Vollgraf, 2017
CLOTHES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
# CIFAR-10: Krizhevsky, 2009
THINGS = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)
