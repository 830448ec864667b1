// Why this split? What it gains, what came second, and whether it was luck.

// What is known of a node: its candidates, and which of them is the tree's.
function analyse(node) {
  const criterion = state.criterion;
  const found = candidatesOf(node, criterion);
  const own = isLeaf(node) ? null : ownCut(node);
  const place = own ? found.findIndex(({ tally }) => tally.column === own.column) : -1;
  const ownTally = own && talliesOf(node).find((tally) => tally.column === own.column);
  const ownScore = own ? scoreOf(ownTally, own, criterion) : null;
  const mine = own && ownScore !== null ? { tally: ownTally, cut: own, score: ownScore } : null;
  const others = found.filter((_, i) => i !== place);
  return { node, criterion, found, mine, others };
}

const cutOf = ({ tally, cut }, node) =>
  cutText(tally.column, cut, tally.column.labels ? presentRanks(node, tally.column) : null);

function fact(question, ...answer) {
  return [h("dt", {}, question), h("dd", {}, ...answer)];
}

function drawAnswer(box) {
  const { node } = state;
  const path = pathTo(node).slice(0, -1);
  const steps = path.map((above, i) => {
    const isLeft = NODES.left[above] === (path[i + 1] ?? node);
    return h(
      "li",
      {},
      h("button", { class: "link", onclick: () => chooseNode(above) }, splitText(above)),
      isLeft ? ": yes" : ": no",
    );
  });
  const crumbs = path.length
    ? h("ol", { class: "path", "aria-label": "Way from the root" }, steps)
    : null;
  const about =
    `Node ${NODES.number[node]}, ${plural(NODES.samples[node], "sample")}` +
    (shownIn(node) !== NODES.samples[node]
      ? `, ${countText(shownIn(node))} of them in this page`
      : "");
  const analysis = shownIn(node) > 1 ? analyse(node) : null;
  state.analysis = analysis;
  fill(
    box,
    h("p", { class: "note" }, about),
    crumbs,
    h(
      "h2",
      { id: "question" },
      isLeaf(node) ? `Why a leaf: ${CLASSES[majorityOf(node)]}?` : `Why ${splitText(node)}?`,
    ),
    analysis
      ? h("dl", { class: "facts" }, isLeaf(node) ? leafFacts(analysis) : splitFacts(analysis))
      : h("p", {}, "The page holds too few samples of this node to look at its candidates."),
  );
}

function leafFacts({ node, found, criterion }) {
  const counts = countsOf(node);
  if (classesIn(counts) <= 1)
    return fact("What is left to gain?", "Nothing: all its samples are of one class.");
  if (!found.length)
    return fact(
      "What is left to gain?",
      "No cut is left: its samples are alike in every feature, or too few for two leaves.",
    );
  const best = found[0];
  return [
    ...fact(
      "What is left to gain?",
      h("b", {}, cutOf(best, node)),
      ` would gain ${scoreText(best.score, criterion)}.` +
        " The rules of growth, or pruning, stop here.",
    ),
    ...fact("Would it be luck?", ...luck(best)),
  ];
}

function splitFacts(analysis) {
  const { node, criterion, found, mine, others } = analysis;
  const unit = DATA.unit ? ` ${DATA.unit}` : "";
  const facts = fact(
    "What does it gain?",
    h("b", {}, `${decimalText(NODES.gain[node])}${unit}`),
    ` of the ${decimalText(NODES.impurity[node])}${unit} of impurity here`,
    criterion.key === DATA.reports ? "." : ` (${DATA.reports}, which the tree reports).`,
    mine && criterion.key !== DATA.reports
      ? ` Under ${criterion.name}: ${scoreText(mine.score, criterion)}.`
      : "",
  );
  if (!mine) {
    return [
      ...facts,
      ...fact("What came second?", "The column of this split is not among those in the page."),
    ];
  }
  facts.push(...fact("What came second?", ...second(analysis)));
  facts.push(...fact("Was it luck?", ...luck(mine), ...redrawn(analysis)));
  if (found[0].score > mine.score + 1e-9 * Math.abs(mine.score))
    facts.push(...fact("Not the best here?", notBest(analysis)));
  return facts;
}

function second({ node, criterion, mine, others }) {
  if (!others.length) return ["No other feature has a cut here."];
  const runner = others[0];
  const margin = mine.score - runner.score;
  const share = mine.score > 0 ? ` (${percentText(Math.abs(margin) / mine.score)} of it)` : "";
  const apart =
    Math.abs(margin) <= 1e-12 * Math.abs(mine.score)
      ? "the same; of ties the first column wins"
      : `${scoreText(Math.abs(margin), criterion)} ${margin < 0 ? "more" : "less"}${share}`;
  const alike = samePartition(node, mine.cut, runner.cut)
    ? " Both part these samples in the same way."
    : "";
  const what = IS_THINNED ? " among the samples in this page" : "";
  return [
    h("b", {}, cutOf(runner, node)),
    `, which gains ${scoreText(runner.score, criterion)}${what}: ${apart}.${alike}`,
  ];
}

