// Explorer of series by territory: choose some, an indicator and a measure; curves, figures and
// the finding follow. `summary` says what view.py says; a test holds them equal.

import { explorer, h, table } from "../base/common.js";
import { checkList, radioGroup, select } from "../base/controls.js";
import { lineChart } from "../base/chart.js";
import { NARROW, NBSP, agreed, date, inLetters, joined, number, ordinal, percent, rounded, withCapital } from "../base/french.js";

const PLACES = 6; // decimals kept of a computed value
const MARKS = 18; // colours x dashes in style.css
const DAY = 86_400_000;
const NONE = "–";

const find = (data, state) => data.indicators.find(({ id }) => id === state.indicator);

/** The indicator's values for one territory, in the measure asked for. */
function measured(data, indicator, measure, code, base) {
  const values = indicator.values[code];
  if (measure === "value") return values;
  const by = measure === "share" ? indicator.values[data.whole.code] : values.map(() => values[base]);
  return values.map((value, index) => {
    return value == null || !by[index] ? null : rounded((100 * value) / by[index], PLACES);
  });
}

/** How amounts of this indicator and measure are written. */
function writing(data, indicator, measure) {
  const points = measure === "share" || (measure === "value" && indicator.unit === "%");
  const digits = { value: indicator.decimals, index: 0, share: 1 }[measure];
  const counted = {
    value: indicator.noun,
    index: "en indice",
    share: `des ${indicator.noun} ${data.whole?.of ?? ""}`,
  }[measure];
  const amount = (value) => (points ? percent(value, digits) : number(value, digits));
  // in points when the amounts are themselves percents
  const growth = (value, places) => {
    if (!points) return percent(value, places, { sign: true });
    const noun = Math.abs(rounded(value, 1)) < 2 ? "point" : "points";
    return `${number(value, 1, { sign: true })}${NBSP}${noun}`;
  };
  return { points, digits, counted, amount, growth };
}

/** First, last, change, growth and yearly growth of one region between two dates. */
function figures(values, from, to, years, points) {
  const [first, last] = [values[from], values[to]];
  if (first == null || last == null) return { first, last, change: null, growth: null, yearly: null };
  const change = rounded(last - first, PLACES);
  if (points) return { first, last, change, growth: change, yearly: rounded(change / years, PLACES) };
  const ratio = first > 0 ? last / first : null;
  return {
    first, last, change,
    growth: ratio === null ? null : rounded(100 * (ratio - 1), PLACES),
    yearly: ratio === null ? null : rounded(100 * (ratio ** (1 / years) - 1), PLACES),
  };
}

/** The dates at which every chosen territory has a value: comparisons are made over them. */
function windowOf(data, indicator, measure, codes) {
  const needed = measure === "share" ? [...codes, data.whole.code] : codes;
  const common = indicator.dates.map((_, index) => index)
    .filter((index) => needed.every((code) => indicator.values[code][index] != null));
  return common.length > 1 ? [common[0], common[common.length - 1]] : null;
}

/** Position among territories at the last date, from the highest; equal values share a rank. */
function ranks(data, indicator, measure, from, to) {
  const last = data.regions.filter(({ code }) => code !== data.whole?.code)
    .map(({ code }) => [code, measured(data, indicator, measure, code, from)[to]])
    .filter(([, value]) => value != null);
  return new Map(last.map(([code, value]) => [code, 1 + last.filter(([, other]) => other > value).length]));
}

/** The whole first, then territories from the highest to the lowest; what has no value last. */
const order = (data, { region, last }) => (region.code === data.whole?.code ? Infinity : last ?? -Infinity);

/**
 * What the page shows in a state: the finding, the sentence, the figures, the curves.
 * @param {any} data
 * @param {{regions: string[], indicator: string, measure: "value" | "index" | "share"}} state
 */
