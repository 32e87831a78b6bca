// Records what the official Node SDK sends, call by call, for test_classic_wire.py.
//
//   npm install smartcar@10.4.0 && node record_node_sdk.js > node_sdk_10.4.0.json
'use strict';

const http = require('http');

const sent = [];
const server = http.createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => { body += chunk; });
  request.on('end', () => {
    const {method, url, headers} = request;
    const kept = {};
    for (const name of ['authorization', 'content-type', 'sc-unit-system']) {
      if (headers[name]) { kept[name] = headers[name]; }
    }
    sent.push({method, url, headers: kept, body});
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({
      responses: [], access_token: 'a', refresh_token: 'r', expires_in: 7200,
    }));
  });
});

const calls = (smartcar, vehicle, auth) => ({
  get_user: () => smartcar.getUser('token'),
  get_vehicles: () => smartcar.getVehicles('token'),
  get_vehicles_paged: () => smartcar.getVehicles('token', {limit: 5, offset: 2}),
  get_vehicle: () => smartcar.getVehicle('token', 'car'),
  get_compatibility: () => smartcar.getCompatibility('VIN', ['read_vin', 'read_fuel'], 'DE'),
  get_compatibility_level: () => smartcar.getCompatibility(
    'VIN', ['read_vin'], {testModeCompatibilityLevel: 'fuel', flags: {a: true}}),
  get_compatibility_matrix: () => smartcar.getCompatibilityMatrix(
    'US', {make: ['TESLA', 'BMW'], scope: ['read_vin'], type: 'BEV', mode: 'live'}),
  get_connections: () => smartcar.getConnections('amt', {userId: 'u'}, {limit: 5, cursor: 'a+b='}),
  delete_connections: () => smartcar.deleteConnections('amt', {vehicleId: 'car'}),
  exchange_code: () => auth.exchangeCode('code'),
  exchange_code_flags: () => auth.exchangeCode('code', {flags: {a: true}}),
  exchange_refresh_token: () => auth.exchangeRefreshToken('refresh'),
  permissions: () => vehicle.permissions(),
  permissions_paged: () => vehicle.permissions({limit: 5, offset: 2}),
  service_history: () => vehicle.serviceHistory('2025-01-01', '2025-02-01'),
  service_history_undated: () => vehicle.serviceHistory(),
  set_charge_limit: () => vehicle.setChargeLimit(0.7),
  send_destination: () => vehicle.sendDestination(47.6, -122.3),
  subscribe: () => vehicle.subscribe('hook'),
  unsubscribe: () => vehicle.unsubscribe('amt', 'hook'),
  batch: () => vehicle.batch(['/odometer', 'battery']),
  request: () => vehicle.request('GET', 'tesla/speedometer'),
  request_body: () => vehicle.request('POST', '/tesla/pin', {pin: '1234'}, {'X-A': 'b'}),
  get_signals: () => vehicle.getSignals(),
  get_signal: () => vehicle.getSignal('odometer-traveleddistance'),
  ...Object.fromEntries([
    'attributes', 'vin', 'odometer', 'location', 'fuel', 'battery', 'batteryCapacity',
    'nominalCapacity', 'charge', 'getChargeLimit', 'tirePressure', 'engineOil', 'lockStatus',
    'diagnosticSystemStatus', 'diagnosticTroubleCodes', 'startCharge', 'stopCharge', 'lock',
    'unlock', 'disconnect',
  ].map((name) => [
    name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), () => vehicle[name](),
  ])),
});

server.listen(0, async() => {
  const origin = `http://127.0.0.1:${server.address().port}`;
  for (const name of ['API', 'API_V3', 'AUTH', 'MANAGEMENT_API']) {
    process.env[`SMARTCAR_${name}_ORIGIN`] = origin;
  }
  process.env.SMARTCAR_CLIENT_ID = 'id';
  process.env.SMARTCAR_CLIENT_SECRET = 'secret';
  const smartcar = require('smartcar');
  const auth = new smartcar.AuthClient({redirectUri: 'https://example.com/back', mode: 'simulated'});
  const recorded = {};
  const record = async(name, call) => {
    sent.length = 0;
    await call();
    [recorded[name]] = sent;
  };
  const plain = new smartcar.Vehicle('car', 'token', {unitSystem: 'imperial'});
  for (const [name, call] of Object.entries(calls(smartcar, plain, auth))) {
    await record(name, call);
  }
  const flagged = new smartcar.Vehicle('car', 'token', {flags: {country: 'DE', beta: true}});
  await record('odometer_flags', () => flagged.odometer());
  await record('lock_flags', () => flagged.lock());
  const urls = {
    auth_url: auth.getAuthUrl(['required:read_vin', 'read_fuel']),
    auth_url_all: auth.getAuthUrl(['read_vin'], {
      forcePrompt: true, state: 'a b', singleSelect: {vin: 'VIN'}, makeBypass: 'TESLA',
      flags: {country: 'DE', beta: true}, user: 'me',
    }),
    auth_url_enabled: auth.getAuthUrl(['read_vin'], {singleSelect: {enabled: false}}),
  };
  for (const name of Object.keys(urls)) { urls[name] = urls[name].replace(origin, ''); }
  process.stdout.write(`${JSON.stringify({
    source: 'npm smartcar@10.4.0, recorded by record_node_sdk.js', recorded, urls,
  }, null, 1)}\n`);
  server.close();
  process.exit(0);
});
