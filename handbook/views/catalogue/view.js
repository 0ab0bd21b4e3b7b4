// Explorer of a catalogue: search, filter, count, take away. `summary` says what
// view.py says; a test holds them equal.

import { explorer, h } from "../base/common.js";
import { plain, radioGroup, searchBox, select } from "../base/controls.js";
import { NBSP, joined, number } from "../base/french.js";

const KINDS = { mesure: "Mesure", principe: "Principe", obstacle: "Obstacle" };
const ANY = "tout";
const PAGE = 10;
const folded = new WeakMap(); // entry -> its words, without accents nor plurals

const entriesOf = (value, noun) => `${number(value)}${NBSP}${noun}${value > 1 ? "s" : ""}`;
const slugOf = (text) => plain(text).replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");

function placeName(place) {
  const act = `acte${NBSP}${place[1]}`;
  return place.length === 2 ? act : `${act}, scène${NBSP}${place[3]}`;
}

/** Plain words without the s of a plural: « Pairs-aidants » is found by « pair-aidant ». */
const singular = (text) => plain(text).replace(/([a-z]{3,})s(?![a-z0-9])/g, "$1");

function wordsOf(row) {
  if (!folded.has(row)) {
    const parts = ["id", "title", "who", "tag", "second", "when", "locator", "note"].map((key) => row[key]);
    folded.set(row, singular(parts.join(" ")));
  }
  return folded.get(row);
}

function tagsOf(row) {
  const letter = { mesure: "i", obstacle: "f" }[row.kind];
  return letter ? [row.tag, row.second].filter(Boolean).map((one) => `${letter}-${slugOf(one)}`) : [];
}

function fits(row, state) {
  if (![ANY, row.kind].includes(state.kind) || ![ANY, ...tagsOf(row)].includes(state.tag)) return false;
  if (![ANY, row.scene.slice(0, 2), row.scene].includes(state.place)) return false;
  if (state.actor !== ANY && !row.actors.includes(state.actor)) return false;
  if (state.dated === "oui" && !row.dated) return false;
  const text = wordsOf(row);
  return singular(state.words).split(" ").every((word) => text.includes(word));
}

const selected = (data, state) => data.entries.filter((row) => fits(row, state));

/** What is asked for, if anything is. */
function asked(data, state) {
  const said = [];
  if (state.words) said.push(`«${NBSP}${state.words}${NBSP}»`);
  if (state.kind !== ANY) said.push(KINDS[state.kind].toLowerCase());
  if (state.place !== ANY) said.push(placeName(state.place));
  for (const [key, list] of [["tag", data.tags], ["actor", data.actors]]) {
    if (state[key] !== ANY) said.push(list.find((one) => one.id === state[key]).name);
  }
  if (state.dated === "oui") said.push("promesse datée");
  return said.length ? ` Demandé${NBSP}: ${said.join(", ")}.` : "";
}

function line(row) {
  const second = row.second ? `, ${row.second}` : "";
  const when = row.when ? ` · ${row.when}` : "";
  return [
    row.title,
    KINDS[row.kind],
    row.who || "–",
    `${row.tag}${second}${when}` || "–",
    row.locator.replace(/^acte (\d), scène (\d), /, "$1.$2 · "),
  ];
}

/**
 * What the page shows in a state: the count, the sentence, the entries.
 * @param {any} data
 * @param {{words: string, kind: string, place: string, tag: string, actor: string, dated: string, shown: number}} state
 */
export function summary(data, state) {
  const found = selected(data, state);
  const total = number(data.entries.length);
  const shown = found.slice(0, state.shown);
  const each = Object.entries(KINDS).map(([kind, word]) =>
    entriesOf(found.filter((row) => row.kind === kind).length, word.toLowerCase()));
  const hidden = found.length - shown.length;
  return {
    title: `Catalogue${NBSP}: ${entriesOf(found.length, "entrée")} sur ${total}`,
    sentence: found.length
      ? `${entriesOf(found.length, "entrée")} sur ${total}${NBSP}: ${joined(each)}.${asked(data, state)}`
      : `Aucune entrée sur ${total}.${asked(data, state)}`,
    caption: "Entrées du catalogue, dans l’ordre du document",
    columns: ["Entrée", "Nature", "Qui", "Instrument ou famille", "Passage"],
    rows: shown.map(line),
    notes: hidden ? [`${entriesOf(hidden, "entrée")} de plus, à afficher.`] : [],
    sources: data.sources.map(({ id }) => id),
    curves: [],
  };
}