export function summary(data, state) {
  const indicator = find(data, state);
  const { noun } = data;
  const base = { sources: indicator.sources, columns: [withCapital(noun.one)], rows: [], notes: [], curves: [] };
  const caption = `${indicator.label}, ${data.measures[state.measure]}`;
  // a share of itself would say nothing
  const codes = state.regions.filter((code) => code !== data.whole?.code || state.measure !== "share");
  if (!codes.length) {
    const [none, chosen] = [withCapital(agreed("aucun", noun)), agreed("choisi", noun)];
    const sentence = `${none} ${noun.one} n’est ${chosen}. Cochez-en au moins ${agreed("un", noun)} pour voir sa courbe.`;
    return { ...base, title: `${none} ${noun.one} ${chosen}`, sentence, caption };
  }
  const chosen = codes.map((code) => data.regions.find((region) => region.code === code));
  const range = windowOf(data, indicator, state.measure, codes);
  if (!range) {
    const sentence = `Les ${noun.many} ${agreed("choisi", noun, 2)} n’ont pas deux dates en commun pour cet indicateur.`;
    return { ...base, title: "Pas de période commune", sentence, caption };
  }
  const [from, to] = range;
  const dates = [indicator.dates[from], indicator.dates[to]];
  const years = (Date.parse(dates[1]) - Date.parse(dates[0])) / DAY / 365.25;
  const write = writing(data, indicator, state.measure);
  const results = chosen.map((region) => {
    const values = measured(data, indicator, state.measure, region.code, from);
    return { region, values, ...figures(values, from, to, years, write.points) };
  });
  results.sort((a, b) => order(data, b) - order(data, a));
  const rank = ranks(data, indicator, state.measure, from, to);
  const said = dates.map((iso) => date(iso, indicator.precision));
  return {
    ...base,
    ...wording(data, results, rank, said, write),
    ...tabled(data, results, rank, said, write, state.measure),
    caption,
    curves: results.map(({ region, values }) => ({
      code: region.code,
      points: values.map((value, index) => [indicator.dates[index], value]),
    })),
  };
}

/** The table of figures. */
function tabled(data, results, rank, said, write, measure) {
  const plain = measure === "value" && !write.points;
  const columns = [withCapital(data.noun.one), ...said, ...(plain ? ["Écart"] : []), "Évolution", "Par an", `Rang sur ${rank.size}`];
  const known = (value, text) => (value == null ? NONE : text(value));
  const growth = (value) => known(value, () => write.growth(value, 1));
  const change = (value) => known(value, () => number(value, write.digits, { sign: true }));
  const rows = results.map((one) => [
    one.region.name, known(one.first, write.amount), known(one.last, write.amount),
    ...(plain ? [change(one.change)] : []), growth(one.growth), growth(one.yearly),
    rank.has(one.region.code) ? ordinal(rank.get(one.region.code)) : NONE,
  ]);
  const left = results.filter((one) => one.growth == null).map(({ region }) => region.name);
  const notes = left.length ? [`Sans évolution calculable (départ à zéro)${NBSP}: ${joined(left)}.`] : [];
  return { columns, rows, notes };
}

/** « l’Île-de-France passe de 59 à 175 MSP » */
function tells({ region, first, last }, write, short = false) {
  const verb = region.plural ? "passent" : "passe";
  const end = short ? "" : ` ${write.counted}`;
  return `${region.subject} ${verb} de ${write.amount(first)} à ${write.amount(last)}${end}`;
}

/** The title and the sentence. */
function wording(data, results, rank, said, write) {
  const grown = results.filter((one) => one.growth != null);
  const compared = grown.filter(({ region }) => region.code !== data.whole?.code);
  const whole = grown.find(({ region }) => region.code === data.whole?.code);
  const also = whole && compared.length
    ? ` ${withCapital(tells(whole, write, true))} (${write.growth(whole.growth, 0)}).` : "";
  const between = `Entre ${said[0]} et ${said[1]}, `;
  if (compared.length > 1) {
    const chosen = results.filter(({ region }) => region.code !== data.whole?.code).length;
    const some = rank.size > compared.length ? ` ${agreed("choisi", data.noun, 2)}` : "";
    const which = chosen > compared.length ? " comparables" : some;
    const { title, sentence } = comparison(compared, data.noun.many + which, write);
    return { title, sentence: between + sentence + also };
  }
  return alone(data, compared[0] ?? whole ?? results[0], rank, between, also, write);
}

function comparison(compared, noun, write) {
  const ordered = [...compared].sort((a, b) => b.growth - a.growth);
  const [top, low] = [ordered[0], ordered[ordered.length - 1]];
  const many = `des ${inLetters(compared.length)} ${noun}`;
  const rise = write.points ? "la plus forte hausse" : "la plus forte hausse en proportion";
  const best = top.growth > 0 ? rise : "l’évolution la plus haute";
  const fallen = low.growth < 0 ? "la plus forte baisse" : "sans changement";
  const worst = low.growth > 0 ? "la plus faible" : fallen;
  const shared = ordered[1].growth === top.growth ? " (ex æquo)" : "";
  const [high, least] = [top, low].map((one) => write.growth(one.growth, 0));
  return {
    title: `${top.region.name}${NBSP}: ${best} ${many} (${high})`,
    sentence: `${tells(top, write)} (${high}), ${best} ${many}${shared}${NARROW}; `
      + `${tells(low, write, true)} (${least}), ${worst}.`,
  };
}

