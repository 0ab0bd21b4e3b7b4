// French numbers, dates and lists, written exactly as handbook.core.french writes them.
// A test holds the two equal. No Intl: its spaces and rounding differ from browser to browser.

export const NBSP = "\u00a0";
export const NARROW = "\u202f";
const MINUS = "\u2212";
const MISSING = `n.${NBSP}d.`;
const MONTHS = [
  "janvier", "février", "mars", "avril", "mai", "juin",
  "juillet", "août", "septembre", "octobre", "novembre", "décembre",
];

/**
 * The absolute value with `digits` decimals and a point, rounded half away from zero on the
 * shortest decimal writing of `value` (so 0.285 rounds as it is written, not as it is stored).
 * Negative digits round to tens, hundreds…
 * @param {number} value
 * @param {number} digits
 * @returns {string}
 */
function fixed(value, digits) {
  const [mantissa, exponent] = Math.abs(value).toExponential().split("e");
  const written = mantissa.replace(".", "");
  const kept = Number(exponent) + 1 + digits;
  let whole = kept > 0 ? BigInt(written.slice(0, kept).padEnd(kept, "0")) : 0n;
  if (kept >= 0 && written.slice(kept, kept + 1) >= "5") whole += 1n;
  if (digits < 0) return whole ? `${whole}${"0".repeat(-digits)}` : "0";
  const text = whole.toString().padStart(digits + 1, "0");
  return digits ? `${text.slice(0, -digits)}.${text.slice(-digits)}` : text;
}

/**
 * Rounds to `digits` decimals, half away from zero, as Python's regions/summary.py does.
 * @param {number} value
 * @param {number} digits
 * @returns {number}
 */
export function rounded(value, digits) {
  const size = Number(fixed(value, digits));
  return value < 0 && size !== 0 ? -size : size;
}

/**
 * « 2 501 », « 3,5 », « −1 ». Without `digits`, as many decimals as needed, at most two.
 * @param {number | null | undefined} value
 * @param {number | null} [digits]
 * @param {{sign?: boolean}} [options] sign: also write the plus sign of a positive value
 * @returns {string}
 */
export function number(value, digits = null, { sign = false } = {}) {
  if (value == null || !Number.isFinite(value)) return MISSING;
  let text = fixed(value, digits ?? 2);
  if (digits === null) text = text.replace(/\.?0+$/, "");
  const [whole, decimals] = text.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, NARROW);
  const size = decimals ? `${grouped},${decimals}` : grouped;
  const zero = Number(text) === 0;
  if (value < 0 && !zero) return MINUS + size;
  return sign && !zero ? `+${size}` : size;
}

/**
 * « 12,3 % »: the value is already in percent.
 * @param {number | null | undefined} value
 * @param {number | null} [digits]
 * @param {{sign?: boolean}} [options]
 * @returns {string}
 */
export function percent(value, digits = null, options = {}) {
  const text = number(value, digits, options);
  return text === MISSING ? text : `${text}${NARROW}%`;
}

/**
 * A probability no more exactly than a model can know it: by fives, whole near the ends.
 * @param {number} probability from 0 to 1
 * @returns {string}
 */
export function chance(probability) {
  const share = 100 * probability;
  if (share < 1) return `moins de ${percent(1)}`;
  if (share > 99) return `plus de ${percent(99)}`;
  const whole = (/** @type {number} */ value) => { // halves to the even one, as Python does
    const near = Math.round(value);
    return near - value === 0.5 && near % 2 ? near - 1 : near;
  };
  return percent(Math.min(share, 100 - share) < 10 ? whole(share) : 5 * whole(share / 5));
}

/**
 * « 3,5 Md€ », « 12 % ».
 * @param {number | null | undefined} value
 * @param {string} unit
 * @param {number | null} [digits]
 * @param {{sign?: boolean}} [options]
 * @returns {string}
 */
export function amount(value, unit, digits = null, options = {}) {
  if (unit === "%") return percent(value, digits, options);
  const text = number(value, digits, options);
  return text === MISSING || !unit ? text : `${text}${NBSP}${unit}`;
}

/**
 * « 1er janvier 2025 », « janvier 2025 » or « 2025 ».
 * @param {string} iso YYYY-MM-DD
 * @param {"day" | "month" | "year"} [precision]
 * @returns {string}
 */
export function date(iso, precision = "day") {
  const [year, month, day] = iso.split("-").map(Number);
  if (precision === "year") return String(year);
  const named = `${MONTHS[month - 1]}${NBSP}${year}`;
  return precision === "month" ? named : `${day === 1 ? "1er" : day}${NBSP}${named}`;
}

/**
 * « fin 2032 », « fin juin 2027 » or a whole date: the period that ends that day.
 * @param {string} iso YYYY-MM-DD
 * @returns {string}
 */
export function period(iso) {
  const next = new Date(Date.parse(`${iso}T00:00:00Z`) + 86_400_000);
  if (next.getUTCDate() !== 1) return date(iso);
  return `fin${NBSP}${date(iso, next.getUTCMonth() === 0 ? "year" : "month")}`;
}

/**
 * « 1er », « 2e ».
 * @param {number} rank
 * @returns {string}
 */
export function ordinal(rank) {
  return rank === 1 ? "1er" : `${rank}e`;
}

/**
 * « a, b et c ».
 * @param {string[]} items
 * @returns {string}
 */
export function joined(items) {
  return items.length < 2
    ? items.join("")
    : `${items.slice(0, -1).join(", ")} et ${items[items.length - 1]}`;
}

const LETTERS = ["un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"];

/** A small count in letters, as prose does: « trois », but « 12 ». @param {number} n @param {string} [zero] */
export const inLetters = (n, zero = "zéro") => [zero, ...LETTERS][n] ?? number(n);

/** « MSP » stays, « région » becomes « Région ». @param {string} text */
export const withCapital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** « de maisons » or « d’ouvertures ». @param {string} noun */
export const of = (noun) => ("aeiouéèê".includes(noun[0]) ? `d’${noun}` : `de ${noun}`);

/**
 * « choisi », « choisie », « choisis » or « choisies ».
 * @param {string} word @param {{feminine: boolean}} noun @param {number} [count]
 */
export const agreed = (word, noun, count = 1) => word + (noun.feminine ? "e" : "") + (count > 1 ? "s" : "");
