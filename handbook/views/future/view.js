// Explorer of a chosen future: hypotheses and levers, several quantities at one horizon. What
// handbook/strategy/futures.py computes is computed here draw for draw; a test holds them equal.

import { explorer, h, pushButton } from "../base/common.js";
import { canvas, dot, isNarrow, legend, nameText, picture, rule } from "../base/chart.js";
import { select, slider } from "../base/controls.js";
import { NBSP, amount, chance, inLetters, joined, number, percent, rounded, withCapital } from "../base/french.js";
import { openNote } from "../base/note.js";
import { centralValues, moved, parameterGroups } from "../base/parameters.js";
import { futureNote, linkTable } from "./note.js";

const WHOLE = 100;
const TOLD = 2; // quantities that the sentence names
const ROW = { height: 37, phone: 58, top: 4, text: 18, bar: 38 };

/** @typedef {{name: string, label: string, unit: string, last: number, date: string, status: string, years: number, low: number | null,
 *   high: number | null, threshold: number | null, digits: number, quantiles: number[]}} Quantity */
/** @typedef {{key: string, driver: string, quantity: string, kind: "additions" | "growth" | "level",
 *   low: number, central: number, high: number, unit: string, confidence: string, passage: string, reason: string}} Link */
/** @typedef {{moved: boolean, reference: number[], future: number[], assumed: number[],
 *   change: number[], share: number, chance: number, before: number}} Outcome */

/** The first `count` primes. @param {number} count */
function primes(count) {
  const found = [];
  for (let candidate = 2; found.length < count; candidate += 1) {
    if (found.every((prime) => candidate % prime)) found.push(candidate);
  }
  return found;
}

/** Points of one dimension of the Kronecker sequence. @param {number} prime @param {number} count */
const points = (prime, count) => Float64Array.from({ length: count }, (_, n) => ((n + 1) * Math.sqrt(prime)) % 1);

/** Values of a law at shares, between its quantiles in a straight line. @param {number[]} law @param {Float64Array} shares */
const lawAt = (law, shares) => shares.map((share) => {
  const place = Math.min(Math.max(share * law.length - 0.5, 0), law.length - 1);
  const below = Math.min(Math.floor(place), law.length - 2);
  return law[below] + (place - below) * (law[below + 1] - law[below]);
});

/** Values of a triangular range at shares. @param {Link} range @param {Float64Array} shares */
function triangular({ low, central, high }, shares) {
  const width = high - low;
  if (width === 0) return shares.map(() => central);
  const mode = (central - low) / width;
  return shares.map((share) => (share < mode
    ? low + Math.sqrt(share * width * (central - low))
    : high - Math.sqrt((1 - share) * width * (high - central))));
}

/** Percentiles, as numpy's linear ones. @param {Float64Array} values @param {number[]} wanted */
function percentiles(values, wanted) {
  const sorted = values.slice().sort();
  return wanted.map((percentage) => {
    const place = (percentage / WHOLE) * (sorted.length - 1);
    const below = Math.min(Math.floor(place), sorted.length - 2);
    return sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]);
  });
}

/** @param {Float64Array} values */
function variance(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}

const KEPT = new WeakMap();

/** What does not depend on the state: draws of the models and of the links. @param {any} data */
function drawn(data) {
  let known = KEPT.get(data);
  if (!known) {
    const sides = [50 - data.level / 2, 50, 50 + data.level / 2];
    const dimensions = primes(data.quantities.length + data.links.length);
    const models = data.quantities.map((/** @type {Quantity} */ one, /** @type {number} */ index) =>
      lawAt(one.quantiles, points(dimensions[index], data.count)));
    const effects = data.links.map((/** @type {Link} */ link, /** @type {number} */ index) =>
      triangular(link, points(dimensions[data.quantities.length + index], data.count)));
    const still = data.quantities.map((/** @type {Quantity} */ one, /** @type {number} */ index) => {
      const plain = displaced(one, models[index], totals(data.count, [], []));
      const middle = percentiles(models[index], [50])[0];
      return { plain, middle: models[index].map(() => middle), reference: percentiles(plain, sides), variance: variance(plain), before: reaching(one, plain) };
    });
    known = { sides, models, effects, still };
    KEPT.set(data, known);
  }
  return known;
}

