// Guess the split: choose a feature and a cut by eye, then see what the best one gains.

const game = {
  node: null,
  features: [],
  feature: null,
  cuts: new Map(),
  answer: null,
  rounds: 0,
  points: 0,
  random: makeRandom(DATA.n_samples),
};
const N_CHOICES = 4;
const FEWEST_TO_GUESS = 8;

// Nodes worth a guess: some samples, and a split that gains.
function guessable() {
  const nodes = splits().filter(
    (node) => shownIn(node) >= FEWEST_TO_GUESS && ownCut(node) && NODES.gain[node] > 0,
  );
  return nodes.slice(0, 200);
}

function shuffledList(list) {
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(game.random() * (i + 1));
    [copy[i], copy[j]] = [copy[j], copy[i]];
  }
  return copy;
}

function dealNode() {
  const nodes = guessable();
  if (!nodes.length) return;
  const fresh = nodes.filter((node) => node !== game.node);
  game.node = (fresh.length ? fresh : nodes)[
    Math.floor(game.random() * (fresh.length || nodes.length))
  ];
  const own = ownCut(game.node);
  const least = leastLeaf(game.node);
  const tallies = COLUMNS.map((column) => tallyNode(game.node, column)).filter((tally) =>
    bestCut(tally, state.criterion, least),
  );
  const mine = tallies.find((tally) => tally.column === own.column);
  const others = shuffledList(tallies.filter((tally) => tally !== mine)).slice(0, N_CHOICES - 1);
  game.tallies = shuffledList(mine ? [mine, ...others] : others);
  game.feature = 0;
  game.cuts = new Map(game.tallies.map((tally) => [tally, Math.max(1, Math.floor(tally.n / 2))]));
  game.answer = null;
}

function drawGame(box) {
  if (game.node === null) dealNode();
  if (game.node === null)
    return fill(
      box,
      h("h2", {}, "Guess the split"),
      h("p", {}, "No node has samples enough to guess at."),
    );
  const { node, tallies, answer } = game;
  const counts = shownCounts(node);
  return fill(
    box,
    h("h2", {}, "Guess the split"),
    h(
      "p",
      {},
      `A node of ${plural(shownIn(node), "sample")}: ${grouped(counts)
        .map((count, i) => `${countText(count)} ${LEGEND[i]}`)
        .slice(0, 8)
        .join(", ")}. Which feature parts the classes best, and where?`,
    ),
    legend(),
    h(
      "div",
      { class: "choices", role: "radiogroup", "aria-label": "Feature" },
      tallies.map((tally, i) => choiceOf(tally, i, box)),
    ),
    h(
      "div",
      { class: "row" },
      answer
        ? h(
            "button",
            {
              id: "game-next",
              onclick: () => {
                dealNode();
                drawGame(box);
              },
            },
            "Another node",
          )
        : h(
            "button",
            {
              id: "game-guess",
              class: "main",
              onclick: () => {
                judge();
                drawGame(box);
                box.querySelector("#game-next")?.focus();
              },
            },
            "That is my split",
          ),
      h(
        "span",
        { class: "note" },
        game.rounds ? `${game.points} points in ${plural(game.rounds, "round")}` : "",
      ),
    ),
    h("div", { role: "status", id: "game-said" }, answer ? answerParts(answer) : ""),
  );
}

function choiceOf(tally, i, box) {
  const order = ordersOf(tally)[0];
  const chart = h("div", { class: "chart" });
  const radio = h("input", {
    type: "radio",
    name: "guess",
    checked: game.feature === i,
    disabled: Boolean(game.answer),
    onchange: () => {
      game.feature = i;
      drawGame(box);
      box.querySelector("input[type=radio]:checked")?.focus();
    },
  });
  const last = Math.max(1, tally.nMissing ? tally.n : tally.n - 1);
  const textOf = (at) =>
    cutText(
      tally.column,
      describeCut(tally, { order, position: at, missingLeft: false }),
      presentRanksOf(tally),
    );
  const said = h("p", { class: "cut-text" }, textOf(game.cuts.get(tally)));
  const redraw = sized(chart, (width) => {
    const at = makeScale(tally, order, width);
    const x = at.cut(game.cuts.get(tally));
    fill(
      chart,
      s(
        "svg",
        {
          width,
          height: PLAY.bars + 24,
          role: "img",
          "aria-label": `Samples by ${tally.column.name}`,
        },
        classBars(tally, at, 2),
        game.feature === i
          ? s("line", { x1: x, x2: x, y1: 0, y2: PLAY.bars + 4, class: "cut" })
          : null,
        at.x
          ? axisBelow(at.x, ticks(...at.range, 4), PLAY.bars + 2)
          : bottomLabels(tally, at, PLAY.bars + 2, width),
      ),
    );
  });
  const range = slider(`Cut of ${tally.column.name}`, {
    min: 1,
    max: last,
    value: game.cuts.get(tally),
    text: textOf,
    oninput: (at) => {
      game.cuts.set(tally, at);
      said.textContent = textOf(at);
      redraw();
    },
  });
  range.disabled = Boolean(game.answer);
  const asTable = behind(`game ${tally.column.feature}`, () =>
    table(
      `Samples by ${tally.column.name}`,
      [tally.column.name, ...LEGEND],
      (order ?? [...Array(tally.n).keys()])
        .slice(0, 300)
        .map((place) => [
          valueText(tally, place),
          ...grouped(tally.counts.subarray(place * K, (place + 1) * K)).map(countText),
        ]),
    ),
  );
  return h(
    "div",
    { class: `choice ${game.feature === i ? "chosen" : ""}` },
    h("label", {}, radio, ` ${tally.column.name}`),
    chart,
    game.feature === i ? [range, said] : null,
    asTable,
  );
}

const valueText = (tally, place) => {
  const rank = tally.ranks[place];
  return tally.column.labels ? tally.column.labels[rank] : shortText(tally.column.values[rank]);
};

function judge() {
  const { criterion } = state;
  const tally = game.tallies[game.feature];
  const cut = describeCut(tally, {
    order: ordersOf(tally)[0],
    position: game.cuts.get(tally),
    missingLeft: false,
  });
  const all = candidatesOf(
    game.node,
    criterion,
    COLUMNS.map((column) => tallyNode(game.node, column)),
  );
  const best = all[0];
  const score = scoreOf(tally, cut, criterion) ?? 0;
  const share = best.score > 0 ? Math.max(0, score / best.score) : 1;
  game.rounds += 1;
  game.points += Math.round(100 * share);
  game.answer = { tally, cut, score, best, share, node: game.node, criterion };
}

function answerParts({ tally, cut, score, best, share, node, criterion }) {
  return [
    h(
      "p",
      {},
      h("b", {}, `${Math.round(100 * share)} points. `),
      `${cutText(tally.column, cut, presentRanksOf(tally))} gains ${scoreText(score, criterion)}; the best, ${cutOf(best, node)}, ${scoreText(best.score, criterion)}. The tree took ${splitText(node)}.`,
    ),
    h(
      "button",
      {
        class: "link",
        onclick: () => {
          state.tab = "why";
          reveal(node);
          chooseNode(node);
          render("page");
        },
      },
      "Why?",
    ),
  ];
}
