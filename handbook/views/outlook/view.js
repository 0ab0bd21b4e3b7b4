// Explorer of forecasts: a series, a horizon, a level, a break and a target. Everything was
// computed beforehand; `summary` says what view.py says; a test holds them equal.

import { explorer, followWidth, h } from "../base/common.js";
import { radioGroup, select, yearSlider } from "../base/controls.js";
import { ticks } from "../base/chart.js";
import { NARROW, NBSP, number, percent, period, withCapital } from "../base/french.js";

const LEVELS = ["80", "95"];
const EDGE = { top: 16, bottom: 28 };
const FLAT = 0.6; // least over greatest value: above it, an axis from zero would hide the band
const GLYPH = 7.1; // mean width of a character, px

const instant = (iso) => Date.parse(`${iso}T00:00:00Z`);

const digits = (told, value) => (told.unit === "%" ? percent(value, told.decimals) : number(value, told.decimals));
const counted = (told, value) => `${digits(told, value)}${told.noun ? NBSP + told.noun : ""}`;

/** What the state selects: the series, the variant, the points up to the horizon. */
function chosen(data, state) {
  const told = data.scopes.find(({ id }) => id === state.scope);
  const broken = state.rupture === "avec" && Boolean(told.rupture);
  const variant = told.variants[broken ? "avec" : "sans"];
  const end = `${state.year}-12-31`;
  const points = variant.points.filter(([iso]) => iso <= end);
  return { told, broken, variant, end, points, bound: 2 + 2 * LEVELS.indexOf(state.level) };
}

/**
 * What the page shows in a state: the finding, the sentence, the figures, the path.
 * @param {any} data
 * @param {{scope: string, year: number, level: string, rupture: string, target: string}} state
 */
export function summary(data, state) {
  const { told, broken, variant, end, points, bound } = chosen(data, state);
  const level = percent(Number(state.level));
  const last = points[points.length - 1];
  const then = period(last[0]);
  const now = told.observed[told.observed.length - 1];
  const since = broken ? `, faite sur les seules valeurs depuis ${told.rupture},` : "";
  const notes = told.caveat ? [told.caveat] : [];
  if (state.rupture === "avec" && !broken) {
    notes.unshift(`Aucune rupture n’est retenue dans cette série${NBSP}: rien ne change.`);
  }
  return {
    title: `${told.label}${NBSP}: ${counted(told, last[1])} ${then}`,
    sentence: `${withCapital(then)}, la prévision${since} est de ${counted(told, last[1])}, de `
      + `${digits(told, last[bound])} à ${counted(told, last[bound + 1])} à ${level}. Dernière valeur connue${NBSP}: `
      + `${counted(told, now[1])} (${period(now[0])}).${aimed(told, variant, state, end)}`,
    caption: `${told.label}, prévision et intervalle à ${level}`,
    columns: ["Date", "Prévision", "Au moins", "Au plus"],
    rows: points.filter(([iso]) => iso.endsWith("12-31")).map((point) =>
      [withCapital(period(point[0])), ...[1, bound, bound + 1].map((at) => digits(told, point[at]))]),
    notes,
    sources: told.sources,
    curves: [{ code: told.id, points }],
  };
}

/** The chance of the target, when it is shown and due by the horizon. */
function aimed(told, variant, state, end) {
  if (!told.aim || state.target === "non") return "";
  const goal = ` La cible officielle est de ${counted(told, told.aim.value)}, ${period(told.aim.date)}`;
  if (told.aim.date > end) return `${goal}, après l’horizon choisi.`;
  return `${goal}${NARROW}; la chance de l’atteindre est de ${variant.chance}.`;
}

/** Observed line, dashed forecast, band, target: redrawn when the state or the width changes. */
function fan({ data }) {
  const plot = h("div", { class: "hx-plot" });
  const el = h("div", { class: "hx-picture hx-chart" }, plot);
  let state = null;
  let view = null;
  const draw = () => plot.replaceChildren(drawing(data, state, view, el.clientWidth || 640));
  followWidth(el, () => { if (state) draw(); });
  const show = (next, told) => {
    state = next;
    view = told;
    draw();
  };
  return { el, show };
}

