// Everything here makes a page quicker or kinder; no page needs it.

const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const on = (type, selector, act) =>
  document.addEventListener(type, (e) => {
    const at = e.target instanceof Element && e.target.closest(selector);
    if (at) act(at, e);
  });
const say = (node, name, ...args) =>
  (node.dataset[name] || '').replace(/\{(\d)\}/g, (_, n) => String(args[Number(n)] ?? ''));
const make = (tag, props, ...children) => {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children);
  return node;
};
const words = document.body.dataset;

// What somebody with a role has left on this device is none of an employee's who signs in on it.
if ('forget' in words) {
  self.indexedDB?.deleteDatabase('sanwen');
  self.caches?.delete('carried');
}

// Faults: the summary is read first.
all('[data-focus]')[0]?.focus();

// Sending twice: the second press does nothing until the answer is there, or the page is shown again.
let sending = false;
document.addEventListener('submit', (e) => {
  const form = e.target;
  if (e.submitter?.dataset.again !== undefined) return; // a download: the page stays
  if (form.dataset.busy) {
    e.preventDefault();
    return;
  }
  sending = true;
  form.dataset.busy = '1';
  // after the browser has collected what the pressed button says
  setTimeout(() => all('button:not([type=button])', form).forEach((b) => {
    b.classList.add('busy');
    b.setAttribute('aria-disabled', 'true');
  }));
});
addEventListener('pageshow', (e) => {
  sending = false;
  if (!e.persisted) return;
  all('[data-busy]').forEach((form) => {
    delete form.dataset.busy;
    all('.busy', form).forEach((b) => {
      b.classList.remove('busy');
      b.removeAttribute('aria-disabled');
    });
  });
});

// Text areas: say what is left when little is, and grow where the browser does not do it.
const grows = CSS.supports('field-sizing', 'content');
const measure = (area) => {
  if (!grows) {
    area.style.height = 'auto';
    area.style.height = area.scrollHeight + 2 + 'px';
  }
  const most = Number(area.dataset.max);
  if (!most) return;
  const left = most - [...area.value].length;
  let note = area.parentNode.querySelector('.counted');
  if (left > most / 10) {
    note?.remove();
    return;
  }
  if (!note) {
    note = make('p', { className: 'counted' });
    note.setAttribute('aria-live', 'polite');
    area.after(note);
  }
  note.textContent = left < 0 ? say(area, 'over', -left) : say(area, 'left', left);
  note.classList.toggle('bad', left < 0);
};
on('input', 'textarea', measure);
all('textarea').forEach((a) => a.value && measure(a));

// Photos: shown, made smaller and freed of everything the camera wrote into them, before they leave the phone.
const longest = 2048;
async function smaller(file) {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type) || !self.createImageBitmap || !file.lastModified) return file; // 0: done before
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

function photos(box) {
  const input = box.querySelector('input[type=file]');
  const adder = box.querySelector('.tile.add');
  const note = box.querySelector('[data-said]');
  const most = Number(box.dataset.photos);
  let chosen = [];
  try {
    new DataTransfer();
  } catch {
    return; // old web view: the plain file field works
  }
  const room = () => most - all('.tile input[type=checkbox]:checked', box).length;
  const tell = (text, bad) => {
    note.textContent = text;
    note.classList.toggle('bad', !!bad);
  };
  const put = () => {
    const list = new DataTransfer();
    chosen.forEach((c) => list.items.add(c.file));
    input.files = list.files;
    adder.hidden = chosen.length >= room();
  };
  const draw = (file) => {
    const address = URL.createObjectURL(file);
    const item = { file };
    const drop = make('button', { type: 'button', className: 'drop', textContent: box.dataset.remove });
    const tile = make('li', { className: 'tile' }, make('img', { src: address, alt: box.dataset.alt, width: 96, height: 96 }), drop);
    drop.addEventListener('click', () => {
      chosen = chosen.filter((c) => c !== item);
      tile.remove();
      URL.revokeObjectURL(address);
      put();
      box.dispatchEvent(new Event('chosen', { bubbles: true }));
      tell(say(box, 'have', chosen.length, room()));
      input.focus();
    });
    adder.before(tile);
    chosen.push(item);
  };
  input.addEventListener('change', async () => {
    const picked = [...input.files];
    box.setAttribute('aria-busy', 'true');
    let over = 0;
    for (const file of picked) {
      if (chosen.length >= room()) {
        over++;
        continue;
      }
      tell(say(box, 'work', chosen.length + 1));
      draw(await smaller(file));
    }
    put();
    box.dispatchEvent(new Event('chosen', { bubbles: true }));
    box.removeAttribute('aria-busy');
    tell(over ? say(box, 'over', room(), over) : say(box, 'have', chosen.length, room()), over);
  });
  box.addEventListener('change', (e) => e.target.type === 'checkbox' && put());
}
const tiles = () => all('[data-photos]:not([data-send])').forEach(photos);
document.addEventListener('drawn', tiles); // a script has put other questions into the page
tiles();

