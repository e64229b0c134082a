// A picture, however it comes, and what the network says of it.

import { ask, byId, element, percent, tellOffline } from "./dom.js";
import { sketchOn } from "./sketch.js";

const delayAfterStroke = 120;

/** What the server reads. The browser may know other formats. */
const ownFormats = ["image/png", "image/jpeg", "image/gif", "image/bmp"];
const mostConvertedPixels = 2048;

/** Makes the view alive. */
export function startPicture() {
  const stage = byId("stage");
  const preview = byId("preview");
  const sketch = sketchOn(byId("sketch"), byId("nib"), {
    width: () => Number(byId("pen").value),
    drawn: sketched,
    say: (line) => (byId("pen-state").textContent = line),
  });
  let uploadLimit = Infinity;
  let chosen = null;
  let asking = null;
  let waiting = 0;

  function tell(line) {
    byId("picture-error").textContent = line ?? "";
    byId("picture-error").hidden = !line;
  }

  /** What is drawn takes the place of a picture that was chosen. */
  function sketched(isStrokeDone) {
    putAway();
    byId("hint").hidden = true;
    clearTimeout(waiting);
    if (isStrokeDone) {
      waiting = setTimeout(predictSketch, delayAfterStroke);
    }
  }

  function putAway() {
    if (chosen) {
      asking?.abort();
    }
    chosen = null;
    preview.hidden = true;
  }

  /** Takes a file that was chosen, dropped or pasted. */
  function take(file) {
    tell(null);
    if (file.size > uploadLimit) {
      const mebibytes = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
      tell(`The picture has ${mebibytes(file.size)}; at most ${mebibytes(uploadLimit)} are taken.`);
      return;
    }
    clearTimeout(waiting);
    sketch.clear();
    chosen = file;
    URL.revokeObjectURL(preview.src);
    preview.src = URL.createObjectURL(file);
    preview.alt = file.name ? `The chosen picture, ${file.name}` : "The chosen picture";
    preview.hidden = false;
    byId("hint").hidden = true;
    predictFile(file);
  }

  async function predictSketch() {
    const png = await sketch.png();
    // It may have been cleared meanwhile, or a file may have taken its place.
    if (!sketch.isEmpty()) {
      predict(png);
    }
  }

  async function predictFile(file) {
    const png = ownFormats.includes(file.type) ? null : await converted(file);
    if (chosen === file) {
      predict(png ?? file, png ? [`${file.type} made PNG by the browser`] : []);
    }
  }

  function clear() {
    clearTimeout(waiting);
    asking?.abort();
    tell(null);
    sketch.clear();
    putAway();
    byId("hint").hidden = false;
    byId("result").setAttribute("aria-busy", "false");
    forget();
  }

  /** Asks what a picture shows; `before` is what was done to it until here. */
  async function predict(blob, before = []) {
    asking?.abort();
    const mine = new AbortController();
    asking = mine;
    byId("result").setAttribute("aria-busy", "true");
    try {
      const invert = document.querySelector("input[name=invert]:checked").value;
      const answer = await ask(`/api/predict?invert=${invert}`, {
        method: "POST",
        headers: { "Content-Type": blob.type.startsWith("image/") ? blob.type : "application/octet-stream" },
        body: blob,
        signal: mine.signal,
      });
      tell(null);
      tellOffline(false);
      present({ ...answer, done: [...before, ...answer.done] });
    } catch (failure) {
      if (failure.name === "AbortError") {
        return;
      }
      tellOffline(Boolean(failure.offline));
      tell(failure.offline ? null : failure.message);
      forget("No prediction", reason(failure));
    } finally {
      if (asking === mine) {
        byId("result").setAttribute("aria-busy", "false");
      }
    }
  }

  function again() {
    if (chosen) {
      predictFile(chosen);
    } else if (!sketch.isEmpty()) {
      sketched(true);
    }
  }

  for (const id of ["choose", "photograph"]) {
    byId(id).addEventListener("change", (event) => {
      if (event.target.files.length > 0) {
        take(event.target.files[0]);
      }
      // So that the same file can be chosen again.
      event.target.value = "";
    });
  }
  byId("clear").addEventListener("click", clear);
  byId("sketch").addEventListener("keydown", (event) => {
    if (event.key === "Delete" || event.key === "Backspace") {
      clear();
    }
  });
  document.querySelectorAll("input[name=invert]").forEach((each) => each.addEventListener("change", again));
  byId("paste").addEventListener("click", () => pasteFromClipboard(take, tell));

  const pictureIn = (items) =>
    [...(items?.files ?? [])].find((file) => file.type === "" || file.type.startsWith("image/"));
  addEventListener("paste", (event) => {
    const file = pictureIn(event.clipboardData);
    if (file && !byId("classify").hidden) {
      event.preventDefault();
      take(file);
    }
  });
  const dragsFile = (event) => [...event.dataTransfer.types].includes("Files");
  addEventListener("dragover", (event) => {
    if (dragsFile(event)) {
      event.preventDefault();
      stage.classList.toggle("over", !byId("classify").hidden);
    }
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) {
      stage.classList.remove("over");
    }
  });
  addEventListener("drop", (event) => {
    stage.classList.remove("over");
    if (!dragsFile(event)) {
      return;
    }
    event.preventDefault();
    const file = pictureIn(event.dataTransfer);
    location.hash = "#classify";
    if (file) {
      take(file);
    } else {
      tell("What was dropped is not a picture.");
    }
  });
  // A format that the browser cannot show may still be one that the server reads, and the other way.
  preview.addEventListener("error", () => {
    preview.hidden = true;
    byId("hint").hidden = false;
  });
  // Small pictures are shown as what they are, and not as a blur.
  preview.addEventListener("load", () => {
    preview.classList.toggle("small", Math.max(preview.naturalWidth, preview.naturalHeight) <= 128);
  });

  forget();
  return {
    /** Learns which network predicts. */
    describe(model) {
      uploadLimit = model.upload_limit ?? uploadLimit;
      if (model.ready && byId("bars").childElementCount === 0) {
        bars(model.classes, null, -1);
      }
      if (!model.ready) {
        byId("confidence").textContent = model.note;
      }
    },
  };
}

