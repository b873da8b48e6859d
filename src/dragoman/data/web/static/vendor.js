// What the pictures that move have in common: libraries that come with the pages, their colours, and rows of buttons.

const loading = new Map();

// Load libraries one after the other, each once; they are scripts of this site and stand in vendor/.
export async function load(...names) {
  for (const name of names) {
    if (!loading.has(name)) loading.set(name, loadOne(name));
    await loading.get(name);
  }
}

function loadOne(name) {
  const isStyle = name.endsWith(".css");
  const element = document.createElement(isStyle ? "link" : "script");
  element[isStyle ? "href" : "src"] = addressOf(name);
  if (isStyle) element.rel = "stylesheet";
  return new Promise((resolve, reject) => {
    element.addEventListener("load", resolve);
    element.addEventListener("error", () => reject(new Error(`${name} cannot be loaded`)));
    document.head.append(element);
  });
}

export function addressOf(name) {
  return new URL(`vendor/${name}`, import.meta.url).href;
}

// The data of a page; null where it cannot be had, and then what the server has drawn stays as it is.
export async function read(address) {
  const answer = await fetch(address, { headers: { accept: "application/json" } });
  return answer.ok ? answer.json() : null;
}

// A colour of the style sheet by its name, as it is now: light, dark or forced.
export function tone(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

export function onTones(redraw) {
  for (const what of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
    matchMedia(what).addEventListener("change", redraw);
  }
}

// A row of buttons: what each is called, and what it does.
export function buttons(label, does) {
  const row = document.createElement("div");
  row.className = "tools";
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", label);
  for (const [name, act] of Object.entries(does)) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    button.addEventListener("click", act);
    row.append(button);
  }
  return row;
}