/** @typedef {{additions: Float64Array, growth: Float64Array, level: Float64Array, grows: boolean}} Total */

/**
 * What acts on a quantity, draw by draw, by kind.
 * @param {number} count @param {{kind: string, weight: number}[]} acting @param {Float64Array[]} effects of those that act
 * @returns {Total}
 */
function totals(count, acting, effects) {
  const total = { additions: new Float64Array(count), growth: new Float64Array(count), level: new Float64Array(count) };
  acting.forEach(({ kind, weight }, index) => {
    const [sum, effect] = [total[kind], effects[index]];
    for (let n = 0; n < count; n += 1) sum[n] += weight * effect[n];
  });
  return { ...total, grows: acting.some(({ kind }) => kind === "growth") };
}

/** A quantity's draws under what acts on it. @param {Quantity} one @param {Float64Array} model @param {Total} total */
function displaced(one, model, { additions, growth, level, grows }) {
  const [low, high] = [one.low ?? -Infinity, one.high ?? Infinity];
  const moved = new Float64Array(model.length);
  for (let n = 0; n < moved.length; n += 1) {
    const gained = (model[n] - one.last) * Math.max(1 + additions[n] / WHOLE, 0);
    const grown = grows ? Math.max(1 + growth[n] / WHOLE, 0) ** one.years : 1;
    moved[n] = Math.min(Math.max((one.last + gained) * grown + level[n], low), high);
  }
  return moved;
}

/** Part of the draws that reach what is promised; none when nothing is. @param {Quantity} one @param {Float64Array} values */
function reaching({ threshold }, values) {
  if (threshold === null) return 0;
  let reached = 0;
  for (let n = 0; n < values.length; n += 1) reached += Number(values[n] >= threshold);
  return reached / values.length;
}

/** By how much a link acts in a state. @param {any} data @param {any} state @param {Link} link */
function weightOf(data, state, link) {
  const lever = data.levers.some(({ name }) => name === link.driver);
  const chosen = data.issues.some(({ name }) => state[name] === link.driver);
  const before = data.issues.some(({ name }) => data.reference[name] === link.driver);
  const dose = lever ? state[link.driver] / WHOLE : Number(chosen) - Number(before);
  return (state[link.key] / WHOLE) * dose;
}

let last = { data: null, state: null, outcomes: /** @type {Outcome[]} */ ([]) };

/** What each quantity would be in a state: words and picture ask for the same one. @param {any} data @param {any} state @returns {Outcome[]} */
export function imagined(data, state) {
  if (last.data !== data || last.state !== state) last = { data, state, outcomes: outcomes(data, state) };
  return last.outcomes;
}

/** @param {any} data @param {any} state @returns {Outcome[]} */
function outcomes(data, state) {
  const { sides, models, effects, still } = drawn(data);
  const weights = data.links.map((/** @type {Link} */ link) => weightOf(data, state, link));
  return data.quantities.map((/** @type {Quantity} */ one, /** @type {number} */ index) => {
    const { plain, middle, reference, variance: model, before } = still[index];
    const places = weights.flatMap((/** @type {number} */ weight, /** @type {number} */ place) =>
      (weight && data.links[place].quantity === one.name ? [place] : []));
    if (!places.length) {
      return { moved: false, reference, future: reference, assumed: [reference[1], reference[1]],
        change: [0, 0, 0], share: 0, chance: before, before };
    }
    const acting = places.map((/** @type {number} */ place) => ({ kind: data.links[place].kind, weight: weights[place] }));
    const own = places.map((/** @type {number} */ place) => effects[place]);
    const total = totals(data.count, acting, own);
    const future = displaced(one, models[index], total);
    const shown = percentiles(future, sides);
    const [low, , high] = percentiles(future.map((value, n) => value - plain[n]), sides);
    const alone = displaced(one, middle, total);
    const assumed = percentiles(alone, [sides[0], sides[2]]);
    const ours = variance(alone);
    return {
      moved: true, reference, future: shown, assumed, change: [low, shown[1] - reference[1], high],
      share: ours + model ? ours / (ours + model) : 0, chance: reaching(one, future), before,
    };
  });
}

