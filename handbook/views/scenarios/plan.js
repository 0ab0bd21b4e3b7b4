// Folded parts of the scenario builder that follow from the chosen future: its profile beside the
// observed one, the plan that leads to it, and another future to compare it with.

import { csvText, download, h, pushButton, table, uniqueId } from "../base/common.js";
import { folded, option } from "./fold.js";
import { NBSP } from "../base/french.js";
import { ALL, planFor, planMarkdown, planRows, stagesOf } from "./plan_text.js";
import { codesIn, distanceBetween, hypothesisAt, countedInLetters, judged, presetsOf, quotedTitle, spaced } from "./words.js";

/** Criteria side by side: observed, chosen, compared. */
export function profilePart({ data }) {
  return folded("Profil, critère par critère", (body, state) => {
    const futures = [[data.words.observed, state.observed], ["Choisi", state.choice],
      ...(state.compared ? [["Comparé", state.compared]] : [])];
    const text = (code, j, criterion) => {
      const k = codesIn(data, code)[j];
      return k === -1 ? "–" : data.profiles[`${hypothesisAt(data, j, k).id}/${criterion}`];
    };
    const groups = data.issues.map((issue, j) => h("tbody", null,
      h("tr", { class: "hx-cib-group" }, h("th", { scope: "rowgroup" }, `${j + 1}. ${issue.short}`),
        ...futures.map(([, code]) => {
          const k = codesIn(data, code)[j];
          return h("td", null, k === -1 ? "je ne sais pas" : quotedTitle(hypothesisAt(data, j, k)));
        })),
      ...data.criteria.filter(([id]) => id === issue.id).map(([, criterion, label]) => {
        const cells = futures.map(([, code]) => text(code, j, criterion));
        return h("tr", null, h("th", { scope: "row" }, label), ...cells.map((cell, n) => {
          const same = n > 0 && cell === cells[0];
          return h("td", { class: same ? "hx-cib-same" : null }, same ? "idem" : cell);
        }));
      })));
    body.replaceChildren(
      h("div", { class: "hx-scroll" },
        h("table", { class: "hx-table hx-cib-profile" },
          h("caption", null, `${data.words.criteria}. « idem »${NBSP}: comme dans la première colonne.`),
          h("thead", null, h("tr", null, h("th", { scope: "col" }, "Critère"),
            ...futures.map(([name, code]) => h("th", { scope: "col" }, `${name} (${spaced(code)})`)))),
          ...groups)),
      h("p", { class: "hx-note" }, "Les critères changent d’un enjeu à l’autre : ils se lisent, ils ne s’additionnent pas.".replace(" :", `${NBSP}:`)));
  });
}

/** The plan from observed to chosen: by actor and by horizon. */
export function planPart({ data, set }) {
  const choices = (key, legend, options) => {
    const id = uniqueId();
    const box = h("select", { id, onchange: () => set({ [key]: box.value }) }, ...options.map(([value, label]) => option(value, label)));
    return { box, key, el: h("div", null, h("label", { class: "hx-legend", for: id }, legend), box) };
  };
  const years = [...new Set(data.levers.map(({ horizon }) => horizon))].sort((a, b) => a - b);
  const filters = [
    choices("actor", "Acteur", [[ALL, "Tous les acteurs"], ...Object.entries(data.actors)]),
    choices("horizon", "Horizon", [[ALL, "Tous les horizons"], ...years.map((year) => [String(year), `${year}${NBSP}ans`])]),
  ];
  const bar = h("div", { class: "hx-cib-pair" }, ...filters.map(({ el }) => el));
  const out = h("div");
  return folded("Plan d’action, du départ au futur choisi", (body, state, view) => {
    if (!body.firstChild) body.append(bar, out);
    bar.hidden = view.open || !data.levers.length;
    filters.forEach(({ box, key }) => { box.value = state[key]; });
    out.replaceChildren(...(view.open ? [h("p", null, "Répondez à tous les enjeux pour obtenir le plan.")] : planDrawn(data, state)));
  });
}

