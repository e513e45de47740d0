// Beside the conversation: channels, the acting person, the language, and the demo's controls.

import { el, icon } from "./dom.js";
import { avatar } from "./faces.js";
import { integration } from "./integration.js";
import { LOCALES, texts } from "./texts.js";

const FAILURES = ["policy", "busy", "cut"];

export function channelList({ channels, channel, unread, locale }) {
  const words = texts(locale);
  const rows = channels.map((item) =>
    el(
      "li",
      {},
      el(
        "button",
        {
          type: "button",
          "data-channel": item.id,
          "aria-current": item.id === channel.id && "page",
        },
        icon(item.direct ? "person" : item.private ? "lock" : "hash"),
        el("span", {}, item.name),
        unread.has(item.id) && el("i", { class: "unread" }),
      ),
    ),
  );
  return [el("h2", {}, words.channels), el("ul", {}, rows)];
}

export function actorSwitch({ actors, me, locale }) {
  const rows = actors.map((person) =>
    el(
      "label",
      { class: "person" },
      el("input", {
        type: "radio",
        name: "actor",
        value: person.key,
        checked: person.id === me.id,
      }),
      avatar(person),
      el("span", {}, person.name, el("small", {}, titleOf(person, locale))),
    ),
  );
  return el("fieldset", {}, el("legend", {}, texts(locale).actAs), rows);
}

function titleOf({ owner, title }, locale) {
  return [owner && texts(locale).owner, title].filter(Boolean).join(", ");
}

export function languageSwitch(locale) {
  const rows = LOCALES.map((other) =>
    el(
      "label",
      { lang: other.split("-")[0] },
      el("input", { type: "radio", name: "locale", value: other, checked: other === locale }),
      el("span", {}, texts(other).language),
    ),
  );
  return el("fieldset", { class: "segments" }, el("legend", {}, texts(locale).languageLabel), rows);
}

export function backstage(scene) {
  const { bot, locale } = scene;
  const words = texts(locale);
  const heading = [el("h2", {}, words.backstage), botState(bot, locale)];
  if (bot.alone) return [...heading, ...integration(scene)];
  const running = bot.state === "online" || bot.state === "starting";
  const control = (name, style, more, text) =>
    el("button", { type: "button", class: `button ${style}`, "data-control": name, ...more }, text);
  const mishap = (kind) =>
    control(
      bot.armed === kind ? "call-off" : `fail-${kind}`,
      "secondary",
      { "aria-pressed": String(bot.armed === kind) },
      words.fails[kind],
    );
  return [
    ...heading,
    ...(bot.lives?.length
      ? bot.lives.map((life, index) => oneProcess(life, index + 1, words, control))
      : [
          el(
            "div",
            { class: "row" },
            control("kill", "danger", { disabled: !running }, words.kill),
            control("restart", "secondary", { disabled: running }, words.restart),
          ),
        ]),
    el("p", { class: "small" }, bot.lives?.length ? words.processHint : words.backstageHint),
    el("p", { class: "small" }, words.placeholders),
    el("h3", {}, words.nextFails),
    el("div", { class: "row" }, FAILURES.map(mishap)),
    el("p", { class: "small", role: "status" }, bot.armed ? words.armed : ""),
    ...integration(scene),
  ];
}

function oneProcess(life, number, words, control) {
  const runs = life === "running";
  const name = words.process(number);
  const named = (text) => ({ "aria-label": `${name}: ${text}` });
  return el(
    "div",
    { "data-process": String(number), "data-life": life },
    el("p", { class: "small" }, `${name}: ${words.lives[life]}`),
    el(
      "div",
      { class: "row" },
      control(`kill-${number}`, "danger", { disabled: !runs, ...named(words.killOne) }, words.killOne),
      control(
        `restart-${number}`,
        "secondary",
        { disabled: runs, ...named(words.restart) },
        words.restart,
      ),
    ),
  );
}

export function botState(bot, locale) {
  const said = [texts(locale).bot[bot.state], bot.detail].filter(Boolean).join(": ");
  return el(
    "p",
    { class: "bot-state", "data-state": bot.state, role: "status" },
    el("i", {}),
    el("span", {}, said),
  );
}
