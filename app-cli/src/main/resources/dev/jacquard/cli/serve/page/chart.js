// Line charts: one or two curves over whole numbers, read with the pointer or the arrow keys.

import { drawn, element } from "./dom.js";

const height = 190;
const leastForTrend = 40;
const margin = { top: 8, right: 14, bottom: 24, left: 52 };

/**
 * A chart that redraws itself when its width changes.
 *
 * @param title above it
 * @param unit what is counted along it: "epoch"
 * @param form writes a value
 * @param mark writes a value along the axis, in the same unit
 */
export function lineChart(title, unit, form, mark = tickText) {
  const caption = element("figcaption");
  const picture = drawn("svg", { tabindex: "0", role: "img", height });
  const figure = element("figure", { class: "plot" }, caption, picture);
  let data = { xs: [], curves: [], last: 0 };
  let at = -1;

  function draw() {
    const width = figure.clientWidth;
    if (width > 0) {
      picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
      picture.replaceChildren(...parts(data, width, at, mark));
    }
    captions();
  }

  function captions() {
    const index = at >= 0 ? at : data.xs.length - 1;
    const keys = data.curves.map((curve, i) =>
      element("span", { class: i === 0 ? "key" : "key second" }, `${curve.name} ${written(curve, index)}`),
    );
    const where = at >= 0 ? `${unit} ${data.xs[at].toLocaleString("en-GB")}` : "";
    const head = element("span", {}, element("b", {}, title), where);
    caption.replaceChildren(head, element("span", {}, ...keys));
    const last = data.curves.map((curve) => `${curve.name} ${written(curve, index)}`).join(", ");
    picture.setAttribute("aria-label", `${title} by ${unit}; at ${unit} ${data.xs[index] ?? 0}: ${last}`);
  }

  function written(curve, index) {
    const value = curve.values[index];
    return Number.isFinite(value) ? form(value) : "–";
  }

  function point(index) {
    at = index;
    draw();
  }

  picture.addEventListener("pointermove", (event) => {
    const box = picture.getBoundingClientRect();
    point(nearest(data.xs, scales(data, box.width), event.clientX - box.left));
  });
  picture.addEventListener("pointerleave", () => point(-1));
  picture.addEventListener("blur", () => point(-1));
  picture.addEventListener("keydown", (event) => {
    const last = data.xs.length - 1;
    const from = at >= 0 ? at : last;
    const to = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: last }[event.key];
    if (to !== undefined && last >= 0) {
      event.preventDefault();
      point(Math.min(Math.max(to, 0), last));
    }
  });
  new ResizeObserver(draw).observe(figure);

  return {
    figure,
    /**
     * Shows curves, {name, values, noisy}, over ascending whole numbers.
     *
     * @param last the end of the axis, where more is to come
     */
    show(xs, curves, last = 0) {
      data = { xs, curves, last };
      at = Math.min(at, xs.length - 1);
      draw();
    },
  };
}

/** Where values come to lie, and the values along the edges. */
function scales({ xs, curves, last: end }, width) {
  const [lowest, highest] = range(curves);
  const ys = ticks(lowest, highest, 4);
  const first = xs[0] ?? 0;
  const last = Math.max(xs[xs.length - 1] ?? 1, end, first + 1);
  const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };
  const low = ys[0];
  const high = ys[ys.length - 1];
  return {
    ys,
    xs: ticks(first, last, Math.max(2, Math.min(6, Math.floor(inner.width / 70)))).filter(
      (tick) => Number.isInteger(tick) && tick >= first && tick <= last,
    ),
    x: (value) => margin.left + (inner.width * (value - first)) / (last - first),
    y: (value) => margin.top + inner.height * (1 - (value - low) / (high - low)),
    right: width - margin.right,
    bottom: height - margin.bottom,
  };
}

function range(curves) {
  let lowest = Infinity;
  let highest = -Infinity;
  for (const value of curves.flatMap((curve) => curve.values)) {
    if (Number.isFinite(value)) {
      lowest = Math.min(lowest, value);
      highest = Math.max(highest, value);
    }
  }
  return [lowest, highest];
}

/** Round numbers that enclose a range, about so many. */
function ticks(low, high, count) {
  if (!Number.isFinite(low) || !Number.isFinite(high)) {
    return [0, 1];
  }
  // What is closer than numbers are told apart has no marks between.
  const range = high - low > Math.abs(high) * 1e-9 ? high - low : Math.abs(high) || 1;
  const raw = range / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].find((each) => each * power >= raw) * power;
  const made = [];
  for (let i = Math.floor(low / step); i <= Math.ceil(high / step - 1e-9) || made.length < 2; i++) {
    made.push(Number((i * step).toPrecision(12)));
  }
  return made;
}

function tickText(value) {
  return Math.abs(value) >= 1000 ? value.toLocaleString("en-GB") : String(Number(value.toPrecision(6)));
}

function parts(data, width, at, mark) {
  const scale = scales(data, width);
  const made = [];
  for (const tick of scale.ys) {
    const y = Math.round(scale.y(tick)) + 0.5;
    made.push(drawn("line", { class: "grid", x1: margin.left, x2: scale.right, y1: y, y2: y }));
    made.push(drawn("text", { x: margin.left - 8, y: y + 4, "text-anchor": "end" }, mark(tick)));
  }
  for (const tick of scale.xs) {
    made.push(drawn("text", { x: scale.x(tick), y: height - 5, "text-anchor": "middle" }, tickText(tick)));
  }
  if (at >= 0) {
    const x = scale.x(data.xs[at]);
    made.push(drawn("line", { class: "cross", x1: x, x2: x, y1: margin.top, y2: scale.bottom }));
  }
  data.curves.forEach((curve, i) => {
    const second = i === 0 ? "" : " second";
    const isNoisy = curve.noisy && data.xs.length > leastForTrend;
    const line = { class: `curve${second}${isNoisy ? " faint" : ""}`, d: path(data.xs, curve.values, scale) };
    made.push(drawn("path", line));
    if (isNoisy) {
      made.push(drawn("path", { class: `curve${second}`, d: path(data.xs, trend(curve.values), scale) }));
    }
    // Few points are each a result; of many only the one that is pointed at is marked.
    const marked = data.xs.length <= 12 ? data.xs.keys() : [at];
    for (const index of marked) {
      if (Number.isFinite(curve.values[index])) {
        const place = { cx: scale.x(data.xs[index]), cy: scale.y(curve.values[index]) };
        made.push(drawn("circle", { class: `dot${second}`, r: index === at ? 4.5 : 3.5, ...place }));
      }
    }
  });
  return made;
}

/** What noisy values tend to: means of those before, which count the less the longer ago they are. */
function trend(values) {
  const keep = 1 - 1 / Math.max(8, values.length / 30);
  let sum = 0;
  let weight = 0;
  return values.map((value) => {
    if (Number.isFinite(value)) {
      sum = keep * sum + (1 - keep) * value;
      weight = keep * weight + (1 - keep);
    }
    return sum / weight;
  });
}

function path(xs, values, scale) {
  let text = "";
  let broken = true;
  values.forEach((value, i) => {
    if (Number.isFinite(value)) {
      text += `${broken ? "M" : "L"}${scale.x(xs[i]).toFixed(1)},${scale.y(value).toFixed(1)}`;
    }
    broken = !Number.isFinite(value);
  });
  return text;
}

function nearest(xs, scale, x) {
  let best = -1;
  xs.forEach((value, i) => {
    if (best < 0 || Math.abs(scale.x(value) - x) < Math.abs(scale.x(xs[best]) - x)) {
      best = i;
    }
  });
  return best;
}
