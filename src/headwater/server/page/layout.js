// Where the cards of the asset graph stand: groups from left to right by what they need, cards in layers inside them.

export const CARD = { width: 224, height: 62 };
const GAP = { column: 56, row: 12, group: 40, stack: 28 };
const PADDING = { x: 14, top: 34, bottom: 14 };
const MARGIN = 20;
const MOST_ROWS = 12; // a taller layer is cut into columns
const SWEEPS = 6;
const CLEAR = 6; // between an edge and the cards that it passes

/**
 * Places for nodes (`{id, group, parents: [id]}`): `{cards: Map id → {x, y}, boxes: [{group, x, y, width, height}],
 * width, height}`. Groups that need each other cannot stand side by side and share one box without a name.
 */
export function layout(nodes) {
  const ids = new Set(nodes.map((node) => node.id));
  const known = nodes.map((node) => ({ ...node, parents: node.parents.filter((parent) => ids.has(parent) && parent !== node.id) }));
  const groups = groupRanks(known) ?? groupRanks(known.map((node) => ({ ...node, group: null })));
  const boxed = groups.has(null) ? known.map((node) => ({ ...node, group: null })) : known;
  const boxes = [...groups].map(([group, rank]) => ({ group, rank, ...inside(boxed.filter((node) => node.group === group)) }));
  return place(boxes);
}

/** The line of an edge, from card to card: it passes the columns between them where there is no card. */
export function edgeLine(from, to, cards) {
  const [start, end] = [cards.get(from), cards.get(to)];
  const points = [[start.x + CARD.width, start.y + CARD.height / 2]];
  const goal = [end.x, end.y + CARD.height / 2];
  for (const column of columnsBetween(start.x, end.x, cards)) {
    const way = (column.x - points[0][0]) / (goal[0] - points[0][0]);
    const y = gapNear(points[0][1] + way * (goal[1] - points[0][1]), column.tops);
    points.push([column.x - 2 * CLEAR, y], [column.x + CARD.width + 2 * CLEAR, y]);
  }
  points.push(goal);
  return points.reduce((line, [x, y], place) => {
    if (place === 0) return `M${x} ${y}`;
    const [fromX, fromY] = points[place - 1];
    const bend = Math.max(16, (x - fromX) / 2);
    return `${line}C${fromX + bend} ${fromY} ${x - bend} ${y} ${x} ${y}`;
  }, "");
}

function columnsBetween(left, right, cards) {
  const columns = new Map();
  for (const { x, y } of cards.values()) {
    if (x > left && x < right && x >= left + CARD.width && x + CARD.width <= right) columns.set(x, [...(columns.get(x) ?? []), y]);
  }
  return [...columns].sort(([a], [b]) => a - b).map(([x, tops]) => ({ x, tops: tops.sort((a, b) => a - b) }));
}

/** The height nearest to `y` that is clear of the cards with these tops. */
function gapNear(y, tops) {
  const gaps = [-Infinity, ...tops].map((top, place) => [top + CARD.height + CLEAR, (tops[place] ?? Infinity) - CLEAR]);
  const clear = gaps.filter(([from, to]) => from <= to).map(([from, to]) => Math.min(Math.max(y, from), to));
  return clear.reduce((best, each) => (Math.abs(each - y) < Math.abs(best - y) ? each : best));
}

/** The rank of each group: one more than the highest rank of those it needs. Null when they need each other. */
function groupRanks(nodes) {
  const groupOf = new Map(nodes.map((node) => [node.id, node.group]));
  const needs = new Map(nodes.map((node) => [node.group, new Set()]));
  for (const node of nodes) {
    for (const parent of node.parents) if (groupOf.get(parent) !== node.group) needs.get(node.group).add(groupOf.get(parent));
  }
  return ranks([...needs.keys()], (group) => [...needs.get(group)]);
}

