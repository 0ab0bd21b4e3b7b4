// Explorer of stated assumptions: the forecast stays as it is, the reader's assumption is laid over
// it. `summary` says what view.py says; a test holds them equal.

import { explorer, h } from "../base/common.js";
import { radioGroup, slider, yearSlider } from "../base/controls.js";
import { axes, band, dotsOf, isNarrow, legend, lineOf, nameText, picture, textWidth, time, yearTicks } from "../base/chart.js";
import { NARROW, NBSP, number, of, percent, period, withCapital } from "../base/french.js";

const FREE = "aucun";

const dayNumber = (iso) => time(iso) / 86_400_000;

/** An amount at the precision of its path, and in words. */
function kept(chosen, value) {
  const unit = 10 ** chosen.digits;
  return Math.floor(value * unit + 0.5) / unit;
}
const written = (chosen, value) => number(kept(chosen, value), Math.max(0, chosen.digits));
const pathOf = (data, state) => data.paths.find(({ id }) => id === state.path);
const startDay = (state) => `${state.start - 1}-12-31`;

/** A column of the path at a day, read on a straight line between its points. */
function held(chosen, column, day) {
  const [iso, value] = chosen.observed[chosen.observed.length - 1];
  const known = [[iso, value, value, value], ...chosen.points];
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
function supposed(chosen, amount, day) {
  const edges = [1, 2, 3].map((column) => held(chosen, column, day));
  const share = amount / 100;
  return chosen.points.map(([iso, ...values]) => {
    const late = iso > day;
    let added = values.map((value, rank) => (late ? share * (value - edges[rank]) : 0));
    if (chosen.kind === "model") added = [added[0], added[0], added[0]];
    const ceiling = chosen.cap ?? Infinity;
    return [iso, ...values.map((value, rank) => Math.min(value + added[rank], ceiling))];
  });
}

/** The future named, when the amounts are still its own. */
function futureOf(data, state) {
  const future = data.futures.find(({ id }) => id === state.future);
  return future && data.paths.every(({ id }) => future.amounts[id] === state[id]) ? future : null;
}

function condition(data, state) {
  const future = futureOf(data, state);
  if (future) return `Si ${future.label}`;
  return state[state.path] !== 0 ? "Avec vos réglages" : "Sans hypothèse";
}

function supposition(data, chosen, state) {
  const future = futureOf(data, state);
  const amount = state[state.path];
  const whose = future ? `Hypothèse («${NBSP}${future.label}${NBSP}»)` : "Hypothèse du lecteur";
  if (amount === 0) return `${whose}${NBSP}: les ${chosen.added} ne changent pas.`;
  return `${whose}${NBSP}: ${percent(amount, 0, { sign: true })} ${of(chosen.added)} à partir de ${state.start}.`;
}

function remarks(data, chosen, state) {
  const notes = [];
  const future = futureOf(data, state);
  const lowered = (text) => text.slice(0, 1).toLowerCase() + text.slice(1);
  if (future) notes.push(`Ce que suppose cette valeur${NBSP}: ${lowered(future.reasons[chosen.id])}`);
  else if (state.future !== FREE) notes.push("Les réglages ne sont plus ceux du futur choisi.");
  const last = chosen.points[chosen.points.length - 1][0];
  if (startDay(state) >= last && state[chosen.id] !== 0) {
    notes.push(`L’hypothèse commence après la dernière date montrée${NBSP}: rien ne change.`);
  }
  const full = chosen.points.find((point) => chosen.cap != null && point[3] >= chosen.cap);
  if (full && state[chosen.id] > 0) {
    notes.push(`Plafond atteint dès ${period(full[0])} sans l’hypothèse${NBSP}: elle n’y ajoute presque rien.`);
  }
  if (chosen.caveat) notes.push(chosen.caveat);
  return notes;
}

/**
 * What the page shows in a state: the finding, the sentence, the figures, the path.
 * @param {any} data
 * @param {Record<string, any>} state `path`, `future`, `start`, and a percent for each path
 */
export function summary(data, state) {
  const chosen = pathOf(data, state);
  const amount = state[state.path];
  const moved = supposed(chosen, amount, startDay(state));
  const { points } = chosen;
  const [iso, mean] = points[points.length - 1];
  const write = (value) => written(chosen, value);
  const [central, low, high] = moved[moved.length - 1].slice(1).map(write);
  const base = write(mean);
  const yearly = points.some((point) => point[0].endsWith("12-31"));
  const then = period(iso);
  return {
    title: `${condition(data, state)}${NBSP}: ${central}${NBSP}${chosen.noun} ${then}`
      + (amount === 0 ? "" : `, ${base === central ? "autant" : base} sans`),
    sentence: `${supposition(data, chosen, state)} ${withCapital(then)}, il y aurait ${central}${NBSP}${chosen.noun}, `
      + `de ${low} à ${high} (${chosen.band})${NARROW}; sans l’hypothèse, ${base}.`,
    caption: `${chosen.label}${NBSP}: prolongement sans et avec l’hypothèse, ${chosen.band}`,
    columns: ["Date", "Sans", "Avec", "Au moins", "Au plus"],
    rows: points.flatMap((point, rank) => (!yearly || point[0].endsWith("12-31")
      ? [[withCapital(period(point[0])), ...[point[1], ...moved[rank].slice(1)].map(write)]]
      : [])),
    notes: remarks(data, chosen, state),
    sources: chosen.sources,
    curves: [{ code: chosen.id, points: moved }],
  };
}

/** Observed, forecast and assumption. */
function drawing(data, state, view, width) {
  const chosen = pathOf(data, state);
  const amount = state[state.path];
  const last = chosen.observed[chosen.observed.length - 1];
  const from = [last[0], last[1], last[1], last[1]];
  const base = [from, ...chosen.points];
  const moved = [from, ...view.curves[0].points];
  const end = base[base.length - 1][0];
  const highest = [...base, ...moved].map((point) => point[3]);
  const plot = axes({
    width, height: isNarrow(width) ? 300 : 350,
    label: `${view.caption}. ${view.sentence} Les mêmes valeurs sont dans le tableau qui suit.`,
    values: [Math.min(0, ...base.map((point) => point[2])), Math.max(...chosen.observed.map(([, value]) => value), ...highest)],
    x: [chosen.observed[0][0], end], tick: (value) => number(value), top: 30,
  });
  yearTicks(plot, chosen.observed[0][0], end);
  plot.svg.append(
    band(plot, base, "hx-s0", 2, 3),
    lineOf(plot, base, markOf(chosen)),
    lineOf(plot, chosen.observed, "hx-s0"),
    ...dotsOf(plot, chosen.observed, "hx-s0"));
  const day = startDay(state);
  if (amount !== 0 && day < end) {
    const at = plot.x(day < last[0] ? last[0] : day);
    const text = `Hypothèse${NBSP}: ${percent(amount, 0, { sign: true })} dès début ${state.start}`;
    const early = at - plot.left > textWidth(text) + 6;
    plot.svg.append(
      band(plot, moved, "hx-s1", 2, 3),
      lineOf(plot, moved, "hx-s13"),
      h("line", { class: "hx-line hx-s13", x1: at, x2: at, y1: plot.top - 12, y2: plot.floor }),
      nameText(early ? at - 6 : plot.right, plot.top - 14, text, { "text-anchor": "end" }));
  }
  return plot.svg;
}

const markOf = (chosen) => (chosen.kind === "model" ? "hx-s6" : "hx-s12");

/** What lines and bands stand for. */
function key(data) {
  const el = h("p", { class: "hx-note hx-legends" });
  const show = (state) => {
    const chosen = pathOf(data, state);
    el.replaceChildren(...legend([
      ["hx-s0", "observé"],
      [markOf(chosen), `${chosen.kind === "model" ? "modèle" : "milieu supposé"}, bande${NBSP}: ${chosen.band}`],
      ["hx-s13", "avec l’hypothèse"],
    ]));
  };
  return { el, show };
}

export default explorer({
  name: "growth",
  label: "Explorateur des hypothèses",
  summary,
  build(context) {
    const { paths, futures } = context.data;
    const drawn = picture((state, view, width) => drawing(context.data, state, view, width));
    const reading = key(context.data);
    const none = Object.fromEntries(paths.map(({ id }) => [id, 0]));
    // a future sets all effects, so that its amounts are seen on the sliders
    const choosing = {
      ...context,
      set: (/** @type {any} */ { future }) => {
        const found = futures.find(({ id }) => id === future);
        context.set({ future, ...(found ? found.amounts : none) });
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
        el: h("div", null, reading.el, drawn.el),
        show(state, view) {
          reading.show(state);
          drawn.show(state, view);
        },
      },
    };
  },
  file(data, state, view) {
    const chosen = pathOf(data, state);
    return {
      name: `futurs-${chosen.id}.csv`,
      columns: ["date", "série", "nature", "valeur", "au moins", "au plus"],
      rows: [
        ...chosen.observed.map(([iso, value]) => [iso, chosen.label, "observé", value, null, null]),
        ...chosen.points.map(([iso, ...values]) => [iso, chosen.label, chosen.kind === "model" ? "modèle" : "fourchette supposée", ...values]),
        ...view.curves[0].points.map(([iso, ...values]) => [iso, chosen.label, `hypothèse (${state[chosen.id]} % dès ${state.start})`, ...values]),
      ],
    };
  },
});
