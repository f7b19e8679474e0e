"use strict";
// The picture of a graph that can be searched, walked and saved. All words come from the data block and reach the
// page as text nodes or canvas text, never as markup.
(() => {
const data = JSON.parse(document.getElementById("data").textContent);
const $ = id => document.getElementById(id);
const nodes = data.nodes, edges = data.edges, statements = data.statements;
const canvas = $("canvas"), stage = $("stage"), panel = $("panel"), search = $("search"), results = $("results");
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
const view = { x: 0, y: 0, k: 1 };
const off = new Set();            // classes and groups that the legend hides
let lang = data.lang, chosen = null, chosenEdge = null, hovered = null, settling = 0, drawing = false, listed = [], at = -1;
let painted = [];                 // what the last painting put where, for the pointer

const most = Math.max(1, ...nodes.map(n => n.w[0]));
nodes.forEach((n, i) => {
  n.i = i; n.near = []; n.said = []; n.told = []; n.on = !!n.at; n.r = 10 + 12 * Math.sqrt(n.w[0] / most);
  if (n.at) [n.x, n.y] = n.at;
});
edges.forEach((e, i) => { e.i = i; nodes[e.s].near.push(e); nodes[e.t].near.push(e); });
statements.forEach((s, i) => {
  for (const n of s.by) nodes[n].said.push(i);
  for (const n of s.of) nodes[n].told.push(i);
});
const first = nodes.filter(n => n.on).map(n => n.i);

// ---------------------------------------------------------------------------------------------------------- words

const persian = text => text.replace(/[0-9]/g, d => String.fromCharCode(0x6f0 + +d));
const count = n => lang === "fa" ? persian(n.toLocaleString("en").replace(/,/g, "\u066c")) : n.toLocaleString("en");
const word = (key, values = {}) => data.words[lang][key].replace(/\{(\w+)\}/g, (_, k) =>
  typeof values[k] === "number" ? count(values[k]) : values[k] ?? "");
/** The text of a [Persian, English] pair and the language it is in. */
const say = pair => lang === "en" ? (pair[1] ? [pair[1], "en"] : [pair[0], "fa"]) : (pair[0] ? [pair[0], "fa"] : [pair[1], "en"]);
const way = of => of === "fa" ? "rtl" : "ltr";
const plain = text => text.replace(/[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g, "").replace(/\s+/g, " ").trim();
/** A text for one line of the picture: dates and numbers with dashes keep their order in a right-to-left line. */
const line = text => plain(text).replace(/[0-9\u06f0-\u06f9]+(?:[-\u2010-\u2013][0-9\u06f0-\u06f9]+)+/g, "\u2066$&\u2069");
const joined = pairs => {
  const said = pairs.map(say).filter(p => p[0]);
  const of = said.some(p => p[1] === lang) ? lang : said.length ? said[0][1] : lang;
  return [said.map(([t, own]) => own === of ? line(t) : (own === "fa" ? "\u2067" : "\u2066") + line(t) + "\u2069").join(" · "), of];
};
const folding = new Map([...data.fold[0]].map((c, i) => [c, [...data.fold[1]][i]]));
/** The spelling under which names are compared: the one the keys of the nodes are made with. */
const fold = text => [...text].map(c => folding.get(c) ?? c).join("").replace(/[\u064b-\u0652\u0670]/g, "")
  .replace(/آ/g, "ا").replace(/[ءـ]/g, "").replace(/[^\p{L}\p{N}]/gu, "").toLowerCase();

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value);
  }
  element.append(...children.filter(c => c !== null && c !== undefined));
  return element;
}
const bdi = ([text, of], more = {}) => make("bdi", { lang: of, dir: way(of), ...more }, text);

// --------------------------------------------------------------------------------------------------- what is shown

const seen = n => n.on && !off.has(n.k);
const parts = e => e.p.filter(p => !off.has(p[0]));
const drawn = e => seen(nodes[e.s]) && seen(nodes[e.t]) && parts(e).length > 0;
const other = (e, n) => nodes[e.s === n.i ? e.t : e.s];

const measuring = document.createElement("canvas").getContext("2d");
function wide(text, size, bold) {
  measuring.font = `${bold ? "bold " : ""}${size}px ${data.fonts}`;
  return measuring.measureText(text).width;
}
/** The lines of a node's label and how wide they are, worked out once for each language. */
function label(n) {
  if (n.label && n.label.lang === lang) return n.label;
  const [text, of] = say(n.n), found = [""];
  for (const w of line(text).split(" ")) {
    const longer = found.at(-1) ? found.at(-1) + " " + w : w;
    if (!found.at(-1) || wide(longer, 14) <= 150) found[found.length - 1] = longer; else found.push(w);
  }
  if (found.length > 3) { found.length = 3; found[2] += " …"; }
  const note = joined(n.note);
  const width = Math.max(...found.map(l => wide(l, 14)), note[0] ? wide(note[0], 11) : 0);
  return n.label = { lang, lines: found, of, note, width, height: found.length * 19 + (note[0] ? 15 : 0) };
}

// ------------------------------------------------------------------------------------------------------------ pens

