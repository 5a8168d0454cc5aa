// What the pages do in the browser beside gradio's own work.

// Keys: / goes to the text box, Esc stops the answer, ↑ in the empty box edits the last question. Keys that an input
// method uses to compose a character are left alone.
document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || glm.isDialogOpen()) return;
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

// An example is sent with Enter. Where fingers point the box is left alone: its keyboard would cover the page.
document.addEventListener("click", (event) => {
  if (!event.target.closest?.(".glm-thumb, .glm-chip") || !matchMedia("(pointer: fine)").matches) return;
  document.querySelector("#glm-box textarea")?.focus();
});

// Another model: the server hears of it through a hidden button.
let choosing = false;
document.addEventListener("change", (event) => {
  if (event.target.id !== "glm-model") return;
  choosing = true;
  glm.order({ do: "choose", text: event.target.value }, "glm-choose");
});
document.addEventListener("focusin", () => { choosing = false; });
const watchChoice = () => {
  const choice = document.getElementById("glm-model");
  if (!choice) return;
  choice.disabled = Boolean(glm.running);
  if (choosing && document.activeElement === document.body) choice.focus(); // it was drawn anew
};
glm.settleChoice = () => { // the model that the server has settled on, which may not be the one wished for
  const drawn = document.querySelector("#glm-model option[selected]");
  if (drawn) drawn.selected = true;
};

// Names for gradio's own buttons, some of which have none and others only in the language of the browser.
glm.nameThings = () => {
  if (!glm.lang) return;
  watchChoice();
  const name = (element, word) => {
    if (element.getAttribute("aria-label") !== word) element.setAttribute("aria-label", word);
    if (element.matches("button") && element.title !== word) element.title = word;
  };
  const bySelector = {
    "#glm-box .submit-button": "name_send",
    "#glm-box .stop-button": "name_stop",
    "#glm-conversation .bubble-wrap": "conversation",
    "#glm-left .bubble-wrap": "name_left",
    "#glm-right .bubble-wrap": "name_right",
    ".bubble-wrap .copy_code_button": "name_copy_code",
    ":is(#glm-controls, .glm-settings) .reset-button": "name_reset",
  };
  for (const [selector, key] of Object.entries(bySelector)) {
    for (const element of document.querySelectorAll(selector)) name(element, glm.say(key));
  }
  // so that keys can scroll them
  for (const place of document.querySelectorAll(".bubble-wrap")) place.setAttribute("tabindex", "0");
  const box = document.querySelector("#glm-box textarea"); // gradio's label would name it after the button as well
  const label = box?.closest("label")?.querySelector("[data-testid=block-info]");
  if (label) name(box, label.textContent.trim());
  for (const input of document.querySelectorAll(":is(#glm-controls, .glm-settings) input[aria-label]")) {
    name(input, input.getAttribute("aria-label").replace(/^(number input|range slider) for /, ""));
  }
};

// How long the visitor has been waiting for the answer to begin.
let waitingSince = 0;
setInterval(() => {
  const place = document.querySelector("#glm-status .glm-elapsed");
  waitingSince = place ? waitingSince || Date.now() : 0;
  const seconds = place ? Math.floor((Date.now() - waitingSince) / 1000) : 0;
  if (seconds > 1) place.textContent = glm.say("name_seconds", { count: seconds });
}, 250);
