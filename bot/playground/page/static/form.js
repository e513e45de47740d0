// A command being filled in: a field for each option in use, a chip for each further one.

import { describe, title } from "./commands.js";
import { el, icon } from "./dom.js";
import { localised } from "./names.js";
import { OptionField } from "./options.js";
import { texts } from "./texts.js";

export class CommandForm {
  // `complete(focused)` asks the bot, `leave()` abandons the command.
  constructor(entry, values, names, { complete, leave }) {
    Object.assign(this, { entry, names, complete, fields: [] });
    const words = texts(names.locale);
    const name = el(
      "button",
      { type: "button", class: "command", title: words.leave },
      title(entry, names.locale),
    );
    name.addEventListener("click", leave);
    this.row = el("div", { class: "fields" }, name);
    this.rest = el("div", { class: "rest", role: "group", "aria-label": words.optional });
    this.elements = [
      el("p", { class: "about" }, describe(entry, names.locale)),
      this.row,
      this.rest,
    ];
    for (const option of entry.options) {
      if (option.required || values[option.name] !== undefined)
        this.#add(option, values[option.name]);
    }
    this.#drawRest();
  }

  // Where writing continues: the required option, or the first one, if any.
  get start() {
    return (this.fields.find((field) => field.option.required) ?? this.fields[0])?.input;
  }

  fieldOf(input) {
    return this.fields.find((field) => field.input === input);
  }

  values() {
    const given = this.fields.map((field) => [field.option.name, field.value()]);
    return Object.fromEntries(given.filter(([, value]) => value !== undefined));
  }

  // The fields' contents, to reopen the same form.
  draft() {
    const text = (field) => field.picked?.value ?? field.text;
    return Object.fromEntries(this.fields.map((field) => [field.option.name, text(field)]));
  }

  // Whether nothing is missing; values may still be wrong.
  get isComplete() {
    const missing = (field) => field.option.required && field.value() === undefined;
    return !this.fields.some(missing);
  }

  // The first field with a problem; each field shows its own.
  wrong() {
    return this.fields.filter((field) => !field.check())[0];
  }

  // An option's field by name; adds it if necessary.
  open(name) {
    const option = this.entry.options.find((candidate) => candidate.name === name);
    if (!option) return null;
    return this.fields.find((field) => field.option === option) ?? this.#added(option);
  }

  remove(field) {
    this.fields = this.fields.filter((other) => other !== field);
    field.element.remove();
    this.#drawRest();
    this.start?.focus();
  }

  #added(option) {
    const field = this.#add(option, "");
    this.#drawRest();
    return field;
  }

  #add(option, text = "") {
    const field = new OptionField(option, this.names, {
      complete: () => this.complete(option.name),
      remove: () => this.remove(field),
    });
    field.text = text;
    this.fields.push(field);
    this.row.append(field.element);
    return field;
  }

  #drawRest() {
    const given = this.fields.map((field) => field.option);
    const missing = this.entry.options.filter((option) => !given.includes(option));
    this.rest.replaceChildren(...missing.map((option) => this.#chip(option)));
  }

  #chip(option) {
    const { locale } = this.names;
    const hint = localised(option, "description", locale);
    const chip = el(
      "button",
      { type: "button", title: hint },
      icon("plus"),
      localised(option, "name", locale),
    );
    chip.addEventListener("click", () => this.#added(option).input.focus());
    return chip;
  }
}
