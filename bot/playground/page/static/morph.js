// Makes one element look like another by changing as little as possible, so that a video goes on
// playing and the focus stays where it is while the card around it is redrawn.

const KEPT = ["aria-expanded", "open", "data-busy"]; // what the reader did to the page themselves

export function morph(old, fresh) {
  if (!alike(old, fresh)) return void old.replaceWith(fresh);
  if (old.dataset?.open !== undefined) return; // a list in which somebody is choosing
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  morphAttributes(old, fresh);
  morphChildren(old, fresh);
}

// If `change()` removes the focused element in `list`, its row's first control gets the focus, else
// `otherwise`: without a focus, the keyboard would start again at the top of the page.
export function keepFocus(list, change, otherwise) {
  const held = document.activeElement;
  const row = list.contains(held) && held.closest(".message, .note");
  change();
  if (!row || (held.isConnected && !held.disabled)) return;
  const controls = ".body :is(button.button:enabled, a.button[href], [role=combobox]:enabled)";
  ((row.isConnected && row.querySelector(controls)) || otherwise).focus();
}

function alike(old, fresh) {
  return old.nodeName === fresh.nodeName && keyOf(old) === keyOf(fresh);
}

function keyOf(node) {
  return node.nodeType === Node.ELEMENT_NODE ? node.getAttribute("data-key") : null;
}

function morphAttributes(old, fresh) {
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !KEPT.includes(name)) old.removeAttribute(name);
  }
  for (const { name, value } of [...fresh.attributes]) {
    if (KEPT.includes(name) && old.hasAttribute(name)) continue;
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}

function morphChildren(old, fresh) {
  let next = old.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    const match = findMatch(next, wanted);
    if (!match) {
      old.insertBefore(wanted, next);
      continue;
    }
    while (next !== match) next = remove(next);
    next = match.nextSibling;
    morph(match, wanted);
  }
  while (next) next = remove(next);
}

// Nodes with a key are found further down, too; others only in the expected place.
function findMatch(next, wanted) {
  if (keyOf(wanted) === null) return next && alike(next, wanted) ? next : null;
  while (next && !alike(next, wanted)) next = next.nextSibling;
  return next;
}

function remove(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}
