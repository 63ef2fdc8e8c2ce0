/* The tabs of a form (templates/unfold/helpers/fieldsets_tabs.html), as Alpine data. */
function portalTabs(first) {
  return {
    tab: first,

    init() {
      this.open();
      // A link to another field of this very page changes only the fragment: nothing is loaded anew.
      addEventListener("hashchange", () => this.open());
    },

    open() {
      // What is wrong comes before what was asked for.
      const wrong = this.$root.querySelector("[role=tabpanel] .errorlist");
      const target = wrong || (location.hash && document.getElementById(location.hash.slice(1)));
      const panel = target && target.closest("[role=tabpanel]");
      if (!panel || !this.$root.contains(panel)) return;
      this.tab = panel.id;
      this.$nextTick(() => target.scrollIntoView({ block: "center" }));
    },

    choose(name) {
      this.tab = name;
      history.replaceState(null, "", `#${name}`);
      // Saved and shown again, the page opens the same tab: a redirect keeps the fragment of what was posted.
      this.$root.closest("form")?.setAttribute("action", location.pathname + location.search + location.hash);
    },

    step(by) {
      const tabs = [...this.$root.querySelectorAll("[role=tab]")];
      const next = tabs[(tabs.findIndex((one) => one.dataset.tab === this.tab) + by + tabs.length) % tabs.length];
      this.choose(next.dataset.tab);
      next.focus();
    },
  };
}
