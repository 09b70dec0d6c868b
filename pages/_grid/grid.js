// A grid: rows of a page with their faults in the cells. Python gives the data and is told of each act; nothing is kept here but
// where the cursor is, what is being typed, and what was typed and is not answered yet.
const el = (tag, name, text) => {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined && text !== null) made.textContent = text;
  return made;
};
const WORST = {error: 3, warning: 2, info: 1};

export default function (component) {
  const {parentElement, data, setTriggerValue} = component;
  let grid = parentElement.__grid;
  if (!grid) {
    grid = parentElement.__grid = new Grid(parentElement);
  }
  grid.send = acts => setTriggerValue('acts', acts);
  if (data && data.stamp !== grid.stamp) grid.show(data);
  return () => {};
}

class Grid {
  constructor(root) {
    this.root = el('div', 'mqg');
    this.box = el('div', 'scroll');
    this.foot = el('div', 'foot');
    this.root.append(this.box, this.foot);
    root.append(this.root);
    this.at = null;         // [place of the row, place of the column]
    this.editor = null;
    this.waiting = new Map(); // "row|column" -> text that Python has not answered yet
    this.acts = [];           // what Python has not answered yet: sent again with the next act, since a later message replaces it
    this.last = Date.now();
    this.box.addEventListener('keydown', e => this.key(e));
    this.box.addEventListener('mousedown', e => this.press(e));
    this.box.addEventListener('dblclick', e => this.press(e, true));
    this.box.addEventListener('paste', e => this.paste(e));
    this.box.addEventListener('copy', e => this.copy(e));
  }

  tell(act) {
    this.last = Math.max(this.last + 1, Date.now());
    this.acts.push({...act, at: this.last});
    this.send([...this.acts]);
  }

  show(data) {
    const held = this.at && this.data ? [this.data.rows[this.at[0]]?.id, this.data.columns[this.at[1]]?.id] : null;
    const typing = this.editor && held ? this.editor.value : null;
    const focused = this.root.contains(this.root.getRootNode().activeElement);
    this.stamp = data.stamp;
    this.data = data;
    this.acts = this.acts.filter(a => a.at > (data.answered || 0));
    const open = new Set(this.acts.map(a => `${a.row}|${a.column}`));
    for (const key of [...this.waiting.keys()]) if (!open.has(key)) this.waiting.delete(key);
    this.editor = null;
    this.box.style.maxHeight = `${data.height || 480}px`;
    this.draw();
    if (held) {
      const r = data.rows.findIndex(x => x.id === held[0]), c = data.columns.findIndex(x => x.id === held[1]);
      // A row that is in order now leaves the page: the cursor stays where the next one comes.
      this.at = r >= 0 && c >= 0 ? [r, c] : data.rows.length ? [Math.min(this.at[0], data.rows.length - 1), Math.max(c, 0)] : null;
      if (this.at) this.move(...this.at, focused);
      if (typing !== null && r >= 0 && c >= 0) this.edit(typing);
    } else {
      this.at = null;
      this.say();
    }
  }

  draw() {
    const {columns, rows, sort} = this.data;
    const table = el('table');
    table.setAttribute('role', 'grid');
    table.setAttribute('aria-label', this.data.label || 'Rows');
    const head = el('tr');
    const corner = el('th', 'n', '');
    head.append(corner);
    for (const c of columns) {
      const th = el('th', c.pinned ? 'p' : '');
      const order = sort && sort.replace('-', '') === c.id ? (sort.startsWith('-') ? ' ↓' : ' ↑') : '';
      th.append(el('span', '', c.label + order));
      if (c.note) th.append(el('small', '', c.note));
      th.title = c.note ? `${c.label}: ${c.note}` : c.label;
      if (c.sorts) {
        th.classList.add('sorts');
        th.tabIndex = 0;
        const turn = () => this.tell({kind: 'sort', column: c.id});
        th.addEventListener('click', turn);
        th.addEventListener('keydown', e => { if (e.key === 'Enter') turn(); });
      }
      head.append(th);
    }
    const top = el('thead'); top.append(head);
    const body = el('tbody');
    this.cells = rows.map((row, r) => {
      const tr = el('tr');
      const worst = this.worst(Object.values(row.marks || {}).flat().concat(row.whole || []));
      const number = el('td', 'n' + (worst === 'error' ? ' bad' : worst === 'warning' ? ' ask' : '') + (this.data.opens ? ' go' : ''), row.head ?? '');
      number.title = (row.whole || []).map(m => m.title).join('\n') || (this.data.opens ? 'Open' : '');
      if (this.data.opens) number.addEventListener('click', () => this.tell({kind: 'open', row: row.id}));
      tr.append(number);
      const made = columns.map((c, i) => {
        const td = el('td');
        td.dataset.r = r; td.dataset.c = i;
        td.setAttribute('role', 'gridcell');
        td.tabIndex = -1;
        this.fill(td, row, c);
        tr.append(td);
        return td;
      });
      body.append(tr);
      return made;
    });
    table.append(top, body);
    const y = this.box.scrollTop, x = this.box.scrollLeft;
    this.box.replaceChildren(table);
    this.box.scrollTop = y; this.box.scrollLeft = x;
    if (this.cells[0]?.[0]) this.cells[0][0].tabIndex = 0;
    this.pin(table);
  }

