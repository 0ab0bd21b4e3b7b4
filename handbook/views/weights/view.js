// Explorer of a benchmark: weights, methods, directions and ratings in; rank intervals out.
// `liveRanks` repeats handbook.benchmarking.live.live_ranks and `summary` repeats
// view.py, with the same numbers; tests hold them equal.

import { canvas, nameText, picture, rule, textWidth, tickText, wrapped } from "../base/chart.js";
import { explorer, h } from "../base/common.js";
import { checkList, radioGroup } from "../base/controls.js";
import { NARROW, NBSP, inLetters, joined, of, percent, withCapital } from "../base/french.js";

const LEVEL = 5; // weight of a criterion that nobody moved
const MOST = 10;
const BOTH = "toutes";
const NONE_SHOWN = "Aucune ligne affichée";

const sortable = (text) => text.normalize("NFD").replace(/[^\x00-\x7f]/g, "").toLowerCase();
const byName = (a, b) => (a < b ? -1 : Number(a > b));

const alphabetical = (pairs) => [...pairs].sort(([, a], [, b]) => byName(sortable(a), sortable(b)));

/** Weights around the reader's: one row a draw, the first one being the reader's own. */
function drawnWeights({ steps, draws, spread }, reader) {
  return Array.from({ length: draws }, (_, k) => {
    const drawn = reader.map((weight, q) => {
      const place = 0.5 + k * steps[q];
      return weight * (1 + spread * (2 * (place - Math.floor(place)) - 1));
    });
    const total = drawn.reduce((sum, weight) => sum + weight, 0);
    return drawn.map((weight) => weight / total);
  });
}

/** The cells of a table in the directions asked for, ready for a weighted mean. */
function cellsOf(table, turned, geometric) {
  const side = (end) => table.given[end].map((row, i) =>
    row.map((value, q) => {
      const cell = turned[q] ? table.reversed[end][i][q] : value;
      return geometric ? Math.log(cell) : cell;
    }));
  return { low: side("low"), high: side("high") };
}

const weighted = (row, weights) => row.reduce((sum, value, q) => sum + value * weights[q], 0);

/** Best and worst rank of every unit from the bounds of their scores: ties for, then against. */
function rankBounds(lower, upper, tolerance) {
  const best = lower.map((_, i) => 1 + lower.filter((other) => other > upper[i] + tolerance).length);
  const worst = upper.map((_, i) => upper.filter((other) => other >= lower[i] - tolerance).length);
  return { best, worst };
}

function quantile(ranks, share) {
  const sorted = Int32Array.from(ranks).sort();
  return sorted[Math.max(1, Math.ceil(share * sorted.length - 1e-9)) - 1];
}

/**
 * Rank intervals, as live_ranks computes them.
 * @param {any} live the payload
 * @param {number[]} reader weights
 * @param {string[]} normalise @param {string[]} aggregate the first of each gives the headline
 * @param {boolean[]} turned by indicator
 * @returns {number[][]} by unit: best, worst, lower, upper
 */
export function liveRanks(live, reader, normalise, aggregate, turned) {
  const drawn = drawnWeights(live, reader);
  const bests = live.units.map(() => []);
  const worsts = live.units.map(() => []);
  for (const method of normalise) {
    for (const way of aggregate) {
      const geometric = way === "geometric";
      const { low, high } = cellsOf(live.tables[geometric ? live.geometric[method] : method], turned, geometric);
      for (const weights of drawn) {
        const lower = low.map((row) => weighted(row, weights));
        const upper = high.map((row) => weighted(row, weights));
        const { best, worst } = rankBounds(lower, upper, live.tolerance);
        best.forEach((rank, i) => bests[i].push(rank));
        worst.forEach((rank, i) => worsts[i].push(rank));
      }
    }
  }
  return live.units.map((_, i) => [
    bests[i][0], worsts[i][0], quantile(bests[i], live.tail), quantile(worsts[i], 1 - live.tail),
  ]);
}

const chosen = (value, offered) => (value === BOTH ? Object.keys(offered).filter((name) => name !== BOTH) : [value]);

/** `["a.8", "b.0"]` as a map; given twice, the last counts. */
const tokens = (list) => new Map(list.map((token) => {
  const cut = token.lastIndexOf(".");
  return [token.slice(0, cut), Number(token.slice(cut + 1))];
}));

function readerWeights(data, state) {
  const moved = tokens(state.weights);
  return data.criteria.map(([id]) => moved.get(id) ?? LEVEL);
}