/** Paints on a canvas. */
class CanvasPen {
  constructor(context) { this.c = context; }
  line(x1, y1, x2, y2, colour, width, dashed, alpha) {
    const c = this.c; c.globalAlpha = alpha; c.strokeStyle = colour; c.lineWidth = width;
    c.setLineDash(dashed ? [5, 4] : []); c.beginPath(); c.moveTo(x1, y1); c.lineTo(x2, y2); c.stroke(); c.setLineDash([]);
    c.globalAlpha = 1;
  }
  shape(points, x, y, r, fill, stroke, width, alpha) {
    const c = this.c; c.globalAlpha = alpha; c.beginPath();
    if (points) { points.forEach(([a, b], i) => i ? c.lineTo(x + r * a, y + r * b) : c.moveTo(x + r * a, y + r * b)); c.closePath(); }
    else c.arc(x, y, r, 0, 7);
    c.lineJoin = "round"; c.fillStyle = fill; c.fill();
    if (width) { c.strokeStyle = stroke; c.lineWidth = width; c.stroke(); }
    c.globalAlpha = 1;
  }
  text(text, x, y, size, of, colour, bold, alpha, anchor = "center") {
    const c = this.c; c.globalAlpha = alpha; c.direction = way(of); c.textAlign = anchor;
    c.font = `${bold ? "bold " : ""}${size}px ${data.fonts}`; c.lineJoin = "round";
    c.strokeStyle = "#fff"; c.lineWidth = 3.5; c.strokeText(text, x, y); c.fillStyle = colour; c.fillText(text, x, y);
    c.globalAlpha = 1;
  }
}
/** Writes the same as SVG. */
class SvgPen {
  constructor() { this.out = []; }
  line(x1, y1, x2, y2, colour, width, dashed) {
    this.out.push(`<path d="M${f(x1)} ${f(y1)}L${f(x2)} ${f(y2)}" stroke="${colour}" stroke-width="${f(width)}"${dashed ? ' stroke-dasharray="5 4"' : ""}/>`);
  }
  shape(points, x, y, r, fill, stroke, width) {
    const paint = `fill="${fill}"` + (width ? ` stroke="${stroke}" stroke-width="${f(width)}" stroke-linejoin="round"` : "");
    this.out.push(points ? `<path d="M${points.map(([a, b]) => `${f(x + r * a)} ${f(y + r * b)}`).join("L")}z" ${paint}/>`
      : `<circle cx="${f(x)}" cy="${f(y)}" r="${f(r)}" ${paint}/>`);
  }
  text(text, x, y, size, of, colour, bold, alpha, anchor = "center") {
    this.out.push(`<text x="${f(x)}" y="${f(y)}" font-size="${size}" text-anchor="${anchor === "center" ? "middle" : "start"}" xml:lang="${of}" direction="${way(of)}" unicode-bidi="isolate" fill="${colour}"${bold ? ' font-weight="bold"' : ""} paint-order="stroke" stroke="#fff" stroke-width="3.5" stroke-linejoin="round">${escaped(text)}</text>`);
  }
}
const f = value => String(Math.round(value * 10) / 10);
const escaped = text => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "")
  .replace(/[&<>"]/g, c => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);

/** Rectangles that are taken, in a grid, so that labels never lie on each other. */
class Taken {
  constructor() { this.cells = new Map(); }
  * keys([l, t, r, b]) {
    for (let i = Math.floor(l / 80); i <= Math.floor(r / 80); i++)
      for (let j = Math.floor(t / 80); j <= Math.floor(b / 80); j++) yield i * 100003 + j;
  }
  free(box) {
    for (const key of this.keys(box))
      for (const o of this.cells.get(key) ?? [])
        if (box[0] < o[2] && o[0] < box[2] && box[1] < o[3] && o[1] < box[3]) return false;
    return true;
  }
  take(box) { for (const key of this.keys(box)) this.cells.has(key) ? this.cells.get(key).push(box) : this.cells.set(key, [box]); }
}

/** What lies over the picture: no name is put under it. */
function covered(width) {
  const frame = stage.getBoundingClientRect();
  return [...$("legend").children].map(b => b.getBoundingClientRect()).filter(b => b.width)
    .map(b => [b.left - frame.left - 2, b.top - frame.top - 2, b.right - frame.left + 2, b.bottom - frame.top + 2]).concat([[0, -200, width, 0]]);
}
const tone = (e, shown) => data.groups[shown[0][0]];
/** Paint what is shown with a pen; v says where, `size` how much of it there is to see. Returns labels' rectangles. */
function paint(pen, v, width, height, whole) {
  const X = n => n.x * v.k + v.x, Y = n => n.y * v.k + v.y, R = n => n.r * Math.min(1.5, Math.max(0.3, v.k));
  const inside = n => whole || (X(n) > -120 && X(n) < width + 120 && Y(n) > -80 && Y(n) < height + 80);
  const z = whole ? 1 : Math.min(1, Math.max(0.78, v.k + 0.15));   // letters shrink a little with the picture
  const focus = whole ? null : chosen;
  const close = new Set(focus ? [focus, ...focus.near.filter(drawn).map(e => other(e, focus))] : []);
  if (chosenEdge && !whole) { close.add(nodes[chosenEdge.s]); close.add(nodes[chosenEdge.t]); }
  const lit = n => !close.size || close.has(n), bright = e => !close.size || e === chosenEdge || (focus && (nodes[e.s] === focus || nodes[e.t] === focus));
  const visible = nodes.filter(n => seen(n) && inside(n)), lines = edges.filter(e => drawn(e) && (inside(nodes[e.s]) || inside(nodes[e.t])));
  const taken = new Taken(), put = [], crowd = lines.length > 400 && v.k < 0.5 && !whole && !close.size;
  for (const e of lines) {
    const a = nodes[e.s], b = nodes[e.t], shown = parts(e), t = tone(e, shown), alpha = !bright(e) ? 0.12 : crowd ? 0.45 : 1;
    const dx = X(b) - X(a), dy = Y(b) - Y(a), d = Math.hypot(dx, dy) || 1, ux = dx / d, uy = dy / d;
    const x1 = X(a) + ux * (R(a) + 2), y1 = Y(a) + uy * (R(a) + 2), x2 = X(b) - ux * (R(b) + 3), y2 = Y(b) - uy * (R(b) + 3);
    if (d < R(a) + R(b) + 4) continue;
    const told = shown.reduce((sum, p) => sum + p[3], 0), heavy = e === chosenEdge ? 2 : 0;
    pen.line(x1, y1, x2, y2, t.colour, Math.min(4, 1.3 + 0.4 * (told - 1)) * (crowd ? 0.6 : 1) + heavy, t.dashed, alpha);
    if (v.k > 0.35 || whole) {
      const tip = (x, y, s) => pen.shape([[0, 0], [-s * (8 * ux - 3.4 * uy), -s * (8 * uy + 3.4 * ux)], [-s * (8 * ux + 3.4 * uy), -s * (8 * uy - 3.4 * ux)]], x, y, 1, t.colour, "", 0, alpha);
      if (shown.some(p => !p[2])) tip(x2, y2, 1);
      if (shown.some(p => p[2])) tip(x1, y1, -1);
    }
    put.push({ edge: e, x1, y1, x2, y2 });
  }
  for (const n of visible) {
    const mark = n === chosen && !whole, r = R(n), alpha = lit(n) ? 1 : 0.2;
    pen.shape(data.kinds[n.k].corners, X(n), Y(n), r, data.kinds[n.k].colour, mark ? "#f59e0b" : "#ffffff", mark ? 4 : v.k > 0.35 ? 1.5 : 0.7, alpha);
    taken.take([X(n) - r, Y(n) - r, X(n) + r, Y(n) + r]);
    put.push({ node: n, box: [X(n) - r - 4, Y(n) - r - 4, X(n) + r + 4, Y(n) + r + 4] });
  }
  if (!whole) for (const box of covered(width)) taken.take(box);
  // The chosen one and its neighbours are named first, then the best attested: nodes come in that order.
  const order = [...visible].sort((a, b) => (b === hovered) - (a === hovered) || close.has(b) - close.has(a) || a.i - b.i);
  // In a crowd the best known are named even over other symbols, so that there is something to steer by.
  const guides = new Set(crowd ? order.slice(0, 24) : []), names = new Taken();
  if (!whole) for (const box of covered(width)) names.take(box);
  for (const n of order) {
    if (!lit(n) && n !== hovered) continue;
    const l = label(n), half = l.width * z / 2 + 3, high = l.height * z + 2, room = guides.has(n) ? names : taken;
    // Under its symbol if there is room, else above it or beside it.
    const spots = [[X(n), Y(n) + R(n) + 3], [X(n), Y(n) - R(n) - 3 - high], [X(n) + R(n) + 3 + half, Y(n) - high / 2], [X(n) - R(n) - 3 - half, Y(n) - high / 2]];
    const boxed = ([x, y]) => [x - half, y, x + half, y + high];
    const spot = spots.find(s => room.free(boxed(s))) ?? (n === hovered || n === chosen ? spots[0] : null);
    if (!spot) continue;
    const [middle, top] = spot, box = boxed(spot);
    taken.take(box); names.take(box);
    l.lines.forEach((text, i) => pen.text(text, middle, top + (14 + i * 19) * z, 14 * z, l.of, "#1e293b", n.r > 19.5, 1));
    if (l.note[0]) pen.text(l.note[0], middle, top + (10 + l.lines.length * 19) * z, 11 * z, l.note[1], "#475569", false, 1);
    put.push({ node: n, box });
  }
  const quietly = lines.length > 150 || (v.k < 0.7 && !whole);
  for (const e of lines) {
    const near = focus && (nodes[e.s] === focus || nodes[e.t] === focus);
    if (!bright(e) || (quietly && !near && e !== chosenEdge)) continue;
    const shown = parts(e).slice(0, 2).map(p => say(p[1])), half = Math.max(...shown.map(p => wide(p[0], 11))) / 2 + 3;
    const a = nodes[e.s], b = nodes[e.t];
    for (const share of [0.5, 0.42, 0.58, 0.34, 0.66]) {
      const x = X(a) + (X(b) - X(a)) * share, y = Y(a) + (Y(b) - Y(a)) * share, high = shown.length * 7.5;
      const box = [x - half, y - high, x + half, y + high];
      if (!taken.free(box)) continue;
      taken.take(box);
      shown.forEach(([text, of], i) => pen.text(line(text), x, y - high + 11.5 + i * 15, 11, of, "#475569", false, 1));
      break;
    }
  }
  return put;
}

function draw() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    const ratio = devicePixelRatio || 1, w = stage.clientWidth, h = stage.clientHeight;
    if (!w || !h) return;
    if (canvas.width !== Math.round(w * ratio) || canvas.height !== Math.round(h * ratio)) { canvas.width = Math.round(w * ratio); canvas.height = Math.round(h * ratio); }
    const c = canvas.getContext("2d");
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.fillStyle = "#fff"; c.fillRect(0, 0, w, h);
    painted = paint(new CanvasPen(c), view, w, h, false);
  });
}

