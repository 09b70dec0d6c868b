// A drop zone: files of any size go to the API in chunks. A chunk that was lost is sent again; after a reload, a file that is
// dropped once more goes on where it broke off. Of a file, one chunk at a time is in memory.
const el = (tag, name, text) => {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined && text !== null) made.textContent = text;
  return made;
};
const AT_ONCE = 2, LONGEST = 20000;
const IGNORED = /^(\.|~\$)|^(thumbs\.db|desktop\.ini)$/i;

export default function (component) {
  const {parentElement, data, setTriggerValue} = component;
  let drop = parentElement.__drop;
  if (!drop) drop = parentElement.__drop = new Drop(parentElement);
  drop.data = data;
  drop.done = () => setTriggerValue('done', drop.counted = Math.max(drop.counted + 1, Date.now()));
  drop.remind();
  return () => {};
}

class Drop {
  constructor(root) {
    this.counted = 0;
    this.waiting = [];
    this.running = 0;
    this.root = el('div', 'mqd');
    this.zone = el('div', 'zone');
    this.zone.append(el('p', '', 'Drop files or a folder here'));
    this.files = this.chooser({multiple: true});
    this.folder = this.chooser({webkitdirectory: true});
    this.zone.append(this.press('Choose files', this.files), this.press('Choose a folder', this.folder), this.files, this.folder);
    this.limit = el('div', 'soft');
    this.zone.append(this.limit);
    this.list = el('ul');
    this.list.setAttribute('aria-label', 'Files on their way');
    this.root.append(this.zone, this.list);
    root.append(this.root);
    for (const kind of ['dragenter', 'dragover']) this.zone.addEventListener(kind, e => { e.preventDefault(); this.zone.classList.add('over'); });
    this.zone.addEventListener('dragleave', () => this.zone.classList.remove('over'));
    this.zone.addEventListener('drop', e => { e.preventDefault(); this.zone.classList.remove('over'); this.dropped(e.dataTransfer); });
    window.addEventListener('beforeunload', e => { if (this.running && this.root.isConnected) e.preventDefault(); });
  }

  chooser(kind) {
    const input = el('input');
    input.type = 'file';
    input.hidden = true;
    Object.assign(input, kind);
    input.addEventListener('change', () => { this.take([...input.files]); input.value = ''; });
    return input;
  }

  press(label, input) {
    const button = el('button', '', label);
    button.type = 'button';
    button.addEventListener('click', () => input.click());
    return button;
  }

  remind() {
    const gb = this.data.most / 1e9;
    this.limit.textContent = `Up to ${gb >= 1 ? gb.toLocaleString('en') + ' GB' : Math.round(this.data.most / 1e6) + ' MB'} each. A connection that breaks is taken up again.`;
    for (const old of this.list.querySelectorAll('li.left')) old.remove();
    const shown = new Set([...this.list.querySelectorAll('li')].map(li => li.dataset.name));
    for (const left of this.data.unfinished || []) {
      if (shown.has(left.name)) continue;
      const li = el('li', 'left');
      li.append(el('span', 'name', left.name), el('span', 'told', `${left.told}. Choose the file again, and it goes on.`));
      this.list.append(li);
    }
  }

  async dropped(transfer) {
    const entries = [...transfer.items].map(i => i.webkitGetAsEntry && i.webkitGetAsEntry());
    if (!entries.some(Boolean)) return this.take([...transfer.files]);
    const found = [];
    for (const entry of entries.filter(Boolean)) await walk(entry, found);
    this.take(found);
  }

  take(files) {
    for (const file of files) {
      if (IGNORED.test(file.name) || !file.size) continue;
      this.waiting.push(new Sending(this, file));
    }
    this.next();
  }

  next() {
    while (this.running < AT_ONCE && this.waiting.length) {
      this.running += 1;
      this.waiting.shift().run().finally(() => { this.running -= 1; this.next(); });
    }
  }

  async ask(method, path, body, type) {
    const headers = {'Marquee-Ticket': this.data.ticket};
    if (type) headers['Content-Type'] = type;
    const answer = await fetch(`${this.data.url}/${path}`, {method, body, headers});
    const told = answer.status === 204 ? {} : await answer.json();
    if (!answer.ok) throw Object.assign(new Error([told.title, told.detail, told.hint].filter(Boolean).join('. ')), {status: answer.status, told,
      after: Number(answer.headers.get('Retry-After')) * 1000});
    return told;
  }
}

async function walk(entry, found) {
  if (entry.isFile) return found.push(await new Promise((done, failed) => entry.file(done, failed)));
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!some.length) return;
    for (const each of some) await walk(each, found);
  }
}