function planDrawn(data, state) {
  const plan = planFor(data, state);
  const file = `plan-${state.observed}-${state.choice}`;
  return [
    h("div", { class: "hx-actions" },
      pushButton("Plan en CSV", () => download(`${file}.csv`, csvText({ name: file, ...planRows(data, plan) }), "text/csv")),
      pushButton("Plan en Markdown", () => download(`${file}.md`, planMarkdown(data, plan), "text/markdown")),
      pushButton("Imprimer le plan", () => printed(sheet(data, plan)))),
    sheet(data, plan),
  ];
}

function sheet(data, plan) {
  const { order, jobs } = data.words.titles;
  const list = (texts) => (texts.length ? h("ul", { class: "hx-cib-list" }, ...texts.map((text) => h("li", null, text))) : null);
  return h("div", { class: "hx-cib-plan" },
    h("p", { class: "hx-cib-plan-title" }, plan.title),
    ...plan.summary.map((text) => h("p", null, text)),
    h("h4", { class: "hx-cib-h" }, order),
    ...plan.items.flatMap(({ heading, course, forces }) => [h("p", null, h("strong", null, heading), h("br"), course), list(forces)]),
    ...stagesOf(data, plan).flatMap(({ heading, columns, rows }) => [h("h4", { class: "hx-cib-h" }, heading), table({ caption: "Actions, dans l’ordre des étapes", columns, rows })]),
    ...(plan.skills.length ? [h("h4", { class: "hx-cib-h" }, jobs), list(plan.skills)] : []));
}

/** Prints one element alone. */
function printed(element) {
  const page = h("div", { class: "hx-explorer hx-cib-sheet", lang: "fr" }, element);
  const root = document.documentElement;
  document.body.append(page);
  root.classList.add("hx-cib-printing");
  const done = () => {
    root.classList.remove("hx-cib-printing");
    page.remove();
  };
  addEventListener("afterprint", done, { once: true });
  print();
}

/** Another future beside the chosen one. */
export function comparePart({ data, set }) {
  const id = uniqueId();
  const box = h("select", { id, onchange: () => set({ compared: box.value }) });
  const keep = pushButton("Garder le futur affiché comme repère", () => set({ compared: current }));
  const out = h("div");
  let current = "";
  const part = folded("Comparer avec un autre futur", (body, state, view) => {
    current = view.open ? "" : state.choice;
    keep.disabled = view.open;
    const { settings, families } = presetsOf(data, state);
    const codes = new Map([...settings.map(({ code, label }) => [code, label]),
      ...families.flatMap((family) => family.codes.map((code) => [code, family.title]))].reverse());
    if (state.compared && !codes.has(state.compared)) codes.set(state.compared, "repère gardé");
    box.replaceChildren(option("", "Aucun"),
      ...[...codes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, label]) => option(code, `${spaced(code)} (${label})`)));
    box.value = state.compared;
    if (!body.firstChild) {
      body.append(h("div", { class: "hx-actions" }, h("label", { class: "hx-legend", for: id }, "Comparer avec"), box, keep), out);
    }
    out.replaceChildren(...(state.compared ? compared(data, state, view) : []));
  });
  return part;
}

function compared(data, state, view) {
  const mine = view.open ? null : judged(data, view.model, state.choice);
  const other = judged(data, view.model, state.compared);
  const cell = (code, j) => {
    const k = codesIn(data, code)[j];
    return k === -1 ? "je ne sais pas" : quotedTitle(hypothesisAt(data, j, k));
  };
  const apartBy = distanceBetween(data, state.choice, state.compared);
  const steps = distanceBetween(data, state.observed, state.compared);
  return [
    table({
      caption: `Les deux futurs diffèrent sur ${countedInLetters(apartBy)} enjeu${apartBy > 1 ? "x" : ""}.`,
      columns: ["", `Choisi (${spaced(state.choice)})`, `Comparé (${spaced(state.compared)})`],
      rows: [
        ["Verdict", mine ? mine.brief : "ouvert", other.brief],
        ...(other.shareText ? [["Part des jeux de scores plausibles où il tient", mine ? mine.shareText : "–", other.shareText]] : []),
        ["Enjeux à changer depuis la situation de départ", String(distanceBetween(data, state.observed, state.choice)), String(steps)],
        ...data.issues.map(({ short }, j) => [
          `${state.choice[j] === state.compared[j] ? "" : `≠${NBSP}`}${j + 1}. ${short}`, cell(state.choice, j), cell(state.compared, j)]),
      ],
    }),
  ];
}
