// What the page knows: who is acting, where, and every message that person may see.

const ACTOR = "actor";
const LOCALE = "locale";
const NONE = [];

export class Scene {
  constructor() {
    this.actor = localStorage.getItem(ACTOR) ?? "";
    this.locale =
      localStorage.getItem(LOCALE) ?? (navigator.language.startsWith("es") ? "es-ES" : "en-US");
    this.unread = new Set();
    this.notes = [];
    this.failures = new Map();
    this.dismissed = new Set();
  }

  // The commands of the open channel.
  get offered() {
    return this.commands[this.channel.id] ?? NONE;
  }

  get actors() {
    return this.people.filter((person) => !person.bot);
  }

  begin(snapshot) {
    const { messages, ...known } = snapshot;
    Object.assign(this, known);
    this.messages = new Map(messages.map((message) => [message.id, message]));
    const here = this.channels.find(({ id }) => id === this.channel?.id);
    this.channel = here ?? this.channels[0];
  }

  // Whether it is a new message in the open channel.
  put(message) {
    const isNew = !this.messages.has(message.id);
    this.messages.set(message.id, message);
    this.failures.delete(message.id);
    const isHere = message.channel_id === this.channel.id;
    if (isNew && !isHere) this.unread.add(message.channel_id);
    return isNew && isHere;
  }

  drop({ id }) {
    this.messages.delete(id);
  }

  enter(id) {
    this.channel = this.channels.find((channel) => channel.id === id) ?? this.channel;
    this.unread.delete(id);
  }

  become(actor) {
    localStorage.setItem(ACTOR, actor);
    this.actor = actor;
    this.notes = [];
    this.failures = new Map();
  }

  speak(locale) {
    localStorage.setItem(LOCALE, locale);
    this.locale = locale;
  }

  // Our own line under the messages: a command on its way, or its outcome. If it is sent again,
  // its failure goes away.
  note(command) {
    const again = (note) => note.problem && this.#isHere(note) && note.command === command;
    this.notes = this.notes.filter((note) => !again(note));
    const note = {
      id: `note-${crypto.randomUUID()}`,
      command,
      channel: this.channel.id,
      problem: null,
    };
    this.notes.push(note);
    return note;
  }

  // A failure stays where it happened; later messages go below it.
  settle(note, problem) {
    note.problem = problem;
    const before = [...this.messages.values()].filter((it) => it.channel_id === note.channel);
    note.after = before.at(-1)?.id ?? "0";
    if (!problem) this.notes = this.notes.filter((other) => other !== note);
  }

  dismiss(key) {
    this.dismissed.add(key);
    this.notes = this.notes.filter(({ id }) => id !== key);
  }

  where(body) {
    return { as: this.me.key, locale: this.locale, channel: this.channel.id, ...body };
  }

  #isHere({ channel }) {
    return channel === this.channel.id;
  }

  view(names, isReady) {
    const here = (message) =>
      message.channel_id === this.channel.id && !this.dismissed.has(message.id);
    return {
      names,
      isReady,
      channel: this.channel,
      find: (id) => (this.dismissed.has(id) ? null : this.messages.get(id)),
      commands: this.offered,
      botState: this.bot.state,
      failures: this.failures,
      messages: [...this.messages.values()].filter(here),
      notes: this.notes.filter((note) => this.#isHere(note)),
      pingsMe: (message) => (message.mentions ?? []).some(({ id }) => id === this.me.id),
    };
  }
}
