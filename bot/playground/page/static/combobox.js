// A select as a combobox with a list below it, with the keys that screen reader users know:
// https://www.w3.org/WAI/ARIA/apg/patterns/combobox/examples/combobox-select-only/

import { el, emoji, icon } from "./dom.js";

const PAUSE = 700; // milliseconds after which typing begins a new word
let typed = { word: "", at: 0 };

// `lasting` ones keep the choice, as fields do; the others report it and forget it. `done` is
// the label of the button that ends a choice of several.
export function combobox(choices, { min, max, lasting, done, title, ...more }) {
  const { key, id, label, hint, disabled, data = {} } = more;
  const box = {
    type: "button",
    role: "combobox",
    id,
    class: "value",
    "aria-label": label,
    "aria-describedby": hint,
    "aria-haspopup": "listbox",
    "aria-expanded": "false",
    disabled,
  };
  const list = { role: "listbox", "aria-multiselectable": max > 1 && "true" };
  return el(
    "div",
    { class: "select", "data-key": key, "data-min": min, "data-max": max, ...data },
    el("button", box, el("span", { "data-title": title }, shown(choices, title)), icon("down")),
    el(
      "div",
      { class: "list", tabindex: -1, "data-lasting": lasting },
      el("ul", { ...list, "aria-label": label ?? title }, choices.map(row)),
      max > 1 && done && el("button", { type: "button", class: "done" }, done),
    ),
  );
}

function shown(choices, title) {
  const labels = choices.filter((choice) => choice.default).map((choice) => choice.label);
  return labels.join(", ") || title;
}

function row(choice) {
  const attributes = {
    role: "option",
    "data-value": choice.value,
    "data-default": choice.default,
    "aria-selected": String(!!choice.default),
  };
  const words = [el("b", {}, choice.label), choice.description && el("small", {}, choice.description)];
  return el("li", attributes, emoji(choice.emoji), el("span", {}, words));
}

export function valuesOf(select) {
  return optionsOf(select)
    .filter(isChosen)
    .map((option) => option.dataset.value);
}

// Answers the mouse and the keys in every select below `root`, with chosen(select, values).
export function listenToSelects(root, chosen) {
  const at = (event) => event.target.closest(".select");
  root.addEventListener("mousedown", (event) => {
    if (event.target.closest(".select .list")) event.preventDefault(); // the focus stays
  });
  root.addEventListener("pointermove", (event) => {
    const option = event.target.closest(".select [role=option]");
    if (option) point(at(event), option);
  });
  root.addEventListener("click", (event) => {
    const select = at(event);
    if (!select) return;
    const option = event.target.closest("[role=option]");
    if (option) pick(select, option, chosen);
    else if (event.target.closest(".done")) finish(select, chosen);
    else if (isOpen(select)) close(select);
    else open(select);
  });
  root.addEventListener("keydown", (event) => at(event) && onKey(event, at(event), chosen));
  root.addEventListener("focusout", (event) => {
    const select = at(event);
    if (select && !select.contains(event.relatedTarget)) close(select);
  });
}

function onKey(event, select, chosen) {
  const inBox = event.target.matches("[role=combobox]");
  if (event.ctrlKey || event.metaKey) return;
  const act = isOpen(select) ? whileOpen(event, select, chosen, inBox) : inBox && opening(event);
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  if (!isOpen(select)) open(select);
  act();
}

function opening({ key }) {
  return ["ArrowDown", "ArrowUp", "Enter", " ", "Home", "End"].includes(key) && (() => {});
}

function whileOpen(event, select, chosen, inBox) {
  const last = optionsOf(select).length - 1;
  const to = (index) => () => activate(select, Math.min(last, Math.max(0, index)));
  const here = optionsOf(select).findIndex((option) => option.hasAttribute("data-active"));
  const take = () => pick(select, optionsOf(select)[here], chosen);
  const moves = {
    ArrowDown: to(here + 1),
    ArrowUp: to(here - 1),
    PageDown: to(here + 10),
    PageUp: to(here - 10),
    Home: to(0),
    End: to(last),
    Enter: take,
    " ": take,
  };
  if (event.key === "Escape") return () => (close(select), boxOf(select).focus());
  if (!inBox) return null;
  return moves[event.key] ?? (event.key.length === 1 && (() => seek(select, event)));
}

