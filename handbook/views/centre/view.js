// Explorer of a centre's account. `centreLines` repeats handbook.economics.centre and `summary`
// repeats view.py, in the same order of operations; a test holds them equal.

import { explorer, followWidth, h, table } from "../base/common.js";
import { radioGroup } from "../base/controls.js";
import { ticks } from "../base/chart.js";
import { PARAMETER_COLUMNS, moved, parameterGroups, parameterRows } from "../base/parameters.js";
import { NARROW, NBSP, amount, number, percent } from "../base/french.js";

const COLUMNS = ["En ne changeant que…", "Choisi", "Il faudrait", "Possible"];
const CAPTION = "Ce qu’il faudrait pour équilibrer le compte, un seul changement à la fois";
const EVEN = 500; // euros: less than the rounding of what is written
const NOTHING = 1e-9;
const ROOM = { top: 18, right: 18, bottom: 48 };
const LETTER = 7.1; // mean width of a character, px

/** Every line of the account, for one state. */
function centreLines(of) {
  const present = of.doctors * of.filled / 100;
  const doctorsGross = present * of.doctor_salary;
  const othersGross = of.others * of.other_salary;
  const carersGross = doctorsGross + othersGross;
  const acts = present * of.acts * of.tariff * of.mix;
  const others = of.others * of.other_revenue;
  const posts = of.doctors + of.others; // what support is sized on: an empty post saves none
  return {
    income: {
      acts,
      others,
      capitation: present * of.patients * of.capitation,
      agreement: of.agreement,
      assistant_aid: present * of.assistant_aid,
      contribution_refund: carersGross * of.contribution_refund / 100,
      local_subsidy: of.local_subsidy,
    },
    expenses: {
      doctors: doctorsGross * (1 + of.employer_rate / 100),
      other_staff: othersGross * (1 + of.employer_rate / 100),
      support: posts * of.support * of.support_cost,
      coordination: of.coordination,
      premises: of.premises,
      digital: of.doctors * of.digital,
      other_costs: of.other_costs,
      third_party: (acts + others) * of.third_party / 100,
      unpaid: (acts + others) * of.unpaid / 100,
    },
  };
}

const total = (/** @type {Record<string, number>} */ lines) => Object.values(lines).reduce((sum, value) => sum + value, 0);

function accountOf(state) {
  const lines = centreLines(state);
  const received = total(lines.income);
  const spent = total(lines.expenses);
  const activity = lines.income.acts + lines.income.others + lines.income.capitation;
  return { ...lines, received, spent, margin: received - spent, activity, subsidies: received - activity };
}

/** What an input must become, all others kept, for the margin to be zero. */
function neededOf(state, key) {
  const [one, none] = [1, 0].map((value) => accountOf({ ...state, [key]: value }).margin);
  const slope = one - none;
  const now = state[key];
  const needed = Math.abs(slope) < NOTHING ? null : now - accountOf(state).margin / slope;
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
  if (Math.abs(account.margin) < EVEN) return "Compte à l’équilibre";
  const word = account.margin > 0 ? "Excédent" : "Déficit";
  const rate = account.spent ? (100 * account.margin) / account.spent : NaN;
  return `${word} de ${thousands(Math.abs(account.margin))} par an, soit ${percent(Math.abs(rate), 0)} des dépenses`;
}

function oneDoctor(gain) {
  if (Math.abs(gain) < EVEN) return "Un poste de médecin de plus rapporte ce qu’il coûte.";
  const [verb, other] = gain > 0 ? ["rapporterait", "coûte"] : ["coûterait", "rapporte"];
  return `Un poste de médecin de plus ${verb} ${thousands(Math.abs(gain))} de plus qu’il ne ${other}.`;
}

function byActs(data, change, about, account) {
  if (change.needed === null || change.needed < 0 || Math.abs(account.margin) < EVEN) return "";
  const word = account.margin > 0 ? "tiendrait jusqu’à" : "demanderait";
  return ` Sans autre changement, l’équilibre ${word} ${roundedNeed(data, change, about)} par médecin et par an, au lieu de ${said(about, change.now)}.`;
}

/** The ends of the line, the chosen point, and where it crosses zero, if it does. */
function curveOf(data, state, change) {
  const { minimum, maximum } = data.fields.find(({ key }) => key === change.key);
  const { margin } = accountOf(state);
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
  const account = accountOf(state);
  const title = headline(account);
  const flows = `Les soins rapportent ${thousands(account.activity)}, les aides et subventions ${thousands(account.subsidies)}${NARROW};`
    + ` les dépenses sont de ${thousands(account.spent)}.`;
  const rows = data.levers.map((key) => {
    const change = neededOf(state, key);
    const needed = change.needed === null || change.needed < 0 ? "aucun" : roundedNeed(data, change, about[key]);
    return [about[key].label, said(about[key], change.now), needed, verdict(data, change, about[key])];
  });
  return {
    title,
    sentence: `${title}. ${flows} ${oneDoctor(neededOf(state, "doctors").slope)}${byActs(data, neededOf(state, "acts"), about.acts, account)}`,
    caption: CAPTION,
    columns: COLUMNS,
    rows,
    notes: moved(data.parameters, state),
    sources: data.sources.map(({ id }) => id),
    curves: [
      { code: state.axis, points: curveOf(data, state, neededOf(state, state.axis)) },
      { code: "account", points: accountRows(data, account) },
    ],
  };
}

