// Films, pictures and files inside a message.

import { el, icon, safeAddress } from "./dom.js";

const FILM = /\.(mp4|webm|mov|m4v)$/i;
const SPOILER = /^SPOILER_/;

export function gallery(items) {
  const shown = items.map((item) => figure(item.media, item.description, item.spoiler));
  return el("div", { class: "gallery", "data-count": items.length }, shown);
}

export function thumbnail(media, description) {
  return el("img", { class: "thumbnail", src: safeAddress(media.url), alt: description ?? "" });
}

export function attachment(file) {
  const spoiler = SPOILER.test(file.filename);
  const seen = isFilm(file) || file.content_type?.startsWith("image/");
  return seen ? gallery([{ media: file, description: file.description, spoiler }]) : fileLink(file);
}

export function fileLink(file) {
  const name = file.filename ?? file.name ?? address(file).pathname.split("/").at(-1);
  const href = safeAddress(file.url);
  const attributes = { class: "file", href, download: name, target: "_blank", rel: "noopener" };
  const size = file.size ? el("small", {}, readableSize(file.size)) : null;
  return el("a", attributes, icon("file"), el("span", {}, name), size);
}

function figure(media, description, spoiler) {
  const content = isFilm(media) ? film(media, description) : picture(media, description);
  if (!spoiler) return el("figure", { "data-key": media.url }, content);
  const attributes = {
    type: "button",
    class: "spoiler",
    "aria-expanded": "false",
    "data-spoiler": true,
  };
  return el("figure", { "data-key": media.url }, el("button", attributes, content));
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

// Known sizes are reserved before the file has arrived, so that nothing jumps.
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
