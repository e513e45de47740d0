// A modal the bot opened: labels around text inputs, selects, radio and checkbox groups.

import { el } from "./dom.js";
import { markdown } from "./markdown.js";
import { choicesOf } from "./menus.js";
import { texts } from "./texts.js";

const PARAGRAPH = 2;

// Shows it. submit(components) gets what was filled in, in Discord's shape, and gives the problem
// if there is one: then the form stays open with everything in it.
export function openModal(dialog, modal, names, submit) {
  const words = texts(names.locale);
  const fields = flatten(modal.components).map((component) => field(component, names));
  const cancel = el("button", { type: "button", class: "button secondary" }, words.cancel);
  const form = el(
    "form",
    { method: "dialog" },
    el("h2", { id: "modal-title" }, modal.title),
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
    const problem = await submit(fields.flatMap((it) => it.value?.() ?? []));
    if (problem) form.querySelector(".failure").textContent = problem;
    else if (dialog.firstChild === form) dialog.close();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.ctrlKey) form.requestSubmit();
  });
  dialog.replaceChildren(form);
  if (!dialog.open) dialog.showModal();
  form.querySelector("textarea, input, select")?.focus();
}

// Text inputs still come in action rows too; a label says what is inside it.
function flatten(components) {
  return components.flatMap((component) => {
    if (component.type === 1) return flatten(component.components);
    if (component.type !== 18) return [component];
    const { label, description } = component;
    return [{ ...component.component, label, description }];
  });
}

function field(component, names) {
  const draw = {
    4: textInput,
    3: select,
    5: select,
    6: select,
    7: select,
    8: select,
    10: (text) => ({ element: el("div", { class: "text" }, markdown(text.content, names)) }),
    19: files,
    21: (group) => choiceGroup(group, "radio", "value"),
    22: (group) => choiceGroup(group, "checkbox", "values"),
    23: checkbox,
  }[component.type];
  return draw ? draw(component, names) : { element: null };
}

function answer(component, value) {
  return { type: component.type, custom_id: component.custom_id, ...value };
}

function idOf(component) {
  return `modal-${component.custom_id}`;
}

function labelled(component, control) {
  const hint =
    component.description && el("small", { id: `${idOf(component)}-hint` }, component.description);
  return el(
    "div",
    { class: "field" },
    el("label", { for: idOf(component) }, component.label),
    hint,
    control,
  );
}

function described(component) {
  return {
    id: idOf(component),
    "aria-describedby": component.description && `${idOf(component)}-hint`,
  };
}

function textInput(component) {
  const control = el(component.style === PARAGRAPH ? "textarea" : "input", {
    ...described(component),
    required: component.required ?? true,
    minlength: component.min_length,
    maxlength: component.max_length ?? 4000,
    placeholder: component.placeholder,
    rows: component.style === PARAGRAPH && 4,
    autocomplete: "off",
  });
  control.value = component.value ?? "";
  return {
    element: labelled(component, control),
    value: () => answer(component, { value: control.value }),
  };
}

function select(component, names) {
  const options = choicesOf(component, names).map(({ value, label, default: chosen }) =>
    el("option", { value, selected: chosen }, label),
  );
  const many = (component.max_values ?? 1) > 1;
  const required = component.required ?? true;
  const none = !many && el("option", { value: "" }, component.placeholder ?? "");
  const control = el(
    "select",
    { ...described(component), multiple: many, required },
    none,
    options,
  );
  const values = () => [...control.selectedOptions].map((option) => option.value).filter(Boolean);
  return {
    element: labelled(component, control),
    value: () => answer(component, { values: values() }),
  };
}

function choiceGroup(component, type, key) {
  const required = type === "radio" && (component.required ?? true);
  const boxes = component.options.map((option) =>
    el("input", {
      type,
      name: idOf(component),
      value: option.value,
      checked: option.default,
      required,
    }),
  );
  const rows = component.options.map((option, at) =>
    el(
      "label",
      {},
      boxes[at],
      el("span", {}, option.label, option.description && el("small", {}, option.description)),
    ),
  );
  const legend = el("legend", {}, component.label);
  const hint = component.description && el("small", {}, component.description);
  const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);
  const value = () =>
    answer(component, { [key]: key === "value" ? (chosen()[0] ?? null) : chosen() });
  return { element: el("fieldset", { class: "field" }, legend, hint, rows), value };
}

function checkbox(component) {
  const box = el("input", {
    type: "checkbox",
    ...described(component),
    checked: component.default,
  });
  const row = el(
    "label",
    {},
    box,
    el("span", {}, component.label, el("small", {}, component.description)),
  );
  return {
    element: el("div", { class: "field" }, row),
    value: () => answer(component, { value: box.checked }),
  };
}

function files(component, names) {
  const note = el("p", { class: "small" }, texts(names.locale).noFiles);
  return { element: labelled(component, note), value: () => answer(component, { values: [] }) };
}
