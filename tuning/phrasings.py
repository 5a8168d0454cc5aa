"""The wordings of questions about pictures: for training, and (never trained on) for evaluation.

Slots: `{color}`, `{shape}`, `{shapes}` name a group (`{group}`: singular or plural, as the question before had it);
`{the}` is a reference to one object ("the red circle"), `{other}` to a second; `{a}` is a noun phrase with its article;
`{things}` / `{thing}` stand for "shapes"; `{here}` is "in the picture" or nothing (English, with its blank), `{in}` the
same in Chinese, where it opens the sentence, and `{of}` that with 的.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wordings:
    """The wordings of one kind of question in one language."""

    train: tuple[str, ...]
    held_out: tuple[str, ...]

    def of(self, split: str) -> tuple[str, ...]:
        """The wordings of a split, "train" or "held_out"."""
        return self.train if split == "train" else self.held_out


HERE = (
    *("", "", "", " in the picture", " in the image"),
    *(" in this picture", " here", " in this image", " in the drawing"),
)
IN = ("", "", "图中", "图里", "图片中", "图片里", "画面中", "这张图里", "图上")
THINGS = (("shape", "shapes"), ("object", "objects"), ("figure", "figures"), ("thing", "things"))
THINGS_ZH = ("图形", "图形", "形状", "物体", "东西")

ENGLISH: dict[str, Wordings] = {
    "count_all": Wordings(
        (
            "How many {things} are there{here}?",
            "How many {things} can you see{here}?",
            "How many {things} do you see{here}?",
            "How many {things} does the picture show?",
            "How many {things} are{here}?",
            "How many {things}{here}?",
            "Count the {things}{here}.",
            "Count all {things}{here}.",
            "What is the number of {things}{here}?",
            "What is the total number of {things}{here}?",
            "Number of {things}{here}?",
            "Tell me how many {things} there are{here}.",
            "How many {things} are shown{here}?",
            "How many {things} are there in total{here}?",
        ),
        (
            "How many {things} are there altogether{here}?",
            "Can you count the {things}{here}?",
            "Please say how many {things} you see{here}.",
        ),
    ),
    "count_color": Wordings(
        (
            "How many {color} {things} are there{here}?",
            "How many {color} {things} can you see{here}?",
            "How many {color} {things} do you see{here}?",
            "How many {things} are {color}{here}?",
            "How many {things}{here} are {color}?",
            "How many {color} {things}{here}?",
            "How many {color} ones are there{here}?",
            "Count the {color} {things}{here}.",
            "What is the number of {color} {things}{here}?",
            "Number of {color} {things}{here}?",
            "Tell me how many {color} {things} there are{here}.",
            "How many {things} have the color {color}{here}?",
        ),
        (
            "How many of the {things}{here} are {color}?",
            "Can you count the {color} {things}{here}?",
            "Please say how many {color} {things} you see{here}.",
        ),
    ),
    "count_shape": Wordings(
        (
            "How many {shapes} are there{here}?",
            "How many {shapes} can you see{here}?",
            "How many {shapes} do you see{here}?",
            "How many {things} are {shapes}{here}?",
            "How many {things}{here} are {shapes}?",
            "How many {shapes}{here}?",
            "How many {shapes} does the picture show?",
            "Count the {shapes}{here}.",
            "What is the number of {shapes}{here}?",
            "Number of {shapes}{here}?",
            "Tell me how many {shapes} there are{here}.",
            "How many {shapes} are shown{here}?",
        ),
        (
            "How many of the {things}{here} are {shapes}?",
            "Can you count the {shapes}{here}?",
            "Please say how many {shapes} you see{here}.",
        ),
    ),
    "count_both": Wordings(
        (
            "How many {color} {shapes} are there{here}?",
            "How many {color} {shapes} can you see{here}?",
            "How many {color} {shapes} do you see{here}?",
            "How many {color} {shapes}{here}?",
            "How many {shapes} are {color}{here}?",
            "How many {shapes}{here} are {color}?",
            "How many {things} are {color} {shapes}{here}?",
            "Count the {color} {shapes}{here}.",
            "What is the number of {color} {shapes}{here}?",
            "Number of {color} {shapes}{here}?",
            "Tell me how many {color} {shapes} there are{here}.",
            "How many {shapes} have the color {color}{here}?",
        ),
        (
            "How many of the {shapes}{here} are {color}?",
            "Can you count the {color} {shapes}{here}?",
            "Please say how many {color} {shapes} you see{here}.",
        ),
    ),
    "color": Wordings(
        (
            "What color is {the}?",
            "What color is {the}{here}?",
            "Which color is {the}?",
            "What is the color of {the}{here}?",
            "What color does {the} have?",
            "Which color does {the} have{here}?",
            "{the} is what color?",
            "Color of {the}?",
            "Tell me the color of {the}.",
            "Name the color of {the}{here}.",
            "Say the color of {the}.",
            "{the}: what color?",
            "What is {the}'s color?",
        ),
        (
            "Which color do you see on {the}?",
            "Can you tell me the color of {the}{here}?",
            "In which color is {the} drawn?",
        ),
    ),
    "shape": Wordings(
        (
            "What shape is {the}?",
            "What shape is {the}{here}?",
            "Which shape is {the}?",
            "What is the shape of {the}{here}?",
            "What shape does {the} have?",
            "Which shape does {the} have{here}?",
            "{the} is what shape?",
            "Shape of {the}?",
            "Tell me the shape of {the}.",
            "Name the shape of {the}{here}.",
            "What is {the}{here}?",
            "What kind of shape is {the}?",
            "{the}: what shape?",
        ),
        (
            "Which kind of shape is {the}{here}?",
            "Can you tell me the shape of {the}{here}?",
            "What form does {the} have?",
        ),
    ),
    "size": Wordings(
        (
            "Is {the} big or small?",
            "Is {the} small or big?",
            "Is {the} large or small?",
            "Is {the}{here} big or small?",
            "What size is {the}?",
            "What is the size of {the}{here}?",
            "How big is {the}?",
            "Which size does {the} have?",
            "Size of {the}?",
            "Tell me the size of {the}.",
            "What size does {the} have{here}?",
            "{the}: big or small?",
            "How large is {the}{here}?",
        ),
        (
            "Would you say {the} is big or small?",
            "Can you tell me the size of {the}{here}?",
            "Which size is {the}, big or small?",
        ),
    ),
    "where": Wordings(
        (
            "Where is {the}?",
            "Where is {the}{here}?",
            "Where can you see {the}?",
            "Where do you see {the}{here}?",
            "In which part of the picture is {the}?",
            "What is the position of {the}{here}?",
            "Where does {the} lie?",
            "Which part of the image holds {the}?",
            "Tell me where {the} is.",
            "Position of {the}?",
            "Where{here} is {the}?",
            "{the} is where?",
            "Where can {the} be found?",
        ),
        (
            "Can you tell me where {the} is{here}?",
            "Where in the image do you find {the}?",
            "What is the place of {the}?",
        ),
    ),
    "exists": Wordings(
        (
            "Is there {a}{here}?",
            "Is there {a}?",
            "Is there any {noun}{here}?",
            "Can you see {a}{here}?",
            "Do you see {a}{here}?",
            "Are there any {nouns}{here}?",
            "Does the picture show {a}?",
            "Does the image contain {a}?",
            "Is {a} shown{here}?",
            "Can {a} be seen{here}?",
            "Do you see any {nouns}{here}?",
            "Any {nouns}{here}?",
            "Tell me if there is {a}{here}.",
        ),
        (
            "Can you find {a}{here}?",
            "Is there at least one {noun}{here}?",
            "Does this picture have {a}?",
        ),
    ),
    "extreme_color": Wordings(
        (
            "What color is the {extreme} {thing}?",
            "What color is the {extreme} {thing}{here}?",
            "Which color is the {extreme} {thing}?",
            "What is the color of the {extreme} {thing}{here}?",
            "What color does the {extreme} {thing} have?",
            "What color is the {extreme} one?",
            "The {extreme} {thing} is what color?",
            "Color of the {extreme} {thing}?",
            "Tell me the color of the {extreme} {thing}.",
            "Name the color of the {extreme} {thing}{here}.",
            "Which color does the {extreme} {thing} have{here}?",
        ),
        (
            "Which color do you see on the {extreme} {thing}?",
            "Can you tell me the color of the {extreme} {thing}{here}?",
        ),
    ),
    "extreme_shape": Wordings(
        (
            "What shape is the {extreme} {thing}?",
            "What shape is the {extreme} {thing}{here}?",
            "Which shape is the {extreme} {thing}?",
            "What is the shape of the {extreme} {thing}{here}?",
            "What shape does the {extreme} {thing} have?",
            "What shape is the {extreme} one?",
            "Which shape is the {extreme} one{here}?",
            "What is the {extreme} {thing}{here}?",
            "Which shape is {extreme}{here}?",
            "Tell me the shape of the {extreme} {thing}.",
            "Name the {extreme} {thing}{here}.",
            "What kind of shape is the {extreme} one?",
        ),
        (
            "Which kind of shape is the {extreme} {thing}{here}?",
            "Can you tell me the shape of the {extreme} {thing}{here}?",
        ),
    ),
    "relation": Wordings(
        (
            "Is {the} {relation} {other}?",
            "Is {the} {relation} {other}{here}?",
            "Is {the} placed {relation} {other}?",
            "Does {the} lie {relation} {other}?",
            "Is it true that {the} is {relation} {other}?",
            "{the} is {relation} {other}, right?",
            "Can you see {the} {relation} {other}?",
            "Do you see {the} {relation} {other}?",
            "Tell me if {the} is {relation} {other}.",
            "Is {the} drawn {relation} {other}?",
            "Yes or no: is {the} {relation} {other}?",
        ),
        (
            "Would you say {the} is {relation} {other}?",
            "Can you tell me if {the} is {relation} {other}?",
        ),
    ),
    "compare": Wordings(
        (
            "Is {the} {relation} {other}?",
            "Is {the} {relation} {other}{here}?",
            "Is it true that {the} is {relation} {other}?",
            "{the} is {relation} {other}, right?",
            "Tell me if {the} is {relation} {other}.",
            "Is {the} drawn {relation} {other}?",
            "Yes or no: is {the} {relation} {other}?",
            "In the picture, is {the} {relation} {other}?",
            "Is the size of {the} {relation} that of {other}?",
            "Do you see that {the} is {relation} {other}?",
        ),
        (
            "Would you say {the} is {relation} {other}?",
            "Can you tell me if {the} is {relation} {other}?",
        ),
    ),
    "describe": Wordings(
        (
            "Describe the picture.",
            "Describe the image.",
            "Describe this picture.",
            "Describe what you see.",
            "What do you see?",
            "What can you see{here}?",
            "What is in the picture?",
            "What is in this image?",
            "What does the picture show?",
            "What is shown here?",
            "Please describe the picture.",
            "Tell me about the picture.",
            "Tell me what you see{here}.",
            "List all {things}{here}.",
            "What {things} are there{here}?",
            "Which {things} do you see{here}?",
            "Give a description of the image.",
            "What's in the picture?",
            "Name all the {things}{here}.",
        ),
        (
            "Can you describe the picture?",
            "Please tell me what the image shows.",
            "Which {things} are in the picture?",
        ),
    ),
    "other_color": Wordings(
        (
            "And the {color} {one}?",
            "And {color}?",
            "What about the {color} {one}?",
            "What about {color}?",
            "How about the {color} {one}?",
            "How about {color}?",
            "And what about the {color} {one}?",
            "Now the {color} {one}?",
            "The {color} {one}?",
            "Same question for the {color} {one}.",
        ),
        ("And how about the {color} {one}?", "Now what about {color}?"),
    ),
    "other_shape": Wordings(
        (
            "And the {group}?",
            "What about the {group}?",
            "How about the {group}?",
            "And what about the {group}?",
            "And for the {group}?",
            "Now the {group}?",
            "The {group}?",
            "Same question for the {group}.",
            "And of the {group}?",
            "What about the {group}{here}?",
        ),
        ("And how about the {group}?", "Now what about the {group}?"),
    ),
    "other_extreme": Wordings(
        (
            "And the {extreme} one?",
            "What about the {extreme} one?",
            "How about the {extreme} one?",
            "And the {extreme} {thing}?",
            "What about the {extreme} {thing}?",
            "And what about the {extreme} one?",
            "The {extreme} one?",
            "Now the {extreme} one?",
            "Same question for the {extreme} one.",
            "And for the {extreme} {thing}?",
        ),
        ("And how about the {extreme} one?", "Now what about the {extreme} {thing}?"),
    ),
    "other_exists": Wordings(
        (
            "And {a}?",
            "What about {a}?",
            "How about {a}?",
            "And what about {a}?",
            "Is there {a} too?",
            "Is there also {a}?",
            "And is there {a}?",
            "Or {a}?",
            "Do you see {a} too?",
            "And any {nouns}?",
        ),
        ("And how about {a}?", "Can you also see {a}?"),
    ),
    "it_color": Wordings(
        (
            "What color is it?",
            "Which color is it?",
            "What is its color?",
            "And its color?",
            "What color does it have?",
            "Which color does it have?",
            "And what color is it?",
            "Tell me its color.",
            "It is what color?",
            "What about its color?",
        ),
        ("And which color does it have?", "Can you tell me its color?"),
    ),
    "it_shape": Wordings(
        (
            "What shape is it?",
            "Which shape is it?",
            "What is its shape?",
            "And its shape?",
            "What shape does it have?",
            "Which shape does it have?",
            "And what shape is it?",
            "Tell me its shape.",
            "What kind of shape is it?",
            "What about its shape?",
        ),
        ("And which shape does it have?", "Can you tell me its shape?"),
    ),
    "it_size": Wordings(
        (
            "Is it big or small?",
            "Is it small or big?",
            "What size is it?",
            "How big is it?",
            "And its size?",
            "What is its size?",
            "Is it large or small?",
            "And is it big or small?",
            "Tell me its size.",
            "What about its size?",
        ),
        ("And which size does it have?", "Can you tell me its size?"),
    ),
    "it_where": Wordings(
        (
            "Where is it?",
            "And where is it?",
            "Where is it{here}?",
            "Where does it lie?",
            "What is its position?",
            "And its position?",
            "Tell me where it is.",
            "Where do you see it?",
            "In which part of the picture is it?",
            "Where can it be found?",
        ),
        ("And what is its position?", "Can you tell me where it is?"),
    ),
}