const verdict = (log10) =>
  log10 < -3 ? "Hardly. " : log10 < Math.log10(0.05) ? "Unlikely. " : "It may well be. ";

function luck({ tally, cut }) {
  const log10 = logChance(tally, cut);
  const chance = log10 >= -0.002 ? "up to 1" : `at most ${chanceText(Math.max(log10, -300))}`;
  return [
    h("b", {}, verdict(log10)),
    `If no feature said anything, some cut of the ${plural(DATA.n_features, "feature")} would still part the classes this well with a chance of ${chance}` +
      " (G-test, corrected for every cut there was to choose from).",
  ];
}

function redrawn({ node, criterion, mine, others }) {
  if (!others.length || samePartition(node, mine.cut, others[0].cut)) return [];
  const { behind: share, spread, nDraws } = redrawMargin(node, mine, others[0], criterion);
  return [
    ` Drawn anew from these samples ${countText(nDraws)} times, the second cut beats the first in ${percentText(share)}` +
      ` (margin ${decimalText(mine.score - others[0].score)} \u00b1 ${decimalText(spread)}).`,
  ];
}

function notBest({ node, criterion, mine, found }) {
  const reasons = [];
  if (criterion !== GROWN_BY)
    reasons.push(`the tree was grown by ${DATA.criterion}, not by ${criterion.name}`);
  if (IS_THINNED) reasons.push("the tree saw all samples, the page holds a part of them");
  if (DATA.limits.length)
    reasons.push(`the tree could not choose freely (${DATA.limits.join(", ")})`);
  if (mine.tally.column.labels || found[0].tally.column.labels)
    reasons.push("sets of many categories are sought by rules of thumb");
  const why = reasons.length
    ? ` Reasons: ${reasons.join("; ")}.`
    : " Are these the samples that the tree was grown from?";
  return `Here ${cutOf(found[0], node)} gains ${scoreText(found[0].score, criterion)}, the split of the tree ${scoreText(mine.score, criterion)}.${why}`;
}

// ---- Shuffled labels -------------------------------------------------------------------------

const N_SHUFFLES = 199;
const shuffled = new Map(); // "node criterion" -> best scores of shuffled labels
const shuffleKey = () => `${state.node} ${state.criterion.key}`;
const running = { key: null, done: 0 };

function drawShuffle(box) {
  const { analysis, criterion } = state;
  const target = analysis && (analysis.mine ?? analysis.found[0]);
  if (!target) return fill(box);
  const gains = shuffled.get(shuffleKey());
  const busy = running.key === shuffleKey();
  return fill(
    box,
    h(
      "div",
      { class: "row" },
      busy
        ? h(
            "button",
            {
              onclick: () => {
                running.key = null;
              },
            },
            "Stop",
          )
        : h(
            "button",
            { id: "shuffle", onclick: startShuffle },
            `Shuffle the labels ${N_SHUFFLES} times`,
          ),
      h(
        "span",
        { role: "status", id: "shuffled" },
        busy
          ? `${running.done} of ${N_SHUFFLES} \u2026`
          : gains
            ? shuffleText(gains, target, criterion)
            : "See what the best cut gains when labels are dealt out at random.",
      ),
    ),
  );
}

function shuffleText(gains, target, criterion) {
  const reached = gains.filter((gain) => gain >= target.score * (1 - 1e-12)).length;
  const p = (reached + 1) / (gains.length + 1);
  return (
    `${reached} of ${gains.length} shuffles have a cut that gains as much (p = ${p.toPrecision(2)}).` +
    ` Their best gain ${scoreText(quantile(gains, 0.5), criterion)} at the median, ${scoreText(Math.max(...gains), criterion)} at most; this one ${scoreText(target.score, criterion)}.`
  );
}

function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

async function startShuffle() {
  const key = shuffleKey();
  if (running.key) return;
  running.key = key;
  running.done = 0;
  const box = document.getElementById("luck");
  drawShuffle(box);
  const gains = await shuffleLabels(state.node, state.criterion, N_SHUFFLES, (done) => {
    running.done = done.length;
    const line = document.getElementById("shuffled");
    if (line && shuffleKey() === key) line.textContent = `${done.length} of ${N_SHUFFLES} \u2026`;
    return running.key === key && shuffleKey() === key;
  });
  if (gains.length) shuffled.set(key, gains);
  running.key = null;
  render("why");
}

// What noise reaches: 95% of shuffles stay below, or, where none were made, a bound by the G-test.
function noiseLevel(tally) {
  const gains = shuffled.get(shuffleKey());
  if (gains) return { score: quantile(gains, 0.95), text: "95% of shuffles stay below" };
  if (state.criterion.key !== "entropy") return null;
  return { score: noiseGain(tally), text: "noise stays below with 95% (G-test)" };
}
