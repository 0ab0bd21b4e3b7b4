// Explorer of stated assumptions: the forecast stays as it is, the reader's assumption is laid over
// it. `summary` says what view.py says; a test holds them equal.

import { explorer, followWidth, h } from "../base/common.js";
import { radioGroup, slider, yearSlider } from "../base/controls.js";
import { ticks } from "../base/chart.js";
import { NARROW, NBSP, number, percent, period, withCapital } from "../base/french.js";

const FREE = "aucun";
const PAD = { top: 30, right: 14, bottom: 28 };
const LETTER = 7.1; // mean width of a character, px
const KEYS = ["msp", "cpts"];

const stamp = (iso) => Date.parse(`${iso}T00:00:00Z`);
const dayNumber = (iso) => stamp(iso) / 86_400_000;
const of = (noun) => ("aeiouéèê".includes(noun[0]) ? `d’${noun}` : `de ${noun}`);
const tens = (value) => Math.floor(value / 10 + 0.5) * 10;
const pathOf = (data, state) => data.paths.find(({ id }) => id === state.path);
const startDay = (state) => `${state.start - 1}-12-31`;

/** A column of the path at a day, read on a straight line between its points. */
function held(told, column, day) {
  const [iso, value] = told.observed[told.observed.length - 1];
  const known = [[iso, value, value, value], ...told.points];
  if (day <= iso) return value;
  for (let rank = 1; rank < known.length; rank += 1) {
    const [before, after] = [known[rank - 1], known[rank]];
    if (day <= after[0]) {
      const part = (dayNumber(day) - dayNumber(before[0])) / (dayNumber(after[0]) - dayNumber(before[0]));
      return before[column] + (after[column] - before[column]) * part;
    }
  }
  return known[known.length - 1][column];
}

/** The points of a path once the assumption is laid over it. */
function supposed(told, amount, day) {
  const edges = [1, 2, 3].map((column) => held(told, column, day));
  const share = amount / 100;
  return told.points.map(([iso, ...values]) => {
    const late = iso > day;
    let added = values.map((value, rank) => (late ? share * (value - edges[rank]) : 0));
    if (told.kind === "model") added = [added[0], added[0], added[0]];
    return [iso, ...values.map((value, rank) => value + added[rank])];
  });
}

/** The future named, when the two amounts are still its own. */
function kept(data, state) {
  const found = data.futures.find(({ id }) => id === state.future);
  return found && KEYS.every((key) => found.amounts[key] === state[key]) ? found : null;
}

function condition(data, state) {
  const future = kept(data, state);
  if (future) return `si «${NBSP}${future.label}${NBSP}»`;
  return state[state.path] !== 0 ? "avec vos réglages" : "sans hypothèse";
}

function supposition(data, told, state) {
  const future = kept(data, state);
  const amount = state[state.path];
  const named = future ? ` («${NBSP}${future.label}${NBSP}»)` : "";
  if (amount === 0) return `Hypothèse du lecteur${named}${NBSP}: les ${told.added} ne changent pas.`;
  return `Hypothèse du lecteur${named}${NBSP}: ${percent(amount, 0, { sign: true })} ${of(told.added)} à partir de ${state.start}.`;
}

function remarks(data, told, state) {
  const notes = [];
  const future = kept(data, state);
  if (future) notes.push(`Ce que suppose cette valeur${NBSP}: ${future.reasons[told.id]}`);
  else if (state.future !== FREE) notes.push("Les réglages ne sont plus ceux du futur choisi.");
  const last = told.points[told.points.length - 1][0];
  if (startDay(state) >= last && state[told.id] !== 0) {
    notes.push(`L’hypothèse commence après la dernière date montrée${NBSP}: rien ne change.`);
  }
  if (told.caveat) notes.push(told.caveat);
  return notes;
}

/**
 * What the page shows in a state: the finding, the sentence, the figures, the path.
 * @param {any} data
 * @param {{path: string, future: string, msp: number, cpts: number, start: number}} state
 */
