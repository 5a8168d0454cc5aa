"""From the bytes of a picture to the vectors a language model reads.

`image` checks and prepares pictures, `encoder.ImageEncoder` turns pixels into image embeddings, and `names` renames the
weights of published checkpoints. Nothing here imports a sibling package.
"""
