// The data of the page, unpacked: columns of ranks, samples in the order of their leaves, nodes.

const ARRAYS = {
  u1: Uint8Array,
  u2: Uint16Array,
  i4: Int32Array,
  f4: Float32Array,
  f8: Float64Array,
};

function unpack({ dtype, base64 }) {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return new ARRAYS[dtype](bytes.buffer);
}

function unpackAll(packed) {
  const isPacked = (value) => value && typeof value === "object" && "base64" in value;
  return Object.fromEntries(
    Object.entries(packed).map(([key, value]) => [key, isPacked(value) ? unpack(value) : value]),
  );
}

const DATA = JSON.parse(document.getElementById("data").textContent);
const CLASSES = DATA.classes;
const K = CLASSES.length;
const NODES = unpackAll(DATA.nodes);
const COLUMNS = DATA.columns.map((column) => unpackAll(column));
const CODES = unpack(DATA.codes);
const WEIGHTS = DATA.weights && unpack(DATA.weights);
const PRUNING = unpackAll(DATA.pruning);
const N_NODES = NODES.number.length;
const columnOf = new Map(COLUMNS.map((column) => [column.feature, column]));
const AVAILABLE = CRITERIA.filter((criterion) => K === 2 || !criterion.isBinary);
if (DATA.criterion === "tsallis") {
  dials.q = DATA.parameter;
  criterionOf("tsallis").name = `Tsallis, q = ${dials.q}`;
}
const isKnown = DATA.criterion !== "k2" || DATA.parameter === 1; // by its prior
const GROWN_BY = isKnown ? criterionOf(DATA.criterion) : undefined;
const IS_THINNED = DATA.n_shown < DATA.n_samples;

const isLeaf = (node) => NODES.feature[node] < 0;
const isFolded = (node) => !isLeaf(node) && NODES.left[node] < 0; // for good: not in the page
const hasChildren = (node) => NODES.left[node] >= 0;
const splits = () => [...NODES.number.keys()].filter(hasChildren);
const shownIn = (node) => NODES.last[node] - NODES.first[node];

const PARENTS = new Int32Array(N_NODES).fill(-1);
const DEPTHS = new Int32Array(N_NODES);
for (let node = 0; node < N_NODES; node++) {
  for (const child of hasChildren(node) ? [NODES.left[node], NODES.right[node]] : []) {
    PARENTS[child] = node;
    DEPTHS[child] = DEPTHS[node] + 1;
  }
}

// Classes of all samples of a node, as the tree has them.
function countsOf(node) {
  return withTotal(NODES.counts.slice(node * K, (node + 1) * K));
}

// Classes of the samples in the page; `counted` takes no heed of weights.
function shownCounts(node, counted = false) {
  const counts = new Float64Array(K);
  for (let i = NODES.first[node]; i < NODES.last[node]; i++) {
    counts[CODES[i]] += counted || !WEIGHTS ? 1 : WEIGHTS[i];
  }
  return withTotal(counts);
}

function majorityOf(node) {
  const counts = countsOf(node);
  return counts.indexOf(Math.max(...counts));
}

function nameOfFeature(feature) {
  return columnOf.get(feature)?.name ?? DATA.absent[feature];
}

// ---- Cuts in words ---------------------------------------------------------------------------

const MAX_NAMED = 6;

function listText(labels) {
  const named = labels.slice(0, MAX_NAMED).join(", ");
  return labels.length > MAX_NAMED
    ? `{${named}, \u2026 ${labels.length - MAX_NAMED} more}`
    : `{${named}}`;
}

// What sends a sample left. `cut` is {threshold, missingLeft} or {goesLeft: [bool by rank], ...}.
function cutText(column, cut, present = null) {
  const { name } = column;
  if (!column.labels) {
    if (cut.threshold === Infinity) return `${name} is not missing`;
    return `${name} \u2264 ${shortText(cut.threshold)}`;
  }
  const ranks = present ?? [...column.labels.keys()];
  const left = ranks.filter((rank) => cut.goesLeft[rank]);
  const right = ranks.filter((rank) => !cut.goesLeft[rank]);
  if (!right.length) return `${name} is not missing`;
  if (!left.length) return `${name} is missing`;
  const labels = (some) => listText(some.map((rank) => column.labels[rank]));
  return left.length <= right.length
    ? `${name} in ${labels(left)}`
    : `${name} not in ${labels(right)}`;
}

// The cut that the tree makes at a node; null where its column is not in the page.
function ownCut(node) {
  const column = columnOf.get(NODES.feature[node]);
  if (!column) return null;
  const cut = column.cuts[node];
  const missingLeft = Boolean(NODES.missing_left[node]);
  if (column.labels) return { column, goesLeft: [...cut].map((side) => side === "1"), missingLeft };
  return { column, position: cut, threshold: NODES.threshold[node], missingLeft };
}

const splitTexts = new Map();

function splitText(node) {
  if (!splitTexts.has(node)) splitTexts.set(node, makeSplitText(node));
  return splitTexts.get(node);
}

function makeSplitText(node) {
  const cut = ownCut(node);
  if (cut)
    return cutText(cut.column, cut, cut.column.labels ? presentRanks(node, cut.column) : null);
  const name = nameOfFeature(NODES.feature[node]);
  const threshold = NODES.threshold[node];
  if (Number.isNaN(threshold)) return `${name} in a set`;
  return threshold === Infinity
    ? `${name} is not missing`
    : `${name} \u2264 ${shortText(threshold)}`;
}

// The ranks that samples of a node in the page have, without that of missing values.
function presentRanks(node, column) {
  const seen = new Uint8Array(column.n_distinct + 1);
  for (let i = NODES.first[node]; i < NODES.last[node]; i++) seen[column.codes[i]] = 1;
  const ranks = [];
  for (let rank = 0; rank < column.n_distinct; rank++) if (seen[rank]) ranks.push(rank);
  return ranks;
}

// A line about a node, for headings and for those who listen.
function nodeText(node) {
  if (isLeaf(node)) return `leaf: ${CLASSES[majorityOf(node)]}`;
  return splitText(node);
}

// How one gets to a node, from the root.
function pathTo(node) {
  const path = [];
  for (let at = node; at >= 0; at = PARENTS[at]) path.unshift(at);
  return path;
}
