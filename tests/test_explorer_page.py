"""The page of `explore` as its readers meet it: in a browser, from disk, with no network."""

import math
import re
import shutil

import numpy as np
import pandas as pd
import pytest
from scipy.special import gammaln, log_ndtr
from scipy.stats import chi2, chi2_contingency, entropy

from gaintree import GainTreeClassifier, criteria
from gaintree.inspection import explore

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium: Debian has it as the package `chromium`"
)
TABS = ("why", "changes", "growth", "pruning", "game")


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser, tmp_path):
    """Open a page from disk. What it complains of, or asks the network for, fails the test."""
    complaints, contexts = [], []

    def open_page(explorer, width=1280, colours="light"):
        path = tmp_path / "page.html"
        explorer.save(path)
        contexts.append(
            browser.new_context(
                viewport={"width": width, "height": 900}, color_scheme=colours, offline=True
            )
        )
        page = contexts[-1].new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: ask(request.url, path))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.goto(path.as_uri())
        page.wait_for_selector("#question")
        return page

    def ask(url, path):
        if url != path.as_uri() and not url.startswith(("data:", "about:")):
            complaints.append(f"asks for {url}")

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def make_table(n=400, n_classes=2, seed=0):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "age": rng.integers(18, 80, n),
            "income": np.where(rng.random(n) < 0.1, np.nan, rng.normal(size=n).round(2)),
            "city": rng.choice(["Rome", "Oslo", "Lima", "Bonn", "Bern"], n),
            "size": rng.random(n),
        }
    )
    frame.loc[rng.random(n) < 0.1, "city"] = None
    of_age = (frame["age"] > 50) ^ (frame["city"] == "Oslo") ^ (rng.random(n) < 0.2)
    return frame, np.where(of_age, 0, rng.integers(0, n_classes, n))


def wait_for(page, selector, pattern):
    from playwright.sync_api import expect

    expect(page.locator(selector)).to_have_text(re.compile(pattern), timeout=20_000)


def open_tables(page):
    closed = page.locator("details.behind:not([open]) > summary")
    while closed.count():
        closed.first.click()


@pytest.fixture(scope="module")
def explorer():
    X, y = make_table()
    return explore(GainTreeClassifier(max_depth=6).fit(X, y), X, y, title="shop")


# ---- What it computes ------------------------------------------------------------------------


# What trees are grown by and the page knows.
SHARED = [
    "entropy",
    "gini",
    "gain_ratio",
    "misclassification",
    "twoing",
    "hellinger",
    "chi2",
    "g_test",
    "k2",
    "mantaras",
    "symmetric_uncertainty",
    "dkm",
    "tsallis",
    "miller_madow",
    "adjusted_gini",
    "ks",
    "ort",
]


def ask_all_nodes(page):
    """Feature and score of the best candidate of each split, and the score of the tree's."""
    found = page.evaluate(
        """() => {
          const { NODES, candidatesOf, ownCut, scoreOf, state, talliesOf, isLeaf } = gaintree;
          const nodes = [...NODES.number.keys()].filter((node) => !isLeaf(node));
          return nodes.map((node) => {
            const best = candidatesOf(node, state.criterion)[0];
            const own = ownCut(node);
            const tally = talliesOf(node).find(({ column }) => column === own.column);
            return [best.tally.column.feature, best.score, scoreOf(tally, own, state.criterion)];
          });
        }"""
    )
    return map(np.array, zip(*found, strict=True))


@pytest.mark.parametrize("criterion", [name for name in SHARED if name in criteria.names()])
def test_the_best_candidate_is_the_trees(criterion, visit):
    for n_classes in (2,) if criterion in ("hellinger", "ks") else (2, 3):
        for weighted in (False, True) if criterion in ("entropy", "gini") else (False,):
            X, y = make_table(n_classes=n_classes)
            weights = np.random.default_rng(5).random(len(y)) + 0.5 if weighted else None
            model = GainTreeClassifier(criterion=criterion, min_samples_leaf=3, max_depth=7)
            tree = model.fit(X, y, weights).tree_
            page = visit(explore(model, X, y, sample_weight=weights, test_size=0.0))
            assert page.evaluate("gaintree.state.criterion.key") == criterion
            splits = np.flatnonzero(~tree.is_leaf)
            features, best, own = ask_all_nodes(page)
            np.testing.assert_allclose(best, own, atol=1e-12)
            if page.evaluate("gaintree.DATA.reports") == criterion:
                np.testing.assert_array_equal(features, tree.feature[splits])
                np.testing.assert_allclose(own, tree.gains()[splits], atol=1e-12)


