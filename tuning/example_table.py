"""The examples that the pages offer: pictures and prompts, with the answers that count as right."""

from __future__ import annotations

from dataclasses import dataclass

from tuning.example_drawing import (
    CREAM,
    LANDSCAPE,
    LILAC,
    MINT,
    NAVY,
    NIGHT,
    PORTRAIT,
    SAND,
    SKY,
    SNOW,
    SQUARE,
    WIDE,
    bars,
    checks,
    clock,
    dots,
    down,
    glow,
    icons,
    photograph,
    pie,
    plain,
    shapes,
    writing,
)
from tuning.pictures.picture import Picture
from tuning.talk.arithmetic import worked_product, worked_quotient, worked_sum
from tuning.talk.rich import markdown_table
from tuning.talk.rich_data import SNIPPETS, TABLES


@dataclass(frozen=True)
class Prompt:
    """A question with its right answers, or (`category`) those that the generator gives in that category."""

    text: str
    answers: tuple[str, ...] = ()
    category: str = ""


@dataclass(frozen=True)
class Example:
    """A picture or none, and in each language a prompt and those that follow up on it."""

    name: str
    picture: Picture | None
    en: tuple[Prompt, ...]
    zh: tuple[Prompt, ...]


def ask(text: str, *answers: str) -> tuple[Prompt, ...]:
    """One prompt with these answers."""
    return (Prompt(text, answers),)


def taught(text: str, category: str) -> tuple[Prompt, ...]:
    """One prompt of a category in which the picture has a single answer."""
    return (Prompt(text, category=category),)


