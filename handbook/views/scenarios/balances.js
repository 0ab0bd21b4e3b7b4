// Cross-impact balances of a few issues, with the rules of handbook.scenarios: a test holds the two
// equal. Pure functions over codes, one position of a hypothesis an issue; OPEN is « not known ».

export const OPEN = -1;

/**
 * Issues, their scores, and where the hypotheses of each stand among the rows.
 * @param {number[]} sizes hypotheses of each issue
 * @param {number[][]} scores row influences column
 */
export function crossImpacts(sizes, scores) {
  const offsets = sizes.map((_, i) => sizes.slice(0, i).reduce((sum, n) => sum + n, 0));
  return { sizes, offsets, scores, futures: null };
}

/** Sum of the scores that every hypothesis receives; open issues say nothing. */
export function balanceOf({ offsets, scores }, codes) {
  const sums = new Array(scores.length).fill(0);
  codes.forEach((code, i) => {
    if (code === OPEN) return;
    const row = scores[offsets[i] + code];
    for (let column = 0; column < sums.length; column += 1) sums[column] += row[column];
  });
  return sums;
}

/** Position of the first greatest value, one position left out. */
function firstBest(values, without = OPEN) {
  let best = OPEN;
  values.forEach((value, k) => {
    if (k !== without && (best === OPEN || value > values[best])) best = k;
  });
  return best;
}

/**
 * How each issue stands: its balances, its best rival (the first on a tie), and its lead over it.
 * The lead of an open issue is null, and its « rival » is the best supported hypothesis.
 */
export function standings(model, codes) {
  const sums = balanceOf(model, codes);
  return codes.map((own, j) => {
    const received = sums.slice(model.offsets[j], model.offsets[j] + model.sizes[j]);
    const rival = firstBest(received, own);
    return { own, received, rival, lead: own === OPEN ? null : received[own] - received[rival] };
  });
}

/** Points that an issue lacks; 0 when it holds. */
export const lacking = ({ lead }) => (lead === null ? 0 : Math.max(0, -lead));

/** Least lead, and sum of the balances of the chosen hypotheses. */
export function worth(model, codes) {
  const all = standings(model, codes);
  return {
    codes,
    consistency: Math.min(...all.map(({ lead }) => lead)),
    total: all.reduce((sum, { own, received }) => sum + received[own], 0),
  };
}

/** Every future, the last issue varying fastest; computed once a matrix. */
export function everyFuture(model) {
  if (!model.futures) {
    const codes = model.sizes.reduce(
      (lists, n) => lists.flatMap((list) => Array.from({ length: n }, (_, k) => [...list, k])), [[]]);
    model.futures = codes.map((one) => worth(model, one));
  }
  return model.futures;
}

/** Futures in which no issue has a better supported rival. */
export const consistentFutures = (model) =>
  everyFuture(model).filter(({ consistency }) => consistency >= 0);

/** Number of issues on which two futures differ. */
export const apart = (first, second) => first.filter((code, i) => code !== second[i]).length;

/** Consistent futures by number of answered issues to change, then by total impact. */
export function nearestFutures(model, codes) {
  const moves = (future) => future.codes.filter((k, i) => codes[i] !== OPEN && codes[i] !== k).length;
  return consistentFutures(model).map((future) => ({ ...future, distance: moves(future) }))
    .sort((a, b) => a.distance - b.distance || b.total - a.total);
}

/** Effect of each chosen hypothesis on an issue: own score less the best rival's. */
export function effectsOn(model, codes, j, { own, rival }) {
  return codes.map((code, i) => {
    const row = model.scores[model.offsets[i] + code];
    const at = model.offsets[j];
    return { source: i, effect: row[at + own] - row[at + rival] };
  });
}

/**
 * Order of changes whose worst intermediate inconsistency is lowest, then their sum, then the
 * order of the issues: all the subsets of the changes are visited.
 */
export function bestOrder(model, start, goal) {
  const moved = start.flatMap((code, j) => (code === goal[j] ? [] : [j]));
  const full = 2 ** moved.length - 1;
  const after = (subset) => {
    const codes = [...start];
    moved.forEach((j, b) => { if ((subset >> b) & 1) codes[j] = goal[j]; });
    return codes;
  };
  const level = Array.from({ length: full + 1 }, (_, s) => Math.max(0, -worth(model, after(s)).consistency));
  const cost = level.map((value, s) => (s === 0 || s === full ? 0 : value));
  const steps = (subset) => moved.flatMap((_, b) => ((subset >> b) & 1 ? [] : [[b, subset | (1 << b)]]));
  const ahead = (costs, join) => {
    const best = new Array(full + 1).fill(0);
    for (let s = full - 1; s >= 0; s -= 1) {
      best[s] = Math.min(...steps(s).map(([, next]) => join(costs[next], best[next])));
    }
    return best;
  };
  const worst = ahead(cost, Math.max)[0];
  const allowed = cost.map((value) => (value <= worst ? value : Infinity));
  const left = ahead(allowed, (a, b) => a + b);
  const order = [];
  const path = [level[0]];
  for (let here = 0; here !== full;) {
    const [b, next] = steps(here).find(([, s]) => left[here] === allowed[s] + left[s]);
    order.push(moved[b]);
    path.push(level[next]);
    here = next;
  }
  return { order, worst, path };
}

/** Distribution of the sum of two independent errors. */
function convolved(first, second) {
  const sum = new Array(first.length + second.length - 1).fill(0);
  first.forEach((p, i) => second.forEach((q, k) => { sum[i + k] += p * q; }));
  return sum;
}

/**
 * Share of the plausible matrices in which a future is consistent, exactly: each score errs
 * independently, and the errors of an issue's three balances are those of different scores.
 * @param {any} model
 * @param {number[]} codes
 * @param {(row: number, issue: number) => number[]} noise error distribution of a judgement
 */
export function plausibleShare(model, codes, noise) {
  return standings(model, codes).reduce((share, { own, received }, j) => {
    const errors = codes.map((code, i) => noise(model.offsets[i] + code, j)).reduce(convolved);
    let below = 0;
    const upTo = errors.map((p) => { below += p; return below; });
    const holds = errors.reduce((sum, p, e) => sum + received.reduce((chance, balance, k) => {
      if (k === own) return chance;
      const most = Math.min(errors.length - 1, e + received[own] - balance);
      return most < 0 ? 0 : chance * upTo[most];
    }, p), 0);
    return share * holds;
  }, 1);
}
