// The list above the composer: commands, choices, autocompletion, for the field with the focus.

import { el } from "./dom.js";

const TYPING_PAUSE = 150; // milliseconds without a key before the bot is asked again

export class Suggestions {
  constructor(list) {
    this.list = list;
    this.close();
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => this.#click(event));
  }

  get isOpen() {
    return !this.list.hidden;
  }

  // From now on `find()` says what fits what is typed, and `pick(item)` takes one of it.
  async attach(input, find, pick) {
    this.close();
    Object.assign(this, { input, find, pick });
    await this.refresh();
  }

  refreshSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh(), TYPING_PAUSE);
  }

  async refresh() {
    const { input, find } = this;
    const asked = (this.asked = Symbol("question"));
    const items = find ? await find() : [];
    if (asked === this.asked && input === document.activeElement) this.#show(items);
  }

  close() {
    clearTimeout(this.timer);
    this.asked = null;
    this.list.hidden = true;
    this.input?.setAttribute("aria-expanded", "false");
    this.input?.removeAttribute("aria-activedescendant");
  }

  // Whether the key was meant for the list.
  take(event) {
    if (!this.isOpen) return false;
    const act = {
      ArrowDown: () => this.#highlight(this.at + 1),
      ArrowUp: () => this.#highlight(this.at - 1),
      Enter: () => this.#choose(),
      Tab: () => this.#choose(),
      Escape: () => this.close(),
    }[event.key];
    if (!act || event.shiftKey) return false;
    event.preventDefault();
    event.stopPropagation();
    act();
    return true;
  }

  #show(items) {
    this.items = items;
    this.list.replaceChildren(...items.map(optionRow));
    this.list.hidden = !items.length;
    this.input.setAttribute("aria-expanded", String(items.length > 0));
    if (items.length) this.#highlight(0);
  }

  #highlight(at) {
    this.at = (at + this.items.length) % this.items.length;
    [...this.list.children].forEach((row, index) => {
      row.setAttribute("aria-selected", String(index === this.at));
      if (index === this.at) row.scrollIntoView({ block: "nearest" });
    });
    this.input.setAttribute("aria-activedescendant", `suggestion-${this.at}`);
  }

  #choose() {
    const item = this.items[this.at];
    this.close();
    this.pick(item);
  }

  #click(event) {
    const row = event.target.closest("[role=option]");
    if (!row) return;
    this.at = [...this.list.children].indexOf(row);
    this.#choose();
  }
}

function optionRow(item, index) {
  const detail = item.description && el("small", {}, item.description);
  return el(
    "li",
    { role: "option", id: `suggestion-${index}` },
    el("span", {}, item.label),
    detail,
  );
}
