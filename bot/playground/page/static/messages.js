// The conversation of one channel: each message as a row, redrawn in place when it changes.

import { components } from "./components.js";
import { el, icon } from "./dom.js";
import { embed } from "./embeds.js";
import { markdown } from "./markdown.js";
import { attachment } from "./media.js";
import { morph } from "./morph.js";
import { localised } from "./names.js";
import { texts } from "./texts.js";
import { clockTime } from "./times.js";

const EPHEMERAL = 1 << 6;
const LOADING = 1 << 7;
const COMPONENTS_V2 = 1 << 15;

export function drawConversation(list, view) {
  const rows = view.messages.map((message) => row(message, view));
  const notes = view.notes.map((note) => noteRow(note, view));
  const fresh = list.cloneNode(false);
  fresh.append(...(rows.length + notes.length ? [...rows, ...notes] : [empty(view)]));
  morph(list, fresh);
}

function empty({ names, botState }) {
  const words = texts(names.locale);
  const hint = botState === "online" ? words.empty : words.emptyBusy;
  return el(
    "li",
    { class: "empty", "data-key": "empty" },
    icon("mark"),
    el("b", {}, words.welcome),
    el("span", {}, hint),
  );
}

function row(message, view) {
  const { names } = view;
  const ephemeral = message.flags & EPHEMERAL;
  const kinds = ["message", ephemeral && "ephemeral", view.pingsMe(message) && "pinged"];
  return el(
    "li",
    {
      class: kinds.filter(Boolean).join(" "),
      id: message.id,
      "data-key": message.id,
      "data-message": message.id,
    },
    usedLine(message, names),
    avatar(message.author),
    el(
      "div",
      { class: "body" },
      byline(message, names),
      ...content(message, names),
      failure(message, view),
    ),
    ephemeral ? onlyYou(names) : more(message, view),
  );
}

function usedLine(message, names) {
  if (!message.used) return null;
  return used(names.users.get(message.used.by), message.used.name, names);
}

function used(person, command, names) {
  const who = el("b", {}, person.name);
  return el(
    "p",
    { class: "used" },
    avatar(person),
    texts(names.locale).used(who),
    el("code", {}, `/${command}`),
  );
}

function nameOf(user, names) {
  return names.users.get(user.id)?.name ?? user.global_name ?? user.username;
}

export function avatar(user) {
  const name = user.global_name ?? user.name ?? user.username;
  const hue = [...name].reduce((sum, letter) => sum + letter.codePointAt(0) * 47, 0) % 360;
  const content = user.bot ? icon("mark") : name[0].toUpperCase();
  return el(
    "span",
    { class: "avatar", "data-bot": user.bot, style: `--hue: ${hue}`, "aria-hidden": "true" },
    content,
  );
}

function byline(message, names) {
  const words = texts(names.locale);
  const moment = el(
    "time",
    { datetime: message.timestamp },
    clockTime(message.timestamp, names.locale),
  );
  const badge = message.author.bot && el("span", { class: "badge" }, words.badge);
  const edited = message.edited_timestamp && el("span", {}, `(${words.edited})`);
  return el(
    "p",
    { class: "byline" },
    el("b", {}, nameOf(message.author, names)),
    badge,
    moment,
    edited,
  );
}

function content(message, names) {
  if (message.flags & LOADING) return [thinking(message, names)];
  if (message.flags & COMPONENTS_V2) return components(message.components, names);
  return [
    message.content && el("div", { class: "text" }, markdown(message.content, names)),
    (message.embeds ?? []).map((value) => embed(value, names)),
    (message.attachments ?? []).map(attachment),
    components(message.components, names),
  ].flat();
}

function thinking(message, names) {
  const dots = el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
  return el(
    "p",
    { class: "thinking" },
    dots,
    `${nameOf(message.author, names)} ${texts(names.locale).thinking}`,
  );
}

function failure(message, view) {
  const text = view.failures.get(message.id);
  return text && el("p", { class: "failure", role: "alert" }, icon("alert"), text);
}

function onlyYou(names) {
  const words = texts(names.locale);
  const dismiss = el(
    "button",
    { type: "button", class: "plain", "data-dismiss": true },
    words.dismiss,
  );
  return el("p", { class: "only-you" }, icon("eye"), words.onlyYou, " · ", dismiss);
}

function more(message, { commands, names }) {
  const entries = commands.filter((command) => command.type === 3);
  if (!entries.length) return null;
  const label = texts(names.locale).more;
  const entry = (command) =>
    el(
      "button",
      { type: "button", "data-menu": command.name },
      localised(command, "name", names.locale),
    );
  return el(
    "details",
    { class: "more", "data-key": `more:${message.id}` },
    el("summary", { title: label, "aria-label": label }, icon("dots")),
    el("div", { class: "list" }, entries.map(entry)),
  );
}

function noteRow(note, { names }) {
  const words = texts(names.locale);
  const kind = note.problem ? "failure" : "thinking";
  const text = el(
    "p",
    { class: kind, role: note.problem && "alert" },
    icon(note.problem ? "alert" : "wait"),
    note.problem ?? words.sending,
  );
  const dismiss =
    note.problem &&
    el("button", { type: "button", class: "plain", "data-dismiss": true }, words.dismiss);
  return el(
    "li",
    { class: "note", "data-key": note.id, "data-note": note.id },
    used(names.me, note.command, names),
    text,
    dismiss,
  );
}
