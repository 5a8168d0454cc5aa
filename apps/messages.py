"""Every word that a visitor reads, in English and Chinese, and the sentence for whatever went wrong."""

from __future__ import annotations

import logging
import secrets

from model.errors import UserError
from model.types import GenerationParams
from vision.errors import ImageError

LANGUAGES = {"en": "English", "zh": "中文"}

ENGLISH = {
    "title": "GLM Chat",
    "nav_chat": "Chat",
    "nav_image": "Pictures",
    "nav_compare": "Compare",
    "language": "Language",
    "model_runs": "{parameters} parameters · {precision} on {device}",
    "hello_chat": "What would you like to know?",
    "hello_chat_more": "Ask in English or Chinese. Enter sends, Shift+Enter starts a new line.",
    "hello_keys": "<kbd>/</kbd> goes to the text box, <kbd>↑</kbd> edits your last message, <kbd>Esc</kbd> stops.",
    "hello_image": "Ask about a picture",
    "hello_image_more": "Add a picture, then ask what it shows. Without one you simply chat.",
    "conversation": "Conversation",
    "box_chat": "Your message",
    "box_chat_hint": "Write a message…",
    "box_image": "Your question",
    "box_image_hint": "Ask about the picture…",
    "picture": "Picture",
    "picture_hint": "Drop a picture here, paste it, or click to choose one.\nPNG, JPEG, WebP, BMP or GIF",
    "picture_note": "Pick an example, or add a picture of your own.",
    "picture_add": "Add a picture",
    "picture_camera": "Take a photo",
    "picture_next": "Your next question is about this.",
    "picture_now": "Questions are about this until you add another.",
    "picture_sending": "Sending the picture…",
    "picture_not_sent": "The picture could not be sent. Is the connection there? Please try again.",
    "picture_remove": "Remove picture",
    "picture_enlarge": "Show picture large",
    "picture_before": "Picture before",
    "picture_after": "Next picture",
    "pictures_most": "Pictures of one question: {count} at most with this model. The last ones were kept.",
    "camera_opening": "Opening the camera…",
    "camera_take": "Take the photo",
    "camera_failed": "There is no camera that this page may use. Allow it in the browser, or add a file.",
    "close": "Close",
    "not_found": "There is nothing at this address.",
    "not_found_back": "To the chat",
    "login_limit": "After {count} wrong passwords please wait a minute.",
    "no_images_here": "The loaded model cannot look at pictures; this page only chats with it.",
    "regenerate": "Regenerate",
    "clear": "New conversation",
    "save": "Save as file",
    "undo": "Undo",
    "thinking": "Thinking…",
    "thought": "Thoughts",
    "reading": "Reading the conversation: {done} of {total} tokens",
    "you": "You",
    "side_title": "Conversations",
    "side_open": "Show conversations",
    "side_close": "Hide conversations",
    "side_search": "Search conversations",
    "side_empty": "What you talk about is listed here. It is kept in this browser, and nothing of it on the server.",
    "side_nothing_found": "No conversation has these words.",
    "side_rename": "Rename {title}",
    "side_delete": "Delete {title}",
    "side_deleted": "Deleted: {title}",
    "side_title_hint": "Name of the conversation",
    "side_import": "Import a file",
    "side_delete_all": "Delete all",
    "side_deleted_all": "Deleted: {count} conversations",
    "side_kept": "Kept only here · pictures {used}/{limit} MB",
    "side_saved": "Kept here · pictures {used}/{limit} MB · and saved by whoever runs this server",
    "side_empty_saved": "What you talk about is listed here. Whoever runs this server saves it as well.",
    "saved_note": "Whoever runs this server saves what is said here.",
    "side_not_kept": "This browser stores nothing for this page: conversations are lost when it is closed.",
    "side_full": "The browser's storage is full: the newest changes are not kept. Delete conversations, or save them.",
    "side_with_picture": "with a picture",
    "side_picture_gone": "Its picture is no longer kept.",
    "file_too_large": "The file is larger than {limit} MB.",
    "record_long": "it is longer than {limit} MB",
    "record_not_json": "it is not JSON",
    "record_foreign": "it was not exported from these pages",
    "record_version": "it comes from a newer version of this program",
    "record_count": "it should have from 1 to {limit} messages",
    "record_leaf": "its last message is none of its messages",
    "record_pictures": "its pictures should be at most {limit} data URLs",
    "record_message": "message {place} is not an object",
    "record_id": "message {place} has no id of its own",
    "record_text": "the text of message {place} is not text",
    "record_parent": "message {place} follows none of those before it",
    "record_role": "questions and answers do not take turns at message {place}",
    "record_ended": "message {place} ended in an unknown way",
    "record_named": "the pictures of message {place} are not those of a question",
    "message_copy": "Copy message",
    "message_copied": "Copied",
    "message_not_copied": "This browser does not let the page copy; select the text instead.",
    "message_edit": "Edit message",
    "message_delete": "Delete message",
    "message_again": "Another answer",
    "message_go_on": "Continue this answer",
    "message_like": "Good answer",
    "message_dislike": "Bad answer",
    "message_reason": "Why? Whoever runs this server can read it. You need not say.",
    "message_tools": "Actions for this message",
    "version": "Version {number} of {count}",
    "version_before": "Earlier version",
    "version_after": "Later version",
    "editor_send": "Send",
    "editor_save": "Save",
    "editor_cancel": "Cancel",
    "name_seconds": "{count} s",
    "name_send": "Send",
    "name_stop": "Stop",
    "name_answer": "Answer",
    "name_copy_code": "Copy code",
    "name_reset": "Reset to default value",
    "format_html": "Web page (HTML)",
    "format_md": "Markdown",
    "format_json": "JSON, to import again",
    "controls": "Answer settings",
    "preset": "Preset",
    "precise": "Precise",
    "balanced": "Balanced",
    "creative": "Creative",
    "preset_name": "Name of a preset of your own",
    "preset_keep": "Keep these settings",
    "preset_forget": "Delete preset",
    "notice": "Note",
    "preset_not_kept": "Give the preset a name first, and values within their ranges.",
    "preset_not_own": "Choose one of your own presets first.",
    "stop": "Stop texts",
    "stop_help": "One on each line; an answer ends before the first of them.",
    "system": "System prompt",
    "system_help": "How the model should answer, said to it before every conversation.",
    "max_new_tokens": "Longest answer (tokens)",
    "max_new_tokens_help": "Generation ends here at the latest.",
    "temperature": "Temperature",
    "temperature_help": "0 always takes the likeliest word; higher is more varied.",
    "top_p": "Top p",
    "top_p_help": "Choose only among the likeliest words that together reach this share.",
    "top_k": "Top k",
    "top_k_help": "Choose only among this many words; 0 is no limit.",
    "repetition_penalty": "Repetition penalty",
    "repetition_penalty_help": "Above 1 repeats less.",
    "seed": "Seed",
    "seed_help": "The same number gives the same answer; empty draws a new one.",
    "box_compare": "Your question to both",
    "box_compare_hint": "Ask both…",
    "hello_compare": "Two answers at once",
    "hello_compare_more": "Choose two models, or two ways to use one. Ask both, then say which answer is better.",
    "hello_keys_compare": "<kbd>/</kbd> goes to the text box, <kbd>Esc</kbd> stops both.",
    "contestant_a": "Model A",
    "contestant_b": "Model B",
    "settings_a": "All settings of A",
    "settings_b": "All settings of B",
    "compare_left": "Left",
    "compare_right": "Right",
    "name_left": "Left answers",
    "name_right": "Right answers",
    "compare_hidden": "Its name is shown after the vote",
    "compare_which": "Which answer is better?",
    "compare_clear": "New comparison",
    "blind": "Hide names until the vote",
    "vote_left": "Left",
    "vote_tie": "Equally good",
    "vote_bad": "Both bad",
    "vote_right": "Right",
    "format_data": "JSON",
    "models": "Model",
    "can_text": "text",
    "can_pictures": "text and pictures",
    "can_think": "thinks aloud first",
    "can_read": "reads {count} tokens",
    "in_memory": "in memory",
    "in_memory_takes": "in memory ({size})",
    "needs_memory": "needs {size}",
    "needs_download": "not downloaded yet",
    "model_asleep": "Not in memory: it is loaded when you ask ({size}).",
    "switch_waits_one": "{name} is next: 1 answer of another model is still being written",
    "switch_waits": "{name} is next: {count} answers of another model are still being written",
    "seconds_left": "about {seconds} s left",
    "switched": "{name} answers from now on.",
    "working": "Working on it…",
    "queued_next": "You are next in the queue",
    "queued": "You are number {position} in the queue",
    "speed": "{rate} tokens/s",
    "first_token": "first token after {seconds} s",
    "context": "{used} of {total} tokens of context used",
    "dropped_one": "the oldest round no longer fitted and was left out",
    "dropped": "the {count} oldest rounds no longer fitted and were left out",
    "cut": "the answer reached its longest length",
    "sampled": "sampled at temperature {temperature}, as 0 would repeat itself",
    "stopped": "Stopped",
    "no_answer": "The model gave no answer.",
    "still_answering": "An answer is still being written. Stop it first, or wait a moment.",
    "nothing_to_repeat": "There is no answer to regenerate yet.",
    "nothing_typed": "Please type a question first.",
    "unforeseen": "Something went wrong here; your text is still in the box. Please try again (report id {id}).",
    "cli_loading": "Loading the model …",
    "progress_download": "Downloading",
    "progress_load": "Loading",
    "loading_some_model": "the model",
    "loading_begin": "Loading {name}",
    "loading_load": "Loading {name}: {done} of {total}",
    "loading_download": "Downloading {name}: {done} of {total}",
    "loading_more": "The page opens by itself as soon as the model is ready.",
    "loading_gone": "The server does not answer. This page keeps trying.",
    "loading_failed": "The model could not be loaded. The terminal in which the server was started says why.",
    "cli_hello": "{name} on {device}. /help lists the commands, Ctrl-D leaves.",
    "cli_placeholder": "Ask something; /help lists the commands",
    "cli_leave": "Ctrl-D or stop leaves.",
    "cli_help": (
        "/image FILE        look at a picture with the next question\n"
        "/clear, clear      forget the conversation and its pictures\n"
        "/undo              take back the last question and its answer\n"
        "/retry             answer the last question again\n"
        "/save FILE         keep the conversation in a file\n"
        "/load FILE         go on with a conversation from a file\n"
        "/model             the models there are; with a name or folder: switch to another\n"
        "/set               the parameters; /set temperature 0.3 changes one, /set temperature default undoes that\n"
        "/exit, stop, quit  leave (also Ctrl-D)\n"
        "Enter sends · Alt-Enter or Ctrl-J: new line · Tab completes · Ctrl-R searches · Ctrl-C stops the answer"
    ),
    "cli_unknown": "There is no command /{name}. /help lists them.",
    "cli_cleared": "The conversation is forgotten.",
    "cli_image": "Looking at {path}. Ask about it.",
    "cli_image_usage": "Give the path of a picture: /image FILE",
    "cli_save_usage": "Give the file to write: /save FILE",
    "cli_load_usage": "Give a file that /save wrote: /load FILE",
    "cli_no_round": "There is no question and answer yet.",
    "cli_undone": "Taken back: {question}",
    "cli_saved": "Saved to {path}.",
    "cli_loaded": "Rounds loaded from {path}: {count}. The last one is above.",
    "cli_model": (
        "{name} ({source})\n"
        "{parameters} parameters · {precision} on {device} · context of {context} tokens · sees pictures: {pictures}"
    ),
    "cli_models": "Models to choose from, with /model NAME:",
    "cli_yes": "yes",
    "cli_no": "no",
    "cli_set_unknown": "There is no parameter {name}. There are: {names}.",
    "cli_unforeseen": "Something went wrong; please try again (report id {id}).",
    "cli_bye": "Goodbye.",
}

