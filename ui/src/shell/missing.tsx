// What an address shows that leads nowhere.
import { MapPinOff } from "lucide-react";
import { Link, useLocation } from "wouter";
import { Empty } from "../parts/empty";

export function Missing() {
  const [path] = useLocation();
  return (
    <Empty icon={MapPinOff} title="There is no such page">
      <p>
        Nothing is at <code>{path}</code>. An asset is at <code>/assets/…</code> with its key, a run at <code>/runs/…</code> with its id.
      </p>
      <p className="row wrap">
        <Link href="/" className="button">Lineage</Link>
        <Link href="/catalog" className="button">Catalog</Link>
        <Link href="/runs" className="button">Runs</Link>
      </p>
    </Empty>
  );
}
