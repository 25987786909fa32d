// The login form: remembers where the visitor was headed, and says when the token was wrong.

const here = new URL(location.href);
document.getElementById("wrong").hidden = !here.searchParams.has("wrong");
if (here.pathname !== "/login") document.getElementById("next").value = here.pathname + here.search;
