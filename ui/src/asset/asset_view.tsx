// To be written.
import { Empty } from "../parts/empty";

export default function AssetView() {
  return <Empty title="Asset" />;
}