// Toasts go away by themselves, but not from under a finger or a cursor; a press sends one away that lies over something.
all('[data-toast]').forEach((toast) => {
  let timer;
  const start = () => { timer = setTimeout(() => toast.remove(), 10000); };
  const stop = () => clearTimeout(timer);
  ['pointerenter', 'focusin'].forEach((t) => toast.addEventListener(t, stop));
  ['pointerleave', 'focusout'].forEach((t) => toast.addEventListener(t, () => { stop(); start(); }));
  toast.addEventListener('click', (e) => e.target.closest('button') || toast.remove());
  let from = null;
  toast.addEventListener('focusin', (e) => { from = e.relatedTarget || from; });
  document.addEventListener('keydown', (e) => {
    if (e.key !== 'Escape' || !toast.isConnected) return;
    const inside = toast.contains(document.activeElement);
    toast.remove();
    if (inside) from?.focus();
  });
  start();
});
const toast = (text) => {
  all('.toast').forEach((t) => t.remove());
  const node = make('div', { className: 'toast' }, make('span', { textContent: text }));
  node.setAttribute('role', 'status');
  document.body.append(node);
  setTimeout(() => node.remove(), 4000);
};

// Copying.
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch { // plain HTTP has no clipboard
    const area = make('textarea', { value: text, className: 'sr' });
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
  toast(words.copied);
}
on('click', '[data-copy], [data-copy-from]', (b) => {
  const from = document.getElementById(b.dataset.copyFrom);
  copy(b.dataset.copy || from?.value || from?.textContent || '');
});
on('click', '[data-print]', () => print());

// Leaving at once: the page goes white before anything else happens, and Back does not bring it back.
const leave = (to) => {
  document.documentElement.hidden = true;
  document.title = '';
  sending = true;
  location.replace(to);
};
on('click', '[data-exit]', (a, e) => {
  if (a.form) { // signed in: the form signs out and leads to the same page
    document.documentElement.hidden = true;
    document.title = '';
    sending = true;
    return;
  }
  e.preventDefault();
  leave(a.href);
});
let shifts = [];
document.addEventListener('keyup', (e) => {
  const exit = all('[data-exit]')[0];
  if (!exit) return;
  const now = e.timeStamp;
  shifts = e.key === 'Shift' ? [...shifts.filter((t) => now - t < 1500), now] : [];
  if (shifts.length >= 3) exit.click();
});

// The receipt as a picture: drawn from what the page shows, without place or text.
function receiptPicture(box) {
  const lines = JSON.parse(box.dataset.receipt);
  const canvas = make('canvas', { width: 1080, height: 300 + lines.length * 190 });
  const pen = canvas.getContext('2d');
  const family = getComputedStyle(document.body).fontFamily;
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = '#1c6a3c';
  pen.fillRect(0, 0, canvas.width, 16);
  pen.fillStyle = '#1b2430';
  pen.font = '600 52px ' + family;
  pen.fillText(box.dataset.title, 72, 130);
  lines.forEach(([label, value], i) => {
    const y = 230 + i * 190;
    pen.fillStyle = '#5a6672';
    pen.font = '36px ' + family;
    pen.fillText(label, 72, y);
    pen.fillStyle = '#1b2430';
    pen.font = '600 66px ' + family;
    pen.fillText(value, 72, y + 82, 936);
  });
  return canvas;
}
on('click', '[data-receipt-save]', (button) => {
  const box = button.closest('[data-receipt]');
  const canvas = receiptPicture(box);
  const address = canvas.toDataURL('image/png');
  const old = box.querySelector('.saved');
  old?.remove();
  // In-app browsers do not save links, but keep a picture that is pressed long.
  const link = make('a', { href: address, download: box.dataset.file + '.png' },
    make('img', { src: address, alt: box.dataset.title, width: 540, height: Math.round(canvas.height / 2) }));
  box.append(make('div', { className: 'saved' }, make('p', { textContent: box.dataset.hold }), link));
  link.click();
});

