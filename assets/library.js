// The visitor's conversations: kept in this browser, nowhere else unless the page says so; the one that is shown.

(() => {
  const UNDO_SECONDS = 20;
  const { kind, store, tab, isSaved } = glm;

  let rows = []; // {id, kind, title, updated, deleted, hasPicture, record}, newest first
  let pictureBytes = 0;
  let trouble = null; // a sentence: its key and fields
  let showing = null; // the conversation that the page shows
  let shown = ""; // its content
  let running = false; // whether an answer to it is on its way
  let opened = null; // a stored record on its way to the page
  const unsettled = new Set(); // conversations that other tabs were told of while an answer was on its way
  let isFirst = true;
  let keeping = Promise.resolve(); // the last change of the conversation that is shown, on its way to the store
  let deletedLast = [];
  let deletedTimer = 0;
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("glm-webui") : null;
  const openKey = `glm-webui-open-${kind}`; // of this tab, so that a reload comes back to what it showed

  const draw = () => glm.drawSideBar();
  const startAnew = () => {
    if (kind !== "compare") return document.getElementById("glm-clear")?.click();
    tab.remove("glm-webui-open-chat");
    go("chat");
  };
  // What two records differ in, but for the model that is chosen: two tabs may have chosen two.
  const content = (record) => JSON.stringify({ ...record, model: "" });
  const newestFirst = (list) => list.sort((one, other) => other.updated - one.updated);

  const refresh = async () => {
    if (!(await store.works())) trouble = { key: "side_not_kept" };
    rows = newestFirst(await store.conversations());
    pictureBytes = await store.pictureBytes();
    draw();
  };
  const complain = (key, fields) => {
    trouble = { key, ...fields };
    draw();
  };
  const tell = (id, settled) => {
    unsettled[settled ? "delete" : "add"](id);
    channel?.postMessage({ id, settled });
  };
  channel?.addEventListener("message", async ({ data }) => {
    await refresh();
    const row = rows.find((other) => other.id === data.id);
    if (!row || row.id !== showing || running) return;
    if (row.deleted) startAnew();
    else if (data.settled && content(row.record) !== shown) open(row); // another tab has gone on with it
  });

  const put = async (changed, isSettled = (row) => !running || row.id !== showing) => {
    if (!changed.length) return;
    const ids = changed.map((row) => row.id);
    rows = newestFirst([...changed, ...rows.filter((other) => !ids.includes(other.id))]); // at once: others go by it
    draw();
    try {
      await store.put(...changed);
      trouble = (await store.works()) ? null : { key: "side_not_kept" };
    } catch {
      trouble = { key: "side_full" };
    }
    draw();
    for (const row of changed) tell(row.id, isSettled(row));
  };

  // --- The conversation that the page shows

  glm.show = (text) => {
    if (!text) return;
    const state = JSON.parse(text);
    const { record } = state;
    showing = record.messages.length ? record.id : null;
    shown = content(record);
    running = glm.running = state.running;
    if (showing) tab.set(openKey, showing);
    else tab.remove(openKey);
    glm.addressOf = (name) => state.pictures[name];
    glm.showMessages(state);
    glm.drawPictures(state);
    glm.nameThings();
    draw();
    if (isFirst) purge();
    isFirst = false;
    if (!showing) dropEmpty(record.id);
    else if (!running && rows.some((row) => row.id === showing && row.deleted)) startAnew(); // by another tab, meanwhile
    else keeping = keeping.then(() => keep(state)).catch(() => complain("side_full"));
  };

  const keep = async ({ record, pictures: addresses, running: onItsWay }) => {
    const { id, title, messages } = record;
    const before = rows.find((row) => row.id === id);
    const stored = opened?.id === id ? opened.messages : [];
    if (opened?.id === id) opened = null;
    if (before?.deleted) return;
    const isCut = stored.length === messages.length + 1 && JSON.stringify(stored.slice(0, -1)) === JSON.stringify(messages);
    if (isCut) return tell(id, true); // of its last question, whose answer another tab may be about to keep
    if (before && content(before.record) === content(record)) {
      if (!onItsWay && unsettled.has(id)) tell(id, true);
      return;
    }
    const names = messages.flatMap((message) => message.pictures || []);
    const row = { id, kind, title, updated: Date.now(), deleted: 0, hasPicture: names.length > 0, record };
    const isSettled = () => !onItsWay;
    if (!names.length && !before?.hasPicture) return put([row], isSettled);
    let fault = null;
    try {
      const lacks = await store.keepPictures(id, Object.fromEntries(names.map((name) => [name, addresses[name]])));
      if (lacks) fault = { key: "side_picture_gone" };
    } catch {
      fault = { key: "side_full" };
    }
    if (rows.find((other) => other.id === id)?.deleted) return; // meanwhile
    await put([row], isSettled); // after its pictures: without them it would be read as having none
    pictureBytes = await store.fit(rows);
    trouble = fault || trouble;
    draw();
  };

  // A question that was refused, or taken back, leaves nothing behind.
  const dropEmpty = async (id) => {
    if (!rows.some((row) => row.id === id && !row.deleted)) return;
    rows = rows.filter((row) => row.id !== id);
    await store.erase(id);
    tell(id, true);
    draw();
  };

  const opening = async (id) => {
    const row = await store.conversation(id);
    if (!row || row.deleted) return "";
    opened = row.record;
    const { record, lacks } = await store.whole(row);
    if (lacks) trouble = { key: "side_picture_gone" };
    return JSON.stringify({ do: "open", text: JSON.stringify(record) });
  };

  glm.wake = async () => {
    await glm.rememberServer();
    await refresh();
  };

  // What the page asks for when it opens: the conversation that this tab showed, if it did.
  glm.restore = async () => {
    try {
      await glm.wake();
      const arrived = await store.take();
      if (arrived) return JSON.stringify({ do: "import", text: await arrived.text() });
      const id = tab.get(openKey);
      return id ? await opening(id) : "";
    } catch {
      trouble = { key: "side_not_kept" };
      return "";
    }
  };

  const go = (page) => location.assign(page === "image" ? "./image" : "./");

  const open = async (row) => {
    if (glm.narrow()) glm.toggleSideBar(false);
    if (row.id === showing && content(row.record) === shown) return;
    if (row.kind !== kind) {
      tab.set(`glm-webui-open-${row.kind}`, row.id);
      go(row.kind);
      return;
    }
    const order = await opening(row.id);
    if (order) glm.order(JSON.parse(order));
  };

  const rename = async (row, title) => {
    if (!title.trim() || title === row.title) return;
    const now = (await store.conversation(row.id)) || row; // it may have gone on in another tab
    await put([{ ...now, title: title.trim(), record: { ...now.record, title: title.trim() } }]);
    if (row.id === showing) glm.order({ do: "rename", text: title.trim() });
  };

  const remove = async (gone) => {
    const wasShowing = gone.some((row) => row.id === showing);
    deletedLast = gone.map((row) => ({ ...row, wasShowing: row.id === showing })); // only for what is said of them
    await put(gone.map((row) => ({ ...row, deleted: Date.now() })));
    if (wasShowing) startAnew();
    clearTimeout(deletedTimer);
    deletedTimer = setTimeout(() => {
      deletedLast = [];
      purge();
      draw();
    }, UNDO_SECONDS * 1000);
  };

  const restoreDeleted = async () => {
    clearTimeout(deletedTimer);
    const gone = deletedLast;
    deletedLast = [];
    const now = (row) => rows.find((other) => other.id === row.id) || row; // another tab may have gone on with it
    await put(gone.map((row) => ({ ...now(row), deleted: 0 })));
    const back = gone.find((row) => row.wasShowing);
    if (back) await open(back);
  };

  // What was deleted longer ago than it can be undone goes, from the server as well if it keeps conversations.
  const purge = async () => {
    if (kind === "compare") return; // which cannot tell the server
    const gone = (await store.conversations()).filter(
      (row) => row.deleted && Date.now() - row.deleted >= UNDO_SECONDS * 1000,
    );
    if (gone.length && isSaved) glm.order({ do: "forget", text: JSON.stringify(gone.map((row) => row.id)) });
    for (const row of gone) await store.erase(row.id);
    if (gone.length) await refresh();
  };

  glm.library = {
    go,
    open,
    purge,
    remove,
    rename,
    restoreDeleted,
    startAnew,
    complain,
    now: () => ({ rows: rows.filter((row) => !row.deleted), showing, pictureBytes, trouble, deletedLast, isSaved }),
  };
})();
