// Style of the scenario builder, over the variables of style.css.

export const BUILDER_STYLE = `
/* the verdict can only stick when no ancestor scrolls; the theme frames dark outputs in light */
:is(.cell_output, .cell_output .output):has(.hx-cib) { overflow: visible !important; }
html[data-theme="dark"] .bd-content div.cell_output .text_html:has(.hx-cib) { background: none !important; padding: 0 !important; }
.hx-cib { --hx-good: #00755a; --hx-bad: #b3261e; --hx-even: #806000; }
html[data-theme="dark"] .hx-cib, body[data-jp-theme-light="false"] .hx-cib { --hx-good: #41cba0; --hx-bad: #ff9461; --hx-even: #dfc04a; }
.hx-explorer .hx-cib-h { font-size: 1rem; font-weight: 650; color: var(--hx-text); margin: 0.9rem 0 0.35rem; line-height: 1.3; }
.hx-explorer :is(summary, legend) .hx-cib-h { margin: 0; }
.hx-cib-start { display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem 0.7rem; margin-bottom: 0.9rem; }
.hx-explorer .hx-cib-start select { flex: 1 1 20rem; min-width: 0; }
.hx-explorer .hx-cib-diff { flex: 1 1 100%; font-size: 0.85rem; color: var(--hx-muted); min-height: 2rem; }
.hx-cib-issues { display: grid; gap: 0.85rem; }
.hx-explorer .hx-cib-issue { border-left: 4px solid var(--hx-kind); padding-left: 0.8rem; min-width: 0; }
.hx-cib .hx-holds { --hx-kind: var(--hx-good); }
.hx-cib .hx-tied { --hx-kind: var(--hx-even); }
.hx-cib .hx-fails { --hx-kind: var(--hx-bad); }
.hx-cib .hx-open { --hx-kind: var(--hx-edge); }
.hx-explorer .hx-cib-issue legend { display: flex; flex-wrap: wrap; gap: 0.1rem 0.8rem; align-items: baseline; margin: 0; width: 100%; }
.hx-cib-chip { color: var(--hx-kind); font-weight: 600; font-size: 0.85rem; }
.hx-explorer .hx-cib-question { font-size: 0.85rem; color: var(--hx-muted); margin-bottom: 0.35rem; }
.hx-cib-options { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)) minmax(5.5rem, 0.42fr); gap: 0.4rem; }
.hx-cib-option {
  display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0.25rem 0.5rem; align-content: space-between; align-items: start;
  border: 1px solid var(--hx-border); border-radius: 8px; padding: 0.45rem 0.55rem; margin: 0; cursor: pointer; font-size: 0.85rem; line-height: 1.25;
}
.hx-cib-option:hover { background: var(--hx-raised); }
.hx-cib-option:has(:checked) { border-color: var(--hx-accent); box-shadow: inset 0 0 0 1px var(--hx-accent); background: var(--hx-raised); }
.hx-cib-option:has(:focus-visible) { outline: 3px solid var(--hx-accent); outline-offset: 2px; }
.hx-explorer .hx-cib-option input {
  appearance: none; width: 1rem; height: 1rem; margin: 0.05rem 0 0; border: 1.5px solid var(--hx-edge); border-radius: 50%;
  background: transparent; outline: none; cursor: pointer;
}
.hx-explorer .hx-cib-option input:checked { border-color: var(--hx-accent); background: var(--hx-accent); box-shadow: inset 0 0 0 3px var(--hx-surface); }
.hx-cib-name { overflow-wrap: break-word; hyphens: auto; }
.hx-cib-unknown { color: var(--hx-muted); align-content: start; }
.hx-cib-support { grid-column: 1 / -1; display: flex; align-items: center; gap: 0.45rem; font-variant-numeric: tabular-nums; color: var(--hx-muted); }
.hx-cib-value { min-width: 1.9rem; text-align: right; }
.hx-cib-best .hx-cib-value { font-weight: 700; color: var(--hx-text); }
.hx-cib-track { position: relative; flex: 1; height: 6px; border-radius: 3px; background: linear-gradient(var(--hx-edge), var(--hx-edge)) center / 1px 100% no-repeat, var(--hx-raised); }
.hx-cib-option:has(:checked) .hx-cib-track { background: linear-gradient(var(--hx-edge), var(--hx-edge)) center / 1px 100% no-repeat, var(--hx-surface); }
.hx-cib-bar { position: absolute; top: 0; bottom: 0; border-radius: 3px; background: var(--hx-edge); }
.hx-cib-best .hx-cib-bar { background: var(--hx-accent); }
.hx-explorer .hx-cib-told { font-size: 0.85rem; margin-top: 0.35rem; color: var(--hx-text); max-width: 75ch; }
.hx-cib-verdict {
  position: sticky; bottom: 0; z-index: 3; display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: 0.3rem 0.8rem; align-items: center;
  background: var(--hx-surface); border-top: 3px solid var(--hx-kind); margin: 1rem -1.25rem 0; padding: 0.55rem 1.25rem; box-shadow: 0 -6px 12px -8px rgb(0 0 0 / 30%);
}
.hx-explorer .hx-cib-verdict .hx-title { margin: 0; font-size: 1.05rem; outline-offset: 3px; text-wrap: wrap; max-width: none; }
.hx-cib-dots { display: flex; gap: 0.15rem; }
.hx-cib-dot { display: grid; place-items: center; width: 1.25rem; height: 1.25rem; border-radius: 4px; font-size: 0.75rem; font-weight: 700; border: 1.5px solid var(--hx-kind); color: var(--hx-kind); }
.hx-cib-meter { width: 5rem; height: 8px; border-radius: 4px; background: var(--hx-raised); border: 1px solid var(--hx-edge); overflow: hidden; }
.hx-cib-meter > span { display: block; height: 100%; background: var(--hx-kind); }
.hx-explorer .hx-cib-list { margin: 0.2rem 0 0.4rem; padding-left: 1.2rem; font-size: 0.9rem; }
.hx-explorer .hx-cib-list li { margin: 0.3rem 0; }
.hx-cib-link { font: inherit; font-size: 0.85rem; background: none; border: 0; padding: 0.2rem 0; color: var(--pst-color-link, var(--hx-accent)); text-decoration: underline; cursor: pointer; }
.hx-cib-fold { border-top: 1px solid var(--hx-border); padding: 0.2rem 0; margin: 0; }
.hx-cib-fold > summary { min-height: 2.4rem; align-content: center; }
.hx-cib-body { padding: 0.2rem 0 0.8rem; }
.hx-cib-body > .hx-actions { margin: 0 0 0.7rem; }
.hx-explorer .hx-cib-plan p, .hx-cib-plan { font-size: 0.9rem; }
.hx-explorer .hx-cib-plan p { margin: 0.35rem 0; max-width: 75ch; }
.hx-explorer .hx-cib-plan .hx-cib-plan-title { font-weight: 650; font-size: 1.05rem; }
.hx-explorer :is(.hx-cib-plan, .hx-cib-body) .hx-table :is(th, td) { white-space: normal; text-align: left; vertical-align: top; }
.hx-explorer .hx-cib-profile { min-width: 38rem; }
.hx-explorer .hx-cib-profile th:first-child { width: 22%; }
.hx-explorer .hx-cib-group :is(th, td) { background: var(--hx-raised); font-weight: 650; }
.hx-explorer .hx-cib-same { color: var(--hx-muted); font-style: italic; }
.hx-cib-observed { margin: 0.6rem 0; display: grid; gap: 0.2rem; }
.hx-cib-pair, .hx-cib-scores { display: flex; flex-wrap: wrap; gap: 0.6rem 1rem; margin: 0.5rem 0; }
.hx-cib-pair > div, .hx-cib-scores > div { display: grid; gap: 0.2rem; flex: 1 1 14rem; min-width: 0; align-content: end; }
.hx-cib-scores select { width: fit-content; }
.hx-cib-unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.hx-cib-option { position: relative; }
.hx-cib-sheet { display: none; }
@container (max-width: 600px) {
  .hx-cib-options { grid-template-columns: minmax(0, 1fr); gap: 0.3rem; }
  .hx-cib-option { min-height: 44px; grid-template-columns: auto minmax(0, 1fr) 6.2rem; align-items: center; align-content: center; }
  .hx-cib-support { grid-column: 3; }
  .hx-cib-link { min-height: 44px; display: block; }
  .hx-cib-list .hx-button { display: block; margin-top: 0.3rem; }
  .hx-cib-verdict { margin-inline: -0.8rem; padding-inline: 0.8rem; grid-template-columns: minmax(0, 1fr) auto; }
  .hx-cib-dots { grid-column: 1 / -1; }
  .hx-explorer .hx-cib-verdict .hx-title { font-size: 0.95rem; }
  .hx-explorer .hx-cib select { width: 100%; }
}
@media print {
  html.hx-cib-printing body > * { display: none !important; }
  html.hx-cib-printing body > .hx-cib-sheet { display: block !important; color: #000; --hx-text: #000; --hx-muted: #333; --hx-border: #999; }
  .hx-cib-sheet tr { break-inside: avoid; }
  .hx-cib-sheet .hx-cib-h { break-after: avoid; }
  .hx-cib-verdict { position: static; box-shadow: none; }
}
`;
