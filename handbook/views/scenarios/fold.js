// Two small elements that every part of the scenario builder uses.

import { h, reachable } from "../base/common.js";

export const option = (value, label) => h("option", { value }, label);

/** A section that is drawn only while it is open. */
export function folded(title, draw) {
  const body = h("div", { class: "hx-cib-body" });
  const note = h("span", { class: "hx-count" });
  let due = null;
  const drawn = () => {
    if (el.open && due) { due(); due = null; }
    if (el.open) reachable(body);
  };
  const el = h("details", { class: "hx-cib-fold", ontoggle: drawn },
    h("summary", null, h("span", { class: "hx-cib-h" }, title), " ", note), body);
  return {
    el, body, note, drawn,
    show(state, view) { due = () => draw(body, state, view); drawn(); },
  };
}
