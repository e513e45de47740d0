// One option of a command: its field, suggestions, value and problem.

import { el, icon } from "./dom.js";
import { LARGEST, read } from "./fields.js";
import { localised } from "./names.js";
import { texts } from "./texts.js";

const STRING = 3;
const INTEGER = 4;
const BOOLEAN = 5;
const USER = 6;
const CHANNEL = 7;
const ROLE = 8;
const MENTIONABLE = 9;
const NUMBER = 10;
const FILE = 11;

export class OptionField {
  constructor(option, names, { complete, remove }) {
    Object.assign(this, { option, names, complete });
    this.words = texts(names.locale);
    this.label = localised(option, "name", names.locale);
    this.input = this.#input();
    this.problem = el("span", { class: "problem", id: `problem-${option.name}` });
    this.element = this.#element(remove);
    this.picked = null;
  }

  get isFile() {
    return this.option.type === FILE;
  }

  get isFree() {
    return !this.option.choices?.length && !this.option.autocomplete && !this.#fixed();
  }

  get text() {
    return this.isFile ? (this.picked?.label ?? "") : this.input.value;
  }

  set text(value) {
    if (this.isFile) return this.#keep(value || null);
    const choice = this.option.choices?.find((item) => item.value === value || item.name === value);
    this.picked = choice
      ? { label: this.#choiceName(choice), value: choice.value }
      : (this.#fixed()?.find((item) => item.value === value) ?? null);
    this.input.value = this.picked?.label ?? value;
  }

  // Whether the text was taken from a list and not changed since.
  get isPicked() {
    return !!this.text && this.picked?.label === this.text;
  }

  take(item) {
    this.picked = item;
    this.input.value = item.label;
    this.say("");
  }

  // The suggestions for the text so far, for the list above the composer.
  async suggest() {
    if (this.isFree) return [];
    if (this.option.autocomplete) return this.#asked();
    const typed = this.isPicked ? "" : this.text.toLowerCase();
    return this.#listed().filter((item) => item.label.toLowerCase().includes(typed));
  }

  // The value as Discord's client would send it; undefined for an option left out.
  value() {
    if (this.isPicked) return this.picked.value;
    const text = this.text.trim();
    if (!text) return undefined;
    const listed = this.#listed().find((item) => item.label.toLowerCase() === text.toLowerCase());
    if (listed) return listed.value;
    return [INTEGER, NUMBER].includes(this.option.type) ? Number(text) : text;
  }

  check() {
    const problem = this.#problem(this.value());
    this.say(problem ?? "");
    return !problem;
  }

  say(problem) {
    this.problem.textContent = problem;
    this.input.setAttribute("aria-invalid", String(!!problem));
  }

  // A file, read; null for none.
  #keep(file) {
    this.picked = file && { label: file.name, value: file };
    this.input.title = file?.name ?? "";
  }

  async #choose() {
    const [file] = this.input.files;
    this.large = file?.size > LARGEST ? file.name : "";
    this.#keep(null);
    if (file && !this.large) this.#keep(await read(file));
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
    this.say(this.#problem(this.value()) ?? "");
  }

  #problem(value) {
    const { problem } = this.words;
    const { option } = this;
    if (this.large) return problem.large(this.large);
    if (this.isFile && value) return null;
    if (value === undefined) return option.required ? problem.required : null;
    const listed = this.#listed();
    if (listed.length) return listed.some((item) => item.value === value) ? null : problem.choice;
    if (typeof value === "number") return this.#numberProblem(value);
    const { min_length: low, max_length: high } = option;
    return [...value].length < (low ?? 0) || [...value].length > (high ?? 6000)
      ? problem.length(low, high)
      : null;
  }

  #numberProblem(value) {
    const { problem } = this.words;
    const { min_value: low, max_value: high, type } = this.option;
    if (Number.isNaN(value)) return problem.number;
    if (type === INTEGER && !Number.isInteger(value)) return problem.whole;
    return value < (low ?? -Infinity) || value > (high ?? Infinity)
      ? problem.range(low, high)
      : null;
  }

  #fixed() {
    const { names, words } = this;
    return {
      [BOOLEAN]: () => [
        { label: words.yes, value: true },
        { label: words.no, value: false },
      ],
      [USER]: () => names.people(),
      [CHANNEL]: () => names.channels(this.option.channel_types),
      [ROLE]: () => names.roles(),
      [MENTIONABLE]: () => [...names.people(), ...names.roles()],
    }[this.option.type]?.();
  }

  #listed() {
    const choices = this.option.choices ?? [];
    return (
      this.#fixed() ??
      choices.map((choice) => ({ label: this.#choiceName(choice), value: choice.value }))
    );
  }

  #choiceName(choice) {
    return localised(choice, "name", this.names.locale);
  }

  async #asked() {
    const choices = await this.complete();
    return choices.map((choice) => ({ label: this.#choiceName(choice), value: choice.value }));
  }

  #input() {
    const attributes = {
      id: `option-${this.option.name}`,
      name: this.option.name,
      autocomplete: "off",
      spellcheck: this.isFree ? "true" : "false",
      "aria-describedby": `problem-${this.option.name}`,
      "aria-required": String(!!this.option.required),
    };
    if (this.isFile) return this.#chooser(attributes);
    if (this.isFree && this.option.type === STRING)
      return el("textarea", { ...attributes, rows: 1 });
    const list = { role: "combobox", "aria-controls": "suggestions", "aria-autocomplete": "list" };
    return el("input", {
      ...attributes,
      ...(this.isFree ? {} : { ...list, "aria-expanded": "false" }),
    });
  }

  #chooser({ spellcheck, autocomplete, ...attributes }) {
    const chooser = el("input", { ...attributes, type: "file" });
    chooser.addEventListener("change", () => this.#choose());
    return chooser;
  }

  #element(remove) {
    const hint = localised(this.option, "description", this.names.locale);
    const label = el("label", { for: this.input.id, title: hint }, this.label);
    const kind = this.isFree && this.option.type === STRING ? "option wide" : "option";
    const away = el(
      "button",
      { type: "button", class: "remove", "aria-label": this.words.removeOption(this.label) },
      icon("close"),
    );
    away.addEventListener("click", remove);
    return el(
      "div",
      { class: kind },
      label,
      this.input,
      !this.option.required && away,
      this.problem,
    );
  }
}
