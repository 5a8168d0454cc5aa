"""How answers are made: the sampling parameters with presets, stop texts, and the system prompt."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import gradio as gr

from model.errors import UserError
from model.types import GenerationParams, ModelInfo

from .conversation import Visitor
from .display import clean
from .messages import say
from .turns import read_params

MOST_PRESETS, LONGEST_NAME, LONGEST_SYSTEM = 24, 40, 20_000
PRESETS = ("precise", "balanced", "creative")
OWN = "own:"  # before the name of a preset that is the visitor's own, among the choices
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}

Values = dict[str, Any]
Updates = dict[Any, Any]


def built_in(defaults: GenerationParams) -> dict[str, Values]:
    """The presets that every model has: its own parameters, and two ways away from them."""
    names = ("temperature", "top_p", "top_k", "repetition_penalty")
    own = {name: getattr(defaults, name) for name in names}
    return {
        "precise": {**own, "temperature": 0.0},
        "balanced": own,
        "creative": {**own, "temperature": max(1.1, defaults.temperature), "top_p": 0.95, "top_k": 100},
    }


def read_presets(stored: Any, defaults: GenerationParams) -> dict[str, Values]:
    """The visitor's own presets as the browser kept them; what is none, or has values out of range, is left out."""
    presets: dict[str, Values] = {}
    for name, values in (stored if isinstance(stored, dict) else {}).items():
        if not isinstance(values, dict) or not name.strip() or len(name) > LONGEST_NAME:
            continue
        try:
            read_values(values, defaults)
        except (UserError, TypeError):
            continue
        presets[name] = values
    return dict(list(presets.items())[-MOST_PRESETS:])


def read_values(values: Values, defaults: GenerationParams) -> tuple[GenerationParams, str]:
    """The parameters and the system prompt that the controls say.

    Raises: UserError("parameter"); TypeError for the name of no parameter.
    """
    rest = dict(values)
    system = rest.pop("system", "")
    if not isinstance(system, str) or len(system) > LONGEST_SYSTEM:
        raise UserError("parameter", name="system", allowed=f"at most {LONGEST_SYSTEM} characters", value="…")
    return read_params(rest, defaults), clean(system)