export function summary(data, state) {
  const told = pathOf(data, state);
  const amount = state[state.path];
  const moved = supposed(told, amount, startDay(state));
  const { points } = told;
  const [iso, mean] = points[points.length - 1];
  const [central, low, high] = moved[moved.length - 1].slice(1).map(tens);
  const base = tens(mean);
  const then = period(iso);
  return {
    title: `${told.label}${NBSP}: ${number(central)} ${then} ${condition(data, state)}`
      + (amount === 0 ? "" : `, ${number(base)} sans cette hypothèse`),
    sentence: `${supposition(data, told, state)} ${withCapital(then)}, il y aurait ${number(central)}${NBSP}${told.noun}, `
      + `de ${number(low)} à ${number(high)} (${told.band})${NARROW}; sans l’hypothèse, ${number(base)}.`,
    caption: `${told.label}${NBSP}: prolongement sans et avec l’hypothèse, ${told.band}`,
    columns: ["Date", "Sans", "Avec", "Au moins", "Au plus"],
    rows: points.flatMap((point, rank) => (point[0].endsWith("12-31")
      ? [[withCapital(period(point[0])), ...[point[1], ...moved[rank].slice(1)].map((value) => number(tens(value)))]]
      : [])),
    notes: remarks(data, told, state),
    sources: told.sources,
    curves: [{ code: told.id, points: moved }],
  };
}

/** Observed, forecast and assumption: redrawn when the state or the width changes. */
function board({ data }) {
  const plot = h("div", { class: "hx-plot" });
  const el = h("div", { class: "hx-picture hx-chart" }, plot);
  let state = null;
  let view = null;
  const draw = () => plot.replaceChildren(laidOut(data, state, view, el.clientWidth || 640));
  followWidth(el, () => { if (state) draw(); });
  const show = (next, said) => {
    state = next;
    view = said;
    draw();
  };
  return { el, show };
}

function laidOut(data, state, view, width) {
  const told = pathOf(data, state);
  const amount = state[state.path];
  const narrow = width < 480;
  const height = narrow ? 300 : 350;
  const floor = height - PAD.bottom;
  const last = told.observed[told.observed.length - 1];
  const from = [last[0], last[1], last[1], last[1]];
  const base = [from, ...told.points];
  const moved = [from, ...view.curves[0].points];
  const tallest = Math.max(...told.observed.map(([, value]) => value), ...base.map((p) => p[3]), ...moved.map((p) => p[3]));
  const marks = ticks(0, tallest, 5);
  const high = marks[marks.length - 1];
  const left = Math.max(...marks.map((value) => number(value).length)) * LETTER + 10;
  const [start, stop] = [stamp(told.observed[0][0]), stamp(base[base.length - 1][0])];
  const x = (iso) => left + ((stamp(iso) - start) / (stop - start)) * (width - left - PAD.right);
  const y = (value) => floor - (value / high) * (floor - PAD.top);
  const line = (list, at) => list.map((point, rank) => `${rank ? "L" : "M"}${x(point[0]).toFixed(1)} ${y(point[at]).toFixed(1)}`).join("");
  const area = (list) => `${line(list, 3)}${line([...list].reverse(), 2).replace("M", "L")}Z`;

  const svg = h("svg", {
    class: "hx-svg", width, height, viewBox: `0 0 ${width} ${height}`, role: "img",
    "aria-label": `${view.caption}. ${view.sentence} Les mêmes valeurs sont dans le tableau qui suit.`,
  });
  for (const value of marks) {
    svg.append(
      h("line", { class: value === 0 ? "hx-zero" : "hx-grid", x1: left, x2: width - PAD.right, y1: y(value), y2: y(value) }),
      h("text", { class: "hx-tick", x: left - 8, y: y(value) + 4, "text-anchor": "end" }, number(value)));
  }
  const [first, end] = [told.observed[0][0], base[base.length - 1][0]].map((iso) => Number(iso.slice(0, 4)));
  const every = Math.max(1, Math.ceil((end - first + 1) / Math.max(2, Math.floor((width - left) / 56))));
  for (let year = end; year >= first; year -= every) {
    const at = x(`${year}-12-31`);
    svg.append(h("text", { class: "hx-tick", x: Math.min(at, width - PAD.right), y: floor + 20, "text-anchor": year === end ? "end" : "middle" }, String(year)));
  }
  svg.append(
    h("path", { class: "hx-s0", d: area(base), fill: "var(--hx-color)", "fill-opacity": 0.16 }),
    h("path", { class: `hx-line ${told.kind === "model" ? "hx-s6" : "hx-s12"}`, d: line(base, 1) }),
    h("path", { class: "hx-line hx-s0", d: line(told.observed, 1) }),
    ...(told.observed.length > (narrow ? 12 : 25) ? [] : told.observed).map(([iso, value]) =>
      h("circle", { class: "hx-dot hx-s0", cx: x(iso), cy: y(value), r: 2.5 })));
  const day = startDay(state);
  if (amount !== 0 && day < base[base.length - 1][0]) {
    const at = x(day < last[0] ? last[0] : day);
    const text = `Hypothèse${NBSP}: ${percent(amount, 0, { sign: true })} dès début ${state.start}`;
    const early = at - left > text.length * LETTER + 6;
    svg.append(
      h("path", { class: "hx-s1", d: area(moved), fill: "var(--hx-color)", "fill-opacity": 0.16 }),
      h("path", { class: "hx-line hx-s13", d: line(moved, 1) }),
      h("line", { class: "hx-line hx-s13", x1: at, x2: at, y1: PAD.top - 12, y2: floor }),
      h("text", { class: "hx-name", x: early ? at - 6 : Math.max(left, width - PAD.right), y: PAD.top - 14, "text-anchor": "end" }, text));
  }
  return svg;
}

