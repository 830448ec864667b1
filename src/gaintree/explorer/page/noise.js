// Was it luck? What labels that have nothing to do with the columns would gain, and how far the
// samples could have made another candidate win.

// How many cuts a column offers at a node, as a natural logarithm: of categories, all sets.
function logNumberOfCuts(tally) {
  return (tally.logCuts ??= countCuts(tally));
}

function countCuts(tally) {
  if (tally.column.labels) {
    const n = tally.n + (tally.nMissing ? 1 : 0);
    return n > 1 ? (n - 1) * LN2 + Math.log1p(-(2 ** -(n - 1))) : 0;
  }
  let nCuts = 0;
  eachCut(tally, null, true, (position, left, right, missingLeft, rowsLeft, rowsRight) => {
    nCuts += Math.min(rowsLeft, rowsRight) >= tally.least;
  });
  return Math.log(Math.max(1, nCuts));
}

// log10 of an upper bound of the chance that noise gives some cut of this column as large a G: its
// chance for one cut times the number of cuts; for categories no more than that of the whole table
// of categories and classes, whose G no set exceeds.
function logChanceOfColumn(tally, cut) {
  const node = totals(tally, true);
  const { left, right } = sidesOf(tally, cut, true);
  return logChanceOfG(tally, gStatistic(left, right, node));
}

function logChanceOfG(tally, statistic) {
  const df = freedom(totals(tally, true));
  let log = logChi2Tail(statistic, df) + logNumberOfCuts(tally);
  if (tally.column.labels) {
    const n = tally.n + (tally.nMissing ? 1 : 0);
    log = Math.min(log, logChi2Tail(statistic, (n - 1) * df));
  }
  return Math.min(0, log) / Math.LN10;
}

// The same for the best of all features of the table.
const logChance = (tally, cut) =>
  Math.min(0, logChanceOfColumn(tally, cut) + Math.log10(DATA.n_features));

// The information gain that noise exceeds at this node with a chance of at most 5%, by column.
function noiseGain(tally) {
  const node = totals(tally, true);
  const wanted = Math.log10(0.05 / DATA.n_features);
  let [low, high] = [0, 10];
  while (logChanceOfG(tally, high) > wanted && high < 1e9) high *= 2;
  for (let i = 0; i < 60; i++) {
    const half = (low + high) / 2;
    [low, high] = logChanceOfG(tally, half) > wanted ? [half, high] : [low, half];
  }
  return high / (2 * node.total * LN2);
}

// Shuffle the classes of a node's samples again and again and look for the best cut each time. It
// works in slices, so that the page stays alive; `report(done, gains)` may return false to stop.
async function shuffleLabels(node, criterion, nShuffles, report) {
  const random = makeRandom(NODES.number[node] + 1);
  const codes = CODES.slice();
  const gains = [];
  const [first, last] = [NODES.first[node], NODES.last[node]];
  let pause = performance.now() + 30;
  while (gains.length < nShuffles) {
    for (let i = last - 1; i > first; i--) {
      const j = first + Math.floor(random() * (i - first + 1));
      [codes[i], codes[j]] = [codes[j], codes[i]];
    }
    const tallies = COLUMNS.map((column) => tallyNode(node, column, codes));
    gains.push(candidatesOf(node, criterion, tallies)[0]?.score ?? 0);
    if (performance.now() > pause) {
      if (report(gains) === false) break;
      await new Promise((resolve) => {
        setTimeout(resolve);
      });
      pause = performance.now() + 30;
    }
  }
  report(gains);
  return gains;
}

// How often the second of two cuts wins when samples are drawn anew from those of the node
// (Poisson's bootstrap on the cells of both cuts and the classes), and the spread of the margin.
function redrawMargin(node, one, other, criterion, nDraws = 1000) {
  const cuts = [one, other].map(({ tally }) => logNumberOfCuts(tally));
  const cells = cellsOf(node, one.cut, other.cut, criterion.usesCounts);
  const random = makeRandom(NODES.number[node] + 7);
  let [behind, total, squares] = [0, 0, 0];
  for (let draw = 0; draw < nDraws; draw++) {
    const drawn = cells.map(({ rows, weight }) => drawPoisson(rows, random) * weight);
    const score = (bit) => scoreOfCells(drawn, bit, criterion, cuts[bit - 1]);
    const margin = score(1) - score(2);
    behind += margin < 0 ? 1 : margin === 0 ? 0.5 : 0;
    total += margin;
    squares += margin * margin;
  }
  const mean = total / nDraws;
  return {
    behind: behind / nDraws,
    spread: Math.sqrt(Math.max(0, squares / nDraws - mean * mean)),
    nDraws,
  };
}

// Whether two cuts of whatever columns send the same samples to the same side, or each to the other.
function samePartition(node, one, other) {
  const bySides = [0, 0, 0, 0];
  cellsOf(node, one, other, true).forEach(({ rows }, i) => {
    bySides[i % 4] += rows;
  });
  return bySides[1] + bySides[2] === 0 || bySides[0] + bySides[3] === 0;
}

// Samples by class and by the sides that two cuts send them to: cell 4 k + side + 2 side.
function cellsOf(node, one, other, usesCounts) {
  const cells = Array.from({ length: 4 * K }, () => ({ rows: 0, weight: 0 }));
  const side = (cut, i) => {
    const rank = cut.column.codes[i];
    if (rank === cut.column.n_distinct) return cut.missingLeft;
    return cut.column.labels ? cut.goesLeft[rank] : rank < cut.position;
  };
  for (let i = NODES.first[node]; i < NODES.last[node]; i++) {
    const cell = cells[4 * CODES[i] + (side(one, i) ? 1 : 0) + (side(other, i) ? 2 : 0)];
    cell.rows += 1;
    cell.weight += WEIGHTS && !usesCounts ? WEIGHTS[i] : 1;
  }
  for (const cell of cells) cell.weight = cell.rows ? cell.weight / cell.rows : 0;
  return cells;
}

function scoreOfCells(cells, bit, criterion, logCuts) {
  const left = new Float64Array(K);
  const right = new Float64Array(K);
  const node = new Float64Array(K);
  cells.forEach((weight, i) => {
    (i & bit ? left : right)[i >> 2] += weight;
    node[i >> 2] += weight;
  });
  for (const counts of [left, right, node]) withTotal(counts);
  return left.total > 0 && right.total > 0 ? criterion.score(left, right, node, logCuts) : 0;
}
