// Lists whose order counts: rows are moved by their buttons, by dragging their grip, or by the arrow keys on it. Without this file the
// buttons do the same through the server.

const all = (selector, within) => [...within.querySelectorAll(selector)];
const say = (text, n) => text.replace('{0}', n);

function order(box) {
  const name = box.dataset.order;
  const rows = () => all(':scope > [data-row]', box);
  const said = Object.assign(document.createElement('p'), { className: 'sr' });
  said.setAttribute('role', 'status');
  box.after(said);

  // The place of a row is in the names of its fields.
  const number = () => rows().forEach((row, i) => {
    const at = (text) => text.replace(new RegExp(`(^|f-)${name}\\.\\d+\\.`), `$1${name}.${i}.`);
    all('[name], [id], [for], [aria-describedby]', row).forEach((n) => ['name', 'id', 'for', 'aria-describedby'].forEach((a) => {
      if (n.getAttribute(a)?.includes(`${name}.`) && a !== 'value') n.setAttribute(a, at(n.getAttribute(a)));
    }));
    all('label', row).forEach((l) => { l.firstChild.textContent = l.firstChild.textContent.replace(/\d+/, i + 1); });
    all('[data-move]', row).forEach((b) => {
      b.value = b.value.replace(/\d+$/, i + 1);
      b.querySelector('.sr').textContent = b.querySelector('.sr').textContent.replace(/\d+/, i + 1);
    });
    const grip = row.querySelector('[data-grip-of]');
    if (grip) grip.setAttribute('aria-label', say(box.dataset.grip, i + 1));
  });
  const moved = (row, focus) => {
    number();
    said.textContent = say(box.dataset.moved, rows().indexOf(row) + 1);
    row.dispatchEvent(new Event('change', { bubbles: true }));
    focus?.focus();
  };
  const shift = (row, by, focus) => {
    const at = rows();
    const other = at[at.indexOf(row) + by];
    if (!other) return;
    if (by < 0) other.before(row);
    else other.after(row);
    moved(row, focus);
  };

  box.addEventListener('click', (e) => {
    const button = e.target.closest('[data-move]');
    if (!button) return;
    e.preventDefault();
    shift(button.closest('[data-row]'), Number(button.dataset.move), button);
  });

  rows().forEach((row) => {
    const grip = Object.assign(document.createElement('button'), { type: 'button', className: 'quiet', textContent: '⠿' });
    grip.dataset.gripOf = name;
    (row.querySelector('.moves') || row).append(grip);
    grip.addEventListener('keydown', (e) => {
      const by = { ArrowUp: -1, ArrowDown: 1 }[e.key];
      if (!by) return;
      e.preventDefault();
      shift(row, by, grip);
    });
    grip.addEventListener('pointerdown', (e) => {
      if (e.button) return;
      e.preventDefault();
      grip.focus();
      grip.setPointerCapture(e.pointerId);
      row.classList.add('lifted');
      const before = rows().indexOf(row);
      const move = (m) => {
        const over = rows().find((r) => r !== row && m.clientY > r.getBoundingClientRect().top && m.clientY < r.getBoundingClientRect().bottom);
        if (!over) return;
        if (rows().indexOf(over) < rows().indexOf(row)) over.before(row);
        else over.after(row);
      };
      const drop = () => {
        grip.removeEventListener('pointermove', move);
        row.classList.remove('lifted');
        if (rows().indexOf(row) !== before) moved(row, grip);
      };
      grip.addEventListener('pointermove', move);
      grip.addEventListener('lostpointercapture', drop, { once: true });
    });
  });
  number();
}
all('[data-order]', document).forEach(order);
