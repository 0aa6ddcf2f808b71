// Keys: j and k go to the next and the previous headline, / to the words to search for.

import { byId } from "./dom.js";

/** Make the keys work in the live view, where nobody is typing. */
export function setUpKeys(list) {
  addEventListener("keydown", (event) => {
    const isTyping = event.target.matches("input, select, textarea");
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey || byId("live").hidden) return;
    if (event.key === "j" || event.key === "k") list.move(event.key === "j");
    else if (event.key === "/") showSearch();
    else return;
    event.preventDefault();
  });
}

function showSearch() {
  if (byId("filters").classList.contains("folded")) byId("fold").checkVisibility() && byId("fold").click();
  byId("contains").focus();
}
