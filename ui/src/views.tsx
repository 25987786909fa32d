// The views: at which address each one is, and which of them the navigation names. A view is a component in a folder of
// its own, loaded when it is first opened.
import { Boxes, CalendarClock, CirclePlay, FolderTree, History, ListVideo, Waypoints, type LucideIcon } from "lucide-react";
import { lazy, type ComponentType } from "react";
import LineageView from "./lineage/lineage_view"; // not lazy: it is what most visits begin with

export interface View {
  /** In wouter's pattern language; the first that fits is shown. */
  path: string;
  /** What the tab of the browser and the navigation say. */
  title: string;
  component: ComponentType;
  /** Shown in the navigation with this icon; a view without one is reached from others. */
  icon?: LucideIcon;
  /** The address of the entry of the navigation that this view belongs to. */
  within?: string;
}

export const VIEWS: View[] = [
  { path: "/", title: "Lineage", icon: Waypoints, component: LineageView },
  { path: "/catalog", title: "Catalog", icon: FolderTree, component: lazy(() => import("./catalog/catalog_view")) },
  { path: "/assets/*", title: "Asset", within: "/catalog", component: lazy(() => import("./asset/asset_view")) },
  { path: "/runs", title: "Runs", icon: ListVideo, component: lazy(() => import("./run/runs_view")) },
  { path: "/runs/:id", title: "Run", within: "/runs", component: lazy(() => import("./run/run_view")) },
  { path: "/jobs", title: "Jobs", icon: CirclePlay, component: lazy(() => import("./job/jobs_view")) },
  { path: "/launch", title: "Launch", within: "/jobs", component: lazy(() => import("./launch/launch_view")) },
  { path: "/automation", title: "Automation", icon: CalendarClock, component: lazy(() => import("./automation/automation_view")) },
  { path: "/automation/:location/:name", title: "Automation", within: "/automation", component: lazy(() => import("./automation/one_automation_view")) },
  { path: "/backfills", title: "Backfills", icon: History, component: lazy(() => import("./backfill/backfills_view")) },
  { path: "/backfills/:id", title: "Backfill", within: "/backfills", component: lazy(() => import("./backfill/one_backfill_view")) },
  { path: "/locations", title: "Locations", icon: Boxes, component: lazy(() => import("./location/locations_view")) },
];
