// What the note of a chosen future holds, and the table of the links it rests on.

import { h, table } from "../base/common.js";
import { NBSP, joined, number, percent } from "../base/french.js";

const WHOLE = 100;
const ROOM = { wide: 680, phone: 330 }; // px: on paper, on a phone
const MOST = 30; // links written in a note of two pages
const dotted = (/** @type {string} */ name) => `${name[0]}.${name.slice(1)}`;

/** @typedef {import("./view.js").Link} Link */
/** @typedef {import("./view.js").Outcome} Outcome */

/** Links as a table: what acts, on what, by how much, how sure, and where it is read. @param {any} data @param {Link[]} links @param {any} [state] */
export function linkTable(data, links, state = null) {
  const signed = (/** @type {number} */ value) => number(Math.abs(value) < 1000 ? Number(value.toPrecision(3)) : Math.round(value), null, { sign: true });
  const named = Object.fromEntries(data.parameters.map(({ key, label }) => [key, label]));
  return table({
    caption: `Les liens supposés${state ? " qui agissent" : ""}${NBSP}: valeur la plus vraisemblable, et fourchette`,
    columns: ["Lien", "Effet supposé", ...(state ? ["Poids"] : []), "Confiance", "Passage", ...(state ? [] : ["Pourquoi"])],
    rows: links.map(({ key, low, central, high, unit, confidence, passage, reason }) => [
      named[key],
      `${signed(central)} (${signed(low)} à ${signed(high)}) ${unit}`,
      ...(state ? [percent(state[key], 0)] : []),
      confidence || "–", passage || "–",
      ...(state ? [] : [reason]),
    ]),
  });
}

/** The table with words at the left. @param {HTMLElement} box */
function inWords(box) {
  box.querySelector("table")?.classList.add("hb-brief-words");
  return box;
}

/** @param {any} data @param {any} state */
function choices(data, state) {
  const issues = data.issues.map(({ name, title, hypotheses }) => {
    const { title: what } = hypotheses.find((one) => one.name === state[name]);
    const [chosen, before] = [state[name], data.reference[name]];
    const moved = chosen === before ? " (départ)" : ` (au départ ${dotted(before)})`;
    return h("li", null, `${title}${NBSP}: `, chosen === before ? `${dotted(chosen)} ${what}` : h("strong", null, `${dotted(chosen)} ${what}`), moved);
  });
  const levers = data.levers.map(({ name, label }) => h("li", null, `${label}${NBSP}: `,
    state[name] ? h("strong", null, percent(state[name], 0, { sign: true })) : "au repos"));
  return h("ul", { class: "hb-brief-columns" }, ...issues, ...levers);
}

/** How sure each part is. @param {any} data @param {Outcome[]} rows @param {Link[]} acting */
function certainty(data, rows, acting) {
  const mark = (/** @type {string} */ status, /** @type {string} */ text) => h("span", { class: `hx-status hx-${status}` }, text);
  const of = (/** @type {string} */ status) => data.quantities.filter((one) => one.status === status).map(({ label }) => label);
  const shares = rows.filter(({ moved }) => moved).map(({ share }) => WHOLE * share);
  const [least, most] = [Math.min(...shares), Math.max(...shares)];
  const part = Math.round(least) === Math.round(most) ? percent(most, 0) : `de ${number(least, 0)} à ${percent(most, 0)}`;
  const lines = [
    of("modele").length ? [mark("modele", "Résultat de modèle"), ` ${joined(of("modele"))}${NBSP}: référence prévue ou calculée par le manuel.`] : null,
    of("jugement").length ? [mark("jugement", "Jugement"), ` ${joined(of("jugement"))}${NBSP}: référence prise dans une fourchette supposée.`] : null,
    acting.length ? [mark("jugement", "Jugement"), ` ${acting.length > 1 ? "Les" : "Le"} ${number(acting.length)} lien${acting.length > 1 ? "s" : ""} ci-dessous ${acting.length > 1 ? "font" : "fait"} ${part} de l’incertitude selon la quantité. Ce futur est conditionnel${NBSP}: ce n’est pas une prévision.`]
      : [mark("jugement", "Jugement"), " Aucun lien supposé n’agit dans cet état."],
  ];
  return h("ul", null, ...lines.filter((one) => one !== null).map((one) => h("li", null, ...one)));
}

/**
 * What the note of a chosen future says, as `openNote` wants it.
 * @param {object} given
 * @param {any} given.data @param {any} given.state @param {any} given.view what the view says in that state
 * @param {Outcome[]} given.rows
 * @param {Link[]} given.acting the links that act
 * @param {import("../base/common.js").Way} given.way
 * @param {Node[]} given.key the legend
 * @param {(width: number) => Element} given.draw
 */
export function futureNote({ data, state, view, rows, acting, way, key, draw }) {
  const shown = acting.slice(0, MOST);
  const idle = data.links.filter((/** @type {Link} */ link) => !acting.includes(link) && state[link.key] !== WHOLE).length;
  const phone = draw(ROOM.phone);
  const cited = data.sources.map(({ text, address }) => h("li", null, address ? h("a", { href: address }, text) : text));
  const { columns, rows: lines, caption } = view;
  const extra = [
    ...(acting.length > shown.length ? [h("p", { class: "hb-brief-small" }, `Et ${acting.length - shown.length} autres liens, dans la vue.`)] : []),
    ...(idle ? [h("p", { class: "hb-brief-small" }, `Le lecteur a aussi changé le poids de ${idle} lien${idle > 1 ? "s" : ""} sans effet ici.`)] : []),
  ];
  return {
    title: view.title,
    sections: /** @type {[string, Node[]][]} */ ([
      ["La question", [h("p", null, data.question), choices(data, state)]],
      ["La réponse", [
        h("p", null, view.sentence),
        h("figure", { class: "hx-explorer" },
          h("p", { class: "hx-note hx-legends" }, ...key),
          h("div", { class: "hx-plot hx-phone" }, phone),
          h("div", { class: "hx-plot" }, draw(ROOM.wide))),
        h("div", { class: "hx-explorer" }, table({ caption, columns, rows: lines })),
      ]],
      ["Certitude", [
        h("div", { class: "hx-explorer hb-brief-sure" }, certainty(data, rows, acting)),
        ...(shown.length ? [h("div", { class: "hx-explorer" }, inWords(linkTable(data, shown, state)))] : []),
        ...extra,
      ]],
      ["Limites", [h("ul", { class: "hb-brief-small" }, ...data.limits.map((text) => h("li", null, text)))]],
      ["Sources", cited.length ? [h("ul", { class: "hb-brief-columns" }, ...cited)] : []],
    ]),
    back: way.link
      ? [`La vue dans cet état${NBSP}: `, h("a", { href: way.link }, way.link), "."]
      : [`Pour retrouver cet état dans la page publiée, ajoutez à son adresse${NBSP}: `, h("code", null, way.query ? `?${way.query}` : "rien"), "."],
    file: "futur-choisi",
    leave: "Revenir à la vue",
  };
}
