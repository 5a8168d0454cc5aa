"""Questions without a picture, and their answers."""
