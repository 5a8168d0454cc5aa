// What the pages do in the browser beside gradio's own work.

// The copy button of a message gives the text as it was typed or written, not the source that the page displays.
document.addEventListener("click", (event) => {
  const selector = "#glm-conversation .message-buttons button";
  const button = event.target instanceof Element && event.target.closest(selector);
  const raw = document.querySelector("#glm-raw textarea, #glm-raw input");
  if (!button || !raw || !navigator.clipboard) return;
  const text = JSON.parse(raw.value || "[]")[[...document.querySelectorAll(selector)].indexOf(button)];
  if (typeof text === "string") setTimeout(() => navigator.clipboard.writeText(text), 0);
}, true);

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
