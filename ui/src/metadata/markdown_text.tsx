// Markdown of users, rendered. Loaded when the first is shown.
import { useMemo } from "react";
import { markdownHtml } from "./markdown_html";
import "./markdown.css";

export default function MarkdownText({ text }: { text: string }) {
  const html = useMemo(() => markdownHtml(text), [text]);
  if (html === null) return <pre className="markdown plain">{text}</pre>;
  return <div className="markdown" dangerouslySetInnerHTML={{ __html: html }} />;
}
