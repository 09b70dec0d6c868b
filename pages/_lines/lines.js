// Lines of a file with what became of each. A click, or Enter on a line, says that it holds the column names.
export default function (component) {
  const {parentElement, data, setTriggerValue} = component;
  let root = parentElement.querySelector('.mql');
  if (!root) {
    root = document.createElement('div');
    root.className = 'mql';
    parentElement.append(root);
  }
  if (root.stamp === data.stamp) return () => {};
  root.stamp = data.stamp;
  const table = document.createElement('table');
  table.setAttribute('aria-label', data.label);
  let last = 0;
  for (const [line, kind, fate, text] of data.lines) {
    if (last && line > last + 1) table.append(row([['n', '⋮'], ['f', ''], ['t', '']], 'aside'));
    last = line;
    const made = row([['n', line.toLocaleString('en')], ['f', fate], ['t', text]], kind);
    if (data.clickable && kind !== 'header') choosable(made, line);
    table.append(made);
  }
  root.replaceChildren(table);
  return () => {};

  function row(cells, kind) {
    const made = document.createElement('tr');
    made.className = kind;
    for (const [name, text] of cells) {
      const cell = document.createElement('td');
      cell.className = name;
      cell.textContent = text;
      made.append(cell);
    }
    return made;
  }

  function choosable(made, line) {
    made.classList.add('can');
    made.tabIndex = 0;
    made.title = `Line ${line} holds the column names`;
    const choose = () => setTriggerValue('header', {line, at: Date.now()});
    made.addEventListener('click', () => { if (!String(getSelection())) choose(); });
    made.addEventListener('keydown', event => {
      if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); choose(); }
      const step = {ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling'}[event.key];
      if (step && made[step]) { event.preventDefault(); made[step].focus(); }
    });
  }
}
