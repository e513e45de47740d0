// One line of Discord's markdown as DOM nodes: emphasis, code, links, mentions, times, spoilers.

import { el, safeAddress } from "./dom.js";
import { timestamp } from "./times.js";

const TEXT = String.raw`((?:\\[\s\S]|[^\\])+?)`; // a backslash takes the next character with it

const MESSAGE_LINK = /^https:\/\/discord\.com\/channels\/\d+\/(\d+)\/(\d+)$/; // lies on this page

const wrapped = (tag) => (match, names) => el(tag, {}, inline(match[1], names));

// Tried in this order at each position; the first that fits wins.
const RULES = [
  [/\\([^\p{L}\p{N}\s])/uy, (match) => match[1]],
  [/(`+)([\s\S]*?[^`])\1(?!`)/y, (match) => el("code", {}, match[2].trim())],
  [/<(https?:\/\/[^\s<>]+)>/y, (match) => link(match[1], match[1])],
  [
    /<t:(-?\d{1,13})(?::([tTdDfFR]))?>/y,
    (match, names) => timestamp(+match[1], match[2], names.locale),
  ],
  [/<@!?(\d+)>/y, (match, names) => mention("@", names.user(match[1]), names.isMe(match[1]))],
  [/<@&(\d+)>/y, (match, names) => mention("@", names.role(match[1]))],
  [/<#(\d+)>/y, (match, names) => mention("#", names.channel(match[1]))],
  [/<\/([^:<>]{1,100}):\d+>/y, (match) => mention("/", match[1])],
  [/<a?:(\w+):\d+>/y, (match) => `:${match[1]}:`],
  [/\[((?:\\.|[^[\]\\])+)\]\(<?(https?:\/\/[^\s()<>]+)>?(?:\s+"[^"]*")?\)/y, maskedLink],
  [new RegExp(String.raw`\*\*${TEXT}\*\*(?!\*)`, "y"), wrapped("strong")],
  [new RegExp(String.raw`__${TEXT}__(?!_)`, "y"), wrapped("u")],
  [new RegExp(String.raw`\*(?!\s)${TEXT}\*(?!\*)`, "y"), wrapped("em")],
  [new RegExp(String.raw`_${TEXT}_(?![\p{L}\p{N}_])`, "uy"), wrapped("em")],
  [new RegExp(String.raw`~~${TEXT}~~`, "y"), wrapped("s")],
  [new RegExp(String.raw`\|\|${TEXT}\|\|`, "y"), spoiler],
  [/https?:\/\/[^\s<>]*[^\s<>.,:;"'!?)\]]/y, (match) => link(match[0], match[0])],
];

export function inline(text, names) {
  const nodes = [];
  let plain = "";
  for (let at = 0; at < text.length;) {
    const found = ruleAt(text, at);
    if (found) {
      nodes.push(plain, found.draw(found.match, names));
      plain = "";
    } else {
      plain += text[at];
    }
    at += found ? found.match[0].length : 1;
  }
  return [...nodes, plain];
}

function ruleAt(text, at) {
  for (const [pattern, draw] of RULES) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) return { match, draw };
  }
  return null;
}

function maskedLink(match, names) {
  return link(match[2], inline(match[1], names));
}

export function link(address, ...children) {
  const href = safeAddress(address);
  if (!href) return children;
  const place = MESSAGE_LINK.exec(href);
  if (place) return el("a", { href: `#${place[2]}`, "data-jump": place[1] }, children);
  return el("a", { href, title: href, target: "_blank", rel: "noopener noreferrer" }, children);
}

function mention(sign, name, mine = false) {
  return el("span", { class: mine ? "mention mine" : "mention" }, sign + name);
}

function spoiler(match, names) {
  const attributes = {
    type: "button",
    class: "spoiler",
    "aria-expanded": "false",
    "data-spoiler": true,
  };
  return el("button", attributes, el("span", {}, inline(match[1], names)));
}
