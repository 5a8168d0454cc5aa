// Pictures: which go with the next question, how they come here, and how they are seen large.

(() => {
  const { make, iconButton } = glm;
  let next = []; // names
  let several = false; // may one question have?
  let sending = false; // a picture is on its way
  let isOrdered = false; // and only the server's answer is awaited
  let sent = null; // settles what waits for a picture on its way
  let drawn = "";

  const panel = () => document.getElementById("glm-picture");
  const isOpen = () => Boolean(document.querySelector("dialog[open]"));
  glm.isDialogOpen = isOpen;

  // --- On their way here

  glm.uploading = Promise.resolve();
  glm.addPictures = async (files) => {
    const place = panel();
    if (!place || !files.length || sending) return;
    if (files.some((file) => file.size > Number(place.dataset.limit))) {
      glm.order({ do: "picture too large" });
      return;
    }
    sending = true;
    glm.uploading = new Promise((done) => { sent = done; });
    glm.drawPictures();
    const body = new FormData();
    for (const file of files) body.append("files", file, "picture");
    try {
      const answer = await fetch("gradio_api/upload", { method: "POST", body });
      if (!answer.ok) throw new Error(String(answer.status));
      glm.order({ do: "add pictures", text: JSON.stringify(await answer.json()) });
    } catch {
      glm.order({ do: "picture not sent" });
    }
    isOrdered = true;
  };
  glm.orderDone = () => {
    if (!isOrdered) return;
    sending = isOrdered = false;
    sent?.();
    sent = null;
    glm.drawPictures();
  };

  // --- The panel: the pictures of the next question, or those that the conversation is about now

  glm.drawPictures = (news) => {
    if (news) ({ next, several } = news);
    const place = panel();
    if (!place || !glm.lang) return;
    const asked = [...glm.shownPath()].reverse().find((message) => message.pictures?.length);
    const shown = next.length ? next : asked?.pictures || [];
    const key = JSON.stringify([glm.lang, shown.map(glm.addressOf), next, sending, several]);
    if (key === drawn && place.firstChild) return;
    drawn = key;
    const hadFocus = place.contains(document.activeElement);
    place.setAttribute("aria-label", glm.say("picture"));
    const input = make("input", { type: "file", accept: "image/*", multiple: several, hidden: true });
    input.addEventListener("change", () => glm.addPictures([...input.files]));
    const choose = () => input.click();
    const parts = [input];
    if (shown.length) {
      const figures = shown.map((name) => figure(name, shown, next.includes(name)));
      parts.push(make("div", { className: "glm-shown" }, ...figures));
    } else {
      const hint = make("button", { type: "button", className: "glm-drop" }, glm.icon("picture"));
      hint.setAttribute("aria-label", glm.say("picture_hint")); // beside a conversation, phones show the icon alone
      hint.append(make("span", {}, glm.say("picture_hint")));
      hint.addEventListener("click", choose);
      parts.push(hint);
    }
    const add = make("button", { type: "button" }, glm.icon("plus"), glm.say("picture_add"));
    add.addEventListener("click", choose);
    const camera = make("button", { type: "button" }, glm.icon("camera"), glm.say("picture_camera"));
    camera.addEventListener("click", () => openCamera(input));
    const words = sending ? "picture_sending" : next.length ? "picture_next" : "picture_now";
    const caption = make("p", {}, shown.length || sending ? glm.say(words) : "");
    caption.setAttribute("role", "status");
    parts.push(make("div", { className: "glm-picture-acts" }, add, camera), caption);
    place.replaceChildren(...parts);
    place.classList.toggle("glm-several", shown.length > 1);
    if (hadFocus) add.focus();
  };

  const figure = (name, shown, isNext) => {
    const part = make("figure", {}, thumbnail(name, shown));
    if (isNext) {
      const remove = () => glm.order({ do: "remove picture", text: name });
      part.append(iconButton("cross", glm.say("picture_remove"), remove));
    }
    return part;
  };

  // --- Seen large

  const thumbnail = (glm.thumbnail = (name, names) => {
    const button = make("button", { type: "button", className: "glm-enlarge", title: glm.say("picture_enlarge") });
    const number = names.length > 1 ? ` ${names.indexOf(name) + 1}` : "";
    button.append(make("img", { src: glm.addressOf(name), alt: glm.say("picture") + number, decoding: "async" }));
    button.setAttribute("aria-label", `${glm.say("picture_enlarge")}${number}`);
    button.addEventListener("click", () => enlarge(name, names));
    return button;
  });

  const openDialog = (className, label, ...parts) => {
    const dialog = make("dialog", { className }, ...parts);
    dialog.setAttribute("aria-label", label);
    const close = () => dialog.close();
    dialog.append(iconButton("cross", glm.say("close"), close));
    dialog.addEventListener("click", (event) => event.target === dialog && close());
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    return dialog;
  };

  const enlarge = (name, names) => {
    let at = names.indexOf(name);
    const image = make("img", { alt: glm.say("picture") });
    const show = (step) => {
      at = (at + step + names.length) % names.length;
      image.src = glm.addressOf(names[at]);
    };
    image.addEventListener("load", () => {
      image.style.setProperty("--ratio", image.naturalWidth / image.naturalHeight);
    });
    show(0);
    const dialog = openDialog("glm-lightbox", glm.say("picture"), image);
    if (names.length < 2) return;
    dialog.append(iconButton("left", glm.say("picture_before"), () => show(-1)));
    dialog.append(iconButton("right", glm.say("picture_after"), () => show(1)));
    dialog.addEventListener("keydown", ({ key }) => show({ ArrowLeft: -1, ArrowRight: 1 }[key] || 0));
  };

  // --- The camera: a telephone's own program where there is one, else what the browser sees

  const openCamera = async (input) => {
    const devices = navigator.mediaDevices; // only of pages over HTTPS or on this machine
    if (!devices?.getUserMedia || matchMedia("(pointer: coarse)").matches) {
      input.setAttribute("capture", "environment");
      input.click();
      input.removeAttribute("capture");
      return;
    }
    const video = make("video", { autoplay: true, muted: true, playsInline: true });
    const words = make("p", {}, glm.say("camera_opening"));
    words.setAttribute("role", "status");
    const take = make("button", { type: "button", className: "glm-main", disabled: true }, glm.say("camera_take"));
    const dialog = openDialog("glm-camera", glm.say("picture_camera"), video, words, take);
    const stop = () => video.srcObject?.getTracks().forEach((track) => track.stop());
    dialog.addEventListener("close", stop);
    take.addEventListener("click", () => {
      const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
      canvas.getContext("2d").drawImage(video, 0, 0);
      dialog.close();
      canvas.convertToBlob({ type: "image/png" }).then((blob) => glm.addPictures([blob]));
    });
    try {
      video.srcObject = await devices.getUserMedia({ video: true });
      await video.play();
      if (!dialog.open) return stop();
      words.textContent = "";
      take.disabled = false;
      take.focus();
    } catch {
      words.textContent = glm.say("camera_failed");
    }
  };

  // --- Pasted and dropped, anywhere on the page

  document.addEventListener("paste", (event) => {
    const pictures = [...(event.clipboardData?.files || [])].filter((file) => file.type.startsWith("image/"));
    if (!panel() || !pictures.length) return;
    event.preventDefault();
    glm.addPictures(pictures);
  });
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault(); // else the browser would leave the page for the file
    panel()?.classList.add("glm-dropping");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) panel()?.classList.remove("glm-dropping");
  });
  document.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    panel()?.classList.remove("glm-dropping");
    const files = [...event.dataTransfer.files];
    const saved = files.find((file) => file.name.endsWith(".json"));
    if (saved) glm.importFile(saved);
    else glm.addPictures(files);
  });
})();
