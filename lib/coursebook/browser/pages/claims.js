// Shows the claims of one source, of one verdict, or of both. The address may ask for them: ?verdict=wrong
const form = document.querySelector(".claims-filter");
const rows = [...document.querySelectorAll("table.claims tbody tr")];
const status = form.querySelector("[role=status]");

function show() {
  const wanted = [];
  for (const { name, value } of form.querySelectorAll("select")) {
    if (value) wanted.push(`${name}-${value.toLowerCase()}`);
  }
  let shown = 0;
  for (const row of rows) {
    row.hidden = !wanted.every((kind) => row.classList.contains(kind));
    if (!row.hidden) shown += 1;
  }
  status.textContent = `${shown} of ${rows.length} claims`;
}

function read() {
  const asked = new URLSearchParams(location.search);
  for (const select of form.querySelectorAll("select")) {
    const value = asked.get(select.name) ?? "";
    if ([...select.options].some((option) => option.value === value)) select.value = value;
  }
}

form.hidden = false;
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("change", show);
read();
show();
