// What the scenario builder says: verdict, reasons and repairs, in the words of handbook.scenarios. A
// test holds the two equal.

import { OPEN, apart, consistentFutures, crossImpacts, effectsOn, everyFuture, lacking, nearestFutures, plausibleShare, standings } from "./balances.js";
import { NARROW, NBSP, inLetters, joined, number, percent, withCapital } from "../base/french.js";

const EDIT = /^(\d+[A-Z])(\d+[A-Z])(-?\d+)$/;
export const MOST_REASONS = 2;
const MOST_REPAIRS = 3;
const IF = "Si l’on suit ces scores";

export const dotted = (id) => `${id.slice(0, -1)}.${id.slice(-1)}`;
export const signed = (n) => (n < 0 ? `\u2212${-n}` : n ? `+${n}` : "0");
export const points = (n) => `${n} point${Math.abs(n) > 1 ? "s" : ""}`;
/** Before a masculine noun. @param {number} n */
export const countedInLetters = (n) => inLetters(n, "aucun");
export const guillemets = (text) => `«${NBSP}${text}${NBSP}»`;
const plural = (n, one, many) => (n > 1 ? many : one);

/** What the code of a future means: `CAAAB-` is one letter an issue, « - » an open one. */
export function codesIn(data, code) {
  return [...code].map((letter, j) =>
    data.issues[j].hypotheses.findIndex((one) => one.letter === letter));
}
export const codeOf = (data, codes) =>
  codes.map((k, j) => (k === OPEN ? "-" : data.issues[j].hypotheses[k].letter)).join("");
export const spaced = (code) => [...code].map((letter) => (letter === "-" ? "?" : letter)).join("-");
export const hypothesisAt = (data, j, k) => data.issues[j].hypotheses[k];
export const quotedTitle = ({ id, title }) =>
  `${dotted(id)} ${guillemets(title.replace(`«${NBSP}`, "“").replace(`${NBSP}»`, "”"))}`;

/** Rows and columns of the hypotheses, by identifier. */
export function placesOf(data) {
  const ids = data.issues.flatMap(({ hypotheses }) => hypotheses.map(({ id }) => id));
  return new Map(ids.map((id, row) => [id, row]));
}

/** The parts of an edit such as `1A3B-2`. */
export function editOf(token) {
  const [, source, target, score] = token.match(EDIT);
  return { source, target, score: Number(score) };
}

const known = new WeakMap();
/** What never changes while a page is open, and the last matrix used. */
function memory(data) {
  if (!known.has(data)) {
    const judgements = new Map(data.judgements.map((one) => [`${one.source}>${one.target}`, one]));
    known.set(data, { places: placesOf(data), judgements, edits: null, model: null });
  }
  return known.get(data);
}

/** The matrix with the reader's scores. */
export function modelOf(data, edits) {
  const kept = memory(data);
  const key = edits.join(" ");
  if (kept.edits !== key) {
    const scores = data.scores.map((row) => [...row]);
    for (const { source, target, score } of edits.map(editOf)) {
      scores[kept.places.get(source)][kept.places.get(target)] = score;
    }
    kept.model = crossImpacts(data.issues.map(({ hypotheses }) => hypotheses.length), scores);
    kept.edits = key;
  }
  return kept.model;
}

export const judgementOf = (data, source, issue) => memory(data).judgements.get(`${source}>${issue}`);

/** Where a judgement was read and how sure it is, as far as it is known. */
export function provenance(data, { locator, confidence }) {
  const known = [locator, data.words.confidence[confidence]].filter(Boolean).join(`${NARROW}; `);
  return known ? ` (${known})` : "";
}

/** Whether a judgement no longer has the scores that its justification argues for. */
export function rescoredBy(data, model, source, j) {
  const row = memory(data).places.get(source);
  return data.issues[j].hypotheses.some((_, k) => {
    const column = model.offsets[j] + k;
    return model.scores[row][column] !== data.scores[row][column];
  });
}

