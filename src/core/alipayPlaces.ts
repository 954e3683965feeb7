/**
 * What has to happen to each place when a model call leaves Alipay's ecosystem for a gateway: session and device
 * handling, webhook receivers and tables of request ids go; payment and identity stay with Alipay (article B's advice,
 * providers.md §8). Found by the names that Alipay's platform and its SDKs use; a person decides.
 */
import { indexLines } from './lines.js';

export type AlipayRole = 'model-call' | 'session' | 'webhook' | 'request-ids' | 'payment' | 'identity';

export interface AlipayPlace {
  readonly line: number;
  readonly role: AlipayRole;
  /** Goes with the move, or stays with Alipay. */
  readonly stays: boolean;
  /** The line, cut. */
  readonly text: string;
}

const signs: readonly (readonly [AlipayRole, RegExp])[] = [
  ['payment', /alipay\.(?:trade|fund|pay|commerce|marketing|ebpp)\.[\w.]+|AlipayTrade\w*|alipayTrade\w*|trade_?no\b/i],
  ['identity', /alipay\.(?:user|open\.auth|face|zhima|certify)\.[\w.]+|AlipayUser(?:Info|Certify)\w*|zhima\.[\w.]+/i],
  ['session', /alipay\.system\.oauth\.token|AlipaySystemOauthToken\w*|device_?(?:fingerprint|id|token)|(?:umid|apdid)_?token|auth_?code\s*[:=].*alipay|alipay.*(?:oauth|refresh_?token)/i],
  ['webhook', /(?:route|post|app\.|router\.|@app|urlpatterns|path)\b.*(?:alipay|tbox|ant).*(?:notify|callback|webhook)|alipay.*(?:notify_?url|webhook|callback)|verify_?(?:sign|notify).*alipay|checkNotifySign/i],
  ['request-ids', /(?:out_)?(?:biz|request)_?(?:no|id)s?\b.*(?:alipay|tbox|pending|dict|Map|table|store)|pending_?(?:alipay|tbox)?_?requests?/i],
  ['model-call', /api\.tbox\.cn|api\.ant-ling\.com|tboxsdk|TboxClient|alipay\.(?:ai|cloud\.(?:nextbuilder|aigc|llm)|iservice)\.[\w.]+/i],
];

/** Whether a text has to do with Alipay at all. */
export const mentionsAlipay = (text: string): boolean => /alipay|api\.tbox\.cn|tboxsdk|ant-ling/i.test(text);

/** Places in source order; comments and imports that only name the package are left out. */
export function alipayPlaces(text: string): readonly AlipayPlace[] {
  if (!mentionsAlipay(text)) return [];
  const lines = indexLines(text);
  const places: AlipayPlace[] = [];
  text.split('\n').forEach((raw, index) => {
    const line = raw.trim();
    if (line === '' || line.length > 2000 || /^(?:#|\/\/|\*|\/\*)/.test(line) || /^(?:import|from|using|package)\b/.test(line)) return;
    const found = signs.find(([, pattern]) => pattern.test(line));
    if (!found) return;
    const [role] = found;
    places.push({ line: Math.min(index + 1, lines.lineCount), role, stays: role === 'payment' || role === 'identity', text: line.slice(0, 100) });
  });
  return places;
}
