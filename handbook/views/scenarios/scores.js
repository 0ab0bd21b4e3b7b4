// What the reader may contest in the scenario builder: the situation taken as observed, and the
// scores of the matrix; and how a link spells both.

import { csvText, download, h, pushButton, uniqueId } from "../base/common.js";
import { folded, option } from "./fold.js";
import { NBSP, withCapital } from "../base/french.js";
import { FAILED, editsTo, matrixRows, projectText, readProject, sameIssues } from "./project.js";
import { dotted, editOf, judgementOf, modelOf, placesOf, provenance, quotedTitle, readingsSaid, signed } from "./words.js";

/** Why each hypothesis is taken as observed, and what other readings would give. */
export function observedPart({ data }) {
  return folded(`${data.words.observed}${NBSP}: ce qui est écrit, ce qui est supposé`, (body, state) => {
    const said = readingsSaid(data, state);
    body.replaceChildren(
      h("p", null, said),
      h("ul", { class: "hx-cib-list" }, ...data.issues.map(({ short }, j) => {
        const { reason, written } = data.settings[j];
        return h("li", null, h("strong", null, `${j + 1}. ${short}. `), `${written ? data.words.written : data.words.assumed}. ${reason}`);
      })));
  });
}

/** The matrix whole: saved, or replaced by the scores of a project. */
function matrixPart({ data, set }, current, openProject) {
  const said = h("p", { class: "hx-note", role: "status" });
  const opened = (text) => {
    const project = readProject(text);
    if (!sameIssues(data, project)) { openProject(project); return; }
    const edits = editsTo(data, project.scores);
    if (edits.some((one) => Math.abs(editOf(one).score) > data.most)) throw new Error(`un score dépasse ${data.most}`);
    if (edits.some((one) => editOf(one).source[0] === editOf(one).target[0])) throw new Error("un enjeu y agit sur lui-même");
    set({ scores: edits });
    said.textContent = edits.length ? `Projet ouvert${NBSP}: ${edits.length} ${edits.length > 1 ? "scores diffèrent" : "score diffère"}.` : "Projet ouvert, scores inchangés.";
  };
  const id = uniqueId();
  const file = h("input", { type: "file", id, accept: ".scw", class: "hx-cib-file", onchange: async () => {
    if (!file.files[0]) return;
    try {
      opened(await file.files[0].text());
    } catch (error) {
      said.textContent = `${FAILED}${/** @type {Error} */ (error).message}.`;
    }
    file.value = "";
  } });
  return h("div", null,
    h("div", { class: "hx-actions" },
      pushButton("Matrice en CSV", () => download("matrice.csv", csvText({ name: "matrice", ...matrixRows(data, current().scores) }))),
      pushButton("Matrice en .scw", () => download("matrice.scw", projectText(data, current().scores, "matrice.scw"), "text/plain"))),
    h("div", null, h("label", { class: "hx-legend", for: id }, "Ouvrir un projet ScenarioWizard (.scw) "), file),
    said);
}

/** The edits with one score changed, in the order of the matrix; what changes nothing is dropped. */
function withScore(data, edits, source, target, score) {
  const places = placesOf(data);
  const scores = new Map(edits.map(editOf).map((one) => [`${one.source}${one.target}`, one]));
  scores.set(`${source}${target}`, { source, target, score });
  return [...scores.values()]
    .filter((one) => data.scores[places.get(one.source)][places.get(one.target)] !== one.score)
    .sort((a, b) => places.get(a.source) - places.get(b.source) || places.get(a.target) - places.get(b.target))
    .map((one) => `${one.source}${one.target}${one.score}`);
}

