// What this device keeps of its owner's work: drafts of forms, and forms that wait to be sent. Pages and the service worker use the
// same code. Everything lies in one database, which belongs to one account: signing out empties it, and so does another account.
(() => {
  const stores = ['meta', 'draft', 'item', 'file'];
  let opened;
  const open = () => (opened ??= new Promise((done, fail) => {
    const ask = indexedDB.open('sanwen', 1);
    ask.onupgradeneeded = () => {
      const d = ask.result;
      d.createObjectStore('meta', { keyPath: 'id' });
      d.createObjectStore('draft', { keyPath: 'id' }); // one for every address of a form
      d.createObjectStore('item', { keyPath: 'n', autoIncrement: true }); // in the order in which they were sent
      d.createObjectStore('file', { keyPath: 'id' }); // photos of both, as bytes
    };
    ask.onsuccess = () => {
      ask.result.onversionchange = () => { ask.result.close(); opened = null; };
      ask.result.onclose = () => { opened = null; };
      done(ask.result);
    };
    ask.onerror = () => { opened = null; fail(ask.error); };
  }));

  // One transaction. What fn returns comes out when everything is on the disk; a request stands for its result.
  const within = async (mode, fn, take = (request) => request.result) => {
    const d = await open();
    return new Promise((done, fail) => {
      const tx = d.transaction(stores, mode, { durability: 'strict' });
      const [meta, draft, item, file] = stores.map((s) => tx.objectStore(s));
      let out;
      tx.oncomplete = () => done(out instanceof IDBRequest ? take(out) : out);
      tx.onabort = tx.onerror = () => fail(tx.error);
      out = fn({ meta, draft, item, file });
    });
  };
  const read = (fn) => within('readonly', fn);
  const write = (fn, take) => within('readwrite', fn, take);
  const clear = () => write((s) => { Object.values(s).forEach((one) => one.clear()); });

  const channel = 'BroadcastChannel' in self ? new BroadcastChannel('sanwen') : null;
  const heard = new Set();
  const tell = (what) => {
    heard.forEach((fn) => fn(what));
    channel?.postMessage(what);
  };
  channel?.addEventListener('message', (e) => heard.forEach((fn) => fn(e.data)));

  // The device is this account's from now on. What another account has left goes, unsent or not.
  const own = async (who, lang) => {
    const had = (await read((s) => s.meta.get('who')))?.who;
    if (had && had !== who) {
      await clear();
      await self.caches?.delete('carried');
    }
    if (had !== who) await write((s) => { s.meta.put({ id: 'who', who }); });
    await write((s) => { s.meta.put({ id: 'lang', lang }); });
    return had === who;
  };

  const drafts = {
    get: (id) => read((s) => s.draft.get(id)),
    all: () => read((s) => s.draft.getAll()),
    put: (draft) => write((s) => { s.draft.put(draft); }),
    keepFile: (file) => write((s) => { s.file.put(file); }),
    files: async (ids) => {
      const found = [];
      for (const id of ids) {
        const one = await read((s) => s.file.get(id));
        if (one) found.push(one);
      }
      return found;
    },
    drop: (id) => write((s) => {
      s.draft.get(id).onsuccess = (e) => {
        (e.target.result?.files || []).forEach((f) => s.file.delete(f.id));
        s.draft.delete(id);
      };
    }),
    dropFile: (id) => write((s) => { s.file.delete(id); }),
  };

  // A draft becomes an item in one step: a device that dies has the one or the other.
  // A token that was used before, as in a page that was carried along and filled in twice, is left out: a new one is fetched for it.
  const add = async (item) => {
    const n = await write((s) => {
      s.draft.delete(item.draft);
      const ask = s.meta.get('used');
      ask.onsuccess = () => {
        const used = ask.result?.tokens || [];
        const token = used.includes(item.token) ? '' : item.token;
        s.meta.put({ id: 'used', tokens: [...used, token].filter(Boolean).slice(-200) });
        s.item.add({ ...item, token, state: 'waiting', at: Date.now() }).onsuccess = (e) => { ask.number = e.target.result; };
      };
      return ask;
    }, (ask) => ask.number);
    tell('changed');
    return n;
  };
  // A form that a page sent by itself, before its script was there, and that found no network: the worker has it and keeps it here. The
  // name of the form is in a field, so that one that must not wait is left to the browser. The same key as ever: it counts once.
  const take = async (request) => {
    const who = (await read((s) => s.meta.get('who')))?.who;
    const form = await request.formData();
    const title = form.get('_queue');
    if (!who || !title) return false;
    const fields = [];
    const files = [];
    for (const [name, value] of form) {
      if (typeof value === 'string') fields.push([name, value]);
      else if (value.size) {
        const id = self.crypto.randomUUID();
        await drafts.keepFile({ id, type: value.type, name: value.name, bytes: await value.arrayBuffer() });
        files.push({ id, field: name });
      }
    }
    const place = form.get('place');
    const { pathname } = new URL(request.url);
    const line = pathname + (place ? ` ${place}` : '');
    await add({ who, draft: line, line, title, page: request.url, action: request.url, token: form.get('_token'),
      multipart: request.headers.get('Content-Type').startsWith('multipart/'), fields, files });
    return true;
  };
  const items = () => read((s) => s.item.getAll());
  const remove = async (item) => {
    await write((s) => {
      item.files.forEach((f) => s.file.delete(f.id));
      s.item.delete(item.n);
    });
    tell('changed');
  };
  // An item that was refused becomes a draft again, for its own page to show.
  const reopen = async (n) => {
    const item = await write((s) => {
      const ask = s.item.get(n);
      ask.onsuccess = () => {
        const i = ask.result;
        if (!i) return;
        s.draft.put({ id: i.draft, page: i.page, title: i.title, fields: i.fields, files: i.files, at: Date.now() });
        s.item.delete(n);
      };
      return ask;
    });
    tell('changed');
    return item;
  };

  const body = async (item) => {
    const fields = item.fields.map(([name, value]) => [name, name === '_token' ? item.token : value]);
    if (!item.multipart) return new URLSearchParams(fields);
    const form = new FormData();
    fields.forEach(([name, value]) => form.append(name, value));
    for (const f of item.files) {
      const [kept] = await drafts.files([f.id]);
      if (!kept) return null; // never sent without what belongs to it
      form.append(f.field, new Blob([kept.bytes], { type: kept.type }), kept.name);
    }
    return form;
  };

  // One try. "sent" is said only for the server's own word that it is done; a page of some network in between is not that word.
  const attempt = async (item) => {
    let answer, said;
    const parts = await body(item);
    if (!parts) return { is: 'held', why: '' };
    try {
      answer = await fetch(item.action, { method: 'POST', body: parts, headers: { Accept: 'application/json' } });
      said = await answer.json();
    } catch {
      return { is: answer?.status === 401 ? 'signin' : 'later' };
    }
    if (answer.ok && typeof said.to === 'string') return { is: 'sent', to: said.to };
    if (answer.status === 401) return { is: 'signin' };
    if (answer.ok || answer.status === 408 || answer.status === 429 || answer.status >= 500) return { is: 'later' };
    // A form that lay too long gets a new token with the same key: it still counts once.
    if (said.token && said.token !== item.token) return { is: 'renewed', token: said.token };
    return { is: 'held', why: (said.fields || []).map((f) => f.detail).join(' ') || said.detail || said.title || '' };
  };

  const freshToken = async (item) => {
    try {
      const answer = await fetch(item.page, { headers: { 'X-Background': '1' } });
      if (answer.redirected) return { is: 'signin' };
      const [, token] = /name="_token" value="([\w.-]+)"/.exec(await answer.text()) || [];
      return token && answer.ok ? { is: 'renewed', token } : { is: answer.status >= 500 ? 'later' : 'held', why: '' };
    } catch {
      return { is: 'later' };
    }
  };
  const send = async (item) => {
    let r = item.token ? await attempt(item) : await freshToken(item);
    if (r.is === 'renewed') {
      item.token = r.token;
      await write((s) => { s.item.put(item); });
      r = await attempt(item);
      if (r.is === 'renewed') r = { is: 'later' };
    }
    if (r.is === 'sent') await remove(item);
    if (r.is === 'held') {
      Object.assign(item, { state: 'held', why: r.why });
      await write((s) => { s.item.put(item); });
    }
    return r;
  };

  // Sends what waits, the oldest first. A refused item holds up later ones of its own line only; no network, no session or a busy
  // server hold up all. One sender at a time on the device; the keys of the forms make a second one harmless.
  const all = async () => {
    const who = (await read((s) => s.meta.get('who')))?.who;
    const held = new Set();
    const done = [];
    for (const { n } of await items()) {
      const item = await read((s) => s.item.get(n));
      if (!item || item.who !== who) continue;
      if (item.state === 'held' || held.has(item.line)) {
        held.add(item.line);
        continue;
      }
      const r = await send(item);
      done.push({ n, title: item.title, ...r });
      if (r.is === 'held') held.add(item.line);
      if (r.is === 'later' || r.is === 'signin') break;
    }
    if (done.length) tell('changed');
    return done;
  };
  let running;
  const flush = () => (running ??= (navigator.locks
    ? navigator.locks.request('sanwen-send', all)
    : all()).finally(() => { running = null; }));

  self.queue = { own, clear, drafts, add, take, items, remove, reopen, flush, lang: () => read((s) => s.meta.get('lang')), heard };
})();
