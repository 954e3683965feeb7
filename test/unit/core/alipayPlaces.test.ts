/** What goes and what stays when a model call leaves Alipay for a gateway (articles A and B, providers.md §8). */
import { expect, test } from 'vitest';
import { alipayDocument } from '../../../src/alipayMessages.js';
import { alipayPlaces } from '../../../src/core/alipayPlaces.js';
import { english } from '../../../src/messages.js';

const code = `import { AlipaySdk } from 'alipay-sdk';
// alipay.trade.pay in a comment is nothing
const session = await sdk.exec('alipay.system.oauth.token', { grantType: 'authorization_code', code });
const answer = await fetch('https://api.tbox.cn/api/chat', { method: 'POST', headers: { 'x-device': deviceFingerprint } });
app.post('/alipay/notify', async (req, res) => { sdk.checkNotifySign(req.body); });
const pendingRequests = new Map();
const paid = await sdk.exec('alipay.trade.create', { bizContent });
const user = await sdk.exec('alipay.user.info.share', { authToken });
`;

test('session, webhook and request ids go; payment and identity stay', () => {
  expect(alipayPlaces(code).map(({ line, role, stays }) => [line, role, stays])).toEqual([
    [3, 'session', false], [4, 'session', false], [5, 'webhook', false], [6, 'request-ids', false], [7, 'payment', true], [8, 'identity', true],
  ]);
  expect(alipayPlaces('const x = 1;\n')).toEqual([]);
});

test('a list with a box per place', () => {
  const text = alipayDocument([{ file: 'a.js', places: alipayPlaces(code) }], (file, line) => `${file}:${line}`, english);
  expect(text).toContain('## Payment: stays with Alipay\n\n- [ ] a.js:7 `const paid');
});
