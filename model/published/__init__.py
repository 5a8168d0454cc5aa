"""The published checkpoints of the GLM family, as facts: names, shapes, dtypes, shards, configs and id layouts."""

from .layouts import LAYOUTS, SCALES, Layout, TensorSpec, layout

__all__ = ["LAYOUTS", "SCALES", "Layout", "TensorSpec", "layout"]
