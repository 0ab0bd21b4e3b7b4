// Style of the scenario builder, over the variables of style.css.

export const BUILDER_STYLE = `
.hb-cib { --hb-good: #00755a; --hb-bad: #b3261e; --hb-even: #806000; }
html[data-theme="dark"] .hb-cib, body[data-jp-theme-light="false"] .hb-cib { --hb-good: #41cba0; --hb-bad: #ff9461; --hb-even: #dfc04a; }
.hb-explorer .hb-cib-h { font-size: 1rem; font-weight: 650; color: var(--hb-text); margin: 0.9rem 0 0.35rem; line-height: 1.3; }
.hb-explorer :is(summary, legend) .hb-cib-h { margin: 0; }
.hb-cib-start { display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem 0.7rem; margin-bottom: 0.9rem; }
.hb-explorer .hb-cib-start select { flex: 1 1 20rem; min-width: 0; }
.hb-explorer .hb-cib-diff { flex: 1 1 100%; font-size: 0.85rem; color: var(--hb-muted); min-height: 2rem; }
.hb-cib-issues { display: grid; gap: 0.85rem; }
.hb-explorer .hb-cib-issue { border-left: 4px solid var(--hb-kind); padding-left: 0.8rem; min-width: 0; }
.hb-cib .hb-holds { --hb-kind: var(--hb-good); }
.hb-cib .hb-tied { --hb-kind: var(--hb-even); }
.hb-cib .hb-fails { --hb-kind: var(--hb-bad); }
.hb-cib .hb-open { --hb-kind: var(--hb-edge); }
.hb-explorer .hb-cib-issue legend { display: flex; flex-wrap: wrap; gap: 0.1rem 0.8rem; align-items: baseline; margin: 0; width: 100%; }
.hb-cib-chip { color: var(--hb-kind); font-weight: 600; font-size: 0.85rem; }
.hb-explorer .hb-cib-question { font-size: 0.85rem; color: var(--hb-muted); margin-bottom: 0.35rem; }
.hb-cib-options { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)) minmax(5.5rem, 0.42fr); gap: 0.4rem; }
.hb-cib-option {
  display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0.25rem 0.5rem; align-content: space-between; align-items: start;
  border: 1px solid var(--hb-border); border-radius: 8px; padding: 0.45rem 0.55rem; margin: 0; cursor: pointer; font-size: 0.85rem; line-height: 1.25;
}
.hb-cib-option:hover { background: var(--hb-raised); }
.hb-cib-option:has(:checked) { border-color: var(--hb-accent); box-shadow: inset 0 0 0 1px var(--hb-accent); background: var(--hb-raised); }
.hb-cib-option:has(:focus-visible) { outline: 3px solid var(--hb-accent); outline-offset: 2px; }
.hb-explorer .hb-cib-option input {
  appearance: none; width: 1rem; height: 1rem; margin: 0.05rem 0 0; border: 1.5px solid var(--hb-edge); border-radius: 50%;
  background: transparent; outline: none; cursor: pointer;
}
.hb-explorer .hb-cib-option input:checked { border-color: var(--hb-accent); background: var(--hb-accent); box-shadow: inset 0 0 0 3px var(--hb-surface); }
.hb-cib-name { overflow-wrap: break-word; hyphens: auto; }
.hb-cib-unknown { color: var(--hb-muted); align-content: start; }
.hb-cib-support { grid-column: 1 / -1; display: flex; align-items: center; gap: 0.45rem; font-variant-numeric: tabular-nums; color: var(--hb-muted); }
.hb-cib-value { min-width: 1.9rem; text-align: right; }
.hb-cib-best .hb-cib-value { font-weight: 700; color: var(--hb-text); }
.hb-cib-track { position: relative; flex: 1; height: 6px; border-radius: 3px; background: linear-gradient(var(--hb-edge), var(--hb-edge)) center / 1px 100% no-repeat, var(--hb-raised); }
.hb-cib-option:has(:checked) .hb-cib-track { background: linear-gradient(var(--hb-edge), var(--hb-edge)) center / 1px 100% no-repeat, var(--hb-surface); }
.hb-cib-bar { position: absolute; top: 0; bottom: 0; border-radius: 3px; background: var(--hb-edge); }
.hb-cib-best .hb-cib-bar { background: var(--hb-accent); }
.hb-explorer .hb-cib-told { font-size: 0.85rem; margin-top: 0.35rem; color: var(--hb-text); max-width: 75ch; }
.hb-cib-verdict {
  position: sticky; bottom: 0; z-index: 3; display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: 0.3rem 0.8rem; align-items: center;
  background: var(--hb-surface); border-top: 3px solid var(--hb-kind); margin: 1rem -1.25rem 0; padding: 0.55rem 1.25rem; box-shadow: 0 -6px 12px -8px rgb(0 0 0 / 30%);
}
.hb-explorer .hb-cib-verdict .hb-title { margin: 0; font-size: 1.05rem; outline-offset: 3px; }
.hb-cib-dots { display: flex; gap: 0.15rem; }
.hb-cib-dot { display: grid; place-items: center; width: 1.25rem; height: 1.25rem; border-radius: 4px; font-size: 0.75rem; font-weight: 700; border: 1.5px solid var(--hb-kind); color: var(--hb-kind); }
.hb-cib-meter { width: 5rem; height: 8px; border-radius: 4px; background: var(--hb-raised); border: 1px solid var(--hb-edge); overflow: hidden; }
.hb-cib-meter > span { display: block; height: 100%; background: var(--hb-kind); }
.hb-explorer .hb-cib-list { margin: 0.2rem 0 0.4rem; padding-left: 1.2rem; font-size: 0.9rem; }
.hb-explorer .hb-cib-list li { margin: 0.3rem 0; }
.hb-cib-link { font: inherit; font-size: 0.85rem; background: none; border: 0; padding: 0.2rem 0; color: var(--pst-color-link, var(--hb-accent)); text-decoration: underline; cursor: pointer; }
.hb-cib-fold { border-top: 1px solid var(--hb-border); padding: 0.2rem 0; margin: 0; }
.hb-cib-fold > summary { min-height: 2.4rem; align-content: center; }
.hb-cib-body { padding: 0.2rem 0 0.8rem; }
.hb-cib-body > .hb-actions { margin: 0 0 0.7rem; }
.hb-explorer .hb-cib-plan p, .hb-cib-plan { font-size: 0.9rem; }
.hb-explorer .hb-cib-plan p { margin: 0.35rem 0; max-width: 75ch; }
.hb-explorer .hb-cib-plan-title { font-weight: 650; font-size: 1.05rem; }
.hb-explorer .hb-cib :is(.hb-cib-plan, .hb-cib-body) .hb-table :is(th, td) { white-space: normal; text-align: left; vertical-align: top; }
.hb-explorer .hb-cib-profile { min-width: 38rem; }
.hb-explorer .hb-cib-profile th:first-child { width: 22%; }
.hb-explorer .hb-cib-group :is(th, td) { background: var(--hb-raised); font-weight: 650; }
.hb-explorer .hb-cib-same { color: var(--hb-muted); font-style: italic; }
.hb-cib-observed { margin: 0.6rem 0; display: grid; gap: 0.2rem; }
.hb-cib-pair, .hb-cib-scores { display: flex; flex-wrap: wrap; gap: 0.6rem 1rem; margin: 0.5rem 0; }
.hb-cib-pair > div, .hb-cib-scores > div { display: grid; gap: 0.2rem; flex: 1 1 14rem; min-width: 0; align-content: end; }
.hb-cib-scores select { width: fit-content; }
.hb-cib-sheet { display: none; }
@container (max-width: 600px) {
  .hb-cib-options { grid-template-columns: minmax(0, 1fr); gap: 0.3rem; }
  .hb-cib-option { min-height: 44px; grid-template-columns: auto minmax(0, 1fr) 6.2rem; align-items: center; align-content: center; }
  .hb-cib-support { grid-column: 3; }
  .hb-cib-link { min-height: 44px; display: block; }
  .hb-cib-list .hb-button { display: block; margin-top: 0.3rem; }
  .hb-cib-verdict { margin-inline: -0.8rem; padding-inline: 0.8rem; grid-template-columns: minmax(0, 1fr) auto; }
  .hb-cib-dots { grid-column: 1 / -1; }
  .hb-explorer .hb-cib-verdict .hb-title { font-size: 0.95rem; }
  .hb-explorer .hb-cib select { width: 100%; }
}
@media print {
  html.hb-cib-printing body > * { display: none !important; }
  html.hb-cib-printing body > .hb-cib-sheet { display: block !important; color: #000; --hb-text: #000; --hb-muted: #333; --hb-border: #999; }
  .hb-cib-sheet tr { break-inside: avoid; }
  .hb-cib-sheet .hb-cib-h { break-after: avoid; }
  .hb-cib-verdict { position: static; box-shadow: none; }
}
`;
