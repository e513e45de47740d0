// A text in Discord's markdown as DOM nodes: headings, lists, quotes, code blocks, small print.

import { el } from "./dom.js";
import { inline } from "./inline.js";

const HEADING = /^(#{1,3}) +(.+)$/;
const SMALL = /^-# +(.+)$/;
const ITEM = /^( *)([-*]|\d{1,9}\.) +(.+)$/;
const FENCE = /^```(?:[\w+-]*\n)?([\s\S]*?)```/;

export function markdown(text, names) {
  const nodes = [];
  let rest = text ?? "";
  while (rest) {
    const [node, length] = block(rest, names);
    nodes.push(node);
    rest = rest.slice(length);
  }
  return nodes;
}

// The block at the start of `text`, and how many characters it took.
function block(text, names) {
  const fence = FENCE.exec(text);
  if (fence)
    return [el("pre", {}, el("code", {}, fence[1].replace(/\n$/, ""))), length(text, fence[0])];
  if (text.startsWith(">>> ")) return [quote(text.slice(4), names), text.length];
  const lines = text.split("\n");
  if (lines[0].startsWith("> ")) return run(lines, (line) => line.startsWith("> "), names, quoted);
  if (ITEM.test(lines[0])) return run(lines, (line) => ITEM.test(line), names, list);
  return [line(lines[0], names), length(text, lines[0])];
}

function length(text, taken) {
  return taken.length + (text[taken.length] === "\n" ? 1 : 0);
}

function run(lines, belongs, names, draw) {
  const end = lines.findIndex((candidate) => !belongs(candidate));
  const taken = end < 0 ? lines : lines.slice(0, end);
  return [draw(taken, names), length(lines.join("\n"), taken.join("\n"))];
}

function line(text, names) {
  const heading = HEADING.exec(text);
  if (heading) return el(`h${heading[1].length + 2}`, {}, inline(heading[2], names));
  const small = SMALL.exec(text);
  if (small) return el("p", { class: "small" }, inline(small[1], names));
  return el("p", {}, text ? inline(text, names) : el("br"));
}

function quoted(lines, names) {
  return quote(lines.map((text) => text.slice(2)).join("\n"), names);
}

function quote(text, names) {
  return el("blockquote", {}, markdown(text, names));
}

function list(lines, names) {
  const items = lines.map((text) => ITEM.exec(text));
  const tag = /\d/.test(items[0][2]) ? "ol" : "ul";
  const start = tag === "ol" && parseInt(items[0][2], 10);
  const item = ([, indent, , text]) =>
    el("li", { class: indent.length > 1 && "nested" }, inline(text, names));
  return el(tag, { start }, items.map(item));
}
