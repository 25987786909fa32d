// Places the boxes of a directed graph in columns from left to right, so that few edges cross and most run straight.
//
// Longest-path layers; dummy points where an edge passes a column; barycentre sweeps, of which the order with the fewest
// crossings is kept; heights by isotonic regression, which finds the least moves that keep boxes apart. The same input
// always gives the same places.

export interface Boxes {
  width: Float64Array;
  height: Float64Array;
}

export interface Placed {
  /** The upper left corner of each box. */
  x: Float64Array;
  y: Float64Array;
  width: number;
  height: number;
  /** For each edge, where it passes the columns between its ends: pairs of (x, y), or nothing. */
  routes: (number[] | undefined)[];
}

export interface Gaps {
  column: number;
  row: number;
  /** What an edge that passes a column takes of it. */
  pass: number;
  /** Taller columns are broken into several. */
  most: number;
}

const SWEEPS = 10;
const MOST_DUMMIES = 40_000; // above, long edges run straight through
const ASPECT = 1.7; // how much wider than high the parts that hang together are packed

/** Places boxes with `edges` (pairs: from, to) between them. Parts that do not hang together are packed beside each other. */
export function layered(boxes: Boxes, edges: Int32Array, gaps: Gaps): Placed {
  const count = boxes.width.length;
  const placed: Placed = { x: new Float64Array(count), y: new Float64Array(count), width: 0, height: 0, routes: new Array(edges.length / 2) };
  const blocks: Block[] = [];
  const alone: number[] = [];
  for (const part of findParts(count, edges)) {
    if (part.nodes.length === 1) alone.push(part.nodes[0] as number);
    else blocks.push(placePart(part, boxes, edges, gaps, placed));
  }
  if (alone.length) blocks.push(placeAlone(alone, boxes, gaps, placed));
  pack(blocks, gaps, placed);
  return placed;
}

interface Part {
  nodes: number[];
  edges: number[]; // their numbers
}

interface Block {
  nodes: number[];
  edges: number[];
  width: number;
  height: number;
}

function findParts(count: number, edges: Int32Array): Part[] {
  const above = Int32Array.from({ length: count }, (_, node) => node);
  const find = (node: number): number => {
    while (above[node] !== node) {
      above[node] = above[above[node]!]!;
      node = above[node]!;
    }
    return node;
  };
  for (let edge = 0; edge < edges.length; edge += 2) {
    const a = find(edges[edge]!);
    const b = find(edges[edge + 1]!);
    if (a !== b) above[Math.max(a, b)] = Math.min(a, b);
  }
  const parts = new Map<number, Part>();
  for (let node = 0; node < count; node += 1) {
    const root = find(node);
    const part = parts.get(root) ?? { nodes: [], edges: [] };
    part.nodes.push(node);
    parts.set(root, part);
  }
  for (let edge = 0; edge < edges.length; edge += 2) parts.get(find(edges[edge]!))!.edges.push(edge / 2);
  return [...parts.values()];
}

function placeAlone(nodes: number[], boxes: Boxes, gaps: Gaps, placed: Placed): Block {
  const area = nodes.reduce((sum, node) => sum + (boxes.width[node]! + gaps.row) * (boxes.height[node]! + gaps.row), 0);
  const widest = Math.max(...nodes.map((node) => boxes.width[node]!), Math.sqrt(area * ASPECT));
  let [x, y, row, width] = [0, 0, 0, 0];
  for (const node of nodes) {
    if (x > 0 && x + boxes.width[node]! > widest) {
      x = 0;
      y += row + gaps.row;
      row = 0;
    }
    placed.x[node] = x;
    placed.y[node] = y;
    width = Math.max(width, x + boxes.width[node]!);
    row = Math.max(row, boxes.height[node]!);
    x += boxes.width[node]! + gaps.row;
  }
  return { nodes, edges: [], width, height: y + row };
}