/** The margin along one input: the line, the zero, the chosen point, the threshold, the range. */
function marginChart({ data }) {
  const el = h("div", { class: "hx-picture hx-chart" });
  let last = null;
  const draw = () => {
    if (last) el.replaceChildren(marginDrawing(data, last, el.clientWidth || 640));
  };
  followWidth(el, draw);
  return { el, show: (_, view) => { last = view; draw(); } };
}

function marginDrawing(data, view, width) {
  const { code, points } = view.curves[0];
  const [start, end, now, zero] = points;
  const about = data.parameters.find(({ key }) => key === code);
  const height = width < 480 ? 290 : 330;
  const floor = height - ROOM.bottom;
  const marks = ticks(Math.min(start[1], end[1], 0) / 1000, Math.max(start[1], end[1], 0) / 1000, 5);
  const tick = (value) => amount(value, "k€");
  const left = Math.max(...marks.map((value) => tick(value).length)) * LETTER + 10;
  const x = (value) => left + ((value - start[0]) / (end[0] - start[0])) * (width - left - ROOM.right);
  const [low, high] = [marks[0] * 1000, marks[marks.length - 1] * 1000];
  const y = (value) => floor - ((value - low) / (high - low)) * (floor - ROOM.top);
  // a name stands where the line is not: on its upper or lower side, away from the edges
  const rising = end[1] >= start[1];
  const label = (text, point, above) => {
    const room = { left: x(point[0]) - left, right: width - ROOM.right - x(point[0]) };
    const wanted = above === rising ? "end" : "start";
    const needed = text.length * LETTER + 12;
    const turned = (wanted === "end" ? room.left : room.right) < needed;
    const side = turned ? (wanted === "end" ? "start" : "end") : wanted;
    const up = turned ? !above : above;
    return h("text", {
      class: "hx-name", x: x(point[0]) + (side === "end" ? -9 : 9), "text-anchor": side, "font-weight": 600,
      y: Math.min(floor - 8, Math.max(ROOM.top + 8, y(point[1]) + (up ? -9 : 20))),
    }, text);
  };
  const svg = h("svg", {
    class: "hx-svg", width, height, viewBox: `0 0 ${width} ${height}`, role: "img",
    "aria-label": `Marge annuelle selon «${NBSP}${about.label}${NBSP}». ${view.sentence}`,
  });
  svg.append(
    h("rect", { class: "hx-band", x: x(about.low), width: Math.max(1, x(about.high) - x(about.low)), y: ROOM.top, height: floor - ROOM.top }),
    ...marks.flatMap((value) => [
      h("line", { class: value === 0 ? "hx-zero" : "hx-grid", "stroke-width": value === 0 ? 2 : 1, x1: left, x2: width - ROOM.right, y1: y(value * 1000), y2: y(value * 1000) }),
      h("text", { class: "hx-tick", x: left - 8, y: y(value * 1000) + 4, "text-anchor": "end" }, tick(value)),
    ]));
  const steps = ticks(start[0], end[0], Math.max(3, Math.floor((width - left) / 90))).filter((value) => value >= start[0] && value <= end[0]);
  svg.append(
    ...steps.map((value) => h("text", { class: "hx-tick", x: x(value), y: floor + 19, "text-anchor": "middle" }, number(value))),
    h("text", { class: "hx-tick", x: width - ROOM.right, y: floor + 39, "text-anchor": "end" }, `${about.label}${about.unit ? ` (${about.unit})` : ""}`),
    h("path", { class: "hx-line hx-s6", d: `M${x(start[0])} ${y(start[1])}L${x(end[0])} ${y(end[1])}` }));
  const apart = zero && Math.abs(x(zero[0]) - x(now[0])) > 12;
  if (apart) {
    svg.append(
      h("circle", { class: "hx-dot hx-s1", cx: x(zero[0]), cy: y(0), r: 6 }),
      label(`${width < 480 ? "" : `Équilibre${NBSP}: `}${roundedNeed(data, { key: code, needed: zero[0] }, about)}`, zero, true));
  }
  svg.append(
    h("circle", { class: "hx-dot hx-s0", cx: x(now[0]), cy: y(now[1]), r: 6 }),
    label(thousands(now[1]), now, false));
  return svg;
}

/** What the colours stand for, then the account line by line. */
function key() {
  const item = (mark, text) => h("span", { class: mark }, h("span", { class: "hx-pin" }), text);
  return h("p", { class: "hx-note hx-legends" }, item("hx-s0", "compte choisi"), item("hx-s1", "seuil d’équilibre"),
    h("span", null, h("span", { class: "hx-swatch" }), "fourchette"));
}

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
    const chart = marginChart(context);
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
    const account = accountOf(state);
    const lines = [["Recettes", "income"], ["Dépenses", "expenses"]].flatMap(([title, side]) =>
      data[side].map(([name, label]) => [title, label, Math.round(account[side][name]), "€/an", null, null, null, "Modèle"]));
    return {
      name: "compte-centre-de-sante.csv",
      columns: PARAMETER_COLUMNS,
      rows: [...parameterRows(data, state), ...lines, ["Compte", "Marge", Math.round(account.margin), "€/an", null, null, null, "Modèle"]],
    };
  },
});
