// The foot of the navigation: theme and time zone.
import { Monitor, Moon, Sun } from "lucide-react";
import { OWN_ZONE, useSettings } from "./settings";
import type { Theme } from "./theme";

const THEMES: [Theme, string, typeof Sun][] = [
  ["system", "As the system", Monitor],
  ["light", "Light", Sun],
  ["dark", "Dark", Moon],
];

export function SettingsMenu() {
  const { theme, setTheme, zone, setZone } = useSettings();
  const zones = [...new Set([OWN_ZONE, "UTC", ...Intl.supportedValuesOf("timeZone")])];
  return (
    <div className="settings">
      <div className="segments" role="group" aria-label="Theme">
        {THEMES.map(([name, words, Icon]) => (
          <button key={name} type="button" aria-label={words} title={words} aria-pressed={theme === name} onClick={() => setTheme(name)}>
            <Icon size={15} />
          </button>
        ))}
      </div>
      <select aria-label="Time zone" value={zone} onChange={(event) => setZone(event.target.value)}>
        {zones.map((name) => <option key={name}>{name}</option>)}
      </select>
    </div>
  );
}