/** Sets blocks into rows, the largest first. */
function pack(blocks: Block[], gaps: Gaps, placed: Placed): void {
  const gap = gaps.row * 2;
  const area = blocks.reduce((sum, block) => sum + (block.width + gap) * (block.height + gap), 0);
  const widest = Math.max(0, ...blocks.map((block) => block.width), Math.sqrt(area * ASPECT));
  let [x, y, row] = [0, 0, 0];
  for (const block of [...blocks].sort((a, b) => b.height - a.height || b.width - a.width || a.nodes[0]! - b.nodes[0]!)) {
    if (x > 0 && x + block.width > widest) {
      x = 0;
      y += row + gap;
      row = 0;
    }
    for (const node of block.nodes) {
      placed.x[node] = placed.x[node]! + x;
      placed.y[node] = placed.y[node]! + y;
    }
    for (const edge of block.edges) {
      const route = placed.routes[edge];
      for (let at = 0; route && at < route.length; at += 2) {
        route[at] = route[at]! + x;
        route[at + 1] = route[at + 1]! + y;
      }
    }
    row = Math.max(row, block.height);
    placed.width = Math.max(placed.width, x + block.width);
    x += block.width + gap;
    placed.height = Math.max(placed.height, y + row);
  }
}

function placePart(part: Part, boxes: Boxes, edges: Int32Array, gaps: Gaps, placed: Placed): Block {
  const local = new Map(part.nodes.map((node, at) => [node, at]));
  const ends = part.edges.map((edge) => [local.get(edges[2 * edge]!)!, local.get(edges[2 * edge + 1]!)!] as const);
  const forward = breakCycles(part.nodes.length, ends);
  const layer = splitTall(findLayers(part.nodes.length, forward), gaps.most);
  const net = buildNet(part, boxes, forward, layer, gaps);
  order(net);
  const y = findHeights(net, gaps);
  const { left, wide, width } = findColumns(net, part, boxes, gaps);

  let [top, bottom] = [Infinity, -Infinity];
  for (let node = 0; node < net.count; node += 1) {
    top = Math.min(top, y[node]! - net.height[node]! / 2);
    bottom = Math.max(bottom, y[node]! + net.height[node]! / 2);
  }
  part.nodes.forEach((node, at) => {
    const column = net.layer[at]!;
    placed.x[node] = left[column]! + (wide[column]! - boxes.width[node]!) / 2;
    placed.y[node] = y[at]! - boxes.height[node]! / 2 - top;
  });
  net.chains.forEach((chain, at) => {
    if (chain.length === 0) return;
    const points = chain.flatMap((dummy) => {
      const column = net.layer[dummy]!;
      const height = y[dummy]! - top;
      return [left[column]!, height, left[column]! + wide[column]!, height];
    });
    placed.routes[part.edges[at]!] = ends[at]![0] === forward[at]![0] ? points : backwards(points);
  });
  return { nodes: part.nodes, edges: part.edges, width, height: bottom - top };
}

function backwards(points: number[]): number[] {
  const turned: number[] = [];
  for (let at = points.length - 2; at >= 0; at -= 2) turned.push(points[at]!, points[at + 1]!);
  return turned;
}

type Ends = readonly (readonly [number, number])[];

/** The edges, each in the direction that leaves no cycle. */
function breakCycles(count: number, ends: Ends): Ends {
  const below: number[][] = Array.from({ length: count }, () => []);
  ends.forEach(([from], edge) => below[from]!.push(edge));
  const seen = new Uint8Array(count); // 1: on the way, 2: done
  const turned = new Set<number>();
  for (let start = 0; start < count; start += 1) {
    if (seen[start]) continue;
    const way: [number, number][] = [[start, 0]];
    seen[start] = 1;
    while (way.length) {
      const last = way[way.length - 1]!;
      const edge = below[last[0]]![last[1]++];
      if (edge === undefined) {
        seen[last[0]] = 2;
        way.pop();
        continue;
      }
      const to = ends[edge]![1];
      if (seen[to] === 1) turned.add(edge);
      else if (!seen[to]) {
        seen[to] = 1;
        way.push([to, 0]);
      }
    }
  }
  return turned.size ? ends.map((each, edge) => (turned.has(edge) ? ([each[1], each[0]] as const) : each)) : ends;
}

