// Explorer of forecasts: a series, a horizon, a level, a break and a target. Everything was
// computed beforehand; `summary` says what view.py says; a test holds them equal.

import { explorer, h } from "../base/common.js";
import { radioGroup, select, yearSlider } from "../base/controls.js";
import { axes, band, dot, dotsOf, isNarrow, legend, lineOf, nameText, picture, yearTicks } from "../base/chart.js";
import { NARROW, NBSP, number, percent, period, rounded, withCapital } from "../base/french.js";

const LEVELS = ["80", "95"];
const FLAT = 0.6; // least over greatest value: above it, an axis from zero would hide the band

/** Negative places round to tens, as french.py does. */
function written(entry, value, places) {
  const unit = 10 ** Math.max(0, -places);
  const kept = unit === 1 ? value : rounded(value / unit, 0) * unit;
  return entry.unit === "%" ? percent(kept, Math.max(0, places)) : number(kept, Math.max(0, places));
}
const digits = (entry, value) => written(entry, value, entry.decimals);
const foreseen = (entry, value) => written(entry, value, entry.rounding);
const nounOf = (entry) => (entry.noun ? NBSP + entry.noun : "");

/** What the state selects: the series, the variant, the points up to the horizon. */
function chosen(data, state) {
  const entry = data.scopes.find(({ id }) => id === state.scope);
  const broken = state.rupture === "avec" && Boolean(entry.rupture);
  const variant = entry.variants[broken ? "avec" : "sans"];
  const end = `${state.year}-12-31`;
  const points = variant.points.filter(([iso]) => iso <= end);
  return { entry, broken, variant, end, points, bound: 2 + 2 * LEVELS.indexOf(state.level) };
}

/**
 * What the page shows in a state: the finding, the sentence, the figures, the path.
 * @param {any} data
 * @param {{scope: string, year: number, level: string, rupture: string, target: string}} state
 */
export function summary(data, state) {
  const { entry, broken, variant, end, points, bound } = chosen(data, state);
  const level = percent(Number(state.level));
  const last = points[points.length - 1];
  const then = period(last[0]);
  const now = entry.observed[entry.observed.length - 1];
  const since = broken ? `, faite sur les seules valeurs depuis ${entry.rupture},` : "";
  // « Maisons de santé : 3 390 », not « 3 390 maisons de santé » after its own name
  const named = entry.label.toLowerCase() === entry.noun.toLowerCase() ? "" : nounOf(entry);
  const notes = entry.caveat ? [entry.caveat] : [];
  if (state.rupture === "avec" && !broken) {
    notes.unshift(`Aucune rupture n’est retenue dans cette série${NBSP}: rien ne change.`);
  }
  return {
    title: `${entry.label}${NBSP}: ${foreseen(entry, last[1])}${named} ${then}`,
    sentence: `${withCapital(then)}, la prévision${since} est de ${foreseen(entry, last[1])}${nounOf(entry)}, de `
      + `${foreseen(entry, last[bound])} à ${foreseen(entry, last[bound + 1])} à ${level}. Dernière valeur connue`
      + `${NBSP}: ${digits(entry, now[1])} (${period(now[0])}).${aimed(entry, variant, state, end)}`,
    caption: `${entry.label}, prévision et intervalle à ${level}`,
    columns: ["Date", "Prévision", "Au moins", "Au plus"],
    rows: points.filter(([iso]) => iso.endsWith("12-31")).map((point) =>
      [withCapital(period(point[0])), ...[1, bound, bound + 1].map((at) => foreseen(entry, point[at]))]),
    notes,
    sources: entry.sources,
    curves: [{ code: entry.id, points }],
  };
}

/** The chance of the target, when it is shown and due by the horizon. */
function aimed(entry, variant, state, end) {
  if (!entry.aim || state.target === "non") return "";
  const goal = ` La cible officielle est de ${digits(entry, entry.aim.value)}, ${period(entry.aim.date)}`;
  if (entry.aim.date > end) return `${goal}, après l’horizon choisi.`;
  return `${goal}${NARROW}; la chance de l’atteindre est de ${variant.chance}.`;
}

