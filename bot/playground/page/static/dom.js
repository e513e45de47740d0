// Creates elements. Text becomes text nodes, so nothing people type turns into markup.

export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  const wanted = (child) => child != null && child !== false && child !== "";
  element.append(...children.flat(Infinity).filter(wanted));
  return element;
}

// Only addresses that open a page or a file: `javascript:` and friends give null.
export function safeAddress(address) {
  try {
    const url = new URL(address, location.href);
    return ["http:", "https:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

// A custom emoji is shown by name: its picture is on Discord's server.
export function emoji(value) {
  const shown = value?.id ? `:${value.name}:` : value?.name;
  return shown && el("span", { class: "emoji", "aria-hidden": "true" }, shown);
}

const SVG = "http://www.w3.org/2000/svg";

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}
