// Turns the map that the server has drawn: as a globe, closer, and round. Countries keep their shades, links and titles;
// only their outlines are drawn anew, from the atlas that comes with the pages, once a button is pressed.
import { addressOf, buttons, load, read } from "./vendor.js";

const ATLAS = "world-atlas-2.0.2/countries-110m.json";
// Degrees that a button turns the map by, and the factor of a step closer.
const TURN = 20;
const STEP = 1.5;
const FARTHEST = 1;
const CLOSEST = 12;
// Pixels that a pointer must move before a click is a drag.
const DRAG = 4;
const START = { isGlobe: false, closer: 1, east: 11, north: 20 };

for (const drawn of document.querySelectorAll("svg.world")) prepare(drawn);

function prepare(drawn) {
  const view = { drawn, ...START, countries: null, asDrawn: remembered(drawn) };
  const change = (how) => async () => {
    view.countries ??= await countries();
    how(view);
    view.closer = Math.min(CLOSEST, Math.max(FARTHEST, view.closer));
    view.north = Math.min(85, Math.max(-85, view.north));
    redraw(view);
  };
  const turn = (east, north) => change((it) => {
    it.east += (east * TURN) / it.closer;
    it.north += (north * TURN) / it.closer;
  });
  const row = buttons("Map", {
    Globe: change((it) => (it.isGlobe = true)),
    Flat: () => Object.assign(view, START) && view.asDrawn(),
    Closer: change((it) => (it.closer *= STEP)),
    Farther: change((it) => (it.closer /= STEP)),
    West: turn(-1, 0),
    East: turn(1, 0),
    North: turn(0, 1),
    South: turn(0, -1),
  });
  drawn.before(row);
  letDrag(view);
}

// What the server has drawn, to go back to.
function remembered(drawn) {
  const kept = [...drawn.querySelectorAll("[data-atlas], [data-at]")].map((country) => [
    country,
    ["d", "cx", "cy"].filter((name) => country.hasAttribute(name)).map((name) => [name, country.getAttribute(name)]),
  ]);
  return () => {
    for (const [country, places] of kept) {
      places.forEach(([name, value]) => country.setAttribute(name, value));
      country.removeAttribute("visibility");
    }
    drawn.querySelector(".sphere")?.remove();
  };
}

async function countries() {
  await load("d3-array-3.2.5/d3-array.min.js", "d3-geo-3.1.2/d3-geo.min.js", "topojson-client-3.1.0/topojson-client.min.js");
  const atlas = await read(addressOf(ATLAS));
  const all = topojson.feature(atlas, atlas.objects.countries).features;
  return new Map(all.map((country) => [country.properties.name, country]));
}

function projectionOf({ drawn, isGlobe, closer, east, north }) {
  const { x, y, width, height } = drawn.viewBox.baseVal;
  const middle = [x + width / 2, y + height / 2];
  if (isGlobe) {
    const globe = d3.geoOrthographic().rotate([-east, -north]).clipAngle(90);
    return globe.scale((height / 2 - 8) * closer).translate(middle).precision(0.5);
  }
  // As wide as the server's map; closer or turned, what is looked at stands in the middle.
  const flat = d3.geoEqualEarth().rotate([-east, 0]).fitWidth(width, { type: "Sphere" });
  flat.scale(flat.scale() * closer).translate([0, 0]);
  const [, top] = flat([east, north]);
  return flat.translate([middle[0], middle[1] - top]);
}

function redraw(view) {
  const projection = projectionOf(view);
  const path = d3.geoPath(projection).digits(1);
  for (const country of view.drawn.querySelectorAll("[data-atlas]")) {
    country.setAttribute("d", path(view.countries.get(country.dataset.atlas)) ?? "");
  }
  for (const dot of view.drawn.querySelectorAll("[data-at]")) {
    const at = dot.dataset.at.split(" ").map(Number);
    const [x, y] = projection(at);
    dot.setAttribute("cx", x.toFixed(1));
    dot.setAttribute("cy", y.toFixed(1));
    const isBehind = view.isGlobe && d3.geoDistance(at, [view.east, view.north]) > Math.PI / 2;
    dot.setAttribute("visibility", isBehind ? "hidden" : "visible");
  }
  drawSphere(view, path);
}

function drawSphere({ drawn, isGlobe }, path) {
  let sphere = drawn.querySelector(".sphere");
  if (!sphere) {
    sphere = document.createElementNS("http://www.w3.org/2000/svg", "path");
    sphere.setAttribute("class", "sphere");
    drawn.querySelector(".land").prepend(sphere);
  }
  sphere.setAttribute("d", isGlobe ? path({ type: "Sphere" }) : "");
  drawn.classList.add("turned");
}

// A globe is turned by dragging it; a link is followed only where the pointer has not moved.
function letDrag(view) {
  let from = null;
  let hasMoved = false;
  view.drawn.addEventListener("pointerdown", (event) => {
    from = view.isGlobe ? event : null;
    hasMoved = false;
  });
  view.drawn.addEventListener("dragstart", (event) => event.preventDefault());
  addEventListener("pointerup", () => (from = null));
  addEventListener("pointermove", (event) => {
    if (!from || Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY) < (hasMoved ? 1 : DRAG)) return;
    hasMoved = true;
    const degrees = 100 / (view.drawn.clientHeight * view.closer);
    view.east -= (event.clientX - from.clientX) * degrees;
    view.north = Math.min(85, Math.max(-85, view.north + (event.clientY - from.clientY) * degrees));
    from = event;
    requestAnimationFrame(() => redraw(view));
  });
  view.drawn.addEventListener("click", (event) => hasMoved && event.preventDefault(), { capture: true });
}
