/* Copies a field's or a message's text; where the browser does not allow it, the text is selected, ready for Ctrl-C.
   Listens once for the whole page: parts of it are exchanged (portal/live.js). */
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copies]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copies);
  const status = document.getElementById(button.dataset.says || "copy-status");
  source.select?.();
  try {
    await navigator.clipboard.writeText(source.value ?? source.textContent);
    status.textContent = button.dataset.done;
  } catch {
    if (!source.select) getSelection().selectAllChildren(source);
    source.focus();
  }
});
document.addEventListener("focusin", (event) => {
  if (event.target.id && document.querySelector(`[data-copies="${CSS.escape(event.target.id)}"]`)) event.target.select?.();
});
