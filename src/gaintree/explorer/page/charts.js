// What charts have in common: colours of classes, scales, axes, bars.

const N_COLOURS = 7;

// The most frequent classes have a colour each, the others share one.
const CLASS_ORDER = (() => {
  const counts = countsOf(0);
  return [...counts.keys()].sort((a, b) => counts[b] - counts[a] || a - b);
})();
const COLOURED = CLASS_ORDER.slice(0, K <= N_COLOURS + 1 ? K : N_COLOURS).sort((a, b) => a - b);
const REST = K - COLOURED.length;
const colourClass = (place) => `class-${place < N_COLOURS ? place : "rest"}`;
const LEGEND = [...COLOURED.map((k) => CLASSES[k]), ...(REST ? [`${REST} other classes`] : [])];

// Counts as the legend has them.
function grouped(counts) {
  const shown = COLOURED.map((k) => counts[k]);
  if (REST) shown.push(Math.max(0, sum(counts) - sum(shown)));
  return shown;
}

function legend() {
  return h(
    "ul",
    { class: "legend", "aria-label": "Classes" },
    LEGEND.map((name, place) =>
      h(
        "li",
        {},
        s(
          "svg",
          { width: 12, height: 12, "aria-hidden": "true" },
          s("rect", { width: 12, height: 12, rx: 2, class: colourClass(place) }),
        ),
        name,
      ),
    ),
  );
}

// A bar of class shares.
function shareBar(counts, x, y, width, height) {
  const total = sum(counts);
  let at = x;
  return s(
    "g",
    { "aria-hidden": "true" },
    grouped(counts).map((count, place) => {
      const part = total > 0 ? (count / total) * width : 0;
      const bar = s("rect", { x: at, y, width: part, height, class: colourClass(place) });
      at += part;
      return part > 0 ? bar : null;
    }),
  );
}

const scale = (from, to, low, high) => (value) =>
  low + (to === from ? 0.5 : (value - from) / (to - from)) * (high - low);

function ticks(from, to, n) {
  if (!(to > from)) return [from];
  const rough = (to - from) / n;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * unit).find((size) => size >= rough);
  const values = [];
  for (let i = Math.ceil(from / step - 1e-9); i * step <= to + step * 1e-9; i++)
    values.push(i * step);
  return values;
}

function tickText(value) {
  if (Math.abs(value) >= 1e5)
    return Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 2 }).format(
      value,
    );
  return String(Number(value.toPrecision(4))).replace("-", "\u2212");
}

function axisBelow(x, values, y, text = tickText) {
  return s(
    "g",
    { class: "axis" },
    values.map((value) => [
      s("line", { x1: x(value), x2: x(value), y1: y, y2: y + 4 }),
      s("text", { x: x(value), y: y + 15, "text-anchor": "middle" }, text(value)),
    ]),
  );
}

function axisLeft(y, values, x, right, text = tickText) {
  return s(
    "g",
    { class: "axis" },
    values.map((value) => [
      s("line", { x1: x, x2: right, y1: y(value), y2: y(value), class: "grid" }),
      s("text", { x: x - 5, y: y(value) + 4, "text-anchor": "end" }, text(value)),
    ]),
  );
}

const linePath = (points) =>
  points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

// Of many points the highest a pixel, so that no peak is lost.
function thinned(points) {
  if (points.length < 700) return points;
  const best = new Map();
  for (const point of points) {
    const pixel = Math.round(point[0]);
    const other = best.get(pixel);
    if (!other || point[1] < other[1]) best.set(pixel, point);
  }
  return [...best.values()].sort((a, b) => a[0] - b[0]);
}

const scoreName = (criterion) =>
  criterion.unit ? `${criterion.name}, ${criterion.unit}` : criterion.name;
const scoreText = (score, criterion) =>
  criterion.unit ? `${decimalText(score)} ${criterion.unit}` : decimalText(score);