/** The longest way to each of `items` from one that needs nothing; null when there is a cycle. */
function ranks(items, needs) {
  const children = new Map(items.map((item) => [item, []]));
  const waiting = new Map();
  for (const item of items) {
    const parents = needs(item);
    waiting.set(item, parents.length);
    for (const parent of parents) children.get(parent).push(item);
  }
  const rank = new Map(items.map((item) => [item, 0]));
  const ready = items.filter((item) => waiting.get(item) === 0);
  for (const item of ready) {
    for (const child of children.get(item)) {
      rank.set(child, Math.max(rank.get(child), rank.get(item) + 1));
      waiting.set(child, waiting.get(child) - 1);
      if (waiting.get(child) === 0) ready.push(child);
    }
  }
  return ready.length === items.length ? rank : null;
}

/** One group: its cards in layers, each near what it needs and what needs it. */
function inside(nodes) {
  const ids = new Set(nodes.map((node) => node.id));
  const parents = new Map(nodes.map((node) => [node.id, node.parents.filter((parent) => ids.has(parent))]));
  const children = new Map(nodes.map((node) => [node.id, []]));
  for (const [id, list] of parents) for (const parent of list) children.get(parent).push(id);
  const rank = ranks([...ids], (id) => parents.get(id)) ?? new Map([...ids].map((id) => [id, 0]));
  const layers = [];
  for (const id of ids) (layers[rank.get(id)] ??= []).push(id);
  order(layers, parents, children);
  const columns = layers.flatMap((layer) => chunks(layer, Math.ceil(layer.length / Math.ceil(layer.length / MOST_ROWS))));
  const rows = Math.max(...columns.map((column) => column.length));
  const height = rows * (CARD.height + GAP.row) - GAP.row;
  const cards = new Map();
  columns.forEach((column, across) => {
    const top = (height - (column.length * (CARD.height + GAP.row) - GAP.row)) / 2;
    column.forEach((id, down) => cards.set(id, { x: PADDING.x + across * (CARD.width + GAP.column), y: PADDING.top + top + down * (CARD.height + GAP.row) }));
  });
  const width = columns.length * (CARD.width + GAP.column) - GAP.column + 2 * PADDING.x;
  return { cards, width, height: height + PADDING.top + PADDING.bottom };
}

/** Sorts each layer by where its neighbours stand, down and up again, so that edges cross less. */
function order(layers, parents, children) {
  const place = new Map();
  const note = (layer) => layer.forEach((id, at) => place.set(id, (at + 0.5) / layer.length));
  layers.forEach(note);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const near = sweep % 2 ? children : parents;
    for (const layer of sweep % 2 ? [...layers].reverse() : layers) {
      const middle = new Map(layer.map((id) => {
        const neighbours = near.get(id);
        return [id, neighbours.length ? neighbours.reduce((sum, each) => sum + place.get(each), 0) / neighbours.length : place.get(id)];
      }));
      layer.sort((a, b) => middle.get(a) - middle.get(b));
      note(layer);
    }
  }
}

function chunks(list, size) {
  const parts = [];
  for (let at = 0; at < list.length; at += size) parts.push(list.slice(at, at + size));
  return parts;
}

/** Groups of one rank below each other, ranks from left to right, each rank in the middle of the height. */
function place(boxes) {
  const byRank = [];
  for (const box of boxes) (byRank[box.rank] ??= []).push(box);
  const heights = byRank.map((stack) => stack.reduce((sum, box) => sum + box.height + GAP.stack, -GAP.stack));
  const height = Math.max(0, ...heights);
  const cards = new Map();
  const placed = [];
  let x = MARGIN;
  byRank.forEach((stack, rank) => {
    let y = MARGIN + (height - heights[rank]) / 2;
    for (const box of stack) {
      placed.push({ group: box.group, x, y, width: box.width, height: box.height });
      for (const [id, card] of box.cards) cards.set(id, { x: x + card.x, y: y + card.y });
      y += box.height + GAP.stack;
    }
    x += Math.max(...stack.map((box) => box.width)) + GAP.group;
  });
  return { cards, boxes: placed, width: x - GAP.group + MARGIN, height: height + 2 * MARGIN };
}
