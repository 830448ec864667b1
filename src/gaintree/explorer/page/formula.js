// Counts on both sides of a cut, and the formula with these numbers in it.

function liveParts(tally) {
  const { criterion, cut } = state;
  const node = totals(tally, criterion.usesCounts);
  const { left, right } = sidesOf(tally, cut, criterion.usesCounts);
  const rows = [
    ["left", left],
    ["right", right],
    ["node", node],
  ].map(([name, counts]) => [
    name,
    ...grouped(counts).map(countText),
    countText(counts.total),
    percentText(counts.total / node.total),
  ]);
  const unit = WEIGHTS && !criterion.usesCounts ? "Weights" : "Counts";
  const score = scoreOf(tally, cut, criterion);
  return [
    h(
      "p",
      { class: "cut-text" },
      h("b", {}, cutText(tally.column, cut, presentRanksOf(tally))),
      score === null ? ": everything goes to one side." : `: ${scoreText(score, criterion)}`,
    ),
    table(`${unit} on both sides`, ["", ...LEGEND, "all", "share"], rows),
    score === null ? null : formula(criterion, left, right, node, score),
  ];
}

function formula(criterion, left, right, node, score) {
  const lines = criterion.impurity
    ? gainLines(criterion, left, right, node, score)
    : otherLines(criterion, left, right, node, score);
  return h(
    "div",
    { class: "formula", id: "formula" },
    lines.map((line) => h("p", {}, line)),
  );
}

function gainLines({ impurity: key, unit }, left, right, node, score) {
  const { letter, of } = IMPURITIES[key];
  const number = (counts) => decimalText(of(counts));
  const share = (counts) => `${countText(counts.total)}/${countText(node.total)}`;
  return [
    `gain = ${letter}(node) \u2212 share left \u00b7 ${letter}(left) \u2212 share right \u00b7 ${letter}(right)`,
    `= ${number(node)} \u2212 ${share(left)} \u00b7 ${number(left)} \u2212 ${share(right)} \u00b7 ${number(right)} = ${decimalText(score)}${unit ? ` ${unit}` : ""}`,
    ...[
      ["node", node],
      ["left", left],
      ["right", right],
    ].map(
      ([name, counts]) => `${letter}(${name}) = ${impurityText(key, counts)} = ${number(counts)}`,
    ),
  ];
}

// The terms of an impurity with its numbers; of many classes, their number.
function impurityText(key, counts) {
  const present = [...counts.keys()].filter((k) => counts[k] > 0);
  const p = (k) => `${countText(counts[k])}/${countText(counts.total)}`;
  if (present.length > 4) return `its sum over ${present.length} classes`;
  switch (key) {
    case "entropy":
      return present
        .map((k) => `\u2212 ${p(k)} log\u2082 ${p(k)}`)
        .join(" ")
        .replace(/^\u2212 /, "\u2212");
    case "gini":
      return `1 ${present.map((k) => `\u2212 (${p(k)})\u00b2`).join(" ")}`;
    case "misclassification":
      return `1 \u2212 ${countText(Math.max(...counts))}/${countText(counts.total)}`;
    case "dkm":
      return present.map((k) => `\u221a(${p(k)} \u00b7 (1 \u2212 ${p(k)}))`).join(" + ");
    case "tsallis":
      return `(1 ${present.map((k) => `\u2212 (${p(k)})^${dials.q}`).join(" ")}) / (${dials.q} \u2212 1)`;
    default:
      return `entropy ${decimalText(entropyOf(counts))} + (${present.length} \u2212 1) / (2 \u00b7 ${countText(counts.total)} \u00b7 ln 2)`;
  }
}

function otherLines(criterion, left, right, node, score) {
  const gain = gainOf("entropy", left, right, node);
  const numbers = {
    gain_ratio: () => `${decimalText(gain)} / ${decimalText(splitInformation(left, right))}`,
    twoing: () =>
      `(${decimalText(left.total / node.total)} \u00b7 ${decimalText(right.total / node.total)} / 4) \u00b7 (sum of differences)\u00b2`,
    chi2: () =>
      `X\u00b2 = ${decimalText(pearson(left, right, node), 2)}, degrees of freedom ${freedom(node)}; \u2212log\u2081\u2080 of the corrected p`,
    g_test: () =>
      `G = 2 \u00b7 ${countText(node.total)} \u00b7 ln 2 \u00b7 ${decimalText(gain)} = ${decimalText(gStatistic(left, right, node), 2)}; \u2212log\u2081\u2080 of the corrected p`,
    mdlp: () => `${decimalText(gain)} \u2212 ${decimalText(mdlpCost(left, right, node))}`,
    adjusted_gini: () =>
      `${decimalText(gainOf("gini", left, right, node))} \u2212 ${decimalText(giniOf(node))} / ${countText(node.total - 1)}`,
    mantaras: () => `${decimalText(gain)} / ${decimalText(gain / score)}`,
    symmetric_uncertainty: () =>
      `2 \u00b7 ${decimalText(gain)} / (${decimalText(splitInformation(left, right))} + ${decimalText(entropyOf(node))})`,
    ks: () => rateText(left, node, "\u2212"),
    hellinger: () => rateText(left, node, "and"),
  }[criterion.key];
  return [criterion.says, `${numbers ? `${numbers()} = ` : ""}${scoreText(score, criterion)}`];
}

function rateText(left, node, between) {
  const [a, b] = [...node.keys()].filter((k) => node[k] > 0);
  if (b === undefined) return "one class";
  const rate = (k) => `${countText(left[k])}/${countText(node[k])}`;
  return `shares that go left: ${rate(b)} ${between} ${rate(a)}`;
}
