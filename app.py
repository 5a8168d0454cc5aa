"""The Hugging Face Space: builds `demo` at import; the platform sets host and port through the environment."""

import os

try:
    import spaces  # of ZeroGPU hardware; must come before torch
except ImportError:
    spaces = None

from apps.settings import parse_settings, prepare_environment

prepare_environment()  # takes effect only before gradio is imported

from apps.limits import RateLimit  # noqa: E402
from apps.metrics import MeteredModels  # noqa: E402
from apps.server import build_demo, page_options, page_visitor  # noqa: E402
from apps.serving import open_models  # noqa: E402
from apps.zero_gpu import LentModel  # noqa: E402
from model.pool import ModelPool  # noqa: E402

settings = parse_settings([])
pool = open_models(settings)
if spaces:
    pool = ModelPool.of(LentModel(pool.models[0], spaces.GPU))
limit = RateLimit(settings.questions_per_minute)
demo = build_demo(MeteredModels(pool).for_pages(lambda: limit.check(page_visitor())), settings)

if __name__ == "__main__":
    os.environ.setdefault("FORWARDED_ALLOW_IPS", "*")  # who visits is told by the platform's proxy, the only way in
    demo.launch(auth=[settings.auth] if settings.auth else None, **page_options(settings))
