// Names for ids, as the acting person sees them, in their language.

import { texts } from "./texts.js";

export class Names {
  constructor(snapshot, locale) {
    this.locale = locale;
    this.me = snapshot.me;
    this.users = new Map(snapshot.people.map((person) => [person.id, person]));
    this.allRoles = snapshot.roles;
    this.allChannels = snapshot.channels;
  }

  user(id) {
    return this.users.get(id)?.name ?? texts(this.locale).somebody;
  }

  role(id) {
    return bare(this.allRoles.find((role) => role.id === id)?.name ?? id);
  }

  channel(id) {
    return (
      this.allChannels.find((channel) => channel.id === id)?.name ?? texts(this.locale).noAccess
    );
  }

  isMe(id) {
    return id === this.me.id;
  }

  people() {
    return [...this.users.values()].map(({ id, name }) => ({ value: id, label: name }));
  }

  roles() {
    return this.allRoles.map(({ id, name }) => ({ value: id, label: `@${bare(name)}` }));
  }

  channels(types) {
    const fits = (channel) => !types?.length || types.includes(channel.type);
    return this.allChannels.filter(fits).map(({ id, name }) => ({ value: id, label: `#${name}` }));
  }
}

// Without the leading sign: "@everyone" is the only role whose name begins with one.
function bare(name) {
  return name.replace(/^@/, "");
}

export function nameOf(user, names) {
  return names.users.get(user.id)?.name ?? user.global_name ?? user.username;
}

// A localised field of a registered command, with Discord's fallback to the plain one.
export function localised(item, field, locale) {
  const table = item[`${field}_localizations`] ?? {};
  const language = locale.split("-")[0];
  return table[locale] ?? table[language] ?? item[field];
}
