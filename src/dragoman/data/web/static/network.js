// The network of parties, above the table that says the same:
//   <div class="network" data-network="/network.json?…"></div>
// A click on a line opens what is between the two, a click on a party its page.
import { buttons, load, onTones, read, tone } from "./vendor.js";

// From this share of conflict on a line is broken, so that it is told without colour too.
const MOSTLY = 0.5;
// Pixels of a name, however small the network has to be drawn to fit.
const NAME = 12;

for (const place of document.querySelectorAll("[data-network]")) show(place);

async function show(place) {
  const page = await read(place.dataset.network);
  if (!page?.nodes?.length) return;
  await load("cytoscape-3.34.4/cytoscape.min.js");
  withoutStyleElement();
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", labelOf(page));
  place.classList.add("drawn");
  const network = cytoscape({
    container: place,
    elements: elementsOf(page),
    style: styles(),
    layout: layoutOf(),
    // The wheel is for the page; there are buttons.
    userZoomingEnabled: false,
    minZoom: 0.2,
    maxZoom: 4,
    boxSelectionEnabled: false,
    autounselectify: true,
  });
  network.on("tap", "edge", ({ target }) => open("dyads", target.data("source"), target.data("target")));
  network.on("tap", "node", ({ target }) => open("parties", target.id()));
  network.on("mouseover", "node, edge", ({ target }) => (place.title = target.data("told")));
  network.on("mouseout", "node, edge", () => (place.title = ""));
  place.before(buttons("Network", toolsOf(network)));
  place.after(legend());
  const name = NAME / Math.min(1, network.zoom());
  const restyle = () => network.style(styles(name));
  restyle();
  network.fit(undefined, 24);
  onTones(restyle);
}

// The library puts a style element into the page unless it finds its own there, and the page's policy refuses those;
// what it would say stands in charts.css.
function withoutStyleElement() {
  const id = "__________cytoscape_stylesheet";
  if (document.getElementById(id)) return;
  const mark = document.createElement("meta");
  mark.id = id;
  document.head.append(mark);
}

function open(...parts) {
  location.assign(`/${parts.map(encodeURIComponent).join("/")}`);
}

function labelOf(page) {
  return `Network of ${page.nodes.length} parties and ${page.edges.length} ties; the table below says the same`;
}

function counted({ events, reports }) {
  return `${events} event${events === 1 ? "" : "s"} in ${reports} report${reports === 1 ? "" : "s"}`;
}

// Parties begin on a circle, the largest first, so that the same network is always drawn alike.
function elementsOf(page) {
  const names = Object.fromEntries(page.nodes.map((node) => [node.code, node.name || node.code]));
  const most = Math.max(1, ...page.edges.map((edge) => edge.events));
  const nodes = page.nodes.map((node, number) => {
    const turn = (2 * Math.PI * number) / page.nodes.length;
    const radius = 60 + 24 * Math.sqrt(page.nodes.length);
    return {
      data: {
        id: node.code,
        label: names[node.code],
        size: 8 + 3.5 * Math.log2(1 + node.events),
        told: `${names[node.code]}: ${counted(node)}`,
      },
      position: { x: radius * Math.cos(turn), y: radius * Math.sin(turn) },
    };
  });
  const edges = page.edges.map((edge) => {
    const conflict = edge.events ? edge.conflict / edge.events : 0;
    return {
      data: {
        id: `${edge.actor} ${edge.recipient}`,
        source: edge.actor,
        target: edge.recipient,
        width: 1 + (7 * Math.log2(1 + edge.events)) / Math.log2(1 + most),
        conflict,
        line: conflict >= MOSTLY ? "dashed" : "solid",
        told: `${names[edge.actor]} to ${names[edge.recipient]}: ${counted(edge)}, ${edge.conflict} of them conflict`,
      },
    };
  });
  return { nodes, edges };
}

function layoutOf() {
  return {
    name: "cose",
    randomize: false,
    animate: false,
    nodeDimensionsIncludeLabels: true,
    // So that those with many ties do not stick together, and those with one do not fly away.
    nodeRepulsion: () => 400000,
    idealEdgeLength: () => 90,
    edgeElasticity: () => 100,
    gravity: 60,
    numIter: 1000,
    padding: 24,
  };
}

function styles(name = NAME) {
  const hue = (edge) => mixed(tone("c-material-cooperation"), tone("c-material-conflict"), edge.data("conflict"));
  return [
    {
      selector: "node",
      style: {
        label: "data(label)",
        width: "data(size)",
        height: "data(size)",
        "background-color": tone("c-ended"),
        color: tone("chart-ink"),
        "font-family": "system-ui, sans-serif",
        "font-size": name,
        "text-valign": "bottom",
        "text-margin-y": 4,
        "text-outline-color": tone("chart-paper"),
        "text-outline-width": 2.5,
      },
    },
    {
      selector: "edge",
      style: {
        width: "data(width)",
        "line-color": hue,
        "line-style": "data(line)",
        "line-opacity": 0.85,
        "curve-style": "bezier",
        "target-arrow-shape": "triangle",
        "target-arrow-color": hue,
        "arrow-scale": 0.8,
      },
    },
  ];
}

// A colour between two, by a share of the second; named colours, as forced ones are, do not mix.
function mixed(one, other, share) {
  if (!one.startsWith("#") || !other.startsWith("#")) return share >= MOSTLY ? other : one;
  const parts = (colour) => [1, 3, 5].map((from) => parseInt(colour.slice(from, from + 2), 16));
  const [first, second] = [parts(one), parts(other)];
  return `rgb(${first.map((value, place) => Math.round(value + share * (second[place] - value))).join(",")})`;
}

function legend() {
  const told = document.createElement("p");
  told.className = "told";
  told.textContent =
    "Solid and blue: most events are cooperation. Broken and orange: half or more are conflict. Wider: more events. " +
    "A click on a line opens what is between the two, a click on a party its page.";
  return told;
}

function toolsOf(network) {
  const zoom = (factor) => () => {
    const middle = { x: network.width() / 2, y: network.height() / 2 };
    network.zoom({ level: network.zoom() * factor, renderedPosition: middle });
  };
  return { Closer: zoom(1.4), Farther: zoom(1 / 1.4), "All of it": () => network.fit(undefined, 24) };
}