/** One bar a scene, in three parts; a press keeps that scene only, a second one gives all back. */
function sceneBars({ data, set }) {
  let state = null;
  const count = (rows, scene, kind) => rows.filter((row) => row.scene === scene && row.kind === kind).length;
  const longest = Math.max(...data.scenes.map(({ id }) => data.entries.filter((row) => row.scene === id).length));
  const bars = data.scenes.map(({ id, title }) => {
    const parts = Object.keys(KINDS).map((kind) => h("span", { class: `hx-part hx-${kind}` }));
    const total = h("span", { class: "hx-total" });
    const el = h("button", {
      type: "button", class: "hx-scene", onclick: () => set({ place: state.place === id ? ANY : id, shown: PAGE }),
    }, h("span", { class: "hx-scene-name" }, `${id[1]}.${id[3]} ${title}`), h("span", { class: "hx-bar", "aria-hidden": "true" }, ...parts, total));
    return { id, title, el, parts, total };
  });
  const key = h("p", { class: "hx-note hx-parts", "aria-hidden": "true" },
    ...Object.entries(KINDS).map(([kind, word]) => h("span", null, h("span", { class: `hx-part hx-${kind}` }), `${word}s`)));
  const el = h("div", { class: "hx-picture hx-scenes", role: "group", "aria-label": "Entrées de chaque scène" }, ...bars.map((bar) => bar.el), key);
  const show = (next) => {
    state = next;
    const rows = selected(data, { ...next, place: ANY });
    for (const { id, title, el: button, parts, total } of bars) {
      const counts = Object.keys(KINDS).map((kind) => count(rows, id, kind));
      const all = counts.reduce((sum, one) => sum + one, 0);
      counts.forEach((many, at) => { parts[at].style.width = `${(100 * many) / longest}%`; });
      total.textContent = number(all);
      button.setAttribute("aria-pressed", String(next.place === id));
      button.setAttribute("aria-label", `${placeName(id)}, ${title}${NBSP}: ${entriesOf(all, "entrée")}`);
    }
  };
  return { el, show };
}

/** Shows more entries, while there are more. */
function moreButton({ data, set }) {
  const button = h("button", { type: "button", class: "hx-button" });
  const el = h("p", { class: "hx-more" }, button);
  let next = PAGE;
  button.addEventListener("click", () => set({ shown: next }));
  const show = (state) => {
    const left = selected(data, state).length - state.shown;
    el.hidden = left <= 0;
    next = Math.min(state.shown + 3 * PAGE, data.entries.length);
    button.textContent = `Afficher ${entriesOf(Math.min(left, 3 * PAGE), "entrée")} de plus`;
  };
  return { el, show };
}

const everything = (label) => ({ value: ANY, label });
// a filter that changes starts again from the first entries
const fresh = (context) => ({ ...context, set: (patch) => context.set({ ...patch, shown: PAGE }) });

export default explorer({
  name: "catalogue",
  label: "Catalogue",
  summary,
  build: (context) => {
    const { data } = context;
    const acts = [...new Set(data.scenes.map(({ id }) => id.slice(0, 2)))];
    const places = acts.flatMap((act) => [
      { value: act, label: `Acte ${act[1]}` },
      ...data.scenes.filter(({ id }) => id.startsWith(act)).map(({ id, title }) =>
        ({ value: id, label: `${NBSP}${NBSP}${id[1]}.${id[3]} ${title}` })),
    ]);
    const named = (list) => list.map(({ id, name }) => ({ value: id, label: name }));
    const starting = fresh(context);
    return {
      controls: [
        searchBox(starting, { key: "words", legend: "Chercher", hint: "pair-aidant, prévention…" }),
        radioGroup(starting, {
          key: "kind", legend: "Nature",
          options: [everything("Tout"), ...Object.entries(KINDS).map(([value, word]) => ({ value, label: `${word}s` }))],
        }),
        select(starting, { key: "place", legend: "Acte ou scène", options: [everything("Tous"), ...places] }),
        select(starting, { key: "tag", legend: "Instrument, ou famille d’obstacle", options: [everything("Tous"), ...named(data.tags)] }),
        select(starting, { key: "actor", legend: "Acteur", options: [everything("Tous"), ...named(data.actors)] }),
        radioGroup(starting, { key: "dated", legend: "Date", options: [everything("Toutes"), { value: "oui", label: "Promesses datées" }] }),
      ],
      picture: sceneBars(context),
      details: moreButton(context),
    };
  },
  file: (data, state) => ({
    name: "catalogue.csv",
    columns: ["identifiant", "nature", "acte", "scène", "entrée", "qui", "acteurs", "instrument ou famille", "seconde famille", "quand", "datée", "passage", "note"],
    rows: selected(data, state).map((row) => [
      row.id, row.kind, Number(row.scene[1]), Number(row.scene[3]), row.title, row.who,
      row.actors.map((id) => data.actors.find((one) => one.id === id).name).join(", "),
      row.tag, row.second, row.when, row.dated ? "oui" : "non", row.locator, row.note,
    ]),
  }),
});
