// Elements. Whatever comes from users goes in as text, never as markup.

function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "class") element.className = value;
    else if (key in element && !key.startsWith("aria") && key !== "list") element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(
    ...children
      .flat(Infinity)
      .filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

function s(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value);
  }
  element.append(
    ...children
      .flat(Infinity)
      .filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

const fill = (element, ...children) => {
  element.replaceChildren(
    ...children
      .flat(Infinity)
      .filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
};

// A table. Cells are text or elements, or {text, class, title, number}; `rows` may be {cells, ...}.
function table(caption, heads, rows, properties = {}) {
  const cell = (tag, value, extra = {}) => {
    const of =
      value !== null && typeof value === "object" && !(value instanceof Node)
        ? value
        : { text: value };
    const isNumber = of.number ?? /^[\u2212\d][\d,.\u2212e%]*$/.test(String(of.text));
    return h(
      tag,
      {
        ...extra,
        class: [of.class, isNumber ? "number" : ""].join(" ").trim(),
        title: of.title ?? null,
      },
      of.text instanceof Node ? of.text : String(of.text ?? ""),
    );
  };
  const head = h(
    "tr",
    {},
    heads.map((name) => cell("th", name, { scope: "col" })),
  );
  const body = rows.map((row) => {
    const { cells, ...more } = Array.isArray(row) ? { cells: row } : row;
    return h(
      "tr",
      more,
      cells.map((value, i) => cell(i === 0 ? "th" : "td", value, i === 0 ? { scope: "row" } : {})),
    );
  });
  return h(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": caption },
    h("table", properties, h("caption", {}, caption), h("thead", {}, head), h("tbody", {}, body)),
  );
}

const openTables = new Set();

// The table behind a chart, made when it is opened. It stays open when the chart is drawn anew.
function behind(name, make) {
  const details = h("details", { class: "behind" }, h("summary", {}, "As a table"));
  const show = () => {
    openTables[details.open ? "add" : "delete"](name);
    if (details.open && details.children.length === 1) details.append(make());
  };
  details.addEventListener("toggle", show);
  if (openTables.has(name)) {
    details.open = true;
    show();
  }
  return details;
}

function select(label, options, value, onchange) {
  const element = h(
    "select",
    { onchange: () => onchange(element.value) },
    options.map(([key, text]) => h("option", { value: key, selected: key === value }, text)),
  );
  return h("label", { class: "field" }, h("span", {}, label), element);
}

function slider(label, { min = 0, max, value, text, oninput }) {
  const element = h("input", { type: "range", min, max, step: 1, "aria-label": label });
  const say = (at) => element.setAttribute("aria-valuetext", text(at));
  element.addEventListener("input", () => {
    say(Number(element.value));
    oninput(Number(element.value));
  });
  element.value = value;
  say(value);
  element.moveTo = (at) => {
    element.value = at;
    say(at);
  };
  return element;
}

// Draw into a box as wide as there is room, and again when that changes.
function sized(box, draw) {
  let width = 0;
  const observer = new ResizeObserver(() => {
    if (!box.isConnected) return observer.disconnect();
    if (Math.abs(box.clientWidth - width) > 1) redraw();
  });
  const redraw = () => {
    width = box.clientWidth;
    if (width) draw(width);
  };
  observer.observe(box);
  queueMicrotask(redraw);
  return redraw;
}
