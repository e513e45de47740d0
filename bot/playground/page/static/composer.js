// Where a person writes: a line of text, or a command with one field for each option.

import { describe, parse, runnable, title } from "./commands.js";
import { el, icon } from "./dom.js";
import { localised } from "./names.js";
import { OptionField } from "./options.js";
import { Suggestions } from "./suggestions.js";
import { texts } from "./texts.js";

export class Composer {
  // `send.command(name, values)`, `send.text(content)`, `send.complete(name, values, focused)`.
  constructor(form, list, send) {
    this.form = form;
    this.send = send;
    this.suggestions = new Suggestions(list);
    form.addEventListener("submit", (event) => this.#submit(event));
    form.addEventListener("keydown", (event) => this.#key(event));
    form.addEventListener("focusin", (event) => this.#focus(event));
    form.addEventListener("focusout", () => this.suggestions.close());
    form.addEventListener("input", (event) => this.#input(event));
  }

  // New commands, names or channel: what is being written stays where it still makes sense.
  update({ commands, names, channel }) {
    const draft = this.entry ? { name: this.entry.name, values: this.#texts() } : { text: this.line?.value ?? "" };
    const changed = names.locale !== this.names?.locale || commands !== this.commands;
    Object.assign(this, { commands, names, words: texts(names.locale), entries: runnable(commands) });
    if (changed || channel.id !== this.channel?.id) this.#restore(draft, channel);
  }

  // Whether `text` is a command that can be run by now.
  fill(text) {
    const parsed = parse(text, this.entries, this.names.locale);
    if (parsed) this.#open(parsed.entry, parsed.values);
    return !!parsed;
  }

  get isEmpty() {
    return !this.entry && !this.line.value;
  }

  // Whether only `text`, a command, stands here.
  untouched(text) {
    const parsed = parse(text, this.entries, this.names.locale);
    return parsed?.entry.name === this.entry?.name && JSON.stringify(parsed?.values) === JSON.stringify(this.#values());
  }

  focus() {
    const target = this.fields?.find((field) => field.option.required) ?? this.fields?.[0];
    (target?.input ?? this.line ?? this.form.querySelector(".send")).focus();
  }

  #restore(draft, channel) {
    const focused = this.form.contains(document.activeElement) && document.activeElement.id;
    this.channel = channel;
    const entry = this.entries.find(({ name }) => name === draft.name);
    if (entry && channel.can_write) this.#open(entry, draft.values);
    else this.#openLine(draft.text ?? "");
    if (focused) (document.getElementById(focused) ?? this.line)?.focus();
  }

  #openLine(text) {
    Object.assign(this, { entry: null, fields: null });
    this.line = el("input", {
      id: "line",
      role: "combobox",
      "aria-controls": "suggestions",
      "aria-expanded": "false",
      "aria-label": this.words.compose,
      autocomplete: "off",
      disabled: !this.channel.can_write,
      placeholder: this.channel.can_write ? this.words.placeholder : this.words.readOnly,
    });
    this.line.value = text;
    this.form.replaceChildren(el("div", { class: "fields" }, this.line), this.#sendButton());
  }

  #open(entry, values = {}) {
    this.line = null;
    this.entry = entry;
    this.fields = [];
    const name = el("button", { type: "button", class: "command", title: this.words.leave }, title(entry, this.names.locale));
    name.addEventListener("click", () => this.#leave());
    this.row = el("div", { class: "fields" }, name);
    this.rest = el("div", { class: "rest", role: "group", "aria-label": this.words.optional });
    const about = el("p", { class: "about" }, describe(entry, this.names.locale));
    this.form.replaceChildren(about, this.row, this.rest, this.#sendButton());
    for (const option of entry.options) {
      if (option.required || values[option.name] !== undefined) this.#add(option, values[option.name]);
    }
    this.#drawRest();
  }

  #add(option, text = "") {
    const field = new OptionField(option, this.names, {
      complete: (focused) => this.send.complete(this.entry.name, this.#values(), focused),
      remove: (gone) => this.#remove(gone),
    });
    field.text = text;
    this.fields.push(field);
    this.row.append(field.element);
    return field;
  }

  #addAndFocus(option) {
    const field = this.#add(option);
    this.#drawRest();
    field.input.focus();
  }

  #remove(field) {
    this.fields = this.fields.filter((other) => other !== field);
    field.element.remove();
    this.#drawRest();
    this.focus();
  }

  #drawRest() {
    const missing = this.entry.options.filter((option) => !this.fields.some((field) => field.option === option));
    this.rest.replaceChildren(...missing.map((option) => this.#chip(option)));
  }

  #chip(option) {
    const hint = localised(option, "description", this.names.locale);
    const chip = el("button", { type: "button", title: hint }, icon("plus"), localised(option, "name", this.names.locale));
    chip.addEventListener("click", () => this.#addAndFocus(option));
    return chip;
  }

  #sendButton() {
    const attributes = { class: "send", "aria-label": this.words.send, disabled: !this.channel.can_write };
    return el("button", attributes, icon("send"));
  }

  #leave() {
    this.#openLine("");
    this.line.focus();
  }

  #texts() {
    return Object.fromEntries(this.fields.map((field) => [field.option.name, field.picked?.value ?? field.text]));
  }

  #values() {
    const given = (this.fields ?? []).map((field) => [field.option.name, field.value()]);
    return Object.fromEntries(given.filter(([, value]) => value !== undefined));
  }

  #fieldOf(input) {
    return this.fields?.find((field) => field.input === input);
  }