def pictures() -> tuple[Example, ...]:
    """The examples with a picture, in the order in which the page shows them. Raises: FontsMissing."""
    return (
        Example(
            "star",
            shapes(SQUARE, glow((58, 76, 150), NAVY), "big yellow star 0.5 0.5"),
            ask("What color is the star?", "yellow"),
            ask("五角星是什么颜色？", "黄色"),
        ),
        Example(
            "clock",
            clock(SQUARE, plain((70, 160, 170)), 3, 0, SNOW, (20, 22, 30), (30, 60, 90)),
            taught("What time is it?", "clock_time"),
            taught("现在几点？", "clock_time"),
        ),
        Example(
            "house",
            icons(LANDSCAPE, down((198, 228, 250), MINT), "red house 0.5 0.5 0.7"),
            taught("What is this?", "icon_name"),
            taught("这是什么？", "icon_name"),
        ),
        Example(
            "bars",
            bars(LANDSCAPE, SNOW, True, "A blue 4", "B orange 9", "C green 6"),
            taught("Which bar is the highest?", "chart_highest"),
            taught("哪个柱子最高？", "chart_highest"),
        ),
        Example(
            "cat",
            icons(SQUARE, plain(MINT), "orange cat 0.5 0.5 0.74"),
            ask("What color is the cat?", "orange"),
            ask("猫是什么颜色？", "橙色"),
        ),
        Example(
            "number",
            writing(LANDSCAPE, down((255, 246, 214), CREAM), "42", "digits", "purple", 0.6, "DejaVuSans-Bold"),
            taught("What number is this?", "read_number"),
            taught("图中的数字是多少？", "read_number"),
        ),
        Example(
            "china",
            writing(LANDSCAPE, plain((190, 30, 36)), "中国", "hanzi", "yellow", 0.5, "NotoSansCJK-Bold"),
            taught("What does it say?", "read"),
            taught("图中写的是什么字？", "read"),
        ),
        Example(
            "pie",
            pie(LANDSCAPE, SKY, "A red 5", "B yellow 3", "C blue 2"),
            taught("Which slice is the largest?", "chart_highest"),
            taught("哪个部分最大？", "chart_highest"),
        ),
        Example(
            "two",
            shapes(WIDE, plain(LILAC), "big blue square 0.28 0.5", "big red heart 0.74 0.5"),
            taught("What is in the picture?", "describe"),
            taught("图片里有什么？", "describe"),
        ),
        Example(
            "stars",
            shapes(
                LANDSCAPE,
                plain(NIGHT),
                "medium red star 0.18 0.28",
                "medium yellow star 0.5 0.24",
                "medium red star 0.82 0.34",
                "medium white moon 0.3 0.74 30",
                "medium red star 0.68 0.74",
            ),
            taught("What is in the top left corner?", "shape_at"),
            taught("左上角有什么？", "shape_at"),
        ),
        Example(
            "farthest",
            shapes(
                WIDE,
                plain(MINT),
                "big blue square 0.16 0.5",
                "medium red heart 0.4 0.42",
                "big yellow star 0.85 0.4",
                "medium green circle 0.66 0.7",
            ),
            ask("What is farthest from the blue square?", "yellow star"),
            ask("离蓝色正方形最远的是什么？", "黄色五角星"),
        ),
        Example(
            "lake",
            photograph(LANDSCAPE, "landscape", 6),
            taught("What is in this photo?", "outside_what"),
            taught("照片里有什么？", "outside_what"),
        ),
        Example(
            "rocket",
            icons(PORTRAIT, glow((52, 60, 110), NAVY), "white rocket 0.5 0.5 0.62"),
            (*taught("What is this?", "icon_name"), *ask("And what color is it?", "white")),
            (*taught("这是什么？", "icon_name"), *ask("它是什么颜色的？", "白色")),
        ),
        Example(
            "corner",
            shapes(LANDSCAPE, dots(SNOW, (236, 236, 244)), "medium red heart 0.82 0.2", "big blue circle 0.25 0.68"),
            ask("Where is the red heart?", "top right", "upper right"),
            ask("红色的心形在哪里？", "右上角", "右上方"),
        ),
        Example(
            "half-past",
            clock(LANDSCAPE, plain((250, 204, 92)), 4, 30, (250, 250, 246), (170, 40, 40), (120, 72, 40)),
            taught("What time does the clock show?", "clock_time"),
            taught("钟表显示几点？", "clock_time"),
        ),
        Example(
            "biggest",
            shapes(
                LANDSCAPE,
                plain(SKY),
                "small red circle 0.15 0.25",
                "medium yellow square 0.42 0.3",
                "big green triangle 0.74 0.55",
                "small purple diamond 0.3 0.75",
            ),
            ask("What color is the biggest shape?", "green"),
            ask("最大的图形是什么颜色？", "绿色"),
        ),
        Example(
            "music",
            writing(LANDSCAPE, plain(NIGHT), "MUSIC", "letters", "orange", 0.27, "LiberationSerif-Bold"),
            taught("What color is the writing?", "read_color"),
            taught("单词是什么颜色的？", "read_color"),
        ),
        Example(
            "nearest",
            shapes(
                WIDE,
                plain(SAND),
                "medium blue circle 0.18 0.6",
                "medium red star 0.4 0.42",
                "medium green square 0.84 0.3",
                "small purple moon 0.75 0.8 20",
            ),
            ask("Which shape is nearest to the blue circle?", "red star"),
            ask("离蓝色圆形最近的图形是什么？", "红色五角星", "红色的五角星"),
        ),
        Example(
            "harbour",
            icons(WIDE, down((206, 232, 252), SNOW), "red boat 0.28 0.5 0.62", "yellow umbrella 0.74 0.5 0.6"),
            ask("What is on the left?", "a boat", "boat", "a red boat", "a ship"),
            ask("左边是什么？", "船", "一艘船", "小船", "红色的船"),
        ),
        Example(
            "value",
            bars(SQUARE, CREAM, True, "A red 3", "B blue 8"),
            ask("What is the value of B?", "8", "eight"),
            ask("B的数值是多少？", "8", "八"),
        ),
        Example(
            "share",
            pie(SQUARE, SNOW, "A green 6", "B orange 4"),
            ask("What percentage is B?", "40%", "40", "40 percent"),
            ask("B占百分之几？", "40%", "40", "百分之40"),
        ),
        Example(
            "apple",
            icons(SQUARE, plain(CREAM), "red apple 0.5 0.5 0.72"),
            ask("Is there an apple?", "yes"),
            ask("有苹果吗？", "有", "有的"),
        ),
        Example(
            "city",
            photograph(LANDSCAPE, "city", 5),
            taught("Describe this photo.", "outside_what"),
            taught("描述一下这张照片。", "outside_what"),
        ),
        Example(
            "chart",
            bars(WIDE, SNOW, True, "A purple 2", "B red 5", "C blue 9"),
            taught("Describe the chart.", "describe_chart"),
            taught("描述一下这个图表。", "describe_chart"),
        ),
        Example(
            "colors",
            shapes(SQUARE, checks(SNOW, (240, 240, 240)), "big green square 0.28 0.32", "big green ring 0.7 0.7"),
            ask("What color is the square?", "green"),
            ask("正方形是什么颜色？", "绿色"),
        ),
        Example(
            "red-circles",
            shapes(
                LANDSCAPE,
                plain(SNOW),
                "medium red circle 0.16 0.24",
                "medium blue square 0.5 0.22",
                "medium red circle 0.82 0.3",
                "small green star 0.2 0.76",
                "medium yellow circle 0.52 0.7",
                "small red square 0.84 0.78",
            ),
            ask("Is there a green star?", "yes"),
            ask("有绿色的五角星吗？", "有", "有的"),
        ),
    )


