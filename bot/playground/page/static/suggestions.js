// The list above the composer: commands, choices, autocompletion, for the field with the focus.

import { el } from "./dom.js";

const TYPING_PAUSE = 150; // milliseconds without a key before the bot is asked again
const TAKING = ["Enter", "Tab"];

export class Suggestions {
  constructor(list) {
    this.list = list;
    this.isPicked = () => false;
    this.close();
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => this.#click(event));
  }

  get isOpen() {
    return !this.list.hidden;
  }

  // From now on `find()` returns the suggestions, `pick(item)` takes one, and
  // `isPicked()` says whether one was taken.
  async attach(input, find, pick, isPicked = () => false) {
    this.close();
    Object.assign(this, { input, find, pick, isPicked });
    await this.refresh();
  }

  refreshSoon() {
    this.#outdate();
    this.timer = setTimeout(() => this.refresh(), TYPING_PAUSE);
  }

  // Whether suggestions are shown now; a later key, or leaving the field, discards the answer.
  async refresh() {
    this.#outdate();
    const { input, find } = this;
    const asked = (this.asked = Symbol("question"));
    const items = find ? await find() : [];
    if (asked !== this.asked || input !== document.activeElement) return false;
    this.#show(items);
    return true;
  }

  close() {
    this.#outdate();
    this.isStale = false;
    this.hasMoved = false;
    this.list.hidden = true;
    this.input?.setAttribute("aria-expanded", "false");
    this.input?.removeAttribute("aria-activedescendant");
  }

  // Whether the key was meant for the list; if one was taken already, it was not.
  take(event) {
    if (TAKING.includes(event.key) && this.isPicked() && !this.hasMoved) this.close();
    const act = !event.shiftKey && this.#meaning(event.key);
    if (!act) return false;
    event.preventDefault();
    event.stopPropagation();
    act();
    return true;
  }

  #meaning(key) {
    if (TAKING.includes(key) && this.isStale)
      return this.#canTakeTyped && (() => this.#takeTyped(key));
    const meanings = {
      ArrowDown: () => this.#move(1),
      ArrowUp: () => this.#move(-1),
      Enter: () => this.#choose(),
      Tab: () => this.#choose(),
      Escape: () => this.close(),
    };
    return this.isOpen && meanings[key];
  }

  // A second press does not wait for the bot.
  get #canTakeTyped() {
    return this.input.value && !this.isTaking;
  }

  // The suggestions were not seen yet, so only a complete text is taken, never a guess.
  async #takeTyped(key) {
    const answer = this.refresh();
    this.isTaking = true;
    if (!(await answer)) return;
    if (this.#typedAt() >= 0) this.#choose();
    else if (!this.isOpen && key === "Enter") this.input.form.requestSubmit();
  }

  // From now on, the list and any answer on its way belong to an earlier text.
  #outdate() {
    clearTimeout(this.timer);
    this.asked = null;
    this.isStale = true;
    this.isTaking = false;
  }

  #show(items) {
    this.isStale = false;
    this.hasMoved = false;
    this.items = items;
    this.list.replaceChildren(...items.map(optionRow));
    this.list.hidden = !items.length;
    this.input.setAttribute("aria-expanded", String(items.length > 0));
    if (items.length) this.#highlight(Math.max(0, this.#typedAt()));
  }

  #typedAt() {
    const typed = this.input.value.trim().toLowerCase();
    const names = ({ label, value }) => [label, String(value)].map((name) => name.toLowerCase());
    return this.items.findIndex((item) => names(item).includes(typed));
  }

  #move(step) {
    this.hasMoved = true;
    this.#highlight(this.at + step);
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