/** What lines and bands stand for. */
function reading() {
  const model = h("span", null);
  const modelKey = h("span", null);
  const el = h("p", { class: "hx-note" },
    h("span", { class: "hx-reading hx-s0" }, h("span", { class: "hx-key hx-s0" }), `observé${NBSP.repeat(3)}`),
    modelKey, model,
    h("span", { class: "hx-reading hx-s13" }, h("span", { class: "hx-key hx-s13" }), "avec l’hypothèse du lecteur"));
  const show = (data, state) => {
    const told = pathOf(data, state);
    const mark = told.kind === "model" ? "hx-s6" : "hx-s12";
    modelKey.className = `hx-reading ${mark}`;
    modelKey.replaceChildren(h("span", { class: `hx-key ${mark}` }), told.kind === "model" ? "modèle" : "milieu supposé");
    model.textContent = `, bande${NBSP}: ${told.band}${NBSP.repeat(3)}`;
  };
  return { el, show };
}

export default explorer({
  name: "growth",
  label: "Explorateur des trois futurs",
  summary,
  build(context) {
    const { paths, futures } = context.data;
    const drawn = board(context);
    const key = reading();
    // a future sets both effects, so that its amounts are seen on the sliders
    const choosing = {
      ...context,
      set: ({ future }) => {
        const found = futures.find(({ id }) => id === future);
        context.set({ future, ...(found ? found.amounts : { msp: 0, cpts: 0 }) });
      },
    };
    return {
      controls: [
        radioGroup(context, { key: "path", legend: "Série", options: paths.map(({ id, label }) => ({ value: id, label })) }),
        radioGroup(choosing, {
          key: "future", legend: "Futur",
          options: [...futures.map(({ id, label }) => ({ value: id, label: withCapital(label) })), { value: FREE, label: "Aucune hypothèse" }],
        }),
        ...paths.map(({ id, label, added }) => {
          const part = slider(context, { key: id, legend: `${label}${NBSP}: ${added}`, unit: "%" });
          return {
            el: part.el,
            show(state, view) {
              part.el.hidden = state.path !== id;
              part.show(state, view);
            },
          };
        }),
        yearSlider(context, { key: "start", legend: "L’hypothèse commence en" }),
      ],
      picture: {
        el: h("div", null, key.el, drawn.el),
        show(state, view) {
          key.show(context.data, state);
          drawn.show(state, view);
        },
      },
    };
  },
  file(data, state, view) {
    const told = pathOf(data, state);
    return {
      name: `futurs-${told.id}.csv`,
      columns: ["date", "série", "nature", "valeur", "au moins", "au plus"],
      rows: [
        ...told.observed.map(([iso, value]) => [iso, told.label, "observé", value, null, null]),
        ...told.points.map(([iso, ...values]) => [iso, told.label, told.kind === "model" ? "modèle" : "fourchette supposée", ...values]),
        ...view.curves[0].points.map(([iso, ...values]) => [iso, told.label, `hypothèse du lecteur (${state[told.id]} % dès ${state.start})`, ...values]),
      ],
    };
  },
});
