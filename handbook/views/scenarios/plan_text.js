// The plan from the observed situation to a future, in the words of handbook.scenarios: a test holds
// the two equal, down to the Markdown.

import { bestOrder, effectsOn, lacking, standings } from "./balances.js";
import { NARROW, NBSP, joined, withCapital } from "../base/french.js";
import { MOST_REASONS, codesIn, dotted, guillemets, hypothesisAt, countedInLetters, judgementOf, modelOf, points, quotedTitle, rescoredBy, spaced, verdictText } from "./words.js";

export const ALL = "tous";
const SHOWN = ["step", "issue", "action", "role", "actor", "partners", "indicator"];
const COLUMNS = ["step", "issue", "observed", "target", "case", "horizon", "role", "action", "actor", "partners", "indicator", "jobs"];

/** The action plan from the observed situation to a whole future. */
export function planFor(data, state) {
  const model = modelOf(data, state.scores);
  const [from, to] = [state.observed, state.choice].map((code) => codesIn(data, code));
  const order = bestOrder(model, from, to);
  const all = standings(model, to);
  const items = data.issues.map((issue, j) => {
    const step = order.order.indexOf(j) + 1;
    const target = quotedTitle(hypothesisAt(data, j, to[j]));
    const way = step ? "redirect" : "accelerate";
    const said = withCapital(data.words.cases[way]);
    const origin = quotedTitle(hypothesisAt(data, j, from[j]));
    return {
      step,
      heading: `${step ? `Étape ${step}` : "Sans changement"}${NBSP}: ${issue.title}`,
      course: step ? `${said} de ${origin} vers ${target}.` : `${said} la tendance vers ${target}.`,
      forces: [...forcesOn(data, model, to, j, all[j], 1), ...forcesOn(data, model, to, j, all[j], -1)],
      actions: leversFor(data, state, hypothesisAt(data, j, to[j]).id, way)
        .map((lever) => ({ ...lever, step, issue: issue.short, observed: origin, target, case: data.words.cases[way] })),
    };
  });
  items.sort((a, b) => (a.step || Infinity) - (b.step || Infinity) || 0);
  const actions = items.flatMap((item) => item.actions).sort((a, b) => a.horizon - b.horizon);
  const title = `Plan d’action${NBSP}: de ${spaced(state.observed)} à ${spaced(state.choice)}`;
  const hold = data.issues.flatMap(({ short }, j) => (lacking(all[j]) > 0 ? [guillemets(short)] : []));
  const summary = [...planSummary(data, all, order, hold), data.words.caution, ...scopeOf(data, state)];
  return { title, summary, items, actions, skills: skillsOf(data, from, to) };
}

/** The judgements that push an issue most, one way. */
function forcesOn(data, model, codes, j, standing, sign) {
  return effectsOn(model, codes, j, standing).filter(({ effect }) => sign * effect > 0)
    .sort((a, b) => sign * (b.effect - a.effect)).slice(0, MOST_REASONS)
    .map(({ source }) => {
      const { id } = hypothesisAt(data, source, codes[source]);
      const judgement = judgementOf(data, id, data.issues[j].id);
      const text = !judgement || rescoredBy(data, model, id, j) ? "score modifié" : judgement.text;
      return `${sign > 0 ? "Appui" : "Frein"} de ${dotted(id)}${NBSP}: ${text}`;
    });
}

/** The actions that lead to a hypothesis, of the actor and of the horizon kept. */
function leversFor(data, { actor, horizon }, target, way) {
  return data.levers.filter((lever) => lever.hypothesis === target
    && (lever.course === "both" || lever.course === way)
    && (actor === ALL || lever.actor === data.actors[actor])
    && (horizon === ALL || lever.horizon === Number(horizon)));
}

function planSummary(data, all, { order, worst }, hold) {
  const [count, total] = [order.length, data.issues.length];
  const lines = [];
  if (!count) lines.push(`La cible est la situation constatée${NBSP}: il s’agit d’accélérer sur chaque enjeu.`);
  else if (count === total) lines.push(`Les ${countedInLetters(count)} enjeux sont à réorienter.`);
  else lines.push(`${withCapital(countedInLetters(count))} enjeu${count > 1 ? "x" : ""} sur ${countedInLetters(total)} à réorienter, les autres à accélérer.`);
  lines.push(verdictText(data, all).replace("Ce futur", "Le futur visé"));
  if (count > 1) {
    const named = joined(order.map((j) => guillemets(data.issues[j].short)));
    lines.push(`Ordre conseillé${NBSP}: ${named}${NARROW}; la pire incohérence en chemin est alors de ${points(worst)}.`);
  }
  if (hold.length) {
    lines.push(`À maintenir par une politique constante, faute d’appui des autres enjeux${NBSP}: ${joined(hold)}.`);
  }
  return lines;
}

function scopeOf(data, { actor, horizon }) {
  const kept = [
    ...(actor === ALL ? [] : [`menées par ${guillemets(data.actors[actor])}`]),
    ...(horizon === ALL ? [] : [`à l’horizon de ${horizon}${NBSP}ans`]),
  ];
  return kept.length ? [`Actions retenues${NBSP}: ${kept.join(", ")}.`] : [];
}

/** What the criteria on jobs and skills say of the target, beside the observed situation. */
function skillsOf(data, from, to) {
  return data.criteria.filter(([, , , jobs]) => jobs).map(([id, criterion, label]) => {
    const j = data.issues.findIndex((issue) => issue.id === id);
    const [seen, aimed] = [from, to].map((codes) => data.profiles[`${hypothesisAt(data, j, codes[j]).id}/${criterion}`]);
    const other = seen === aimed ? "comme" : guillemets(seen);
    return `${data.issues[j].short}, ${label}${NBSP}: ${aimed} (${other} dans la situation constatée).`;
  });
}

/** The actions of each horizon under its heading, the nearest first. */
export function stagesOf(data, plan) {
  const years = [...new Set(plan.actions.map(({ horizon }) => horizon))];
  return years.map((year) => ({
    heading: `D’ici à ${countedInLetters(year)} ans`,
    columns: SHOWN.map((column) => data.words.columns[column]),
    rows: plan.actions.filter(({ horizon }) => horizon === year)
      .map((action) => SHOWN.map((column) => (column === "step" ? String(action.step || "–") : action[column]))),
  }));
}

/** The plan as Markdown, as Python's `ActionPlan.to_markdown` writes it. */
export function planMarkdown(data, plan) {
  const row = (cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const lines = [`# ${plan.title}`, "", ...plan.summary, "", `## ${data.words.titles.order}`, ""];
  for (const { heading, course, forces } of plan.items) {
    lines.push(`### ${heading}`, "", course, "", ...forces.map((text) => `- ${text}`), ...(forces.length ? [""] : []));
  }
  for (const { heading, columns, rows } of stagesOf(data, plan)) {
    lines.push(`## ${heading}`, "", row(columns), row(columns.map(() => "---")), ...rows.map(row), "");
  }
  if (plan.skills.length) {
    lines.push(`## ${data.words.titles.jobs}`, "", ...plan.skills.map((text) => `- ${text}`), "");
  }
  return lines.join("\n");
}

/** The plan as the rows of a CSV file, as Python's `ActionPlan.to_csv` writes them. */
export const planRows = (data, plan) => ({
  columns: COLUMNS.map((column) => data.words.columns[column]),
  rows: plan.actions.map((action) => COLUMNS.map((column) => action[column])),
});
