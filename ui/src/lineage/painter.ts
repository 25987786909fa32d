// Draws what is not cards: frames of groups and edges, and, from afar, the cards too. Only what the window shows.
import { CARD, type GraphPlaces } from "./graph_layout";
import type { GraphModel } from "./graph_model";
import type { View } from "./camera";
import { keyName } from "../asset/asset_key";
import type { State } from "../parts/sign";

export interface Scene {
  places: GraphPlaces;
  model: GraphModel;
  open: Uint8Array;
  framed: boolean;
  /** Draw the cards here, as there are too many for elements. */
  far: boolean;
  chosen: number | null;
  picked: ReadonlySet<number>;
}

const STATES: State[] = ["fresh", "stale", "failed", "running", "waiting", "skipped", "never", "external"];
const NAMES_FROM = 0.16; // scale: below, names of cards would be dust
const CURVES_FROM = 0.12;

/** The colours of the style sheet, as a canvas needs them. */
export interface Palette {
  edge: string;
  strong: string;
  frame: string;
  fill: string;
  surface: string;
  line: string;
  text: string;
  soft: string;
  state: Record<State, string>;
  font: string;
}

export function readPalette(element: HTMLElement): Palette {
  const probe = document.createElement("span");
  element.append(probe);
  const read = (name: string) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const state = Object.fromEntries(STATES.map((each) => [each, read(each === "skipped" ? "stale" : each === "external" ? "never" : each)])) as Record<State, string>;
  const palette: Palette = { edge: read("line-strong"), strong: read("accent"), frame: read("line"), fill: read("frame"), surface: read("surface"), line: read("line"), text: read("text"), soft: read("soft"), state, font: getComputedStyle(element).fontFamily };
  probe.remove();
  return palette;
}

export function paint(canvas: HTMLCanvasElement, scene: Scene, view: View, palette: Palette): void {
  const ratio = Math.min(2, devicePixelRatio || 1);
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const context = canvas.getContext("2d");
  if (!context) return;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.setTransform(ratio * view.scale, 0, 0, ratio * view.scale, ratio * view.x, ratio * view.y);
  const window = { left: -view.x / view.scale, top: -view.y / view.scale, right: (width - view.x) / view.scale, bottom: (height - view.y) / view.scale };
  paintFrames(context, scene, window, view, palette);
  paintEdges(context, scene, window, view, palette);
  if (scene.far) paintCards(context, scene, window, view, palette);
}

