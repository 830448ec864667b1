// The candidates of a node under all criteria, and where those disagree.

const FEW_ROWS = 10;

// Under each criterion: the best cut of each column, its score and its rank.
function rankAll(node) {
  const tallies = talliesOf(node);
  return AVAILABLE.map((criterion) => {
    const found = candidatesOf(node, criterion, tallies);
    const ranks = new Map();
    found.forEach((candidate, i) => {
      const previous = found[i - 1];
      const tied = previous && Math.abs(previous.score - candidate.score) <= 1e-9 * Math.abs(previous.score);
      ranks.set(candidate.tally, { ...candidate, rank: tied ? ranks.get(previous.tally).rank : i + 1 });
    });
    return { criterion, found, ranks };
  });
}

function drawTable(box) {
  const { analysis, criterion, node } = state;
  if (!analysis || !analysis.found.length) return fill(box);
  const all = rankAll(node);
  const { found, mine } = analysis;
  const winner = mine?.tally ?? found[0].tally;
  const others = all.filter((entry) => entry.criterion !== criterion);
  const shown = state.allRows ? found : found.slice(0, FEW_ROWS);
  const heads = ["Feature", "Best cut", "Left | right", scoreName(criterion), "Behind", "Chance by noise",
    ...others.map((entry) => ({
      text: entry.criterion.name, title: entry.criterion.says ?? "",
      class: entry.found[0]?.tally !== winner ? "differs" : "",
    }))];
  const rows = shown.map((candidate) => candidateRow(candidate, found, mine, others));
  const sentence = agreement(all, winner);
  return fill(box,
    h("h3", {}, "Candidates under all criteria"),
    h("p", {}, sentence),
    h("p", { class: "note" }, "Numbers on the right are ranks of the features. ", h("span", { class: "differs key" }, "1"),
      ` marks a criterion that would choose another feature, * another cut of the same one. Chances are upper bounds for the best cut of all features${WEIGHTS ? "; they and criteria that count samples take no heed of weights" : ""}.`),
    table(`Candidates of node ${NODES.number[node]}`, heads, rows, { class: "candidates" }),
    found.length > FEW_ROWS ? moreButton("allRows", found.length, () => drawTable(box)) : null);
}

function candidateRow(candidate, found, mine, others) {
  const { tally, cut, score } = candidate;
  const { left, right } = sidesOf(tally, cut, true);
  const isOwn = mine?.tally === tally;
  const behindBest = found[0].score - score;
  const ranks = others.map(({ ranks: of }) => {
    const there = of.get(tally);
    if (!there) return "\u2013";
    const elsewhere = there.rank === 1 && !isOwn && mine;
    const otherCut = !sameSides(tally, there.cut, cut);
    return { text: `${there.rank}${otherCut ? "*" : ""}`, number: true, class: elsewhere ? "differs" : there.rank === 1 ? "first" : "",
      title: `${cutOf(there, state.node)}: ${decimalText(there.score)}` };
  });
  return {
    class: isOwn ? "own" : "",
    cells: [`${tally.column.name}${isOwn ? " \u25c6" : ""}`, cutOf(candidate, state.node), { text: `${countText(left.total)} | ${countText(right.total)}`, number: true },
      decimalText(score), behindBest > 0 ? decimalText(behindBest) : { text: "\u2013", number: true }, { text: chanceText(logChance(tally, cut)), number: true }, ...ranks],
  };
}

function agreement(all, winner) {
  const chosen = new Map();
  for (const { criterion, found } of all) {
    if (!found.length) continue;
    const name = found[0].tally;
    chosen.set(name, [...(chosen.get(name) ?? []), criterion.name]);
  }
  const n = chosen.get(winner)?.length ?? 0;
  const rest = [...chosen].filter(([tally]) => tally !== winner)
    .map(([tally, names]) => `${names.join(", ")} would take ${tally.column.name}`);
  const start = `${n} of ${all.length} criteria choose ${winner.column.name} here`;
  return rest.length ? `${start}; ${rest.join("; ")}.` : `${start}: no disagreement.`;
}