/** Share of the plausible matrices in which a future holds; null when no error is given. */
export function holdingShare(data, model, codes) {
  if (!data.noise.none) return null;
  const rows = [...memory(data).places.keys()];
  return plausibleShare(model, codes, (row, j) => {
    const own = row >= model.offsets[j] && row < model.offsets[j] + model.sizes[j];
    const judgement = judgementOf(data, rows[row], data.issues[j].id);
    return data.noise[own ? "none" : judgement?.confidence ?? "absent"];
  });
}

const shareText = (share) => {
  if (share === null) return "";
  if (share < 0.005) return `moins de 1${NARROW}%`;
  return percent(100 * share, 0);
};

/** « Ce futur tient… » */
export function verdictText(data, all) {
  const failing = all.map(lacking).flatMap((value, j) => (value > 0 ? [{ j, value }] : []));
  if (failing.length) {
    const worst = failing.reduce((most, one) => (one.value > most.value ? one : most));
    const many = failing.length > 1
      ? `${countedInLetters(failing.length)} enjeux ne tiennent pas` : "un enjeu ne tient pas";
    return `Ce futur ne tient pas${NBSP}: ${many}, le plus tendu étant `
      + `${guillemets(data.issues[worst.j].short)}, auquel il manque ${points(worst.value)}.`;
  }
  const least = Math.min(...all.map(({ lead }) => lead));
  if (least > 0) {
    return `Ce futur tient${NBSP}: chaque hypothèse est la mieux soutenue, avec au moins `
      + `${points(least)} d’avance.`;
  }
  const tied = data.issues.filter((_, j) => all[j].lead === 0).map(({ short }) => guillemets(short));
  return "Ce futur tient, mais de justesse\u00a0: une autre hypothèse serait aussi bien "
    + `soutenue sur ${joined(tied)}.`;
}

/** Why each issue that does not hold does not, the most lacking first. */
function reasonsFor(data, model, codes, all) {
  const failing = all.flatMap((one, j) => {
    if (lacking(one) === 0) return [];
    const against = effectsOn(model, codes, j, one).filter(({ effect }) => effect < 0)
      .sort((a, b) => a.effect - b.effect).slice(0, MOST_REASONS);
    return against.length ? [{ ...one, j, against }] : [];
  });
  failing.sort((a, b) => lacking(b) - lacking(a) || a.against[0].effect - b.against[0].effect);
  return failing.map(({ j, own, rival, received, lead, against }) => {
    const issue = data.issues[j];
    const lines = against.map(({ source, effect }) => {
      const from = hypothesisAt(data, source, codes[source]);
      const judgement = judgementOf(data, from.id, issue.id);
      const edited = !judgement || rescoredBy(data, model, from.id, j);
      const text = edited
        ? `Un score modifié de ${dotted(from.id)} s’y oppose.`
        : `${dotted(from.id)}${NBSP}: ${judgement.text}${provenance(data, judgement)}`;
      return { source: from.id, issue: issue.id, effect, text };
    });
    const opening = `${guillemets(issue.short)}${NBSP}: ${quotedTitle(issue.hypotheses[rival])} serait `
      + `mieux soutenue que ${dotted(issue.hypotheses[own].id)} (${signed(received[rival])} contre `
      + `${signed(received[own])}).`;
    return { j, lead, opening, lines };
  });
}

/** Consistent futures to move to, the fewest changes first, with the sentence of each. */
function repairsFor(data, model, codes) {
  return nearestFutures(model, codes).slice(0, MOST_REPAIRS).map((future) => {
    const moved = future.codes.flatMap((k, j) => (codes[j] === OPEN || codes[j] === k ? [] : [j]));
    const moves = moved.map((j) =>
      `${dotted(hypothesisAt(data, j, codes[j]).id)} par ${quotedTitle(hypothesisAt(data, j, future.codes[j]))}`);
    const text = `En changeant ${countedInLetters(moved.length)} enjeu${moved.length > 1 ? "x" : ""}${NBSP}: remplacer ${joined(moves)}.`;
    return { code: codeOf(data, future.codes), distance: future.distance, text };
  });
}

