// A map without tiles: the world's outline, the simulator's own roads where one looks close, and cars.
const ROADS_FROM = 10; // zoom: further out they would be a smudge
const CROWD_BELOW = 9; // zoom: further out cars are gathered
const SIZES = { driving: 22, charging: 20, refueling: 20, parked: 14 }; // of marks, in pixels
const GLIDES = matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 1000; // milliseconds, as the stylesheet has it
const ANTARCTICA = "010"; // it surrounds the pole, which this projection does not have
const TRAIL = 400; // corners that are drawn behind a car

const MARKS = {
  driving: '<svg viewBox="0 0 16 16"><path d="M8 1.5 13 14 8 11 3 14z"/></svg>',
  charging: '<svg viewBox="0 0 16 16"><path d="M9 1 3.5 9.2h3.6L6.6 15 12.5 6.6H8.6z"/></svg>',
  refueling: '<svg viewBox="0 0 16 16"><path d="M4 2h6v12H4zm7 4 2 2v5h-1V8.5L11 8z"/></svg>',
  parked: "",
};

/** Lines that go on past the 180th meridian, in place of ones that jump back across the map. */
function unwrap(lines) {
  if (typeof lines[0][0] !== "number") return lines.forEach(unwrap);
  lines.forEach((point, n) => {
    const before = n ? lines[n - 1][0] : point[0];
    if (Math.abs(point[0] - before) > 180) point[0] += point[0] < before ? 360 : -360;
  });
}

