// Projects of ScenarioWizard (.scw): written with the reader's scores, and read to open another
// matrix on the board, as handbook.scenarios.scw and ScenarioExplorer do.

import { consistentFutures, crossImpacts } from "./balances.js";
import { NBSP } from "../base/french.js";
import { codeOf, dotted, modelOf, signed } from "./words.js";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const MATRIX_SECTION = 5; // sections that precede the matrix
const SCALE = 3;

/** The matrix as a project file, names as on the board. @param {string} name of the file */
export function projectText(data, edits, name) {
  const { scores } = modelOf(data, edits);
  const lines = ["$ ScenarioWizard 4.0", name];
  for (const { short, hypotheses } of data.issues) lines.push(`&${short}`, ...hypotheses.map(({ title }) => ` -${title}`));
  lines.push("#");
  for (const { hypotheses } of data.issues) lines.push("&", ...hypotheses.map(() => " "));
  lines.push("#", "#", ...scores.map(() => "FFFFFF"), "#", "#");
  lines.push(...scores.map((row) => row.map((score) => `${String(score).padStart(2)} `).join(",")));
  return [...lines, "#", "# 0-0", '""', "#", "#", ""].join("\r\n");
}

/** The matrix whole, hypotheses in rows and columns. */
export function matrixRows(data, edits) {
  const ids = data.issues.flatMap(({ hypotheses }) => hypotheses.map(({ id }) => dotted(id)));
  const { scores } = modelOf(data, edits);
  return { columns: ["", ...ids], rows: ids.map((id, n) => [id, ...scores[n]]) };
}

/**
 * Issues and scores of a project file; throws an error in French when it cannot be read.
 * @param {string} text
 * @returns {{issues: {name: string, states: string[]}[], scores: number[][]}}
 */
export function readProject(text) {
  /** @type {{line: string, n: number}[][]} */
  const sections = [[]];
  text.split(/\r\n|\n|\r/).slice(2).forEach((line, n) => {
    if (line.trim() === "#") sections.push([]);
    else if (line.trim()) sections[sections.length - 1].push({ line: line.trim(), n: n + 3 });
  });
  if (sections.length <= MATRIX_SECTION) throw new Error("ce n’est pas un projet .scw entier");
  /** @type {{name: string, states: string[]}[]} */
  const issues = [];
  for (const { line, n } of sections[0]) {
    const name = line.slice(1).trim();
    const last = issues.at(-1);
    if (line.startsWith("&")) issues.push({ name: name || `(${issues.length + 1})`, states: [] });
    else if (line.startsWith("-") && last) last.states.push(name || `(${last.states.length + 1})`);
    else throw new Error(`ligne ${n}, on attend un enjeu (&) ou une hypothèse (-)`);
  }
  checkNames(issues);
  const total = issues.reduce((sum, { states }) => sum + states.length, 0);
  const rows = sections[MATRIX_SECTION];
  if (rows.length !== total) throw new Error(`${rows.length} lignes de scores pour ${total} hypothèses`);
  const scores = rows.map(({ line, n }) => {
    const cells = line.split(",").map((cell) => cell.trim());
    if (cells.length !== total || cells.some((cell) => !/^[+-]?\d{1,6}$/.test(cell))) {
      throw new Error(`ligne ${n}, on attend ${total} scores entiers`);
    }
    return cells.map(Number);
  });
  return { issues, scores };
}

function checkNames(issues) {
  const twice = (names) => new Set(names).size < names.length;
  if (!issues.length || twice(issues.map(({ name }) => name))) throw new Error("il faut des enjeux de noms différents");
  for (const { name, states } of issues) {
    if (states.length < 2 || states.length > LETTERS.length || twice(states)) {
      throw new Error(`l’enjeu « ${name} » doit avoir de 2 à ${LETTERS.length} hypothèses de noms différents`);
    }
  }
}

/** The scores of a project that describes the issues of the board; null when it describes others. */
export function sameIssues(data, { issues }) {
  const names = (list) => JSON.stringify(list);
  return names(issues.map(({ name, states }) => [name, ...states]))
    === names(data.issues.map(({ short, hypotheses }) => [short, ...hypotheses.map(({ title }) => title)]));
}

/** The edits that make of the board's scores those of a project. */
export function editsTo(data, scores) {
  const ids = data.issues.flatMap(({ hypotheses }) => hypotheses.map(({ id }) => id));
  return scores.flatMap((row, a) => row.flatMap((score, b) =>
    (score === data.scores[a][b] ? [] : [`${ids[a]}${ids[b]}${score}`])));
}

/** All that the board needs of another project: what Python gives of a matrix alone. */
export function projectData(data, { issues: named, scores }) {
  const { words, method, largest } = data.neutral;
  const size = named.reduce((product, { states }) => product * states.length, 1);
  if (size > largest) throw new Error(`${size} futurs, c’est trop pour cette page`);
  const issues = named.map(({ name, states }, j) => ({
    id: name, short: name, title: name, question: "", context: [],
    hypotheses: states.map((title, k) => ({ id: `${j + 1}${LETTERS[k]}`, letter: LETTERS[k], title, description: "", story: "" })),
  }));
  const model = crossImpacts(issues.map(({ hypotheses }) => hypotheses.length), scores);
  return {
    ...data, issues, scores,
    judgements: judgementsOf(issues, model),
    criteria: [], profiles: {}, levers: [], actors: {}, sources: [], target: "", noise: {},
    settings: issues.map(() => ({ reason: "", locator: "", written: false })),
    most: Math.max(SCALE, ...scores.flat().map(Math.abs)),
    words: { ...data.words, ...words },
    method,
  };
}

function judgementsOf(issues, { offsets, scores }) {
  const sources = issues.flatMap(({ hypotheses }) => hypotheses.map(({ id }) => id));
  return sources.flatMap((source, row) => issues.flatMap(({ id, hypotheses }, j) => {
    const given = hypotheses.map((_, k) => scores[row][offsets[j] + k]);
    const listed = hypotheses.map((one, k) => `${signed(given[k])} sur ${dotted(one.id)}`).join(", ");
    const text = `scores de la matrice, ${listed}.`;
    return given.some(Boolean) ? [{ source, target: id, text, locator: "", confidence: "absent" }] : [];
  }));
}

/** The first state of a project: the first future that holds, else the first of all. */
export function firstState(data, state) {
  const [first] = consistentFutures(modelOf(data, []));
  const code = codeOf(data, first ? first.codes : data.issues.map(() => 0));
  return { ...state, choice: code, observed: code, start: code, compared: "", actor: "tous", horizon: "tous", scores: [] };
}

export const FAILED = `Ce fichier ne s’ouvre pas${NBSP}: `;
