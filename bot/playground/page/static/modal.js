// A form that the bot opened: shown, checked and sent.

import { listenToSelects } from "./combobox.js";
import { el, icon } from "./dom.js";
import { fieldsOf } from "./fields.js";
import { texts } from "./texts.js";

// Shows it. submit(components) gets the entries, in Discord's shape, and returns the problem
// if there is one; the form then stays open with all its entries.
export function openModal(dialog, modal, names, submit) {
  const words = texts(names.locale);
  const fields = fieldsOf(modal.components, names).map(explained);
  const cancel = el("button", { type: "button", class: "button secondary" }, words.cancel);
  const form = el(
    "form",
    { method: "dialog" },
    el("header", {}, icon("mark"), el("h2", { id: "modal-title" }, modal.title)),
    el(
      "div",
      { class: "modal-fields" },
      fields.map(({ element }) => element),
    ),
    el("p", { class: "failure", role: "alert" }),
    el("div", { class: "row" }, cancel, el("button", { class: "button primary" }, words.submit)),
  );
  cancel.addEventListener("click", () => dialog.close());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (fields.filter((field) => !field.check()).length) return reachFirst(form);
    const problem = await submit(await answers(fields));
    if (problem) form.querySelector(".failure").textContent = problem;
    else if (dialog.firstChild === form) dialog.close();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.ctrlKey) form.requestSubmit();
  });
  const relax = () => fields.forEach((field) => field.relax());
  form.addEventListener("change", relax);
  listenToSelects(form, relax);
  dialog.replaceChildren(form);
  if (!dialog.open) dialog.showModal();
  form.querySelector("textarea, input, [role=combobox]")?.focus();
}

// The browser explains problems with a text; other fields have their own line for that.
function explained(field) {
  if (!field.problem) return { ...field, check: () => true, relax: () => {} };
  const said = el("p", { class: "problem", role: "alert" });
  field.element.append(said);
  const control = field.element.querySelector("[role=combobox], input");
  const say = (problem) => {
    said.textContent = problem ?? "";
    control.setAttribute("aria-invalid", String(!!problem));
    return !problem;
  };
  return {
    ...field,
    check: () => say(field.problem()),
    relax: () => said.textContent && say(field.problem()),
  };
}

function reachFirst(form) {
  form.querySelector("[aria-invalid=true]").focus();
}

async function answers(fields) {
  const given = await Promise.all(fields.map((field) => field.value?.()));
  return given.filter(Boolean);
}