/** The table of the issues. */
function tableRows(data, all) {
  return data.issues.map(({ short, hypotheses }, j) => {
    const { own, rival, received, lead } = all[j];
    const best = `${dotted(hypotheses[rival].id)} (${signed(received[rival])})`;
    const head = `${j + 1}. ${short}`;
    if (own === OPEN) return [head, "je ne sais pas", "–", best, "ouvert"];
    return [head, quotedTitle(hypotheses[own]), signed(received[own]), best, standing(lead)];
  });
}

/** « tient, 2 points d’avance » */
export function standing(lead) {
  if (lead === null) return "ouvert";
  if (lead === 0) return "tient à égalité";
  return lead > 0 ? `tient, ${points(lead)} d’avance` : `ne tient pas, il manque ${points(-lead)}`;
}

/** Title and verdict of a whole future. */
export function judged(data, model, code) {
  const codes = codesIn(data, code);
  const all = standings(model, codes);
  const failing = all.filter((one) => lacking(one) > 0).length;
  const tied = all.some(({ lead }) => lead === 0);
  const share = holdingShare(data, model, codes);
  const brief = failing
    ? `ne tient pas sur ${countedInLetters(failing)} enjeu${failing > 1 ? "x" : ""}`
    : `tient${tied ? ", de justesse" : ""}`;
  return { codes, all, failing, tied, share, brief, shareText: shareText(share) };
}

/** What is said while issues are left open. */
function openReading(data, model, codes, all) {
  const open = codes.filter((code) => code === OPEN).length;
  const near = nearestFutures(model, codes);
  const fitting = near.filter(({ distance }) => distance === 0);
  const n = fitting.length;
  const futures = `${countedInLetters(n)} ${plural(n, "futur qui tient", "futurs qui tiennent")} `;
  const possible = `${countedInLetters(n)} ${plural(n, "futur possible", "futurs possibles")}`;
  const left = open === codes.length
    ? `Aucun enjeu n’est tranché${NBSP}: `
    : `${withCapital(countedInLetters(open))} ${plural(open, "enjeu reste ouvert", "enjeux restent ouverts")}${NBSP}: `;
  const contain = n > 1 ? "contiennent" : n ? "contient" : "ne contient";
  const end = open === codes.length
    ? `${futures}${n > 1 ? "restent possibles" : n ? "reste possible" : "n’existe avec ces scores"}.`
    : `${futures}${contain} vos réponses.`;
  const names = fitting.map((future) => spaced(codeOf(data, future.codes)));
  const notes = n ? [`${plural(n, "Futur possible", "Futurs possibles")}${NBSP}: ${joined(names)}.`]
    : repairsFor(data, model, codes).map(({ text }) => text);
  return {
    title: `${IF}, ${spaced(codeOf(data, codes))}${NBSP}: ${possible}`,
    sentence: left + end,
    notes,
    fitting: fitting.map((future) => codeOf(data, future.codes)),
    all, share: null, shareText: "", reasons: [],
    repairs: n ? [] : repairsFor(data, model, codes),
  };
}

function wholeReading(data, model, code) {
  const one = judged(data, model, code);
  const reasons = reasonsFor(data, model, one.codes, one.all);
  const repairs = one.failing ? repairsFor(data, model, one.codes) : [];
  const still = one.failing ? "tiendrait" : "tient encore";
  const repaired = one.failing
    ? (repairs.length ? repairs.map(({ text }) => text)
      : [`Aucun futur ne tient avec ces scores${NBSP}: aucune réparation possible.`])
    : [`Rien à changer${NBSP}: ce futur tient déjà.`];
  return {
    title: `${IF}, ${spaced(code)} ${one.brief}`,
    sentence: verdictText(data, one.all) + (one.share === null ? "" : " Compte tenu du doute sur chaque score, "
      + `il ${still} dans ${one.shareText} des jeux de scores plausibles.`),
    notes: [...reasons.map(({ opening, lines }) => [opening, ...lines.map(({ text }) => text)].join(" ")), ...repaired],
    all: one.all, share: one.share, shareText: one.shareText, failing: one.failing, tied: one.tied, reasons, repairs, fitting: [],
  };
}

