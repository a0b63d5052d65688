// What makes telling and following quicker or kinder on a phone; no page needs it.

const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const say = (node, name, ...args) =>
  (node.dataset[name] || '').replace(/\{(\d)\}/g, (_, n) => String(args[Number(n)] ?? ''));
const make = (tag, props, ...children) => {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children);
  return node;
};

// Is there a network? What the phone believes is not enough: it must reach the site. Any answer will do.
async function reached() {
  if (navigator.onLine === false) return false;
  const late = new Promise((done) => setTimeout(done, 6000, false));
  return Promise.race([fetch('/livez', { cache: 'no-store' }).then(() => true, () => false), late]);
}

// Photos: made smaller and freed of everything the camera wrote into them, then sent one by one while the person goes on writing.
const longest = 2048;
async function smaller(file) {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type) || !self.createImageBitmap) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
    const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
    const canvas = make('canvas', { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
    canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const blob = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.86));
    return blob ? new File([blob], 'photo.jpg', { type: 'image/jpeg', lastModified: 0 }) : file;
  } catch {
    return file; // the server says what is wrong with it
  }
}

const trays = new Map(); // form → what waits for its photos

function tray(box) {
  const input = box.querySelector('input[type=file]');
  const adder = box.querySelector('.tile.add');
  const note = box.querySelector('[data-said]');
  const most = Number(box.dataset.photos);
  const form = input.form;
  const items = new Set();
  let queue = Promise.resolve();

  const tiles = () => all('.tile:not(.add)', box).length;
  const tell = (text, bad) => {
    note.textContent = text;
    note.classList.toggle('bad', !!bad);
  };
  const count = () => {
    adder.hidden = tiles() >= most;
    const bad = [...items].find((i) => i.why);
    if (bad) tell(bad.why, true);
    else tell(say(box, 'have', tiles(), most));
  };
  const busy = () => {
    box.toggleAttribute('aria-busy', [...items].some((i) => i.state === 'going'));
    if (box.hasAttribute('aria-busy')) box.setAttribute('aria-busy', 'true');
  };
  const remover = (tile, item) => {
    const drop = make('button', { type: 'button', className: 'drop', textContent: box.dataset.remove });
    drop.addEventListener('click', () => {
      item?.xhr?.abort();
      items.delete(item);
      tile.remove();
      busy();
      count();
      input.focus();
    });
    return drop;
  };

  // what the form has already: a button instead of a box to untick
  all('.tile input[type=checkbox]', box).forEach((have) => {
    const tile = have.closest('.tile');
    tile.append(make('input', { type: 'hidden', name: have.name, value: have.value }), remover(tile));
    have.closest('label').remove();
  });

  const failed = (item, text, forGood) => {
    item.state = forGood ? 'refused' : 'failed';
    item.why = text;
    item.bar.remove();
    const again = make('button', { type: 'button', className: 'again', textContent: box.dataset.retry });
    again.addEventListener('click', () => go(item));
    item.tile.classList.add('bad');
    item.tile.querySelector('.why')?.remove();
    const word = make('span', { textContent: forGood ? box.dataset.refused : text });
    item.tile.append(make('p', { className: 'why' }, word, ...(forGood ? [] : [again])));
    count();
    busy();
  };
  const send = (item) => new Promise((done) => {
    if (!items.has(item)) return done();
    const body = new FormData();
    body.append('_token', form.elements.namedItem('_token').value);
    body.append(input.name, item.file, 'photo.jpg');
    const xhr = item.xhr = new XMLHttpRequest();
    xhr.open('POST', box.dataset.send);
    xhr.setRequestHeader('Accept', 'application/json');
    xhr.responseType = 'json';
    xhr.upload.onprogress = (e) => { item.bar.value = e.loaded / e.total; };
    xhr.onload = () => {
      if (xhr.status === 200 && xhr.response?.token) {
        item.state = 'done';
        item.bar.remove();
        item.tile.append(make('input', { type: 'hidden', name: input.name + '_have', value: xhr.response.token }));
        items.delete(item);
        count();
      } else if (xhr.status >= 500 || xhr.status === 429) failed(item, box.dataset.failed);
      else failed(item, xhr.response?.fields?.[0]?.detail || xhr.response?.detail || box.dataset.failed, true);
      done();
    };
    xhr.onerror = () => { failed(item, box.dataset.failed); done(); };
    xhr.onabort = done;
    xhr.send(body);
  });
  const go = (item) => {
    item.state = 'going';
    item.why = '';
    item.tile.classList.remove('bad');
    item.tile.querySelector('.why')?.remove();
    item.bar.value = 0;
    item.tile.append(item.bar);
    tell(say(box, 'work', [...box.querySelectorAll('.tile')].indexOf(item.tile) + 1));
    busy();
    queue = queue.then(async () => {
      item.file = await smaller(item.file);
      await send(item);
      busy();
    });
  };
  input.addEventListener('change', () => {
    const picked = [...input.files];
    input.value = '';
    let over = 0;
    for (const file of picked) {
      if (tiles() >= most) {
        over++;
        continue;
      }
      const item = { file, bar: make('progress', { max: 1, value: 0 }) };
      item.bar.setAttribute('aria-label', box.dataset.alt);
      item.tile = make('li', { className: 'tile' }, make('img', { src: URL.createObjectURL(file), alt: box.dataset.alt, width: 96, height: 96 }));
      item.tile.append(remover(item.tile, item));
      items.add(item);
      adder.before(item.tile);
      go(item);
    }
    adder.hidden = tiles() >= most;
    if (over) tell(say(box, 'over', most, over), true);
  });
  const again = () => items.forEach((i) => i.state === 'failed' && go(i));
  addEventListener('online', again);
  let stopped = false;
  trays.set(form, {
    // the first press stops where a photo is missing, the second one goes on without it
    stop: () => {
      if (!stopped) {
        tell(box.dataset.leftOut, true);
        box.scrollIntoView({ block: 'center' });
      }
      stopped = !stopped;
      return stopped;
    },
    // what is on its way arrives, what failed is tried once more
    settle: async () => {
      again();
      if (box.hasAttribute('aria-busy')) tell(box.dataset.wait);
      await queue;
      return ![...items].some((i) => i.state === 'failed');
    },
  });
}
if (HTMLFormElement.prototype.requestSubmit) all('[data-photos][data-send]').forEach(tray);

