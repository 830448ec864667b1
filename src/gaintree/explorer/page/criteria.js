// Split criteria: each a score of a node's two children, higher is better, and its formula in words.
//
// `left` and `right` are counts (or weights) of the classes, as arrays with their sum as `total`;
// `node` is their sum. Criteria with `usesCounts` are asked about samples, never about weights.

function withTotal(counts) {
  counts.total = sum(counts);
  return counts;
}

function entropyOf(c) {
  let inner = 0;
  for (let k = 0; k < c.length; k++) inner += xlog2(c[k]);
  return c.total > 0 ? Math.max(0, Math.log2(c.total) - inner / c.total) : 0;
}

function most(c) {
  let largest = c[0];
  for (let k = 1; k < c.length; k++) if (c[k] > largest) largest = c[k];
  return largest;
}

const dials = { q: 1.5 }; // of Tsallis; that of the tree, if it was grown by it

function tsallisOf(c) {
  if (Math.abs(dials.q - 1) < 1e-6) return entropyOf(c) * LN2;
  let total = 0;
  for (let k = 0; k < c.length; k++) total += (c[k] / c.total) ** dials.q;
  return (1 - total) / (dials.q - 1);
}

function giniOf(c) {
  let inner = 0;
  let below = 0;
  for (let k = 0; k < c.length; k++) {
    inner += 2 * c[k] * below;
    below += c[k];
  }
  return c.total > 0 ? inner / c.total ** 2 : 0;
}

function classesIn(c) {
  let n = 0;
  for (let k = 0; k < c.length; k++) n += c[k] > 0;
  return n;
}

function rootsOf(c) {
  let total = 0;
  for (let k = 0; k < c.length; k++) total += Math.sqrt(c[k] * (c.total - c[k]));
  return total / c.total;
}

const IMPURITIES = {
  entropy: { letter: "H", of: entropyOf },
  gini: { letter: "Gini", of: giniOf },
  misclassification: { letter: "E", of: (c) => 1 - most(c) / c.total },
  dkm: { letter: "D", of: rootsOf },
  tsallis: { letter: "T", of: tsallisOf },
  miller_madow: {
    letter: "H\u2098",
    of: (c) => entropyOf(c) + (classesIn(c) - 1) / (2 * c.total * LN2),
  },
};

const memo = (node, key, compute) => (node.memo ??= {})[key] ?? (node.memo[key] = compute());

function gainOf(key, left, right, node) {
  const impurity = IMPURITIES[key].of;
  const whole = memo(node, key, () => impurity(node));
  return (
    whole -
    (left.total / node.total) * impurity(left) -
    (right.total / node.total) * impurity(right)
  );
}

function splitInformation(left, right) {
  const total = left.total + right.total;
  return Math.log2(total) - (xlog2(left.total) + xlog2(right.total)) / total;
}

function pearson(left, right, node) {
  let statistic = 0;
  for (let k = 0; k < node.length; k++) {
    if (!(node[k] > 0)) continue;
    const expected = (node[k] * left.total) / node.total;
    const other = node[k] - expected;
    statistic += (left[k] - expected) ** 2 / expected + (right[k] - other) ** 2 / other;
  }
  return statistic;
}

const gStatistic = (left, right, node) =>
  Math.max(0, 2 * node.total * LN2 * gainOf("entropy", left, right, node));
const freedom = (node) => memo(node, "freedom", () => classesIn(node) - 1);

// Of the best of so many cuts: 1 - (1 - p) ** cuts, all as logarithms.
function correctForCuts(log, logCuts) {
  if (logCuts <= 0 || log + logCuts < -20) return log + Math.max(0, logCuts);
  return Math.log(-Math.expm1(-Math.exp(logCuts + Math.log(-Math.log1p(-Math.exp(log))))));
}

const minusLog10 = (statistic, node, logCuts = 0) =>
  -correctForCuts(logChi2Tail(statistic, freedom(node)), logCuts) / Math.LN10;

function twoing(left, right, node) {
  let distance = 0;
  for (let k = 0; k < node.length; k++)
    distance += Math.abs(left[k] / left.total - right[k] / right.total);
  return ((left.total * right.total) / node.total ** 2 / 4) * distance ** 2;
}

// Of two classes: the shares of either that go left, and right.
function rates(left, right, node) {
  const [a, b] = memo(node, "pair", () => [...node.keys()].filter((k) => node[k] > 0));
  return b === undefined
    ? null
    : [left[a] / node[a], left[b] / node[b], right[a] / node[a], right[b] / node[b]];
}

function hellinger(left, right, node) {
  const r = rates(left, right, node);
  if (!r) return 0;
  return Math.hypot(Math.sqrt(r[1]) - Math.sqrt(r[0]), Math.sqrt(r[3]) - Math.sqrt(r[2]));
}

function kolmogorov(left, right, node) {
  const r = rates(left, right, node);
  return r ? Math.abs(r[1] - r[0]) : 0;
}

function orthogonality(left, right) {
  let dot = 0;
  let [leftSquares, rightSquares] = [0, 0];
  for (let k = 0; k < left.length; k++) {
    dot += left[k] * right[k];
    leftSquares += left[k] * left[k];
    rightSquares += right[k] * right[k];
  }
  return 1 - dot / Math.sqrt(leftSquares * rightSquares);
}

