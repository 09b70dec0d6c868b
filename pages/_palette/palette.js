// Ctrl+K opens a list of everything that can be gone to, `?` the keys; what runs in the background is in a tray.
const el = (tag, name, text) => {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined && text !== null) made.textContent = text;
  return made;
};
const MOST = 40;
const plain = text => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

export default function (component) {
  const {parentElement, data, setTriggerValue} = component;
  let palette = parentElement.__palette;
  if (!palette) palette = parentElement.__palette = new Palette(parentElement);
  palette.go = target => setTriggerValue('go', {...target, at: Date.now()});
  palette.show(data);
  return () => { if (!palette.root.isConnected) palette.leave(); };
}

class Palette {
  constructor(root) {
    this.root = el('div', 'mqp');
    this.corner = el('div', 'corner');
    this.hint = el('button', '', 'Ctrl K');
    this.hint.type = 'button';
    this.hint.title = 'Go anywhere (Ctrl+K); the keys: ?';
    this.hint.setAttribute('aria-label', 'Go anywhere');
    this.hint.addEventListener('click', () => this.open());
    this.corner.append(this.hint);
    this.root.append(this.corner);
    root.append(this.root);
    this.active = new Map();
    this.hear = event => this.key(event);
    window.addEventListener('keydown', this.hear, true);
  }

  leave() {
    window.removeEventListener('keydown', this.hear, true);
  }

  show(data) {
    this.data = data;
    this.jobs(data.jobs);
  }

