// What the page of comparisons does in the browser beside gradio's own work.

(() => {
  // Another model for A or B: the server hears of it through a hidden button.
  document.addEventListener("change", (event) => {
    if (!event.target.matches?.(".glm-compare .glm-select")) return;
    const { value, dataset } = event.target;
    glm.order({ do: "choose", id: Number(dataset.place), text: value }, "glm-choose");
  });

  // Both sides follow their answers, until the reader scrolls up.
  const sides = () => document.querySelectorAll(":is(#glm-left, #glm-right) .bubble-wrap");
  document.addEventListener("scroll", ({ target }) => {
    if (!target.matches?.(".bubble-wrap")) return;
    target.glmAway = target.scrollHeight - target.scrollTop - target.clientHeight > 60;
  }, true);
  const follow = () => {
    for (const side of sides()) {
      if (!side.glmAway) side.scrollTop = side.scrollHeight;
      for (const bubble of side.querySelectorAll("[data-testid=user], [data-testid=bot]")) {
        bubble.setAttribute("role", "group");
        bubble.setAttribute("aria-label", glm.say(bubble.dataset.testid === "user" ? "you" : "name_answer"));
      }
    }
  };
  let waiting = false;
  const observer = new MutationObserver(() => {
    if (waiting || !sides().length) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; follow(); });
  });
  document.addEventListener("DOMContentLoaded", () => {
    observer.observe(document.body, { childList: true, subtree: true, characterData: true });
  });
})();