const dotted = (/** @type {string} */ name) => `${name[0]}.${name.slice(1)}`;

/** What differs from the reference, as a condition; nothing if nothing does. @param {any} data @param {any} state */
function supposed(data, state) {
  const names = data.issues.filter(({ name }) => state[name] !== data.reference[name]).map(({ name }) => dotted(state[name]));
  const doses = data.levers.filter(({ name }) => state[name])
    .map(({ name, label }) => `${label.toLowerCase()} ${percent(state[name], 0, { sign: true })}`);
  const moved = doses.length ? ` (${joined(doses)})` : "";
  if (!names.length) return moved && `Si les leviers changent${moved}`;
  return `Si l’on retient ${names.length > 1 ? "les hypothèses" : "l’hypothèse"} ${joined(names)}${moved}`;
}

/** What is added to the reference's median, as both are written. @param {Quantity} one @param {Outcome} row */
const added = (one, { reference, future }) =>
  number(rounded(future[1], one.digits) - rounded(reference[1], one.digits), one.digits, { sign: true });

/** The quantities that move, the most first: against what their reference may be. @param {{one: Quantity, row: Outcome}[]} pairs */
function strongest(pairs) {
  const force = ({ row: { reference, change } }) => Math.abs(change[1]) / (reference[2] - reference[0] || 1);
  return pairs.filter(({ row }) => row.moved).sort((a, b) => force(b) - force(a));
}

/** The chance of what is promised, and how far from it the median is. @param {Quantity} one @param {Outcome} row */
function promised(one, { future, chance: share }) {
  if (one.threshold === null) return "–";
  const gap = future[1] - one.threshold;
  const written = number(Math.abs(gap), one.digits);
  const far = written === number(0, one.digits) ? "atteinte" : gap < 0 ? `manque ${written}` : `dépassée de ${written}`;
  return `${chance(share)} (${number(one.threshold, one.digits)}, ${far})`;
}

/**
 * What the page shows in a state.
 * @param {any} data @param {any} state
 */
export function summary(data, state) {
  const rows = imagined(data, state);
  const pairs = data.quantities.map((/** @type {Quantity} */ one, /** @type {number} */ index) => ({ one, row: rows[index] }));
  const chosen = supposed(data, state);
  const movers = strongest(pairs);
  const condition = chosen || "Si les tendances se prolongent";
  const written = (/** @type {Quantity} */ one, /** @type {number} */ value, options = {}) => number(value, one.digits, options);
  const spread = (/** @type {Quantity} */ one, /** @type {number[]} */ [low, middle, high]) =>
    `${written(one, middle)} (${written(one, low)} à ${written(one, high)})`;
  let sentence = "Hypothèses de départ, leviers au repos\u00a0: chaque quantité reste à ce que sa prévision ou sa "
    + "fourchette en dit. Choisissez une hypothèse ou déplacez un levier.";
  if (movers.length) {
    const said = movers.slice(0, TOLD).map(({ one, row }) =>
      `${one.label}, ${amount(row.future[1], one.unit, one.digits)}, soit ${added(one, row)} `
      + `(de ${written(one, row.change[0], { sign: true })} à ${written(one, row.change[2], { sign: true })}).`).join(" ");
    const others = movers.length - TOLD;
    const more = others > 0 ? ` ${withCapital(inLetters(others))} autre${others > 1 ? "s quantités bougent" : " quantité bouge"}${NBSP}: voir le tableau.` : "";
    const still = pairs.filter(({ row }) => !row.moved).map(({ one }) => one.label);
    sentence = `${condition}, en ${data.year}${NBSP}: ${said}${more}${still.length ? ` Rien n’agit sur${NBSP}: ${joined(still)}.` : ""}`;
  } else if (chosen) {
    sentence = `${condition}${NBSP}: aucun lien supposé n’agit, rien ne bouge.`;
  }
  const [{ one: first, row: head }] = pairs;
  const what = data.noun ? `${written(first, head.future[1])} ${data.noun}`
    : `${first.label.toLowerCase()}, ${amount(head.future[1], first.unit, first.digits)}`;
  return {
    title: `${condition}${NBSP}: ${what} en ${data.year}`,
    sentence,
    caption: `En ${data.year}, médiane et intervalle à ${percent(data.level, 0)}`,
    columns: ["Quantité", "Dernier relevé", "Référence", "Votre futur", "Écart", "Part des liens", "Chances de la promesse"],
    rows: pairs.map(({ one, row }) => [
      `${one.label} (${one.unit})`,
      one.date ? `${number(one.last, Math.max(one.digits, 0))} (${one.date})` : "–",
      spread(one, row.reference),
      row.moved ? spread(one, row.future) : "inchangé",
      row.moved ? added(one, row) : "0",
      row.moved ? percent(WHOLE * row.share, 0) : "–",
      promised(one, row),
    ]),
    notes: [...moved(data.parameters, state)],
    sources: data.sources.map((/** @type {{id: string}} */ { id }) => id),
    curves: [],
  };
}

