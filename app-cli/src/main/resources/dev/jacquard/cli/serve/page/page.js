// The page: which view is shown, and what stands in its head.

import { ask, byId, element, percent, tellOffline } from "./dom.js";
import { startPicture } from "./picture.js";
import { startRuns } from "./runs.js";

const views = ["classify", "runs"];
const picture = startPicture();
const runs = startRuns();

/** A name out of an address; the text itself where it is none, as nobody's name. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Shows what the address behind # names: classify, runs, runs/NAME. */
function show() {
  const [name, ...rest] = location.hash.slice(1).split("/");
  if (name !== "" && !views.includes(name)) {
    // A place within the view that is shown, as for the link to the content.
    return;
  }
  const view = name || views[0];
  for (const each of views) {
    byId(each).hidden = each !== view;
    const link = byId(`nav-${each}`);
    if (each === view) {
      link.setAttribute("aria-current", "page");
    } else {
      link.removeAttribute("aria-current");
    }
  }
  document.title = view === "runs" ? "Runs – Jacquard" : "Jacquard";
  runs.show(view === "runs", rest.length > 0 ? decoded(rest.join("/")) : null);
}

/** Asks which network predicts; again later while there is none yet. */
async function describeModel() {
  try {
    const model = await ask("/api/model");
    tellOffline(false);
    const place = byId("model");
    place.replaceChildren();
    if (model.ready) {
      place.append(element("b", {}, model.network), ` from ${model.source}`);
      if (typeof model.accuracy === "number") {
        place.append(`, test accuracy ${percent(model.accuracy)}`);
      }
      place.append(` · ${model.device}`);
    } else {
      place.append(model.note);
      setTimeout(describeModel, 5000);
    }
    picture.describe(model);
  } catch (failure) {
    tellOffline(Boolean(failure.offline));
    setTimeout(describeModel, 3000);
  }
}

addEventListener("hashchange", show);
show();
describeModel();
