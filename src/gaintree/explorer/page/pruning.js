// Cost-complexity pruning: how large a tree, and what it gets wrong.

const pruning = { step: 0 };
const isPruned = (node) =>
  !isLeaf(node) && PRUNING.step_of[node] <= pruning.step && pruning.step > 0;
const LAST_STEP = PRUNING.alpha.length - 1;

const spreadOf = (step) =>
  Math.sqrt((PRUNING.test[step] * (1 - PRUNING.test[step])) / PRUNING.n_test);

// The tree of the least error on new samples, of tied ones the smallest; and the smallest within
// one standard error of it.
function bestSteps() {
  if (!PRUNING.test) return null;
  let best = 0;
  PRUNING.test.forEach((error, step) => {
    if (error <= PRUNING.test[best]) best = step;
  });
  let simple = best;
  PRUNING.test.forEach((error, step) => {
    if (error <= PRUNING.test[best] + spreadOf(best)) simple = Math.max(simple, step);
  });
  return { best, simple };
}

function drawPruning(box) {
  const chart = h("div", { class: "chart" });
  const said = h("p", { role: "status", id: "pruning-said" });
  const text = (step) => `${plural(PRUNING.leaves[step], "leaf").replace("leafs", "leaves")}`;
  const update = () => {
    said.textContent = stepText(pruning.step);
    redraw();
  };
  const moveTo = (step) => {
    pruning.step = step;
    range.moveTo(step);
    update();
    render("tree");
  };
  const range = slider("Pruning", { max: LAST_STEP, value: pruning.step, text, oninput: moveTo });
  range.id = "prune";
  const redraw = sized(chart, (width) => drawErrors(chart, width, moveTo));
  const best = bestSteps();
  fill(
    box,
    h("h2", {}, "Prune the tree"),
    h(
      "p",
      { class: "note" },
      "Minimal cost-complexity pruning: a split stays while it gains more than alpha a leaf (",
      h("code", {}, "ccp_alpha"),
      "). ",
      sourceText(),
      PRUNING.n_trees > LAST_STEP + 1
        ? ` ${LAST_STEP + 1} of ${countText(PRUNING.n_trees)} prunings are here.`
        : "",
    ),
    h(
      "div",
      { class: "row" },
      h("button", { onclick: () => moveTo(0) }, "Whole tree"),
      best
        ? h("button", { id: "best-pruning", onclick: () => moveTo(best.best) }, "Least test error")
        : null,
      best
        ? h("button", { onclick: () => moveTo(best.simple) }, "Smallest within one standard error")
        : null,
      h("button", { onclick: () => moveTo(LAST_STEP) }, "Root alone"),
    ),
    range,
    said,
    chart,
    h(
      "ul",
      { class: "legend" },
      h("li", {}, swatch("train"), "samples given"),
      PRUNING.test ? h("li", {}, swatch("test"), "new samples") : null,
    ),
    behind("pruning", () =>
      table(
        "Prunings",
        ["Leaves", "Alpha", "Error", ...(PRUNING.test ? ["Test error"] : [])],
        [...PRUNING.alpha.keys()].map((step) => [
          countText(PRUNING.leaves[step]),
          shortText(PRUNING.alpha[step]),
          percentText(PRUNING.train[step], 2),
          ...(PRUNING.test ? [percentText(PRUNING.test[step], 2)] : []),
        ]),
      ),
    ),
  );
  update();
}

const swatch = (kind) =>
  s(
    "svg",
    { width: 22, height: 12, "aria-hidden": "true" },
    s("path", { d: "M1 6H21", class: `errors ${kind}` }),
  );

function sourceText() {
  const given = `Error is the share of samples that get another class than their own, on the ${countText(PRUNING.n_train)} samples given`;
  return PRUNING.test
    ? `${given} and, as test error, of ${PRUNING.source}.`
    : `${given}. There is no test error, since no samples were held out.`;
}

function stepText(step) {
  const test = PRUNING.test
    ? `, test error ${percentText(PRUNING.test[step], 2)} \u00b1 ${percentText(spreadOf(step), 2)}`
    : "";
  const leaves = PRUNING.leaves[step];
  return `alpha ${shortText(PRUNING.alpha[step])}: ${countText(leaves)} ${leaves === 1 ? "leaf" : "leaves"}, error ${percentText(PRUNING.train[step], 2)}${test}.`;
}

function drawErrors(box, width, moveTo) {
  const height = 210;
  const [low, high] = [52, width - 12];
  const { leaves, train, test } = PRUNING;
  const most = Math.max(...train, ...(test ?? [0])) * 1.08 || 0.01;
  const x = scale(Math.log(leaves[0]), 0, low, high);
  const at = (step) => x(Math.log(leaves[step]));
  const y = scale(0, most, height - 40, 10);
  const line = (errors) => linePath([...errors].map((error, step) => [at(step), y(error)]));
  const marks =
    leaves[0] > 1
      ? [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5].filter(
          (n) => n <= leaves[0],
        )
      : [1];
  const sparse = width < 500 ? marks.filter((n) => /^1/.test(n)) : marks;
  const { step } = pruning;
  const drag = (event) => {
    const inside = event.clientX - box.getBoundingClientRect().left;
    let best = 0;
    for (let i = 0; i <= LAST_STEP; i++)
      if (Math.abs(at(i) - inside) < Math.abs(at(best) - inside)) best = i;
    moveTo(best);
  };
  const picture = s(
    "svg",
    {
      width,
      height,
      role: "img",
      class: "drag",
      "aria-label": `Errors of all prunings; now ${stepText(step)}`,
      onpointerdown: (event) => {
        box.firstElementChild.setPointerCapture(event.pointerId);
        drag(event);
        event.preventDefault();
      },
      onpointermove: (event) => {
        if (event.buttons) drag(event);
      },
    },
    axisLeft(y, ticks(0, most, 4), low, high, (value) => percentText(value, most < 0.05 ? 1 : 0)),
    axisBelow((n) => x(Math.log(n)), sparse, height - 40, tickText),
    s(
      "text",
      { x: (low + high) / 2, y: height - 6, "text-anchor": "middle", class: "small" },
      "leaves, many to few",
    ),
    s("path", { d: line(train), class: "errors train" }),
    test ? s("path", { d: line(test), class: "errors test" }) : null,
    s("line", { x1: at(step), x2: at(step), y1: 6, y2: height - 40, class: "cut" }),
    s("circle", { cx: at(step), cy: y(train[step]), r: 5, class: "handle train" }),
    test ? s("circle", { cx: at(step), cy: y(test[step]), r: 5, class: "handle test" }) : null,
  );
  replacePicture(box, picture);
}
