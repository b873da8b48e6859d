// Long series to zoom into, below the picture that the server has drawn:
//   <figure data-series="/dyads/PRK/USA.json?every=day" data-steps="3650" data-names='{"PRK": "North Korea", …}'
//     data-link="/search?actor={actor}&recipient={recipient}&from={first}&until={last}">
// `data-steps` is how many days, weeks or months there are: where the server's picture shows them all, nothing is added.
// The page's data holds `steps`, each with actor, recipient, first, last, events and reports by quad class.
import { buttons, load, onTones, read, tone } from "./vendor.js";

// As many as charts/steps.py draws.
const MOST = 372;
const HEIGHT = 200;
const DAY = 86400;
const QUADS = {
  verbal_cooperation: "cooperation in words",
  material_cooperation: "cooperation in deeds",
  verbal_conflict: "conflict in words",
  material_conflict: "conflict in deeds",
};

for (const figure of document.querySelectorAll("figure[data-series]")) {
  if (Number(figure.dataset.steps ?? Infinity) > MOST) show(figure);
}

async function show(figure) {
  const page = await read(figure.dataset.series);
  if (!page?.steps?.length) return;
  await load("uplot-1.6.32/uPlot.min.css", "uplot-1.6.32/uPlot.iife.min.js");
  const place = document.createElement("div");
  place.className = "series";
  figure.append(place);
  const told = document.createElement("p");
  told.className = "told";
  told.textContent = "Drag across the columns to look closer, twice click to see all again.";
  const names = JSON.parse(figure.dataset.names ?? "{}");
  const plots = ways(page.steps).map((way) => plotOf(way, page.steps, place, told, figure.dataset.link, names));
  const scale = scaleOf(plots);
  place.prepend(buttons("Time shown", toolsOf(scale)), told);
  const tallest = tallestOf(page.steps);
  for (const plot of plots) {
    plot.onChosen = scale.show;
    plot.setScale("y", { min: -tallest.deeds, max: tallest.words });
  }
  scale.show(...scale.ends);
  new ResizeObserver(() => plots.forEach((plot) => plot.setSize(sizeOf(place)))).observe(place);
  onTones(() => plots.forEach((plot) => plot.redraw()));
}

function ways(steps) {
  return [...new Set(steps.map((step) => `${step.actor} ${step.recipient}`))].sort();
}

function at(day) {
  return Date.parse(`${day}T00:00:00Z`) / 1000;
}

function sizeOf(place) {
  return { width: Math.max(240, place.clientWidth), height: HEIGHT };
}

function sum(counts, ...quads) {
  return quads.reduce((all, quad) => all + (counts[quad] ?? 0), 0);
}

function tallestOf(steps) {
  const most = (...quads) => Math.max(1, ...steps.map((step) => sum(step.events, ...quads)));
  return {
    words: most("verbal_cooperation", "verbal_conflict"),
    deeds: most("material_cooperation", "material_conflict"),
  };
}

// One direction. What lies farther from the line is drawn first, as high as both, and then what lies nearer upon it.
function plotOf(way, steps, place, told, link, names) {
  const mine = steps.filter((step) => `${step.actor} ${step.recipient}` === way);
  const layers = [
    { quads: ["verbal_cooperation", "verbal_conflict"], fill: () => stripes("c-verbal-conflict"), sign: 1 },
    { quads: ["verbal_cooperation"], fill: () => tone("c-verbal-cooperation"), sign: 1 },
    { quads: ["material_cooperation", "material_conflict"], fill: () => stripes("c-material-conflict"), sign: -1 },
    { quads: ["material_cooperation"], fill: () => tone("c-material-cooperation"), sign: -1 },
  ];
  const heights = layers.map(({ quads, sign }) => mine.map((step) => sign * sum(step.events, ...quads)));
  const series = layers.map(({ fill }) => ({ fill, width: 0, points: { show: false }, paths: columns() }));
  const heading = document.createElement("p");
  heading.className = "heading";
  heading.textContent = way.split(" ").map((code) => names[code] ?? (code || "all others")).join(" to ");
  place.append(heading);
  const plot = new uPlot(options(series, place), [mine.map((step) => at(step.first)), ...heights], place);
  plot.over.addEventListener("mousemove", () => tell(mine[plot.cursor.idx], heading.textContent, told));
  plot.over.addEventListener("click", () => follow(mine[plot.cursor.idx], plot, link));
  return plot;
}

