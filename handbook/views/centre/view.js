// Explorer of a centre's account. The lines are read from the formulas of handbook.economics.centre;
// `summary` says what view.py says; a test holds them equal.

import { explorer, h, table } from "../base/common.js";
import { radioGroup } from "../base/controls.js";
import { axes, dot, isNarrow, legend, lineOf, nameText, picture, textWidth, tickText, ticks } from "../base/chart.js";
import { PARAMETER_COLUMNS, moved, parameterGroups, parameterRows } from "../base/parameters.js";
import { NARROW, NBSP, amount, number, percent } from "../base/french.js";

const COLUMNS = ["En ne changeant que…", "Choisi", "Il faudrait", "Possible"];
const IF = "Si ces valeurs sont justes";
const CAPTION = "Ce qu’il faudrait pour équilibrer le compte, un seul changement à la fois";
const EVEN = 500; // euros: less than the rounding of what is written
const NOTHING = 1e-9;

/** A sum of products of inputs, as handbook.economics.centre writes it: `doctors filled% acts`. */
const valueOf = (formula, inputs) => formula.split(" + ").reduce((sum, term) => sum
  + term.split(" ").reduce((product, name) =>
    product * (name.endsWith("%") ? inputs[name.slice(0, -1)] / 100 : inputs[name]), 1), 0);

const linesOf = (lines, inputs) => Object.fromEntries(lines.map(([name, , formula]) => [name, valueOf(formula, inputs)]));

const total = (/** @type {Record<string, number>} */ lines) => Object.values(lines).reduce((sum, value) => sum + value, 0);

function accountOf(data, state) {
  const [income, expenses] = [data.income, data.expenses].map((lines) => linesOf(lines, state));
  const [received, spent] = [income, expenses].map(total);
  const activity = data.activity.reduce((sum, name) => sum + income[name], 0);
  return { income, expenses, received, spent, margin: received - spent, activity, subsidies: received - activity };
}

/** What an input must become, all others kept, for the margin to be zero. */
function neededOf(data, state, key) {
  const [one, none] = [1, 0].map((value) => accountOf(data, { ...state, [key]: value }).margin);
  const slope = one - none;
  const now = state[key];
  const needed = Math.abs(slope) < NOTHING ? null : now - accountOf(data, state).margin / slope;
  return { key, now, needed, slope };
}

const within = ({ needed }, low, high) => needed !== null && low <= needed && needed <= high;
const thousands = (euros) => amount(euros / 1000, "k€", 0);
const said = (about, value) => amount(value, about.unit, about.digits);

/** To the nearest step of its slider: a model knows no better. */
function roundedNeed(data, change, about) {
  const { step } = data.fields.find(({ key }) => key === change.key);
  return said(about, Math.floor(change.needed / step + 0.5) * step);
}

function verdict(data, change, about) {
  if (change.needed === null) return "sans effet";
  const { minimum, maximum } = data.fields.find(({ key }) => key === change.key);
  if (within(change, about.low, about.high)) return "oui";
  return within(change, minimum, maximum) ? "peu probable" : "non";
}

function headline(account) {
  if (Math.abs(account.margin) < EVEN) return `${IF}, le compte est à l’équilibre`;
  const word = account.margin > 0 ? "l’excédent" : "le déficit";
  const rate = account.spent ? (100 * account.margin) / account.spent : NaN;
  return `${IF}, ${word} est de ${thousands(Math.abs(account.margin))} par an, soit ${percent(Math.abs(rate), 0)} des dépenses`;
}

function oneDoctor(gain) {
  if (Math.abs(gain) < EVEN) return "Un poste de médecin de plus rapporte ce qu’il coûte.";
  const [verb, other] = gain > 0 ? ["rapporterait", "coûte"] : ["coûterait", "rapporte"];
  return `Un poste de médecin de plus ${verb} ${thousands(Math.abs(gain))} de plus qu’il ne ${other}.`;
}

function byActs(data, change, about, account) {
  if (change.needed === null || change.needed < 0 || Math.abs(account.margin) < EVEN) return "";
  const word = account.margin > 0 ? "tiendrait jusqu’à" : "demanderait";
  return ` Sans autre changement, l’équilibre ${word} ${roundedNeed(data, change, about)} par médecin et par an, au lieu de ${number(change.now, about.digits)}.`;
}

/** The ends of the line, the chosen point, and where it crosses zero, if it does. */
function curveOf(data, state, change) {
  const { minimum, maximum } = data.fields.find(({ key }) => key === change.key);
  const { margin } = accountOf(data, state);
  const points = [minimum, maximum, change.now].map((value) => [value, margin + change.slope * (value - change.now)]);
  return within(change, minimum, maximum) ? [...points, [change.needed, 0]] : points;
}

function accountRows(data, account) {
  const rows = [["Recettes", "income"], ["Dépenses", "expenses"]].flatMap(([title, side]) => {
    const sum = total(account[side]);
    return [
      ...data[side].map(([name, label]) => {
        const value = account[side][name];
        return [label, thousands(value), percent(sum ? (100 * value) / sum : 0, 0)];
      }),
      [`${title}, total`, thousands(sum), percent(100, 0)],
    ];
  });
  return [...rows, ["Marge", thousands(account.margin), ""]];
}

/**
 * What the page says in a state: the balance, what would restore it, the account.
 * @param {any} data @param {any} state
 */
