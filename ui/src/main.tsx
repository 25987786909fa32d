// The page begins here.
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Router } from "wouter";
import { ask } from "./api/ask";
import { LiveProvider } from "./api/live";
import { buildClient } from "./api/query";
import { BASE } from "./shell/address";
import { SettingsProvider } from "./shell/settings";
import { Shell } from "./shell/shell";
import { applyTheme, loadTheme } from "./shell/theme";
import "./style/ground.css";
import "./style/parts.css";

applyTheme(loadTheme());
const root = document.getElementById("root");
if (!root) throw new Error("The document has no element #root.");
const client = buildClient();
// What the first view asks for is asked for while the rest is built.
if (location.pathname === "/") void client.prefetchQuery({ queryKey: ["/graph", {}, {}], queryFn: () => ask("/graph", {}), meta: { live: true } });
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <LiveProvider>
        <SettingsProvider>
          <Router base={BASE}>
            <Shell />
          </Router>
        </SettingsProvider>
      </LiveProvider>
    </QueryClientProvider>
  </StrictMode>,
);
