"""What training and serving share: architectures, preprocessing, labels, weights. No Gradio."""