  pin(table) {
    // What is pinned stands beside the row number, one after the other.
    const first = table.querySelector('th.n');
    let left = first.offsetWidth;
    this.data.columns.forEach((c, i) => {
      if (!c.pinned) return;
      const head = table.querySelectorAll('thead th')[i + 1];
      head.style.left = `${left}px`;
      for (const row of this.cells) row[i].style.left = `${left}px`;
      left += head.offsetWidth;
    });
    this.left = left;
  }

  fill(td, row, c) {
    const key = `${row.id}|${c.id}`;
    const waits = this.waiting.has(key);
    const text = waits ? this.waiting.get(key) : row.cells[c.id];
    const marks = (row.marks || {})[c.id] || [];
    td.className = [c.pinned ? 'p' : '', c.right ? 'right' : '', waits ? 'wait' : this.worst(marks) || '',
      (row.fixed || []).includes(c.id) ? 'fixed' : ''].filter(Boolean).join(' ');
    td.title = [text, ...marks.map(m => m.title)].filter(Boolean).join('\n');
    if (marks.some(m => m.severity === 'error')) td.setAttribute('aria-invalid', 'true'); else td.removeAttribute('aria-invalid');
    if (text === null || text === undefined || text === '') {
      td.replaceChildren(el('span', 'none', marks.length ? 'empty' : ''));
    } else if (c.link && /^https?:\/\//.test(text)) {
      const a = el('a', '', 'open'); a.href = text; a.target = '_blank'; a.rel = 'noreferrer';
      td.replaceChildren(a);
    } else {
      td.replaceChildren(...this.lit(String(text)));
    }
  }

  lit(text) {
    const words = (this.data.lit || []).filter(Boolean);
    if (!words.length) return [document.createTextNode(text.length > 400 ? text.slice(0, 400) + '…' : text)];
    const parts = [], low = text.toLowerCase();
    let from = 0;
    while (from < text.length) {
      let best = -1, size = 0;
      for (const w of words) {
        const i = low.indexOf(w.toLowerCase(), from);
        if (i >= 0 && (best < 0 || i < best)) { best = i; size = w.length; }
      }
      if (best < 0) break;
      parts.push(document.createTextNode(text.slice(from, best)), el('mark', '', text.slice(best, best + size)));
      from = best + size;
    }
    parts.push(document.createTextNode(text.slice(from)));
    return parts;
  }

  worst(marks) {
    return marks.map(m => m.severity).sort((a, b) => WORST[b] - WORST[a])[0];
  }

  place(e) {
    const td = e.target.closest('td[data-r]');
    return td ? [Number(td.dataset.r), Number(td.dataset.c)] : null;
  }

  press(e, twice) {
    if (e.target.closest('input, select, textarea, a')) return;
    const place = this.place(e);
    if (!place) return;
    e.preventDefault();
    const again = this.at && this.at[0] === place[0] && this.at[1] === place[1];
    this.leave(true);
    this.move(...place, true);
    if (twice || (again && this.data.columns[place[1]].choices?.length)) this.edit();
  }

