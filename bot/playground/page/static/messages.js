// The conversation of one channel: each message as a row, redrawn in place when it changes.

import { above, used } from "./above.js";
import { components } from "./components.js";
import { el, icon } from "./dom.js";
import { embed } from "./embeds.js";
import { avatar } from "./faces.js";
import { markdown } from "./markdown.js";
import { attachments } from "./media.js";
import { morph } from "./morph.js";
import { localised, nameOf } from "./names.js";
import { texts } from "./texts.js";
import { day, written } from "./times.js";

const ONE_BREATH = 7 * 60 * 1000; // milliseconds
const PINNED = 6;
const EPHEMERAL = 1 << 6;
const LOADING = 1 << 7;
const COMPONENTS_V2 = 1 << 15;

export function isPrivate(message) {
  return !!(message.flags & EPHEMERAL);
}

export function drawConversation(list, view) {
  const rows = [
    ...view.messages.map((message, at) => [message.id, () => rowsOf(message, at, view)]),
    ...view.notes.map((note) => [note.after ?? Infinity, () => noteRow(note, view)]),
  ].sort(([one], [other]) => earlier(one, other));
  const fresh = list.cloneNode(false);
  fresh.append(...(rows.length ? rows.flatMap(([, draw]) => draw()) : [empty(view)]));
  morph(list, fresh);
}

// Ids are too long for a Number, and grow with time.
function earlier(one, other) {
  if (one === other) return 0;
  if (one === Infinity || other === Infinity) return one === Infinity ? 1 : -1;
  return BigInt(one) < BigInt(other) ? -1 : 1;
}

function empty(view) {
  return el(
    "li",
    { class: "empty", "data-key": "empty" },
    icon("mark"),
    el("b", {}, texts(view.names.locale).welcome),
    el("span", {}, nextStep(view)),
  );
}

// What can be done here and now.
function nextStep({ names, botState, channel, isReady }) {
  const words = texts(names.locale);
  if (!channel.can_write) return words.readOnly;
  if (botState !== "online") return words.bot[botState];
  return isReady ? words.ready : words.placeholder;
}

// A message; above it the date, if a new day begins.
function rowsOf(message, at, view) {
  const before = view.messages[at - 1];
  const { locale } = view.names;
  const today = day(message.timestamp, locale);
  if (!before || day(before.timestamp, locale) === today) return [row(message, before, view)];
  const line = el("li", { class: "day", "data-key": `day:${message.id}` }, el("span", {}, today));
  return [line, row(message, null, view)];
}

// Whether the author continues: their face and name are already above.
function follows(message, before) {
  if (!before || before.author.id !== message.author.id) return false;
  if (message.used || message.message_reference || isPrivate(message) || isPrivate(before))
    return false;
  return new Date(message.timestamp) - new Date(before.timestamp) < ONE_BREATH;
}

function row(message, before, view) {
  const { names } = view;
  const ephemeral = isPrivate(message);
  const kinds = [
    "message",
    ephemeral && "ephemeral",
    view.pingsMe(message) && "pinged",
    follows(message, before) && "follows",
  ];
  return el(
    "li",
    {
      class: kinds.filter(Boolean).join(" "),
      id: message.id,
      "data-key": message.id,
      "data-message": message.id,
    },
    above(message, view),
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

function byline(message, names) {
  const words = texts(names.locale);
  const moment = el(
    "time",
    { datetime: message.timestamp, title: new Date(message.timestamp).toLocaleString(names.locale) },
    written(message.timestamp, names.locale),
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
  if (message.type === PINNED) return [el("p", { class: "small" }, texts(names.locale).pinned)];
  if (message.flags & COMPONENTS_V2) return components(message.components, names);
  return [
    message.content && el("div", { class: "text" }, markdown(message.content, names)),
    (message.embeds ?? []).map((value) => embed(value, names)),
    attachments(message.attachments ?? [], names),
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
