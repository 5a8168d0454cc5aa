"""Questions about pictures of well-known things with their true answers, in English and Chinese."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, permutations
from random import Random

from tuning.pictures.colors import COLORS
from tuning.pictures.icons import Icon, Icons
from tuning.pictures.names import ICONS
from tuning.questions.domain import FOLLOW_UP, Asked, View
from tuning.questions.icon_wordings import MEASURES, NOUNS, PLACES, WORDINGS
from tuning.sample import Round, hints_in
from tuning.surface import typed
from tuning.words import COLOR_WORDS, THERE_IS, THERE_IS_NO, article, number

CATEGORIES: dict[str, float] = {
    "icon_name": 2.0,
    "icon_color": 1.5,
    "icon_exists": 1.5,
    "icon_count": 1.0,
    "icon_where": 1.2,
    "describe_icons": 1.3,
}

_OPPOSITES = {"left": "right", "right": "left", "top": "bottom", "bottom": "top"}
_SIDE_MARGIN = 0.15  # of the picture that a thing must be further to a side than any other
_ORDER_MARGIN = 0.1  # between neighbours, for an order that nobody disputes
_SINGLE_COUNT_SHARE = 0.45  # most pictures show one thing: the number is asked less often of those


@dataclass(frozen=True)
class Target:
    """What was asked: the `wording` it was asked in and the thing it was about, or the name (and colour) asked for."""

    wording: str
    icon: Icon | None = None
    name: str | None = None
    color: str | None = None
    side: str | None = None


def question(view: View, category: str, split: str, rng: Random) -> Asked | None:
    """A first question of the category; None where it needs colours, or sides, and the picture has none."""
    target = _choose(view, category, rng)
    return None if target is None else _asked(view, target, category, target.wording, split, rng)


def follow_up(view: View, before: Target, split: str, rng: Random) -> Asked | None:
    """A question that leans on the one about `before`; None if there is no such question."""
    options = _follow_ups(view, before, rng)
    if not options:
        return None
    wording, target = rng.choice(options)
    return _asked(view, target, FOLLOW_UP, wording, split, rng)


def brief(view: View, category: str, template: str, rng: Random) -> Round | None:
    """A question of the category in the words of the template; None if the picture does not allow one."""
    target = _choose(view, category, rng)
    if target is None or target.wording == "name":  # the only thing there needs no words
        return None
    return _round(view, template, category, target, rng)


def describe(icons: tuple[Icon, ...], language: str, colored: bool) -> str:
    """A sentence that names every thing in the given order, with its colour if that can be told."""
    parts = []
    for icon in icons:
        color = COLOR_WORDS[language][icon.color][0] if colored else ""
        noun = NOUNS[language][icon.name][0]
        if language == "en":
            parts.append(article(f"{color} {noun}".strip()))
        else:
            parts.append(f"一{MEASURES[icon.name]}{color}{'的' if color else ''}{noun}")
    if language == "en":
        return f"The picture shows {_list(parts, ', ', ' and ')}."
    return f"图中有{_list(parts, '、', '和')}。"


def _list(parts: list[str], comma: str, last: str) -> str:
    return parts[0] if len(parts) == 1 else comma.join(parts[:-1]) + last + parts[-1]


def _icons(view: View) -> tuple[Icon, ...]:
    content = view.picture.content
    if not isinstance(content, Icons):
        raise TypeError(f"Icons are asked about, but the picture is of the kind {content.kind}.")
    return content.icons


def _choose(view: View, category: str, rng: Random) -> Target | None:
    """Something to ask in the category, with balanced answers; None if the picture has nothing of the kind."""
    icons, colored = _icons(view), view.picture.colored
    if category == "icon_name":
        if len(icons) == 1:
            return Target("name", icons[0])
        alone = _alone_in_color(view)
        return _named_color(rng.choice(alone)) if alone else None
    if category == "icon_color":
        return Target("color", rng.choice(icons)) if colored else None
    if category == "icon_exists":
        return _exists(view, rng)
    if category == "icon_count":
        return None if len(icons) == 1 and rng.random() > _SINGLE_COUNT_SHARE else Target("count")
    if category == "icon_where":
        sides = _sides(view)
        if not sides:
            return None
        side = rng.choice(sorted(sides))
        return Target("where", sides[side], side=side)
    if not _ordered(view):
        return None
    return Target("describe" if len(icons) == 1 else "describe_several")


def _named_color(icon: Icon) -> Target:
    return Target("named_color", icon, color=icon.color)


def _exists(view: View, rng: Random) -> Target:
    """A thing that is there or, as often, is not; rarely with a colour, where only that may be wrong."""
    icons = _icons(view)
    wanted, icon = rng.random() < 0.5, rng.choice(icons)
    if view.picture.colored and rng.random() < 0.25:
        color = icon.color if wanted else rng.choice([color for color in COLORS if color != icon.color])
        return Target("exists", icon if wanted else None, icon.name, color)
    if wanted:
        return Target("exists", icon, icon.name)
    shown = {icon.name for icon in icons}
    return Target("exists", None, rng.choice([name for name in ICONS if name not in shown]))


def _alone_in_color(view: View) -> list[Icon]:
    """The things that their colour alone tells from the others, if colours can be told."""
    icons = _icons(view)
    colors = [icon.color for icon in icons]
    return [icon for icon in icons if colors.count(icon.color) == 1] if view.picture.colored else []


def _position(view: View, icon: Icon, side: str) -> float:
    """How far the thing's middle is from that side, in the unit square."""
    frame = view.picture.frame
    x, y = icon.x / frame.width, icon.y / frame.height
    return {"left": x, "right": 1 - x, "top": y, "bottom": 1 - y}[side]


