"""The box that answers while somebody types: an input with its suggestions below, moved through by keyboard.

`/` puts the cursor into it, the arrows choose, Enter takes, Escape closes. Everything shown comes as data and is set as
text, never as HTML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import streamlit as st

_HTML = """<div class="box">
<input type="search" role="combobox" aria-label="Search" aria-expanded="false" aria-controls="lines"
 autocomplete="off" spellcheck="false" maxlength="5000">
<ul id="lines" role="listbox" hidden></ul></div>"""

_CSS = """
.box {position: relative; font-family: var(--st-font)}
input {width: 100%; box-sizing: border-box; font-size: 1.15rem; padding: .65rem .9rem; color: var(--st-text-color);
  background: var(--st-secondary-background-color); border: 1px solid var(--st-border-color);
  border-radius: var(--st-base-radius); font-family: inherit}
input:focus {outline: 2px solid var(--st-primary-color); outline-offset: -1px}
ul {position: absolute; z-index: 1000; left: 0; right: 0; top: 100%; box-shadow: 0 6px 20px rgba(0, 0, 0, .18);
  list-style: none; margin: .25rem 0 0; padding: .25rem 0; color: var(--st-text-color);
  background: var(--st-background-color); border: 1px solid var(--st-border-color);
  border-radius: var(--st-base-radius); max-height: 24rem; overflow-y: auto}
li {display: flex; gap: .75rem; align-items: baseline; padding: .4rem .9rem; cursor: pointer}
li[aria-selected="true"], li:hover {background: var(--st-secondary-background-color)}
li .face {position: relative; flex: none; width: 2rem; height: 2rem; border-radius: 50%; overflow: hidden;
  align-self: center; display: flex; align-items: center; justify-content: center; font-size: .75rem; font-weight: 600;
  background: color-mix(in srgb, var(--st-primary-color) 18%, var(--st-background-color))}
li .face img {position: absolute; inset: 0; width: 100%; height: 100%; object-fit: cover}
li .what {font-weight: 600}
li .more {opacity: .65; font-size: .9em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; flex: 1}
li .kind {opacity: .65; font-size: .8em; white-space: nowrap}
"""

_JS = """
export default function (component) {
  const {parentElement, data, setStateValue, setTriggerValue} = component;
  const input = parentElement.querySelector('input'), list = parentElement.querySelector('ul');
  input.placeholder = data.placeholder;
  if (input.dataset.given !== data.given) {       // another address, not what is being typed
    const early = input.dataset.given === undefined && input.value;  // typed before this script ran
    input.dataset.given = data.given;
    if (!early) input.value = data.text;
    if (data.typed !== input.value) setStateValue('typed', input.value);
  }
  let chosen = -1;
  const lines = data.lines || [];
  list.replaceChildren(...lines.map((line, place) => {
    const item = document.createElement('li');
    item.setAttribute('role', 'option');
    item.id = 'line-' + place;
    if (line.initials) {             // the picture lies over them, and is left out when there is none
      const face = document.createElement('span');
      face.className = 'face';
      face.setAttribute('aria-hidden', 'true');
      face.textContent = line.initials;
      if (line.picture) {
        const picture = document.createElement('img');
        picture.alt = '';
        picture.onerror = () => picture.remove();
        picture.src = line.picture;
        face.append(picture);
      }
      item.append(face);
    }
    for (const part of ['what', 'more', 'kind']) {
      const span = document.createElement('span');
      span.className = part;
      span.textContent = line[part];
      item.append(span);
    }
    item.onmousedown = (event) => { event.preventDefault(); take(place); };
    return item;
  }));
  const open = (yes) => {
    list.hidden = !yes || !lines.length;
    input.setAttribute('aria-expanded', String(!list.hidden));
  };
  const mark = (place) => {
    chosen = place;
    [...list.children].forEach((item, at) => item.setAttribute('aria-selected', String(at === place)));
    if (place >= 0) {
      input.setAttribute('aria-activedescendant', 'line-' + place);
      list.children[place].scrollIntoView({block: 'nearest'});
    } else input.removeAttribute('aria-activedescendant');
  };
  const take = (place) => {
    open(false);
    const line = place < 0 ? {query: input.value} : lines[place];
    input.value = line.query;
    clearTimeout(input.timer);
    setStateValue('typed', line.query);
    setTriggerValue('taken', {query: line.query, record: line.record || '', at: Date.now()});
  };
  open(document.activeElement === parentElement.host || parentElement.activeElement === input);
  input.oninput = () => {
    clearTimeout(input.timer);
    input.timer = setTimeout(() => setStateValue('typed', input.value), 160);
  };
  input.onfocus = () => open(true);
  input.onblur = () => open(false);
  input.onkeydown = (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      open(true);
      const step = event.key === 'ArrowDown' ? 1 : -1;
      mark(Math.max(-1, Math.min(lines.length - 1, chosen + step)));
    } else if (event.key === 'Enter') take(list.hidden ? -1 : chosen);
    else if (event.key === 'Escape') { open(false); mark(-1); }
  };
  const slash = (event) => {
    const at = event.target;
    const typing = at && (/^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName) || at.isContentEditable);
    if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.composedPath()[0] === input) return;
    event.preventDefault();
    input.focus();
    input.select();
  };
  document.addEventListener('keydown', slash);
  return () => document.removeEventListener('keydown', slash);
}
"""

_box = st.components.v2.component("marquee_search_box", html=_HTML, css=_CSS, js=_JS)


@dataclass(frozen=True)
class Line:
    """One line below the box: what is shown, and what is searched or opened when it is taken."""

    what: str
    more: str
    kind: str
    query: str
    record: str = ""
    picture: str = ""  # its address on this server
    initials: str = ""  # of a record: what stands where there is no picture


def initials(name: str) -> str:
    """The first letters of the first and the last word; of a name without blanks in signs, the first one."""
    words = [w for w in re.split(r"[\s.·・-]+", name) if w[:1].isalnum()]
    letters = [words[0][0], words[-1][0]] if len(words) > 1 else [w[0] for w in words]
    return "".join(letters).upper()


@dataclass(frozen=True)
class Said:
    """What the box says: what is in it now, and, in this run alone, what was taken."""

    typed: str
    taken: bool = False
    record: str = ""


def box(text: str, typed: str, given: str, lines: list[Line], placeholder: str, key: str) -> Said:
    """Draw it. `given` changes when `text` is to replace what is typed; `typed` is what it said last."""
    data = {
        "text": text,
        "typed": typed,
        "given": given,
        "placeholder": placeholder,
        "lines": [vars(line) for line in lines],
    }
    said: Any = _box(
        key=key,
        data=data,
        default={"typed": text},
        on_typed_change=lambda: None,
        on_taken_change=lambda: None,
    )
    taken = said.get("taken")
    if isinstance(taken, dict):
        return Said(str(taken.get("query", "")), True, str(taken.get("record", "")))
    return Said(str(said.get("typed") or ""))
