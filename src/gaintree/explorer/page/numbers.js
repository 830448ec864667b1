// Mathematics that the language lacks, and numbers as text.

const LN2 = Math.LN2;

// Functions of counts are looked up: a scan asks for them at every cut and class.
const N_TABLED = 65_536;
const tabled = (compute) => Float64Array.from({ length: N_TABLED }, (_, x) => compute(x));
const atCount = (table, compute) => (x) => (x === (x | 0) && x < N_TABLED ? table[x] : compute(x));
const plainXlog2 = (x) => (x > 0 ? x * Math.log2(x) : 0);
const xlog2 = atCount(tabled(plainXlog2), plainXlog2);

function sum(values) {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

// Lanczos' approximation, g = 7, good to 15 digits for x > 0.
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313,
  -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
  1.5056327351493116e-7,
];

function logGamma(x) {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  let series = LANCZOS[0];
  for (let i = 1; i < 9; i++) series += LANCZOS[i] / (x - 1 + i);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(series);
}

const plainLogFactorial = (x) => logGamma(1 + x);
const logFactorial = atCount(tabled(plainLogFactorial), plainLogFactorial);

// Natural logarithm of the chance that a chi-squared variable exceeds x; it does not underflow.
function logChi2Tail(x, df) {
  if (!(x > 0) || df <= 0) return 0;
  const a = df / 2;
  const z = x / 2;
  const front = a * Math.log(z) - z - logGamma(a);
  if (z < a + 1) {
    let term = 1 / a;
    let total = term;
    for (let i = 1; i < 1000 && term > total * 1e-16; i++) {
      term *= z / (a + i);
      total += term;
    }
    return Math.log1p(-Math.min(total * Math.exp(front), 1 - 1e-16));
  }
  // Lentz's continued fraction.
  let b = z + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let fraction = d;
  for (let i = 1; i < 1000; i++) {
    const an = -i * (i - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return Math.min(front + Math.log(fraction), 0);
}

// mulberry32: the same draws on every visit.
function makeRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function drawPoisson(mean, random) {
  if (mean > 30) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal));
  }
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count++;
  return count;
}

const countText = (n) => n.toLocaleString("en-US", { maximumFractionDigits: 2 });
const plural = (n, word) => `${countText(n)} ${word}${n === 1 ? "" : "s"}`;

// Six significant digits, or as many as it takes to see the first decimal.
function shortText(x) {
  if (!Number.isFinite(x)) return String(x);
  const digits = Math.abs(x) < 1e15 ? String(Math.trunc(Math.abs(x))).length : 0;
  const text = String(Number(x.toPrecision(Math.min(17, Math.max(6, digits + 1)))));
  return text.replace("-", "\u2212");
}

function decimalText(x, decimals = 4) {
  if (!Number.isFinite(x)) return "\u2013";
  const small = x !== 0 && Math.abs(x) < 0.5 * 10 ** -decimals;
  return (small ? x.toExponential(1) : x.toFixed(decimals)).replaceAll("-", "\u2212");
}

const percentText = (share, decimals = 1) => `${(100 * share).toFixed(decimals)}%`;

const SUPERSCRIPTS = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079";

// A probability from its logarithm to base 10.
function chanceText(log10) {
  if (log10 >= -3) {
    const p = Math.min(1, 10 ** log10);
    return p >= 0.995 ? "1" : p.toPrecision(2);
  }
  if (log10 < -300) return `< ${chanceText(-300)}`;
  const exponent = [...String(Math.ceil(-log10 - 1e-12))].map((digit) => SUPERSCRIPTS[digit]);
  return `10\u207b${exponent.join("")}`;
}
