// Explorer of any table: search, filter, count, take away. `summary` says what view.py says; a
// test holds them equal.

import { explorer, h } from "../base/common.js";
import { plain, radioGroup, searchBox, select } from "../base/controls.js";
import { NBSP, agreed, withCapital, number } from "../base/french.js";

const ANY = "tout";
const PAGE = 10;
const IN_SIGHT = 3; // choices shown as buttons, at most
const folded = new WeakMap(); // row -> its words, without accents nor plurals

const counted = (value, noun) => `${number(value)}${NBSP}${value > 1 ? noun.many : noun.one}`;
const lower = (text) => text.slice(0, 1).toLowerCase() + text.slice(1);
const textOf = (cell) => (typeof cell === "number" ? number(cell) : cell);

/** Plain words without the s of a plural: « Pairs-aidants » is found by « pair-aidant ». */
const singular = (text) => plain(text).replace(/([a-z]{3,})s(?![a-z0-9])/g, "$1");

function wordsOf(data, row) {
  if (!folded.has(row)) folded.set(row, singular(data.searched.map((key) => textOf(row.cells[key])).join(" ")));
  return folded.get(row);
}

function fits(data, row, state) {
  if (!data.filters.every(({ column }) => state[column] === ANY || row.held[column].includes(state[column]))) return false;
  const text = wordsOf(data, row);
  return singular(state.words).split(" ").every((word) => text.includes(word));
}

const selected = (data, state) => data.rows.filter((row) => fits(data, row, state));
const optionsOf = (data, key) => data.filters.find(({ column }) => column === key)?.options ?? [];
const holding = (rows, key, value) => rows.filter((row) => row.held[key].includes(value)).length;

/** How many rows hold each value of the column that is counted. */
function parts(data, found) {
  if (!data.counted || !found.length) return "";
  const said = optionsOf(data, data.counted)
    .map(({ value, label }) => ({ label, many: holding(found, data.counted, value) }))
    .filter(({ many }) => many)
    .map(({ label, many }) => `${lower(label)}${NBSP}${number(many)}`);
  return `${NBSP}: ${said.join(", ")}`;
}

/** What is asked for, if anything is. */
function asked(data, state) {
  const said = state.words ? [`«${NBSP}${state.words}${NBSP}»`] : [];
  for (const { column, options } of data.filters) {
    for (const { value, label } of options) if (value === state[column]) said.push(label);
  }
  return said.length ? ` Demandé${NBSP}: ${said.join(", ")}.` : "";
}

/**
 * What the page shows in a state: the count, the sentence, the rows.
 * @param {any} data
 * @param {Record<string, any>} state
 */
export function summary(data, state) {
  const { noun } = data;
  const found = selected(data, state);
  const shown = found.slice(0, state.shown);
  const total = number(data.rows.length);
  const none = `${agreed("Aucun", noun)} ${noun.one}`;
  const hidden = found.length - shown.length;
  const cited = new Set(shown.flatMap((row) => Object.values(data.linked).map((key) => row.cells[key])));
  const sources = data.sources.map(({ id }) => id);
  return {
    title: `${data.label}${NBSP}: ${counted(found.length, noun)} sur ${total}`,
    sentence: `${found.length ? counted(found.length, noun) : none} sur ${total}${parts(data, found)}.${asked(data, state)}`,
    caption: `${withCapital(noun.many)}, dans l’ordre de la table`,
    columns: data.columns.map(({ heading }) => heading),
    rows: shown.map((row) => data.columns.map(({ key }) => textOf(row.cells[key]) || "–")),
    notes: hidden ? [`Il reste ${counted(hidden, noun)} à afficher.`] : [],
    sources: Object.keys(data.linked).length ? sources.filter((id) => cited.has(id)) : sources,
    curves: [],
  };
}

