// Says what is not there, and what to do about it.
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

export function Empty({ icon: Icon, title, children }: { icon?: LucideIcon; title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      {Icon && <Icon size={30} strokeWidth={1.4} aria-hidden />}
      <h2>{title}</h2>
      {children}
    </div>
  );
}
