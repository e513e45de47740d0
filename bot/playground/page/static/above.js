// The line above a message: the command or message it answers, with a link there.

import { avatar } from "./faces.js";
import { el, icon } from "./dom.js";
import { inline } from "./inline.js";
import { nameOf } from "./names.js";
import { texts } from "./texts.js";

const PINNED = 6;

export function above(message, view) {
  const { names } = view;
  if (message.used) return used(names.users.get(message.used.by), message.used.name, names);
  if (message.message_reference?.type === 0) return answered(message, view);
  return null;
}

export function used(person, command, names) {
  const who = el("b", {}, person.name);
  const said = texts(names.locale).used(who);
  return el("p", { class: "above" }, avatar(person), said, el("code", {}, `/${command}`));
}

// `find(id)` knows every message this person can see, and no others.
function answered(message, { names, find }) {
  const words = texts(names.locale);
  const { message_id: id, channel_id } = message.message_reference;
  const original = find(id);
  if (!original) return el("p", { class: "above" }, icon("reply"), el("i", {}, words.originalGone));
  const label = message.type === PINNED ? words.pinnedWhat : words.answers;
  return el(
    "a",
    { class: "above", href: `#${id}`, "data-jump": channel_id, title: words.jump },
    el("span", { class: "unseen" }, `${label} `),
    avatar(original.author),
    el("b", {}, nameOf(original.author, names)),
    el("span", { class: "excerpt" }, ...excerpt(original, names)),
  );
}

// The first readable line, without links: the whole line is already a link.
function excerpt(message, names) {
  const line = readable([message]).flatMap((text) => text.split("\n")).find((text) => text.trim());
  if (!line) return [icon("file"), texts(names.locale).attached];
  const plain = el("span", {}, ...inline(line.replace(/^(#{1,3}|-#|>|[-*]) +/, ""), names));
  for (const element of plain.querySelectorAll("a, button")) {
    element.replaceWith(element.matches(".spoiler") ? "▒▒▒" : element.textContent);
  }
  return [...plain.childNodes];
}

// Of what is covered nothing is read here either.
function readable(parts) {
  const open = parts.filter((part) => !part.spoiler);
  return open.flatMap((part) => [
    ...[part.content, part.title, part.description].filter((text) => typeof text === "string"),
    ...readable([...(part.embeds ?? []), ...(part.components ?? [])]),
  ]);
}