def ranges(info: ModelInfo) -> dict[str, tuple[float, float, float]]:
    """The ends and the step of each slider."""
    defaults = info.defaults
    return {
        "max_new_tokens": (1, max(1, info.context_length // 2 or defaults.max_new_tokens), 1),
        "temperature": (0, max(1.5, defaults.temperature), 0.05),
        "top_p": (0.05, 1, 0.05),
        "top_k": (0, max(100, defaults.top_k), 1),
        "repetition_penalty": (0.8, max(1.5, defaults.repetition_penalty), 0.05),
    }


class Controls:
    """The components of the answer settings. `parts` are those whose values make an answer, by name."""

    def __init__(
        self,
        info: Callable[[Any], ModelInfo],
        visitor: gr.State,
        stored: gr.BrowserState,
        lang: str,
        id: str = "glm",
        fold: str = "",
        preset: str = "balanced",
    ) -> None:
        """info: the model of a visitor. id: what the ids of elements begin with. fold: a title, below which all but
        the presets are folded away. preset: the one that is chosen at first.
        """
        self.info = info
        self.id = id
        self.first = preset
        self.visitor = visitor
        self.stored = stored  # the visitor's own presets
        self.build(lang, fold)
        self.wire()

    def build(self, lang: str, fold: str) -> None:
        """Makes the components in the context that is open."""
        self.preset = gr.Radio(
            self.choices({}, lang), value=self.first, label=say("preset", lang), elem_id=f"{self.id}-preset"
        )
        self.fold = gr.Accordion(fold, open=False, elem_classes="glm-settings") if fold else None
        with self.fold or contextlib.nullcontext():
            self.build_parts(lang)

    def build_parts(self, lang: str) -> None:
        """Everything but the presets."""
        info = self.info(self.visitor.value)
        first = {**vars(info.defaults), **built_in(info.defaults)[self.first]}
        with gr.Row(elem_classes="glm-own-preset"):
            self.name = gr.Textbox(
                max_lines=1,
                max_length=LONGEST_NAME,
                show_label=False,
                container=False,
                min_width=140,
                scale=1,
                **self.name_words(lang),
            )
            self.keep = gr.Button(say("preset_keep", lang), size="sm", min_width=0, scale=0)
            self.forget = gr.Button(say("preset_forget", lang), size="sm", min_width=0, scale=0)
        self.parts: dict[str, gr.Slider | gr.Textbox] = {}
        with gr.Row():
            for name, (low, high, step) in ranges(info).items():
                value = min(max(first[name], low), high)
                self.parts[name] = gr.Slider(low, high, value, step=step, min_width=240, **self.label(name, lang))
            self.parts["seed"] = gr.Textbox("", max_lines=1, min_width=240, **self.label("seed", lang))
            self.parts["stop"] = gr.Textbox("", lines=2, max_lines=6, min_width=240, **self.label("stop", lang))
        self.parts["system"] = gr.Textbox("", lines=2, max_lines=8, **self.label("system", lang))

    def wire(self) -> None:
        """Connects the presets with the parameters."""
        parts, own = [*self.parts.values()], [self.stored, self.preset, self.name]
        self.preset.input(
            self.on_preset, [self.visitor, self.preset, self.stored], [*parts, self.name], queue=False, **QUIET
        )
        gr.on([part.input for part in parts], None, None, self.preset, js="() => null", queue=False, **QUIET)
        self.keep.click(self.on_keep, [self.visitor, self.name, self.stored, *parts], own, preprocess=False, **QUIET)
        self.forget.click(self.on_forget, [self.visitor, self.preset, self.stored], own, **QUIET)

    def label(self, name: str, lang: str) -> dict[str, Any]:
        """A parameter's name and its line of help."""
        return {"label": say(name, lang), "info": say(f"{name}_help", lang)}

    def name_words(self, lang: str) -> dict[str, Any]:
        """What the box for the name of a preset is called."""
        return {"label": say("preset_name", lang), "placeholder": say("preset_name", lang)}

    def choices(self, own: dict[str, Values], lang: str) -> list[tuple[str, str]]:
        """The presets to choose among, the visitor's own last."""
        return [(say(name, lang), name) for name in PRESETS] + [(name, OWN + name) for name in own]

    def words(self, lang: str) -> Updates:
        """Every label in a language; the choices of presets are in `own_presets`."""
        updates: Updates = {part: gr.update(**self.label(name, lang)) for name, part in self.parts.items()}
        updates[self.name] = gr.update(**self.name_words(lang))
        updates[self.keep] = gr.update(value=say("preset_keep", lang))
        updates[self.forget] = gr.update(value=say("preset_forget", lang))
        return updates

    def own_presets(self, stored: Any, lang: str) -> Updates:
        """The choices of presets, with those that the browser kept."""
        choices = self.choices(read_presets(stored, GenerationParams()), lang)
        return {self.preset: gr.update(choices=choices, label=say("preset", lang))}

    def for_model(self, visitor: Visitor, preset: Any) -> Updates:
        """Every label, and the ranges and values of another model; values of the visitor's own stay."""
        info, updates = self.info(visitor), self.words(visitor.lang)
        values = built_in(info.defaults).get(str(preset), {})
        for name, (low, high, _) in ranges(info).items():
            own = {"value": values[name]} if name in values else {}
            updates[self.parts[name]] = gr.update(minimum=low, maximum=high, **own, **self.label(name, visitor.lang))
        longest = min(info.defaults.max_new_tokens, int(ranges(info)["max_new_tokens"][1]))
        updates[self.parts["max_new_tokens"]] |= {"value": longest}
        return updates

    def word_parts(self) -> list[Any]:
        """The components that `words` and `own_presets` update."""
        return [*self.parts.values(), self.preset, self.name, self.keep, self.forget]

    def on_preset(self, visitor: Visitor, chosen: Any, stored: Any) -> Updates:
        """The visitor has chosen a preset: its values go into the controls, the others stay."""
        defaults = self.info(visitor).defaults
        own = read_presets(stored, defaults)
        name = str(chosen).removeprefix(OWN) if str(chosen).startswith(OWN) else ""
        values = own.get(name, {}) if name else built_in(defaults).get(chosen, {})
        return {**{part: values[key] for key, part in self.parts.items() if key in values}, self.name: name}

    def on_keep(self, visitor: Visitor, name: Any, stored: Any, *values: Any) -> Updates:
        """The visitor keeps the present values under a name; the browser stores them."""
        named = clean(str(name or "")).strip()[:LONGEST_NAME]
        defaults = self.info(visitor).defaults
        own = read_presets(stored, defaults)
        candidate = read_presets({named: dict(zip(self.parts, values, strict=True))}, defaults)
        if not candidate:
            gr.Warning(say("preset_not_kept", visitor.lang), title=say("notice", visitor.lang))
            return {self.name: gr.skip()}
        own = read_presets({**own, **candidate}, defaults)
        choices = self.choices(own, visitor.lang)
        return {self.stored: own, self.preset: gr.update(choices=choices, value=OWN + named)}

    def on_forget(self, visitor: Visitor, chosen: Any, stored: Any) -> Updates:
        """The visitor deletes the preset of their own that is chosen."""
        own = read_presets(stored, GenerationParams())
        if not own.pop(str(chosen).removeprefix(OWN), None):
            gr.Warning(say("preset_not_own", visitor.lang), title=say("notice", visitor.lang))
            return {self.name: gr.skip()}
        choices = self.choices(own, visitor.lang)
        return {self.stored: own, self.preset: gr.update(choices=choices, value=None), self.name: ""}
