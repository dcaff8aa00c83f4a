// Filters and sorts tables that are already complete without it. Loads nothing, stores nothing, writes no markup.
"use strict";
(function () {
  function text(row, column) { return row.cells[column].textContent.trim(); }

  function compare(a, b) {
    var x = Number(a), y = Number(b);
    if (a !== "" && b !== "" && !isNaN(x) && !isNaN(y)) { return x - y; }
    return a < b ? -1 : a > b ? 1 : 0;
  }

  function sortable(table, head, column) {
    var button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.textContent = head.textContent;
    head.textContent = "";
    head.appendChild(button);
    button.addEventListener("click", function () {
      var down = head.getAttribute("aria-sort") === "ascending";
      Array.prototype.forEach.call(table.tHead.rows[0].cells, function (cell) { cell.removeAttribute("aria-sort"); });
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      var rows = Array.prototype.slice.call(table.tBodies[0].rows);
      rows.sort(function (a, b) { return compare(text(a, column), text(b, column)) * (down ? -1 : 1); });
      rows.forEach(function (row) { table.tBodies[0].appendChild(row); });
    });
  }

  function filterable(table) {
    var bar = document.createElement("p");
    var label = document.createElement("label");
    var input = document.createElement("input");
    var state = document.createElement("span");
    bar.className = "filter";
    label.textContent = "Filter these rows ";
    input.type = "search";
    state.setAttribute("role", "status");
    label.appendChild(input);
    bar.appendChild(label);
    bar.appendChild(state);
    var holder = table.closest(".scroll") || table;
    holder.parentNode.insertBefore(bar, holder);
    input.addEventListener("input", function () {
      var wanted = input.value.toLowerCase(), shown = 0;
      Array.prototype.forEach.call(table.tBodies[0].rows, function (row) {
        row.hidden = row.textContent.toLowerCase().indexOf(wanted) < 0;
        if (!row.hidden) { shown += 1; }
      });
      state.textContent = wanted === "" ? "" : shown + " of " + table.tBodies[0].rows.length + " rows of this page";
    });
  }

  Array.prototype.forEach.call(document.querySelectorAll("table[data-filter]"), function (table) {
    if (table.tBodies[0].rows.length < 4) { return; }
    filterable(table);
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (head, column) { sortable(table, head, column); });
  });
})();
