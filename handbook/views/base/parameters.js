// Groups of sliders with a range, a status and sources: the page's half of parameters.py.
// `data.parameters` holds the entries, `data.presets` (if any) named sets of values.

import { h } from "./common.js";
import { slider } from "./controls.js";
import { NBSP, amount, joined } from "./french.js";

/** @typedef {import("./common.js").Context} Context */
/** @typedef {import("./common.js").Part} Part */
/** @typedef {{key: string, label: string, group: string, low: number, central: number, high: number,
 *   unit: string, digits: number, status: string, mark: string, sources: string[], note: string}} Parameter */

const READERS = "Hypothèse du lecteur"; // any value that is no longer the one offered

const written = (/** @type {Parameter} */ one, /** @type {number} */ value) => amount(value, one.unit, one.digits);

/** @param {{parameters: Parameter[]}} data @returns {Record<string, number>} */
export const centralValues = ({ parameters }) => Object.fromEntries(parameters.map(({ key, central }) => [key, central]));

/**
 * Which values are not the central ones: one sentence, or none, as parameters.moved says it.
 * @param {Parameter[]} parameters @param {any} state
 */
export function moved(parameters, state) {
  const changes = parameters.filter(({ key, central }) => state[key] !== central).map((one) =>
    `${one.label}${NBSP}: ${written(one, state[one.key])} (centrale${NBSP}: ${written(one, one.central)})`);
  if (!changes.length) return [];
  const many = changes.length > 1 ? "s" : "";
  return [`Valeur${many} que vous avez changée${many}${NBSP}: ${joined(changes)}.`];
}

/** Rows for a CSV file: what was chosen, with its range and status. @param {any} data @param {any} state */
export const parameterRows = (data, state) => data.parameters.map((one) =>
  [one.group, one.label, state[one.key], one.unit, one.low, one.central, one.high, state[one.key] === one.central ? one.mark : READERS]);

export const PARAMETER_COLUMNS = ["groupe", "paramètre", "valeur", "unité", "bas", "central", "haut", "statut"];

/** Range, status and sources of a number, under its slider. */
function about(data, one, mark) {
  const range = one.low === one.high
    ? written(one, one.central)
    : `${amount(one.low, "", one.digits)} à ${written(one, one.high)}, centrale ${amount(one.central, "", one.digits)}`;
  const cited = data.sources.filter(({ id, address }) => one.sources.includes(id) && address);
  const links = cited.flatMap(({ text, address }, index) => {
    const shown = cited.length > 1 ? `source${NBSP}${index + 1}` : "source";
    return [", ", h("a", { href: address, title: text, "aria-label": `${shown}${NBSP}: ${text}` }, shown)];
  });
  return h("div", { class: "hx-about" },
    mark, ` ${range}`, ...links,
    one.note ? h("details", null, h("summary", { "aria-label": `Précision${NBSP}: ${one.label}` }, "Précision"), h("span", null, one.note)) : null);
}

/** One slider with what must be known of it. @param {Context} context @param {Parameter} one */
function parameterSlider(context, one) {
  const part = slider(context, { key: one.key, legend: one.label, unit: one.unit, digits: one.digits });
  const mark = h("span");
  part.el.append(about(context.data, one, mark));
  const show = (state, view) => {
    const changed = state[one.key] !== one.central;
    part.show(state, view);
    part.el.classList.toggle("hx-moved", changed);
    mark.className = `hx-status hx-${changed ? "hypothese" : one.status}`;
    mark.textContent = changed ? READERS : one.mark;
  };
  return { el: part.el, show };
}

/**
 * The controls of all parameters: one foldable group each, then the ways back. Give the result as
 * the (first) controls of an explorer. The first `open` groups are unfolded where there is room.
 * @param {Context} context
 * @param {{open?: number}} [options]
 * @returns {Part[]}
 */
export function parameterGroups(context, { open = 1 } = {}) {
  const { data } = context;
  const groups = [...new Set(data.parameters.map(({ group }) => group))].map((group, index) => {
    const own = data.parameters.filter((one) => one.group === group);
    const parts = own.map((one) => parameterSlider(context, one));
    const count = h("span", { class: "hx-count" });
    const el = h("details", { class: "hx-control hx-parameters", "data-group": group, open: index < open && innerWidth >= 600 },
      h("summary", null, h("span", { class: "hx-legend" }, group), " ", count),
      h("div", { class: "hx-group", role: "group", "aria-label": group }, ...parts.map((part) => part.el)));
    const show = (state, view) => {
      const changed = own.filter(({ key, central }) => state[key] !== central).length;
      count.textContent = changed ? `${changed} changée${changed > 1 ? "s" : ""} sur ${own.length}` : `${own.length} valeur${own.length > 1 ? "s" : ""}`;
      for (const part of parts) part.show(state, view);
    };
    return { el, show };
  });
  return [...groups, ways(context)];
}

/** « Valeurs centrales » and the presets. */
function ways({ data, set }) {
  const central = centralValues(data);
  const offered = [{ label: "Valeurs centrales", values: {} }, ...(data.presets ?? [])];
  const buttons = offered.map(({ label, note, values }) =>
    h("button", { type: "button", class: "hx-button", title: note || null, onclick: () => set({ ...central, ...values }) }, label));
  const el = h("div", { class: "hx-control hx-ways", role: "group", "aria-label": "Jeux de valeurs" }, ...buttons);
  const show = (state) => offered.forEach(({ values }, index) => {
    const wanted = { ...central, ...values };
    const same = Object.entries(wanted).every(([key, value]) => state[key] === value);
    buttons[index].setAttribute("aria-pressed", String(same));
  });
  return { el, show };
}
