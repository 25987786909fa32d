// Lays out beside the page, which stays responsive meanwhile.
import { layoutGraph, type GraphShape } from "./graph_layout";

addEventListener("message", (event: MessageEvent<{ id: number; shape: GraphShape }>) => {
  const places = layoutGraph(event.data.shape);
  const buffers = [places.x, places.y, places.groups, places.edges, places.starts, places.points].map((each) => each.buffer);
  (postMessage as (message: unknown, transfer: Transferable[]) => void)({ id: event.data.id, places }, buffers);
});
