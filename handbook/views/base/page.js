// The host of a built page: no kernel, the state the notebook saved, the address for memory.

import { addressState } from "./common.js";

/**
 * anywidget's model with nobody at the other end.
 * @param {Record<string, any>} values
 */
export function pageModel(values) {
  const listeners = new Map();
  return {
    get: (/** @type {string} */ key) => values[key],
    set(/** @type {string} */ key, /** @type {any} */ value) {
      if (JSON.stringify(values[key]) === JSON.stringify(value)) return;
      values[key] = value;
      for (const event of [`change:${key}`, "change"]) {
        for (const listener of listeners.get(event) ?? []) listener();
      }
    },
    on(/** @type {string} */ event, /** @type {() => void} */ listener) {
      listeners.set(event, [...(listeners.get(event) ?? []), listener]);
    },
    off(/** @type {string} */ event, /** @type {() => void} */ listener) {
      listeners.set(event, (listeners.get(event) ?? []).filter((one) => one !== listener));
    },
    save_changes() {},
  };
}

/**
 * Renders `widget` in every `[data-explorer=name]` of the page. When that fails, the table that
 * the page already holds stays.
 * @param {string} name
 * @param {{render: (host: any) => void}} widget
 */
export function mount(name, widget) {
  document.querySelectorAll(`[data-explorer="${name}"]`).forEach((el, index) => {
    const saved = el.querySelector('script[type="application/json"]');
    if (!saved) return;
    const address = addressState(index ? `${name}-${index + 1}` : name);
    try {
      widget.render({ model: pageModel(JSON.parse(saved.textContent)), el, address });
    } catch (error) {
      console.error(`explorer ${name}:`, error);
    }
  });
}
