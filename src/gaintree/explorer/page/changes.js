// Under another criterion, which splits of the tree would be others?

const changesBy = new Map(); // criterion -> Map of node -> {mine, best, kind}

function changeAt(node, criterion) {
  const tallies = COLUMNS.map((column) => tallyNode(node, column));
  const found = candidatesOf(node, criterion, tallies);
  const own = ownCut(node);
  const tally = own && tallies.find((other) => other.column === own.column);
  if (!tally || !found.length) return null;
  const score = scoreOf(tally, own, criterion);
  const best = found[0];
  if (score === null || best.score <= score + 1e-9 * Math.abs(score)) return null;
  return {
    score,
    best,
    kind: best.tally.column === own.column ? "cut" : "feature",
    text: cutOf(best, node),
  };
}

async function findChanges(criterion, report) {
  const changes = new Map();
  const nodes = [...NODES.number.keys()].filter((node) => !isLeaf(node) && shownIn(node) > 1);
  let pause = performance.now() + 30;
  for (const [done, node] of nodes.entries()) {
    const change = changeAt(node, criterion);
    if (change) changes.set(node, change);
    if (performance.now() > pause) {
      if (report(done, nodes.length) === false) return null;
      await new Promise((resolve) => {
        setTimeout(resolve);
      });
      pause = performance.now() + 30;
    }
  }
  changes.asked = nodes.length;
  changesBy.set(criterion, changes);
  return changes;
}

function drawChanges(box) {
  const { criterion } = state;
  const changes = changesBy.get(criterion);
  const status = h("p", { role: "status", id: "changes-said" });
  fill(
    box,
    h("h2", {}, "Switch the criterion"),
    h("div", { class: "row" }, criterionSelect()),
    h(
      "p",
      { class: "note" },
      "Each node is asked by itself what it would choose. A tree grown by another criterion differs below such a node as well.",
    ),
    status,
  );
  if (!changes) {
    status.textContent = "Asking every node \u2026";
    return askNodes(box, status, criterion);
  }
  const byFeature = [...changes.values()].filter(({ kind }) => kind === "feature").length;
  if (criterion === GROWN_BY && !changes.size) {
    status.textContent = `The tree was grown by this criterion, which would choose each of the ${plural(changes.asked, "split")} again. Choose another one above, and see which splits change.`;
    return null;
  }
  const what =
    criterion === GROWN_BY
      ? "The tree was grown by this criterion, so differences come from what the page leaves out, or from limits of growth. "
      : "";
  status.textContent = `${what}${changes.size} of ${plural(changes.asked, "split")} would be others by ${criterion.name}: ${byFeature} by another feature, ${changes.size - byFeature} by another cut of the same.`;
  if (changes.size) box.append(changesTable(changes, criterion));
  return null;
}

function changesTable(changes, criterion) {
  const most = 200;
  const rows = [...changes]
    .sort((a, b) => NODES.samples[b[0]] - NODES.samples[a[0]])
    .slice(0, most)
    .map(([node, { score, best, kind, text }]) => [
      h("button", { class: "link", onclick: () => chooseNode(node) }, `${NODES.number[node]}`),
      countText(NODES.samples[node]),
      splitText(node),
      text,
      kind === "feature" ? { text: "feature", class: "differs" } : "cut",
      decimalText(score),
      decimalText(best.score),
    ]);
  return table(
    changes.size > most ? `The ${most} largest nodes that change` : "Nodes that change",
    [
      "Node",
      "Samples",
      "The tree's split",
      `By ${criterion.name}`,
      "Other",
      "Score of the tree's",
      "of the other",
    ],
    rows,
  );
}

async function askNodes(box, status, criterion) {
  const still = () => state.criterion === criterion && state.tab === "changes";
  const changes = await findChanges(criterion, (done, n) => {
    const line = document.getElementById("changes-said");
    if (line) line.textContent = `Asking every node \u2026 ${done} of ${n}`;
    return still();
  });
  if (changes && still()) render("tree", "tab");
}

// Marks in the drawing: what changes under the criterion of the moment.
function changeMark(node) {
  const change = changesBy.get(state.criterion)?.get(node);
  return change ? `changed other-${change.kind}` : "";
}
