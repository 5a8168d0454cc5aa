// The visitor's conversations: kept in this browser (IndexedDB), listed in the side bar, nowhere else.

(() => {
  const PICTURE_BUDGET = 200e6; // bytes of all pictures together; beyond it those of the oldest conversations go
  const LARGEST_PICTURE = 5e6; // a larger one is kept at LARGEST_SIDE pixels
  const LARGEST_SIDE = 2048;
  const LARGEST_FILE = 64 * 2 ** 20;
  const UNDO_SECONDS = 20;
  const kind = location.pathname.match(/\/(image|compare)\/?$/)?.[1] || "chat";

  // Storage of this tab; where it is blocked, as in some embedded pages, nothing is remembered.
  const blocked = (act) => {
    try {
      return act();
    } catch {
      return null;
    }
  };
  const tab = {
    get: (key) => blocked(() => sessionStorage.getItem(key)),
    set: (key, value) => blocked(() => sessionStorage.setItem(key, value)),
    remove: (key) => blocked(() => sessionStorage.removeItem(key)),
  };

  // --- Words and orders

  glm.lang = "";
  glm.say = (key, fields = {}) =>
    (glm.words[glm.lang || "en"][key] || key).replace(/\{(\w+)\}/g, (_, name) => fields[name] ?? "");

  // What the visitor did goes to the server through a hidden button, whose event asks `takeOrder` what it was.
  let orderText = "";
  glm.takeOrder = () => orderText;
  glm.order = (fields, button = "glm-at-once") => {
    orderText = JSON.stringify(fields);
    document.getElementById(button)?.click();
  };

  // --- Reloads

  // A server that was started anew knows nothing of this page: the page then loads again, with what it showed.
  const askServer = async () => {
    try {
      const answer = await fetch("gradio_api/app_id");
      return answer.ok ? await answer.text() : "";
    } catch {
      return ""; // no connection, of which gradio tells
    }
  };
  let server = "";
  glm.asLoaded = async (inputs) => {
    const now = await askServer();
    if (!now || now === server) return inputs;
    location.reload();
    return new Promise(() => {});
  };

  const draftKey = `glm-webui-draft-${kind}`;
  const box = () => document.querySelector("#glm-box textarea");
  glm.fillBox = (text) => {
    box().value = text;
    box().dispatchEvent(new Event("input", { bubbles: true }));
  };
  addEventListener("pagehide", () => {
    if (box()?.value.trim()) tab.set(draftKey, box().value);
  });
  const restoreDraft = () => {
    const draft = tab.get(draftKey);
    tab.remove(draftKey);
    if (draft && box() && !box().value) glm.fillBox(draft);
  };

  // --- Storage

  const asPromise = (asked) =>
    new Promise((done, fail) => {
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => fail(asked.error);
    });
  const opened = new Promise((done, fail) => {
    const asked = indexedDB.open("glm-webui", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("conversations", { keyPath: "id" });
      asked.result.createObjectStore("pictures", { keyPath: "id" });
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  }).catch(() => null);
  const stored = async (name, mode, act) => {
    const database = await opened;
    return database && asPromise(act(database.transaction(name, mode).objectStore(name)));
  };
  const read = (name, id) => stored(name, "readonly", (store) => store.get(id));
  const readAll = (name) => stored(name, "readonly", (store) => store.getAll());
  const write = (name, value) => stored(name, "readwrite", (store) => store.put(value));
  const erase = (name, id) => stored(name, "readwrite", (store) => store.delete(id));

  let rows = []; // {id, kind, title, updated, deleted, record}, newest first
  let pictureBytes = 0;
  let trouble = ""; // the key of a sentence
  let showing = null; // the conversation that the page shows
  let shown = ""; // its record
  let running = false; // whether an answer to it is on its way
  let deletedLast = [];
  let deletedTimer = 0;
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("glm-webui") : null;
  const openKey = `glm-webui-open-${kind}`; // of this tab, so that a reload comes back to what it showed

  const refresh = async () => {
    if (!(await opened)) trouble = "side_not_kept";
    rows = ((await readAll("conversations")) || []).sort((one, other) => other.updated - one.updated);
    pictureBytes = ((await readAll("pictures")) || []).reduce((sum, picture) => sum + picture.blob.size, 0);
    draw();
  };
  const tell = (id) => channel?.postMessage({ id, settled: !running });
  channel?.addEventListener("message", async ({ data }) => {
    await refresh();
    const row = rows.find((other) => other.id === data.id);
    if (!row || row.id !== showing || running) return;
    if (row.deleted) document.getElementById("glm-clear")?.click();
    else if (data.settled && JSON.stringify(row.record) !== shown) open(row); // another tab has gone on with it
  });

  const put = async (row) => {
    try {
      await write("conversations", row);
      trouble = (await opened) ? "" : "side_not_kept";
    } catch {
      trouble = "side_full";
    }
    rows = [row, ...rows.filter((other) => other.id !== row.id)].sort((one, other) => other.updated - one.updated);
    draw();
    tell(row.id);
  };

  // --- The conversation that the page shows

  glm.show = (text) => {
    if (!text) return;
    const state = JSON.parse(text);
    const { record } = state;
    showing = record.messages.length ? record.id : null;
    shown = JSON.stringify(record);
    running = glm.running = state.running;
    if (showing) tab.set(openKey, showing);
    else tab.remove(openKey);
    glm.showMessages(state);
    glm.nameThings();
    draw();
    if (showing) keep(record, state.picture);
  };

  const keep = async (record, picture) => {
    const before = rows.find((row) => row.id === record.id);
    if (before?.deleted) return;
    if (JSON.stringify(before?.record) === JSON.stringify(record)) return;
    const { id, title } = record;
    await put({ id, kind, title, updated: Date.now(), deleted: 0, hasPicture: Boolean(picture), record });
    if (picture && !(await read("pictures", id))) await keepPicture(id, picture);
  };

  const keepPicture = async (id, url) => {
    try {
      let blob = await (await fetch(url)).blob();
      if (blob.size > LARGEST_PICTURE) blob = await shrink(blob);
      await write("pictures", { id, blob });
      pictureBytes += blob.size;
      for (const row of [...rows].reverse()) {
        if (pictureBytes <= PICTURE_BUDGET) break;
        const old = row.id !== id && (await read("pictures", row.id));
        if (!old) continue;
        await erase("pictures", row.id);
        pictureBytes -= old.blob.size;
      }
    } catch {
      trouble = "side_full";
    }
    draw();
  };

  const shrink = async (blob) => {
    const image = await createImageBitmap(blob);
    const scale = Math.min(1, LARGEST_SIDE / Math.max(image.width, image.height));
    const canvas = new OffscreenCanvas(Math.max(1, image.width * scale), Math.max(1, image.height * scale));
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas.convertToBlob({ type: "image/webp", quality: 0.92 });
  };

  const asDataUrl = (blob) =>
    new Promise((done) => {
      const reader = new FileReader();
      reader.onload = () => done(reader.result.replace(/^data:[^;,]*/, "data:image/any"));
      reader.readAsDataURL(blob);
    });

  const opening = async (id) => {
    const row = await read("conversations", id);
    if (!row || row.deleted) return "";
    const picture = await read("pictures", id);
    if (row.hasPicture && !picture) trouble = "side_picture_gone";
    const record = { ...row.record, title: row.title, picture: picture ? await asDataUrl(picture.blob) : null };
    return JSON.stringify({ do: "open", text: JSON.stringify(record) });
  };

  glm.wake = async () => {
    server = await askServer();
    await purge();
    await refresh();
  };

  // What the page asks for when it opens: the conversation that this tab showed, if it did.
  glm.restore = async () => {
    try {
      await glm.wake();
      const arrived = await read("pictures", "import");
      if (arrived) {
        await erase("pictures", "import");
        return JSON.stringify({ do: "import", text: await arrived.blob.text() });
      }
      const id = tab.get(openKey);
      return id ? await opening(id) : "";
    } catch {
      trouble = "side_not_kept";
      return "";
    }
  };

  const go = (page) => location.assign(page === "image" ? "./image" : "./");

  const open = async (row) => {
    if (narrow()) toggle(false);
    if (row.kind !== kind) {
      tab.set(`glm-webui-open-${row.kind}`, row.id);
      go(row.kind);
      return;
    }
    orderText = await opening(row.id);
    if (orderText) document.getElementById("glm-at-once")?.click();
  };

  const rename = async (row, title) => {
    if (!title.trim() || title === row.title) return;
    await put({ ...row, title: title.trim(), record: { ...row.record, title: title.trim() } });
    if (row.id === showing) glm.order({ do: "rename", text: title.trim() });
  };

  const remove = async (gone) => {
    const wasShowing = gone.some((row) => row.id === showing);
    deletedLast = gone.map((row) => ({ ...row, wasShowing: row.id === showing }));
    for (const row of gone) await put({ ...row, deleted: Date.now() });
    if (wasShowing) document.getElementById("glm-clear")?.click();
    clearTimeout(deletedTimer);
    deletedTimer = setTimeout(() => { deletedLast = []; purge().then(refresh); }, UNDO_SECONDS * 1000);
  };

  const restoreDeleted = async () => {
    clearTimeout(deletedTimer);
    const gone = deletedLast;
    deletedLast = [];
    for (const { wasShowing, ...row } of gone) {
      await put(row);
      if (wasShowing) await open(row);
    }
  };

  const purge = async () => {
    for (const row of (await readAll("conversations")) || []) {
      if (!row.deleted || Date.now() - row.deleted < UNDO_SECONDS * 1000) continue;
      await erase("conversations", row.id);
      await erase("pictures", row.id);
    }
  };

  const importFile = async (file) => {
    if (narrow()) toggle(false);
    const text = file.size > LARGEST_FILE ? "" : await file.text();
    const other = (text.match(/^\s*\{[^[]{0,2000}?"kind":\s*"(chat|image)"/) || [])[1] || (kind === "compare" && "chat");
    if (!text) {
      trouble = "file_too_large";
      draw();
    } else if (other && other !== kind) {
      await write("pictures", { id: "import", blob: file }); // the other page takes it from there
      go(other);
    } else {
      glm.order({ do: "import", text });
    }
  };

  // --- Files

  glm.saveFile = (text) => {
    if (!text) return;
    const file = JSON.parse(text);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([file.text], { type: file.type }));
    link.download = file.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };

  glm.chooseFormat = (formats = ["html", "md", "json"]) =>
    new Promise((done) => {
      const button = document.getElementById("glm-save");
      const menu = make("div", { className: "glm-menu", popover: "auto" });
      menu.setAttribute("role", "menu");
      menu.setAttribute("aria-label", button.textContent.trim());
      for (const format of formats) {
        const item = make("button", { type: "button", textContent: glm.say(`format_${format}`) });
        item.setAttribute("role", "menuitem");
        item.dataset.format = format;
        item.addEventListener("click", () => { done(format); menu.hidePopover(); });
        menu.append(item);
      }
      menu.addEventListener("keydown", (event) => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        const items = [...menu.children];
        items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
      });
      menu.addEventListener("toggle", (event) => {
        if (event.newState !== "closed") return;
        done("");
        menu.remove();
        button.focus();
      });
      document.body.append(menu);
      const place = button.getBoundingClientRect();
      menu.style.bottom = `${innerHeight - place.top + 6}px`;
      menu.style.left = `${Math.max(8, Math.min(place.left, innerWidth - 240))}px`;
      menu.showPopover();
      menu.firstChild.focus();
    });

  // --- Side bar

  const make = (glm.make = (tag, fields = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), fields);
    element.append(...children);
    return element;
  });
  const ICONS = (glm.ICONS = {
    pencil: "M13.5 4.5l2 2M4 16l.7-3L14 3.7a1.2 1.2 0 0 1 1.7 0l.6.6a1.2 1.2 0 0 1 0 1.7L7 15.3 4 16z",
    bin: "M4 6h12M8 6V4h4v2M6 6l.7 10h6.6L14 6M8.7 9v4.5M11.3 9v4.5",
    picture: "M3.5 4.5h13v11h-13zM4 14l4-4 3 3 2-2 3 3M12.5 8h.01",
    cross: "M5 5l10 10M15 5L5 15",
    plus: "M10 4v12M4 10h12",
    copy: "M7.5 7.5h8v8h-8zM12.5 7V4.500h-8v8H7",
    tick: "M4 11l4 4 8-9",
    again: "M15.500 8A6 6 0 1 0 16 11M16 4v4h-4",
    on: "M4 5l6 5-6 5zM11 5l6 5-6 5z",
    left: "M12 4l-6 6 6 6",
    right: "M8 4l6 6-6 6",
    up: "M7 9v7.5H4V9zM7 9l3-5.5c1 0 1.7.7 1.7 1.7V8h3.6a1.3 1.3 0 0 1 1.3 1.5l-.8 5.7a1.5 1.5 0 0 1-1.5 1.3H7",
    down: "M7 11V3.5H4V11zM7 11l3 5.5c1 0 1.7-.7 1.7-1.7V12h3.6a1.3 1.3 0 0 0 1.3-1.5l-.8-5.7a1.5 1.5 0 0 0-1.5-1.3H7",
  });
  const icon = (glm.icon = (name) => {
    const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    drawing.setAttribute("viewBox", "0 0 20 20");
    drawing.setAttribute("aria-hidden", "true");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", ICONS[name]);
    drawing.append(path);
    return drawing;
  });
  glm.iconButton = (name, label, act) => {
    const button = make("button", { type: "button", className: "glm-icon", title: label }, icon(name));
    button.setAttribute("aria-label", label);
    button.addEventListener("click", act);
    return button;
  };

  const root = document.documentElement;
  const narrow = () => matchMedia("(max-width: 1023px)").matches;
  const isOpen = () => root.classList.contains("glm-side-open");
  const toggle = (open) => {
    root.classList.toggle("glm-side-open", open);
    if (!narrow()) blocked(() => localStorage.setItem("glm-webui-side", open ? "open" : "closed"));
    draw();
    if (open && narrow()) close.focus();
    else if (!open) document.getElementById("glm-side-button")?.focus();
  };
  const wasClosed = blocked(() => localStorage.getItem("glm-webui-side")) === "closed";
  if (!narrow() && !wasClosed) root.classList.add("glm-side-open");

  const bar = make("aside", { id: "glm-side-bar" });
  const title = make("h2");
  const close = make("button", { type: "button", className: "glm-icon" }, icon("cross"));
  const fresh = make("button", { type: "button", className: "glm-side-new" });
  const search = make("input", { type: "search", autocomplete: "off" });
  const list = make("ul");
  const hint = make("p", { className: "glm-side-hint" });
  const toast = make("div", { className: "glm-side-toast", hidden: true });
  const foot = make("p", { className: "glm-side-foot" });
  const file = make("input", { type: "file", accept: ".json,application/json", hidden: true });
  const choose = make("button", { type: "button" });
  const clear = make("button", { type: "button" });
  toast.setAttribute("role", "status");
  bar.append(make("header", {}, title, close), fresh, search, list, hint, toast, make("div", { className: "glm-side-acts" }, choose, clear), file, foot);
  close.addEventListener("click", () => toggle(false));
  fresh.addEventListener("click", () => {
    if (narrow()) toggle(false);
    if (kind === "compare") {
      tab.remove("glm-webui-open-chat");
      return go("chat");
    }
    document.getElementById("glm-clear")?.click();
    document.querySelector("#glm-box textarea")?.focus();
  });
  search.addEventListener("input", () => draw());
  choose.addEventListener("click", () => file.click());
  clear.addEventListener("click", () => remove(rows.filter((row) => !row.deleted)));
  file.addEventListener("change", () => {
    if (file.files[0]) importFile(file.files[0]);
    file.value = "";
  });
  document.addEventListener("click", (event) => {
    if (!event.isTrusted || !(event.target instanceof Element)) return; // this script clicks as well
    if (event.target.closest("#glm-side-button")) toggle(!isOpen());
    else if (narrow() && isOpen() && !event.target.closest("#glm-side-bar") && event.target.isConnected) toggle(false);
  });
  bar.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && narrow() && !list.querySelector("input")) toggle(false);
  });

  const when = (time) => {
    const date = new Date(time);
    const today = date.toDateString() === new Date().toDateString();
    const form = today ? { hour: "numeric", minute: "2-digit" } : { month: "short", day: "numeric" };
    return new Intl.DateTimeFormat(root.lang || "en", form).format(date);
  };
  const hasWords = (row, words) =>
    [row.title, ...row.record.messages.map((message) => message.text)].join("\n").toLowerCase().includes(words);

  const renaming = (row, item) => {
    const input = make("input", { type: "text", value: row.title, maxLength: 200 });
    input.setAttribute("aria-label", glm.say("side_title_hint"));
    let ended = false;
    const end = (save) => {
      if (ended) return;
      ended = true;
      drawn = "";
      input.replaceWith();
      draw();
      if (save) rename(row, input.value);
    };
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter" || event.key === "Escape") {
        event.preventDefault();
        event.stopPropagation();
        end(event.key === "Enter");
      }
    });
    input.addEventListener("blur", () => end(true));
    item.replaceChildren(input);
    input.select();
  };

  const listItem = (row) => {
    const name = make("button", { type: "button", className: "glm-side-name", title: row.title });
    const small = make("small", {}, when(row.updated));
    if (row.hasPicture) {
      const sign = icon("picture");
      sign.removeAttribute("aria-hidden");
      sign.setAttribute("role", "img");
      sign.setAttribute("aria-label", glm.say("side_with_picture"));
      small.prepend(sign, " ");
    }
    name.append(make("span", {}, row.title), small);
    if (row.id === showing) name.setAttribute("aria-current", "true");
    name.addEventListener("click", () => open(row));
    const item = make("li", {}, name);
    item.append(
      glm.iconButton("pencil", glm.say("side_rename", { title: row.title }), () => renaming(row, item)),
      glm.iconButton("bin", glm.say("side_delete", { title: row.title }), () => remove([row])),
    );
    return item;
  };

  let drawn = "";
  const draw = () => {
    const button = document.getElementById("glm-side-button");
    button?.setAttribute("aria-expanded", String(isOpen()));
    if (!glm.lang || list.querySelector("input")) return;
    const words = search.value.trim().toLowerCase();
    const living = rows.filter((row) => !row.deleted);
    const found = words ? living.filter((row) => hasWords(row, words)) : living;
    const listed = found.map((row) => [row.id, row.title, row.updated]);
    const now = JSON.stringify([glm.lang, showing, listed, trouble, pictureBytes, deletedLast.length, words]);
    if (now === drawn) return;
    drawn = now;
    bar.setAttribute("aria-label", glm.say("side_title"));
    title.textContent = glm.say("side_title");
    close.setAttribute("aria-label", glm.say("side_close"));
    close.title = glm.say("side_close");
    fresh.replaceChildren(icon("plus"), glm.say("clear"));
    search.placeholder = glm.say("side_search");
    search.setAttribute("aria-label", glm.say("side_search"));
    search.hidden = living.length < 2 && !words;
    list.replaceChildren(...found.map(listItem));
    hint.textContent = living.length ? (found.length ? "" : glm.say("side_nothing_found")) : glm.say("side_empty");
    toast.hidden = !deletedLast.length;
    if (deletedLast.length) {
      const undo = make("button", { type: "button", textContent: glm.say("undo") });
      undo.addEventListener("click", restoreDeleted);
      const count = deletedLast.length;
      const said = glm.say(count > 1 ? "side_deleted_all" : "side_deleted", { title: deletedLast[0].title, count });
      toast.replaceChildren(make("span", {}, said), undo);
    }
    choose.textContent = glm.say("side_import");
    clear.textContent = glm.say("side_delete_all");
    clear.hidden = living.length < 2;
    const used = (pictureBytes / 1e6).toFixed(pictureBytes < 1e7 ? 1 : 0);
    foot.textContent = trouble
      ? glm.say(trouble, { limit: LARGEST_FILE / 2 ** 20 })
      : glm.say("side_kept", { used, limit: PICTURE_BUDGET / 1e6 });
    foot.classList.toggle("glm-problem", Boolean(trouble));
  };

  // Called when the page has its language, at first and after each change.
  glm.speak = (lang) => {
    if (!glm.lang) {
      root.classList.add("glm-ready");
      restoreDraft();
      if (!narrow()) box()?.focus();
    }
    glm.lang = lang;
    draw();
    glm.showMessages();
    glm.nameThings();
  };

  const start = () => document.body.prepend(bar);
  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);
})();