  move(r, c, focus = true) {
    if (!this.cells.length) return;
    const old = this.at && this.cells[this.at[0]]?.[this.at[1]];
    if (old) { old.classList.remove('here'); old.tabIndex = -1; }
    r = Math.max(0, Math.min(r, this.cells.length - 1));
    c = Math.max(0, Math.min(c, this.data.columns.length - 1));
    this.at = [r, c];
    const td = this.cells[r][c];
    td.classList.add('here');
    td.tabIndex = 0;
    if (focus) {
      td.focus({preventScroll: true});
      this.reveal(td, this.data.columns[c].pinned);
    }
    this.say();
  }

  reveal(td, pinned) {
    const top = this.box.querySelector('thead').offsetHeight;
    if (td.offsetTop - top < this.box.scrollTop) this.box.scrollTop = td.offsetTop - top;
    const low = td.offsetTop + td.offsetHeight - this.box.clientHeight;
    if (low > this.box.scrollTop) this.box.scrollTop = low;
    if (pinned) return;
    if (td.offsetLeft - this.left < this.box.scrollLeft) this.box.scrollLeft = td.offsetLeft - this.left;
    const far = td.offsetLeft + td.offsetWidth - this.box.clientWidth;
    if (far > this.box.scrollLeft) this.box.scrollLeft = far;
  }

  key(e) {
    const ctrl = e.ctrlKey || e.metaKey;
    if (ctrl && !this.editor && /^[zy]$/i.test(e.key)) {
      const redo = e.key.toLowerCase() === 'y' || e.shiftKey;
      e.preventDefault(); e.stopPropagation();
      if (this.data.undo !== null) this.tell({kind: redo ? 'redo' : 'undo'});
      return;
    }
    if (this.editor) return this.typing(e);
    if (!this.at) {
      const place = this.place(e);
      if (!place) return;
      this.at = place;
    }
    const [r, c] = this.at, last = this.data.columns.length - 1;
    const moves = {ArrowUp: [r - 1, c], ArrowDown: [r + 1, c], ArrowLeft: [r, c - 1], ArrowRight: [r, c + 1], Home: [r, 0], End: [r, last],
      PageUp: [r - 10, c], PageDown: [r + 10, c]};
    if (ctrl && e.key === 'Home') moves.Home = [0, 0];
    if (ctrl && e.key === 'End') moves.End = [this.cells.length - 1, last];
    if (moves[e.key]) { e.preventDefault(); return this.move(...moves[e.key]); }
    if (e.key === 'Enter' || e.key === 'F2') { e.preventDefault(); return this.edit(); }
    if (e.key === 'Delete' || e.key === 'Backspace') { e.preventDefault(); return this.put(''); }
    if (e.key === ' ' && this.data.opens) { e.preventDefault(); return this.tell({kind: 'open', row: this.data.rows[r].id}); }
    // Other keys are letters of what is typed, unless they are somebody's shortcut.
    if (e.key.length === 1 && !ctrl && !e.altKey && this.editable(c)) { e.preventDefault(); e.stopPropagation(); this.edit(e.key); }
  }

  typing(e) {
    e.stopPropagation();
    if (e.key === 'Escape') { e.preventDefault(); this.leave(false); this.move(...this.at); }
    const [r, c] = this.at;
    if (e.key === 'Enter' && !e.shiftKey) { e.preventDefault(); this.leave(true); this.move(r + 1, c); }
    if (e.key === 'Tab') { e.preventDefault(); this.leave(true); this.move(r, c + (e.shiftKey ? -1 : 1)); }
  }

  editable(c) { return Boolean(this.data.columns[c].editable); }

  edit(start) {
    const [r, c] = this.at, column = this.data.columns[c], row = this.data.rows[r], td = this.cells[r][c];
    if (!this.editable(c) || this.editor) return;
    const text = this.waiting.get(`${row.id}|${column.id}`) ?? row.cells[column.id] ?? '';
    let box;
    if (column.choices?.length) {
      box = el('select');
      const options = ['', ...column.choices];
      if (text && !options.includes(text)) options.unshift(text);
      for (const o of options) { const made = el('option', '', o || '(empty)'); made.value = o; box.append(made); }
      box.value = start ? options.find(o => o.toLowerCase().startsWith(start.toLowerCase()) && column.choices.includes(o)) ?? text : text;
      box.addEventListener('change', () => { this.leave(true); this.move(r, c); });
    } else {
      box = el('input');
      box.value = start ?? text;
    }
    box.setAttribute('aria-label', column.label);
    td.classList.add('open');
    td.replaceChildren(box);
    this.editor = box;
    this.was = text;
    box.focus();
    if (start === undefined && box.select) box.select();
    box.addEventListener('blur', () => { if (this.editor === box) this.leave(true); });
    if (box.showPicker && box.tagName === 'SELECT' && start === undefined) { try { box.showPicker(); } catch { /* not by a click */ } }
  }

