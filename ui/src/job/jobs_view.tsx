// To be written.
import { Empty } from "../parts/empty";

export default function JobsView() {
  return <Empty title="Jobs" />;
}
