"""The wordings that ask for a description, whatever the picture shows; they have no slots."""

from __future__ import annotations

from tuning.wording import Wordings

DESCRIBE_ENGLISH = Wordings(
    (
        "Describe (the|this) (picture|image)[, please| briefly| in one sentence].",
        "What does (the|this) (picture|image) show?",
        "What (is|can be seen) in (the|this) (picture|image)?",
        "What (do|can) you see[ here| in the picture| in this image]?",
        "(Can|Could) you describe (the|this) (picture|image)[ for me]?",
        "Tell me (about the picture|what you see|what is in the image|what the picture shows).",
        "What is shown[ here| in the image| in the picture]?",
        "What is (this|that) (a picture|an image) of?",
        "Say what is (in the picture|shown here|to be seen).",
        "Give (a short description|me a description) of the (picture|image).",
        "Please (describe what you see|say what you see|write a caption for this picture).",
        "What is there to see[ here| in this picture]?",
        "Write (one sentence|a sentence) about (the|this) (picture|image).",
        "(I would like|I want) to know what (the picture shows|is in the picture).",
        "Explain what (the|this) image shows.",
        "(Caption|Summarize) (the|this) (picture|image).",
        "How would you describe (the|this) (picture|image)?",
        "In one sentence, what is here?",
    ),
    (
        "Please give me a short description of what you see.",
        "What can be seen here?",
        "Could you say what this picture shows?",
        "Describe in a sentence what is in the image.",
        "Please tell me what the image is about.",
    ),
)

DESCRIBE_CHINESE = Wordings(
    (
        "(描述|描述一下|说说|介绍一下)(这张图|这张图片|图片|这幅图|图中内容)。",
        "[这张]图(里|中|上)(有什么|是什么|有啥|画的是什么)？",
        "(图片|这张图|这幅图|图中)(显示|展示|呈现)(了什么|的是什么)？",
        "你(看到了什么|看到什么|看见了什么|能看到什么|看见啥)？",
        "(请|麻烦你|帮我)(描述|描述一下|说一下|介绍)(这张图片|这张图|图片内容|图里的内容)。",
        "(用一句话|用一个句子|简单|简短地)(描述|说说|介绍)(这张图|图片|这幅图)。",
        "告诉我(图里有什么|图中有什么|你看到了什么|图片内容)。",
        "(图片|这张图|图)的内容是什么？",
        "这是一张什么[样的]图[片]？",
        "[你]能(描述一下|说说|介绍一下|描述)(这张图|图片|图中内容)吗？",
        "(给|为)(这张图|图片)(写一句说明|写个标题|写一句话|配一句话)。",
        "我想知道(图里|图中|这张图上)有什么。",
        "(看看|你看)(这张图|图里|图上)(有什么|有啥)？",
        "(这张图|图片|画面)(里|中|上)能看到(什么|啥|些什么)？",
        "画面(里|中|上)(是什么|有什么|有些什么)？",
        "这张图(讲了|说了)什么？",
        "(总结|概括)一下(这张图|图片)[的内容]。",
        "图片里都有什么？",
    ),
    (
        "请用一句话说说你看到了什么。",
        "请问这幅图里有什么？",
        "麻烦描述一下画面的内容。",
        "能告诉我图片上是什么吗？",
    ),
)