interface Window {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const isIn = (window: Window, x: number, y: number, width: number, height: number): boolean => x < window.right && x + width > window.left && y < window.bottom && y + height > window.top;

function paintFrames(context: CanvasRenderingContext2D, { places, open, framed, model, far }: Scene, window: Window, view: View, palette: Palette): void {
  if (!framed) return;
  context.lineWidth = 1 / view.scale;
  for (let group = 0; group < open.length; group += 1) {
    const [x, y, width, height] = [places.groups[group * 4]!, places.groups[group * 4 + 1]!, places.groups[group * 4 + 2]!, places.groups[group * 4 + 3]!];
    if (!open[group] || !isIn(window, x, y, width, height)) continue;
    context.beginPath();
    context.roundRect(x, y, width, height, 12);
    context.fillStyle = palette.fill;
    context.fill();
    context.strokeStyle = palette.frame;
    context.stroke();
    if (!far) continue; // near, the name is a button above the canvas
    const size = Math.min(13 / view.scale, height / 3, 60);
    if (size * view.scale < 7) continue;
    context.font = `600 ${size}px ${palette.font}`;
    context.fillStyle = palette.soft;
    context.textBaseline = "bottom";
    context.fillText(cut(context, model.groups[group]!, width), x, y - 4 / view.scale);
  }
}

function paintEdges(context: CanvasRenderingContext2D, { places, chosen }: Scene, window: Window, view: View, palette: Palette): void {
  const strong: number[] = [];
  context.lineWidth = Math.max(1.4, 0.6 / view.scale);
  context.strokeStyle = palette.edge;
  context.globalAlpha = view.scale < CURVES_FROM ? 0.35 : 0.9;
  context.beginPath();
  for (let edge = 0; edge + 1 < places.starts.length; edge += 1) {
    const [from, to] = [places.starts[edge]!, places.starts[edge + 1]!];
    const [x1, y1, x2, y2] = [places.points[from]!, places.points[from + 1]!, places.points[to - 2]!, places.points[to - 1]!];
    if (!isIn(window, Math.min(x1, x2) - 60, Math.min(y1, y2) - 400, Math.abs(x2 - x1) + 120, Math.abs(y2 - y1) + 800)) continue;
    if (chosen !== null && (places.edges[2 * edge] === chosen || places.edges[2 * edge + 1] === chosen)) strong.push(edge);
    else trace(context, places, from, to, view.scale);
  }
  context.stroke();
  context.globalAlpha = 1;
  context.strokeStyle = palette.strong;
  context.lineWidth = Math.max(2, 1.2 / view.scale);
  context.beginPath();
  for (const edge of strong) trace(context, places, places.starts[edge]!, places.starts[edge + 1]!, view.scale);
  context.stroke();
}

function trace(context: CanvasRenderingContext2D, { points }: GraphPlaces, from: number, to: number, scale: number): void {
  let [x, y] = [points[from]!, points[from + 1]!];
  context.moveTo(x, y);
  if (scale < CURVES_FROM) {
    context.lineTo(points[to - 2]!, points[to - 1]!);
    return;
  }
  for (let at = from + 2; at < to; at += 2) {
    const [nextX, nextY] = [points[at]!, points[at + 1]!];
    if (nextY === y) context.lineTo(nextX, nextY);
    else {
      const bend = Math.max(24, Math.abs(nextX - x) / 2);
      context.bezierCurveTo(x + bend, y, nextX - bend, nextY, nextX, nextY);
    }
    [x, y] = [nextX, nextY];
  }
}

function paintCards(context: CanvasRenderingContext2D, scene: Scene, window: Window, view: View, palette: Palette): void {
  const { places, model } = scene;
  const byState = new Map<State, number[]>();
  for (let node = 0; node < places.x.length; node += 1) {
    const [x, y] = [places.x[node]!, places.y[node]!];
    if (!(x < window.right && x + CARD.width > window.left && y < window.bottom && y + CARD.height > window.top)) continue;
    const state = model.assets[node]!.state.status;
    const nodes = byState.get(state);
    if (nodes) nodes.push(node);
    else byState.set(state, [node]);
  }
  const hasNames = view.scale >= NAMES_FROM;
  for (const [state, nodes] of byState) {
    context.fillStyle = hasNames ? palette.surface : palette.state[state];
    context.beginPath();
    for (const node of nodes) context.rect(places.x[node]!, places.y[node]!, CARD.width, CARD.height);
    context.fill();
    if (!hasNames) continue;
    context.lineWidth = 1 / view.scale;
    context.strokeStyle = palette.line;
    context.stroke();
    context.fillStyle = palette.state[state];
    context.beginPath();
    for (const node of nodes) context.rect(places.x[node]!, places.y[node]!, 10, CARD.height);
    context.fill();
  }
  if (hasNames) paintNames(context, scene, [...byState.values()].flat(), palette);
  for (const node of [scene.chosen, ...scene.picked]) {
    if (node === null || node < 0) continue;
    context.strokeStyle = palette.strong;
    context.lineWidth = 2.5 / view.scale;
    context.strokeRect(places.x[node]!, places.y[node]!, CARD.width, CARD.height);
  }
}

function paintNames(context: CanvasRenderingContext2D, { places, model }: Scene, nodes: number[], palette: Palette): void {
  context.font = `500 26px ${palette.font}`;
  context.textBaseline = "middle";
  context.fillStyle = palette.text;
  for (const node of nodes) {
    const name = keyName(model.assets[node]!.asset.key);
    const shown = name.length > 15 ? `${name.slice(0, 14)}…` : name;
    context.fillText(shown, places.x[node]! + 22, places.y[node]! + CARD.height / 2);
  }
}

function cut(context: CanvasRenderingContext2D, text: string, width: number): string {
  let shown = text;
  while (shown.length > 3 && context.measureText(shown).width > width) shown = shown.slice(0, Math.floor(shown.length * 0.8) - 1) + "…";
  return shown;
}