function columns() {
  return uPlot.paths.bars({ size: [1, 60], align: 1 });
}

function options(series, place) {
  const lines = { stroke: () => tone("chart-rule"), width: 1 };
  const letters = { stroke: () => tone("chart-muted"), font: "12px system-ui, sans-serif", ticks: { show: false } };
  return {
    ...sizeOf(place),
    padding: [8, 0, 0, 0],
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false } },
    scales: { x: { time: true, auto: false }, y: { auto: false } },
    axes: [
      { ...letters, grid: { show: false }, size: 44 },
      { ...letters, grid: lines, side: 1, size: 44, values: (_, numbers) => numbers.map(countOf) },
    ],
    series: [{}, ...series],
    hooks: {
      draw: [drawLine],
      setSelect: [choose],
      ready: [(plot) => plot.over.addEventListener("dblclick", () => plot.onChosen?.(plot.data[0][0], Infinity))],
    },
  };
}

function countOf(number) {
  return Number.isInteger(number) ? Math.abs(number).toLocaleString("en") : "";
}

function drawLine(plot) {
  const y = Math.round(plot.valToPos(0, "y", true)) + 0.5;
  plot.ctx.strokeStyle = tone("chart-ink");
  plot.ctx.lineWidth = 1;
  plot.ctx.beginPath();
  plot.ctx.moveTo(plot.bbox.left, y);
  plot.ctx.lineTo(plot.bbox.left + plot.bbox.width, y);
  plot.ctx.stroke();
}

function choose(plot) {
  const { left, width } = plot.select;
  if (width < 4) return;
  plot.onChosen?.(plot.posToVal(left, "x"), plot.posToVal(left + width, "x"));
  plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
}

// Level stripes are conflict, as in the picture above.
function stripes(name) {
  const tile = document.createElement("canvas");
  [tile.width, tile.height] = [4, 4];
  const ink = tile.getContext("2d");
  ink.fillStyle = tone(name);
  ink.fillRect(0, 0, 4, 4);
  ink.globalAlpha = 0.55;
  ink.fillStyle = tone("chart-paper");
  ink.fillRect(0, 0, 4, 1);
  return ink.createPattern(tile, "repeat");
}

// All plots show the same time; nothing is shown of which there are no columns.
function scaleOf(plots) {
  const firsts = plots.flatMap((plot) => plot.data[0]);
  const ends = [Math.min(...firsts), Math.max(...firsts) + 31 * DAY];
  const scale = {
    ends,
    shown: ends,
    show(min, max) {
      const least = 7 * DAY;
      const left = Math.max(ends[0], Math.min(min, ends[1] - least));
      scale.shown = [left, Math.min(ends[1], Math.max(max, left + least))];
      plots.forEach((plot) => plot.setScale("x", { min: scale.shown[0], max: scale.shown[1] }));
    },
  };
  return scale;
}

function toolsOf(scale) {
  const zoom = (factor) => () => {
    const [left, right] = scale.shown;
    const [middle, half] = [(left + right) / 2, ((right - left) / 2) * factor];
    scale.show(middle - half, middle + half);
  };
  const move = (share) => () => {
    const [left, right] = scale.shown;
    const wanted = share * (right - left);
    const by = Math.max(scale.ends[0] - left, Math.min(scale.ends[1] - right, wanted));
    scale.show(left + by, right + by);
  };
  return {
    Closer: zoom(0.5),
    Farther: zoom(2),
    Earlier: move(-0.5),
    Later: move(0.5),
    "All the time": () => scale.show(...scale.ends),
  };
}

function tell(step, between, told) {
  if (!step) return;
  const parts = Object.entries(QUADS).filter(([quad]) => step.events[quad]);
  const counts = parts.map(([quad, words]) => `${words} ${step.events[quad]} (${step.reports[quad]} reports)`);
  const days = step.last && step.last !== step.first ? `${step.first} to ${step.last}` : step.first;
  told.textContent = `${days}, ${between}: ${counts.join(", ") || "nothing"}`;
}

// A click, not the end of a drag.
function follow(step, plot, link) {
  if (!step || !link || plot.select.width > 0) return;
  const values = { ...step, last: step.last ?? step.first };
  location.assign(link.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[name] ?? "")));
}
