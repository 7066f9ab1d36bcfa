// Brings Chromium, for `npm run browser`.
import { ensureChromium } from './chromium.ts';

console.log(await ensureChromium());