function alone(data, only, rank, between, also, write) {
  const { name, code, subject } = only.region;
  if (only.first == null || only.last == null) {
    return {
      title: `${name}${NBSP}: pas d’évolution calculable`,
      sentence: `${withCapital(subject)} n’a pas d’évolution calculable sur la période.`,
    };
  }
  const grown = only.growth == null ? "" : ` (${write.growth(only.growth, 0)})`;
  const ranked = rank.has(code) ? `, au ${ordinal(rank.get(code))} rang des ${rank.size} ${data.noun.many}` : "";
  const amounts = `de ${write.amount(only.first)} à ${write.amount(only.last)} ${write.counted}`;
  return {
    title: `${name}${NBSP}: ${amounts}${grown}`,
    sentence: `${between}${tells(only, write)}${grown}${ranked}.${also}`,
  };
}

/** Keeps a curve's colour while its region stays chosen. */
function marker() {
  const slots = new Map();
  return (codes) => {
    for (const code of slots.keys()) if (!codes.includes(code)) slots.delete(code);
    for (const code of codes) {
      const taken = new Set(slots.values());
      let slot = 0;
      while (taken.has(slot)) slot += 1;
      if (!slots.has(code)) slots.set(code, slot);
    }
    return (code) => `hx-s${slots.get(code) % MARKS}`;
  };
}

/** The curves, and the same values as a table. */
function pictures({ data }, marks) {
  const chart = lineChart();
  const values = h("div");
  const name = (code) => data.regions.find((region) => region.code === code).name;
  const picture = {
    el: h("div", null, chart.el),
    show(state, view) {
      const indicator = find(data, state);
      const write = writing(data, indicator, state.measure);
      chart.show({
        lines: view.curves.map(({ code, points }) => ({ name: name(code), mark: marks(state.regions)(code), points })),
        label: `Courbes${NBSP}: ${view.caption}. Les mêmes valeurs sont dans le tableau sous les chiffres.`,
        empty: view.sentence,
        fromZero: state.measure !== "index",
        value: write.amount,
        tick: (value) => (write.points ? percent(value) : number(value)),
        moment: (iso) => date(iso, indicator.precision),
      });
    },
  };
  const details = {
    el: h("details", null, h("summary", null, "Voir les données en tableau"), values),
    show(state, view) {
      const indicator = find(data, state);
      const write = writing(data, indicator, state.measure);
      values.replaceChildren(table({
        caption: `${view.caption}${NBSP}: toutes les dates`,
        columns: ["Date", ...view.curves.map(({ code }) => name(code))],
        rows: (view.curves[0]?.points ?? []).map(([iso], index) => [
          date(iso, indicator.precision),
          ...view.curves.map(({ points }) => (points[index][1] == null ? NONE : write.amount(points[index][1]))),
        ]),
      }));
    },
  };
  return { picture, details };
}

export default explorer({
  name: "regions",
  label: "Explorateur des territoires",
  summary,
  build(context) {
    const { indicators, measures, regions, noun, whole } = context.data;
    const marks = marker();
    const options = (entries) => entries.map(([value, label]) => ({ value, label: withCapital(label) }));
    const one = indicators.length > 4 ? select : radioGroup;
    return {
      controls: [
        one(context, {
          key: "indicator", legend: "Indicateur",
          options: options(indicators.map(({ id, label }) => [id, label])),
        }),
        radioGroup(context, { key: "measure", legend: "Mesure", options: options(Object.entries(measures)) }),
        checkList(context, {
          key: "regions", legend: withCapital(noun.many),
          options: options(regions.map(({ code, name }) => [code, name])),
          counted: (n) => `${n} ${agreed("choisi", noun, n)}`,
          mark: (code, state) => marks(state.regions)(code),
          aside: (code) => code === whole?.code, // beside it, the regions' curves would lie flat
        }),
      ],
      ...pictures(context, marks),
      mark: (row, state, view) => h("span", { class: `hx-key ${marks(state.regions)(view.curves[row].code)}` }),
    };
  },
  file(data, state, view) {
    const indicator = find(data, state);
    const name = (code) => data.regions.find((region) => region.code === code).name;
    return {
      name: `${indicator.id}.csv`,
      columns: ["date", "code", data.noun.one, "indicateur", "mesure", "valeur"],
      rows: view.curves.flatMap(({ code, points }) => points.map(([iso, value]) =>
        [iso, code, name(code), indicator.label, data.measures[state.measure], value])),
    };
  },
});
