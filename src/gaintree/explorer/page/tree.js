// The tree, drawn from left to right; a click or the keys choose a node, open and close branches.

const BOX = { width: 172, height: 50, gapX: 30, gapY: 10 };
const MAX_DRAWN = 400;

const open = new Set();
for (let node = 0; node < N_NODES; node++)
  if (hasChildren(node) && DEPTHS[node] < 2) open.add(node);

const drawing = { marks: () => "", limit: () => true, said: "" };

// The nodes that are not in a closed branch, in order.
function visibleNodes() {
  const nodes = [];
  const stack = [0];
  while (stack.length && nodes.length < MAX_DRAWN) {
    const node = stack.pop();
    nodes.push(node);
    if (isOpen(node)) stack.push(NODES.right[node], NODES.left[node]);
  }
  return nodes;
}

const isOpen = (node) => hasChildren(node) && open.has(node) && drawing.limit(node);

function layOut(nodes) {
  const at = new Map();
  let row = 0;
  for (const node of nodes) {
    const x = 1 + DEPTHS[node] * (BOX.width + BOX.gapX);
    at.set(node, { x, y: null });
    if (!isOpen(node)) at.get(node).y = 1 + row++ * (BOX.height + BOX.gapY);
  }
  for (const node of [...nodes].reverse()) {
    if (!isOpen(node)) continue;
    const [one, other] = [at.get(NODES.left[node]), at.get(NODES.right[node])];
    at.get(node).y = ((one?.y ?? 0) + (other?.y ?? one?.y ?? 0)) / 2;
  }
  return at;
}

function cropped(text, width) {
  const letters = Math.floor(width / 7.1);
  return text.length <= letters ? text : `${text.slice(0, letters - 1)}\u2026`;
}

function detailText(node) {
  const n = countText(NODES.samples[node]);
  if (isLeaf(node)) return `n ${n}`;
  return `n ${n} \u00b7 gain ${decimalText(NODES.gain[node])}`;
}

function drawNode(node, { x, y }) {
  const closed = !isLeaf(node) && !isOpen(node);
  const marks = drawing.marks(node);
  const label =
    `node ${NODES.number[node]}, ${nodeText(node)}, ${detailText(node)}` +
    (closed
      ? `, ${countText(NODES.below[node])} nodes below${isFolded(node) ? ", not in the page" : ""}`
      : "");
  const group = s(
    "g",
    {
      class: `node ${isLeaf(node) ? "leaf" : ""} ${node === state.node ? "chosen" : ""} ${marks}`,
      transform: `translate(${x} ${y})`,
      role: "treeitem",
      tabindex: node === state.node ? 0 : -1,
      "aria-level": DEPTHS[node] + 1,
      "aria-selected": node === state.node,
      "aria-label": label,
      "aria-expanded": hasChildren(node) ? String(isOpen(node)) : null,
      "data-node": node,
      onclick: () => {
        treeHasFocus = true;
        chooseNode(node);
      },
      ondblclick: () => toggleNode(node),
    },
    s("title", {}, label),
    s("rect", { width: BOX.width, height: BOX.height, rx: 6, class: "box" }),
    s(
      "text",
      { x: 9, y: 18, class: "name" },
      cropped(isLeaf(node) ? CLASSES[majorityOf(node)] : splitText(node), BOX.width - 20),
    ),
    s("text", { x: 9, y: 34, class: "detail" }, detailText(node)),
    shareBar(countsOf(node), 9, 40, BOX.width - 18, 5),
  );
  if (closed) group.append(foldButton(node));
  return group;
}

function foldButton(node) {
  return s(
    "g",
    {
      class: `fold ${isFolded(node) ? "gone" : ""}`,
      transform: `translate(${BOX.width - 24} 20)`,
      onclick: (event) => {
        event.stopPropagation();
        chooseNode(node);
        toggleNode(node);
      },
    },
    s("rect", { width: 18, height: 18, rx: 9 }),
    s("text", { x: 9, y: 13, "text-anchor": "middle" }, isFolded(node) ? "\u2026" : "+"),
  );
}

