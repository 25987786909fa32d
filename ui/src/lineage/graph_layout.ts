// Places a graph of assets: first inside each open group, then the groups as boxes among each other.
import { layered, type Gaps } from "./layered";

export const CARD = { width: 236, height: 66 };
const INSIDE: Gaps = { column: 64, row: 18, pass: 10, most: 40 };
const AMONG: Gaps = { column: 84, row: 30, pass: 14, most: 40 };
const PADDING = { side: 18, top: 40, bottom: 18 };

/** A graph by numbers: the group of each node, which groups are open, and edges as pairs (from, to). */
export interface GraphShape {
  groupOf: Int32Array;
  open: Uint8Array;
  edges: Int32Array;
  /** With a frame around open groups; without where there is only one. */
  framed: boolean;
}

export interface GraphPlaces {
  /** Left and top of each node; NaN while its group is closed. */
  x: Float64Array;
  y: Float64Array;
  /** Left, top, width, height of each group. */
  groups: Float64Array;
  /** Edges as drawn: from and to (nodes; below zero: group -n-1), and where their points begin in `points`. */
  edges: Int32Array;
  starts: Int32Array;
  points: Float64Array;
  width: number;
  height: number;
}

export function layoutGraph(shape: GraphShape): GraphPlaces {
  const groups = shape.open.length;
  const members: number[][] = Array.from({ length: groups }, () => []);
  const place = new Int32Array(shape.groupOf.length); // of a node in its group
  shape.groupOf.forEach((group, node) => {
    place[node] = members[group]!.push(node) - 1;
  });
  const { inner, between } = sortEdges(shape, groups);

  const inside = members.map((nodes, group) => (shape.open[group] ? placeInside(nodes, inner[group]!, shape, place) : null));
  const padding = shape.framed ? PADDING : { side: 0, top: 0, bottom: 0 };
  const width = Float64Array.from(inside, (each) => (each ? each.width + 2 * padding.side : CARD.width));
  const height = Float64Array.from(inside, (each) => (each ? each.height + padding.top + padding.bottom : CARD.height));
  const pairs = new Map<number, number>(); // two groups -> number of their edge
  for (const edge of between) {
    const pair = shape.groupOf[shape.edges[2 * edge]!]! * groups + shape.groupOf[shape.edges[2 * edge + 1]!]!;
    if (!pairs.has(pair)) pairs.set(pair, pairs.size);
  }
  const among = layered({ width, height }, Int32Array.from([...pairs.keys()].flatMap((pair) => [Math.floor(pair / groups), pair % groups])), AMONG);

  const places: GraphPlaces = {
    x: new Float64Array(shape.groupOf.length).fill(NaN),
    y: new Float64Array(shape.groupOf.length).fill(NaN),
    groups: new Float64Array(groups * 4),
    edges: new Int32Array(0),
    starts: new Int32Array(0),
    points: new Float64Array(0),
    width: among.width,
    height: among.height,
  };
  members.forEach((nodes, group) => {
    places.groups.set([among.x[group]!, among.y[group]!, width[group]!, height[group]!], group * 4);
    const within = inside[group];
    nodes.forEach((node, at) => {
      if (!within) return;
      places.x[node] = among.x[group]! + padding.side + within.x[at]!;
      places.y[node] = among.y[group]! + padding.top + within.y[at]!;
    });
  });
  return drawEdges(shape, places, { inner, between, pairs, inside, amongRoutes: among.routes, padding });
}

function sortEdges(shape: GraphShape, groups: number): { inner: number[][]; between: number[] } {
  const inner: number[][] = Array.from({ length: groups }, () => []);
  const between: number[] = [];
  for (let edge = 0; edge < shape.edges.length / 2; edge += 1) {
    const from = shape.groupOf[shape.edges[2 * edge]!]!;
    if (from === shape.groupOf[shape.edges[2 * edge + 1]!]!) inner[from]!.push(edge);
    else between.push(edge);
  }
  return { inner, between };
}

function placeInside(nodes: number[], edges: number[], shape: GraphShape, place: Int32Array) {
  const sizes = { width: new Float64Array(nodes.length).fill(CARD.width), height: new Float64Array(nodes.length).fill(CARD.height) };
  const ends = Int32Array.from(edges.flatMap((edge) => [place[shape.edges[2 * edge]!]!, place[shape.edges[2 * edge + 1]!]!]));
  return layered(sizes, ends, INSIDE);
}

interface Routes {
  inner: number[][];
  between: number[];
  pairs: Map<number, number>;
  inside: ({ routes: (number[] | undefined)[] } | null)[];
  amongRoutes: (number[] | undefined)[];
  padding: { side: number; top: number };
}

/** Each edge from the right of one end to the left of the other, by the points that its columns left free for it. */
function drawEdges(shape: GraphShape, places: GraphPlaces, routes: Routes): GraphPlaces {
  const groups = shape.open.length;
  const edges: number[] = [];
  const starts: number[] = [0];
  const points: number[] = [];
  const drawn = new Set<string>();
  const add = (from: number, to: number, route: number[] | undefined, dx: number, dy: number) => {
    const [a, b] = [endOf(shape, from), endOf(shape, to)];
    if (a === b || ((a < 0 || b < 0) && drawn.has(`${a} ${b}`))) return;
    if (a < 0 || b < 0) drawn.add(`${a} ${b}`);
    edges.push(a, b);
    points.push(...boxOf(places, a, true));
    for (let at = 0; route && at < route.length; at += 2) points.push(route[at]! + dx, route[at + 1]! + dy);
    points.push(...boxOf(places, b, false));
    starts.push(points.length);
  };
  routes.inner.forEach((each, group) => {
    if (!routes.inside[group]) return;
    const dx = places.groups[group * 4]! + routes.padding.side;
    const dy = places.groups[group * 4 + 1]! + routes.padding.top;
    each.forEach((edge, at) => add(shape.edges[2 * edge]!, shape.edges[2 * edge + 1]!, routes.inside[group]!.routes[at], dx, dy));
  });
  for (const edge of routes.between) {
    const [from, to] = [shape.edges[2 * edge]!, shape.edges[2 * edge + 1]!];
    const pair = shape.groupOf[from]! * groups + shape.groupOf[to]!;
    add(from, to, routes.amongRoutes[routes.pairs.get(pair)!], 0, 0);
  }
  return { ...places, edges: Int32Array.from(edges), starts: Int32Array.from(starts), points: Float64Array.from(points) };
}

function endOf(shape: GraphShape, node: number): number {
  const group = shape.groupOf[node]!;
  return shape.open[group] ? node : -group - 1;
}

function boxOf(places: GraphPlaces, end: number, right: boolean): [number, number] {
  const [x, y] = end < 0 ? [places.groups[(-end - 1) * 4]!, places.groups[(-end - 1) * 4 + 1]!] : [places.x[end]!, places.y[end]!];
  return [x + (right ? CARD.width : 0), y + CARD.height / 2];
}
