// Says what the server said instead of an answer.
import { CircleAlert, MapPinOff, Unplug } from "lucide-react";
import { Link } from "wouter";
import { Refused } from "../api/ask";
import { Empty } from "./empty";

export function Failed({ error }: { error: Error }) {
  if (error instanceof Refused && error.status === 404) {
    return (
      <Empty icon={MapPinOff} title="Not found">
        <p>{error.message}</p>
        <p className="row wrap">
          <Link href="/catalog" className="button">All assets</Link>
          <Link href="/runs" className="button">All runs</Link>
        </p>
      </Empty>
    );
  }
  const isAway = error instanceof Refused && error.status === 0;
  return (
    <Empty icon={isAway ? Unplug : CircleAlert} title={isAway ? "The server does not answer" : "That went wrong"}>
      <p>{error.message}</p>
    </Empty>
  );
}