function drawLink(node, at) {
  const from = at.get(node);
  return [NODES.left[node], NODES.right[node]].map((child, side) => {
    const to = at.get(child);
    if (!to) return null;
    const [x1, y1, x2, y2] = [
      from.x + BOX.width,
      from.y + BOX.height / 2,
      to.x,
      to.y + BOX.height / 2,
    ];
    const bend = (x1 + x2) / 2;
    return s(
      "g",
      { class: "link", "aria-hidden": "true" },
      s("path", { d: `M${x1} ${y1}C${bend} ${y1} ${bend} ${y2} ${x2} ${y2}` }),
      s("text", { x: x2 - 5, y: y2 + (side ? 12 : -5), "text-anchor": "end" }, side ? "no" : "yes"),
    );
  });
}

let treeHasFocus = false;

function drawTree(box) {
  const nodes = visibleNodes();
  const at = layOut(nodes);
  const width = Math.max(...nodes.map((node) => at.get(node).x)) + BOX.width + 2;
  const height = Math.max(...nodes.map((node) => at.get(node).y)) + BOX.height + 2;
  const picture = s(
    "svg",
    { width, height, role: "tree", "aria-label": "The tree", onkeydown: treeKey },
    nodes.filter(isOpen).map((node) => drawLink(node, at)),
    nodes.map((node) => drawNode(node, at.get(node))),
  );
  const { scrollLeft, scrollTop } = box.firstElementChild ?? {};
  const hadFocus = treeHasFocus; // which goes with what is replaced
  const frame = h("div", { class: "scroll tree" }, picture);
  fill(
    box,
    frame,
    nodes.length >= MAX_DRAWN
      ? h(
          "p",
          { class: "note" },
          `The first ${MAX_DRAWN} nodes are drawn; close some branches to see others.`,
        )
      : null,
    drawing.said ? h("p", { class: "note" }, drawing.said) : null,
    behind("tree", () =>
      table(
        "The nodes drawn",
        ["Node", "Is", "Samples", "Impurity", "Gain", ...LEGEND],
        nodes.map((node) => [
          `${NODES.number[node]}`,
          nodeText(node),
          countText(NODES.samples[node]),
          decimalText(NODES.impurity[node]),
          isLeaf(node) ? "" : decimalText(NODES.gain[node]),
          ...grouped(countsOf(node)).map(countText),
        ]),
      ),
    ),
  );
  frame.scrollLeft = scrollLeft ?? 0;
  frame.scrollTop = scrollTop ?? 0;
  const chosen = picture.querySelector(".chosen");
  if (!chosen) return;
  showWithin(frame, at.get(state.node));
  if (hadFocus) chosen.focus({ preventScroll: true });
}

// Scroll the frame, not the page, until a node is in sight.
function showWithin(frame, { x, y }) {
  const { clientWidth, clientHeight } = frame;
  if (x < frame.scrollLeft) frame.scrollLeft = x - 8;
  if (x + BOX.width > frame.scrollLeft + clientWidth)
    frame.scrollLeft = x + BOX.width - clientWidth + 8;
  if (y < frame.scrollTop) frame.scrollTop = y - 8;
  if (y + BOX.height > frame.scrollTop + clientHeight)
    frame.scrollTop = y + BOX.height - clientHeight + 8;
}

function toggleNode(node, to = !open.has(node)) {
  if (!hasChildren(node)) return;
  open[to ? "add" : "delete"](node);
  render("tree");
}

// The keys of a tree: right opens or goes on, left closes or goes back, up and down walk.
function treeKey(event) {
  const { node } = state;
  const nodes = visibleNodes();
  const place = nodes.indexOf(node);
  const to = {
    ArrowDown: nodes[place + 1],
    ArrowUp: nodes[place - 1],
    Home: nodes[0],
    End: nodes[nodes.length - 1],
    ArrowRight: isOpen(node) ? NODES.left[node] : undefined,
    ArrowLeft: isOpen(node) && node !== 0 ? undefined : PARENTS[node],
  }[event.key];
  treeHasFocus = true;
  if (to !== undefined && to >= 0) chooseNode(to);
  else if (event.key === "ArrowRight") toggleNode(node, true);
  else if (event.key === "ArrowLeft") toggleNode(node, false);
  else if (event.key === "Enter" || event.key === " ") toggleNode(node);
  else return;
  event.preventDefault();
}

// Open what hides a node.
function reveal(node) {
  for (const above of pathTo(node).slice(0, -1)) open.add(above);
}
