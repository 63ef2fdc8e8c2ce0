/* An icon beside words is decoration: its name ("error", "sync") is not read out. */
document.addEventListener("DOMContentLoaded", () => {
  for (const icon of document.querySelectorAll("#nav-sidebar a .material-symbols-outlined")) {
    const isAlone = icon.closest("a").textContent.trim() === icon.textContent.trim();
    if (!isAlone) icon.setAttribute("aria-hidden", "true");
  }
});
