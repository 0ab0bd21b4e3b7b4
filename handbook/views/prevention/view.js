// Explorer of the prevention consultation: rhythm, uptake, minutes, delegation, price. `summary`
// says what view.py says; a test holds the two equal.

import { explorer, h } from "../base/common.js";
import { canvas, isNarrow, legend, nameText, picture, rule, tickText, ticks } from "../base/chart.js";
import { NARROW, NBSP, amount, joined, number, percent } from "../base/french.js";
import { PARAMETER_COLUMNS, moved, parameterGroups, parameterRows } from "../base/parameters.js";

const WEEKS_A_YEAR = 52;
const TWO_MILLIONS = 1.95e6; // written 2,0
const BAR = { height: 34, step: 76, top: 26, axis: 44 };

/** Visits, hours, full-time physicians (alone, and after delegation) and M€ a year. */
function needed(data, state) {
  const young = data.younger * state.eligible / 100 / state.every_younger;
  const visits = (young + data.older / state.every_older) * state.uptake / 100;
  const hours = visits * state.minutes / 60;
  const alone = hours / (state.hours_week * (WEEKS_A_YEAR - state.weeks_off));
  return { visits, hours, alone, full: alone * (100 - state.delegated) / 100, cost: visits * state.tariff / 1e6 };
}

/** « 0,9 million », « 14,4 millions ». */
const millions = (count) => amount(count / 1e6, count >= TWO_MILLIONS ? "millions" : "million", 1);

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
  const needs = needed(data, state);
  const [share, alone] = [needs.full, needs.alone].map((full) => 100 * full / data.physicians);
  const visits = millions(needs.visits);
  const [label, total] = data.totals[0];
  const others = joined(data.totals.slice(1).map(([name, value]) => `${percent(needs.cost / 10 / value, 2)} ${name}`));
  const [[few, visited, many], [least, given, most], [cheap, paid, dear]] = ["visits", "workforce_share", "cost"].map((key) => data.likely[key]);
  return {
    title: `Si ${percent(state.uptake)} des invités viennent${NBSP}: ${percent(share, 1)} du temps des ${data.physicians_short}`,
    sentence: `Il faudrait ${visits} de consultations par an,${data.today_is_low ? " au plus" : ""} ${number(needs.visits / data.today, 0)} `
      + `fois le rythme ${data.today_words}. Les médecins y consacreraient `
      + `${number(needs.full, 0)} temps pleins, ${percent(share, 1)} du temps des `
      + `${data.physicians_words}${NARROW}; ${number(needs.alone, 0)} temps pleins `
      + `(${percent(alone, 1)}) si rien n’est délégué. Le prix des consultations serait de ${amount(needs.cost, "M€", 0)} par an, `
      + `${percent(needs.cost / 10 / total, 2)} ${label}.`,
    caption: `Qui ferait les consultations, fin ${data.year}`,
    columns: ["Qui", "Milliers de consultations par an", "Milliers d’heures par an", "Temps pleins, à l’horaire d’un généraliste"],
    rows: [...parted(data, state), ["Ensemble", 1]].map(([name, part]) =>
      [name, number(needs.visits * part / 1e3, 0), number(needs.hours * part / 1e3, 0), number(needs.alone * part, 0)]),
    notes: [
      `À prendre sur l’existant${NBSP}: le même coût ferait ${others}.`,
      "Sans toucher aux réglages, chaque valeur tirée dans sa fourchette donne, en médiane "
        + `et à 80${NARROW}%${NBSP}: ${millions(visited)} de consultations `
        + `(de ${number(few / 1e6, 1)} à ${number(many / 1e6, 1)}), ${percent(given, 1)} de ce `
        + `temps (de ${number(least, 1)} à ${number(most, 1)}), ${amount(paid, "M€", 0)} `
        + `(de ${number(cheap, 0)} à ${number(dear, 0)}). Les curseurs partent de la valeur `
        + "publiée ou supposée de chaque entrée, qui n’est pas toujours la médiane.",
      ...moved(data.parameters, state),
    ],
    sources: data.cited,
    curves: [],
  };
}

/** Who the colours stand for. */
const key = (data) => h("p", { class: "hx-note hx-legends" },
  ...legend(["Médecins", ...data.split.map(([, name]) => name)].map((name, index) => [`hx-s${index}`, name])));

/** Two bars, all to physicians and shared, on an axis in percent of the physicians' time. */
function drawing(data, state, view, width) {
  const need = needed(data, state);
  const share = (full) => 100 * full / data.physicians;
  const bars = [
    { name: "Tout au médecin", parts: [["Médecins", 1]], full: need.alone },
    { name: "Avec délégation", parts: parted(data, state), full: need.full },
  ];
  const marks = ticks(0, Math.max(share(need.alone), 0.5), isNarrow(width) ? 4 : 6);
  const [left, right] = [2, 56];
  const floor = BAR.top + bars.length * BAR.step;
  const x = (value) => left + (value / marks[marks.length - 1]) * (width - left - right);
  const svg = canvas(width, floor + BAR.axis, `Part du temps des généralistes. ${view.sentence} Les mêmes valeurs sont dans le tableau qui suit.`);
  svg.append(
    ...marks.flatMap((value) => [
      rule(value, { x1: x(value), x2: x(value), y1: BAR.top - 8, y2: floor - 14 }),
      tickText(x(value), floor + 4, percent(value), value === 0 ? "start" : "middle")]),
    tickText(left, floor + 28, isNarrow(width) ? "en % de leur temps" : `en % du temps des ${data.physicians_words}`, "start"));
  bars.forEach(({ name, parts, full }, row) => {
    const y = BAR.top + row * BAR.step;
    let at = 0;
    svg.append(nameText(left + 4, y - 6, name));
    parts.forEach(([, part], index) => {
      const size = share(need.alone) * part;
      if (size > 0) {
        svg.append(h("rect", {
          class: `hx-slice hx-s${index}`, x: x(at), y: y + 2, width: Math.max(0, x(at + size) - x(at) - 1), height: BAR.height,
        }));
      }
      at += size;
    });
    const below = full < need.alone; // part of the bar is others': the figure stands under it
    const text = percent(share(full), 1) + (below ? " au médecin" : "");
    svg.append(nameText(below ? left + 4 : x(at) + 6, y + (below ? BAR.height + 18 : 24), text));
  });
  return svg;
}

export default explorer({
  name: "prevention",
  label: "Explorateur de la consultation de prévention",
  summary,
  build(context) {
    const chart = picture((state, view, width) => drawing(context.data, state, view, width));
    return {
      controls: parameterGroups(context, { open: 1 }),
      picture: { el: h("div", null, key(context.data), chart.el), show: chart.show },
    };
  },
  file(data, state) {
    const needs = needed(data, state);
    const result = (name, value, unit) => ["Résultat", name, value, unit, null, null, null, "Modèle"];
    return {
      name: "consultation-de-prevention.csv",
      columns: PARAMETER_COLUMNS,
      rows: [
        ...parameterRows(data, state),
        result("Consultations par an", needs.visits, ""),
        result("Heures par an", needs.hours, "h"),
        result("Temps pleins de médecin, sans délégation", needs.alone, ""),
        result("Temps pleins de médecin, avec délégation", needs.full, ""),
        result("Coût par an", needs.cost, "M€"),
      ],
    };
  },
});