// Typing the first letters of an option moves there.
function seek(select, { key, timeStamp }) {
  const word = timeStamp - typed.at < PAUSE ? typed.word : "";
  typed = { word: word + key.toLowerCase(), at: timeStamp };
  const words = optionsOf(select).map((option) => option.querySelector("b").textContent);
  const found = words.findIndex((text) => text.toLowerCase().startsWith(typed.word));
  if (found >= 0) activate(select, found);
}

// An open list is not redrawn until it is closed; only one is open at a time.
function open(select) {
  const box = boxOf(select);
  if (box.disabled) return;
  select.toggleAttribute("data-open", true);
  box.setAttribute("aria-expanded", "true");
  select.querySelector("[role=listbox]").id = "choices";
  box.setAttribute("aria-controls", "choices");
  optionsOf(select).forEach((option, index) => (option.id = `choice-${index}`));
  box.focus();
  checkDone(select);
  activate(select, Math.max(0, optionsOf(select).findIndex(isChosen)));
  select.querySelector(".list").scrollIntoView({ block: "nearest" });
}

function close(select) {
  if (!isOpen(select)) return;
  const box = boxOf(select);
  const lasting = select.querySelector(".list").hasAttribute("data-lasting");
  select.toggleAttribute("data-open", false);
  box.setAttribute("aria-expanded", "false");
  box.removeAttribute("aria-controls");
  box.removeAttribute("aria-activedescendant");
  select.querySelector("[role=listbox]").removeAttribute("id");
  for (const option of optionsOf(select)) {
    option.removeAttribute("id");
    option.removeAttribute("data-active");
    if (!lasting) mark(option, option.hasAttribute("data-default"));
  }
}

function activate(select, index) {
  const option = optionsOf(select)[index];
  point(select, option);
  option.scrollIntoView({ block: "nearest" });
}

// The mouse and the keys share one active option.
function point(select, option) {
  for (const other of optionsOf(select)) other.toggleAttribute("data-active", other === option);
  boxOf(select).setAttribute("aria-activedescendant", option.id);
}

// With several, a press toggles an option; a single optional choice can be removed again.
function pick(select, option, chosen) {
  const { min, max } = boundsOf(select);
  const taken = isChosen(option);
  const keeps = (other) => isChosen(other) && max > 1;
  if (taken || max === 1 || valuesOf(select).length < max)
    for (const other of optionsOf(select))
      mark(other, other === option ? !(taken && (max > 1 || min === 0)) : keeps(other));
  checkDone(select);
  if (select.querySelector("[data-lasting]")) show(select, chosen);
  else if (max === 1) finish(select, chosen);
}

function show(select, chosen) {
  const title = select.querySelector("[data-title]");
  const labels = optionsOf(select)
    .filter(isChosen)
    .map((option) => option.querySelector("b").textContent);
  title.textContent = labels.join(", ") || title.dataset.title;
  if (boundsOf(select).max === 1) close(select);
  chosen(select, valuesOf(select));
}

function finish(select, chosen) {
  const values = valuesOf(select);
  close(select);
  boxOf(select).focus();
  chosen(select, values);
}

function checkDone(select) {
  const done = select.querySelector(".done");
  if (done) done.disabled = valuesOf(select).length < boundsOf(select).min;
}

const boxOf = (select) => select.querySelector("[role=combobox]");
const optionsOf = (select) => [...select.querySelectorAll("[role=option]")];
const isOpen = (select) => select.hasAttribute("data-open");
const isChosen = (option) => option.getAttribute("aria-selected") === "true";
const mark = (option, taken) => option.setAttribute("aria-selected", String(taken));
const boundsOf = ({ dataset }) => ({ min: Number(dataset.min), max: Number(dataset.max) });
