// Says on every view which code does not load; what was there before is still shown.
import { TriangleAlert } from "lucide-react";
import { Link } from "wouter";
import { useAnswer } from "../api/query";

export function Broken() {
  const locations = useAnswer("/locations", {});
  const broken = locations.data?.locations.filter((each) => each.error) ?? [];
  if (broken.length === 0) return null;
  return (
    <div className="banner notice is-failed" role="alert">
      <TriangleAlert size={18} aria-hidden />
      <div className="grow">
        {broken.map((each) => (
          <p key={each.name}>
            <strong>The code of {each.name} does not load</strong>: {lastLine(each.error?.message)} <Link href="/locations">Where it fails</Link>
          </p>
        ))}
      </div>
    </div>
  );
}

const lastLine = (text: string | undefined): string => text?.trim().split("\n").at(-1) ?? "";