function drawing(data, state, view, width) {
  const { told, points, end, bound } = chosen(data, state);
  const aim = told.aim && state.target === "oui" && told.aim.date <= end ? told.aim : null;
  const height = width < 480 ? 290 : 340;
  const floor = height - EDGE.bottom;
  const right = 14;
  const band = [[...told.observed[told.observed.length - 1]], ...points];
  const at = (point, index) => point[index] ?? point[1];
  const known = told.observed.map(([, value]) => value);
  const top = Math.max(...known, ...band.map((point) => at(point, bound + 1)), aim ? aim.value : 0);
  const least = Math.min(...known, ...band.map((point) => at(point, bound)));
  const marks = ticks(least > FLAT * top ? least : 0, top, 5);
  const low = marks[0];
  const high = marks[marks.length - 1];
  const tick = (value) => (told.unit === "%" ? percent(value) : number(value));
  const left = Math.max(...marks.map((value) => tick(value).length)) * GLYPH + 10;
  const [start, stop] = [instant(told.observed[0][0]), instant(end)];
  const x = (iso) => left + ((instant(iso) - start) / (stop - start)) * (width - left - right);
  const y = (value) => floor - ((value - low) / (high - low)) * (floor - EDGE.top);
  const line = (list, index) => list.map((point, rank) =>
    `${rank ? "L" : "M"}${x(point[0]).toFixed(1)} ${y(at(point, index)).toFixed(1)}`).join("");

  const svg = h("svg", {
    class: "hx-svg", width, height, viewBox: `0 0 ${width} ${height}`, role: "img",
    "aria-label": `${view.caption}. ${view.sentence} Les mêmes valeurs sont dans le tableau qui suit.`,
  });
  for (const value of marks) {
    svg.append(
      h("line", { class: value === 0 ? "hx-zero" : "hx-grid", x1: left, x2: width - right, y1: y(value), y2: y(value) }),
      h("text", { class: "hx-tick", x: left - 8, y: y(value) + 4, "text-anchor": "end" }, tick(value)));
  }
  const [first, last] = [told.observed[0][0], end].map((iso) => Number(iso.slice(0, 4)));
  const every = Math.max(1, Math.ceil((last - first + 1) / Math.max(2, Math.floor((width - left) / 56))));
  for (let year = last; year >= first; year -= every) {
    const iso = `${year}-12-31`;
    svg.append(h("text", { class: "hx-tick", x: x(iso), y: floor + 20, "text-anchor": year === last ? "end" : "middle" }, String(year)));
  }
  const upper = line(band, bound + 1);
  const lower = line([...band].reverse(), bound).replace("M", "L");
  svg.append(
    h("path", { class: "hx-s0", d: `${upper}${lower}Z`, fill: "var(--hx-color)", "fill-opacity": 0.22 }),
    h("path", { class: "hx-line hx-s6", d: line(band, 1) }),
    h("path", { class: "hx-line hx-s0", d: line(told.observed, 1) }),
    ...(told.observed.length > (width < 480 ? 12 : 25) ? [] : told.observed).map(([iso, value]) => h("circle", { class: "hx-dot hx-s0", cx: x(iso), cy: y(value), r: 2.5 })));
  if (aim) {
    svg.append(
      h("line", { class: "hx-line hx-s7", x1: left, x2: x(aim.date), y1: y(aim.value), y2: y(aim.value) }),
      h("circle", { class: "hx-dot hx-s1", cx: x(aim.date), cy: y(aim.value), r: 5 }),
      h("text", { class: "hx-name", x: left + 6, y: y(aim.value) - 7 }, `Cible${NBSP}: ${digits(told, aim.value)} ${period(aim.date)}`));
  }
  return svg;
}

/** What the line, the dashes and the band stand for. */
function legend() {
  const level = h("span", null);
  const item = (mark, text) => h("span", { class: `hx-reading ${mark}` }, h("span", { class: "hx-key" }), text);
  const el = h("p", { class: "hx-note" }, item("hx-s0", `observé${NBSP.repeat(3)}`),
    h("span", { class: "hx-s6" }, h("span", { class: "hx-key hx-s6" }), "modèle"), level);
  return { el, show: (state) => { level.textContent = `, bande${NBSP}: intervalle à ${percent(Number(state.level))}`; } };
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
    const drawn = fan(context);
    const key = legend();
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
        only(rupture, (told) => told.rupture),
        only(target, (told) => told.aim),
      ],
      picture: {
        el: h("div", null, key.el, drawn.el),
        show(state, view) {
          key.show(state);
          drawn.show(state, view);
        },
      },
    };
  },
  file(data, state) {
    const { told, points, bound } = chosen(data, state);
    return {
      name: `prevision-${told.id}.csv`,
      columns: ["date", "série", "nature", "valeur", `bas à ${state.level} %`, `haut à ${state.level} %`],
      rows: [
        ...told.observed.map(([iso, value]) => [iso, told.label, "observé", value, null, null]),
        ...points.map((point) => [point[0], told.label, "modèle", point[1], point[bound], point[bound + 1]]),
      ],
    };
  },
});