/** The column of each node: as far left as its parents allow, then as near to its children as that costs nothing. */
function findLayers(count: number, ends: Ends): Int32Array {
  const parents = new Int32Array(count);
  const children: number[][] = Array.from({ length: count }, () => []);
  for (const [from, to] of ends) {
    if (from === to) continue;
    parents[to] = parents[to]! + 1;
    children[from]!.push(to);
  }
  const waits = Int32Array.from(parents);
  const layer = new Int32Array(count);
  const sorted: number[] = [];
  for (let node = 0; node < count; node += 1) if (!waits[node]) sorted.push(node);
  for (let at = 0; at < sorted.length; at += 1) {
    const node = sorted[at]!;
    for (const child of children[node]!) {
      layer[child] = Math.max(layer[child]!, layer[node]! + 1);
      waits[child] = waits[child]! - 1;
      if (waits[child] === 0) sorted.push(child);
    }
  }
  for (let at = sorted.length - 1; at >= 0; at -= 1) {
    const node = sorted[at]!;
    const below = children[node]!;
    if (below.length > parents[node]!) layer[node] = Math.min(...below.map((child) => layer[child]!)) - 1;
  }
  return layer;
}

function splitTall(layer: Int32Array, most: number): Int32Array {
  const sizes: number[] = [];
  for (const each of layer) sizes[each] = (sizes[each] ?? 0) + 1;
  const first: number[] = [];
  let next = 0;
  for (let at = 0; at < sizes.length; at += 1) {
    first[at] = next;
    next += Math.max(1, Math.ceil((sizes[at] ?? 0) / most));
  }
  const taken: number[] = new Array(sizes.length).fill(0);
  return layer.map((each) => {
    const columns = Math.max(1, Math.ceil(sizes[each]! / most));
    const place = taken[each]!++;
    return first[each]! + Math.min(columns - 1, Math.floor((place * columns) / sizes[each]!));
  });
}

/** Nodes and the dummies of long edges, all edges between neighbouring columns. */
interface Net {
  count: number;
  real: number;
  layer: Int32Array;
  height: Float64Array;
  above: number[][]; // neighbours in the column before
  below: number[][];
  chains: number[][]; // for each edge, its dummies
  columns: number[][];
}

function buildNet(part: Part, boxes: Boxes, ends: Ends, layer: Int32Array, gaps: Gaps): Net {
  const real = part.nodes.length;
  let dummies = 0;
  for (const [from, to] of ends) dummies += Math.max(0, layer[to]! - layer[from]! - 1);
  const isThrough = dummies > MOST_DUMMIES;
  const count = real + (isThrough ? 0 : dummies);
  const net: Net = {
    count,
    real,
    layer: new Int32Array(count),
    height: new Float64Array(count).fill(gaps.pass),
    above: Array.from({ length: count }, () => []),
    below: Array.from({ length: count }, () => []),
    chains: [],
    columns: [],
  };
  net.layer.set(layer);
  part.nodes.forEach((node, at) => {
    net.height[at] = boxes.height[node]!;
  });
  let next = real;
  for (const [from, to] of ends) {
    const chain: number[] = [];
    let last = from;
    for (let column = layer[from]! + 1; !isThrough && column < layer[to]!; column += 1) {
      net.layer[next] = column;
      link(net, last, next);
      chain.push(next);
      last = next++;
    }
    if (from !== to) link(net, last, to);
    net.chains.push(chain);
  }
  const most = Math.max(...net.layer);
  net.columns = Array.from({ length: most + 1 }, () => []);
  for (let node = 0; node < count; node += 1) net.columns[net.layer[node]!]!.push(node);
  return net;
}

function link(net: Net, from: number, to: number): void {
  net.below[from]!.push(to);
  net.above[to]!.push(from);
}

/** Sorts each column by where its neighbours stand, to and fro; the order with the fewest crossings stays. */
function order(net: Net): void {
  const place = new Float64Array(net.count);
  const number = (columns: number[][]) => columns.forEach((column) => column.forEach((node, at) => (place[node] = at)));
  number(net.columns);
  let best = net.columns.map((column) => [...column]);
  let fewest = countCrossings(net, place);
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep += 1) {
    const forward = sweep % 2 === 0;
    const near = forward ? net.above : net.below;
    const columns = forward ? net.columns : [...net.columns].reverse();
    for (const column of columns) {
      const middle = new Map(column.map((node) => [node, mean(near[node]!, place) ?? place[node]!]));
      column.sort((a, b) => middle.get(a)! - middle.get(b)! || place[a]! - place[b]!);
      column.forEach((node, at) => (place[node] = at));
    }
    const crossings = countCrossings(net, place);
    if (crossings < fewest) {
      fewest = crossings;
      best = net.columns.map((column) => [...column]);
    }
  }
  net.columns = best;
}

