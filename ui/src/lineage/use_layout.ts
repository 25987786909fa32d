// The places of a graph, from the worker. While new ones are on their way the old ones stay, with the model they belong to.
import { useEffect, useMemo, useRef, useState } from "react";
import type { GraphPlaces, GraphShape } from "./graph_layout";

interface Laid<T> {
  places: GraphPlaces;
  shape: GraphShape;
  of: T;
}

export function useLayout<T>(shape: GraphShape, of: T): Laid<T> | null {
  const [laid, setLaid] = useState<Laid<T> | null>(null);
  const worker = useRef<Worker | null>(null);
  const asked = useRef(0);
  useEffect(() => {
    worker.current = new Worker(new URL("./layout_worker.ts", import.meta.url), { type: "module" });
    return () => worker.current?.terminate();
  }, []);
  const signature = useMemo(() => `${shape.groupOf.join()};${shape.open.join()};${shape.edges.join()}`, [shape]);
  useEffect(() => {
    const id = ++asked.current;
    const receive = ({ data }: MessageEvent<{ id: number; places: GraphPlaces }>) => {
      if (data.id === id) setLaid({ places: data.places, shape, of });
    };
    worker.current?.addEventListener("message", receive);
    worker.current?.postMessage({ id, shape });
    return () => worker.current?.removeEventListener("message", receive);
    // `of` changes with every state of an asset; only another shape is laid out anew.
  }, [signature]);
  return useMemo(() => (laid ? { ...laid, of: laid.shape.groupOf.length === shape.groupOf.length && sameShape(laid.shape, shape) ? of : laid.of } : null), [laid, of, shape]);
}

function sameShape(a: GraphShape, b: GraphShape): boolean {
  return a.edges.length === b.edges.length && a.open.length === b.open.length && a.groupOf.every((each, at) => each === b.groupOf[at]) && a.edges.every((each, at) => each === b.edges[at]);
}
