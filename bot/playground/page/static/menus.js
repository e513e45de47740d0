// Select menus of messages: a button opens a list; one choice answers at once, several by Done.
// The keys work in a message's own menu ("...") too.

import { el, icon } from "./dom.js";
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
  const choices = choicesOf(component, names);
  const chosen = choices.filter((choice) => choice.default).map((choice) => choice.label);
  const title = chosen.join(", ") || component.placeholder || texts(names.locale).choose;
  const many = (component.max_values ?? 1) > 1;
  return el(
    "details",
    {
      class: "menu",
      "data-key": `menu:${component.custom_id}`,
      "data-choose": component.custom_id,
      "data-disabled": component.disabled,
    },
    el(
      "summary",
      { "aria-disabled": component.disabled && "true" },
      el("span", {}, title),
      icon("down"),
    ),
    el("div", { class: "list" }, (many ? several : one)(component, choices, names)),
  );
}

// Choosing what is chosen already takes it away, where the menu may stand empty.
function one(component, choices) {
  const button = (choice) =>
    el(
      "button",
      {
        type: "button",
        "data-value": choice.value,
        "data-takes-away": choice.default && component.min_values === 0,
        "aria-pressed": String(!!choice.default),
      },
      wording(choice),
    );
  return choices.map(button);
}

function several(component, choices, names) {
  const box = (choice) =>
    el(
      "label",
      {},
      el("input", { type: "checkbox", value: choice.value, checked: choice.default }),
      wording(choice),
    );
  const limits = { "data-min": component.min_values ?? 1, "data-max": component.max_values };
  return [
    choices.map(box),
    el("button", { type: "button", class: "done", ...limits }, texts(names.locale).done),
  ];
}

function wording(choice) {
  return el("span", {}, choice.label, choice.description && el("small", {}, choice.description));
}

// Answers clicks inside any menu below `root`; calls choose(element, custom_id, values).
export function listenToMenus(root, choose) {
  root.addEventListener("click", (event) => {
    const details = event.target.closest("details.menu");
    if (!details) return;
    if (details.hasAttribute("data-disabled")) return event.preventDefault();
    const button = event.target.closest(".list button");
    const values = button && valuesFrom(button, details);
    if (!values) return;
    closeMenu(details);
    choose(details, details.dataset.choose, values);
  });
  root.addEventListener("keydown", moveInMenu);
  root.addEventListener("toggle", showList, true);
}

// The last message's list reaches below what is in sight.
function showList({ target }) {
  if (target.open) target.querySelector(".list")?.scrollIntoView({ block: "nearest" });
}

// What was chosen is hidden then, and would take the focus along.
export function closeMenu(details) {
  details.open = false;
  details.querySelector("summary").focus();
}

function valuesFrom(button, details) {
  if (!button.classList.contains("done"))
    return button.hasAttribute("data-takes-away") ? [] : [button.dataset.value];
  const values = [...details.querySelectorAll("input:checked")].map((input) => input.value);
  return values.length >= button.dataset.min && values.length <= button.dataset.max ? values : null;
}

function moveInMenu(event) {
  const details = event.target.closest("details:is(.menu, .more)[open]");
  if (!details) return;
  if (event.key === "Escape") closeMenu(details);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const stops = [...details.querySelectorAll(".list button, .list input")];
  stops.at((stops.indexOf(document.activeElement) + step) % stops.length)?.focus();
}
