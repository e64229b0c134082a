// Small things that the other files share: elements, numbers as people read them, requests.

/** The element with this id. */
export const byId = (id) => document.getElementById(id);

/** A new element; its children are elements or texts, never markup. */
export function element(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** The same for SVG. */
export function drawn(name, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function filled(made, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

/** Has an element say this; what says it already is left alone, and a selection in it with it. */
export function write(place, text) {
  if (place.textContent !== text) {
    place.textContent = text;
  }
}

const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

/** A number by `form`; a dash for what is not known. */
export const shown = (value, form) => (isNumber(value) ? form(value) : "–");

export const percent = (share) => `${(share * 100).toFixed(share > 0.9995 && share < 1 ? 2 : 1)} %`;
/** A share that is round, as percents without what is not needed. */
export const roundPercent = (share) => `${Number((share * 100).toPrecision(6))} %`;
export const share = (value) => (Math.abs(value) < 1e6 ? value.toFixed(4) : value.toExponential(4));
export const whole = (value) => Math.round(value).toLocaleString("en-GB");

export function duration(seconds) {
  const all = Math.round(seconds);
  const two = (value) => String(value).padStart(2, "0");
  return all >= 3600
    ? `${Math.floor(all / 3600)}:${two(Math.floor(all / 60) % 60)}:${two(all % 60)}`
    : `${Math.floor(all / 60)}:${two(all % 60)}`;
}

export function date(milliseconds) {
  const form = { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" };
  return new Date(milliseconds).toLocaleString("en-GB", form);
}

/**
 * Asks the server. Throws an Error whose message is the server's line, or one with `offline` where
 * no answer came.
 */
export async function ask(address, options = {}) {
  let response;
  try {
    response = await fetch(address, options);
  } catch (failure) {
    if (failure.name !== "AbortError") {
      failure.offline = true;
    }
    throw failure;
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    const refused = new Error(answer.error ?? `The server answered ${response.status}.`);
    refused.status = response.status;
    throw refused;
  }
  return answer;
}

/** Says so while the server does not answer. */
export function tellOffline(isOffline) {
  byId("offline").hidden = !isOffline;
}
