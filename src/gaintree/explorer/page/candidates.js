// The candidates of a node: every cut of every column, counted and scored.

// Classes by rank of the samples of a node, for one column. `rows` are counts without weights.
function tallyNode(node, column, codes = CODES) {
  const first = NODES.first[node];
  const last = NODES.last[node];
  const ranks =
    last - first < column.n_distinct / 8
      ? sortedRanks(column, first, last)
      : presentRanks(node, column);
  const place = new Int32Array(column.n_distinct + 1).fill(-1);
  ranks.forEach((rank, i) => {
    place[rank] = i;
  });
  place[column.n_distinct] = ranks.length; // missing values stand last
  const rows = new Float64Array((ranks.length + 1) * K);
  const counts = WEIGHTS ? new Float64Array((ranks.length + 1) * K) : rows;
  for (let i = first; i < last; i++) {
    const cell = place[column.codes[i]] * K + codes[i];
    rows[cell] += 1;
    if (WEIGHTS) counts[cell] += WEIGHTS[i];
  }
  return { ...finishTally(column, ranks, rows, counts), least: leastLeaf(node) };
}

function sortedRanks(column, first, last) {
  const sorted = column.codes.slice(first, last).sort();
  const ranks = [];
  for (const rank of sorted) {
    if (rank !== ranks[ranks.length - 1] && rank !== column.n_distinct) ranks.push(rank);
  }
  return ranks;
}

function finishTally(column, ranks, rows, counts) {
  const n = ranks.length;
  const starts = new Int32Array(n + 2);
  const cells = []; // that are not empty, place by place
  const rowsAt = new Float64Array(n + 1);
  for (let place = 0; place <= n; place++) {
    for (let cell = place * K; cell < (place + 1) * K; cell++) {
      if (rows[cell] > 0) cells.push(cell);
      rowsAt[place] += rows[cell];
    }
    starts[place + 1] = cells.length;
  }
  return {
    column,
    ranks,
    rows,
    counts,
    n,
    starts,
    cells: Int32Array.from(cells),
    nMissing: rowsAt[n],
    nRows: sum(rowsAt),
    rowsAt: (place) => rowsAt[place],
  };
}

// Every cut of categories in some order, or of values as they stand: what is before it goes left.
// Missing values go right, then left; after the last cut they are parted from all others.
// `visit(position, left, right, missingLeft, rowsLeft, rowsRight)`; its arrays are used again.
function eachCut(tally, order, usesCounts, visit) {
  const { n, nMissing, nRows, starts, cells } = tally;
  const counts = usesCounts ? tally.rows : tally.counts;
  const node = totals(tally, usesCounts);
  for (const missingLeft of nMissing ? [false, true] : [false]) {
    const left = new Float64Array(K);
    const right = Float64Array.from(node);
    left.total = 0;
    right.total = node.total;
    let rowsLeft = 0;
    const move = (place) => {
      for (let i = starts[place]; i < starts[place + 1]; i++) {
        const count = counts[cells[i]];
        const k = cells[i] - place * K;
        left[k] += count;
        right[k] = Math.max(0, right[k] - count); // not below, by rounding
        left.total += count;
        right.total -= count;
      }
      rowsLeft += tally.rowsAt(place);
    };
    if (missingLeft) move(n);
    const end = nMissing && !missingLeft ? n : n - 1;
    for (let position = 1; position <= end; position++) {
      move(order ? order[position - 1] : position - 1);
      visit(position, left, right, missingLeft, rowsLeft, nRows - rowsLeft);
    }
  }
}

// Classes of all samples of a tally; `memo`s of criteria hang on it.
function totals(tally, usesCounts) {
  const key = usesCounts ? "rowTotals" : "countTotals";
  if (!tally[key]) {
    const counts = usesCounts ? tally.rows : tally.counts;
    const node = new Float64Array(K);
    for (const cell of tally.cells) node[cell % K] += counts[cell];
    tally[key] = withTotal(node);
  }
  return tally[key];
}