CHINESE = {
    "title": "GLM 对话",
    "nav_chat": "对话",
    "nav_image": "图片",
    "nav_compare": "对比",
    "language": "语言",
    "model_runs": "{parameters} 参数 · {precision} · {device}",
    "hello_chat": "想聊点什么？",
    "hello_chat_more": "中文、英文都可以。回车发送，Shift+回车换行。",
    "hello_keys": "<kbd>/</kbd> 跳到输入框，<kbd>↑</kbd> 修改上一条消息，<kbd>Esc</kbd> 停止。",
    "hello_image": "看图问答",
    "hello_image_more": "先添加一张图片，再提问；不添加图片就是普通对话。",
    "conversation": "对话",
    "box_chat": "消息",
    "box_chat_hint": "输入消息…",
    "box_image": "问题",
    "box_image_hint": "就图片提问…",
    "picture": "图片",
    "picture_hint": "把图片拖到这里、粘贴，或点击选择\nPNG、JPEG、WebP、BMP 或 GIF",
    "picture_note": "点一张示例，或添加您自己的图片。",
    "picture_add": "添加图片",
    "picture_camera": "拍照",
    "picture_next": "下一个问题将针对它。",
    "picture_now": "提问都针对它，直到您添加另一张。",
    "picture_sending": "正在发送图片…",
    "picture_not_sent": "图片没有发送成功。请检查网络连接后再试。",
    "picture_remove": "移除图片",
    "picture_enlarge": "查看大图",
    "picture_before": "上一张图片",
    "picture_after": "下一张图片",
    "pictures_most": "当前模型每个问题最多看 {count} 张图片，已保留最后添加的。",
    "camera_opening": "正在打开摄像头…",
    "camera_take": "拍下照片",
    "camera_failed": "没有可用的摄像头。请在浏览器中允许使用，或添加图片文件。",
    "close": "关闭",
    "not_found": "这个地址没有内容。",
    "not_found_back": "前往对话",
    "login_limit": "密码输错 {count} 次后请等一分钟。",
    "no_images_here": "当前模型不能看图片，此页面只能进行文字对话。",
    "regenerate": "重新生成",
    "clear": "新对话",
    "save": "存为文件",
    "undo": "撤销",
    "thinking": "正在思考…",
    "thought": "思考过程",
    "reading": "正在阅读对话：{done} / {total} token",
    "you": "您",
    "side_title": "对话记录",
    "side_open": "显示对话记录",
    "side_close": "隐藏对话记录",
    "side_search": "搜索对话",
    "side_empty": "聊过的内容会列在这里，只保存在本浏览器中，服务器上不留任何内容。",
    "side_nothing_found": "没有包含这些字的对话。",
    "side_rename": "重命名：{title}",
    "side_delete": "删除：{title}",
    "side_deleted": "已删除：{title}",
    "side_title_hint": "对话名称",
    "side_import": "导入文件",
    "side_delete_all": "全部删除",
    "side_deleted_all": "已删除 {count} 个对话",
    "side_kept": "仅存于本浏览器 · 图片 {used}/{limit} MB",
    "side_saved": "存于本浏览器 · 图片 {used}/{limit} MB · 服务器的管理者也会保存",
    "side_empty_saved": "聊过的内容会列在这里；服务器的管理者也会保存它们。",
    "saved_note": "服务器的管理者会保存这里的对话。",
    "side_not_kept": "本浏览器没有为此页面保存数据：关闭后对话会丢失。",
    "side_full": "浏览器的存储空间已满，最新的改动没有保存。请删除一些对话，或存为文件。",
    "side_with_picture": "含图片",
    "side_picture_gone": "它的图片已不再保存。",
    "file_too_large": "文件超过 {limit} MB。",
    "record_long": "超过了 {limit} MB",
    "record_not_json": "它不是 JSON",
    "record_foreign": "它不是从这些页面导出的",
    "record_version": "它来自本程序更新的版本",
    "record_count": "消息应有 1 到 {limit} 条",
    "record_leaf": "它的最后一条消息不在其中",
    "record_pictures": "它的图片应是最多 {limit} 个 data URL",
    "record_message": "第 {place} 条消息的格式不对",
    "record_id": "第 {place} 条消息没有自己的编号",
    "record_text": "第 {place} 条消息的内容不是文字",
    "record_parent": "第 {place} 条消息不接在前面任何一条之后",
    "record_role": "从第 {place} 条消息起，提问与回答没有交替",
    "record_ended": "第 {place} 条消息的结束方式未知",
    "record_named": "第 {place} 条消息的图片不属于提问",
    "message_copy": "复制消息",
    "message_copied": "已复制",
    "message_not_copied": "浏览器不允许本页复制，请手动选择文字。",
    "message_edit": "编辑消息",
    "message_delete": "删除消息",
    "message_again": "换一个回答",
    "message_go_on": "继续这个回答",
    "message_like": "回答得好",
    "message_dislike": "回答得不好",
    "message_reason": "为什么？服务器的管理者可以看到；可以不填。",
    "message_tools": "对这条消息的操作",
    "version": "第 {number} 个版本，共 {count} 个",
    "version_before": "较早的版本",
    "version_after": "较新的版本",
    "editor_send": "发送",
    "editor_save": "保存",
    "editor_cancel": "取消",
    "name_seconds": "{count} 秒",
    "name_send": "发送",
    "name_stop": "停止",
    "name_answer": "回答",
    "name_copy_code": "复制代码",
    "name_reset": "恢复默认值",
    "format_html": "网页（HTML）",
    "format_md": "Markdown",
    "format_json": "JSON（可再导入）",
    "controls": "回答设置",
    "preset": "预设",
    "precise": "精确",
    "balanced": "均衡",
    "creative": "创意",
    "preset_name": "自定义预设的名称",
    "preset_keep": "保存当前设置",
    "preset_forget": "删除预设",
    "notice": "提示",
    "preset_not_kept": "请先给预设起个名称，并确认各项数值在允许的范围内。",
    "preset_not_own": "请先选择一个自定义的预设。",
    "stop": "停止文本",
    "stop_help": "每行一个；回答在第一次出现它之前结束。",
    "system": "系统提示词",
    "system_help": "告诉模型如何回答，每次对话前都会先读到。",
    "max_new_tokens": "回答最大长度（token）",
    "max_new_tokens_help": "生成最多到此为止。",
    "temperature": "温度",
    "temperature_help": "0 总是选最可能的词；越高越多样。",
    "top_p": "Top p",
    "top_p_help": "只在累计概率达到该比例的词中选择。",
    "top_k": "Top k",
    "top_k_help": "只在概率最高的若干个词中选择；0 表示不限。",
    "repetition_penalty": "重复惩罚",
    "repetition_penalty_help": "大于 1 会减少重复。",
    "seed": "随机种子",
    "seed_help": "相同的数字得到相同的回答；留空则每次随机。",
    "box_compare": "同时问两边的问题",
    "box_compare_hint": "同时提问…",
    "hello_compare": "同时得到两个回答",
    "hello_compare_more": "选择两个模型，或同一个模型的两种设置。两边回答同一个问题，然后由您评判。",
    "hello_keys_compare": "<kbd>/</kbd> 跳到输入框，<kbd>Esc</kbd> 停止两边的回答。",
    "contestant_a": "模型 A",
    "contestant_b": "模型 B",
    "settings_a": "A 的全部设置",
    "settings_b": "B 的全部设置",
    "compare_left": "左边",
    "compare_right": "右边",
    "name_left": "左边的回答",
    "name_right": "右边的回答",
    "compare_hidden": "评判之后显示名称",
    "compare_which": "哪个回答更好？",
    "compare_clear": "新的对比",
    "blind": "评判前隐藏名称",
    "vote_left": "左边",
    "vote_tie": "一样好",
    "vote_bad": "都不好",
    "vote_right": "右边",
    "format_data": "JSON",
    "models": "模型",
    "can_text": "文字",
    "can_pictures": "文字和图片",
    "can_think": "先思考再回答",
    "can_read": "可读 {count} token",
    "in_memory": "已在内存中",
    "in_memory_takes": "已在内存中（{size}）",
    "needs_memory": "需要 {size}",
    "needs_download": "尚未下载",
    "model_asleep": "不在内存中：您提问时再加载（{size}）。",
    "switch_waits_one": "接下来加载 {name}：另一个模型还有 1 个回答没写完",
    "switch_waits": "接下来加载 {name}：另一个模型还有 {count} 个回答没写完",
    "seconds_left": "还需约 {seconds} 秒",
    "switched": "现在由 {name} 回答。",
    "working": "正在处理…",
    "queued_next": "下一个就轮到您",
    "queued": "您排在第 {position} 位，前面还有 {ahead} 人",
    "speed": "{rate} token/秒",
    "first_token": "首个 token {seconds} 秒",
    "context": "上下文已用 {used} / {total} token",
    "dropped_one": "最早的 1 轮对话放不下，已略去",
    "dropped": "最早的 {count} 轮对话放不下，已略去",
    "cut": "回答已达到最大长度",
    "sampled": "按温度 {temperature} 采样，因为 0 只会重复",
    "stopped": "已停止",
    "no_answer": "模型没有给出回答。",
    "still_answering": "上一个回答还没写完。请先停止它，或稍等片刻。",
    "nothing_to_repeat": "还没有可以重新生成的回答。",
    "nothing_typed": "请先输入问题。",
    "unforeseen": "这里出了点问题；您输入的文字还在输入框里。请再试一次（编号 {id}）。",
    "cli_loading": "正在加载模型…",
    "progress_download": "下载中",
    "progress_load": "加载中",
    "loading_some_model": "模型",
    "loading_begin": "加载中：{name}",
    "loading_load": "加载中：{name}，已完成 {done} / {total}",
    "loading_download": "下载中：{name}，已完成 {done} / {total}",
    "loading_more": "模型就绪后，页面会自动打开。",
    "loading_gone": "服务器没有响应，本页面会继续尝试。",
    "loading_failed": "模型加载失败，原因见启动服务器的终端。",
    "cli_hello": "{name}，运行于 {device}。输入 /help 查看命令，Ctrl-D 退出。",
    "cli_placeholder": "请输入问题；/help 列出命令",
    "cli_leave": "按 Ctrl-D 或输入 stop 退出。",
    "cli_help": (
        "/image 文件        下一个问题看这张图片\n"
        "/clear、clear      清空对话和图片\n"
        "/undo              撤回上一个问题和回答\n"
        "/retry             重新回答上一个问题\n"
        "/save 文件         把对话存到文件\n"
        "/load 文件         从文件继续对话\n"
        "/model             当前和可选的模型；加上名称或文件夹则换一个\n"
        "/set               列出参数；/set temperature 0.3 修改，/set temperature default 恢复\n"
        "/exit、stop、quit  退出（或 Ctrl-D）\n"
        "回车发送 · Alt-回车或 Ctrl-J 换行 · Tab 补全 · Ctrl-R 搜索历史 · Ctrl-C 停止当前回答"
    ),
    "cli_unknown": "没有命令 /{name}。输入 /help 查看命令。",
    "cli_cleared": "对话已清空。",
    "cli_image": "正在看 {path}，请提问。",
    "cli_image_usage": "请给出图片的路径：/image 文件",
    "cli_save_usage": "请给出要写入的文件：/save 文件",
    "cli_load_usage": "请给出 /save 写出的文件：/load 文件",
    "cli_no_round": "还没有问答。",
    "cli_undone": "已撤回：{question}",
    "cli_saved": "已存到 {path}。",
    "cli_loaded": "已从 {path} 读入 {count} 轮对话，最后一轮见上。",
    "cli_model": (
        "{name}（{source}）\n{parameters} 参数 · {precision} · {device} · 上下文 {context} token · 能看图片：{pictures}"
    ),
    "cli_models": "可选的模型（/model 名称）：",
    "cli_yes": "是",
    "cli_no": "否",
    "cli_set_unknown": "没有参数 {name}。可用的有：{names}。",
    "cli_unforeseen": "出了点问题，请再试一次（编号 {id}）。",
    "cli_bye": "再见。",
}

