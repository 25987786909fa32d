// All assets as a list or as folders, by what they are and how they stand.
import { FolderTree, Library, List, Search } from "lucide-react";
import { useDeferredValue, useMemo } from "react";
import { useAnswer } from "../api/query";
import { keyText } from "../asset/asset_key";
import { Answered } from "../parts/answered";
import { Empty } from "../parts/empty";
import { STATE_WORDS, type State } from "../parts/sign";
import { useAddress } from "../shell/address";
import type { ListedAsset } from "../api/types";
import { AssetFolders } from "./asset_folders";
import { AssetList } from "./asset_list";
import { choicesOf, FACETS, fitsAll } from "./facet";
import "./catalog.css";

export default function CatalogView() {
  const graph = useAnswer("/graph", {});
  return <Answered of={graph}>{({ assets }) => <Catalog assets={assets} />}</Answered>;
}

function Catalog({ assets }: { assets: ListedAsset[] }) {
  const [query, change] = useAddress();
  const deferred = useDeferredValue(query);
  const sorted = useMemo(() => [...assets].sort((a, b) => (keyText(a.asset.key) < keyText(b.asset.key) ? -1 : 1)), [assets]);
  const shown = useMemo(() => sorted.filter((each) => fitsAll(each, deferred)), [sorted, deferred]);
  const isFiltered = FACETS.some(({ name }) => query.has(name)) || query.has("find");
  const view = query.get("view") === "folders" ? "folders" : "list";
  return (
    <div className="catalog">
      <header>
        <h1>Catalog</h1>
        <span className="faint" role="status">{shown.length === assets.length ? `${assets.length.toLocaleString("en")} assets` : `${shown.length.toLocaleString("en")} of ${assets.length.toLocaleString("en")} assets`}</span>
        <span className="grow" />
        <div className="segments" role="group" aria-label="View">
          <button type="button" aria-pressed={view === "list"} onClick={() => change({ view: null })}><List size={14} aria-hidden /> List</button>
          <button type="button" aria-pressed={view === "folders"} onClick={() => change({ view: "folders" })}><FolderTree size={14} aria-hidden /> Folders</button>
        </div>
      </header>
      <div className="facets">
        <label className="search">
          <Search size={15} aria-hidden />
          <input type="search" aria-label="Find an asset" placeholder="Find by name or description" value={query.get("find") ?? ""} onChange={(event) => change({ find: event.target.value })} />
        </label>
        {FACETS.map((facet) => <Facet key={facet.name} name={facet.name} title={facet.title} assets={assets} chosen={query.get(facet.name)} choose={(value) => change({ [facet.name]: value })} />)}
        {isFiltered && <button type="button" className="button quiet" onClick={() => change({ find: null, ...Object.fromEntries(FACETS.map(({ name }) => [name, null])) })}>Show all</button>}
      </div>
      {shown.length === 0 ? (
        <Empty icon={Library} title={assets.length ? "No asset is like that" : "There is no asset here yet"}>
          {assets.length === 0 && <p>Declare one with <code>@hw.asset</code>; this page follows the code while <code>headwater dev</code> runs.</p>}
        </Empty>
      ) : view === "list" ? <AssetList assets={shown} /> : <AssetFolders assets={shown} />}
    </div>
  );
}

interface FacetShown {
  name: (typeof FACETS)[number]["name"];
  title: string;
  assets: ListedAsset[];
  chosen: string | null;
  choose: (value: string | null) => void;
}

function Facet({ name, title, assets, chosen, choose }: FacetShown) {
  const choices = useMemo(() => choicesOf(name, assets), [name, assets]);
  if (choices.length === 0 || (choices.length === 1 && !chosen)) return null;
  return (
    <select aria-label={title} data-chosen={chosen !== null} value={chosen ?? ""} onChange={(event) => choose(event.target.value || null)}>
      <option value="">{title}</option>
      {choices.map(([value, count]) => <option key={value} value={value}>{name === "state" ? (STATE_WORDS[value as State] ?? value) : value} ({count})</option>)}
      {chosen && !choices.some(([value]) => value === chosen) && <option value={chosen}>{chosen}</option>}
    </select>
  );
}

