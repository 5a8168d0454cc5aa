// Conversations as files: the menu of their formats, what is saved, what is imported.

(() => {
  const LARGEST_FILE = 64 * 2 ** 20;
  const make = glm.make;

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

  glm.importFile = async (file) => {
    if (glm.narrow()) glm.toggleSideBar(false);
    const text = file.size > LARGEST_FILE ? "" : await file.text();
    const other = (text.match(/^\s*\{[^[]{0,2000}?"kind":\s*"(chat|image)"/) || [])[1] || (glm.kind === "compare" && "chat");
    if (file.size > LARGEST_FILE) {
      glm.library.complain("file_too_large", { limit: LARGEST_FILE / 2 ** 20 });
    } else if (other && other !== glm.kind) {
      await glm.store.lay(file); // the other page takes it from there
      glm.library.go(other);
    } else {
      glm.order({ do: "import", text });
    }
  };
})();