def shannon(counts):
    return entropy(counts, base=2)


def gini(counts):
    p = np.array(counts) / sum(counts)
    return 1 - (p**2).sum()


def oracle(left, right):
    """Every criterion of the page, as plainly as can be."""
    left, right = np.array(left, float), np.array(right, float)
    node, n, nl, nr = left + right, (left + right).sum(), left.sum(), right.sum()
    present = node > 0

    def gain(impurity):
        return impurity(node) - nl / n * impurity(left) - nr / n * impurity(right)

    def lm(c):
        k = len(node)
        return (gammaln(k) - gammaln(k + c.sum()) + gammaln(1 + c).sum()) / math.log(2)

    def shares(c):
        return c / c.sum()

    table = np.array([left, right])[:, present]
    pearson = chi2_contingency(table, correction=False).statistic
    g = chi2_contingency(table, correction=False, lambda_="log-likelihood").statistic
    df = present.sum() - 1
    k, kl, kr = ((c > 0).sum() for c in (node, left, right))
    delta = np.log2(3.0**k - 2) - (k * shannon(node) - kl * shannon(left) - kr * shannon(right))
    ig, size = gain(shannon), shannon([nl, nr])
    scores = {
        "entropy": ig,
        "gini": gain(gini),
        "misclassification": gain(lambda c: 1 - shares(c).max()),
        "dkm": gain(lambda c: np.sqrt(shares(c) * (1 - shares(c))).sum()),
        "tsallis": gain(lambda c: (1 - (shares(c) ** 1.5).sum()) / 0.5),
        "miller_madow": gain(
            lambda c: shannon(c) + ((c > 0).sum() - 1) / (2 * c.sum() * math.log(2))
        ),
        "gain_ratio": ig / size,
        "mantaras": ig / shannon(np.concatenate([left, right])),
        "symmetric_uncertainty": 2 * ig / (size + shannon(node)),
        "twoing": nl * nr / n**2 / 4 * np.abs(shares(left) - shares(right)).sum() ** 2,
        "ort": 1 - left @ right / math.sqrt((left @ left) * (right @ right)),
        "chi2": -chi2.logsf(pearson, df) / math.log(10),
        "g_test": -chi2.logsf(g, df) / math.log(10),
        "mdlp": ig - (np.log2(n - 1) + delta) / n,
        "k2": lm(left) + lm(right) - lm(node),
        "adjusted_gini": gain(gini) - gini(node) / (n - 1),
    }
    if len(node) == 2:
        (a, b), (c, d) = left / node, right / node
        scores["hellinger"] = math.hypot(math.sqrt(a) - math.sqrt(b), math.sqrt(c) - math.sqrt(d))
        scores["ks"] = abs(a - b)
    return scores


def test_formulas(visit, explorer):
    rng = np.random.default_rng(0)
    tables = [rng.integers(0, 40, (2, k)).tolist() for k in (2, 2, 2, 3, 5, 9) for _ in range(20)]
    tables = [t for t in tables if all(map(sum, t)) and (np.sum(t, axis=0) > 0).sum() > 1]
    tables = [t for t in tables if len(t[0]) > 2 or min(np.sum(t, axis=0)) > 0]
    tables.append([[500, 20], [30, 200]])
    found = visit(explorer).evaluate(
        """(tables) => tables.map(([left, right]) => {
          const counts = (values) => gaintree.withTotal(Float64Array.from(values));
          const sides = [counts(left), counts(right), counts(left.map((c, k) => c + right[k]))];
          const asked = gaintree.CRITERIA.filter(({ isBinary }) => left.length === 2 || !isBinary);
          return asked.map(({ key, score }) => [key, score(...sides)]);
        })""",
        tables,
    )
    for table, scores in zip(tables, found, strict=True):
        assert dict(scores) == pytest.approx(oracle(*table), rel=1e-9, abs=1e-9), table
        for name in {"entropy", "gini"}:
            impurity = criteria.get(name).impurity_of
            n_left, n_right = map(sum, table)
            inside = n_left * impurity(table[0]) + n_right * impurity(table[1])
            expected = impurity(np.sum(table, axis=0)) - inside / (n_left + n_right)
            assert dict(scores)[name] == pytest.approx(expected, abs=1e-12)


