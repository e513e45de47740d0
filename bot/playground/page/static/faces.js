// A person's sign: a letter on a colour of their own, and the bot's mark.

import { el, icon } from "./dom.js";

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
