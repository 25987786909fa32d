// The graph in its window: canvas below, cards above while few enough are in sight.
import { ChevronsDownUp, ChevronsUpDown, Maximize, Minus, Plus } from "lucide-react";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useAnswer } from "../api/query";
import { hrefOf } from "../shell/address";
import { useSettings } from "../shell/settings";
import { keyEscaped } from "../asset/asset_key";
import { STATE_WORDS, Sign, type State } from "../parts/sign";
import type { ListedAsset, PartitionTotals } from "../api/types";
import { AssetCard } from "./asset_card";
import { Camera } from "./camera";
import { CARD, type GraphPlaces } from "./graph_layout";
import type { GraphModel } from "./graph_model";
import { paint, readPalette, type Palette, type Scene } from "./painter";

const CARDS_FROM = 0.42; // scale: below, cards are drawn
const MOST_CARDS = 260;
const MARGIN = 160; // pixels around the window in which cards are kept ready

interface Shown {
  model: GraphModel;
  places: GraphPlaces;
  open: Uint8Array;
  framed: boolean;
  chosen: number | null;
  picked: ReadonlySet<number>;
  base: string;
  query: URLSearchParams;
  choose: (event: React.MouseEvent, each: ListedAsset) => void;
  toggle: (group: string) => void;
  leave: () => void;
}

export function GraphCanvas({ model, places, open, framed, chosen, picked, base, query, choose, toggle, leave }: Shown) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const layer = useRef<HTMLDivElement>(null);
  const palette = useRef<Palette | null>(null);
  const camera = useMemo(() => new Camera(), []);
  const { theme } = useSettings();
  const totals = useTotals(model);
  const [seen, setSeen] = useState<{ nodes: number[]; groups: number[]; far: boolean }>({ nodes: [], groups: [], far: true });
  const [now, setNow] = useState(() => Date.now() / 1000);
  const scene = useRef<Scene | null>(null);
  scene.current = { places, model, open, framed, far: seen.far, chosen, picked };

  const look = useCallback(() => {
    const [box, current] = [frame.current, scene.current];
    if (!box || !current || !canvas.current) return;
    const found = findSeen(current, camera, box.clientWidth, box.clientHeight);
    setSeen((before) => (before.far === found.far && same(before.nodes, found.nodes) && same(before.groups, found.groups) ? before : found));
    if (layer.current) layer.current.style.transform = `translate(${camera.view.x}px, ${camera.view.y}px) scale(${camera.view.scale})`;
    palette.current ??= readPalette(box);
    paint(canvas.current, { ...current, far: found.far }, camera.view, palette.current);
  }, [camera]);

  const showAll = useCallback(() => {
    const box = frame.current;
    if (!box) return;
    camera.show({ x: 0, y: 0, width: places.width, height: places.height }, box.clientWidth, box.clientHeight);
    // What is small on a narrow window begins readable, at its beginning.
    if (camera.view.scale < 0.5 && places.x.length <= 60) camera.set({ scale: 0.7, x: 16, y: Math.max(16, (box.clientHeight - places.height * 0.7) / 2) });
  }, [camera, places]);

  useEffect(() => camera.onMove(look), [camera, look]);
  useEffect(() => (frame.current ? camera.attach(frame.current) : undefined), [camera]);
  useLayoutEffect(() => {
    showAll();
    const node = chosen !== null && !Number.isNaN(places.x[chosen]) ? chosen : null;
    if (node !== null && frame.current && camera.view.scale < CARDS_FROM) {
      camera.show({ x: places.x[node]! - 400, y: places.y[node]! - 250, width: 800 + CARD.width, height: 500 + CARD.height }, frame.current.clientWidth, frame.current.clientHeight);
    }
    look();
  }, [places]);
  useLayoutEffect(() => look(), [model, chosen, picked, look]);
  useEffect(() => {
    palette.current = null;
    look();
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    const change = () => {
      palette.current = null;
      look();
    };
    scheme.addEventListener("change", change);
    const observer = new ResizeObserver(() => look());
    if (frame.current) observer.observe(frame.current);
    const timer = setInterval(() => setNow(Date.now() / 1000), 20_000);
    return () => {
      scheme.removeEventListener("change", change);
      observer.disconnect();
      clearInterval(timer);
    };
  }, [theme, look]);

  const zoom = (factor: number) => frame.current && camera.zoom(factor, frame.current.clientWidth / 2, frame.current.clientHeight / 2);
  function press(event: React.MouseEvent) {
    if (camera.isMoving) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    if ((event.target as HTMLElement).closest("a, button")) return;
    const node = seen.far ? nodeAt(event, frame.current, camera, places) : null;
    const each = node === null ? undefined : model.assets[node];
    if (each) choose(event, each);
    else leave();
  }
  const hrefFor = (each: ListedAsset) => base + hrefOf("/", { ...Object.fromEntries(query), asset: keyEscaped(each.asset.key) });
  return (
    <div ref={frame} className="graph" data-far={seen.far} tabIndex={0} role="group" aria-label={`Graph of ${model.assets.length} assets; arrow keys move it, plus and minus scale it`} onClickCapture={press}>
      <canvas ref={canvas} aria-hidden />
      <div ref={layer} className="layer">
        {seen.groups.map((group) => (
          <GroupHead key={group} group={group} model={model} places={places} isOpen={Boolean(open[group])} toggle={toggle} />
        ))}
        {!seen.far && seen.nodes.map((node) => {
          const each = model.assets[node];
          if (!each) return null;
          return <AssetCard key={each.asset.key.join("\0")} each={each} x={places.x[node]!} y={places.y[node]!} href={hrefFor(each)} chosen={node === chosen} picked={picked.has(node)} totals={totals.get(keyEscaped(each.asset.key))} now={now} choose={choose} />;
        })}
      </div>
      <div className="zoom" role="group" aria-label="Zoom">
        <button type="button" className="button icon" aria-label="Nearer" onClick={() => zoom(1.3)}><Plus size={16} /></button>
        <button type="button" className="button icon" aria-label="Farther" onClick={() => zoom(1 / 1.3)}><Minus size={16} /></button>
        <button type="button" className="button icon" aria-label="Show all" onClick={showAll}><Maximize size={15} /></button>
      </div>
    </div>
  );
}

