// Runs rows of the migration tables with the official Node SDK: rows.py says how.
'use strict';

const fs = require('node:fs');
const smartcar = require('smartcar');

const AsyncFunction = Object.getPrototypeOf(async() => {}).constructor;

// Every function, class and method of the SDK.
function listing() {
  const found = [];
  for (const [name, value] of Object.entries(smartcar)) {
    found.push(name);
    found.push(...Object.keys(value.prototype || {}).map((method) => `${name}.${method}`));
  }
  return found.sort();
}

async function failure(names) {
  const car = new smartcar.Vehicle(names.vehicle_id, names.access_token);
  return car.request('GET', 'nonsense').then(
    () => { throw new Error('a path that is not there was answered'); },
    (error) => error,
  );
}

async function result(row, names) {
  try {
    const {client_id: clientId, client_secret: clientSecret, redirect_uri: redirectUri} = names;
    const all = {
      ...names,
      smartcar,
      car: new smartcar.Vehicle(names.vehicle_id, names.access_token),
      auth: new smartcar.AuthClient({clientId, clientSecret, redirectUri}),
      error: row.code.includes('error') ? await failure(names) : null,
    };
    const run = new AsyncFunction(...Object.keys(all), `return (${row.code});`);
    return {value: await run(...Object.values(all)) ?? null};
  } catch (error) {
    return {error: {type: error.type ?? null, text: String(error)}};
  }
}

async function main() {
  const told = JSON.parse(fs.readFileSync(0, 'utf8'));
  if (!told.rows) {
    return listing();
  }
  const results = {};
  for (const row of told.rows) {
    results[row.id] = await result(row, {...told.facts, ...told.cars[row.make], ...row.facts});
  }
  return results;
}

process.on('warning', () => {});
main().then((told) => process.stdout.write(JSON.stringify(told)));