  #focus(event) {
    const field = this.#fieldOf(event.target);
    if (field) this.suggestions.attach(field.input, () => field.suggest(), (item) => this.#took(field, item));
    else if (event.target === this.line) this.#offerCommands();
  }

  #took(field, item) {
    field.take(item);
    const next = this.fields[this.fields.indexOf(field) + 1];
    if (next && !next.text) next.input.focus();
  }

  #offerCommands() {
    this.suggestions.attach(this.line, () => this.#fitting(), (item) => this.#pick(item.entry));
  }

  #pick(entry) {
    this.#open(entry);
    this.focus();
  }

  #fitting() {
    const typed = this.line.value;
    if (!typed.startsWith("/")) return [];
    const items = this.entries.map((entry) => ({
      entry,
      label: title(entry, this.names.locale),
      description: describe(entry, this.names.locale),
    }));
    return items.filter((item) => item.label.startsWith(typed) || `/${item.entry.name}`.startsWith(typed));
  }

  #input(event) {
    const field = this.#fieldOf(event.target);
    if (field) return this.#typed(field);
    if (this.fill(this.line.value.match(/^\/.+ $/) ? this.line.value.trim() : "")) return this.focus();
    this.suggestions.refresh();
  }

  // Typing "duration:" inside a field moves on to that option, as people are used to.
  #typed(field) {
    field.say("");
    const [, before, name] = /^([\s\S]*?)(?:^|\s)([\p{L}\p{N}_-]+):$/u.exec(field.text) ?? [];
    const option = this.entry.options.find((candidate) => candidate.name === name);
    if (!option) return this.suggestions.refreshSoon();
    field.text = before;
    const known = this.fields.find((other) => other.option === option);
    if (known) known.input.focus();
    else this.#addAndFocus(option);
  }

  #key(event) {
    if (this.suggestions.take(event)) return;
    const field = this.#fieldOf(event.target);
    if (event.key === "Escape" && this.entry) this.#leave();
    if (event.key === "Backspace" && field && !field.text && !field.option.required) {
      event.preventDefault();
      this.#remove(field);
    }
    if (event.key === "Enter" && event.target.matches("textarea, input") && !event.isComposing) {
      event.preventDefault();
      this.form.requestSubmit();
    }
  }

  #submit(event) {
    event.preventDefault();
    if (this.entry) return this.#submitCommand();
    const content = this.line.value.trim();
    if (!content || this.fill(content)) return this.focus();
    this.send.text(content);
    this.#leave();
  }

  #submitCommand() {
    const wrong = this.fields.filter((field) => !field.check());
    if (wrong.length) return wrong[0].input.focus();
    this.send.command(this.entry.name, this.#values());
    this.#leave();
  }
}
