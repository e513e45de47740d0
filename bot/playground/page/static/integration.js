// The server's integration page: who may use which command, for those who manage the server.

import { el } from "./dom.js";
import { texts } from "./texts.js";

const RULINGS = { allow: true, deny: false, usual: null };

export function integration(scene) {
  const page = scene.integration;
  const words = texts(scene.locale).integration;
  if (!page?.commands.length) return [];
  const { command, whom } = chosen(scene);
  const set = page.overrides.find((one) => one.command === command && one.whom === whom);
  const ruling = (name) =>
    el(
      "button",
      {
        type: "button",
        class: "button secondary",
        "data-let-use": name,
        "aria-pressed": String((set?.allowed ?? null) === RULINGS[name]),
      },
      words[name],
    );
  return [
    el("h3", {}, words.title),
    picker("let-use-command", words.command, command, page.commands.map((name) => [name, `/${name}`])),
    picker("let-use-whom", words.whom, whom, everybody(scene)),
    el("div", { class: "row" }, Object.keys(RULINGS).map(ruling)),
  ];
}

// The buttons' subject: the last choice, else the first of each list.
export function chosen({ integration: page, picked = {}, roles, actors }) {
  const people = everybody({ roles, actors }).map(([whom]) => whom);
  const find = (list, wanted) => (list.includes(wanted) ? wanted : list[0]);
  return { command: find(page.commands, picked.command), whom: find(people, picked.whom) };
}

export function ruled(name) {
  return RULINGS[name];
}

function everybody({ roles, actors }) {
  return [
    ...roles.map(({ id, name }) => [`role:${id}`, name]),
    ...actors.map(({ id, name }) => [`user:${id}`, name]),
  ];
}

function picker(name, label, value, options) {
  const rows = options.map(([id, text]) =>
    el("option", { value: id, selected: id === value }, text),
  );
  return el("select", { name, "aria-label": label }, rows);
}
