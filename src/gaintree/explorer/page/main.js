// The page: its state, its parts, and what is drawn anew when something changes.

const TABS = {
  why: "Why this split?",
  changes: "Other criteria",
  growth: "Growth",
  pruning: "Pruning",
  game: "Guess the split",
};
const THEMES = { auto: "as the system", light: "light", dark: "dark" };

const state = {
  node: 0,
  criterion: GROWN_BY ?? CRITERIA[0],
  tab: "why",
  cut: null,
  analysis: null,
  axis: null,
  allCurves: false,
  allRows: false,
};

function chooseNode(node) {
  state.node = node;
  state.cut = null;
  state.axis = null;
  reveal(node);
  if (state.tab === "game") state.tab = "why";
  render("tree", "tab");
}

function playFeature(feature) {
  const { analysis } = state;
  const { mine, found } = analysis;
  const isOwn = mine && mine.tally.column.feature === feature;
  state.cut = {
    ...(isOwn ? mine : found.find(({ tally }) => tally.column.feature === feature)).cut,
  };
  state.axis = null;
  render("play", "curves");
}

function criterionSelect() {
  return select(
    "Criterion",
    AVAILABLE.map((criterion) => [criterion.key, criterion.name]),
    state.criterion.key,
    (key) => {
      state.criterion = criterionOf(key);
      state.cut = null;
      render("tree", "tab");
    },
  );
}

const boxes = {};

function drawWhy(box) {
  for (const part of ["answer", "luck", "play", "curves", "candidates"])
    boxes[part] = h("section", { id: part });
  fill(
    box,
    h("div", { class: "row" }, criterionSelect()),
    boxes.answer,
    boxes.luck,
    boxes.play,
    boxes.curves,
  );
  fill(boxes.wide, boxes.candidates);
  drawAnswer(boxes.answer);
  const { analysis } = state;
  if (analysis && !state.cut) {
    const target = analysis.mine ?? analysis.found[0];
    state.cut = target ? { ...target.cut } : null;
  }
  drawShuffle(boxes.luck);
  drawPlay(boxes.play);
  drawCurves(boxes.curves);
  drawTable(boxes.candidates);
}

const TAB_PARTS = {
  why: drawWhy,
  changes: drawChanges,
  growth: drawGrowth,
  pruning: drawPruning,
  game: drawGame,
};

// What the drawing of the tree shows beside the tree itself, by tab.
function markTree() {
  drawing.limit = () => true;
  drawing.marks = () => "";
  drawing.said = "";
  if (state.tab === "changes") {
    drawing.marks = changeMark;
    drawing.said =
      "Dashed: another feature under the criterion chosen; dotted: another cut of the same.";
  } else if (state.tab === "growth") {
    drawing.limit = grownYet;
    drawing.marks = (node) => (ledger()[growth.step - 1]?.node === node ? "fresh" : "");
  } else if (state.tab === "pruning") {
    drawing.limit = (node) => !isPruned(node);
    drawing.marks = (node) => (isPruned(node) ? "pruned" : "");
    drawing.said = "Dotted boxes are leaves by pruning.";
  }
}

function drawTreePart() {
  markTree();
  const visible = new Set(visibleNodes());
  while (
    !visible.has(state.node) &&
    PARENTS[state.node] >= 0 &&
    ["growth", "pruning"].includes(state.tab)
  )
    state.node = PARENTS[state.node];
  drawTree(boxes.tree);
}

function render(...parts) {
  for (const part of parts) {
    if (part === "page") drawPage();
    if (part === "tree") drawTreePart();
    if (part === "tab") drawTab();
    if (part === "why" && state.tab === "why") drawTab();
    if (part === "play") drawPlay(boxes.play);
    if (part === "curves") drawCurves(boxes.curves);
  }
}

function drawTab() {
  const focus = document.activeElement?.id;
  for (const button of boxes.tabs.children) {
    const chosen = button.dataset.tab === state.tab;
    button.setAttribute("aria-selected", String(chosen));
    button.tabIndex = chosen ? 0 : -1;
  }
  boxes.tab.setAttribute("aria-labelledby", `tab-${state.tab}`);
  fill(boxes.wide);
  TAB_PARTS[state.tab](boxes.tab);
  if (focus && document.activeElement?.id !== focus)
    document.getElementById(focus)?.focus({ preventScroll: true });
}

function chooseTab(tab) {
  state.tab = tab;
  if (tab === "growth") growth.step = 0;
  treeHasFocus = false;
  render("tree", "tab");
}

function tabKey(event) {
  const names = Object.keys(TABS);
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  chooseTab(names[(names.indexOf(state.tab) + step + names.length) % names.length]);
  document.getElementById(`tab-${state.tab}`).focus();
  event.preventDefault();
}

function themeSwitch() {
  return select(
    "Colours",
    Object.entries(THEMES),
    document.documentElement.dataset.theme ?? "auto",
    (theme) => {
      if (theme === "auto") delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = theme;
    },
  );
}

function drawPage() {
  boxes.tree = h("div", { id: "tree" });
  boxes.tabs = h(
    "div",
    { role: "tablist", "aria-label": "Views", class: "tabs", onkeydown: tabKey },
    Object.entries(TABS).map(([tab, name]) =>
      h(
        "button",
        {
          role: "tab",
          id: `tab-${tab}`,
          "data-tab": tab,
          "aria-controls": "tab",
          onclick: () => chooseTab(tab),
        },
        name,
      ),
    ),
  );
  boxes.wide = h("section", { class: "wide" }); // what the tab has no room for
  boxes.tab = h("div", { id: "tab", role: "tabpanel", tabindex: -1 });
  fill(
    document.getElementById("page"),
    h(
      "header",
      {},
      h("div", {}, h("h1", {}, DATA.title), h("p", { class: "note" }, summary())),
      themeSwitch(),
    ),
    DATA.notes.length
      ? h(
          "ul",
          { class: "notes", "aria-label": "Notes" },
          DATA.notes.map((note) => h("li", {}, note)),
        )
      : null,
    h(
      "main",
      {},
      h(
        "section",
        { class: "tree-part", "aria-label": "Tree" },
        h("div", { class: "row" }, legend()),
        boxes.tree,
        h(
          "p",
          { class: "note" },
          "Click a node, or walk with the arrow keys; Enter opens and closes a branch.",
        ),
      ),
      h("section", { class: "tab-part" }, boxes.tabs, boxes.tab),
      boxes.wide,
    ),
  );
  boxes.tree.addEventListener("focusout", (event) => {
    if (!boxes.tree.contains(event.relatedTarget)) treeHasFocus = false;
  });
  boxes.tree.addEventListener("focusin", () => {
    treeHasFocus = true;
  });
  render("tree", "tab");
}

function summary() {
  const by = GROWN_BY ? GROWN_BY.name.toLowerCase() : DATA.criterion;
  const known = GROWN_BY
    ? ""
    : " (the page does not know this criterion and starts with information gain)";
  return `${plural(DATA.n_samples, "sample")}, ${plural(DATA.n_features, "feature")}, ${plural(K, "class").replace("classs", "classes")}; ${plural(DATA.n_nodes, "node")}, grown by ${by}${known}`;
}

drawPage();

// For tests, and for those who look behind the page.
window.gaintree = {
  CRITERIA,
  chooseNode,
  NODES,
  COLUMNS,
  DATA,
  state,
  candidatesOf,
  criterionOf,
  logChi2Tail,
  logChance,
  ownCut,
  scoreOf,
  tallyNode,
  talliesOf,
  totals,
  withTotal,
  isLeaf,
  shownIn,
};
