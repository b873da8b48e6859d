// Draws the outlines of all countries as flat paths: see the README beside it. Writes world.json.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { geoArea, geoCentroid, geoEqualEarth, geoPath } from "d3-geo";
import { feature } from "topojson-client";

// Twice the pixels of a map on a desk: at whole numbers no corner is off by more than a quarter of a pixel.
const WIDTH = 2000;
const LEFT_OUT = new Set(["Antarctica"]);
const require = createRequire(import.meta.url);

const codes = table(new URL("./countries.tsv", import.meta.url));
const coarse = countries("110m");
const drawn = { type: "FeatureCollection", features: coarse.filter((country) => !LEFT_OUT.has(nameOf(country))) };
const projection = geoEqualEarth().fitWidth(WIDTH, drawn);
const [, [, height]] = geoPath(projection).bounds(drawn);

const shapes = drawn.features
  .map((country) => ({ code: codeOf(country), atlas: nameOf(country), path: pathOf(country) }))
  .sort((one, other) => (one.atlas < other.atlas ? -1 : 1));
const shown = new Set(shapes.map((shape) => shape.code));
const points = codes.filter(({ code }) => !shown.has(code)).map(pointOf);
const world = { width: WIDTH, height: Math.ceil(height), shapes, points };
writeFileSync(new URL("./world.json", import.meta.url), lines(world));

function table(address) {
  const [, ...rows] = readFileSync(address, "utf8").trim().split("\n");
  return rows.map((row) => row.split("\t")).map(([numeric, code, name]) => ({ numeric, code, name }));
}

function countries(scale) {
  const topology = JSON.parse(readFileSync(require.resolve(`world-atlas/countries-${scale}.json`), "utf8"));
  return feature(topology, topology.objects.countries).features;
}

function nameOf(country) {
  return country.properties.name;
}

function codeOf(country) {
  const found = codes.find(({ numeric, name }) => (country.id ? numeric === country.id : name === nameOf(country)));
  return found ? found.code : "";
}

// What is too small for the coarse outlines is a point in its middle; that of the largest of several shapes of one code.
function pointOf({ numeric, code, name }) {
  const known = (country) => country.id === numeric;
  const found = countries("50m").filter(known).concat(countries("10m").filter(known));
  const largest = found.sort((one, other) => geoArea(other) - geoArea(one))[0];
  const at = geoCentroid(largest).map((degrees) => Math.round(10 * degrees) / 10);
  const [x, y] = projection(at).map(Math.round);
  return { code, atlas: name, x, y, at };
}

// A path of whole numbers, each corner told by its distance from the one before.
function pathOf(country) {
  let path = "", last = [0, 0], start = [0, 0], isOpen = false;
  const round = (x, y) => [Math.round(x), Math.round(y)];
  const context = {
    beginPath() {},
    moveTo(x, y) { start = last = round(x, y); isOpen = false; },
    lineTo(x, y) {
      const next = round(x, y), [dx, dy] = [next[0] - last[0], next[1] - last[1]];
      if (dx === 0 && dy === 0) return;
      if (!isOpen) path += `M${start[0]} ${start[1]}l`;
      path += `${isOpen && dx >= 0 ? " " : ""}${dx}${dy < 0 ? "" : " "}${dy}`;
      isOpen = true;
      last = next;
    },
    closePath() { if (isOpen) path += "z"; },
    arc() {},
  };
  geoPath(projection, context)(country);
  return path;
}

// A line for each country, so that a change of one is a change of one line.
function lines({ width, height, shapes, points }) {
  const each = (records) => records.map((record) => JSON.stringify(record)).join(",\n");
  return `{"width": ${width}, "height": ${height}, "shapes": [\n${each(shapes)}\n], "points": [\n${each(points)}\n]}\n`;
}
