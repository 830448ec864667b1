// The gain of every cut of every feature, side by side on one scale.

const FEW_CURVES = 12;

function drawCurves(box) {
  const { analysis, criterion } = state;
  if (!analysis || !analysis.found.length) return fill(box);
  const { found, mine } = analysis;
  const most = Math.max(found[0].score, mine?.score ?? 0);
  const noise = noiseLevel(found[0].tally);
  const shown = state.allCurves ? found : found.slice(0, FEW_CURVES);
  return fill(
    box,
    h("h3", {}, `${criterion.name} of every cut, feature by feature`),
    h(
      "p",
      { class: "note" },
      "Best first, all on one scale. Choose one to move its cut above." +
        (noise
          ? " Dashed: " +
            (shuffled.has(shuffleKey())
              ? "95% of shuffles stay below."
              : "what noise stays below with 95%, by the G-test.")
          : ""),
    ),
    h(
      "div",
      { class: "curves" },
      shown.map((candidate) => smallCurve(candidate, most)),
    ),
    found.length > FEW_CURVES ? moreButton("allCurves", found.length, () => drawCurves(box)) : null,
    behind("curves", () =>
      table(
        "The best cut of each feature",
        ["Feature", "Cut", scoreName(criterion)],
        found.map((candidate) => [
          candidate.tally.column.name,
          cutOf(candidate, state.node),
          decimalText(candidate.score),
        ]),
      ),
    ),
  );
}

function moreButton(key, n, redraw) {
  return h(
    "button",
    {
      onclick: () => {
        state[key] = !state[key];
        redraw();
      },
    },
    state[key] ? "Show fewer" : `Show all ${n}`,
  );
}

function smallCurve({ tally, cut, score }, most) {
  const [width, height] = [150, 56];
  const order = playOrderOf(tally, cut);
  const points = curveOf(tally, state.criterion, order);
  const bottom = Math.min(0, ...points.map((point) => point.score));
  const y = scale(bottom, most > 0 ? most : 1, height - 2, 4);
  const rows = tally.nRows;
  const x = scale(0, rows, 2, width - 2);
  const best = new Map();
  for (const point of points) {
    const other = best.get(point.position);
    if (!other || point.score > other.score) best.set(point.position, point);
  }
  const spots = [...best.values()].map((point) => [x(point.rowsLeft), y(point.score)]);
  const noise = noiseLevel(tally);
  const isOwn = state.analysis.mine?.tally === tally;
  const playing = state.cut?.column === tally.column;
  return h(
    "button",
    {
      class: `small ${isOwn ? "own" : ""}`,
      "aria-pressed": String(playing),
      onclick: () => playFeature(tally.column.feature),
      "aria-label": `${tally.column.name}: at best ${decimalText(score)}${isOwn ? ", the tree's choice" : ""}`,
    },
    h(
      "span",
      { class: "name" },
      tally.column.name,
      isOwn ? h("span", { class: "own-mark", title: "the tree's choice" }, " \u25c6") : null,
    ),
    s(
      "svg",
      { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true" },
      s("line", { x1: 0, x2: width, y1: y(0), y2: y(0), class: "grid" }),
      noise && noise.score < most
        ? s("line", {
            x1: 0,
            x2: width,
            y1: y(noise.score),
            y2: y(noise.score),
            class: "noise-line",
          })
        : null,
      spots.length === 1
        ? s("circle", { cx: spots[0][0], cy: spots[0][1], r: 3, class: "spot" })
        : s("path", { d: linePath(thinned(spots)), class: "curve" }),
    ),
    h("span", { class: "score" }, decimalText(score)),
  );
}

function playOrderOf(tally, cut) {
  const orders = ordersOf(tally);
  return orders.find((order) => positionOf(tally, order, cut) > 0) ?? orders[0];
}