/** The payload with the reader's cells: low and high become the level chosen. */
function filled(data, state) {
  const cells = tokens(state.cells ?? []);
  if (!cells.size) return data.live;
  const ids = data.criteria.map(([id]) => id);
  const live = structuredClone(data.live);
  for (const [place, level] of cells) {
    const [unit, id] = place.split(".");
    const [row, column] = [live.units.indexOf(unit), ids.indexOf(id)];
    for (const { given, reversed } of Object.values(live.tables)) {
      given.low[row][column] = given.high[row][column] = level;
      reversed.low[row][column] = reversed.high[row][column] = 1 + data.levels.length - level;
    }
  }
  return live;
}

const span = (first, last) => (first === last ? String(first) : `${first} à ${last}`);

/** How many cells are known, and how many orders of two units are certain. */
function known(data, state, live, weights) {
  const { low, high } = live.tables.scale.given;
  const cells = low.flatMap((row, i) => row.map((value, q) => value === high[i][q]));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const lower = low.map((row) => weighted(row, weights) / total);
  const upper = high.map((row) => weighted(row, weights) / total);
  const sure = lower.flatMap((one, i) => upper.filter((other, j) => i !== j && one > other + live.tolerance));
  return `Cases connues exactement${NBSP}: ${cells.filter(Boolean).length} sur ${cells.length}${NARROW}; `
    + `couples ${of(data.noun.many)} dont l’ordre est certain avec vos poids et la moyenne arithmétique`
    + `${NBSP}: ${sure.length}.`;
}

function notes(data, state, live, weights) {
  const mute = data.criteria.filter((_, q) => weights[q] === 0).map(([, label]) => label);
  const turned = data.criteria.filter(([id]) => state.reversed?.includes(id)).map(([, , , text]) => text);
  return [
    ...(mute.length ? [`Sans poids${NBSP}: ${joined(mute)}.`] : []),
    ...(turned.length ? [`Sens inversé, compte désormais en plus${NBSP}: ${joined(turned)}.`] : []),
    ...(data.levels.length ? [known(data, state, live, weights)] : []),
  ];
}

function wording(data, ranks, names, size) {
  const [code, subject] = data.focus;
  const [best, worst, lower, upper] = ranks.get(code);
  const at = best === worst ? `le rang ${best}` : `entre les rangs ${best} et ${worst}`;
  const moves = lower === upper ? `reste au rang ${lower}` : `va du rang ${lower} au rang ${upper}`;
  const spread = percent(100 * data.live.spread);
  const first = [...ranks].filter(([, rank]) => rank[2] === 1).map(([one]) => names.get(one))
    .sort((a, b) => byName(sortable(a), sortable(b)));
  const some = first.length === 1 ? "une seule possibilité" : `${inLetters(first.length)} possibilités`;
  const leaders = first.length === size
    ? `Le premier rang est possible pour les ${size} ${data.noun.many}.`
    : `Au premier rang, ${some}${NBSP}: ${joined(first)}.`;
  return {
    title: `Si l’on suit vos poids, ${lower === upper ? `rang ${lower} sur ${size} pour ${subject}`
      : `aucun rang sûr pour ${subject}${NBSP}: de ${lower} à ${upper} sur ${size}`}`,
    sentence: `Si chaque poids varie de plus ou moins ${spread}, et selon les méthodes choisies, `
      + `${subject} ${moves} sur ${size}${NARROW}; avec vos poids tels quels, ${at}. ${leaders}`,
  };
}

/**
 * What the page shows in a state.
 * @param {any} data @param {any} state
 */
export function summary(data, state) {
  const sources = data.sources.map(({ id }) => id);
  const { noun } = data;
  const size = data.units.length;
  const columns = [withCapital(noun.one), "Rang avec vos poids", "Intervalle des rangs"];
  const base = { caption: `Rang parmi ${size} ${noun.many}`, columns, rows: [], notes: [], sources, curves: [] };
  const weights = readerWeights(data, state);
  if (!weights.some((weight) => weight > 0)) {
    return {
      ...base,
      title: "Aucun critère ne pèse",
      sentence: `Tous les poids sont à zéro. Donnez du poids à un critère pour classer les ${noun.many}.`,
    };
  }
  const live = filled(data, state);
  const found = liveRanks(
    live, weights, chosen(state.normalise, data.normalisations), chosen(state.aggregate, data.aggregations),
    data.criteria.map(([id]) => Boolean(state.reversed?.includes(id))),
  );
  const names = new Map(data.units);
  const ranks = new Map(live.units.map((code, i) => [code, found[i]]));
  const order = [...ranks.keys()].sort((a, b) => {
    const at = ranks.get(a).findIndex((rank, i) => rank !== ranks.get(b)[i]);
    return at < 0 ? byName(sortable(names.get(a)), sortable(names.get(b))) : ranks.get(a)[at] - ranks.get(b)[at];
  });
  const shown = order.filter((code) => state.shown.includes(code));
  return {
    ...base,
    ...(shown.length ? wording(data, ranks, names, size)
      : { title: NONE_SHOWN, sentence: `Choisissez des ${noun.many} à afficher.` }),
    rows: shown.map((code) => [names.get(code), span(...ranks.get(code).slice(0, 2)), span(...ranks.get(code).slice(2))]),
    notes: notes(data, state, live, weights),
    curves: shown.map((code) => ({ code, points: ranks.get(code) })),
  };
}