function mdlpCost(left, right, node) {
  const k = memo(node, "classes", () => classesIn(node));
  const [kl, kr] = [classesIn(left), classesIn(right)];
  const n = node.total;
  const code = k * Math.log2(3) + Math.log1p(-2 * 3 ** -k) / LN2;
  const delta =
    code -
    (k * memo(node, "entropy", () => entropyOf(node)) -
      kl * entropyOf(left) -
      kr * entropyOf(right));
  return (Math.log2(n - 1) + delta) / n;
}

// Log marginal likelihood of the classes, in bits, under the uniform prior.
function evidence(c, nClasses) {
  let total = logGamma(nClasses) - logGamma(nClasses + c.total);
  for (let k = 0; k < c.length; k++) total += logFactorial(c[k]);
  return total / LN2;
}

function k2(left, right, node) {
  const whole = memo(node, "k2", () => evidence(node, node.length));
  return evidence(left, node.length) + evidence(right, node.length) - whole;
}

const CRITERIA = [
  { key: "entropy", name: "Information gain", unit: "bits", impurity: "entropy" },
  { key: "gini", name: "Gini", unit: "", impurity: "gini" },
  {
    key: "gain_ratio",
    name: "Gain ratio",
    unit: "",
    isGuarded: true,
    says: "gain / split information, the entropy of the sizes of the children; only of cuts that gain what the best of all features gain on average",
    score: (l, r, m) => gainOf("entropy", l, r, m) / splitInformation(l, r),
  },
  { key: "misclassification", name: "Misclassification", unit: "", impurity: "misclassification" },
  {
    key: "twoing",
    name: "Twoing",
    unit: "",
    score: twoing,
    says: "(wₗ wᵣ / 4) · (sum over classes of |pₗ − pᵣ|)²",
  },
  {
    key: "hellinger",
    name: "Hellinger",
    unit: "",
    score: hellinger,
    isBinary: true,
    says: "√(sum over children of (√share of one class − √share of the other)²)",
  },
  {
    key: "chi2",
    name: "χ² test",
    unit: "−log₁₀ p",
    usesCounts: true,
    says: "X² = sum of (count − expected)² / expected; its chance p under independence, corrected for the cuts of the feature",
    score: (l, r, m, logCuts) => minusLog10(pearson(l, r, m), m, logCuts),
    rank: pearson,
  },
  {
    key: "g_test",
    name: "G-test",
    unit: "−log₁₀ p",
    usesCounts: true,
    says: "G = 2 n ln 2 · information gain; its chance p under independence, corrected for the cuts of the feature",
    score: (l, r, m, logCuts) => minusLog10(gStatistic(l, r, m), m, logCuts),
    rank: gStatistic,
  },
  {
    key: "mdlp",
    name: "MDLP",
    unit: "bits",
    usesCounts: true,
    says: "gain − (log₂(n − 1) + Δ) / n: above 0 the split pays for its own description",
    score: (l, r, m) => gainOf("entropy", l, r, m) - mdlpCost(l, r, m),
  },
  {
    key: "k2",
    name: "Bayes factor (K2)",
    unit: "bits",
    score: k2,
    usesCounts: true,
    says: "log₂ of how much likelier the classes are with the split than without",
  },
  {
    key: "mantaras",
    name: "Mántaras",
    unit: "",
    says: "gain / joint entropy of class and side",
    score: (l, r, m) => {
      const gain = gainOf("entropy", l, r, m);
      return gain / (splitInformation(l, r) + memo(m, "entropy", () => entropyOf(m)) - gain);
    },
  },
  {
    key: "symmetric_uncertainty",
    name: "Symmetric uncertainty",
    unit: "",
    says: "2 · gain / (entropy of the sizes + entropy of the classes)",
    score: (l, r, m) => {
      const both = splitInformation(l, r) + memo(m, "entropy", () => entropyOf(m));
      return both > 0 ? (2 * gainOf("entropy", l, r, m)) / both : 0;
    },
  },
  { key: "dkm", name: "DKM", unit: "", impurity: "dkm" },
  { key: "tsallis", name: "Tsallis, q = 1.5", unit: "", impurity: "tsallis" },
  {
    key: "miller_madow",
    name: "Miller–Madow gain",
    unit: "bits",
    impurity: "miller_madow",
    usesCounts: true,
  },
  {
    key: "adjusted_gini",
    name: "Adjusted Gini",
    unit: "",
    usesCounts: true,
    says: "Gini gain − Gini(node) / (n − 1), what chance gains",
    score: (l, r, m) => gainOf("gini", l, r, m) - giniOf(m) / (m.total - 1),
  },
  {
    key: "ks",
    name: "Kolmogorov–Smirnov",
    unit: "",
    score: kolmogorov,
    isBinary: true,
    says: "|share of one class that goes left − share of the other|",
  },
  {
    key: "ort",
    name: "ORT",
    unit: "",
    score: orthogonality,
    says: "1 − cosine of the angle between the counts of the children",
  },
];

for (const criterion of CRITERIA) {
  const { impurity } = criterion;
  if (impurity) criterion.score = (l, r, m) => gainOf(impurity, l, r, m);
  criterion.rank ??= criterion.score; // cheaper, and in the same order within a node
}

const criterionOf = (key) => CRITERIA.find((criterion) => criterion.key === key);