def texts() -> tuple[Example, ...]:
    """The examples without a picture, likewise."""
    planets, seasons = TABLES[0], TABLES[1]
    snippets = {names: code for names, _, code in SNIPPETS}
    loop = f"```python\n{snippets['a for loop|a loop']}\n```"
    fibonacci = f"```python\n{snippets['the Fibonacci numbers|Fibonacci']}\n```"
    rows: tuple[tuple[str, tuple[Prompt, ...], tuple[Prompt, ...]], ...] = (
        (
            "sum",
            ask("What is 47 + 85?", worked_sum(47, 85)),
            ask("47加85等于多少？", worked_sum(47, 85)),
        ),
        ("product", ask("What is 13 × 12?", worked_product(13, 12)), ask("13乘以12等于多少？", worked_product(13, 12))),
        (
            "quotient",
            ask("What is 96 ÷ 4?", worked_quotient(96, 4, "en")),
            ask("96除以4等于多少？", worked_quotient(96, 4, "zh")),
        ),
        (
            "comparison",
            ask("Is 638 larger than 683?", "638 < 683, so no"),
            ask("638比683大吗？", "638 < 683，所以不是"),
        ),
        ("capital", ask("What is the capital of Japan?", "Tokyo"), ask("日本的首都是哪里？", "东京")),
        ("spell", ask('How do you spell "umbrella"?', "u-m-b-r-e-l-l-a"), ask("“apple”怎么拼写？", "a-p-p-l-e")),
        ("translate", ask('How do you say "蜘蛛" in English?', "spider"), ask("“butterfly”用汉语叫什么？", "蝴蝶")),
        (
            "table",
            ask("Make a table of the seasons.", markdown_table(seasons[2])),
            ask("写一个四季的表格。", markdown_table(seasons[3])),
        ),
        ("snippet", ask("Write a for loop in Python.", loop), ask("用 Python 写一个 for 循环。", loop)),
        (
            "formula",
            ask("What is the formula for the area of a circle?", r"$$A = \pi r^2$$"),
            ask("圆面积公式是什么？", r"$$A = \pi r^2$$"),
        ),
        (
            "checkpoint",
            ask("How do I load a checkpoint?", "Start it with `--model FOLDER`."),
            ask("怎么加载更大的模型？", "启动时加上 `--model 文件夹`。"),
        ),
        (
            "fact",
            ask("How many legs does a spider have?", "A spider has 8 legs.", "8"),
            ask("最大的行星是什么？", "最大的行星是木星。", "木星"),
        ),
        (
            "joke",
            ask("Tell me a joke.", "Why did the circle stay at home? It saw no point in going out."),
            ask("讲个笑话吧。", "圆形为什么总是那么圆滑？因为它没有棱角。"),
        ),
        ("larger", ask("Which is larger, 638 or 683?", "683"), ask("638和683哪个大？", "683")),
        (
            "planets",
            ask("Make a table of the first four planets.", markdown_table(planets[2])),
            ask("写一个前四颗行星的表格。", markdown_table(planets[3])),
        ),
        (
            "fibonacci",
            ask("Write the Fibonacci numbers in Python.", fibonacci),
            ask("用 Python 写斐波那契数列。", fibonacci),
        ),
        (
            "memory",
            (
                Prompt("My name is Tom.", ("Nice to meet you, Tom!",)),
                Prompt("What is my name?", ("Your name is Tom.",)),
            ),
            (Prompt("我叫小明。", ("小明，很高兴认识你！",)), Prompt("我叫什么名字？", ("你叫小明。",))),
        ),
    )
    return tuple(Example(name, None, en, zh) for name, en, zh in rows)
