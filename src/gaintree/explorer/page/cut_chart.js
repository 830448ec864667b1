// The chart of one column: its gain at every cut, the samples below, and the cut that is dragged.

const PLAY = { left: 52, right: 12, top: 12, curve: 170, gap: 26, bars: 64 };

// Where cuts and samples stand from left to right.
function makeScale(tally, order, width) {
  const [low, high] = [PLAY.left, width - PLAY.right];
  const places = order ?? [...Array(tally.n).keys()];
  if (tally.column.labels) {
    const slot = (high - low) / tally.n;
    return {
      cut: (i) => low + i * slot,
      bin: (i) => [low + i * slot + 1, low + (i + 1) * slot - 1],
      places,
    };
  }
  if (axisOf(tally) === "rows") {
    const until = [0];
    places.forEach((place, i) => until.push(until[i] + tally.rowsAt(place)));
    const x = scale(0, until[tally.n], low, high);
    return { cut: (i) => x(until[i]), bin: (i) => [x(until[i]), x(until[i + 1])], places };
  }
  const values = places.map((place) => tally.column.values[tally.ranks[place]]);
  const pad = (values[tally.n - 1] - values[0]) * 0.02 || 1;
  const x = scale(values[0] - pad, values[tally.n - 1] + pad, low, high);
  const cut = (i) => (i === 0 ? low : i >= tally.n ? high : x(middle(values[i - 1], values[i])));
  return {
    cut,
    x,
    places,
    range: [values[0] - pad, values[tally.n - 1] + pad],
    bin: (i) => [cut(i), cut(i + 1)],
  };
}

function drawCurve(box, width, { tally, points, order, moveTo, position }) {
  const { criterion, cut, analysis } = state;
  const height = PLAY.top + PLAY.curve + PLAY.gap + PLAY.bars + 22;
  const at = makeScale(tally, order, width);
  const shown = points.filter(
    (point) =>
      !tally.nMissing || point.missingLeft === cut.missingLeft || point.position === tally.n,
  );
  const noise = noiseLevel(tally);
  const top =
    Math.max(
      ...points.map(({ score }) => score),
      analysis.mine?.score ?? 0,
      Math.min(noise?.score ?? 0, 2 * Math.max(...points.map((p) => p.score))),
    ) * 1.06 || 1;
  const bottom = Math.min(0, ...points.map(({ score }) => score));
  const y = scale(bottom, top, PLAY.top + PLAY.curve, PLAY.top);
  const spots = shown.map(({ position: i, score }) => [at.cut(i), y(score)]);
  const now = scoreOf(tally, cut, criterion);
  const x = position ? at.cut(position) : null;
  const drag = (event) => {
    const inside = event.clientX - picture.getBoundingClientRect().left;
    let [low, high] = [1, tally.nMissing ? tally.n : tally.n - 1];
    let best = low;
    for (let i = low; i <= high; i++)
      if (Math.abs(at.cut(i) - inside) < Math.abs(at.cut(best) - inside)) best = i;
    moveTo(best);
  };
  const floor = PLAY.top + PLAY.curve + PLAY.gap;
  const picture = s(
    "svg",
    {
      width,
      height,
      role: "img",
      class: "drag",
      "aria-label": `${scoreName(criterion)} of every cut of ${tally.column.name}; the highest ${decimalText(Math.max(...points.map((p) => p.score)))}`,
      onpointerdown: (event) => {
        picture.setPointerCapture(event.pointerId);
        event.preventDefault();
        drag(event);
      },
      onpointermove: (event) => {
        if (event.buttons) drag(event);
      },
    },
    axisLeft(y, ticks(bottom, top, 4), PLAY.left, width - PLAY.right),
    noise && noise.score < top ? noiseLine(y(noise.score), width) : null,
    s("path", { d: linePath(thinned(spots)), class: "curve" }),
    spots.length <= 60
      ? spots.map(([px, py]) => s("circle", { cx: px, cy: py, r: 2.5, class: "spot" }))
      : null,
    noise && noise.score < top ? noiseLabel(y(noise.score), width, noise.text, spots) : null,
    ownMark(tally, at, order, y),
    classBars(tally, at, floor),
    x === null
      ? null
      : s("line", { x1: x, x2: x, y1: PLAY.top - 6, y2: floor + PLAY.bars, class: "cut" }),
    x === null || now === null ? null : s("circle", { cx: x, cy: y(now), r: 6, class: "handle" }),
    at.x
      ? axisBelow(at.x, ticks(...at.range, width < 500 ? 4 : 8), floor + PLAY.bars)
      : bottomLabels(tally, at, floor + PLAY.bars, width),
  );
  picture.append(s("text", { x: PLAY.left, y: floor - 7, class: "small" }, "samples by class"));
  replacePicture(box, picture);
}

