// The graph of all assets.
import { useAnswer } from "../api/query";
import { Answered } from "../parts/answered";

export default function LineageView() {
  const graph = useAnswer("/graph", {});
  return <Answered of={graph}>{({ assets }) => <p className="sheet">{assets.length} assets</p>}</Answered>;
}
