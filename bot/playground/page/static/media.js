// Videos, pictures and files inside a message.

import { el, icon, safeAddress } from "./dom.js";
import { texts } from "./texts.js";

const FILM = /\.(mp4|webm|mov|m4v)$/i;
const SPOILER = /^SPOILER_/;

export function gallery(items, names) {
  const shown = items.map((item) => figure(item.media, item, names));
  return el("div", { class: "gallery", "data-count": items.length }, shown);
}

export function thumbnail({ media, description, spoiler }, names) {
  const img = { class: "thumbnail", src: safeAddress(media.url), alt: description ?? "" };
  return spoiler ? covered(el("img", img), names) : el("img", img);
}

// Pictures and videos together, other files below.
export function attachments(files, names) {
  const seen = files.filter((file) => isFilm(file) || file.content_type?.startsWith("image/"));
  const items = seen.map((file) => ({ ...file, media: file, spoiler: isCovered(file) }));
  const others = files.filter((file) => !seen.includes(file));
  const links = others.map((file) =>
    isCovered(file) ? covered(fileLink(file), names) : fileLink(file),
  );
  return [items.length > 0 && gallery(items, names), ...links];
}

function isCovered(file) {
  return file.is_spoiler || SPOILER.test(file.filename);
}

// A spoiler cannot be seen, played or reached by keyboard before it is uncovered.
export function covered(content, names) {
  const attributes = { type: "button", "aria-expanded": "false", "data-spoiler": true };
  const word = el("span", {}, texts(names.locale).spoiler);
  const cover = el("button", { class: "cover", ...attributes }, word);
  return el("div", { class: "covered" }, cover, content);
}

export function fileLink(file) {
  const name = file.filename ?? file.name ?? address(file).pathname.split("/").at(-1);
  const href = safeAddress(file.url);
  const attributes = { class: "file", href, download: name, target: "_blank", rel: "noopener" };
  const size = file.size ? el("small", {}, readableSize(file.size)) : null;
  return el("a", attributes, icon("file"), el("span", {}, name), size);
}

function figure(media, { description, spoiler }, names) {
  const content = isFilm(media) ? film(media, description) : picture(media, description);
  return el("figure", { "data-key": media.url }, spoiler ? covered(content, names) : content);
}

function film(media, description) {
  return el("video", {
    "data-key": media.url,
    src: safeAddress(media.url),
    "aria-label": description,
    title: description,
    controls: true,
    playsinline: true,
    preload: "metadata",
    style: ratio(media),
  });
}

function picture(media, description) {
  const href = safeAddress(media.url);
  const img = el("img", {
    src: href,
    alt: description ?? "",
    title: description,
    style: ratio(media),
  });
  return el("a", { href, target: "_blank", rel: "noopener" }, img);
}

// Reserves known sizes before the file arrives, so that nothing jumps.
function ratio(media) {
  return media.width && media.height ? `aspect-ratio: ${media.width} / ${media.height}` : null;
}

function isFilm(media) {
  return media.content_type?.startsWith("video/") || FILM.test(address(media).pathname);
}

function address(media) {
  return new URL(safeAddress(media.url) ?? location.href);
}

function readableSize(bytes) {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
