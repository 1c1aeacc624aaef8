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
  filter();
})();
