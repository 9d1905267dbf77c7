"""What training and serving share: architectures, preprocessing, labels, weights. No Gradio."""

# Every shipped model: folder in weights/ → "module:class", imported where it is needed.
SHIPPED = {
    "cars": "models.cars:CarPrice",
    "cats-dogs": "models.cats_dogs:CatsDogs",
    "cifar": "models.cifar:CifarNet",
    "digits-linear": "models.digits:DigitLinear",
    "digits-mlp": "models.digits:DigitMLP",
    "digits-cnn": "models.digits:DigitCNN",
    "digits-zero": "models.digits_one:ZeroOrNot",
    "digits-number": "models.digits_one:DigitNumber",
    "embedder": "models.embedder:Embedder",
    "fashion": "models.fashion:FashionCNN",
    "mobilenet-v2": "models.backbone:Backbone",
    "spam": "models.spam:SpamNeurons",
    "tires": "models.tires:TireClassifier",
}