/** Observed line, dashed forecast, band, target. */
function drawing(data, state, view, width) {
  const { entry, points, end, bound } = chosen(data, state);
  const aim = entry.aim && state.target === "oui" && entry.aim.date <= end ? entry.aim : null;
  const [start, last] = [entry.observed[0], entry.observed[entry.observed.length - 1]];
  const path = [[last[0], ...Array(1 + 2 * LEVELS.length).fill(last[1])], ...points];
  const values = entry.observed.map(([, value]) => value);
  const top = Math.max(...values, ...path.map((point) => point[bound + 1]), aim ? aim.value : 0);
  const least = Math.min(...values, ...path.map((point) => point[bound]));
  const plot = axes({
    width, height: isNarrow(width) ? 290 : 340,
    label: `${view.caption}. ${view.sentence} Les mêmes valeurs sont dans le tableau qui suit.`,
    values: [least > FLAT * top ? least : 0, top], x: [start[0], end],
    tick: (value) => (entry.unit === "%" ? percent(value) : number(value)),
  });
  yearTicks(plot, start[0], end);
  plot.svg.append(
    band(plot, path, "hx-s0", bound, bound + 1),
    lineOf(plot, path, "hx-s6"),
    lineOf(plot, entry.observed, "hx-s0"),
    ...dotsOf(plot, entry.observed, "hx-s0"));
  if (aim) {
    const [x, y] = [plot.x(aim.date), plot.y(aim.value)];
    plot.svg.append(
      h("line", { class: "hx-line hx-s7", x1: plot.left, x2: x, y1: y, y2: y }),
      dot(x, y, "hx-s1"),
      nameText(plot.left + 6, y - 7, `Cible${NBSP}: ${digits(entry, aim.value)}${nounOf(entry)} ${period(aim.date)}`));
  }
  return plot.svg;
}

/** What the line, the dashes and the band stand for. */
function key() {
  const level = h("span", null);
  const el = h("p", { class: "hx-note hx-legends" }, ...legend([["hx-s0", "observé"], ["hx-s6", "modèle"]]), level);
  return { el, show: (state) => { level.textContent = `bande${NBSP}: intervalle à ${percent(Number(state.level))}`; } };
}

export default explorer({
  name: "outlook",
  label: "Explorateur des prévisions",
  summary,
  build(context) {
    const { scopes, fields } = context.data;
    const yesNo = [{ value: "oui", label: "Oui" }, { value: "non", label: "Non" }];
    const rupture = radioGroup(context, {
      key: "rupture", legend: "Série employée",
      options: [{ value: "sans", label: "Entière" }, { value: "avec", label: "Après la rupture" }],
    });
    const target = radioGroup(context, { key: "target", legend: "Cible officielle", options: yesNo });
    const drawn = picture((state, view, width) => drawing(context.data, state, view, width));
    const reading = key();
    const only = (part, holds) => ({
      el: part.el,
      show(state, view) {
        part.el.hidden = !holds(scopes.find(({ id }) => id === state.scope));
        part.show(state, view);
      },
    });
    return {
      controls: [
        select(context, { key: "scope", legend: "Série", options: scopes.map(({ id, label }) => ({ value: id, label })) }),
        yearSlider(context, { key: "year", legend: "Horizon, fin de l’année" }),
        radioGroup(context, {
          key: "level", legend: "Intervalle",
          options: fields.find(({ key: name }) => name === "level").values.map((value) => ({ value, label: percent(Number(value)) })),
        }),
        only(rupture, (entry) => entry.rupture),
        only(target, (entry) => entry.aim),
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
  file(data, state) {
    const { entry, points, bound } = chosen(data, state);
    return {
      name: `prevision-${entry.id}.csv`,
      columns: ["date", "série", "nature", "valeur", `bas à ${state.level} %`, `haut à ${state.level} %`],
      rows: [
        ...entry.observed.map(([iso, value]) => [iso, entry.label, "observé", value, null, null]),
        ...points.map((point) => [point[0], entry.label, "modèle", point[1], point[bound], point[bound + 1]]),
      ],
    };
  },
});