def test_tails_of_chi_squared(visit, explorer):
    grid = [[x, df] for x in (1e-9, 0.1, 1.0, 5.0, 50.0, 900.0) for df in (1, 2, 5, 30, 99)]
    far = [[5e3, 1], [1e5, 1], [5e3, 2], [1e5, 2]]  # where the tail itself is zero in floats
    expected = [chi2.logsf(*case) for case in grid]
    expected += [math.log(2) + log_ndtr(-math.sqrt(x)) if df == 1 else -x / 2 for x, df in far]
    found = visit(explorer).evaluate(
        "(cases) => cases.map(([x, df]) => gaintree.logChi2Tail(x, df))", grid + far
    )
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-13)


def test_luck_is_said(visit):
    """Labels that have nothing to do with the columns, and labels that have."""
    rng = np.random.default_rng(3)
    X = pd.DataFrame(rng.random((200, 4)), columns=list("abcd"))
    noise = rng.integers(0, 2, 200)
    page = visit(explore(GainTreeClassifier(max_depth=1).fit(X, noise), X, noise))
    assert "It may well be." in page.inner_text("#answer")
    page.click("#shuffle")
    wait_for(page, "#shuffled", r"p = ")
    said = page.inner_text("#shuffled")
    assert float(said.split("p = ")[1].split(")")[0]) > 0.02
    signal = (X["c"] > 0.5).to_numpy().astype(int)
    page = visit(explore(GainTreeClassifier(max_depth=1).fit(X, signal), X, signal))
    assert "Hardly." in page.inner_text("#answer")
    page.click("#shuffle")
    wait_for(page, "#shuffled", r"p = ")
    assert "0 of 199 shuffles" in page.inner_text("#shuffled")


# ---- What it shows ---------------------------------------------------------------------------


def test_a_newcomer_asks_why(visit):
    X, y = make_table()
    model = GainTreeClassifier(max_depth=6).fit(X, y)
    page = visit(explore(model, X, y, title="shop"))
    name = X.columns[model.tree_.feature[0]]
    assert name in page.inner_text("#question")
    answer = page.inner_text("#answer")
    assert f"{model.tree_.gains()[0]:.4f} bits" in answer
    assert "What came second?" in answer
    assert "Was it luck?" in answer
    assert "criteria choose" in page.inner_text("#candidates")


def test_the_cut_moves(visit, explorer):
    page = visit(explorer)
    page.select_option("#play select", label="age")
    assert "age ≤" in page.inner_text("#live")
    page.focus("#cut")
    page.keyboard.press("Home")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    X, y = make_table()
    ages = np.unique(X["age"])
    n_left = (X["age"] <= ages[3]).sum()
    assert f"age ≤ {(ages[3] + ages[4]) / 2:g}" in page.inner_text("#live b")
    cells = page.locator("#live tbody tr").first.locator("td").all_inner_texts()
    assert cells[-2] == str(n_left)
    left, right = (
        np.bincount(y[X["age"] <= ages[3]], minlength=2),
        np.bincount(y[X["age"] > ages[3]]),
    )
    gain = f"{oracle(left, right)['entropy']:.4f}"
    assert f"= {gain} bits" in page.inner_text("#formula")
    box = page.locator("#curve svg").bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 80)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 80, steps=4)
    page.mouse.up()
    dragged = float(page.inner_text("#live b").split("≤")[1])
    assert 40 < dragged < 58


