// What every page does: hear from the simulator, tick its clock, and say for a moment what was done.

const unheard = document.getElementById("live");
let source = null;
let address = "";
let missed = false; // something may have happened while nobody looked

// --- events -----------------------------------------------------------------------------------

const names = ["clock", "cars", "requests", "deliveries", "changed"];

const soon = new Map();

/** Scripts hear of everything at once; the page renews itself once a second at most, never too seldom. */
function tell(name, detail) {
  document.body.dispatchEvent(new CustomEvent(`live:${name}`, { detail }));
  if (soon.has(name)) return;
  soon.set(name, setTimeout(() => {
    soon.delete(name);
    document.body.dispatchEvent(new CustomEvent(`fresh:${name}`));
  }, name === "changed" || name === "deliveries" ? 150 : 1000));
}

function listen() {
  const wanted = document.getElementById("main").dataset.live;
  if (document.hidden) return leave(); // a browser has six connections to a host, for all its tabs
  if (source && address === wanted && source.readyState !== EventSource.CLOSED) return;
  close();
  if (address && address !== wanted) tell("anew", {}); // it looks at other cars now
  address = wanted;
  source = new EventSource(wanted);
  source.addEventListener("open", () => {
    // Nobody listened for a while: it may be another simulator by now, or what was gone is back.
    const isGone = document.querySelector("#main [data-gone]") !== null;
    if (isGone || missed || unheard.dataset.is === "lost") tell("changed", {});
    missed = false;
    state("open", "Live");
  });
  source.addEventListener("error", () => {
    state("lost", "Connection lost, trying again");
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 2000);
  });
  for (const name of names) {
    source.addEventListener(name, (event) => tell(name, JSON.parse(event.data)));
  }
}

function close() {
  source?.close();
  source = null;
}

function leave() {
  missed = true;
  close();
}

function state(is, words) {
  unheard.dataset.is = is;
  if (unheard.textContent !== words) unheard.textContent = words;
}

document.addEventListener("visibilitychange", listen);
document.body.addEventListener("htmx:afterSettle", listen);
addEventListener("pagehide", leave);
addEventListener("pageshow", listen);

// --- the clock --------------------------------------------------------------------------------

const face = document.getElementById("now");
const today = document.getElementById("today");
const time = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium", timeZone: "UTC" });
const day = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const clock = { now: Number(face.dataset.now), speed: Number(face.dataset.speed), since: performance.now() };

function now() {
  return clock.now + (performance.now() - clock.since) / 1000 * clock.speed;
}

function tick() {
  const at = new Date(now() * 1000);
  for (const each of [face, ...document.querySelectorAll("[data-clock]")]) {
    const words = time.format(at);
    if (each.textContent !== words) each.textContent = words;
  }
  for (const each of [today, ...document.querySelectorAll("[data-day]")]) {
    const words = day.format(at).replace(",", "");
    if (each.textContent !== words) each.textContent = words;
  }
}

document.body.addEventListener("live:clock", ({ detail }) => {
  Object.assign(clock, { now: detail.now, speed: detail.speed, since: performance.now() });
  face.dataset.now = detail.now;
  face.dataset.speed = detail.speed;
  for (const button of document.querySelectorAll("button[name=speed]")) {
    button.ariaPressed = String(Number(button.value) === detail.speed);
  }
  tick();
});
setInterval(tick, 200);

// A page renews itself by becoming what the server says it is now, but for what somebody has opened,
// what scripts draw, and what is being typed.
Object.assign(Idiomorph.defaults.callbacks, {
  beforeNodeMorphed: (old) => !old.matches?.("[data-kept]"),
  beforeAttributeUpdated: (name, node) => name !== "hidden" && !(name === "open" && node.matches("details, dialog")),
});

// --- what was done ----------------------------------------------------------------------------

function say(good, words) {
  const toast = document.getElementById(good ? "toast-good" : "toast-bad").content.cloneNode(true);
  toast.querySelector("span").textContent = words;
  const shown = toast.firstElementChild;
  document.getElementById("toasts").append(shown);
  setTimeout(() => shown.remove(), good ? 4000 : 9000);
}

/** Says in the form itself why it was refused, where it has a place for that. */
function refuse(form, { text, field }) {
  const note = form?.querySelector("[data-refused]");
  if (!note) return false;
  note.textContent = text;
  note.hidden = false;
  const wrong = form.elements[field] ?? null;
  heal(form, wrong);
  wrong?.setAttribute("aria-invalid", "true");
  wrong?.setAttribute("aria-describedby", note.id);
  wrong?.focus();
  return true;
}