  leave(keep) {
    if (!this.editor) return;
    const text = this.editor.value, was = this.was;
    this.editor = null;
    const [r, c] = this.at, row = this.data.rows[r], column = this.data.columns[c];
    if (keep && text !== was) this.waiting.set(`${row.id}|${column.id}`, text);
    this.fill(this.cells[r][c], row, column);
    if (keep && text !== was) this.tell({kind: 'edit', row: row.id, column: column.id, text});
  }

  put(text) {
    const [r, c] = this.at, row = this.data.rows[r], column = this.data.columns[c];
    if (!this.editable(c) || text === (row.cells[column.id] ?? '')) return;
    this.waiting.set(`${row.id}|${column.id}`, text);
    this.fill(this.cells[r][c], row, column);
    this.cells[r][c].classList.add('here');
    this.tell({kind: 'edit', row: row.id, column: column.id, text});
  }

  paste(e) {
    if (this.editor || !this.at) return;
    const text = e.clipboardData?.getData('text/plain');
    if (text === undefined) return;
    e.preventDefault();
    const lines = text.replace(/\r?\n$/, '').split(/\r?\n/).map(l => l.split('\t'));
    if (lines.length === 1 && lines[0].length === 1) return this.put(lines[0][0]);
    const [r, c] = this.at, cells = [];
    lines.forEach((line, i) => line.forEach((t, j) => {
      const row = this.data.rows[r + i], column = this.data.columns[c + j];
      if (row && column?.editable) cells.push({row: row.id, column: column.id, text: t});
    }));
    if (cells.length) this.tell({kind: 'paste', cells});
  }

  copy(e) {
    if (this.editor || !this.at) return;
    const [r, c] = this.at;
    e.clipboardData.setData('text/plain', this.data.rows[r].cells[this.data.columns[c].id] ?? '');
    e.preventDefault();
  }

  say() {
    const say = el('div', 'say'), acts = [];
    const row = this.at && this.data.rows[this.at[0]], column = this.at && this.data.columns[this.at[1]];
    if (row && column) {
      const marks = ((row.marks || {})[column.id] || []).concat(row.whole || []);
      if (!marks.length) say.append(el('span', '', `${column.label}: ${row.cells[column.id] ?? 'empty'}`.slice(0, 160)));
      marks.slice(0, 3).forEach((m, i) => {
        if (i) say.append(el('br'));
        say.append(el('b', m.severity, m.title), el('span', '', m.expected ? ` Expected: ${m.expected}.` : ''));
      });
      const repair = marks.map(m => m.repair).find(Boolean);
      if (repair && column.editable) {
        const take = el('button', 'main', `Use “${repair.slice(0, 40)}”`);
        take.addEventListener('click', () => this.put(repair));
        acts.push(take);
      }
      if (column.editable && column.alike && marks.length && row.cells[column.id]) {
        const all = el('button', '', 'All like this …');
        all.addEventListener('click', () => this.tell({kind: 'all', row: row.id, column: column.id, text: row.cells[column.id], repair: repair ?? null}));
        acts.push(all);
      }
      if (this.data.opens) {
        const open = el('button', '', 'Open');
        open.addEventListener('click', () => this.tell({kind: 'open', row: row.id}));
        acts.push(open);
      }
    } else {
      say.append(el('span', '', this.data.hint || ''));
    }
    if (this.data.undo !== undefined && this.data.undo !== null) {
      for (const [kind, label, free] of [['undo', '↶ Undo', this.data.undo], ['redo', '↷ Redo', this.data.redo]]) {
        const made = el('button', '', label);
        made.disabled = !free;
        made.addEventListener('click', () => this.tell({kind}));
        acts.push(made);
      }
    }
    if (this.data.columns.some(c => c.editable)) acts.push(el('span', 'keys', 'Arrows move · Enter edits · Ctrl+Z undoes'));
    this.foot.replaceChildren(say, ...acts);
  }
}
