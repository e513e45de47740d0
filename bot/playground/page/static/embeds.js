// Classic embeds: author, title, description, fields, pictures and footer beside a coloured bar.

import { el, safeAddress } from "./dom.js";
import { inline, link } from "./inline.js";
import { markdown } from "./markdown.js";

export function embed(value, names) {
  const color =
    value.color != null ? `--accent: #${value.color.toString(16).padStart(6, "0")}` : null;
  return el(
    "div",
    { class: "card embed", style: color },
    value.author && el("p", { class: "small" }, value.author.name),
    value.title && el("h4", {}, titled(value, names)),
    value.description && el("div", { class: "text" }, markdown(value.description, names)),
    el(
      "dl",
      {},
      (value.fields ?? []).map((field) => fieldOf(field, names)),
    ),
    image(value.image),
    image(value.thumbnail),
    value.footer && el("p", { class: "small" }, value.footer.text),
  );
}

function titled(value, names) {
  const title = inline(value.title, names);
  return value.url ? link(value.url, title) : title;
}

function fieldOf(field, names) {
  const content = [
    el("dt", {}, inline(field.name, names)),
    el("dd", {}, markdown(field.value, names)),
  ];
  return el("div", { class: field.inline && "inline" }, content);
}

function image(media) {
  const src = media && safeAddress(media.url);
  return src && el("img", { src, alt: media.description ?? "" });
}
