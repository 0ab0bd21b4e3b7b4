// Named controls, each bound to one key of the state. All are native inputs, so that keyboard,
// screen readers and phones treat them as they treat any form.

import { cleaned, h, pushButton, uniqueId } from "./common.js";
import { NBSP, amount } from "./french.js";

/** @typedef {import("./common.js").Context} Context */
/** @typedef {import("./common.js").Part} Part */
/** @typedef {{value: string, label: string}} Option */

/** Without accents, ligatures, capitals or curly apostrophes, to compare words. @param {string} text */
export const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase()
  .replace(/’/g, "'").replace(/œ/g, "oe").replace(/æ/g, "ae");

/**
 * One choice among a few, all visible.
 * @param {Context} context
 * @param {{key: string, legend: string, options: Option[]}} spec
 * @returns {Part}
 */
export function radioGroup({ set }, { key, legend, options }) {
  const name = uniqueId();
  const inputs = options.map(({ value }) =>
    h("input", { type: "radio", name, value, onchange: () => set({ [key]: value }) }));
  const el = h("fieldset", { class: "hx-control hx-radios", "data-key": key },
    h("legend", null, legend),
    h("div", { class: "hx-options" },
      ...options.map(({ label }, index) => h("label", { class: "hx-option" }, inputs[index], label))));
  const show = (state) => inputs.forEach((input) => { input.checked = input.value === state[key]; });
  return { el, show };
}

/**
 * One choice among many.
 * @param {Context} context
 * @param {{key: string, legend: string, options: Option[]}} spec
 * @returns {Part}
 */
export function select({ set }, { key, legend, options }) {
  const box = h("select", { onchange: () => set({ [key]: box.value }) },
    ...options.map(({ value, label }) => h("option", { value }, label)));
  const el = h("label", { class: "hx-control hx-select", "data-key": key },
    h("span", { class: "hx-legend" }, legend), box);
  return { el, show: (state) => { box.value = state[key]; } };
}

/**
 * Several choices: a filter, « tout », « aucun », one checkbox each. `mark` gives the CSS class of
 * a chosen option; « tout » leaves alone what is `aside`, unless it was filtered for. Folded on a
 * narrow screen, so that the picture stays near.
 * @param {Context} context
 * @param {{key: string, legend: string, options: Option[], counted: (n: number) => string,
 *   mark?: (value: string, state: any) => string | null, aside?: (value: string) => boolean}} spec
 * @returns {Part}
 */
export function checkList({ set }, { key, legend, options, counted, mark = () => null, aside = () => false }) {
  let chosen = [];
  const pick = (/** @type {string[]} */ values) => set({ [key]: values });
  const boxes = options.map(({ value, label }) => {
    const input = h("input", {
      type: "checkbox", value,
      onchange: () => pick(input.checked ? [...chosen, value] : chosen.filter((one) => one !== value)),
    });
    return { value, label, input, el: h("label", { class: "hx-option" }, input, label) };
  });
  const none = h("p", { class: "hx-none", hidden: true }, "Aucun nom ne correspond.");
  const filter = h("input", {
    type: "search", placeholder: "Filtrer…", "aria-label": `Filtrer${NBSP}: ${legend}`,
    oninput: () => {
      const wanted = plain(filter.value.trim());
      for (const box of boxes) box.el.hidden = !plain(box.label).includes(wanted);
      none.hidden = boxes.some((box) => !box.el.hidden);
    },
  });
  const count = h("span", { class: "hx-count" });
  const summary = h("summary", null, h("span", { class: "hx-legend" }, legend), " ", count);
  const shown = () => boxes.filter((box) => !box.el.hidden).map((box) => box.value);
  const eligible = () => shown().filter((value) => filter.value || !aside(value));
  const button = (/** @type {string} */ text, /** @type {() => void} */ onclick) =>
    pushButton(text, onclick, { "aria-label": `${text}${NBSP}: ${legend}` });
  const el = h("details", { class: "hx-control hx-checks", "data-key": key, open: innerWidth >= 600 },
    summary,
    h("div", { class: "hx-tools" }, filter,
      button("Tout", () => pick([...chosen, ...eligible().filter((value) => !chosen.includes(value))])),
      button("Aucun", () => pick(filter.value ? chosen.filter((value) => !shown().includes(value)) : []))),
    h("div", { class: "hx-options", role: "group", "aria-label": legend }, ...boxes.map((box) => box.el), none));
  const show = (state) => {
    chosen = state[key];
    count.textContent = counted(chosen.length);
    for (const { value, input, el: option } of boxes) {
      input.checked = chosen.includes(value);
      option.className = `hx-option ${input.checked ? mark(value, state) ?? "" : ""}`;
    }
  };
  return { el, show };
}

const MINUS = "\u2212";

/** A number as its box shows it, whatever the browser's language: « 22,4 ». @param {number} value */
const spelled = (value) => String(value).replace("-", MINUS).replace(".", ",");

/**
 * The number that a reader typed, with a comma or a point, spaces between thousands and perhaps the
 * unit; undefined when it is none.
 * @param {string} text @param {string} [unit]
 */
