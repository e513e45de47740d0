// Select menus of messages, and a message's own menu ("...").

import { combobox } from "./combobox.js";
import { texts } from "./texts.js";

const SOURCES = {
  3: (menu) => menu.options,
  5: (menu, names) => names.people(),
  6: (menu, names) => names.roles(),
  7: (menu, names) => [...names.people(), ...names.roles()],
  8: (menu, names) => names.channels(menu.channel_types),
};

export function choicesOf(menu, names) {
  const preset = new Set((menu.default_values ?? []).map(({ id }) => id));
  const choices = SOURCES[menu.type](menu, names) ?? [];
  return choices.map((choice) => ({
    ...choice,
    default: choice.default || preset.has(choice.value),
  }));
}

export function menu(component, names) {
  const words = texts(names.locale);
  const title = component.placeholder || words.choose;
  return combobox(choicesOf(component, names), {
    key: `menu:${component.custom_id}`,
    data: { "data-choose": component.custom_id },
    label: title,
    title,
    min: component.min_values ?? 1,
    max: component.max_values ?? 1,
    disabled: component.disabled,
    done: words.done,
  });
}

// The keys in a message's own menu.
export function listenToMenus(root) {
  root.addEventListener("keydown", moveInMenu);
  root.addEventListener("toggle", showList, true);
}

// The last message's list extends below the visible part.
function showList({ target }) {
  if (target.open) target.querySelector(".list")?.scrollIntoView({ block: "nearest" });
}

// The chosen entry is hidden now and would take the focus along.
export function closeMenu(details) {
  details.open = false;
  details.querySelector("summary").focus();
}

function moveInMenu(event) {
  const details = event.target.closest("details.more[open]");
  if (!details) return;
  if (event.key === "Escape") closeMenu(details);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const stops = [...details.querySelectorAll(".list button")];
  stops.at((stops.indexOf(document.activeElement) + step) % stops.length)?.focus();
}