// ---- Orders of categories --------------------------------------------------------------------

const MOST_EXHAUSTIVE = 10;

function shareOrder(tally, k) {
  const share = Array.from({ length: tally.n }, (_, i) => {
    const cells = tally.counts.subarray(i * K, (i + 1) * K);
    return cells[k] / sum(cells);
  });
  return [...share.keys()].sort((a, b) => share[a] - share[b] || a - b);
}

// With two classes the best set is the first few by share of one; with more it may be none of
// these orders, one by the share of each class.
function ordersOf(tally) {
  if (!tally.column.labels) return [null];
  const node = totals(tally, false);
  const present = [...node.keys()].filter((k) => node[k] > 0);
  if (present.length < 2) return [shareOrder(tally, 0)];
  return (present.length === 2 ? present.slice(1) : present).map((k) => shareOrder(tally, k));
}

const isExhaustive = (tally) =>
  tally.column.labels && tally.n <= MOST_EXHAUSTIVE && classesIn(totals(tally, false)) > 2;

// All sets of few categories, as orders whose first few go left.
function* allSets(n) {
  for (let set = 1; set < 2 ** (n - 1); set++) {
    const left = [];
    const right = [];
    for (let i = 0; i < n; i++) ((set >> i) & 1 ? left : right).push(i);
    yield [left.concat(right), left.length];
  }
}

// ---- The best of a column --------------------------------------------------------------------

const TIE = 1e-12;
const isBetter = (one, other) => one > other + TIE * Math.abs(other) + 1e-15;

// Least number of samples in a child, of those in the page.
function leastLeaf(node) {
  const share = shownIn(node) / NODES.samples[node];
  return Math.max(1, Math.ceil(DATA.min_samples_leaf * Math.min(share, 1)));
}

// The best cut of a column under a criterion; null if there is none. With `leastGain`, of those
// that gain as many bits.
function bestCut(tally, criterion, least = 1, leastGain = -Infinity) {
  const node = totals(tally, criterion.usesCounts);
  let best = null;
  const consider = (order, only) => {
    eachCut(
      tally,
      order,
      criterion.usesCounts,
      (position, left, right, missingLeft, rowsLeft, rowsRight) => {
        if (
          rowsLeft < least ||
          rowsRight < least ||
          (only && position !== only && position !== tally.n)
        )
          return;
        if (leastGain > 0 && gainOf("entropy", left, right, node) < leastGain) return;
        const rank = criterion.rank(left, right, node);
        if (best && !isBetter(rank, best.rank)) return;
        best = { rank, order, position, missingLeft };
      },
    );
  };
  if (isExhaustive(tally)) for (const [order, only] of allSets(tally.n)) consider(order, only);
  else for (const order of ordersOf(tally)) consider(order, 0);
  return best && describeCut(tally, best);
}

// A cut at a position of an order as one that says which ranks go left.
function describeCut(tally, { order, position, missingLeft }) {
  const { column } = tally;
  if (column.labels) {
    const goesLeft = new Array(column.n_distinct).fill(false);
    for (const place of order.slice(0, position)) goesLeft[tally.ranks[place]] = true;
    return { column, goesLeft, missingLeft, place: position };
  }
  if (position === tally.n)
    return {
      column,
      position: column.n_distinct,
      threshold: Infinity,
      missingLeft,
      place: position,
    };
  const [below, above] = [tally.ranks[position - 1], tally.ranks[position]];
  const threshold = middle(column.values[below], column.values[above]);
  return { column, position: above, threshold, missingLeft, place: position };
}

function middle(below, above) {
  const threshold = below / 2 + above / 2;
  return threshold < above ? threshold : below;
}

