// Markdown of users; as plain text while its renderer is on the way.
import { lazy, Suspense } from "react";

const MarkdownText = lazy(() => import("./markdown_text"));

export function Markdown({ text }: { text: string }) {
  return (
    <Suspense fallback={<p className="soft">{text.slice(0, 400)}</p>}>
      <MarkdownText text={text} />
    </Suspense>
  );
}