// ---------------------------------------------------------------------------------------------------------- layout

let chance = 7919;
const random = () => { chance = (Math.imul(chance, 1664525) + 1013904223) >>> 0; return chance / 4294967296; };

/** Give nodes that have no place one beside a neighbour that has, or around everything. */
function sow(fresh) {
  let waiting = [...fresh], placed = true;
  while (waiting.length && placed) {
    placed = false;
    waiting = waiting.filter(n => {
      const anchor = n.near.map(e => other(e, n)).find(o => o.on && o.x !== undefined);
      if (!anchor) return true;
      const turn = random() * 6.283, far = 110 + 60 * random();
      n.x = anchor.x + Math.cos(turn) * far * 1.3; n.y = anchor.y + Math.sin(turn) * far;
      return !(placed = true);
    });
    if (waiting.length && !placed) {
      const [n] = waiting.splice(0, 1), [l, t, r, b] = bounds(), turn = random() * 6.283;
      n.x = (l + r) / 2 + Math.cos(turn) * ((r - l) / 2 + 160); n.y = (t + b) / 2 + Math.sin(turn) * ((b - t) / 2 + 120);
      placed = true;
    }
  }
}

/** Let nodes find their room; those in `fresh` move freely, the others hardly. */
function settle(fresh, turns) {
  const id = ++settling, moving = nodes.filter(n => n.on), weight = new Map(moving.map(n => [n, fresh.has(n) ? 1 : 0.12]));
  const springs = edges.filter(e => nodes[e.s].on && nodes[e.t].on);
  const gravity = 0.012 * Math.min(1, Math.sqrt(60 / moving.length));
  moving.forEach(n => { n.dx = n.dy = 0; });
  const step = heat => {
    const cells = new Map(), reach = 190;
    for (const n of moving) {
      const key = Math.floor(n.x / reach) * 100003 + Math.floor(n.y / reach);
      n.cell = key; cells.has(key) ? cells.get(key).push(n) : cells.set(key, [n]);
    }
    for (const n of moving) for (const i of [-1, 0, 1]) for (const j of [-1, 0, 1])
      for (const o of cells.get(n.cell + i * 100003 + j) ?? []) {
        if (o.i <= n.i) continue;
        let x = n.x - o.x, y = n.y - o.y;
        if (!x && !y) { x = random() - 0.5; y = random() - 0.5; }
        const d2 = x * x + y * y + 20;
        if (d2 > reach * reach) continue;
        const push = 2600 * (1 / d2 - 1 / (reach * reach));   // fades to nothing where the grid stops looking
        n.dx += x * push; n.dy += y * push; o.dx -= x * push; o.dy -= y * push;
        const over = 128 - Math.abs(x), under = 74 - Math.abs(y);   // the room a name takes
        if (over > 0 && under > 0) {
          if (over * 0.55 < under) { const m = over * 0.25 * (x < 0 ? -1 : 1); n.dx += m; o.dx -= m; }
          else { const m = under * 0.25 * (y < 0 ? -1 : 1); n.dy += m; o.dy -= m; }
        }
      }
    for (const e of springs) {
      const a = nodes[e.s], b = nodes[e.t], x = b.x - a.x, y = b.y - a.y, d = Math.sqrt(x * x + y * y) || 1;
      const rest = 130 + 9 * Math.min(20, Math.min(a.near.length, b.near.length)), pull = 0.12 * (d - rest) / d;
      a.dx += x * pull; a.dy += y * pull; b.dx -= x * pull; b.dy -= y * pull;
    }
    let mx = 0, my = 0;
    for (const n of moving) { mx += n.x / moving.length; my += n.y / moving.length; }
    for (const n of moving) {
      const w = n === held ? 0 : weight.get(n) * heat, long = Math.sqrt(n.dx * n.dx + n.dy * n.dy), cap = long > 60 ? 60 / long : 1;
      n.x += (n.dx * cap - (n.x - mx) * gravity) * w; n.y += (n.dy * cap - (n.y - my) * gravity * 1.6) * w;
      n.dx *= 0.35; n.dy *= 0.35;
    }
  };
  let turn = 0;
  const go = () => {
    if (id !== settling) return;
    const until = performance.now() + 24;
    do { step(1 - 0.9 * turn / turns); turn++; } while (turn < turns && (calm || performance.now() < until));
    draw();
    if (turn < turns) requestAnimationFrame(go); else if (fresh.size > moving.length / 2) fit();
  };
  go();
}

