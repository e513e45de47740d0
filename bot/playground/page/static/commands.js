// Registered slash commands as the picker offers them, and commands typed as text.

import { localised } from "./names.js";

const CHAT_INPUT = 1;
const SUBCOMMAND = 1;
const GROUP = 2;

// One entry per runnable command: `/videos` with two subcommands gives two entries.
export function runnable(commands) {
  return commands
    .filter((command) => (command.type ?? CHAT_INPUT) === CHAT_INPUT)
    .flatMap((it) => leaves(it, []));
}

function leaves(item, above) {
  const path = [...above, item];
  const inner = (item.options ?? []).filter(({ type }) => type === SUBCOMMAND || type === GROUP);
  if (inner.length) return inner.flatMap((child) => leaves(child, path));
  const name = path.map((part) => part.name).join(" ");
  return [{ name, path, description: item, options: item.options ?? [] }];
}

export function title(entry, locale) {
  return `/${entry.path.map((part) => localised(part, "name", locale)).join(" ")}`;
}

export function describe(entry, locale) {
  return localised(entry.description, "description", locale);
}

// "/unknown ..." -> "/unknown"; nothing if a command starts like this, or none was meant.
export function unknownCommand(text, entries) {
  const [name] = /^\/[\p{L}\p{N}_-]+(?=\s|$)/u.exec(text) ?? [];
  return entries.some((entry) => `/${entry.name} `.startsWith(`${name} `)) ? undefined : name;
}

// "/video prompt: a fox" -> the entry and { prompt: "a fox" }; null without such a command.
export function parse(text, entries) {
  const begins = ({ name }) => text === `/${name}` || text.startsWith(`/${name} `);
  const entry = entries.find(begins);
  if (!entry) return null;
  const names = entry.options.map((option) => option.name).join("|");
  const [, ...parts] = names ? text.split(new RegExp(`\\s(${names}):\\s?`)) : [];
  const pairs = parts.flatMap((part, at) => (at % 2 ? [[parts[at - 1], part.trim()]] : []));
  return { entry, values: Object.fromEntries(pairs) };
}