// Lists by keyboard: j and k move, Enter opens, x selects; a page adds its own with data-key.
const typing = (e) => e.ctrlKey || e.metaKey || e.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName) && !/checkbox|radio/.test(e.target.type);
const list = all('table[data-keys]')[0];
let at = -1;
// Single letters disturb who speaks to the machine, so they can be switched off, and stay off.
let quiet = localStorage.getItem('keys') === 'off';
all('[data-keyhelp]').forEach((help) => {
  const button = help.querySelector('button');
  const show = () => {
    help.hidden = false;
    button.textContent = quiet ? help.dataset.on : help.dataset.off;
    help.firstElementChild.hidden = quiet;
  };
  button.addEventListener('click', () => {
    quiet = !quiet;
    localStorage.setItem('keys', quiet ? 'off' : 'on');
    show();
  });
  show();
});
// The area at hand is in sight where the navigation is wider than the screen.
all('.rail [aria-current]')[0]?.scrollIntoView({ block: 'nearest', inline: 'center' });

// The help closes with Esc and with a press beside it, and the focus goes back to where it came from.
const help = all('[data-help]')[0];
let came = null;
const shut = () => {
  if (!help?.open) return;
  const inside = help.contains(document.activeElement);
  help.open = false;
  if (inside) (came?.isConnected ? came : help.firstElementChild).focus();
  came = null;
};
document.addEventListener('click', (e) => help?.contains(e.target) || shut());
document.addEventListener('keydown', (e) => e.key === 'Escape' && shut());

// "g" and a letter lead to an area.
let going = -Infinity;
document.addEventListener('keydown', (e) => {
  if (quiet || typing(e)) return;
  if (e.key === 'g') {
    going = e.timeStamp;
    return;
  }
  const area = e.timeStamp - going < 1500 && all('[data-go]').find((n) => n.dataset.go === e.key);
  going = -Infinity;
  if (area) {
    e.preventDefault();
    e.stopImmediatePropagation();
    area.click();
  }
});
document.addEventListener('keydown', (e) => {
  if (quiet || typing(e)) return;
  const own = all('[data-key]').find((n) => n.dataset.key === e.key);
  const rows = list ? all('tbody tr', list) : [];
  if (own) {
    e.preventDefault();
    if (own === help?.firstElementChild && !help.open && document.activeElement !== document.body) came = document.activeElement;
    // a button for several rows means the row at hand where none is ticked
    const box = own.hasAttribute('data-rows') && rows[at]?.querySelector('td.box input');
    if (box && !list.querySelector('td.box :checked')) {
      box.checked = true;
      counted();
    }
    own.click();
    own.focus();
    return;
  }
  if (!list) return;
  const opens = all('[data-opens]').find((n) => n.dataset.opens === e.key);
  if (opens && rows[at]) {
    const address = new URL(rows[at].querySelector('a').href);
    address.searchParams.set('do', opens.dataset.with);
    location.href = address;
    return;
  }
  const go = (n) => {
    rows[at]?.classList.remove('at');
    at = Math.max(0, Math.min(rows.length - 1, n));
    rows[at].classList.add('at');
    const link = rows[at].querySelector('a');
    link?.focus({ preventScroll: true });
    rows[at].scrollIntoView({ block: 'nearest' });
    beside(link);
  };
  if (e.key === 'j') go(at + 1);
  else if (e.key === 'k') go(at - 1);
  else if (e.key === 'x' && rows[at]) rows[at].querySelector('input[type=checkbox]')?.click();
});