export function summary(data, state) {
  const about = Object.fromEntries(data.parameters.map((one) => [one.key, one]));
  const account = accountOf(data, state);
  const title = headline(account);
  const flows = `Les soins rapportent ${thousands(account.activity)}, les aides et subventions ${thousands(account.subsidies)}${NARROW};`
    + ` les dépenses sont de ${thousands(account.spent)}.`;
  const rows = data.levers.map((key) => {
    const change = neededOf(data, state, key);
    const needed = change.needed === null || change.needed < 0 ? "aucun" : roundedNeed(data, change, about[key]);
    return [about[key].label, said(about[key], change.now), needed, verdict(data, change, about[key])];
  });
  return {
    title,
    sentence: `${title}. ${flows} ${oneDoctor(neededOf(data, state, "doctors").slope)}${byActs(data, neededOf(data, state, "acts"), about.acts, account)}`,
    caption: CAPTION,
    columns: COLUMNS,
    rows,
    notes: moved(data.parameters, state),
    sources: data.sources.map(({ id }) => id),
    curves: [
      { code: state.axis, points: curveOf(data, state, neededOf(data, state, state.axis)) },
      { code: "account", points: accountRows(data, account) },
    ],
  };
}

/** The margin along one input: the line, the zero, the chosen point, the threshold, the range. */
function drawing(data, view, width) {
  const { code, points } = view.curves[0];
  const [start, end, now, zero] = points;
  const about = data.parameters.find(({ key }) => key === code);
  const plot = axes({
    width, height: isNarrow(width) ? 290 : 330,
    label: `Marge annuelle selon «${NBSP}${about.label}${NBSP}». ${view.sentence}`,
    values: [Math.min(start[1], end[1], 0), Math.max(start[1], end[1], 0)], x: [start[0], end[0]],
    tick: (value) => amount(value / 1000, "k€"), top: 18, right: 18, bottom: 48,
  });
  // a name stands where the line is not: on its upper or lower side, away from the edges
  const rising = end[1] >= start[1];
  const label = (text, [value, margin], above) => {
    const [x, y] = [plot.x(value), plot.y(margin)];
    const wanted = above === rising ? "end" : "start";
    const room = wanted === "end" ? x - plot.left : plot.right - x;
    const turned = room < textWidth(text) + 12;
    const side = turned === (wanted === "start") ? "end" : "start";
    const up = above !== turned;
    const height = Math.min(plot.floor - 8, Math.max(plot.top + 8, y + (up ? -9 : 20)));
    return nameText(x + (side === "end" ? -9 : 9), height, text, { "text-anchor": side, "font-weight": 600 });
  };
  const [low, high] = [about.low, about.high].map(plot.x);
  const steps = ticks(start[0], end[0], Math.max(3, Math.floor((width - plot.left) / 90)))
    .filter((value) => value >= start[0] && value <= end[0]);
  plot.svg.append(
    h("rect", { class: "hx-band", x: low, width: Math.max(1, high - low), y: plot.top, height: plot.floor - plot.top }),
    ...steps.map((value) => tickText(plot.x(value), plot.floor + 19, number(value))),
    tickText(plot.right, plot.floor + 39, `${about.label}${about.unit ? ` (${about.unit})` : ""}`, "end"),
    lineOf(plot, [start, end], "hx-s6"));
  if (zero && Math.abs(plot.x(zero[0]) - plot.x(now[0])) > 12) {
    const needed = roundedNeed(data, { key: code, needed: zero[0] }, about);
    plot.svg.append(
      dot(plot.x(zero[0]), plot.y(0), "hx-s1", 6),
      label(`${isNarrow(width) ? "" : `Équilibre${NBSP}: `}${needed}`, zero, true));
  }
  plot.svg.append(dot(plot.x(now[0]), plot.y(now[1]), "hx-s0", 6), label(thousands(now[1]), now, false));
  return plot.svg;
}

/** What the colours stand for. */
const key = () => h("p", { class: "hx-note hx-legends" },
  ...legend([["hx-s0", "compte choisi"], ["hx-s1", "seuil d’équilibre"]], "pin"), ...legend([["", "fourchette"]], "swatch"));

/** The account, line by line. */
function accountTable() {
  const body = h("div", null);
  const el = h("details", null, h("summary", null, "Le compte, ligne par ligne"), body);
  const show = (_, view) => body.replaceChildren(table({
    caption: "Compte annuel du centre", columns: ["Ligne", "Montant", "Part"], rows: view.curves[1].points,
  }));
  return { el, show };
}

export default explorer({
  name: "centre",
  label: "Explorateur du compte d’un centre de santé",
  summary,
  build(context) {
    const labels = Object.fromEntries(context.data.parameters.map((one) => [one.key, one.label]));
    const { values } = context.data.fields.find((field) => field.key === "axis");
    const chart = picture((_, view, width) => drawing(context.data, view, width));
    return {
      controls: [
        ...parameterGroups(context),
        radioGroup(context, { key: "axis", legend: "Marge selon", options: values.map((value) => ({ value, label: labels[value] })) }),
      ],
      picture: { el: h("div", null, key(), chart.el), show: chart.show },
      details: accountTable(),
    };
  },
  file(data, state) {
    const account = accountOf(data, state);
    const lines = [["Recettes", "income"], ["Dépenses", "expenses"]].flatMap(([title, side]) =>
      data[side].map(([name, label]) => [title, label, Math.round(account[side][name]), "€/an", null, null, null, "Modèle"]));
    return {
      name: "compte-centre-de-sante.csv",
      columns: PARAMETER_COLUMNS,
      rows: [...parameterRows(data, state), ...lines, ["Compte", "Marge", Math.round(account.margin), "€/an", null, null, null, "Modèle"]],
    };
  },
});