  key(event) {
    if (!this.root.isConnected) { this.leave(); return; }
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      event.stopPropagation();
      this.veil ? this.close() : this.open();
    } else if (event.key === 'Escape' && this.veil) {
      event.stopPropagation();
      this.close();
    } else if (event.key === '?' && !this.veil && !typing(event)) {
      event.preventDefault();
      this.keys();
    }
  }

  over(box) {
    this.close();
    this.before = document.activeElement;
    this.veil = el('div', 'veil');
    this.veil.addEventListener('mousedown', event => { if (event.target === this.veil) this.close(); });
    box.setAttribute('role', 'dialog');
    box.setAttribute('aria-modal', 'true');
    this.veil.append(box);
    this.root.append(this.veil);
  }

  close() {
    if (!this.veil) return;
    this.veil.remove();
    this.veil = null;
    if (this.before && this.before.isConnected) this.before.focus();
  }

  open() {
    const box = el('div', 'box'), input = el('input'), list = el('ul');
    box.setAttribute('aria-label', 'Go anywhere');
    input.placeholder = 'Go to a page, a dataset, an upload, or search the records';
    input.setAttribute('aria-label', 'Go to');
    input.setAttribute('role', 'combobox');
    input.setAttribute('aria-expanded', 'true');
    list.setAttribute('role', 'listbox');
    box.append(input, list);
    let found = [], at = 0;
    const mark = () => [...list.children].forEach((line, n) => {
      line.setAttribute('aria-selected', String(n === at));
      if (n === at) line.scrollIntoView({block: 'nearest'});
    });
    const fill = () => {
      found = this.fitting(input.value.trim());
      at = 0;
      list.replaceChildren(...found.map((target, n) => {
        const line = el('li');
        line.setAttribute('role', 'option');
        line.append(el('span', 'label', target.label), el('span', 'kind', target.kind));
        line.addEventListener('mousemove', () => { if (at !== n) { at = n; mark(); } });
        line.addEventListener('click', () => this.take(target));
        return line;
      }));
      mark();
    };
    input.addEventListener('input', fill);
    input.addEventListener('keydown', event => {
      event.stopPropagation();
      const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
      if (step && found.length) { event.preventDefault(); at = (at + step + found.length) % found.length; mark(); }
      if (event.key === 'Enter' && found[at]) { event.preventDefault(); this.take(found[at]); }
    });
    this.over(box);
    fill();
    input.focus();
  }

  fitting(typed) {
    const words = plain(typed).split(/\s+/).filter(Boolean);
    const rank = target => {
      const text = plain(`${target.label} ${target.kind}`);
      if (!words.every(word => text.includes(word))) return -1;
      return plain(target.label).startsWith(words[0] ?? '') ? 0 : 1;
    };
    const found = this.data.targets.map(target => [rank(target), target]).filter(([place]) => place >= 0);
    found.sort((one, other) => one[0] - other[0]);
    const targets = found.map(([, target]) => target).slice(0, MOST);
    targets.push({label: 'Copy the link to this page', kind: 'Act', act: 'copy'}, {label: 'Keys', kind: 'Help', act: 'keys'});
    if (typed) {
      const search = {label: `Search the records for “${typed}”`, kind: 'Search', page: this.data.search, params: {q: typed}};
      targets.splice(found.length ? 1 : 0, 0, search);
      return targets.filter(target => !target.act || words.every(word => plain(target.label).includes(word)));
    }
    return targets;
  }

  take(target) {
    this.close();
    if (target.act === 'keys') this.keys();
    else if (target.act === 'copy') navigator.clipboard.writeText(location.href).then(() => this.tell('The link is copied'), () => {});
    else this.go({page: target.page, params: target.params ?? {}});
  }

  tell(words) {
    this.hint.textContent = words;
    setTimeout(() => { this.hint.textContent = 'Ctrl K'; }, 2500);
  }

  keys() {
    const box = el('div', 'box'), inside = el('div', 'keys');
    box.setAttribute('aria-label', 'Keys');
    box.tabIndex = -1;
    inside.append(el('h3', '', 'Keys'));
    for (const [title, keys] of this.data.keys) {
      inside.append(el('h4', '', title));
      for (const [pressed, does] of keys) {
        const line = el('div'), left = el('span');
        pressed.split(' ').forEach((key, n) => { if (n) left.append(' '); left.append(el('kbd', '', key)); });
        line.append(left, el('span', '', does));
        inside.append(line);
      }
    }
    box.append(inside);
    this.over(box);
    box.focus();
  }

  jobs(jobs) {
    const ended = [...this.active.values()].filter(job => !jobs.some(each => each.id === job.id));
    for (const job of ended) this.notify(job);
    this.active = new Map(jobs.map(job => [job.id, job]));
    if (this.tray) this.tray.remove();
    this.tray = null;
    if (!jobs.length) return;
    this.tray = el('div', 'tray');
    this.tray.setAttribute('role', 'status');
    this.tray.setAttribute('aria-label', 'Running jobs');
    const head = el('h4', '', jobs.length === 1 ? '1 job is running' : `${jobs.length} jobs are running`);
    head.append(this.permission());
    this.tray.append(head);
    if (this.folded) return this.fold(head);
    for (const job of jobs.slice(0, 5)) {
      const line = el('div', 'job'), bar = el('progress');
      line.append(el('div', 'name', job.label), el('div', 'soft', job.told));
      bar.max = 1;
      if (job.share > 0) bar.value = job.share;
      line.append(bar);
      this.tray.append(line);
    }
    this.fold(head);
  }

  fold(head) {
    const button = el('button', '', this.folded ? 'Show' : 'Hide');
    button.type = 'button';
    button.addEventListener('click', () => { this.folded = !this.folded; this.jobs([...this.active.values()]); });
    head.append(button);
    this.corner.append(this.tray);
  }

  permission() {
    if (!('Notification' in window) || Notification.permission !== 'default') return el('span');
    const button = el('button', '', 'Tell me when done');
    button.type = 'button';
    button.addEventListener('click', () => Notification.requestPermission().then(() => this.jobs([...this.active.values()])));
    return button;
  }

  notify(job) {
    if (!('Notification' in window) || Notification.permission !== 'granted' || document.hasFocus()) return;
    new Notification('Marquee', {body: `Ended: ${job.label}`, tag: job.id});
  }
}

function typing(event) {
  const inside = event.composedPath()[0];
  return inside instanceof HTMLElement && (inside.isContentEditable || /^(INPUT|TEXTAREA|SELECT|CANVAS)$/.test(inside.tagName));
}
