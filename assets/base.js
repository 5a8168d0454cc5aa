// What the page's other scripts stand on: words, orders to the server, this tab's memory, elements, reloads.

(() => {
  const kind = (glm.kind = location.pathname.match(/\/(image|compare)\/?$/)?.[1] || "chat");

  // Storage of this tab; where it is blocked, as in some embedded pages, nothing is remembered.
  glm.blocked = (act) => {
    try {
      return act();
    } catch {
      return null;
    }
  };
  const tab = (glm.tab = {
    get: (key) => glm.blocked(() => sessionStorage.getItem(key)),
    set: (key, value) => glm.blocked(() => sessionStorage.setItem(key, value)),
    remove: (key) => glm.blocked(() => sessionStorage.removeItem(key)),
  });

  // --- Words and orders

  glm.lang = "";
  glm.say = (key, fields = {}) =>
    (glm.words[glm.lang || "en"][key] || key).replace(/\{(\w+)\}/g, (_, name) => fields[name] ?? "");

  glm.addressOf = () => ""; // of a picture, by name; `library.js` knows

  // What the visitor did goes to the server through a hidden button, whose event asks `takeOrder` what it was.
  const orders = [];
  glm.takeOrder = () => orders.shift() || "";
  glm.order = (fields, button = "glm-at-once") => {
    orders.push(JSON.stringify(fields));
    document.getElementById(button)?.click();
  };

  // --- Elements

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
    camera: "M3.5 6.5h3l1.500-2h4l1.500 2h3v9h-13zM10 13.5a2.700 2.700 0 1 0 0-5.4a2.700 2.700 0 0 0 0 5.4z",
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

  glm.narrow = () => matchMedia("(max-width: 1023px)").matches;

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
  glm.rememberServer = async () => {
    server = await askServer();
  };
  glm.asLoaded = async (inputs) => {
    const now = await askServer();
    if (!now || now === server) return inputs;
    location.reload();
    return new Promise(() => {});
  };

  glm.asSent = async (inputs) => {
    await glm.uploading; // what is being sent belongs to the question
    return glm.asLoaded(inputs);
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

  // Called when the page has its language, at first and after each change.
  glm.speak = (lang) => {
    const first = !glm.lang;
    glm.lang = lang;
    if (first) {
      document.documentElement.classList.add("glm-ready");
      restoreDraft();
      if (!glm.narrow()) box()?.focus();
    }
    glm.drawSideBar();
    glm.drawPictures();
    glm.showMessages();
    glm.nameThings();
  };
})();
