"""The Hugging Face Space: builds `demo` at import; the platform sets host and port through the environment."""

try:
    import spaces  # of ZeroGPU hardware; must come before torch
except ImportError:
    spaces = None

from apps.settings import parse_settings, prepare_environment

prepare_environment()  # takes effect only before gradio is imported

from apps.loading import open_pool  # noqa: E402
from apps.metrics import MeteredModels  # noqa: E402
from apps.server import build_demo, page_options  # noqa: E402
from apps.zero_gpu import LentModel  # noqa: E402
from model.pool import ModelPool  # noqa: E402

settings = parse_settings([])
pool = open_pool(settings)
if spaces:
    pool = ModelPool.of(LentModel(pool.models[0], spaces.GPU))
demo = build_demo(MeteredModels(pool), settings)

if __name__ == "__main__":
    demo.launch(**page_options())