/** One line a quantity, each on its own scale. */
function drawing(data, state, view, width) {
  const rows = imagined(data, state);
  const narrow = isNarrow(width);
  const left = narrow ? 0 : 250;
  const step = narrow ? ROW.phone : ROW.height;
  const svg = canvas(width, rows.length * step + ROW.top, `Chaque quantité en ${data.year}. ${view.sentence}`);
  rows.forEach((row, index) => {
    const one = data.quantities[index];
    const base = ROW.top + index * step;
    const y = base + (narrow ? ROW.bar : 22);
    const shown = [one.last, ...row.reference, ...row.future, ...row.assumed, ...(one.threshold === null ? [] : [one.threshold])];
    const [low, high] = [Math.min(...shown), Math.max(...shown)];
    const [from, to] = [left + 8, width - 8];
    const x = (value) => (high === low ? (from + to) / 2 : from + ((value - low) / (high - low)) * (to - from));
    const bar = (/** @type {string} */ mark, /** @type {number[]} */ [start, end], /** @type {number} */ thick, /** @type {number} */ dy) => h("rect", {
      class: `hx-slice ${mark}`, x: x(start), y: y + dy - thick / 2, width: Math.max(1, x(end) - x(start)), height: thick,
    });
    const said = row.moved ? `${number(row.future[1], one.digits)} ${one.unit} (${added(one, row)})`
      : `${number(row.reference[1], one.digits)} ${one.unit}`;
    svg.append(
      nameText(0, base + (narrow ? ROW.text - 4 : 16), one.label, { "font-weight": row.moved ? 650 : 400 }),
      h("text", { class: "hx-tick", x: narrow ? width : 0, y: base + (narrow ? ROW.text - 4 : 33), "text-anchor": narrow ? "end" : "start" }, said),
      rule(1, { x1: from, x2: to, y1: y, y2: y }),
      bar("hx-before", [row.reference[0], row.reference[2]], 6, -6),
      dot(x(row.reference[1]), y - 6, "hx-before", 4));
    if (row.moved) {
      svg.append(
        bar("hx-model", [row.future[0], row.future[2]], 6, 5),
        bar("hx-assumed", row.assumed, 12, 5),
        dot(x(row.future[1]), y + 5, "hx-s0", 5));
    }
    if (one.threshold !== null) {
      svg.append(h("line", { class: "hx-promise", x1: x(one.threshold), x2: x(one.threshold), y1: y - 14, y2: y + 14 }));
    }
  });
  return svg;
}

const atRest = (/** @type {any} */ { levers }) => Object.fromEntries(levers.map(({ name }) => [name, 0]));

const keys = () => legend([["hx-before", "référence"], ["hx-model", "votre futur"],
  ["hx-assumed", "liens supposés seuls"], ["hx-promise", "promesse"]]);