CHINESE_ERRORS = {
    "empty_prompt": "请先输入问题。",
    "bad_messages": "消息格式不正确：{detail}。",
    "text_too_large": "文字共 {size} 字节，上限是 {limit} 字节。请缩短一些。",
    "prompt_too_long": "问题需要 {tokens} 个 token，但除去回答的位置只能放下 {limit} 个。请缩短一些。",
    "parameter": "{name} 必须是{allowed}，现在是 {value}。",
    "numerical_failure": "模型算出了无效的数（NaN 或无穷）。请换一种精度，例如 --precision fp32。",
    "out_of_memory": "设备内存不足，无法完成这次请求。请缩短文字，或换用更小的精度。",
    "busy": "服务器正忙：有 {waiting} 个请求在排队。请稍后再试。",
    "rate_limited": "每分钟最多提问 {limit} 次，您已达到上限。请在 {seconds} 秒后再试。",
    "usage_unwritable": "无法把使用记录写入 {path}（{reason}）。请用 --usage-file 指定可写的文件。",
    "usage_foreign": "{path} 不是本程序的使用记录文件，没有改动它。请换一个名称。",
    "usage_missing": "无法读取 {path}（{reason}）。请给出启动时 --usage-file 指定的文件。",
    "usage_plot": "图片无法写入 {path}（{reason}）。上面的表格是完整的。",
    "no_images": "当前模型（{model}）不能看图片。请换用能看图片的模型，或移除图片。",
    "one_image": "{model} 每次提问只看一张图片：请把其他图片放在各自的问题中。",
    "bad_record": "无法读取这个对话：{detail}。请选择从这些页面以 JSON 导出的文件。",
    "model_missing": "{path} 处没有模型。请给 --model 一个含 config.json 的文件夹，或不写这个选项。",
    "model_broken": (
        "无法加载 {path} 处的模型：{detail}。请使用同一版本的全部文件；docs/models.md 列出了可以加载的模型。"
    ),
    "unknown_device": "这里没有设备 {device}。可用的有：{available}。",
    "unknown_precision": "{device} 上不能用精度 {precision}。可用的有：{available}。",
    "prompt_ids": "交给模型的 id 缺少 {missing}。",
    "file_missing": "{path} 不存在。请下载或重新复制该文件。",
    "file_link_broken": "{path} 是指向 {target} 的链接，但该文件不存在。请恢复它，或重新下载。",
    "file_is_folder": "{path} 应当是文件，却是一个文件夹。请删除它并重新下载该文件。",
    "file_forbidden": "当前用户无权读取 {path}。请修改权限，例如用 chmod +r。",
    "file_unreadable": "无法读取 {path}（{reason}）。请检查磁盘，或重新复制该文件。",
    "file_empty": "{path} 是空文件。请重新下载。",
    "file_lfs_pointer": (
        "{path} 不是文件本身，而是 Git LFS 指针（原文件 {expected} 字节）。请在该文件夹中运行 `git lfs pull`，"
        "或给 --model 一个 hub 名称，由程序下载。"
    ),
    "file_web_page": "{path} 是一个网页，不是所需的文件。请用 /resolve/ 地址下载，或给 --model 一个 hub 名称。",
    "file_gguf": (
        "{path} 是 llama.cpp 和 chatglm.cpp 使用的 GGUF 或 GGML 文件，本程序不读取这种格式。"
        "请用 --model 给出它所由来的原模型（文件夹或 hub 名称）；加上 --precision int4，占用的内存同样小。"
    ),
    "file_unfinished": "{path} 还没有下载完：{reason}。请继续下载，或重新下载该文件。",
    "file_truncated": "{path} 不完整：应有 {expected} 字节，实际为 {found} 字节。请重新下载。",
    "file_damaged": "{path} 已损坏：{detail}。请重新下载。",
    "file_not_json": "{path} 不是有效的 JSON：{detail}。请重新下载。",
    "file_not_weights": "{path} 中没有权重：{detail}。请给出 .safetensors 文件或 torch.save 写的文件，或重新下载。",
    "file_legacy": (
        "{path} 是 PyTorch 的旧格式，只能整体读入；它有 {found} 字节，上限是 {limit}。请用当前的 PyTorch 重新保存"
        "：torch.save(torch.load(文件, weights_only=True), 新文件)。"
    ),
    "pickle_forbidden": (
        "没有打开 {path}：它要用到 {name}，权重不需要它，而且它可能在这台电脑上运行程序。"
        "请使用该模型的 .safetensors 文件，或可信的副本。"
    ),
    "dtype_unsupported": (
        "{path}：{name} 以 {found} 存储，这里无法加载，应为 {expected}。请下载该模型的 bf16、fp16、INT8 或 INT4 文件。"
    ),
    "no_weights": (
        "{path} 中没有权重，只有 {found}。应当有 model.safetensors、pytorch_model.bin、带索引的分片，"
        "或含 `latest` 的 SwissArmyTransformer 文件夹。请重新下载模型。"
    ),
    "weights_ambiguous": "{path} 中有多个权重文件（{found}）。请在 --model 中指明要加载哪一个。",
    "adapter_only": "{path} 中只有适配器（{found}），不是完整的模型。请给 --model 它所依据的原模型。",
    "model_parallel": "{path} 中的权重分在 {count} 块 GPU 上。请先用 SwissArmyTransformer 的 merge_model 合并。",
    "shards_missing": "{path} 的 {total} 个权重文件缺少 {missing} 个：{names}。请重新下载这些文件。",
    "index_unsafe": "{path} 提到的文件 {name} 不在它的文件夹内，因此没有加载任何内容。请从可信的来源重新下载模型。",
    "index_mismatch": "{path} 与文件不符：{problems}。它们来自不同的版本，请重新下载整个文件夹。",
    "tensors_mismatch": (
        "{path} 中的权重与 config.json 描述的模型不符：{problems}。请使用同一版本的 config.json 和全部权重。"
    ),
    "weights_quantized": (
        "{path} 中的权重是 INT{bits}（{name} 是 {found}，应为 {expected}），但 config.json 描述的是全精度模型。"
        '请使用同一模型的 config.json，其中应有 "quantization_bit": {bits}。'
    ),
    "weights_not_quantized": (
        "{path} 的 config.json 描述的是量化权重，但 {name} 是 {found}，应为 {expected}。"
        '请使用同一模型的 config.json，或从中删去 "quantization_bit"。'
    ),
    "vocabulary_mixed": (
        "{path} 混有两个版本的文件：权重有 {weights} 个词向量，而 config.json 写的是 {config}（"
        "2023 年 3 月的 ChatGLM-6B 为 150528，之后均为 130528）。请下载同一版本的 config、分词器和权重。"
    ),
    "tokenizer_mixed": (
        "{path} 混有两个版本的文件：分词器有 {tokenizer} 个 id，与权重的 {weights} 个词向量不符。"
        "请下载同一版本的 config、分词器和权重。"
    ),
    "values_invalid": "{path}：{name} 中有 NaN 或无穷。文件已损坏，请重新下载。",
    "config_value": "{path}：{name} 必须是 {allowed}，现在是 {value}。请重新下载该文件。",
    "model_foreign": "{path} 是 {family} 检查点，不属于 GLM 系列。本程序能加载：{known}；检查点附带的代码一律不运行。",
    "tokenizer_missing": (
        "{path} 中没有词表。请把同一模型的 {file} 放进去（SwissArmyTransformer 的文件夹不带词表："
        "请用 THUDM/chatglm-6b 的）。"
    ),
    "prefix_only": (
        "{path} 中只有 P-Tuning 前缀，不是完整模型。请用 --model 给出训练时所用的 ChatGLM-6B，"
        "用 --prefix 给出此文件夹。"
    ),
    "prefix_missing": "{path} 中没有 P-Tuning 前缀（transformer.prefix_encoder）。请给 --prefix 一个有前缀的文件夹。",
    "prefix_foreign": "P-Tuning 前缀只适用于 ChatGLM-6B；{path} 不能与 {family} 一起使用。请去掉 --prefix。",
    "gpus_contradicted": "--gpus {wanted} 要用 GPU，--device {device} 却指定了别的设备。请去掉其中一个。",
    "no_gpus": (
        "--gpus {wanted} 要用 GPU，但 PyTorch 在这里没有找到。"
        "请去掉它，或安装 GPU 驱动和相应的 PyTorch（pytorch.org）。"
    ),
    "too_few_gpus": "--gpus {wanted} 超过了现有的 {found} 块。请给较小的数，或不写。",
    "too_large": (
        "模型在 {precision} 下需要 {needed}，但 {device} 上只有 {free} 可用。请关闭其他程序，"
        "（若尚未）使用 --precision int4，或换较小的模型。"
    ),
    "source_invalid": (
        "{source} 既不是这里的文件或文件夹，也不是 hub 名称。请给 --model 一个路径，或 THUDM/chatglm-6b 这样的名称。"
    ),
    "hub_not_found": "{endpoint} 上没有模型 {name}，或它是私有的。请检查拼写；私有模型请先用 `hf auth login` 登录。",
    "hub_gated": "{name} 只对接受其条款的用户开放。请打开 {endpoint}/{name} 接受条款，用 `hf auth login` 登录后再试。",
    "hub_revision": "{endpoint} 上的 {name} 没有版本 {revision}。请给出分支、标签或提交，或不写。",
    "hub_unreachable": (
        "无法连接 {endpoint}，缓存中的 {name} 也不完整。请检查网络，把 HF_ENDPOINT 设为镜像，或给 --model 一个文件夹。"
    ),
    "hub_offline": "缓存中的 {name} 不完整，而 HF_HUB_OFFLINE 禁止下载。请取消该设置，或给 --model 一个文件夹。",
    "hub_failed": "{endpoint} 没有发送 {name}：{reason}。请稍后再试，或把 HF_ENDPOINT 设为镜像。",
    "hub_no_weights": "{endpoint} 上的 {name} 没有这里能加载的权重，只有 {found}。",
    "cache_unwritable": "无法写入缓存 {path}（{reason}）。请修改权限，或把 HF_HOME 设为另一个文件夹。",
    "folder_exists": "{path} 已存在，其中的内容没有改动。请先删除它，或选择另一个文件夹。",
    "written_wrong": (
        "{path} 读回的内容与写入的不同（首先是 {name}）。请检查磁盘，再运行同样的命令，它会重新写这个文件。"
    ),
    "never_published": "{family} 从未以这种形式发布：{detail}。请使用 --to own，或从全精度的检查点转换。",
    "images_foreign": "图像编码器只用于 ChatGLM-6B 和 VisualGLM-6B，不能用于 {family}。请去掉 --image-encoder。",
    "encoder_missing": "{path} 是 {family}，其中没有图像编码器。请指定 VisualGLM-6B 或 BLIP-2 的文件。",
    "encoder_incomplete": "{path} 中的图像编码器不完整，缺少：{missing}。",
    "projection_missing": (
        "{path} 没有通向语言模型的投影层，BLIP-2 第一阶段就是如此。须先与语言模型一起训练投影层（LAVIS 的第二阶段），"
        "或使用 VisualGLM-6B 的图像编码器。"
    ),
    "projection_width": (
        "{path} 中的图像编码器是为另一个语言模型训练的：每个位置给出 {found} 个数，而这个模型需要 {expected} 个。"
        "须先与这个模型一起训练投影层（如 LAVIS 的第二阶段），或使用 VisualGLM-6B 的图像编码器。"
    ),
    "disk_full": (
        "{path} 所在的磁盘空间不足：需要 {needed}，只剩 {free}。"
        "请腾出空间，或选择另一块磁盘上的文件夹（下载位置用 HF_HOME 设置）。"
    ),
    "conversation_unread": "无法读取对话文件 {path}（{reason}）。请检查路径和权限。",
    "conversation_unsaved": "对话无法存到 {path}（{reason}）。请换一个位置。",
    "conversation_foreign": "{path} 已存在，且不是保存的对话，因此没有改动它。请换一个名称。",
    "folder_unwritable": "无法写入 {path}（{reason}）。请换一个文件夹。",
    "gpu_refused": "这次没有借到 GPU：{reason}。请稍后再试，或缩短回答长度。",
}

