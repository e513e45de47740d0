// Discord's message components as DOM: containers, sections, texts, galleries, rows, buttons.
// https://docs.discord.com/developers/components/reference

import { el, emoji, icon, safeAddress } from "./dom.js";
import { markdown } from "./markdown.js";
import { covered, fileLink, gallery, thumbnail } from "./media.js";
import { menu } from "./menus.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link" };

const DRAW = {
  1: (row, names) => el("div", { class: "row" }, components(row.components, names)),
  2: button,
  3: menu,
  5: menu,
  6: menu,
  7: menu,
  8: menu,
  9: section,
  10: (text, names) => el("div", { class: "text" }, markdown(text.content, names)),
  11: (item, names) => thumbnail(item, names),
  12: (item, names) => gallery(item.items, names),
  13: (item, names) => file(item, names),
  14: (line) =>
    el("hr", { class: line.spacing === 2 && "wide", "data-bare": line.divider === false }),
  17: container,
};

// Unknown kinds of components are left out; the rest of the message stays readable.
export function components(list, names) {
  return (list ?? []).map((component) => DRAW[component.type]?.(component, names));
}

function container(component, names) {
  const accent = component.accent_color;
  const style = accent != null ? `--accent: #${accent.toString(16).padStart(6, "0")}` : null;
  const content = components(component.components, names);
  const card = el("div", { class: "card", style }, content);
  return component.spoiler ? covered(card, names) : card;
}

function file(item, names) {
  const link = fileLink({ ...item.file, name: item.name, size: item.size });
  return item.spoiler ? covered(link, names) : link;
}

function section(component, names) {
  const text = el("div", { class: "text" }, components(component.components, names));
  return el("div", { class: "section" }, text, components([component.accessory], names));
}

function button(component) {
  const content = [emoji(component.emoji), component.label && el("span", {}, component.label)];
  const style = `button ${STYLES[component.style] ?? "secondary"}`;
  if (component.style === 5) return linkButton(component, style, content);
  return el(
    "button",
    {
      type: "button",
      class: style,
      disabled: component.disabled,
      "data-key": `button:${component.custom_id}`,
      "data-press": component.custom_id,
    },
    content,
  );
}

function linkButton(component, style, content) {
  const href = component.disabled ? null : safeAddress(component.url);
  const attributes = {
    class: style,
    href,
    title: component.url,
    target: "_blank",
    rel: "noopener noreferrer",
    "data-key": `link:${component.url}`,
    ...(href ? {} : { role: "link", "aria-disabled": "true" }),
  };
  return el("a", attributes, content, icon("out"));
}
