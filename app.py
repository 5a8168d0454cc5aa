"""The Hugging Face Space: builds `demo` at import; the platform sets host and port through the environment."""

import atexit
import os
from contextlib import ExitStack

try:
    import spaces  # of ZeroGPU hardware; must come before torch
except ImportError:
    spaces = None

from apps.settings import parse_settings, prepare_environment

prepare_environment()  # takes effect only before gradio is imported

from starlette.middleware import Middleware  # noqa: E402

from apps.guard import GuessLimit  # noqa: E402
from apps.limits import GUESSES, RateLimit  # noqa: E402
from apps.metrics import MeteredModels  # noqa: E402
from apps.server import build_demo, login_options, page_options  # noqa: E402
from apps.serving import kept_usage, open_models, tell_password  # noqa: E402
from apps.zero_gpu import LentModel  # noqa: E402
from model.pool import ModelPool  # noqa: E402

settings = parse_settings([])
pool = open_models(settings)
if spaces:
    pool = ModelPool.of(LentModel(pool.models[0], spaces.GPU))
at_the_end = ExitStack()
atexit.register(at_the_end.close)
usage = at_the_end.enter_context(kept_usage(settings))
demo = build_demo(MeteredModels(pool, usage), settings, RateLimit(settings.questions_per_minute))

if __name__ == "__main__":
    tell_password(settings)
    # The platform's proxies, which say for whom they speak; their addresses are private.
    os.environ.setdefault("FORWARDED_ALLOW_IPS", "127.0.0.1,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16")
    guard = Middleware(GuessLimit, guesses=RateLimit(GUESSES))
    demo.launch(app_kwargs={"middleware": [guard]}, **login_options(settings), **page_options(settings))
