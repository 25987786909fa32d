// A key out of its escaped form, in which a backslash stands before a slash that belongs to a part.

export function readEscaped(text: string): string[] {
  const parts = [""];
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] ?? "";
    if (letter === "\\" && at + 1 < text.length) {
      parts[parts.length - 1] += text[at + 1] ?? "";
      at += 1;
    } else if (letter === "/") parts.push("");
    else parts[parts.length - 1] += letter;
  }
  return parts;
}