CHINESE_IMAGE_ERRORS = {
    "empty": "图片文件是空的。",
    "not_found": "找不到图片文件 {path}。",
    "unreadable": "无法读取图片文件 {path}。",
    "too_many_bytes": "图片文件超过 {limit:g} MB。请换一张小一些的。",
    "too_many_pixels": "图片为 {width} × {height} 像素，总像素上限是 {limit}。请缩小后再试。",
    "side_too_long": "图片为 {width} × {height} 像素，每边上限是 {limit} 像素。请缩小后再试。",
    "too_many_blocks": "图片文件被分成了超过 {limit} 块。请另存为 PNG 或 JPEG。",
    "unknown_format": "这不是可识别的图片格式。请使用 {formats}。",
    "unsupported_variant": "不支持这种 {format} 图片。请另存为 PNG 或 JPEG。",
    "incomplete": "图片不完整：{format} 文件缺少结尾。请重新发送。",
    "damaged": "图片已损坏：{format} 数据无法解码。请换一张。",
    "out_of_memory": "内存不足，无法打开这张图片。请缩小后再试。",
    "bad_data_url": "图片地址必须以 data:image/…;base64, 开头，并包含图片本身。",
    "bad_base64": "图片不是有效的 base64 文本。",
}

TABLES = {"en": ENGLISH, "zh": CHINESE}
_log = logging.getLogger("glm.apps")