// Classes on both sides of a cut.
function sidesOf(tally, cut, usesCounts = false) {
  const { n, starts, cells } = tally;
  const counts = usesCounts ? tally.rows : tally.counts;
  const left = new Float64Array(K);
  const right = new Float64Array(K);
  for (let place = 0; place <= n; place++) {
    const side = goesLeft(tally, cut, place) ? left : right;
    for (let i = starts[place]; i < starts[place + 1]; i++)
      side[cells[i] - place * K] += counts[cells[i]];
  }
  return { left: withTotal(left), right: withTotal(right) };
}

function goesLeft(tally, cut, place) {
  if (place === tally.n) return cut.missingLeft;
  const rank = tally.ranks[place];
  return tally.column.labels ? cut.goesLeft[rank] : rank < cut.position;
}

// Score of a cut; null where a side is empty.
function scoreOf(tally, cut, criterion) {
  const { left, right } = sidesOf(tally, cut, criterion.usesCounts);
  if (!(left.total > 0 && right.total > 0)) return null;
  return criterion.score(left, right, totals(tally, criterion.usesCounts), logNumberOfCuts(tally));
}

function sameSides(tally, one, other) {
  let same = 0;
  for (let place = 0; place <= tally.n; place++) {
    if (place === tally.n && !tally.nMissing) continue;
    same |= goesLeft(tally, one, place) === goesLeft(tally, other, place) ? 1 : 2;
  }
  return same !== 3; // the sides may have changed places
}

// ---- All candidates of a node ----------------------------------------------------------------

// The best cut of each column under a criterion, best first; ties stand in the table's order.
function candidatesOf(node, criterion, tallies = talliesOf(node)) {
  const least = leastLeaf(node);
  const leastGain = criterion.isGuarded ? averageGain(tallies, least) : -Infinity;
  const own = ownCut(node);
  const found = [];
  for (const tally of tallies) {
    let cut = bestCut(tally, criterion, least, leastGain);
    // A set that the orders above miss.
    if (own && own.column === tally.column && own.column.labels) {
      const ofOwn = scoreOf(tally, own, criterion);
      if (ofOwn !== null && (!cut || ofOwn > scoreOf(tally, cut, criterion) + TIE))
        cut = { ...own };
    }
    const score = cut && scoreOf(tally, cut, criterion);
    if (Number.isFinite(score)) found.push({ tally, cut, score });
  }
  return inOrder(found);
}

// What the best cuts of all columns gain on average, in bits.
function averageGain(tallies, least) {
  const entropy = criterionOf("entropy");
  const gains = tallies.map((tally) => {
    const cut = bestCut(tally, entropy, least);
    return cut && scoreOf(tally, cut, entropy);
  });
  const there = gains.filter((gain) => gain !== null);
  return there.length ? (sum(there) / there.length) * (1 - 1e-9) - 1e-12 : 0;
}

// Best first; those equal but for rounding in the order of the table, as the tree has it.
function inOrder(found) {
  found.sort((a, b) => b.score - a.score);
  const sorted = [];
  while (found.length) {
    const least = found[0].score - 10 * TIE * Math.abs(found[0].score) - 1e-14;
    const others = found.findIndex(({ score }) => score < least);
    const tied = found.splice(0, others < 0 ? found.length : others);
    sorted.push(...tied.sort((a, b) => a.tally.column.feature - b.tally.column.feature));
  }
  return sorted;
}

const kept = { node: -1, tallies: null };

function talliesOf(node) {
  if (kept.node !== node) {
    kept.node = node;
    kept.tallies = COLUMNS.map((column) => tallyNode(node, column));
  }
  return kept.tallies;
}

// Score along the cuts of a column, for a curve: [{position, score, missingLeft, rowsLeft}].
function curveOf(tally, criterion, order = ordersOf(tally)[0]) {
  const node = totals(tally, criterion.usesCounts);
  const logCuts = logNumberOfCuts(tally);
  const points = [];
  eachCut(tally, order, criterion.usesCounts, (position, left, right, missingLeft, rowsLeft) => {
    points.push({
      position,
      score: criterion.score(left, right, node, logCuts),
      missingLeft,
      rowsLeft,
    });
  });
  return points;
}
