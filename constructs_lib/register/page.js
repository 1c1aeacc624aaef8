"use strict";
(() => {
  const table = document.getElementById("alarms");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const search = document.getElementById("search");
  const boxes = [...document.querySelectorAll("form input[type=checkbox]")];
  const shown = document.getElementById("shown");

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    let count = 0;
    for (const row of rows) {
      const hit = wanted.has(row.dataset.group) && words.every((word) => texts.get(row).includes(word));
      row.hidden = !hit;
      count += hit;
    }
    const address = new URL(location.href);
    if (search.value) address.searchParams.set("q", search.value);
    else address.searchParams.delete("q");
    try {
      history.replaceState(null, "", address);
    } catch {} // a browser may keep a file's address as it is
    shown.textContent = `${count} of ${rows.length} shown`;
  };

  const collator = new Intl.Collator("en", { numeric: true });
  const sort = (header) => {
    const column = header.cellIndex;
    const down = header.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", down ? "descending" : "ascending");
    const key = (row) => row.cells[column].dataset.sort ?? row.cells[column].textContent;
    const sorted = [...body.rows].sort((a, b) => collator.compare(key(a), key(b)));
    body.append(...(down ? sorted.reverse() : sorted));
  };

  search.addEventListener("input", filter);
  for (const box of boxes) box.addEventListener("change", filter);
  search.form.addEventListener("submit", (event) => event.preventDefault());
  for (const header of table.tHead.rows[0].cells) {
    header.querySelector("button").addEventListener("click", () => sort(header));
  }
  search.value = new URLSearchParams(location.search).get("q") ?? "";
  filter();

  // A link to a row shows it, whatever was filtered, with its details; the index passes it on to the stack's page.
  const reveal = () => {
    const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!rows.includes(row)) return;
    if (row.dataset.page) location.replace(row.dataset.page);
    row.hidden = false;
    for (const details of row.querySelectorAll("details")) details.open = true;
    row.scrollIntoView();
  };
  window.addEventListener("hashchange", reveal);
  reveal();
})();