// Beside a list on a wide screen: what the row at hand leads to, read without leaving the list.
const part = async (address, options) => {
  const answer = await fetch(address, options);
  return new DOMParser().parseFromString(await answer.text(), 'text/html');
};
let wanted;
function beside(link) {
  const pane = all('[data-beside]')[0];
  if (!pane || !link || !pane.offsetParent) return;
  wanted = link.href;
  setTimeout(async () => { // not for rows that are only passed over
    if (wanted !== link.href) return;
    const address = new URL(link.href);
    address.pathname += '/beside';
    const page = await part(address).catch(() => 0);
    if (page && wanted === link.href) pane.replaceChildren(...page.querySelector('main').children);
  }, 120);
}
if (list) beside(list.querySelector('tbody a'));
list?.addEventListener('mouseover', (e) => beside(e.target.closest('tbody tr')?.querySelector('a')));

// A choice that changes what the form proposes: the form is sent for a new look, and the parts that differ are put in place.
on('change', '[data-refresh] [data-again]', async (field) => {
  const form = field.form;
  const body = new URLSearchParams(new FormData(form));
  body.set('act', 'refresh');
  const asked = form.asked = {};
  const page = await part(form.action, { method: 'POST', body }).catch(() => 0);
  if (!page || form.asked !== asked) return;
  all('[data-part]', page).forEach((fresh) => {
    const old = document.getElementById(fresh.id);
    if (old && !old.contains(document.activeElement) && !old.isEqualNode(fresh)) old.replaceWith(fresh);
  });
});

// Numbers that were counted a while ago say so.
all('[data-asof]').forEach((n) => {
  const old = () => {
    if (Date.now() - opened > 300000 && !n.querySelector('b')) n.prepend(make('b', { textContent: n.dataset.old + ' ' }));
  };
  const opened = Date.now();
  setInterval(old, 30000);
  document.addEventListener('visibilitychange', old);
});

// Boxes in front of rows: how many are chosen.
const counted = () => all('[data-chosen]').forEach((n) => {
  const boxes = all(`input[name="${n.dataset.chosen}"]:checked`);
  n.textContent = say(n, 'text', boxes.length);
  n.closest('[data-bulk]')?.toggleAttribute('hidden', boxes.length === 0);
});
on('change', 'td.box input', counted);
counted();
on('change', '[data-all]', (b) => {
  all(`input[name="${b.dataset.all}"]`).forEach((box) => { box.checked = b.checked; });
  counted();
});

// What was typed and not sent: the browser asks before it is lost. It is kept on the phone only when the person asks for that.
const forms = all('form[data-draft]');
const dirty = (form) => all('textarea, input[type=text]', form).some((f) => f.value.trim() !== f.defaultValue.trim());
addEventListener('beforeunload', (e) => {
  if (!sending && forms.some(dirty)) e.preventDefault();
});
const draftKey = (form) => 'draft:' + form.dataset.draft;
on('click', '[data-draft-keep]', (button) => {
  const form = button.closest('form');
  const kept = all('textarea, input[type=text]', form).map((f) => [f.name, f.value]);
  localStorage.setItem(draftKey(form), JSON.stringify(kept));
  toast(words.kept);
});
forms.forEach((form) => {
  const kept = localStorage.getItem(draftKey(form));
  const offer = form.querySelector('[data-draft-offer]');
  all('[data-draft-keep]', form).forEach((b) => { b.hidden = false; });
  if (!kept || !offer || dirty(form)) return;
  offer.hidden = false;
  const done = () => {
    localStorage.removeItem(draftKey(form));
    offer.hidden = true;
  };
  offer.querySelector('[data-yes]').addEventListener('click', () => {
    JSON.parse(kept).forEach(([name, value]) => {
      const field = form.elements.namedItem(name);
      if (field && 'value' in field) {
        field.value = value;
        field.dispatchEvent(new Event('input', { bubbles: true }));
      }
    });
    done();
  });
  offer.querySelector('[data-no]').addEventListener('click', done);
});
all('[data-draft-sent]').forEach((n) => localStorage.removeItem('draft:' + n.dataset.draftSent));

