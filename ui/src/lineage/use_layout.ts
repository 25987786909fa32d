// The places of a graph, from the worker. While new ones are on their way the old ones stay, with the model they belong to.
import { useEffect, useMemo, useRef, useState } from "react";
import { layoutGraph, type GraphPlaces, type GraphShape } from "./graph_layout";

const FEW = 150; // nodes: below, laying out takes less time than asking the worker

interface Laid<T> {
  places: GraphPlaces;
  shape: GraphShape;
  of: T;
}

export function useLayout<T>(shape: GraphShape, of: T): Laid<T> | null {
  const [laid, setLaid] = useState<Laid<T> | null>(null);
  const worker = useRef<Worker | null>(null);
  const isSmall = shape.groupOf.length <= FEW;
  const asked = useRef(0);
  useEffect(() => () => {
    worker.current?.terminate();
    worker.current = null;
  }, []);
  const signature = useMemo(() => `${shape.groupOf.join()};${shape.open.join()};${shape.edges.join()}`, [shape]);
  useEffect(() => {
    if (isSmall) return;
    const id = ++asked.current;
    worker.current ??= new Worker(new URL("./layout_worker.ts", import.meta.url), { type: "module" });
    const receive = ({ data }: MessageEvent<{ id: number; places: GraphPlaces }>) => {
      if (data.id === id) setLaid({ places: data.places, shape, of });
    };
    worker.current?.addEventListener("message", receive);
    worker.current?.postMessage({ id, shape });
    return () => worker.current?.removeEventListener("message", receive);
    // `of` changes with every state of an asset; only another shape is laid out anew.
  }, [signature]);
  const small = useMemo(() => (isSmall ? { places: layoutGraph(shape), shape } : null), [isSmall, signature]);
  const near = useMemo(() => (small ? { ...small, of } : null), [small, of]);
  const far = useMemo(() => (laid ? { ...laid, of: laid.shape.groupOf.length === shape.groupOf.length && sameShape(laid.shape, shape) ? of : laid.of } : null), [laid, of, shape]);
  return near ?? far;
}

function sameShape(a: GraphShape, b: GraphShape): boolean {
  return a.edges.length === b.edges.length && a.open.length === b.open.length && a.groupOf.every((each, at) => each === b.groupOf[at]) && a.edges.every((each, at) => each === b.edges[at]);
}
