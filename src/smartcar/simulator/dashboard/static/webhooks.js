// Finds a signal among those that a webhook may be told.
document.addEventListener("input", ({ target }) => {
  if (!target.dataset?.sift) return;
  const wanted = target.value.trim().toLowerCase();
  for (const group of document.querySelectorAll(`#${target.dataset.sift} tbody`)) {
    const rows = [...group.querySelectorAll("tr:not(.of)")];
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
    group.hidden = rows.every((row) => row.hidden);
  }
});