// Reading aloud, where the phone can.
if ('speechSynthesis' in self) {
  all('[data-read]').forEach((b) => { b.hidden = false; });
  on('click', '[data-read]', (b) => {
    const word = b.lastElementChild;
    if (speechSynthesis.speaking) {
      speechSynthesis.cancel();
      return;
    }
    const text = new SpeechSynthesisUtterance(document.querySelector('main').innerText);
    const said = word.textContent;
    text.lang = document.documentElement.lang;
    text.rate = 0.9;
    text.onstart = () => { word.textContent = b.dataset.stop; };
    text.onend = text.onerror = () => { word.textContent = said; };
    speechSynthesis.speak(text);
  });
}

// The wall screen turns its pages; a press, the space bar or the button stops it.
let slides = all('.tv .slide');
if (slides.length > 1) {
  let shown = 0;
  let still = false;
  const turn = (n) => {
    shown = (n + slides.length) % slides.length;
    slides.forEach((s, i) => { s.hidden = i !== shown; });
  };
  const hold = () => {
    still = !still;
    all('[data-hold]').forEach((b) => { b.textContent = still ? words.playing : b.dataset.hold; });
    toast(still ? words.paused : words.playing);
  };
  const begin = (n) => {
    slides = all('.tv .slide');
    all('[data-hold]').forEach((b) => {
      b.hidden = false;
      b.textContent = still ? words.playing : b.dataset.hold;
    });
    turn(n);
  };
  begin(0);
  setInterval(() => still || turn(shown + 1), 12000);
  document.addEventListener('click', (e) => (e.target.closest('a, button:not([data-hold])') ? 0 : hold()));
  document.addEventListener('keydown', (e) => {
    if (e.key === ' ' && !e.target.closest('a, button')) { e.preventDefault(); hold(); }
    if (e.key === 'ArrowRight') turn(shown + 1);
    if (e.key === 'ArrowLeft') turn(shown - 1);
  });
  // new figures every five minutes; without a network the old ones stay and say how old they are
  setInterval(async () => {
    const page = await part(location.href, { cache: 'no-store' }).catch(() => 0);
    const main = page && page.querySelector('.tv main');
    if (main && all('.slide', main).length) {
      document.querySelector('main').replaceChildren(...main.children);
      begin(shown);
      return;
    }
    all('[data-asof]').forEach((n) => {
      n.textContent = n.dataset.asof;
      n.hidden = false;
    });
  }, 300000);
}

// A secret behind the # of the address goes into its field, and out of the address and the history.
all('[data-from-fragment]').forEach((box) => {
  const secret = location.hash.slice(1);
  const field = box.querySelector('input');
  if (!/^[\w-]{20,}$/.test(secret) || !field) return;
  field.value = secret;
  box.hidden = true;
  history.replaceState(null, '', location.pathname + location.search);
});

// The receipt behind the # of the address is typed for its reader and goes out of the address; he presses the button himself.
all('form[data-door]').forEach((form) => {
  const [, number, code] = /^#(SQ[\d-]+)\.(\d{16})$/.exec(location.hash) || [];
  if (!code) return;
  form.elements.number.value = number;
  form.elements.code.value = code.replace(/(.{4})(?=.)/g, '$1 ');
  history.replaceState(null, '', location.pathname + location.search);
});

// The second page: what belongs to one level only is shown with it.
all('.whoform').forEach((form) => {
  const part = form.querySelector('.contact');
  if (!part) return;
  const show = () => { part.hidden = form.elements.level.value !== 'named'; };
  form.addEventListener('change', show);
  show();
});

// Plans: words that promise nothing are hinted at while they are typed.
on('input', '[data-vague] :is(input, textarea)', (field) => {
  const box = field.closest('[data-vague]');
  const typed = all('input, textarea', box).map((f) => f.value.toLowerCase()).join('\n');
  const found = box.dataset.vague.split('|').filter((w) => typed.includes(w));
  let note = box.querySelector('.vague');
  if (!found.length) {
    note?.remove();
    return;
  }
  if (!note) {
    note = make('p', { className: 'vague' });
    note.setAttribute('aria-live', 'polite');
    box.append(note);
  }
  note.textContent = say(box, 'say', found.join(', '));
});

// On a phone the navigation is wider than the window: what has the focus is brought into it.
document.querySelector('.rail')?.addEventListener('focusin', (e) => e.target.scrollIntoView({ block: 'nearest', inline: 'center' }));