function heal(form, but = null) {
  for (const each of form.querySelectorAll("[aria-invalid]")) {
    if (each === but) continue;
    each.removeAttribute("aria-invalid");
    each.removeAttribute("aria-describedby");
  }
}

document.addEventListener("input", (event) => {
  const note = event.target.form?.querySelector("[data-refused]:not([hidden])");
  if (!note) return;
  note.hidden = true;
  heal(event.target.form);
});

document.body.addEventListener("said", ({ detail, target }) => {
  const form = target.closest?.("form");
  if (!detail.good && refuse(form, detail)) return;
  if (detail.good && form?.querySelector("[data-refused]")) form.reset();
  say(detail.good, detail.text);
  if (detail.good) document.querySelector("dialog[open]")?.close();
  tell("changed", {});
});
document.body.addEventListener("htmx:sendError", () => say(false, "The simulator does not answer. Is it still running?"));
// A page renews itself as it is addressed now: somebody may have sifted it while an answer was on its way.
const here = () => location.pathname + location.search;
document.body.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.elt.id === "main") detail.path = here();
});
// What a page was about may be gone: then the page says so, and lives again should it come back.
document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id !== "main") return;
  if (detail.requestConfig.elt.id === "main" && detail.pathInfo.requestPath !== here()) {
    detail.shouldSwap = false;
    return;
  }
  const is = detail.xhr.status;
  if (is === 404) Object.assign(detail, { shouldSwap: true, isError: false });
  else if (is === 200 && document.querySelector("#main [data-gone]")) {
    detail.shouldSwap = false;
    location.reload();
  }
});
document.body.addEventListener("htmx:responseError", ({ detail }) => {
  if (!detail.xhr.getResponseHeader("HX-Trigger")) say(false, `That did not work: the simulator answered ${detail.xhr.status}.`);
});
for (const toast of document.querySelectorAll("#toasts .toast")) setTimeout(() => toast.remove(), 6000);

// --- small things -----------------------------------------------------------------------------

/** What is dismissed stays so in this browser. */
function dismissed(id, value = null) {
  try {
    if (value) localStorage.setItem(`dismissed-${id}`, value);
    return localStorage.getItem(`dismissed-${id}`) === "yes";
  } catch {
    return false;
  }
}

function ready() {
  for (const button of document.querySelectorAll("[data-dismiss]")) {
    document.getElementById(button.dataset.dismiss).hidden = dismissed(button.dataset.dismiss);
  }
  for (const button of document.querySelectorAll("[data-copy][hidden], [data-open][hidden]")) button.hidden = false;
}
ready();
document.body.addEventListener("htmx:afterSettle", ready);

/** The form of another page, in a dialog of this one. */
async function show(href, dialog) {
  try {
    const reply = await fetch(href, { headers: { accept: "text/html" } });
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    const form = page.querySelector("main form");
    if (!reply.ok || !form) return say(false, "That is no longer there.");
    dialog.replaceChildren(document.importNode(form, true));
    htmx.process(dialog);
    dialog.showModal();
    dialog.querySelector("[autofocus]")?.select?.();
  } catch {
    say(false, "The simulator does not answer. Is it still running?");
  }
}

document.addEventListener("click", async (event) => {
  const copy = event.target.closest?.("[data-copy]");
  if (copy) {
    const from = document.getElementById(copy.dataset.copy);
    try {
      await navigator.clipboard.writeText(from.textContent);
      say(true, "Copied.");
    } catch {
      getSelection().selectAllChildren(from);
      say(true, "Selected: press Ctrl+C to copy.");
    }
  }
  const preset = event.target.closest?.("[data-preset]");
  if (preset) {
    preset.form.reset();
    preset.form.elements[preset.dataset.preset].value = preset.dataset.value;
    preset.form.elements[preset.dataset.preset].focus();
  }
  const ends = event.target.closest?.("[data-dismiss]");
  if (ends) {
    dismissed(ends.dataset.dismiss, "yes");
    document.getElementById(ends.dataset.dismiss).hidden = true;
    document.getElementById("main").focus({ preventScroll: true });
  }
  const open = event.target.closest?.("[data-open]");
  if (open) {
    event.preventDefault(); // without scripts the same form is a page
    await show(open.href, document.getElementById(open.dataset.open));
  }
  const dialog = event.target.closest?.("[data-close]")?.closest("dialog");
  if (dialog) {
    event.preventDefault();
    dialog.close();
  }
});
