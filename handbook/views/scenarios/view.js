// Scenario builder: one hypothesis an issue; the verdict, its reasons, the repairs, the profiles and
// the plan follow at once. What is said comes from words.js, what is computed from balances.js;
// here are the choice and its verdict, plan.js and scores.js hold what is folded under them.

import { h, living, pushButton, sourceLine, table, uniqueId } from "../base/common.js";
import { NBSP } from "../base/french.js";
import { codesIn, differencesBetween, dotted, guillemets, hypothesisAt, judged, modelOf, planFor, planMarkdown, planRows, presetsOf, reading, signed, spaced, standing } from "./words.js";
import { folded, option } from "./fold.js";
import { comparePart, planPart, profilePart } from "./plan.js";
import { addressFields, heedScores, observedPart, scoresPart } from "./scores.js";

const FULL_BAR = 10; // points of support that fill a bar
const STORIES = 3; // futures told at length
const MARK = { holds: "✓", tied: "=", fails: "✗", open: "?" };

const kindOf = (lead) => (lead === null ? "open" : lead < 0 ? "fails" : lead ? "holds" : "tied");

/** Where one starts from, and what differs from it. */
function startPart({ data, set }) {
  const id = uniqueId();
  const box = h("select", { id, onchange: () => {
    const [kind, code] = box.value.split(":");
    if (kind) set({ start: code, choice: code });
  } });
  const said = h("span");
  const back = pushButton("Revenir au départ", () => set({ choice: start }));
  let start = "";
  let listed = "";
  const fill = (state) => {
    const { settings, families } = presetsOf(data, state);
    const key = JSON.stringify([settings, families, state.scores]);
    if (key === listed) return;
    listed = key;
    const model = modelOf(data, state.scores);
    box.replaceChildren(
      h("optgroup", { label: "Repères" }, ...settings.map(({ code, label }, i) =>
        option(`${"oc"[i]}:${code}`, `${label} (${spaced(code)})`))),
      ...families.map(({ title, codes }) => h("optgroup", { label: `Futurs cohérents, ${guillemets(title)}` },
        ...codes.map((code) => {
          const { shareText } = judged(data, model, code);
          return option(`f:${code}`, spaced(code) + (shareText && `, tient dans ${shareText} des cas`));
        }))),
      h("optgroup", { label: "Autre" }, option("", "Un futur de votre choix")));
  };
  const show = (state) => {
    start = state.start;
    fill(state);
    const chosen = [...box.options].find(({ value }) => value.slice(2) === start);
    box.value = chosen ? chosen.value : "";
    const moved = differencesBetween(data, state.choice, start);
    const list = moved.map(({ issue, from, to }) => `${issue.short} (${from}${NBSP}→${NBSP}${to === "-" ? "?" : to})`);
    said.textContent = moved.length
      ? `${moved.length} ${moved.length > 1 ? "écarts" : "écart"} avec ce départ${NBSP}: ${list.join(", ")}.`
      : "Aucun écart avec ce départ.";
    back.hidden = !moved.length;
  };
  const el = h("div", { class: "hx-cib-start" },
    h("label", { class: "hx-legend", for: id }, "Partir de"), box,
    h("p", { class: "hx-cib-diff" }, said, " ", back));
  return { el, show };
}

/** One issue: three hypotheses and « je ne sais pas », each with its support. */
function issuePart({ data, set }, issue, j, current) {
  const name = uniqueId();
  const choose = (letter) => {
    const code = [...current().choice];
    code[j] = letter;
    set({ choice: code.join("") });
  };
  const chip = h("span", { class: "hx-cib-chip" });
  const told = h("p", { class: "hx-cib-told" });
  const options = issue.hypotheses.map((one) => {
    const input = h("input", { type: "radio", name, value: one.letter, onchange: () => choose(one.letter) });
    const bar = h("span", { class: "hx-cib-bar" });
    const value = h("span", { class: "hx-cib-value" });
    const best = h("span", { class: "hx-cib-unseen" });
    const el = h("label", { class: "hx-cib-option" }, input,
      h("span", { class: "hx-cib-name" }, h("b", null, one.letter), " ", one.title),
      h("span", { class: "hx-cib-support" },
        h("span", { class: "hx-cib-unseen" }, `, soutien${NBSP}`), value, best,
        h("span", { class: "hx-cib-track", "aria-hidden": "true" }, bar)));
    return { input, el, bar, value, best };
  });
  const unknown = h("input", { type: "radio", name, value: "-", onchange: () => choose("-") });
  const el = h("fieldset", { class: "hx-cib-issue", "data-key": issue.id },
    h("legend", null, h("span", { class: "hx-cib-h" }, `${j + 1}. ${issue.short}`), chip),
    issue.question ? h("p", { class: "hx-cib-question" }, issue.question) : null,
    h("div", { class: "hx-cib-options" }, ...options.map((one) => one.el),
      h("label", { class: "hx-cib-option hx-cib-unknown" }, unknown, h("span", { class: "hx-cib-name" }, "Je ne sais pas"))),
    told);
  const show = (state, view) => {
    const { own, received, lead } = view.all[j];
    const most = Math.max(...received);
    const kind = kindOf(lead);
    el.className = `hx-cib-issue hx-${kind}`;
    chip.textContent = `${MARK[kind]} ${standing(lead)}`;
    told.textContent = own === -1 ? "" : issue.hypotheses[own].description;
    unknown.checked = own === -1;
    options.forEach(({ input, bar, value, best, el: label }, k) => {
      const support = received[k];
      input.checked = own === k;
      value.textContent = signed(support);
      label.classList.toggle("hx-cib-best", support === most);
      best.textContent = support === most ? ", le meilleur soutien" : "";
      const width = (50 * Math.min(FULL_BAR, Math.abs(support))) / FULL_BAR;
      bar.style.setProperty("width", `${width}%`);
      bar.style.setProperty("left", support < 0 ? `${50 - width}%` : "50%");
    });
  };
  return { el, show };
}