function mean(nodes: number[], of: Float64Array): number | null {
  if (nodes.length === 0) return null;
  let sum = 0;
  for (const node of nodes) sum += of[node]!;
  return sum / nodes.length;
}

function countCrossings(net: Net, place: Float64Array): number {
  let crossings = 0;
  for (let at = 0; at + 1 < net.columns.length; at += 1) {
    const size = net.columns[at + 1]!.length;
    const tree = new Int32Array(size + 1); // how many edges ended at or before a place
    let seen = 0;
    for (const node of net.columns[at]!) {
      const targets = net.below[node]!.map((each) => place[each]!);
      for (const target of targets) {
        let before = 0;
        for (let i = target + 1; i > 0; i -= i & -i) before += tree[i]!;
        crossings += seen - before;
      }
      for (const target of targets) {
        for (let i = target + 1; i <= size; i += i & -i) tree[i] = tree[i]! + 1;
        seen += 1;
      }
    }
  }
  return crossings;
}

/** The middle of each node: near those of its neighbours, dummies before all, and apart from what is above and below. */
function findHeights(net: Net, gaps: Gaps): Float64Array {
  const y = new Float64Array(net.count);
  const apart = (a: number, b: number) => (net.height[a]! + net.height[b]!) / 2 + (a >= net.real && b >= net.real ? gaps.pass : gaps.row);
  for (const column of net.columns) {
    let at = 0;
    column.forEach((node, place) => {
      at += place ? apart(column[place - 1]!, node) : 0;
      y[node] = at;
    });
    const shift = at / 2;
    for (const node of column) y[node] = y[node]! - shift;
  }
  const passes = net.count > 20_000 ? 6 : 12;
  for (let pass = 0; pass < passes; pass += 1) {
    const both = pass >= passes - 3;
    const forward = pass % 2 === 0;
    const columns = forward ? net.columns : [...net.columns].reverse();
    for (const column of columns) settle(column, y, apart, (node) => {
      const near = both ? [...net.above[node]!, ...net.below[node]!] : (forward ? net.above : net.below)[node]!;
      return mean(near, y) ?? y[node]!;
    }, (node) => (node >= net.real ? 4 : 1));
  }
  return y;
}

/** Weighted isotonic regression: the least moves from the wanted places that keep the order and the distances. */
function settle(column: number[], y: Float64Array, apart: (a: number, b: number) => number, wanted: (node: number) => number, weight: (node: number) => number): void {
  const offsets: number[] = [];
  const pools: { sum: number; weight: number; count: number }[] = [];
  let offset = 0;
  column.forEach((node, place) => {
    offset += place ? apart(column[place - 1]!, node) : 0;
    offsets.push(offset);
    let pool = { sum: (wanted(node) - offset) * weight(node), weight: weight(node), count: 1 };
    while (pools.length && pools[pools.length - 1]!.sum / pools[pools.length - 1]!.weight > pool.sum / pool.weight) {
      const last = pools.pop()!;
      pool = { sum: last.sum + pool.sum, weight: last.weight + pool.weight, count: last.count + pool.count };
    }
    pools.push(pool);
  });
  let at = 0;
  for (const pool of pools) {
    for (let each = 0; each < pool.count; each += 1, at += 1) y[column[at]!] = pool.sum / pool.weight + offsets[at]!;
  }
}

function findColumns(net: Net, part: Part, boxes: Boxes, gaps: Gaps): { left: number[]; wide: number[]; width: number } {
  const wide: number[] = net.columns.map(() => 0);
  part.nodes.forEach((node, at) => {
    const column = net.layer[at]!;
    wide[column] = Math.max(wide[column]!, boxes.width[node]!);
  });
  const left: number[] = [];
  let x = 0;
  for (const each of wide) {
    left.push(x);
    x += each + gaps.column;
  }
  return { left, wide, width: x - gaps.column };
}