/**
 * What the view says in a state; Python's `summary` gives the same words.
 * @param {any} data
 * @param {{choice: string, scores: string[]}} state
 */
export function reading(data, state) {
  const model = modelOf(data, state.scores);
  const codes = codesIn(data, state.choice);
  const open = codes.includes(OPEN);
  const said = open ? openReading(data, model, codes, standings(model, codes)) : wholeReading(data, model, state.choice);
  const n = state.scores.length;
  const edited = n ? ` Vous avez modifié ${countedInLetters(n)} ${plural(n, "score", "scores")}.` : "";
  return {
    ...said,
    sentence: said.sentence + edited,
    caption: "Soutien que chaque hypothèse reçoit des autres choix",
    columns: ["Enjeu", "Hypothèse choisie", "Soutien", "Meilleure rivale", "Verdict"],
    rows: tableRows(data, said.all),
    sources: data.sources.map(({ id }) => id),
    model, codes, open,
  };
}

/**
 * How far from holding the readings of the first situation are: what is written of it is kept, what
 * is not takes every hypothesis in turn. Nothing when all is known, or nothing, or none holds.
 */
export function readingsSaid(data, state) {
  const model = modelOf(data, state.scores);
  const seen = codesIn(data, state.observed).map((k, j) => (data.settings[j].written ? k : OPEN));
  const [left, total] = [seen.filter((k) => k === OPEN).length, seen.length];
  const goals = consistentFutures(model);
  if (!left || left === total || !goals.length) return "";
  const changes = everyFuture(model)
    .filter(({ codes }) => codes.every((k, j) => seen[j] === OPEN || seen[j] === k))
    .map(({ codes }) => Math.min(...goals.map((goal) => apart(codes, goal.codes))));
  const [holding, near] = [0, 1].map((n) => changes.filter((one) => one === n).length);
  return `${withCapital(countedInLetters(left))} enjeu${left > 1 ? "x" : ""} sur ${countedInLetters(total)} ne `
    + `${left > 1 ? "sont" : "est"} pas écrit${left > 1 ? "s" : ""}${NBSP}: ${number(changes.length)} lectures sont `
    + `possibles. ${withCapital(countedInLetters(holding))} ${holding > 1 ? "tiennent" : "tient"}${NARROW}; ${countedInLetters(near)} `
    + `${near > 1 ? "sont" : "est"} à un changement d’un futur qui tient, et la plus éloignée à `
    + `${countedInLetters(Math.max(...changes))}.`;
}

/** Futures to start from: observed, illustrated target, and the consistent ones by family. */
export function presetsOf(data, state) {
  const consistent = consistentFutures(modelOf(data, state.scores));
  return {
    settings: [
      { code: state.observed, label: data.words.observed },
      ...(data.target ? [{ code: data.target, label: data.words.target }] : []),
    ],
    families: data.issues[0].hypotheses.map(({ title }, k) => ({
      title,
      codes: consistent.filter(({ codes }) => codes[0] === k).map(({ codes }) => codeOf(data, codes)),
    })).filter(({ codes }) => codes.length),
  };
}

/** Issues on which a future differs from another, by rank. */
export function differencesBetween(data, choice, other) {
  return data.issues.flatMap((issue, j) => (choice[j] === other[j] ? [] : [{ issue, j, from: other[j], to: choice[j] }]));
}

export const distanceBetween = (data, first, second) => apart(codesIn(data, first), codesIn(data, second));
