// Drawing by hand: with a pointer of any kind, or with the keyboard.

const paper = "#ffffff";
const ink = "#141414";

/**
 * Makes a canvas one to draw on.
 *
 * @param nib shows where the keyboard's pen is, and whether it is down
 * @param width gives the pen's width now
 * @param drawn is called when a stroke begins and when one is done
 * @param say tells whoever does not see the nib
 */
export function sketchOn(canvas, nib, { width, drawn, say }) {
  const context = canvas.getContext("2d");
  const strokes = new Map();
  const pen = { x: canvas.width / 2, y: canvas.height / 2, down: false };
  let empty = true;

  function clear() {
    context.fillStyle = paper;
    context.fillRect(0, 0, canvas.width, canvas.height);
    if (pen.down) {
      lower(false);
    }
    empty = true;
  }

  function lower(isDown) {
    pen.down = isDown;
    nib.classList.toggle("down", isDown);
    say(isDown ? "Pen down" : "Pen up");
  }

  function showNib() {
    nib.style.left = `${(pen.x / canvas.width) * 100}%`;
    nib.style.top = `${(pen.y / canvas.height) * 100}%`;
    nib.style.width = `${(width() / canvas.width) * 100}%`;
    nib.hidden = false;
  }

  const hideNib = () => (nib.hidden = true);

  function line(from, to) {
    context.strokeStyle = ink;
    context.lineWidth = width();
    context.lineCap = "round";
    context.lineJoin = "round";
    context.beginPath();
    context.moveTo(from.x, from.y);
    // A dot is a line that has some length.
    context.lineTo(to.x + 0.01, to.y);
    context.stroke();
    empty = false;
  }

  function place(event) {
    const box = canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) * canvas.width) / box.width,
      y: ((event.clientY - box.top) * canvas.height) / box.height,
    };
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) {
      return;
    }
    hideNib();
    canvas.setPointerCapture(event.pointerId);
    const at = place(event);
    strokes.set(event.pointerId, at);
    line(at, at);
    drawn(false);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (strokes.has(event.pointerId)) {
      for (const part of event.getCoalescedEvents?.() ?? [event]) {
        const at = place(part);
        line(strokes.get(event.pointerId), at);
        strokes.set(event.pointerId, at);
      }
    }
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, (event) => {
      if (strokes.delete(event.pointerId)) {
        drawn(true);
      }
    });
  }

  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const within = (value, most) => Math.min(Math.max(value, 0), most);
  canvas.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (step) {
      const far = event.shiftKey ? 48 : 12;
      const to = {
        x: within(pen.x + step[0] * far, canvas.width),
        y: within(pen.y + step[1] * far, canvas.height),
      };
      if (pen.down) {
        line(pen, to);
        drawn(true);
      }
      Object.assign(pen, to);
    } else if (event.key === " " && !event.repeat) {
      lower(!pen.down);
      if (pen.down) {
        line(pen, pen);
        drawn(true);
      }
    } else {
      return;
    }
    showNib();
    event.preventDefault();
  });
  canvas.addEventListener("focus", () => {
    if (canvas.matches(":focus-visible")) {
      showNib();
    }
  });
  canvas.addEventListener("blur", hideNib);

  clear();
  return {
    clear,
    isEmpty: () => empty,
    png: () => new Promise((resolve) => canvas.toBlob(resolve, "image/png")),
  };
}
