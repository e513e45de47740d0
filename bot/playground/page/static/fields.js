// The fields of a form: each with its element, the answer in Discord's shape, and what is wrong.

import { combobox, valuesOf } from "./combobox.js";
import { el } from "./dom.js";
import { markdown } from "./markdown.js";
import { choicesOf } from "./menus.js";
import { texts } from "./texts.js";

const PARAGRAPH = 2;
const RADIO = 21;
export const LARGEST = 10 * 1024 * 1024; // bytes of one file

const DRAW = {
  3: select,
  4: textInput,
  5: select,
  6: select,
  7: select,
  8: select,
  10: (text, names) => ({ element: el("div", { class: "text" }, markdown(text.content, names)) }),
  19: upload,
  21: group,
  22: group,
  23: checkbox,
};

export function fieldsOf(components, names) {
  return flatten(components).map((one) => DRAW[one.type]?.(one, names) ?? { element: null });
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

function answer(component, value) {
  return { type: component.type, custom_id: component.custom_id, ...value };
}

const idOf = (component) => `modal-${component.custom_id}`;
const isRequired = (component) => component.required ?? true;
const hintOf = (component) => component.description && `${idOf(component)}-hint`;

function labelled(component, control) {
  return el(
    "div",
    { class: "field" },
    el("label", { for: idOf(component) }, title(component)),
    hint(component),
    control,
  );
}

function title(component) {
  const star = el("span", { class: "needed", "aria-hidden": "true" }, " *");
  return [component.label, isRequired(component) && star];
}

function hint(component) {
  return component.description && el("small", { id: hintOf(component) }, component.description);
}

function textInput(component) {
  const control = el(component.style === PARAGRAPH ? "textarea" : "input", {
    id: idOf(component),
    "aria-describedby": hintOf(component),
    required: isRequired(component),
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
  const { least, most } = bounds(component, 1);
  const box = combobox(choicesOf(component, names), {
    id: idOf(component),
    hint: hintOf(component),
    title: component.placeholder || texts(names.locale).choose,
    min: isRequired(component) ? least : 0,
    max: most,
    lasting: true,
  });
  return {
    element: labelled(component, box),
    value: () => answer(component, { values: valuesOf(box) }),
    problem: () => counted(valuesOf(box).length, component, names, 1),
  };
}

function bounds(component, most) {
  return { least: component.min_values ?? 1, most: component.max_values ?? most };
}

// An optional field may be empty; otherwise the bounds apply.
function counted(count, component, names, usually) {
  const { problem } = texts(names.locale);
  const { least, most } = bounds(component, usually);
  if (!count) return isRequired(component) && least ? problem.required : null;
  return count < least || count > most ? problem.count(least, most) : null;
}

function group(component, names) {
  const one = component.type === RADIO;
  const boxes = component.options.map((option) => boxOf(option, component, one));
  const rows = component.options.map((option, at) => beside(boxes[at], option));
  const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);
  const legend = el("legend", {}, title(component));
  return {
    element: el("fieldset", { class: "field" }, legend, hint(component), rows),
    value: () => answer(component, one ? { value: chosen()[0] ?? null } : { values: chosen() }),
    problem: () => (one ? null : counted(chosen().length, component, names, boxes.length)),
  };
}

function boxOf(option, component, one) {
  return el("input", {
    type: one ? "radio" : "checkbox",
    name: idOf(component),
    value: option.value,
    checked: option.default,
    required: one && isRequired(component),
  });
}

function beside(box, { label, description }) {
  const words = el("span", {}, label, description && el("small", {}, description));
  return el("label", {}, box, words);
}

function checkbox(component) {
  const box = el("input", {
    type: "checkbox",
    id: idOf(component),
    checked: component.default,
  });
  return {
    element: el("div", { class: "field" }, beside(box, component)),
    value: () => answer(component, { value: box.checked }),
  };
}

function upload(component, names) {
  const { problem } = texts(names.locale);
  const control = el("input", {
    type: "file",
    id: idOf(component),
    "aria-describedby": hintOf(component),
    multiple: bounds(component, 1).most > 1,
  });
  const large = () => [...control.files].find((file) => file.size > LARGEST);
  return {
    element: labelled(component, control),
    value: async () => answer(component, { values: await Promise.all([...control.files].map(read)) }),
    problem: () =>
      large() ? problem.large(large().name) : counted(control.files.length, component, names, 1),
  };
}

// A file as the page sends it: its name, and its content as base64.
export async function read(file) {
  const reader = new FileReader();
  const done = new Promise((resolve, reject) => {
    reader.addEventListener("load", resolve);
    reader.addEventListener("error", () => reject(reader.error));
  });
  reader.readAsDataURL(file);
  await done;
  return { name: file.name, content: reader.result.split(",")[1] ?? "" };
}