function bounds() {
  const some = nodes.filter(n => seen(n) && n.x !== undefined);
  if (!some.length) return [0, 0, 1, 1];
  let l = Infinity, t = Infinity, r = -Infinity, b = -Infinity;
  for (const n of some) {
    const s = label(n);
    l = Math.min(l, n.x - Math.max(n.r, s.width / 2)); r = Math.max(r, n.x + Math.max(n.r, s.width / 2));
    t = Math.min(t, n.y - n.r); b = Math.max(b, n.y + n.r + s.height + 6);
  }
  return [l, t, r, b];
}
function fit() {
  const [l, t, r, b] = bounds(), w = stage.clientWidth, h = stage.clientHeight, top = Math.min(h / 4, $("legend").offsetHeight + 14), low = 30;
  view.k = Math.max(0.02, Math.min(1.4, (w - 36) / (r - l || 1), (h - top - low) / (b - t || 1)));
  view.x = w / 2 - view.k * (l + r) / 2; view.y = top + (h - top - low) / 2 - view.k * (t + b) / 2;
  draw();
}
function zoom(by, x = stage.clientWidth / 2, y = stage.clientHeight / 2) {
  const k = Math.max(0.02, Math.min(6, view.k * by)), real = k / view.k;
  view.x = x - (x - view.x) * real; view.y = y - (y - view.y) * real; view.k = k;
  draw();
}
function reveal(n) {
  const x = n.x * view.k + view.x, y = n.y * view.k + view.y, w = stage.clientWidth, h = stage.clientHeight;
  if (view.k < 0.55) { view.k = 0.9; view.x = w / 2 - n.x * 0.9; view.y = h / 2 - n.y * 0.9; }
  else if (x < 60 || x > w - 60 || y < 60 || y > h - 70) { view.x += w / 2 - x; view.y += h / 2 - y; }
  draw();
}

