'use strict';
const $ = id => document.getElementById(id);
const meta = name => document.querySelector(`meta[name="${name}"]`).content;
const text = $('text'), content = $('content');
const PAUSE = 120;
let tab = 'gradients', faults = [], timer, asking = false, waiting = false, path = '';

async function ask(question, body) {
  const answer = await fetch('/api/' + question, {
    method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Nngen-Token': meta('nngen-token') }, body: JSON.stringify(body),
  });
  const json = await answer.json();
  if (!answer.ok) throw new Error(json.error);
  return json;
}

function say(words) {
  $('note').textContent = words;
  $('note').classList.add('shown');
  clearTimeout(say.timer);
  say.timer = setTimeout(() => $('note').classList.remove('shown'), 3000);
}

async function copy(words) {
  try {
    await navigator.clipboard.writeText(words);
    say('copied: ' + words);
  } catch {
    say(words);
  }
}

// --- The editor: a text field without color over its colored text.

const WORDS = new RegExp([
  '(?<c>\\/\\/.*|\\/\\*[^]*?(?:\\*\\/|$))', '(?<s>"[^"\\n]*"?)',
  '(?<k>\\b(?:model|layer|fn|import|return|in)\\b|(?<=^|[;{}])\\s*(?:input|target|param|state|noise|update|size|samples|precision|minimize|output|train|prove|share|repeat|over|start|loss|init|optimizer)(?=\\s+[\\w(-])|\\b(?:where|of|domain)\\b(?=\\s+[\\w(-])(?!\\s*\\([^()]*,)|\\bfrozen\\b(?=\\s*;)|\\b(?:sum|max|min|mean)\\b(?=\\s*\\[))',
  '(?<f>\\b[A-Za-z_]\\w*(?=\\s*\\()|(?<=\\|>\\s*)[A-Za-z_]\\w*)', '(?<n>(?<![\\w.])(?:\\d+(?:\\.\\d+)?|\\.\\d+)(?:[eE][+-]?\\d+)?)', '(?<v>[A-Za-z_]\\w*)',
].join('|'), 'gm');

const escaped = words => words.replace(/[&<>]/g, c => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]);

/** The stretches of text with the classes of each. */
function pieces(source) {
  const classes = new Array(source.length).fill('');
  for (const match of source.matchAll(WORDS)) {
    const kind = Object.keys(match.groups).find(name => match.groups[name] !== undefined);
    if (kind !== 'v') classes.fill(kind, match.index, match.index + match[0].length);
  }
  for (const fault of faults.filter(one => one.start !== undefined)) {
    const end = Math.max(fault.end, fault.start + 1);
    for (let k = fault.start; k < Math.min(end, source.length); k++) {
      if (!/ (wrong|doubt)/.test(classes[k])) classes[k] += fault.error ? ' wrong' : ' doubt';
    }
  }
  return classes;
}

function paint() {
  const source = text.value, classes = pieces(source);
  let html = '', start = 0;
  for (let k = 1; k <= source.length; k++) {
    if (k === source.length || classes[k] !== classes[start]) {
      const words = escaped(source.slice(start, k));
      html += classes[start] ? `<span class="${classes[start].trim()}">${words}</span>` : words;
      start = k;
    }
  }
  $('marks').innerHTML = html + '\n';
  const wrong = new Set(faults.map(fault => fault.line));
  $('numbers').innerHTML = source.split('\n').map((line, k) => wrong.has(k + 1) ? `<b>${k + 1}</b>` : k + 1).join('\n');
}

function showFaults() {
  $('faults').replaceChildren(...faults.map(fault => {
    const item = document.createElement('li'), place = document.createElement('b');
    item.className = fault.error ? 'error' : '';
    place.textContent = `${fault.line ? `${fault.line}:${fault.column}` : fault.place} ${fault.code} `;
    item.append(place, fault.message);
    for (const help of fault.help) {
      const line = document.createElement('small');
      line.textContent = help;
      item.append(line);
    }
    if (fault.start !== undefined) {
      item.tabIndex = 0;
      item.onclick = () => { text.focus(); text.setSelectionRange(fault.start, Math.max(fault.end, fault.start)); };
      item.onkeydown = event => { if (event.key === 'Enter') item.onclick(); };
    }
    return item;
  }));
}

function insert(words) {
  document.execCommand('insertText', false, words);
}

text.addEventListener('input', () => {
  faults = faults.filter(fault => fault.start === undefined); // Their places have moved.
  paint();
  soon();
});
text.addEventListener('keydown', event => {
  const before = text.value.slice(0, text.selectionStart);
  if (event.key === 'Tab' && !event.shiftKey && !text.escaped) {
    event.preventDefault();
    insert('  ');
  } else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    const line = before.slice(before.lastIndexOf('\n') + 1);
    insert('\n' + line.match(/^\s*/)[0] + (/\{\s*$/.test(line) ? '  ' : ''));
  } else if (event.key === 's' && (event.ctrlKey || event.metaKey) && !$('saving').hidden) {
    event.preventDefault();
    $('save').click();
  }
  text.escaped = event.key === 'Escape'; // Escape, then Tab, leaves the editor.
});

// --- What follows from the text.

function soon() {
  clearTimeout(timer);
  timer = setTimeout(look, PAUSE);
}

