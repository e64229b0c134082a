// The runs: their list, one of them in full, and whichever is training now, live.

import { ask, byId, date, element, percent, share, shown, tellOffline } from "./dom.js";
import { runView } from "./run.js";

const listMilliseconds = 2000;
const liveMilliseconds = 700;

/** Makes the view alive. */
export function startRuns() {
  let visible = false;
  let wanted = null;
  let runs = [];
  let view = null;
  let known = "";
  let timer = 0;

  async function refresh() {
    clearTimeout(timer);
    let next = listMilliseconds;
    if (!document.hidden) {
      try {
        const answer = await ask("/api/runs");
        tellOffline(false);
        runs = answer.runs;
        byId("nav-live").hidden = !runs.some((run) => run.running);
        if (visible) {
          list(answer);
          await detail();
        }
        if (visible && selected()?.running) {
          next = liveMilliseconds;
        }
      } catch (failure) {
        tellOffline(Boolean(failure.offline));
      }
    }
    clearTimeout(timer);
    timer = setTimeout(refresh, next);
  }

  /** The run that the address names, else the newest where there is room for it. */
  function selected() {
    return runs.find((run) => run.name === (wanted ?? runs[0]?.name));
  }

  function list(answer) {
    byId("count").textContent = runs.length > 0 ? String(answer.total) : "";
    byId("no-runs").hidden = runs.length > 0;
    byId("no-runs").textContent = answer.note ?? "";
    const focused = document.activeElement?.getAttribute?.("href");
    const items = runs.map((run) => element("li", {}, item(run, run === selected())));
    byId("run-list").replaceChildren(...items);
    // The list is made anew each time; who stands in it by the keyboard stays where they are.
    if (focused?.startsWith("#runs/")) {
      [...byId("run-list").querySelectorAll("a")].find((a) => a.getAttribute("href") === focused)?.focus();
    }
    document.querySelector(".shelf").classList.toggle("chosen", wanted !== null);
  }

  async function detail() {
    const run = selected();
    const body = byId("run-body");
    if (!run) {
      view = null;
      known = "";
      const line = wanted ? `There is no run ${wanted}.` : "A run that is chosen is shown here.";
      body.replaceChildren(element("p", { class: "empty" }, line));
      return;
    }
    const now = JSON.stringify(run);
    if (view?.name === run.name && known === now) {
      return;
    }
    const whole = await ask(`/api/runs/${encodeURIComponent(run.name)}`);
    if (selected()?.name !== run.name) {
      return;
    }
    if (view?.name !== run.name) {
      view = runView(run.name);
      body.replaceChildren(view.element);
    }
    known = now;
    view.update(whole);
  }

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) {
      refresh();
    }
  });
  refresh();

  return {
    /** Shows or leaves the view; `name` is the run that is wanted, null for none in particular. */
    show(isVisible, name) {
      const changed = name !== wanted || isVisible !== visible;
      visible = isVisible;
      wanted = name;
      if (changed && visible) {
        refresh();
      }
    },
  };
}

function item(run, isSelected) {
  const link = element("a", { href: `#runs/${encodeURIComponent(run.name)}` });
  if (isSelected) {
    link.setAttribute("aria-current", "true");
  }
  const right = run.running
    ? element("span", { class: "state running" }, "training")
    : element("span", {}, shown(run.accuracy, percent));
  link.append(element("div", { class: "line head" }, element("span", {}, run.network ?? run.name), right));
  const rest = run.running
    ? `epoch ${run.epoch}/${run.epochs}`
    : run.state === "finished"
      ? `loss ${shown(run.loss, share)}`
      : run.state;
  const about = [run.begun ? date(run.begun) : run.name, run.device].filter(Boolean).join(" · ");
  link.append(element("div", { class: "line rest" }, element("span", {}, about), element("span", {}, rest)));
  if (run.running) {
    link.append(progress(run, "progress"));
  }
  return link;
}

/** How far a training has come, as a bar. */
export function progress(run, name) {
  const part = run.last_step > 0 ? run.step / run.last_step : 0;
  const bar = element("span");
  bar.style.width = `${part * 100}%`;
  return element("div", { class: name, "aria-hidden": "true" }, bar);
}