function show(list, { only = false, turns = 160 } = {}) {
  if (only) { const keep = new Set(list); nodes.forEach(n => { if (!keep.has(n)) n.on = false; }); }
  const fresh = list.filter(n => !n.on);
  const without = fresh.filter(n => n.x === undefined);
  sow(without);
  fresh.forEach(n => { n.on = true; });
  tally();
  if (fresh.length) settle(new Set(only ? list : fresh), turns); else draw();
}
const neighbours = n => n.near.map(e => other(e, n));
const expand = n => show([n, ...neighbours(n)]);
function best() { nodes.forEach(n => { n.on = first.includes(n.i); if (n.at) [n.x, n.y] = n.at; }); settling++; tally(); fit(); }
function hide(n) { n.on = false; choose(null); tally(); draw(); }
function tally() {
  const shown = nodes.filter(seen).length;
  $("count").textContent = word("shown", { n: shown, of: nodes.length })
    + (nodes.length < data.total ? " · " + word("cut", { n: nodes.length, of: data.total }) : "");
  for (const button of $("legend").children) button.querySelector(".n")?.replaceChildren(
    "(" + count(nodes.filter(n => n.on && n.k === button.dataset.key).length) + ")");
}

// ----------------------------------------------------------------------------------------------------------- panel

function quote(number) {
  const [before, marked, after, report] = data.proofs[number];
  return make("blockquote", { lang: "fa", dir: "rtl" }, before, make("mark", {}, marked), after, source(report));
}
function source(number) {
  if (number === null) return null;
  const [title, day, outlet, address] = data.reports[number], cite = make("cite", { lang, dir: way(lang) });
  cite.append(word("report") + ": ", bdi([title, "fa"]));
  if (day) cite.append(" · ", make("bdi", { dir: "ltr" }, day));
  if (outlet) cite.append(" · ", bdi([outlet, "fa"]));
  if (/^https?:\/\//i.test(address)) cite.append(" · ", make("a", { href: address, rel: "noopener noreferrer", target: "_blank", dir: "ltr" }, "↗"));
  return cite;
}
function told(number) {
  const s = statements[number], box = make("div", {}), marks = s.e.map(quote);
  if (s.by.length) box.append(make("div", {}, ...s.by.flatMap(n => [link(nodes[n]), " "])));
  if (s.q && !s.e.length) box.append(make("blockquote", { class: "said", lang: "fa", dir: "rtl" }, s.q));
  if (s.f.length) box.append(make("div", { class: "chips" }, ...s.f.map(figure => bdi(say(figure)))));
  box.append(...marks);
  return box;
}
const link = n => make("button", { class: "go", type: "button", onclick: () => { show([n]); choose(n); reveal(n); } }, bdi(say(n.n)));
/** One relation of an edge, as seen from a node: open it for the words behind it. */
function relation(e, part, from) {
  const [, name, , , said, proofs] = part, forward = from ? (nodes[e.s] === from) !== !!part[2] : !part[2];
  const [a, b] = part[2] ? [e.t, e.s] : [e.s, e.t];
  const head = make("summary", {});
  if (!from) head.append(bdi(say(nodes[a].n)), " — ", bdi(say(name)), " — ", bdi(say(nodes[b].n)));
  else if (forward) head.append(bdi(say(name)), " ", link(other(e, from)));
  else head.append(link(other(e, from)), " — ", bdi(say(name)), " — ", bdi(say(from.n)));
  const details = make("details", {}, head);
  details.addEventListener("toggle", () => { if (details.open && details.children.length === 1) details.append(...said.map(told), ...proofs.map(quote)); });
  if (!from) details.open = true;
  return details;
}
const section = (key, ...content) => content.length ? [make("h3", {}, word(key)), ...content] : [];
/** A long list in slices, so that a busy entity opens at once. */
function slices(items, build, size = 25) {
  const box = make("div", {});
  const more = from => {
    box.append(...items.slice(from, from + size).map(build));
    const left = items.length - from - size;
    if (left > 0) { const button = make("button", { type: "button", onclick: () => { button.remove(); more(from + size); } }, "+ " + count(left)); box.append(button); }
  };
  if (!items.length) return [];
  more(0);
  return [box];
}

function fill() {
  panel.replaceChildren();
  panel.hidden = !chosen && !chosenEdge;
  if (panel.hidden) return;
  const close = make("button", { type: "button", onclick: () => { choose(null); canvas.focus(); } }, word("close"));
  if (chosenEdge) {
    panel.append(make("div", { class: "tools" }, close), make("h2", {}, link(nodes[chosenEdge.s]), " – ", link(nodes[chosenEdge.t])),
      ...chosenEdge.p.map(p => relation(chosenEdge, p, null)));
    return;
  }
  const n = chosen, shownName = say(n.n), others = n.names.filter(name => name !== shownName[0]);
  panel.append(make("h2", {}, n.url ? make("a", { href: n.url }, bdi(shownName)) : bdi(shownName)),
    make("div", { class: "quiet" }, bdi(say(data.kinds[n.k].one)), ...n.note.flatMap(p => [" · ", bdi(say(p))])),
    make("div", { class: "quiet" }, word("attested", { n: n.w[0], reports: n.w[1] })),
    make("div", { class: "tools" },
      make("button", { type: "button", onclick: () => expand(n) }, word("expand")),
      make("button", { type: "button", onclick: () => { show([n, ...neighbours(n)], { only: true }); setTimeout(fit, 0); } }, word("only")),
      make("button", { type: "button", onclick: () => hide(n) }, word("hide")), close),
    ...section("names", ...(others.length ? [make("p", {}, ...others.flatMap((name, i) => [i ? lang === "fa" ? "، " : ", " : "", make("bdi", { dir: "auto" }, name)]))] : [])));
  if (n.facts.length) {
    const list = make("dl", {});
    for (const [name, value] of n.facts) list.append(make("dt", {}, bdi(say(name))), make("dd", {}, fact(value)));
    panel.append(...section("facts", list));
  }
  const relations = n.near.flatMap(e => e.p.map(p => [e, p]));
  panel.append(...section("relations", ...slices(relations, ([e, p]) => relation(e, p, n))),
    ...section("said", ...slices(n.said, told, 10)), ...section("mentioned", ...slices(n.told, told, 10)),
    ...section("evidence", ...slices(n.e, quote, 10)),
    make("p", { class: "quiet" }, make("bdi", { dir: "ltr" }, n.id)));
}
/** A value: dates, numbers and addresses keep their own direction. */
function fact(pair) {
  const [text, of] = say(pair);
  return /^[\x20-\x7e]*$/.test(text) ? make("bdi", { dir: "ltr" }, text) : bdi([text, of]);
}

function choose(n, edge = null) {
  chosen = n; chosenEdge = edge;
  fill();
  panel.scrollTop = 0;
  $("live").textContent = n ? `${say(n.n)[0]}, ${say(data.kinds[n.k].one)[0]}, ${word("attested", { n: n.w[0], reports: n.w[1] })}` : "";
  try { location.replace("#" + (n ? encodeURIComponent(n.id) : "")); } catch { /* some readers of saved files forbid it */ }
  draw();
}

// ---------------------------------------------------------------------------------------------------------- search

function find(text) {
  const wanted = [...new Set([fold(text), fold(text.replace(/[([][^)\]]{0,16}[)\]]/g, " "))])].filter(Boolean);
  if (!wanted.length) return [];
  const grade = n => { let g = 9; for (const k of n.key.split("\n")) for (const w of wanted) g = Math.min(g, k === w ? 0 : k.startsWith(w) ? 1 : k.includes(w) ? 2 : 9); return g; };
  return nodes.map(n => [grade(n), n]).filter(([g]) => g < 9).sort((a, b) => a[0] - b[0] || a[1].i - b[1].i).slice(0, 40).map(([, n]) => n);
}
function list() {
  listed = find(search.value); at = listed.length ? 0 : -1;
  results.replaceChildren(...listed.map((n, i) => make("li", { id: "r" + i, role: "option", "aria-selected": String(i === at), onclick: () => take(n) },
    bdi(say(n.n)), make("small", {}, bdi(say(data.kinds[n.k].one))))));
  if (search.value.trim() && !listed.length) results.append(make("li", {}, word("none")));
  results.hidden = !search.value.trim();
  search.setAttribute("aria-expanded", String(!results.hidden));
  mark();
}
function mark() {
  [...results.children].forEach((li, i) => { li.setAttribute("aria-selected", String(i === at)); if (i === at) li.scrollIntoView({ block: "nearest" }); });
  if (at >= 0) search.setAttribute("aria-activedescendant", "r" + at); else search.removeAttribute("aria-activedescendant");
}
function take(n) { results.hidden = true; search.setAttribute("aria-expanded", "false"); show([n, ...(n.on ? [] : neighbours(n))]); choose(n); reveal(n); }
search.addEventListener("input", list);
search.addEventListener("keydown", event => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") { if (listed.length) { at = (at + (event.key === "ArrowDown" ? 1 : listed.length - 1)) % listed.length; mark(); } event.preventDefault(); }
  else if (event.key === "Enter" && at >= 0) { take(listed[at]); canvas.focus(); }
  else if (event.key === "Escape") { results.hidden = true; search.value = ""; canvas.focus(); }
  event.stopPropagation();
});
document.addEventListener("pointerdown", event => { if (!$("finder").contains(event.target)) results.hidden = true; });

