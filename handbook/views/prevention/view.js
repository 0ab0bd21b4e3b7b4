// Explorer of the prevention consultation: rhythm, uptake, minutes, delegation, price. `summary`
// says what view.py says; a test holds the two equal.

import { explorer, followWidth, h } from "../base/common.js";
import { ticks } from "../base/chart.js";
import { NARROW, NBSP, amount, joined, number, percent } from "../base/french.js";
import { PARAMETER_COLUMNS, moved, parameterGroups, parameterRows } from "../base/parameters.js";

const WEEKS_A_YEAR = 52;
const BAR = { height: 34, step: 76, top: 26, axis: 44 };

/** Visits, hours, full-time physicians (alone, and after delegation) and M€ a year. */
function needed(data, state) {
  const young = data.younger * state.eligible / 100 / state.every_younger;
  const visits = (young + data.older / state.every_older) * state.uptake / 100;
  const hours = visits * state.minutes / 60;
  const alone = hours / (state.hours_week * (WEEKS_A_YEAR - state.weeks_off));
  return { visits, hours, alone, full: alone * (100 - state.delegated) / 100, cost: visits * state.tariff / 1e6 };
}

/** Who gives which part of the visits. */
function parted(data, state) {
  const away = state.delegated / 100;
  return [["Médecins", 1 - away], ...data.split.map(([, name, part]) => [name, away * part])];
}

/**
 * What the page shows in a state.
 * @param {any} data @param {Record<string, number>} state
 */
export function summary(data, state) {
  const told = needed(data, state);
  const [low, central, high] = [...data.physicians].reverse().map((count) => 100 * told.full / count);
  const alone = 100 * told.alone / data.physicians[1];
  const visits = amount(told.visits / 1e6, "millions", 1);
  const [label, total] = data.totals[0];
  const others = joined(data.totals.slice(1).map(([name, value]) => `${percent(told.cost / 10 / value, 2)} ${name}`));
  const [[few, many], [least, most], [cheap, dear]] = ["visits", "workforce_share", "cost"].map((key) => data.likely[key]);
  return {
    title: `${visits} de consultations par an${NBSP}: ${percent(central, 1)} du temps des généralistes`,
    sentence: `Il faudrait ${visits} de consultations par an, ${number(told.visits / data.today, 0)} `
      + "fois le rythme des bilans faits en 2024 et 2025. Les médecins y donneraient "
      + `${number(told.full, 0)} temps pleins, ${percent(central, 1)} des généralistes attendus `
      + `fin ${data.year} (de ${percent(low, 2)} à ${percent(high, 2)} selon leur nombre)`
      + `${NARROW}; ${number(told.alone, 0)} temps pleins (${percent(alone, 1)}) si rien n’est `
      + `délégué. Le prix des consultations serait de ${amount(told.cost, "M€", 0)} par an, `
      + `${percent(told.cost / 10 / total, 2)} ${label}.`,
    caption: `Qui ferait les consultations, fin ${data.year}`,
    columns: ["Qui", "Milliers de consultations par an", "Milliers d’heures par an", "Temps pleins, à l’horaire d’un généraliste"],
    rows: [...parted(data, state), ["Ensemble", 1]].map(([name, part]) =>
      [name, number(told.visits * part / 1e3, 0), number(told.hours * part / 1e3, 0), number(told.alone * part, 0)]),
    notes: [
      `À prendre sur l’existant${NBSP}: le même coût ferait ${others}.`,
      `Sans toucher aux réglages, chaque valeur tirée dans sa fourchette donne, à 80${NARROW}%${NBSP}: de ${number(few / 1e6, 1)} à `
        + `${amount(many / 1e6, "millions", 1)} de consultations, de ${percent(least, 1)} à `
        + `${percent(most, 1)} du temps des généralistes, de ${number(cheap, 0)} à ${amount(dear, "M€", 0)}.`,
      ...moved(data.parameters, state),
    ],
    sources: data.cited,
    curves: [],
  };
}

