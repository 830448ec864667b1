// One column of the node: move its cut and see what becomes of counts and formula.

const AXES = { value: "by value", rows: "room by samples" };

function drawPlay(box) {
  const { node, analysis } = state;
  if (!analysis || !analysis.found.length) return fill(box);
  const tally = playTally();
  const order = playOrder(tally);
  const points = curveOf(tally, state.criterion, order);
  const chart = h("div", { class: "chart", id: "curve" });
  const live = h("div", { id: "live", "aria-live": "polite" });
  const position = () => positionOf(tally, order, state.cut);
  const last = tally.nMissing ? tally.n : tally.n - 1;
  let redraw = () => {};
  const moveTo = (at) => {
    state.cut = describeCut(tally, {
      order,
      position: at,
      missingLeft: state.cut.missingLeft && at < tally.n,
    });
    range.moveTo(at);
    refresh();
  };
  const range = slider("Cut", {
    min: 1,
    max: Math.max(1, last),
    value: Math.max(1, position()),
    text: (at) =>
      cutText(
        tally.column,
        describeCut(tally, { order, position: at, missingLeft: state.cut.missingLeft }),
        presentRanksOf(tally),
      ),
    oninput: moveTo,
  });
  range.id = "cut";
  const refresh = () => {
    redraw();
    fill(live, liveParts(tally));
  };
  fill(
    box,
    h("h3", {}, "Move the cut"),
    h("div", { class: "row" }, playControls(tally, refresh)),
    chart,
    range,
    tally.column.labels ? categoryButtons(tally, order, refresh) : null,
    live,
    behind("curve", () => curveTable(tally, points, order)),
  );
  const drawn = (width) =>
    drawCurve(chart, width, { tally, points, order, moveTo, position: position() });
  redraw = sized(chart, drawn);
  fill(live, liveParts(tally));
}

const presentRanksOf = (tally) => (tally.column.labels ? tally.ranks : null);

function playTally() {
  return talliesOf(state.node).find((tally) => tally.column === state.cut.column);
}

// Categories in the order in which the cut of the moment, or the best, is a first few.
function playOrder(tally) {
  if (!tally.column.labels) return null;
  const orders = ordersOf(tally);
  return orders.find((order) => positionOf(tally, order, state.cut) > 0) ?? orders[0];
}

// How many stand left of a cut; 0 where the sets are not the first few.
function positionOf(tally, order, cut) {
  const places = order ?? [...Array(tally.n).keys()];
  let position = 0;
  while (position < tally.n && goesLeft(tally, cut, places[position])) position++;
  for (let i = position; i < tally.n; i++) if (goesLeft(tally, cut, places[i])) return 0;
  return position;
}

function playControls(tally, refresh) {
  const { analysis, node } = state;
  const set = (cut) => {
    state.cut = { ...cut };
    render("play");
  };
  const best = analysis.found.find(({ tally: other }) => other === tally);
  const own = analysis.mine;
  return [
    select(
      "Feature",
      analysis.found.map(({ tally: { column } }) => [String(column.feature), column.name]),
      String(tally.column.feature),
      (feature) => playFeature(Number(feature)),
    ),
    h("button", { onclick: () => set(best.cut) }, "Best cut"),
    own ? h("button", { onclick: () => set(own.cut) }, "The tree's cut") : null,
    tally.nMissing
      ? h(
          "button",
          {
            "aria-pressed": String(state.cut.missingLeft),
            onclick: () => set({ ...state.cut, missingLeft: !state.cut.missingLeft }),
          },
          `${plural(tally.nMissing, "missing value")} ${tally.nMissing === 1 ? "goes" : "go"} ${state.cut.missingLeft ? "left" : "right"}`,
        )
      : null,
    tally.column.labels
      ? null
      : select("Axis", Object.entries(AXES), axisOf(tally), (axis) => {
          state.axis = axis;
          render("play");
        }),
  ];
}

// By value, unless most samples would crowd in a corner.
function axisOf(tally) {
  if (state.axis) return state.axis;
  const values = tally.ranks.map((rank) => tally.column.values[rank]);
  const total = tally.nRows - tally.nMissing;
  const at = (share) => {
    let seen = 0;
    return values[values.findIndex((_, i) => (seen += tally.rowsAt(i)) >= share * total)];
  };
  const spread = values[values.length - 1] - values[0];
  return at(0.9) - at(0.05) < 0.15 * spread ? "rows" : "value";
}

// ---- Categories ------------------------------------------------------------------------------

const MAX_BUTTONS = 40;

function categoryButtons(tally, order, refresh) {
  const button = (place) => {
    const rank = tally.ranks[place];
    const element = h(
      "button",
      { class: "category", "aria-pressed": String(state.cut.goesLeft[rank]) },
      shareIcon(tally, place),
      `${tally.column.labels[rank]}`,
      h("small", {}, countText(tally.rowsAt(place))),
    );
    element.addEventListener("click", () => {
      const sides = [...state.cut.goesLeft];
      sides[rank] = !sides[rank];
      state.cut = { ...state.cut, goesLeft: sides };
      element.setAttribute("aria-pressed", String(sides[rank]));
      refresh();
    });
    return element;
  };
  return h(
    "div",
    { class: "categories", role: "group", "aria-label": "Categories that go left" },
    h("p", { class: "note" }, "Pressed categories go left; the slider moves them over one by one."),
    order.slice(0, MAX_BUTTONS).map(button),
    order.length > MAX_BUTTONS
      ? h(
          "p",
          { class: "note" },
          `${order.length - MAX_BUTTONS} more categories move with the slider alone.`,
        )
      : null,
  );
}

function shareIcon(tally, place) {
  const svg = s("svg", { width: 26, height: 10, "aria-hidden": "true" });
  svg.append(shareBar(tally.counts.subarray(place * K, (place + 1) * K), 0, 0, 26, 10));
  return svg;
}

function curveTable(tally, points, order) {
  const most = 500;
  const rows = points.slice(0, most).map((point) => {
    const cut = describeCut(tally, { ...point, order });
    return [
      cutText(tally.column, cut, presentRanksOf(tally)),
      ...(tally.nMissing ? [point.missingLeft ? "left" : "right"] : []),
      countText(point.rowsLeft),
      decimalText(point.score),
    ];
  });
  const caption =
    points.length > most
      ? `The first ${most} of ${countText(points.length)} cuts of ${tally.column.name}`
      : `Every cut of ${tally.column.name}`;
  return table(
    caption,
    ["Cut", ...(tally.nMissing ? ["Missing"] : []), "Samples left", scoreName(state.criterion)],
    rows,
  );
}
