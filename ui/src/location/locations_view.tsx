// To be written.
import { Empty } from "../parts/empty";

export default function LocationsView() {
  return <Empty title="Locations" />;
}
