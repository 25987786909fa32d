// To be written.
import { Empty } from "../parts/empty";

export default function AutomationView() {
  return <Empty title="Automation" />;
}
