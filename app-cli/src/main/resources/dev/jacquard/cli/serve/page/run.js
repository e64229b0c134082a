// One run in full: what came out, its curves, its settings. Updates in place, so that nothing that
// is being read or pointed at moves.

import { lineChart } from "./chart.js";
import { date, duration, element, percent, roundPercent, share, shown, whole } from "./dom.js";

/** The view of the run with this name; `update` shows what /api/runs/NAME says. */
export function runView(name) {
  const title = element("h2", { id: "run-title" });
  const state = element("span");
  const report = element("a", { class: "button", target: "_blank", rel: "noopener" }, "Open report");
  report.href = `/runs/${encodeURIComponent(name)}/report.html`;
  const about = element("p", { class: "about" });
  const bar = element("span");
  const progress = element("div", { class: "progress whole", role: "progressbar", "aria-label": "Steps done" }, bar);
  const tiles = element("dl", { class: "tiles" });
  const steps = stepPlots();
  const epochs = epochPlots();
  const table = element("tbody");
  const rows = element(
    "details",
    {},
    element("summary", {}, "Epochs in numbers"),
    element("div", { class: "wide" }, element("table", {}, heading(), table)),
  );
  const settings = element("dl", { class: "pairs" });
  const options = element("details", {}, element("summary", {}, "Settings"), settings);
  const body = element(
    "div",
    {},
    element("div", { class: "run-head" }, title, state, report),
    about,
    progress,
    tiles,
    steps.element,
    epochs.element,
    rows,
    options,
  );
  return {
    name,
    element: body,
    update(run) {
      title.textContent = run.network ?? name;
      state.className = `state ${stateClass(run)}`;
      state.textContent = run.state;
      report.hidden = !run.report;
      about.textContent = [name, run.begun && date(run.begun), run.device_name ?? run.device]
        .filter(Boolean)
        .join(" · ");
      const part = run.last_step > 0 ? run.step / run.last_step : 0;
      progress.hidden = !run.running;
      progress.setAttribute("aria-valuenow", String(Math.round(part * 100)));
      bar.style.width = `${part * 100}%`;
      tiles.replaceChildren(...facts(run).map(([key, value]) => pair(key, value)));
      steps.update(run);
      epochs.update(run);
      // While a training runs, its steps are what moves; afterwards its epochs are what counts.
      if (run.running) {
        inOrder(tiles, steps.element, epochs.element);
      } else {
        inOrder(tiles, epochs.element, steps.element);
      }
      rows.hidden = run.history.epoch.length === 0;
      table.replaceChildren(...run.history.epoch.map((_, i) => row(run.history, i)));
      options.hidden = Object.keys(run.settings).length === 0;
      settings.replaceChildren(...Object.entries(run.settings).flatMap(setting));
    },
  };
}

/** Has two follow a third. What is moved loses the focus, so that what has it stays. */
function inOrder(before, first, second) {
  if (before.nextElementSibling === first) {
    return;
  }
  if (first.contains(document.activeElement)) {
    first.after(second);
  } else {
    before.after(first);
  }
}

function stateClass(run) {
  return run.running ? "running" : run.state === "failed" ? "failed" : run.state === "finished" ? "finished" : "";
}

function facts(run) {
  if (run.running) {
    return [
      ["Loss", shown(run.live.loss, share)],
      ["Accuracy", shown(run.live.accuracy, percent)],
      ["Images/s", shown(run.live.images_per_second, whole)],
      ["Epoch", `${run.epoch}/${run.epochs}`],
      ["Time left", shown(run.live.seconds_left, duration)],
    ];
  }
  return [
    [run.tested ? "Test accuracy" : "Accuracy", shown(run.accuracy, percent)],
    [run.tested ? "Test loss" : "Loss", shown(run.loss, share)],
    ["Epochs", shown(run.history.epoch.at(-1), whole)],
    ["Training", shown(run.train_seconds, duration)],
    ["Images/s", shown(run.images_per_second, whole)],
  ];
}

function pair(key, value) {
  return element("div", {}, element("dt", {}, key), element("dd", {}, value));
}

function setting([key, value]) {
  return [element("dt", {}, key.replaceAll("_", " ")), element("dd", {}, String(value))];
}

const columns = ["Epoch", "Loss", "Accuracy", "Val. loss", "Val. accuracy", "Seconds"];

function heading() {
  return element("thead", {}, element("tr", {}, ...columns.map((each) => element("th", { scope: "col" }, each))));
}

function row(history, i) {
  const seconds = (value) => value.toFixed(1);
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, String(history.epoch[i])),
    element("td", {}, shown(history.loss[i], share)),
    element("td", {}, shown(history.accuracy[i], share)),
    element("td", {}, shown(history.val_loss[i], share)),
    element("td", {}, shown(history.val_accuracy[i], share)),
    element("td", {}, shown(history.seconds[i], seconds)),
  );
}

function plots(title, unit) {
  const loss = lineChart("Loss", unit, share);
  const accuracy = lineChart("Accuracy", unit, percent, roundPercent);
  const head = element("div", { class: "plots-head" }, element("h3", {}, title));
  const both = element("div", { class: "plots" }, loss.figure, accuracy.figure);
  return { loss, accuracy, head, element: element("div", {}, head, both) };
}

function epochPlots() {
  const made = plots("By epoch", "epoch");
  return {
    element: made.element,
    update({ history, running, epochs }) {
      made.element.hidden = history.epoch.length === 0;
      const curves = (key) => [
        { name: "training", values: history[key] },
        ...(history[`val_${key}`].some(Number.isFinite)
          ? [{ name: "validation", values: history[`val_${key}`] }]
          : []),
      ];
      const last = running ? epochs : 0;
      made.loss.show(history.epoch, curves("loss"), last);
      made.accuracy.show(history.epoch, curves("accuracy"), last);
    },
  };
}

let choices = 0;

function stepPlots() {
  const made = plots("By step", "step");
  const group = `range-${choices++}`;
  const radio = (value, text, checked) => {
    const input = element("input", { type: "radio", name: group, value });
    input.checked = checked;
    input.addEventListener("change", () => draw());
    return element("label", {}, input, element("span", {}, text));
  };
  made.head.append(
    element(
      "fieldset",
      { class: "choice" },
      element("legend", { class: "unseen" }, "Which steps"),
      radio("series", "All", true),
      radio("recent", "Last 200", false),
    ),
  );
  let live = null;

  function draw() {
    const which = made.head.querySelector("input:checked").value;
    const { steps, loss, accuracy } = live[which];
    made.loss.show(steps, [{ name: "training", values: loss, noisy: true }]);
    made.accuracy.show(steps, [{ name: "training", values: accuracy, noisy: true }]);
  }

  return {
    element: made.element,
    update(run) {
      live = run.live?.series?.steps.length > 0 ? run.live : null;
      made.element.hidden = live === null;
      if (live) {
        draw();
      }
    },
  };
}
