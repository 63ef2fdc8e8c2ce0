/* The fields grid of the Mapping page, as Alpine data: which columns are shown, and a field that is looked for. */
function portalFieldsGrid() {
  const kept = "portal.mapping.columns";
  return {
    columns: JSON.parse(localStorage.getItem(kept) || "[]"),
    sought: "",

    init() {
      this.$watch("columns", (names) => localStorage.setItem(kept, JSON.stringify(names)));
    },

    shows(column) {
      return this.columns.includes(column);
    },

    matches(row) {
      return row.dataset.words.toLowerCase().includes(this.sought.trim().toLowerCase());
    },

    finds(table) {
      return !this.sought.trim() || [...table.querySelectorAll("[data-words]")].some((row) => this.matches(row));
    },
  };
}
