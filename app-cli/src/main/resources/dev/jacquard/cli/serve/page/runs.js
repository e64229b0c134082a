// The runs: their list, one of them in full, and whichever is training now, live.

import { ask, byId, date, element, percent, share, shown, tellOffline, write } from "./dom.js";
import { runView } from "./run.js";

const listMilliseconds = 2000;
const liveMilliseconds = 700;

/** Makes the view alive. */
export function startRuns() {
  let visible = false;
  let wanted = null;
  let runs = [];
  let total = 0;
  let items = new Map();
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
        total = answer.total;
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
    const chosen = selected();
    items = new Map(runs.map((run) => [run.name, items.get(run.name) ?? runItem(run.name)]));
    runs.forEach((run) => items.get(run.name).update(run, run === chosen));
    arrange(byId("run-list"), [...items.values()].map((item) => item.element));
    document.querySelector(".shelf").classList.toggle("chosen", wanted !== null);
  }

  async function detail() {
    const name = wanted ?? runs[0]?.name;
    const body = byId("run-body");
    const show = (line) => {
      view = null;
      known = "";
      body.replaceChildren(element("p", { class: "empty" }, line));
    };
    if (!name) {
      show("A run that is chosen is shown here.");
      return;
    }
    // Behind the end of a list that is cut there may be what an address names.
    const run = selected();
    if (!run && runs.length === total) {
      show(`There is no run ${name}.`);
      return;
    }
    const now = JSON.stringify(run ?? null);
    if (run && view?.name === name && known === now) {
      return;
    }
    let whole;
    try {
      whole = await ask(`/api/runs/${encodeURIComponent(name)}`);
    } catch (failure) {
      if (failure.status !== 404) {
        throw failure;
      }
    }
    if ((wanted ?? runs[0]?.name) !== name) {
      return;
    }
    if (!whole) {
      show(`There is no run ${name}.`);
      return;
    }
    if (view?.name !== name) {
      view = runView(name);
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

/**
 * Makes these an element's children, in this order. Those that are there and in order stay: a link
 * that is taken out for a moment loses the focus, or the click that has begun on it.
 */
function arrange(parent, children) {
  const focused = document.activeElement;
  [...parent.children].filter((each) => !children.includes(each)).forEach((each) => each.remove());
  let next = parent.firstElementChild;
  for (const child of children) {
    if (child === next) {
      next = next.nextElementSibling;
    } else {
      parent.insertBefore(child, next);
    }
  }
  // Where the order has changed, it may have been moved.
  if (parent.contains(focused)) {
    focused.focus({ preventScroll: true });
  }
}

/** A run's line in the list; `update` shows what /api/runs says of it. */
function runItem(name) {
  // A name that train has made is the time and the network's; another its user has chosen.
  const isTimed = /^\d{8}-\d{6}-/.test(name);
  const title = element("span");
  const right = element("span");
  const about = element("span");
  const rest = element("span");
  const bar = element("span");
  const progress = element("div", { class: "progress", "aria-hidden": "true" }, bar);
  const link = element(
    "a",
    { href: `#runs/${encodeURIComponent(name)}` },
    element("div", { class: "line head" }, title, right),
    element("div", { class: "line rest" }, about, rest),
    progress,
  );
  return {
    element: element("li", {}, link),
    update(run, isSelected) {
      if (isSelected) {
        link.setAttribute("aria-current", "true");
      } else {
        link.removeAttribute("aria-current");
      }
      write(title, isTimed ? (run.network ?? name) : name);
      right.className = run.running ? "state running" : "";
      write(right, run.running ? "training" : shown(run.accuracy, percent));
      const when = run.begun ? date(run.begun) : name;
      write(about, [when, isTimed ? "" : run.network, run.device].filter(Boolean).join(" · "));
      write(rest, standing(run));
      progress.hidden = !run.running;
      bar.style.width = `${run.last_step > 0 ? (run.step / run.last_step) * 100 : 0}%`;
    },
  };
}

/** How a run stands, in a word or two. */
function standing(run) {
  if (run.running) {
    return `epoch ${run.epoch}/${run.epochs}`;
  }
  return run.state === "finished" ? `loss ${shown(run.loss, share)}` : run.state;
}
