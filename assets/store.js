// The browser's own storage (IndexedDB): conversations as their records, pictures by conversation and name.

(() => {
  const PICTURE_BUDGET = 200e6; // bytes of all pictures together; beyond it those of the oldest conversations go
  const LARGEST_PICTURE = 5e6; // a larger one is kept at LARGEST_SIDE pixels
  const LARGEST_SIDE = 2048;

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
    if (!database) return null;
    const transaction = database.transaction(name, mode);
    const asked = act(transaction.objectStore(name));
    if (mode === "readonly") return asPromise(asked);
    transaction.commit(); // a page that is left aborts what was not committed
    return new Promise((done, fail) => {
      transaction.oncomplete = done;
      transaction.onabort = () => fail(transaction.error); // where there is no room, this says it and no request does
    });
  };
  const read = (name, id) => stored(name, "readonly", (store) => store.get(id));
  const readAll = async (name, ids) => (await stored(name, "readonly", (store) => store.getAll(ids))) || [];
  const write = (name, ...values) => stored(name, "readwrite", (store) => values.forEach((value) => store.put(value)));
  const erase = (name, id) => stored(name, "readwrite", (store) => store.delete(id));

  // "id" held the one picture of a conversation before each had a name, "id/name", and its turn.
  const ofConversation = (id) => IDBKeyRange.bound(id, `${id}/\uffff`);
  const picturesOf = (id) => readAll("pictures", ofConversation(id));

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

  const store = (glm.store = {
    budget: PICTURE_BUDGET,
    works: async () => Boolean(await opened),
    conversations: () => readAll("conversations"),
    conversation: (id) => read("conversations", id),
    put: (...rows) => write("conversations", ...rows),
    pictureBytes: async () => (await readAll("pictures")).reduce((sum, picture) => sum + picture.blob.size, 0),

    erase: async (id) => {
      await erase("conversations", id);
      await erase("pictures", ofConversation(id));
    },

    // Keeps what is new of a conversation's pictures, {name: address}, and lets go of what it has no more; whether it
    // lacks one that the server did not give.
    keepPictures: async (id, addresses) => {
      const before = new Map((await picturesOf(id)).map((picture) => [picture.id, picture]));
      let lacks = false;
      for (const [name, address] of Object.entries(addresses)) {
        if (before.delete(`${id}/${name}`)) continue;
        const answer = await fetch(address);
        if (!answer.ok) {
          lacks = true;
          continue;
        }
        let blob = await answer.blob();
        if (blob.size > LARGEST_PICTURE) blob = await shrink(blob);
        await write("pictures", { id: `${id}/${name}`, blob });
      }
      for (const gone of before.keys()) await erase("pictures", gone);
      return lacks;
    },

    // Within the budget: `rows` are all conversations, newest first, of which the first keeps its pictures.
    fit: async (rows) => {
      let bytes = await store.pictureBytes();
      for (const row of rows.slice(1).reverse()) {
        if (bytes <= PICTURE_BUDGET) break;
        for (const { blob } of await picturesOf(row.id)) bytes -= blob.size;
        await erase("pictures", ofConversation(row.id));
      }
      return bytes;
    },

    // The record with its pictures inside, as the server takes it; and whether one of them is no longer kept.
    whole: async (row) => {
      const record = { ...row.record, title: row.title };
      const kept = await picturesOf(row.id);
      if (record.version === 1) {
        const picture = kept[0] ? await asDataUrl(kept[0].blob) : null;
        return { record: { ...record, picture }, lacks: Boolean(row.hasPicture && !picture) };
      }
      record.pictures = {};
      for (const picture of kept) record.pictures[picture.id.split("/")[1]] = await asDataUrl(picture.blob);
      const names = record.messages.flatMap((message) => message.pictures || []);
      return { record, lacks: names.some((name) => !record.pictures[name]) };
    },

    // A file on its way to the other page.
    lay: (blob) => write("pictures", { id: "import", blob }),
    take: async () => {
      const laid = await read("pictures", "import");
      if (laid) await erase("pictures", "import");
      return laid?.blob;
    },
  });
})();
