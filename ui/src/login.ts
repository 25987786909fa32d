// The login form: remembers where the visitor was headed, and says when the token was wrong.
import "./style/ground.css";
import "./style/login.css";
import { applyTheme, loadTheme } from "./shell/theme";

applyTheme(loadTheme());
const here = new URL(location.href);
const wrong = document.getElementById("wrong");
const next = document.getElementById("next");
if (wrong) wrong.hidden = !here.searchParams.has("wrong");
if (next instanceof HTMLInputElement && here.pathname !== "/login") next.value = here.pathname + here.search;
