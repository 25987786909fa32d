// To be written.
import { Empty } from "../parts/empty";

export default function RunView() {
  return <Empty title="Run" />;
}