// While a pointer is captured the svg must not go, so only what is in it is replaced.
function replacePicture(box, picture) {
  const old = box.firstElementChild;
  if (old && old.getAttribute("width") === picture.getAttribute("width")) {
    old.replaceChildren(...picture.childNodes);
    old.setAttribute("aria-label", picture.getAttribute("aria-label"));
  } else fill(box, picture);
}

function noiseLine(y, width) {
  return s(
    "g",
    { class: "noise" },
    s("rect", {
      x: PLAY.left,
      y,
      width: width - PLAY.left - PLAY.right,
      height: Math.max(0, PLAY.top + PLAY.curve - y),
    }),
    s("line", { x1: PLAY.left, x2: width - PLAY.right, y1: y, y2: y }),
  );
}

// Above or below the line, where the curve crosses it least, as far right as may be.
function noiseLabel(y, width, text, spots) {
  const length = text.length * 5.8;
  const feet = [y - 4, y + 13].filter(
    (foot) => foot - 10 >= PLAY.top && foot + 4 <= PLAY.top + PLAY.curve,
  );
  let best = null;
  for (let end = width - PLAY.right - 4; end - length >= PLAY.left; end -= 12)
    for (const foot of feet.length ? feet : [y - 4]) {
      const crossings = nCrossings(spots, end - length, end, foot - 12, foot + 4);
      if (!best || crossings < best.crossings) best = { end, foot, crossings };
    }
  if (!best) return null;
  const place = { x: best.end, y: best.foot, "text-anchor": "end" };
  return s("text", { ...place, class: "noise-label" }, text);
}

// Pieces of a line that pass through a box. One that passes through has a part between its sides,
// and the heights of that part reach into the box.
function nCrossings(spots, left, right, top, bottom) {
  let n = 0;
  for (let i = 1; i < spots.length; i++) {
    const [[x1, y1], [x2, y2]] = [spots[i - 1], spots[i]];
    if (x2 < left || x1 > right) continue;
    const heightAt = (x) => (x2 === x1 ? y2 : y1 + ((y2 - y1) * (x - x1)) / (x2 - x1));
    const ends = [heightAt(Math.max(x1, left)), heightAt(Math.min(x2, right))];
    if (Math.max(...ends) >= top && Math.min(...ends) <= bottom) n += 1;
  }
  return n;
}

// Where the tree cuts, if it cuts this column.
function ownMark(tally, at, order, y) {
  const { mine } = state.analysis;
  if (!mine || mine.tally !== tally) return null;
  const position = positionOf(tally, order, mine.cut);
  if (!position) return null;
  const [x, top] = [at.cut(position), y(mine.score)];
  return s(
    "g",
    { class: "own-cut" },
    s("title", {}, "the tree's cut"),
    s("path", { d: `M${x} ${top - 7}l7 7l-7 7l-7 -7z` }),
  );
}

// Stacked counts of classes, in bins as wide as some pixels.
function classBars(tally, at, top) {
  const bins = [];
  at.places.forEach((place, i) => {
    const [x1, x2] = at.bin(i);
    const previous = bins[bins.length - 1];
    const merges = !tally.column.labels && previous && previous.x2 - previous.x1 < 7;
    const counts = tally.counts.subarray(place * K, (place + 1) * K);
    if (merges) {
      previous.x2 = x2;
      previous.counts = previous.counts.map((count, k) => count + counts[k]);
    } else bins.push({ x1, x2, counts: Array.from(counts) });
  });
  const byShare = tally.column.labels || !at.x;
  const most = Math.max(...bins.map(({ counts }) => sum(counts)));
  return s(
    "g",
    {},
    bins.map(({ x1, x2, counts }) => {
      const total = sum(counts);
      const height = byShare ? PLAY.bars : (total / most) * PLAY.bars;
      let y = top + PLAY.bars;
      const gap = x2 - x1 > 4 ? 0.5 : 0;
      return grouped(counts).map((count, place) => {
        const part = (count / total) * height;
        y -= part;
        return part > 0
          ? s("rect", {
              x: x1 + gap,
              width: Math.max(0.5, x2 - x1 - 2 * gap),
              y,
              height: part,
              class: colourClass(place),
            })
          : null;
      });
    }),
  );
}

function bottomLabels(tally, at, y, width) {
  const labels = [];
  let free = PLAY.left - 20;
  at.places.forEach((place, i) => {
    const [x1, x2] = at.bin(i);
    const name = tally.column.labels
      ? tally.column.labels[tally.ranks[place]]
      : tickText(tally.column.values[tally.ranks[place]]);
    const text = cropped(name, tally.column.labels ? Math.max(x2 - x1, 30) : 80);
    const half = text.length * 3.3 + 4;
    const x = Math.min(Math.max((x1 + x2) / 2, half), width - half);
    if (x - half < free) return;
    labels.push(s("text", { x, y: y + 15, "text-anchor": "middle" }, text));
    free = x + half;
  });
  return s("g", { class: "axis" }, labels);
}