/** One bar a value, divided by what is counted; a press keeps that value only, a second one gives all back. */
function valueBars({ data, set }) {
  const column = data.bars;
  const kinds = optionsOf(data, data.counted);
  const named = optionsOf(data, column);
  const longest = Math.max(1, ...named.map(({ value }) => holding(data.rows, column, value)));
  let state = null;
  const bars = named.map(({ value, label }) => {
    const pieces = kinds.map((_, at) => h("span", { class: `hx-part hx-k${at}` }));
    const total = h("span", { class: "hx-total" });
    const noun = h("span", { class: "hx-unseen" });
    const el = h("button", {
      type: "button", class: "hx-bar-row", onclick: () => set({ [column]: state[column] === value ? ANY : value, shown: PAGE }),
    }, h("span", { class: "hx-bar-name" }, label), h("span", { class: "hx-bar" }, ...pieces, total, noun));
    return { value, el, pieces, total, noun };
  });
  const key = h("p", { class: "hx-note hx-parts", "aria-hidden": "true" },
    ...kinds.map(({ label }, at) => h("span", null, h("span", { class: `hx-part hx-k${at}` }), label)));
  const legend = data.filters.find((one) => one.column === column)?.legend ?? "";
  const el = h("div", { class: "hx-picture hx-bars", role: "group", "aria-label": legend, hidden: !named.length }, ...bars.map((bar) => bar.el), key);
  const show = (next) => {
    state = next;
    const rows = selected(data, { ...next, [column]: ANY });
    for (const { value, el: button, pieces, total, noun } of bars) {
      const here = rows.filter((row) => row.held[column].includes(value));
      kinds.forEach((kind, at) => {
        pieces[at].style.width = `${(100 * holding(here, data.counted, kind.value)) / longest}%`;
      });
      total.textContent = number(here.length);
      button.setAttribute("aria-pressed", String(next[column] === value));
      noun.textContent = counted(here.length, data.noun).slice(total.textContent.length);
    }
  };
  return { el, show: named.length ? show : () => {} };
}

/** Shows more rows, while there are more. */
function moreButton({ data, set }) {
  const button = h("button", { type: "button", class: "hx-button" });
  const el = h("p", { class: "hx-more" }, button);
  let next = PAGE;
  button.addEventListener("click", () => set({ shown: next }));
  const show = (state) => {
    const left = selected(data, state).length - state.shown;
    el.hidden = left <= 0;
    next = Math.min(state.shown + 3 * PAGE, data.rows.length);
    button.textContent = `Afficher ${counted(Math.min(left, 3 * PAGE), data.noun)} de plus`;
  };
  return { el, show };
}

/** Leads the cells that have a source to it; `show` must have been told which rows are shown. */
function sourceLinks({ data }) {
  let shown = [];
  const show = (state) => { shown = selected(data, state).slice(0, state.shown); };
  const cell = (row, column) => {
    const { key } = data.columns[column];
    const source = shown[row].cells[data.linked[key]];
    const href = data.sources.find(({ id }) => id === source)?.address;
    return href ? h("a", { href }, textOf(shown[row].cells[key])) : null;
  };
  return { show, cell };
}

// a filter that changes starts again from the first rows
const fresh = (context) => ({ ...context, set: (patch) => context.set({ ...patch, shown: PAGE }) });

export default explorer({
  name: "catalogue",
  label: "Catalogue",
  summary,
  build: (context) => {
    const { data } = context;
    const starting = fresh(context);
    const links = sourceLinks(context);
    const bars = valueBars(context);
    const show = (state) => {
      links.show(state);
      bars.show(state);
    };
    return {
      controls: [
        searchBox(starting, { key: "words", legend: "Chercher", hint: data.hint }),
        ...data.filters.map(({ column, legend, options }) =>
          (options.length > IN_SIGHT ? select : radioGroup)(starting, { key: column, legend, options: [{ value: ANY, label: "Tout" }, ...options] })),
      ],
      picture: { el: bars.el, show },
      details: moreButton(context),
      cell: links.cell,
    };
  },
  file: (data, state) => ({
    name: "catalogue.csv",
    columns: data.file.map(({ heading }) => heading),
    rows: selected(data, state).map((row) => data.file.map(({ key }) => row.cells[key])),
  }),
});
