// To be written.
import { Empty } from "../parts/empty";

export default function CatalogView() {
  return <Empty title="Catalog" />;
}