def _sides(view: View) -> dict[str, Icon]:
    """The things that are clearly the ones on a side."""
    icons, found = _icons(view), {}
    for side in _OPPOSITES:
        ranked = sorted(icons, key=lambda icon: _position(view, icon, side))
        if len(ranked) > 1 and _position(view, ranked[1], side) - _position(view, ranked[0], side) > _SIDE_MARGIN:
            found[side] = ranked[0]
    return found


def _ordered(view: View) -> tuple[Icon, ...]:
    """The things from left to right or else from top to bottom; none where neither is clear."""
    for side in ("left", "top"):
        positions = {icon: _position(view, icon, side) for icon in _icons(view)}
        if all(b - a > _ORDER_MARGIN for a, b in pairwise(sorted(positions.values()))):
            return tuple(sorted(positions, key=lambda icon: positions[icon]))
    return ()


def _follow_ups(view: View, before: Target, rng: Random) -> list[tuple[str, Target]]:
    """The follow-ups that are clear after `before`: the wording to use and what it asks."""
    options: list[tuple[str, Target]] = []
    icon, icons = before.icon, _icons(view)
    if icon and view.picture.colored and before.wording != "color" and not before.color:
        options.append(("it_color", Target("color", icon)))
    if before.wording == "color" and len(icons) > 1:
        options.append(("other", Target("color", rng.choice([other for other in icons if other != icon]))))
    if before.wording == "named_color":
        options += [("other", _named_color(other)) for other in _alone_in_color(view) if other != icon]
    if before.wording == "exists" and not before.color:
        other = _exists(view, rng)
        if other.name != before.name and not other.color:
            options.append(("other", other))
    if before.wording == "where" and before.side:
        opposite = _OPPOSITES[before.side]
        if opposite in _sides(view):
            options.append(("other_side", Target("where", _sides(view)[opposite], side=opposite)))
    return options


def _asked(view: View, target: Target, category: str, wording: str, split: str, rng: Random) -> Asked:
    made = _round(view, WORDINGS[view.language][wording].choose(split, rng), category, target, rng)
    return made.reworded(typed(made.question, view.language, split, rng)), target


def _round(view: View, template: str, category: str, target: Target, rng: Random) -> Round:
    slots, accepted = _slots(view, target, rng), _accepted(view, target)
    text = template.format_map(slots)
    shown = NOUNS[view.language][target.icon.name][0] if target.icon else ""
    said = accepted[0] if target.wording in ("color", "exists") else shown
    return Round(text, accepted, category, hints_in(text, dict.fromkeys(slots.values(), said)))


def _slots(view: View, target: Target, rng: Random) -> dict[str, str]:
    """Words for every slot of a template (see `tuning.questions.icon_wordings`), synonyms chosen at random."""
    language = view.language
    slots: dict[str, str] = {}
    name = target.name or (target.icon.name if target.icon else None)
    color = target.color and _color(target.color, language, rng)
    if color:
        slots["color"] = color
        slots["it"] = f"the {color} one" if language == "en" else f"{color}的"
    if name and target.wording in ("color", "exists"):
        words = NOUNS[language][name]
        noun = words[0] if rng.random() < 0.75 else rng.choice(words)
        plain = noun
        if language == "en":
            if color:
                noun = f"{color} {noun}"
            slots["a"], slots["the"] = article(noun), f"the {noun}"
        else:
            if color:
                noun = f"{color}的{noun}"
            slots["a"] = f"一{MEASURES[name]}{noun}" if rng.random() < 0.15 else noun
            slots["the"] = noun if rng.random() < 0.85 else f"{rng.choice(('这', '那'))}{MEASURES[name]}{plain}"
        slots["noun"] = noun
        slots["it"] = slots["a" if target.wording == "exists" else "the"]
    if target.side:
        slots["place"] = rng.choice(PLACES[language][target.side])
    return slots


def _color(name: str, language: str, rng: Random) -> str:
    words = COLOR_WORDS[language][name]
    return words[0] if rng.random() < 0.8 else rng.choice(words[:2])


def _accepted(view: View, target: Target) -> tuple[str, ...]:
    """The answers that count as right, the canonical one first."""
    language, icons, icon = view.language, _icons(view), target.icon
    if target.wording == "exists":
        return (THERE_IS if icon else THERE_IS_NO)[language]
    if target.wording == "count":
        return number(len(icons), language)
    if target.wording.startswith("describe"):
        first = _ordered(view)
        others = [order for order in permutations(icons) if order != first]
        return tuple(describe(order, language, view.picture.colored) for order in (first, *others))
    if icon is None:
        raise ValueError(f"A question of the kind {target.wording} needs a thing.")
    if target.wording == "color":
        return COLOR_WORDS[language][icon.color]
    return _names(icon, language, view.picture.colored)


def _names(icon: Icon, language: str, colored: bool) -> tuple[str, ...]:
    """What the thing may be called: with an article or a measure word, and with its colour."""
    names: list[str] = []
    for noun in NOUNS[language][icon.name]:
        colors = COLOR_WORDS[language][icon.color] if colored else ()
        if language == "en":
            names += [article(noun), noun, f"the {noun}"]
            names += [named for color in colors for named in (article(f"{color} {noun}"), f"the {color} {noun}")]
        else:
            one = f"一{MEASURES[icon.name]}"
            names += [noun, one + noun]
            names += [named for color in colors for named in (f"{one}{color}的{noun}", f"{color}的{noun}")]
    return tuple(names)