def test_categories_change_sides(visit, explorer):
    page = visit(explorer)
    page.select_option("#play select", label="city")
    oslo = page.locator(".category", has_text="Oslo")
    before, pressed = page.inner_text("#live"), oslo.get_attribute("aria-pressed")
    oslo.click()
    assert oslo.get_attribute("aria-pressed") != pressed
    assert page.inner_text("#live") != before
    page.click("text=/missing values go/")
    assert page.locator("text=/missing values go/").is_visible()


def test_the_keys_walk_the_tree(visit, explorer):
    page = visit(explorer)
    chosen = "#tree [aria-selected=true]"
    page.focus(chosen)
    page.keyboard.press("ArrowRight")
    assert page.get_attribute(chosen, "data-node") == "1"
    page.keyboard.press("ArrowDown")
    assert page.get_attribute(chosen, "data-node") != "1"
    page.keyboard.press("Home")
    assert page.get_attribute(chosen, "data-node") == "0"
    page.keyboard.press("Enter")
    assert page.get_attribute(chosen, "aria-expanded") == "false"
    assert page.locator("#tree [role=treeitem]").count() == 1
    page.keyboard.press(" ")
    assert page.locator("#tree [role=treeitem]").count() > 3
    page.focus("#tab-why")
    page.keyboard.press("ArrowRight")
    assert page.get_attribute("#tab-changes", "aria-selected") == "true"


def test_another_criterion_changes_splits(visit, explorer):
    page = visit(explorer)
    page.click("#tab-changes")
    wait_for(page, "#changes-said", r"would choose each of the \d+ splits again")
    page.select_option("#tab select", "k2")
    wait_for(page, "#changes-said", r"^[1-9]\d* of \d+ splits")
    n_changed = int(page.inner_text("#changes-said").split(" of ")[0])
    assert page.locator("#tab tbody tr").count() == n_changed


def test_growth_is_a_ledger(visit, explorer):
    X, y = make_table()
    tree = GainTreeClassifier(max_depth=6).fit(X, y).tree_
    page = visit(explorer)
    page.click("#tab-growth")
    assert page.locator("#tree [role=treeitem]").count() == 1
    page.click("#growth-next")
    assert page.locator("#tree [role=treeitem]").count() == 3
    left = tree.impurity[0] - tree.gains()[0]
    assert f"{left:.4f} of {tree.impurity[0]:.4f} are left" in page.inner_text("#growth-said")
    page.focus("#growth-step")
    page.keyboard.press("End")
    leaves = tree.is_leaf
    left = tree.impurity[leaves] @ tree.n_node_samples[leaves] / tree.n_node_samples[0]
    assert f"{left:.4f} of" in page.inner_text("#growth-said")


@pytest.mark.parametrize("direction", [1, -1])
def test_the_label_of_the_noise_line_keeps_off_the_curve(visit, direction):
    """The curve crosses the line near its ends, so the label has to stand farther in."""
    x = direction * np.arange(200.0)[:, None]
    y = (abs(x[:, 0]) >= 150) ^ (np.arange(200) % 10 == 0)
    page = visit(explore(GainTreeClassifier(max_depth=1).fit(x, y), x, y))
    n_inside, line = page.evaluate(
        """() => {
          const curve = document.querySelector("#curve .curve");
          const box = document.querySelector("#curve .noise-label").getBBox();
          const line = document.querySelector("#curve .noise line").y1.baseVal.value;
          let n = 0;
          for (let at = 0; at < curve.getTotalLength(); at += 1) {
            const { x, y } = curve.getPointAtLength(at);
            if (x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height) n += 1;
          }
          return [n, line > box.y - 20 && line < box.y + box.height + 20];
        }"""
    )
    assert (n_inside, line) == (0, True)


