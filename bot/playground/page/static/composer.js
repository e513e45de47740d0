// Where a person writes: a line of text, or a command with its fields.

import { describe, parse, runnable, title, unknownCommand } from "./commands.js";
import { el, icon } from "./dom.js";
import { CommandForm } from "./form.js";
import { Suggestions } from "./suggestions.js";
import { texts } from "./texts.js";

const OPTION_TYPED = /^([\s\S]*?)(?:^|\s)([\p{L}\p{N}_-]+):$/u; // "a fox duration:"

export class Composer {
  // `send.command(name, values)`, `send.text(content)`, `send.complete(name, values, focused)`;
  // `send.changed()` whenever `isReady` may have changed.
  constructor(element, list, send) {
    this.element = element;
    this.send = send;
    this.suggestions = new Suggestions(list);
    element.addEventListener("submit", (event) => this.#submit(event));
    element.addEventListener("keydown", (event) => this.#key(event));
    element.addEventListener("focusin", (event) => this.#focus(event.target));
    element.addEventListener("focusout", () => this.suggestions.close());
    element.addEventListener("beforeinput", (event) => this.#slash(event));
    element.addEventListener("input", (event) => this.#input(event.target));
  }

  // Whether Enter sends a command.
  get isReady() {
    return !!this.form?.isComplete;
  }

  get isEmpty() {
    return !this.form && !this.line.value;
  }

  // New commands, names or channel: keeps the text being written if it still makes sense.
  update({ commands, names, channel }) {
    const same =
      names.locale === this.names?.locale &&
      commands === this.commands &&
      channel.id === this.channel?.id;
    const draft = {
      name: this.form?.entry.name,
      values: this.form?.draft(),
      text: this.line?.value,
    };
    Object.assign(this, {
      commands,
      names,
      channel,
      words: texts(names.locale),
      entries: runnable(commands),
    });
    if (!same) this.#restore(draft);
  }

  // Whether `text` is a command that exists now; if so, opens its form. An example gives way to
  // another command as soon as that is typed.
  fill(text, { isExample = false } = {}) {
    const parsed = parse(text, this.entries);
    if (parsed) this.#openForm(parsed.entry, parsed.values);
    this.isExample = isExample && !!parsed;
    return !!parsed;
  }

  // Whether the line holds nothing but the command `text`.
  holds(text) {
    const parsed = parse(text, this.entries);
    if (!parsed || parsed.entry.name !== this.form?.entry.name) return false;
    return JSON.stringify(parsed.values) === JSON.stringify(this.form.values());
  }

  // Puts back what could not be sent, unless something else has been written since.
  giveBack(draft, problem) {
    if (this.isEmpty) this.#restore(draft, problem);
  }

  focus() {
    (this.form?.start ?? this.line ?? this.element.querySelector(".send")).focus();
  }

  #restore(draft, problem) {
    const focused = this.element.contains(document.activeElement) && document.activeElement.id;
    const entry = this.entries.find(({ name }) => name === draft.name);
    if (entry && this.channel.can_write) this.#openForm(entry, draft.values);
    else this.#openLine(draft.text ?? "", problem);
    if (focused) (document.getElementById(focused) ?? this).focus();
  }

  #openLine(text, problem = "") {
    const { channel, words } = this;
    this.form = null;
    this.line = el("input", {
      id: "line",
      role: "combobox",
      "aria-controls": "suggestions",
      "aria-expanded": "false",
      "aria-label": words.compose,
      autocomplete: "off",
      disabled: !channel.can_write,
      placeholder: channel.can_write ? words.placeholder : words.readOnly,
    });
    this.line.value = text;
    const told = el("span", { class: "problem", role: "alert" }, problem);
    const fields = el("div", { class: "fields" }, this.line, told);
    this.element.replaceChildren(fields, this.#sendButton());
    this.send.changed();
  }

  #openForm(entry, values) {
    this.line = null;
    const form = new CommandForm(entry, values, this.names, {
      complete: (focused) => this.send.complete(entry.name, form.values(), focused),
      leave: () => this.#leave(),
    });
    this.form = form;
    this.isExample = false;
    this.element.replaceChildren(...form.elements, this.#sendButton());
    this.send.changed();
  }

  #sendButton() {
    const attributes = {
      class: "send",
      "aria-label": this.words.send,
      disabled: !this.channel.can_write,
    };
    return el("button", attributes, icon("send"));
  }

  #leave() {
    this.#openLine("");
    this.line.focus();
  }

  #focus(target) {
    const field = this.form?.fieldOf(target);
    if (field)
      this.suggestions.attach(
        target,
        () => field.suggest(),
        (item) => this.#took(field, item),
        () => field.isPicked,
      );
    if (target === this.line)
      this.suggestions.attach(
        target,
        () => this.#fitting(),
        (item) => this.#pick(item),
      );
  }

  #took(field, item) {
    field.take(item);
    this.send.changed();
    const { fields } = this.form;
    const next = fields[fields.indexOf(field) + 1];
    if (next && !next.text) next.input.focus();
  }

  #pick(item) {
    this.#openForm(item.entry, {});
    this.focus();
  }

  #fitting() {
    const typed = this.line.value;
    if (!typed.startsWith("/")) return [];
    const fits = (entry) =>
      [title(entry, this.names.locale), `/${entry.name}`].some((name) => name.startsWith(typed));
    return this.entries.filter(fits).map((entry) => ({
      entry,
      label: title(entry, this.names.locale),
      description: describe(entry, this.names.locale),
    }));
  }

  // A slash begins another command where nobody has written anything yet.
  #slash(event) {
    if (event.data !== "/" || !this.form) return;
    if (!this.isExample && this.form.fields.some((field) => field.text)) return;
    event.preventDefault();
    this.#openLine("/");
    this.line.focus();
  }

  #input(target) {
    this.isExample = false;
    this.send.changed();
    const field = this.form?.fieldOf(target);
    if (field) return this.#typed(field);
    this.#explain("");
    const named = /^\/.+ $/.test(target.value) && this.fill(target.value.trim());
    return named ? this.focus() : this.suggestions.refresh();
  }

  // Typing "duration:" inside a field moves on to that option, as people are used to.
  #typed(field) {
    field.say("");
    const [, before, name] = OPTION_TYPED.exec(field.text) ?? [];
    const option = name && this.form.open(name);
    if (!option && field.option.autocomplete) return this.suggestions.refreshSoon();
    if (!option) return this.suggestions.refresh();
    field.text = before;
    option.input.focus();
  }

  #key(event) {
    if (this.suggestions.take(event)) return;
    const field = this.form?.fieldOf(event.target);
    if (event.key === "Escape" && this.form) this.#leave();
    if (event.key === "Backspace" && field && !field.text && !field.option.required) {
      event.preventDefault();
      this.form.remove(field);
    }
    if (event.key === "Enter" && event.target.matches("textarea, input:not([type=file])") && !event.isComposing) {
      event.preventDefault();
      this.element.requestSubmit();
    }
  }

  #submit(event) {
    event.preventDefault();
    if (this.form) return this.#submitForm();
    const content = this.line.value.trim();
    if (!content || this.fill(content)) return this.focus();
    const unknown = unknownCommand(content, this.entries);
    if (unknown) return this.#explain(this.words.unknownCommand(unknown));
    this.send.text(content);
    this.#leave();
  }

  #explain(problem) {
    this.element.querySelector("[role=alert]").textContent = problem;
  }

  #submitForm() {
    const wrong = this.form.wrong();
    if (wrong) return wrong.input.focus();
    this.send.command(this.form.entry.name, this.form.values());
    this.#leave();
  }
}