/** Why there is no prediction, in short: what is wrong with a picture is told beside it. */
function reason(failure) {
  if (failure.offline) {
    return "The server does not answer.";
  }
  const isPicture = failure.status >= 400 && failure.status < 500;
  return isPicture ? "The server does not take this picture." : "The server failed.";
}

/** The same picture as PNG; null if the browser cannot read it either. */
async function converted(file) {
  try {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, mostConvertedPixels / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  } catch {
    return null;
  }
}

async function pasteFromClipboard(take, tell) {
  try {
    for (const item of await navigator.clipboard.read()) {
      const type = item.types.find((each) => each.startsWith("image/"));
      if (type) {
        take(await item.getType(type));
        return;
      }
    }
    tell("There is no picture in the clipboard.");
  } catch {
    tell("The browser does not let this page read the clipboard; paste with Ctrl+V instead.");
  }
}

/** Shows an answer of /api/predict. */
function present(answer) {
  const seen = byId("seen");
  seen.src = `data:image/png;base64,${answer.picture}`;
  const size = `${answer.width} × ${answer.height}`;
  seen.alt = `The picture as the network sees it, ${size} pixels`;
  seen.hidden = false;
  byId("unseen-yet").hidden = true;
  byId("seen-caption").textContent = `Network input, ${size}`;
  byId("result").classList.remove("none");
  byId("label").textContent = answer.label;
  byId("confidence").textContent = `${percent(answer.confidence)} confident`;
  bars(answer.classes, answer.probabilities, answer.class);
  byId("done-list").replaceChildren(...answer.done.map((line) => element("li", {}, line)));
  byId("done").hidden = answer.done.length === 0;
  byId("spoken").textContent = `${answer.label}, ${percent(answer.confidence)} confident.`;
}

/** Shows that there is no answer, and why. */
function forget(label = "No picture yet", reason = "Draw something, or choose a picture.") {
  byId("seen").hidden = true;
  byId("unseen-yet").hidden = false;
  byId("seen-caption").textContent = "Network input";
  byId("result").classList.add("none");
  byId("label").textContent = label;
  byId("confidence").textContent = reason;
  byId("done").hidden = true;
  byId("spoken").textContent = "";
  const names = [...document.querySelectorAll("#bars .name")].map((each) => each.textContent);
  bars(names, null, -1);
}

/** A bar for each class, in the network's order, so that they can be compared between pictures. */
function bars(names, probabilities, best) {
  const list = byId("bars");
  if (list.childElementCount !== names.length) {
    list.replaceChildren(...names.map(() => emptyBar()));
  }
  names.forEach((name, i) => {
    const row = list.children[i];
    const value = probabilities ? probabilities[i] : 0;
    row.classList.toggle("best", i === best);
    row.querySelector(".name").textContent = name;
    row.querySelector(".fill").style.width = `${value * 100}%`;
    row.querySelector(".share").textContent = probabilities ? percent(value) : "";
  });
}

function emptyBar() {
  return element(
    "li",
    {},
    element("span", { class: "name" }),
    element("span", { class: "track", "aria-hidden": "true" }, element("span", { class: "fill" })),
    element("span", { class: "share" }),
  );
}
