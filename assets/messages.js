// What stands below each message: copy, edit, delete, another answer, other versions. Gradio draws the messages.

(() => {
  let state = { record: { messages: [], leaf: null }, running: false };
  let path = [];
  const opinions = new Map(); // "like" or "dislike", by conversation and message

  const rows = () => [...document.querySelectorAll("#glm-conversation .message-wrap > .message-row")];

  // Called with the state of the conversation, or without to draw anew.
  glm.showMessages = (news) => {
    if (news) {
      const isOther = news.record.id !== state.record.id;
      if (isOther) endEditing();
      if (isOther || (news.running && !state.running)) following = true;
      state = news;
      const byId = new Map(news.record.messages.map((message) => [message.id, message]));
      path = [];
      for (let at = byId.get(news.record.leaf); at; at = byId.get(at.parent)) path.unshift(at);
    }
    draw();
  };

  glm.shownPath = () => path;

  const nameOf = (message) => `${state.record.id}/${message.id}`;
  const versionsOf = (message) => state.record.messages.filter((other) => other.parent === message.parent);

  const draw = () => {
    if (!glm.lang) return;
    rows().forEach((row, place) => {
      const message = path[place];
      for (const bubble of row.querySelectorAll("[data-testid=user], [data-testid=bot]")) {
        bubble.setAttribute("role", "group");
        bubble.setAttribute("aria-label", glm.say(bubble.dataset.testid === "user" ? "you" : "name_answer"));
      }
      drawPicturesOf(message, row);
      if (!message) {
        row.querySelector(":scope > .glm-tools")?.remove();
        return;
      }
      const versions = versionsOf(message);
      const isLast = place === path.length - 1;
      const key = JSON.stringify([glm.lang, message.id, versions.map((other) => other.id), message.ended, isLast, state.running, opinions.get(nameOf(message))]);
      const before = row.querySelector(":scope > .glm-tools");
      if (before?.dataset.key === key) return;
      const tools = toolsFor(place, versions, isLast);
      tools.dataset.key = key;
      if (before) before.replaceWith(tools);
      else row.append(tools);
    });
  };

  const drawPicturesOf = (message, row) => {
    const names = message?.pictures || [];
    const before = row.querySelector(":scope > .glm-pictures");
    const key = JSON.stringify([glm.lang, names.map(glm.addressOf)]);
    if (before?.dataset.key === key || (!before && !names.length)) return;
    before?.remove();
    if (!names.length) return;
    const pictures = glm.make("div", { className: "glm-pictures" });
    pictures.append(...names.map((name) => glm.thumbnail(name, names)));
    pictures.dataset.key = key;
    row.prepend(pictures);
  };

  const toolsFor = (place, versions, isLast) => {
    const message = path[place];
    const tools = glm.make("div", { className: "glm-tools" });
    tools.setAttribute("role", "group");
    tools.setAttribute("aria-label", glm.say("message_tools"));
    const add = (name, word, act) => {
      const button = glm.iconButton(name, glm.say(word), act);
      tools.append(button);
      return button;
    };
    const isAnswer = message.role === "assistant";
    if (state.running && isLast) return tools;
    if (versions.length > 1) tools.append(versionSwitch(message, versions));
    const copy = add("copy", "message_copy", () => copyText(path[place].text, copy)); // it may have grown
    if (state.running) return tools;
    add("pencil", "message_edit", () => edit(path[place], tools.parentElement));
    if (isAnswer) add("again", "message_again", () => glm.order({ do: "answer again", id: message.id }, "glm-in-turn"));
    if (isAnswer && isLast && message.ended !== "stop") {
      add("on", "message_go_on", () => glm.order({ do: "go on" }, "glm-in-turn"));
    }
    if (isAnswer && state.feedback) {
      for (const [sign, opinion] of [["up", "like"], ["down", "dislike"]]) {
        const button = add(sign, `message_${opinion}`, () => rate(path[place], opinion, tools.parentElement));
        button.setAttribute("aria-pressed", String(opinions.get(nameOf(message)) === opinion));
      }
    }
    add("bin", "message_delete", () => glm.order({ do: "remove", id: message.id }));
    return tools;
  };

  const versionSwitch = (message, versions) => {
    const at = versions.findIndex((other) => other.id === message.id);
    const step = (name, word, to) => {
      const show = () => glm.order({ do: "show version", id: versions[to].id });
      const button = glm.iconButton(name, glm.say(word), show);
      button.disabled = state.running || !versions[to];
      return button;
    };
    const label = glm.say("version", { number: at + 1, count: versions.length });
    const count = glm.make("span", { title: label }, `${at + 1}/${versions.length}`);
    count.setAttribute("role", "img");
    count.setAttribute("aria-label", label);
    return glm.make(
      "span",
      { className: "glm-versions" },
      step("left", "version_before", at - 1),
      count,
      step("right", "version_after", at + 1),
    );
  };

  // Browsers offer the clipboard to pages of this machine, and over HTTPS; in a local network the old way is left.
  const writeClipboard = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const area = glm.make("textarea", { value: text, className: "glm-clipboard" });
      const focused = document.activeElement;
      document.body.append(area);
      area.select();
      const isCopied = document.execCommand("copy");
      area.remove();
      focused?.focus();
      return isCopied;
    }
  };

  const copyText = async (text, button) => {
    const isCopied = await writeClipboard(text);
    button.replaceChildren(glm.icon(isCopied ? "tick" : "cross"));
    button.title = glm.say(isCopied ? "message_copied" : "message_not_copied");
    setTimeout(() => {
      button.replaceChildren(glm.icon("copy"));
      button.title = glm.say("message_copy");
    }, 1500);
  };

  // --- Editing in place

  const endEditing = () => {
    document.querySelector(".glm-editor")?.remove();
    document.querySelector(".glm-editing")?.classList.remove("glm-editing");
  };

  // A text box below a message; `act` is given its text when that is sent. With `hides` it takes the message's place.
  const openEditor = (row, { label, value = "", word, sendsOnEnter, hides }, act) => {
    endEditing();
    const area = glm.make("textarea", { value, rows: 1, placeholder: label });
    area.setAttribute("aria-label", label);
    const grow = () => {
      area.style.height = "auto";
      area.style.height = `${area.scrollHeight + 2}px`;
    };
    const send = glm.make("button", { type: "submit", textContent: glm.say(word) });
    const cancel = glm.make("button", { type: "button", textContent: glm.say("editor_cancel") });
    const form = glm.make("form", { className: "glm-editor" }, area, glm.make("div", {}, cancel, send));
    const leave = () => {
      endEditing();
      row.querySelector(".glm-tools button")?.focus();
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!area.value.trim()) return;
      endEditing();
      act(area.value);
    });
    area.addEventListener("input", grow);
    area.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      event.stopPropagation();
      if (event.key === "Escape") leave();
      else if (event.key === "Enter" && (event.ctrlKey || event.metaKey || (sendsOnEnter && !event.shiftKey))) {
        event.preventDefault();
        form.requestSubmit();
      }
    });
    cancel.addEventListener("click", leave);
    row.classList.toggle("glm-editing", hides);
    row.append(form);
    grow();
    area.focus();
    area.setSelectionRange(area.value.length, area.value.length);
  };

  const edit = (message, row) => {
    const isAnswer = message.role === "assistant";
    const word = isAnswer ? "editor_save" : "editor_send";
    const what = { label: glm.say("message_edit"), value: message.text, word, sendsOnEnter: !isAnswer, hides: true };
    openEditor(row, what, (text) => {
      if (text !== message.text || !isAnswer) {
        if (isAnswer) glm.order({ do: "edit answer", id: message.id, text });
        else glm.order({ do: "ask instead", id: message.id, text }, "glm-in-turn");
      }
    });
  };

  // An opinion counts at once; the reason may follow. The same opinion again takes it back.
  const rate = (message, opinion, row) => {
    const name = nameOf(message);
    const isTakenBack = opinions.get(name) === opinion;
    if (isTakenBack) opinions.delete(name);
    else opinions.set(name, opinion);
    glm.order({ do: isTakenBack ? "take opinion back" : opinion, id: message.id });
    draw();
    if (isTakenBack) {
      endEditing();
      row.querySelector(".glm-tools [aria-pressed]")?.focus();
      return;
    }
    const what = { label: glm.say("message_reason"), word: "editor_send", sendsOnEnter: true, hides: false };
    openEditor(row, what, (text) => glm.order({ do: opinion, id: message.id, text }));
  };

  glm.editLastQuestion = () => {
    const place = path.findLastIndex((message) => message.role === "user");
    if (place < 0 || state.running) return false;
    edit(path[place], rows()[place]);
    return true;
  };

  // --- Following an answer, until the reader scrolls up; the end of the conversation, or a new question, takes it up

  let following = true;
  let lastTop = 0;
  const scroller = () => document.querySelector("#glm-conversation .bubble-wrap");
  const follow = () => {
    const place = following && scroller();
    if (place) place.scrollTop = place.scrollHeight;
  };
  const stopFollowing = (event) => {
    if (event.target instanceof Element && event.target.closest("#glm-conversation")) following = false;
  };
  document.addEventListener("wheel", (event) => event.deltaY < 0 && stopFollowing(event), { passive: true });
  document.addEventListener("touchmove", stopFollowing, { passive: true });
  document.addEventListener("keydown", (event) => {
    if (["PageUp", "ArrowUp", "Home"].includes(event.key)) stopFollowing(event);
  });
  document.addEventListener(
    "scroll",
    (event) => {
      const place = scroller();
      if (event.target !== place) return;
      const isAtEnd = place.scrollHeight - place.scrollTop - place.clientHeight < 8;
      if (isAtEnd) following = true;
      else if (place.scrollTop < lastTop) following = false; // by its bar
      lastTop = place.scrollTop;
    },
    { capture: true, passive: true },
  );
  const sizes = new ResizeObserver(follow);
  let watched = null;
  const watchSize = () => {
    const wrap = document.querySelector("#glm-conversation .message-wrap");
    if (wrap === watched) return;
    sizes.disconnect();
    watched = wrap;
    if (wrap) [wrap, scroller()].forEach((part) => sizes.observe(part)); // what is written, and the room for it
  };

  // Gradio draws messages when it has time, so the tools follow what it does.
  let waiting = false;
  const observer = new MutationObserver((changes) => {
    if (waiting || changes.every((change) => change.target.closest?.(".glm-tools, .glm-editor, .glm-pictures, #glm-picture, dialog"))) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      draw();
      watchSize();
      glm.drawPictures();
      glm.nameThings();
    });
  });
  const watch = () => observer.observe(document.body, { childList: true, subtree: true });
  if (document.body) watch();
  else document.addEventListener("DOMContentLoaded", watch);
})();
