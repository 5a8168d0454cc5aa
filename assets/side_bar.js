// The side bar: the list of conversations, search, rename, delete with undo.

(() => {
  const { icon, library, make } = glm;
  const root = document.documentElement;
  const isOpen = () => root.classList.contains("glm-side-open");
  const toggle = (glm.toggleSideBar = (open) => {
    root.classList.toggle("glm-side-open", open);
    if (!glm.narrow()) glm.blocked(() => localStorage.setItem("glm-webui-side", open ? "open" : "closed"));
    draw();
    if (open && glm.narrow()) close.focus();
    else if (!open) document.getElementById("glm-side-button")?.focus();
  });
  const wasClosed = glm.blocked(() => localStorage.getItem("glm-webui-side")) === "closed";
  if (!glm.narrow() && !wasClosed) root.classList.add("glm-side-open");

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
    if (glm.narrow()) toggle(false);
    library.startAnew();
    document.querySelector("#glm-box textarea")?.focus();
  });
  search.addEventListener("input", () => draw());
  choose.addEventListener("click", () => file.click());
  clear.addEventListener("click", () => library.remove(library.now().rows));
  file.addEventListener("change", () => {
    if (file.files[0]) glm.importFile(file.files[0]);
    file.value = "";
  });
  document.addEventListener("click", (event) => {
    if (!event.isTrusted || !(event.target instanceof Element)) return; // this script clicks as well
    if (event.target.closest("#glm-side-button")) toggle(!isOpen());
    else if (glm.narrow() && isOpen() && !event.target.closest("#glm-side-bar") && event.target.isConnected) toggle(false);
  });
  bar.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && glm.narrow() && !list.querySelector("input")) toggle(false);
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
      if (save) library.rename(row, input.value);
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
    if (row.id === library.now().showing) name.setAttribute("aria-current", "true");
    name.addEventListener("click", () => library.open(row));
    const item = make("li", {}, name);
    item.append(
      glm.iconButton("pencil", glm.say("side_rename", { title: row.title }), () => renaming(row, item)),
      glm.iconButton("bin", glm.say("side_delete", { title: row.title }), () => library.remove([row])),
    );
    return item;
  };

  let drawn = "";
  const draw = (glm.drawSideBar = () => {
    const button = document.getElementById("glm-side-button");
    button?.setAttribute("aria-expanded", String(isOpen()));
    if (!glm.lang || list.querySelector("input")) return;
    const { rows, showing, pictureBytes, trouble, deletedLast, isSaved } = library.now();
    const words = search.value.trim().toLowerCase();
    const found = words ? rows.filter((row) => hasWords(row, words)) : rows;
    const listed = found.map((row) => [row.id, row.title, row.updated]);
    const now = JSON.stringify([glm.lang, showing, listed, trouble, pictureBytes, deletedLast.length, words, isSaved]);
    if (now === drawn) return;
    drawn = now;
    bar.setAttribute("aria-label", glm.say("side_title"));
    title.textContent = glm.say("side_title");
    close.setAttribute("aria-label", glm.say("side_close"));
    close.title = glm.say("side_close");
    fresh.replaceChildren(icon("plus"), glm.say("clear"));
    search.placeholder = glm.say("side_search");
    search.setAttribute("aria-label", glm.say("side_search"));
    search.hidden = rows.length < 2 && !words;
    list.replaceChildren(...found.map(listItem));
    const nothing = glm.say(isSaved ? "side_empty_saved" : "side_empty");
    hint.textContent = rows.length ? (found.length ? "" : glm.say("side_nothing_found")) : nothing;
    toast.hidden = !deletedLast.length;
    if (deletedLast.length) {
      const undo = make("button", { type: "button", textContent: glm.say("undo") });
      undo.addEventListener("click", library.restoreDeleted);
      const count = deletedLast.length;
      const said = glm.say(count > 1 ? "side_deleted_all" : "side_deleted", { title: deletedLast[0].title, count });
      toast.replaceChildren(make("span", {}, said), undo);
    }
    choose.textContent = glm.say("side_import");
    clear.textContent = glm.say("side_delete_all");
    clear.hidden = rows.length < 2;
    const used = (pictureBytes / 1e6).toFixed(pictureBytes < 1e7 ? 1 : 0);
    foot.textContent = trouble
      ? glm.say(trouble.key, trouble)
      : glm.say(isSaved ? "side_saved" : "side_kept", { used, limit: glm.store.budget / 1e6 });
    foot.classList.toggle("glm-problem", Boolean(trouble));
  });

  const start = () => document.body.prepend(bar);
  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);
})();
