// Finds brands while they are typed, and shows a password on demand. Without it, the forms do.
"use strict";

// As the server compares: letters and digits only, without case or accents.
const plain = (text) => text.normalize("NFKD").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

const findBrands = (box) => {
  const told = document.getElementById("found");
  const tiles = [...document.querySelectorAll(".brands > li")];

  const find = () => {
    const search = box.value.trim();
    const wanted = plain(search);
    for (const tile of tiles) {
      const isFound = tile.dataset.words.split(" ").some((word) => word.includes(wanted));
      tile.hidden = search !== "" && (wanted === "" || !isFound);
    }
    const count = tiles.filter((tile) => !tile.hidden).length;
    if (search === "") told.textContent = "";
    else if (count === 0) told.textContent = `No brand matches “${search}”. Check the spelling.`;
    else told.textContent = `${count} ${count === 1 ? "brand" : "brands"} for “${search}”`;
  };

  box.addEventListener("input", find);
  box.form.addEventListener("submit", (event) => {
    event.preventDefault();
    tiles.find((tile) => !tile.hidden)?.querySelector("button:enabled")?.focus();
  });
  window.addEventListener("pageshow", find); // what was typed before is there again
};

const showOnDemand = (password) => {
  const button = document.createElement("button");
  const say = (isShown) => {
    password.type = isShown ? "text" : "password";
    button.textContent = isShown ? "Hide password" : "Show password";
  };
  button.type = "button";
  button.className = "quiet";
  button.addEventListener("click", () => say(password.type === "password"));
  password.form.addEventListener("submit", () => say(false));
  password.after(button);
  say(false);
};

const box = document.getElementById("brand-search");
const password = document.getElementById("password");
// A list that the server has shortened lacks what else could be found.
if (box && box.defaultValue === "") findBrands(box);
if (password) showOnDemand(password);
