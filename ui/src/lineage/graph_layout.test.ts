import { expect, test } from "vitest";
import { CARD, layoutGraph, type GraphShape } from "./graph_layout";

function shape(groups: number[], edges: [number, number][], open?: number[]): GraphShape {
  const count = Math.max(...groups) + 1;
  return {
    groupOf: Int32Array.from(groups),
    open: Uint8Array.from({ length: count }, (_, group) => (open ? (open[group] ?? 0) : 1)),
    edges: Int32Array.from(edges.flat()),
    framed: count > 1,
  };
}

function dag(nodes: number, groups: number): GraphShape {
  let seed = 7;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  const edges: [number, number][] = [];
  for (let to = 1; to < nodes; to += 1) {
    for (let each = 0; each < 2; each += 1) edges.push([Math.max(0, to - 1 - Math.floor(-Math.log(random()) * 30)), to]);
  }
  return shape(Array.from({ length: nodes }, (_, node) => Math.floor((node * groups) / nodes)), edges);
}

function overlaps(places: { x: Float64Array; y: Float64Array }): number {
  let found = 0;
  for (let a = 0; a < places.x.length; a += 1) {
    for (let b = a + 1; b < places.x.length; b += 1) {
      if (Math.abs(places.x[a]! - places.x[b]!) < CARD.width && Math.abs(places.y[a]! - places.y[b]!) < CARD.height) found += 1;
    }
  }
  return found;
}

test("a chain is a straight line to the right", () => {
  const places = layoutGraph(shape([0, 0, 0], [[0, 1], [1, 2]]));
  expect(new Set(places.y).size).toBe(1);
  expect([...places.x]).toEqual([...places.x].sort((a, b) => a - b));
});

test("no card covers another, and edges lead to the right", () => {
  const graph = dag(300, 8);
  const places = layoutGraph(graph);
  expect(overlaps(places)).toBe(0);
  const leftward = [...graph.edges].filter((_, at) => at % 2 === 0 && graph.groupOf[graph.edges[at]!] === graph.groupOf[graph.edges[at + 1]!] && places.x[graph.edges[at]!]! >= places.x[graph.edges[at + 1]!]!);
  expect(leftward).toEqual([]);
});

test("the cards of a group stand in its frame, and frames stand apart", () => {
  const graph = dag(120, 6);
  const { x, y, groups } = layoutGraph(graph);
  graph.groupOf.forEach((group, node) => {
    const [left, top, width, height] = groups.slice(group * 4) as unknown as [number, number, number, number];
    expect(x[node]! >= left && y[node]! >= top && x[node]! + CARD.width <= left + width && y[node]! + CARD.height <= top + height).toBe(true);
  });
  for (let a = 0; a < 6; a += 1) {
    for (let b = a + 1; b < 6; b += 1) {
      const [ax, ay, aw, ah] = groups.slice(a * 4) as unknown as [number, number, number, number];
      const [bx, by, bw, bh] = groups.slice(b * 4) as unknown as [number, number, number, number];
      expect(ax + aw <= bx || bx + bw <= ax || ay + ah <= by || by + bh <= ay).toBe(true);
    }
  }
});

test("a closed group is one card with one edge to each neighbour", () => {
  const places = layoutGraph(shape([0, 0, 1], [[0, 2], [1, 2]], [0, 1]));
  expect([...places.edges]).toEqual([-1, 2]);
  expect(Number.isNaN(places.x[0])).toBe(true);
});

test("groups that need each other are placed, too", () => {
  const places = layoutGraph(shape([0, 1, 0], [[0, 1], [1, 2]]));
  expect([...places.x].some(Number.isNaN)).toBe(false);
  expect(places.starts.at(-1)).toBe(places.points.length);
});

test("the same graph has the same places", () => {
  expect(layoutGraph(dag(200, 5))).toEqual(layoutGraph(dag(200, 5)));
});

test("a chain of a thousand, a fan of a thousand and a thousand alone", () => {
  const chain = Array.from({ length: 999 }, (_, at): [number, number] => [at, at + 1]);
  const fan = Array.from({ length: 999 }, (_, at): [number, number] => [at + 1, 0]);
  for (const edges of [chain, fan, []]) {
    const places = layoutGraph(shape(new Array<number>(1000).fill(0), edges));
    expect(overlaps(places)).toBe(0);
  }
});

test("ten thousand take a moment", () => {
  const began = performance.now();
  layoutGraph(dag(10_000, 250));
  expect(performance.now() - began).toBeLessThan(4000); // on a machine that is busy; about a third of a second idle
});
