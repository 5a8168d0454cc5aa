"""What the embedded model's pictures show: contents drawn at random on backdrops, and labelled for training."""