/** A weight: a named native slider and its value in words. */
function weightSlider({ set }, [id, label, counts], current) {
  const range = h("input", {
    type: "range", min: 0, max: MOST, step: 1, "aria-label": `Poids${NBSP}: ${label}`,
    oninput: () => {
      const moved = new Map(tokens(current().weights)).set(id, Number(range.value));
      set({ weights: [...moved].filter(([, level]) => level !== LEVEL).map(([one, level]) => `${one}.${level}`) });
    },
  });
  const value = h("span", { class: "hx-count", "aria-hidden": "true" });
  const el = h("div", { class: "hx-control hx-slider", "data-key": id },
    h("span", { class: "hx-legend", "aria-hidden": "true" }, counts ? `${label} (${counts})` : label), range, value);
  const show = (state) => {
    const level = tokens(state.weights).get(id) ?? LEVEL;
    range.value = String(level);
    range.setAttribute("aria-valuetext", `${level} sur ${MOST}`);
    value.textContent = `${level} sur ${MOST}`;
  };
  return { el, show };
}

/** Parts under a summary that folds them, open where there is room. */
function folded(legend, parts, key) {
  const box = h("div", { role: "group", "aria-label": legend }, ...parts.map((part) => part.el));
  Object.assign(box.style, {
    display: "grid", gap: "0.7rem 1.5rem", alignItems: "end",
    gridTemplateColumns: "repeat(auto-fill, minmax(min(100%, 13rem), 1fr))",
  });
  const el = h("details", { class: "hx-control hx-checks", "data-key": key, open: innerWidth >= 600 },
    h("summary", null, h("span", { class: "hx-legend" }, legend)), box);
  return { el, show: (state, view) => parts.forEach((part) => part.show(state, view)) };
}

/** Fill the cells of one unit at a time. */
function ratings({ data, set }, current) {
  let unit = data.focus[0];
  const text = (value) => data.levels[value - 1];
  const read = (row, column) => {
    const { low, high } = data.live.tables.scale.given;
    const [least, most] = [low[row][column], high[row][column]];
    if (least === most) return `Lu dans le texte${NBSP}: ${text(least)}`;
    return most - least === data.levels.length - 1 ? "Illisible" : `Lu${NBSP}: de ${text(least)} à ${text(most)}`;
  };
  const boxes = data.criteria.map(([id, label]) => {
    const plain = h("option", { value: "" });
    const box = h("select", {
      onchange: () => {
        const cells = new Map(tokens(current().cells));
        cells.delete(`${unit}.${id}`);
        if (box.value) cells.set(`${unit}.${id}`, Number(box.value));
        set({ cells: [...cells].map(([place, level]) => `${place}.${level}`) });
      },
    }, plain, ...data.levels.map((level, at) => h("option", { value: at + 1 }, `Hypothèse${NBSP}: ${level}`)));
    return { id, box, plain, el: h("label", { class: "hx-control hx-select" }, h("span", { class: "hx-legend" }, label), box) };
  });
  const units = h("select", { onchange: () => { unit = units.value; show(current()); } },
    ...alphabetical(data.units).map(([code, name]) => h("option", { value: code }, name)));
  const show = (state) => {
    const cells = tokens(state.cells);
    const row = data.live.units.indexOf(unit);
    units.value = unit;
    boxes.forEach(({ id, box, plain }, column) => {
      plain.textContent = read(row, column);
      box.value = String(cells.get(`${unit}.${id}`) ?? "");
    });
  };
  const one = { el: h("label", { class: "hx-control hx-select" }, h("span", { class: "hx-legend" }, `${withCapital(data.noun.one)} à compléter`), units), show: () => {} };
  const all = folded("Vos hypothèses, case par case", [one, ...boxes.map(({ el }) => ({ el, show: () => {} }))], "cells");
  return { el: all.el, show };
}

const ROW = 24; // px
const TALL = 30; // where a name takes two lines
const TOP = 26;
const LINE = 14;
const NAME = 21; // characters of a name on a line