/** Two bars, all to physicians and shared, on an axis in percent of the physicians' time. */
function bars({ data }) {
  const plot = h("div", { class: "hx-plot" });
  const names = ["Médecins", ...data.split.map(([, name]) => name)];
  const key = h("p", { class: "hx-note" }, ...names.flatMap((name, index) =>
    [h("span", { class: `hx-reading hx-s${index}` }, h("span", { class: "hx-key" }), `${name}${NBSP.repeat(3)}`), " "]));
  const el = h("div", { class: "hx-picture hx-chart" }, key, plot);
  let state = null;
  let view = null;
  const draw = () => {
    if (state) plot.replaceChildren(stackedBars(data, state, view, el.clientWidth || 640));
  };
  followWidth(el, draw);
  const show = (next, told) => {
    state = next;
    view = told;
    draw();
  };
  return { el, show };
}

function stackedBars(data, state, view, width) {
  const told = needed(data, state);
  const share = (full) => 100 * full / data.physicians[1];
  const rows = [["Tout au médecin", [["Médecins", 1]]], ["Avec délégation", parted(data, state)]];
  const marks = ticks(0, Math.max(share(told.alone), 0.5), width < 480 ? 4 : 6);
  const high = marks[marks.length - 1];
  const [left, right] = [2, 56];
  const floor = BAR.top + 2 * BAR.step;
  const x = (value) => left + (value / high) * (width - left - right);
  const svg = h("svg", {
    class: "hx-svg", width, height: floor + BAR.axis, viewBox: `0 0 ${width} ${floor + BAR.axis}`, role: "img",
    "aria-label": `Part du temps des généralistes. ${view.sentence} Les mêmes valeurs sont dans le tableau qui suit.`,
  });
  for (const value of marks) {
    svg.append(
      h("line", { class: value === 0 ? "hx-zero" : "hx-grid", x1: x(value), x2: x(value), y1: BAR.top - 8, y2: floor - 14 }),
      h("text", { class: "hx-tick", x: x(value), y: floor + 4, "text-anchor": value === 0 ? "start" : "middle" }, percent(value)));
  }
  svg.append(h("text", { class: "hx-tick", x: left, y: floor + 28 },
    width < 480 ? "en % des généralistes attendus" : `temps demandé, en % des généralistes attendus fin ${data.year}`));
  rows.forEach(([name, parts], row) => {
    const y = BAR.top + row * BAR.step;
    let at = 0;
    svg.append(h("text", { class: "hx-name", x: left + 4, y: y - 6 }, name));
    parts.forEach(([, part], index) => {
      const size = share(told.alone) * part;
      if (size > 0) {
        svg.append(h("rect", {
          class: `hx-s${index}`, x: x(at), y: y + 2, width: Math.max(0, x(at + size) - x(at) - 1), height: BAR.height, fill: "var(--hx-color)",
        }));
      }
      at += size;
    });
    const given = share(row ? told.full : told.alone);
    const text = row && told.full < told.alone ? `${percent(given, 1)} au médecin` : percent(given, 1);
    const inside = row === 1 && told.full < told.alone;
    svg.append(h("text", { class: "hx-name", x: inside ? left + 4 : x(at) + 6, y: y + (inside ? BAR.height + 18 : 24) }, text));
  });
  return svg;
}

export default explorer({
  name: "prevention",
  label: "Explorateur de la consultation de prévention",
  summary,
  build: (context) => ({ controls: parameterGroups(context, { open: 1 }), picture: bars(context) }),
  file(data, state) {
    const told = needed(data, state);
    const result = (name, value, unit) => ["Résultat", name, value, unit, null, null, null, "Modèle"];
    return {
      name: "consultation-de-prevention.csv",
      columns: PARAMETER_COLUMNS,
      rows: [
        ...parameterRows(data, state),
        result("Consultations par an", told.visits, ""),
        result("Heures par an", told.hours, "h"),
        result("Temps pleins de médecin, sans délégation", told.alone, ""),
        result("Temps pleins de médecin, avec délégation", told.full, ""),
        result("Coût par an", told.cost, "M€"),
      ],
    };
  },
});
