// Discord's timestamps, <t:seconds:style>, as <time> elements; the relative ones tick.

import { el } from "./dom.js";

const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
};

const UNITS = [
  ["year", 31536000],
  ["month", 2592000],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

export function timestamp(seconds, style, locale) {
  const moment = new Date(seconds * 1000);
  if (Number.isNaN(moment.getTime())) return `<t:${seconds}>`;
  return el(
    "time",
    {
      datetime: moment.toISOString(),
      title: moment.toLocaleString(locale, STYLES.F),
      "data-relative": style === "R" && locale,
    },
    style === "R"
      ? relative(moment, locale)
      : moment.toLocaleString(locale, STYLES[style] ?? STYLES.f),
  );
}

// When something was written; for today, only the time.
export function written(moment, locale, now = new Date()) {
  const at = new Date(moment);
  return at.toDateString() === now.toDateString()
    ? at.toLocaleTimeString(locale, STYLES.t)
    : at.toLocaleString(locale, { dateStyle: "short", timeStyle: "short" });
}

export function day(moment, locale) {
  return new Date(moment).toLocaleDateString(locale, STYLES.D);
}

function relative(moment, locale, now = Date.now()) {
  const seconds = Math.round((moment - now) / 1000);
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? UNITS.at(-1);
  return new Intl.RelativeTimeFormat(locale).format(Math.trunc(seconds / size), unit);
}

export function tickForever() {
  setInterval(() => {
    for (const element of document.querySelectorAll("time[data-relative]")) {
      const text = relative(new Date(element.dateTime), element.dataset.relative);
      if (element.textContent !== text) element.textContent = text;
    }
  }, 1000);
}