export function numberTyped(text, unit = "") {
  const bare = text.replace(/[\s\u2009]/g, "").replace(MINUS, "-");
  const end = unit.replace(/\s/g, "");
  const digits = end && bare.endsWith(end) ? bare.slice(0, -end.length) : bare;
  return /^[+-]?(\d{1,15}([.,]\d*)?|[.,]\d+)$/.test(digits) ? Number(digits.replace(",", ".")) : undefined;
}

/**
 * A box where a number is typed: arrows and page keys step it, what is no number stays in the box
 * and is refused in words, what passes a bound is brought back to it, and the reader is told.
 * @param {{name: string, unit: string, min: number, max: number, step: number,
 *   limit: (value: number) => number, give: (value: number) => void}} spec
 */
function numberBox({ name, unit, min, max, step, limit, give }) {
  const words = h("p", { class: "hx-refused", id: uniqueId(), role: "alert", hidden: true });
  let held = NaN; // the value of the state, which a refused text leaves alone
  const say = (/** @type {string} */ text, refused = false) => {
    words.textContent = text;
    words.hidden = !text;
    box.setAttribute("aria-invalid", String(refused));
  };
  const show = (/** @type {number} */ value) => {
    held = value;
    box.value = spelled(value);
    box.setAttribute("aria-valuenow", String(value));
    box.setAttribute("aria-valuetext", unit ? `${spelled(value)}${NBSP}${unit}` : spelled(value));
  };
  const take = () => {
    const value = numberTyped(box.value, unit);
    if (value === undefined) {
      say(`«${NBSP}${cleaned(box.value)}${NBSP}» n’est pas un nombre${NBSP}: la valeur reste ${spelled(held)}.`, true);
      return;
    }
    const kept = limit(value);
    say(kept === value ? "" : `De ${spelled(min)} à ${spelled(max)}${limit(min + 0.5) === min + 0.5 ? "" : ", en entier"}${NBSP}: ${spelled(value)} devient ${spelled(kept)}.`);
    show(kept);
    give(kept);
  };
  const steps = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 };
  const press = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape") { show(held); say(""); }
    if (!(event.key in steps)) return;
    event.preventDefault(); // the caret stays where it is
    const from = numberTyped(box.value, unit) ?? held;
    const to = limit(Number((from + steps[event.key] * step).toFixed(10)));
    say("");
    show(to);
    give(to);
  };
  const box = h("input", {
    type: "text", class: "hx-number", role: "spinbutton", inputmode: "decimal", autocomplete: "off", spellcheck: "false",
    "aria-label": `${name}, valeur exacte`, "aria-valuemin": min, "aria-valuemax": max, "aria-describedby": words.id,
    onchange: take, onkeydown: press,
  });
  return {
    parts: [box, words],
    /** Follows the state, but never under the reader's fingers. @param {number} value */
    follow(value) {
      if (value === held) return;
      show(value);
      say("");
    },
  };
}

/**
 * A number: a slider and the same number to type.
 * @param {Context} context
 * @param {{key: string, legend: string, unit?: string, digits?: number}} spec bounds come from data.fields
 * @returns {Part}
 */
export function slider({ data, set }, { key, legend, unit = "", digits = 0 }) {
  const { minimum: min, maximum: max, step, whole } = data.fields.find((field) => field.key === key);
  const name = unit ? `${legend} (${unit})` : legend;
  const limit = (/** @type {number} */ value) => Math.min(max, Math.max(min, whole ? Math.round(value) : value));
  const range = h("input", {
    type: "range", min, max, step, "aria-label": name, oninput: () => set({ [key]: Number(range.value) }),
  });
  const give = (/** @type {number} */ value) => set({ [key]: value });
  const typed = numberBox({ name, unit, min, max, step: Number(step) || 1, limit, give });
  const el = h("div", { class: "hx-control hx-slider", "data-key": key },
    h("span", { class: "hx-legend", "aria-hidden": "true" }, name), range, ...typed.parts);
  const show = (state) => {
    range.value = String(state[key]);
    range.setAttribute("aria-valuetext", amount(state[key], unit, digits));
    typed.follow(state[key]);
  };
  return { el, show };
}

/**
 * A year, which is a name and no quantity: said without a thousands separator.
 * @param {Context} context
 * @param {{key: string, legend: string}} spec bounds come from data.fields
 * @returns {Part}
 */
export function yearSlider(context, spec) {
  const { el, show } = slider(context, spec);
  const range = /** @type {HTMLInputElement} */ (el.querySelector('input[type="range"]'));
  return {
    el,
    show(state, view) {
      show(state, view);
      range.setAttribute("aria-valuetext", String(state[spec.key]));
    },
  };
}

/**
 * Words to search for.
 * @param {Context} context
 * @param {{key: string, legend: string, hint?: string}} spec the length allowed comes from data.fields
 * @returns {Part}
 */
export function searchBox({ data, set }, { key, legend, hint = "" }) {
  const { maximum } = data.fields.find((field) => field.key === key);
  const box = h("input", {
    type: "search", maxlength: maximum, placeholder: hint, autocomplete: "off", spellcheck: "false",
    oninput: () => set({ [key]: [...cleaned(box.value)].slice(0, maximum).join("") }),
  });
  const el = h("label", { class: "hx-control hx-search", "data-key": key },
    h("span", { class: "hx-legend" }, legend), box);
  const show = (state) => {
    if (cleaned(box.value) !== state[key]) box.value = state[key]; // never under the reader's fingers
  };
  return { el, show };
}
