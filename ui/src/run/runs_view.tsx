// To be written.
import { Empty } from "../parts/empty";

export default function RunsView() {
  return <Empty title="Runs" />;
}