/** A colour of the stylesheet as the canvas wants it. */
function colour(name) {
  const probe = document.createElement("i");
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

export function drawMap(element, { legend = false, follows = null } = {}) {
  const canvas = document.createElement("div");
  canvas.className = "canvas";
  element.append(canvas);
  const map = L.map(canvas, {
    attributionControl: false, zoomControl: false, preferCanvas: true, worldCopyJump: false,
    minZoom: 0, maxZoom: 17, zoomSnap: 0.25, maxBounds: [[-85, -220], [85, 220]], maxBoundsViscosity: 0.8,
  });
  map.setView([25, 10], 2);
  L.control.zoom({ position: "topright" }).addTo(map);
  L.control.scale({ imperial: false, position: "topleft", maxWidth: 90 }).addTo(map);
  for (const name of ["land", "roads", "trails"]) map.createPane(name).style.zIndex = { land: 200, roads: 300, trails: 400 }[name];
  map.on("zoomstart", () => canvas.classList.add("is-zooming"));
  map.on("zoomend", () => requestAnimationFrame(() => requestAnimationFrame(() => canvas.classList.remove("is-zooming"))));

  const cars = new Map();
  let hasFitted = false;

  // --- the ground -----------------------------------------------------------------------------

  let land = null;
  const roads = new Map();
  const landStyle = () => ({ pane: "land", fillColor: colour("land"), fillOpacity: 1, color: colour("border"), weight: 0.75, interactive: false });

  fetch(element.dataset.world).then((reply) => reply.ok ? reply.json() : null).then((world) => {
    if (!world) return;
    const countries = topojson.feature(world, world.objects.countries).features.filter((each) => each.id !== ANTARCTICA);
    for (const { geometry } of countries) unwrap(geometry.coordinates);
    land = L.geoJSON({ type: "FeatureCollection", features: countries }, { ...landStyle(), style: landStyle, renderer: L.canvas({ pane: "land", padding: 0.5 }), interactive: false }).addTo(map);
  }).catch(() => {}); // the page says by itself that the simulator does not answer

  const roadRenderer = L.canvas({ pane: "roads", padding: 0.3 });
  const roadStyle = (feature) => {
    const isBig = feature.properties.kind !== "street";
    return { color: colour(isBig ? "arterial" : "street"), weight: isBig ? 2.5 : 1.25, interactive: false };
  };

  async function pave() {
    if (map.getZoom() < ROADS_FROM) {
      for (const layer of roads.values()) layer?.remove();
      return;
    }
    const near = map.getBounds().pad(0.5);
    const cities = new Set([...cars.values()].filter((each) => near.contains(each.at)).map((each) => each.car.city));
    for (const city of cities) {
      if (!roads.has(city)) {
        roads.set(city, null);
        const drawn = await fetch(`/simulator/roads/${encodeURIComponent(city)}.json`)
          .then((reply) => reply.ok ? reply.json() : null)
          .catch(() => null);
        if (!drawn) {
          roads.delete(city);
          continue;
        }
        roads.set(city, L.geoJSON(drawn, { style: roadStyle, pane: "roads", renderer: roadRenderer, interactive: false }));
      }
      if (map.getZoom() >= ROADS_FROM) roads.get(city)?.addTo(map);
    }
  }

  document.addEventListener("theme", () => {
    land?.setStyle(landStyle());
    for (const layer of roads.values()) layer?.setStyle(roadStyle);
    for (const each of cars.values()) each.trail?.setStyle({ color: colour("driving") });
  });

  // --- cars -----------------------------------------------------------------------------------

  function icon(car) {
    const size = SIZES[car.activity];
    return L.divIcon({
      className: `car-${car.activity}`, iconSize: [size, size],
      html: `<span class="dot ${car.activity}${car.asleep ? " is-asleep" : ""}">${MARKS[car.activity]}</span>`,
    });
  }

  function words(car) {
    const box = document.createElement("div");
    const name = document.createElement("b");
    name.textContent = car.nickname;
    const store = car.chargePercent ?? car.fuelPercent;
    const does = car.activity === "driving" ? `driving, ${Math.round(car.speedKmh)} km/h` : car.asleep ? "asleep" : car.activity;
    box.append(name, document.createElement("br"), `${car.year} ${car.model} · ${Math.round(store)}% · ${does}`);
    return box;
  }

  function place({ car, path }, isStill) {
    const at = L.latLng(car.position.latitude, car.position.longitude);
    let known = cars.get(car.id);
    if (!known) {
      const marker = L.marker(at, { icon: icon(car), keyboard: true, title: "", alt: car.nickname, riseOnHover: true });
      marker.bindTooltip(() => words(cars.get(car.id).car), { direction: "top", offset: [0, -10], opacity: 1 });
      if (!follows) marker.on("click keypress", (event) => {
        if (event.type === "click" || event.originalEvent.key === "Enter") location.assign(`/cars/${car.id}`);
      });
      known = { marker, car, at, looks: "", trail: null, corners: [], coming: [] };
      cars.set(car.id, known);
      marker.addTo(map);
    }
    const looks = `${car.activity} ${car.asleep}`;
    if (known.looks !== looks) {
      known.marker.setIcon(icon(car));
      known.looks = looks;
    }
    Object.assign(known, { car, at });
    known.marker.setLatLng(at);
    const shown = known.marker.getElement();
    if (shown) {
      shown.dataset.car = car.id;
      shown.setAttribute("aria-label", `${car.nickname}, ${car.activity}`);
      shown.setAttribute("role", follows ? "img" : "link");
      if (follows) shown.removeAttribute("tabindex");
      const arrow = shown.querySelector("svg");
      if (arrow && car.activity === "driving") arrow.style.transform = `rotate(${car.heading}deg)`;
    }
    if (path.length > 1) {
      if (isStill) known.corners = path.slice(-TRAIL);
      else known.coming.push({ path, since: performance.now() });
      known.trail ??= L.polyline([], { pane: "trails", color: colour("driving"), weight: 3, opacity: 0.55, interactive: false, smoothFactor: 0 }).addTo(map);
      known.trail.setLatLngs(known.corners);
    }
  }

  // A mark glides to where its car is: its trail ends at the mark, not where the car is already.
  let draws = 0;
  function follow() {
    draws = 0;
    let isGliding = false;
    for (const known of cars.values()) {
      if (!known.trail || !known.coming.length) continue;
      while (known.coming.length && performance.now() - known.coming[0].since >= GLIDES) {
        known.corners = [...known.corners, ...known.coming.shift().path].slice(-TRAIL);
      }
      const shown = known.marker.getElement();
      const is = known.coming.length && shown && getComputedStyle(shown).transform;
      if (is && is !== "none") {
        const { m41, m42 } = new DOMMatrix(is);
        known.trail.setLatLngs([...known.corners, map.layerPointToLatLng([m41, m42])]);
      } else {
        known.trail.setLatLngs(known.corners);
      }
      isGliding ||= known.coming.length > 0;
    }
    if (isGliding) draws = requestAnimationFrame(follow);
  }

  function forget(id) {
    const known = cars.get(id);
    known.marker.remove();
    known.trail?.remove();
    cars.delete(id);
  }

  // Seen from far, cars that would cover one another are one mark with their number.
  const crowds = L.layerGroup().addTo(map);
  const width = ({ members }) => members.length > 1 ? Math.min(46, 24 + 4 * Math.log2(members.length)) : SIZES[members[0].car.activity];
  const covers = (one, other) => one.middle.distanceTo(other.middle) < (width(one) + width(other)) / 2 + 1;
  const both = (one, other) => {
    const members = [...one.members, ...other.members];
    const share = other.members.length / members.length;
    const { x, y } = one.middle;
    return { members, middle: L.point(x + (other.middle.x - x) * share, y + (other.middle.y - y) * share).round() };
  };
  let gathered = "";
  function gather() {
    const isFar = map.getZoom() < CROWD_BELOW;
    const groups = [];
    for (const each of cars.values()) {
      let group = { middle: map.latLngToLayerPoint(each.at), members: [each] };
      // One that grows may come to cover another.
      for (let near; isFar && (near = groups.findIndex((other) => covers(group, other))) >= 0;) {
        const [other] = groups.splice(near, 1);
        group = both(other, group);
      }
      groups.push(group);
    }
    for (const { members } of groups) {
      for (const each of members) {
        each.marker.getElement()?.toggleAttribute("hidden", members.length > 1);
        each.trail?.setStyle({ opacity: isFar ? 0 : 0.55 });
      }
    }
    // Drawn anew only when they differ, so that a mark keeps the keyboard's focus.
    const many = groups.filter(({ members }) => members.length > 1);
    const looks = `${map.getZoom()} ${many.map(({ middle, members }) => `${middle} ${members.length}`)}`;
    if (looks === gathered) return;
    gathered = looks;
    crowds.clearLayers();
    many.forEach(mark);
  }

  function mark(group) {
    const { members, middle } = group;
    const size = width(group);
    const around = L.latLngBounds(members.map((each) => each.at));
    const cities = new Set(members.map((each) => each.car.city));
    const words = `${members.length} cars ${cities.size > 1 ? "around" : "in"} ${members[0].car.city}`;
    const html = `<span class="crowd">${members.length}</span>`;
    const crowd = L.marker(map.layerPointToLatLng(middle), { icon: L.divIcon({ className: "", iconSize: [size, size], html }), alt: words });
    crowd.on("click keypress", (event) => {
      if (event.type === "click" || event.originalEvent.key === "Enter") map.fitBounds(around, { maxZoom: 12, padding: [40, 40] });
    });
    crowd.bindTooltip(words, { direction: "top", offset: [0, -size / 2], opacity: 1 });
    crowds.addLayer(crowd);
    crowd.getElement()?.setAttribute("aria-label", words);
  }

  map.on("zoomend moveend", () => { pave(); gather(); });

  const key = legend ? element.appendChild(Object.assign(document.createElement("div"), { className: "legend" })) : null;
  function count(total) {
    if (!key) return;
    const counts = { driving: 0, charging: 0, parked: 0 };
    for (const { car } of cars.values()) counts[car.activity === "refueling" ? "parked" : car.activity] += 1;
    key.replaceChildren(...Object.entries(counts).map(([kind, number]) => {
      const entry = document.createElement("span");
      entry.className = kind;
      const figure = document.createElement("b");
      figure.textContent = number.toLocaleString("en");
      entry.append(document.createElement("i"), figure, ` ${kind}`);
      return entry;
    }));
    if (total > cars.size) {
      const rest = document.createElement("span");
      rest.className = "soft";
      rest.textContent = `the first ${cars.size.toLocaleString("en")} of ${total.toLocaleString("en")} cars; filter to see others`;
      key.append(rest);
    }
  }

  let total = 0;
  return {
    show(detail) {
      if (detail.isWhole) {
        const told = new Set(detail.sightings.map(({ car }) => car.id));
        for (const [id, known] of cars) {
          if (!told.has(id)) forget(id); else Object.assign(known, { corners: [], coming: [] });
        }
      }
      total = detail.total ?? total;
      canvas.classList.toggle("is-still", detail.isWhole);
      for (const each of detail.sightings) place(each, detail.isWhole);
      draws ||= requestAnimationFrame(follow);
      if (!hasFitted && cars.size) {
        hasFitted = true;
        const all = L.latLngBounds([...cars.values()].map((each) => each.at));
        map.fitBounds(follows ? all : all.pad(0.08), { maxZoom: follows ? 13 : 12, padding: [12, 24], animate: false });
      } else if (follows && cars.size) {
        const [only] = cars.values();
        if (!map.getBounds().pad(-0.15).contains(only.at)) map.panTo(only.at);
      }
      count(total);
      pave();
      gather();
    },
    refit() {
      hasFitted = false;
    },
    light(id) {
      for (const [each, { marker }] of cars) marker.getElement()?.classList.toggle("is-lit", each === id);
    },
  };
}