def say(key: str, lang: str, **fields: object) -> str:
    """The words for `key` in `lang` ("en" or "zh")."""
    return TABLES[lang][key].format(**fields)


def sentence(error: Exception, lang: str, unforeseen: str = "unforeseen") -> str:
    """One sentence about `error`; whatever nobody foresaw gets an id, under which the log has the details."""
    if isinstance(error, (UserError, ImageError)):
        table = CHINESE_ERRORS if isinstance(error, UserError) else CHINESE_IMAGE_ERRORS
        if lang != "zh" or error.code not in table:
            return str(error)
        fields = dict(error.fields)
        if error.code == "parameter":
            fields["allowed"] = _allowed_in_chinese(str(fields.get("name")), fields.get("allowed"))
        if error.code == "bad_record":
            words = {name: value for name, value in fields.items() if name not in ("reason", "detail")}
            fields["detail"] = say(f"record_{fields['reason']}", lang, **words)
        return table[error.code].format(**fields)
    report = secrets.token_hex(4)
    _log.error("unforeseen error, report id %s", report, exc_info=error)
    return say(unforeseen, lang, id=report)


def pick_language(*wishes: str | None) -> str:
    """The first usable of: a language code, "auto" (skipped), or an Accept-Language header. English otherwise."""
    for wish in wishes:
        for part in (wish or "").split(","):
            code = part.split(";")[0].strip().lower()
            for lang in LANGUAGES:
                if code == lang or code.startswith((lang + "-", lang + "_")):
                    return lang
    return "en"


def _allowed_in_chinese(name: str, allowed: object) -> object:
    number = "".join(filter(str.isdigit, str(allowed)))
    if name == "stop":
        return f"最多 {number} 段文本，每段都不能为空"
    if name == "system":
        return f"不超过 {number} 个字符的文本"
    if name not in GenerationParams.LIMITS:
        return allowed
    low, high = GenerationParams.LIMITS[name]
    kind = "整数" if isinstance(low, int) else "数"
    return f" {low} 到 {high} 之间的{kind}" + ("（不含 0）" if name == "top_p" else "")
