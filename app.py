"""The Hugging Face Space: builds `demo` at import; the platform sets host and port through the environment."""

from apps.settings import parse_settings, prepare_environment

prepare_environment()  # takes effect only before gradio is imported

from apps.loading import load_model  # noqa: E402
from apps.server import build_demo, page_options  # noqa: E402

settings = parse_settings([])
demo = build_demo(load_model(settings), settings)

if __name__ == "__main__":
    demo.launch(**page_options())