// A form that is sent without a network would be lost with the browser's error page: what was typed stays, and the page says so.
const asked = new WeakSet(); // forms that wait for the answer
async function submitted(e) {
  const form = e.target;
  if (!form.dataset.net) return;
  if (form.dataset.ready) {
    delete form.dataset.ready;
    return;
  }
  e.preventDefault();
  e.stopImmediatePropagation();
  if (asked.has(form)) return;
  asked.add(form);
  const button = e.submitter;
  button?.classList.add('busy');
  const tray = trays.get(form);
  const settled = !tray || await tray.settle();
  const there = await reached();
  asked.delete(form);
  button?.classList.remove('busy');
  const panel = form.parentNode.querySelector('[data-offline]');
  if (!there && panel) {
    lost(form, panel, button);
    return;
  }
  panel?.setAttribute('hidden', '');
  if (!settled && tray.stop()) return;
  form.dataset.ready = '1';
  form.requestSubmit(button);
}
let pending = false; // something was to go on and could not
function lost(form, panel, button) {
  panel.hidden = false;
  panel.focus();
  panel.scrollIntoView({ block: 'center' });
  if (pending) return;
  pending = true;
  let timer;
  const again = async () => {
    if (!pending || !await reached()) return;
    pending = false;
    clearInterval(timer);
    removeEventListener('online', again);
    panel.hidden = true;
    if (form.dataset.net === 'send') form.requestSubmit(button);
  };
  addEventListener('online', again);
  timer = setInterval(again, 10000);
}
if (HTMLFormElement.prototype.requestSubmit) document.addEventListener('submit', submitted, true);

// Nothing could be written: after a while somebody may try again without opening the page anew.
all('.bar button[disabled]').forEach((b) => setTimeout(() => { b.disabled = false; }, 30000));

// The receipt: its code is shown once. Who goes on without having saved it is reminded, once, and never when he has to leave quickly.
let safe = true;
all('[data-receipt] #receipt-code').slice(0, 1).forEach((code) => {
  const box = code.closest('[data-receipt]');
  const remind = document.querySelector('[data-remind]');
  if (!remind) return;
  safe = false;
  const saved = () => {
    safe = true;
    remind.hidden = true;
  };
  const noted = document.querySelector('[data-noted]');
  noted.hidden = false;
  noted.addEventListener('change', (e) => { e.target.checked ? saved() : (safe = false); });
  box.addEventListener('click', (e) => e.target.closest('[data-receipt-save], [data-print], [data-copy]') && saved());
  document.addEventListener('click', (e) => {
    const to = e.target.closest('a[href]');
    if (!to || safe || to.closest('[data-receipt]')) return;
    if (to.dataset.exit !== undefined) {
      safe = true;
      return;
    }
    e.preventDefault();
    safe = true; // the second press goes through
    remind.hidden = false;
    remind.focus();
  }, true);
});
addEventListener('beforeunload', (e) => {
  if (document.documentElement.hidden || safe && !(pending && all('[data-net=send]')[0])) return;
  safe = true;
  e.preventDefault();
});

// The list of places: what does not fit goes away while one types.
all('[data-places]').forEach((box) => {
  const field = box.querySelector('input[type=search]');
  const none = box.querySelector('[data-none]');
  field.addEventListener('input', () => {
    const typed = field.value.trim().toLowerCase();
    let left = 0;
    all('section', box).forEach((area) => {
      const name = area.querySelector('h2').textContent.toLowerCase();
      let some = 0;
      all('li', area).forEach((li) => {
        li.hidden = !(name + ' ' + li.textContent + ' ' + li.dataset.code).toLowerCase().includes(typed);
        some += !li.hidden;
      });
      area.hidden = !some;
      left += some;
    });
    none.hidden = left > 0;
  });
});
