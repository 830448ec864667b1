// The growth of the tree, split by split, and the ledger of what each has gained.

const ORDERS = { best: "most gained first", depth: "depth first" };

// Splits in an order in which each comes after the one above it.
function growthOrder(kind) {
  if (kind === "depth") return splits();
  const bought = (node) => NODES.gain[node] * NODES.samples[node];
  const front = [0].filter(hasChildren);
  const order = [];
  while (front.length) {
    const at = front.reduce((best, node, i) => (bought(node) > bought(front[best]) ? i : best), 0);
    const [node] = front.splice(at, 1);
    order.push(node);
    front.push(...[NODES.left[node], NODES.right[node]].filter(hasChildren));
  }
  return order;
}

const growth = { kind: "best", step: 0, order: null, timer: 0 };

const weightOf = (node) => countsOf(node).total;

function ledger() {
  if (growth.order?.kind === growth.kind) return growth.order;
  const order = growthOrder(growth.kind);
  const whole = weightOf(0);
  let left = NODES.impurity[0];
  const entries = order.map((node) => {
    const share = weightOf(node) / whole;
    const bought = share * NODES.gain[node];
    left -= bought;
    return { node, share, bought, left };
  });
  growth.order = Object.assign(entries, {
    kind: growth.kind,
    place: new Map(order.map((node, i) => [node, i])),
  });
  return growth.order;
}

function drawGrowth(box) {
  const entries = ledger();
  const unit = DATA.unit || "of impurity";
  const chart = h("div", { class: "chart" });
  const said = h("p", { role: "status", id: "growth-said" });
  const ledgerBox = h("div", {});
  const moveTo = (step) => {
    growth.step = Math.min(Math.max(step, 0), entries.length);
    range.moveTo(growth.step);
    state.node = growth.step ? entries[growth.step - 1].node : 0;
    reveal(state.node);
    open.add(state.node);
    update();
    render("tree");
  };
  const range = slider("Step of growth", {
    max: entries.length,
    value: growth.step,
    text: (step) => `after ${plural(step, "split")}`,
    oninput: moveTo,
  });
  range.id = "growth-step";
  const stop = () => {
    clearInterval(growth.timer);
    growth.timer = 0;
    playButton.textContent = "Play";
  };
  const play = () => {
    if (growth.timer) return stop();
    if (growth.step >= entries.length) moveTo(0);
    playButton.textContent = "Pause";
    growth.timer = setInterval(() => {
      if (!box.isConnected || state.tab !== "growth" || growth.step >= entries.length)
        return stop();
      moveTo(growth.step + 1);
    }, 700);
    return null;
  };
  const playButton = h("button", { onclick: play }, "Play");
  const update = () => {
    const { step } = growth;
    const entry = entries[step - 1];
    said.textContent = entry
      ? `Split ${step}: ${splitText(entry.node)} gains ${decimalText(NODES.gain[entry.node])} for ${percentText(entry.share)} of the samples, so ${decimalText(entry.bought)} ${unit} a sample. ${decimalText(entry.left)} of ${decimalText(NODES.impurity[0])} are left.`
      : `Before the first split: ${decimalText(NODES.impurity[0])} ${unit} a sample. ${plural(entries.length, "split")} follow.`;
    redraw();
    fill(ledgerBox, ledgerTable(entries, step));
  };
  const redraw = sized(chart, (width) => drawStairs(chart, width, entries, growth.step));
  fill(
    box,
    h("h2", {}, "Growth, step by step"),
    h(
      "div",
      { class: "row" },
      h(
        "button",
        { onclick: () => moveTo(growth.step - 1), "aria-label": "One split back" },
        "\u25c0",
      ),
      playButton,
      h(
        "button",
        { onclick: () => moveTo(growth.step + 1), "aria-label": "One split on", id: "growth-next" },
        "\u25b6",
      ),
      select("Order", Object.entries(ORDERS), growth.kind, (kind) => {
        growth.kind = kind;
        growth.step = 0;
        render("tab", "tree");
      }),
    ),
    range,
    said,
    chart,
    ledgerBox,
  );
  const folded = NODES.number.length < DATA.n_nodes;
  if (folded)
    box.append(
      h("p", { class: "note" }, "Splits of nodes that are not in the page are missing here."),
    );
  update();
}

function ledgerTable(entries, step) {
  const most = 60;
  const first = Math.max(0, step - most);
  const rows = entries
    .slice(first, step)
    .map(({ node, share, bought, left }, i) => [
      `${first + i + 1}`,
      h("button", { class: "link", onclick: () => chooseNode(node) }, splitText(node)),
      decimalText(NODES.gain[node]),
      percentText(share),
      decimalText(bought),
      decimalText(left),
    ]);
  const unit = DATA.unit || "impurity";
  if (!rows.length) return h("p", { class: "note" }, "The ledger is empty yet.");
  return table(
    `Ledger of ${unit}${first ? `, the last ${most} splits` : ""}`,
    ["Split", "At", "Gain", "Share of samples", "Bought", "Left"],
    rows.reverse(),
  );
}

function drawStairs(box, width, entries, step) {
  const height = 150;
  const [low, high] = [48, width - 12];
  // Of many splits the first ones need the room.
  const bent = entries.length > 60 ? Math.log1p : (step) => step;
  const along = scale(0, bent(Math.max(1, entries.length)), low, high);
  const x = (step) => along(bent(step));
  const marks =
    entries.length > 60
      ? [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].filter((n) => n <= entries.length)
      : ticks(0, entries.length, 5).filter(Number.isInteger);
  const y = scale(0, NODES.impurity[0] || 1, height - 24, 10);
  let path = `M${low} ${y(NODES.impurity[0])}`;
  entries.forEach(({ left }, i) => {
    path += `H${x(i + 1).toFixed(1)}V${y(left).toFixed(1)}`;
  });
  const now = step ? entries[step - 1].left : NODES.impurity[0];
  fill(
    box,
    s(
      "svg",
      {
        width,
        height,
        role: "img",
        "aria-label": `What is left after each split; now ${decimalText(now)}`,
      },
      axisLeft(y, ticks(0, NODES.impurity[0], 4), low, high),
      axisBelow(x, marks, height - 24),
      s("path", { d: path, class: "curve" }),
      s("circle", { cx: x(step), cy: y(now), r: 6, class: "handle" }),
    ),
  );
}

// While growth is replayed, the tree has the splits made so far.
const grownYet = (node) => (ledger().place.get(node) ?? Infinity) < growth.step;
