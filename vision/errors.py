"""Errors about pictures, in words that may be shown to whoever sent the picture."""

from __future__ import annotations

MESSAGES = {
    "empty": "The picture file is empty.",
    "not_found": "There is no picture file at {path}.",
    "unreadable": "The picture file at {path} cannot be read.",
    "too_many_bytes": "The picture file is larger than {limit:g} MB. Please send a smaller one.",
    "too_many_pixels": (
        "The picture is {width} × {height} pixels; the limit is {limit} pixels in all. Please make it smaller."
    ),
    "side_too_long": (
        "The picture is {width} × {height} pixels; the limit is {limit} pixels for each side. Please make it smaller."
    ),
    "too_many_blocks": "The picture file is cut into more than {limit} blocks. Please save it again as PNG or JPEG.",
    "unknown_format": "This is not a picture in one of the known formats: {formats}.",
    "unsupported_variant": "This kind of {format} picture is not supported. Please save it as PNG or JPEG.",
    "incomplete": "The image is incomplete: the end of the {format} file is missing. Please send it again.",
    "damaged": "The picture is damaged: its {format} data cannot be decoded. Please send another one.",
    "out_of_memory": "There is not enough memory to open this picture. Please make it smaller.",
    "bad_data_url": "The image address must begin with data:image/…;base64, and hold the picture itself.",
    "bad_base64": "The picture is not valid base64 text.",
}


class ImageError(Exception):
    """A picture that cannot be used. `code` names the sentence, `fields` fill it in (see `MESSAGES`)."""

    def __init__(self, code: str, **fields: object) -> None:
        self.code = code
        self.fields = fields
        super().__init__(MESSAGES[code].format(**fields))