class Sending {
  constructor(drop, file) {
    Object.assign(this, {drop, file, stopped: false});
    this.li = el('li');
    this.li.dataset.name = file.name;
    this.button = el('button', '', 'Cancel');
    this.button.type = 'button';
    this.button.setAttribute('aria-label', `Cancel ${file.name}`);
    this.button.onclick = () => this.stop();
    this.bar = el('progress');
    this.bar.max = file.size;
    this.bar.value = 0;
    this.told = el('span', 'told', 'waiting');
    this.li.append(el('span', 'name', file.name), this.button, this.bar, this.told);
    for (const old of drop.list.querySelectorAll('li.left')) if (old.firstChild.textContent === file.name) old.remove();
    drop.list.append(this.li);
  }

  async stop() {
    this.stopped = true;
    if (this.transfer) await this.drop.ask('DELETE', `transfers/${this.transfer.id}`).catch(() => {});
    this.li.remove();
  }

  async run() {
    try {
      if (this.stopped) return;
      const {file, drop} = this;
      const begun = (await this.patiently(() => drop.ask('GET', 'transfers'))).transfers;
      this.transfer = begun.find(t => t.filename === file.name.normalize('NFC') && t.size === file.size)
        || await drop.ask('POST', 'transfers', JSON.stringify({filename: file.name, size: file.size, ...drop.data.options}), 'application/json');
      this.began = [Date.now(), this.transfer.received];
      while (!this.stopped && this.transfer.received < file.size) await this.patiently(() => this.chunk());
      if (!this.stopped) await this.finish(false);
    } catch (error) {
      if (!this.stopped) this.fail(error);
    }
  }

  async chunk() {
    const {received, chunk, id} = this.transfer;
    this.say();
    const piece = await this.file.slice(received, received + chunk).arrayBuffer();
    this.transfer = await this.drop.ask('PUT', `transfers/${id}?offset=${received}&${await checksum(piece)}`, piece, 'application/octet-stream');
    this.say();
  }

  async finish(force) {
    this.told.textContent = 'all is there; looking at it';
    await this.patiently(() => this.drop.ask('POST', `transfers/${this.transfer.id}/finish${force ? '?force=true' : ''}`));
    this.li.remove();
    this.drop.done();
  }

  // What the network or a server that restarts does is waited for; what the app refuses is not.
  async patiently(act) {
    for (let attempt = 0; ; attempt++) {
      try {
        return await act();
      } catch (error) {
        const told = error.told || {};
        if (error.status === 409 && told.code === 'chunk_out_of_place') { this.transfer.received = told.received; return; }
        const passing = !error.status || error.status === 429 || error.status >= 500 || told.code === 'broken_chunk' || told.code === 'wrong_state';
        if (this.stopped || !passing || attempt > 40) throw error;
        this.told.textContent = `the connection broke; trying again (${attempt + 1})`;
        await new Promise(go => setTimeout(go, error.after || Math.min(500 * 2 ** attempt, LONGEST)));
        if (this.transfer && error.name !== 'NotReadableError') this.transfer = await this.drop.ask('GET', `transfers/${this.transfer.id}`).catch(() => this.transfer);
      }
    }
  }

  say() {
    const {received} = this.transfer, seconds = (Date.now() - this.began[0]) / 1000;
    const rate = (received - this.began[1]) / Math.max(seconds, .1);
    this.bar.value = received;
    const left = rate > 0 ? (this.file.size - received) / rate : null;
    this.told.textContent = [`${Math.floor(100 * received / this.file.size)} %`, `${mb(received)} of ${mb(this.file.size)}`,
      rate > 0 && seconds > 1 ? `${mb(rate)}/s` : '', left !== null && seconds > 1 ? `${clock(left)} left` : ''].filter(Boolean).join(' · ');
  }

  fail(error) {
    this.li.classList.add('bad');
    this.bar.remove();
    this.told.textContent = error.message || 'It could not be sent.';
    this.button.textContent = 'Remove';
    if (error.told && error.told.code === 'duplicate_upload') {
      const again = el('button', '', 'Import again anyway');
      again.type = 'button';
      again.onclick = () => { again.remove(); this.li.classList.remove('bad'); this.finish(true).catch(e => this.fail(e)); };
      this.li.append(again);
    }
  }
}

const mb = n => n >= 1e9 ? `${(n / 1e9).toFixed(2)} GB` : n >= 1e6 ? `${(n / 1e6).toFixed(1)} MB` : `${Math.ceil(n / 1e3)} KB`;
const clock = s => s >= 90 ? `${Math.round(s / 60)} min` : `${Math.ceil(s)} s`;

async function checksum(buffer) {
  if (globalThis.crypto?.subtle) {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', buffer));
    return `sha256=${[...digest].map(b => b.toString(16).padStart(2, '0')).join('')}`;
  }
  return `crc32=${crc(new Uint8Array(buffer)).toString(16).padStart(8, '0')}`;  // pages that come by plain http
}

const TABLE = Uint32Array.from({length: 256}, (_, n) => { for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1; return n; });
function crc(bytes) {
  let c = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) c = TABLE[(c ^ bytes[i]) & 255] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}
