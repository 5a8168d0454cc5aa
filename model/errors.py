"""Errors whose text may be shown to the person who caused them."""

from __future__ import annotations

MESSAGES = {
    "empty_prompt": "Please type a question first.",
    "bad_messages": "The messages are not valid: {detail}.",
    "text_too_large": "The text is {size} bytes long; the limit is {limit} bytes. Please shorten it.",
    "prompt_too_long": (
        "The question needs {tokens} tokens, but only {limit} fit into the context beside the answer. "
        "Please shorten it."
    ),
    "parameter": "{name} must be {allowed}, but it is {value}.",
    "numerical_failure": (
        "The model produced invalid numbers (NaN or infinity). Try another precision, for example --precision fp32."
    ),
    "out_of_memory": "The device ran out of memory for this request. Try a shorter text or a smaller precision.",
    "busy": "The server is busy: {waiting} requests are waiting. Please try again in a moment.",
    "rate_limited": (
        "You have reached the limit of {limit} questions a minute. Please try again in {seconds} seconds."
    ),
    "usage_unwritable": "Usage cannot be kept in {path} ({reason}). Give --usage-file a file that can be written.",
    "usage_foreign": "{path} is not a usage file of this program and was not changed. Choose another name.",
    "usage_missing": "{path} cannot be read ({reason}). Give the file that --usage-file named at the start.",
    "usage_plot": "The picture cannot be written to {path} ({reason}). The table above is complete.",
    "no_images": (
        "The loaded model ({model}) cannot look at pictures. Start with a model that can, or remove the picture."
    ),
    "one_image": "{model} looks at one picture with a question: send the others with questions of their own.",
    "bad_record": "The conversation cannot be read: {detail}. Choose a file that these pages exported as JSON.",
    "model_missing": "There is no model at {path}. Give --model a folder with config.json, or leave it out.",
    "model_broken": (
        "The model at {path} cannot be loaded: {detail}. Take all its files from the same version; docs/models.md "
        "lists what can be loaded."
    ),
    "unknown_device": "The device {device} is not available here. Available: {available}.",
    "unknown_precision": "The precision {precision} is not available on {device}. Available: {available}.",
    "prompt_ids": "The ids handed to the model lack {missing}. Build prompts with model.chat, or append [gMASK] <sop>.",
    # files and folders of a checkpoint (model/headers.py, model/tensors.py)
    "file_missing": "{path} does not exist. Download it or copy it again.",
    "file_link_broken": "{path} is a link to {target}, which does not exist. Restore that file, or download again.",
    "file_is_folder": "{path} should be a file, but it is a folder. Remove it and download the file again.",
    "file_forbidden": "{path} may not be read by this user. Change its permissions, for example with chmod +r.",
    "file_unreadable": "{path} cannot be read ({reason}). Check the disk, or copy the file again.",
    "file_empty": "{path} is empty. Download it again.",
    "file_lfs_pointer": (
        "{path} is not the file itself but a Git LFS pointer to it ({expected} bytes). Run `git lfs pull` in its "
        "folder, or give --model the hub name, which downloads the file."
    ),
    "file_web_page": (
        "{path} is a web page instead of the file. Download it from its /resolve/ address, or give --model the hub "
        "name."
    ),
    "file_gguf": (
        "{path} is a GGUF or GGML file, the format of llama.cpp and chatglm.cpp, which is not read here. Give --model "
        "the model it was made from (a folder or a hub name); --precision int4 makes that one as small."
    ),
    "file_unfinished": "The download of {path} is not finished: {reason}. Resume it, or download the file again.",
    "file_truncated": "{path} is cut off: it should have {expected} bytes and has {found}. Download it again.",
    "file_damaged": "{path} is damaged: {detail}. Download it again.",
    "file_not_json": "{path} is not valid JSON: {detail}. Download it again.",
    "file_not_weights": (
        "{path} holds no weights: {detail}. Give a .safetensors file or one written by torch.save, or download it "
        "again."
    ),
    "file_legacy": (
        "{path} is in PyTorch's old format, which must be read as a whole; it has {found} bytes and the limit is "
        "{limit}. Save it again with a current PyTorch: torch.save(torch.load(FILE, weights_only=True), NEW_FILE)."
    ),
    "pickle_forbidden": (
        "{path} was not opened: it asks for {name}, which weights do not need and which could run a program on this "
        "computer. Use the .safetensors files of this model, or a copy that you trust."
    ),
    "dtype_unsupported": (
        "{path}: {name} is stored as {found}, which cannot be loaded here; expected {expected}. "
        "Download the bf16, fp16, INT8 or INT4 files of this model."
    ),
    "no_weights": (
        "There are no weights in {path}; it holds {found}. Expected model.safetensors, pytorch_model.bin, their shards "
        "with an index, or a SwissArmyTransformer folder with `latest`. Download the model again."
    ),
    "weights_ambiguous": "{path} holds several weight files ({found}). Give --model the one to load.",
    "adapter_only": (
        "{path} holds only an adapter ({found}), not a whole model. Give --model the model it was trained on."
    ),
    "model_parallel": (
        "The weights in {path} are split over {count} GPUs. Merge them first with SwissArmyTransformer's merge_model."
    ),
    "shards_missing": "{missing} of the {total} weight files of {path} are missing: {names}. Download them again.",
    "index_unsafe": (
        "{path} names the file {name}, which is not inside its folder, so nothing was loaded. Download the model "
        "again, from a source that you trust."
    ),
    "index_mismatch": (
        "{path} does not fit its files: {problems}. They come from different versions; download the whole folder again."
    ),
    "tensors_mismatch": (
        "The weights in {path} do not fit the model that config.json describes: {problems}. "
        "Take config.json and all weights from the same version of the model."
    ),
    "weights_quantized": (
        "The weights in {path} are INT{bits} ({name} is {found} instead of {expected}), but config.json describes a "
        'model of full precision. Take config.json from the same model; it says "quantization_bit": {bits}.'
    ),
    "weights_not_quantized": (
        "config.json in {path} describes quantised weights, but {name} is {found} instead of {expected}. "
        'Take config.json from the same model, or remove "quantization_bit" from it.'
    ),
    "vocabulary_mixed": (
        "{path} mixes files of two versions: the weights have {weights} word embeddings, but config.json says {config} "
        "(ChatGLM-6B of March 2023 has 150528, all later ones 130528). "
        "Download config, tokenizer and weights of the same version."
    ),
    "tokenizer_mixed": (
        "{path} mixes files of two versions: the tokenizer has {tokenizer} ids, which does not fit the {weights} word "
        "embeddings of the weights. Download config, tokenizer and weights of the same version."
    ),
    "values_invalid": "{path}: {name} holds NaN or infinity. The file is damaged; download it again.",
    "config_value": "{path}: {name} must be {allowed}, but it is {value}. Download the file again.",
    "model_foreign": (
        "{path} holds a {family} checkpoint, not one of the GLM family. This program loads: {known}; code that comes "
        "with a checkpoint is never run."
    ),
    "tokenizer_missing": (
        "There is no vocabulary in {path}. Put {file} there, from the same model on the hub (SwissArmyTransformer's "
        "folders come without it: take that of THUDM/chatglm-6b)."
    ),
    "prefix_only": (
        "{path} holds only a P-Tuning prefix, not a whole model. Give --model the ChatGLM-6B it was trained on, and "
        "--prefix this folder."
    ),
    "prefix_missing": "{path} holds no P-Tuning prefix (transformer.prefix_encoder). Give --prefix a folder that does.",
    "prefix_foreign": "P-Tuning prefixes are for ChatGLM-6B; {path} does not go with a {family}. Leave --prefix out.",
    # where a model goes (model/devices.py)
    "gpus_contradicted": "--gpus {wanted} asks for GPUs, --device {device} for something else. Leave one of them out.",
    "no_gpus": (
        "--gpus {wanted} asks for GPUs, but PyTorch finds none here. Leave it out, or install the GPU's driver and "
        "the PyTorch that goes with it (pytorch.org)."
    ),
    "too_few_gpus": "--gpus {wanted} is more than the {found} there are. Give a smaller number, or leave it out.",
    "too_large": (
        "The model needs {needed} in {precision}, but only {free} are free on {device}. Close other programs, give "
        "--precision int4 if it is not that yet, or take a smaller model."
    ),
    # where a model comes from (model/source.py)
    "source_invalid": (
        "{source} is neither a file or folder here nor a hub name. Give --model a path, or a name such as "
        "THUDM/chatglm-6b."
    ),
    "hub_not_found": (
        "There is no model {name} on {endpoint}, or it is private. Check the spelling; for a private model log in "
        "with `hf auth login`."
    ),
    "hub_gated": (
        "{name} is only for people who accepted its terms. Open {endpoint}/{name}, accept them, log in with "
        "`hf auth login`, and try again."
    ),
    "hub_revision": "{name} has no revision {revision} on {endpoint}. Give a branch, tag or commit, or leave it out.",
    "hub_unreachable": (
        "{endpoint} cannot be reached and {name} is not complete in the cache. Check the network, set HF_ENDPOINT to a "
        "mirror, or give --model a folder."
    ),
    "hub_offline": (
        "{name} is not complete in the cache, and HF_HUB_OFFLINE forbids downloads. Unset it, or give --model a folder."
    ),
    "hub_failed": "{endpoint} refused to send {name}: {reason}. Try again later, or set HF_ENDPOINT to a mirror.",
    "hub_no_weights": "{name} on {endpoint} has no weights that can be loaded here; it holds {found}.",
    "cache_unwritable": (
        "The cache {path} cannot be written ({reason}). Change its permissions, or set HF_HOME to another folder."
    ),
    # what is written (model/disk.py, model/synthetic.py, model/convert.py)
    "folder_exists": "{path} exists already, and nothing there was changed. Remove it, or choose another folder.",
    "disk_full": (
        "The disk of {path} is too full: {needed} are needed, only {free} are free. Free some space, or choose a "
        "folder on another disk (for downloads by setting HF_HOME)."
    ),
    "written_wrong": (
        "{path} does not read back as it was written (first {name}). Check the disk, and run the same command again, "
        "which writes this file once more."
    ),
    "never_published": (
        "No {family} was published like this: {detail}. Convert with --to own, or from a checkpoint of full precision."
    ),
    # an image encoder of its own (model/image_encoder.py)
    "images_foreign": "Image encoders are for ChatGLM-6B and VisualGLM-6B, not {family}. Leave --image-encoder out.",
    "encoder_missing": "There is no image encoder in {path}, which is a {family}. Give a VisualGLM-6B or BLIP-2 files.",
    "encoder_incomplete": "The image encoder in {path} lacks {missing}.",
    "projection_missing": (
        "{path} has no projection to a language model, as BLIP-2 of stage 1. It must first be trained together with "
        "the language model (LAVIS' stage 2 does it); or take the image encoder of VisualGLM-6B."
    ),
    "projection_width": (
        "The image encoder in {path} was trained for another language model: it gives {found} numbers a slot, and this "
        "model takes {expected}. Its projection must first be trained with this model (as LAVIS' stage 2 does); or "
        "take the image encoder of VisualGLM-6B."
    ),
    # a conversation of the terminal chat in a file (apps/terminal/files.py)
    "conversation_unread": "The conversation {path} cannot be read ({reason}). Check the path and its permissions.",
    "conversation_unsaved": "The conversation could not be saved to {path} ({reason}). Choose another place.",
    "conversation_foreign": (
        "{path} exists and is not a saved conversation, so it was left as it is. Choose another name."
    ),
    # a Hugging Face Space (apps/space.py, apps/zero_gpu.py)
    "folder_unwritable": "{path} cannot be written ({reason}). Choose another folder.",
    "gpu_refused": "No GPU was lent for this answer: {reason}. Try again later, or with a shorter answer.",
}


class UserError(Exception):
    """A fault the user can mend. `code` names the sentence, `fields` fill it in (see `MESSAGES`)."""

    def __init__(self, code: str, **fields: object) -> None:
        self.code = code
        self.fields = fields
        super().__init__(MESSAGES[code].format(**fields))


class NotLoaded(UserError):
    """A model that was asked for cannot be loaded, for the reason that `code` and `fields` say."""


def first_line(error: BaseException) -> str:
    """What another library's exception says, short enough for a sentence."""
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")[:200]