/** Any score, its justification, and the way back. */
export function scoresPart({ data, set }, current, openProject) {
  const [from, to] = [uniqueId(), uniqueId()];
  const scale = Array.from({ length: 2 * data.most + 1 }, (_, rank) => data.most - rank);
  const ids = data.issues.flatMap(({ hypotheses }) => hypotheses.map(({ id }) => id));
  const issueOf = (id) => data.issues.findIndex(({ hypotheses }) => hypotheses.some((one) => one.id === id));
  const source = h("select", { id: from, onchange: () => redraw() }, ...data.issues.map((issue, j) =>
    h("optgroup", { label: `${j + 1}. ${issue.short}` }, ...issue.hypotheses.map((one) => option(one.id, quotedTitle(one))))));
  const target = h("select", { id: to, onchange: () => redraw() });
  const said = h("p", { class: "hx-cib-judged" });
  const boxes = h("div", { class: "hx-cib-scores" });
  const list = h("div");
  const change = (a, b, score) => set({ scores: withScore(data, current().scores, a, b, score) });
  const fillTargets = () => {
    const own = issueOf(source.value);
    const wanted = target.value;
    target.replaceChildren(...data.issues.flatMap(({ id, short }, j) => (j === own ? [] : [option(id, `${j + 1}. ${short}`)])));
    if ([...target.options].some(({ value }) => value === wanted)) target.value = wanted;
  };
  const redraw = () => {
    const state = current();
    const model = modelOf(data, state.scores);
    fillTargets();
    const j = data.issues.findIndex(({ id }) => id === target.value);
    const judgement = judgementOf(data, source.value, target.value);
    said.textContent = judgement
      ? withCapital(judgement.text) + provenance(data, judgement)
      : data.words.silent;
    const row = ids.indexOf(source.value);
    boxes.replaceChildren(...data.issues[j].hypotheses.map((one) => {
      const [id, column] = [uniqueId(), ids.indexOf(one.id)];
      const box = h("select", { id, onchange: () => {
        change(source.value, one.id, Number(box.value));
        boxes.querySelectorAll("select")[data.issues[j].hypotheses.indexOf(one)].focus();
      } }, ...scale.map((score) =>
        option(String(score), `${signed(score)}${score === data.scores[row][column] ? " (d’origine)" : ""}`)));
      box.value = String(model.scores[row][column]);
      return h("div", null, h("label", { class: "hx-legend", for: id }, `sur ${quotedTitle(one)}`), box);
    }));
    const edits = state.scores.map(editOf);
    list.replaceChildren(...(edits.length ? [
      h("h4", { class: "hx-cib-h" }, "Scores que vous avez modifiés"),
      h("ul", { class: "hx-cib-list" }, ...edits.map((one) => {
        const was = data.scores[ids.indexOf(one.source)][ids.indexOf(one.target)];
        const text = `${dotted(one.source)} sur ${dotted(one.target)}${NBSP}: ${signed(was)} devient ${signed(one.score)}.`;
        return h("li", null, text, " ", pushButton("Rétablir", () => change(one.source, one.target, was), { "aria-label": `Rétablir ${dotted(one.source)} sur ${dotted(one.target)}` }));
      })),
      pushButton("Tout rétablir", () => set({ scores: [] })),
    ] : []));
  };
  const part = folded("Les scores : lire, contester, modifier".replace(" :", `${NBSP}:`), (body) => {
    if (!body.firstChild) {
      body.append(
        h("p", { class: "hx-note" }, `De ${signed(-data.most)} (s’oppose nettement) à ${signed(data.most)} (favorise nettement). Un jugement répartit d’ordinaire autant de points pour que contre.`),
        h("div", { class: "hx-cib-pair" },
          h("div", null, h("label", { class: "hx-legend", for: from }, "Influence de"), source),
          h("div", null, h("label", { class: "hx-legend", for: to }, "sur l’enjeu"), target)),
        said, boxes, list, matrixPart({ data, set }, current, openProject));
    }
    redraw();
  });
  const show = (state, view) => {
    const n = state.scores.length;
    part.note.textContent = n ? `${n} ${n > 1 ? "scores modifiés" : "score modifié"}` : "";
    part.show(state, view);
  };
  const openAt = (id, issue) => {
    source.value = id;
    fillTargets();
    target.value = issue;
    part.el.open = true;
    part.drawn();
    redraw();
    source.focus();
  };
  return { el: part.el, show, openAt };
}

/** Fields as the address reads them: a future is a code, an edit two hypotheses and a score. */
export function addressFields(data, fields) {
  const letters = data.issues.map(({ hypotheses }) => hypotheses.map(({ letter }) => letter).join(""));
  const places = placesOf(data);
  const issueOf = (id) => data.issues.findIndex(({ hypotheses }) => hypotheses.some((one) => one.id === id));
  const code = (more) => (text) =>
    text.length === letters.length && [...text].every((letter, j) => (letters[j] + more).includes(letter));
  const edit = (text) => {
    if (!/^\d+[A-Z]\d+[A-Z]-?\d{1,7}$/.test(text)) return false;
    const { source, target, score } = editOf(text);
    return Math.abs(score) <= data.most && places.has(source) && places.has(target) && issueOf(source) !== issueOf(target);
  };
  const allowed = {
    choice: code("-"), observed: code(""), start: code(""), scores: edit,
    compared: (text) => text === "" || code("")(text),
  };
  return fields.map((field) => ({ ...field, values: allowed[field.key] ? { includes: allowed[field.key] } : field.values }));
}

/** What an address asks of the scores, in the order of the matrix; a score given twice is refused. */
export function heedScores(data, { patch, ignored }) {
  const edits = (patch.scores ?? []).map(editOf);
  const cells = new Set(edits.map(({ source, target }) => `${source}${target}`));
  if (cells.size < edits.length) {
    const { scores, ...rest } = patch;
    return { patch: rest, ignored: [...ignored, "scenarios.scores"] };
  }
  if (!patch.scores) return { patch, ignored };
  const ordered = edits.reduce((kept, one) => withScore(data, kept, one.source, one.target, one.score), []);
  return { patch: { ...patch, scores: ordered }, ignored };
}
