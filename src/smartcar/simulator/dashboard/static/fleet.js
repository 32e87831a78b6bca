// The fleet's map.
import { drawMap } from "./map.js";

const map = drawMap(document.getElementById("map"), { legend: true });

document.body.addEventListener("live:cars", ({ detail }) => map.show(detail));
document.body.addEventListener("live:anew", map.refit);

// A row and its car light up together.
document.addEventListener("pointerover", (event) => {
  map.light(event.target.closest?.("tr[data-car]")?.dataset.car);
});
