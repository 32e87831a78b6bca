// A car's map and its charts.
import { drawMap } from "./map.js";

const charts = document.getElementById("charts");
const map = drawMap(document.getElementById("map"), { follows: charts.dataset.car });
const narrow = matchMedia("(width < 60rem)");

let hours = 24;
let asked = 0;
let plots = [];
let last = null;

const KINDS = [
  { id: "store", lines: [["store", "charging", "%"]], range: [0, 100], fill: true, digits: 1 },
  { id: "speed", lines: [["speed", "driving", "km/h"]], range: [0, null], fill: true, digits: 0 },
  { id: "odometer", lines: [["odometer", "brand", "km"]], range: [null, null], digits: 1 },
  { id: "temperature", lines: [["outside", "driving", "°C"], ["cabin", "warn", "°C"]], range: [null, null], digits: 1 },
];

function colour(name, strength = 100) {
  const probe = document.createElement("i");
  probe.style.color = `color-mix(in srgb, var(--${name}) ${strength}%, transparent)`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

/** Of a plug-in hybrid the first chart shows battery and tank; of any other car the one it has. */
function lines(kind) {
  const isBoth = kind.id === "store" && last.charge.some(isTold) && last.fuel.some(isTold);
  return isBoth ? [["charge", "charging", "%"], ["fuel", "warn", "%"]] : kind.lines;
}

function isTold(value) {
  return value !== null && value !== undefined;
}

function options(kind, width) {
  const soft = colour("soft");
  const axis = { stroke: soft, font: "11px Geist, system-ui, sans-serif", grid: { stroke: colour("line"), width: 1 }, ticks: { show: false } };
  return {
    width, height: 168, pxAlign: false, padding: [10, 22, 0, 0], legend: { show: false },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
    cursor: { y: false, points: { size: 7 }, sync: { key: "car" }, drag: { x: false, y: false } },
    scales: {
      y: { range: (_, low, high) => {
        const [from, to] = kind.range;
        const room = Math.max((high - low) * 0.1, 1);
        return [from ?? low - room, to ?? Math.max(high + room, (from ?? low) + 5)];
      } },
    },
    axes: [
      { ...axis, space: 64, size: 26, values: (_, splits, __, ___, step) => splits.map((at) => label(at, step)) },
      { ...axis, size: (_, values) => 12 + 7 * Math.max(2, ...(values ?? []).map((each) => each.length)), space: 34, values: (_, splits) => splits.map((value) => value.toLocaleString("en")) },
    ],
    series: [{}, ...lines(kind).map(([, tone], n) => ({
      stroke: colour(tone), width: 1.75, points: { show: false }, fill: kind.fill && !n ? colour(tone, 10) : undefined,
    }))],
    hooks: { setCursor: [(plot) => read(kind, plot.cursor.idx)] },
  };
}

function label(at, step) {
  const time = new Date(at * 1000);
  const isMidnight = at % 86400 === 0;
  const day = { day: "numeric", month: "short", timeZone: "UTC" };
  if (step >= 86400 || isMidnight) return time.toLocaleDateString("en-GB", day);
  return time.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "UTC" });
}

function read(kind, index) {
  if (!last) return;
  const place = index ?? last.at.length - 1;
  const shown = document.querySelector(`[data-reads="${kind.id}"]`);
  if (!shown) return;
  const drawn = lines(kind);
  const told = drawn
    .map(([name, , unit]) => [name, last[name][place], unit])
    .filter(([, value]) => isTold(value))
    .map(([name, value, unit]) => {
      const each = document.createElement("span");
      each.className = name;
      if (drawn.length > 1) each.append(document.createElement("i"), `${name} `); // the key, too
      each.append(`${value.toLocaleString("en", { maximumFractionDigits: kind.digits })} ${unit}`);
      return each;
    });
  shown.replaceChildren(...told);
}

function draw() {
  for (const plot of plots) plot.destroy();
  plots = KINDS.map((kind) => {
    const box = document.getElementById(`chart-${kind.id}`);
    const plot = new uPlot(options(kind, box.clientWidth), data(kind), box);
    read(kind, null);
    return plot;
  });
}

function data(kind) {
  return [last.at, ...lines(kind).map(([name]) => last[name])];
}

async function refresh(anew = false) {
  const mine = ++asked;
  if (!charts.isConnected) return;
  const found = await fetch(`/cars/${charts.dataset.car}/history.json?hours=${hours}`)
    .then((reply) => reply.ok ? reply.json() : null)
    .catch(() => null); // the page says by itself that the simulator does not answer
  if (!found || mine !== asked) return;
  const { samples } = found;
  const column = (name) => samples.map((each) => each[name]);
  last = {
    at: samples.map((each) => Date.parse(each.at) / 1000),
    charge: column("chargePercent"), fuel: column("fuelPercent"),
    store: samples.map((each) => each.chargePercent ?? each.fuelPercent),
    speed: column("speedKmh"), odometer: column("odometerKm"), outside: column("outsideC"), cabin: column("cabinC"),
  };
  if (anew || !plots.length) return draw();
  plots.forEach((plot, n) => { plot.setData(data(KINDS[n])); read(KINDS[n], null); });
}

let waits = null;
document.body.addEventListener("live:cars", ({ detail }) => {
  map.show(detail);
  waits ??= setTimeout(() => { waits = null; refresh(); }, 1500);
});
document.getElementById("spans").addEventListener("click", (event) => {
  const button = event.target.closest("[data-hours]");
  if (!button) return;
  hours = Number(button.dataset.hours);
  for (const each of button.parentElement.children) each.ariaPressed = String(each === button);
  refresh();
});
document.addEventListener("theme", () => last && draw());
let width = innerWidth;
addEventListener("resize", () => { if (last && innerWidth !== width) { width = innerWidth; draw(); } });
narrow.addEventListener("change", () => last && draw());
refresh(true);

// --- signals ----------------------------------------------------------------------------------

const find = document.getElementById("find-signal");
const onlyAble = document.getElementById("only-able");
function sift() {
  const wanted = find.value.trim().toLowerCase();
  for (const group of document.querySelectorAll("#signals tbody")) {
    let shown = 0;
    for (const row of group.querySelectorAll("tr[id]")) {
      const isUnable = onlyAble.checked && "unable" in row.dataset;
      row.hidden = isUnable || !row.textContent.toLowerCase().includes(wanted);
      shown += !row.hidden;
    }
    group.hidden = !shown;
  }
}
find.addEventListener("input", sift);
onlyAble.addEventListener("change", sift);
document.body.addEventListener("htmx:afterSettle", sift);
