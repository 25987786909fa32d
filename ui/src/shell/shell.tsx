// What stands around every view: the navigation, the state of the connection, the palette.
import { Menu, Search } from "lucide-react";
import { Component, Suspense, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { Link, Route, Switch, useLocation } from "wouter";
import { Refused } from "../api/ask";
import { useLive } from "../api/live";
import { useAnswer } from "../api/query";
import { Failed } from "../parts/failed";
import { VIEWS } from "../views";
import { Broken } from "./broken";
import { Missing } from "./missing";
import { Palette } from "./palette";
import { SettingsMenu } from "./settings_menu";
import "./shell.css";

export function Shell() {
  const [path] = useLocation();
  const [open, setOpen] = useState(false); // the navigation, where it does not fit beside the view
  const [palette, setPalette] = useState(false);
  const main = useRef<HTMLElement>(null);
  usePaletteKey(() => setPalette(true));
  useEffect(() => setOpen(false), [path]);
  useTitle(path);
  return (
    <div className="shell" data-open={open}>
      <a className="skip" href="#main" onClick={(event) => {
        event.preventDefault();
        main.current?.focus();
      }}>
        Skip to the content
      </a>
      <header className="top">
        <button type="button" className="button quiet icon" aria-label="Navigation" aria-expanded={open} onClick={() => setOpen(!open)}>
          <Menu size={18} />
        </button>
        <Brand />
        <span className="grow" />
        <button type="button" className="button quiet icon" aria-label="Find anything" onClick={() => setPalette(true)}>
          <Search size={18} />
        </button>
      </header>
      <aside className="side">
        <Brand />
        <button type="button" className="find" onClick={() => setPalette(true)}>
          <Search size={15} /> <span className="grow">Find</span> <kbd>/</kbd>
        </button>
        <nav aria-label="Views">
          <ul>
            {VIEWS.filter((view) => view.icon).map((view) => <Entry key={view.path} path={view.path} title={view.title} icon={view.icon} here={path} />)}
          </ul>
        </nav>
        <span className="grow" />
        <Connection />
        <SettingsMenu />
      </aside>
      <main id="main" ref={main} tabIndex={-1}>
        <Lost />
        <Broken />
        <Boundary key={path}>
          <Suspense fallback={<p className="skeleton">Opening …</p>}>
            <Switch>
              {VIEWS.map((view) => <Route key={view.path} path={view.path} component={view.component} />)}
              <Route><Missing /></Route>
            </Switch>
          </Suspense>
        </Boundary>
      </main>
      {palette && <Palette close={() => setPalette(false)} />}
    </div>
  );
}

function Brand() {
  const instance = useAnswer("/instance", {});
  const name = instance.data?.location;
  return (
    <Link href="/" className="brand">
      <img src="/static/icon.svg" alt="" width={26} height={26} />
      <span className="names">
        <strong>Headwater</strong>
        {name && !name.startsWith("__") && <span className="cut faint">{name}</span>}
      </span>
    </Link>
  );
}

function Entry({ path, title, icon: Icon, here }: { path: string; title: string; icon: (typeof VIEWS)[number]["icon"]; here: string }) {
  const shown = useMemo(() => viewAt(here), [here]);
  const isHere = shown?.path === path || shown?.within === path;
  return (
    <li>
      <Link href={path} aria-current={isHere ? "page" : undefined}>
        {Icon && <Icon size={17} strokeWidth={1.8} aria-hidden />} {title}
      </Link>
    </li>
  );
}

function viewAt(path: string): (typeof VIEWS)[number] | undefined {
  return VIEWS.find((view) => {
    const parts = view.path.split("/").map((part) => (part === "*" ? ".+" : part.startsWith(":") ? "[^/]+" : part));
    return new RegExp(`^${parts.join("/")}$`).test(path);
  });
}

function Connection() {
  const live = useLive();
  const words = { connecting: "Connecting", live: "Live", lost: "Reconnecting" };
  return (
    <p className={`connection ${live}`} role="status">
      <span className="dot" aria-hidden /> {words[live]}
    </p>
  );
}

/** Said on top of the view, which shows what it knew. Only after a while: a reload of the code takes a moment. */
function Lost() {
  const live = useLive();
  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (live !== "lost") return;
    const timer = setTimeout(() => setLate(true), 1500);
    return () => clearTimeout(timer);
  }, [live]);
  if (!late) return null;
  return (
    <p className="banner notice is-stale" role="alert">
      The server does not answer; this is how things stood before. The page goes on by itself once it is back.
    </p>
  );
}

function useTitle(path: string): void {
  const title = viewAt(path)?.title;
  useEffect(() => {
    document.title = title ? `${title} – Headwater` : "Headwater";
  }, [title]);
}

function usePaletteKey(open: () => void): void {
  const latest = useRef(open);
  latest.current = open;
  useEffect(() => {
    function press(event: KeyboardEvent) {
      const target = event.target instanceof HTMLElement ? event.target : null;
      const types = target?.isContentEditable || target?.matches("input, textarea, select, [role=textbox]");
      const wanted = (event.key === "/" && !types && !event.ctrlKey && !event.metaKey) || (event.key === "k" && (event.ctrlKey || event.metaKey));
      if (!wanted || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      latest.current();
    }
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}

/** A view that fails says so in its place; the rest of the page goes on. */
class Boundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return <Failed error={error instanceof Refused || error instanceof Error ? error : new Error(String(error))} />;
  }
}
