// The candidates of a node under all criteria, and where those disagree.

const FEW_ROWS = 10;

const ranked = new Map(); // node -> what rankBy found, a criterion each
const ranking = { node: null };

// Under a criterion: the best cut of each column, its score and its rank.
function rankBy(criterion, node) {
  const found = candidatesOf(node, criterion);
  const ranks = new Map();
  found.forEach((candidate, i) => {
    const previous = found[i - 1];
    const tied =
      previous && Math.abs(previous.score - candidate.score) <= 1e-9 * Math.abs(previous.score);
    ranks.set(candidate.tally.column, {
      ...candidate,
      rank: tied ? ranks.get(previous.tally.column).rank : i + 1,
    });
  });
  return { criterion, found, ranks };
}

// A criterion at a time, and the page breathes in between.
async function rankAll(node, report) {
  ranking.node = node;
  const all = [];
  let pause = performance.now() + 100;
  for (const criterion of AVAILABLE) {
    all.push(rankBy(criterion, node));
    if (performance.now() < pause) continue;
    report(all.length);
    await new Promise((resolve) => {
      setTimeout(resolve);
    });
    if (ranking.node !== node || state.node !== node || state.tab !== "why") return;
    pause = performance.now() + 100;
  }
  if (ranked.size > 50) ranked.clear();
  ranked.set(node, all);
}

function drawTable(box) {
  const { analysis, node } = state;
  if (!analysis || !analysis.found.length) return fill(box);
  if (ranked.has(node)) return drawRanked(box, ranked.get(node));
  const said = h("p", { role: "status" }, "Asking all criteria \u2026");
  fill(box, h("h3", {}, "Candidates under all criteria"), said);
  return rankAll(node, (n) => {
    said.textContent = `Asking all criteria \u2026 ${n} of ${AVAILABLE.length}`;
  }).then(() => {
    if (said.isConnected && ranked.has(node)) drawRanked(box, ranked.get(node));
  });
}

function drawRanked(box, all) {
  const { analysis, criterion, node } = state;
  const { found, mine } = analysis;
  const winner = (mine?.tally ?? found[0].tally).column;
  const others = all.filter((entry) => entry.criterion !== criterion);
  const shown = state.allRows ? found : found.slice(0, FEW_ROWS);
  const heads = [
    "Feature",
    "Best cut",
    "Left | right",
    scoreName(criterion),
    "Behind",
    "Chance by noise",
    ...others.map((entry) => ({
      text: entry.criterion.name,
      title: entry.criterion.says ?? "",
      class: entry.found[0]?.tally.column !== winner ? "differs" : "",
    })),
  ];
  const rows = shown.map((candidate) => candidateRow(candidate, found, mine, others));
  return fill(
    box,
    h("h3", {}, "Candidates under all criteria"),
    h("p", {}, agreement(all, winner)),
    h(
      "p",
      { class: "note" },
      "Numbers on the right are ranks of the features. ",
      h("span", { class: "differs key" }, "1"),
      ` marks a criterion that would choose another feature, * another cut of the same one. Chances are upper bounds for the best cut of all features${WEIGHTS ? "; they and criteria that count samples take no heed of weights" : ""}.`,
    ),
    table(`Candidates of node ${NODES.number[node]}`, heads, rows, { class: "candidates" }),
    found.length > FEW_ROWS ? moreButton("allRows", found.length, () => drawTable(box)) : null,
  );
}

function candidateRow(candidate, found, mine, others) {
  const { tally, cut, score } = candidate;
  const { left, right } = sidesOf(tally, cut, true);
  const isOwn = mine?.tally === tally;
  const behindBest = found[0].score - score;
  const ranks = others.map(({ ranks: of }) => {
    const there = of.get(tally.column);
    if (!there) return "\u2013";
    const elsewhere = there.rank === 1 && !isOwn && mine;
    const otherCut = !sameSides(tally, there.cut, cut);
    return {
      text: `${there.rank}${otherCut ? "*" : ""}`,
      number: true,
      class: elsewhere ? "differs" : there.rank === 1 ? "first" : "",
      title: `${cutOf(there, state.node)}: ${decimalText(there.score)}`,
    };
  });
  return {
    class: isOwn ? "own" : "",
    cells: [
      `${tally.column.name}${isOwn ? " \u25c6" : ""}`,
      cutOf(candidate, state.node).slice(tally.column.name.length + 1),
      { text: `${countText(left.total)} | ${countText(right.total)}`, number: true },
      decimalText(score),
      behindBest > 0 ? decimalText(behindBest) : { text: "\u2013", number: true },
      { text: chanceText(logChance(tally, cut)), number: true },
      ...ranks,
    ],
  };
}

function agreement(all, winner) {
  const chosen = new Map();
  for (const { criterion, found } of all) {
    if (!found.length) continue;
    const { column } = found[0].tally;
    chosen.set(column, [...(chosen.get(column) ?? []), criterion.name]);
  }
  const n = chosen.get(winner)?.length ?? 0;
  const rest = [...chosen]
    .filter(([column]) => column !== winner)
    .map(([column, names]) => `${names.join(", ")} would take ${column.name}`);
  const start = `${n} of ${all.length} criteria choose ${winner.name} here`;
  return rest.length ? `${start}; ${rest.join("; ")}.` : `${start}: no disagreement.`;
}