/** The note of the state that is shown. @param {import("../base/common.js").Whole} view @param {HTMLElement} opener */
function note({ data, current, seen, way }, opener) {
  const [state, view] = [current(), seen()];
  const start = { ...data.reference, ...atRest(data), ...centralValues(data) };
  openNote({
    ...futureNote({
      data, state, view, rows: imagined(data, state), way: way(start), key: keys(),
      acting: data.links.filter((/** @type {Link} */ link) => weightOf(data, state, link)),
      draw: (width) => drawing(data, state, view, width),
    }),
    opener,
  });
}

/** Ready-made choices, the reference first. */
function ways({ data, set }) {
  const rest = atRest(data);
  const offered = [{ label: "Hypothèses de départ", note: "", values: {} }, ...data.options]
    .map((one) => ({ ...one, values: { ...data.reference, ...rest, ...one.values } }));
  const buttons = offered.map(({ label, note, values }) => pushButton(label, () => set(values), { title: note || null }));
  const el = h("div", { class: "hx-control hx-ways", role: "group", "aria-label": "Futurs proposés" }, ...buttons);
  const show = (state) => offered.forEach(({ values }, index) => buttons[index].setAttribute("aria-pressed",
    String(Object.entries(values).every(([key, value]) => state[key] === value))));
  return { el, show };
}

export default explorer({
  name: "future",
  label: "Le futur que vous choisissez",
  summary,
  build(context) {
    const { data } = context;
    const issues = data.issues.map(({ name, title, hypotheses }) => select(context, {
      key: name, legend: title,
      options: hypotheses.map((one) => ({
        value: one.name, label: `${dotted(one.name)} ${one.title}${one.name === data.reference[name] ? " (départ)" : ""}`,
      })),
    }));
    const levers = data.levers.map(({ name, label }) => slider(context, { key: name, legend: label, unit: "%", digits: 0 }));
    const key = h("p", { class: "hx-note hx-legends" }, ...keys());
    const chart = picture((state, view, width) => drawing(data, state, view, width));
    const links = parameterGroups({ ...context, data: { ...data, presets: [] } }, { open: 0 });
    const details = h("details", { class: "hx-links" },
      h("summary", null, "Les liens supposés, à corriger"),
      h("p", { class: "hx-note" }, `Chaque lien est un jugement. À 100${NBSP}%, il vaut la fourchette écrite${NBSP}; à 0, vous n’y croyez pas.`),
      ...links.map(({ el }) => el),
      h("details", { class: "hx-all-links" }, h("summary", null, `Les ${number(data.links.length)} liens en un tableau`), linkTable(data, data.links)));
    // thirty-odd sliders behind a fold are brought up to date when it opens, not at each change
    let seen = { state: /** @type {any} */ (null), view: /** @type {any} */ (null) };
    const refresh = () => { if (seen.state && details.open) links.forEach((part) => part.show(seen.state, seen.view)); };
    details.addEventListener("toggle", refresh);
    return {
      controls: [ways(context), ...issues, ...levers],
      picture: { el: h("div", { class: "hx-future" }, key, chart.el), show: chart.show },
      details: { el: details, show: (state, view) => { seen = { state, view }; refresh(); } },
      buttons: () => {
        const opener = pushButton("Votre futur en deux pages", () => note(context, opener), { title: "Une note à imprimer ou à télécharger" });
        return [opener];
      },
    };
  },
  file(data, state) {
    const rows = imagined(data, state);
    return {
      name: "futur-choisi.csv",
      columns: ["quantité", "unité", "horizon", "dernier relevé", "date du relevé", "référence bas", "référence médiane", "référence haut",
        "futur bas", "futur médiane", "futur haut", "écart bas", "écart médian", "écart haut", "part des liens", "statut"],
      rows: rows.map((row, index) => {
        const one = data.quantities[index];
        return [one.label, one.unit, data.year, one.date ? one.last : null, one.date, ...row.reference, ...row.future, ...row.change, row.share,
          row.moved || one.status === "jugement" ? "Jugement" : "Résultat de modèle"];
      }),
    };
  },
});