/** One row a unit: the interval as a bar, the rank with the reader's weights as a mark. */
function drawing(data, { curves, sentence, caption }, box) {
  if (!curves.length) return h("p", { class: "hx-empty" }, sentence);
  const names = new Map(data.units);
  const size = data.units.length;
  const width = Math.max(280, box);
  const bare = new Map(curves.map(({ code }) => [code, wrapped(names.get(code).replace(/ \(.*\)$/, ""), NAME)]));
  const left = Math.min(4 + Math.max(...[...bare.values()].flat().map(textWidth)), width * 0.45);
  const x = (rank) => left + 14 + ((rank - 1) * (width - left - 30)) / (size - 1 || 1);
  const row = [...bare.values()].some((lines) => lines.length > 1) ? TALL : ROW;
  const height = TOP + row * curves.length + 6;
  const every = Math.ceil(size / Math.max(2, Math.floor((width - left) / 22)));
  const ranks = Array.from({ length: size }, (_, at) => at + 1).filter((rank) => (rank - 1) % every === 0);
  const svg = canvas(width, height, `${caption}${NBSP}: rang avec vos poids et intervalle. Les mêmes valeurs sont dans le tableau qui suit.`);
  const bar = (mark, y, [from, to], half, more) =>
    h("rect", { class: `hx-dot ${mark}`, x: x(from) - half, y: y - half, rx: half, width: x(to) - x(from) + 2 * half, height: 2 * half, ...more });
  svg.append(
    ...ranks.flatMap((rank) => [rule(rank, { x1: x(rank), x2: x(rank), y1: TOP - 6, y2: height }), tickText(x(rank), 12, String(rank))]),
    ...curves.flatMap(({ code, points: [best, worst, lower, upper] }, at) => {
      const y = TOP + row * at + row / 2;
      const first = code === data.focus[0];
      const mark = first ? "hx-s1" : "hx-s0";
      return [
        ...bare.get(code).map((line, n, lines) => nameText(left, y + 4 + LINE * (n - (lines.length - 1) / 2), line,
          { "text-anchor": "end", "font-weight": first ? 700 : 400 })),
        bar(mark, y, [lower, upper], 7, { opacity: 0.35 }),
        bar(mark, y, [best, worst], 5, {}),
      ];
    }));
  return svg;
}

const pairs = (offered) => Object.entries(offered).map(([value, label]) => ({ value, label: withCapital(label) }));

const ranking = explorer({
  name: "weights",
  label: "Classement",
  summary,
  build(context) {
    const { data } = context;
    let state = null;
    const current = () => state;
    const keep = { el: document.createComment("state"), show: (now) => { state = now; } };
    const several = (key, legend, offered) =>
      (Object.keys(offered).length > 1 ? [radioGroup(context, { key, legend, options: pairs(offered) })] : []);
    const contested = data.criteria.filter(([, , , turned]) => turned);
    return {
      controls: [
        keep,
        ...(data.levels.length ? [ratings(context, current)] : []),
        folded("Poids de chaque critère", data.criteria.map((one) => weightSlider(context, one, current)), "weights"),
        ...(contested.length ? [checkList(context, {
          key: "reversed", legend: "Inverser le sens, pour compter en plus",
          options: contested.map(([id, , , turned]) => ({ value: id, label: withCapital(turned) })),
          counted: (n) => (n > 1 ? `${n} inversés` : `${n} inversé`),
        })] : []),
        ...several("normalise", "Échelle commune", data.normalisations),
        ...several("aggregate", "Moyenne", data.aggregations),
        checkList(context, {
          key: "shown", legend: "Lignes affichées",
          options: alphabetical(data.units).map(([value, label]) => ({ value, label })),
          counted: (n) => (n > 1 ? `${n} affichées` : `${n} affichée`),
        }),
      ],
      picture: picture((_, view, width) => drawing(data, view, width)),
    };
  },
  file(data, state, view) {
    const names = new Map(data.units);
    const weights = readerWeights(data, state);
    const settings = [
      data.criteria.map(([, label], q) => `${label} ${weights[q]}`).join(", "),
      data.normalisations[state.normalise], data.aggregations[state.aggregate],
      (state.reversed ?? []).join(", "), (state.cells ?? []).join(", "),
    ];
    return {
      name: "classement.csv",
      columns: ["code", data.noun.one, "rang au mieux", "rang au pire", "intervalle, début", "intervalle, fin",
        "poids", "échelle", "moyenne", "sens inversés", "cases supposées"],
      rows: view.curves.map(({ code, points }) => [code, names.get(code), ...points, ...settings]),
    };
  },
});

export default {
  /** @param {any} host */
  render(host) {
    const done = ranking.render(host);
    // several views may share a page: each is named by what it ranks
    host.el.querySelector("section").setAttribute("aria-label", host.model.get("data").label);
    return done;
  },
};
