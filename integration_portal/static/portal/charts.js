/* A chart of accounts is one of its legislation's: others are not offered (apps/organisation/admin/chart_field.py). */
document.addEventListener("DOMContentLoaded", () => {
  for (const chart of document.querySelectorAll("select[data-charts]")) {
    const legislation = chart.form.elements.legislation;
    if (!legislation) continue;
    const all = [...chart.options];
    const offer = () => {
      const chosen = chart.value;
      const offered = all.filter((one) => !one.value || one.dataset.legislation === legislation.value);
      chart.replaceChildren(...offered);
      chart.value = offered.some((one) => one.value === chosen) ? chosen : "";
    };
    legislation.addEventListener("change", offer);
    offer();
  }
});
