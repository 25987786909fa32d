// To be written.
import { Empty } from "../parts/empty";

export default function BackfillsView() {
  return <Empty title="Backfills" />;
}