// --------------------------------------------------------------------------------------------------------- pointer

let held = null, start = null, pinch = null;
const fingers = new Map();
const spot = event => { const box = canvas.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };
function under(x, y) {
  for (let i = painted.length - 1; i >= 0; i--) {
    const p = painted[i];
    if (p.node && x >= p.box[0] && x <= p.box[2] && y >= p.box[1] && y <= p.box[3]) return p;
  }
  return painted.find(p => {
    if (!p.edge) return false;
    const dx = p.x2 - p.x1, dy = p.y2 - p.y1, along = ((x - p.x1) * dx + (y - p.y1) * dy) / (dx * dx + dy * dy || 1);
    return along > 0 && along < 1 && Math.hypot(x - p.x1 - along * dx, y - p.y1 - along * dy) < 6;
  }) ?? null;
}
canvas.addEventListener("pointerdown", event => {
  canvas.setPointerCapture(event.pointerId);
  const [x, y] = spot(event);
  fingers.set(event.pointerId, [x, y]);
  if (fingers.size === 2) { const [a, b] = [...fingers.values()]; pinch = Math.hypot(a[0] - b[0], a[1] - b[1]); held = start = null; return; }
  const hit = under(x, y);
  held = hit?.node ?? null;
  start = { x, y, vx: view.x, vy: view.y, nx: held?.x, ny: held?.y, hit, moved: false };
});
canvas.addEventListener("pointermove", event => {
  const [x, y] = spot(event);
  if (!fingers.has(event.pointerId)) {
    const hit = under(x, y), n = hit?.node ?? null;
    canvas.style.cursor = hit ? "pointer" : "grab";
    if (n !== hovered) { hovered = n; draw(); }
    return;
  }
  fingers.set(event.pointerId, [x, y]);
  if (fingers.size === 2 && pinch) {
    const [a, b] = [...fingers.values()], now = Math.hypot(a[0] - b[0], a[1] - b[1]);
    zoom(now / pinch, (a[0] + b[0]) / 2, (a[1] + b[1]) / 2); pinch = now; return;
  }
  if (!start) return;
  if (Math.hypot(x - start.x, y - start.y) > 5) start.moved = true;
  if (!start.moved) return;
  if (held) { held.x = start.nx + (x - start.x) / view.k; held.y = start.ny + (y - start.y) / view.k; }
  else { view.x = start.vx + x - start.x; view.y = start.vy + y - start.y; }
  draw();
});
function lift(event) {
  fingers.delete(event.pointerId);
  pinch = null;
  if (start && !start.moved && event.type === "pointerup") {
    if (start.hit?.node) choose(start.hit.node); else if (start.hit?.edge) choose(null, start.hit.edge); else choose(null);
  }
  held = start = null;
}
canvas.addEventListener("pointerup", lift);
canvas.addEventListener("pointercancel", lift);
canvas.addEventListener("dblclick", event => { const hit = under(...spot(event)); if (hit?.node) expand(hit.node); });
canvas.addEventListener("wheel", event => { event.preventDefault(); zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0016)), ...spot(event)); }, { passive: false });