/** Asks once at a time; what has changed meanwhile is asked next. */
async function look() {
  if (asking) {
    waiting = true;
    return;
  }
  asking = true;
  const asked = text.value, began = performance.now();
  content.classList.add('stale');
  try {
    const first = await ask('look', { text: asked, path });
    mark(asked, first);
    const answer = await ask('show', { text: asked, path, tab, model: $('model').value, form: $('form').value });
    $('state').textContent = Math.round(performance.now() - began) + ' ms';
    if (mark(asked, answer)) show(answer);
  } catch (fault) {
    $('state').textContent = fault.message;
  }
  asking = false;
  if (waiting) {
    waiting = false;
    look();
  }
}

/** Shows the faults of a text if it is still the same. */
function mark(asked, answer) {
  if (asked !== text.value) return false;
  faults = answer.diagnostics;
  paint();
  showFaults();
  return true;
}

function show(answer) {
  $('model').hidden = answer.models.length < 2;
  $('model').replaceChildren(...answer.models.map(name => new Option(name, name, false, name === answer.model)));
  const shown = answer[tab];
  if (shown === undefined) {
    if (!content.childElementCount) say.empty('Nothing can be derived until the errors are gone.');
    return; // What was shown stays, pale, while the text is faulty.
  }
  content.classList.remove('stale');
  const top = content.scrollTop;
  if (shown === '') {
    say.empty('The model minimizes nothing.');
  } else if (tab === 'java') {
    const code = document.createElement('pre');
    code.textContent = shown;
    content.replaceChildren(code);
  } else if (tab === 'check') {
    content.replaceChildren(...shown.map(line => {
      const row = document.createElement('div');
      row.className = line.passed ? 'line' : 'line failed';
      row.textContent = line.text;
      return row;
    }));
    if (!shown.length) say.empty('There is nothing to check.');
  } else {
    content.innerHTML = shown;
  }
  content.scrollTop = top;
}
say.empty = words => {
  const line = document.createElement('p');
  line.className = 'empty';
  line.textContent = words;
  content.replaceChildren(line);
};

function choose(name) {
  tab = name;
  document.querySelectorAll('[data-tab]').forEach(one => one.setAttribute('aria-selected', one.dataset.tab === name));
  $('form').hidden = name === 'java' || name === 'check';
  content.replaceChildren();
  content.scrollTop = 0;
  look();
}
document.querySelectorAll('[data-tab]').forEach(one => one.addEventListener('click', () => choose(one.dataset.tab)));
document.querySelector('[role=tablist]').addEventListener('keydown', event => {
  const tabs = [...document.querySelectorAll('[data-tab]')], at = tabs.indexOf(event.target);
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (at >= 0 && step) {
    const next = tabs[(at + step + tabs.length) % tabs.length];
    next.focus();
    choose(next.dataset.tab);
  }
});
$('form').addEventListener('change', look);
$('model').addEventListener('change', look);
content.addEventListener('click', event => {
  const formula = event.target.closest('[data-latex]');
  if (formula && !String(getSelection())) copy(formula.dataset.latex);
});

// --- Texts: samples, files, links.

function load(words, name) {
  text.value = words;
  path = name;
  $('path').value = name;
  faults = [];
  content.replaceChildren();
  paint();
  look();
}

async function lists() {
  const { samples, files } = await ask('list', {});
  const group = (label, options) => {
    const made = document.createElement('optgroup');
    made.label = label;
    made.append(...options);
    return made;
  };
  $('start').append(group('Samples', samples.map((sample, k) => new Option(sample.title, 's' + k))));
  if (files.length) $('start').append(group('Files', files.map(file => new Option(file, 'f' + file))));
  $('start').onchange = async () => {
    const value = $('start').value;
    $('start').value = '';
    try {
      if (value[0] === 's') load(samples[value.slice(1)].text, '');
      if (value[0] === 'f') load((await ask('open', { path: value.slice(1) })).text, value.slice(1));
      history.replaceState(null, '', location.pathname);
    } catch (fault) {
      say(fault.message);
    }
  };
  return samples;
}

const through = async (bytes, stream) => new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
const base64 = bytes => btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), '')).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
const bytes = words => Uint8Array.from(atob(words.replace(/-/g, '+').replace(/_/g, '/')), c => c.charCodeAt(0));

async function linked() {
  const match = location.hash.match(/^#model=([\w-]+)$/);
  try {
    return match && new TextDecoder().decode(await through(bytes(match[1]), new DecompressionStream('deflate-raw')));
  } catch {
    say('The link holds no model.');
    return null;
  }
}

$('link').onclick = async () => {
  const packed = await through(new TextEncoder().encode(text.value), new CompressionStream('deflate-raw'));
  history.replaceState(null, '', '#model=' + base64(packed));
  copy(location.href);
};
$('format').onclick = async () => {
  try {
    const formatted = (await ask('format', { text: text.value, path })).text;
    if (formatted !== text.value) {
      const at = text.selectionStart;
      text.focus();
      text.select();
      insert(formatted);
      text.setSelectionRange(at, at);
    }
  } catch (fault) {
    say(fault.message);
  }
};
$('save').onclick = async () => {
  try {
    path = (await ask('save', { path: $('path').value, text: text.value })).path;
    say('saved ' + path);
    look();
  } catch (fault) {
    say(fault.message);
  }
};

(async () => {
  $('saving').hidden = meta('nngen-folder') !== 'yes';
  const samples = await lists();
  load(await linked() ?? samples[1].text, '');
})();
window.addEventListener('hashchange', async () => {
  const words = await linked();
  if (words) load(words, '');
});
