// What a visitor chose for this browser: theme and time zone.
import { createContext, useContext, useMemo, useState, type ReactNode } from "react";
import { applyTheme, loadTheme, type Theme } from "./theme";

const ZONE = "headwater.zone";

interface Settings {
  theme: Theme;
  setTheme: (theme: Theme) => void;
  /** An IANA name; times are shown in it. */
  zone: string;
  setZone: (zone: string) => void;
}

export const OWN_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

const SettingsContext = createContext<Settings | null>(null);

export function useSettings(): Settings {
  const settings = useContext(SettingsContext);
  if (!settings) throw new Error("useSettings stands outside of SettingsProvider.");
  return settings;
}

export function SettingsProvider({ children }: { children: ReactNode }) {
  const [theme, setTheme] = useState<Theme>(loadTheme);
  const [zone, setZone] = useState(loadZone);
  const settings = useMemo<Settings>(
    () => ({
      theme,
      zone,
      setTheme: (next) => {
        applyTheme(next);
        setTheme(next);
      },
      setZone: (next) => {
        localStorage.setItem(ZONE, next);
        setZone(next);
      },
    }),
    [theme, zone],
  );
  return <SettingsContext value={settings}>{children}</SettingsContext>;
}

function loadZone(): string {
  const kept = localStorage.getItem(ZONE);
  if (!kept) return OWN_ZONE;
  try {
    Intl.DateTimeFormat("en", { timeZone: kept });
    return kept;
  } catch {
    return OWN_ZONE; // a name that this browser does not know
  }
}
