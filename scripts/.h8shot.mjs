import { launchChromium } from '../test/host/chromium.mjs';
const [url, out, scheme='light', h='1400'] = process.argv.slice(2);
const b = await launchChromium(); const p = await b.newPage({ viewport: { width: 1280, height: Number(h) }, colorScheme: scheme });
p.on('console', m => console.log('console:', m.text())); p.on('pageerror', e => console.log('pageerror', e.message));
await p.goto(url); await p.waitForTimeout(500); await p.screenshot({ path: out, fullPage: true }); await b.close();