def test_the_pruning_slider(visit, explorer):
    page = visit(explorer)
    page.click("#tab-pruning")
    n_whole = page.locator("#tree [role=treeitem]").count()
    assert "test error" in page.inner_text("#pruning-said")
    page.focus("#prune")
    page.keyboard.press("End")
    assert ": 1 leaf" in page.inner_text("#pruning-said")
    assert page.locator("#tree [role=treeitem]").count() == 1 < n_whole
    page.click("#best-pruning")
    shown = page.inner_text("#pruning-said")
    page.locator("#tab details summary").last.click()
    last_cells = page.locator("#tab tbody tr td:last-child")
    last_cells.first.wait_for()  # the table is made when it is opened, after the click
    cells = last_cells.all_inner_texts()
    assert f"test error {min(cells, key=lambda cell: float(cell[:-1]))}" in shown


def test_the_game(visit, explorer):
    page = visit(explorer)
    page.click("#tab-game")
    for round_ in range(1, 4):
        page.locator("#tab input[type=radio]").last.check()
        page.focus("#tab input[type=range]")
        page.keyboard.press("ArrowLeft")
        page.click("#game-guess")
        assert "points." in page.inner_text("#game-said")
        assert f"in {round_} round" in page.inner_text("#tab")
        page.click("#game-next")
    page.click("#game-guess")
    page.click("text=Why?")
    assert page.get_attribute("#tab-why", "aria-selected") == "true"


@pytest.mark.parametrize(("width", "colours"), [(1280, "light"), (390, "dark")])
def test_every_view_fits_and_has_its_tables(width, colours, visit, explorer):
    page = visit(explorer, width, colours)
    for tab in TABS:
        page.click(f"#tab-{tab}")
        page.wait_for_timeout(50)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        open_tables(page)
        assert page.locator("details.behind[open] table").count() >= 1
    ground = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(ground)
    page.select_option("header select", "light" if colours == "dark" else "dark")
    assert page.evaluate(ground) != before


NAMES = [
    "</script><script>document.title='hacked'</script>",
    "<img src=x onerror=\"document.title='hacked'\">",
    "{{script}} ${document.title='hacked'} & \" ' `",
    "<!--<script>",
]


def test_names_are_text(visit):
    rng = np.random.default_rng(0)
    labels = np.array(["<b onmouseover=alert(1)>x</b>", NAMES[0], NAMES[1]])
    X = pd.DataFrame({name: rng.random(120) for name in NAMES[:3]})
    X[NAMES[3]] = labels[rng.integers(0, 3, 120)]
    y = labels[np.where(X[NAMES[3]] == NAMES[0], 1, rng.integers(0, 3, 120))]
    page = visit(explore(GainTreeClassifier(max_depth=5).fit(X, y), X, y, title=NAMES[1]))
    for tab in TABS:
        page.click(f"#tab-{tab}")
        open_tables(page)
        page.mouse.move(300, 300)
    assert page.inner_text("h1") == page.title() == NAMES[1]
    assert page.locator("img, b[onmouseover], script:not([id])").count() == 1  # the page's own
    page.click("#tab-why")
    text = page.inner_text("#page")
    for name in NAMES:
        assert name in text


def test_many_classes_and_folded_nodes(visit):
    rng = np.random.default_rng(0)
    y = rng.integers(0, 100, 2000)
    X = np.column_stack([y + rng.normal(scale=20, size=2000), rng.random(2000)])
    page = visit(explore(GainTreeClassifier().fit(X, y), X, y, test_size=0.0))
    assert "93 other classes" in page.inner_text(".legend")
    assert "not in the page" in page.inner_text(".notes") or "folded" in page.inner_text(".notes")
    for tab in TABS:
        page.click(f"#tab-{tab}")
    page.wait_for_timeout(100)


def test_a_tree_of_one_leaf(visit):
    X, y = np.zeros((4, 1)), [0, 0, 1, 1]
    page = visit(explore(GainTreeClassifier().fit(X, y), X, y))
    assert "No cut is left" in page.inner_text("#answer")
    for tab in TABS:
        page.click(f"#tab-{tab}")


def test_in_a_notebook(browser, explorer):
    page = browser.new_page()
    errors = []
    page.on("console", lambda message: errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_content(explorer._repr_html_())
    frame = page.frame_locator("iframe")
    assert frame.locator("h1").inner_text() == "shop"
    frame.locator("#tab-pruning").click()
    assert "alpha" in frame.locator("#pruning-said").inner_text()
    assert errors == []
    page.close()
