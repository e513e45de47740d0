// Ties the page together: draws the server's events and turns the person's acts into calls.

import { act, control, listen } from "./api.js";
import { listenToSelects } from "./combobox.js";
import { Composer } from "./composer.js";
import { drawConversation, isPrivate } from "./messages.js";
import { chosen, ruled } from "./integration.js";
import { closeMenu, listenToMenus } from "./menus.js";
import { openModal } from "./modal.js";
import { keepFocus, morph } from "./morph.js";
import { Names } from "./names.js";
import { actorSwitch, backstage, botState, channelList, languageSwitch } from "./sidebar.js";
import { Scene } from "./scene.js";
import { stickToEnd } from "./scroll.js";
import { texts } from "./texts.js";
import { tickForever } from "./times.js";

const $ = (id) => document.getElementById(id);
const scene = new Scene();
const composer = new Composer($("write"), $("suggestions"), {
  command: (name, options) => runCommand(name, options),
  text: (content) => say(content),
  complete: async (name, options, focused) =>
    (await act("complete", scene.where({ name, options, focused }))).choices ?? [],
  changed: () => $("messages").querySelector(".empty") && drawMessages(),
});
const end = stickToEnd($("messages"), $("newer"));
let stopListening = () => {};
let greeted = false;

function connect() {
  stopListening();
  stopListening = listen(scene.actor, {
    snapshot: (snapshot) => told(() => scene.begin(snapshot)),
    message: (message) => told(() => scene.put(message) && arrived(message)),
    gone: (gone) => told(() => scene.drop(gone)),
    bot: (bot) => told(() => (scene.bot = bot)),
    lost: () => ($("lost").hidden = false),
  });
}

function told(change) {
  change();
  $("lost").hidden = true;
  draw();
}

// Scroll to one's own private answer; for any other message, only announce it.
function arrived(message) {
  if (isPrivate(message)) end.await();
  else end.more();
}

function draw() {
  const { locale, channel, bot } = scene;
  document.documentElement.lang = locale.split("-")[0];
  const words = texts(locale);
  const fixed = { server: scene.server.name, channel: channel.name, lost: words.lost };
  fixed["newer-text"] = words.newer;
  for (const [id, text] of Object.entries(fixed)) $(id).textContent = text;
  $("channel").toggleAttribute("data-direct", channel.direct);
  $("open-drawer").setAttribute("aria-label", words.menu);
  $("messages").setAttribute("aria-label", words.messages);
  $("suggestions").setAttribute("aria-label", words.suggestions);
  redraw("channels", channelList(scene));
  redraw("actors", actorSwitch(scene));
  redraw("languages", languageSwitch(locale));
  redraw("backstage", backstage(scene));
  redraw("bot", botState(bot, locale));
  composer.update({ commands: scene.offered, names: new Names(scene, locale), channel });
  greet(words);
  drawMessages();
}

function drawMessages() {
  const view = scene.view(new Names(scene, scene.locale), composer.isReady);
  keepFocus($("messages"), () => drawConversation($("messages"), view), composer);
  end.follow();
}

function redraw(id, content) {
  const fresh = $(id).cloneNode(false);
  fresh.append(...[content].flat());
  morph($(id), fresh);
}

// The first thing a newcomer can do is press Enter.
function greet(words) {
  const isOffered = () => composer.fill(words.firstCommand, { isExample: true });
  greeted ||= composer.isEmpty && isOffered() && (composer.focus(), true);
}

async function runCommand(name, options) {
  const note = scene.note(name);
  draw();
  end.jump();
  const answer = await act("command", scene.where({ name, options }));
  const isMine = scene.notes.includes(note); // the person may have changed since
  scene.settle(note, problemIn(answer));
  draw();
  if (isMine && problemIn(answer)) composer.giveBack({ name, values: options });
  follow(answer);
}

async function say(text) {
  const answer = await act("say", scene.where({ content: text }));
  const problem = problemIn(answer);
  if (problem) composer.giveBack({ text }, problem);
}

async function onMessage(element, verb, body) {
  const message = element.closest("[data-message]").dataset.message;
  const { failures } = scene; // another person has another map, maybe by the time of the answer
  element.setAttribute("data-busy", "");
  failures.delete(message);
  const answer = await act(verb, scene.where({ message, ...body }));
  element.removeAttribute("data-busy");
  if (problemIn(answer)) failures.set(message, problemIn(answer));
  draw();
  follow(answer);
}

function problemIn(answer) {
  return texts(scene.locale).outcomes[answer.outcome] ?? answer.problem;
}

function follow(answer) {
  if (answer.outcome !== "modal") return;
  const submit = async (components) => {
    const next = await act("submit", scene.where({ modal: answer.modal.id, components }));
    follow(next);
    return problemIn(next);
  };
  openModal($("modal"), answer.modal, new Names(scene, scene.locale), submit);
}

const CLICKS = {
  "data-press": (button, custom_id) => onMessage(button, "press", { custom_id }),
  "data-menu": (button, name) => {
    closeMenu(button.closest("details"));
    onMessage(button, "menu", { name });
  },
  "data-dismiss": (button) => told(() => scene.dismiss(button.closest("li").dataset.key)),
  "data-spoiler": (cover) => {
    cover.setAttribute("aria-expanded", "true");
    cover.parentElement.querySelector(".cover + :is(video, a), .cover + * button")?.focus();
  },
  "data-control": (button, name) => control(name),
  "data-let-use": (button, name) => {
    const { command, whom } = chosen(scene);
    act("let-use", scene.where({ name: command, whom, allowed: ruled(name) }));
  },
  "data-jump": (_, channel) => {
    end.leave();
    told(() => scene.enter(channel));
  },
  "data-channel": (button, id) => {
    told(() => scene.enter(id));
    end.jump();
    openDrawer(false);
    composer.focus();
  },
};

document.addEventListener("click", (event) => {
  for (const [attribute, answer] of Object.entries(CLICKS)) {
    const element = event.target.closest(`[${attribute}]`);
    if (element && !element.disabled) answer(element, element.getAttribute(attribute));
  }
  for (const open of document.querySelectorAll("details.more[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});

document.addEventListener("change", ({ target }) => {
  if (target.name === "actor") {
    scene.become(target.value);
    connect();
  }
  if (target.name?.startsWith("let-use-")) {
    const part = target.name.replace("let-use-", "");
    told(() => (scene.picked = { ...scene.picked, [part]: target.value }));
  }
  if (target.name === "locale") {
    const first = composer.holds(texts(scene.locale).firstCommand);
    told(() => scene.speak(target.value));
    if (first) composer.fill(texts(scene.locale).firstCommand, { isExample: true });
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && $("drawer").classList.contains("open")) {
    openDrawer(false);
    $("open-drawer").focus();
  }
});

function openDrawer(open) {
  $("drawer").classList.toggle("open", open);
  $("open-drawer").setAttribute("aria-expanded", String(open));
  if (open) $("drawer").querySelector("button").focus();
}

$("newer").addEventListener("click", () => {
  end.jump();
  composer.focus();
});
$("open-drawer").addEventListener("click", () =>
  openDrawer(!$("drawer").classList.contains("open")),
);
listenToMenus($("messages"));
listenToSelects($("messages"), (select, values) =>
  onMessage(select, "choose", { custom_id: select.dataset.choose, values }),
);
tickForever();
connect();
