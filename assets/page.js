// What the pages do in the browser beside gradio's own work.

// A picture pasted anywhere on the picture page goes where an upload goes; it takes the place of the one there.
document.addEventListener("paste", (event) => {
  const place = document.querySelector("#glm-picture");
  const picture = [...(event.clipboardData?.files || [])].find((file) => file.type.startsWith("image/"));
  if (!place || !picture) return;
  event.preventDefault();
  const files = new DataTransfer();
  files.items.add(picture);
  const remove = place.querySelector("img") && [...place.querySelectorAll(".icon-button-wrapper button")].pop();
  if (remove) remove.click();
  const give = (tries) => {
    const input = place.querySelector("input[type=file]");
    if (!input) return tries && setTimeout(give, 50, tries - 1);
    input.files = files.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  give(60);
});

// Keys: / goes to the text box, Esc stops the answer, ↑ in the empty box edits the last question. Keys that an input
// method uses to compose a character are left alone.
document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const box = document.querySelector("#glm-box textarea");
  const inBox = event.target === box;
  const isField = event.target instanceof Element && event.target.matches("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !isField && box) {
    event.preventDefault();
    box.focus();
  } else if (event.key === "Escape" && !document.querySelector(".glm-menu, .glm-side-open #glm-side-bar:focus-within")) {
    document.querySelector("#glm-box .stop-button")?.click();
  } else if (event.key === "ArrowUp" && inBox && !box.value && glm.editLastQuestion()) {
    event.preventDefault();
  }
});