/** How the partitions of the assets stand; asked for only where some have any. */
function useTotals(model: GraphModel): ReadonlyMap<string, PartitionTotals> {
  const answer = useAnswer("/partitions", {}, {}, { enabled: model.assets.some(({ asset }) => asset.is_partitioned) });
  return useMemo(() => new Map(answer.data?.assets.map((each) => [keyEscaped(each.asset), each])), [answer.data]);
}

function GroupHead({ group, model, places, isOpen, toggle }: { group: number; model: GraphModel; places: GraphPlaces; isOpen: boolean; toggle: (group: string) => void }) {
  const name = model.groups[group] ?? "";
  const [x, y, width] = [places.groups[group * 4]!, places.groups[group * 4 + 1]!, places.groups[group * 4 + 2]!];
  const counts = useMemo(() => {
    const found = new Map<State, number>();
    model.assets.forEach(({ state }, at) => {
      if (model.groupOf[at] === group) found.set(state.status, (found.get(state.status) ?? 0) + 1);
    });
    return (Object.keys(STATE_WORDS) as State[]).filter((state) => found.has(state)).map((state) => [state, found.get(state) ?? 0] as const);
  }, [model, group]);
  const count = counts.reduce((sum, [, each]) => sum + each, 0);
  return (
    <button type="button" className={isOpen ? "group-head" : "card group-card"} style={{ transform: `translate(${x}px, ${y}px)`, ...(isOpen ? { maxWidth: width } : {}) }} aria-expanded={isOpen} onClick={() => toggle(name)}>
      <span className="name">
        {isOpen ? <ChevronsDownUp size={14} aria-hidden /> : <ChevronsUpDown size={15} aria-hidden />}
        <strong className="cut">{name}</strong>
        <span className="count">{count}</span>
      </span>
      {!isOpen && <span className="below">{counts.map(([state, each]) => <span key={state} className="row" title={STATE_WORDS[state]}><Sign state={state} />{each}</span>)}</span>}
    </button>
  );
}

/** What the window shows, with a margin; cards only while they can be read and are few enough. */
function findSeen({ places, open, framed }: Scene, camera: Camera, width: number, height: number): { nodes: number[]; groups: number[]; far: boolean } {
  const { x, y, scale } = camera.view;
  const [left, top, right, bottom] = [(-x - MARGIN) / scale, (-y - MARGIN) / scale, (width - x + MARGIN) / scale, (height - y + MARGIN) / scale];
  const groups: number[] = [];
  const isNear = scale >= CARDS_FROM;
  for (let group = 0; group < open.length; group += 1) {
    const [gx, gy, gw, gh] = [places.groups[group * 4]!, places.groups[group * 4 + 1]!, places.groups[group * 4 + 2]!, places.groups[group * 4 + 3]!];
    if (gx < right && gx + gw > left && gy < bottom && gy + gh > top && (isNear ? framed || !open[group] : !open[group])) groups.push(group);
  }
  const nodes: number[] = [];
  for (let node = 0; isNear && node < places.x.length; node += 1) {
    const [nx, ny] = [places.x[node]!, places.y[node]!];
    if (nx < right && nx + CARD.width > left && ny < bottom && ny + CARD.height > top) nodes.push(node);
  }
  const far = !isNear || nodes.length > MOST_CARDS;
  return { nodes: far ? [] : nodes, groups: groups.slice(0, 600), far };
}

function nodeAt(event: React.MouseEvent, frame: HTMLElement | null, camera: Camera, places: GraphPlaces): number | null {
  const box = frame?.getBoundingClientRect();
  if (!box) return null;
  const [x, y] = [(event.clientX - box.left - camera.view.x) / camera.view.scale, (event.clientY - box.top - camera.view.y) / camera.view.scale];
  for (let node = 0; node < places.x.length; node += 1) {
    if (x >= places.x[node]! && x <= places.x[node]! + CARD.width && y >= places.y[node]! && y <= places.y[node]! + CARD.height) return node;
  }
  return null;
}

function same(a: number[], b: number[]): boolean {
  return a.length === b.length && a.every((each, at) => each === b[at]);
}
