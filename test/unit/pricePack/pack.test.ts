import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { facts } from '../../../src/catalog.js';
import { providerSources } from '../../../src/commandLine/providerSources.js';
import { findModel, findProvider } from '../../../src/core/lookup.js';
import { priceOn } from '../../../src/core/price.js';
import { fetchPack, hashOf, readWeb, type ReadAddress } from '../../../src/pricePack/fetchPack.js';
import { applyInstalled, recordOf } from '../../../src/pricePack/installed.js';
import { differences, packText, parsePack, withPack } from '../../../src/pricePack/pack.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const deepseek = providerSources().find((each) => each.id === 'deepseek')!;
const changed = { ...deepseek, checkedOn: '2026-12-01', models: deepseek.models.map((model) => (model.id === 'deepseek-flash'
  ? { ...model, prices: [{ currency: 'USD' as const, components: [{ unit: 'input-token' as const, amount: '0.3' }, { unit: 'output-token' as const, amount: '0.6' }] }] } : model)) };
const text = packText('2026-12-01', [changed], undefined).replace('"rates":undefined,\n', '');
const files = (entries: Record<string, string>): ReadAddress => async (address) => (Object.hasOwn(entries, address) ? bytes(entries[address]!) : null);

describe('a price pack', () => {
  it('holds the whole catalog and gives it back', () => {
    const pack = parsePack(packText('2026-11-23', providerSources(), { ...facts.rates, perUsd: { ...facts.rates.perUsd } }));
    expect(differences(facts, withPack(facts, pack), '2026-11-25')).toEqual([]);
  });

  it('replaces the providers it has and shows what changes', () => {
    const next = withPack(facts, parsePack(text));
    expect(priceOn(findModel(findProvider(next, 'deepseek')!, 'deepseek-flash')!, 'global', '2026-12-01', 'USD')!.components[0]!.amount).toBe('0.3');
    expect(next.providers).toHaveLength(facts.providers.length);
    expect(findProvider(next, 'openai')).toBe(findProvider(facts, 'openai'));
    expect(differences(facts, next, '2026-11-25').filter((each) => each.unit === 'input-token' && each.currency === 'USD')).toEqual([
      { provider: 'deepseek', model: 'deepseek-flash', unit: 'input-token', currency: 'USD', per: 1_000_000, before: '0.15', after: '0.3' },
    ]);
  });

  it('does not go back behind the built-in catalog', () => {
    const old = parsePack(text.replaceAll('2026-12-01', '2020-01-01'));
    expect(withPack(facts, old).providers.map((each) => each.checkedOn)).toEqual(facts.providers.map((each) => each.checkedOn));
  });

  it.each([
    ['{', /^not JSON/], ['[]', /not a price pack/], ['{"format":"tokenfare-price-pack","version":2,"generatedOn":"2026-11-01","providers":[]}', /version/],
    [text.replace('"amount":"0.3"', '"amount":"cheap"'), /providers\.0\.models\.0\.prices\.0\.components\.0\.amount/], [text.replace('"id":"deepseek"', '"id":"Deep Seek"'), /providers\.0\.id/],
  ])('is refused when it is %#', (broken, reason) => {
    expect(() => parsePack(broken)).toThrow(reason);
  });
});

describe('proof', () => {
  const address = 'https://prices.example/pack.json';

  it('takes the hash published beside it', async () => {
    const sha256 = await hashOf(bytes(text));
    const checked = await fetchPack(address, {}, files({ [address]: text, [`${address}.sha256`]: `${sha256}  pack.json\n` }));
    expect(checked).toMatchObject({ sha256, provedBy: 'published hash' });
  });

  it.each([
    ['nothing there', {}, {}, /nothing there/], ['no hash', { [address]: text }, {}, /it is not used unchecked/],
    ['another hash', { [address]: text, [`${address}.sha256`]: '0'.repeat(64) }, {}, /published is 0000/], ['no hash in the file', { [address]: text, [`${address}.sha256`]: 'soon' }, {}, /holds no SHA-256/],
    ['another hash than given', { [address]: text }, { sha256: 'f'.repeat(64) }, /not ffff/], ['no signature', { [address]: text }, { publicKey: 'AAAA' }, /signature is missing/],
  ] as const)('refuses a pack with %s', async (_, entries, proof, reason) => {
    await expect(fetchPack(address, proof, files(entries as Record<string, string>))).rejects.toThrow(reason);
  });

  it('checks an Ed25519 signature', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');
    const signature = sign(null, bytes(text), privateKey).toString('base64');
    await expect(fetchPack(address, { publicKey: raw }, files({ [address]: text, [`${address}.sig`]: signature }))).resolves.toMatchObject({ provedBy: 'signature' });
    await expect(fetchPack(address, { publicKey: raw }, files({ [address]: text.replace('0.3', '0.1'), [`${address}.sig`]: signature }))).rejects.toThrow(/does not fit/);
  });
});

describe('the stored pack', () => {
  it('holds, and not when it was changed afterwards', async () => {
    const sha256 = await hashOf(bytes(text));
    const record = recordOf({ pack: parsePack(text), text, sha256, provedBy: 'given hash' }, 'https://prices.example/pack.json', '2026-12-02');
    const { facts: next, installed } = await applyInstalled(facts, record);
    expect(installed).toMatchObject({ installedOn: '2026-12-02', address: 'https://prices.example/pack.json' });
    expect(differences(facts, next, '2026-11-25').length).toBeGreaterThan(0);
    await expect(applyInstalled(facts, record.replace('0.3', '0.1'))).rejects.toThrow(/changed after it was checked/);
    await expect(applyInstalled(facts, record.slice(0, 100))).rejects.toThrow(/damaged/);
  });
});

describe('the web', () => {
  let server: Server;
  let base: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === '/pack') response.end('hello');
      else if (request.url === '/large') { response.write('x'.repeat(1000)); response.end('x'.repeat(1000)); }
      else if (request.url === '/broken') { response.statusCode = 500; response.end(); }
      else if (request.url === '/elsewhere') { response.statusCode = 302; response.setHeader('location', '/pack'); response.end(); }
      else { response.statusCode = 404; response.end(); }
    });
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => { server.close(); });

  it('reads this machine over http, and elsewhere https only', async () => {
    expect(new TextDecoder().decode((await readWeb(`${base}/pack`, 100))!)).toBe('hello');
    expect(await readWeb(`${base}/missing`, 100)).toBeNull();
    await expect(readWeb('http://prices.example/pack', 100)).rejects.toThrow(/only https/);
    await expect(readWeb('file:///etc/passwd', 100)).rejects.toThrow(/only https/);
  });

  it('ends with a sentence on every failure', async () => {
    await expect(readWeb(`${base}/large`, 1500)).rejects.toThrow(/larger than 1500 bytes/);
    await expect(readWeb(`${base}/broken`, 100)).rejects.toThrow(/answered 500/);
    await expect(readWeb(`${base}/elsewhere`, 100)).rejects.toThrow(/cannot be reached/);
    await expect(readWeb('http://127.0.0.1:1/pack', 100)).rejects.toThrow(/cannot be reached/);
  });
});