// -------------------------------------------------------------------------------------------------------- keyboard

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") { search.focus(); search.select(); event.preventDefault(); }
  else if (event.key === "Escape") { choose(null); canvas.focus(); }
});
canvas.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const arrow = ARROWS[event.key];
  if (arrow) {
    const next = chosen && !event.shiftKey ? toward(arrow) : null;
    if (next) { choose(next); reveal(next); }
    else if (!chosen && !event.shiftKey && nodes.some(seen)) { const n = nodes.find(seen); choose(n); reveal(n); }
    else { view.x -= arrow[0] * 60; view.y -= arrow[1] * 60; draw(); }
  }
  else if (event.key === "Enter" && chosen) expand(chosen);
  else if (event.key === "+" || event.key === "=") zoom(1.25);
  else if (event.key === "-") zoom(0.8);
  else if (event.key === "0" || event.key === "\u06f0") fit();
  else if (event.key === "Delete" && chosen) hide(chosen);
  else return;
  event.preventDefault();
});
/** The shown neighbour that lies most nearly in a direction, else the nearest node there. */
function toward([ax, ay]) {
  const pick = list => list.map(n => [n, n.x - chosen.x, n.y - chosen.y]).filter(([, x, y]) => x * ax + y * ay > 0)
    .map(([n, x, y]) => { const d = Math.hypot(x, y), cos = (x * ax + y * ay) / d; return [n, cos > 0.35 ? d / (cos * cos) : Infinity]; })
    .filter(p => p[1] < Infinity).sort((a, b) => a[1] - b[1])[0]?.[0];
  return pick([...new Set(neighbours(chosen))].filter(seen)) ?? pick(nodes.filter(n => seen(n) && n !== chosen));
}

// ---------------------------------------------------------------------------------------------------------- saving

function save(blob, name) {
  const address = URL.createObjectURL(blob), a = make("a", { href: address, download: name });
  document.body.append(a); a.click(); a.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}