/** The verdict: it stays in view while one chooses. */
function verdictPart() {
  const title = h("p", { class: "hx-title", tabindex: -1 });
  const dots = h("span", { class: "hx-cib-dots", "aria-hidden": "true" });
  const meter = h("span", { class: "hx-cib-meter", "aria-hidden": "true" }, h("span"));
  const el = h("div", { class: "hx-cib-verdict" }, dots, title, meter);
  const show = (state, view) => {
    title.textContent = view.title;
    el.className = `hx-cib-verdict hx-${view.open ? "open" : view.failing ? "fails" : view.tied ? "tied" : "holds"}`;
    dots.replaceChildren(...view.all.map(({ lead }) =>
      h("span", { class: `hx-cib-dot hx-${kindOf(lead)}` }, MARK[kindOf(lead)])));
    meter.hidden = view.share === null;
    meter.firstChild.style.setProperty("width", `${100 * view.share}%`);
  };
  return { el, show, focus: () => title.focus({ preventScroll: false }) };
}

/** Reasons, and what to change. */
function whyPart({ data, set }, after, openScore) {
  const reasons = h("div");
  const repairs = h("div");
  const apply = (code) => { set({ choice: code }); after(); };
  const toldOf = (code, many) => (many > STORIES
    ? `${guillemets(hypothesisAt(data, 0, codesIn(data, code)[0]).title)}.` : storyOf(data, code));
  const show = (state, view) => {
    reasons.replaceChildren(...(view.reasons.length ? [
      h("h4", { class: "hx-cib-h" }, "Pourquoi il ne tient pas"),
      h("ul", { class: "hx-cib-list" }, ...view.reasons.map(({ opening, lines }) =>
        h("li", null, h("strong", null, opening), h("ul", null, ...lines.map(({ text, source, issue }) =>
          h("li", null, text, " ", pushButton("Voir ce jugement", () => openScore(source, issue), {
            class: "hx-cib-link", "aria-label": `Voir ce jugement${NBSP}: ${dotted(source)} sur ${data.issues.find(({ id }) => id === issue).short}`,
          }))))))),
    ] : []));
    const ways = view.fitting.length
      ? view.fitting.map((code) => ({ code, text: `${spaced(code)}${NBSP}: ${toldOf(code, view.fitting.length)}` }))
      : view.repairs;
    repairs.replaceChildren(...(ways.length ? [
      h("h4", { class: "hx-cib-h" }, view.open && view.fitting.length ? "Futurs cohérents qui contiennent vos réponses" : "Pour qu’il tienne, le moins de changements"),
      h("ul", { class: "hx-cib-list" }, ...ways.map(({ code, text }) =>
        h("li", null, text, " ", pushButton("Appliquer", () => apply(code), { "aria-label": `Appliquer${NBSP}: ${spaced(code)}` })))),
    ] : []));
  };
  return { el: h("div", { class: "hx-cib-why" }, reasons, repairs), show };
}

/** The story of each hypothesis, or their titles when none has one. */
function storyOf(data, code) {
  const all = codesIn(data, code).map((k, j) => hypothesisAt(data, j, k));
  return all.map(({ story }) => story).filter(Boolean).join(" ") || `${all.map(({ title }) => title).join(", ")}.`;
}

function builder({ data, set, current, notice, result, method, actions }) {
  const context = { data, set };
  const start = startPart(context);
  const groups = data.issues.map((issue, j) => issuePart(context, issue, j, current));
  const verdict = verdictPart();
  const scores = scoresPart(context, current);
  const why = whyPart(context, () => verdict.focus(), scores.openAt);
  const folds = [
    planPart(context),
    ...(data.criteria.length ? [profilePart(context)] : []),
    comparePart(context),
    observedPart(context, current),
    scores,
    folded("Les enjeux en tableau", (body, state, view) => body.replaceChildren(table(view))),
  ];
  const source = sourceLine(data, { sources: data.sources.map(({ id }) => id) });
  if (data.words.judged) source.append(`${data.sources.length ? ". " : ""}${data.words.judged}`);
  const frame = h("section", { "aria-label": "Constructeur de scénarios", class: "hx-frame hx-cib" },
    notice, start.el,
    h("div", { class: "hx-cib-issues" }, ...groups.map((part) => part.el)),
    verdict.el, result, why.el,
    ...folds.map((part) => part.el),
    method("Comment ce verdict est calculé"),
    source,
    actions("Tout réinitialiser"));
  const parts = [start, ...groups, verdict, why, ...folds];
  return { frame, show: (state, view) => parts.forEach((part) => part.show(state, view)) };
}

function render(host) {
  const data = host.model.get("data");
  return living(host, {
    name: "scenarios",
    fields: addressFields(data, data.fields),
    heed: (asked) => heedScores(data, asked),
    summary: reading,
    build: builder,
  });
}

/** Everything that is said, for the tests that compare it with Python. */
export function told(data, state) {
  const { model, all, reasons, repairs, fitting, codes, ...view } = reading(data, state);
  const plan = view.open ? null : planFor(data, state);
  return { ...view, plan: plan && planMarkdown(data, plan), rowsOfPlan: plan && planRows(data, plan).rows };
}

export default { render };