/** Size of a saved picture, and a function that paints it: what is shown, with title and legend above. */
function sheet() {
  const [l, t, r, b] = bounds(), width = Math.max(640, r - l + 60), height = b - t + 150;
  const v = { k: 1, x: 30 - l + (width - 60 - (r - l)) / 2, y: 110 - t };
  return { width, height, paint: pen => {
    const side = lang === "fa" ? width - 30 : 30, turn = lang === "fa" ? -1 : 1;
    pen.text(word("title"), side, 42, 20, lang, "#1e293b", true, 1, "start");
    let x = side, y = 74;
    for (const [k, kind] of Object.entries(data.kinds)) {
      const shown = nodes.filter(n => seen(n) && n.k === k).length, text = `${say(kind.name)[0]} (${count(shown)})`;
      if (!shown) continue;
      const need = 44 + wide(text, 13);
      if (Math.abs(x - side) + need > width - 60) { x = side; y += 22; }
      pen.shape(kind.corners, x + turn * 9, y - 4.5, 7, kind.colour, "#fff", 1, 1);
      pen.text(text, x + turn * 24, y, 13, lang, "#1e293b", false, 1, "start");
      x += turn * need;
    }
    paint(pen, v, width, height, true);
  } };
}
function saveSvg() {
  const s = sheet(), pen = new SvgPen();
  s.paint(pen);
  save(new Blob([`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${f(s.width)} ${f(s.height)}" width="${f(s.width)}" height="${f(s.height)}" font-family="${escaped(data.fonts)}">\n<title>${escaped(word("title"))}</title>\n<rect width="100%" height="100%" fill="#fff"/>\n${pen.out.join("\n")}\n</svg>\n`], { type: "image/svg+xml" }), "graph.svg");
}
function savePng() {
  const s = sheet(), scale = Math.min(2, 8000 / s.width, 8000 / s.height), sheetCanvas = make("canvas", { width: Math.ceil(s.width * scale), height: Math.ceil(s.height * scale) });
  const c = sheetCanvas.getContext("2d");
  c.scale(scale, scale); c.fillStyle = "#fff"; c.fillRect(0, 0, s.width, s.height);
  s.paint(new CanvasPen(c));
  sheetCanvas.toBlob(blob => { if (blob) save(blob, "graph.png"); }, "image/png");
}

// ------------------------------------------------------------------------------------------------------------ page

const NS = "http://www.w3.org/2000/svg";
function swatch(entry) {
  const svg = document.createElementNS(NS, "svg"), path = document.createElementNS(NS, "path");
  svg.setAttribute("viewBox", "-9 -9 18 18"); svg.setAttribute("aria-hidden", "true");
  if (entry.corners !== undefined) {
    path.setAttribute("fill", entry.colour);
    path.setAttribute("d", entry.corners ? "M" + entry.corners.map(([a, b]) => `${f(a * 7)} ${f(b * 7)}`).join("L") + "z" : "M-7 0a7 7 0 1 0 14 0a7 7 0 1 0 -14 0z");
  } else {
    path.setAttribute("d", "M-9 0h18"); path.setAttribute("stroke", entry.colour); path.setAttribute("stroke-width", "3");
    if (entry.dashed) path.setAttribute("stroke-dasharray", "5 3");
  }
  svg.append(path);
  return svg;
}
function legend() {
  const used = new Set(nodes.map(n => n.k)), lines = new Set(edges.flatMap(e => e.p.map(p => p[0])));
  const entries = [...Object.entries(data.kinds).filter(([k]) => used.has(k)), ...Object.entries(data.groups).filter(([g]) => lines.has(g))];
  $("legend").setAttribute("aria-label", word("legend"));
  $("legend").replaceChildren(...entries.map(([key, entry]) => make("button", {
    type: "button", "data-key": key, "aria-pressed": String(!off.has(key)),
    onclick: event => { off.has(key) ? off.delete(key) : off.add(key); event.currentTarget.setAttribute("aria-pressed", String(!off.has(key))); tally(); draw(); },
  }, swatch(entry), bdi(say(entry.name)), entry.corners === undefined ? null : make("span", { class: "n" }))));
}
function dress() {
  document.documentElement.lang = lang; document.documentElement.dir = way(lang);
  document.title = word("title");
  $("title").replaceChildren(data.home ? make("a", { href: data.home }, word("title")) : word("title"));
  search.placeholder = word("search"); search.setAttribute("aria-label", word("search"));
  results.setAttribute("aria-label", word("results")); canvas.setAttribute("aria-label", word("canvas"));
  $("help").textContent = word("help");
  const tools = [["best", best], ["all", () => { show(nodes.slice(), { turns: nodes.length > 800 ? 220 : 260 }); }], ["fit", fit],
    ["in", () => zoom(1.25), "+"], ["out", () => zoom(0.8), "−"], ["svg", saveSvg], ["png", savePng]];
  $("tools").replaceChildren(...tools.map(([key, act, sign]) => make("button", { type: "button", onclick: act, title: word(key), "aria-label": sign ? word(key) : null }, sign ?? word(key))),
    make("button", { type: "button", lang: lang === "fa" ? "en" : "fa", onclick: () => { lang = lang === "fa" ? "en" : "fa"; dress(); } }, word("language")));
  legend(); tally(); fill(); draw();
}

$("app").hidden = false;
dress();
let touched = false;               // until then the whole picture follows the size of the window
for (const kind of ["pointerdown", "wheel", "keydown"]) document.addEventListener(kind, () => { touched = true; }, { passive: true });
/** The whole picture, or on a small screen its best attested entity at a size that can be read. */
function open() {
  fit();
  const n = nodes.find(seen);
  if (!n || view.k >= 0.5 || stage.clientWidth > 600) return;
  view.k = 0.62; view.x = stage.clientWidth / 2 - n.x * view.k; view.y = stage.clientHeight / 2 - n.y * view.k;
  draw();
}
new ResizeObserver(() => touched || chosen ? draw() : open()).observe(stage);
open();
document.fonts?.ready.then(() => { nodes.forEach(n => { n.label = null; }); touched || chosen ? draw() : open(); });
const asked = (() => { try { return decodeURIComponent(location.hash.slice(1)); } catch { return ""; } })();
const begin = nodes.find(n => n.id === asked) ?? (data.center === null ? null : nodes[data.center]);
if (begin) { show([begin, ...(begin.on ? [] : neighbours(begin))]); choose(begin); reveal(begin); }
if (!nodes.length) $("count").textContent = word("empty");
})();
